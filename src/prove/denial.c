/* denial -- from a message to its proof of absence: which NSEC and NSEC3 records count, what they show together, and
 * whether that is what the rcode says. Records with a bad signature are tried in a second round: if the proof only holds
 * with them, the signature is to blame; else the records themselves are. */
#include "prove/inside.h"

struct gathered {
	struct nsec_fact *nsec, *nsec_secure;
	struct nsec3_fact *nsec3, *nsec3_secure;
	unsigned n_nsec, n_nsec_secure, n_nsec3, n_nsec3_secure;
	enum reason ignored;         /* why NSEC3 records were left out */
	bool secure_over_iterations; /* a good signature covers parameters over the limit */
	bool truncated;              /* more records than are looked at */
};

static void add_nsec(struct gathered *g, const struct rrset_proof *proof, struct rdata rd)
{
	struct nsec_fact f = { proof, proof->rrset->owner, rdata_nsec(rd) };
	g->nsec[g->n_nsec++] = f;
	if (proof->status == STATUS_SECURE)
		g->nsec_secure[g->n_nsec_secure++] = f;
}

static void add_unless_mixed(struct nsec3_fact *facts, unsigned *n, const struct nsec3_fact *f)
{
	if (*n == 0 || nsec3_same_parameters(&facts[0].nsec3, &f->nsec3))
		facts[(*n)++] = *f;
}

static void add_nsec3(struct gathered *g, const struct rrset_proof *proof, const uint8_t *zone,
		      struct rdata rd, struct denial_proof *out)
{
	struct nsec3_fact f = { .proof = proof };
	enum reason fault = nsec3_read(zone, proof->rrset->owner, rd, &f);
	if (fault != REASON_OK) {
		g->ignored = fault;
		return;
	}
	out->nsec3 = true;
	out->salt_len = f.nsec3.salt_len;
	if (f.nsec3.iterations > out->iterations)
		out->iterations = f.nsec3.iterations;
	bool over = f.nsec3.iterations > LIMIT_NSEC3_INSECURE;
	if (over && proof->status == STATUS_SECURE)
		g->secure_over_iterations = true;
	if (over)
		return; /* never hashed */
	add_unless_mixed(g->nsec3, &g->n_nsec3, &f);
	if (proof->status == STATUS_SECURE)
		add_unless_mixed(g->nsec3_secure, &g->n_nsec3_secure, &f);
}

static void add_rrset(struct gathered *g, const struct rrset_proof *proof, const uint8_t *zone,
		      struct denial_proof *out)
{
	if (proof->rrset->n == 0)
		return;
	/* NSEC and NSEC3 are one record each (RFC 4034 4, RFC 5155 3): a second one is not looked at. */
	if (proof->rrset->type == TYPE_NSEC)
		add_nsec(g, proof, proof->rrset->rd[0]);
	else
		add_nsec3(g, proof, zone, proof->rrset->rd[0], out);
}

static bool is_denial(const struct rrset *r, const struct keyset *keys)
{
	return (r->type == TYPE_NSEC || r->type == TYPE_NSEC3) && r->class == CLASS_IN &&
	       name_is_under(r->owner, keys->zone);
}

/* How many of a type will be looked at; a judgement proves hundreds of answers in one arena. */
static unsigned count(const struct message *m, const struct keyset *keys, uint16_t type, unsigned limit,
		      bool *truncated)
{
	unsigned n = 0;
	for (uint16_t i = 0; i < m->authority.n; i++)
		n += m->authority.at[i].type == type && is_denial(&m->authority.at[i], keys);
	*truncated |= n > limit;
	return n < limit ? n : limit;
}

/* Expanded from a wildcard it would deny what it never spanned (RFC 4035 5.3.4). */
static void refuse_expanded(struct rrset_proof *proof)
{
	if (proof->status != STATUS_SECURE || !proof->wildcard)
		return;
	proof->status = STATUS_BOGUS;
	proof->reason = REASON_LABELS_NO_WILDCARD;
	proof->until = WALL_NEVER;
}

