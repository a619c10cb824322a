/* nsec3 -- what a handful of NSEC3 records show of one name (RFC 5155 8). Hashing goes through the budget on every path. */
#include "prove/inside.h"
#include <string.h>

enum { HASH_LEN = 20, HASH_SHA1 = 1 };

enum reason nsec3_read(const uint8_t *zone, const uint8_t *owner, struct rdata rd, struct nsec3_fact *out)
{
	out->nsec3 = rdata_nsec3(rd);
	if (out->nsec3.hash != HASH_SHA1)
		return REASON_NSEC3_UNKNOWN_HASH;
	if (out->nsec3.flags & ~NSEC3_OPTOUT)
		return REASON_NSEC3_UNKNOWN_FLAGS;
	bool one_label = name_labels(owner) == name_labels(zone) + 1 && name_is_under(owner, zone);
	if (!one_label || !name_hash_label(owner, out->hash) || out->nsec3.next_len != HASH_LEN)
		return REASON_NSEC3_BAD_OWNER;
	return REASON_OK;
}

bool nsec3_same_parameters(const struct nsec3 *a, const struct nsec3 *b)
{
	return a->hash == b->hash && a->iterations == b->iterations && a->salt_len == b->salt_len &&
	       memcmp(a->salt, b->salt, a->salt_len) == 0;
}

struct view {
	struct prover *p;
	const struct nsec3_fact *facts;
	unsigned n;
	const struct denial_question *q;
	bool over_budget;
};

static bool hash_name(struct view *v, const uint8_t *name, uint8_t out[HASH_LEN])
{
	const struct nsec3 *any = &v->facts[0].nsec3;
	const uint8_t *lower = name_lower(v->p->arena, name);
	bool ok = crypto_nsec3_hash(v->p->crypto, v->p->budget, (struct octets){ lower, name_len(lower) },
				    (struct octets){ any->salt, any->salt_len }, any->iterations, out);
	v->over_budget |= !ok;
	return ok;
}

static const struct nsec3_fact *match(struct view *v, const uint8_t *name)
{
	uint8_t hash[HASH_LEN];
	if (!hash_name(v, name, hash))
		return NULL;
	for (unsigned i = 0; i < v->n; i++)
		if (memcmp(v->facts[i].hash, hash, HASH_LEN) == 0)
			return &v->facts[i];
	return NULL;
}

/* Never its own hash: a record that stands alone spans all but itself. */
static bool spans(const struct nsec3_fact *f, const uint8_t hash[HASH_LEN])
{
	bool after = memcmp(f->hash, hash, HASH_LEN) < 0, before = memcmp(hash, f->nsec3.next, HASH_LEN) < 0;
	bool last = memcmp(f->hash, f->nsec3.next, HASH_LEN) >= 0; /* closes the ring */
	return last ? after || before : after && before;
}

static const struct nsec3_fact *cover(struct view *v, const uint8_t *name)
{
	uint8_t hash[HASH_LEN];
	if (!hash_name(v, name, hash))
		return NULL;
	for (unsigned i = 0; i < v->n; i++)
		if (spans(&v->facts[i], hash))
			return &v->facts[i];
	return NULL;
}

static struct proven not_proven(const struct view *v, enum reason reason)
{
	return proven_none(v->over_budget ? REASON_BUDGET : reason);
}

static struct proven at_name(const struct view *v, const struct nsec3_fact *f, bool apex)
{
	const struct nsec3 *n = &f->nsec3;
	enum reason fault = bitmap_fault(n->bitmap, n->bitmap_len, v->q->qtype, apex);
	if (fault != REASON_OK)
		return proven_none(fault == REASON_NSEC_TYPE_PRESENT ? REASON_NSEC3_TYPE_PRESENT : fault);
	struct proven r = { .kind = n->bitmap_len == 0 ? DENIAL_ENT
						       : bitmap_kind(n->bitmap, n->bitmap_len, v->q->qtype) };
	proven_use(&r, f->proof);
	return r;
}

