/* memo -- results by the SHA-256 of everything they depend on: 0.3 us instead of 20 to 800. */
#include "crypto/inside.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS = 4 };

void memo_init(struct memo *m, uint32_t n)
{
	m->n = n;
	m->slots = calloc(n, sizeof *m->slots);
	if (!m->slots)
		abort();
}

void memo_clear(struct memo *m)
{
	free(m->slots);
	m->slots = NULL;
}

static struct memo_slot *set_of(const struct memo *m, const uint8_t id[32])
{
	uint32_t at = (uint32_t)id[0] | (uint32_t)id[1] << 8 | (uint32_t)id[2] << 16;
	return m->slots + at % (m->n / WAYS) * WAYS;
}

const uint8_t *memo_find(const struct memo *m, const uint8_t id[32])
{
	const struct memo_slot *set = set_of(m, id);
	for (unsigned i = 0; i < WAYS; i++)
		if (set[i].filled && memcmp(set[i].id, id, 32) == 0)
			return set[i].value;
	return NULL;
}

void memo_keep(struct memo *m, const uint8_t id[32], const void *value, size_t len)
{
	assert(len <= MEMO_VALUE);
	struct memo_slot *set = set_of(m, id), *into = NULL;
	for (unsigned i = 0; i < WAYS && !into; i++)
		if (!set[i].filled)
			into = &set[i];
	if (!into)
		into = &set[set[0].turn++ % WAYS];
	memcpy(into->id, id, 32);
	memcpy(into->value, value, len);
	into->filled = 1;
}
