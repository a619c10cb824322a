/* inside -- what the files of crypto/ share; nobody else includes it. */
#pragma once
#include "base/limits.h"
#include "crypto/crypto.h"
#include <openssl/evp.h>

enum { DIGEST_KINDS = 4 };
enum digest_kind { DIGEST_KIND_SHA1, DIGEST_KIND_SHA256, DIGEST_KIND_SHA384, DIGEST_KIND_SHA512, DIGEST_KIND_NONE };
enum key_shape { KEY_SHAPE_NONE, KEY_SHAPE_RSA, KEY_SHAPE_EC, KEY_SHAPE_ED };

/* One row for each DNSSEC algorithm we implement. */
struct algorithm {
	uint8_t number;
	enum key_shape shape;
	enum digest_kind digest;        /* NONE for the Edwards curves: they digest by themselves */
	const char *openssl_name;       /* key type, or the group of an elliptic curve */
	uint16_t key_len, sig_len;      /* octets; 0 for RSA: by the key */
	uint16_t units;                 /* cost of one verification in 10 us; 0 for RSA: by the key */
};
const struct algorithm *algorithm_find(uint8_t number);        /* NULL: not implemented */

/* Digests. policy: as the system's OpenSSL configuration allows for signatures; else always there. */
struct digests {
	EVP_MD *allowed[DIGEST_KINDS];
	bool asked[DIGEST_KINDS];
	EVP_MD *sha1, *sha256;          /* for NSEC3 and the memo: no signature, no policy */
	EVP_MD_CTX *ctx;                /* only ever for digests: a context shared with verification crashed OpenSSL 3.0 */
};
void digests_init(struct digests *d);
void digests_clear(struct digests *d);
EVP_MD *digest_allowed(struct digests *d, enum digest_kind kind);      /* NULL: refused here */
bool digest_parts(struct digests *d, const EVP_MD *md, const struct octets *parts, unsigned n, uint8_t *out);
unsigned digest_len(enum digest_kind kind);

/* RSA public key of RFC 3110, leading zeros stripped. */
struct rsa_public { struct octets modulus, exponent; unsigned bits, exponent_bits; };
bool rsa_public_read(struct octets key, struct rsa_public *out);

/* A public key ready to verify with. pkey NULL: unusable, fault says why. */
struct key {
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *ctx;              /* RSA and EC */
	const char *fault;
};
void key_build(struct key *k, struct digests *d, const struct algorithm *alg, struct octets octets);
void key_clear(struct key *k);
bool key_verify(struct key *k, struct digests *d, const struct algorithm *alg, struct octets data, struct octets sig);
/* Shape only, no OpenSSL: NULL when there is nothing to object to. */
const char *key_shape_fault(const struct algorithm *alg, struct octets key);
unsigned key_cost(const struct algorithm *alg, struct octets key, size_t data_len);    /* units of 10 us */

/* r|s to DER and back (RFC 6605 4). der has room for 2 + 2 * (3 + 48) octets; 0: not that shape. */
enum { ECDSA_DER_MAX = 104, ECDSA_RAW_MAX = 96 };
size_t ecdsa_der_from_raw(struct octets raw, uint8_t der[ECDSA_DER_MAX]);
size_t ecdsa_raw_from_der(struct octets der, size_t raw_len, uint8_t raw[ECDSA_RAW_MAX]);

/* Bounded cache of built keys: sets of four, the least recently used of a set leaves. */
struct key_slot { uint8_t id[32]; uint64_t used_at; struct key key; };
struct key_cache { struct key_slot *slots; uint64_t tick; };
void key_cache_init(struct key_cache *kc);
void key_cache_clear(struct key_cache *kc);
/* The slot of this id; *found tells whether it is filled, else it is empty and the caller fills it. */
struct key *key_cache_get(struct key_cache *kc, const uint8_t id[32], bool *found);

/* Bounded memo: 32-octet digest -> up to 20 octets. Sets of four; a full set overwrites in turn. */
enum { MEMO_VALUE = 20 };
struct memo_slot { uint8_t id[32]; uint8_t value[MEMO_VALUE]; uint8_t filled, turn; };
struct memo { struct memo_slot *slots; uint32_t n; };
void memo_init(struct memo *m, uint32_t n);            /* n: a power of two */
void memo_clear(struct memo *m);
const uint8_t *memo_find(const struct memo *m, const uint8_t id[32]);
void memo_keep(struct memo *m, const uint8_t id[32], const void *value, size_t len);

/* One known-good signature per algorithm. */
struct self_test { uint8_t algorithm; struct octets key, signature; };
extern const struct self_test self_tests[];
extern const unsigned n_self_tests;
extern const struct octets self_test_data;

enum { STATE_UNTESTED, STATE_GOOD, STATE_REFUSED };
struct crypto {
	struct digests digests;
	struct key_cache keys;
	struct memo verified, hashed;
	uint8_t state[256];             /* per algorithm number: STATE_* */
	struct crypto_counters counters;
};
