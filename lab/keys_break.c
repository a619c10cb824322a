/* keys_break -- what `dnskey` breaks do to the keys of a zone, and the DNSKEY RRset that comes of it. */
#include "lab/inside.h"
#include <string.h>

bool keys_ds_follows(const struct lab_break *b)
{
	const params *p = &b->p;
	if (param_has(p, "ds"))
		return param_is(p, "ds", "follow");
	return b->at == NULL && (param_has(p, "flags") || param_has(p, "protocol") ||
				 param_has(p, "revoke") || param_has(p, "exponent-bits"));
}

static void tag_follows(struct arena *a, struct lab_key *k)
{
	k->tag = rdata_dnskey(key_rdata(a, k)).tag;
}

static void key_resize(struct arena *a, struct lab_key *k, size_t n)
{
	uint8_t *at = arena_alloc(a, n + 1);
	size_t have = k->shown_public.len < n ? k->shown_public.len : n;
	if (have > 0)
		memcpy(at, k->shown_public.at, have);
	lab_noise("key length", n, at + have, n - have);
	k->shown_public = (struct octets){ at, n };
}

/* An octet changes; with `tag=keep` another one of the same weight changes back (RFC 4034 appendix B is a
 * sum). */
static void key_tamper(struct arena *a, struct lab_key *k, bool keep_tag)
{
	uint8_t *at = arena_copy(a, k->shown_public.at, k->shown_public.len);
	size_t i = k->shown_public.len / 2;
	if (k->shown_public.len < 8)
		return;
	k->shown_public.at = at;
	if (!keep_tag) {
		at[i] ^= 0x15;
		return;
	}
	while (i + 2 < k->shown_public.len && (at[i] == 255 || at[i + 2] == 0))
		i++;
	at[i]++;
	at[i + 2 < k->shown_public.len ? i + 2 : 0]--;
}

/* RFC 3110: a long exponent before the modulus. What is signed with it is noise. */
static void key_exponent(struct arena *a, struct lab_key *k, unsigned bits)
{
	size_t exponent = (bits + 7) / 8, modulus = 256, at_modulus = 3 + exponent;
	uint8_t *at = arena_alloc(a, at_modulus + modulus);
	lab_noise(k->id, bits, at, at_modulus + modulus);
	at[0] = 0;
	at[1] = (uint8_t)(exponent >> 8);
	at[2] = (uint8_t)exponent;
	at[3] = (uint8_t)(1u << ((bits + 7) % 8));
	at[at_modulus - 1] |= 1;
	at[at_modulus] |= 0x80;
	at[at_modulus + modulus - 1] |= 1;
	k->shown_public = (struct octets){ at, at_modulus + modulus };
	k->signing = NULL;
	tag_follows(a, k);
}

/* Reserved flag bits, which validators ignore (RFC 4034 2.1.1), make up the difference to the tag wanted. */
static bool key_take_tag(struct arena *a, struct lab_key *k, uint16_t tag)
{
	uint16_t want = k->flags & (DNSKEY_ZONE | DNSKEY_REVOKE | DNSKEY_SEP),
		 mask = DNSKEY_ZONE | DNSKEY_REVOKE | DNSKEY_SEP;
	k->flags = 0;
	tag_follows(a, k);
	for (unsigned carry = 0; carry < 3; carry++) {
		k->flags = (uint16_t)(tag - k->tag - carry);
		if ((k->flags & mask) == want && rdata_dnskey(key_rdata(a, k)).tag == tag) {
			k->tag = tag;
			return true;
		}
	}
	return false;
}

/* RSA and Edwards keys are octets to choose: noise that looks like one (in canonical order before the true
 * key, where it can be), with one word that makes the tag (RFC 4034 appendix B is a sum of words). */
