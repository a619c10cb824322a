/* zones -- the zones of a world: added, and found by name or address. */
#include "lab/world.h"

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
	return z;
}

struct lab_zone *world_zone(const struct world *w, const uint8_t *name)
{
	for (uint32_t i = 0; i < w->zones.n; i++)
		if (name_equal(w->zones.at[i]->name, name))
			return w->zones.at[i];
	return NULL;
}

struct lab_zone *world_zone_of(const struct world *w, const uint8_t *name)
{
	struct lab_zone *best = NULL;
	for (uint32_t i = 0; i < w->zones.n; i++) {
		struct lab_zone *z = w->zones.at[i];
		if (name_is_under(name, z->name) &&
		    (best == NULL || name_labels(z->name) > name_labels(best->name)))
			best = z;
	}
	return best;
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
