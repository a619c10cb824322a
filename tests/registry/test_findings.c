/* What follows from a registration: each state, and beside it the near-miss in which nothing is to be told. */
#include "registry/registry.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { DAY = 86400 };
static struct arena *arena;
static const struct wall now = { 1772366400 };
static const struct ladder ladder = { .rungs_s = { 30 * DAY, 14 * DAY, 7 * DAY, 3 * DAY, DAY }, .n = 5 };

static struct registration *registered(const char *domain, int64_t ends_in_s)
{
	struct registration *r = ARENA_NEW(arena, struct registration);
	*r = (struct registration){ .domain = domain, .found = true, .asked_at = { now.s - DAY / 2 }, .registered_at = WALL_NEVER,
				    .changed_at = WALL_NEVER, .expires_at = { now.s + ends_in_s }, .registrar = "" };
	return r;
}

static struct registration *with_status(const char *domain, uint32_t status)
{
	struct registration *r = registered(domain, 300 * DAY);
	r->status = status;
	return r;
}

static struct snap_ds ds(uint16_t tag)
{
	return (struct snap_ds){ .tag = tag, .algorithm = 13, .digest_type = 2, .digest = "8FC4" };
}

/* A past in which two parent servers tell the DS of this tag and these name servers. */
static void past(struct history *h, int64_t from_s, int64_t to_s, uint16_t tag, const char *ns)
{
	struct snapshot *s = ARENA_NEW(arena, struct snapshot);
	for (unsigned i = 0; i < 2; i++) {
		struct snap_parent p = { .answered = true, .ds_known = true, .ns_known = true };
		if (tag != 0)
			list_push(arena, &p.ds, ds(tag));
		list_push(arena, &p.ns, ns);
		list_push(arena, &s->parents, p);
	}
	list_push(arena, &h->pasts, (struct past){ { now.s + from_s }, { now.s + to_s }, s });
}

static struct history *history_of(const char *zone)
{
	struct history *h = ARENA_NEW(arena, struct history);
	h->zone = zone;
	return h;
}

static struct outlook judged_with(const struct history *h, const struct registrations *r)
{
	struct outlook out = { .breaks_at = WALL_NEVER };
	registry_findings(arena, h, r, &ladder, now, &out);
	for (uint32_t i = 0; i < out.findings.n; i++)
		assert_true(*out.findings.at[i].text != '\0' && *out.findings.at[i].fix != '\0');
	return out;
}

static struct outlook judged(const struct registration *own)
{
	struct history *h = history_of("example.test.");
	past(h, -30 * DAY, 0, 4711, "ns1.example.test.");
	return judged_with(h, &(struct registrations){ .own = own });
}

static const char *only(const struct outlook *o)
{
	assert_in_range(o->findings.n, 0, 1);
	return o->findings.n == 1 ? finding_kind(o->findings.at[0].id)->id : "";
}

static void expiry_climbs_the_ladder(void **state)
{
	(void)state;
	const struct { int64_t ends_in_s; const char *id; enum severity severity; } rungs[] = {
		{ 300 * DAY, "", 0 }, { 30 * DAY + 1, "", 0 },
		{ 30 * DAY, "registration-expires", SEVERITY_WARNING }, { 7 * DAY + 1, "registration-expires", SEVERITY_WARNING },
		{ 7 * DAY, "registration-expires", SEVERITY_CRITICAL }, { 60, "registration-expires", SEVERITY_CRITICAL },
		{ -3 * DAY, "registration-expires", SEVERITY_CRITICAL } };
	for (unsigned i = 0; i < sizeof rungs / sizeof rungs[0]; i++) {
		struct outlook o = judged(registered("example.test.", rungs[i].ends_in_s));
		assert_string_equal(only(&o), rungs[i].id);
		if (o.findings.n == 0)
			continue;
		assert_int_equal(o.findings.at[0].severity, rungs[i].severity);
		assert_int_equal(o.findings.at[0].when.s, now.s + rungs[i].ends_in_s);
		assert_int_equal(o.breaks_at.s, rungs[i].ends_in_s > 0 ? now.s + rungs[i].ends_in_s : INT64_MAX);
	}
}

static void without_a_word_nothing_is_told(void **state)
{
	(void)state;
	struct outlook o = judged(NULL);
	assert_string_equal(only(&o), "");
	struct registration *r = registered("example.test.", 0);
	r->expires_at = WALL_NEVER;     /* not told: many registries of countries */
	o = judged(r);
	assert_string_equal(only(&o), "");
	r->found = false;               /* that is seen in the DNS */
	o = judged(r);
	assert_string_equal(only(&o), "");
}

