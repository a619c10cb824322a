/* What the observer tells, and when: over a world without sockets and a clock that jumps. */
#include "stage.h"

#define CONFIG "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\n" SLACK
#define ZONE "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=203.0.113.12\nrecord www.shop.lab. 300 A 198.51.100.7\n"
#define ASK "ask shop.lab. SOA\nexpect OK\n"

static const char healthy[] = "clock 2026-03-01T12:00:00Z\n" ZONE ASK;
static const char expired[] = "clock 2026-03-01T12:00:00Z\n" ZONE "break shop.lab. rrsig expired\n" ASK;
static const char stale_ds[] = "clock 2026-03-01T12:00:00Z\n" ZONE "break shop.lab. ds stale\n" ASK;

static void a_healthy_zone_is_never_told_of(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, healthy);
	stage_run(&s, 86400);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	assert_int_equal(stage_open_incidents(&s), 0);
	struct vitals v;
	observer_vitals(s.observer, &v);
	assert_true(v.words[VERDICT_OK] == 1 && v.looks[VERDICT_OK] > 200);
	stage_clear(&s);
}

static void an_outage_is_told_once_and_its_end_too(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, healthy);
	stage_run(&s, 3600);
	stage_world(&s, expired);
	stage_run(&s, 1800);
	assert_int_equal(stage_told(&s, "opened", "rrsig-expired"), 1);
	assert_int_equal(stage_open_incidents(&s), 1);
	stage_world(&s, healthy);
	stage_run(&s, 1800);
	assert_int_equal(stage_told(&s, "resolved", "rrsig-expired"), 1);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	assert_int_equal(stage_open_incidents(&s), 0);
	stage_clear(&s);
}

/* A fault that the cause hides stands in the alert: who mends the one shall not wait for nothing. */
static void what_lies_behind_is_told_with_it(void **state)
{
	struct stage s;
	unsigned told = 0;
	(void)state;
	stage_set(&s, CONFIG, "clock 2026-03-01T12:00:00Z\n" ZONE "break shop.lab. ds stale\nbreak shop.lab. rrsig expired type=SOA\n" ASK);
	stage_run(&s, 1800);
	const struct alert *l = stage_alert(&s, "opened", "ds-stale-only");
	assert_non_null(l);
	for (uint32_t i = 0; i < l->fix.n; i++)
		told += strstr(l->fix.at[i], "still broken by rrsig-expired") != NULL;
	assert_int_equal(told, 1);
	stage_clear(&s);
}

static void a_restart_tells_nothing_anew(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, stale_ds);
	stage_run(&s, 1800);
	assert_int_equal(stage_told(&s, "opened", "ds-stale-only"), 1);
	for (int i = 0; i < 5; i++) {
		stage_restart(&s);
		stage_run(&s, 600);
	}
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	stage_world(&s, healthy);
	stage_run(&s, 1800);
	assert_int_equal(stage_told(&s, "resolved", NULL), 1);
	stage_clear(&s);
}

static void without_a_network_nothing_is_said_of_zones(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, healthy);
	stage_run(&s, 3600);
	stage_dark(&s, true);
	stage_run(&s, 3600);
	assert_int_equal(stage_open_incidents(&s), 0);
	assert_int_equal(stage_told(&s, NULL, "self-blind"), 1);
	stage_dark(&s, false);
	stage_run(&s, 1800);
	assert_int_equal(stage_told(&s, NULL, "self-blind"), 2);
	assert_int_equal(stage_told(&s, NULL, NULL), 2);
	stage_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_zone_is_never_told_of),
		cmocka_unit_test(an_outage_is_told_once_and_its_end_too),
		cmocka_unit_test(what_lies_behind_is_told_with_it),
		cmocka_unit_test(a_restart_tells_nothing_anew),
		cmocka_unit_test(without_a_network_nothing_is_said_of_zones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
