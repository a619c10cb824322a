/* dnssec_keys -- DS and DNSKEY do not meet: which of the two is the odd one out? The digest of a DS covers
 * owner, flags, protocol, algorithm and key, the tag does not enter it; so each field can be tried alone.
 * What signs the DNSKEY RRset tells whether a key is gone, altered, or merely not used. */
#include "judge/dnssec.h"
#include "base/text.h"
#include "dns/text.h"

static bool is_sep(const struct dnskey *k)
{
	return k->flags & DNSKEY_SEP;
}

static bool sig_names(const struct rrset *r, uint16_t tag, uint8_t algorithm)
{
	for (uint16_t i = 0; i < r->n_sigs; i++) {
		struct rrsig s = rdata_rrsig(r->sigs[i]);
		if (s.tag == tag && s.algorithm == algorithm)
			return true;
	}
	return false;
}

static bool key_named_by_sig(const struct rrset *r, const struct dnskey *k)
{
	return sig_names(r, k->tag, k->algorithm);
}

static const char *key_words(struct judging *j, const struct dnskey *k)
{
	return arena_printf(j->arena, "key %u (%s)", k->tag, algorithm_text(k->algorithm));
}

/* ---- no DS matches any key ---- */

struct mismatch {
	const struct site *s;
	const struct key_view *v;
	struct ds ds;
};

static struct finding *add(struct judging *j, const struct mismatch *x, enum finding_id id, uint32_t number,
			   uint32_t number2)
{
	struct finding *f = site_add(j, x->s, id, x->s->z->zone->name,
				     finding_kind(id)->family == FAMILY_DS ? TYPE_DS : TYPE_DNSKEY);
	f->number = number;
	f->number2 = number2;
	f->algorithm = x->ds.algorithm;
	return f;
}

static bool wrong_field_in_ds(struct judging *j, const struct mismatch *x, struct rdata rd,
			      const struct dnskey *k)
{
	if (!ds_is_of(j, x->s->z->zone->name, rd, &x->ds))
		return false;
	if (k->algorithm != x->ds.algorithm)
		add(j, x, FINDING_DS_WRONG_ALG, x->ds.tag, k->tag);
	else
		add(j, x, FINDING_DS_WRONG_TAG, x->ds.tag, k->tag);
	return true;
}

static bool guess_fits(struct judging *j, const struct mismatch *x, struct rdata rd, struct key_guess g)
{
	return ds_is_of(j, x->s->z->zone->name, key_as(j->arena, rd, &g), &x->ds);
}

/* The key is there with one field altered. */
static bool wrong_field_in_key(struct judging *j, const struct mismatch *x, struct rdata rd,
			       const struct dnskey *k)
{
	bool unknown = crypto_algorithm(j->prover->crypto, k->algorithm) == CRYPTO_NOT_IMPLEMENTED;
	if (k->algorithm != x->ds.algorithm &&
	    guess_fits(j, x, rd, (struct key_guess){ .algorithm = x->ds.algorithm })) {
		struct finding *f =
			add(j, x, unknown ? FINDING_DNSKEY_ALG_UNASSIGNED : FINDING_DNSKEY_ALG_MISMATCH_KSK,
			    k->tag, x->ds.algorithm);
		f->algorithm = k->algorithm;
		return true;
	}
	if (!(k->flags & DNSKEY_ZONE) &&
	    (guess_fits(j, x, rd, (struct key_guess){ .set = DNSKEY_ZONE }) ||
	     guess_fits(j, x, rd, (struct key_guess){ .set = DNSKEY_ZONE | DNSKEY_SEP })))
		add(j, x, FINDING_DNSKEY_NO_ZONE_BIT_KSK, k->tag, 0)->detail =
			"The DS is of the key with that flag, so all fail";
	else if (k->flags & DNSKEY_REVOKE &&
		 guess_fits(j, x, rd, (struct key_guess){ .clear = DNSKEY_REVOKE }))
		add(j, x, FINDING_DNSKEY_REVOKED_KSK, k->tag, 0);
	else if (k->protocol != 3 && guess_fits(j, x, rd, (struct key_guess){ .protocol = 3 }))
		add(j, x, FINDING_DNSKEY_PROTOCOL_WRONG, k->tag, k->protocol);
	else
		return false;
	return true;
}

