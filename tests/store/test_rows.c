/* Every noun put in and read back, over a close and an open, with its queries, orders and pages. */
#include "tests/store/place_for_test.h"
#include "base/limits.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct zone_row zone(const char *name, const char *word, int64_t breaks_at)
{
	return (struct zone_row){ .zone = name, .word = word, .finding = "rrsig-expired", .scope = name, .security = "bogus", .since = at(100),
				  .checked_at = at(200), .breaks_at = at(breaks_at), .next_at = at(500), .fingerprint = "f0f0", .doc = "{}", .tags = "prod web",
				  .owner = "shop team" };
}

static void test_zone_comes_back_whole(void **state)
{
	struct bench *b = *state;
	struct zone_row in = zone("example.com.", "servfail", WALL_NEVER.s), out;
	in.unwatched = true;
	ok(store_put_zone(b->s, &in));
	bench_again(b);
	bool found = false;
	ok(store_zone(b->s, b->a, "example.com.", &out, &found));
	assert_true(found);
	assert_string_equal(out.zone, "example.com.");
	assert_string_equal(out.word, "servfail");
	assert_string_equal(out.finding, "rrsig-expired");
	assert_string_equal(out.scope, "example.com.");
	assert_string_equal(out.security, "bogus");
	assert_string_equal(out.fingerprint, "f0f0");
	assert_string_equal(out.doc, "{}");
	assert_string_equal(out.tags, "prod web");
	assert_string_equal(out.owner, "shop team");
	assert_int_equal(out.since.s, 100);
	assert_int_equal(out.checked_at.s, 200);
	assert_int_equal(out.breaks_at.s, WALL_NEVER.s);
	assert_int_equal(out.next_at.s, 500);
	assert_true(out.unwatched);
	ok(store_zone(b->s, b->a, "example.net.", &out, &found));
	assert_false(found);
}

static void test_zone_is_replaced(void **state)
{
	struct bench *b = *state;
	struct zone_row z = zone("example.com.", "servfail", 900), out;
	ok(store_put_zone(b->s, &z));
	z.word = "ok";
	z.finding = NULL;
	z.since = at(300);
	z.fingerprint = "";     /* what was seen stays; tags and owner are as said */
	z.doc = NULL;
	z.tags = "";
	ok(store_put_zone(b->s, &z));
	bool found;
	ok(store_zone(b->s, b->a, z.zone, &out, &found));
	assert_string_equal(out.word, "ok");
	assert_string_equal(out.finding, "");
	assert_string_equal(out.fingerprint, "f0f0");
	assert_string_equal(out.doc, "{}");
	assert_string_equal(out.tags, "");
	assert_string_equal(out.owner, "shop team");
	assert_int_equal(out.since.s, 300);
	zone_rows all = { 0 };
	ok(store_zones(b->s, b->a, &(struct zone_query){ 0 }, &all));
	assert_int_equal(all.n, 1);
}

static void test_touch_moves_only_the_clock(void **state)
{
	struct bench *b = *state;
	struct zone_row z = zone("a.example.", "ok", 900), out;
	ok(store_put_zone(b->s, &z));
	struct zone_row touch[2] = { { .zone = "never-put.example.", .checked_at = at(1) },
				     { .zone = "a.example.", .checked_at = at(777), .breaks_at = at(888), .next_at = WALL_NEVER } };
	ok(store_touch_zones(b->s, touch, 2));
	bool found;
	ok(store_zone(b->s, b->a, "a.example.", &out, &found));
	assert_int_equal(out.checked_at.s, 777);
	assert_int_equal(out.breaks_at.s, 888);
	assert_int_equal(out.next_at.s, WALL_NEVER.s);
	assert_string_equal(out.word, "ok");
	assert_string_equal(out.doc, "{}");
	ok(store_zone(b->s, b->a, "never-put.example.", &out, &found));
	assert_false(found);
	touch[0].doc = touch[1].doc = "{\"n\":2}";
	ok(store_touch_zones(b->s, touch, 2));
	ok(store_zone(b->s, b->a, "a.example.", &out, &found));
	assert_string_equal(out.doc, "{\"n\":2}");
	assert_string_equal(out.fingerprint, "f0f0");
	ok(store_zone(b->s, b->a, "never-put.example.", &out, &found));
	assert_false(found);
}

static void names(struct bench *b, const struct zone_query *q, const char *expect)
{
	zone_rows rows = { 0 };
	ok(store_zones(b->s, b->a, q, &rows));
	char got[200] = "";
	for (uint32_t i = 0; i < rows.n; i++)
		strcat(got, rows.at[i].zone);
	assert_string_equal(got, expect);
}