static void gather(struct prover *p, const struct message *m, const struct keyset *keys, struct gathered *g,
		   struct denial_proof *out)
{
	unsigned left_nsec = count(m, keys, TYPE_NSEC, LIMIT_NSEC_RECORDS, &g->truncated);
	unsigned left_nsec3 = count(m, keys, TYPE_NSEC3, LIMIT_NSEC3_RECORDS, &g->truncated);
	g->nsec = ARENA_ARRAY(p->arena, struct nsec_fact, left_nsec * 2);
	g->nsec_secure = g->nsec + left_nsec;
	g->nsec3 = ARENA_ARRAY(p->arena, struct nsec3_fact, left_nsec3 * 2);
	g->nsec3_secure = g->nsec3 + left_nsec3;
	out->rrsets = ARENA_ARRAY(p->arena, struct rrset_proof, left_nsec + left_nsec3);
	for (uint16_t i = 0; i < m->authority.n; i++) {
		const struct rrset *r = &m->authority.at[i];
		unsigned *left = r->type == TYPE_NSEC ? &left_nsec : &left_nsec3;
		if (!is_denial(r, keys) || *left == 0)
			continue;
		(*left)--;
		struct rrset_proof *proof = &out->rrsets[out->n_rrsets++];
		prove_rrset(p, r, keys, proof);
		refuse_expanded(proof);
		add_rrset(g, proof, keys->zone, out);
	}
}

static bool fits(const struct denial_question *q, enum denial_kind kind)
{
	switch (kind) {
	case DENIAL_NONE: return false;
	case DENIAL_COMPACT: return !q->wildcard_answer;
	case DENIAL_WILDCARD_ANSWER: return q->wildcard_answer;
	case DENIAL_NXDOMAIN: return q->nxdomain && !q->wildcard_answer;
	default: return !q->nxdomain && !q->wildcard_answer;
	}
}

/* NSEC and NSEC3 may stand side by side while a zone changes from one to the other: either will do. */
static struct proven decide(struct prover *p, const struct nsec_fact *nsec, unsigned n_nsec,
			    const struct nsec3_fact *nsec3, unsigned n_nsec3, enum reason nothing,
			    const struct denial_question *q)
{
	struct proven r = proven_none(nothing);
	if (n_nsec > 0)
		r = nsec_prove(p, nsec, n_nsec, q);
	if (n_nsec3 == 0 || fits(q, r.kind))
		return r;
	struct proven by_nsec3 = nsec3_prove(p, nsec3, n_nsec3, q);
	return n_nsec == 0 || by_nsec3.kind != DENIAL_NONE ? by_nsec3 : r;
}

static void set(struct denial_proof *out, enum denial_kind kind, enum status status, enum reason reason)
{
	out->kind = kind;
	out->status = status;
	out->reason = reason;
}

static void accept(const struct denial_question *q, const struct proven *r, struct denial_proof *out)
{
	set(out, r->kind, r->opt_out ? STATUS_INSECURE : STATUS_SECURE, REASON_OK);
	out->opt_out = r->opt_out;
	for (uint8_t i = 0; i < r->n_used; i++)
		out->until = wall_earlier(out->until, r->used[i]->until);
	if (fits(q, r->kind))
		return;
	out->status = STATUS_BOGUS;
	out->reason = q->nxdomain ? REASON_NXDOMAIN_BUT_PROVEN_NODATA : REASON_NODATA_BUT_PROVEN_NXDOMAIN;
	out->until = WALL_NEVER;
}

