/* From history to versions. A DS set seen at any parent server is held by some resolver, and so is each key set seen at any server
 * of a provider; so versions may overlap, one for each opinion. A provider is the group of servers that one NS set names: when
 * the NS set changes there is a new one, which may well have the same servers. What is not looked at any more (the servers of a
 * provider that was left) is taken to go on as it was. */
#include "foresee/inside.h"
#include "base/text.h"
#include <string.h>
#include <strings.h>

enum {
	MATTERS_S = 2 * 604800, /* held for a week at most, and its keys for another */
	GAP_MIN_S = 120,
	NS_TTL_UNKNOWN = 86400,
	PROVIDERS_MAX = TM_VERSIONS_MAX,
};

struct version {                /* of any of the lists */
	int64_t from, to;
	uint32_t ttl;
	unsigned provider;
	unsigned leads_to;      /* of an NS set: the provider */
	bool none;              /* no DS; no DNSKEY */
	key_set published, sign_keys, sign_data;        /* a DS has only the first */
	uint32_t seen_in;       /* the last past in which it was seen */
	bool open;
};
struct track {
	LIST(struct version) versions;
	uint32_t told_in[PROVIDERS_MAX];        /* the last past that told of this provider, + 1 */
};
struct bridge {
	struct arena *a;
	const struct history *h;
	bool sure;
	uint32_t first;         /* past that can matter */
	struct tm_past *out;
	LIST(const struct snap_parent *) providers;     /* whose NS set it is */
	struct track ds, ns, zones, lame;
	uint32_t key_ttl_max;
};

static const struct past *past_at(const struct bridge *b, uint32_t i)
{
	return &b->h->pasts.at[i];
}

/* ---- following versions through the pasts ---- */

static bool same_value(const struct version *a, const struct version *b)
{
	return a->ttl == b->ttl && a->provider == b->provider && a->none == b->none &&
	       a->leads_to == b->leads_to && a->published == b->published &&
	       a->sign_keys == b->sign_keys && a->sign_data == b->sign_data;
}

static void see(struct bridge *b, struct track *t, struct version v, uint32_t i)
{
	for (uint32_t k = 0; k < t->versions.n; k++)
		if (t->versions.at[k].open && same_value(&t->versions.at[k], &v)) {
			t->versions.at[k].seen_in = i;
			return;
		}
	v.open = true;
	v.seen_in = i;
	v.from = past_at(b, i)->from.s;
	v.to = INT64_MAX;
	list_push(b->a, &t->versions, v);
}

/* When what was seen last in `before` ended, now that another stands in its place. */
static int64_t ended(const struct bridge *b, uint32_t before, uint32_t now)
{
	int64_t seen = past_at(b, before)->to.s, next = past_at(b, now)->from.s;
	int64_t gap = 2 * b->h->poll_s > GAP_MIN_S ? 2 * b->h->poll_s : GAP_MIN_S;
	return b->sure || next - seen > gap ? seen + 1 : next;
}

/* All that this past tells of the provider was seen: what was not seen any more has ended. */
static void settle(struct bridge *b, struct track *t, unsigned provider, uint32_t i)
{
	for (uint32_t k = 0; k < t->versions.n; k++) {
		struct version *v = &t->versions.at[k];
		if (!v->open || v->provider != provider || v->seen_in == i)
			continue;
		v->open = false;
		v->to = ended(b, t->told_in[provider] - 1, i);
	}
	t->told_in[provider] = i + 1;
}

/* ---- keys ---- */

static bool same_key(const struct snap_key *a, const struct snap_key *b)
{
	return a->algorithm == b->algorithm && a->tag == b->tag && !strcmp(a->hash, b->hash);
}

static key_set key_bit(const struct bridge *b, const struct snap_key *k)
{
	for (unsigned i = 0; i < b->out->n_keys; i++)
		if (same_key(&b->out->keys[i], k))
			return (key_set)1 << i;
	return 0;
}

static void know_key(struct bridge *b, const struct snap_key *k)
{
	if (key_bit(b, k))
		return;
	if (b->out->n_keys == TM_KEYS_MAX)
		b->out->crowded = true;
	else
		b->out->keys[b->out->n_keys++] = *k;
}

static void know_keys(struct bridge *b)
{
	for (uint32_t i = b->h->pasts.n; i-- > b->first;) {
		const struct snapshot *s = past_at(b, i)->s;
		for (uint32_t v = 0; v < s->servers.n; v++) {
			const struct snap_server *server = &s->servers.at[v];
			if (server->has_dnskey && server->dnskey_ttl > b->key_ttl_max)
				b->key_ttl_max = server->dnskey_ttl;
			for (uint32_t k = 0; k < server->keys.n; k++)
				know_key(b, &server->keys.at[k]);
		}
	}
}

/* ---- DS ---- */

static bool supported(const struct snap_ds *d)
{
	static const char algorithms[] = { 5, 7, 8, 10, 13, 14, 15, 16, 0 }, digests[] = { 1, 2, 4, 0 };
	return d->algorithm && d->algorithm <= 16 && strchr(algorithms, d->algorithm) && d->digest_type &&
	       d->digest_type <= 4 && strchr(digests, d->digest_type);
}

