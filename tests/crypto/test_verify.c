/* What verification refuses, remembers and charges. */
#include "base/limits.h"
#include "crypto/sign.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static const struct octets text = { (const uint8_t *)"to be signed", 12 };

/* Signatures after RFC 8080 6.1 and others in the wild are covered by the interop suite; here: results. */
static void results_are_told_apart(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct budget b;
	budget_init(&b);
	uint8_t sig[SIGNATURE_MAX];
	struct signing_key *k = signing_key_new(13, 0, "k"), *other = signing_key_new(13, 0, "other");
	struct octets key = signing_key_public(k), s = { sig, signing_key_sign(k, text, sig) };
	assert_int_equal(crypto_verify(c, &b, 13, key, text, s), CRYPTO_GOOD);
	assert_int_equal(crypto_verify(c, &b, 13, signing_key_public(other), text, s), CRYPTO_BAD);
	assert_int_equal(crypto_verify(c, &b, 13, key, (struct octets){ text.at, 11 }, s), CRYPTO_BAD);
	assert_int_equal(crypto_verify(c, &b, 13, key, text, (struct octets){ sig, 63 }), CRYPTO_BAD);
	assert_int_equal(crypto_verify(c, &b, 13, key, text, (struct octets){ sig, 0 }), CRYPTO_BAD);
	assert_int_equal(crypto_verify(c, &b, 13, (struct octets){ key.at, 63 }, text, s),
			 CRYPTO_KEY_UNUSABLE);
	assert_int_equal(crypto_verify(c, &b, 13, (struct octets){ key.at, 0 }, text, s),
			 CRYPTO_KEY_UNUSABLE);
	assert_int_equal(crypto_verify(c, &b, 12, key, text, s), CRYPTO_UNKNOWN);
	assert_int_equal(crypto_verify(c, &b, 1, key, text, s), CRYPTO_UNKNOWN);
	assert_int_equal(crypto_algorithm(c, 3), CRYPTO_NOT_IMPLEMENTED);
	assert_int_equal(crypto_algorithm(c, 5), CRYPTO_SUPPORTED);
	assert_null(crypto_key_fault(c, 13, key));
	signing_key_free(&k);
	signing_key_free(&other);
	crypto_free(&c);
}

/* quota and memo: the same triple is computed once and charged once, by whatever budget comes second. */
static void a_result_is_paid_once(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct budget b, second;
	budget_init(&b);
	budget_init(&second);
	uint8_t sig[SIGNATURE_MAX];
	struct signing_key *k = signing_key_new(15, 0, "k");
	struct octets key = signing_key_public(k), s = { sig, signing_key_sign(k, text, sig) };
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(crypto_verify(c, i < 5 ? &b : &second, 15, key, text, s), CRYPTO_GOOD);
	assert_int_equal(b.used[BUDGET_VERIFIES], 1);
	assert_int_equal(second.used[BUDGET_VERIFIES], 0);
	assert_int_equal(crypto_counters(c).verifies, 1);
	assert_int_equal(crypto_counters(c).memo_hits, 9);
	assert_int_equal(crypto_counters(c).keys_built, 1);
	signing_key_free(&k);
	crypto_free(&c);
}

static void over_budget_is_not_remembered(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct budget none, b;
	budget_init(&none);
	budget_init(&b);
	none.limit[BUDGET_VERIFIES] = 0;
	uint8_t sig[SIGNATURE_MAX];
	struct signing_key *k = signing_key_new(15, 0, "k");
	struct octets key = signing_key_public(k), s = { sig, signing_key_sign(k, text, sig) };
	assert_int_equal(crypto_verify(c, &none, 15, key, text, s), CRYPTO_OVER_BUDGET);
	assert_int_equal(crypto_verify(c, &b, 15, key, text, s), CRYPTO_GOOD);
	assert_int_equal(crypto_verify(c, &none, 15, key, text, s), CRYPTO_GOOD); /* known by now: free */
	signing_key_free(&k);
	crypto_free(&c);
}

/* CVE-2025-8677: keys that cannot be built cost all the same. */
static void invalid_dnskey_is_failure(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct budget b;
	budget_init(&b);
	uint8_t off_curve[64] = { 1 }, sig[64] = { 1 };
	for (uint8_t i = 0; i < 60; i++) {
		off_curve[63] = i;
		struct octets key = { off_curve, 64 };
		assert_int_equal(crypto_verify(c, &b, 13, key, text, (struct octets){ sig, 64 }),
				 CRYPTO_KEY_UNUSABLE);
		assert_non_null(crypto_key_fault(c, 13, key));
	}
	assert_int_equal(b.used[BUDGET_VERIFIES], 60);
	assert_true(b.used[BUDGET_CRYPTO_UNITS] >= 60);
	crypto_free(&c);
}

