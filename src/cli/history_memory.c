/* history_memory -- what memory adds to a look of now: since when its verdict stands, keys that went, what the signer always did. */
#include "check/check.h"
#include "cli/history.h"
#include <string.h>

enum { SIGS_MAX = 64, INTERVAL_S = 300 };

struct remembering {
	const struct options *o;
	const struct history *history;
	const struct snapshot *now;
	const struct verdict *verdict;
	struct wall at;
	struct memory *memory;
};

static const char *headline_of(const struct verdict *v)
{
	return v->headline != NULL && v->word != VERDICT_OK ? finding_kind(v->headline->id)->id : "";
}

/* What a snapshot calls an OK is a finding that OK is about: no part of how long all is well. */
static bool same_verdict(const struct remembering *m, const struct snapshot *s)
{
	return s->word == m->verdict->word && (s->word == VERDICT_OK || strcmp(s->finding, headline_of(m->verdict)) == 0);
}

static void remember_since(struct remembering *m)
{
	const struct history *h = m->history;
	m->memory->since = WALL_NEVER;
	for (uint32_t i = h->pasts.n; i-- > 0 && same_verdict(m, h->pasts.at[i].s);) {
		m->memory->since = h->pasts.at[i].from;
		m->memory->since_or_before = i == 0;
	}
}

static bool serves(const struct snapshot *s, uint16_t tag, uint8_t algorithm, const char *ds_sha256, bool signing)
{
	for (uint32_t i = 0; i < s->servers.n; i++)
		for (uint32_t k = 0; k < s->servers.at[i].keys.n; k++) {
			const struct snap_key *key = &s->servers.at[i].keys.at[k];
			bool other = ds_sha256 != NULL && *key->ds_sha256 != '\0' && strcmp(key->ds_sha256, ds_sha256) != 0;
			if (key->tag == tag && key->algorithm == algorithm && !other && (!signing || key->signs_keys))
				return true;
		}
	return false;
}

static void remember_gone(struct remembering *m, const struct snap_ds *d)
{
	const struct history *h = m->history;
	const char *digest = d->digest_type == DIGEST_SHA256 ? d->digest : NULL;
	for (uint32_t i = 0; i < m->memory->gone.n; i++)
		if (m->memory->gone.at[i].tag == d->tag && m->memory->gone.at[i].algorithm == d->algorithm)
			return;
	if (serves(m->now, d->tag, d->algorithm, digest, false))
		return;
	for (uint32_t i = h->pasts.n; i-- > 0;) {
		if (!serves(h->pasts.at[i].s, d->tag, d->algorithm, digest, false))
			continue;
		list_push(m->o->arena, &m->memory->gone, (struct memory_gone){ d->tag, d->algorithm, h->pasts.at[i].to });
		return;
	}
}

/* Only where a look before had no such key: else it may be as old as the zone. */
static void remember_key(struct remembering *m, const struct snap_key *k)
{
	const struct history *h = m->history;
	uint32_t first = h->pasts.n;
	for (uint32_t i = 0; i < m->memory->keys.n; i++)
		if (m->memory->keys.at[i].tag == k->tag && m->memory->keys.at[i].algorithm == k->algorithm)
			return;
	while (first > 0 && serves(h->pasts.at[first - 1].s, k->tag, k->algorithm, k->ds_sha256, true))
		first--;
	if (first > 0 && first < h->pasts.n)
		list_push(m->o->arena, &m->memory->keys, (struct memory_key){ k->tag, k->algorithm, h->pasts.at[first].from });
}

static void remember_keys(struct remembering *m)
{
	for (uint32_t i = 0; i < m->now->parents.n; i++)
		for (uint32_t k = 0; k < m->now->parents.at[i].ds.n; k++)
			remember_gone(m, &m->now->parents.at[i].ds.at[k]);
	for (uint32_t i = 0; i < m->now->servers.n; i++)
		for (uint32_t k = 0; k < m->now->servers.at[i].keys.n; k++)
			if (m->now->servers.at[i].keys.at[k].signs_keys)
				remember_key(m, &m->now->servers.at[i].keys.at[k]);
}

/* The signature of an RRset that ends last, at whatever server. */
static const struct snap_sig *longest(const struct snapshot *s, const char *rrset)
{
	const struct snap_sig *best = NULL;
	for (uint32_t i = 0; i < s->servers.n; i++)
		for (uint32_t k = 0; k < s->servers.at[i].sigs.n; k++) {
			const struct snap_sig *g = &s->servers.at[i].sigs.at[k];
			if (strcmp(g->rrset, rrset) == 0 && g->good && (best == NULL || g->expiration.s > best->expiration.s))
				best = g;
		}
	return best;
}

