/* rsa_make -- OpenSSL's own generator takes no seed, a world needs the same key in every run. */
#include "crypto/rsa_make.h"
#include "crypto/crypto.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <string.h>

enum { EXPONENT = 65537 };

/* d, and the three numbers of the Chinese remainder form (RFC 8017 3.2), which OpenSSL does not derive itself. */
struct rsa_numbers {
	BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qinv;
};

static bool derive(struct rsa_numbers *r, const BIGNUM *p, const BIGNUM *q, BN_CTX *bn)
{
	BIGNUM *p1 = BN_CTX_get(bn), *q1 = BN_CTX_get(bn), *phi = BN_CTX_get(bn);
	*r = (struct rsa_numbers){ BN_new(),  BN_new(), BN_new(), BN_dup(p),
				   BN_dup(q), BN_new(), BN_new(), BN_new() };
	return phi && r->qinv && BN_set_word(r->e, EXPONENT) && BN_sub(p1, p, BN_value_one()) &&
	       BN_sub(q1, q, BN_value_one()) && BN_mul(r->n, p, q, bn) && BN_mul(phi, p1, q1, bn) &&
	       BN_mod_inverse(r->d, r->e, phi, bn) && BN_mod(r->dp, r->d, p1, bn) &&
	       BN_mod(r->dq, r->d, q1, bn) && BN_mod_inverse(r->qinv, q, p, bn);
}

static OSSL_PARAM *as_params(const struct rsa_numbers *r)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	bool ok = b && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, r->n) &&
		  OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, r->e) &&
		  OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_D, r->d) &&
		  OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_FACTOR1, r->p) &&
		  OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_FACTOR2, r->q) &&
		  OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_EXPONENT1, r->dp) &&
		  OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_EXPONENT2, r->dq) &&
		  OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, r->qinv);
	OSSL_PARAM *params = ok ? OSSL_PARAM_BLD_to_param(b) : NULL;
	OSSL_PARAM_BLD_free(b);
	return params;
}

static EVP_PKEY *from_primes(const BIGNUM *p, const BIGNUM *q, BN_CTX *bn)
{
	struct rsa_numbers r;
	OSSL_PARAM *params = derive(&r, p, q, bn) ? as_params(&r) : NULL;
	EVP_PKEY_CTX *ctx = params ? EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL) : NULL;
	EVP_PKEY *pkey = NULL;
	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	BIGNUM *all[] = { r.n, r.e, r.d, r.p, r.q, r.dp, r.dq, r.qinv };
	for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
		BN_free(all[i]);
	return pkey;
}

EVP_PKEY *rsa_from_hex(const char *p_hex, const char *q_hex)
{
	BN_CTX *bn = BN_CTX_new();
	BIGNUM *p = NULL, *q = NULL;
	EVP_PKEY *pkey = NULL;
	BN_CTX_start(bn);
	if (BN_hex2bn(&p, p_hex) && BN_hex2bn(&q, q_hex))
		pkey = from_primes(p, q, bn);
	BN_CTX_end(bn);
	BN_free(p);
	BN_free(q);
	BN_CTX_free(bn);
	return pkey;
}

/* Random-looking octets: SHA-256(seed | which | counter). */
static void expand(const uint8_t seed[64], uint8_t which, uint8_t *out, size_t len)
{
	uint8_t block[66], digest[32];
	memcpy(block, seed, 64);
	block[64] = which;
	for (size_t done = 0; done < len; done += 32) {
		block[65] = (uint8_t)(done / 32);
		crypto_sha256((struct octets){ block, sizeof block }, digest);
		memcpy(out + done, digest, len - done < 32 ? len - done : 32);
	}
}

/* The first prime p from a seeded start with p - 1 coprime to e; its two top bits set, so that n has all its bits. */
static BIGNUM *prime(unsigned bits, const uint8_t seed[64], uint8_t which, BN_CTX *bn)
{
	uint8_t raw[1024];
	if (bits < 128 || bits > 8 * sizeof raw)
		return NULL;
	expand(seed, which, raw, (bits + 7) / 8);
	BIGNUM *p = BN_bin2bn(raw, (int)((bits + 7) / 8), NULL);
	bool ok = p && (BN_mask_bits(p, (int)bits) || BN_num_bits(p) <= (int)bits) &&
		  BN_set_bit(p, (int)bits - 1) && BN_set_bit(p, (int)bits - 2) && BN_set_bit(p, 0);
	while (ok && (BN_mod_word(p, EXPONENT) == 1 || BN_check_prime(p, bn, NULL) != 1))
		ok = BN_add_word(p, 2) == 1;
	if (!ok) {
		BN_free(p);
		return NULL;
	}
	return p;
}

EVP_PKEY *rsa_from_seed(unsigned bits, const uint8_t seed[64])
{
	BN_CTX *bn = BN_CTX_new();
	BN_CTX_start(bn);
	BIGNUM *p = prime((bits + 1) / 2, seed, 'p', bn), *q = prime(bits / 2, seed, 'q', bn);
	EVP_PKEY *pkey = p && q ? from_primes(p, q, bn) : NULL;
	BN_free(p);
	BN_free(q);
	BN_CTX_end(bn);
	BN_CTX_free(bn);
	return pkey;
}

size_t rsa_public_field(const EVP_PKEY *pkey, uint8_t *out, size_t room)
{
	BIGNUM *n = NULL, *e = NULL;
	size_t len = 0;
	if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) &&
	    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) &&
	    1 + (size_t)BN_num_bytes(e) + (size_t)BN_num_bytes(n) <= room) {
		out[0] = (uint8_t)BN_num_bytes(e);
		len = 1 + (size_t)BN_bn2bin(e, out + 1);
		len += (size_t)BN_bn2bin(n, out + len);
	}
	BN_free(n);
	BN_free(e);
	return len;
}