static const struct dnskey *find_key(const struct key_view *v, bool sep, bool named)
{
	for (uint16_t i = 0; i < v->keys.n_keys; i++)
		if (is_sep(&v->keys.keys[i]) == sep && key_named_by_sig(v->rrset, &v->keys.keys[i]) == named)
			return &v->keys.keys[i];
	return NULL;
}

/* A zone whose only key has no SEP flag may sign with it all the same. */
static const struct dnskey *key_in_use(const struct key_view *v)
{
	const struct dnskey *k = find_key(v, true, true);
	if (!k && v->keys.n_keys == 1 && key_named_by_sig(v->rrset, &v->keys.keys[0]))
		k = &v->keys.keys[0];
	return k;
}

/* A key cut short has another tag: the DS is not stale, and a DS of that key would help nobody. */
static bool key_cut_short(struct judging *j, const struct mismatch *x)
{
	for (uint16_t i = 0; i < x->v->keys.n_keys; i++) {
		const struct dnskey *k = &x->v->keys.keys[i];
		struct octets key = { k->key, k->key_len };
		if (k->algorithm != x->ds.algorithm || !is_sep(k) ||
		    !crypto_key_fault(j->prover->crypto, k->algorithm, key))
			continue;
		judge_key_unusable(j, x->s, k);
		return true;
	}
	return false;
}

/* What the zone has in place of the key that its DS names. */
static const char *words_of_present(struct judging *j, const struct key_view *v, const struct dnskey *key)
{
	const char *how = v->rrset->n_sigs == 0                    ? "serves no signature over its DNSKEY records"
			  : !v->keys.signs[key - v->keys.keys] ? "no signature of it over the DNSKEY records is good"
							       : NULL;
	return how ? arena_printf(j->arena, "It has %s now, and %s", key_words(j, key), how)
		   : arena_printf(j->arena, "It now signs with %s", key_words(j, key));
}

static void key_gone(struct judging *j, const struct mismatch *x)
{
	const struct dnskey *idle = find_key(x->v, true, false), *used = key_in_use(x->v);
	if (sig_names(x->v->rrset, x->ds.tag, x->ds.algorithm)) {
		if (idle)
			add(j, x, FINDING_KSK_TAMPERED, x->ds.tag, idle->tag);
		else
			add(j, x, FINDING_KSK_ABSENT, x->ds.tag, 0);
	} else if (key_cut_short(j, x)) {
		return;
	} else if (used || (x->v->rrset->n_sigs == 0 && idle)) {
		const struct dnskey *present = used ? used : idle;
		add(j, x, FINDING_DS_STALE_ONLY, x->ds.tag, present->tag)->detail = words_of_present(j, x->v, present);
	} else {
		add(j, x, FINDING_KSK_ABSENT, x->ds.tag, 0);
	}
}

static bool sha1_would_do(const struct keyset *keys, uint16_t *tag)
{
	for (uint8_t i = 0; i < keys->n_ds; i++)
		if (keys->ds[i].ignored_sha1 && keys->ds[i].reason == REASON_OK) {
			*tag = keys->ds[i].ds.tag;
			return true;
		}
	return false;
}

static void ds_matches_no_key(struct judging *j, const struct mismatch *x)
{
	uint16_t tag;
	if (sha1_would_do(&x->v->keys, &tag)) {
		add(j, x, FINDING_DS_SHA1_GOOD_SHA256_BAD, x->ds.tag, tag);
		return;
	}
	for (uint16_t i = 0; i < x->v->keys.n_keys; i++)
		if (wrong_field_in_ds(j, x, x->v->rrset->rd[i], &x->v->keys.keys[i]) ||
		    wrong_field_in_key(j, x, x->v->rrset->rd[i], &x->v->keys.keys[i]))
			return;
	key_gone(j, x);
}

/* Tag and algorithm fit, the digest does not: DS mistyped, or the published key altered so that its own
 * signature fails? */
