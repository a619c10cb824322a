/* digest -- SHA-1 and SHA-2, and what of them the system's policy lets signatures use. */
#include "crypto/inside.h"
#include <openssl/err.h>
#include <stdlib.h>

static const struct {
	const char *name;
	uint8_t len;
} kinds[DIGEST_KINDS] = {
	[DIGEST_KIND_SHA1] = { "SHA1", 20 },
	[DIGEST_KIND_SHA256] = { "SHA256", 32 },
	[DIGEST_KIND_SHA384] = { "SHA384", 48 },
	[DIGEST_KIND_SHA512] = { "SHA512", 64 },
};

/* "-fips" lifts a default property of the configuration: these uses are no signatures. */
static EVP_MD *fetch_always(const char *name)
{
	EVP_MD *md = EVP_MD_fetch(NULL, name, "-fips");
	if (!md)
		abort();
	return md;
}

void digests_init(struct digests *d)
{
	d->sha1 = fetch_always("SHA1");
	d->sha256 = fetch_always("SHA256");
	d->ctx = EVP_MD_CTX_new();
	if (!d->ctx)
		abort();
}

void digests_clear(struct digests *d)
{
	for (unsigned i = 0; i < DIGEST_KINDS; i++)
		EVP_MD_free(d->allowed[i]);
	EVP_MD_free(d->sha1);
	EVP_MD_free(d->sha256);
	EVP_MD_CTX_free(d->ctx);
}

EVP_MD *digest_allowed(struct digests *d, enum digest_kind kind)
{
	if (kind >= DIGEST_KIND_NONE)
		return NULL;
	if (!d->asked[kind]) {
		d->asked[kind] = true;
		d->allowed[kind] = EVP_MD_fetch(NULL, kinds[kind].name, NULL);
		ERR_clear_error();
	}
	return d->allowed[kind];
}

unsigned digest_len(enum digest_kind kind)
{
	return kind < DIGEST_KIND_NONE ? kinds[kind].len : 0;
}

bool digest_parts(struct digests *d, const EVP_MD *md, const struct octets *parts, unsigned n, uint8_t *out)
{
	bool ok = EVP_DigestInit_ex2(d->ctx, md, NULL) == 1;
	for (unsigned i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(d->ctx, parts[i].at, parts[i].len) == 1;
	return ok && EVP_DigestFinal_ex(d->ctx, out, NULL) == 1;
}

static enum digest_kind ds_kind(uint8_t digest_type)
{
	switch (digest_type) {
	case 1: return DIGEST_KIND_SHA1;
	case 2: return DIGEST_KIND_SHA256;
	case 4: return DIGEST_KIND_SHA384;
	default: return DIGEST_KIND_NONE;
	}
}

enum crypto_support crypto_digest_type(struct crypto *c, uint8_t ds_digest_type)
{
	enum digest_kind kind = ds_kind(ds_digest_type);
	if (kind == DIGEST_KIND_NONE)
		return CRYPTO_NOT_IMPLEMENTED;
	return digest_allowed(&c->digests, kind) ? CRYPTO_SUPPORTED : CRYPTO_REFUSED_HERE;
}

size_t crypto_digest_size(uint8_t digest_type)
{
	return digest_len(ds_kind(digest_type));
}

size_t crypto_ds_digest(struct crypto *c, uint8_t digest_type, const struct octets *parts, unsigned n,
			uint8_t out[48])
{
	const EVP_MD *md = digest_allowed(&c->digests, ds_kind(digest_type));
	if (!md || !digest_parts(&c->digests, md, parts, n, out))
		return 0;
	return crypto_digest_size(digest_type);
}

void crypto_sha256(struct octets data, uint8_t out[32])
{
	EVP_MD *md = fetch_always("SHA256");
	if (EVP_Digest(data.at, data.len, out, NULL, md, NULL) != 1)
		abort();
	EVP_MD_free(md);
}
