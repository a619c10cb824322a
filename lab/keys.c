/* keys -- the keys of a zone: made from seeds, then changed by `dnskey` breaks. */
#include "lab/inside.h"
#include "base/fnv.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Signing keys and the crypto object live as long as the process: a world has no end of its own (it dies with
 * an arena), and hundreds of worlds with the same zone names share their keys. */
struct kept {
	struct kept *next;
	uint8_t algorithm;
	unsigned bits;
	char *seed;
	struct signing_key *key;
};
static struct kept *kept_keys[1024];
static struct crypto *the_crypto;

struct crypto *lab_crypto(void)
{
	if (the_crypto == NULL)
		the_crypto = crypto_new();
	return the_crypto;
}

static uint64_t seed_number(const char *seed, uint64_t number)
{
	return fnv_text(FNV_BEGIN ^ (number * 0x9e3779b97f4a7c15u), seed);
}

/* splitmix64: Sebastiano Vigna's mixing constants. */
void lab_noise(const char *seed, uint64_t number, uint8_t *out, size_t n)
{
	uint64_t state = seed_number(seed, number);
	for (size_t i = 0; i < n; i++) {
		uint64_t z = state += 0x9e3779b97f4a7c15u;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		out[i] = (uint8_t)(z >> 56);
	}
}

static const struct signing_key *signing_key_get(uint8_t algorithm, unsigned bits, const char *seed)
{
	struct kept **slot = &kept_keys[seed_number(seed, algorithm) % 1024];
	for (struct kept *k = *slot; k != NULL; k = k->next)
		if (k->algorithm == algorithm && k->bits == bits && strcmp(k->seed, seed) == 0)
			return k->key;
	struct kept *k = malloc(sizeof *k);
	assert(k != NULL);
	*k = (struct kept){ *slot, algorithm, bits, strdup(seed), signing_key_new(algorithm, bits, seed) };
	*slot = k;
	return k->key;
}

bool is_rsa(uint8_t algorithm)
{
	return algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10;
}

struct lab_key key_make(struct world *w, const struct lab_zone *z, uint8_t algorithm, bool ksk, bool zsk,
			const char *id)
{
	const char *role = ksk && zsk ? "csk" : ksk ? "ksk" : "zsk";
	const char *seed = arena_printf(w->arena, "%s/%s/%u%s%s", name_text(w->arena, z->name), role,
					algorithm, *id != '\0' ? "/" : "", id);
	struct lab_key k = {
		.id = id,
		.is_ksk = ksk,
		.is_zsk = zsk,
		.published = true,
		.signs = true,
		.algorithm = algorithm,
		.shown_algorithm = algorithm,
		.protocol = 3,
		.flags = ksk ? 257 : 256,
		.signing = signing_key_get(algorithm, is_rsa(algorithm) ? z->rsa_bits : 0, seed),
	};
	if (k.signing != NULL) {
		k.public = signing_key_public(k.signing);
	} else {
		uint8_t *at = arena_alloc(w->arena, 68);
		lab_noise(seed, 0, at, 68);
		memcpy(at, "\003\001\000\001", 4); /* like RSA: for those who look */
		k.public = (struct octets){ at, 68 };
	}
	k.shown_public = k.public;
	k.tag = rdata_dnskey(key_rdata(w->arena, &k)).tag;
	return k;
}

struct rdata key_rdata(struct arena *a, const struct lab_key *k)
{
	uint8_t *at = arena_alloc(a, 4 + k->shown_public.len);
	at[0] = (uint8_t)(k->flags >> 8);
	at[1] = (uint8_t)k->flags;
	at[2] = k->protocol;
	at[3] = k->shown_algorithm;
	if (k->shown_public.len > 0)
		memcpy(at + 4, k->shown_public.at, k->shown_public.len);
	return (struct rdata){ at, (uint16_t)(4 + k->shown_public.len) };
}

