/* compare -- a verdict against what a world expects, and against itself after a replay. */
#pragma once
#include "check/check.h"
#include "lab/lab.h"

/* NULL when all is as expected; else one line, in the arena, that says what was expected and what came. */
const char *compare_case(struct arena *a, const struct world_case *want, const struct verdict *got);
/* Everything a verdict says, as text without pointers. */
const char *verdict_dump(struct arena *a, const struct verdict *v);
/* NULL, or what went over its limit. */
const char *budget_overrun(struct arena *a, const struct budget *b);
