/* lookups -- the domains whose registration is wanted, what was last said of each, and when it is to be asked again. In memory, by
 * name; what was said is also in the store, under "rdap/NAME". */
#pragma once
#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>

struct rdap_server {            /* one base URL: asked by one at a time, with a gap */
	struct rdap_server *next;
	char *url;
	struct wall next_at;
	bool busy;
};
struct lookup {
	struct lookup *next;
	char *domain;
	char *text;                     /* registration_text() of what was said last; NULL: nothing yet */
	struct wall wanted_at, next_at;
	struct rdap_server *server;     /* by the bootstrap file; NULL: not looked up there yet */
	uint8_t failures;               /* since the last good answer */
	bool asked;                     /* on its way */
};
enum { LOOKUP_BUCKETS = 8192 };
struct lookups { struct lookup *buckets[LOOKUP_BUCKETS]; uint32_t n; struct rdap_server *servers; };

/* The one of that name; *fresh: it was not there before, and is due at once. */
struct lookup *lookups_get(struct lookups *l, const char *domain, bool *fresh);
struct rdap_server *lookups_server(struct lookups *l, const char *url);
/* What nobody has wanted since that moment goes, unless it is on its way. */
void lookups_forget(struct lookups *l, struct wall since);
void lookups_forget_servers(struct lookups *l);         /* of each lookup: another bootstrap file may name others */
void lookups_shift(struct lookups *l, int64_t jump_s);                 /* the clock jumped by so much */
void lookups_clear(struct lookups *l);
/* A place of its own in the day that follows, so that what was asked together drifts apart. */
int64_t lookup_place_s(const struct lookup *k, int64_t interval_s);
