/* denial -- an answer that fails: its RRsets, and what is wrong with its proof of absence. */
#include "judge/dnssec.h"
#include "base/limits.h"
#include "dns/text.h"

/* ---- proofs that fail ---- */

static enum finding_id missing_proof(enum answer_kind kind)
{
	return kind == ANSWER_NXDOMAIN ? FINDING_NSEC_MISSING_NXDOMAIN
	       : kind == ANSWER_NODATA ? FINDING_NSEC_MISSING_NODATA
				       : FINDING_NSEC_MISSING_WILDCARD;
}

static enum finding_id denial_finding(enum reason reason, enum answer_kind kind)
{
	switch (reason) {
	case REASON_NSEC_NOT_COVERING: return FINDING_NSEC_NOT_COVERING;
	case REASON_NSEC_NEXT_OUT_OF_ZONE: return FINDING_NSEC_NOT_COVERING;
	case REASON_NSEC_WRONG_OWNER:
		return kind == ANSWER_NODATA ? FINDING_NSEC_NODATA_WRONG_OWNER : FINDING_NSEC_NOT_COVERING;
	case REASON_NSEC_WILDCARD_NOT_COVERED: return FINDING_NSEC_WILDCARD_NOT_COVERED;
	case REASON_NSEC_TYPE_PRESENT:
	case REASON_NSEC3_TYPE_PRESENT: return FINDING_NSEC_BITMAP_HAS_TYPE;
	case REASON_NSEC_CHILD_SIDE:
	case REASON_NSEC_PARENT_SIDE:
	case REASON_NSEC_NO_NS_BIT: return FINDING_NSEC_NOT_COVERING;
	case REASON_NSEC3_NO_CLOSEST_ENCLOSER: return FINDING_NSEC3_NO_CLOSEST_ENCLOSER;
	case REASON_NSEC3_NEXT_CLOSER_NOT_COVERED: return FINDING_NSEC3_NO_NEXT_CLOSER;
	case REASON_NSEC3_WILDCARD_NOT_COVERED: return FINDING_NSEC3_NO_WILDCARD_COVER;
	case REASON_NSEC3_NO_MATCH: return FINDING_NSEC3_NO_MATCH;
	case REASON_NSEC3_UNKNOWN_HASH: return FINDING_NSEC3_UNKNOWN_HASH;
	case REASON_NSEC3_UNKNOWN_FLAGS: return FINDING_NSEC3_UNKNOWN_FLAGS;
	case REASON_NSEC3_BAD_OWNER: return FINDING_NSEC3_OWNER_HASH_WRONG;
	case REASON_NXDOMAIN_BUT_PROVEN_NODATA: return FINDING_NSEC_RCODE_NXDOMAIN_PROOF_NODATA;
	case REASON_NODATA_BUT_PROVEN_NXDOMAIN: return FINDING_NSEC_RCODE_NOERROR_PROOF_NX;
	default: return missing_proof(kind);
	}
}

enum { LABELS_HASHED = 16 }; /* names of honest zones have fewer */

static bool stands_at_or_above(struct judging *j, const struct rrset *r, const uint8_t *qname,
			       const uint8_t *apex)
{
	for (uint8_t strip = 0; strip <= name_labels(qname) - name_labels(apex) && strip < LABELS_HASHED;
	     strip++)
		if (nsec3_stands_at(j, r, name_strip(qname, strip)) != STANDS_ELSEWHERE)
			return true;
	return false;
}

/* Does any NSEC3 record of the message stand at a hash of the name or one above it, up to the apex? One must:
 * each proof matches some ancestor. If there are as many records as a whole proof has, and none does, the
 * owners are wrong; or if the record of the apex, known by its SOA bit, stands elsewhere. */
static bool owners_are_no_hashes(struct judging *j, const struct site *s, const uint8_t *qname)
{
	unsigned n = 0;
	for (uint16_t i = 0; i < s->m->authority.n && n < LIMIT_NSEC3_RECORDS; i++) {
		const struct rrset *r = &s->m->authority.at[i];
		if (r->type != TYPE_NSEC3 || !r->n)
			continue;
		if (apex_hash_wrong(j, s->z->zone, r))
			return true;
		if (stands_at_or_above(j, r, qname, s->z->zone->name))
			return false;
		n++;
	}
	return n >= 3;
}

static uint8_t first_nsec3(const struct message *m, bool flags)
{
	const struct rrset *r = section_find_type(&m->authority, TYPE_NSEC3, 0);
	if (!r || !r->n)
		return 0;
	struct nsec3 n = rdata_nsec3(r->rd[0]);
	return flags ? n.flags : n.hash;
}

