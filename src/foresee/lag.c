/* lag -- a secondary that does not follow (INCIDENTS.md 4.3). It has lost its primary at some time between the last look at which
 * it was up to date and the first at which another server had a newer serial; EXPIRE after that it stops to serve the zone
 * (RFC 1035 3.3.13), and if its signatures end before, it serves expired ones until then. Only servers that once had a serial
 * and a key set in common are copies of one zone: providers that sign for themselves count their serials as they like. */
#include "foresee/inside.h"
#include "dns/types.h"
#include <stdlib.h>
#include <string.h>

enum {
	DELAYS_KNOWN = 3,       /* transfers before their median is a habit */
	DELAYS_MAX = 64,
	LOOKS_SPARED = 3,       /* what lasts no longer than this many looks is the grain of our own eyes */
};

struct sighting {
	const struct addr *addr;
	uint32_t serial;
	int64_t at;
};
struct lagging {
	struct arena *a;
	const struct history *h;
	int64_t now;
	LIST(struct sighting) seen;     /* oldest first for each server */
	struct finding late, ends;
	bool any_late, any_ends;
	int64_t worst_s;                /* lag told in late.detail */
};
struct behind {                 /* of one server */
	int64_t since, last_equal;      /* a newer serial elsewhere: first look with it, last look without */
	uint32_t newest;
	int64_t usual_s;                /* median transfer delay, -1 unknown */
};

static bool newer(uint32_t a, uint32_t b)
{
	return serial32_before((struct serial32){ b }, (struct serial32){ a });
}

static void gather(struct lagging *l)
{
	const struct history *h = l->h;
	for (uint32_t i = 0; i < h->serials.n; i++)
		list_push(l->a, &l->seen, (struct sighting){ &h->serials.at[i].addr, h->serials.at[i].serial,
							     h->serials.at[i].first_seen.s });
	for (uint32_t i = 0; i < h->pasts.n; i++) {
		const struct snapshot *s = h->pasts.at[i].s;
		for (uint32_t k = 0; k < s->servers.n; k++)
			if (s->servers.at[k].has_serial && s->servers.at[k].answered)
				list_push(l->a, &l->seen,
					  (struct sighting){ &s->servers.at[k].addr, s->servers.at[k].serial, s->at.s });
	}
}

/* When this server was first seen with this serial; INT64_MAX never. */
static int64_t first_seen(const struct lagging *l, const struct addr *addr, uint32_t serial)
{
	int64_t first = INT64_MAX;
	for (uint32_t i = 0; i < l->seen.n; i++)
		if (l->seen.at[i].serial == serial && l->seen.at[i].at < first && addr_equal(l->seen.at[i].addr, addr))
			first = l->seen.at[i].at;
	return first;
}

/* ---- copies of one zone ---- */

static bool same_keys(const struct snap_server *a, const struct snap_server *b)
{
	if (a->has_dnskey != b->has_dnskey || a->keys.n != b->keys.n)
		return false;
	for (uint32_t i = 0; i < a->keys.n; i++)
		if (strcmp(a->keys.at[i].hash, b->keys.at[i].hash))
			return false;
	return true;
}

/* The keys of `mine` now were, now or once, those of the other. */
static bool had_these_keys(const struct history *h, const struct snap_server *mine, const struct addr *other)
{
	for (uint32_t i = h->pasts.n; i-- > 0;)
		for (uint32_t k = 0; k < h->pasts.at[i].s->servers.n; k++) {
			const struct snap_server *v = &h->pasts.at[i].s->servers.at[k];
			if (addr_equal(&v->addr, other) && same_keys(mine, v))
				return true;
		}
	return false;
}

static bool shared_serial(const struct lagging *l, const struct addr *a, const struct addr *b)
{
	for (uint32_t i = 0; i < l->seen.n; i++)
		if (addr_equal(l->seen.at[i].addr, a) && first_seen(l, b, l->seen.at[i].serial) != INT64_MAX)
			return true;
	return false;
}

static bool copies(const struct lagging *l, const struct snap_server *mine, const struct snap_server *other)
{
	return mine != other && other->has_serial && other->answered && shared_serial(l, &mine->addr, &other->addr) &&
	       had_these_keys(l->h, mine, &other->addr);
}

/* ---- how late ---- */

static int ascending(const void *a, const void *b)
{
	int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;
	return (l > r) - (l < r);
}

/* Median of its delays against the other, over the serials it took; -1 when there are too few. */
static int64_t usual_delay(const struct lagging *l, const struct snap_server *mine, const struct snap_server *other)
{
	int64_t delay[DELAYS_MAX];
	unsigned n = 0;
	for (uint32_t i = 0; i < l->h->serials.n && n < DELAYS_MAX; i++) {
		const struct serial_seen *s = &l->h->serials.at[i];
		int64_t there = first_seen(l, &other->addr, s->serial);
		if (!addr_equal(&s->addr, &mine->addr) || there == INT64_MAX)
			continue;
		delay[n++] = s->first_seen.s > there ? s->first_seen.s - there : 0;
	}
	qsort(delay, n, sizeof *delay, ascending);
	return n < DELAYS_KNOWN ? -1 : delay[n / 2];
}

/* The last look before `since` at which it had what it has now. */
static int64_t last_look_equal(const struct lagging *l, const struct snap_server *mine, int64_t since)
{
	int64_t began = first_seen(l, &mine->addr, mine->serial), last = began;
	if (l->h->serials.n && began < since - l->h->poll_s)
		return since - l->h->poll_s;
	for (uint32_t i = 0; i < l->seen.n; i++)
		if (l->seen.at[i].serial == mine->serial && l->seen.at[i].at < since && l->seen.at[i].at > last &&
		    addr_equal(l->seen.at[i].addr, &mine->addr))
			last = l->seen.at[i].at;
	return last;
}