static void test_zones_asked_in_ways(void **state)
{
	struct bench *b = *state;
	struct zone_row rows[] = { zone("a.", "ok", 5), zone("b.", "servfail", 70), zone("c.", "servfail", 50), zone("d.", "at-risk", 60),
				   zone("e.", "degraded", WALL_NEVER.s), zone("f.", "unknown", 1), zone("g.", "new", WALL_NEVER.s) };
	rows[0].finding = "";
	rows[6].unwatched = true;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ok(store_put_zone(b->s, &rows[i]));
	names(b, &(struct zone_query){ 0 }, "a.b.c.d.e.f.g.");
	names(b, &(struct zone_query){ .watched_only = true }, "a.b.c.d.e.f.");
	names(b, &(struct zone_query){ .word = "servfail" }, "b.c.");
	names(b, &(struct zone_query){ .finding = "rrsig-expired", .limit = 2 }, "b.c.");
	names(b, &(struct zone_query){ .word = "", .after_zone = "b.", .limit = 3 }, "c.d.e.");
	names(b, &(struct zone_query){ .worst_first = true }, "c.b.e.d.f.g.a.");
	names(b, &(struct zone_query){ .worst_first = true, .after_zone = "b.", .limit = 2 }, "e.d.");
	names(b, &(struct zone_query){ .worst_first = true, .after_zone = "a." }, "");
}

static void test_watched(void **state)
{
	struct bench *b = *state;
	struct watched_row w = { .zone = "b.example.", .tags = "prod", .owner = "dns team", .expect = "{\"ns\":[]}", .added_at = at(5) };
	ok(store_watch(b->s, &w));
	ok(store_watch(b->s, &(struct watched_row){ .zone = "a.example.", .added_at = at(6) }));
	w.tags = "prod,edge";
	w.added_at = at(99);
	ok(store_watch(b->s, &w));
	bench_again(b);
	watched_rows rows = { 0 };
	ok(store_watched(b->s, b->a, &rows));
	assert_int_equal(rows.n, 2);
	assert_string_equal(rows.at[0].zone, "a.example.");
	assert_string_equal(rows.at[0].expect, "");
	assert_string_equal(rows.at[1].tags, "prod,edge");
	assert_string_equal(rows.at[1].owner, "dns team");
	assert_string_equal(rows.at[1].expect, "{\"ns\":[]}");
	assert_int_equal(rows.at[1].added_at.s, 5);     /* as it was first added */
	assert_true(watched_row_same(&rows.at[1], &w));
	assert_false(watched_row_same(&rows.at[1], &(struct watched_row){ .zone = w.zone, .tags = w.tags, .owner = w.owner, .expect = "" }));
	assert_false(watched_row_same(&rows.at[1], &(struct watched_row){ .zone = w.zone, .tags = w.tags, .owner = "", .expect = w.expect }));
	assert_false(watched_row_same(&rows.at[1], &(struct watched_row){ .zone = w.zone, .tags = "", .owner = w.owner, .expect = w.expect }));
	bool was;
	ok(store_unwatch(b->s, "a.example.", &was));
	assert_true(was);
	ok(store_unwatch(b->s, "a.example.", &was));
	assert_false(was);
}

static struct history_row history(int64_t from, int64_t to, const char *snapshot, const char *evidence)
{
	return (struct history_row){ .zone = "example.com.", .from = at(from), .to = at(to), .fingerprint = "aa", .word = "ok", .finding = "",
				     .snapshot = snapshot, .snapshot_len = strlen(snapshot), .evidence = evidence,
				     .evidence_len = evidence ? strlen(evidence) : 0 };
}

static void test_history_at_a_moment(void **state)
{
	struct bench *b = *state;
	int64_t first, second, other;
	struct history_row h = history(1000, 1000, "snap 1", "evidence 1");
	ok(store_add_history(b->s, &h, &first));
	h = history(2000, 2000, "snap 2", NULL);
	ok(store_add_history(b->s, &h, &second));
	h.zone = "example.net.";
	ok(store_add_history(b->s, &h, &other));
	assert_true(second > first);
	ok(store_extend(b->s, first, at(1900)));
	ok(store_extend(b->s, first, at(1500)));        /* never backwards */
	bench_again(b);
	struct history_row out;
	bool found;
	ok(store_history_at(b->s, b->a, "example.com.", at(999), &out, &found));
	assert_false(found);
	ok(store_history_at(b->s, b->a, "example.com.", at(1000), &out, &found));
	assert_true(found);
	assert_int_equal(out.id, first);
	assert_int_equal(out.to.s, 1900);
	assert_string_equal(out.snapshot, "snap 1");
	assert_int_equal(out.evidence_len, strlen("evidence 1"));
	assert_string_equal(out.evidence, "evidence 1");
	ok(store_history_at(b->s, b->a, "example.com.", at(1999), &out, &found));
	assert_int_equal(out.id, first);
	ok(store_history_at(b->s, b->a, "example.com.", at(90000), &out, &found));
	assert_int_equal(out.id, second);
	assert_null(out.evidence);
	errno = 0;
	assert_int_equal(store_extend(b->s, 4711, at(1)), E_SYSTEM);
	assert_int_equal(errno, ENOENT);
	ok(store_begin(b->s));          /* no such row spoils nothing */
	assert_int_equal(store_extend(b->s, 4711, at(1)), E_SYSTEM);
	ok(store_commit(b->s));
}

