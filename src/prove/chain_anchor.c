/* chain_anchor -- trust anchors: of any owner name, DS or DNSKEY, several at one name. */
#include "prove/chain_inside.h"
#include "base/limits.h"

bool chain_key_usable(const struct chaining *k, const struct dnskey *key)
{
	return (key->flags & DNSKEY_ZONE) && !(key->flags & DNSKEY_REVOKE) && key->protocol == 3 &&
	       crypto_algorithm(k->p->crypto, key->algorithm) == CRYPTO_SUPPORTED &&
	       !crypto_key_fault(k->p->crypto, key->algorithm, (struct octets){ key->key, key->key_len });
}

typedef LIST(struct ds) ds_list;

/* Of the keys that sign DNSKEY, or (`meant`) are meant to: SEP. */
static void add_ds_of_keys(struct chaining *k, const struct zone_proof *z, bool meant, ds_list *ds)
{
	for (uint32_t i = 0; i < z->keys.n && ds->n == 0; i++) {
		const struct rrset *rrset = z->keys.at[i].rrset;
		struct keyset keys;
		if (!rrset)
			continue;
		prove_keyset_unchained(k->p, z->zone->name, rrset, STATUS_INSECURE, &keys);
		for (uint16_t j = 0; j < rrset->n && j < keys.n_keys && ds->n < LIMIT_DS; j++) {
			const struct dnskey *key = &keys.keys[j];
			if (meant ? (key->flags & DNSKEY_SEP) && chain_key_usable(k, key) : keys.signs[j])
				list_push(k->p->arena, ds, prove_make_ds(k->p, z->zone->name, rrset->rd[j], DIGEST_SHA256));
		}
	}
}

uint16_t chain_ds_of_keys(struct chaining *k, const struct zone_proof *z, struct ds **out)
{
	ds_list ds = { 0 };
	add_ds_of_keys(k, z, false, &ds);
	if (ds.n == 0)
		add_ds_of_keys(k, z, true, &ds);
	*out = ds.at;
	return (uint16_t)ds.n;
}

uint16_t chain_anchors(struct chaining *k, const struct zone_proof *z, struct ds **out)
{
	const struct setup *setup = &k->t->evidence->setup;
	LIST(struct ds) ds = { 0 };
	if (edits_has(k->e, EDIT_ANCHOR, z->zone->name)) {
		uint16_t n = chain_ds_of_keys(k, z, out);
		if (n > 0)
			return n;
	}
	for (uint32_t i = 0; i < setup->anchors.n; i++) {
		const struct anchor *a = &setup->anchors.at[i];
		if (!name_equal(a->owner, z->zone->name))
			continue;
		if (a->type == TYPE_DS)
			list_push(k->p->arena, &ds, rdata_ds(a->rd));
		else if (a->type == TYPE_DNSKEY)
			list_push(k->p->arena, &ds, prove_anchor_ds(k->p, a->owner, a->rd));
	}
	*out = ds.at;
	return (uint16_t)ds.n;
}

bool chain_anchor_applies(const struct tree *t, const struct edits *e, const uint8_t *name)
{
	const struct setup *setup = &t->evidence->setup;
	for (uint32_t i = 0; i < setup->anchors.n; i++)
		if (name_is_under(name, setup->anchors.at[i].owner))
			return true;
	for (uint8_t i = 0; e && i < e->n; i++)
		if (e->at[i].kind == EDIT_ANCHOR && name_is_under(name, e->at[i].zone))
			return true;
	return false;
}
