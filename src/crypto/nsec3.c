/* nsec3 -- the one place where NSEC3 hashes are made, so that no path forgets to pay for them (CVE-2023-50868, CVE-2026-1519). */
#include "crypto/inside.h"
#include <string.h>

enum { SHA1_LEN = 20 };

static void iterate(struct digests *d, struct octets name, struct octets salt, uint16_t iterations,
		    uint8_t out[SHA1_LEN])
{
	struct octets parts[2] = { name, salt };
	digest_parts(d, d->sha1, parts, 2, out);
	parts[0] = (struct octets){ out, SHA1_LEN };
	for (uint16_t i = 0; i < iterations; i++)
		digest_parts(d, d->sha1, parts, 2, out);
}

bool crypto_nsec3_hash(struct crypto *c, struct budget *b, struct octets name, struct octets salt,
		       uint16_t iterations, uint8_t out[20])
{
	uint8_t id[32], head[3] = { (uint8_t)(iterations >> 8), (uint8_t)iterations, (uint8_t)salt.len };
	struct octets parts[] = { { head, 3 }, salt, name };
	digest_parts(&c->digests, c->digests.sha256, parts, 3, id);
	const uint8_t *known = memo_find(&c->hashed, id);
	if (known) {
		memcpy(out, known, SHA1_LEN);
		return true;
	}
	if (!budget_spend(b, BUDGET_NSEC3_HASHES, 1 + (uint64_t)iterations / 50))
		return false;
	c->counters.nsec3_hashes++;
	iterate(&c->digests, name, salt, iterations, out);
	memo_keep(&c->hashed, id, out, SHA1_LEN);
	return true;
}
