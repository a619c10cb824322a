/* ways -- every way in which a server fails to serve a zone, and what it is called when all do or some. */
#pragma once
#include "judge/inside.h"

struct way {
	enum said said;
	enum finding_id all, some;
};
/* For each zone on the path: one finding per way with the servers it shows at. Ancestors whose other servers work get
 * the notice parent-server-broken only. */
void judge_ways(struct judging *j, const struct way *ways, unsigned n);
/* The zone's leg of the question: the one that ends in it, else NULL. */
const struct leg *zone_leg(const struct judging *j, const struct zone *z);
