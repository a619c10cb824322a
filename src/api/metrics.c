/* metrics -- the observer and its zones for Prometheus (UX.md 3). Moments are told as moments, so that what is left of them is
 * right when it is asked for and not when it was scraped. */
#include "api/exposition.h"
#include "api/inside.h"
#include "api/zone_series.h"
#include "base/limits.h"
#include "judge/judge.h"
#include <ctype.h>
#include <string.h>

struct told {
	struct exposition x;
	struct vitals v;
	zone_rows zones;
	LIST(struct summary) seen;      /* of the first zones */
	struct outbox_depth outbox;
	uint32_t incidents[SEVERITY_CRITICAL + 1];
	bool store_up;
};

static int status_of(const char *word)
{
	for (int w = VERDICT_OK; w <= VERDICT_UNKNOWN; w++)
		if (strcmp(verdict_id((enum verdict_word)w), word) == 0)
			return verdict_exit((enum verdict_word)w);
	return verdict_exit(VERDICT_UNKNOWN);
}

static const char *known_word(const char *word)
{
	for (int w = VERDICT_OK; w <= VERDICT_UNKNOWN; w++)
		if (strcmp(verdict_id((enum verdict_word)w), word) == 0)
			return verdict_id((enum verdict_word)w);
	return "new";
}

static void tell_statuses(struct told *t)
{
	exposition_family(&t->x, "dnsvigil_zone_status", "gauge", "0 OK, 1 AT RISK or DEGRADED, 2 SERVFAIL, 3 UNKNOWN or not looked at yet.");
	for (uint32_t i = 0; i < t->zones.n; i++)
		exposition_int(&t->x, LABELS({ "zone", t->zones.at[i].zone }), status_of(t->zones.at[i].word));
	exposition_family(&t->x, "dnsvigil_zone_state", "gauge", "1 for the verdict the zone has.");
	for (uint32_t i = 0; i < t->zones.n; i++)
		exposition_int(&t->x, LABELS({ "zone", t->zones.at[i].zone }, { "state", known_word(t->zones.at[i].word) }), 1);
	const struct summary none = summary_none();
	exposition_family(&t->x, "dnsvigil_zone_info", "gauge", ZONE_INFO_HELP);
	for (uint32_t i = 0; i < t->zones.n; i++)
		zone_info_tell(&t->x, t->zones.at[i].zone, t->zones.at[i].security, i < t->seen.n ? &t->seen.at[i] : &none);
}

static bool is_moment(struct wall w)
{
	return w.s > 0 && w.s != WALL_NEVER.s;
}

static void tell_moments(struct told *t)
{
	exposition_family(&t->x, "dnsvigil_zone_last_check_timestamp_seconds", "gauge", "When the zone was last looked at.");
	for (uint32_t i = 0; i < t->zones.n; i++)
		if (is_moment(t->zones.at[i].checked_at))
			exposition_int(&t->x, LABELS({ "zone", t->zones.at[i].zone }), t->zones.at[i].checked_at.s);
	exposition_family(&t->x, "dnsvigil_chain_break_timestamp_seconds", "gauge",
			  "When validation of the zone breaks if nobody does anything; absent where no such moment is seen.");
	for (uint32_t i = 0; i < t->zones.n; i++)
		if (is_moment(t->zones.at[i].breaks_at))
			exposition_int(&t->x, LABELS({ "zone", t->zones.at[i].zone }), t->zones.at[i].breaks_at.s);
}

/* Of the worst zones, as many as one target should have samples. */
static void read_summaries(struct request *r, struct told *t)
{
	enum { FIXED = 1000, OF_EACH = 5 };
	uint32_t n = FIXED + OF_EACH * t->zones.n;
	for (uint32_t i = 0; i < t->zones.n; i++) {
		struct summary s;
		/* One not looked at yet keeps its place in the list. */
		if (summary_read(r->arena, t->zones.at[i].doc, &s) && (n += zone_series_count(&s)) > LIMIT_METRICS_SERIES)
			return;
		list_push(r->arena, &t->seen, s);
	}
}

static void tell_series(struct told *t)
{
	for (int k = 0; k < N_ZONE_SERIES; k++) {
		exposition_family(&t->x, zone_series[k].name, "gauge", zone_series[k].help);
		for (uint32_t i = 0; i < t->seen.n; i++)
			zone_series[k].tell(&t->x, t->zones.at[i].zone, &t->seen.at[i]);
	}
}

