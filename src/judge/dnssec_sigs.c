/* dnssec_sigs -- one RRset that fails, and by which field of its signature or key. Where tag or algorithm
 * lead to no key, the published keys are tried all the same: a signature that one of them made has a wrong
 * field; one that none made is by a key that is gone. */
#include "judge/dnssec.h"
#include "base/limits.h"
#include "dns/text.h"

static const char *rrset_words(struct judging *j, const struct rrset *r)
{
	return arena_printf(j->arena, "%s %s", name_words(j->arena, r->owner), type_text(j->arena, r->type));
}

static const struct keyset *keys_of(const struct site *s)
{
	return s->z->best_keys ? &s->z->best_keys->keys : NULL;
}

static bool best_raw(const struct rrset_proof *r, struct rdata *out)
{
	if (!r->best || r->best < r->tries || r->best - r->tries >= r->rrset->n_sigs)
		return false;
	*out = r->rrset->sigs[r->best - r->tries];
	return true;
}

/* ---- out of time ---- */

static void earliest(struct finding *f, struct wall when)
{
	if (when.s < f->when.s)
		f->when = when;
}

static void skew_companion(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	const struct sig_try *t = r->best;
	int64_t skew = unbound_skew(t);
	struct site quiet = *s;
	quiet.breaks = quiet.always = false;
	if (r->reason == REASON_SIG_EXPIRED && j->at.s <= t->expiration.s + skew) {
		struct finding *f = site_add(j, &quiet, FINDING_RRSIG_EXPIRED_WITHIN_SKEW, s->z->zone->name,
					     r->rrset->type);
		f->when = (struct wall){ t->expiration.s + skew };
		f->detail = "BIND, Knot Resolver and PowerDNS fail already";
	} else if (r->reason == REASON_SIG_NOT_YET && j->at.s >= t->inception.s - skew) {
		struct finding *f =
			site_add(j, &quiet, FINDING_RRSIG_INCEPTION_AHEAD, s->z->zone->name, r->rrset->type);
		f->when = t->inception;
		f->detail = "BIND, Knot Resolver and PowerDNS do not";
	}
}

static void out_of_time(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	enum finding_id id = r->reason == REASON_SIG_EXPIRED   ? FINDING_RRSIG_EXPIRED
			     : r->reason == REASON_SIG_NOT_YET ? FINDING_RRSIG_NOT_YET_VALID
							       : FINDING_RRSIG_EXPIRED_BEFORE_INCEPTION;
	struct finding *f = site_merge(j, s, id, r->rrset->owner, r->rrset->type, rrset_words(j, r->rrset));
	if (!r->best)
		return;
	earliest(f, r->reason == REASON_SIG_NOT_YET ? r->best->inception : r->best->expiration);
	f->number = r->best->sig.tag;
	skew_companion(j, s, r);
}

/* ---- tag or algorithm lead to no key ---- */

static struct finding *about_sig(struct judging *j, const struct site *s, const struct rrset_proof *r,
				 enum finding_id id)
{
	struct finding *f = site_add(j, s, id, r->rrset->owner, r->rrset->type);
	if (r->best) {
		f->number = r->best->sig.tag;
		f->algorithm = r->best->sig.algorithm;
	}
	f->detail = reason_text(r->reason);
	return f;
}

static struct finding *about_key(struct judging *j, const struct site *s, enum finding_id id, uint32_t number,
				 uint32_t number2)
{
	struct finding *f = site_add(j, s, id, s->z->zone->name, TYPE_DNSKEY);
	f->number = number;
	f->number2 = number2;
	return f;
}

enum { KEYS_TRIED = 8, RRSETS_EXAMINED = 8 }; /* of one zone; honest ones have fewer keys, and faults alike */

static unsigned examined(const struct judging *j, const struct zone *z)
{
	unsigned n = 0;
	const struct finding *f;
	for (uint32_t i = 0; (f = finding_made(j, i)); i++)
		n += f->zone == z && f->id == FINDING_RRSIG_WRONG_KEYTAG;
	return n;
}

static bool wrong_tag(struct judging *j, const struct site *s, const struct rrset_proof *r, struct rdata raw)
{
	const struct keyset *keys = keys_of(s);
	for (uint16_t i = 0; i < keys->n_keys && i < KEYS_TRIED; i++) {
		const struct dnskey *k = &keys->keys[i];
		if (k->algorithm != r->best->sig.algorithm || !(k->flags & DNSKEY_ZONE))
			continue;
		if (made_by_key(j, r->rrset, raw, k, k->algorithm) ||
		    made_by_key(j, r->rrset, sig_with_tag(j->arena, raw, k->tag), k, k->algorithm)) {
			about_sig(j, s, r, FINDING_RRSIG_WRONG_KEYTAG)->detail =
				arena_printf(j->arena, "; key %u made it", k->tag);
			return true;
		}
	}
	return false;
}

static uint16_t tag_as(struct judging *j, struct rdata key, struct key_guess g)
{
	return rdata_dnskey(key_as(j->arena, key, &g)).tag;
}