static bool key_invent(struct arena *a, struct lab_key *k, unsigned seed, uint16_t tag)
{
	size_t n = k->public.len, first = is_rsa(k->algorithm) ? 1u + k->public.at[0] : 0, word = first + 2;
	uint8_t *at = arena_copy(a, k->public.at, n);
	word += (4 + word) % 2; /* words are counted from the start of the RDATA */
	lab_noise("collide", seed, at + first, n - first);
	at[first] = is_rsa(k->algorithm) ? 0x80 : 0;
	at[n - 1] |= is_rsa(k->algorithm);
	at[word] = at[word + 1] = 0;
	k->signing = NULL;
	k->shown_public = (struct octets){ at, n };
	tag_follows(a, k);
	for (unsigned carry = 0; carry < 3; carry++) {
		uint16_t missing = (uint16_t)(tag - k->tag - carry);
		at[word] = (uint8_t)(missing >> 8);
		at[word + 1] = (uint8_t)missing;
		if (rdata_dnskey(key_rdata(a, k)).tag == tag) {
			k->tag = tag;
			return true;
		}
	}
	return false;
}

static void add_colliding(struct world *w, const struct lab_zone *z, struct lab_key model, unsigned n,
			  lab_keys *out)
{
	bool ecdsa = model.algorithm == ALG_P256 || model.algorithm == ALG_P384;
	for (unsigned made = 0, seed = 0; made < n && seed < 65536; seed++) {
		struct lab_key k = model;
		if (ecdsa)
			k = key_make(w, z, model.algorithm, model.is_ksk, model.is_zsk,
				     arena_printf(w->arena, "collide%u", seed));
		if (ecdsa ? !key_take_tag(w->arena, &k, model.tag)
			  : !key_invent(w->arena, &k, seed, model.tag))
			continue;
		k.signs = false;
		list_push(w->arena, out, k);
		made++;
	}
}

static void add_same_tag(struct world *w, const struct lab_zone *z, struct lab_key model, lab_keys *out)
{
	const struct key_pair *p = key_pair_find(w, z, model.algorithm, model.is_ksk, model.is_zsk);
	if (p == NULL) {
		add_colliding(w, z, model, 1, out);
		return;
	}
	struct lab_key k = key_make(w, z, model.algorithm, model.is_ksk, model.is_zsk, p->ids[1]);
	k.signs = false;
	list_push(w->arena, out, k);
}

static void add_extra(struct world *w, const struct lab_zone *z, const struct lab_break *b, lab_keys *out)
{
	const struct param *id = param_find(&b->p, "id");
	bool ksk = param_is(&b->p, "role", "ksk");
	uint8_t algorithm = (uint8_t)param_number(&b->p, "of-alg", z->algorithms[0]);
	for (unsigned i = 1; i <= (unsigned)param_number(&b->p, "extra", 1); i++) {
		const char *name = id != NULL ? id->text : "other";
		if (i > 1)
			name = arena_printf(w->arena, "%s%u", name, i);
		struct lab_key k = key_make(w, z, algorithm, ksk || z->csk, !ksk || z->csk, name);
		k.signs = false;
		list_push(w->arena, out, k);
	}
}

static void key_swap(struct world *w, const struct lab_zone *z, const struct lab_break *b, lab_keys *keys,
		     uint32_t i)
{
	const struct param *id = param_find(&b->p, "id");
	struct lab_key old = keys->at[i];
	keys->at[i] = key_make(w, z, old.algorithm, old.is_ksk, old.is_zsk, id != NULL ? id->text : "other");
	if (param_has(&b->p, "keep")) {
		old.signs = false;
		list_push(w->arena, keys, old);
	}
}

static void key_change(struct world *w, const struct lab_break *b, struct lab_key *k)
{
	const params *p = &b->p;
	struct arena *a = w->arena;
	if (param_has(p, "remove"))
		k->published = false;
	if (param_has(p, "flags") || param_has(p, "protocol") || param_has(p, "revoke")) {
		k->flags = (uint16_t)(param_number(p, "flags", k->flags) |
				      (param_has(p, "revoke") ? DNSKEY_REVOKE : 0));
		k->protocol = (uint8_t)param_number(p, "protocol", k->protocol);
		tag_follows(a, k);
	}
	if (param_has(p, "algorithm")) {
		k->shown_algorithm = (uint8_t)param_number(p, "algorithm", k->algorithm);
		tag_follows(a, k);
	}
	if (param_has(p, "tamper"))
		key_tamper(a, k, param_is(p, "tag", "keep"));
	if (param_has(p, "zero-length") || param_has(p, "key-length")) {
		key_resize(a, k, (size_t)param_number(p, "key-length", 0));
		tag_follows(a, k);
	}
	if (param_has(p, "exponent-bits"))
		key_exponent(a, k, (unsigned)param_number(p, "exponent-bits", 3070));
}

