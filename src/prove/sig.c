/* sig -- one RRSIG over one RRset (RFC 4035 5.3.1, 5.3.3). Order of the checks: signer, labels, algorithm, key,
 * mathematics, time; so that a time is only blamed where nothing else is wrong, or where the key is gone too (a signer
 * that stopped long ago: resolvers look at the time first). */
#include "prove/inside.h"

/* Labels as RRSIG counts them: without root, without a leading "*" (RFC 4034 3.1.3). */
static uint8_t counted_labels(const uint8_t *owner)
{
	return (uint8_t)(name_labels(owner) - (name_is_wildcard(owner) ? 1 : 0));
}

bool rrset_is_expanded(const struct rrset *rrset, const struct rrsig *sig)
{
	return sig->labels < counted_labels(rrset->owner);
}

static enum reason signer_fault(const struct rrset *rrset, const struct rrsig *sig, const uint8_t *zone)
{
	if (name_equal(sig->signer, zone))
		return name_is_under(rrset->owner, zone) ? REASON_OK : REASON_SIGNER_ELSEWHERE;
	if (name_is_under(sig->signer, zone))
		return REASON_SIGNER_BELOW;
	return name_is_under(zone, sig->signer) ? REASON_SIGNER_ABOVE : REASON_SIGNER_ELSEWHERE;
}

/* These are what they are at one name only. An NSEC is data, too: asked for by its type at a name that a wildcard covers, it
 * comes expanded; no denial may rest on that (denial.c). */
static bool type_is_never_expanded(uint16_t type)
{
	switch (type) {
	case TYPE_SOA:
	case TYPE_DS:
	case TYPE_DNSKEY:
	case TYPE_NSEC3:
	case TYPE_NSEC3PARAM:
	case TYPE_CDS:
	case TYPE_CDNSKEY: return true;
	default: return false;
	}
}

static enum reason labels_fault(const struct rrset *rrset, const struct rrsig *sig)
{
	if (sig->labels > counted_labels(rrset->owner))
		return REASON_LABELS_EXCEED;
	if (sig->labels < name_labels(sig->signer))
		return REASON_LABELS_BELOW_SIGNER;
	if (rrset_is_expanded(rrset, sig) && type_is_never_expanded(rrset->type))
		return REASON_LABELS_NO_WILDCARD;
	return REASON_OK;
}

void sig_begin(struct prover *p, const struct rrset *rrset, struct rdata raw, const struct keyset *keys,
	       struct sig_try *t)
{
	*t = (struct sig_try){ .sig = rdata_rrsig(raw) };
	t->inception = serial32_wall(t->sig.inception, p->at);
	t->expiration = serial32_wall(t->sig.expiration, p->at);
	t->reason = signer_fault(rrset, &t->sig, keys->zone);
	if (t->reason == REASON_OK)
		t->reason = labels_fault(rrset, &t->sig);
	if (t->reason == REASON_OK && crypto_algorithm(p->crypto, t->sig.algorithm) == CRYPTO_NOT_IMPLEMENTED)
		t->reason = REASON_ALGORITHM_UNSUPPORTED;
}

/* Valid from inception to expiration, both included (RFC 4034 3.1.5). */
enum reason sig_time(const struct prover *p, const struct rrsig *sig)
{
	struct serial32 now = wall_serial32(p->at);
	if (serial32_before(sig->expiration, sig->inception))
		return REASON_SIG_EXPIRES_BEFORE_INCEPTION;
	if (serial32_before(sig->expiration, now))
		return REASON_SIG_EXPIRED;
	return serial32_before(now, sig->inception) ? REASON_SIG_NOT_YET : REASON_OK;
}

enum reason key_flags_fault(const struct dnskey *k, unsigned flags)
{
	if (!(k->flags & DNSKEY_ZONE))
		return REASON_KEY_NO_ZONE_BIT;
	if (k->protocol != 3)
		return REASON_KEY_PROTOCOL;
	if (k->flags & DNSKEY_REVOKE && !(flags & SIG_OVER_DNSKEY))
		return REASON_KEY_REVOKED;
	return REASON_OK;
}

