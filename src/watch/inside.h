/* inside -- what the files of the observer share; nobody else includes it. */
#pragma once
#include "foresee/outlook.h"
#include "foresee/summary.h"
#include "watch/observer.h"
#include <limits.h>

enum { CONCERNS_MAX = 8, REOPEN_S = 3600, FLAPS_MAX = 3, FLAP_HOLD_S = 1800, DRIFT_HOLD_S = 86400, UNKNOWN_LOOKS = 3, CLOSELY_S = 60,
       TOUCH_S = 120, GROUP_WAIT_S = 15, GROWTH_S = 600, REFRESH_S = 60, MUTED_S = 60, NETWORK_S = 60, CANARY_S = 60, SWEEP_S = 3600 };

/* ---- what one look says, boiled down (concern.c) ---- */
struct concern {                /* one thing that is wrong or will be, and where it is to be mended */
	const char *finding, *scope;
	enum severity severity;
	enum verdict_word word;
	const struct finding *f;        /* NULL: a change */
	const struct change *change;
};
struct concerns { struct concern at[CONCERNS_MAX]; uint32_t n; enum verdict_word word; const char *finding, *scope; };
struct observation {
	struct arena *arena;
	const struct check_result *result;
	struct snapshot *snapshot;
	struct summary summary;         /* of this look alone */
	struct history *history;
	struct outlook outlook;
	changes changes;
	LIST(struct sig_seen) new_sigs;
	LIST(struct serial_seen) new_serials;
	struct concerns concerns;
	bool has_last;                  /* the zone was looked at before */
	int64_t last_id;                /* history row */
	struct wall breaks_at;
};
void note_absence(struct observation *ob, const struct config_zone *z, struct wall at);        /* into the outlook */
void concerns_of(struct observation *ob, const struct config_zone *z);
uint64_t concerns_hash(const struct observation *ob);   /* of what a second look must agree in */

/* ---- what was seen before (memory.c) ---- */
/* Fills snapshot, history, changes and outlook. */
MUST_CHECK int memory_recall(struct observer *o, const struct config_zone *z, struct wall at, struct observation *ob);
MUST_CHECK int memory_keep(struct observer *o, const struct config_zone *z, struct wall at, bool as_new, struct observation *ob);

/* ---- incidents (incident.c) ---- */
enum { RUNG_UNKNOWN = INT_MAX };
struct incident {
	struct incident *next;
	char id[27];
	char *key, *finding, *scope, *text, *doc;
	enum verdict_word word; enum severity severity;
	struct wall opened_at, changed_at, since, resolved_at, told_at;
	uint32_t n_zones, told_zones, reminders, flaps;
	enum severity told_severity;
	struct wall breaks_at, refreshed_at;    /* breaks_at: of this cause; WALL_NEVER: no deadline of its own */
	struct wall silent_until;       /* muted when it was to be told: tried again then */
	unsigned told_rung;             /* how far down the ladder of deadlines; RUNG_UNKNOWN: told before we were started */
	bool resolved;
	enum verdict_word came_as;      /* what was foreseen has happened: DEGRADED or SERVFAIL; else OK */
};
struct incident *incident_find(const struct observer *o, const char *finding, const char *scope);       /* open, or resolved lately */
MUST_CHECK int incident_join(struct observer *o, const struct config_zone *z, const struct concern *c, const struct observation *ob,
			     struct wall at, struct incident **out);
/* A zone that is in it was looked at again: its words are of today. */
void incident_refresh(struct observer *o, struct incident *i, const struct config_zone *z, const struct concern *c, const struct observation *ob,
		      struct wall at);
MUST_CHECK int incident_leave(struct observer *o, struct incident *i, const char *zone, enum verdict_word now, struct wall at);
bool is_pinned_change(const char *finding);     /* what differs from the configuration: a state, not a change in time */
MUST_CHECK int incident_save(struct observer *o, struct incident *i);
MUST_CHECK int incident_note(struct observer *o, const struct incident *i, const char *kind, const char *zone, struct wall at);  /* as an event */
void incident_free(struct incident *i);
MUST_CHECK int incidents_tell(struct observer *o, struct wall at);      /* what is due to be told, or over (incident_tell.c) */
MUST_CHECK int incidents_load(struct observer *o);
MUST_CHECK int incidents_save_all(struct observer *o);                  /* into another store */
void incidents_free(struct observer *o);