static void digest_differs(struct judging *j, const struct mismatch *x, int key)
{
	const struct keyset *keys = &x->v->keys;
	uint16_t tag;
	if (sha1_would_do(keys, &tag)) {
		add(j, x, FINDING_DS_SHA1_GOOD_SHA256_BAD, x->ds.tag, tag);
		return;
	}
	for (uint8_t i = 0; key >= 0 && i < keys->rrset.n_tries; i++) {
		const struct sig_try *t = &keys->rrset.tries[i];
		bool fails = t->reason == REASON_SIG_BOGUS || t->reason == REASON_KEY_UNUSABLE;
		if (t->sig.tag == keys->keys[key].tag && fails) {
			add(j, x, FINDING_KSK_TAMPERED, x->ds.tag, keys->keys[key].tag);
			return;
		}
	}
	add(j, x, FINDING_DS_WRONG_DIGEST, x->ds.tag, x->ds.tag);
}

/* ---- the key is named, its signature does not serve ---- */

static void key_does_not_sign(struct judging *j, const struct mismatch *x, int key)
{
	const struct keyset *keys = &x->v->keys;
	const struct dnskey *named = key >= 0 ? &keys->keys[key] : NULL, *signer = key_in_use(x->v);
	if (named && !is_sep(named) && signer && signer != named)
		add(j, x, FINDING_DS_TO_ZSK_NOT_SIGNING_DNSKEY, named->tag, signer->tag);
	else
		add(j, x, FINDING_DNSKEY_UNSIGNED_BY_KSK, x->ds.tag, 0);
}

static void no_signature(struct judging *j, const struct mismatch *x)
{
	const struct zone *z = x->s->z->zone;
	bool explained =
		finding_has(j, FINDING_DNSSEC_NOT_SERVED, z) ||
		finding_has(j, FINDING_EDNS_FORMERR_SIGNED, z) || finding_has(j, FINDING_EDNS_DROPPED, z) ||
		finding_has(j, FINDING_EDNS_DO_DROPPED, z) || finding_has(j, FINDING_EDNS_BADVERS_ALWAYS, z);
	if (zone_signs(j, z).sigs)
		add(j, x, FINDING_DNSKEY_RRSIG_MISSING, x->ds.tag, 0);
	else if (!explained)
		site_merge(j, x->s, FINDING_RRSIG_MISSING, z->name, TYPE_DNSKEY,
			   "every record, DNSKEY included");
}

static const struct sig_try *failed_try(const struct key_view *v)
{
	return v->keys.rrset.best;
}

static void skew_companion(struct judging *j, const struct site *s, const struct sig_try *t)
{
	int64_t skew = unbound_skew(t);
	if (t->reason == REASON_SIG_EXPIRED && j->at.s <= t->expiration.s + skew) {
		struct site quiet = *s;
		quiet.breaks = quiet.always = false;
		struct finding *f =
			site_add(j, &quiet, FINDING_RRSIG_EXPIRED_WITHIN_SKEW, s->z->zone->name, TYPE_DNSKEY);
		f->when = (struct wall){ t->expiration.s + skew };
		f->detail = "BIND, Knot Resolver and PowerDNS fail already";
	}
}

static void signature_out_of_time(struct judging *j, const struct mismatch *x, enum reason reason)
{
	const struct sig_try *t = failed_try(x->v);
	const uint8_t *apex = x->s->z->zone->name;
	bool all = zone_data_reason(j, x->s->z, &x->v->keys, NULL) == reason;
	struct finding *f;
	if (reason == REASON_SIG_EXPIRES_BEFORE_INCEPTION)
		f = site_merge(j, x->s, FINDING_RRSIG_EXPIRED_BEFORE_INCEPTION, apex, TYPE_DNSKEY,
			       all ? "DNSKEY and data" : "DNSKEY");
	else if (reason == REASON_SIG_EXPIRED)
		f = all ? site_merge(j, x->s, FINDING_RRSIG_EXPIRED, apex, TYPE_DNSKEY,
				     "DNSKEY and data, so every name fails")
			: add(j, x, FINDING_DNSKEY_RRSIG_EXPIRED, x->ds.tag, 0);
	else
		f = all ? site_merge(j, x->s, FINDING_RRSIG_NOT_YET_VALID, apex, TYPE_DNSKEY,
				     "DNSKEY and data, so every name fails")
			: add(j, x, FINDING_DNSKEY_RRSIG_NOT_YET, x->ds.tag, 0);
	if (!t)
		return;
	f->when = reason == REASON_SIG_NOT_YET ? t->inception : t->expiration;
	f->number = t->sig.tag;
	skew_companion(j, x->s, t);
}

