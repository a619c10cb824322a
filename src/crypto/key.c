/* key -- from the public key field of DNSKEY to a key that can verify. */
#include "crypto/inside.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <string.h>

static struct octets strip_zeros(struct octets o)
{
	while (o.len > 0 && o.at[0] == 0) {
		o.at++;
		o.len--;
	}
	return o;
}

static unsigned bits_of(struct octets o)
{
	if (o.len == 0)
		return 0;
	unsigned bits = (unsigned)(o.len - 1) * 8;
	for (unsigned top = o.at[0]; top; top >>= 1)
		bits++;
	return bits;
}

bool rsa_public_read(struct octets key, struct rsa_public *out)
{
	if (key.len < 3)
		return false;
	size_t len = key.at[0], head = 1;
	if (len == 0) {
		len = (size_t)key.at[1] << 8 | key.at[2];
		head = 3;
	}
	if (len == 0 || head + len >= key.len)
		return false;
	out->exponent = strip_zeros((struct octets){ key.at + head, len });
	out->modulus = strip_zeros((struct octets){ key.at + head + len, key.len - head - len });
	out->bits = bits_of(out->modulus);
	out->exponent_bits = bits_of(out->exponent);
	return true;
}

unsigned crypto_rsa_bits(struct octets key)
{
	struct rsa_public rsa;
	return rsa_public_read(key, &rsa) ? rsa.bits : 0;
}

static const char *rsa_fault(struct octets key)
{
	struct rsa_public rsa;
	if (!rsa_public_read(key, &rsa))
		return "RSA key is cut short";
	if (rsa.bits < LIMIT_RSA_BITS_MIN)
		return "RSA modulus shorter than 512 bits";
	if (rsa.bits > LIMIT_RSA_BITS_MAX)
		return "RSA modulus longer than 16384 bits";
	if (rsa.exponent_bits > LIMIT_RSA_EXPONENT_BITS)
		return "RSA exponent longer than 64 bits";
	if (rsa.exponent_bits < 2 || !(rsa.exponent.at[rsa.exponent.len - 1] & 1))
		return "RSA exponent is even or below 3";
	if (!(rsa.modulus.at[rsa.modulus.len - 1] & 1))
		return "RSA modulus is even";
	return NULL;
}

const char *key_shape_fault(const struct algorithm *alg, struct octets key)
{
	if (alg->shape == KEY_SHAPE_RSA)
		return rsa_fault(key);
	if (key.len == 0)
		return "key is empty";
	return key.len == alg->key_len ? NULL : "key has a length its algorithm does not allow";
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY *pkey = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

/* OSSL_PARAM wants integers in native order. */
static size_t native_order(struct octets big_endian, uint8_t *out)
{
	BIGNUM *n = BN_bin2bn(big_endian.at, (int)big_endian.len, NULL);
	int written = n ? BN_bn2nativepad(n, out, (int)big_endian.len) : 0;
	BN_free(n);
	return written > 0 ? (size_t)written : 0;
}

static EVP_PKEY *build_rsa(struct octets octets)
{
	struct rsa_public rsa;
	uint8_t n[LIMIT_RSA_BITS_MAX / 8], e[LIMIT_RSA_EXPONENT_BITS / 8];
	if (!rsa_public_read(octets, &rsa))
		return NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, native_order(rsa.modulus, n)),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, native_order(rsa.exponent, e)),
		OSSL_PARAM_construct_end(),
	};
	return from_params("RSA", params);
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *build_ec(const struct algorithm *alg, struct octets octets)
{
	uint8_t point[1 + 96] = { 0x04 }; /* uncompressed, SEC 1 2.3.3 */
	char group[8];
	memcpy(point + 1, octets.at, octets.len);
	strcpy(group, alg->openssl_name);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + octets.len),
		OSSL_PARAM_construct_end(),
	};
	return from_params("EC", params);
}

/* A context per key, set up once, is the fastest form OpenSSL 3.0 has for RSA and ECDSA. */
static EVP_PKEY_CTX *verify_context(EVP_PKEY *pkey, struct digests *d, const struct algorithm *alg)
{
	const EVP_MD *md = digest_allowed(d, alg->digest);
	EVP_PKEY_CTX *ctx = md ? EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL) : NULL;
	bool ok =
		ctx && EVP_PKEY_verify_init(ctx) == 1 &&
		(alg->shape != KEY_SHAPE_RSA || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
		EVP_PKEY_CTX_set_signature_md(ctx, md) == 1;
	if (!ok) {
		EVP_PKEY_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

void key_build(struct key *k, struct digests *d, const struct algorithm *alg, struct octets octets)
{
	*k = (struct key){ .fault = key_shape_fault(alg, octets) };
	if (k->fault)
		return;
	if (alg->shape == KEY_SHAPE_RSA)
		k->pkey = build_rsa(octets);
	else if (alg->shape == KEY_SHAPE_EC)
		k->pkey = build_ec(alg, octets);
	else
		k->pkey =
			EVP_PKEY_new_raw_public_key_ex(NULL, alg->openssl_name, NULL, octets.at, octets.len);
	if (k->pkey && alg->shape != KEY_SHAPE_ED)
		k->ctx = verify_context(k->pkey, d, alg);
	if (!k->pkey || (alg->shape != KEY_SHAPE_ED && !k->ctx)) {
		key_clear(k);
		k->fault =
			alg->shape == KEY_SHAPE_EC ? "point is not on the curve" : "OpenSSL refuses the key";
		ERR_clear_error();
	}
}

void key_clear(struct key *k)
{
	EVP_PKEY_CTX_free(k->ctx);
	EVP_PKEY_free(k->pkey);
	*k = (struct key){ 0 };
}

static bool verify_edwards(EVP_PKEY *pkey, struct octets data, struct octets sig)
{
	/* A fresh context each time: a used one silently keeps its first key. */
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestVerifyInit_ex(ctx, NULL, NULL, NULL, NULL, pkey, NULL) == 1 &&
		    EVP_DigestVerify(ctx, sig.at, sig.len, data.at, data.len) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

static bool verify_digested(struct key *k, struct digests *d, const struct algorithm *alg, struct octets data,
			    struct octets sig)
{
	uint8_t digest[EVP_MAX_MD_SIZE], der[ECDSA_DER_MAX];
	if (!digest_parts(d, digest_allowed(d, alg->digest), &data, 1, digest))
		return false;
	if (alg->shape == KEY_SHAPE_EC)
		sig = (struct octets){ der, ecdsa_der_from_raw(sig, der) };
	return EVP_PKEY_verify(k->ctx, sig.at, sig.len, digest, digest_len(alg->digest)) == 1;
}

bool key_verify(struct key *k, struct digests *d, const struct algorithm *alg, struct octets data,
		struct octets sig)
{
	if (!k->pkey)
		return false;
	bool good = alg->shape == KEY_SHAPE_ED ? verify_edwards(k->pkey, data, sig)
					       : verify_digested(k, d, alg, data, sig);
	if (!good)
		ERR_clear_error();
	return good;
}
