/* What memory foresees, as it is told: time passes, the world is signed anew or not, keys are rolled well and badly. */
#include "stage.h"

#define CONFIG "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\nremind: [24h]\n" SLACK
#define HOURLY "interval: 1h\n" CONFIG
/* Above the zone nothing ends in these tests. */
#define ABOVE_OF(ds_ttl) "zone . ecdsa nsec inception=-400d expiration=+400d servers a.root.=198.18.0.1\n" \
			 "zone lab. ecdsa nsec3 " ds_ttl "inception=-400d expiration=+400d servers a.nic=198.18.1.1\n"
#define ABOVE ABOVE_OF("")
/* A zone is looked at ten times in the life of its DS: where that is an hour, HOURLY would mean six minutes. */
#define SLOW_ABOVE ABOVE_OF("ttl=86400 ")
#define ASK "ask shop.lab. SOA\nexpect OK\n"
#define HEALTHY ABOVE "zone shop.lab. ecdsa inception=-1d expiration=+300d servers ns1=192.0.2.11 ns2=203.0.113.12\n"
#define BEGIN "clock 2026-03-01T12:00:00Z\n"
enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* A world's signatures keep the times they were made for: `made_s` is how long ago. */
static const char *signed_zone(struct arena *a, int64_t made_s, int64_t life_s, const char *more)
{
	return arena_printf(a, SLOW_ABOVE "zone shop.lab. ecdsa ttl=43200 inception=-%lldm expiration=%+lldm servers ns1=192.0.2.11 ns2=203.0.113.12\n%s" ASK,
			    (long long)(made_s / 60 + 60), (long long)((life_s - made_s) / 60), more);
}

static void what_runs_out_is_told_at_each_rung_and_no_more(void **state)
{
	struct stage s;
	struct arena *a = arena_new(1 << 20);
	(void)state;
	stage_set(&s, HOURLY, arena_printf(a, BEGIN "%s", signed_zone(a, 0, 40 * DAY, "")));
	stage_run(&s, 29 * DAY);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_run(&s, 10 * DAY - HOUR); /* a little more than a day is left */
	assert_int_equal(stage_told(&s, "opened", "sig-expires-soon"), 1);
	assert_in_range(stage_told_at(&s, "opened", "sig-expires-soon", 0), 29 * DAY, 30 * DAY + 2 * HOUR);
	assert_int_equal(stage_told(&s, "changed", NULL), 2);   /* 7 days, 3 days */
	assert_int_equal(stage_told(&s, NULL, NULL), 3);
	stage_restart(&s);              /* it is not told anew for that */
	stage_run(&s, 23 * HOUR);
	assert_int_equal(stage_told(&s, "changed", NULL), 3);   /* 1 day */
	assert_int_equal(stage_told(&s, NULL, NULL), 4);
	assert_int_equal(stage_zone_word(&s, VERDICT_AT_RISK), 1);
	stage_run(&s, 2 * HOUR + 30 * MINUTE);
	assert_int_equal(stage_zone_word(&s, VERDICT_SERVFAIL), 1);
	assert_int_equal(stage_told(&s, "opened", NULL), 2);
	assert_int_equal(stage_told(&s, "opened", "rrsig-expired") + stage_told(&s, "opened", "dnskey-sig-expired"), 1);
	assert_true(stage_told_at(&s, "opened", NULL, 1) < 40 * DAY + 10 * MINUTE);
	stage_clear(&s);
	arena_free(&a);
}

