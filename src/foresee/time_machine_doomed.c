/* The finding of the time machine (INCIDENTS.md 4.4): a change that came before caches could follow. It is told when a mix that
 * some resolver surely holds fails now or will, and when not everything in that mix is what the servers give at present: what
 * fails by itself is the verdict's to tell. How long and how many is reckoned with the ends as they may have been. */
#include "foresee/inside.h"
#include <string.h>

enum {
	RESOLVERS = 1000,
	RESOLVERS_TOLD = 100,           /* what was told while it lasted: its share is shown, and decides nothing */
	SEEN_AHEAD_S = 14 * 86400,      /* what never ends is looked at for so long */
	FAR_S = 366 * 86400,
};
#define SHARE_CRITICAL 0.05     /* .nz 2023 peaked at 5 % of users */
#define SHARE_ERROR    0.005

enum cause { CAUSE_KSK, CAUSE_ZSK, CAUSE_UNSIGNED, CAUSE_MOVED, CAUSE_LAME, CAUSE_OVER /* mended; caches still hold the failure */ };

struct doom {
	struct arena *a;
	struct wall at;
	const struct tm_past *past;
	struct windows windows;
	struct tm_mix witness;  /* of those that go on by what is served now, else of all: the one that lasts longest */
	bool found;
};

/* ---- which mixes count ---- */

bool tm_current_provider(const struct tm_world *w, unsigned provider)
{
	for (uint32_t i = 0; i < w->ns.n; i++)
		if (w->ns.at[i].to_s == INT64_MAX && w->ns.at[i].provider == provider)
			return true;
	return false;
}

static bool current_zone(const struct tm_world *w, const struct tm_zone *z)
{
	return !z || (z->to_s == INT64_MAX && tm_current_provider(w, z->provider));
}

static bool all_current(const struct tm_world *w, const struct tm_mix *m)
{
	return (!m->ds || m->ds->to_s == INT64_MAX) && current_zone(w, m->keys) && current_zone(w, m->data) &&
	       tm_current_provider(w, m->ns->provider);
}

/* What fails in the mix is served no more: only caches that met it go on. */
static bool over(const struct tm_world *w, const struct tm_mix *m)
{
	return m->ds && !current_zone(w, m->data ? m->data : m->keys);
}

static bool tells_more(const struct doom *d, const struct tm_mix *m)
{
	const struct tm_mix *w = &d->witness;
	bool now = !over(&d->past->world, m), was = !over(&d->past->world, w);
	if (!d->found || now != was)
		return !d->found || now;
	return m->hi_s > w->hi_s || (m->hi_s == w->hi_s && m->lo_s < w->lo_s);
}

static void take_doomed(const struct tm_mix *m, void *into)
{
	struct doom *d = into;
	if (!m->fails || m->hi_s <= d->at.s || all_current(&d->past->world, m))
		return;
	windows_add(&d->windows, m->lo_s, m->hi_s);
	if (tells_more(d, m))
		d->witness = *m;
	d->found = true;
}

static void find(struct doom *d)
{
	d->windows = (struct windows){ 0 };
	d->found = false;
	tm_each_mix(&d->past->world, &tm_envelope, take_doomed, d);
}

bool tm_doomed(struct arena *a, const struct tm_past *sure, struct wall at)
{
	struct doom d = { .a = a, .at = at, .past = sure };
	find(&d);
	return d.found;
}

/* ---- why, and what to do ---- */

static bool moved(const struct tm_world *w, const struct tm_mix *m)
{
	if (m->data)
		return m->keys->provider != m->data->provider;
	for (uint32_t i = 0; i < w->zones.n; i++)
		if (w->zones.at[i].provider != m->keys->provider && tm_keys_accepted(m->ds, &w->zones.at[i]))
			return !tm_current_provider(w, w->zones.at[i].provider) || !tm_current_provider(w, m->keys->provider);
	return false;
}

