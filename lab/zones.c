/* zones -- the zones of a world: added, and found by name or address. */
#include "lab/world.h"
#include <string.h>

/* Index of the first zone not before name. */
static uint32_t place_of(const struct world *w, const uint8_t *name)
{
	uint32_t low = 0, high = w->by_name.n;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (name_cmp(w->by_name.at[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void enter_by_name(struct world *w, struct lab_zone *z)
{
	uint32_t i = place_of(w, z->name);
	list_push(w->arena, &w->by_name, z);
	memmove(w->by_name.at + i + 1, w->by_name.at + i, (w->by_name.n - 1 - i) * sizeof *w->by_name.at);
	w->by_name.at[i] = z;
}

struct lab_zone *zone_new(struct world *w, const uint8_t *name)
{
	static const uint8_t sha256[] = { DIGEST_SHA256 };
	struct lab_zone *z = ARENA_NEW(w->arena, struct lab_zone);
	*z = (struct lab_zone){
		.name = name,
		.is_signed = true,
		.rsa_bits = 2048,
		.ttl = 3600,
		.negative_ttl = 300,
		.serial = 2026030100,
		.ds_digests = { sha256, 1 },
		.algorithms = { ALG_P256 },
		.n_algorithms = 1,
		.inception = { w->clock.s - 7 * 86400 },
		.expiration = { w->clock.s + 23 * 86400 },
	};
	list_push(w->arena, &w->zones, z);
	enter_by_name(w, z);
	return z;
}

struct lab_zone *world_zone(const struct world *w, const uint8_t *name)
{
	uint32_t i = place_of(w, name);
	return i < w->by_name.n && name_equal(w->by_name.at[i]->name, name) ? w->by_name.at[i] : NULL;
}

struct lab_zone *world_zone_of(const struct world *w, const uint8_t *name)
{
	struct lab_zone *z = NULL;
	for (uint8_t k = 0; z == NULL && k <= name_labels(name); k++)
		z = world_zone(w, name_strip(name, k));
	return z;
}

bool addrs_have(const addr_list *list, const struct addr *a)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (addr_same_ip(&list->at[i], a))
			return true;
	return false;
}

bool zone_serves(const struct lab_zone *z, const struct addr *at)
{
	return addrs_have(&z->addrs, at);
}
