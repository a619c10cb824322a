/* Who is told, and when: routes, quiet hours, the outbox rows that come of them. */
#include "../base/cmocka_all.h"
#include "samples.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *arena;
static struct channel channels[3];

static int begin(void **state)
{
	(void)state;
	static const char *const names[] = { "ops", "boss", "log" };
	arena = arena_new(1u << 24);
	for (int i = 0; i < 3; i++) {
		channels[i] = sample_channel(arena, CHANNEL_WEBHOOK, "https://x.example");
		channels[i].name = names[i];
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct route route(const char *channel, const char *zone, const char *tag, const char *severity, bool go_on)
{
	struct route r = { .min_severity = severity, .go_on = go_on };
	list_push(arena, &r.channels, channel);
	if (zone != NULL)
		list_push(arena, &r.zones, zone);
	if (tag != NULL)
		list_push(arena, &r.tags, tag);
	return r;
}

/* "ops,log": the channels, in order. */
static const char *told(const struct alert *a, const struct route *routes, uint32_t n)
{
	channel_list to;
	struct text t;
	text_init(&t, arena);
	alert_route(arena, a, routes, n, channels, 3, &to);
	for (uint32_t i = 0; i < to.n; i++)
		text_addf(&t, "%s%s", i > 0 ? "," : "", to.at[i]->name);
	return t.at;
}

static void patterns_fit_zones(void **state)
{
	(void)state;
	static const struct { const char *pattern, *scope; bool fits; } table[] = {
		{ "example.com", "example.com.", true }, { "example.com.", "example.com.", true }, { "EXAMPLE.com", "example.COM.", true },
		{ "example.com", "www.example.com.", false }, { "example.com", "myexample.com.", false }, { "example.com", "com.", false },
		{ "*.example.com", "www.example.com.", true }, { "*.example.com.", "a.b.example.com.", true }, { "*.example.com", "example.com.", false },
		{ "*.example.com", "myexample.com.", false }, { "*", "anything.", true }, { "*.", ".", false }, { "*.", "com.", true }, { ".", ".", true },
		{ "example.com", "", false },
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct alert a = sample_opened(arena);
		a.zones.n = 0;
		a.scope = table[i].scope;
		struct route r = route("ops", table[i].pattern, NULL, NULL, false);
		if (strcmp(told(&a, &r, 1), table[i].fits ? "ops" : "") != 0)
			fail_msg("%s and %s", table[i].pattern, table[i].scope);
	}
	/* A zone that is hurt counts as the zone that is at fault does. */
	struct alert a = sample_opened(arena);
	a.scope = "com.";
	struct route r = route("ops", "example.com", NULL, NULL, false);
	assert_string_equal(told(&a, &r, 1), "ops");
}

static void the_first_that_fits_wins(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct route routes[] = { route("boss", "other.example", NULL, NULL, false), route("ops", NULL, "prod", NULL, false), route("log", NULL, NULL, NULL, false) };
	assert_string_equal(told(&a, routes, 3), "ops");
	routes[1].go_on = true;
	assert_string_equal(told(&a, routes, 3), "ops,log");
	a.tags.n = 0;
	assert_string_equal(told(&a, routes, 3), "log");
	/* Nobody is told twice, and a name that is no channel tells nobody. */
	struct route twice[] = { route("ops", NULL, NULL, NULL, true), route("ops", NULL, NULL, NULL, true), route("gone", NULL, NULL, NULL, false) };
	assert_string_equal(told(&a, twice, 3), "ops");
	assert_string_equal(told(&a, NULL, 0), "");
}

static void severity_is_a_threshold(void **state)
{
	(void)state;
	static const char *const words[] = { "info", "notice", "warning", "error", "critical" };
	for (size_t least = 0; least < 5; least++) {
		for (size_t is = 0; is < 5; is++) {
			struct alert a = sample_opened(arena);
			a.severity = words[is];
			struct route r = route("ops", NULL, NULL, words[least], false);
			assert_string_equal(told(&a, &r, 1), is >= least ? "ops" : "");
			r.min_severity = NULL;
			assert_string_equal(told(&a, &r, 1), is >= 2 ? "ops" : "");
		}
	}
}

static void the_end_is_told_where_it_is_wanted(void **state)
{
	(void)state;
	struct alert a = sample_resolved(arena);
	struct route r = route("ops", NULL, NULL, NULL, true);
	list_push(arena, &r.channels, "log");
	channels[0].send_resolved = false;
	assert_string_equal(told(&a, &r, 1), "log");
}

/* Minutes of the day -> minutes until it is told. */
static int64_t wait_min(const struct quiet *q, const char *severity, int at_min, enum alert_kind kind)
{
	char file[] = "/tmp/dnsvigil-route-XXXXXX", side[64];
	struct store *s;
	struct err_at at;
	close(mkstemp(file));
	unlink(file);
	assert_int_equal(store_open(file, &(struct store_options){ .create = true }, &s, &at), E_OK);
	struct wall now = { 1795305600 + at_min * 60 + 17 };    /* 2026-11-22T00:00:00Z */
	struct alert a = sample_opened(arena);
	a.severity = severity;
	a.kind = kind;
	channel_list to = { 0 };
	list_push(arena, &to, &channels[0]);
	list_push(arena, &to, &channels[1]);
	assert_int_equal(store_begin(s), E_OK);
	assert_int_equal(alert_post(s, arena, &a, &to, q, now), E_OK);
	assert_int_equal(store_commit(s), E_OK);
	outbox_rows rows = { 0 };
	assert_int_equal(store_outbox(s, arena, "waiting", 10, &rows), E_OK);
	assert_int_equal(rows.n, 2);
	assert_string_equal(rows.at[0].dedup_key, alert_message_id(arena, &a));
	assert_string_equal(rows.at[0].incident, a.incident);
	assert_string_equal(rows.at[0].kind, alert_kind_id(kind));
	struct alert *back;
	assert_int_equal(alert_from_json(arena, rows.at[0].alert, strlen(rows.at[0].alert), &back, &at), E_OK);
	int64_t wait_s = rows.at[0].due_at.s - now.s;
	store_close(&s);
	unlink(file);
	snprintf(side, sizeof side, "%s-wal", file);
	unlink(side);
	snprintf(side, sizeof side, "%s-shm", file);
	unlink(side);
	if (wait_s > 0)
		assert_int_equal(rows.at[0].due_at.s % 60, 0);
	return (wait_s + 59) / 60;
}

static void quiet_hours_hold_back_what_can_wait(void **state)
{
	(void)state;
	enum { H = 60 };
	static const struct { int from, until, at; const char *severity; int64_t wait; } table[] = {
		{ 22 * H, 7 * H, 23 * H, "warning", 8 * H }, { 22 * H, 7 * H, 2 * H, "warning", 5 * H }, { 22 * H, 7 * H, 7 * H, "warning", 0 },
		{ 22 * H, 7 * H, 22 * H, "warning", 9 * H }, { 22 * H, 7 * H, 12 * H, "warning", 0 }, { 22 * H, 7 * H, 6 * H + 59, "warning", 1 },
		{ 22 * H, 7 * H, 2 * H, "critical", 0 }, { 22 * H, 7 * H, 2 * H, "error", 5 * H }, { 9 * H, 17 * H, 10 * H, "warning", 7 * H },
		{ 9 * H, 17 * H, 18 * H, "warning", 0 }, { 9 * H, 9 * H, 9 * H, "warning", 0 }, { 0, 24 * H, 12 * H, "warning", 12 * H },
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct quiet q = { table[i].from, table[i].until, NULL };
		int64_t wait = wait_min(&q, table[i].severity, table[i].at, ALERT_OPENED);
		if (wait != table[i].wait)
			fail_msg("row %zu: %lld minutes", i, (long long)wait);
	}
	struct quiet q = { 0, 24 * H, "error" };
	assert_int_equal(wait_min(&q, "error", 60, ALERT_OPENED), 0);
	assert_int_equal(wait_min(&q, "info", 60, ALERT_TEST), 0);     /* somebody waits for it */
	assert_int_equal(wait_min(NULL, "info", 60, ALERT_OPENED), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(patterns_fit_zones), TEST(the_first_that_fits_wins), TEST(severity_is_a_threshold), TEST(the_end_is_told_where_it_is_wanted),
		TEST(quiet_hours_hold_back_what_can_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