/* ---- the words of an alert (tell.c) ---- */
struct alert *alert_of(struct arena *a, const struct observer *o, const struct config_zone *z, const struct concern *c,
		       const struct observation *ob, struct wall at);
MUST_CHECK int tell(struct observer *o, struct arena *a, struct alert *alert, struct wall at);          /* route and post */
MUST_CHECK int tell_posted_again(struct observer *o, struct wall at);   /* into another transaction, or another store */
/* Of ourselves: told when it begins and when it is over, once each, also across a restart. */
enum self { SELF_CLOCK, SELF_BLIND, SELF_CANARY, SELF_DISK, SELF_STORE, SELF_STATES };
MUST_CHECK int tell_self(struct observer *o, enum self what, bool begins, const char *cause, const char *fix, struct wall at);
MUST_CHECK int self_load(struct observer *o);   /* what was told before we were started */

/* ---- mutes (muted.c) ---- */
bool is_muted(const struct observer *o, const struct alert *alert, struct wall at);     /* all its zones are; alert names them all */

/* ---- zones (zone.c) and their turn (schedule.c) ---- */
struct membership { struct incident *incident; struct wall until; };
enum { MEMBERSHIPS = 6 };
struct zone_watch {             /* hot: stays below 512 octets */
	const struct config_zone *z;
	struct check *look; struct setup *setup;
	struct membership in[MEMBERSHIPS];
	struct wall since, checked_at, touched_at, breaks_at;
	struct wall next_at, due_at;    /* tried next; due since: not the same where it was held */
	struct wall wanted_at;          /* watched by us since */
	uint64_t suspect;               /* concerns_hash() of a look that waits for its second; 0 none */
	const char *finding;            /* of the closed list of ids */
	char *scope;
	char *doc;                      /* summary that is not in the store yet; NULL */
	uint64_t doc_hash; struct wall doc_ends[SUMMARY_TYPES];         /* of the last summary; 0: none yet */
	int64_t history_id;
	uint32_t heap_at, order;        /* order: of its place in the hour, for jitter */
	uint16_t looks;                 /* since the last one at depth full */
	struct addr busy;               /* family 0: none; that of which we allow ourselves too little for all who want to ask it */
	uint8_t n_in, word, security, unknowns, seconds, line, unseen_looks;
	bool fresh, second, gone, closely, known;        /* known: was looked at whole once */
	bool close;                     /* is looked at sooner than its interval */
	bool reworded;                  /* has other tags or another owner since the reload */
};
MUST_CHECK int zone_take_look(struct observer *o, struct zone_watch *w, struct check *c, struct wall at);
/* ob NULL: the state as it was left; what was seen stays as the store has it. */
MUST_CHECK int zone_save(struct observer *o, struct zone_watch *w, const struct observation *ob);
const char *zone_tags(struct arena *a, const struct config_zone *z);    /* with spaces between, as the store has them */
MUST_CHECK int zone_leave_all(struct observer *o, struct zone_watch *w, struct wall at);
MUST_CHECK int zones_load(struct observer *o);
MUST_CHECK int zones_place_new(struct observer *o, int e);      /* also where e: those that cannot be written are looked at all the same; returns it */
MUST_CHECK int zones_save_all(struct observer *o);
MUST_CHECK int zones_touch(struct observer *o, struct wall at);
/* After start and reload. Fails before anything is changed where o->config is not c yet; else all but rows of the store is as c has it. */
MUST_CHECK int zones_set(struct observer *o, struct config *c);
struct zone_watch *zones_find(const struct observer *o, const char *zone);
void zones_free(struct observer *o);

enum line { LINE_LATER /* not due yet, or held */, LINE_PRESSING, LINE_UNSEEN, LINE_ROUTINE, LINES };
struct heap { struct zone_watch **at; uint32_t n, room; };
struct schedule { struct heap lines[LINES]; uint32_t coin, n_close; };   /* n_close: zones that are looked at sooner than their interval */
void schedule_put(struct schedule *s, struct zone_watch *w);            /* or moves it: it is due at next_at */
void schedule_remove(struct schedule *s, struct zone_watch *w);
void schedule_call(struct schedule *s, struct wall at);                 /* what is due by then stands in line now */
struct zone_watch *schedule_first(const struct schedule *s);            /* of those in line; NULL. Then one of these two: */
void schedule_begin(struct schedule *s, struct zone_watch *w);          /* it is looked at */
void schedule_hold(struct schedule *s, struct zone_watch *w, struct wall at);   /* it cannot be yet: tried again in a second, at its old place */
struct wall schedule_next_at(const struct schedule *s);                 /* of the first that is due or will be; WALL_NEVER: none */
void schedule_shift(struct schedule *s, int64_t jump_s);                /* the clock jumped by so much */
void schedule_clear(struct schedule *s);

