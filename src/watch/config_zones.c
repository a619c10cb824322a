/* The zones of the YAML, and the set that finds the second of two. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <string.h>

static uint32_t hash_of(const struct config_zone *z)
{
	uint32_t h = 2166136261u ^ z->type;             /* FNV-1a: names are no secret and the table only grows */
	for (const char *c = z->zone; *c != '\0'; c++)
		h = (h ^ (uint8_t)*c) * 16777619u;
	return h;
}

/* The slot of z, or the free one where it belongs. */
static uint32_t *slot_of(const struct config_reader *r, const struct config_zone *z)
{
	const struct config_zone_set *set = &r->zones;
	for (uint32_t i = hash_of(z);; i++) {
		uint32_t *slot = &set->slots[i & (set->room - 1)];
		const struct config_zone *there = *slot != 0 ? &r->config->zones.at[*slot - 1] : NULL;
		if (there == NULL || (there->type == z->type && strcmp(there->zone, z->zone) == 0))
			return slot;
	}
}

static void make_room(struct config_reader *r)
{
	struct config_zone_set *set = &r->zones;
	if (r->config->zones.n * 2 < set->room)
		return;
	for (set->room = set->room == 0 ? 64 : set->room; set->room <= r->config->zones.n * 2; set->room *= 2)
		;
	set->slots = ARENA_ARRAY(r->arena, uint32_t, set->room);
	for (uint32_t i = 0; i < r->config->zones.n; i++)
		*slot_of(r, &r->config->zones.at[i]) = i + 1;
}

bool config_zone_add(struct config_reader *r, const struct config_zone *z, unsigned column)
{
	make_room(r);
	uint32_t *slot = slot_of(r, z);
	if (*slot != 0) {
		const struct config_zone *there = &r->config->zones.at[*slot - 1];
		return config_fault_at(r, z->file, z->line, column, "%s stands already in %s:%u", z->zone, there->file, there->line);
	}
	if (r->config->zones.n >= LIMIT_CONFIG_ZONES)
		return config_fault_at(r, z->file, z->line, column, "more than %d zones", LIMIT_CONFIG_ZONES);
	list_push(r->arena, &r->config->zones, *z);
	*slot = r->config->zones.n;
	return true;
}

static bool check_expectations(struct config_reader *r, const struct yaml_node *v, struct config_zone *z)
{
	const struct yaml_node *expect = yaml_get(v, "expect");
	z->has_expect_ds = z->expect_ds.n > 0;
	if (z->has_expect_ds && z->expect_unsigned)
		return config_fault(r, expect, "expect: a DS set and unsigned: true exclude each other");
	return true;
}

bool config_zone_item(struct config_reader *r, const struct yaml_node *v)
{
	struct config_zone z = { .owner = "", .file = r->file, .line = v->line };
	if (v->kind == YAML_TEXT) {
		const struct config_key *k = config_key_find(IN_ZONE, "name");
		return config_read_zone_name(r, k, v, &z) && config_zone_add(r, &z, v->column);
	}
	if (v->kind == YAML_LIST)
		return config_fault(r, v, "a zone is a name, or a mapping with name:");
	return config_section_read(r, IN_ZONE, v, &z) && check_expectations(r, v, &z) && config_zone_add(r, &z, v->column);
}
