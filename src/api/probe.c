/* probe -- one check as metrics, in the manner of blackbox_exporter: /probe?target=example.com&type=SOA. */
#include "api/exposition.h"
#include "api/inside.h"
#include "check/check.h"
#include "dns/types.h"
#include "foresee/snapshot.h"
#include <string.h>

struct probed { struct exposition x; const struct check_result *result; const struct snapshot *seen; };

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
	exposition_family(&p->x, "dnsvigil_zone_info", "gauge", "1; security is that of RFC 4035: secure, insecure, bogus, indeterminate.");
	exposition_int(&p->x, LABELS({ "zone", p->seen->zone }, { "security", status_text(v->security) }), 1);
	if (v->breaks_at.s == WALL_NEVER.s)
		return;
	exposition_family(&p->x, "dnsvigil_chain_break_timestamp_seconds", "gauge",
			  "When validation of the zone breaks if nobody does anything; absent where no such moment is seen.");
	exposition_int(&p->x, LABELS({ "zone", p->seen->zone }), v->breaks_at.s);
}

static void tell_servers(struct probed *p)
{
	char addr[ADDR_TEXT_MAX];
	exposition_family(&p->x, "dnsvigil_nameserver_up", "gauge", "1 for each address of the zone's own servers that answered.");
	for (uint32_t i = 0; i < p->seen->servers.n; i++) {
		const struct snap_server *s = &p->seen->servers.at[i];
		if (s->asked)
			exposition_int(&p->x, LABELS({ "ns", s->names.n > 0 ? s->names.at[0] : "" }, { "address", addr_text(&s->addr, addr) }), s->answered);
	}
	exposition_family(&p->x, "dnsvigil_zone_serial", "gauge", "Serial of the SOA record each address serves.");
	for (uint32_t i = 0; i < p->seen->servers.n; i++) {
		const struct snap_server *s = &p->seen->servers.at[i];
		if (s->has_serial)
			exposition_int(&p->x, LABELS({ "ns", s->names.n > 0 ? s->names.at[0] : "" }, { "address", addr_text(&s->addr, addr) }), s->serial);
	}
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

/* What ends first on any server. "www.example.com. A" is the question's own. */
static void tell_expirations(struct probed *p)
{
	static const char *const types[] = { "DNSKEY", "SOA", "NS", "NSEC", "NSEC3" };
	exposition_family(&p->x, "dnsvigil_rrsig_expiration_timestamp_seconds", "gauge", "When the first signature over this type's records ends.");
	for (unsigned t = 0; t < sizeof types / sizeof types[0]; t++) {
		struct wall first = WALL_NEVER;
		for (uint32_t i = 0; i < p->seen->servers.n; i++)
			for (uint32_t k = 0; k < p->seen->servers.at[i].sigs.n; k++) {
				const struct snap_sig *s = &p->seen->servers.at[i].sigs.at[k];
				if (strcmp(s->rrset, types[t]) == 0 && s->expiration.s < first.s)
					first = s->expiration;
			}
		if (first.s != WALL_NEVER.s)
			exposition_int(&p->x, LABELS({ "zone", p->seen->zone }, { "rrtype", types[t] }), first.s);
	}
}

static void tell_ds(struct probed *p)
{
	uint32_t n[2] = { 0 };
	for (uint32_t i = 0; i < p->seen->parents.n; i++) {
		const struct snap_parent *parent = &p->seen->parents.at[i];
		uint32_t here[2] = { 0 };
		for (uint32_t k = 0; k < parent->ds.n; k++)
			here[parent->ds.at[k].matched]++;
		for (int m = 0; m < 2; m++)
			n[m] = here[m] > n[m] ? here[m] : n[m];
	}
	exposition_family(&p->x, "dnsvigil_ds_keys", "gauge", "DS records at the parent: those that name a key served, and those that name none.");
	exposition_int(&p->x, LABELS({ "match", "true" }), n[1]);
	exposition_int(&p->x, LABELS({ "match", "false" }), n[0]);
}

static void tell(struct request *r, struct run *run)
{
	const char *accept = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Accept");
	const struct check_result *result = check_result(run->check);
	struct budget budget = *result->budget;
	struct judgement j = { .tree = result->tree, .crypto = run->crypto, .budget = &budget, .arena = r->arena };
	struct probed p = { .result = result, .seen = snapshot_make(r->arena, &j, result->verdict, NULL, run->at) };
	exposition_init(&p.x, &r->reply.body, accept != NULL && strstr(accept, "application/openmetrics-text") != NULL);
	tell_verdict(&p);
	tell_servers(&p);
	tell_findings(&p);
	tell_expirations(&p);
	tell_ds(&p);
	exposition_end(&p.x);
	r->reply.type = exposition_type(&p.x);
	r->reply.no_etag = true;
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
	if (!run_check(r, name, type, &run))
		return;
	tell(r, &run);
	run_end(r, &run);
}