static void test_history_list(void **state)
{
	struct bench *b = *state;
	int64_t id;
	for (int i = 1; i <= 5; i++) {
		struct history_row h = history(i * 100, i * 100 + 50, "snap", "evidence");
		ok(store_add_history(b->s, &h, &id));
	}
	history_rows rows = { 0 };
	ok(store_history(b->s, b->a, "example.com.", at(250), 0, &rows));
	assert_int_equal(rows.n, 4);
	assert_int_equal(rows.at[0].from.s, 200);
	assert_string_equal(rows.at[0].snapshot, "snap");
	assert_null(rows.at[0].evidence);
	rows.n = 0;
	ok(store_history(b->s, b->a, "example.com.", at(0), 2, &rows));
	assert_int_equal(rows.n, 2);    /* the newest, oldest first */
	assert_int_equal(rows.at[0].from.s, 400);
	assert_int_equal(rows.at[1].from.s, 500);
}

static void test_text_over_the_limit(void **state)
{
	struct bench *b = *state;
	int64_t id;
	struct history_row h = history(1, 1, "s", "e");
	h.evidence_len = (size_t)LIMIT_EVIDENCE_FILE_BYTES + 1;
	assert_int_equal(store_add_history(b->s, &h, &id), E_BUSY);
	history_rows rows = { 0 };
	ok(store_history(b->s, b->a, "example.com.", at(0), 0, &rows));
	assert_int_equal(rows.n, 0);    /* nothing half */
	ok(store_begin(b->s));
	assert_int_equal(store_add_history(b->s, &h, &id), E_BUSY);
	assert_int_equal(store_set(b->s, "a", "b"), E_BUSY);
	assert_int_equal(store_commit(b->s), E_BUSY);
	ok(store_history(b->s, b->a, "example.com.", at(0), 0, &rows));
	assert_int_equal(rows.n, 0);
}

static void test_sigs(void **state)
{
	struct bench *b = *state;
	struct sig_row r = { .zone = "example.com.", .rrset = "SOA", .key_tag = 65535, .algorithm = 255, .inception = at(10), .expiration = at(4294967295),
			     .first_seen = at(1000) };
	ok(store_add_sig(b->s, &r));
	r.first_seen = at(2000);
	ok(store_add_sig(b->s, &r));    /* the same one: as first seen */
	sig_rows rows = { 0 };
	ok(store_sigs(b->s, b->a, "example.com.", 0, &rows));
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.at[0].first_seen.s, 1000);
	assert_int_equal(rows.at[0].key_tag, 65535);
	assert_int_equal(rows.at[0].algorithm, 255);
	assert_int_equal(rows.at[0].inception.s, 10);
	assert_int_equal(rows.at[0].expiration.s, 4294967295);
	for (int i = 1; i <= 3; i++) {
		r.inception = at(10 + i);
		r.first_seen = at(3000 + i);
		ok(store_add_sig(b->s, &r));
		r.rrset = i == 2 ? "DNSKEY" : "SOA";
	}
	rows.n = 0;
	ok(store_sigs(b->s, b->a, "example.com.", 2, &rows));
	assert_int_equal(rows.n, 3);    /* two of SOA, one of DNSKEY */
	assert_string_equal(rows.at[0].rrset, "SOA");
	assert_int_equal(rows.at[0].first_seen.s, 3001);
	assert_int_equal(rows.at[2].first_seen.s, 3003);
}

static void test_sigs_of_an_online_signer_are_bounded(void **state)
{
	struct bench *b = *state;
	ok(store_begin(b->s));
	for (int i = 0; i < LIMIT_SIGS_KEPT + 50; i++) {
		struct sig_row r = { .zone = "example.com.", .rrset = i % 50 ? "SOA" : "DNSKEY", .inception = at(i), .expiration = at(i + 9), .first_seen = at(i) };
		ok(store_add_sig(b->s, &r));
	}
	ok(store_commit(b->s));
	sig_rows rows = { 0 };
	ok(store_sigs(b->s, b->a, "example.com.", 0, &rows));
	assert_int_equal(rows.n, LIMIT_SIGS_KEPT + 3);
	assert_int_equal(rows.at[rows.n - 1].first_seen.s, LIMIT_SIGS_KEPT + 49);
	assert_string_equal(rows.at[0].rrset, "DNSKEY");
}