/* e-len, e, then a modulus of `octets` octets that begins with 0xff and ends with `last`. */
static struct octets rsa_shape(uint8_t *at, const char *e, size_t e_len, size_t octets, uint8_t last)
{
	at[0] = (uint8_t)e_len;
	memcpy(at + 1, e, e_len);
	memset(at + 1 + e_len, 0xff, octets);
	at[e_len + octets] = last;
	return (struct octets){ at, 1 + e_len + octets };
}

static void rsa_shapes_outside_the_limits(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	uint8_t at[4096];
	static const char big[100] = { [0 ... 99] = 0x7f };
	static const struct {
		const char *e;
		size_t e_len, octets;
		uint8_t last;
		bool ok;
	} shapes[] = {
		{ "\1\0\1", 3, 64, 0xff, true },   { "\1\0\1", 3, 2048, 0xff, true },
		{ "\3", 1, 128, 0xff, true },      { big, 8, 128, 0xff, true },
		{ big, 9, 128, 0xff, false },      { big, 100, 128, 0xff, false },
		{ "\1\0\1", 3, 63, 0xff, false },  { "\1\0\1", 3, 2049, 0xff, false },
		{ "\1\0\1", 3, 128, 0xfe, false }, { "\1", 1, 128, 0xff, false },
		{ "\0", 1, 128, 0xff, false },     { "\2", 1, 128, 0xff, false },
		{ "\1\0\0", 3, 128, 0xff, false },
	};
	for (unsigned i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		struct octets key =
			rsa_shape(at, shapes[i].e, shapes[i].e_len, shapes[i].octets, shapes[i].last);
		assert_int_equal(crypto_key_fault(c, 8, key) == NULL, shapes[i].ok);
	}
	for (size_t len = 0; len < 5; len++)
		assert_non_null(
			crypto_key_fault(c, 8, (struct octets){ (const uint8_t *)"\3\1\0\1\0", len }));
	crypto_free(&c);
}

/* More keys than the cache holds: nothing is mixed up and nothing leaks (the build is run under ASan). */
static void the_key_cache_is_bounded(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct budget b;
	budget_init(&b);
	b.limit[BUDGET_VERIFIES] = b.limit[BUDGET_CRYPTO_UNITS] = UINT64_MAX;
	uint8_t junk[32] = { 0 }, sig[SIGNATURE_MAX];
	struct signing_key *k = signing_key_new(15, 0, "k");
	struct octets key = signing_key_public(k);
	for (unsigned i = 0; i < 3000; i++) {
		memcpy(junk, &i, sizeof i);
		crypto_key_fault(c, 15, (struct octets){ junk, 32 });
	}
	struct octets s = { sig, signing_key_sign(k, text, sig) };
	assert_int_equal(crypto_verify(c, &b, 15, key, text, s), CRYPTO_GOOD);
	assert_true(crypto_counters(c).keys_built >= 3000);
	signing_key_free(&k);
	crypto_free(&c);
}

/* A machine whose policy has no provider for anything: known algorithms are unavailable, never bad. */
static int refused_child(void)
{
	struct crypto *c = crypto_new();
	struct budget b;
	budget_init(&b);
	static const uint8_t key[64] = { 1 }, sig[64] = { 1 };
	int bad = crypto_algorithm(c, 13) != CRYPTO_REFUSED_HERE ||
		  crypto_algorithm(c, 5) != CRYPTO_REFUSED_HERE ||
		  crypto_algorithm(c, 12) != CRYPTO_NOT_IMPLEMENTED ||
		  crypto_verify(c, &b, 13, (struct octets){ key, 64 }, text, (struct octets){ sig, 64 }) !=
			  CRYPTO_UNAVAILABLE ||
		  crypto_digest_type(c, 1) != CRYPTO_REFUSED_HERE || b.used[BUDGET_VERIFIES] != 0;
	crypto_free(&c);
	return bad;
}

static void a_policy_that_refuses_is_not_a_bad_signature(void **state)
{
	const char *self = *state;
	static const char conf[] =
		"openssl_conf = init\n[init]\nalg_section = evp\nproviders = prov\n"
		"[evp]\ndefault_properties = fips=yes\n[prov]\ndefault = def\n[def]\nactivate = 1\n";
	char path[] = "/tmp/dnsvigil-policy-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0 && write(fd, conf, sizeof conf - 1) == (ssize_t)sizeof conf - 1);
	close(fd);
	pid_t pid = fork();
	if (pid == 0) {
		setenv("OPENSSL_CONF", path, 1);
		execl(self, self, "refused", (char *)NULL);
		_exit(99);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "refused") == 0)
		return refused_child();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_told_apart),
		cmocka_unit_test(a_result_is_paid_once),
		cmocka_unit_test(over_budget_is_not_remembered),
		cmocka_unit_test(invalid_dnskey_is_failure),
		cmocka_unit_test(rsa_shapes_outside_the_limits),
		cmocka_unit_test(the_key_cache_is_bounded),
		cmocka_unit_test_prestate(a_policy_that_refuses_is_not_a_bad_signature, argv[0]),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
