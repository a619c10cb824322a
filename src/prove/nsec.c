/* nsec -- what a handful of NSEC records show of one name (RFC 4034 4, RFC 4035 5.4, RFC 6840 4.1). Pure reasoning:
 * whether the records are signed is settled before. */
#include "prove/inside.h"

struct view {
	const struct nsec_fact *facts;
	unsigned n;
	const struct denial_question *q;
	enum reason complaint;
};

static bool is_apex(const struct view *v, const struct nsec_fact *f)
{
	return name_equal(f->owner, v->q->zone);
}

static const struct nsec_fact *match(const struct view *v, const uint8_t *name)
{
	for (unsigned i = 0; i < v->n; i++)
		if (name_equal(v->facts[i].owner, name) && name_is_under(v->facts[i].nsec.next, v->q->zone))
			return &v->facts[i];
	return NULL;
}

/* owner < name < next, or owner < name in the record that closes the ring at the apex. */
static bool spans(const struct nsec_fact *f, const uint8_t *zone, const uint8_t *name)
{
	if (name_cmp(f->owner, name) >= 0)
		return false;
	return name_equal(f->nsec.next, zone) || name_cmp(name, f->nsec.next) < 0;
}

/* From a delegation or DNAME above the name: says nothing of what is below it. */
static bool speaks_from_above(const struct view *v, const struct nsec_fact *f, const uint8_t *name)
{
	return name_is_strictly_under(name, f->owner) &&
	       bitmap_ends_zone(f->nsec.bitmap, f->nsec.bitmap_len, is_apex(v, f));
}

static const struct nsec_fact *cover(struct view *v, const uint8_t *name)
{
	for (unsigned i = 0; i < v->n; i++) {
		const struct nsec_fact *f = &v->facts[i];
		if (!name_is_under(f->nsec.next, v->q->zone))
			v->complaint = REASON_NSEC_NEXT_OUT_OF_ZONE;
		else if (!spans(f, v->q->zone, name))
			continue;
		else if (speaks_from_above(v, f, name))
			v->complaint = REASON_NSEC_PARENT_SIDE;
		else
			return f;
	}
	return NULL;
}

static struct proven not_proven(const struct view *v, enum reason otherwise)
{
	return proven_none(v->complaint != REASON_OK ? v->complaint : otherwise);
}

static struct proven at_name(const struct view *v, const struct nsec_fact *f)
{
	enum reason fault = bitmap_fault(f->nsec.bitmap, f->nsec.bitmap_len, v->q->qtype, is_apex(v, f));
	if (fault != REASON_OK)
		return proven_none(fault);
	struct proven r = { .kind = bitmap_kind(f->nsec.bitmap, f->nsec.bitmap_len, v->q->qtype) };
	proven_use(&r, f->proof);
	return r;
}

/* The record that spans the name shows the closest encloser too: what the name shares with either end. */
static const uint8_t *closest_encloser(const struct nsec_fact *f, const uint8_t *qname)
{
	uint8_t owner = name_common_labels(qname, f->owner), next = name_common_labels(qname, f->nsec.next);
	return name_suffix(qname, owner > next ? owner : next);
}

static struct proven by_wildcard(struct view *v, const struct nsec_fact *spanning, const uint8_t *wildcard)
{
	struct proven r = { .kind = DENIAL_NXDOMAIN };
	proven_use(&r, spanning->proof);
	const struct nsec_fact *f = wildcard ? match(v, wildcard) : NULL;
	if (f) {
		struct proven at = at_name(v, f);
		if (at.kind == DENIAL_NONE)
			return at;
		r.kind = DENIAL_WILDCARD_NODATA;
		proven_use(&r, f->proof);
		return r;
	}
	if (!wildcard)
		return r; /* longer than a name can be: there is none */
	f = cover(v, wildcard);
	if (!f)
		return not_proven(v, REASON_NSEC_WILDCARD_NOT_COVERED);
	if (name_is_strictly_under(f->nsec.next, wildcard))
		r.kind = DENIAL_WILDCARD_NODATA; /* an empty non-terminal named "*" */
	if (f != spanning)
		proven_use(&r, f->proof);
	return r;
}

static struct proven wildcard_answer(struct view *v)
{
	const uint8_t *next_closer = name_suffix(v->q->qname, (uint8_t)(v->q->closest_labels + 1));
	const struct nsec_fact *f = cover(v, next_closer);
	if (!f || name_is_under(f->nsec.next, next_closer))
		return not_proven(v, REASON_NSEC_NOT_COVERING);
	struct proven r = { .kind = DENIAL_WILDCARD_ANSWER };
	proven_use(&r, f->proof);
	return r;
}

struct proven nsec_prove(struct prover *p, const struct nsec_fact *facts, unsigned n,
			 const struct denial_question *q)
{
	struct view v = { facts, n, q, REASON_OK };
	if (q->wildcard_answer)
		return wildcard_answer(&v);
	const struct nsec_fact *f = match(&v, q->qname);
	if (f)
		return at_name(&v, f);
	f = cover(&v, q->qname);
	if (!f)
		return not_proven(&v, q->nxdomain ? REASON_NSEC_NOT_COVERING : REASON_NSEC_WRONG_OWNER);
	if (name_is_strictly_under(f->nsec.next, q->qname)) {
		struct proven r = { .kind = DENIAL_ENT };
		proven_use(&r, f->proof);
		return r;
	}
	return by_wildcard(&v, f, name_wildcard(p->arena, closest_encloser(f, q->qname)));
}
