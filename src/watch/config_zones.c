/* The zones of the YAML, and the set that finds the second of two. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <string.h>

static uint32_t hash_of(const char *zone)
{
	uint32_t h = 2166136261u;               /* FNV-1a: who can write here could as well write anything */
	for (; *zone != '\0'; zone++)
		h = (h ^ (uint8_t)*zone) * 16777619u;
	return h;
}

/* The slot of this question, or the free one where it belongs. n_zone_slots is a power of two, slots are indices + 1. */
static uint32_t *slot_of(const struct config *c, const struct config_zone *z)
{
	for (uint32_t i = hash_of(z->zone);; i++) {
		uint32_t *slot = &c->zone_slots[i & (c->n_zone_slots - 1)];
		const struct config_zone *there = *slot != 0 ? &c->zones.at[*slot - 1] : NULL;
		if (there == NULL || (there->type == z->type && strcmp(there->zone, z->zone) == 0))
			return slot;
	}
}

static void make_room(struct config *c)
{
	if (c->zones.n * 2 < c->n_zone_slots)
		return;
	c->n_zone_slots = c->n_zone_slots == 0 ? 64 : c->n_zone_slots * 2;
	c->zone_slots = ARENA_ARRAY(c->arena, uint32_t, c->n_zone_slots);
	for (uint32_t i = 0; i < c->zones.n; i++)
		*slot_of(c, &c->zones.at[i]) = i + 1;
}

const struct config_zone *config_zone_named(const struct config *c, const char *zone)
{
	for (uint32_t i = hash_of(zone); c->n_zone_slots > 0; i++) {
		uint32_t slot = c->zone_slots[i & (c->n_zone_slots - 1)];
		if (slot == 0)
			return NULL;
		if (strcmp(c->zones.at[slot - 1].zone, zone) == 0)
			return &c->zones.at[slot - 1];
	}
	return NULL;
}

bool config_zone_add(struct config_reader *r, const struct config_zone *z, unsigned column)
{
	struct config *c = r->config;
	make_room(c);
	uint32_t *slot = slot_of(c, z);
	if (*slot != 0) {
		const struct config_zone *there = &c->zones.at[*slot - 1];
		return config_fault_at(r, z->file, z->line, column, "%s stands already in %s:%u", z->zone, there->file, there->line);
	}
	if (c->zones.n >= LIMIT_CONFIG_ZONES)
		return config_fault_at(r, z->file, z->line, column, "more than %d zones", LIMIT_CONFIG_ZONES);
	list_push(c->arena, &c->zones, *z);
	*slot = c->zones.n;
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
