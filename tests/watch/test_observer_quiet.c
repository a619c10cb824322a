/* How much is told: what flaps, grows, is muted, acknowledged, under maintenance, or was told before a restart. */
#include "stage.h"

#define CONFIG "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\n" SLACK
#define ZONE "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=203.0.113.12\nrecord www.shop.lab. 300 A 198.51.100.7\n"
#define ASK "ask shop.lab. SOA\nexpect OK\n"
#define BEGIN "clock 2026-03-01T12:00:00Z\n"
#define BROKEN ZONE "break shop.lab. rrsig expired\n" ASK
enum { MINUTE = 60, HOUR = 3600, DAY = 86400, RESTARTS = 50, FLAPS = 20, BORN = 40 };

static void what_flaps_is_damped(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, BEGIN ZONE ASK);
	stage_run(&s, HOUR);
	for (int i = 0; i < FLAPS; i++) {
		stage_lines(&s, BROKEN);
		stage_run(&s, 12 * MINUTE);
		stage_lines(&s, ZONE ASK);
		stage_run(&s, 12 * MINUTE);
	}
	unsigned told = stage_told(&s, NULL, NULL);
	assert_in_range(told - stage_told(&s, "reminder", NULL), 3, 7);
	assert_in_range(stage_told(&s, "reminder", NULL), 0, 3);
	assert_int_equal(stage_open_incidents(&s), 1);          /* not yet quiet for long */
	assert_int_equal(stage_told(&s, "opened", NULL), stage_told(&s, "resolved", NULL) + 1);        /* and whoever reads knows so */
	stage_run(&s, 2 * HOUR);
	assert_int_equal(stage_open_incidents(&s), 0);
	assert_int_equal(stage_told(&s, NULL, NULL), told + 1);
	assert_int_equal(stage_told(&s, "opened", NULL), stage_told(&s, "resolved", NULL));
	stage_clear(&s);
}

static const char *first_incident(struct stage *s, struct arena *a)
{
	incident_rows rows = { 0 };
	assert_int_equal(store_incidents(s->store, a, &(struct incident_query){ .state = "open", .limit = 10 }, &rows), E_OK);
	assert_int_equal(rows.n, 1);
	return rows.at[0].id;
}

static void what_is_acknowledged_is_not_reminded_of(void **state)
{
	struct stage s;
	bool found = false;
	(void)state;
	stage_set(&s, CONFIG, BEGIN BROKEN);
	stage_run(&s, 90 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	assert_int_equal(stage_told(&s, "reminder", NULL), 1);
	struct arena *a = arena_new(1 << 24);
	assert_int_equal(store_ack(s.store, first_incident(&s, a), "somebody", s.clock, &found), E_OK);
	assert_true(found);
	stage_run(&s, 2 * DAY);
	assert_int_equal(stage_told(&s, "reminder", NULL), 1);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, "resolved", NULL), 1);
	arena_free(&a);
	stage_clear(&s);
}

static void reminders_come_as_often_as_configured(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, BEGIN BROKEN);
	stage_run(&s, 3 * DAY);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	assert_int_equal(stage_told(&s, "reminder", NULL), 3);
	assert_in_range(stage_told_at(&s, "reminder", NULL, 1), 4 * HOUR, 4 * HOUR + 5 * MINUTE);
	assert_int_equal(stage_told(&s, NULL, NULL), 4);
	stage_clear(&s);
}

static void what_is_muted_is_told_when_the_mute_is_over(void **state)
{
	struct stage s;
	int64_t id;
	(void)state;
	stage_set(&s, CONFIG, BEGIN ZONE ASK);
	stage_run(&s, HOUR);
	struct mute_row mute = { .pattern = "shop.lab", .from = s.clock, .until = { s.clock.s + 2 * HOUR }, .why = "moving house" };
	assert_int_equal(store_add_mute(s.store, &mute, &id), E_OK);
	stage_lines(&s, BROKEN);
	stage_run(&s, 119 * MINUTE);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	assert_int_equal(stage_open_incidents(&s), 1);
	stage_run(&s, 10 * MINUTE);     /* it still hurts */
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	stage_clear(&s);
}

static void what_comes_and_goes_under_maintenance_is_not_told(void **state)
{
	static const char config[] = CONFIG "windows:\n  - {zones: [shop.lab], hours: \"13:00-16:00\", why: move}\n";
	struct stage s;
	(void)state;
	stage_set(&s, config, BEGIN ZONE ASK);
	stage_run(&s, 2 * HOUR);
	stage_lines(&s, BROKEN);
	stage_run(&s, HOUR);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, 6 * HOUR);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	assert_int_equal(stage_events(&s, "incident-opened"), 1);
	stage_clear(&s);
}

static void restarts_tell_nothing_anew(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, BEGIN ZONE ASK);
	stage_run(&s, HOUR);
	stage_lines(&s, ZONE "break shop.lab. rrsig expired\nserver ns2.shop.lab. silent\n" ASK);
	stage_run(&s, 30 * MINUTE);
	unsigned told = stage_told(&s, NULL, NULL), open = stage_open_incidents(&s), events = stage_events(&s, NULL);
	assert_true(told >= 1 && open >= 1);
	for (int i = 0; i < RESTARTS; i++) {
		stage_restart(&s);
		stage_run(&s, i % 5 * 7);       /* also before anything was looked at, and between two looks */
	}
	assert_int_equal(stage_told(&s, NULL, NULL), told);
	assert_int_equal(stage_open_incidents(&s), open);
	assert_int_equal(stage_events(&s, NULL), events);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, 26 * HOUR);       /* a change is news for a day */
	assert_int_equal(stage_told(&s, "resolved", NULL), stage_told(&s, "opened", NULL));
	stage_clear(&s);
}