/* Digest types we cannot compute get 32 octets of noise. */
struct rdata key_ds(struct arena *a, const uint8_t *owner, const struct lab_key *k, uint8_t digest_type)
{
	uint8_t *at = arena_alloc(a, 4 + 48);
	const uint8_t *name = name_lower(a, owner);
	struct rdata key = key_rdata(a, k);
	const struct octets parts[2] = { { name, name_len(name) }, { key.at, key.len } };
	uint16_t tag = rdata_dnskey(key).tag;
	at[0] = (uint8_t)(tag >> 8);
	at[1] = (uint8_t)tag;
	at[2] = k->shown_algorithm;
	at[3] = digest_type;
	size_t n = crypto_ds_digest(lab_crypto(), digest_type, parts, 2, at + 4);
	if (n == 0)
		lab_noise(name_text(a, owner), digest_type, at + 4, n = 32);
	return (struct rdata){ at, (uint16_t)(4 + n) };
}

/* About 300 keys hold two of one tag (a birthday in 65,536 days). */
const struct key_pair *key_pair_find(struct world *w, const struct lab_zone *z, uint8_t algorithm, bool ksk,
				     bool zsk)
{
	enum { TRIES = 2000 };
	for (uint32_t i = 0; i < w->pairs.n; i++)
		if (w->pairs.at[i]->zone == z && w->pairs.at[i]->algorithm == algorithm &&
		    w->pairs.at[i]->ksk == ksk)
			return w->pairs.at[i];
	const char **of_tag = ARENA_ARRAY(w->arena, const char *, 65536);
	for (unsigned i = 0; i < TRIES && !is_rsa(algorithm); i++) {
		const char *id = arena_printf(w->arena, "pair%u", i);
		uint16_t tag = key_make(w, z, algorithm, ksk, zsk, id).tag;
		if (of_tag[tag] != NULL) {
			struct key_pair *p = ARENA_NEW(w->arena, struct key_pair);
			*p = (struct key_pair){ z, algorithm, ksk, { of_tag[tag], id } };
			list_push(w->arena, &w->pairs, p);
			return p;
		}
		of_tag[tag] = id;
	}
	return NULL;
}

bool keys_selects(const struct lab_break *b, uint8_t algorithm, bool ksk, bool zsk)
{
	const struct param *role = param_find(&b->p, "role");
	const char *word = role != NULL ? role->text : "all";
	bool fits = strcmp(word, "all") == 0 || (ksk && strcmp(word, "ksk") == 0) ||
		    (zsk && strcmp(word, "zsk") == 0);
	return fits && (!param_has(&b->p, "of-alg") || param_number(&b->p, "of-alg", 0) == algorithm);
}

/* The id of a zone's own key: of a `same-tag` break on its role, the first of the pair. */
static const char *own_id(struct world *w, const struct lab_zone *z, uint8_t algorithm, bool ksk, bool zsk)
{
	for (uint32_t i = 0; i < w->breaks.n; i++) {
		const struct lab_break *b = w->breaks.at[i];
		if (b->what != BREAK_DNSKEY || b->zone != z || !param_has(&b->p, "same-tag") ||
		    !keys_selects(b, algorithm, ksk, zsk))
			continue;
		const struct key_pair *p = key_pair_find(w, z, algorithm, ksk, zsk);
		return p != NULL ? p->ids[0] : "";
	}
	return "";
}

void keys_base(struct world *w, const struct lab_zone *z, lab_keys *out)
{
	for (uint8_t i = 0; i < z->n_algorithms; i++) {
		uint8_t algorithm = z->algorithms[i];
		list_push(w->arena, out,
			  key_make(w, z, algorithm, true, z->csk, own_id(w, z, algorithm, true, z->csk)));
		if (!z->csk)
			list_push(
				w->arena, out,
				key_make(w, z, algorithm, false, true, own_id(w, z, algorithm, false, true)));
	}
}