static void a_signer_that_stopped_is_told_long_before_the_end(void **state)
{
	struct stage s;
	struct arena *a = arena_new(1 << 22);
	(void)state;
	stage_set(&s, HOURLY, arena_printf(a, BEGIN "%s", signed_zone(a, 0, 30 * DAY, "")));
	for (int i = 1; i <= 4; i++) {
		stage_run(&s, 7 * DAY);
		if (i < 4)
			stage_lines(&s, signed_zone(a, 0, 30 * DAY, ""));
	}
	assert_int_equal(stage_told(&s, NULL, NULL), 0);        /* 23 days are left, as always when it signs anew */
	stage_run(&s, 4 * DAY);
	assert_int_equal(stage_told(&s, "opened", "signer-stopped") + stage_told(&s, "opened", "signer-late"), 1);
	int64_t at_s = stage_told_at(&s, "opened", NULL, 0);
	assert_true(at_s > 21 * DAY + 7 * DAY && at_s < 21 * DAY + 11 * DAY);   /* a look's own margin would be at 22.5 days of 30 */
	stage_lines(&s, signed_zone(a, 0, 30 * DAY, ""));
	stage_run(&s, 6 * HOUR);
	assert_int_equal(stage_open_incidents(&s), 0);
	stage_clear(&s);
	arena_free(&a);
}

static void a_signer_that_signs_late_by_habit_is_let_be(void **state)
{
	struct stage s;
	struct arena *a = arena_new(1 << 22);
	(void)state;
	stage_set(&s, HOURLY, arena_printf(a, BEGIN "%s", signed_zone(a, 0, 14 * DAY, "")));
	for (int i = 0; i < 4; i++) {
		stage_run(&s, 11 * DAY);        /* 3 days of 14 left: under a quarter */
		stage_lines(&s, signed_zone(a, 0, 14 * DAY, ""));
	}
	unsigned learning = stage_told(&s, "opened", NULL);
	for (int i = 0; i < 2; i++) {
		stage_run(&s, 11 * DAY);
		stage_lines(&s, signed_zone(a, 0, 14 * DAY, ""));
	}
	assert_int_equal(stage_told(&s, "opened", NULL), learning);
	stage_clear(&s);
	arena_free(&a);
}

static void a_ksk_retired_too_early_is_told_though_every_server_is_fine(void **state)
{
	struct stage s;
	char end[WALL_TEXT_MAX];
	(void)state;
	stage_set(&s, CONFIG, BEGIN HEALTHY ASK);
	stage_run(&s, DAY);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_lines(&s, HEALTHY "break shop.lab. dnskey swap role=ksk id=new ds=follow\n" ASK);
	stage_run(&s, 6 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", "doomed-change"), 1);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	const struct alert *l = stage_alert(&s, "opened", "doomed-change");
	/* The DS was seen last before the swap and lives an hour: caches are rid of it by then. */
	int64_t swapped_s = s.begun_s + DAY;
	const char *until = strstr(l->cause, "until ");
	struct wall said;
	assert_non_null(until);
	snprintf(end, sizeof end, "%.20s", until + 6);
	assert_true(wall_from_text(end, (struct wall){ 0 }, &said));
	assert_in_range(said.s, swapped_s + HOUR, swapped_s + 2 * HOUR + 10 * MINUTE);
	stage_run(&s, 3 * HOUR);
	assert_int_equal(stage_open_incidents(&s), 0);
	assert_int_equal(stage_told(&s, "resolved", "doomed-change"), 1);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	stage_clear(&s);
}

/* By two DS (RFC 6781 4.1.2): DS of both, then the other key, then its DS alone. The lab's key "old" is the one that is retired. */
static void a_roll_in_order_is_told_nobody(void **state)
{
	static const char *const steps[] = {
		"change shop.lab. dnskey swap role=ksk id=old\nchange shop.lab. ds extra-stale\n",
		"change shop.lab. ds extra-stale\n",
		"",
	};
	struct stage s;
	struct arena *a = arena_new(1 << 20);
	(void)state;
	stage_set(&s, CONFIG, BEGIN HEALTHY "change shop.lab. dnskey swap role=ksk id=old\nchange shop.lab. ds stale\n" ASK);
	stage_run(&s, DAY);
	assert_int_equal(stage_zone_word(&s, VERDICT_OK), 1);
	for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		stage_lines(&s, arena_printf(a, HEALTHY "%s" ASK, steps[i]));
		stage_run(&s, 2 * DAY);
	}
	assert_int_equal(stage_told(&s, "opened", "doomed-change"), 0);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	assert_true(stage_events(&s, "key-added") >= 1 && stage_events(&s, "ds-added") >= 1 && stage_events(&s, "key-removed") >= 1);
	stage_clear(&s);
	arena_free(&a);
}

