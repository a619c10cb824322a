/* dnssec_forensic -- which field is wrong. A validator stops at "no such key"; an operator wants to know
 * whether the tag in the signature, the algorithm of the key or the DS is the odd one out. Each guess is
 * tried with the mathematics, so that nothing is said that was not shown. Costs come out of the check's
 * budget. */
#include "judge/dnssec.h"
#include "base/limits.h"
#include <string.h>

enum { SIG_ALGORITHM_AT = 2, SIG_LABELS_AT = 3, SIG_TAG_AT = 16 }; /* octets of RRSIG RDATA, RFC 4034 3.1 */
enum { KEY_FLAGS_AT = 0, KEY_PROTOCOL_AT = 2, KEY_ALGORITHM_AT = 3 }; /* of DNSKEY RDATA, RFC 4034 2.1 */

bool made_by_key(struct judging *j, const struct rrset *r, struct rdata sig, const struct dnskey *k,
		 uint8_t algorithm)
{
	struct rrsig s = rdata_rrsig(sig);
	struct octets data = prove_signed_data(j->arena, r, sig);
	return crypto_verify(j->prover->crypto, j->prover->budget, algorithm,
			     (struct octets){ k->key, k->key_len }, data,
			     (struct octets){ s.signature, s.signature_len }) == CRYPTO_GOOD;
}

static struct rdata patched(struct arena *a, struct rdata r, uint16_t at, const uint8_t *with, uint16_t len)
{
	uint8_t *copy = arena_copy(a, r.at, r.len);
	if (at + len <= r.len)
		memcpy(copy + at, with, len);
	return (struct rdata){ copy, r.len };
}

struct rdata sig_with_tag(struct arena *a, struct rdata sig, uint16_t tag)
{
	uint8_t octets[2] = { (uint8_t)(tag >> 8), (uint8_t)tag };
	return patched(a, sig, SIG_TAG_AT, octets, 2);
}

struct rdata sig_with_algorithm(struct arena *a, struct rdata sig, uint8_t algorithm)
{
	return patched(a, sig, SIG_ALGORITHM_AT, &algorithm, 1);
}

struct rdata sig_with_labels(struct arena *a, struct rdata sig, uint8_t labels)
{
	return patched(a, sig, SIG_LABELS_AT, &labels, 1);
}

struct rdata key_as(struct arena *a, struct rdata key, const struct key_guess *g)
{
	struct dnskey k = rdata_dnskey(key);
	uint16_t flags = (uint16_t)((k.flags | g->set) & ~g->clear);
	uint8_t head[4] = { (uint8_t)(flags >> 8), (uint8_t)flags, g->protocol ? g->protocol : k.protocol,
			    g->algorithm ? g->algorithm : k.algorithm };
	return patched(a, key, KEY_FLAGS_AT, head, 4);
}

bool ds_is_of(struct judging *j, const uint8_t *owner, struct rdata key, const struct ds *ds)
{
	struct ds made = prove_make_ds(j->prover, owner, key, ds->digest_type);
	return made.digest_len && made.digest_len == ds->digest_len &&
	       !memcmp(made.digest, ds->digest, made.digest_len);
}

enum stands nsec3_stands_at(struct judging *j, const struct rrset *r, const uint8_t *name)
{
	struct nsec3 n = rdata_nsec3(r->rd[0]);
	const uint8_t *lower = name_lower(j->arena, name);
	uint8_t hash[20], label[20];
	if (n.hash != 1 || !name_hash_label(r->owner, label))
		return STANDS_ELSEWHERE;
	if (n.iterations > LIMIT_NSEC3_INSECURE ||
	    !crypto_nsec3_hash(j->prover->crypto, j->prover->budget, (struct octets){ lower, name_len(lower) },
			       (struct octets){ n.salt, n.salt_len }, n.iterations, hash))
		return STANDS_UNKNOWN;
	return memcmp(label, hash, sizeof hash) == 0 ? STANDS_HERE : STANDS_ELSEWHERE;
}

bool apex_hash_wrong(struct judging *j, const struct zone *z, const struct rrset *r)
{
	if (r->type != TYPE_NSEC3 || !r->n)
		return false;
	struct nsec3 n = rdata_nsec3(r->rd[0]);
	return bitmap_has(n.bitmap, n.bitmap_len, TYPE_SOA) && nsec3_stands_at(j, r, z->name) == STANDS_ELSEWHERE;
}

int64_t unbound_skew(const struct sig_try *t)
{
	int64_t tenth = (t->expiration.s - t->inception.s) / 10;
	return tenth < 3600 ? 3600 : tenth > 86400 ? 86400 : tenth;
}
