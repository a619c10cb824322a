/* crypto -- promises: a result is a fact about octets, never about time; it is computed once, paid for once, and an
 * algorithm that this machine's OpenSSL policy forbids is told apart from a signature that is wrong. The policy is
 * honoured because keys and signature digests are fetched with the default properties, after the system's
 * configuration was loaded; NSEC3 hashing and the memo are no signatures and do not depend on it. */
#include "crypto/inside.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { MEMO_VERIFIED = 1 << 16, MEMO_VERIFIED_MAX = 1 << 22, MEMO_HASHED = 1 << 14 };

struct crypto *crypto_new(void)
{
	/* Error texts are never shown: loading them costs start-up time. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG, NULL);
	struct crypto *c = calloc(1, sizeof *c);
	if (!c)
		abort();
	digests_init(&c->digests);
	key_cache_init(&c->keys);
	memo_init(&c->verified, MEMO_VERIFIED);
	memo_init(&c->hashed, MEMO_HASHED);
	return c;
}

void crypto_remember(struct crypto *c, uint32_t signatures)
{
	uint32_t n = c->verified.n;
	while (n < signatures && n < MEMO_VERIFIED_MAX)
		n *= 2;
	if (n == c->verified.n)
		return;
	memo_clear(&c->verified);
	memo_init(&c->verified, n);
}

void crypto_free(struct crypto **c)
{
	if (!*c)
		return;
	digests_clear(&(*c)->digests);
	key_cache_clear(&(*c)->keys);
	memo_clear(&(*c)->verified);
	memo_clear(&(*c)->hashed);
	free(*c);
	*c = NULL;
}

struct crypto_counters crypto_counters(const struct crypto *c)
{
	return c->counters;
}

const char *crypto_result_text(enum crypto_result r)
{
	static const char *const texts[] = {
		[CRYPTO_GOOD] = "good",
		[CRYPTO_BAD] = "bad",
		[CRYPTO_KEY_UNUSABLE] = "key unusable",
		[CRYPTO_UNKNOWN] = "algorithm not implemented",
		[CRYPTO_UNAVAILABLE] = "algorithm refused on this machine",
		[CRYPTO_OVER_BUDGET] = "over budget",
	};
	assert(r < sizeof texts / sizeof texts[0]);
	return texts[r];
}

void crypto_random(void *out, size_t len)
{
	uint8_t *at = out;
	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);
		if (got < 0 && errno != EINTR)
			abort();
		if (got > 0) {
			at += got;
			len -= (size_t)got;
		}
	}
}
