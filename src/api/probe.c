/* probe -- one check as metrics, in the manner of blackbox_exporter: /probe?target=example.com&type=SOA. */
#include "api/exposition.h"
#include "api/inside.h"
#include "api/run.h"
#include "api/zone_series.h"
#include "base/limits.h"
#include "dns/types.h"
#include "foresee/snapshot.h"
#include <errno.h>
#include <string.h>

struct probed { struct exposition x; const struct check_result *result; const struct snapshot *seen; struct summary summary; };

/* Resolvers get an answer: also where a few servers fail, or only later. A name that is proven not to exist is sound DNS, but
 * whoever watches it has lost it, or never wrote it rightly. */
static bool is_success(const struct verdict *v)
{
	return verdict_exit(v->word) < verdict_exit(VERDICT_SERVFAIL) && v->rcode == RCODE_NOERROR;
}

static void tell_verdict(struct probed *p)
{
	const struct verdict *v = p->result->verdict;
	exposition_family(&p->x, "probe_success", "gauge", "1 when validating resolvers get an answer; 0 also for NXDOMAIN.");
	exposition_int(&p->x, NULL, is_success(v));
	exposition_family(&p->x, "probe_dns_rcode", "gauge", "Response code a validating resolver gives: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN.");
	exposition_int(&p->x, NULL, v->rcode);
	exposition_family(&p->x, "probe_duration_seconds", "gauge", "How long the check took.");
	exposition_ms(&p->x, NULL, p->result->wall_ms);
	exposition_family(&p->x, "dnsvigil_zone_status", "gauge", "0 OK, 1 AT RISK or DEGRADED, 2 SERVFAIL, 3 UNKNOWN or not looked at yet.");
	exposition_int(&p->x, LABELS({ "zone", p->seen->zone }), verdict_exit(v->word));
	exposition_family(&p->x, "dnsvigil_zone_info", "gauge", ZONE_INFO_HELP);
	zone_info_tell(&p->x, p->seen->zone, status_text(v->security), &p->summary);
	if (v->breaks_at.s == WALL_NEVER.s)
		return;
	exposition_family(&p->x, "dnsvigil_chain_break_timestamp_seconds", "gauge",
			  "When validation of the zone breaks if nobody does anything; absent where no such moment is seen.");
	exposition_int(&p->x, LABELS({ "zone", p->seen->zone }), v->breaks_at.s);
}

/* Root and companions count as much as the rest: each finding once for each time it was made. */
static void tell_findings(struct probed *p)
{
	uint32_t n[FINDING_KINDS][SEVERITY_CRITICAL + 1] = { 0 };
	const struct verdict *v = p->result->verdict;
	for (uint32_t i = 0; i < v->findings.n; i++)
		n[v->findings.at[i].id][v->findings.at[i].severity]++;
	exposition_family(&p->x, "dnsvigil_findings", "gauge", "Findings of this check.");
	for (int id = 0; id < FINDING_KINDS; id++)
		for (int s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
			if (n[id][s] > 0)
				exposition_int(&p->x, LABELS({ "severity", severity_text((enum severity)s) }, { "code", finding_kind((enum finding_id)id)->id }),
					       n[id][s]);
}

static void tell_zone(struct probed *p)
{
	for (int i = 0; i < N_ZONE_SERIES; i++) {
		exposition_family(&p->x, zone_series[i].name, "gauge", zone_series[i].help);
		zone_series[i].tell(&p->x, p->seen->zone, &p->summary);
	}
}

static void tell(struct request *r, struct run *run)
{
	const char *accept = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Accept");
	const struct check_result *result = check_result(run->check);
	struct budget budget = *result->budget;
	struct judgement j = { .tree = result->tree, .crypto = run->crypto, .budget = &budget, .arena = r->arena };
	struct probed p = { .result = result, .seen = snapshot_make(r->arena, &j, result->verdict, NULL, run->at) };
	summary_of(r->arena, p.seen, &p.summary);
	exposition_init(&p.x, &r->reply.body, accept != NULL && strstr(accept, "application/openmetrics-text") != NULL);
	tell_verdict(&p);
	tell_findings(&p);
	tell_zone(&p);
	exposition_end(&p.x);
	r->reply.type = exposition_type(&p.x);
	r->reply.no_etag = true;
}

static bool take_place(struct request *r)
{
	if (__atomic_add_fetch(&r->api->checks, 1, __ATOMIC_SEQ_CST) <= LIMIT_API_CHECKS)
		return true;
	__atomic_sub_fetch(&r->api->checks, 1, __ATOMIC_SEQ_CST);
	problem(r, 503, "busy", "Enough checks are running", "At most 4 probes run at once.", NULL);
	r->reply.retry_after_s = LIMIT_WALL_MS / 1000;
	return false;
}

static void give_place(struct request *r)
{
	__atomic_sub_fetch(&r->api->checks, 1, __ATOMIC_SEQ_CST);
}

void route_probe(struct request *r)
{
	const char *target = query_of(r, "target"), *type_word = query_of(r, "type");
	const uint8_t *name;
	uint16_t type = TYPE_SOA;
	struct run run;
	if (name_asked(r, target != NULL ? target : "", NULL, &name) == NULL)
		return;
	if (type_word != NULL && !type_asked(r, type_word, NULL, &type))
		return;
	if (!take_place(r))
		return;
	if (run_check(&r->api->o.base, name, type, &r->api->stopping, &run)) {
		tell(r, &run);
		run_end(&run);
	} else {
		problem(r, 503, "sockets", "The check could not be run", strerror(errno), NULL);
		r->reply.retry_after_s = 5;
	}
	give_place(r);
}