/* ---- how soon again (interval.c) ---- */
/* When a zone whose look ended at `at` is next: the interval with its own place in it, sooner before a deadline. */
struct wall schedule_next(struct observer *o, struct zone_watch *w, struct wall at, int64_t poll_s);
void schedule_forget(struct schedule *s, const struct zone_watch *w);   /* it goes away: it counts no longer */

/* ---- looks (look.c) ---- */
MUST_CHECK int looks_start(struct observer *o, struct wall at);
MUST_CHECK int looks_advance(struct observer *o, struct wall at);
void looks_cancel(struct observer *o);

/* ---- can we trust our own eyes? (senses.c) ---- */
struct senses {
	struct wall wall; struct mono boot; struct wall suspect_until; int64_t offset_s;
	struct wall newest_inception;   /* of signatures that were good at some server of the root: it is later than that */
	struct check *control; struct setup control_setup; struct wall control_next_at, seen_at;
	bool blind, clock_suspect;
};
MUST_CHECK int senses_turn(struct observer *o, struct wall at);
void senses_note(struct observer *o, const struct check_result *r, struct wall at);
bool senses_doubt(const struct observer *o, const struct check_result *r);      /* this look is inconclusive */
void senses_free(struct observer *o);

/* ---- canaries (canaries.c) ---- */
struct canaries { struct check *look; uint32_t next, right; struct wall round_at, right_at; struct setup setup; bool any_wrong; };
MUST_CHECK int canaries_turn(struct observer *o, struct wall at);
void canaries_free(struct observer *o);

/* ---- registration data (registration.c, registration_tell.c); config rdap.enabled and options.http ---- */
struct registration_watch;
MUST_CHECK int registrations_turn(struct observer *o, struct wall at);
/* Appends what is known of the zone's registrations to ob->outlook; what is not known will be asked for. */
MUST_CHECK int registrations_recall(struct observer *o, const struct config_zone *z, struct wall at, const struct ladder *l, struct observation *ob);
void registrations_shift(struct observer *o, int64_t jump_s);          /* the clock jumped by so much */
void registrations_free(struct observer *o);

struct observer {
	struct observer_options options;
	struct config *config, *next_config;
	struct setup next_base;
	bool reloaded;
	struct store *store, *real_store;       /* the same, but while the disk is full */
	struct wall store_retry_at, store_sound_at, mended_at, touched_at, swept_at;
	int64_t late_s;                         /* so much later than due the latest look was begun */
	struct asker *shared;
	struct arena *scratch;                  /* of one turn's small things */
	struct schedule schedule;
	struct zone_watch **zones; uint32_t n_zones, zones_room;       /* sorted by name */
	struct zone_watch **running; uint32_t n_running, running_room;
	struct incident *incidents;
	struct senses senses;
	struct canaries canaries;
	struct registration_watch *registrations;       /* NULL: none was wanted yet */
	struct vitals vitals;
	LIST(const struct alert *) posted;      /* in this turn's transaction: posted again if it fails. In scratch */
	bool in_transaction;
	bool self_told[SELF_STATES];
	const char *mended;                     /* what a rescue of the store said; NULL */
};
MUST_CHECK int observer_writes(struct observer *o);     /* begins the turn's transaction if there is none */
/* ---- its end, and a store that fails (writing.c) ---- */
MUST_CHECK int writing_commit(struct observer *o, int e, struct wall at);      /* e: how the turn went so far */
MUST_CHECK int writing_turn(struct observer *o, struct wall at);               /* the hourly sweep; back to the file when it can be written again */
MUST_CHECK int writing_start(struct observer *o, const char *mended, struct wall at);
void writing_end(struct observer *o);
struct wall observer_now(const struct observer *o);
void observer_log(const struct observer *o, const char *level, const char *event, const char *zone, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
