/* foresee -- when will the verdict turn worse, if nothing is done? Only the ends of signatures in the
 * evidence can change it, so each of them is tried by judging again just after it (BUDGET_JUDGEMENTS).
 * Pure. */
#pragma once
#include "judge/judge.h"

/* The first moment later than `at` from which the word is DEGRADED or SERVFAIL and worse than now->word;
 * WALL_NEVER: none in the evidence, or nothing is left to become worse. */
struct wall foresee_breaks_at(const struct judgement *j, const struct verdict *now, struct wall at);
/* Fills v->breaks_at. */
void foresee_fill(const struct judgement *j, struct verdict *v, struct wall at);
