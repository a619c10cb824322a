/* signed_data -- the octets a signature is made over (RFC 4034 3.1.8.1, 6.2, 6.3; RFC 4035 5.3.2 for wildcards). */
#include "prove/prove.h"
#include <stdlib.h>
#include <string.h>

enum { SIGNER_AT = 18, RR_FIXED = 10 }; /* octets before the signer; type, class, TTL, RDLENGTH */

static int by_octets(const void *a, const void *b)
{
	return rdata_cmp(*(const struct rdata *)a, *(const struct rdata *)b);
}

static struct rdata *canonical_records(struct arena *a, const struct rrset *rrset)
{
	struct rdata *rd = ARENA_ARRAY(a, struct rdata, rrset->n);
	for (uint16_t i = 0; i < rrset->n; i++)
		rd[i] = rdata_canonical(a, rrset->type, rrset->rd[i]);
	qsort(rd, rrset->n, sizeof *rd, by_octets);
	return rd;
}

/* The owner as it was signed: with fewer labels than the name has, the wildcard it came from. */
static const uint8_t *signed_owner(struct arena *a, const uint8_t *owner, uint8_t labels)
{
	if (labels >= name_labels(owner))
		return name_lower(a, owner);
	const uint8_t *wildcard = name_wildcard(a, name_suffix(owner, labels));
	return wildcard ? name_lower(a, wildcard) : name_lower(a, owner);
}

static uint8_t *put16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
	return at + 2;
}

static uint8_t *put(uint8_t *at, const void *src, size_t len)
{
	memcpy(at, src, len);
	return at + len;
}

struct octets prove_signed_data(struct arena *a, const struct rrset *rrset, struct rdata rrsig)
{
	struct rrsig sig = rdata_rrsig(rrsig);
	size_t head_len = (size_t)(sig.signature - rrsig.at), len = head_len;
	const uint8_t *owner = signed_owner(a, rrset->owner, sig.labels);
	size_t owner_len = name_len(owner);
	struct rdata *rd = canonical_records(a, rrset);
	for (uint16_t i = 0; i < rrset->n; i++)
		len += owner_len + RR_FIXED + rd[i].len;
	uint8_t *data = arena_alloc(a, len), *at = put(data, rrsig.at, head_len);
	name_lower_in_place(data + SIGNER_AT);
	for (uint16_t i = 0; i < rrset->n; i++) {
		if (i > 0 && rdata_equal(rd[i], rd[i - 1]))
			continue; /* differed in case only */
		at = put(at, owner, owner_len);
		at = put16(at, rrset->type);
		at = put16(at, rrset->class);
		at = put16(at, (uint16_t)(sig.original_ttl >> 16));
		at = put16(at, (uint16_t)sig.original_ttl);
		at = put16(at, rd[i].len);
		at = put(at, rd[i].at, rd[i].len);
	}
	return (struct octets){ data, (size_t)(at - data) };
}