static void states_are_told_by_the_gravest(void **state)
{
	(void)state;
	const struct { uint32_t status; const char *id; } rows[] = {
		{ EPP_CLIENT_HOLD, "registration-on-hold" }, { EPP_SERVER_HOLD, "registration-on-hold" },
		{ EPP_REDEMPTION_PERIOD, "registration-redemption" }, { EPP_REDEMPTION_PERIOD | EPP_PENDING_DELETE, "registration-redemption" },
		{ EPP_PENDING_RESTORE | EPP_PENDING_DELETE, "registration-redemption" },
		{ EPP_PENDING_DELETE | EPP_CLIENT_HOLD, "registration-pending-delete" },
		{ EPP_AUTO_RENEW_PERIOD, "" }, { EPP_INACTIVE, "" }, { 0, "" } };
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct outlook o = judged(with_status("example.test.", rows[i].status));
		assert_string_equal(only(&o), rows[i].id);
		if (o.findings.n == 1)
			assert_true(o.findings.at[0].severity == SEVERITY_CRITICAL && o.findings.at[0].breaks);
	}
}

static struct outlook against(struct registration *r, int64_t since_s, uint16_t tag, const char *ns)
{
	struct history *h = history_of("example.test.");
	past(h, -30 * DAY, since_s, 1, "ns9.example.test.");
	past(h, since_s, 0, tag, ns);
	return judged_with(h, &(struct registrations){ .own = r });
}

static struct registration *at_registry(uint16_t tag, const char *ns, int64_t asked_ago_s)
{
	struct registration *r = registered("example.test.", 300 * DAY);
	r->asked_at.s = now.s - asked_ago_s;
	r->ds_known = r->ns_known = true;
	if (tag != 0)
		list_push(arena, &r->ds, ds(tag));
	if (ns != NULL)
		list_push(arena, &r->ns, ns);
	return r;
}

static void another_ds_at_the_registry(void **state)
{
	(void)state;
	const char *ns = "ns1.example.test.";
	const struct { uint16_t registry, parent; int64_t asked_ago_s, since_s; const char *id; } rows[] = {
		{ 4711, 815, 8 * 3600, -DAY, "registry-ds-differs" },
		{ 0, 815, 8 * 3600, -DAY, "registry-ds-differs" },
		{ 4711, 0, 8 * 3600, -DAY, "registry-ds-differs" },
		{ 4711, 4711, 8 * 3600, -DAY, "" },
		{ 0, 0, 8 * 3600, -DAY, "" },
		{ 4711, 815, 5 * 3600, -DAY, "" },              /* perhaps not published yet */
		{ 4711, 815, 8 * 3600, -3600, "" },             /* changed since the registry was asked */
		{ 1, 815, 8 * 3600, -3600, "" } };
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct outlook o = against(at_registry(rows[i].registry, ns, rows[i].asked_ago_s), rows[i].since_s, rows[i].parent, ns);
		if (strcmp(only(&o), rows[i].id) != 0)
			fail_msg("row %u: %s", i, only(&o));
	}
	struct registration *r = at_registry(4711, ns, 8 * 3600);
	r->ds_known = false;
	struct outlook o = against(r, -DAY, 815, ns);
	assert_string_equal(only(&o), "");
	r = at_registry(4711, ns, 8 * 3600);
	r->domain = "test.";            /* a zone below the registered domain: its DS are not at the registry */
	o = against(r, -DAY, 815, ns);
	assert_string_equal(only(&o), "");
}

static void other_name_servers_at_the_registry(void **state)
{
	(void)state;
	struct outlook o = against(at_registry(815, "ns2.example.test.", 8 * 3600), -DAY, 815, "ns1.example.test.");
	assert_string_equal(only(&o), "registry-ns-differs");
	o = against(at_registry(815, "ns1.example.test.", 8 * 3600), -DAY, 815, "ns1.example.test.");
	assert_string_equal(only(&o), "");
	o = against(at_registry(815, NULL, 8 * 3600), -DAY, 815, "ns1.example.test.");  /* tells none: a thin answer */
	assert_string_equal(only(&o), "");
	o = against(at_registry(815, "ns2.example.test.", 3600), -DAY, 815, "ns1.example.test.");
	assert_string_equal(only(&o), "");
}