/* The key is published with a field altered, and its tag with it. */
static bool altered_key(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	const struct keyset *keys = keys_of(s);
	const struct rrset *set = keys->rrset.rrset;
	const struct rrsig *sig = &r->best->sig;
	for (uint16_t i = 0; set && i < keys->n_keys; i++) {
		const struct dnskey *k = &keys->keys[i];
		bool unknown = crypto_algorithm(j->prover->crypto, k->algorithm) == CRYPTO_NOT_IMPLEMENTED;
		if (k->algorithm != sig->algorithm &&
		    tag_as(j, set->rd[i], (struct key_guess){ .algorithm = sig->algorithm }) == sig->tag)
			about_key(j, s,
				  unknown ? FINDING_DNSKEY_ALG_UNASSIGNED : FINDING_DNSKEY_ALG_MISMATCH_ZSK,
				  k->tag, sig->algorithm)
				->algorithm = k->algorithm;
		else if (!(k->flags & DNSKEY_ZONE) &&
			 tag_as(j, set->rd[i], (struct key_guess){ .set = DNSKEY_ZONE }) == sig->tag)
			about_key(j, s, FINDING_DNSKEY_NO_ZONE_BIT_ZSK, k->tag, 0);
		else if (k->flags & DNSKEY_REVOKE &&
			 tag_as(j, set->rd[i], (struct key_guess){ .clear = DNSKEY_REVOKE }) == sig->tag)
			about_key(j, s, FINDING_DNSKEY_REVOKED_ZSK, k->tag, 0);
		else if (k->protocol != 3 &&
			 tag_as(j, set->rd[i], (struct key_guess){ .protocol = 3 }) == sig->tag)
			about_key(j, s, FINDING_DNSKEY_PROTOCOL_WRONG, k->tag, k->protocol);
		else
			continue;
		return true;
	}
	return false;
}

/* An RRset alone with an unknown tag is a slip of the signer; all of them mean that the key is gone. */
static void key_tag_unknown(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	struct rdata raw;
	if (!keys_of(s) || !best_raw(r, &raw)) {
		about_sig(j, s, r, FINDING_RRSIG_BOGUS);
		return;
	}
	if (finding_has(j, FINDING_ZSK_ABSENT, s->z->zone)) {
		about_key(j, s, FINDING_ZSK_ABSENT, r->best->sig.tag, 0);
		return;
	}
	if (examined(j, s->z->zone) >= RRSETS_EXAMINED || altered_key(j, s, r) || wrong_tag(j, s, r, raw))
		return;
	if (zone_data_reason(j, s->z, keys_of(s), NULL) == REASON_OK)
		about_sig(j, s, r, FINDING_RRSIG_WRONG_KEYTAG)->detail =
			", nor is the signature by any other key of it";
	else
		about_key(j, s, FINDING_ZSK_ABSENT, r->best->sig.tag, 0)->algorithm = r->best->sig.algorithm;
}

/* A key has the tag, with another algorithm: which of the two is wrong? The mathematics of the right one
 * succeed. */
static bool key_of_other_algorithm(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	const struct keyset *keys = keys_of(s);
	struct rdata raw;
	for (uint16_t i = 0; keys && best_raw(r, &raw) && i < keys->n_keys && i < KEYS_TRIED; i++) {
		const struct dnskey *k = &keys->keys[i];
		uint8_t algorithm = r->best->sig.algorithm;
		if (k->tag != r->best->sig.tag || !made_by_key(j, r->rrset, raw, k, algorithm))
			continue;
		about_key(j, s, FINDING_DNSKEY_ALG_MISMATCH_ZSK, k->tag, algorithm)->algorithm = k->algorithm;
		return true;
	}
	return false;
}

/* ---- the mathematics say no ---- */

static void signature_wrong(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	struct rdata raw;
	const struct sig_try *t = r->best;
	if (best_raw(r, &raw) && t->key && t->sig.labels < name_labels(r->rrset->owner) &&
	    made_by_key(j, r->rrset, sig_with_labels(j->arena, raw, name_labels(r->rrset->owner)), t->key,
			t->sig.algorithm)) {
		about_sig(j, s, r, FINDING_RRSIG_LABELS_TOO_FEW);
		return;
	}
	if (apex_hash_wrong(j, s->z->zone, r->rrset)) {
		site_add(j, s, FINDING_NSEC3_OWNER_HASH_WRONG, s->z->zone->name, TYPE_NSEC3);
		return;
	}
	struct finding *f =
		site_merge(j, s, FINDING_RRSIG_BOGUS, r->rrset->owner, r->rrset->type,
			   t ? arena_printf(j->arena, "%s, key %u", rrset_words(j, r->rrset), t->sig.tag)
			     : rrset_words(j, r->rrset));
	f->number = t ? t->sig.tag : 0;
}

