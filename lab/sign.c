/* sign -- signatures of an RRset, made when it is first served, with what `rrsig` breaks make of them (RFC
 * 4034 3). */
#include "lab/inside.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { RRSIG_HEAD_MAX = 18 + NAME_MAX_BYTES };

/* One signature to be made. */
struct plan {
	const struct lab_key *key;
	struct wall inception, expiration;
	const uint8_t *signer;
	uint16_t covered, tag;
	uint8_t algorithm, labels;
	uint32_t original_ttl;
	bool missing, bogus, foreign;
	int64_t bytes;   /* -1: all */
	unsigned number; /* among many bad ones */
};
typedef LIST(struct plan) plans;

static uint8_t owner_labels(const uint8_t *owner)
{
	return (uint8_t)(name_labels(owner) - (name_is_wildcard(owner) ? 1 : 0));
}

static bool key_signs(const struct view *v, const struct lab_key *k, uint16_t type)
{
	if (!k->signs)
		return false;
	if (type != TYPE_DNSKEY && type != TYPE_CDS && type != TYPE_CDNSKEY)
		return k->is_zsk;
	switch (type == TYPE_DNSKEY ? v->dnskey_signers : v->cds_signers) {
	case SIGNED_BY_KSK: return k->is_ksk;
	case SIGNED_BY_ZSK: return k->is_zsk;
	case SIGNED_BY_ALL: return true;
	case SIGNED_BY_NONE: return false;
	}
	return false;
}

static void plan_all(struct view *v, const struct lab_rrset *s, plans *out)
{
	for (uint32_t i = 0; i < v->keys.n; i++) {
		const struct lab_key *k = &v->keys.at[i];
		if (!key_signs(v, k, s->type))
			continue;
		struct plan p = {
			.key = k,
			.inception = v->zone->inception,
			.expiration = v->zone->expiration,
			.signer = v->zone->name,
			.covered = s->type,
			.tag = k->tag,
			.algorithm = k->algorithm,
			.labels = owner_labels(s->owner),
			.original_ttl = s->ttl,
			.bytes = -1,
		};
		list_push(v->w->arena, out, p);
	}
}

static bool selects_rrset(const struct lab_break *b, const struct lab_rrset *s)
{
	const struct param *name = param_find(&b->p, "name"), *under = param_find(&b->p, "under");
	const struct param *type = param_find(&b->p, "type");
	const uint8_t *owner = s->hashed != NULL ? s->hashed : s->owner;
	if (name != NULL && !param_names_has(name, owner))
		return false;
	if (under != NULL && !name_is_under(owner, under->names.at[0]))
		return false;
	if (type == NULL || strcmp(type->text, "all") == 0)
		return true;
	return strcmp(type->text, "data") == 0 ? s->type != TYPE_DNSKEY : param_types_has(type, s->type);
}

static bool selects_key(const struct lab_break *b, const struct lab_key *k)
{
	const struct param *key = param_find(&b->p, "key");
	if (key != NULL && !(strcmp(key->text, "ksk") == 0 ? k->is_ksk : k->is_zsk))
		return false;
	return !param_has(&b->p, "of-alg") || param_number(&b->p, "of-alg", 0) == k->algorithm;
}

static void set_window(struct plan *p, const struct lab_break *b, struct wall now)
{
	enum { DAY = 86400 };
	const params *q = &b->p;
	if (param_has(q, "expired") || param_has(q, "extra-expired")) {
		p->expiration = param_time(q, "since", (struct wall){ now.s - 2 * DAY });
		p->inception = param_time(q, "from", (struct wall){ p->expiration.s - 30 * DAY });
	} else if (param_has(q, "not-yet")) {
		p->inception = param_time(q, "from", (struct wall){ now.s + 2 * DAY });
		p->expiration = param_time(q, "until", (struct wall){ p->inception.s + 30 * DAY });
	} else if (param_has(q, "inverted")) {
		p->inception = param_time(q, "from", (struct wall){ now.s - DAY });
		p->expiration = param_time(q, "until", (struct wall){ now.s - 3 * DAY });
	} else if (param_has(q, "window")) {
		p->inception = param_time(q, "from", p->inception);
		p->expiration = param_time(q, "until", p->expiration);
	}
}

