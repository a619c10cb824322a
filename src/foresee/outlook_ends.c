/* outlook_ends -- when the signatures of the chain end, by server, and how soon to look again. A single look has a fixed margin
 * for signatures that should have been renewed (judge/timing.c); where the signer's habit is known, that is left to cadence. */
#include "foresee/chain_ends.h"
#include "foresee/inside.h"
#include "base/limits.h"
#include <string.h>

enum {
	HOUR = 3600,            /* servers of one zone get a new version within minutes, or by REFRESH */
	DEADLINE_LOOKS = 20,    /* looks before a deadline: a day ahead every 72 minutes, an hour ahead every three */
	TTL_LOOKS = 10,         /* INCIDENTS 4.4: else a version can come and go unseen */
	SIGS_MAX = 64,
};

static bool is_secure(const struct snapshot *s)
{
	return s->security == STATUS_SECURE;
}

/* ---- one server before the others ---- */

static void tell_first(struct arena *a, const struct history *h, const struct ladder *l, struct wall at,
		       const struct chain_ends *e, struct outlook *out)
{
	char later[WALL_TEXT_MAX];
	int64_t left = e->first.at.s - at.s, gap = e->last.at.s - e->first.at.s;
	if (e->n < 2 || gap <= HOUR || left <= 0 || (double)left > l->warn_fraction * (double)e->first.validity_s)
		return;
	struct finding f = outlook_finding(a, h, FINDING_SERVER_ENDS_FIRST);
	outlook_where(a, &f, e->first_server, e->n);
	if ((double)left > l->critical_fraction * (double)e->first.validity_s)
		f.severity = SEVERITY_WARNING;
	f.when = e->first.at;
	f.detail = arena_printf(a, "its %s; theirs hold %s longer", e->first.rrset, distance_text(gap, later));
	outlook_tell(a, at, out, f);
}

/* ---- is the signer's habit known? ---- */

static const struct snap_sig *newest(const struct snapshot *s, const char *rrset)
{
	const struct snap_sig *best = NULL;
	for (uint32_t i = 0; i < s->servers.n; i++)
		for (uint32_t k = 0; k < s->servers.at[i].sigs.n; k++) {
			const struct snap_sig *g = &s->servers.at[i].sigs.at[k];
			if (g->good && !strcmp(g->rrset, rrset) && (!best || g->expiration.s > best->expiration.s))
				best = g;
		}
	return best;
}

static bool habit_known(const struct history *h, const char *rrset, struct wall at)
{
	struct sig_seen seen[SIGS_MAX];
	struct cadence c;
	const struct snap_sig *now = newest(history_now(h), rrset);
	unsigned n = 0;
	for (uint32_t i = h->sigs.n; now && i > 0 && n < SIGS_MAX; i--) {
		const struct sig_seen *s = &h->sigs.at[i - 1];
		if (!strcmp(s->rrset, rrset) && s->tag == now->tag && s->algorithm == now->algorithm)
			seen[SIGS_MAX - ++n] = *s;
	}
	if (!n || seen[SIGS_MAX - 1].expiration.s != now->expiration.s)
		return false;
	cadence_of(&seen[SIGS_MAX - n], n, h->poll_s, at, &c);
	return c.word != CADENCE_COLD;
}

void outlook_ends(struct arena *a, const struct history *h, const struct ladder *l, struct wall at, struct outlook *out)
{
	const struct snapshot *s = history_now(h);
	struct wall seen = history_seen(h, at);
	if (!s || s->word == VERDICT_SERVFAIL || s->word == VERDICT_UNKNOWN)
		return;
	struct chain_ends e = chain_ends_of(s);
	if (s->breaks_at.s > at.s)
		outlook_breaks(out, s->breaks_at);
	if (e.above.at.s > at.s)
		outlook_breaks(out, e.above.at);
	if (!is_secure(s))
		return; /* what an unsigned zone signs, nobody looks at */
	if (e.first.at.s > at.s)
		outlook_breaks(out, e.first.at);
	tell_first(a, h, l, seen, &e, out);
	out->habits_known = habit_known(h, "SOA", seen) && habit_known(h, "DNSKEY", seen);
}

/* ---- how soon to look again ---- */

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t shortest_ttl(const struct snapshot *s)
{
	int64_t ds = 0, key = 0;
	for (uint32_t i = 0; s && i < s->parents.n; i++)
		if (s->parents.at[i].ds.n && s->parents.at[i].ds_ttl > ds)
			ds = s->parents.at[i].ds_ttl;
	for (uint32_t i = 0; s && i < s->servers.n; i++)
		if (s->servers.at[i].has_dnskey && s->servers.at[i].dnskey_ttl > key)
			key = s->servers.at[i].dnskey_ttl;
	return ds && key ? smaller(ds, key) : 0;
}

static int64_t before(struct wall deadline, struct wall at, int64_t poll_s)
{
	return deadline.s == INT64_MAX || deadline.s <= at.s ? poll_s : smaller(poll_s, (deadline.s - at.s) / DEADLINE_LOOKS);
}

void outlook_pace(const struct history *h, struct wall at, struct outlook *out)
{
	int64_t poll_s = INT64_MAX, ttl = shortest_ttl(history_now(h));
	if (ttl)
		poll_s = ttl / TTL_LOOKS;
	poll_s = before(out->breaks_at, at, poll_s);
	poll_s = before(out->heals_at, at, poll_s);
	if (out->watch_closely || poll_s < LIMIT_POLL_MIN_S)
		poll_s = LIMIT_POLL_MIN_S;
	out->poll_s = poll_s < h->poll_s ? poll_s : 0;
}