static enum cause cause_of(const struct tm_world *w, const struct tm_mix *m)
{
	if (!m->ds)
		return CAUSE_LAME;
	if (moved(w, m))
		return CAUSE_MOVED;
	if (over(w, m))
		return CAUSE_OVER;
	if ((m->data ? m->data : m->keys)->no_dnskey)
		return CAUSE_UNSIGNED;
	return m->data ? CAUSE_ZSK : CAUSE_KSK;
}

/* INCIDENTS 2.3. The first step names the keys that are missed, and how long the remedy takes. */
static const struct {
	const char *before_keys, *after_keys, *after_wait, *avoid;
} cures[] = {
	[CAUSE_KSK] = {
		"Publish ", " again and sign DNSKEY with it as well: heals within ",
		"\nTake it out only after the DS TTL has passed since the last parent server changed"
		"\nThe private key is lost: nothing at the zone helps; ask large resolver operators to flush the zone",
		"Do not remove the DS: caches go on with the one they hold, so nothing heals sooner\n"
		"Do not add a second DS: that does not reach those caches either" },
	[CAUSE_ZSK] = {
		"Publish ", " and the present keys together, and sign the data with all of them: heals within minutes\n"
		"Take old keys and their signatures out only after the longest TTL of data and one DNSKEY TTL, ", "",
		"Do not roll back to the old key alone: that breaks the resolvers that have the new one\n"
		"Do not remove the DS: it heals nothing" },
	[CAUSE_UNSIGNED] = {
		"Serve the zone signed with ", " again: heals within ",
		"\nUnsign only when the DS is gone from every parent server since the TTLs of DS and DNSKEY together",
		"Do not wait for the DS to run out in caches: putting the signatures back is faster\n"
		"Do not sign with new keys" },
	[CAUSE_MOVED] = {
		"Let the new servers serve the signed zone of the old provider, with ", ", as it is (transfer): heals within ",
		"\nCannot be done: let both providers publish each other's keys, or put the old NS back"
		"\nThen move again in order: keys of both in DNSKEY and DS, wait their TTLs, NS last",
		"Do not remove the DS: it breaks those resolvers that still use the old servers" },
	[CAUSE_LAME] = {
		"Serve the zone at the servers of before as well, with ", ", until the NS records have run out in caches; "
		"DNSKEY records are held for ", "",
		"Do not switch old servers off within the NS TTL" },
	[CAUSE_OVER] = {
		"Leave the zone as it is, with ", ": resolvers that met the fault recover by themselves, within ",
		"\nAsk large resolver operators to flush the zone, if that is too long",
		"Do not change keys or DS once more: that begins it anew" },
};

static uint32_t largest_key_ttl(const struct tm_world *w)
{
	uint32_t ttl = 60;
	for (uint32_t i = 0; i < w->zones.n; i++)
		ttl = w->zones.at[i].dnskey_ttl_s > ttl ? w->zones.at[i].dnskey_ttl_s : ttl;
	return ttl;
}

static key_set missed_keys(const struct tm_mix *m)
{
	return !m->ds ? ~(key_set)0 : m->data && !m->data->no_dnskey ? m->keys->published & ~m->data->published : m->ds->keys;
}

/* ---- words ---- */

static const char *moment(struct arena *a, int64_t s)
{
	char text[WALL_TEXT_MAX];
	return s <= -FAR_S || s == INT64_MAX ? "an unknown moment" : arena_text(a, wall_text((struct wall){ s }, text));
}

static const char *until(struct arena *a, int64_t s, int64_t now)
{
	return s == INT64_MAX || s > now + FAR_S ? "until it is mended" : arena_printf(a, "until %s", moment(a, s));
}

