/* dnssec_hygiene -- keys and signatures that work (or nearly) and could be better: collisions of key tags,
 * heaps of bad signatures, old algorithms. Where some resolver fails by it, the sentence names that
 * resolver. */
#include "judge/dnssec.h"
#include "base/limits.h"
#include "dns/text.h"

enum { UDP_FIT = 1232 }; /* octets, DNS flag day 2020 */

/* ---- keys ---- */

static uint32_t with_tag(const struct keyset *keys, const struct dnskey *like)
{
	uint32_t n = 0;
	for (uint16_t i = 0; i < keys->n_keys; i++)
		n += keys->keys[i].tag == like->tag && keys->keys[i].algorithm == like->algorithm;
	return n;
}

static void colliding_tags(struct judging *j, const struct zone_proof *z)
{
	const struct keyset *keys = &z->best_keys->keys;
	for (uint16_t i = 0; i < keys->n_keys; i++) {
		uint32_t n = with_tag(keys, &keys->keys[i]);
		if (n < 2)
			continue;
		enum finding_id id =
			n > LIMIT_KEYS_PER_TAG ? FINDING_KEYTRAP_MANY_KEYS : FINDING_KEYTAG_COLLISION;
		struct finding *f = finding_add(j, id, z->zone, z->zone->name, TYPE_DNSKEY);
		f->number = keys->keys[i].tag;
		f->number2 = n;
		f->detail = n == 2 ? "Two keys" : "Several keys";
		f->proof = z->best_keys->from;
		f->breaks = z->zone->on_path;
		return;
	}
}

static bool is_rsa(uint8_t algorithm)
{
	return algorithm == ALG_RSASHA1 || algorithm == ALG_RSASHA1_NSEC3 || algorithm == ALG_RSASHA256 ||
	       algorithm == ALG_RSASHA512;
}

static void rsa_size(struct judging *j, const struct zone_proof *z, const struct dnskey *k)
{
	unsigned bits = is_rsa(k->algorithm) ? crypto_rsa_bits((struct octets){ k->key, k->key_len }) : 0;
	enum finding_id id = bits > LIMIT_RSA_BITS_STANDARD ? FINDING_RSA_KEY_TOO_LARGE
			     : bits < 1024                  ? FINDING_RSA_KEY_TOO_SHORT
							    : FINDING_RSA_1024;
	if (!bits || (bits >= 1280 && bits <= LIMIT_RSA_BITS_STANDARD))
		return;
	struct finding *f = finding_add(j, id, z->zone, z->zone->name, TYPE_DNSKEY);
	f->number = k->tag;
	f->number2 = bits;
	f->breaks |= id == FINDING_RSA_KEY_TOO_LARGE && z->zone->on_path;
}

static void algorithm_age(struct judging *j, const struct zone_proof *z, uint8_t algorithm)
{
	enum finding_id id = algorithm == ALG_RSASHA1 || algorithm == ALG_RSASHA1_NSEC3
				     ? FINDING_ALG_SHA1_SIGNING
			     : algorithm == ALG_RSASHA512 ? FINDING_ALG_NOT_RECOMMENDED
			     : algorithm == ALG_ED448     ? FINDING_ALG_PARTLY_SUPPORTED
							  : FINDING_KINDS;
	if (id != FINDING_KINDS)
		finding_add(j, id, z->zone, z->zone->name, TYPE_DNSKEY)->algorithm = algorithm;
}

static void one_key(struct judging *j, const struct zone_proof *z, uint16_t i)
{
	const struct keyset *keys = &z->best_keys->keys;
	const struct dnskey *k = &keys->keys[i];
	rsa_size(j, z, k);
	if (keys->signs[i])
		algorithm_age(j, z, k->algorithm);
	if (k->flags & DNSKEY_REVOKE && !keys->signs[i])
		finding_add(j, FINDING_DNSKEY_REVOKED_NOT_SIGNING, z->zone, z->zone->name, TYPE_DNSKEY)
			->number = k->tag;
	if (keys->linked[i] && !(k->flags & DNSKEY_SEP) && keys->signs[i])
		finding_add(j, FINDING_KSK_NO_SEP_FLAG, z->zone, z->zone->name, TYPE_DNSKEY)->number = k->tag;
}

/* ---- signatures ---- */

static bool good_of_algorithm(const struct rrset_proof *r, uint8_t algorithm)
{
	for (uint8_t i = 0; i < r->n_tries; i++)
		if (r->tries[i].reason == REASON_OK && r->tries[i].sig.algorithm == algorithm)
			return true;
	return false;
}