void judge_key_unusable(struct judging *j, const struct site *s, const struct dnskey *k)
{
	struct octets key = { k->key, k->key_len };
	bool rsa = k->algorithm == ALG_RSASHA1 || k->algorithm == ALG_RSASHA1_NSEC3 ||
		   k->algorithm == ALG_RSASHA256 || k->algorithm == ALG_RSASHA512;
	unsigned bits = rsa ? crypto_rsa_bits(key) : 0;
	enum finding_id id = !k->key_len ? FINDING_DNSKEY_ZERO_LENGTH : FINDING_DNSKEY_BAD_LENGTH;
	if (rsa && k->key_len && bits > LIMIT_RSA_BITS_MAX)
		id = FINDING_RSA_KEY_TOO_LARGE;
	else if (rsa && bits >= 512)
		id = FINDING_RSA_EXPONENT_HUGE;
	struct finding *f = site_add(j, s, id, s->z->zone->name, TYPE_DNSKEY);
	const char *fault = crypto_key_fault(j->prover->crypto, k->algorithm, key);
	f->number = k->tag;
	f->number2 = bits;
	f->algorithm = k->algorithm;
	f->detail = fault ? fault : "the key cannot be used";
}

/* The key that made the signature is published, and may not or cannot be used. */
static bool key_not_usable(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	const struct dnskey *k = r->best ? r->best->key : NULL;
	switch (r->reason) {
	case REASON_KEY_NO_ZONE_BIT:
		about_key(j, s, FINDING_DNSKEY_NO_ZONE_BIT_ZSK, k ? k->tag : 0, 0);
		return true;
	case REASON_KEY_REVOKED: about_key(j, s, FINDING_DNSKEY_REVOKED_ZSK, k ? k->tag : 0, 0); return true;
	case REASON_KEY_PROTOCOL:
		about_key(j, s, FINDING_DNSKEY_PROTOCOL_WRONG, k ? k->tag : 0, k ? k->protocol : 0);
		return true;
	case REASON_KEY_UNUSABLE:
		if (k)
			judge_key_unusable(j, s, k);
		return k != NULL;
	default: return false;
	}
}

/* The zone's own SOA fails in the same way: not this RRset's signature is odd, its key is gone. */
static bool key_gone(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	struct rdata raw;
	if (!zone_soa_seen(s->z->zone) || !best_raw(r, &raw) ||
	    zone_data_reason(j, s->z, keys_of(s), NULL) != REASON_KEY_TAG_UNKNOWN || wrong_tag(j, s, r, raw))
		return false;
	about_key(j, s, FINDING_ZSK_ABSENT, r->best->sig.tag, 0)->algorithm = r->best->sig.algorithm;
	return true;
}

bool judge_rrset_key(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	if (r->status != STATUS_BOGUS || !keys_of(s))
		return false;
	switch (r->reason) {
	case REASON_KEY_TAG_UNKNOWN: return r->best && (altered_key(j, s, r) || key_gone(j, s, r));
	case REASON_KEY_ALGORITHM_DIFFERS: return key_of_other_algorithm(j, s, r);
	default: return key_not_usable(j, s, r);
	}
}

void judge_rrset(struct judging *j, const struct site *s, const struct rrset_proof *r)
{
	if (r->status != STATUS_BOGUS || key_not_usable(j, s, r))
		return;
	switch (r->reason) {
	case REASON_SIG_MISSING:
		site_merge(j, s, FINDING_RRSIG_MISSING, r->rrset->owner, r->rrset->type,
			   rrset_words(j, r->rrset));
		break;
	case REASON_SIG_EXPIRED:
	case REASON_SIG_NOT_YET:
	case REASON_SIG_EXPIRES_BEFORE_INCEPTION: out_of_time(j, s, r); break;
	case REASON_SIG_LENGTH: about_sig(j, s, r, FINDING_RRSIG_BAD_LENGTH); break;
	case REASON_SIGNER_BELOW: about_sig(j, s, r, FINDING_RRSIG_SIGNER_CHILD); break;
	case REASON_SIGNER_ABOVE: about_sig(j, s, r, FINDING_RRSIG_SIGNER_PARENT); break;
	case REASON_SIGNER_ELSEWHERE: about_sig(j, s, r, FINDING_RRSIG_SIGNER_OFFTREE); break;
	case REASON_LABELS_EXCEED: about_sig(j, s, r, FINDING_RRSIG_LABELS_EXCEED); break;
	case REASON_LABELS_BELOW_SIGNER:
	case REASON_LABELS_NO_WILDCARD: about_sig(j, s, r, FINDING_RRSIG_LABELS_TOO_FEW); break;
	case REASON_KEY_TAG_UNKNOWN: key_tag_unknown(j, s, r); break;
	case REASON_KEY_ALGORITHM_DIFFERS:
		if (!key_of_other_algorithm(j, s, r))
			about_sig(j, s, r, FINDING_RRSIG_WRONG_ALGORITHM);
		break;
	case REASON_ALGORITHM_UNSUPPORTED: about_sig(j, s, r, FINDING_RRSIG_UNASSIGNED_ALGORITHM); break;
	default: signature_wrong(j, s, r);
	}
}