/* "that fetched DS (key 4711) before ... and DNSKEY since ...": two cache states that are both honest. */
static const char *witness_words(const struct doom *d)
{
	const struct tm_mix *m = &d->witness;
	if (!m->ds)
		return arena_printf(d->a, "one that holds the NS set of before %s asks servers that do not answer",
				    moment(d->a, m->ns->to_s));
	if (!m->data)
		return arena_printf(d->a, "one that fetched the DS (%s) %s%s and DNSKEY %s %s",
				    tm_key_words(d->a, d->past, m->ds->keys),
				    m->ds->to_s == INT64_MAX ? "at any time" : "before ",
				    m->ds->to_s == INT64_MAX ? "" : moment(d->a, m->ds->to_s),
				    m->keys->no_dnskey ? "(none) since" : "without it since", moment(d->a, m->keys->from_s));
	return arena_printf(d->a, "one that fetched DNSKEY (%s) %s%s and data %s%s since %s",
			    tm_key_words(d->a, d->past, m->keys->published),
			    m->keys->to_s == INT64_MAX ? "at any time" : "before ",
			    m->keys->to_s == INT64_MAX ? "" : moment(d->a, m->keys->to_s),
			    m->data->no_dnskey ? "without signatures" : "signed by ",
			    m->data->no_dnskey ? "" : tm_key_words(d->a, d->past, m->data->sign_data),
			    moment(d->a, m->data->from_s));
}

static const char *what_happened(const struct doom *d, enum cause c)
{
	const struct tm_mix *m = &d->witness;
	char ttl[WALL_TEXT_MAX];
	switch (c) {
	case CAUSE_KSK:
		return arena_printf(d->a, "DNSKEY is without %s since %s, and caches hold the DS that names it for %s",
				    tm_key_words(d->a, d->past, m->ds->keys), moment(d->a, m->keys->from_s),
				    distance_text(m->ds->ttl_s, ttl));
	case CAUSE_ZSK:
		return arena_printf(d->a, "data is signed by %s since %s, and caches hold a DNSKEY set without it for %s",
				    tm_key_words(d->a, d->past, m->data->sign_data), moment(d->a, m->data->from_s),
				    distance_text(m->keys->dnskey_ttl_s, ttl));
	case CAUSE_UNSIGNED:
		return arena_printf(d->a, "the zone was unsigned at %s, and caches hold its DS and keys",
				    moment(d->a, (m->data ? m->data : m->keys)->from_s));
	case CAUSE_MOVED:
		return "the NS records lead to servers with other keys, and caches hold DS, keys or NS of before";
	case CAUSE_OVER:
		return arena_printf(d->a, "what was served from %s to %s failed, and caches still hold it",
				    moment(d->a, (m->data ? m->data : m->keys)->from_s),
				    moment(d->a, (m->data ? m->data : m->keys)->to_s));
	case CAUSE_LAME:
		break;
	}
	return "servers that caches still know do not answer any more";
}

/* ---- shares ---- */

struct toll {
	unsigned n_resolvers;
	double now, peak;
	int64_t peak_at, end;
};

static void count(const struct doom *d, const struct tm_profile *p, struct toll *t)
{
	int64_t end = t->end < d->at.s + SEEN_AHEAD_S ? t->end : d->at.s + SEEN_AHEAD_S;
	int64_t begin = d->windows.at[0].from_s > d->at.s ? d->windows.at[0].from_s : d->at.s;
	struct tm_course c = { .until_s = end, .n_marks = TM_MARKS_MAX };
	c.mark_s[0] = d->at.s;
	for (unsigned i = 1; i < TM_MARKS_MAX; i++)
		c.mark_s[i] = begin + (end - begin) * (int64_t)(i - 1) / (TM_MARKS_MAX - 1);
	tm_course_run(&d->past->world, p, t->n_resolvers, &c);
	t->now = c.share[0] > t->now ? c.share[0] : t->now;
	for (unsigned i = 0; i < TM_MARKS_MAX; i++)
		if (c.share[i] > t->peak) {
			t->peak = c.share[i];
			t->peak_at = c.mark_s[i];
		}
}

