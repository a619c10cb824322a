/* ds -- from the parent's DS to the child's keys (RFC 4034 5.1.4, RFC 4035 5.2, RFC 4509 3, RFC 6840 5.11). */
#include "prove/inside.h"
#include <string.h>

enum { DIGESTS_MAX = LIMIT_DS * LIMIT_KEYS_PER_TAG }; /* of one keyset: DS x keys is "HashTrap" */

static size_t digest_of(struct prover *p, const uint8_t *owner, struct rdata key, uint8_t digest_type,
			uint8_t out[48])
{
	const uint8_t *name = name_lower(p->arena, owner);
	struct octets parts[] = { { name, name_len(name) }, { key.at, key.len } };
	return crypto_ds_digest(p->crypto, digest_type, parts, 2, out);
}

struct ds prove_make_ds(struct prover *p, const uint8_t *owner, struct rdata dnskey, uint8_t digest_type)
{
	struct dnskey k = rdata_dnskey(dnskey);
	uint8_t digest[48];
	size_t len = digest_of(p, owner, dnskey, digest_type, digest);
	return (struct ds){ k.tag, k.algorithm, digest_type, arena_copy(p->arena, digest, len),
			    (uint16_t)len };
}

struct ds prove_anchor_ds(struct prover *p, const uint8_t *owner, struct rdata dnskey)
{
	return prove_make_ds(p, owner, dnskey, DIGEST_SHA256);
}

/* What DS itself rules out, whatever the keys are. */
static enum reason ds_support(struct prover *p, struct ds_try *t)
{
	enum crypto_support algorithm = crypto_algorithm(p->crypto, t->ds.algorithm);
	enum crypto_support digest = crypto_digest_type(p->crypto, t->ds.digest_type);
	t->digest_unsupported = digest != CRYPTO_SUPPORTED;
	if (algorithm == CRYPTO_NOT_IMPLEMENTED || digest == CRYPTO_NOT_IMPLEMENTED)
		return REASON_ALGORITHM_UNSUPPORTED;
	if (algorithm == CRYPTO_REFUSED_HERE || digest == CRYPTO_REFUSED_HERE)
		return REASON_ALGORITHM_REFUSED_HERE;
	return t->ds.digest_len == crypto_digest_size(t->ds.digest_type) ? REASON_OK
									 : REASON_DS_DIGEST_LENGTH;
}

static bool digest_equals(struct prover *p, const uint8_t *zone, struct rdata key, const struct ds *ds)
{
	uint8_t digest[48];
	size_t len = digest_of(p, zone, key, ds->digest_type, digest);
	return len > 0 && len == ds->digest_len && memcmp(digest, ds->digest, len) == 0;
}

/* The DS may be older than the REVOKE flag, which changes tag and digest (RFC 5011 2.1). */
static bool names_before_revocation(struct prover *p, const uint8_t *zone, struct rdata key,
				    const struct ds *ds)
{
	struct rdata before = rdata_dnskey_unrevoked(p->arena, key);
	return rdata_dnskey(before).tag == ds->tag && digest_equals(p, zone, before, ds);
}

static enum reason key_fault(struct prover *p, const struct dnskey *k)
{
	enum reason fault = key_flags_fault(k, 0);
	if (fault == REASON_OK &&
	    crypto_key_fault(p->crypto, k->algorithm, (struct octets){ k->key, k->key_len }))
		return REASON_KEY_UNUSABLE;
	return fault;
}

/* Why the key that DS names does not carry the chain: its own signatures over DNSKEY say it. */
static enum reason signing_fault(const struct keyset *ks, int key)
{
	const struct sig_try *best = NULL;
	if (ks->signs[key])
		return REASON_OK;
	if (ks->rrset.reason == REASON_TOO_MANY_RECORDS)
		return REASON_TOO_MANY_RECORDS;
	for (uint8_t i = 0; i < ks->rrset.n_tries; i++) {
		const struct sig_try *t = &ks->rrset.tries[i];
		if (t->sig.tag != ks->keys[key].tag || t->sig.algorithm != ks->keys[key].algorithm ||
		    t->reason == REASON_OK)
			continue;
		if (!best || try_rank(t) > try_rank(best))
			best = t;
	}
	if (best)
		return best->reason;
	return ks->rrset.n_tries == 0 ? REASON_SIG_MISSING : REASON_DS_KEY_NOT_SIGNING;
}