static void add_serial(struct bench *b, const char *addr, uint32_t serial, int64_t when)
{
	ok(store_add_serial(b->s, &(struct serial_row){ .zone = "example.com.", .addr = addr, .serial = serial, .first_seen = at(when) }));
}

static void test_serials(void **state)
{
	struct bench *b = *state;
	add_serial(b, "192.0.2.1", 4294967295u, 10);
	add_serial(b, "2001:db8::1", 1, 20);
	add_serial(b, "192.0.2.1", 5, 30);
	serial_rows rows = { 0 };
	ok(store_serials(b->s, b->a, "example.com.", &rows));
	assert_int_equal(rows.n, 3);
	assert_string_equal(rows.at[0].addr, "192.0.2.1");
	assert_int_equal(rows.at[0].serial, 4294967295u);
	assert_int_equal(rows.at[0].first_seen.s, 10);
	assert_string_equal(rows.at[1].addr, "2001:db8::1");
	rows.n = 0;
	ok(store_serials(b->s, b->a, "example.net.", &rows));
	assert_int_equal(rows.n, 0);
	ok(store_begin(b->s));
	for (uint32_t i = 0; i < LIMIT_SERIALS_KEPT + 9; i++)
		add_serial(b, "192.0.2.1", i, 100 + i);
	ok(store_commit(b->s));
	ok(store_serials(b->s, b->a, "example.com.", &rows));
	assert_int_equal(rows.n, LIMIT_SERIALS_KEPT + 1);       /* the other server's is not thinned for this one */
	ok(store_prune(b->s, at(100000), &(struct retention){ .sigs_s = 10 }));
	rows.n = 0;
	ok(store_serials(b->s, b->a, "example.com.", &rows));
	assert_int_equal(rows.n, 2);    /* the last of each */
	assert_string_equal(rows.at[0].addr, "2001:db8::1");
	assert_int_equal(rows.at[1].serial, LIMIT_SERIALS_KEPT + 8);
}

static int64_t event(struct bench *b, const char *zone, const char *incident, int64_t when)
{
	int64_t id = 0;
	ok(store_add_event(b->s, &(struct event_row){ .at = at(when), .zone = zone, .kind = "ds-changed", .severity = "warning", .expected = when == 2,
						      .before = "1 13 2 AA", .after = "", .text = "a\tDS went\n", .incident = incident }, &id));
	return id;
}

static void ids(struct bench *b, const struct event_query *q, const char *expect)
{
	event_rows rows = { 0 };
	ok(store_events(b->s, b->a, q, &rows));
	char got[200] = "";
	for (uint32_t i = 0; i < rows.n; i++)
		sprintf(got + strlen(got), "%d ", (int)rows.at[i].id);
	assert_string_equal(got, expect);
}

static void test_events(void **state)
{
	struct bench *b = *state;
	event(b, "a.", "", 1);
	event(b, "b.", "I1", 2);
	event(b, "a.", "I1", 3);
	event(b, "a.", "I2", 4);
	bench_again(b);
	event_rows rows = { 0 };
	ok(store_events(b->s, b->a, &(struct event_query){ .incident = "I1", .limit = 1 }, &rows));
	assert_int_equal(rows.at[0].id, 2);
	assert_int_equal(rows.at[0].at.s, 2);
	assert_string_equal(rows.at[0].zone, "b.");
	assert_string_equal(rows.at[0].kind, "ds-changed");
	assert_string_equal(rows.at[0].severity, "warning");
	assert_true(rows.at[0].expected);
	assert_string_equal(rows.at[0].before, "1 13 2 AA");
	assert_string_equal(rows.at[0].after, "");
	assert_string_equal(rows.at[0].text, "a\tDS went\n");
	assert_string_equal(rows.at[0].incident, "I1");
	ids(b, &(struct event_query){ 0 }, "1 2 3 4 ");
	ids(b, &(struct event_query){ .after_id = 2 }, "3 4 ");
	ids(b, &(struct event_query){ .zone = "a." }, "1 3 4 ");
	ids(b, &(struct event_query){ .zone = "a.", .after_id = 1, .limit = 1 }, "3 ");
	ids(b, &(struct event_query){ .incident = "I1" }, "2 3 ");
	ids(b, &(struct event_query){ .incident = "I1", .zone = "a." }, "3 ");
	ids(b, &(struct event_query){ .newest_first = true, .limit = 3 }, "4 3 2 ");
	ids(b, &(struct event_query){ .newest_first = true, .after_id = 2 }, "1 ");
	ids(b, &(struct event_query){ .newest_first = true, .zone = "a.", .after_id = 4 }, "3 1 ");
	ids(b, &(struct event_query){ .newest_first = true, .incident = "I1" }, "3 2 ");
}

