/* Each fault comes, is told once by its name, and goes; and what only looks like a fault is not told. */
#include "stage.h"

#define CONFIG "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\n" SLACK
#define ZONE "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=203.0.113.12\nrecord www.shop.lab. 300 A 198.51.100.7\n"
#define ASK "ask shop.lab. SOA\nexpect OK\n"
#define BEGIN "clock 2026-03-01T12:00:00Z\n"
enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static void begin(struct stage *s, const char *config, const char *world)
{
	stage_set(s, config, world);
	stage_run(s, HOUR);
	assert_int_equal(stage_told(s, NULL, NULL), 0);
}

static void what_is_there_for_one_look_only_is_never_told(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	for (int i = 0; i < 20; i++) {
		struct vitals before, now;
		observer_vitals(s.observer, &before);
		stage_lines(&s, ZONE "break shop.lab. rrsig expired\n" ASK);
		do {
			stage_run(&s, 5);
			observer_vitals(s.observer, &now);
		} while (now.looks[VERDICT_SERVFAIL] == before.looks[VERDICT_SERVFAIL]);
		assert_in_range(now.second_looks - before.second_looks, 1, 2);
		stage_lines(&s, ZONE ASK);
		stage_run(&s, 20 * MINUTE);
	}
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	assert_int_equal(stage_events(&s, NULL), 0);
	stage_clear(&s);
}

static void a_fault_over_udp_alone_is_told(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	stage_lines(&s, ZONE "server ns1.shop.lab. silent over=udp\nserver ns2.shop.lab. silent over=udp\n" ASK);
	stage_run(&s, 30 * MINUTE);
	assert_true(stage_told(&s, "opened", NULL) >= 1);
	assert_int_equal(stage_zone_word(&s, VERDICT_OK), 0);
	assert_true(stage_told_at(&s, "opened", NULL, 0) < HOUR + 10 * MINUTE);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, 30 * MINUTE);
	assert_int_equal(stage_told(&s, "resolved", NULL), stage_told(&s, "opened", NULL));
	assert_int_equal(stage_open_incidents(&s), 0);
	stage_clear(&s);
}

struct drift_case { const char *config, *lines, *told; unsigned at_most; };

static void drift_is_told_once(const struct drift_case *c, const char *before)
{
	struct stage s;
	stage_set(&s, c->config, before);
	stage_run(&s, 2 * HOUR);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_lines(&s, c->lines);
	stage_run(&s, 12 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", c->told), 1);
	stage_run(&s, 50 * MINUTE);
	assert_in_range(stage_told(&s, "opened", NULL), 1, c->at_most);
	stage_clear(&s);
}

static void a_ds_that_vanished_is_told(void **state)
{
	(void)state;
	drift_is_told_once(&(struct drift_case){ CONFIG, ZONE "break shop.lab. ds remove\n" ASK, "ds-vanished", 1 }, BEGIN ZONE ASK);
}

static void another_ns_set_at_the_parent_is_told(void **state)
{
	(void)state;
	drift_is_told_once(&(struct drift_case){ CONFIG, ZONE "change shop.lab. delegation ns ns1=192.0.2.11 ns9=203.0.113.12\n" ASK, "ns-parent", 3 },
			   BEGIN ZONE ASK);
}

static void a_change_that_is_undone_is_over(void **state)
{
	static const struct { const char *lines, *finding; } cases[] = {
		{ ZONE "break shop.lab. ds remove\n" ASK, "ds-vanished" },
		{ ZONE "change shop.lab. delegation ns ns1=192.0.2.11 ns9=203.0.113.12\n" ASK, "ns-parent" },
	};
	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct stage s;
		begin(&s, CONFIG, BEGIN ZONE ASK);
		stage_lines(&s, cases[i].lines);
		stage_run(&s, 3 * HOUR);
		assert_int_equal(stage_told(&s, "opened", cases[i].finding), 1);
		assert_int_equal(stage_told(&s, "resolved", cases[i].finding), 0);
		unsigned opened = stage_told(&s, "opened", NULL);
		stage_lines(&s, ZONE ASK);
		stage_run(&s, 12 * MINUTE);
		assert_int_equal(stage_told(&s, "resolved", cases[i].finding), 1);
		assert_string_equal(stage_alert(&s, "resolved", cases[i].finding)->before, "");
		stage_run(&s, 3 * HOUR);
		assert_int_equal(stage_told(&s, "opened", NULL), opened);
		assert_int_equal(stage_open_incidents(&s), 0);
		stage_clear(&s);
	}
}

static void a_change_that_stays_is_closed_after_a_day(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	stage_lines(&s, ZONE "break shop.lab. ds remove\n" ASK);
	stage_run(&s, 23 * HOUR);
	assert_int_equal(stage_told(&s, "resolved", NULL), 0);
	stage_run(&s, 2 * HOUR);
	assert_int_equal(stage_told(&s, "resolved", "ds-vanished"), 1);
	assert_string_not_equal(stage_alert(&s, "resolved", "ds-vanished")->before, "");        /* so nobody says that it is over */
	stage_clear(&s);
}

static void a_zone_unsigned_before_its_ds_is_gone_is_told(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	stage_lines(&s, ZONE "break shop.lab. unsigned\n" ASK);
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_zone_word(&s, VERDICT_SERVFAIL), 1);
	assert_int_equal(stage_told(&s, "opened", "ds-child-unsigned"), 1);
	assert_int_equal(stage_events(&s, "unsigned"), 1);
	assert_int_equal(stage_events(&s, "verdict"), 1);
	assert_in_range(stage_told(&s, "opened", NULL), 1, 2);  /* and doomed-change: when caches are free of it */
	stage_clear(&s);
}

