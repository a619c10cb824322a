/* inside -- what the files of foresee/ share: how a finding of memory is told, and the parts that outlook_make() puts
 * together. Not for other rooms. */
#pragma once
#include "foresee/outlook.h"

/* A finding of this kind for the history's zone, all else at its defaults; the caller sets detail, when, number... */
struct finding outlook_finding(struct arena *a, const struct history *h, enum finding_id id);
/* Fills in text, fix and avoid and takes it up. */
void outlook_tell(struct arena *a, struct wall at, struct outlook *out, struct finding f);
void outlook_where(struct arena *a, struct finding *f, const struct snap_server *v, unsigned of);       /* it shows at this one of `of` servers */
void outlook_breaks(struct outlook *out, struct wall when);     /* breaks_at moves forward to it; begins as WALL_NEVER */

/* Each looks at one side of the history and adds its findings; the moment is `at`, or when the zone was last seen if that was
 * before: what was not looked at is not held against the zone. */
void outlook_doomed(struct arena *a, const struct history *h, struct wall at, struct outlook *out);     /* time machine: heals_at, share */
void outlook_cadence(struct arena *a, const struct history *h, struct wall at, struct outlook *out);    /* signer-late, signer-stopped, SOA EXPIRE */
void outlook_lag(struct arena *a, const struct history *h, struct wall at, struct outlook *out);        /* secondaries */
void outlook_cds(struct arena *a, const struct history *h, const struct ladder *l, struct wall at, struct outlook *out);        /* the parent that does not act; delete */
void outlook_rollover(struct arena *a, const struct history *h, struct wall at, struct outlook *out);   /* in flight, tags, TTLs, age */
/* outlook_ends.c: breaks_at of the whole chain per server, who ends first, whether habits are known; then, last, poll_s. */
void outlook_ends(struct arena *a, const struct history *h, const struct ladder *l, struct wall at, struct outlook *out);
void outlook_pace(const struct history *h, struct wall at, struct outlook *out);

const struct snapshot *history_now(const struct history *h);            /* the present; NULL without any */
struct wall history_seen(const struct history *h, struct wall at);      /* `at`, but not later than the present was last seen */

/* ---- windows: sorted, apart from each other ---- */
void windows_add(struct windows *w, int64_t from_s, int64_t until_s);   /* joins what touches; too many: the two nearest become one */
void windows_cut(struct windows *w, int64_t from_s, int64_t until_s);   /* takes this out */
const struct window *windows_at(const struct windows *w, int64_t at_s); /* the one that holds at_s, else NULL */
int64_t after_s(int64_t at_s, uint32_t wait_s);                         /* INT64_MAX stays without end */

/* ---- the mixes a resolver can reach ---- */
struct tm_mix {                 /* from the moment lo_s until hi_s some resolver can be in this state */
	const struct tm_ns *ns, *ns_data;       /* by which it fetched DNSKEY, by which it asks for data; ns alone: lame */
	const struct tm_ds *ds;                 /* NULL: lame */
	const struct tm_zone *keys, *data;      /* data NULL: the DNSKEY set itself fails; keys NULL: no DS, no keys needed, or lame */
	int64_t lo_s, hi_s;
	bool fails;
};
typedef void tm_mix_fn(const struct tm_mix *m, void *into);
void tm_each_mix(const struct tm_world *w, const struct tm_profile *p, tm_mix_fn *take, void *into);
bool tm_keys_accepted(const struct tm_ds *d, const struct tm_zone *k);          /* V(d,k) of INCIDENTS 3.2 */
bool tm_data_accepted(const struct tm_zone *k, const struct tm_zone *x);        /* W(k,x) */
uint32_t tm_hold_s(const struct tm_profile *p, const struct tm_zone *k);        /* how long a failed DNSKEY set is kept */

/* ---- a history as versions ---- */
struct tm_past {
	struct tm_world world;
	struct snap_key keys[TM_KEYS_MAX]; unsigned n_keys;     /* bit i of a key_set is keys[i]; newest first */
	bool crowded;                   /* more versions or keys than there is room for: the oldest are left out */
};
/* What of the history can still matter at `at`. sure: a version lived only from the first to the last time it was seen, so that
 * every mix found was really within reach; else up to the moment when another was seen instead, which foretells ends. */
struct tm_past *tm_past_make(struct arena *a, const struct history *h, struct wall at, bool sure);
const char *tm_key_words(struct arena *a, const struct tm_past *t, key_set keys);      /* "key 4711", "keys 4711, 815", "no key that was seen" */
/* Some resolver surely holds, at `at` or later, a mix that fails and is not what the servers give at present. */
bool tm_doomed(struct arena *a, const struct tm_past *sure, struct wall at);
bool tm_current_provider(const struct tm_world *w, unsigned provider);  /* an NS set of now leads to it */
