/* chain_find -- zones and legs of a chain by what they prove, and which of two ends is the better one. */
#include "prove/chain_inside.h"

struct wall chain_earlier(struct wall a, struct wall b)
{
	return a.s < b.s ? a : b;
}

int chain_rank(enum status s)
{
	static const int rank[] = {
		[STATUS_SECURE] = 3, [STATUS_INSECURE] = 2, [STATUS_INDETERMINATE] = 1, [STATUS_BOGUS] = 0
	};
	return rank[s];
}

const struct zone_proof *chain_zone(const struct chain *c, const struct zone *z)
{
	for (uint32_t i = 0; i < c->zones.n; i++)
		if (c->zones.at[i]->zone == z)
			return c->zones.at[i];
	return NULL;
}

const struct leg_proof *chain_leg(const struct chain *c, const struct leg *l)
{
	for (uint32_t i = 0; i < c->legs.n; i++)
		if (c->legs.at[i]->leg == l)
			return c->legs.at[i];
	return NULL;
}