static void test_event_ids_never_come_back(void **state)
{
	struct bench *b = *state;
	event(b, "a.", "", 1);
	int64_t last = event(b, "a.", "", 2);
	ok(store_prune(b->s, at(1000), &(struct retention){ .events_s = 10 }));
	ids(b, &(struct event_query){ 0 }, "");
	assert_true(event(b, "a.", "", 3) > last);
}

static struct incident_row incident(const char *id, const char *state)
{
	return (struct incident_row){ .id = id, .dedup_key = "k", .finding = "rrsig-expired", .scope = "example.com.", .word = "servfail",
				      .severity = "critical", .state = state, .opened_at = at(10), .changed_at = at(20), .resolved_at = WALL_NEVER,
				      .since = at(5), .n_zones = 3, .text = "sentence", .doc = "{\"a\":1}", .acked_at = at(999), .acked_by = "not from here",
				      .muted_until = at(998), .reminders = 2, .told_at = WALL_NEVER, .flapping = true };
}

static void test_incident_and_what_people_decide(void **state)
{
	struct bench *b = *state;
	struct incident_row in = incident("01A", "open"), out;
	bool found;
	ok(store_put_incident(b->s, &in));
	ok(store_incident(b->s, b->a, "01A", &out, &found));
	assert_true(found);
	assert_string_equal(out.dedup_key, "k");
	assert_string_equal(out.finding, "rrsig-expired");
	assert_string_equal(out.scope, "example.com.");
	assert_string_equal(out.word, "servfail");
	assert_string_equal(out.severity, "critical");
	assert_string_equal(out.state, "open");
	assert_int_equal(out.opened_at.s, 10);
	assert_int_equal(out.changed_at.s, 20);
	assert_int_equal(out.resolved_at.s, WALL_NEVER.s);
	assert_int_equal(out.since.s, 5);
	assert_int_equal(out.n_zones, 3);
	assert_string_equal(out.text, "sentence");
	assert_string_equal(out.doc, "{\"a\":1}");
	assert_int_equal(out.reminders, 2);
	assert_int_equal(out.told_at.s, WALL_NEVER.s);
	assert_true(out.flapping);
	assert_int_equal(out.acked_at.s, WALL_NEVER.s);         /* not put by the observer */
	assert_string_equal(out.acked_by, "");
	assert_int_equal(out.muted_until.s, WALL_NEVER.s);
	ok(store_ack(b->s, "01A", "ann", at(30), &found));
	assert_true(found);
	ok(store_mute(b->s, "01A", at(40), &found));
	assert_true(found);
	in.state = "resolved";
	in.resolved_at = at(50);
	ok(store_put_incident(b->s, &in));      /* the observer goes on: people's words stay */
	bench_again(b);
	ok(store_incident(b->s, b->a, "01A", &out, &found));
	assert_string_equal(out.state, "resolved");
	assert_int_equal(out.resolved_at.s, 50);
	assert_string_equal(out.acked_by, "ann");
	assert_int_equal(out.acked_at.s, 30);
	assert_int_equal(out.muted_until.s, 40);
	ok(store_ack(b->s, "01Z", "ann", at(30), &found));
	assert_false(found);
	ok(store_mute(b->s, "01Z", at(30), &found));
	assert_false(found);
	ok(store_incident(b->s, b->a, "01Z", &out, &found));
	assert_false(found);
}

static void listed(struct bench *b, const struct incident_query *q, const char *expect)
{
	incident_rows rows = { 0 };
	ok(store_incidents(b->s, b->a, q, &rows));
	char got[100] = "";
	for (uint32_t i = 0; i < rows.n; i++)
		strcat(strcat(got, rows.at[i].id), " ");
	assert_string_equal(got, expect);
}

static void test_incidents_asked_in_ways(void **state)
{
	struct bench *b = *state;
	for (int i = 1; i <= 5; i++) {
		char id[8];
		sprintf(id, "0%d", i);
		struct incident_row in = incident(id, i % 2 ? "open" : "resolved");
		ok(store_put_incident(b->s, &in));
		if (i >= 3)
			ok(store_incident_zone(b->s, id, "z.example.", at(i), true));
	}
	ok(store_incident_zone(b->s, "03", "z.example.", at(9), false));
	listed(b, &(struct incident_query){ 0 }, "05 04 03 02 01 ");
	listed(b, &(struct incident_query){ .state = "open" }, "05 03 01 ");
	listed(b, &(struct incident_query){ .state = "open", .after_id = "05", .limit = 1 }, "03 ");
	listed(b, &(struct incident_query){ .zone = "z.example." }, "05 04 03 ");
	listed(b, &(struct incident_query){ .zone = "z.example.", .state = "resolved" }, "04 ");
	listed(b, &(struct incident_query){ .after_id = "03" }, "02 01 ");
}

