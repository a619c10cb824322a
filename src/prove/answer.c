/* answer -- one answer of one server, for one step: which RRsets and which denial it rests on (RFC 4035 3.1, 5;
 * RFC 6672 2.2, 5.3; RFC 2308 2). The worst of them decides; what is not needed for this step is left to the next. */
#include "prove/inside.h"
#include "base/limits.h"

struct step {
	struct prover *p;
	const struct message *m;
	const struct keyset *keys;
	const uint8_t *qname;
	uint16_t qtype;
	struct answer_proof *out;
};

static unsigned severity(enum status s)
{
	static const unsigned rank[] = {
		[STATUS_SECURE] = 0,
		[STATUS_INSECURE] = 1,
		[STATUS_INDETERMINATE] = 2,
		[STATUS_BOGUS] = 3,
	};
	return rank[s];
}

static void rests_on(struct step *s, enum status status, enum reason reason, struct wall until,
		     const uint8_t *owner, uint16_t type)
{
	s->out->until = wall_earlier(s->out->until, until);
	if (severity(status) <= severity(s->out->status))
		return;
	s->out->status = status;
	s->out->reason = reason;
	s->out->owner = owner;
	s->out->type = type;
}

static enum reason wildcard_reason(const struct denial_proof *d)
{
	switch (d->reason) {
	case REASON_DENIAL_UNSIGNED:
	case REASON_DENIAL_SIGNATURE:
	case REASON_PARENT: return d->reason;
	default: return d->status == STATUS_BOGUS ? REASON_WILDCARD_UNPROVEN : d->reason;
	}
}

/* Room for what can be needed of this message (the SOA is of the authority section): hundreds of answers share one arena. */
static struct rrset_proof *room_for(struct arena *a, const struct message *m)
{
	unsigned most = (unsigned)m->answer.n + 1;
	return ARENA_ARRAY(a, struct rrset_proof, most < LIMIT_ANSWER_RRSETS ? most : LIMIT_ANSWER_RRSETS);
}

/* A wildcard may only speak where the name itself, and whatever is closer to it, does not exist. */
static void need_no_closer_name(struct step *s, const struct rrset_proof *r)
{
	struct denial_question q = { .zone = s->keys->zone,
				     .qname = r->rrset->owner,
				     .qtype = r->rrset->type,
				     .wildcard_answer = true,
				     .closest_labels = r->closest_labels };
	struct denial_proof *d = &s->out->denial;
	denial_prove(s->p, s->m, s->keys, &q, d);
	rests_on(s, d->status, wildcard_reason(d), d->until, r->rrset->owner, r->rrset->type);
}

static struct rrset_proof *prove_one(struct step *s, const struct rrset *rrset)
{
	if (s->out->n_rrsets >= LIMIT_ANSWER_RRSETS) {
		rests_on(s, STATUS_INDETERMINATE, REASON_TOO_MANY_RECORDS, WALL_NEVER, rrset->owner,
			 rrset->type);
		return NULL;
	}
	struct rrset_proof *r = &s->out->rrsets[s->out->n_rrsets++];
	prove_rrset(s->p, rrset, s->keys, r);
	rests_on(s, r->status, r->reason, r->until, rrset->owner, rrset->type);
	return r;
}

static void need(struct step *s, const struct rrset *rrset)
{
	const struct rrset_proof *r = prove_one(s, rrset);
	if (r && r->wildcard && r->status == STATUS_SECURE)
		need_no_closer_name(s, r);
}

static const struct rrset *answer_at(const struct step *s, uint16_t type)
{
	return section_find(&s->m->answer, s->qname, type);
}

/* A DNAME above the name, in this zone. */
static const struct rrset *dname_above(const struct step *s)
{
	for (uint16_t i = 0; i < s->m->answer.n; i++) {
		const struct rrset *r = &s->m->answer.at[i];
		if (r->type == TYPE_DNAME && r->n > 0 && name_is_strictly_under(s->qname, r->owner) &&
		    name_is_under(r->owner, s->keys->zone))
			return r;
	}
	return NULL;
}

static void by_dname(struct step *s, const struct rrset *dname)
{
	struct answer_proof *out = s->out;
	out->kind = ANSWER_DNAME;
	out->owner = dname->owner;
	out->type = TYPE_DNAME;
	out->target = name_replace_suffix(s->p->arena, s->qname, dname->owner, rdata_name(dname->rd[0]));
	need(s, dname);
	const struct rrset *cname = answer_at(s, TYPE_CNAME);
	bool too_long_said = s->m->rcode == RCODE_YXDOMAIN;
	bool differs = cname && (!out->target || !name_equal(rdata_name(cname->rd[0]), out->target));
	if ((differs || too_long_said != (out->target == NULL)) && s->keys->status == STATUS_SECURE)
		rests_on(s, STATUS_BOGUS, REASON_DNAME_MISMATCH, WALL_NEVER, s->qname, TYPE_CNAME);
	if (too_long_said)
		out->target = NULL;
}

