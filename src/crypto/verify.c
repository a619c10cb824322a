/* verify -- one signature by one key: asked of the memo first, then of the budget, then of OpenSSL. */
#include "crypto/inside.h"

static struct octets number(uint64_t n, uint8_t out[8])
{
	for (unsigned i = 0; i < 8; i++)
		out[i] = (uint8_t)(n >> (8 * i));
	return (struct octets){ out, 8 };
}

/* Lengths go in too, so that no two different triples spell the same octets. */
static void memo_id(struct crypto *c, uint8_t algorithm, struct octets key, struct octets data,
		    struct octets sig, uint8_t id[32])
{
	uint8_t key_len[8], sig_len[8];
	struct octets parts[] = {
		{ &algorithm, 1 }, number(key.len, key_len), key, number(sig.len, sig_len), sig, data,
	};
	digest_parts(&c->digests, c->digests.sha256, parts, 6, id);
}

static struct key *cached_key(struct crypto *c, const struct algorithm *alg, struct octets octets)
{
	uint8_t id[32];
	struct octets parts[] = { { &alg->number, 1 }, octets };
	bool found;
	digest_parts(&c->digests, c->digests.sha256, parts, 2, id);
	struct key *k = key_cache_get(&c->keys, id, &found);
	if (!found) {
		key_build(k, &c->digests, alg, octets);
		c->counters.keys_built++;
	}
	return k;
}

static size_t sig_length(const struct algorithm *alg, struct octets key)
{
	return alg->shape == KEY_SHAPE_RSA ? (crypto_rsa_bits(key) + 7) / 8 : alg->sig_len;
}

bool crypto_sig_length_ok(uint8_t algorithm, struct octets key, size_t signature_len)
{
	const struct algorithm *alg = algorithm_find(algorithm);
	return alg && signature_len > 0 && signature_len == sig_length(alg, key);
}

static enum crypto_result compute(struct crypto *c, const struct algorithm *alg, struct octets key,
				  struct octets data, struct octets sig)
{
	struct key *k = cached_key(c, alg, key);
	if (k->fault)
		return CRYPTO_KEY_UNUSABLE;
	if (sig.len != sig_length(alg, key))
		return CRYPTO_BAD;
	return key_verify(k, &c->digests, alg, data, sig) ? CRYPTO_GOOD : CRYPTO_BAD;
}

enum crypto_result crypto_verify(struct crypto *c, struct budget *b, uint8_t algorithm, struct octets key,
				 struct octets data, struct octets signature)
{
	const struct algorithm *alg = algorithm_find(algorithm);
	if (!alg)
		return CRYPTO_UNKNOWN;
	if (crypto_algorithm(c, algorithm) != CRYPTO_SUPPORTED)
		return CRYPTO_UNAVAILABLE;
	uint8_t id[32];
	memo_id(c, algorithm, key, data, signature, id);
	const uint8_t *known = memo_find(&c->verified, id);
	if (known) {
		c->counters.memo_hits++;
		return (enum crypto_result) * known;
	}
	if (!budget_spend(b, BUDGET_VERIFIES, 1) ||
	    !budget_spend(b, BUDGET_CRYPTO_UNITS, key_cost(alg, key, data.len)))
		return CRYPTO_OVER_BUDGET;
	c->counters.verifies++;
	uint8_t result = (uint8_t)compute(c, alg, key, data, signature);
	memo_keep(&c->verified, id, &result, 1);
	return (enum crypto_result)result;
}

const char *crypto_key_fault(struct crypto *c, uint8_t algorithm, struct octets key)
{
	const struct algorithm *alg = algorithm_find(algorithm);
	if (!alg)
		return "algorithm is not implemented";
	if (crypto_algorithm(c, algorithm) != CRYPTO_SUPPORTED)
		return key_shape_fault(alg, key);
	return cached_key(c, alg, key)->fault;
}
