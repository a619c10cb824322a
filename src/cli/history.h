/* history -- what the observer's store remembers of a name, for the commands that look back: `why`, `diff`. */
#pragma once
#include "cli/options.h"
#include "foresee/outlook.h"
#include "report/memory.h"
#include "store/store.h"
#include "watch/config.h"

struct recall {
	const struct options *o;
	struct store *store;            /* NULL: there is none, and nobody named one */
	struct config *config;          /* NULL: --store alone */
};
/* Opens for reading. A store or configuration that was named and cannot be read is complained of: the exit code. One that nobody
 * named is silently none; so it is where another root was named, for that is another internet. history_end() in any case. */
int history_begin(const struct options *o, struct recall *out);
void history_end(struct recall *m);
int history_fault(const struct recall *m);      /* complains of the store, gives the exit code */

/* Up to this moment a row (store_history_at(), or the newest) is known to have been in force: what did not change is written
 * down only now and then. */
struct wall history_covers(const struct recall *m, const struct history_row *row, struct wall checked_at);
/* Rows with their snapshots, oldest first, each in force until it was last seen; of newer programs: left out. */
int history_pasts(const struct recall *m, const char *zone, struct history *out);

/* `why` for a moment that is over, where memory has it: shown, with *code. False: there is none, ask now. */
bool history_why(const struct options *o, int *code);
struct check_result;
/* What memory adds to a look of now; NULL: nothing. */
const struct memory *history_memory(const struct options *o, const struct check_result *r, struct wall at);
/* `diff NAME`. */
int history_diff(const struct options *o, const struct snapshot **before, const struct snapshot **now, changes *c);