static void by_data(struct step *s, const struct rrset *data)
{
	s->out->kind = ANSWER_DATA;
	need(s, data);
}

static void by_cname(struct step *s, const struct rrset *cname)
{
	s->out->kind = ANSWER_CNAME;
	s->out->target = rdata_name(cname->rd[0]);
	s->out->type = TYPE_CNAME;
	need(s, cname);
}

/* Every RRset at the name; signatures are never signed themselves, so an answer of them is taken as it is. */
static void by_all(struct step *s)
{
	s->out->kind = ANSWER_DATA;
	for (uint16_t i = 0; i < s->m->answer.n; i++) {
		const struct rrset *r = &s->m->answer.at[i];
		if (name_equal(r->owner, s->qname) && r->type != TYPE_RRSIG)
			need(s, r);
	}
	if (s->out->n_rrsets == 0)
		rests_on(s, STATUS_INSECURE, REASON_OK, WALL_NEVER, s->qname, TYPE_RRSIG);
}

static bool any_at_name(const struct step *s)
{
	for (uint16_t i = 0; i < s->m->answer.n; i++)
		if (name_equal(s->m->answer.at[i].owner, s->qname))
			return true;
	return false;
}

static bool is_referral(const struct step *s)
{
	const struct rrset *ns = section_find_type(&s->m->authority, TYPE_NS, 0);
	return s->m->rcode == RCODE_NOERROR && ns && !section_find_type(&s->m->authority, TYPE_SOA, 0) &&
	       name_is_strictly_under(ns->owner, s->keys->zone) && name_is_under(s->qname, ns->owner);
}

static void no_answer(struct step *s, enum answer_kind kind, enum status status)
{
	s->out->kind = kind;
	s->out->denial.reason = REASON_DENIAL_MISSING;
	s->out->denial.status = s->keys->status == STATUS_INSECURE ? STATUS_INSECURE : status;
	if (s->keys->status == STATUS_SECURE || s->keys->status == STATUS_INSECURE)
		rests_on(s, s->out->denial.status, REASON_ANSWER_EMPTY, WALL_NEVER, s->qname, s->qtype);
	else
		rests_on(s, s->keys->status, REASON_PARENT, WALL_NEVER, s->qname, s->qtype);
}

static void negative(struct step *s, const struct rrset *soa)
{
	struct denial_proof *d = &s->out->denial;
	s->out->kind = s->m->rcode == RCODE_NXDOMAIN ? ANSWER_NXDOMAIN : ANSWER_NODATA;
	if (soa && name_equal(soa->owner, s->keys->zone))
		prove_one(s, soa);
	prove_denial(s->p, s->m, s->keys, s->qname, s->qtype, 0, d);
	rests_on(s, d->status, d->reason, d->until, s->qname, s->qtype);
}

static void nothing_found(struct step *s)
{
	const struct message *m = s->m;
	const struct rrset *soa = section_find_type(&m->authority, TYPE_SOA, 0);
	bool proof = section_find_type(&m->authority, TYPE_NSEC, 0) ||
		     section_find_type(&m->authority, TYPE_NSEC3, 0);
	if ((m->rcode != RCODE_NOERROR && m->rcode != RCODE_NXDOMAIN) || is_referral(s))
		no_answer(s, ANSWER_OTHER, STATUS_INDETERMINATE);
	else if (!soa && !proof)
		no_answer(s, m->rcode == RCODE_NXDOMAIN ? ANSWER_NXDOMAIN : ANSWER_NODATA, STATUS_BOGUS);
	else
		negative(s, soa);
}

void prove_answer(struct prover *p, const struct message *m, const struct keyset *keys, const uint8_t *qname,
		  uint16_t qtype, struct answer_proof *out)
{
	*out = (struct answer_proof){ .kind = ANSWER_OTHER,
				      .status = STATUS_SECURE,
				      .owner = qname,
				      .type = qtype,
				      .until = WALL_NEVER,
				      .denial = { .until = WALL_NEVER } };
	out->rrsets = room_for(p->arena, m);
	struct step s = { p, m, keys, qname, qtype, out };
	bool answers = m->rcode == RCODE_NOERROR || m->rcode == RCODE_NXDOMAIN || m->rcode == RCODE_YXDOMAIN;
	const struct rrset *dname = answers ? dname_above(&s) : NULL;
	const struct rrset *cname = answers && m->rcode != RCODE_YXDOMAIN ? answer_at(&s, TYPE_CNAME) : NULL;
	const struct rrset *data = m->rcode == RCODE_NOERROR ? answer_at(&s, qtype) : NULL;
	bool signed_data = data && data->n_sigs > 0;
	if (dname && !signed_data)
		by_dname(&s, dname);
	else if (m->rcode == RCODE_NOERROR && (qtype == TYPE_ANY || qtype == TYPE_RRSIG) && any_at_name(&s))
		by_all(&s);
	else if (data && data->n > 0)
		by_data(&s, data);
	else if (cname && cname->n > 0)
		by_cname(&s, cname);
	else
		nothing_found(&s);
}
