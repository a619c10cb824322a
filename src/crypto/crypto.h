/* crypto -- digests and signatures; the only room with OpenSSL. Knows octets and algorithm numbers, not names.
 * A signature's result does not depend on time: the memo (SHA-256 of algorithm, key, data, signature) may live
 * as long as the process, and judging again costs a hash. One object per loop thread. */
#pragma once
#include "base/budget.h"
#include <stddef.h>
#include <stdint.h>

struct crypto;
struct crypto *crypto_new(void);
void crypto_free(struct crypto **c);
/* Room for the results of so many signatures (54 octets each, and only where used); what was kept is forgotten when it grows. */
void crypto_remember(struct crypto *c, uint32_t signatures);

enum crypto_result {
	CRYPTO_GOOD,
	CRYPTO_BAD,             /* the mathematics say no, or the signature has the wrong length (see crypto_sig_length_ok) */
	CRYPTO_KEY_UNUSABLE,    /* no key of this algorithm: length, point off the curve, RSA shape outside limits.h */
	CRYPTO_UNKNOWN,         /* algorithm we do not implement: treat as unsupported (RFC 4035 5.2) */
	CRYPTO_UNAVAILABLE,     /* implemented, but this machine's OpenSSL policy refuses it (self-test): never "bogus" */
	CRYPTO_OVER_BUDGET,     /* not looked at */
};
const char *crypto_result_text(enum crypto_result r);

/* Supported as DNSSEC validator: 5 7 8 10 13 14 15 16. The self-test of an algorithm runs at its first use. */
enum crypto_support { CRYPTO_SUPPORTED, CRYPTO_NOT_IMPLEMENTED, CRYPTO_REFUSED_HERE };
enum crypto_support crypto_algorithm(struct crypto *c, uint8_t algorithm);
enum crypto_support crypto_digest_type(struct crypto *c, uint8_t ds_digest_type);  /* 1 2 4 */

struct octets { const uint8_t *at; size_t len; };

/* key: the public key field of DNSKEY. Spends BUDGET_VERIFIES 1 and BUDGET_CRYPTO_UNITS by cost, unless the memo
 * knows the answer. A key that cannot be built costs a unit too (CVE-2025-8677). */
enum crypto_result crypto_verify(struct crypto *c, struct budget *b, uint8_t algorithm, struct octets key,
				 struct octets data, struct octets signature);
/* Why a key is unusable, as a sentence part ("RSA exponent of 3070 bits"); NULL when it is usable. */
const char *crypto_key_fault(struct crypto *c, uint8_t algorithm, struct octets key);
/* Bits of an RSA modulus, 0 when it is none. */
unsigned crypto_rsa_bits(struct octets key);
bool crypto_sig_length_ok(uint8_t algorithm, struct octets key, size_t signature_len);

/* DS digest over the parts, in order (owner name, DNSKEY RDATA): RFC 4034 5.1.4. Octets written, 0 if unsupported. */
size_t crypto_ds_digest(struct crypto *c, uint8_t digest_type, const struct octets *parts, unsigned n, uint8_t out[48]);
size_t crypto_digest_size(uint8_t digest_type);                    /* 20, 32, 48; 0 unknown */
/* NSEC3 hash (RFC 5155 5) of a canonical wire name. Charges BUDGET_NSEC3_HASHES 1 + iterations/50, memo of its own.
 * False: over budget. */
bool crypto_nsec3_hash(struct crypto *c, struct budget *b, struct octets name, struct octets salt, uint16_t iterations,
		       uint8_t out[20]);
void crypto_sha256(struct octets data, uint8_t out[32]);
/* RFC 2104 over the parts, in order: signs what alerts tell (no DNSSEC in it). */
void crypto_hmac_sha256(struct octets key, const struct octets *parts, unsigned n, uint8_t out[32]);
void crypto_random(void *out, size_t len);                         /* getrandom(); ids: ask/, api/ and the lab only */

struct crypto_counters { uint64_t verifies, memo_hits, keys_built, nsec3_hashes; };
struct crypto_counters crypto_counters(const struct crypto *c);