/* The set was changed after signing. Was it the ZSK? Then the data's key is missing and a ZSK stands idle. */
static void signature_wrong(struct judging *j, const struct mismatch *x)
{
	struct rrset_proof worst = { 0 };
	enum reason data = zone_data_reason(j, x->s->z, &x->v->keys, &worst);
	const struct keyset *keys = &x->v->keys;
	const struct sig_try *t = worst.best;
	for (uint16_t i = 0; data == REASON_KEY_TAG_UNKNOWN && t && i < keys->n_keys; i++) {
		const struct dnskey *k = &keys->keys[i];
		if (!is_sep(k) && k->algorithm == t->sig.algorithm && !key_named_by_sig(x->v->rrset, k)) {
			add(j, x, FINDING_ZSK_TAMPERED, t->sig.tag, k->tag);
			return;
		}
	}
	add(j, x, FINDING_DNSKEY_RRSIG_BOGUS, x->ds.tag, 0);
}

static bool no_zone_bit_at_all(const struct keyset *keys)
{
	for (uint16_t i = 0; i < keys->n_keys; i++)
		if (keys->keys[i].flags & DNSKEY_ZONE)
			return false;
	return true;
}

static void key_not_allowed(struct judging *j, const struct mismatch *x, enum reason reason, int key)
{
	const struct keyset *keys = &x->v->keys;
	const struct dnskey *k = &keys->keys[key];
	switch (reason) {
	case REASON_KEY_NO_ZONE_BIT:
		add(j, x,
		    no_zone_bit_at_all(keys) ? FINDING_DNSKEY_NO_ZONE_BIT_BOTH
					     : FINDING_DNSKEY_NO_ZONE_BIT_KSK,
		    k->tag, 0)
			->detail = "All but BIND fail";
		break;
	case REASON_KEY_REVOKED: add(j, x, FINDING_DNSKEY_REVOKED_KSK, k->tag, 0); break;
	case REASON_KEY_PROTOCOL: add(j, x, FINDING_DNSKEY_PROTOCOL_WRONG, k->tag, k->protocol); break;
	default: judge_key_unusable(j, x->s, k);
	}
}

static void digest_length(struct judging *j, const struct mismatch *x)
{
	add(j, x, FINDING_DS_DIGEST_LENGTH_WRONG, x->ds.tag, 0)->detail =
		arena_printf(j->arena, "%u octets, %s has %zu", x->ds.digest_len,
			     digest_text(x->ds.digest_type), crypto_digest_size(x->ds.digest_type));
}

/* The DS the keyset's reason is about. */
static const struct ds_try *telling_ds(const struct keyset *keys)
{
	for (uint8_t i = 0; i < keys->n_ds; i++)
		if (!keys->ds[i].ignored_sha1 && keys->ds[i].reason == keys->reason)
			return &keys->ds[i];
	return keys->n_ds ? &keys->ds[0] : NULL;
}

static void without_dnskey(struct judging *j, const struct site *s)
{
	const struct zone *z = s->z->zone;
	bool is_signed = zone_signs(j, z).sigs;
	site_add(j, s, is_signed ? FINDING_DNSKEY_ABSENT : FINDING_DS_CHILD_UNSIGNED, z->name,
		 is_signed ? TYPE_DNSKEY : TYPE_DS);
}

static void anchor_fails(struct judging *j, const struct site *s, const struct key_view *v)
{
	site_add(j, s, FINDING_TRUST_ANCHOR_NOT_SIGNING, s->z->zone->name, TYPE_DNSKEY)->detail =
		reason_text(v->keys.reason);
}

