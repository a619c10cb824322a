/* delivering -- the deliverer's inside: shared by its files, by nobody else. */
#pragma once
#include "alert/inside.h"

struct lane {                   /* one channel, as the deliverer sees it */
	const struct channel *c;
	uint32_t in_flight;
	unsigned failures;              /* in a row; > 0: one try at a time */
	struct wall hold_until;         /* nothing is sent before */
	struct wall hour_from; uint32_t sent_in_hour;   /* the rate cap; kept in the store, so that a restart grants no second hour */
	bool hour_known;
	struct wall digest_at;          /* WALL_NEVER: nothing is held back */
	struct wall gathered_at;        /* rows read before know nothing of it */
	struct wall refresh_at;         /* Alertmanager */
	const char *refresh_after; char refresh_id[64]; /* incident after which the next batch begins; NULL: from the start */
	bool refreshing, refresh_failed;
};

struct flight {                 /* one outbox row on its way */
	struct flight *next;
	struct deliverer *d;            /* NULL: the deliverer is gone; done() frees */
	struct lane *lane;
	struct arena *arena;
	struct outbox_row row;
	struct alert *alert;
	const char *remote_ref, *new_ref;
	unsigned step;
	bool back;                      /* the answer is here: see said */
	struct said said;
};

struct refresh { struct refresh *next; struct deliverer *d; struct lane *lane; struct arena *arena; bool more; char last_id[64]; };

struct deliverer {
	struct deliverer_options o;
	struct lane *lanes;
	struct flight *flights;
	struct refresh *refreshes;
	struct wall now, asked_at;
	bool changed;                   /* a row ended or was not started: ask the store again */
	struct deliverer_counters counters;
	struct { struct wall last; bool failing, fail_told; struct dead_man_ping *ping; } dead_man;
};

/* log.c; lane NULL: about none of the channels */
void deliverer_log(const struct deliverer *d, const struct lane *lane, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- flight.c ---- */
enum flight_start { FLIGHT_STARTED, FLIGHT_NO_MORE, FLIGHT_BUSY };
/* Step f->step of f. NO_MORE: nothing (more) to be said. */
enum flight_start flight_start(struct flight *f, struct wall now);
struct flight *flight_new(struct deliverer *d, struct lane *lane, const struct outbox_row *row);
void flight_free(struct flight *f);
/* Writes down what became of f: sent, again, dead. E_OK: f may be freed. */
MUST_CHECK int flight_settle(struct flight *f, struct wall now);

/* ---- pace.c ---- */
int64_t pace_backoff_s(uint32_t tries);         /* 1, 2, 4, ... LIMIT_ALERT_RETRY_S */
MUST_CHECK int pace_load(struct deliverer *d, struct lane *lane, struct wall now);
bool pace_over(struct lane *lane, const char *kind, struct wall now);   /* the hour's messages are spent */
MUST_CHECK int pace_count(struct deliverer *d, struct lane *lane);       /* one more; inside the transaction that says "sent" */

/* ---- digest.c ---- */
/* Over the cap: notes that something is held back; when its time has come, makes one digest row of all of it. */
MUST_CHECK int digest_hold(struct deliverer *d, struct lane *lane, struct wall now);

/* ---- refresh.c ---- */
MUST_CHECK int refresh_turn(struct deliverer *d, struct wall now);
/* Rows wait while a refresh is out or overdue: a "resolved" must not be overtaken by an older "firing". */
bool refresh_has_way(const struct lane *lane, struct wall now);

/* ---- dead_man.c ---- */
void dead_man_forget(struct deliverer *d);      /* the ping that is out outlives the deliverer */