void keys_apply(struct world *w, const struct lab_zone *z, const struct lab_break *b, lab_keys *keys)
{
	uint32_t n = keys->n;
	if (param_has(&b->p, "extra"))
		add_extra(w, z, b, keys);
	for (uint32_t i = 0; i < n; i++) {
		if (!keys_selects(b, keys->at[i].algorithm, keys->at[i].is_ksk, keys->at[i].is_zsk) ||
		    !keys->at[i].signs)
			continue;
		if (param_has(&b->p, "swap"))
			key_swap(w, z, b, keys, i);
		else if (param_has(&b->p, "same-tag"))
			add_same_tag(w, z, keys->at[i], keys);
		else if (param_has(&b->p, "collide"))
			add_colliding(w, z, keys->at[i], (unsigned)param_number(&b->p, "collide", 1), keys);
		else
			key_change(w, b, &keys->at[i]);
	}
}

static void snapshot(struct view *v, rdata_list *out)
{
	for (uint32_t i = 0; i < v->keys.n; i++)
		if (v->keys.at[i].published)
			list_push(v->w->arena, out, key_rdata(v->w->arena, &v->keys.at[i]));
}

static void signers_apply(struct view *v, const struct lab_break *b)
{
	static const char *const who[] = { "ksk", "zsk", "all", "none" };
	for (unsigned i = 0; i < 4; i++) {
		if (param_is(&b->p, "signed-by", who[i]))
			v->dnskey_signers = (enum dnskey_signers)i;
		if (param_is(&b->p, "cds-by", who[i]))
			v->cds_signers = (enum dnskey_signers)i;
	}
}

static void publish_cds(struct view *v, const struct lab_key *k)
{
	const uint8_t *apex = v->zone->name;
	for (size_t d = 0; d < v->zone->ds_digests.len; d++)
		contents_add(v, apex, v->zone->ttl, TYPE_CDS,
			     key_ds(v->w->arena, apex, k, v->zone->ds_digests.at[d]));
	contents_add(v, apex, v->zone->ttl, TYPE_CDNSKEY, key_rdata(v->w->arena, k));
}

void keys_publish(struct view *v)
{
	rdata_list before = { 0 };
	bool signs_old = false, absent = false;
	keys_base(v->w, v->zone, &v->keys);
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct lab_break *b = v->breaks.at[i];
		if (b->what != BREAK_DNSKEY)
			continue;
		bool resign = param_has(&b->p, "resign") ? param_is(&b->p, "resign", "yes")
							 : !param_has(&b->p, "tamper");
		if (!resign && !signs_old) {
			snapshot(v, &before);
			signs_old = true;
		}
		absent |= param_has(&b->p, "absent");
		signers_apply(v, b);
		keys_apply(v->w, v->zone, b, &v->keys);
	}
	for (uint32_t i = 0; i < v->keys.n && !absent; i++)
		if (v->keys.at[i].published)
			contents_add(v, v->zone->name, v->zone->ttl, TYPE_DNSKEY,
				     key_rdata(v->w->arena, &v->keys.at[i]));
	for (uint32_t i = 0; i < v->keys.n && v->zone->cds; i++)
		if (v->keys.at[i].is_ksk && v->keys.at[i].published && v->keys.at[i].signs)
			publish_cds(v, &v->keys.at[i]);
	struct lab_rrset *s = view_rrset(v, v->zone->name, TYPE_DNSKEY);
	if (s != NULL && signs_old) {
		s->signs_old = true;
		s->signed_rds = before;
	}
}
