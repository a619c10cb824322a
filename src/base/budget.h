/* budget -- what one check may spend. One object per check, passed by pointer to all sub-work,
 * never reset (Unbound CVE-2026-50045 was a quota reset by a restart). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum budget_kind {
	BUDGET_QUESTIONS,
	BUDGET_BYTES_IN,
	BUDGET_SUBWALKS,
	BUDGET_VERIFIES,        /* distinct signatures checked */
	BUDGET_CRYPTO_UNITS,    /* of 10 us */
	BUDGET_NSEC3_HASHES,
	BUDGET_WALL_MS,
	BUDGET_JUDGEMENTS,
	BUDGET_KINDS
};
struct budget {
	uint64_t limit[BUDGET_KINDS];
	uint64_t used[BUDGET_KINDS];
	uint32_t hit;           /* bit per kind that refused a spend at least once */
};
void budget_init(struct budget *b);                                        /* the defaults of limits.h */
/* True and counted, or false with the hit bit set and nothing counted. */
bool budget_spend(struct budget *b, enum budget_kind kind, uint64_t amount);
const char *budget_kind_text(enum budget_kind kind);                       /* "questions", ... */