void diagnose_keys(struct judging *j, const struct site *s, const struct key_view *v)
{
	const struct ds_try *t = telling_ds(&v->keys);
	if (!v->rrset) {
		without_dnskey(j, s);
		return;
	}
	if (!t)
		return;
	struct mismatch x = { .s = s, .v = v, .ds = t->ds };
	switch (v->keys.reason) {
	case REASON_DS_MATCHES_NO_KEY:
	case REASON_DS_DIGEST_DIFFERS:
	case REASON_DS_DIGEST_LENGTH:
		if (s->z->anchored)
			anchor_fails(j, s, v);
		else if (v->keys.reason == REASON_DS_DIGEST_LENGTH)
			digest_length(j, &x);
		else if (v->keys.reason == REASON_DS_DIGEST_DIFFERS)
			digest_differs(j, &x, t->key);
		else
			ds_matches_no_key(j, &x);
		break;
	case REASON_SIG_MISSING: no_signature(j, &x); break;
	case REASON_SIG_EXPIRED:
	case REASON_SIG_NOT_YET:
	case REASON_SIG_EXPIRES_BEFORE_INCEPTION: signature_out_of_time(j, &x, v->keys.reason); break;
	case REASON_KEY_NO_ZONE_BIT:
	case REASON_KEY_REVOKED:
	case REASON_KEY_PROTOCOL:
	case REASON_KEY_UNUSABLE: key_not_allowed(j, &x, v->keys.reason, t->key); break;
	case REASON_SIG_BOGUS:
	case REASON_SIG_LENGTH: signature_wrong(j, &x); break;
	case REASON_SIGNER_BELOW:
	case REASON_SIGNER_ABOVE:
	case REASON_SIGNER_ELSEWHERE:
	case REASON_LABELS_EXCEED:
	case REASON_LABELS_BELOW_SIGNER:
	case REASON_LABELS_NO_WILDCARD: judge_rrset(j, s, &v->keys.rrset); break;       /* the right key signed, what it signed is not in form */
	default:
		if (s->z->anchored)
			anchor_fails(j, s, v);
		else
			key_does_not_sign(j, &x, t->key);
	}
}

static bool explained_elsewhere(const struct judging *j, const struct zone *z)
{
	return finding_has(j, FINDING_QTYPE_DNSKEY_DROPPED, z) ||
	       finding_has(j, FINDING_QTYPE_DNSKEY_REFUSED, z) ||
	       finding_has(j, FINDING_DNSKEY_ANSWER_NEEDS_TCP_BUT_NONE, z);
}

/* Some servers have the keys: that others give none is theirs, not the zone's. */
static bool keys_elsewhere(const struct zone_proof *z, const struct key_view *without)
{
	for (uint32_t i = 0; i < z->keys.n && !without->rrset; i++)
		if (z->keys.at[i].rrset)
			return true;
	return false;
}

void judge_keys(struct judging *j, const struct zone_proof *z)
{
	bool linked = z->n_linking > 0 ||
		      (z->best_ds && z->best_ds->status == STATUS_SECURE && z->best_ds->present);
	if (!linked || z->reason == REASON_PARENT || z->assumed || z->not_a_zone)
		return;
	if (!z->best_keys) {
		if (z->status == STATUS_BOGUS && !explained_elsewhere(j, z->zone)) {
			struct finding *f = finding_add(j, FINDING_DNSKEY_UNOBTAINABLE, z->zone,
							z->zone->name, TYPE_DNSKEY);
			f->breaks = f->always = z->zone->on_path;
		}
		return;
	}
	for (uint32_t i = 0; i < z->keys.n; i++) {
		const struct key_view *v = &z->keys.at[i];
		struct site s = site_key_view(z, v);
		if (v->keys.status != STATUS_BOGUS)
			continue;
		s.always = z->status == STATUS_BOGUS && s.breaks;
		if (z->status == STATUS_BOGUS && !keys_elsewhere(z, v))
			diagnose_keys(j, &s, v);
		else
			judge_partial(j, &s, v->keys.reason, NULL, z->zone->name, TYPE_DNSKEY);
	}
}