static struct outlook with_ns(const struct registration *domain, bool resolves)
{
	struct registrations r = { .own = registered("example.test.", 300 * DAY) };
	for (unsigned i = 0; i < 2; i++)        /* two servers in one domain are one finding */
		list_push(arena, &r.ns, (struct ns_registration){ .ns = i == 0 ? "ns1.provider.test." : "ns2.provider.test.", .domain = domain, .resolves = resolves });
	struct history *h = history_of("example.test.");
	past(h, -30 * DAY, 0, 4711, "ns1.provider.test.");
	return judged_with(h, &r);
}

static void domains_of_name_servers(void **state)
{
	(void)state;
	struct registration *none = registered("provider.test.", 0);
	none->found = false;
	const struct { const struct registration *domain; bool resolves; const char *id; } rows[] = {
		{ registered("provider.test.", 5 * DAY), true, "ns-domain-expires" },
		{ registered("provider.test.", 50 * DAY), true, "" },
		{ with_status("provider.test.", EPP_CLIENT_HOLD), true, "ns-domain-on-hold" },
		{ with_status("provider.test.", EPP_REDEMPTION_PERIOD | EPP_PENDING_DELETE), true, "ns-domain-on-hold" },
		{ with_status("provider.test.", EPP_PENDING_DELETE), true, "ns-domain-pending-delete" },
		{ none, false, "ns-domain-unregistered" },
		{ none, true, "" },                             /* it resolves: the registry does not tell all */
		{ registered("example.test.", 300 * DAY), true, "" } };
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct outlook o = with_ns(rows[i].domain, rows[i].resolves);
		if (strcmp(only(&o), rows[i].id) != 0)
			fail_msg("row %u: %s", i, only(&o));
		if (o.findings.n == 1)
			assert_non_null(strstr(o.findings.at[0].text, "ns1.provider.test"));
	}
}

static void domains_that_aliases_and_mail_lead_to(void **state)
{
	(void)state;
	struct registration *none = registered("shops.test.", 0);
	none->found = false;
	const struct { const struct registration *domain; bool mail, exists; const char *id; } rows[] = {
		{ registered("shops.test.", 5 * DAY), false, true, "target-domain-expires" },
		{ registered("shops.test.", 5 * DAY), true, true, "target-domain-expires" },
		{ registered("shops.test.", 50 * DAY), false, true, "" },
		{ with_status("shops.test.", EPP_SERVER_HOLD), false, true, "target-domain-on-hold" },
		{ with_status("shops.test.", EPP_REDEMPTION_PERIOD), true, true, "target-domain-on-hold" },
		{ with_status("shops.test.", EPP_PENDING_DELETE), false, true, "target-domain-pending-delete" },
		{ none, false, false, "target-domain-unregistered" },
		{ none, false, true, "" },
		{ registered("example.test.", 300 * DAY), false, true, "" },
	};
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct registrations r = { .own = registered("example.test.", 300 * DAY) };
		for (unsigned k = 0; k < 2; k++)        /* two hosts in one domain are one finding */
			list_push(arena, &r.targets, (struct target_registration){ k == 0 ? "a.shops.test." : "b.shops.test.", "www.example.test.",
										  rows[i].mail, rows[i].domain, rows[i].exists });
		struct outlook o = judged_with(history_of("example.test."), &r);
		if (strcmp(only(&o), rows[i].id) != 0)
			fail_msg("row %u: %s", i, only(&o));
		assert_int_equal(o.breaks_at.s, INT64_MAX);
	}
}

/* The zone's own domain is told once, also when its name servers stand in it. */
static void own_name_servers_are_no_second_finding(void **state)
{
	(void)state;
	struct registrations r = { .own = registered("example.test.", 5 * DAY) };
	list_push(arena, &r.ns, (struct ns_registration){ .ns = "ns1.example.test.", .domain = r.own, .resolves = true });
	struct history *h = history_of("example.test.");
	struct outlook o = judged_with(h, &r);
	assert_string_equal(only(&o), "registration-expires");
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(1u << 28);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expiry_climbs_the_ladder),
		cmocka_unit_test(without_a_word_nothing_is_told),
		cmocka_unit_test(states_are_told_by_the_gravest),
		cmocka_unit_test(another_ds_at_the_registry),
		cmocka_unit_test(other_name_servers_at_the_registry),
		cmocka_unit_test(domains_of_name_servers),
		cmocka_unit_test(domains_that_aliases_and_mail_lead_to),
		cmocka_unit_test(own_name_servers_are_no_second_finding),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