static bool ds_of_algorithm(const struct zone_proof *z, uint8_t algorithm)
{
	for (uint16_t i = 0; i < z->n_linking; i++)
		if (z->linking[i].algorithm == algorithm)
			return true;
	return false;
}

/* Every algorithm in DNSKEY should sign every RRset (RFC 4035 2.2); validators must not insist (RFC 6840
 * 5.11). */
static void algorithms_used(struct judging *j, const struct zone_proof *z, const struct rrset_proof *data)
{
	const struct keyset *keys = &z->best_keys->keys;
	for (uint16_t i = 0; data->status == STATUS_SECURE && i < keys->n_keys; i++) {
		const struct dnskey *k = &keys->keys[i];
		if (!(k->flags & DNSKEY_ZONE) || good_of_algorithm(data, k->algorithm))
			continue;
		enum finding_id id = ds_of_algorithm(z, k->algorithm) ? FINDING_ALG_IN_DS_NOT_IN_RRSIG
								      : FINDING_ALG_IN_DNSKEY_NOT_IN_RRSIG;
		finding_add(j, id, z->zone, z->zone->name, TYPE_DNSKEY)->algorithm = k->algorithm;
	}
}

static void too_many_signatures(struct judging *j, const struct zone_proof *z, const struct rrset_proof *r)
{
	struct finding *f =
		finding_add(j, FINDING_KEYTRAP_MANY_SIGS, z->zone, r->rrset->owner, r->rrset->type);
	f->number = r->rrset->n_sigs;
	f->breaks = z->zone->on_path;
}

static void spare_signatures(struct judging *j, const struct zone_proof *z, const struct rrset_proof *r)
{
	unsigned expired = 0, bogus = 0, left = 0;
	const uint8_t *owner = r->rrset->owner;
	for (uint8_t i = 0; i < r->n_tries; i++) {
		expired += r->tries[i].reason == REASON_SIG_EXPIRED;
		bogus += r->tries[i].reason == REASON_SIG_BOGUS || r->tries[i].reason == REASON_SIG_LENGTH;
		left += r->tries[i].reason == REASON_TOO_MANY_SIGS;
	}
	if (bogus + left >= LIMIT_SIGS_SOME_STOP)
		too_many_signatures(j, z, r);
	else if (r->status == STATUS_SECURE && bogus)
		finding_add(j, FINDING_RRSIG_ONE_GOOD_ONE_BOGUS, z->zone, owner, r->rrset->type);
	else if (r->status == STATUS_SECURE && expired)
		finding_add(j, FINDING_RRSIG_ONE_GOOD_ONE_EXPIRED, z->zone, owner, r->rrset->type);
	if (r->status == STATUS_SECURE && r->rrset->n_sigs && r->rrset->sig_ttl != r->rrset->ttl)
		finding_add(j, FINDING_RRSIG_TTL_MISMATCH, z->zone, owner, r->rrset->type);
	if (r->ttl_over_original)
		finding_add(j, FINDING_RRSET_TTL_ABOVE_ORIGINAL, z->zone, owner, r->rrset->type);
}

static void signatures(struct judging *j, const struct zone_proof *z)
{
	bool first = true;
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *l = j->chain->legs.at[i];
		for (uint8_t k = 0;
		     l->zone == z && leg_on_path(l->leg) && l->best && k < l->best->proof.n_rrsets; k++) {
			spare_signatures(j, z, &l->best->proof.rrsets[k]);
			if (first && z->status == STATUS_SECURE)
				algorithms_used(j, z, &l->best->proof.rrsets[k]);
			first = false;
		}
	}
	if (z->best_keys->rrset)
		spare_signatures(j, z, &z->best_keys->keys.rrset);
}

void judge_key_hygiene(struct judging *j, const struct zone_proof *z)
{
	const struct key_view *v = z->best_keys;
	if (!v || !v->rrset || z->assumed ||
	    (z->status != STATUS_SECURE && z->status != STATUS_INDETERMINATE))
		return;
	colliding_tags(j, z);
	for (uint16_t i = 0; i < v->keys.n_keys; i++)
		one_key(j, z, i);
	signatures(j, z);
	if (v->m && v->m->wire_len > UDP_FIT)
		finding_add(j, FINDING_DNSKEY_SET_TOO_LARGE, z->zone, z->zone->name, TYPE_DNSKEY)->number =
			v->m->wire_len;
}