static void remember_habit(struct remembering *m, const char *rrset)
{
	const struct snap_sig *last = longest(m->now, rrset);
	struct sig_seen seen[SIGS_MAX + 1];
	struct cadence c;
	unsigned n = 0;
	for (uint32_t i = 0; last != NULL && i < m->history->sigs.n && n < SIGS_MAX; i++) {
		const struct sig_seen *g = &m->history->sigs.at[i];
		if (strcmp(g->rrset, rrset) == 0 && g->tag == last->tag && g->algorithm == last->algorithm)
			seen[n++] = *g;
	}
	if (n == 0)
		return;
	if (seen[n - 1].expiration.s < last->expiration.s)
		seen[n++] = (struct sig_seen){ rrset, last->tag, last->algorithm, last->inception, last->expiration, m->at };
	cadence_of(seen, n, m->history->poll_s, m->at, &c);
	if (c.word == CADENCE_COLD)
		return;
	struct memory_habit h = { .rrset = rrset, .left_s = c.low_water_s, .late_s = c.word >= CADENCE_LATE ? c.low_water_s - c.margin_s : 0,
				  .stopped = c.word == CADENCE_STOPPED };
	list_push(m->o->arena, &m->memory->habits, h);
}

static struct snapshot *snapshot_now(const struct options *o, const struct check_result *r, struct wall at)
{
	struct budget budget;
	struct crypto *crypto = crypto_new();
	struct judgement j = { .tree = r->tree, .crypto = crypto, .budget = &budget, .arena = o->arena };
	budget_init(&budget);
	struct snapshot *s = snapshot_make(o->arena, &j, r->verdict, NULL, at);
	crypto_free(&crypto);
	return s;
}

static int recall_sigs(const struct recall *m, const char *zone, struct history *h)
{
	sig_rows rows = { 0 };
	int e = store_sigs(m->store, m->o->arena, zone, SIGS_MAX, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		const struct sig_row *r = &rows.at[i];
		list_push(m->o->arena, &h->sigs, (struct sig_seen){ r->rrset, r->key_tag, r->algorithm, r->inception, r->expiration, r->first_seen });
	}
	return e;
}

/* The name as it is watched, else the zone it lies in. */
static int recall_zone(const struct recall *m, const uint8_t *name, const char *zone, struct history *h)
{
	h->zone = name_text(m->o->arena, name);
	int e = history_pasts(m, h->zone, h);
	if (e == E_OK && h->pasts.n == 0 && strcmp(h->zone, zone) != 0) {
		h->zone = zone;
		e = history_pasts(m, zone, h);
	}
	h->poll_s = m->config != NULL ? m->config->interval_s : INTERVAL_S;
	return e == E_OK ? recall_sigs(m, h->zone, h) : e;
}

/* A name that was delegated elsewhere since is another zone, whose past this is not. */
static bool is_of_zone(const struct history *h, const struct snapshot *now)
{
	return h->pasts.n > 0 && strcmp(h->pasts.at[h->pasts.n - 1].s->zone, now->zone) == 0;
}

static const struct memory *remember(const struct recall *recall, const struct check_result *r, struct wall at)
{
	static const char *const classes[] = { "DNSKEY", "SOA", "NS" };
	struct arena *a = recall->o->arena;
	struct history h = { 0 };
	struct remembering m = { .o = recall->o, .history = &h, .verdict = r->verdict, .at = at, .now = snapshot_now(recall->o, r, at) };
	if (recall_zone(recall, r->evidence->setup.name, m.now->zone, &h) != E_OK) {
		history_fault(recall);
		return NULL;
	}
	if (!is_of_zone(&h, m.now))
		return NULL;
	m.memory = ARENA_NEW(a, struct memory);
	*m.memory = (struct memory){ .seen_at = WALL_NEVER, .seen_until = WALL_NEVER, .asked_for = WALL_NEVER };
	remember_since(&m);
	remember_keys(&m);
	for (unsigned i = 0; i < sizeof classes / sizeof classes[0]; i++)
		remember_habit(&m, classes[i]);
	return m.memory;
}

const struct memory *history_memory(const struct options *o, const struct check_result *r, struct wall at)
{
	struct recall recall;
	const struct memory *memory = NULL;
	if (history_begin(o, &recall) == 0 && recall.store != NULL)
		memory = remember(&recall, r, at);
	history_end(&recall);
	return memory;
}
