/* Windows in time: half-open, whole seconds, sorted and apart. */
#include "foresee/inside.h"
#include <string.h>

int64_t after_s(int64_t at_s, uint32_t wait_s)
{
	return at_s > INT64_MAX - (int64_t)wait_s ? INT64_MAX : at_s + wait_s;
}

static void take_out(struct windows *w, unsigned i, unsigned n)
{
	memmove(&w->at[i], &w->at[i + n], (w->n - i - n) * sizeof *w->at);
	w->n -= n;
}

static void put_in(struct windows *w, unsigned i, struct window new)
{
	memmove(&w->at[i + 1], &w->at[i], (w->n - i) * sizeof *w->at);
	w->at[i] = new;
	w->n++;
}

/* Full: the smallest gap is given up, so that what fails is never left out. */
static void join_nearest(struct windows *w)
{
	unsigned best = 0;
	uint64_t gap = UINT64_MAX;
	for (unsigned i = 0; i + 1 < w->n; i++) {
		uint64_t g = (uint64_t)w->at[i + 1].from_s - (uint64_t)w->at[i].until_s;
		best = g < gap ? i : best;
		gap = g < gap ? g : gap;
	}
	w->at[best].until_s = w->at[best + 1].until_s;
	take_out(w, best + 1, 1);
	w->more = true;
}

void windows_add(struct windows *w, int64_t from_s, int64_t until_s)
{
	struct window new = { from_s, until_s };
	unsigned i = 0, joined = 0;
	if (from_s >= until_s)
		return;
	while (i < w->n && w->at[i].until_s < from_s)
		i++;
	for (; i + joined < w->n && w->at[i + joined].from_s <= until_s; joined++) {
		const struct window *old = &w->at[i + joined];
		new.from_s = old->from_s < new.from_s ? old->from_s : new.from_s;
		new.until_s = old->until_s > new.until_s ? old->until_s : new.until_s;
	}
	take_out(w, i, joined);
	if (w->n == WINDOWS_MAX) {
		join_nearest(w);
		windows_add(w, new.from_s, new.until_s);
	} else {
		put_in(w, i, new);
	}
}

void windows_cut(struct windows *w, int64_t from_s, int64_t until_s)
{
	struct windows was = *w;
	if (from_s >= until_s)
		return;
	w->n = 0;
	for (unsigned i = 0; i < was.n; i++) {
		const struct window *o = &was.at[i];
		windows_add(w, o->from_s, o->until_s < from_s ? o->until_s : from_s);
		windows_add(w, o->from_s > until_s ? o->from_s : until_s, o->until_s);
	}
}

const struct window *windows_at(const struct windows *w, int64_t at_s)
{
	for (unsigned i = 0; i < w->n; i++)
		if (w->at[i].from_s <= at_s && at_s < w->at[i].until_s)
			return &w->at[i];
	return NULL;
}