static int64_t relative(const params *p, const char *key, int64_t base)
{
	const struct param *found = param_find(p, key);
	if (found == NULL)
		return base;
	return found->text[0] == '+' || found->text[0] == '-' ? base + found->n : found->n;
}

static void set_fields(struct plan *p, const struct lab_break *b)
{
	const params *q = &b->p;
	p->bogus |= param_has(q, "bogus");
	p->missing |= param_has(q, "missing");
	p->foreign |= param_has(q, "foreign-key");
	if (param_has(q, "wrong-length"))
		p->bytes = param_number(q, "bytes", -2);
	if (param_has(q, "signer"))
		p->signer = param_find(q, "signer")->names.at[0];
	p->labels = (uint8_t)relative(q, "labels", p->labels);
	if (param_is(q, "tag", "wrong"))
		p->tag = (uint16_t)(p->tag + 4242);
	else
		p->tag = (uint16_t)relative(q, "tag", p->tag);
	p->algorithm = (uint8_t)param_number(q, "algorithm", p->algorithm);
	if (param_has(q, "covered") && param_find(q, "covered")->types.n > 0)
		p->covered = param_find(q, "covered")->types.at[0];
	p->original_ttl = (uint32_t)param_number(q, "original-ttl", p->original_ttl);
}

/* Bad signatures beside the good one. */
static void add_extras(struct view *v, const struct lab_break *b, struct plan good, plans *out)
{
	unsigned n = (unsigned)param_number(&b->p, "many-bad", 1);
	for (unsigned i = 1; i <= n; i++) {
		struct plan bad = good;
		set_window(&bad, b, v->w->clock);
		bad.bogus = !param_has(&b->p, "extra-expired");
		bad.number = bad.bogus ? i : 0;
		list_push(v->w->arena, out, bad);
	}
}

static void plan_break(struct view *v, const struct lab_break *b, plans *all)
{
	plans out = { 0 };
	bool extras = param_has(&b->p, "extra-expired") || param_has(&b->p, "extra-bogus") ||
		      param_has(&b->p, "many-bad");
	for (uint32_t i = 0; i < all->n; i++) {
		struct plan p = all->at[i];
		bool behind = param_has(&b->p, "behind"), selected = selects_key(b, p.key);
		if (selected && extras && !behind)
			add_extras(v, b, p, &out);
		if (selected && !extras) {
			set_window(&p, b, v->w->clock);
			set_fields(&p, b);
		}
		list_push(v->w->arena, &out, p);
		if (selected && extras && behind)
			add_extras(v, b, p, &out);
	}
	*all = out;
}

static void put(uint8_t **at, uint64_t value, unsigned octets)
{
	while (octets-- > 0)
		*(*at)++ = (uint8_t)(value >> (8 * octets));
}

static int rdata_order(const void *a, const void *b)
{
	return rdata_cmp(*(const struct rdata *)a, *(const struct rdata *)b);
}

/* RDATA of the RRSIG without the signature; its length. */
static size_t rrsig_head(struct arena *a, const struct plan *p, uint8_t out[RRSIG_HEAD_MAX])
{
	const uint8_t *signer = name_lower(a, p->signer);
	uint8_t *at = out;
	put(&at, p->covered, 2);
	put(&at, p->algorithm, 1);
	put(&at, p->labels, 1);
	put(&at, p->original_ttl, 4);
	put(&at, wall_serial32(p->expiration).v, 4);
	put(&at, wall_serial32(p->inception).v, 4);
	put(&at, p->tag, 2);
	memcpy(at, signer, name_len(signer));
	return 18u + name_len(signer);
}

/* The owner a verifier will use: fewer labels mean a wildcard (RFC 4035 5.3.2). */
static const uint8_t *signed_owner(struct arena *a, const uint8_t *owner, uint8_t labels)
{
	const uint8_t *wildcard =
		labels < owner_labels(owner) ? name_wildcard(a, name_suffix(owner, labels)) : NULL;
	return name_lower(a, wildcard != NULL ? wildcard : owner);
}