/* What fails in the mix broke the zone in plain sight while it was served. */
static bool was_seen_broken(const struct history *h, const struct tm_mix *m)
{
	const struct tm_zone *z = m->data ? m->data : m->keys;
	for (uint32_t i = 0; i < h->pasts.n; i++) {
		const struct past *p = &h->pasts.at[i];
		if (p->from.s < z->to_s && p->to.s > z->from_s && p->s->word == VERDICT_SERVFAIL)
			return true;
	}
	return false;
}

static enum severity severity_of(const struct toll *t)
{
	return t->peak >= SHARE_CRITICAL ? SEVERITY_CRITICAL : t->peak >= SHARE_ERROR ? SEVERITY_ERROR : SEVERITY_WARNING;
}

static const char *toll_words(const struct doom *d, const struct toll *t)
{
	struct windows certain;
	const char *share = arena_printf(d->a, "now %.0f %% of busy resolvers", 100 * t->now);
	if (t->peak > t->now + 0.01)
		share = arena_printf(d->a, "%s, %.0f %% at %s", share, 100 * t->peak, moment(d->a, t->peak_at));
	tm_certain_windows(&d->past->world, &tm_envelope, &certain);
	for (unsigned i = 0; i < certain.n; i++)
		if (certain.at[i].until_s > d->at.s)
			return arena_printf(d->a, "%s, every one from %s", share, moment(d->a, certain.at[i].from_s));
	return share;
}

/* ---- the finding ---- */

static void heal(struct outlook *out, const struct tm_past *past, struct wall at)
{
	struct windows all;
	tm_fail_windows(&past->world, &tm_envelope, &all);
	const struct window *w = windows_at(&all, at.s);
	if (w && w->until_s != INT64_MAX)
		out->heals_at = (struct wall){ w->until_s };
}

static void tell(struct doom *d, const struct history *h, struct outlook *out)
{
	char heals[WALL_TEXT_MAX];
	const struct tm_world *w = &d->past->world;
	enum cause c = cause_of(w, &d->witness);
	/* The outage itself was told while it lasted; what is left of it heals by itself. */
	bool told = c == CAUSE_OVER && was_seen_broken(h, &d->witness);
	struct toll t = { .n_resolvers = told ? RESOLVERS_TOLD : RESOLVERS, .end = d->windows.at[d->windows.n - 1].until_s };
	count(d, &tm_bind, &t);
	count(d, &tm_unbound, &t);
	struct finding f = outlook_finding(d->a, h, FINDING_DOOMED_CHANGE);
	f.severity = told ? SEVERITY_NOTICE : severity_of(&t);
	f.when = (struct wall){ t.end };
	f.breaks = !told && windows_at(&d->windows, d->at.s) != NULL;
	f.detail = arena_printf(d->a, "%s: failing %s, %s; for example %s%s", what_happened(d, c), until(d->a, t.end, d->at.s),
				toll_words(d, &t), witness_words(d),
				d->past->crowded ? " (changes longer ago are left out)" : "");
	f.fix = arena_printf(d->a, "%s%s%s%s%s", cures[c].before_keys, tm_key_words(d->a, d->past, missed_keys(&d->witness)),
			     cures[c].after_keys, distance_text(largest_key_ttl(w), heals), cures[c].after_wait);
	f.avoid = cures[c].avoid;
	outlook_tell(d->a, d->at, out, f);
	if (!told)
		outlook_breaks(out, d->windows.at[0].from_s > d->at.s ? (struct wall){ d->windows.at[0].from_s } : d->at);
	out->watch_closely = true;
	heal(out, d->past, d->at);
}

void outlook_doomed(struct arena *a, const struct history *h, struct wall at, struct outlook *out)
{
	struct doom d = { .a = a, .at = at };
	if (h->pasts.n < 2)
		return;
	d.past = tm_past_make(a, h, at, true);
	find(&d);
	if (!d.found)
		return;
	const struct tm_past *sure = d.past;
	d.past = tm_past_make(a, h, at, false);
	find(&d);
	if (!d.found) { /* versions that lived longer may mend at the edges what was surely within reach */
		d.past = sure;
		find(&d);
	}
	tell(&d, h, out);
}