static void what_comes_back_after_a_restart_is_the_same_incident(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, BEGIN BROKEN);
	stage_run(&s, 10 * MINUTE);
	stage_lines(&s, ZONE ASK);
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_told(&s, "resolved", NULL), 1);
	stage_restart(&s);
	stage_lines(&s, BROKEN);
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", NULL), 2);
	struct arena *a = arena_new(1 << 24);
	incident_rows rows = { 0 };
	assert_int_equal(store_incidents(s.store, a, &(struct incident_query){ .limit = 10 }, &rows), E_OK);
	assert_int_equal(rows.n, 1);
	arena_free(&a);
	stage_clear(&s);
}

/* Zones that share their servers; the first so many are broken by them. */
static const char *family(struct arena *a, unsigned n, bool config)
{
	struct text t;
	text_init(&t, a);
	if (config)
		text_add(&t, "store: /nowhere\nallow: [private, documentation]\n" SLACK "zones:\n");
	for (unsigned i = 0; i < n; i++)
		text_addf(&t, config ? "  - z%u.lab\n" : "zone z%u.lab. unsigned servers ns%u=192.0.2.%u\n", i, i, i < 2 ? 11 : 12);
	return t.at;
}

static uint32_t zones_of_newest(struct stage *s)
{
	struct arena *a = arena_new(1 << 24);
	incident_rows rows = { 0 };
	assert_int_equal(store_incidents(s->store, a, &(struct incident_query){ .state = "open", .limit = 1 }, &rows), E_OK);
	uint32_t n = rows.n == 1 ? rows.at[0].n_zones : 0;
	arena_free(&a);
	return n;
}

static void what_grows_is_told_again(void **state)
{
	struct stage s;
	struct arena *a = arena_new(1 << 24);
	(void)state;
	stage_set(&s, family(a, BORN, true), arena_printf(a, BEGIN "%s" "ask z0.lab. SOA\nexpect OK\n", family(a, BORN, false)));
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_lines(&s, arena_printf(a, "%sserver 192.0.2.11 refused\nask z0.lab. SOA\nexpect OK\n", family(a, BORN, false)));
	stage_run(&s, 15 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	assert_int_equal(zones_of_newest(&s), 2);
	stage_lines(&s, arena_printf(a, "%sserver 192.0.2.11 refused\nserver 192.0.2.12 refused\nask z0.lab. SOA\nexpect OK\n", family(a, BORN, false)));
	stage_run(&s, 30 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", NULL), 2);    /* other servers: another cause, with all its zones */
	assert_in_range(stage_told(&s, NULL, NULL), 2, 3);
	assert_int_equal(zones_of_newest(&s), BORN - 2);
	stage_lines(&s, arena_printf(a, "%sask z0.lab. SOA\nexpect OK\n", family(a, BORN, false)));
	stage_run(&s, 30 * MINUTE);
	assert_int_equal(stage_told(&s, "resolved", NULL), 2);
	stage_clear(&s);
	arena_free(&a);
}

/* More zones than one message names; all but one have a tag. */
static void a_mute_holds_for_all_zones_of_an_incident_or_for_none(void **state)
{
	static const struct { const char *pattern; unsigned told; } cases[] = { { "*.lab", 0 }, { "tag:all", 0 }, { "tag:most", 1 }, { "z2.lab", 1 } };
	struct arena *a = arena_new(1 << 24);
	struct text config;
	(void)state;
	text_init(&config, a);
	text_add(&config, "store: /nowhere\nallow: [private, documentation]\n" SLACK "zones:\n");
	for (unsigned i = 0; i < BORN; i++)
		text_addf(&config, "  - {name: z%u.lab, tags: [all%s]}\n", i, i < BORN - 1 ? ", most" : "");
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct stage s;
		stage_set(&s, config.at, arena_printf(a, BEGIN "%s" "ask z0.lab. SOA\nexpect OK\n", family(a, BORN, false)));
		stage_run(&s, 30 * MINUTE);
		struct mute_row mute = { .pattern = cases[i].pattern, .from = s.clock, .until = { s.clock.s + DAY }, .why = "" };
		assert_int_equal(store_add_mute(s.store, &mute, &mute.id), E_OK);
		stage_lines(&s, arena_printf(a, "%sserver 192.0.2.12 refused\nask z0.lab. SOA\nexpect OK\n", family(a, BORN, false)));
		stage_run(&s, 30 * MINUTE);
		assert_int_equal(zones_of_newest(&s), BORN - 2);
		assert_int_equal(stage_told(&s, "opened", NULL), cases[i].told);
		stage_clear(&s);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_flaps_is_damped),
		cmocka_unit_test(what_is_acknowledged_is_not_reminded_of),
		cmocka_unit_test(reminders_come_as_often_as_configured),
		cmocka_unit_test(what_is_muted_is_told_when_the_mute_is_over),
		cmocka_unit_test(what_comes_and_goes_under_maintenance_is_not_told),
		cmocka_unit_test(restarts_tell_nothing_anew),
		cmocka_unit_test(what_comes_back_after_a_restart_is_the_same_incident),
		cmocka_unit_test(what_grows_is_told_again),
		cmocka_unit_test(a_mute_holds_for_all_zones_of_an_incident_or_for_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
