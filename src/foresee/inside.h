/* inside -- what the files of foresee/ share: how a finding of memory is told, and the parts that outlook_make() puts
 * together. Not for other rooms. */
#pragma once
#include "foresee/outlook.h"

/* A finding of this kind for the history's zone, all else at its defaults; the caller sets detail, when, number... */
struct finding outlook_finding(struct arena *a, const struct history *h, enum finding_id id);
/* Fills in text, fix and avoid and takes it up; breaks_at moves forward to f.when where `breaks`. */
void outlook_tell(struct arena *a, struct wall at, struct outlook *out, struct finding f);

/* Each looks at one side of the history and adds its findings; the moment is `at`, or when the zone was last seen if that was
 * before: what was not looked at is not held against the zone. */
void outlook_doomed(struct arena *a, const struct history *h, struct wall at, struct outlook *out);     /* time machine: heals_at, share */
void outlook_cadence(struct arena *a, const struct history *h, struct wall at, struct outlook *out);    /* signer-late, signer-stopped, SOA EXPIRE */
void outlook_lag(struct arena *a, const struct history *h, struct wall at, struct outlook *out);        /* secondaries */
void outlook_cds(struct arena *a, const struct history *h, struct wall at, struct outlook *out);        /* the parent that does not act; delete */
void outlook_rollover(struct arena *a, const struct history *h, struct wall at, struct outlook *out);   /* in flight, tags, TTLs, age */

const struct snapshot *history_now(const struct history *h);            /* the present; NULL without any */
struct wall history_seen(const struct history *h, struct wall at);      /* `at`, but not later than the present was last seen */
