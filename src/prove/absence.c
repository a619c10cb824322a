/* absence -- what the bitmap of an NSEC or NSEC3 record shows, and from which side of a zone cut it speaks
 * (RFC 4035 5.4, RFC 6840 4.1 and 4.4, RFC 9824). */
#include "prove/inside.h"

struct proven proven_none(enum reason reason)
{
	return (struct proven){ .kind = DENIAL_NONE, .reason = reason };
}

void proven_use(struct proven *r, const struct rrset_proof *proof)
{
	if (r->n_used < USED_MAX)
		r->used[r->n_used++] = proof;
}

/* NS without SOA, away from our own apex: the parent's record at a delegation. */
static bool at_delegation(const uint8_t *bitmap, uint16_t len, bool apex)
{
	return !apex && bitmap_has(bitmap, len, TYPE_NS) && !bitmap_has(bitmap, len, TYPE_SOA);
}

bool bitmap_ends_zone(const uint8_t *bitmap, uint16_t len, bool apex)
{
	return at_delegation(bitmap, len, apex) || bitmap_has(bitmap, len, TYPE_DNAME);
}

static bool shows_type(const uint8_t *bitmap, uint16_t len, uint16_t qtype)
{
	static const uint16_t denial_own[] = { TYPE_RRSIG, TYPE_NSEC, TYPE_NXNAME };
	if (qtype == TYPE_ANY)
		return !bitmap_has_only(bitmap, len, denial_own, 3);
	if (qtype == TYPE_RRSIG)
		return false; /* signatures are no RRset of their own (RFC 4035 2.2): minimal answers leave them out */
	return bitmap_has(bitmap, len, qtype) || bitmap_has(bitmap, len, TYPE_CNAME);
}

enum reason bitmap_fault(const uint8_t *bitmap, uint16_t len, uint16_t qtype, bool apex)
{
	if (qtype == TYPE_DS && !apex && bitmap_has(bitmap, len, TYPE_SOA))
		return REASON_NSEC_CHILD_SIDE;
	if (qtype != TYPE_DS && at_delegation(bitmap, len, apex))
		return REASON_NSEC_PARENT_SIDE;
	return shows_type(bitmap, len, qtype) ? REASON_NSEC_TYPE_PRESENT : REASON_OK;
}

enum denial_kind bitmap_kind(const uint8_t *bitmap, uint16_t len, uint16_t qtype)
{
	if (bitmap_has(bitmap, len, TYPE_NXNAME))
		return DENIAL_COMPACT;
	if (qtype == TYPE_DS && bitmap_has(bitmap, len, TYPE_NS))
		return DENIAL_INSECURE_CUT;
	return DENIAL_NODATA;
}