void judge_denial(struct judging *j, const struct site *s, const struct answer_proof *a, const uint8_t *qname,
		  uint16_t qtype)
{
	const struct denial_proof *d = &a->denial;
	bool by_hash = d->reason == REASON_DENIAL_SIGNATURE ||
		       d->reason == REASON_NSEC3_NO_CLOSEST_ENCLOSER || d->reason == REASON_NSEC3_NO_MATCH ||
		       d->reason == REASON_NSEC3_BAD_OWNER;
	if (by_hash && (owners_are_no_hashes(j, s, qname) ||
			(d->nsec3 && finding_has(j, FINDING_NSEC3_OWNER_HASH_WRONG, s->z->zone)))) {
		site_add(j, s, FINDING_NSEC3_OWNER_HASH_WRONG, s->z->zone->name, TYPE_NSEC3);
		return;
	}
	if (d->reason == REASON_DENIAL_SIGNATURE || d->reason == REASON_DENIAL_UNSIGNED) {
		for (uint8_t i = 0; i < d->n_rrsets; i++)
			judge_rrset(j, s, &d->rrsets[i]);
		return;
	}
	enum finding_id id = denial_finding(d->reason, a->kind);
	struct finding *f = site_add(j, s, id, qname, qtype);
	f->detail = reason_text(d->reason);
	if (id == FINDING_NSEC3_UNKNOWN_HASH || id == FINDING_NSEC3_UNKNOWN_FLAGS)
		f->number = first_nsec3(s->m, id == FINDING_NSEC3_UNKNOWN_FLAGS);
}

/* ---- an answer ---- */

/* A server that answers NXDOMAIN below the closest encloser has no wildcard there: then the labels field
 * lied. */
static bool no_such_wildcard(const struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	const struct zone *z = s->z->zone;
	if (!r->wildcard || r->closest_labels != name_labels(z->name))
		return false;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *server = z->servers.at[i];
		for (uint32_t k = 0; k < server->looks.n && server_counts(j, server); k++) {
			const struct look *l = server->looks.at[k];
			if (l->kind == LOOK_NXNAME && l->m && l->m->rcode == RCODE_NXDOMAIN)
				return true;
		}
	}
	return false;
}

static void wildcard_unproven(struct judging *j, const struct site *s, const struct answer_proof *a,
			      const uint8_t *qname, uint16_t qtype)
{
	for (uint8_t i = 0; i < a->n_rrsets; i++)
		if (a->denial.n_rrsets == 0 && no_such_wildcard(j, s, &a->rrsets[i])) {
			site_add(j, s, FINDING_RRSIG_LABELS_TOO_FEW, a->rrsets[i].rrset->owner,
				 a->rrsets[i].rrset->type);
			return;
		}
	judge_denial(j, s, a, qname, qtype);
}

static bool lame_already(const struct judging *j, const struct zone *z)
{
	return finding_has(j, FINDING_LAME_EMPTY_NOERROR, z) || finding_has(j, FINDING_LAME_NXDOMAIN, z);
}

void judge_answer(struct judging *j, const struct site *s, const struct answer_proof *a, const uint8_t *qname,
		  uint16_t qtype)
{
	for (uint8_t i = 0; i < a->n_rrsets; i++)
		judge_rrset(j, s, &a->rrsets[i]);
	if (a->reason == REASON_DNAME_MISMATCH)
		return; /* judge_alias says it */
	if (a->reason == REASON_ANSWER_EMPTY && lame_already(j, s->z->zone))
		return;
	if (a->denial.status != STATUS_BOGUS || a->denial.reason == REASON_PARENT)
		return;
	if (a->kind == ANSWER_NODATA || a->kind == ANSWER_NXDOMAIN)
		judge_denial(j, s, a, qname, qtype);
	else if (a->denial.reason != REASON_OK)
		wildcard_unproven(j, s, a, qname, qtype);
}

/* ---- denial that holds, and could be better ---- */

struct seen {
	bool nsec3, salt, opt_out, nsec, compact, walkable;
	uint16_t iterations;
	const struct exchange *from;
};

static void see(struct seen *out, const struct look *l)
{
	for (uint16_t i = 0; i < l->m->authority.n; i++) {
		const struct rrset *r = &l->m->authority.at[i];
		if (r->type == TYPE_NSEC && r->n) {
			struct nsec n = rdata_nsec(r->rd[0]);
			out->nsec = true;
			out->compact |= bitmap_has(n.bitmap, n.bitmap_len, TYPE_NXNAME);
			out->walkable |= n.next[0] != 1 || n.next[1] != 0;      /* names made on line begin with an octet 0 (RFC 4470) */
		}
		if (r->type != TYPE_NSEC3 || !r->n)
			continue;
		struct nsec3 n = rdata_nsec3(r->rd[0]);
		out->nsec3 = true;
		out->salt |= n.salt_len > 0;
		out->opt_out |= n.flags & NSEC3_OPTOUT;
		if (n.iterations > out->iterations || !out->from)
			out->from = l->last;
		if (n.iterations > out->iterations)
			out->iterations = n.iterations;
	}
}