static void test_zones_of_an_incident(void **state)
{
	struct bench *b = *state;
	ok(store_incident_zone(b->s, "I", "b.", at(1), true));
	ok(store_incident_zone(b->s, "I", "a.", at(2), true));
	ok(store_incident_zone(b->s, "I", "a.", at(3), true));
	ok(store_incident_zone(b->s, "I", "c.", at(3), true));
	ok(store_incident_zone(b->s, "J", "d.", at(3), true));
	ok(store_incident_zone(b->s, "I", "c.", at(4), false));
	ok(store_incident_zone(b->s, "I", "never-in.", at(4), false));
	store_names in = { 0 };
	ok(store_incident_zones(b->s, b->a, "I", 0, &in));
	assert_int_equal(in.n, 2);
	assert_string_equal(in.at[0], "a.");
	assert_string_equal(in.at[1], "b.");
	ok(store_incident_zone(b->s, "I", "c.", at(5), true));
	in.n = 0;
	ok(store_incident_zones(b->s, b->a, "I", 0, &in));
	assert_int_equal(in.n, 3);
	in.n = 0;
	ok(store_incident_zones(b->s, b->a, "I", 1, &in));
	assert_int_equal(in.n, 1);
}

static void in_force(struct bench *b, struct wall when, uint32_t n)
{
	mute_rows rows = { 0 };
	ok(store_mutes(b->s, b->a, when, &rows));
	assert_int_equal(rows.n, n);
}

static void test_mutes(void **state)
{
	struct bench *b = *state;
	int64_t window, open_end;
	ok(store_add_mute(b->s, &(struct mute_row){ .pattern = "*.example.", .from = at(100), .until = at(200), .why = "move" }, &window));
	ok(store_add_mute(b->s, &(struct mute_row){ .pattern = "tag:prod", .from = at(150), .until = WALL_NEVER, .why = "" }, &open_end));
	in_force(b, at(99), 0);
	in_force(b, at(100), 1);
	in_force(b, at(199), 2);
	in_force(b, at(200), 1);
	in_force(b, WALL_NEVER, 2);
	bool found;
	ok(store_end_mute(b->s, open_end, at(300), &found));
	assert_true(found);
	in_force(b, at(299), 1);
	in_force(b, at(300), 0);
	ok(store_end_mute(b->s, open_end, at(400), &found));    /* it is over: it does not come back */
	assert_false(found);
	ok(store_end_mute(b->s, 4711, at(1), &found));
	assert_false(found);
	mute_rows rows = { 0 };
	ok(store_mutes(b->s, b->a, at(150), &rows));
	assert_string_equal(rows.at[0].pattern, "*.example.");
	assert_string_equal(rows.at[0].why, "move");
	assert_int_equal(rows.at[0].from.s, 100);
	assert_int_equal(rows.at[0].until.s, 200);
}

static int64_t post(struct bench *b, const char *incident, const char *channel, int64_t due)
{
	int64_t id = 0;
	ok(store_add_outbox(b->s, &(struct outbox_row){ .incident = incident, .channel = channel, .kind = "opened", .dedup_key = "k",
							.alert = "{}", .created_at = at(due - 1), .due_at = at(due) }, &id));
	return id;
}

static void due(struct bench *b, int64_t now, uint32_t limit, const char *expect)
{
	outbox_rows rows = { 0 };
	ok(store_outbox_due(b->s, b->a, at(now), limit, &rows));
	char got[100] = "";
	for (uint32_t i = 0; i < rows.n; i++)
		sprintf(got + strlen(got), "%d ", (int)rows.at[i].id);
	assert_string_equal(got, expect);
}

