/* no_ds -- that a delegation has no DS (RFC 4035 5.2, RFC 5155 8.6 and 8.9, RFC 6840 4.4). */
#include "prove/inside.h"

static bool is_referral(const struct message *m, const uint8_t *cut)
{
	return m->rcode == RCODE_NOERROR && section_find(&m->authority, cut, TYPE_NS) != NULL;
}

/* A server that refers to the child must know of the delegation in its proof too. */
static enum reason referral_fault(enum denial_kind kind)
{
	switch (kind) {
	case DENIAL_INSECURE_CUT: return REASON_OK;
	case DENIAL_NODATA:
	case DENIAL_ENT: return REASON_NSEC_NO_NS_BIT;
	default: return REASON_NODATA_BUT_PROVEN_NXDOMAIN;
	}
}

void prove_no_ds(struct prover *p, const struct message *m, const struct keyset *parent_keys,
		 const uint8_t *cut, struct denial_proof *out)
{
	struct denial_question q = { .zone = parent_keys->zone,
				     .qname = cut,
				     .qtype = TYPE_DS,
				     .nxdomain = m->rcode == RCODE_NXDOMAIN };
	denial_prove(p, m, parent_keys, &q, out);
	if (!is_referral(m, cut))
		return;
	bool whole_zone_insecure = out->status == STATUS_INSECURE && !out->opt_out;
	if (whole_zone_insecure)
		out->kind = DENIAL_INSECURE_CUT;
	enum reason fault = out->kind == DENIAL_NONE ? REASON_OK : referral_fault(out->kind);
	if (fault == REASON_OK)
		return;
	out->status = STATUS_BOGUS;
	out->reason = fault;
	out->until = WALL_NEVER;
}