static bool is_behind(const struct lagging *l, const struct snapshot *s, const struct snap_server *mine, struct behind *b)
{
	*b = (struct behind){ .since = INT64_MAX, .newest = mine->serial, .usual_s = -1 };
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct snap_server *other = &s->servers.at[i];
		if (!newer(other->serial, mine->serial) || !copies(l, mine, other))
			continue;
		for (uint32_t k = 0; k < l->seen.n; k++)
			if (addr_equal(l->seen.at[k].addr, &other->addr) && newer(l->seen.at[k].serial, mine->serial) &&
			    l->seen.at[k].at < b->since)
				b->since = l->seen.at[k].at;
		b->newest = newer(other->serial, b->newest) ? other->serial : b->newest;
		int64_t usual = usual_delay(l, mine, other);
		b->usual_s = usual > b->usual_s ? usual : b->usual_s;
	}
	if (b->since == INT64_MAX)
		return false;
	b->last_equal = last_look_equal(l, mine, b->since);
	/* It took this serial when others had a newer one already: its last contact was then. */
	if (b->last_equal > b->since)
		b->since = b->last_equal;
	return true;
}

/* ---- telling ---- */

static bool against_its_timers(const struct snap_server *v, int64_t lag_s)
{
	return lag_s > 2 * (int64_t)v->refresh + v->retry;
}

static bool against_its_habit(const struct lagging *l, const struct behind *b, int64_t lag_s)
{
	int64_t grain = LOOKS_SPARED * l->h->poll_s;
	return b->usual_s >= 0 && lag_s > 3 * b->usual_s && lag_s > grain;
}

static struct wall signatures_end(const struct snap_server *v)
{
	struct wall end = WALL_NEVER;
	for (uint32_t i = 0; i < v->sigs.n; i++)
		if (v->sigs.at[i].good && v->sigs.at[i].expiration.s < end.s)
			end = v->sigs.at[i].expiration;
	return end;
}

static void tell_late(struct lagging *l, const struct snap_server *v, const struct behind *b, unsigned of)
{
	char lag[WALL_TEXT_MAX], usual[WALL_TEXT_MAX];
	int64_t lag_s = l->now - b->since;
	bool timers = against_its_timers(v, lag_s);
	if (!l->any_late) {
		l->late = outlook_finding(l->a, l->h, FINDING_SECONDARY_LAGGING);
		l->late.type = TYPE_SOA;
		l->late.severity = SEVERITY_NOTICE;
	}
	l->any_late = true;
	outlook_where(l->a, &l->late, v, of);
	if (timers)
		l->late.severity = SEVERITY_WARNING;
	if (lag_s <= l->worst_s)
		return;
	l->worst_s = lag_s;
	l->late.number = v->serial;
	l->late.number2 = b->newest;
	l->late.detail = arena_printf(l->a, "serial %u, while %u is served elsewhere for %s; %s", v->serial, b->newest,
				      distance_text(lag_s, lag),
				      timers ? "longer than two REFRESH and a RETRY"
					     : arena_printf(l->a, "it usually follows within %s", distance_text(b->usual_s, usual)));
}

static void tell_ends(struct lagging *l, const struct snap_server *v, const struct behind *b, unsigned of, struct outlook *out)
{
	char from[WALL_TEXT_MAX], until[WALL_TEXT_MAX], sigs[WALL_TEXT_MAX];
	struct wall stops = { b->last_equal + v->expire }, latest = { b->since + v->expire }, end = signatures_end(v);
	bool expired_first = end.s < stops.s;
	struct wall when = expired_first ? end : stops;
	if (!expired_first && stops.s - l->now > (int64_t)v->expire / 2)
		return;
	if (!l->any_ends)
		l->ends = outlook_finding(l->a, l->h, FINDING_SECONDARY_WILL_EXPIRE);
	outlook_where(l->a, &l->ends, v, of);
	outlook_breaks(out, when);
	if (l->any_ends && when.s >= l->ends.when.s)
		return;
	l->any_ends = true;
	l->ends.type = TYPE_SOA;
	l->ends.when = when;
	l->ends.number = v->serial;
	l->ends.detail = expired_first
		? arena_printf(l->a, "its signatures end at %s, and it goes on to serve them until %s", wall_text(end, sigs),
			       wall_text(stops, from))
		: arena_printf(l->a, "between %s and %s", wall_text(stops, from), wall_text(latest, until));
}

static void look_at(struct lagging *l, const struct snapshot *s, const struct snap_server *v, struct outlook *out)
{
	struct behind b;
	if (!v->asked || !v->answered || !v->has_serial || !is_behind(l, s, v, &b))
		return;
	int64_t lag_s = l->now - b.since;
	bool timers = against_its_timers(v, lag_s);
	if (timers || against_its_habit(l, &b, lag_s))
		tell_late(l, v, &b, s->servers.n);
	if (timers)
		tell_ends(l, v, &b, s->servers.n, out);
}

void outlook_lag(struct arena *a, const struct history *h, struct wall at, struct outlook *out)
{
	struct lagging l = { .a = a, .h = h, .now = history_seen(h, at).s, .worst_s = -1 };
	const struct snapshot *s = history_now(h);
	if (!s)
		return;
	gather(&l);
	for (uint32_t i = 0; i < s->servers.n; i++)
		look_at(&l, s, &s->servers.at[i], out);
	if (l.any_late)
		outlook_tell(a, at, out, l.late);
	if (l.any_ends)
		outlook_tell(a, at, out, l.ends);
}