static void test_outbox_life_of_a_row(void **state)
{
	struct bench *b = *state;
	int64_t id = post(b, "I", "slack", 100);
	due(b, 99, 0, "");
	due(b, 100, 0, "1 ");
	bench_again(b);
	ok(store_outbox_done(b->s, id, "waiting", at(101), at(160), "503", ""));
	due(b, 159, 0, "");
	due(b, 160, 0, "1 ");
	struct outbox_depth depth;
	ok(store_outbox_depth(b->s, &depth));
	assert_int_equal(depth.waiting, 1);
	assert_int_equal(depth.oldest.s, 99);
	ok(store_outbox_done(b->s, id, "sent", at(161), at(160), "", "ts-1"));
	due(b, 10000, 0, "");
	outbox_rows rows = { 0 };
	ok(store_outbox(b->s, b->a, "sent", 0, &rows));
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.at[0].tries, 2);
	assert_string_equal(rows.at[0].state, "sent");
	assert_string_equal(rows.at[0].last_error, "");
	assert_string_equal(rows.at[0].remote_ref, "ts-1");
	assert_string_equal(rows.at[0].kind, "opened");
	assert_string_equal(rows.at[0].dedup_key, "k");
	assert_string_equal(rows.at[0].alert, "{}");
	assert_int_equal(rows.at[0].created_at.s, 99);
	ok(store_outbox_done(b->s, post(b, "I", "slack", 200), "dead", at(201), at(200), "410", NULL));
	ok(store_outbox_depth(b->s, &depth));
	assert_int_equal(depth.waiting, 0);
	assert_int_equal(depth.dead, 1);
	assert_int_equal(depth.oldest.s, WALL_NEVER.s);
	rows.n = 0;
	ok(store_outbox(b->s, b->a, NULL, 0, &rows));
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.at[0].id, 2);
	assert_int_equal(store_outbox_done(b->s, 4711, "sent", at(1), at(1), "", ""), E_SYSTEM);
	const char *ref;
	ok(store_remote_ref(b->s, b->a, "I", "slack", &ref));
	assert_string_equal(ref, "ts-1");
	ok(store_remote_ref(b->s, b->a, "I", "mail", &ref));
	assert_string_equal(ref, "");
}

static void test_outbox_keeps_order_and_is_fair(void **state)
{
	struct bench *b = *state;
	int64_t opened = post(b, "I", "slack", 100);
	post(b, "I", "slack", 101);     /* resolved of the same incident */
	post(b, "J", "slack", 101);
	post(b, "I", "mail", 101);
	post(b, "", "slack", 101);      /* a test belongs to no incident */
	due(b, 200, 0, "1 2 3 4 5 ");
	due(b, 200, 2, "1 4 ");         /* one of each channel before two of one */
	ok(store_outbox_done(b->s, opened, "waiting", at(102), at(900), "503", ""));
	due(b, 200, 0, "3 4 5 ");       /* 2 waits for 1; nothing else does */
	due(b, 900, 0, "1 2 3 4 5 ");
	ok(store_outbox_done(b->s, opened, "dead", at(903), at(900), "400", ""));
	due(b, 200, 0, "2 3 4 5 ");
}

static void test_facts(void **state)
{
	struct bench *b = *state;
	const char *v;
	ok(store_get(b->s, b->a, "last_loop", &v));
	assert_null(v);
	ok(store_set(b->s, "last_loop", "1"));
	ok(store_set(b->s, "last_loop", "2"));
	bench_again(b);
	ok(store_get(b->s, b->a, "last_loop", &v));
	assert_string_equal(v, "2");
}

/* Whatever messages and events are kept for: one that is still wanted may be as old as rdap.interval, and older where its
 * registry is down. */
static void test_prune_forgets_old_registrations(void **state)
{
	struct bench *b = *state;
	const char *fact;
	struct retention short_lived = { .history_s = 1, .events_s = 1, .resolved_s = 1, .sent_s = 1, .sigs_s = 1 };
	ok(store_set(b->s, "rdap/old.example", "{\"found\":true,\"asked_at\":100}"));
	ok(store_set(b->s, "rdap/new.example", "{\"found\":true,\"asked_at\":200}"));
	ok(store_set(b->s, "open/self-disk", "{\"asked_at\":100}"));
	ok(store_prune(b->s, at(100 + LIMIT_RDAP_KEPT_S), &short_lived));
	ok(store_get(b->s, b->a, "rdap/old.example", &fact));
	assert_non_null(fact);
	ok(store_prune(b->s, at(101 + LIMIT_RDAP_KEPT_S), &short_lived));
	ok(store_get(b->s, b->a, "rdap/old.example", &fact));
	assert_null(fact);
	ok(store_get(b->s, b->a, "rdap/new.example", &fact));
	assert_non_null(fact);
	ok(store_get(b->s, b->a, "open/self-disk", &fact));
	assert_non_null(fact);
}

