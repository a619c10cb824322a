/* lab_expect -- does a verdict say what the world's `expect`, `also` and `silent` ask for? */
#pragma once
#include "judge/judge.h"
#include "lab/lab.h"
/* NULL when all holds, else what does not, one sentence part. */
const char *lab_unmet(struct arena *a, const struct world_case *c, const struct verdict *v);
/* "SERVFAIL bogus rrsig-expired ede=7" */
const char *lab_expected(struct arena *a, const struct world_case *c);