/* Ids of the one table only: what a newer program wrote is "other". */
static void tell_findings(struct told *t)
{
	uint32_t n[FINDING_KINDS] = { 0 }, others = 0;
	for (uint32_t i = 0; i < t->zones.n; i++) {
		enum finding_id id;
		if (*t->zones.at[i].finding == '\0')
			continue;
		if (finding_by_name(t->zones.at[i].finding, &id) != NULL)
			n[id]++;
		else
			others++;
	}
	exposition_family(&t->x, "dnsvigil_findings", "gauge", "Zones whose verdict is about this finding.");
	for (int id = 0; id < FINDING_KINDS; id++) {
		const struct finding_kind *k = finding_kind((enum finding_id)id);
		if (n[id] > 0)
			exposition_int(&t->x, LABELS({ "severity", severity_text(k->severity) }, { "code", k->id }), n[id]);
	}
	if (others > 0)
		exposition_int(&t->x, LABELS({ "severity", severity_text(SEVERITY_WARNING) }, { "code", "other" }), others);
}

static void tell_sums(struct told *t)
{
	exposition_family(&t->x, "dnsvigil_zones", "gauge", "Watched zones by verdict.");
	for (int w = VERDICT_OK; w <= VERDICT_UNKNOWN; w++)
		exposition_int(&t->x, LABELS({ "state", verdict_id((enum verdict_word)w) }), t->v.words[w]);
	exposition_int(&t->x, LABELS({ "state", "new" }), t->v.unseen);
	exposition_family(&t->x, "dnsvigil_incidents_open", "gauge", "Open incidents by severity.");
	for (int s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
		exposition_int(&t->x, LABELS({ "severity", severity_text((enum severity)s) }), t->incidents[s]);
	exposition_family(&t->x, "dnsvigil_checks_total", "counter", "Looks by what they gave; inconclusive ones change nothing.");
	for (int w = VERDICT_OK; w <= VERDICT_UNKNOWN; w++)
		exposition_int(&t->x, LABELS({ "result", verdict_id((enum verdict_word)w) }), (int64_t)t->v.looks[w]);
	exposition_int(&t->x, LABELS({ "result", "inconclusive" }), (int64_t)t->v.inconclusive);
}

/* "NSEC3 hashes" as "nsec3-hashes". */
static const char *label_of(struct arena *a, const char *words)
{
	char *out = arena_text(a, words);
	for (char *c = out; *c != '\0'; c++)
		*c = *c == ' ' ? '-' : (char)tolower((unsigned char)*c);
	return out;
}

static void tell_costs(struct told *t)
{
	static const uint32_t bounds_us[VITALS_BUCKETS] = VITALS_BUCKETS_US;
	const struct histogram answers = { .bounds_us = bounds_us, .up_to = t->v.answers.up_to, .n_bounds = VITALS_BUCKETS, .n = t->v.answers.n,
					   .sum_us = t->v.answers.sum_us };
	exposition_histogram(&t->x, "dnsvigil_nameserver_query_duration_seconds", "How long the watched zones' own servers took to answer.", &answers);
	exposition_family(&t->x, "dnsvigil_budget_exceeded_total", "counter", "Looks that were ended by what one look may cost.");
	for (int k = 0; k < BUDGET_KINDS; k++)
		exposition_int(&t->x, LABELS({ "budget", label_of(t->x.out->arena, budget_kind_text((enum budget_kind)k)) }), (int64_t)t->v.limited[k]);
}

static void tell_notifications(struct told *t)
{
	exposition_family(&t->x, "dnsvigil_notifications_total", "counter", "Messages by kind of channel: taken, tried in vain, given up.");
	for (int k = 0; k < CHANNEL_KINDS; k++) {
		const char *channel = channel_kind_id((enum channel_kind)k);
		exposition_int(&t->x, LABELS({ "channel", channel }, { "result", "sent" }), (int64_t)t->v.delivered.sent[k]);
		exposition_int(&t->x, LABELS({ "channel", channel }, { "result", "failed" }), (int64_t)t->v.delivered.failed[k]);
		exposition_int(&t->x, LABELS({ "channel", channel }, { "result", "dead" }), (int64_t)t->v.delivered.dead[k]);
	}
}

static void tell_self(struct told *t)
{
	const struct vitals *v = &t->v;
	const struct { const char *name, *type, *help; int64_t value; } rows[] = {
		{ "dnsvigil_start_timestamp_seconds", "gauge", "When the observer was started.", v->started_at.s },
		{ "dnsvigil_zones_stale", "gauge", "Zones whose last look is older than two intervals.", v->stale },
		{ "dnsvigil_zones_not_shown", "gauge", "Watched zones beyond those told here one by one (the worst are).",
		  v->zones > t->zones.n ? (int64_t)v->zones - t->zones.n : 0 },
		{ "dnsvigil_zones_in_brief", "gauge", "Zones told one by one, but without their servers and signatures, for want of room.",
		  (int64_t)t->zones.n - t->seen.n },
		{ "dnsvigil_checks_in_flight", "gauge", "Looks under way.", v->in_flight },
		{ "dnsvigil_second_looks_total", "counter", "Looks over TCP before anything was told.", (int64_t)v->second_looks },
		{ "dnsvigil_checks_put_off_total", "counter", "Looks that had to wait for what per_server_qps allows.", (int64_t)v->put_off },
		{ "dnsvigil_questions_total", "counter", "DNS questions of all looks.", (int64_t)v->questions },
		{ "dnsvigil_questions_shared_total", "counter", "Questions answered by what another look had just asked.", (int64_t)v->shared_questions },
		{ "dnsvigil_signature_verifications_total", "counter", "Signatures verified.", (int64_t)v->verifies },
		{ "dnsvigil_scheduler_lag_seconds", "gauge", "How late the latest look was begun, or the one that waits longest is already.", v->lag_s },
		{ "dnsvigil_clock_offset_seconds", "gauge", "How far the system clock has moved against the one that only runs.", v->clock_offset_s },
		{ "dnsvigil_clock_suspect", "gauge", "1 while the clock is in doubt and looks tell nothing.", v->clock_suspect },
		{ "dnsvigil_network_blind", "gauge", "1 while the observer itself has no network.", v->blind },
		{ "dnsvigil_canaries_right", "gauge", "1 while the zones served inside the process are judged as they must be.", v->canaries_right },
		{ "dnsvigil_awake", "gauge", "1 after a whole round with all canaries right, lately; the dead-man ping says the same.", v->awake },
		{ "dnsvigil_store_in_memory", "gauge", "1 while the disk takes nothing and memory stands in.", v->store_in_memory },
		{ "dnsvigil_store_up", "gauge", "1 when the store could be read for this answer.", t->store_up },
		{ "dnsvigil_outbox_depth", "gauge", "Messages that wait to be delivered.", t->outbox.waiting },
		{ "dnsvigil_outbox_dead", "gauge", "Messages that were given up; kept until they are pruned.", t->outbox.dead },
		{ "dnsvigil_outbox_oldest_age_seconds", "gauge", "Age of the oldest message that waits; 0 none.",
		  t->outbox.waiting > 0 && is_moment(t->outbox.oldest) && v->now.s > t->outbox.oldest.s ? v->now.s - t->outbox.oldest.s : 0 },
	};
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		exposition_family(&t->x, rows[i].name, rows[i].type, rows[i].help);
		exposition_int(&t->x, NULL, rows[i].value);
	}
}