static void a_secondary_that_lags_is_told_and_that_it_will_expire(void **state)
{
	struct stage s;
	struct arena *a = arena_new(1 << 22);
	(void)state;
	stage_set(&s, HOURLY, BEGIN HEALTHY ASK);
	for (int i = 1; i <= 4; i++) {          /* both follow */
		stage_run(&s, DAY);
		stage_lines(&s, arena_printf(a, HEALTHY "change shop.lab. serial=20260301%02d\n" ASK, i));
	}
	stage_run(&s, DAY);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_lines(&s, HEALTHY "change shop.lab. serial=2026030105\nchange shop.lab. serial=2026030104 at=ns2\n" ASK);
	stage_run(&s, DAY);
	assert_int_equal(stage_told(&s, "opened", "secondary-lagging") + stage_told(&s, "opened", "secondary-will-expire"), 1);
	stage_run(&s, 8 * DAY);
	assert_int_equal(stage_told(&s, "opened", "secondary-will-expire"), 1);
	assert_int_equal(stage_told(&s, "changed", "secondary-lagging"), 0);    /* the rungs are those of the end */
	stage_clear(&s);
	arena_free(&a);
}

static void a_cds_that_the_parent_ignores_is_told_after_days(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, HOURLY, BEGIN ABOVE "zone shop.lab. ecdsa cds inception=-1d expiration=+300d servers ns1=192.0.2.11 ns2=203.0.113.12\n" ASK);
	stage_run(&s, DAY);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_lines(&s, ABOVE "zone shop.lab. ecdsa inception=-1d expiration=+300d servers ns1=192.0.2.11 ns2=203.0.113.12\n"
		    "change shop.lab. add \"shop.lab. 3600 CDS 31406 13 2 8FC4000000000000000000000000000000000000000000000000000000000000\"\n" ASK);
	stage_run(&s, 2 * DAY);
	assert_int_equal(stage_told(&s, "opened", "cds-ignored"), 0);
	stage_run(&s, 2 * DAY);
	assert_int_equal(stage_told(&s, "opened", "cds-ignored"), 1);
	stage_clear(&s);
}

static void the_operator_says_how_long_a_cds_may_wait(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, "thresholds: {cds_ignored: 6h}\n" HOURLY, BEGIN ABOVE "zone shop.lab. ecdsa cds inception=-1d expiration=+300d servers ns1=192.0.2.11\n" ASK);
	stage_run(&s, DAY / 2);
	stage_lines(&s, ABOVE "zone shop.lab. ecdsa inception=-1d expiration=+300d servers ns1=192.0.2.11\n"
		    "change shop.lab. add \"shop.lab. 3600 CDS 31406 13 2 8FC4000000000000000000000000000000000000000000000000000000000000\"\n" ASK);
	stage_run(&s, DAY / 6);
	assert_int_equal(stage_told(&s, "opened", "cds-ignored"), 0);
	stage_run(&s, DAY / 6);
	assert_int_equal(stage_told(&s, "opened", "cds-ignored"), 1);
	stage_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_runs_out_is_told_at_each_rung_and_no_more),
		cmocka_unit_test(a_signer_that_stopped_is_told_long_before_the_end),
		cmocka_unit_test(a_signer_that_signs_late_by_habit_is_let_be),
		cmocka_unit_test(a_ksk_retired_too_early_is_told_though_every_server_is_fine),
		cmocka_unit_test(a_roll_in_order_is_told_nobody),
		cmocka_unit_test(a_secondary_that_lags_is_told_and_that_it_will_expire),
		cmocka_unit_test(a_cds_that_the_parent_ignores_is_told_after_days), cmocka_unit_test(the_operator_says_how_long_a_cds_may_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
