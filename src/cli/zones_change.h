/* zones_change -- what a command would change of the zones that are watched by command: a diff that is shown, then done. */
#pragma once
#include "cli/options.h"
#include "watch/import.h"

enum change_sign { SIGN_ADD = '+', SIGN_REMOVE = '-', SIGN_CHANGE = '~', SIGN_SAME = '=' };
struct zone_change { enum change_sign sign; struct watched_row row; const char *why; /* "" none */ };
struct zones_change {
	struct arena *arena;
	const struct config *config;    /* NULL: none is read */
	watched_rows watched;           /* as the store has them, by name */
	LIST(struct zone_change) changes;
};
/* Wanted: added, changed, or the same; what stands in the configuration stays there. A bare name
 * leaves tags, owner and expectations of a row that is there already as they are. */
void zones_change_want(struct zones_change *c, const struct config_zone *z);
/* 0, or the exit code after a line on stderr: a zone of the configuration, or one nobody watches. */
int zones_change_unwant(struct zones_change *c, const char *zone);
/* Removes what is watched by command and not among the changes so far (--prune). */
void zones_change_prune(struct zones_change *c);
/* Writes all of it in one transaction. */
MUST_CHECK int zones_change_do(struct zones_change *c, struct store *s, struct wall now);
void zones_change_text(const struct zones_change *c, const struct import *from, bool dry_run, struct text *out);
void zones_change_json(const struct zones_change *c, const struct import *from, bool dry_run, struct text *out);
