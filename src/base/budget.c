#include "base/budget.h"
#include "base/limits.h"
#include <assert.h>
#include <stddef.h>

static const struct { const char *text; uint64_t limit; } kinds[BUDGET_KINDS] = {
	[BUDGET_QUESTIONS] = { "questions", LIMIT_QUESTIONS },
	[BUDGET_BYTES_IN] = { "bytes in", LIMIT_BYTES_IN },
	[BUDGET_SUBWALKS] = { "sub-walks", LIMIT_SUBWALKS },
	[BUDGET_VERIFIES] = { "signature verifications", LIMIT_VERIFIES },
	[BUDGET_CRYPTO_UNITS] = { "crypto units", LIMIT_CRYPTO_UNITS },
	[BUDGET_NSEC3_HASHES] = { "NSEC3 hashes", LIMIT_NSEC3_HASHES },
	[BUDGET_WALL_MS] = { "milliseconds", LIMIT_WALL_MS },
	[BUDGET_JUDGEMENTS] = { "judgements", LIMIT_JUDGEMENTS },
};

void budget_init(struct budget *b)
{
	*b = (struct budget){ 0 };
	for (size_t i = 0; i < BUDGET_KINDS; i++)
		b->limit[i] = kinds[i].limit;
}

bool budget_spend(struct budget *b, enum budget_kind kind, uint64_t amount)
{
	assert(kind < BUDGET_KINDS);
	uint64_t left = b->used[kind] < b->limit[kind] ? b->limit[kind] - b->used[kind] : 0;
	if (amount > left) {
		b->hit |= 1u << kind;
		return false;
	}
	b->used[kind] += amount;
	return true;
}

const char *budget_kind_text(enum budget_kind kind)
{
	assert(kind < BUDGET_KINDS);
	return kinds[kind].text;
}
