/* keyset -- the keys of a zone: secure when one of them is named by DS or anchor and signs them all (RFC 4035 5.2, 5.3). */
#include "prove/inside.h"
#include <assert.h>

static void read_keys(struct prover *p, const struct rrset *dnskey, struct keyset *ks)
{
	uint16_t n = dnskey ? dnskey->n : 0;
	ks->keytrap_shape = n > LIMIT_DNSKEYS;
	ks->n_keys = n < LIMIT_DNSKEYS ? n : LIMIT_DNSKEYS;
	ks->keys = ARENA_ARRAY(p->arena, struct dnskey, ks->n_keys);
	ks->linked = ARENA_ARRAY(p->arena, bool, ks->n_keys);
	ks->signs = ARENA_ARRAY(p->arena, bool, ks->n_keys);
	for (uint16_t i = 0; i < ks->n_keys; i++)
		ks->keys[i] = rdata_dnskey(dnskey->rd[i]);
}

static bool collide(const struct dnskey *a, const struct dnskey *b)
{
	return a->tag == b->tag && a->algorithm == b->algorithm && key_flags_fault(a, 0) == REASON_OK &&
	       key_flags_fault(b, 0) == REASON_OK;
}

static void find_collisions(struct keyset *ks)
{
	for (uint16_t i = 0; i < ks->n_keys; i++) {
		unsigned same = 1;
		for (uint16_t j = 0; j < ks->n_keys; j++)
			if (i != j && collide(&ks->keys[i], &ks->keys[j]))
				same++;
		ks->tag_collision |= same > 1;
		ks->keytrap_shape |= same > LIMIT_KEYS_PER_TAG;
	}
}

static void read_signatures(struct prover *p, const struct rrset *dnskey, struct keyset *ks)
{
	rrset_try_all(p, dnskey, ks, SIG_OVER_DNSKEY, &ks->rrset);
	for (uint8_t i = 0; i < ks->rrset.n_tries; i++) {
		const struct sig_try *t = &ks->rrset.tries[i];
		if (t->reason == REASON_OK)
			ks->signs[t->key - ks->keys] = true;
		ks->keytrap_shape |= t->reason == REASON_TOO_MANY_SIGS || t->reason == REASON_TOO_MANY_KEYS;
	}
	ks->keytrap_shape |= dnskey->n_sigs > LIMIT_SIGS_PER_RRSET;
}

static void parse(struct prover *p, const uint8_t *zone, const struct rrset *dnskey, struct keyset *ks)
{
	*ks = (struct keyset){ .zone = zone, .status = STATUS_BOGUS, .until = WALL_NEVER };
	ks->rrset = (struct rrset_proof){ .rrset = dnskey,
					  .status = STATUS_BOGUS,
					  .reason = REASON_DNSKEY_MISSING,
					  .until = WALL_NEVER,
					  .from = WALL_NEVER };
	read_keys(p, dnskey, ks);
	find_collisions(ks);
	if (dnskey)
		read_signatures(p, dnskey, ks);
}

/* What the DS set as a whole amounts to before any key is looked at. */
struct support {
	bool usable, refused;
};

static struct support ds_support_of_set(const struct keyset *ks)
{
	struct support s = { 0 };
	for (uint8_t i = 0; i < ks->n_ds; i++) {
		s.refused |= ks->ds[i].reason == REASON_ALGORITHM_REFUSED_HERE && ks->ds[i].key < 0;
		s.usable |= ks->ds[i].reason != REASON_ALGORITHM_UNSUPPORTED &&
			    ks->ds[i].reason != REASON_ALGORITHM_REFUSED_HERE && !ks->ds[i].ignored_sha1;
	}
	return s;
}

static bool leads_to_key(const struct ds_try *t)
{
	return t->key >= 0 && t->reason != REASON_DS_DIGEST_DIFFERS && t->reason != REASON_DS_DIGEST_LENGTH;
}

/* A DS that leads to its key tells more than one that leads to none, whatever the key's signature lacks. */
static bool tells_more(const struct ds_try *a, const struct ds_try *b)
{
	if (leads_to_key(a) != leads_to_key(b))
		return leads_to_key(a);
	return reason_rank(a->reason) > reason_rank(b->reason);
}

