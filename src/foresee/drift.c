/* drift_between -- what differs between two looks, each kind with its weight. INCIDENTS 1.5 and 4.7: a DS that is gone, an NS
 * set that moved, a TTL that grew, each was the first public sign of an outage. */
#include "foresee/drift.h"
#include "dns/text.h"
#include <stdlib.h>
#include <string.h>

/* Both sides of one matter; false where they cannot be compared. */
struct pair { voices was, is; words all_was, all_is; };

static bool pair_of(struct drift *d, enum matter of, struct pair *p)
{
	p->was = drift_voices(d->a, d->before, of);
	p->is = drift_voices(d->a, d->now, of);
	voices_pair(&p->was, &p->is);
	p->all_was = voices_union(d->a, &p->was);
	p->all_is = voices_union(d->a, &p->is);
	return p->was.n && p->is.n;
}

static void ttl_changed(struct drift *d, enum change_kind kind, const struct pair *p, enum severity grew)
{
	uint32_t was = voices_ttl(&p->was), is = voices_ttl(&p->is);
	if (was && is && was != is)
		drift_note(d, kind, is > was ? grew : SEVERITY_INFO, "", arena_printf(d->a, "%u", (unsigned)was),
			   arena_printf(d->a, "%u", (unsigned)is));
}

/* ---- verdict ---- */

static const char *verdict_words(struct arena *a, const struct snapshot *s)
{
	return arena_printf(a, "%s%s%s", verdict_text(s->word), *s->finding ? " " : "", s->finding);
}

static void verdict_changed(struct drift *d)
{
	static const enum severity weight[] = { [VERDICT_OK] = SEVERITY_INFO,	    [VERDICT_AT_RISK] = SEVERITY_WARNING,
						[VERDICT_DEGRADED] = SEVERITY_ERROR, [VERDICT_SERVFAIL] = SEVERITY_CRITICAL,
						[VERDICT_UNKNOWN] = SEVERITY_NOTICE };
	bool same_finding = !strcmp(d->before->finding, d->now->finding);
	if (d->before->word == d->now->word && (same_finding || d->now->word == VERDICT_OK))
		return; /* what an OK is about may change with every look */
	drift_note(d, CHANGE_VERDICT, weight[d->now->word], "", verdict_words(d->a, d->before), verdict_words(d->a, d->now));
}

/* ---- DS ---- */

static const struct snap_ds *ds_named(const struct snapshot *s, const char *item, struct arena *a)
{
	for (uint32_t i = 0; i < s->parents.n; i++)
		for (uint32_t k = 0; k < s->parents.at[i].ds.n; k++) {
			const struct snap_ds *ds = &s->parents.at[i].ds.at[k];
			if (!strcmp(item, arena_printf(a, "%u %u %u %s", ds->tag, ds->algorithm, ds->digest_type, ds->digest)))
				return ds;
		}
	return NULL;
}

static void ds_one(struct drift *d, const struct difference *x)
{
	const struct snap_ds *ds = ds_named(x->gone ? d->before : d->now, x->item, d->a);
	enum severity s = x->gone || !ds->matched ? SEVERITY_WARNING : SEVERITY_NOTICE;
	struct change *c = drift_note(d, x->gone ? CHANGE_DS_REMOVED : CHANGE_DS_ADDED, s, x->where, x->gone ? x->item : "",
				      x->gone ? "" : x->item);
	c->tag = ds->tag;
	c->algorithm = ds->algorithm;
}

static void ds_changed(struct drift *d)
{
	struct pair p;
	if (!pair_of(d, MATTER_DS, &p))
		return;
	if (p.all_was.n && !p.all_is.n) {
		const struct snap_ds *ds = ds_named(d->before, p.all_was.at[0], d->a);
		struct change *c = drift_note(d, CHANGE_DS_VANISHED, SEVERITY_CRITICAL, "", words_joined(d->a, &p.all_was), "");
		c->tag = ds->tag;
		c->algorithm = ds->algorithm;
		return;
	}
	differences x = voices_differ(d->a, &p.was, &p.is);
	for (uint32_t i = 0; i < x.n; i++)
		ds_one(d, &x.at[i]);
	ttl_changed(d, CHANGE_TTL_DS, &p, SEVERITY_WARNING);
}

/* ---- keys ---- */

static const struct snap_key *key_named(const struct snapshot *s, const char *hash)
{
	for (uint32_t i = 0; i < s->servers.n; i++)
		for (uint32_t k = 0; k < s->servers.at[i].keys.n; k++)
			if (!strcmp(s->servers.at[i].keys.at[k].hash, hash))
				return &s->servers.at[i].keys.at[k];
	return NULL;
}

static const char *key_words(struct arena *a, const struct snap_key *k)
{
	const char *what = k->revoked ? "revoked key" : k->flags & DNSKEY_SEP ? "KSK" : "ZSK";
	return arena_printf(a, "%s %u (algorithm %u)", what, k->tag, k->algorithm);
}

