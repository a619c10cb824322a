/* hmac -- HMAC-SHA-256 (RFC 2104, FIPS 198-1). A MAC that cannot be made is our bug or a broken OpenSSL: it ends the process,
 * for a message without its signature would be thrown away at the other end. */
#include "crypto/crypto.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <stdlib.h>

void crypto_hmac_sha256(struct octets key, const struct octets *parts, unsigned n, uint8_t out[32])
{
	char digest[] = "SHA256", lifted[] = "-fips";   /* as for digests: see fetch_always() in digest.c */
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
				OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_PROPERTIES, lifted, 0),
				OSSL_PARAM_construct_end() };
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", "-fips");
	EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
	static const uint8_t empty[1];          /* a key of NULL means "the one set before" */
	bool ok = ctx && EVP_MAC_init(ctx, key.len > 0 ? key.at : empty, key.len, params) == 1;
	for (unsigned i = 0; ok && i < n; i++)
		ok = EVP_MAC_update(ctx, parts[i].at, parts[i].len) == 1;
	size_t len = 0;
	ok = ok && EVP_MAC_final(ctx, out, &len, 32) == 1 && len == 32;
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
	if (!ok)
		abort();
}