/* A proof has three at most, wildcards and mixed chains some more. What resolvers give up at: NSEC3, which costs a hash,
 * measured; NSEC somewhere between 32 and 300. */
static const struct crowd { uint16_t type, enough; enum finding_id id; } crowds[] = {
	{ TYPE_NSEC3, 8, FINDING_NSEC3_TOO_MANY_RECORDS },
	{ TYPE_NSEC, 32, FINDING_NSEC_TOO_MANY_RECORDS },
};

static uint16_t count_type(const struct message *m, uint16_t type)
{
	uint16_t n = 0;
	for (uint16_t i = 0; i < m->authority.n; i++)
		n = (uint16_t)(n + (m->authority.at[i].type == type));
	return n;
}

static void crowded_answer(struct judging *j, const struct zone_proof *z, const struct look *l, const struct server *server)
{
	struct site s = site_look(z, l, &server);
	for (unsigned k = 0; k < sizeof crowds / sizeof *crowds; k++) {
		uint16_t n = count_type(l->m, crowds[k].type);
		if (n <= crowds[k].enough)
			continue;
		struct finding *f = site_add(j, &s, crowds[k].id, z->zone->name, crowds[k].type);
		f->number = n > f->number ? n : f->number;
	}
}

/* Answers that some resolvers will not work their way through. */
static void crowded(struct judging *j, const struct zone_proof *z, const struct server *server)
{
	for (uint32_t i = 0; i < server->looks.n && server_counts(j, server) && !z->assumed; i++) {
		const struct look *l = server->looks.at[i];
		if (l->m && chain_usable(l->m, l->name, l->type, z->zone->name))
			crowded_answer(j, z, l, server);
	}
}

static struct seen seen_of(const struct judging *j, const struct server *s)
{
	struct seen out = { 0 };
	for (uint32_t i = 0; i < s->looks.n && server_counts(j, s); i++) {
		const struct look *l = s->looks.at[i];
		bool about_child = l->kind == LOOK_DS;
		if (l->m && !about_child && chain_usable(l->m, l->name, l->type, s->zone->name))
			see(&out, l);
	}
	return out;
}

static void iterations(struct judging *j, const struct zone *z, const struct seen *all)
{
	enum finding_id id = all->iterations > LIMIT_NSEC3_INSECURE        ? FINDING_NSEC3_ITERATIONS_OVER_150
			     : all->iterations > LIMIT_NSEC3_SOME_INSECURE ? FINDING_NSEC3_ITERATIONS_51_150
									   : FINDING_NSEC3_ITERATIONS_NONZERO;
	struct finding *f;
	if (all->iterations == 0)
		return;
	f = finding_add(j, id, z, z->name, TYPE_NSEC3);
	f->number = all->iterations;
	f->proof = all->from;
}

static void differing_kinds(struct judging *j, const struct zone *z)
{
	bool nsec = false, nsec3 = false;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		struct seen one = seen_of(j, z->servers.at[i]);
		nsec |= one.nsec;
		nsec3 |= one.nsec3;
	}
	if (!nsec || !nsec3)
		return;
	struct finding *f = finding_add(j, FINDING_NSEC_NSEC3_MIXED, z, z->name, 0);
	f->detail = "both kinds are seen";
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (seen_of(j, z->servers.at[i]).nsec)
			finding_at(j, f, z->servers.at[i]);
}

void judge_denial_hygiene(struct judging *j, const struct zone_proof *z)
{
	const struct zone *zone = z->zone;
	struct seen all = { 0 };
	if (z->status != STATUS_SECURE)
		return;
	for (uint32_t i = 0; i < zone->servers.n; i++) {
		struct seen one = seen_of(j, zone->servers.at[i]);
		all.salt |= one.salt;
		all.opt_out |= one.opt_out;
		all.compact |= one.compact;
		all.walkable |= one.walkable;
		if (one.iterations > all.iterations) {
			all.iterations = one.iterations;
			all.from = one.from;
		}
	}
	for (uint32_t i = 0; i < zone->servers.n; i++)
		crowded(j, z, zone->servers.at[i]);
	iterations(j, zone, &all);
	if (all.salt)
		finding_add(j, FINDING_NSEC3_SALT, zone, zone->name, TYPE_NSEC3);
	if (all.opt_out && name_labels(zone->name) > 1)
		finding_add(j, FINDING_NSEC3_OPTOUT_WIDE, zone, zone->name, TYPE_NSEC3);
	if (all.compact)
		finding_add(j, FINDING_NSEC_COMPACT_DENIAL, zone, zone->name, TYPE_NSEC);
	if (all.walkable)
		finding_add(j, FINDING_ZONE_WALKABLE, zone, zone->name, TYPE_NSEC);
	differing_kinds(j, zone);
}