static const char *keys_words(struct arena *a, const struct snapshot *s, const words *hashes)
{
	words out = { 0 };
	for (uint32_t i = 0; i < hashes->n; i++)
		list_push(a, &out, key_words(a, key_named(s, hashes->at[i])));
	return words_joined(a, &out);
}

/* A DS of the parent still names it. */
static bool key_is_wanted(const struct snapshot *s, const struct snap_key *k)
{
	for (uint32_t i = 0; i < s->parents.n; i++)
		for (uint32_t n = 0; n < s->parents.at[i].ds.n; n++) {
			const struct snap_ds *ds = &s->parents.at[i].ds.at[n];
			if (ds->tag == k->tag && ds->algorithm == k->algorithm &&
			    (ds->digest_type != DIGEST_SHA256 || !strcmp(ds->digest, k->ds_sha256)))
				return true;
		}
	return false;
}

static void key_one(struct drift *d, const struct difference *x)
{
	const struct snap_key *k = key_named(x->gone ? d->before : d->now, x->item);
	enum severity s = x->gone && key_is_wanted(d->now, k) ? SEVERITY_ERROR : SEVERITY_NOTICE;
	const char *text = key_words(d->a, k);
	struct change *c = drift_note(d, x->gone ? CHANGE_KEY_REMOVED : CHANGE_KEY_ADDED, s, x->where, x->gone ? text : "",
				      x->gone ? "" : text);
	c->tag = k->tag;
	c->algorithm = k->algorithm;
}

enum { SIGNS_KEYS = 1, SIGNS_DATA = 2 };

/* What a key signs at any of the servers that take part. */
static unsigned role_of(const struct snapshot *s, const voices *among, const char *hash)
{
	unsigned role = 0;
	for (uint32_t i = 0; i < s->servers.n; i++) {
		bool counts = false;
		for (uint32_t v = 0; v < among->n && !counts; v++)
			counts = addr_same(&among->at[v].addr, &s->servers.at[i].addr);
		for (uint32_t k = 0; counts && k < s->servers.at[i].keys.n; k++) {
			const struct snap_key *key = &s->servers.at[i].keys.at[k];
			if (!strcmp(key->hash, hash))
				role |= (key->signs_keys ? SIGNS_KEYS : 0) | (key->signs_data ? SIGNS_DATA : 0);
		}
	}
	return role;
}

static void roles_changed(struct drift *d, const struct pair *p)
{
	static const char *const words_of[] = { "signs nothing", "signs keys", "signs data", "signs keys and data" };
	for (uint32_t i = 0; i < p->all_is.n; i++) {
		const char *hash = p->all_is.at[i];
		unsigned was = role_of(d->before, &p->was, hash), is = role_of(d->now, &p->is, hash);
		if (was == is || !words_have(&p->all_was, hash))
			continue;
		const struct snap_key *k = key_named(d->now, hash);
		const char *text = key_words(d->a, k);
		struct change *c = drift_note(d, CHANGE_KEY_ROLE, SEVERITY_NOTICE, "",
					      arena_printf(d->a, "%s %s", text, words_of[was]),
					      arena_printf(d->a, "%s %s", text, words_of[is]));
		c->tag = k->tag;
		c->algorithm = k->algorithm;
	}
}

static words algorithms(struct arena *a, const struct snapshot *s, const words *hashes)
{
	words out = { 0 };
	for (uint32_t i = 0; i < hashes->n; i++) {
		const char *text = arena_printf(a, "%u", key_named(s, hashes->at[i])->algorithm);
		if (!words_have(&out, text))
			list_push(a, &out, text);
	}
	return out;
}

static int by_number(const void *a, const void *b)
{
	return atoi(*(const char *const *)a) - atoi(*(const char *const *)b);
}

static void algorithms_changed(struct drift *d, const struct pair *p)
{
	words was = algorithms(d->a, d->before, &p->all_was), is = algorithms(d->a, d->now, &p->all_is);
	if (words_same(&was, &is))
		return;
	qsort(was.at, was.n, sizeof *was.at, by_number);
	qsort(is.at, is.n, sizeof *is.at, by_number);
	drift_note(d, CHANGE_ALGORITHM, SEVERITY_WARNING, "", words_joined(d->a, &was), words_joined(d->a, &is));
}

static bool any_ds(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->parents.n; i++)
		if (s->parents.at[i].ds.n)
			return true;
	return false;
}

static void keys_changed(struct drift *d)
{
	struct pair p;
	if (!pair_of(d, MATTER_KEYS, &p) || (!p.all_was.n && !p.all_is.n))
		return;
	if (!p.all_was.n) {
		drift_note(d, CHANGE_SIGNED, SEVERITY_NOTICE, "", "", keys_words(d->a, d->now, &p.all_is));
		return;
	}
	if (!p.all_is.n) {
		drift_note(d, CHANGE_UNSIGNED, any_ds(d->now) ? SEVERITY_CRITICAL : SEVERITY_WARNING, "",
			   keys_words(d->a, d->before, &p.all_was), "");
		return;
	}
	differences x = voices_differ(d->a, &p.was, &p.is);
	for (uint32_t i = 0; i < x.n; i++)
		key_one(d, &x.at[i]);
	roles_changed(d, &p);
	algorithms_changed(d, &p);
	ttl_changed(d, CHANGE_TTL_DNSKEY, &p, SEVERITY_WARNING);
}