static bool same_ds(const struct snap_ds *a, const struct snap_ds *b)
{
	return a->tag == b->tag && a->algorithm == b->algorithm && a->digest_type == b->digest_type &&
	       !strcasecmp(a->digest, b->digest);
}

/* Digests other than SHA-256 are not kept with the keys: did this DS ever name a key that was served? */
static bool ever_matched(const struct bridge *b, const struct snap_ds *d)
{
	for (uint32_t i = b->first; i < b->h->pasts.n; i++)
		for (uint32_t p = 0; p < past_at(b, i)->s->parents.n; p++) {
			const struct snap_parent *parent = &past_at(b, i)->s->parents.at[p];
			for (uint32_t k = 0; k < parent->ds.n; k++)
				if (parent->ds.at[k].matched && same_ds(&parent->ds.at[k], d))
					return true;
		}
	return false;
}

static key_set keys_of_ds(const struct bridge *b, const struct snap_ds *d)
{
	key_set keys = 0;
	for (unsigned i = 0; i < b->out->n_keys; i++) {
		const struct snap_key *k = &b->out->keys[i];
		if (k->tag != d->tag || k->algorithm != d->algorithm)
			continue;
		bool digest_known = d->digest_type == 2 && *k->ds_sha256;
		if (digest_known ? !strcasecmp(k->ds_sha256, d->digest) : ever_matched(b, d))
			keys |= (key_set)1 << i;
	}
	return keys;
}

static void see_ds(struct bridge *b, uint32_t i)
{
	bool told = false;
	const struct snapshot *s = past_at(b, i)->s;
	for (uint32_t p = 0; p < s->parents.n; p++) {
		const struct snap_parent *parent = &s->parents.at[p];
		struct version v = { .none = true };
		if (!parent->ds_known)
			continue;
		for (uint32_t k = 0; k < parent->ds.n; k++)
			if (supported(&parent->ds.at[k])) {
				v.none = false;
				v.published |= keys_of_ds(b, &parent->ds.at[k]);
			}
		v.ttl = parent->ds.n ? parent->ds_ttl : parent->neg_ttl;
		see(b, &b->ds, v, i);
		told = true;
	}
	if (told)
		settle(b, &b->ds, 0, i);
}

/* ---- NS and providers ---- */

static bool same_ns(const struct snap_parent *a, const struct snap_parent *b)
{
	if (a->ns.n != b->ns.n)
		return false;
	for (uint32_t i = 0; i < a->ns.n; i++)
		if (strcasecmp(a->ns.at[i], b->ns.at[i]))
			return false;
	return true;
}

static unsigned provider_of(struct bridge *b, const struct snap_parent *p)
{
	for (unsigned i = 0; i < b->providers.n; i++)
		if (same_ns(b->providers.at[i], p))
			return i;
	if (b->providers.n == PROVIDERS_MAX) {
		b->out->crowded = true;
		return PROVIDERS_MAX - 1;
	}
	list_push(b->a, &b->providers, p);
	return b->providers.n - 1;
}

static uint32_t child_ns_ttl(const struct snapshot *s)
{
	uint32_t ttl = 0;
	for (uint32_t i = 0; i < s->servers.n; i++)
		ttl = s->servers.at[i].ns_ttl > ttl ? s->servers.at[i].ns_ttl : ttl;
	return ttl;
}

/* Resolvers keep the parent's NS or the child's: the longer of both counts. All versions live in one list. */
static void see_ns(struct bridge *b, uint32_t i)
{
	bool told = false;
	const struct snapshot *s = past_at(b, i)->s;
	uint32_t child = child_ns_ttl(s);
	for (uint32_t p = 0; p < s->parents.n; p++) {
		const struct snap_parent *parent = &s->parents.at[p];
		if (!parent->ns.n)
			continue;
		struct version v = { .ttl = parent->ns_ttl > child ? parent->ns_ttl : child,
				     .leads_to = provider_of(b, parent) };
		see(b, &b->ns, v, i);
		told = true;
	}
	if (told)
		settle(b, &b->ns, 0, i);
}

static bool names_server(const struct snap_parent *p, const struct snap_server *v)
{
	for (uint32_t i = 0; i < v->names.n; i++)
		for (uint32_t k = 0; k < p->ns.n; k++)
			if (!strcasecmp(v->names.at[i], p->ns.at[k]))
				return true;
	return false;
}

static bool any_names_server(const struct bridge *b, const struct snap_server *v)
{
	for (uint32_t i = 0; i < b->providers.n; i++)
		if (names_server(b->providers.at[i], v))
			return true;
	return false;
}

/* Of a server that no NS set names (the child's own NS are more) every provider is thought to have one. */
static bool belongs(const struct bridge *b, unsigned provider, const struct snap_server *v)
{
	return !b->providers.n || names_server(b->providers.at[provider], v) || !any_names_server(b, v);
}

/* ---- zones ---- */