static const struct ds_try *best_ds(const struct keyset *ks)
{
	const struct ds_try *best = NULL;
	for (uint8_t i = 0; i < ks->n_ds; i++)
		if (!ks->ds[i].ignored_sha1 && (!best || tells_more(&ks->ds[i], best)))
			best = &ks->ds[i];
	return best;
}

static bool made_by_linked(const struct keyset *ks, const struct sig_try *t)
{
	for (uint8_t i = 0; t->reason == REASON_OK && i < ks->n_ds; i++)
		if (!ks->ds[i].ignored_sha1 && ks->ds[i].reason == REASON_OK &&
		    ks->keys + ks->ds[i].key == t->key)
			return true;
	return false;
}

/* Only signatures by keys that DS names count: the latest expiration among them is the end of the keyset. */
static void settle_secure(struct keyset *ks)
{
	ks->rrset.best = NULL;
	for (uint8_t i = 0; i < ks->rrset.n_tries; i++) {
		const struct sig_try *t = &ks->rrset.tries[i];
		if (made_by_linked(ks, t) &&
		    (!ks->rrset.best || t->expiration.s > ks->rrset.best->expiration.s))
			ks->rrset.best = t;
	}
	assert(ks->rrset.best);
	ks->until = ks->rrset.until = ks->rrset.best->expiration;
}

/* The try that gave the reason; and when only the inception is still to come, that instant. */
static void settle_failed(struct keyset *ks, int key)
{
	for (uint8_t i = 0; i < ks->rrset.n_tries; i++) {
		const struct sig_try *t = &ks->rrset.tries[i];
		if (t->reason != ks->reason || t->sig.tag != ks->keys[key].tag ||
		    t->sig.algorithm != ks->keys[key].algorithm)
			continue;
		ks->rrset.best = t;
		if (ks->reason == REASON_SIG_NOT_YET && t->key)
			ks->rrset.from = wall_earlier(ks->rrset.from, t->inception);
	}
}

static void settle(struct keyset *ks)
{
	struct support s = ds_support_of_set(ks);
	const struct ds_try *best = best_ds(ks);
	if (!s.usable)
		ks->reason = s.refused ? REASON_ALGORITHM_REFUSED_HERE : REASON_DS_NO_SUPPORTED;
	else if (best->reason != REASON_OK && ks->rrset.rrset && ks->n_keys < ks->rrset.rrset->n)
		ks->reason = REASON_TOO_MANY_KEYS;
	else
		ks->reason = best->reason;
	if (!ks->rrset.rrset && s.usable && !s.refused)
		ks->reason = REASON_DNSKEY_MISSING;
	ks->status = ks->reason == REASON_DS_NO_SUPPORTED ? STATUS_INSECURE : reason_status(ks->reason);
	ks->rrset.until = ks->rrset.from = WALL_NEVER;
	ks->rrset.status = ks->status;
	ks->rrset.reason = ks->reason;
	if (ks->status == STATUS_SECURE)
		settle_secure(ks);
	else if (best && best->key >= 0)
		settle_failed(ks, best->key);
}

void prove_dnskey(struct prover *p, const uint8_t *zone, const struct ds *ds, uint16_t n_ds,
		  const struct rrset *dnskey, struct keyset *out)
{
	assert(n_ds > 0);
	if (dnskey && !name_equal(dnskey->owner, zone))
		dnskey = NULL; /* a key below the apex is no key of the zone */
	parse(p, zone, dnskey, out);
	ds_match_keys(p, ds, n_ds, dnskey, out);
	settle(out);
}

void prove_keyset_unchained(struct prover *p, const uint8_t *zone, const struct rrset *dnskey,
			    enum status status, struct keyset *out)
{
	parse(p, zone, dnskey, out);
	out->status = status;
	out->reason = status == STATUS_BOGUS || status == STATUS_INDETERMINATE ? REASON_PARENT : REASON_OK;
}