static enum reason verified(struct prover *p, const struct dnskey *k, const struct sig_try *t,
			    struct octets data)
{
	struct octets key = { k->key, k->key_len }, sig = { t->sig.signature, t->sig.signature_len };
	switch (crypto_verify(p->crypto, p->budget, k->algorithm, key, data, sig)) {
	case CRYPTO_GOOD: return REASON_OK;
	case CRYPTO_BAD:
		return crypto_sig_length_ok(k->algorithm, key, sig.len) ? REASON_SIG_BOGUS
									: REASON_SIG_LENGTH;
	case CRYPTO_KEY_UNUSABLE: return REASON_KEY_UNUSABLE;
	case CRYPTO_UNKNOWN: return REASON_ALGORITHM_UNSUPPORTED;
	case CRYPTO_UNAVAILABLE: return REASON_ALGORITHM_REFUSED_HERE;
	case CRYPTO_OVER_BUDGET: break;
	}
	return REASON_BUDGET;
}

static void keep_better(struct sig_try *t, enum reason reason, const struct dnskey *key)
{
	if (t->reason != REASON_OK && reason_rank(reason) <= reason_rank(t->reason))
		return;
	t->reason = reason;
	t->key = key;
}

/* Every key that fits tag and algorithm, up to the limit; the best result stays in *t. */
static bool try_keys(struct prover *p, const struct rrset *rrset, struct rdata raw, const struct keyset *keys,
		     unsigned flags, bool may_verify, struct sig_try *t)
{
	struct octets data = { 0 };
	unsigned tried = 0;
	t->reason = REASON_KEY_TAG_UNKNOWN;
	for (uint16_t i = 0; i < keys->n_keys && t->reason != REASON_OK; i++) {
		const struct dnskey *k = &keys->keys[i];
		if (k->tag != t->sig.tag)
			continue;
		enum reason fault = k->algorithm != t->sig.algorithm ? REASON_KEY_ALGORITHM_DIFFERS
								     : key_flags_fault(k, flags);
		if (fault == REASON_OK && !may_verify)
			fault = REASON_TOO_MANY_SIGS;
		if (fault == REASON_OK && tried == LIMIT_KEYS_PER_TAG)
			fault = REASON_TOO_MANY_KEYS;
		if (fault == REASON_OK) {
			if (tried++ == 0)
				data = prove_signed_data(p->arena, rrset, raw);
			fault = verified(p, k, t, data);
		}
		keep_better(t, fault, fault == REASON_KEY_ALGORITHM_DIFFERS ? NULL : k);
	}
	return tried > 0;
}

bool sig_finish(struct prover *p, const struct rrset *rrset, struct rdata raw, const struct keyset *keys,
		unsigned flags, bool may_verify, struct sig_try *t)
{
	if (t->reason != REASON_OK)
		return false;
	bool attempted = try_keys(p, rrset, raw, keys, flags, may_verify, t);
	enum reason time = sig_time(p, &t->sig);
	bool key_gone = t->reason == REASON_KEY_TAG_UNKNOWN || t->reason == REASON_KEY_ALGORITHM_DIFFERS;
	if (time != REASON_OK &&
	    (t->reason == REASON_OK || key_gone || reason_status(t->reason) == STATUS_INDETERMINATE))
		t->reason = time;
	return attempted;
}

/* A wrong time beside a key that is gone came no further than the missing key. */
unsigned try_rank(const struct sig_try *t)
{
	bool by_time = t->reason == REASON_SIG_EXPIRED || t->reason == REASON_SIG_NOT_YET ||
		       t->reason == REASON_SIG_EXPIRES_BEFORE_INCEPTION;
	return by_time && !t->key ? reason_rank(REASON_KEY_TAG_UNKNOWN) - 1 : reason_rank(t->reason);
}
