/* memo -- results by the SHA-256 of everything they depend on: 0.3 us instead of 20 to 800. */
#include "crypto/inside.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS = 8, CHOICES = 2 };

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

/* Each id may stand in two sets and goes into the emptier: where one choice would leave a tenth of a table that is two thirds full
 * in sets that overflow, again and again, two leave next to nothing. */
static struct memo_slot *set_of(const struct memo *m, const uint8_t id[32], unsigned choice)
{
	const uint8_t *o = id + 4 * choice;
	uint32_t at = (uint32_t)o[0] | (uint32_t)o[1] << 8 | (uint32_t)o[2] << 16;
	return m->slots + at % (m->n / WAYS) * WAYS;
}

static unsigned filled_in(const struct memo_slot *set)
{
	unsigned n = 0;
	while (n < WAYS && set[n].filled)
		n++;
	return n;
}

const uint8_t *memo_find(const struct memo *m, const uint8_t id[32])
{
	for (unsigned choice = 0; choice < CHOICES; choice++) {
		const struct memo_slot *set = set_of(m, id, choice);
		for (unsigned i = 0; i < WAYS && set[i].filled; i++)
			if (memcmp(set[i].id, id, 32) == 0)
				return set[i].value;
	}
	return NULL;
}

void memo_keep(struct memo *m, const uint8_t id[32], const void *value, size_t len)
{
	assert(len <= MEMO_VALUE);
	struct memo_slot *set = set_of(m, id, 0), *other = set_of(m, id, 1);
	if (filled_in(other) < filled_in(set))
		set = other;
	unsigned n = filled_in(set);
	struct memo_slot *into = n < WAYS ? &set[n] : &set[set[0].turn++ % WAYS];
	memcpy(into->id, id, 32);
	memcpy(into->value, value, len);
	into->filled = 1;
}