static void keep(struct ds_try *t, enum reason reason, int key)
{
	if (t->key >= 0 && reason_rank(reason) <= reason_rank(t->reason))
		return;
	t->reason = reason;
	t->key = key;
}

static void match_key(struct prover *p, const struct rrset *dnskey, struct keyset *ks, struct ds_try *t,
		      uint16_t i, unsigned *left)
{
	struct dnskey *k = &ks->keys[i];
	if (*left == 0) {
		ks->keytrap_shape = true;
		keep(t, REASON_TOO_MANY_KEYS, i);
		return;
	}
	(*left)--;
	if (!digest_equals(p, ks->zone, dnskey->rd[i], &t->ds)) {
		keep(t, REASON_DS_DIGEST_DIFFERS, i);
		return;
	}
	ks->linked[i] = true;
	enum reason fault = key_fault(p, k);
	keep(t, fault == REASON_OK ? signing_fault(ks, i) : fault, i);
}

static void match_keys(struct prover *p, const struct rrset *dnskey, struct keyset *ks, struct ds_try *t,
		       unsigned *total)
{
	unsigned per_ds = LIMIT_KEYS_PER_TAG;
	t->reason = REASON_DS_MATCHES_NO_KEY;
	for (uint16_t i = 0; i < ks->n_keys; i++) {
		const struct dnskey *k = &ks->keys[i];
		if (k->algorithm != t->ds.algorithm)
			continue;
		unsigned *left = *total > per_ds ? &per_ds : total, before = *left;
		if (k->tag == t->ds.tag) {
			match_key(p, dnskey, ks, t, i, left);
		} else if (k->flags & DNSKEY_REVOKE && t->key < 0 && *left > 0 &&
			   names_before_revocation(p, ks->zone, dnskey->rd[i], &t->ds)) {
			keep(t, REASON_KEY_REVOKED, i);
		}
		if (*left < before && left == &per_ds)
			(*total)--;
	}
}

/* The key a DS would name if its digest had the right length. */
static int named_by_tag(const struct keyset *ks, const struct ds *ds)
{
	for (uint16_t i = 0; i < ks->n_keys; i++)
		if (ks->keys[i].tag == ds->tag && ks->keys[i].algorithm == ds->algorithm)
			return i;
	return -1;
}

static bool is_sha2(const struct ds_try *t)
{
	return t->reason == REASON_OK &&
	       (t->ds.digest_type == DIGEST_SHA256 || t->ds.digest_type == DIGEST_SHA384);
}

void ds_match_keys(struct prover *p, const struct ds *ds, uint16_t n_ds, const struct rrset *dnskey,
		   struct keyset *ks)
{
	unsigned total = DIGESTS_MAX;
	bool sha2 = false;
	ks->n_ds = n_ds < UINT8_MAX ? (uint8_t)n_ds : UINT8_MAX;
	ks->ds = ARENA_ARRAY(p->arena, struct ds_try, ks->n_ds);
	for (uint8_t i = 0; i < ks->n_ds; i++) {
		ks->ds[i] = (struct ds_try){ .ds = ds[i], .key = -1 };
		ks->ds[i].reason = ds_support(p, &ks->ds[i]);
		sha2 |= is_sha2(&ks->ds[i]);
		if (ks->ds[i].reason == REASON_DS_DIGEST_LENGTH)
			ks->ds[i].key = named_by_tag(ks, &ds[i]);
	}
	/* Only a SHA-2 digest that is itself usable puts SHA-1 aside: else the zone would be downgraded. */
	for (uint8_t i = 0; i < ks->n_ds; i++)
		ks->ds[i].ignored_sha1 = sha2 && ks->ds[i].ds.digest_type == DIGEST_SHA1;
	for (unsigned ignored = 0; ignored < 2; ignored++)
		for (uint8_t i = 0; i < ks->n_ds; i++)
			if (ks->ds[i].reason == REASON_OK && ks->ds[i].ignored_sha1 == (ignored == 1))
				match_keys(p, dnskey, ks, &ks->ds[i], &total);
}
