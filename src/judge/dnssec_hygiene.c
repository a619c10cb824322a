/* dnssec_hygiene -- keys that work (or nearly) and could be better: collisions of key tags, old algorithms. Where some resolver
 * fails by it, the sentence names that resolver. */
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

static void key_tags(struct judging *j, const struct zone_proof *z)
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

static unsigned rsa_bits(const struct dnskey *k)
{
	switch (k->algorithm) {
	case ALG_RSASHA1:
	case ALG_RSASHA1_NSEC3:
	case ALG_RSASHA256:
	case ALG_RSASHA512: return crypto_rsa_bits((struct octets){ k->key, k->key_len });
	default: return 0;
	}
}

static struct finding *rsa_size(struct judging *j, const struct zone_proof *z, const struct dnskey *k, enum finding_id id)
{
	struct finding *f = finding_add(j, id, z->zone, z->zone->name, TYPE_DNSKEY);
	f->number = k->tag;
	f->number2 = rsa_bits(k);
	return f;
}

static void rsa_too_large(struct judging *j, const struct zone_proof *z)
{
	const struct keyset *keys = &z->best_keys->keys;
	for (uint16_t i = 0; i < keys->n_keys; i++)
		if (rsa_bits(&keys->keys[i]) > LIMIT_RSA_BITS_STANDARD)
			rsa_size(j, z, &keys->keys[i], FINDING_RSA_KEY_TOO_LARGE)->breaks |= z->zone->on_path;
}

void judge_breaking_keys(struct judging *j, const struct zone_proof *z)
{
	if (!z->best_keys || !z->best_keys->rrset || z->assumed ||
	    (z->status != STATUS_SECURE && z->status != STATUS_INDETERMINATE))
		return;
	key_tags(j, z);
	rsa_too_large(j, z);
}

static void rsa_short(struct judging *j, const struct zone_proof *z, const struct dnskey *k)
{
	unsigned bits = rsa_bits(k);
	if (bits && bits < 1280)
		rsa_size(j, z, k, bits < 1024 ? FINDING_RSA_KEY_TOO_SHORT : FINDING_RSA_1024);
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
	rsa_short(j, z, k);
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

/* By the first RRset of the first answer: all of the zone are signed alike. */
static void algorithms(struct judging *j, const struct zone_proof *z)
{
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *l = j->chain->legs.at[i];
		if (l->zone != z || !leg_on_path(l->leg) || !l->best || !l->best->proof.n_rrsets)
			continue;
		algorithms_used(j, z, &l->best->proof.rrsets[0]);
		return;
	}
}

void judge_key_hygiene(struct judging *j, const struct zone_proof *z)
{
	const struct key_view *v = z->best_keys;
	if (!v || !v->rrset || z->assumed ||
	    (z->status != STATUS_SECURE && z->status != STATUS_INDETERMINATE))
		return;
	for (uint16_t i = 0; i < v->keys.n_keys; i++)
		one_key(j, z, i);
	if (z->status == STATUS_SECURE)
		algorithms(j, z);
	judge_spare_signatures(j, z);
	if (v->m && v->m->wire_len > UDP_FIT)
		finding_add(j, FINDING_DNSKEY_SET_TOO_LARGE, z->zone, z->zone->name, TYPE_DNSKEY)->number =
			v->m->wire_len;
}