static void test_prune_keeps_what_must_stay(void **state)
{
	struct bench *b = *state;
	int64_t id, kept_ref;
	const char *zones[] = { "example.com.", "example.net." };
	for (int z = 0; z < 2; z++)
		for (int i = 1; i <= 3; i++) {
			struct history_row h = history(i * 100, i * 100 + 99, "s", "e");
			h.zone = zones[z];
			ok(store_add_history(b->s, &h, &id));
		}
	struct incident_row open = incident("01", "open"), resolved = incident("02", "resolved"), recent = incident("03", "resolved");
	resolved.resolved_at = at(100);
	recent.resolved_at = at(9000);
	ok(store_put_incident(b->s, &open));
	ok(store_put_incident(b->s, &resolved));
	ok(store_put_incident(b->s, &recent));
	ok(store_incident_zone(b->s, "01", "a.", at(1), true));
	ok(store_incident_zone(b->s, "02", "a.", at(1), true));
	kept_ref = post(b, "01", "slack", 10);
	ok(store_outbox_done(b->s, kept_ref, "sent", at(11), at(10), "", "ts"));
	ok(store_outbox_done(b->s, post(b, "02", "slack", 10), "sent", at(11), at(10), "", "ts"));
	ok(store_outbox_done(b->s, post(b, "02", "slack", 10), "dead", at(11), at(10), "x", ""));
	int64_t waiting = post(b, "02", "slack", 10);
	ok(store_outbox_done(b->s, post(b, "", "slack", 10), "sent", at(11), at(10), "", ""));
	event(b, "a.", "", 100);
	event(b, "a.", "", 9500);
	ok(store_add_sig(b->s, &(struct sig_row){ .zone = "a.", .rrset = "SOA", .first_seen = at(100) }));
	ok(store_add_mute(b->s, &(struct mute_row){ .pattern = "old", .from = at(1), .until = at(2), .why = "" }, &id));
	ok(store_add_mute(b->s, &(struct mute_row){ .pattern = "for ever", .from = at(1), .until = WALL_NEVER, .why = "" }, &id));
	struct zone_row z = zone("a.", "ok", 1);
	ok(store_put_zone(b->s, &z));

	ok(store_prune(b->s, at(10000), &(struct retention){ 0 }));     /* 0: all stays */
	ids(b, &(struct event_query){ 0 }, "1 2 ");
	struct retention all = { .history_s = 1000, .events_s = 1000, .resolved_s = 1500, .sent_s = 1000, .sigs_s = 1000 };
	ok(store_prune(b->s, at(10000), &all));
	for (int i = 0; i < 2; i++) {
		history_rows rows = { 0 };
		ok(store_history(b->s, b->a, zones[i], at(0), 0, &rows));
		assert_int_equal(rows.n, 1);
		assert_int_equal(rows.at[0].from.s, 300);
		assert_string_equal(rows.at[0].snapshot, "s");
	}
	ids(b, &(struct event_query){ 0 }, "2 ");
	listed(b, &(struct incident_query){ 0 }, "03 01 ");
	store_names in = { 0 };
	ok(store_incident_zones(b->s, b->a, "02", 0, &in));
	assert_int_equal(in.n, 0);
	ok(store_incident_zones(b->s, b->a, "01", 0, &in));
	assert_int_equal(in.n, 1);
	outbox_rows rows = { 0 };
	ok(store_outbox(b->s, b->a, NULL, 0, &rows));
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.at[0].id, waiting);
	assert_int_equal(rows.at[1].id, kept_ref);
	sig_rows sigs = { 0 };
	ok(store_sigs(b->s, b->a, "a.", 0, &sigs));
	assert_int_equal(sigs.n, 0);
	in_force(b, WALL_NEVER, 1);
	zone_rows left = { 0 };
	ok(store_zones(b->s, b->a, &(struct zone_query){ 0 }, &left));
	assert_int_equal(left.n, 1);
}

static void test_prune_takes_many(void **state)
{
	struct bench *b = *state;
	ok(store_begin(b->s));
	for (int i = 0; i < 2 * LIMIT_PRUNE_ROWS + 5; i++)
		event(b, "a.", "", i);
	ok(store_commit(b->s));
	ok(store_prune(b->s, at(100000), &(struct retention){ .events_s = 1 }));
	ids(b, &(struct event_query){ 0 }, "");
}

static void test_hostile_texts(void **state)
{
	struct bench *b = *state;
	const char *evil = "'); DROP TABLE event; -- \xff\xfe \x1b[31m %s \"";
	struct zone_row z = zone(evil, evil, 1), out;
	z.doc = evil;
	ok(store_put_zone(b->s, &z));
	bool found;
	ok(store_zone(b->s, b->a, evil, &out, &found));
	assert_true(found);
	assert_string_equal(out.doc, evil);
	event(b, evil, evil, 1);
	ids(b, &(struct event_query){ .zone = evil }, "1 ");
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_up, bench_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_zone_comes_back_whole), T(test_zone_is_replaced), T(test_touch_moves_only_the_clock), T(test_zones_asked_in_ways),
		T(test_watched), T(test_history_at_a_moment), T(test_history_list), T(test_text_over_the_limit), T(test_sigs),
		T(test_sigs_of_an_online_signer_are_bounded), T(test_serials), T(test_events), T(test_event_ids_never_come_back),
		T(test_incident_and_what_people_decide), T(test_incidents_asked_in_ways), T(test_zones_of_an_incident), T(test_mutes),
		T(test_outbox_life_of_a_row), T(test_outbox_keeps_order_and_is_fair), T(test_facts), T(test_prune_forgets_old_registrations), T(test_prune_keeps_what_must_stay),
		T(test_prune_takes_many), T(test_hostile_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