static bool count_incidents(struct request *r, struct told *t)
{
	incident_rows rows = { 0 };
	if (store_incidents(r->store, r->arena, &(struct incident_query){ .state = "open", .limit = LIMIT_METRICS_ZONES }, &rows) != E_OK)
		return false;
	for (uint32_t i = 0; i < rows.n; i++)
		for (int s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
			t->incidents[s] += strcmp(severity_text((enum severity)s), rows.at[i].severity) == 0;
	return true;
}

/* Without the store the rest is still told, and dnsvigil_store_up is 0: that is what an alert rule looks at. */
static bool read_store(struct request *r, struct told *t)
{
	struct zone_query q = { .limit = LIMIT_METRICS_ZONES, .worst_first = true, .watched_only = true };
	struct err_at at = { 0 };
	if (store_open(r->api->o.store_path, &(struct store_options){ .read_only = true }, &r->store, &at) != E_OK)
		return false;
	return store_zones(r->store, r->arena, &q, &t->zones) == E_OK && store_outbox_depth(r->store, &t->outbox) == E_OK && count_incidents(r, t);
}

void route_metrics(struct request *r)
{
	struct told t = { 0 };
	const char *accept = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Accept");
	exposition_init(&t.x, &r->reply.body, accept != NULL && strstr(accept, "application/openmetrics-text") != NULL);
	r->api->o.vitals(r->api->o.ctx, &t.v);
	t.store_up = read_store(r, &t);
	read_summaries(r, &t);
	exposition_family(&t.x, "dnsvigil_build_info", "gauge", "1; version is that of the program.");
	exposition_int(&t.x, LABELS({ "version", r->api->o.version }), 1);
	tell_self(&t);
	tell_sums(&t);
	tell_costs(&t);
	tell_notifications(&t);
	tell_findings(&t);
	tell_statuses(&t);
	tell_moments(&t);
	tell_series(&t);
	exposition_end(&t.x);
	r->reply.type = exposition_type(&t.x);
	r->reply.no_etag = true;
}