/* No good signature over data was met: what fails now is for the verdict to say, not for the time machine. */
static struct version zone_version(const struct bridge *b, const struct snap_server *v, unsigned provider)
{
	struct version z = { .provider = provider, .none = !v->has_dnskey, .ttl = v->dnskey_ttl };
	uint32_t negative = v->minimum < v->soa_ttl ? v->minimum : v->soa_ttl;
	if (z.none) {
		z.ttl = b->key_ttl_max > negative ? b->key_ttl_max : negative;
		return z;
	}
	for (uint32_t i = 0; i < v->keys.n; i++) {
		const struct snap_key *k = &v->keys.at[i];
		key_set bit = k->revoked ? 0 : key_bit(b, k);
		z.published |= bit;
		z.sign_keys |= k->signs_keys ? bit : 0;
		z.sign_data |= k->signs_data ? bit : 0;
	}
	z.sign_data = z.sign_data ? z.sign_data : z.published;
	return z;
}

static void see_zones_of(struct bridge *b, unsigned provider, uint32_t i)
{
	const struct snapshot *s = past_at(b, i)->s;
	bool any = false, speaks = false, told = false;
	for (uint32_t k = 0; k < s->servers.n; k++) {
		const struct snap_server *v = &s->servers.at[k];
		if (!v->asked || !belongs(b, provider, v))
			continue;
		any = true;
		speaks |= v->answered && v->authoritative;
		if (!v->dnskey_known)
			continue;
		see(b, &b->zones, zone_version(b, v, provider), i);
		told = true;
	}
	if (told)
		settle(b, &b->zones, provider, i);
	if (any && !speaks)
		see(b, &b->lame, (struct version){ .provider = provider }, i);
	if (any)
		settle(b, &b->lame, provider, i);
}

/* ---- the newest that fit ---- */

/* Leaves out what ended first. */
static void thin(struct bridge *b, struct track *t)
{
	while (t->versions.n > TM_VERSIONS_MAX) {
		uint32_t oldest = 0;
		for (uint32_t i = 1; i < t->versions.n; i++)
			if (t->versions.at[i].to < t->versions.at[oldest].to)
				oldest = i;
		memmove(&t->versions.at[oldest], &t->versions.at[oldest + 1],
			(t->versions.n - oldest - 1) * sizeof *t->versions.at);
		t->versions.n--;
		b->out->crowded = true;
	}
}

static void put_versions(struct bridge *b)
{
	struct tm_world *w = &b->out->world;
	struct track *tracks[] = { &b->ds, &b->ns, &b->zones, &b->lame };
	for (unsigned i = 0; i < 4; i++)
		thin(b, tracks[i]);
	for (uint32_t i = 0; i < b->ds.versions.n; i++) {
		const struct version *v = &b->ds.versions.at[i];
		list_push(b->a, &w->ds, (struct tm_ds){ v->from, v->to, v->ttl, v->none, v->published });
	}
	for (uint32_t i = 0; i < b->ns.versions.n; i++) {
		const struct version *v = &b->ns.versions.at[i];
		list_push(b->a, &w->ns, (struct tm_ns){ v->from, v->to, v->ttl, v->leads_to });
	}
	for (uint32_t i = 0; i < b->zones.versions.n; i++) {
		const struct version *v = &b->zones.versions.at[i];
		list_push(b->a, &w->zones, (struct tm_zone){ v->from, v->to, v->provider, v->none, v->published, v->sign_keys,
							     v->sign_data, v->ttl });
	}
	for (uint32_t i = 0; i < b->lame.versions.n; i++) {
		const struct version *v = &b->lame.versions.at[i];
		list_push(b->a, &w->lame, (struct tm_lame){ v->provider, v->from, v->to });
	}
	if (!w->ns.n)
		list_push(b->a, &w->ns, (struct tm_ns){ INT64_MIN, INT64_MAX, NS_TTL_UNKNOWN, 0 });
}

struct tm_past *tm_past_make(struct arena *a, const struct history *h, struct wall at, bool sure)
{
	struct bridge b = { .a = a, .h = h, .sure = sure, .out = ARENA_NEW(a, struct tm_past) };
	while (b.first + 1 < h->pasts.n && h->pasts.at[b.first].to.s < at.s - MATTERS_S)
		b.first++;
	know_keys(&b);
	for (uint32_t i = b.first; i < h->pasts.n; i++) {
		see_ds(&b, i);
		see_ns(&b, i);
	}
	for (uint32_t i = b.first; i < h->pasts.n; i++)
		for (unsigned p = 0; p == 0 || p < b.providers.n; p++)
			see_zones_of(&b, p, i);
	put_versions(&b);
	return b.out;
}

const char *tm_key_words(struct arena *a, const struct tm_past *t, key_set keys)
{
	struct text out;
	unsigned n = 0;
	text_init(&out, a);
	for (unsigned i = 0; i < t->n_keys; i++)
		if (keys & (key_set)1 << i)
			text_addf(&out, "%s%u", n++ ? ", " : "", t->keys[i].tag);
	if (!n)
		return "no key that was seen";
	return arena_printf(a, "key%s %s", n > 1 ? "s" : "", out.at);
}