/* The longest existing ancestor, RFC 5155 8.3; *labels counts its labels. */
static const struct nsec3_fact *closest_encloser(struct view *v, uint8_t *labels)
{
	uint8_t apex = name_labels(v->q->zone);
	for (uint8_t n = name_labels(v->q->qname); n-- > apex && !v->over_budget;) {
		const struct nsec3_fact *f = match(v, name_suffix(v->q->qname, n));
		if (f) {
			*labels = n;
			return f;
		}
	}
	return NULL;
}

static struct proven wildcard_answer(struct view *v)
{
	const struct nsec3_fact *f = cover(v, name_suffix(v->q->qname, (uint8_t)(v->q->closest_labels + 1)));
	if (!f)
		return not_proven(v, REASON_NSEC3_NEXT_CLOSER_NOT_COVERED);
	struct proven r = { .kind = DENIAL_WILDCARD_ANSWER, .opt_out = f->nsec3.flags & NSEC3_OPTOUT };
	proven_use(&r, f->proof);
	return r;
}

/* The name does not exist; *r holds closest encloser and next closer. What of the wildcard beside it? (8.4, 8.5, 8.7) */
static struct proven by_wildcard(struct view *v, struct proven r, const uint8_t *wildcard)
{
	const struct nsec3_fact *f = wildcard ? match(v, wildcard) : NULL;
	if (f) {
		struct proven at = at_name(v, f, false);
		if (at.kind == DENIAL_NONE)
			return at;
		r.kind = DENIAL_WILDCARD_NODATA;
		proven_use(&r, f->proof);
		return r;
	}
	/* Empty non-terminals above unsigned delegations alone may be left out of an opt-out chain (RFC 5155 7.1, 8.5). */
	if (r.opt_out && !v->q->nxdomain) {
		r.kind = DENIAL_NODATA;
		return r;
	}
	f = wildcard ? cover(v, wildcard) : NULL;
	if (wildcard && !f)
		return not_proven(v,
				  v->q->nxdomain ? REASON_NSEC3_WILDCARD_NOT_COVERED : REASON_NSEC3_NO_MATCH);
	r.kind = DENIAL_NXDOMAIN;
	if (f)
		proven_use(&r, f->proof);
	return r;
}

static struct proven by_closest_encloser(struct view *v)
{
	uint8_t labels = 0;
	const struct nsec3_fact *ce = closest_encloser(v, &labels);
	if (!ce)
		return not_proven(v,
				  v->q->nxdomain ? REASON_NSEC3_NO_CLOSEST_ENCLOSER : REASON_NSEC3_NO_MATCH);
	if (bitmap_ends_zone(ce->nsec3.bitmap, ce->nsec3.bitmap_len, labels == name_labels(v->q->zone)))
		return proven_none(REASON_NSEC_PARENT_SIDE);
	const struct nsec3_fact *next = cover(v, name_suffix(v->q->qname, (uint8_t)(labels + 1)));
	if (!next)
		return not_proven(v, v->q->nxdomain ? REASON_NSEC3_NEXT_CLOSER_NOT_COVERED
						    : REASON_NSEC3_NO_MATCH);
	struct proven r = { .opt_out = next->nsec3.flags & NSEC3_OPTOUT };
	proven_use(&r, ce->proof);
	proven_use(&r, next->proof);
	if (v->q->qtype == TYPE_DS && r.opt_out && !v->q->nxdomain) {
		r.kind = DENIAL_INSECURE_CUT; /* 8.6, 8.9 */
		return r;
	}
	return by_wildcard(v, r, name_wildcard(v->p->arena, name_suffix(v->q->qname, labels)));
}

struct proven nsec3_prove(struct prover *p, const struct nsec3_fact *facts, unsigned n,
			  const struct denial_question *q)
{
	struct view v = { p, facts, n, q, false };
	if (q->wildcard_answer)
		return wildcard_answer(&v);
	const struct nsec3_fact *f = match(&v, q->qname);
	if (f)
		return at_name(&v, f, name_equal(q->qname, q->zone));
	return by_closest_encloser(&v);
}
