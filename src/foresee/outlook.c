/* outlook_make -- every side of the history looked at, and what comes of it put together. */
#include "foresee/inside.h"
#include <stdlib.h>
#include <string.h>

typedef void part_fn(struct arena *a, const struct history *h, struct wall at, struct outlook *out);
static part_fn *const parts[] = { outlook_doomed, outlook_cadence, outlook_lag, outlook_rollover };

static int worst_first(const void *l, const void *r)
{
	const struct finding *a = l, *b = r;
	int by = (int)b->severity - (int)a->severity;
	by = by ? by : (a->when.s > b->when.s) - (a->when.s < b->when.s);
	by = by ? by : (int)a->id - (int)b->id;
	return by ? by : strcmp(a->text, b->text);
}

void outlook_make(struct arena *a, const struct history *h, const struct ladder *l, struct wall at, struct outlook *out)
{
	*out = (struct outlook){ .breaks_at = WALL_NEVER, .heals_at = WALL_NEVER };
	if (!h->pasts.n)
		return;
	for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++)
		parts[i](a, h, at, out);
	outlook_cds(a, h, l, at, out);
	outlook_ends(a, h, l, at, out);
	outlook_pace(h, at, out);
	if (out->findings.n)
		qsort(out->findings.at, out->findings.n, sizeof *out->findings.at, worst_first);
}
