/* sign -- the lab's keys: private parts are digests of the seed, so a world is the same world in every run. */
#include "crypto/inside.h"
#include "crypto/rsa_pool.h"
#include "crypto/rsa_make.h"
#include "crypto/sign.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

enum { PUBLIC_MAX = 3 + 8 + LIMIT_RSA_BITS_MAX / 8 };

struct signing_key {
	const struct algorithm *alg;
	EVP_PKEY *pkey;
	uint8_t public[PUBLIC_MAX];
	size_t public_len;
};

/* 64 octets of the seed, different for each algorithm. */
static void stretch(const struct algorithm *alg, const char *seed, uint8_t out[64])
{
	for (uint8_t half = 0; half < 2; half++) {
		uint8_t text[512], digest[32];
		int len = snprintf((char *)text, sizeof text, "dnsvigil lab key %u %u %s", alg->number, half,
				   seed);
		crypto_sha256(
			(struct octets){ text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1 },
			digest);
		memcpy(out + 32 * half, digest, 32);
	}
}

static bool make_edwards(struct signing_key *k, const uint8_t seed[64])
{
	size_t len = sizeof k->public;
	k->pkey = EVP_PKEY_new_raw_private_key_ex(NULL, k->alg->openssl_name, NULL, seed, k->alg->key_len);
	if (!k->pkey || EVP_PKEY_get_raw_public_key(k->pkey, k->public, &len) != 1)
		return false;
	k->public_len = len;
	return true;
}

/* 1 <= scalar < order, from 64 octets: the bias of the remainder is of no matter in a lab. */
static bool ec_scalar(const EC_GROUP *group, const uint8_t seed[64], BIGNUM *scalar, BN_CTX *bn)
{
	BIGNUM *below = BN_dup(EC_GROUP_get0_order(group)), *wide = BN_bin2bn(seed, 64, NULL);
	bool ok = below && wide && BN_sub_word(below, 1) && BN_mod(scalar, wide, below, bn) &&
		  BN_add_word(scalar, 1);
	BN_free(below);
	BN_free(wide);
	return ok;
}

static EVP_PKEY *ec_pair(const char *group_name, uint8_t *point, size_t point_len, const BIGNUM *scalar)
{
	char group[8];
	uint8_t private[48];
	EVP_PKEY *pkey = NULL;
	int len = BN_bn2nativepad(scalar, private, (int)(point_len / 2));
	strcpy(group, group_name);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, point_len),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, private, (size_t)(len > 0 ? len : 0)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static bool make_ec(struct signing_key *k, const uint8_t seed[64])
{
	int nid = k->alg->number == 13 ? NID_X9_62_prime256v1 : NID_secp384r1;
	EC_GROUP *group = EC_GROUP_new_by_curve_name(nid);
	BN_CTX *bn = BN_CTX_new();
	BIGNUM *scalar = BN_new();
	EC_POINT *q = group ? EC_POINT_new(group) : NULL;
	uint8_t point[97];
	size_t len = 0;
	if (q && bn && scalar && ec_scalar(group, seed, scalar, bn) &&
	    EC_POINT_mul(group, q, scalar, NULL, NULL, bn))
		len = EC_POINT_point2oct(group, q, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, bn);
	if (len == (size_t)k->alg->key_len + 1) {
		memcpy(k->public, point + 1, len - 1);
		k->public_len = len - 1;
		k->pkey = ec_pair(k->alg->openssl_name, point, len, scalar);
	}
	EC_POINT_free(q);
	BN_free(scalar);
	BN_CTX_free(bn);
	EC_GROUP_free(group);
	return k->pkey != NULL;
}

static bool make_rsa(struct signing_key *k, unsigned bits, const uint8_t seed[64])
{
	const char *primes[2];
	unsigned pick = (unsigned)seed[0] | (unsigned)seed[1] << 8;
	if (bits == 0)
		bits = 2048;
	if (rsa_pool_pick(bits, pick, primes))
		k->pkey = rsa_from_hex(primes[0], primes[1]);
	else
		k->pkey = rsa_from_seed(bits, seed);
	k->public_len = k->pkey ? rsa_public_field(k->pkey, k->public, sizeof k->public) : 0;
	return k->public_len > 0;
}

struct signing_key *signing_key_new(uint8_t algorithm, unsigned bits, const char *seed)
{
	const struct algorithm *alg = algorithm_find(algorithm);
	if (!alg)
		return NULL;
	uint8_t stretched[64];
	stretch(alg, seed, stretched);
	struct signing_key *k = calloc(1, sizeof *k);
	if (!k)
		abort();
	k->alg = alg;
	bool ok = alg->shape == KEY_SHAPE_RSA  ? make_rsa(k, bits, stretched)
		  : alg->shape == KEY_SHAPE_EC ? make_ec(k, stretched)
					       : make_edwards(k, stretched);
	if (!ok)
		signing_key_free(&k);
	ERR_clear_error();
	return k;
}

void signing_key_free(struct signing_key **k)
{
	if (!*k)
		return;
	EVP_PKEY_free((*k)->pkey);
	free(*k);
	*k = NULL;
}

struct octets signing_key_public(const struct signing_key *k)
{
	return (struct octets){ k->public, k->public_len };
}

static const char *digest_name(enum digest_kind kind)
{
	static const char *const names[] = { "SHA1", "SHA256", "SHA384", "SHA512" };
	return kind == DIGEST_KIND_NONE ? NULL : names[kind];
}

size_t signing_key_sign(const struct signing_key *k, struct octets data, uint8_t out[SIGNATURE_MAX])
{
	uint8_t der[SIGNATURE_MAX];
	size_t len = sizeof der;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx &&
		  EVP_DigestSignInit_ex(ctx, NULL, digest_name(k->alg->digest), NULL, NULL, k->pkey, NULL) ==
			  1 &&
		  EVP_DigestSign(ctx, der, &len, data.at, data.len) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	if (!ok)
		return 0;
	if (k->alg->shape == KEY_SHAPE_EC)
		return ecdsa_raw_from_der((struct octets){ der, len }, k->alg->sig_len, out);
	memcpy(out, der, len);
	return len;
}
