/* What a reply means to a resolver that stands at `zone` and looks for `name`. Nothing out of bailiwick is
 * believed: a referral leads strictly down and towards the name, an answer is for the name itself (RFC
 * 2181 5.4.1, RFC 1034 5.3.3). */
#include "walk/inside.h"

static bool towards(const uint8_t *owner, const uint8_t *zone, const uint8_t *name)
{
	return name_is_strictly_under(owner, zone) && name_is_under(name, owner);
}

/* DS stands on the parent's side: there a cut at the name itself leads the wrong way (RFC 4035 3.1.4.1). */
static bool leads_down(const uint8_t *cut, const uint8_t *zone, const uint8_t *name, uint16_t type)
{
	return towards(cut, zone, name) && !(type == TYPE_DS && name_equal(cut, name));
}

static const struct rrset *find_in(const struct section *s, const uint8_t *owner, uint16_t type)
{
	const struct rrset *r = section_find(s, owner, type);
	return r != NULL && r->class == CLASS_IN && r->n > 0 ? r : NULL;
}

static const struct rrset *find_soa(const struct message *m, const uint8_t *name)
{
	for (uint16_t i = 0; i < m->authority.n; i++) {
		const struct rrset *r = &m->authority.at[i];
		if (r->type == TYPE_SOA && r->class == CLASS_IN && r->n > 0 && name_is_under(name, r->owner))
			return r;
	}
	return NULL;
}

static const struct rrset *find_dname(const struct message *m, const uint8_t *zone, const uint8_t *name)
{
	for (uint16_t i = 0; i < m->answer.n; i++) {
		const struct rrset *r = &m->answer.at[i];
		if (r->type == TYPE_DNAME && r->class == CLASS_IN && r->n > 0 &&
		    name_is_strictly_under(name, r->owner) && name_is_under(r->owner, zone))
			return r;
	}
	return NULL;
}

/* The deepest signer below the zone asked tells the apex of the zone that spoke. One that is neither the zone nor on the way down
 * tells nothing: as if there were no signature. */
static void note_signers(const struct rrset *r, const uint8_t *zone, const uint8_t *name, uint16_t type,
			 struct meaning *out)
{
	for (uint16_t i = 0; i < r->n_sigs; i++) {
		const uint8_t *signer = rdata_rrsig(r->sigs[i]).signer;
		out->is_signed |= name_equal(signer, zone) || leads_down(signer, zone, name, type);
		if (leads_down(signer, zone, name, type) &&
		    (out->apex == NULL || name_is_strictly_under(signer, out->apex)))
			out->apex = signer;
	}
}

static void note_authority(const struct message *m, const uint8_t *zone, const uint8_t *name, uint16_t type,
			   struct meaning *out)
{
	for (uint16_t i = 0; i < m->authority.n; i++)
		note_signers(&m->authority.at[i], zone, name, type, out);
	const struct rrset *soa = find_soa(m, name);
	if (soa != NULL && towards(soa->owner, zone, name) &&
	    (out->apex == NULL || name_is_strictly_under(soa->owner, out->apex)))
		/* also for DS at the name itself: the child spoke, so there is a cut */
		out->apex = soa->owner;
}

static bool classify_answer(struct arena *a, const uint8_t *zone, const uint8_t *name, uint16_t type,
			    const struct message *m, struct meaning *out)
{
	const struct rrset *data = find_in(&m->answer, name, type);
	const struct rrset *dname = find_dname(m, zone, name);
	const struct rrset *cname = type == TYPE_CNAME ? NULL : find_in(&m->answer, name, TYPE_CNAME);
	if (data == NULL && type == TYPE_ANY && m->answer.n > 0 && name_equal(m->answer.at[0].owner, name))
		data = &m->answer.at[0];
	if (data != NULL) {
		out->kind = MEANS_DATA;
		note_signers(data, zone, name, type, out);
		return true;
	}
	if (dname == NULL && cname == NULL)
		return false;
	out->kind = MEANS_ALIAS;
	out->target = dname != NULL ? name_replace_suffix(a, name, dname->owner, rdata_name(dname->rd[0]))
				    : rdata_name(cname->rd[0]);
	note_signers(dname != NULL ? dname : cname, zone, name, type, out);
	return true;
}

static const struct rrset *find_referral(const struct message *m, const uint8_t *zone, const uint8_t *name,
					 uint16_t type)
{
	for (uint16_t i = 0; i < m->authority.n; i++) {
		const struct rrset *r = &m->authority.at[i];
		if (r->type == TYPE_NS && r->class == CLASS_IN && r->n > 0 &&
		    leads_down(r->owner, zone, name, type))
			return r;
	}
	return NULL;
}

static bool is_readable(const struct message *m)
{
	switch (m->fault) {
	case MESSAGE_SHORT_HEADER:
	case MESSAGE_BAD_QUESTION:
	case MESSAGE_BAD_OWNER:
	case MESSAGE_RR_CUT:
	case MESSAGE_COUNT_LIES: return false;
	default: return true;
	}
}

struct meaning classify(struct arena *a, const uint8_t *zone, const uint8_t *name, uint16_t type,
			const struct message *m)
{
	struct meaning out = { .kind = MEANS_NOTHING };
	if (m == NULL || m->tc || !is_readable(m) || !message_rcode_answers(m))
		return out;
	if (classify_answer(a, zone, name, type, m, &out))
		return out;
	const struct rrset *soa = find_soa(m, name);
	bool ours = m->aa || (soa != NULL && name_is_under(soa->owner, zone));
	if (m->rcode == RCODE_NXDOMAIN) {
		out.kind = ours ? MEANS_NXDOMAIN : MEANS_NOTHING;
	} else if (soa == NULL && (out.ns = find_referral(m, zone, name, type)) != NULL) {
		out.kind = MEANS_REFERRAL;
	} else {
		out.kind = ours ? MEANS_NODATA : MEANS_NOTHING;
	}
	if (out.kind != MEANS_NOTHING)
		note_authority(m, zone, name, type, &out);
	return out;
}

bool meaning_ends(const struct meaning *m)
{
	return m->kind >= MEANS_DATA;
}
