/* check -- one check from question to verdict: owns the arena, joins walk and ask, keeps the wall clock. */
#pragma once
#include "ask/ask.h"
#include "judge/judge.h"
#include "walk/walk.h"

struct check;
struct check_result {                           /* lives until check_free() */
	const struct evidence *evidence;
	const struct tree *tree;
	const struct verdict *verdict;
	const struct budget *budget;
	struct crypto_counters crypto;
	uint64_t cpu_us;
	uint32_t wall_ms;
};
/* Collects over the asker and judges at `at` (collected now: the asker's world clock or wall_now()). Runs the asker's
 * loop until this check is done. *interrupted (may be NULL) set by a signal ends it early with what is known. */
MUST_CHECK int check_run(const struct setup *setup, struct asker *asker, struct crypto *crypto, struct wall collected_at, struct wall at,
	      const volatile int *interrupted, struct check **out);
/* The same verdict from the text of an evidence file; at NULL: the moment it was collected. E_SYNTAX, E_TRUNCATED,
 * E_VERSION with *where filled. */
MUST_CHECK int check_replay(const char *text, size_t len, struct crypto *crypto, const struct wall *at, struct check **out,
			    struct err_at *where);
const struct check_result *check_result(const struct check *c);
void check_free(struct check **c);
