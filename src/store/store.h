/* store -- what the observer remembers, in our words: zones and their state, what changed, the evidence of each change,
 * incidents, and the outbox. One file (SQLite, WAL); a second implementation (PostgreSQL) will stand behind the same door.
 * One struct store a thread; a second one may read and write the same file (API, command line).
 *
 * Promise: what stands between store_begin() and store_commit() is there wholly or not at all, whatever kills us; after
 * store_commit() returned 0 it survives a power cut (synchronous=FULL).
 * A row is borrowed from the arena given to the reader. Texts are UTF-8; names are A-label presentation with final dot. */
#pragma once
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct store;
struct store_options {
	bool read_only;
	bool create;                    /* with directory missing: E_SYSTEM */
	uint32_t ballast_bytes;         /* kept beside the file, given up when the disk is full; 0: none */
};
/* Errors of every call: E_SYSTEM (errno: ENOSPC full, EROFS, ...; ENOENT: no such row), E_BUSY (another process kept the write
 * lock for LIMIT_STORE_BUSY_MS, or a text over its limit), E_SYNTAX (corrupt). store_health() and store_why() then say more.
 * Inside a transaction the first error (but ENOENT) spoils it: nothing more is written, store_commit() gives that error again.
 * After a failed store_commit() nothing was written; only if its fsync failed and the machine went down at once may it be
 * found after all, so write twice what must not be lost, under the same keys.
 * A write that works again takes STORE_FULL, _BUSY, _READ_ONLY and _FAILING back; STORE_CORRUPT only store_check() does. */
enum store_health { STORE_FINE, STORE_FULL, STORE_CORRUPT, STORE_READ_ONLY, STORE_BUSY, STORE_FAILING /* the disk gives errors */ };
/* E_SYSTEM, E_VERSION (file of a newer program; of an older one and read_only), E_SYNTAX (a store, but corrupt), E_UNSUPPORTED
 * (no store of ours, no file; a network file system): *at says which file and what. A corrupt file is moved aside by
 * store_rescue(), never by opening, and what is not ours is not touched at all;
 * opening reads little, so call store_check() at start. Older schemas are migrated forward in one transaction. A ballast that
 * cannot be made does not fail the opening: store_health() says STORE_FULL. */
MUST_CHECK int store_open(const char *path, const struct store_options *o, struct store **out, struct err_at *at);
void store_close(struct store **s);
/* Moves a corrupt file (and its -wal, -shm) to PATH.corrupt-TIME; what can be read is copied into a new file, which takes the
 * path in one rename. at->text then says how much. Nobody else may have the file open. */
MUST_CHECK int store_rescue(const char *path, struct wall now, struct err_at *at);
enum store_health store_health(const struct store *s);   /* as the last call found it */
const char *store_why(const struct store *s);            /* one line for a log */
MUST_CHECK int store_check(struct store *s);             /* quick_check: E_OK, or E_SYNTAX when corrupt */
MUST_CHECK int store_backup(struct store *s, const char *to_path);      /* while running, outside a transaction; whole or not there. Takes its time: another thread's store */
bool store_drop_ballast(struct store *s);                /* on STORE_FULL; false: there was none left */
MUST_CHECK int store_restore_ballast(struct store *s);

MUST_CHECK int store_begin(struct store *s);
MUST_CHECK int store_commit(struct store *s);
void store_rollback(struct store *s);

/* ---- zones ---- */
struct zone_row {                       /* the state of one watched (name, type) */
	const char *zone;               /* "example.com." */
	const char *word;               /* verdict id: "ok", "at-risk", ...; "new" before the first check */
	const char *finding;            /* headline finding id; "" none */
	const char *scope;              /* zone (or servers) at fault; "" */
	const char *security;           /* "secure", ... */
	struct wall since;              /* of word and finding */
	struct wall checked_at;         /* last whole check (flushed now and then; every change writes it) */
	struct wall breaks_at;          /* WALL_NEVER none */
	struct wall next_at;            /* when the next check is due */
	const char *fingerprint;        /* hex of the snapshot's; "" none. Written as NULL or "": stays as it is */
	const char *doc;                /* what foresee/summary.h says of the last look; "" none. Written as NULL or "": stays as it is */
	const char *tags, *owner;       /* as watched, from the configuration or by command; tags with spaces between; "" */
	bool unwatched;                 /* no longer in the configuration; kept for its history */
};
MUST_CHECK int store_put_zone(struct store *s, const struct zone_row *z);
/* For many zones that did not change, in one transaction: only checked_at, breaks_at and next_at, and doc where there is one (that
 * rewrites the row: seldom). A zone never put is passed over. Call it seldom, with many: 10,000 at once write 0.5 MB, one by one 4 kB each. */