static void a_zone_unsigned_in_order_breaks_nothing(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	stage_lines(&s, ZONE "break shop.lab. ds remove\n" ASK);
	stage_run(&s, DAY);
	stage_lines(&s, ZONE "break shop.lab. ds remove\nbreak shop.lab. unsigned\n" ASK);
	stage_run(&s, HOUR);
	assert_int_equal(stage_zone_word(&s, VERDICT_SERVFAIL) + stage_zone_word(&s, VERDICT_DEGRADED), 0);
	assert_int_equal(stage_told(&s, NULL, "doomed-change"), 0);
	stage_clear(&s);
}

static void a_lost_name_server_is_told_and_its_return(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	stage_lines(&s, ZONE "server ns2.shop.lab. silent\n" ASK);
	stage_run(&s, 12 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", "ns-timeout-some"), 1);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, 30 * MINUTE);
	assert_int_equal(stage_open_incidents(&s), 0);
	assert_int_equal(stage_told(&s, "resolved", NULL), stage_told(&s, "opened", NULL));
	stage_clear(&s);
}

static void pinned_sets_that_differ_are_told(void **state)
{
	static const char config[] = "store: /nowhere\nallow: [private, documentation]\n"
		"zones:\n  - {name: shop.lab, expect: {ns: [ns1.shop.lab, ns2.shop.lab]}}\n" SLACK;
	static const char config_ds[] = "store: /nowhere\nallow: [private, documentation]\nzones:\n  - {name: shop.lab, expect: "
		"{ds: [\"1 13 2 0000000000000000000000000000000000000000000000000000000000000000\"]}}\n" SLACK;
	struct stage s;
	(void)state;
	begin(&s, config, BEGIN ZONE ASK);
	stage_lines(&s, "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns3=203.0.113.12\n" ASK);
	stage_run(&s, 12 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", "pinned-ns"), 1);
	assert_int_equal(stage_events(&s, "pinned-ns"), 1);
	stage_run(&s, 3 * DAY);         /* as long as it is so, it is open: not told again each day */
	assert_int_equal(stage_told(&s, "opened", "pinned-ns"), 1);
	assert_int_equal(stage_events(&s, "pinned-ns"), 1);
	assert_int_equal(stage_told(&s, "resolved", "pinned-ns"), 0);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, 2 * HOUR);
	assert_int_equal(stage_told(&s, "resolved", "pinned-ns"), 1);
	stage_clear(&s);
	stage_set(&s, config_ds, BEGIN ZONE ASK);
	stage_run(&s, 2 * HOUR);
	assert_int_equal(stage_told(&s, "opened", "pinned-ds"), 1);
	stage_clear(&s);
}

static void what_cannot_be_judged_any_more_is_not_over(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	stage_lines(&s, ZONE "break shop.lab. rrsig expired type=SOA\n" ASK);
	stage_run(&s, 30 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", "rrsig-expired"), 1);
	stage_lines(&s, ZONE "break shop.lab. dnskey collide=100 role=zsk\nbreak shop.lab. rrsig many-bad=100 type=SOA\n" ASK);
	stage_run(&s, HOUR);
	assert_int_equal(stage_zone_word(&s, VERDICT_UNKNOWN), 1);
	assert_int_equal(stage_told(&s, "resolved", "rrsig-expired"), 0);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, 30 * MINUTE);
	assert_int_equal(stage_told(&s, "resolved", "rrsig-expired"), 1);
	assert_string_equal(stage_alert(&s, "resolved", "rrsig-expired")->word, "OK");
	stage_clear(&s);
}

static void what_was_foreseen_and_came_is_told_with_its_word(void **state)
{
	struct stage s;
	(void)state;
	begin(&s, CONFIG, BEGIN ZONE ASK);
	stage_lines(&s, ZONE "change shop.lab. serial=2026020100 at=ns2\nchange shop.lab. rrsig window from=-29d until=+2h at=ns2\n" ASK);
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, "opened", "sig-expires-soon"), 1);
	stage_run(&s, 3 * HOUR);
	assert_int_equal(stage_zone_word(&s, VERDICT_DEGRADED), 1);
	assert_int_equal(stage_told(&s, "resolved", "sig-expires-soon"), 1);
	assert_string_equal(stage_alert(&s, "resolved", "sig-expires-soon")->word, "DEGRADED");
	stage_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_for_one_look_only_is_never_told),
		cmocka_unit_test(a_fault_over_udp_alone_is_told),
		cmocka_unit_test(what_cannot_be_judged_any_more_is_not_over),
		cmocka_unit_test(what_was_foreseen_and_came_is_told_with_its_word),
		cmocka_unit_test(a_ds_that_vanished_is_told),
		cmocka_unit_test(another_ns_set_at_the_parent_is_told),
		cmocka_unit_test(a_change_that_is_undone_is_over),
		cmocka_unit_test(a_change_that_stays_is_closed_after_a_day),
		cmocka_unit_test(a_zone_unsigned_before_its_ds_is_gone_is_told),
		cmocka_unit_test(a_zone_unsigned_in_order_breaks_nothing),
		cmocka_unit_test(a_lost_name_server_is_told_and_its_return),
		cmocka_unit_test(pinned_sets_that_differ_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
