/* store_keeper -- a copy of the store once a day (UTC), a check of its soundness once a week, in a thread and over connections of
 * its own: both read the whole file, and the observer does not wait for that. */
#pragma once
#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>

struct store_keeper;
struct store_keeper_options {
	const char *path;               /* of the store */
	const char *folder;             /* where copies lie: STORE'S-NAME.copy-YYYY-MM-DD */
	uint32_t copies;                /* kept; 0: none are made */
	int64_t first_after_s;          /* since the start, so that a restart does not begin with it */
};
/* NULL: no thread to be had. The texts are copied. */
struct store_keeper *store_keeper_start(const struct store_keeper_options *o);
bool store_keeper_is(const struct store_keeper *k, const struct store_keeper_options *o);       /* started with the like of these */
bool store_keeper_found_damage(struct store_keeper *k);         /* once each time */
/* Does not wait for a copy that is being made: the thread is left to the end of the process, and what it wrote has no name yet. */
void store_keeper_stop(struct store_keeper **k);