MUST_CHECK int store_touch_zones(struct store *s, const struct zone_row *z, size_t n);
typedef LIST(struct zone_row) zone_rows;
MUST_CHECK int store_zone(struct store *s, struct arena *a, const char *zone, struct zone_row *out, bool *found);
/* NULL, "", 0: any. worst_first: servfail, degraded, at-risk, unknown, others, ok; then by breaks_at. Pages: after_zone is the
 * last of the page before. */
struct zone_query { const char *word, *finding, *after_zone; uint32_t limit; bool worst_first, watched_only; };
MUST_CHECK int store_zones(struct store *s, struct arena *a, const struct zone_query *q, zone_rows *out);
/* Names added by `zones add`, with the tags and owner given there (JSON object text of expectations; "" none). */
struct watched_row { const char *zone; const char *tags; const char *owner; const char *expect; struct wall added_at; };
typedef LIST(struct watched_row) watched_rows;
/* Both count up the fact "watched-changes" with what they change: call them inside a transaction. */
MUST_CHECK int store_watch(struct store *s, const struct watched_row *w);
MUST_CHECK int store_unwatch(struct store *s, const char *zone, bool *was_there);
MUST_CHECK int store_watched(struct store *s, struct arena *a, watched_rows *out);
/* The same wishes: zone and added_at are not compared. */
bool watched_row_same(const struct watched_row *a, const struct watched_row *b);
MUST_CHECK int store_watched_zone(struct store *s, struct arena *a, const char *zone, struct watched_row *out, bool *found);

/* ---- history: a row only on change ---- */
struct history_row {
	int64_t id; const char *zone;
	struct wall from, to;           /* first and last seen; to grows by store_extend() */
	const char *fingerprint;        /* hex */
	const char *word, *finding;
	const char *snapshot; size_t snapshot_len;      /* text (foresee/snapshot.h); kept compressed. NULL: lost in a rescue */
	const char *evidence; size_t evidence_len;      /* file text; NULL in lists; kept compressed */
};
MUST_CHECK int store_add_history(struct store *s, const struct history_row *h, int64_t *id);
MUST_CHECK int store_extend(struct store *s, int64_t id, struct wall to);
/* The row in force at the moment (the last with from <= at), with evidence. */
MUST_CHECK int store_history_at(struct store *s, struct arena *a, const char *zone, struct wall at, struct history_row *out, bool *found);
typedef LIST(struct history_row) history_rows;
/* Rows whose to >= since, oldest first, without evidence; at most limit (the newest). */
MUST_CHECK int store_history(struct store *s, struct arena *a, const char *zone, struct wall since, uint32_t limit, history_rows *out);
/* Signatures as they were first seen, for cadence (INCIDENTS 4.5). */
struct sig_row { const char *zone; const char *rrset; /* "SOA", "DNSKEY", ... */ uint16_t key_tag; uint8_t algorithm; struct wall inception, expiration, first_seen; };
typedef LIST(struct sig_row) sig_rows;
MUST_CHECK int store_add_sig(struct store *s, const struct sig_row *r);         /* one already there stays; of an RRset the newest LIMIT_SIGS_KEPT are kept */
MUST_CHECK int store_sigs(struct store *s, struct arena *a, const char *zone, uint32_t limit_per_rrset, sig_rows *out);    /* oldest first */

/* Serials as they were first seen at each server, for lag (INCIDENTS 4.3); the newest LIMIT_SERIALS_KEPT of each are kept. */
struct serial_row { const char *zone; const char *addr; /* "192.0.2.1" */ uint32_t serial; struct wall first_seen; };
typedef LIST(struct serial_row) serial_rows;
MUST_CHECK int store_add_serial(struct store *s, const struct serial_row *r);
MUST_CHECK int store_serials(struct store *s, struct arena *a, const char *zone, serial_rows *out);     /* oldest first */

/* ---- events: what happened, for people and machines; ids only grow ---- */
struct event_row {
	int64_t id; struct wall at; const char *zone; const char *kind;        /* "ds-changed", "verdict", "incident-opened", ... */
	const char *severity; bool expected; const char *before, *after, *text; const char *incident;   /* "" none */
};
typedef LIST(struct event_row) event_rows;
MUST_CHECK int store_add_event(struct store *s, const struct event_row *e, int64_t *id);
/* after_id: the last of the page before (0: from the beginning), in the order asked for. */
struct event_query { const char *zone, *incident; int64_t after_id; uint32_t limit; bool newest_first; };
MUST_CHECK int store_events(struct store *s, struct arena *a, const struct event_query *q, event_rows *out);

