/* reason -- every reason with its id, its sentence part, how far a signature or DS that ends so has come, and what
 * follows for the status. Time is checked last: "expired" is said of a signature that would hold otherwise. */
#include "prove/inside.h"
#include <assert.h>
#include <stddef.h>

/* Ranks: a reason that leaves it open whether others would succeed comes before every failure, for the best try
 * decides the status. 0: no matter of a single signature or DS. */
struct row { const char *id, *text; uint8_t rank; bool open; };

static const struct row rows[REASON_KINDS] = {
	[REASON_OK] = { "ok", "nothing is wrong", 255, false },
	[REASON_ALGORITHM_REFUSED_HERE] = { "algorithm-refused-here",
		"this machine's cryptographic policy refuses the algorithm", 250, true },
	[REASON_BUDGET] = { "budget", "the limit of work for one check was reached before it was looked at", 240, true },
	[REASON_TOO_MANY_RECORDS] = { "too-many-records", "there are more records than are looked at", 235, true },
	[REASON_TOO_MANY_SIGS] = { "too-many-signatures", "there are more signatures than are tried", 230, true },
	[REASON_TOO_MANY_KEYS] = { "too-many-keys", "there are more keys with the tag than are tried", 225, true },
	[REASON_SIG_EXPIRED] = { "sig-expired", "the signature has expired", 200, false },
	[REASON_SIG_NOT_YET] = { "sig-not-yet-valid", "the signature is not valid yet", 199, false },
	[REASON_SIG_EXPIRES_BEFORE_INCEPTION] = { "sig-expires-before-inception",
		"the signature expires before its inception", 198, false },
	[REASON_SIG_BOGUS] = { "sig-bogus", "the signature does not match the data and the key", 190, false },
	[REASON_SIG_LENGTH] = { "sig-length", "the signature has a length the key cannot produce", 185, false },
	[REASON_KEY_UNUSABLE] = { "key-unusable", "the public key is malformed or outside the limits", 180, false },
	[REASON_KEY_REVOKED] = { "key-revoked", "the key is revoked", 175, false },
	[REASON_KEY_NO_ZONE_BIT] = { "key-no-zone-bit", "the key has no ZONE flag", 174, false },
	[REASON_KEY_PROTOCOL] = { "key-protocol", "the protocol field of the key is not 3", 173, false },
	[REASON_SIG_MISSING] = { "sig-missing", "no signature covers the records", 160, false },
	[REASON_DS_KEY_NOT_SIGNING] = { "ds-key-not-signing", "the key named by DS does not sign the DNSKEY records", 155, false },
	[REASON_KEY_ALGORITHM_DIFFERS] = { "key-algorithm-differs",
		"a key has the tag of the signature, but another algorithm", 150, false },
	[REASON_KEY_TAG_UNKNOWN] = { "key-tag-unknown", "no published key has the tag of the signature", 140, false },
	[REASON_DS_DIGEST_DIFFERS] = { "ds-digest-differs", "the digest in DS is not that of the key", 130, false },
	[REASON_DS_DIGEST_LENGTH] = { "ds-digest-length", "the digest in DS has the wrong length", 125, false },
	[REASON_DS_MATCHES_NO_KEY] = { "ds-matches-no-key", "no key has the tag and algorithm of DS", 120, false },
	[REASON_ALGORITHM_UNSUPPORTED] = { "algorithm-unsupported", "the algorithm is not one a validator knows", 110, false },
	[REASON_LABELS_EXCEED] = { "labels-exceed", "the signature counts more labels than the name has", 90, false },
	[REASON_LABELS_NO_WILDCARD] = { "labels-no-wildcard",
		"the signature claims a wildcard where there can be none", 89, false },
	[REASON_LABELS_BELOW_SIGNER] = { "labels-below-signer",
		"the signature counts fewer labels than its signer has", 88, false },
	[REASON_SIGNER_BELOW] = { "signer-below", "the signer is a name below the zone", 80, false },
	[REASON_SIGNER_ABOVE] = { "signer-above", "the signer is a zone above", 79, false },
	[REASON_SIGNER_ELSEWHERE] = { "signer-elsewhere", "the signer is not the zone", 78, false },

	[REASON_DS_NO_SUPPORTED] = { "ds-no-supported", "no DS has an algorithm and a digest that validators know", 0, false },
	[REASON_DNSKEY_MISSING] = { "dnskey-missing", "the zone publishes no DNSKEY", 0, false },
	[REASON_NO_ANCHOR] = { "no-anchor", "no trust anchor applies", 0, false },
	[REASON_PARENT] = { "parent", "the keys above are not secure", 0, false },
	[REASON_DENIAL_MISSING] = { "denial-missing", "no NSEC or NSEC3 record came with the answer", 0, false },
	[REASON_DENIAL_UNSIGNED] = { "denial-unsigned", "the NSEC or NSEC3 records are not signed", 0, false },
	[REASON_DENIAL_SIGNATURE] = { "denial-signature", "a signature over the NSEC or NSEC3 records does not hold", 0, false },
	[REASON_NSEC_NOT_COVERING] = { "nsec-not-covering", "no NSEC record covers the name", 0, false },
	[REASON_NSEC_WILDCARD_NOT_COVERED] = { "nsec-wildcard-not-covered",
		"no NSEC record shows that no wildcard applies", 0, false },
	[REASON_NSEC_TYPE_PRESENT] = { "nsec-type-present", "the NSEC record says that the type exists", 0, false },
	[REASON_NSEC_WRONG_OWNER] = { "nsec-wrong-owner", "no NSEC record stands at the name or spans it", 0, false },
	[REASON_NSEC_CHILD_SIDE] = { "nsec-child-side", "the proof comes from the child's side of the zone cut", 0, false },
	[REASON_NSEC_PARENT_SIDE] = { "nsec-parent-side", "the proof comes from above a zone cut or DNAME", 0, false },
	[REASON_NSEC_NO_NS_BIT] = { "nsec-no-ns-bit", "the proof does not know of the delegation", 0, false },
	[REASON_NSEC_NEXT_OUT_OF_ZONE] = { "nsec-next-out-of-zone", "the next name of the NSEC record is outside the zone", 0, false },
	[REASON_NSEC3_NO_CLOSEST_ENCLOSER] = { "nsec3-no-closest-encloser",
		"no NSEC3 record matches an ancestor of the name", 0, false },
	[REASON_NSEC3_NEXT_CLOSER_NOT_COVERED] = { "nsec3-next-closer-not-covered",
		"no NSEC3 record covers the name below the closest encloser", 0, false },
	[REASON_NSEC3_WILDCARD_NOT_COVERED] = { "nsec3-wildcard-not-covered",
		"no NSEC3 record shows that no wildcard applies", 0, false },
	[REASON_NSEC3_TYPE_PRESENT] = { "nsec3-type-present", "the NSEC3 record says that the type exists", 0, false },
	[REASON_NSEC3_UNKNOWN_HASH] = { "nsec3-unknown-hash", "the NSEC3 records use an unknown hash algorithm", 0, false },
	[REASON_NSEC3_UNKNOWN_FLAGS] = { "nsec3-unknown-flags", "the NSEC3 records have unknown flags", 0, false },
	[REASON_NSEC3_BAD_OWNER] = { "nsec3-bad-owner",
		"the owner of the NSEC3 record is not one hash label below the zone", 0, false },
	[REASON_NSEC3_NO_MATCH] = { "nsec3-no-match", "no NSEC3 record matches the name", 0, false },
	[REASON_NSEC3_ITERATIONS] = { "nsec3-iterations", "NSEC3 uses so many iterations that validators treat the zone as insecure",
		0, false },
	[REASON_NXDOMAIN_BUT_PROVEN_NODATA] = { "nxdomain-but-proven-nodata",
		"the answer says NXDOMAIN, its proof that the name exists without the type", 0, false },
	[REASON_NODATA_BUT_PROVEN_NXDOMAIN] = { "nodata-but-proven-nxdomain",
		"the answer says that the name exists, its proof that it does not", 0, false },
	[REASON_DNAME_MISMATCH] = { "dname-mismatch", "the CNAME is not the one the DNAME makes", 0, false },
	[REASON_WILDCARD_UNPROVEN] = { "wildcard-unproven",
		"the answer comes from a wildcard without proof that the name itself does not exist", 0, false },
	[REASON_ANSWER_EMPTY] = { "answer-empty", "the answer holds nothing that answers the question or proves its absence", 0, false },
};

static const struct row *row(enum reason r)
{
	assert(r < REASON_KINDS && rows[r].id);
	return &rows[r];
}

const char *reason_id(enum reason r) { return row(r)->id; }
const char *reason_text(enum reason r) { return row(r)->text; }
unsigned reason_rank(enum reason r) { return row(r)->rank; }

enum status reason_status(enum reason r)
{
	return r == REASON_OK ? STATUS_SECURE : row(r)->open ? STATUS_INDETERMINATE : STATUS_BOGUS;
}

const char *status_text(enum status s)
{
	static const char *const texts[] = { "secure", "insecure", "bogus", "indeterminate" };
	assert(s < sizeof texts / sizeof texts[0]);
	return texts[s];
}
