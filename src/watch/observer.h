/* observer -- `serve`: looks at each zone at its interval, remembers, foresees, opens and closes incidents, and writes what is
 * to be told into the outbox. Single-threaded: observer_turn() does a bounded piece of work and returns.
 *
 * Invariants
 *  1 Nothing is told on one look: a state is entered when a second look, over TCP at depth full and past the shared facts,
 *    says the same; or when it is the cause of an incident that is already confirmed at other zones.
 *  2 Incident, membership, event and outbox row of one change are one transaction; it is committed before the turn ends.
 *  3 While we are blind (no network) or our clock is in doubt nothing is entered and nothing left: looks are inconclusive.
 *    A zone of which too little is seen to judge it becomes UNKNOWN, and leaves no incident for that.
 *  4 One cause is one incident, however many zones suffer: the key is (finding, zone or servers where it must be mended).
 *
 *            look differs              second look agrees
 *   STEADY ---------------> SUSPECT -----------------------> STEADY (new state)     zone.c: zone_take_look()
 *     ^                        | it does not agree
 *     +------------------------+
 *
 *   incident:  OPEN, not told --(group_wait)--> OPEN, told --(last zone leaves)--> RESOLVED      incident_tell.c
 *                                   ^  back within REOPEN_S: the same incident            |
 *                                   +-----------------------------------------------------+ */
#pragma once
#include "api/vitals.h"
#include "ask/ask.h"
#include "check/check.h"
#include "http/http.h"
#include "watch/config.h"

struct observer;
/* A zone that is served inside the process and must be judged so in every round (SECURITY 5i). */
struct canary { const char *name; struct setup setup; const char *word, *finding; /* ids; "" none */ };

struct observer_options {
	struct config *config;
	struct store *store;
	const char *mended;             /* what store_rescue() said of it right now; NULL: it was sound */
	struct asker *asker;            /* sockets, or a world */
	struct asker *canary_asker;     /* may be the same */
	struct crypto *crypto;
	struct http *http;              /* for registries (config rdap); its owner turns it. NULL: they are not asked */
	struct setup base;              /* hints, anchors, resolvers, address classes; name and type are filled in */
	const struct canary *canaries; uint32_t n_canaries;
	struct wall (*now)(void *ctx); void *clock_ctx; /* NULL: wall_now() */
	struct mono (*boot)(void *ctx); /* NULL: boot_now() */
	bool clock_is_ours;             /* a lab's clock: its jumps mean nothing */
	void (*log)(void *ctx, const char *level, const char *event, const char *zone, const char *text); void *log_ctx;
};
struct observer *observer_new(const struct observer_options *o);
/* Waits at most so long for replies, then works. E_SYSTEM: the store fails, and holding it in memory too. */
MUST_CHECK int observer_turn(struct observer *o, uint32_t at_most_ms);
/* Takes effect when no look is under way; the old configuration is not used after it returned true from observer_reloaded(). */
void observer_reload(struct observer *o, struct config *next, const struct setup *base);
bool observer_reloaded(const struct observer *o);
struct store *observer_store(struct observer *o);       /* the one in use: the real one, or memory while the disk is full */
/* The store's file is damaged, memory stands in for it and has nothing left to send: the owner closes the store, rescues the file
 * and hands over the new one, at once. mended: what the rescue said, as long as the observer lives. */
bool observer_wants_rescue(struct observer *o);
void observer_set_store(struct observer *o, struct store *s, const char *mended);
bool observer_awake(const struct observer *o);          /* a whole round with all canaries right, lately */
bool observer_is_starting(const struct observer *o);    /* the first round is under way: nothing can be said yet */

/* New ones for old, when none is being looked at; false: try again later. */
bool observer_set_canaries(struct observer *o, const struct canary *canaries, uint32_t n);
/* When there is work again, replies left aside: for clocks that may jump there. */
struct wall observer_next_at(const struct observer *o);
bool observer_is_idle(const struct observer *o);        /* no look is under way */
void observer_vitals(const struct observer *o, struct vitals *out);
void observer_free(struct observer **o);