/* ---- incidents ---- */
struct incident_row {
	const char *id;                 /* 26 characters (ULID) */
	const char *dedup_key;          /* stable over restarts and duplicates */
	const char *finding, *scope;    /* the cause, and the zone or servers where it must be mended */
	const char *word, *severity;    /* verdict id; finding severity */
	const char *state;              /* "open", "resolved" */
	struct wall opened_at, changed_at, resolved_at; /* WALL_NEVER while open */
	struct wall since;              /* when the fault began, as far as the evidence shows it */
	uint32_t n_zones;
	const char *text;               /* the sentence */
	const char *doc;                /* JSON: struct alert as last told (alert/alert.h) */
	struct wall acked_at; const char *acked_by;     /* WALL_NEVER, "" */
	struct wall muted_until;        /* WALL_NEVER: not muted; a past moment: no longer */
	uint32_t reminders; struct wall told_at;        /* last message; WALL_NEVER */
	bool flapping;
};
typedef LIST(struct incident_row) incident_rows;
MUST_CHECK int store_put_incident(struct store *s, const struct incident_row *i);        /* not acked_*, muted_*: those are people's */
MUST_CHECK int store_ack(struct store *s, const char *id, const char *by, struct wall at, bool *found);
MUST_CHECK int store_mute(struct store *s, const char *id, struct wall until, bool *found);
MUST_CHECK int store_incident(struct store *s, struct arena *a, const char *id, struct incident_row *out, bool *found);
struct incident_query { const char *state, *zone, *after_id; uint32_t limit; };          /* newest first; zone: is or was in it */
MUST_CHECK int store_incidents(struct store *s, struct arena *a, const struct incident_query *q, incident_rows *out);
MUST_CHECK int store_incident_zone(struct store *s, const char *incident, const char *zone, struct wall at, bool in);     /* joins or leaves */
typedef LIST(const char *) store_names;
MUST_CHECK int store_incident_zones(struct store *s, struct arena *a, const char *incident, uint32_t limit, store_names *out);    /* those that are in, by name */
/* Name patterns (a zone, "*.example.", a tag as "tag:prod") that are silent until a moment; maintenance windows. */
struct mute_row { int64_t id; const char *pattern; struct wall from, until; const char *why; };
typedef LIST(struct mute_row) mute_rows;
MUST_CHECK int store_add_mute(struct store *s, const struct mute_row *m, int64_t *id);
MUST_CHECK int store_end_mute(struct store *s, int64_t id, struct wall at, bool *found);
MUST_CHECK int store_mutes(struct store *s, struct arena *a, struct wall at, mute_rows *out);     /* in force at that moment; WALL_NEVER: all */

/* ---- outbox ---- */
struct outbox_row {
	int64_t id; const char *incident, *channel;
	const char *kind;               /* "opened", "changed", "reminder", "resolved", "digest", "test" */
	const char *dedup_key;          /* the same for every try and every duplicate */
	const char *alert;              /* JSON of struct alert */
	struct wall created_at, due_at; uint32_t tries;
	const char *state;              /* "waiting", "sent", "dead" */
	const char *last_error; const char *remote_ref; /* Slack's ts, a Message-ID: to edit or thread; "" */
};
typedef LIST(struct outbox_row) outbox_rows;
MUST_CHECK int store_add_outbox(struct store *s, const struct outbox_row *o, int64_t *id);        /* inside the transaction of the state change */
MUST_CHECK int store_outbox_due(struct store *s, struct arena *a, struct wall now, uint32_t limit, outbox_rows *out);
/* Above: oldest first. A row waits for older ones of its incident and channel that are not due yet; the limit is shared fairly by the
 * channels. Below: state "waiting" is another try, due then; counts one try; remote_ref "" or NULL keeps what was there. */
MUST_CHECK int store_outbox_done(struct store *s, int64_t id, const char *state, struct wall at, struct wall due_at, const char *error, const char *remote_ref);
struct outbox_depth { uint32_t waiting, dead; struct wall oldest; };
MUST_CHECK int store_outbox_depth(struct store *s, struct outbox_depth *out);
MUST_CHECK int store_outbox(struct store *s, struct arena *a, const char *state, uint32_t limit, outbox_rows *out);       /* newest first; NULL, 0: any */
/* What a channel called the first message of an incident ("" none). */
MUST_CHECK int store_remote_ref(struct store *s, struct arena *a, const char *incident, const char *channel, const char **out);
/* Those for which there was a message of the incident, by name. */
MUST_CHECK int store_told_channels(struct store *s, struct arena *a, const char *incident, store_names *out);

/* ---- facts of the process itself ---- */
MUST_CHECK int store_set(struct store *s, const char *key, const char *value);
MUST_CHECK int store_get(struct store *s, struct arena *a, const char *key, const char **value);         /* NULL: not there */
/* Deletes what is older (0: keeps all); never the last history row of a zone, never an open incident or what was told of it,
 * never a waiting outbox row. resolved_s also holds for mutes that are over,
 * sigs_s for serials (never a server's last). Outside a transaction it takes many small ones. */
struct retention { int64_t history_s, events_s, resolved_s, sent_s, sigs_s; };
MUST_CHECK int store_prune(struct store *s, struct wall now, const struct retention *r);
