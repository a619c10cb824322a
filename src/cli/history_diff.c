/* history_diff -- what changed between two moments, or at last, as the observer's memory has it. */
#include "cli/complain.h"
#include "cli/history.h"
#include "dns/text.h"
#include <string.h>

static const char *asked_zone(const struct options *o)
{
	const char *why = "not a name";
	const uint8_t *name = name_from_user(o->arena, o->objects.at[1], &why);
	if (name != NULL)
		return name_text(o->arena, name);
	complain(EXIT_USAGE, "diff: not a domain name: %s: %s", o->objects.at[1], why);
	return NULL;
}

/* Index of the row in force then, or -1 before the first. */
static int64_t past_at(const struct history *h, struct wall at)
{
	for (uint32_t i = h->pasts.n; i-- > 0;)
		if (h->pasts.at[i].from.s <= at.s)
			return i;
	return -1;
}

static int index_of(const struct options *o, const struct history *h, const char *typed, uint32_t *out)
{
	struct wall at;
	char from[WALL_TEXT_MAX];
	if (!wall_from_text(typed, wall_now(), &at))
		return complain(EXIT_USAGE, "--at: no moment: %s (Unix time, 2026-03-01T12:00:00Z, -14d)", typed);
	int64_t i = past_at(h, at);
	if (i < 0)
		return complain(EXIT_UNKNOWN, "diff: %s was first seen %s, after %s", o->objects.at[1], wall_text(h->pasts.at[0].from, from), typed);
	*out = (uint32_t)i;
	return 0;
}

/* No --at: the last change; one: from then until the newest; two: between them, whichever is named first. */
static int choose(const struct options *o, const struct history *h, uint32_t *before, uint32_t *now)
{
	*now = h->pasts.n - 1;
	*before = *now > 0 ? *now - 1 : 0;
	int code = o->moments.n > 0 ? index_of(o, h, o->moments.at[0], before) : 0;
	if (code == 0 && o->moments.n > 1)
		code = index_of(o, h, o->moments.at[1], now);
	if (code == 0 && *before > *now) {
		uint32_t later = *before;
		*before = *now;
		*now = later;
	}
	return code;
}

static int compare(const struct recall *m, const char *zone, const struct snapshot **before, const struct snapshot **now, changes *c)
{
	struct history h = { .zone = zone };
	uint32_t i, k;
	if (history_pasts(m, zone, &h) != E_OK)
		return history_fault(m);
	if (h.pasts.n == 0)
		return complain(EXIT_UNKNOWN, "diff: the observer remembers nothing of %s", zone);
	int code = choose(m->o, &h, &i, &k);
	if (code != 0)
		return code;
	*before = h.pasts.at[i].s;
	*now = h.pasts.at[k].s;
	drift_between(m->o->arena, *before, *now, c);
	if (k == i + 1) {       /* steps of a roll are told by what went before them */
		h.pasts.n = k + 1;
		rollover_explain(m->o->arena, &h, c);
	}
	return 0;
}

int history_diff(const struct options *o, const struct snapshot **before, const struct snapshot **now, changes *c)
{
	struct recall m = { .o = o };
	const char *zone = asked_zone(o);
	if (zone == NULL)
		return EXIT_USAGE;
	if (o->moments.n > 2)
		return complain(EXIT_USAGE, "diff: two moments, not %u", o->moments.n);
	int code = history_begin(o, &m);
	if (code == 0 && m.store == NULL)
		code = complain(EXIT_UNKNOWN, "diff: no observer's memory to be read here (-c FILE or --store FILE names it)");
	if (code == 0)
		code = compare(&m, zone, before, now, c);
	history_end(&m);
	return code;
}