static void blame_signatures(struct denial_proof *out)
{
	enum reason reason = REASON_DENIAL_SIGNATURE;
	for (uint8_t i = 0; i < out->n_rrsets; i++) {
		const struct rrset_proof *r = &out->rrsets[i];
		if (r->status == STATUS_INDETERMINATE) {
			set(out, DENIAL_NONE, STATUS_INDETERMINATE, r->reason);
			return;
		}
		if (r->reason == REASON_SIG_MISSING)
			reason = REASON_DENIAL_UNSIGNED;
	}
	set(out, DENIAL_NONE, STATUS_BOGUS, reason);
}

static void refuse(struct prover *p, const struct gathered *g, const struct denial_question *q,
		   struct denial_proof *out)
{
	bool none_readable = g->n_nsec == 0 && g->n_nsec3 == 0;
	enum reason nothing = g->ignored != REASON_OK ? g->ignored : REASON_DENIAL_SIGNATURE;
	struct proven all = decide(p, g->nsec, g->n_nsec, g->nsec3, g->n_nsec3, nothing, q);
	if (fits(q, all.kind) || (none_readable && g->ignored == REASON_OK)) {
		blame_signatures(out);
		return;
	}
	/* A proof of something else than the rcode says: whether signed or not, the rcode does not follow. */
	enum reason reason = all.kind == DENIAL_NONE ? all.reason
			     : q->nxdomain           ? REASON_NXDOMAIN_BUT_PROVEN_NODATA
						     : REASON_NODATA_BUT_PROVEN_NXDOMAIN;
	if (g->truncated)
		reason = REASON_TOO_MANY_RECORDS;
	set(out, DENIAL_NONE, reason_status(reason), reason);
}

static enum denial_kind claimed(const struct denial_question *q)
{
	return q->wildcard_answer ? DENIAL_WILDCARD_ANSWER : q->nxdomain ? DENIAL_NXDOMAIN : DENIAL_NODATA;
}

static void accept_over_iterations(const struct denial_question *q, struct denial_proof *out)
{
	set(out, claimed(q), STATUS_INSECURE, REASON_NSEC3_ITERATIONS);
	for (uint8_t i = 0; i < out->n_rrsets; i++)
		if (out->rrsets[i].status == STATUS_SECURE)
			out->until = wall_earlier(out->until, out->rrsets[i].until);
}

void denial_prove(struct prover *p, const struct message *m, const struct keyset *keys,
		  const struct denial_question *q, struct denial_proof *out)
{
	struct gathered g = { 0 };
	*out = (struct denial_proof){ .until = WALL_NEVER };
	gather(p, m, keys, &g, out);
	if (keys->status == STATUS_INSECURE) {
		set(out, claimed(q), STATUS_INSECURE, keys->reason);
		return;
	}
	if (keys->status != STATUS_SECURE) {
		set(out, DENIAL_NONE, keys->status, REASON_PARENT);
		return;
	}
	bool no_question = !name_is_under(q->qname, keys->zone) ||
			   (q->wildcard_answer && q->closest_labels >= name_labels(q->qname));
	if (out->n_rrsets == 0 || no_question) {
		set(out, DENIAL_NONE, STATUS_BOGUS, REASON_DENIAL_MISSING);
		return;
	}
	if (g.secure_over_iterations) {
		accept_over_iterations(q, out);
		return;
	}
	struct proven r = decide(p, g.nsec_secure, g.n_nsec_secure, g.nsec3_secure, g.n_nsec3_secure,
				 REASON_DENIAL_MISSING, q);
	if (r.kind != DENIAL_NONE)
		accept(q, &r, out);
	else
		refuse(p, &g, q, out);
}

void prove_denial(struct prover *p, const struct message *m, const struct keyset *keys, const uint8_t *qname,
		  uint16_t qtype, uint8_t wildcard_labels, struct denial_proof *out)
{
	struct denial_question q = { .zone = keys->zone,
				     .qname = qname,
				     .qtype = qtype,
				     .nxdomain = m->rcode == RCODE_NXDOMAIN,
				     .wildcard_answer = wildcard_labels > 0,
				     .closest_labels = wildcard_labels };
	denial_prove(p, m, keys, &q, out);
}
