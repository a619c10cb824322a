/* The lab's keys: the same from the same seed, and good for what verify wants. */
#include "crypto/sign.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t algorithms[] = { 5, 7, 8, 10, 13, 14, 15, 16 };
enum { N = sizeof algorithms };
static const struct octets text = { (const uint8_t *)"to be signed", 12 };

static bool same(struct octets a, struct octets b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static void same_seed_same_key(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N; i++) {
		struct signing_key *a = signing_key_new(algorithms[i], 0, "one"),
				   *b = signing_key_new(algorithms[i], 0, "one");
		struct signing_key *c = signing_key_new(algorithms[i], 0, "two");
		assert_true(same(signing_key_public(a), signing_key_public(b)));
		assert_false(same(signing_key_public(a), signing_key_public(c)));
		signing_key_free(&a);
		signing_key_free(&b);
		signing_key_free(&c);
	}
	assert_null(signing_key_new(12, 0, "gost"));
	assert_null(signing_key_new(1, 0, "md5"));
}

static void check_round_trip(uint8_t algorithm, unsigned bits)
{
	struct crypto *c = crypto_new();
	struct budget b;
	budget_init(&b);
	uint8_t sig[SIGNATURE_MAX];
	struct signing_key *k = signing_key_new(algorithm, bits, "round trip");
	assert_non_null(k);
	struct octets key = signing_key_public(k);
	for (unsigned turn = 0; turn < 20; turn++) { /* ECDSA integers vary in length */
		size_t len = signing_key_sign(k, text, sig);
		assert_true(crypto_sig_length_ok(algorithm, key, len));
		struct octets s = { sig, len };
		assert_int_equal(crypto_verify(c, &b, algorithm, key, text, s), CRYPTO_GOOD);
		sig[len / 2] ^= 1;
		assert_int_equal(crypto_verify(c, &b, algorithm, key, text, s), CRYPTO_BAD);
	}
	if (bits)
		assert_int_equal(crypto_rsa_bits(key), bits);
	signing_key_free(&k);
	assert_null(k);
	crypto_free(&c);
}

static void what_we_sign_we_verify(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N; i++)
		check_round_trip(algorithms[i], 0);
}

static void rsa_of_other_sizes(void **state)
{
	(void)state;
	check_round_trip(8, 1024);
	check_round_trip(5, 512);
	check_round_trip(8, 1280);
	check_round_trip(8, 4096);
	check_round_trip(10, 8192);
	struct signing_key *a = signing_key_new(8, 768, "x"), *b = signing_key_new(8, 768, "x");
	assert_true(same(signing_key_public(a), signing_key_public(b)));
	signing_key_free(&a);
	signing_key_free(&b);
}

static void pools_are_wide(void **state)
{
	(void)state;
	static const struct {
		unsigned bits, at_least;
	} pools[] = { { 1024, 4 }, { 2048, 8 }, { 4096, 2 }, { 8192, 2 } };
	for (unsigned p = 0; p < sizeof pools / sizeof *pools; p++) {
		uint8_t seen[64][16];
		unsigned n = 0;
		for (unsigned i = 0; i < 64; i++) {
			char seed[8];
			snprintf(seed, sizeof seed, "%u", i);
			struct signing_key *k = signing_key_new(8, pools[p].bits, seed);
			assert_non_null(k);
			const uint8_t *modulus = signing_key_public(k).at + 4;
			bool known = false;
			for (unsigned j = 0; j < n; j++)
				known |= memcmp(seen[j], modulus, 16) == 0;
			if (!known)
				memcpy(seen[n++], modulus, 16);
			signing_key_free(&k);
		}
		assert_true(n >= pools[p].at_least);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_key),
		cmocka_unit_test(what_we_sign_we_verify),
		cmocka_unit_test(rsa_of_other_sizes),
		cmocka_unit_test(pools_are_wide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
