/* algorithm -- what each DNSSEC algorithm is made of, what it costs, and whether this machine lets us use it. */
#include "crypto/inside.h"

/* Costs: OpenSSL 3.0 on one core, 220 octets of data: P-256 65-86 us, P-384 788, Ed25519 122, Ed448 284. */
static const struct algorithm algorithms[] = {
	{ 5, KEY_SHAPE_RSA, DIGEST_KIND_SHA1, "RSA", 0, 0, 0 },   /* RFC 3110 */
	{ 7, KEY_SHAPE_RSA, DIGEST_KIND_SHA1, "RSA", 0, 0, 0 },   /* RFC 5155 */
	{ 8, KEY_SHAPE_RSA, DIGEST_KIND_SHA256, "RSA", 0, 0, 0 }, /* RFC 5702 */
	{ 10, KEY_SHAPE_RSA, DIGEST_KIND_SHA512, "RSA", 0, 0, 0 },
	{ 13, KEY_SHAPE_EC, DIGEST_KIND_SHA256, "P-256", 64, 64, 9 }, /* RFC 6605 */
	{ 14, KEY_SHAPE_EC, DIGEST_KIND_SHA384, "P-384", 96, 96, 79 },
	{ 15, KEY_SHAPE_ED, DIGEST_KIND_NONE, "ED25519", 32, 64, 13 }, /* RFC 8080 */
	{ 16, KEY_SHAPE_ED, DIGEST_KIND_NONE, "ED448", 57, 114, 29 },
};

const struct algorithm *algorithm_find(uint8_t number)
{
	for (unsigned i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
		if (algorithms[i].number == number)
			return &algorithms[i];
	return NULL;
}

/* RSA: measured 10 us for 1024 bits, 22 for 2048, 69 for 4096 with e = 65537, and 299 for 4096 bits with a 64-bit
 * exponent: cost grows with bits^2 * bits of the exponent. Hashing: 4 KiB in 10 us, from SHA-1 to SHA-512. */
unsigned key_cost(const struct algorithm *alg, struct octets key, size_t data_len)
{
	unsigned hashing = (unsigned)(data_len / 4096);
	struct rsa_public rsa;
	if (alg->shape != KEY_SHAPE_RSA)
		return alg->units + hashing;
	if (key_shape_fault(alg, key) || !rsa_public_read(key, &rsa))
		return 1;
	unsigned words = rsa.bits / 64;
	return 1 + hashing + words * words * rsa.exponent_bits / 8738;
}

static bool self_test_passes(struct crypto *c, const struct algorithm *alg)
{
	for (unsigned i = 0; i < n_self_tests; i++) {
		if (self_tests[i].algorithm != alg->number)
			continue;
		struct key k;
		key_build(&k, &c->digests, alg, self_tests[i].key);
		bool good = key_verify(&k, &c->digests, alg, self_test_data, self_tests[i].signature);
		key_clear(&k);
		return good;
	}
	return false;
}

enum crypto_support crypto_algorithm(struct crypto *c, uint8_t algorithm)
{
	const struct algorithm *alg = algorithm_find(algorithm);
	if (!alg)
		return CRYPTO_NOT_IMPLEMENTED;
	uint8_t *state = &c->state[algorithm];
	if (*state == STATE_UNTESTED)
		*state = self_test_passes(c, alg) ? STATE_GOOD : STATE_REFUSED;
	return *state == STATE_GOOD ? CRYPTO_SUPPORTED : CRYPTO_REFUSED_HERE;
}