/* What is signed (RFC 4034 3.1.8.1). */
static struct octets signed_octets(struct view *v, const struct lab_rrset *s, const struct plan *p,
				   const uint8_t *head, size_t head_len)
{
	const rdata_list *rds = s->signs_old ? &s->signed_rds : &s->rds;
	struct rdata *sorted = ARENA_ARRAY(v->w->arena, struct rdata, rds->n);
	const uint8_t *of = s->signed_owner != NULL ? s->signed_owner : s->owner;
	const uint8_t *owner = signed_owner(v->w->arena, of, p->labels);
	size_t n = name_len(owner), room = head_len;
	for (uint32_t i = 0; i < rds->n; i++) {
		sorted[i] = rdata_canonical(v->w->arena, s->type, rds->at[i]);
		room += n + 10 + sorted[i].len;
	}
	qsort(sorted, rds->n, sizeof *sorted, rdata_order);
	uint8_t *out = arena_alloc(v->w->arena, room), *at = out;
	memcpy(at, head, head_len);
	at += head_len;
	for (uint32_t i = 0; i < rds->n; i++) {
		memcpy(at, owner, n);
		at += n;
		put(&at, s->type, 2);
		put(&at, CLASS_IN, 2);
		put(&at, p->original_ttl, 4);
		put(&at, sorted[i].len, 2);
		memcpy(at, sorted[i].at, sorted[i].len);
		at += sorted[i].len;
	}
	return (struct octets){ out, room };
}

static const struct signing_key *plan_key(struct view *v, const struct plan *p)
{
	if (!p->foreign)
		return p->key->signing;
	return key_make(v->w, v->zone, p->key->algorithm, p->key->is_ksk, p->key->is_zsk, "foreign").signing;
}

static struct rdata plan_sign(struct view *v, const struct lab_rrset *s, const struct plan *p)
{
	uint8_t rd[RRSIG_HEAD_MAX + SIGNATURE_MAX];
	size_t head_len = rrsig_head(v->w->arena, p, rd), n = 0;
	uint8_t *signature = rd + head_len;
	const struct signing_key *key = plan_key(v, p);
	if (key != NULL)
		n = signing_key_sign(key, signed_octets(v, s, p, rd, head_len), signature);
	if (n == 0 || p->number > 0)
		lab_noise(name_text(v->w->arena, s->owner), (uint64_t)s->type << 32 | p->number, signature,
			  n = n > 0 ? n : 64);
	else if (p->bogus)
		signature[n / 2] ^= 0x24;
	if (p->number > 0 && n >= 64)
		signature[0] &=
			0x3f; /* below the modulus or the order of the curve: only the value is wrong */
	if (p->bytes != -1) {
		size_t want = p->bytes >= 0 ? (size_t)p->bytes : n / 2;
		if (want > n && want <= SIGNATURE_MAX)
			lab_noise("signature", n, signature + n, want - n);
		n = want <= SIGNATURE_MAX ? want : SIGNATURE_MAX;
	}
	return (struct rdata){ arena_copy(v->w->arena, rd, head_len + n), (uint16_t)(head_len + n) };
}

const rdata_list *rrset_signatures(struct view *v, struct lab_rrset *s)
{
	plans all = { 0 };
	if (s->made || !s->is_signed)
		return &s->sigs;
	s->made = true;
	s->sig_ttl = s->served_ttl;
	plan_all(v, s, &all);
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct lab_break *b = v->breaks.at[i];
		if (b->what != BREAK_RRSIG || !selects_rrset(b, s))
			continue;
		plan_break(v, b, &all);
		if (param_has(&b->p, "ttl"))
			s->sig_ttl = (uint32_t)param_number(&b->p, "ttl", s->sig_ttl);
	}
	for (uint32_t i = 0; i < all.n; i++)
		if (!all.at[i].missing)
			list_push(v->w->arena, &s->sigs, plan_sign(v, s, &all.at[i]));
	return &s->sigs;
}
