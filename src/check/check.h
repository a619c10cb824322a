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
	uint32_t held_ms; struct addr held_by;  /* the longest that a question was held by our own measure for a server, and which */
};
/* It ran out of time while questions stood in line for our own measure: what it does not know is no fact about the zone. */
bool check_was_held_up(const struct check *c);
/* Collects over the asker and judges at `at` (collected now: the asker's world clock or wall_now()). Runs the asker's
 * loop until this check is done. *interrupted (may be NULL) set by a signal, or atomically by another thread, ends it early
 * with what is known. */
MUST_CHECK int check_run(const struct setup *setup, struct asker *asker, struct crypto *crypto, struct wall collected_at, struct wall at,
	      const volatile int *interrupted, struct check **out);
/* The same verdict from the text of an evidence file; at NULL: the moment it was collected. E_SYNTAX, E_TRUNCATED,
 * E_VERSION with *where filled. */
MUST_CHECK int check_replay(const char *text, size_t len, struct crypto *crypto, const struct wall *at, struct check **out,
			    struct err_at *where);
/* The same in pieces, for many checks at once on one asker: start; after each ask_turn() advance those that check_is_due();
 * once advance says no, judge. setup, asker and what they point to must outlive the check. */
MUST_CHECK int check_start(const struct setup *setup, struct asker *asker, struct wall collected_at, struct check **out);
bool check_is_due(const struct check *c);               /* a reply came, or the clock wants to be looked at */
/* Puts on the wire what is ready. *more false: all is collected (or `enough` ended it early). E_SYSTEM: the asker failed. */
MUST_CHECK int check_advance(struct check *c, bool enough, bool *more);
void check_judge(struct check *c, struct crypto *crypto, struct wall at);
const struct check_result *check_result(const struct check *c);
/* With questions on the wire: cancels them and turns the asker until they have ended. */
void check_free(struct check **c);
