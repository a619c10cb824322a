/* ladder -- a deadline is told again at every rung: 30 days, 14, 7... */
#include "foresee/outlook.h"

unsigned ladder_rung(const struct ladder *l, int64_t distance_s)
{
	unsigned best = l->n;
	for (unsigned i = 0; i < l->n; i++)
		if (l->rungs_s[i] >= distance_s && (best == l->n || l->rungs_s[i] < l->rungs_s[best]))
			best = i;
	return best;
}
