/* Digests and NSEC3 hashes against the examples of RFC 4034 5.4, RFC 4509 2.3 and RFC 5155 appendix A. */
#include "crypto/crypto.h"
#include "base/limits.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t dskey_owner[] = "\5dskey\7example\3com";
/* dskey.example.com. DNSKEY 256 3 5 AQOeiiR0GOMYkDsh... */
static const uint8_t dskey_rdata[] = {
	1,    0,    3,    5,    0x01, 0x03, 0x9e, 0x8a, 0x24, 0x74, 0x18, 0xe3, 0x18, 0x90, 0x3b, 0x21, 0x5a,
	0x84, 0x8a, 0xcf, 0xd5, 0xf3, 0x7f, 0x02, 0x6b, 0xd4, 0x06, 0x2d, 0xb2, 0x6c, 0x77, 0x4c, 0x69, 0x09,
	0x68, 0xd5, 0xd5, 0x6d, 0xf8, 0xbf, 0xda, 0x91, 0xe6, 0xf3, 0x6d, 0x9a, 0x27, 0x98, 0x88, 0xf4, 0x13,
	0x33, 0x35, 0x7c, 0x5e, 0x60, 0x29, 0x99, 0x0d, 0x10, 0xfd, 0xf5, 0x66, 0x30, 0x62, 0xa5, 0x12, 0x76,
	0x33, 0x26, 0x98, 0x0a, 0x61, 0x5d, 0xdb, 0xf1, 0x7a, 0x05, 0xdd, 0xfc, 0xce, 0x7e, 0x5f, 0xb3, 0xab,
	0xcc, 0xa0, 0x5a, 0x31, 0xb0, 0x95, 0x74, 0x52, 0xd4, 0x52, 0x1e, 0x83, 0x87, 0x07, 0x89, 0x06, 0x31,
	0x15, 0xbf, 0x97, 0xf6, 0xc3, 0x08, 0xcc, 0xf5, 0x7c, 0xdc, 0x9c, 0xe7, 0xfe, 0x10, 0xf6, 0xed, 0x1b,
	0xd0, 0xcc, 0x06, 0x60, 0x03, 0x8c, 0x50, 0xdc, 0xdb, 0x0f, 0xeb, 0x96, 0x3c, 0x2f, 0x17,
};

static void assert_hex(const uint8_t *at, size_t len, const char *hex)
{
	static const char digits[] = "0123456789abcdef";
	assert_int_equal(strlen(hex), 2 * len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(digits[at[i] >> 4], hex[2 * i]);
		assert_int_equal(digits[at[i] & 15], hex[2 * i + 1]);
	}
}

static void ds_digests_of_the_rfcs(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct octets parts[] = { { dskey_owner, sizeof dskey_owner }, { dskey_rdata, sizeof dskey_rdata } };
	uint8_t out[48];
	assert_int_equal(crypto_ds_digest(c, 1, parts, 2, out), 20);
	assert_hex(out, 20, "2bb183af5f22588179a53b0a98631fad1a292118");
	assert_int_equal(crypto_ds_digest(c, 2, parts, 2, out), 32);
	assert_hex(out, 32, "d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a");
	assert_int_equal(crypto_ds_digest(c, 4, parts, 2, out), 48);
	assert_int_equal(crypto_ds_digest(c, 3, parts, 2, out), 0);
	assert_int_equal(crypto_ds_digest(c, 0, parts, 2, out), 0);
	assert_int_equal(crypto_digest_type(c, 1), CRYPTO_SUPPORTED);
	assert_int_equal(crypto_digest_type(c, 3), CRYPTO_NOT_IMPLEMENTED);
	assert_int_equal(crypto_digest_size(4), 48);
	assert_int_equal(crypto_digest_size(7), 0);
	assert_int_equal(crypto_rsa_bits((struct octets){ dskey_rdata + 4, sizeof dskey_rdata - 4 }), 1024);
	crypto_free(&c);
	assert_null(c);
}

static const char base32hex[] = "0123456789abcdefghijklmnopqrstuv";

static void assert_hash(struct crypto *c, struct budget *b, const char *wire, size_t len, const char *expect)
{
	static const uint8_t salt[] = { 0xaa, 0xbb, 0xcc, 0xdd };
	uint8_t out[20];
	char text[33] = { 0 };
	assert_true(crypto_nsec3_hash(c, b, (struct octets){ (const uint8_t *)wire, len },
				      (struct octets){ salt, 4 }, 12, out));
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = 5 * i, at = bit / 8, shift = bit % 8;
		unsigned two = (unsigned)out[at] << 8 | (at + 1 < 20 ? out[at + 1] : 0);
		text[i] = base32hex[two >> (11 - shift) & 31];
	}
	assert_string_equal(text, expect);
}

static void nsec3_hashes_of_rfc_5155(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct budget b;
	budget_init(&b);
	assert_hash(c, &b, "\7example", 9, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom");
	assert_hash(c, &b, "\1a\7example", 11, "35mthgpgcu1qg68fab165klnsnk3dpvl");
	assert_hash(c, &b, "\2ai\7example", 12, "gjeqe526plbf1g8mklp59enfd789njgi");
	assert_hash(c, &b, "\1*\1w\7example", 13, "r53bq7cc2uvmubfu5ocmm6pers9tk9en");
	assert_int_equal(b.used[BUDGET_NSEC3_HASHES], 4);
	assert_hash(c, &b, "\1a\7example", 11, "35mthgpgcu1qg68fab165klnsnk3dpvl");
	assert_int_equal(b.used[BUDGET_NSEC3_HASHES], 4); /* remembered, not paid twice */
	crypto_free(&c);
}

/* CVE-2023-50868: work is paid by iterations, and refused when the budget is gone. */
static void nsec3_unbounded_hash(void **state)
{
	(void)state;
	struct crypto *c = crypto_new();
	struct budget b;
	budget_init(&b);
	uint8_t name[] = "\4aaaa", out[20];
	unsigned done = 0;
	while (done < 100000 &&
	       crypto_nsec3_hash(c, &b, (struct octets){ name, 6 }, (struct octets){ 0 }, 2500, out)) {
		done++;
		memcpy(name + 1, out, 4);
	}
	assert_int_equal(done, LIMIT_NSEC3_HASHES / 51);
	assert_true(b.hit & 1u << BUDGET_NSEC3_HASHES);
	crypto_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ds_digests_of_the_rfcs),
		cmocka_unit_test(nsec3_hashes_of_rfc_5155),
		cmocka_unit_test(nsec3_unbounded_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