/* ---- NS and glue ---- */

static bool all_changed_somewhere(const struct pair *p)
{
	for (uint32_t i = 0; i < p->is.n; i++)
		if (!words_meet(&p->is.at[i].items, &p->all_was))
			return true;
	return false;
}

/* One place when all of it is in one place. */
static const char *one_where(const differences *x)
{
	for (uint32_t i = 1; i < x->n; i++)
		if (strcmp(x->at[i].where, x->at[0].where))
			return "";
	return x->at[0].where;
}

static void ns_changed(struct drift *d, enum matter of, enum change_kind kind)
{
	struct pair p;
	bool parent = of == MATTER_NS_PARENT;
	if (!pair_of(d, of, &p))
		return;
	differences x = voices_differ(d->a, &p.was, &p.is);
	if (x.n) {
		enum severity s = parent ? SEVERITY_WARNING : SEVERITY_NOTICE;
		if (p.all_was.n && all_changed_somewhere(&p))
			s = parent && !p.all_is.n ? SEVERITY_CRITICAL : parent ? SEVERITY_ERROR : SEVERITY_WARNING;
		drift_note(d, kind, s, one_where(&x), words_joined(d->a, &p.all_was), words_joined(d->a, &p.all_is));
	}
	if (parent)
		ttl_changed(d, CHANGE_TTL_NS, &p, SEVERITY_NOTICE);
}

static bool is_of(const char *glue, const char *host)
{
	size_t n = strlen(host);
	return !strncmp(glue, host, n) && glue[n] == ' ';
}

static words glue_of(struct arena *a, const words *all, const char *host)
{
	words out = { 0 };
	for (uint32_t i = 0; i < all->n; i++)
		if (is_of(all->at[i], host))
			list_push(a, &out, all->at[i] + strlen(host) + 1);
	return out;
}

/* Glue of name servers that stayed; of others it came or went with them. A referral may leave some out (RFC 9471 lets it set TC),
 * so nothing in one of the two is no change. */
static void glue_changed(struct drift *d)
{
	struct pair ns, glue;
	if (!pair_of(d, MATTER_NS_PARENT, &ns) || !pair_of(d, MATTER_GLUE, &glue))
		return;
	for (uint32_t i = 0; i < ns.all_is.n; i++) {
		const char *host = ns.all_is.at[i];
		words was = glue_of(d->a, &glue.all_was, host), is = glue_of(d->a, &glue.all_is, host);
		if (words_have(&ns.all_was, host) && was.n && is.n && !words_same(&was, &is))
			drift_note(d, CHANGE_GLUE, SEVERITY_WARNING, host, words_joined(d->a, &was), words_joined(d->a, &is));
	}
}

/* ---- CDS ---- */

static void cds_changed(struct drift *d)
{
	static const char delete_wish[] = "0 0 0 00";
	struct pair p;
	if (!pair_of(d, MATTER_CDS, &p))
		return;
	differences x = voices_differ(d->a, &p.was, &p.is);
	if (!x.n)
		return;
	bool asks = words_have(&p.all_is, delete_wish) && !words_have(&p.all_was, delete_wish);
	drift_note(d, asks ? CHANGE_CDS_DELETE : CHANGE_CDS, asks ? SEVERITY_CRITICAL : SEVERITY_NOTICE, one_where(&x),
		   words_joined(d->a, &p.all_was), words_joined(d->a, &p.all_is));
}

/* ---- all of it ---- */

static int worst_first(const void *l, const void *r)
{
	const struct change *a = l, *b = r;
	int by = (int)b->severity - (int)a->severity;
	by = by ? by : (int)a->kind - (int)b->kind;
	by = by ? by : strcmp(a->before, b->before);
	by = by ? by : strcmp(a->after, b->after);
	return by ? by : strcmp(a->where, b->where);
}

void drift_between(struct arena *a, const struct snapshot *before, const struct snapshot *now, changes *out)
{
	changes found = { 0 };
	struct drift d = { .a = a, .before = before, .now = now, .out = &found };
	verdict_changed(&d);
	ds_changed(&d);
	keys_changed(&d);
	ns_changed(&d, MATTER_NS_PARENT, CHANGE_NS_PARENT);
	ns_changed(&d, MATTER_NS_CHILD, CHANGE_NS_CHILD);
	glue_changed(&d);
	cds_changed(&d);
	drift_of_servers(&d);
	if (found.n)
		qsort(found.at, found.n, sizeof *found.at, worst_first);
	for (uint32_t i = 0; i < found.n; i++)
		list_push(a, out, found.at[i]);
}
