/* outlook -- what memory can foresee and one look can not (INCIDENTS.md 4): doomed changes by time-machine validation, a
 * signer that has stopped, a secondary that lags and will expire, a CDS the parent ignores, rollovers followed step by step,
 * TTLs that grew. Pure: history in, findings out (rows of findings_memory.def). */
#pragma once
#include "foresee/snapshot.h"

struct past { struct wall from, to; const struct snapshot *s; };        /* seen unchanged from..to; the last one's `to` is now */
struct sig_seen { const char *rrset; uint16_t tag; uint8_t algorithm; struct wall inception, expiration, first_seen; };
struct serial_seen { struct addr addr; uint32_t serial; struct wall first_seen; };
struct history {
	const char *zone;
	LIST(struct past) pasts;        /* oldest first; the last is the present */
	LIST(struct sig_seen) sigs;     /* oldest first within each rrset */
	LIST(struct serial_seen) serials;       /* oldest first; a row when a server shows another serial than before. May be empty:
						 * then only the serials in `pasts` tell of lag, coarsely */
	int64_t poll_s;                 /* how often we look */
};
enum { WINDOWS_MAX = 64 };
struct window { int64_t from_s, until_s; };     /* half-open; INT64_MAX: without end */
struct windows { struct window at[WINDOWS_MAX]; unsigned n; bool more; };

/* ---- time machine: the interval algebra of INCIDENTS 3.3, over version lists ---- */
enum { TM_VERSIONS_MAX = 16, TM_KEYS_MAX = 32 };
typedef uint32_t key_set;               /* bit i: key i of the history; at most TM_KEYS_MAX distinct keys */
struct tm_ds { int64_t from_s, to_s; uint32_t ttl_s; bool absent; key_set keys; };               /* to_s INT64_MAX: still so */
struct tm_ns { int64_t from_s, to_s; uint32_t ttl_s; unsigned provider; };
struct tm_zone { int64_t from_s, to_s; unsigned provider; bool no_dnskey; key_set published, sign_keys, sign_data; uint32_t dnskey_ttl_s; };
struct tm_lame { unsigned provider; int64_t from_s, to_s; };    /* no server of the provider answers with authority */
struct tm_profile { const char *name; uint32_t cap_s; bool recheck; /* an unsigned zone is proved anew from a fresh DS (BIND) */
		    bool hold_is_ttl; uint32_t hold_s; /* of a failed DNSKEY set: its TTL (BIND), seconds (Unbound 60), or max of both (envelope) */ };
extern const struct tm_profile tm_bind, tm_unbound, tm_envelope;
struct tm_world {
	LIST(struct tm_ds) ds; LIST(struct tm_ns) ns; LIST(struct tm_zone) zones; LIST(struct tm_lame) lame;
	uint32_t parent_delay_s, child_delay_s;         /* Dp, Dc */
};
/* The instants at which some resolver that holds a reachable mix of versions fails. */
void tm_fail_windows(const struct tm_world *w, const struct tm_profile *p, struct windows *out);
/* Of these, the instants at which no reachable mix is good: every resolver fails. */
void tm_certain_windows(const struct tm_world *w, const struct tm_profile *p, struct windows *out);
/* Share of busy resolvers that fail at an instant: deterministic event-driven simulation of n resolvers (INCIDENTS 3.4). */
double tm_share_failing(const struct tm_world *w, const struct tm_profile *p, int64_t at_s, unsigned n_resolvers);
/* The same for many instants at once, and what a resolver loses in all. */
enum { TM_MARKS_MAX = 96 };
struct tm_course {
	int64_t until_s;                /* given: outages are counted up to here */
	unsigned n_marks; int64_t mark_s[TM_MARKS_MAX];        /* given, ascending */
	double share[TM_MARKS_MAX];     /* failing at each mark */
	double mean_outage_s;           /* seconds of failure of one resolver, on the average */
	double hit;                     /* share that fails at all */
};
void tm_course_run(const struct tm_world *w, const struct tm_profile *p, unsigned n_resolvers, struct tm_course *c);

/* ---- cadence (INCIDENTS 4.5) ---- */
enum cadence_word { CADENCE_COLD /* too little history */, CADENCE_IN_TIME, CADENCE_LATE /* margin below its own low-water mark */, CADENCE_STOPPED /* and the period is over */ };
struct cadence { enum cadence_word word; unsigned cycles; int64_t low_water_s, slack_s, period_max_s, margin_s; struct wall alert_at; };
void cadence_of(const struct sig_seen *sigs, unsigned n, int64_t poll_s, struct wall at, struct cadence *out);

/* ---- the ladder: which rung a deadline stands on ---- */
struct ladder {
	int64_t rungs_s[8]; unsigned n; double warn_fraction, critical_fraction;
	int64_t cds_ignored_s;          /* a CDS that the parent has not acted on for longer is told; 0: 3 days */
};
/* Index of the smallest rung not below the distance; n when it is further away than all. */
unsigned ladder_rung(const struct ladder *l, int64_t distance_s);

struct outlook {
	LIST(struct finding) findings;  /* sentence and fix filled in; severity as it is now */
	struct wall breaks_at;          /* earliest certain trouble: signatures of the whole chain per server, SOA EXPIRE, windows; WALL_NEVER */
	struct wall heals_at;           /* end of fail windows that are running now; WALL_NEVER */
	bool watch_closely;             /* a rollover or a change is in flight: look every 60 s */
	bool habits_known;              /* of those who sign DNSKEY and SOA: signer-late and signer-stopped then stand for the fixed margin
					 * of one look, whose sig-expires-soon need not be told */
	int64_t poll_s;                 /* how soon to look again; 0: as configured */
};
/* history's last entry is the present. */
void outlook_make(struct arena *a, const struct history *h, const struct ladder *l, struct wall at, struct outlook *out);
/* Marks the changes that belong to a rollover in proper order (published -> DS seen -> old retired, with the waits of RFC 7583). */
void rollover_explain(struct arena *a, const struct history *h, changes *c);
