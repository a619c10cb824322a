/* What we do not allow ourselves to ask is no fact about anybody: where per_server_qps is too little for all that is watched, looks
 * are late, and nothing is told. */
#include "stage.h"

#define CONFIG "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\n" SLACK
#define WORLD "clock 2026-03-01T12:00:00Z\nzone . ecdsa servers a.root.=198.18.0.1\nzone lab. ecdsa servers a.nic=198.18.1.1\n" \
	      "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=203.0.113.12\nask shop.lab. SOA\nexpect OK\n"
enum { MINUTE = 60, HOUR = 3600, LINE_MS = 60000 };

static void what_was_held_until_its_time_was_over_is_told_nobody(void **state)
{
	struct stage s;
	struct vitals before, now;
	(void)state;
	stage_set(&s, CONFIG, WORLD);
	stage_run(&s, 20 * MINUTE);
	observer_vitals(s.observer, &before);
	s.net.crowded = true;
	stage_run(&s, HOUR);
	observer_vitals(s.observer, &now);
	assert_true(now.inconclusive > before.inconclusive);
	assert_int_equal(stage_zone_word(&s, VERDICT_OK), 1);
	assert_int_equal(stage_open_incidents(&s), 0);
	s.net.crowded = false;
	stage_run(&s, 20 * MINUTE);
	assert_int_equal(stage_zone_word(&s, VERDICT_OK), 1);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_clear(&s);
}

/* The control asks through the same asker; but nobody can be crowded out for ever. */
static void we_are_not_blind_at_once_where_the_root_is_crowded(void **state)
{
	struct stage s;
	struct vitals now;
	(void)state;
	stage_set(&s, CONFIG, WORLD);
	stage_run(&s, 20 * MINUTE);
	s.net.crowded = s.net.root_too = true;
	stage_run(&s, 2 * MINUTE + MINUTE / 2);
	observer_vitals(s.observer, &now);
	assert_false(now.blind);
	stage_run(&s, 3 * MINUTE);
	observer_vitals(s.observer, &now);
	assert_true(now.blind);
	s.net.crowded = false;
	stage_run(&s, 3 * MINUTE);
	observer_vitals(s.observer, &now);
	assert_false(now.blind);
	stage_clear(&s);
}

static void a_look_is_not_begun_where_the_line_is_too_long(void **state)
{
	struct stage s;
	struct vitals before, now;
	(void)state;
	stage_set(&s, CONFIG, WORLD);
	stage_run(&s, 20 * MINUTE);
	s.net.crowded = true;
	s.net.line_ms = LINE_MS;
	stage_run(&s, 6 * MINUTE);
	s.net.crowded = false;
	observer_vitals(s.observer, &before);
	stage_run(&s, 20 * MINUTE);
	observer_vitals(s.observer, &now);
	assert_true(now.put_off > before.put_off);
	assert_true(now.lag_s >= 20 * MINUTE);          /* it waits still */
	assert_int_equal(now.looks[VERDICT_OK], before.looks[VERDICT_OK]);
	s.net.line_ms = 0;
	stage_run(&s, MINUTE);
	observer_vitals(s.observer, &now);
	assert_int_equal(now.looks[VERDICT_OK], before.looks[VERDICT_OK] + 1);
	assert_true(now.lag_s >= 20 * MINUTE - MINUTE);
	stage_run(&s, 20 * MINUTE);
	observer_vitals(s.observer, &before);
	assert_int_equal(before.put_off, now.put_off);
	stage_clear(&s);
}

static void who_was_never_seen_and_waits_is_counted(void **state)
{
	struct stage s;
	struct vitals now;
	(void)state;
	stage_set(&s, CONFIG, WORLD);
	s.net.crowded = true;
	stage_run(&s, 5 * MINUTE);
	observer_vitals(s.observer, &now);
	assert_int_equal(now.unseen, 1);
	assert_int_equal(now.stale, 0);
	stage_run(&s, 10 * MINUTE);
	observer_vitals(s.observer, &now);
	assert_int_equal(now.stale, 1);
	assert_int_equal(now.stale_unseen, 1);
	s.net.crowded = false;
	stage_run(&s, 2 * MINUTE);
	observer_vitals(s.observer, &now);
	assert_int_equal(now.unseen + now.stale + now.stale_unseen, 0);
	stage_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_held_until_its_time_was_over_is_told_nobody),
		cmocka_unit_test(we_are_not_blind_at_once_where_the_root_is_crowded),
		cmocka_unit_test(a_look_is_not_begun_where_the_line_is_too_long),
		cmocka_unit_test(who_was_never_seen_and_waits_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
