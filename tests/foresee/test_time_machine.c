/* The interval algebra against every worked example, and its parts: lame times, certain failure, too many windows. */
#include "tests/foresee/tm_stories.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static void expect(const char *story, const struct tm_world *w, const struct tm_profile *p, struct window want)
{
	struct windows got;
	tm_fail_windows(w, p, &got);
	if (want.from_s == -1)
		return;
	if (want.from_s == want.until_s && got.n)
		fail_msg("%s, %s: [%ld, %ld) where there is none", story, p->name, (long)got.at[0].from_s,
			 (long)got.at[0].until_s);
	if (want.from_s == want.until_s)
		return;
	if (got.n != 1 || got.at[0].from_s != want.from_s || got.at[0].until_s != want.until_s)
		fail_msg("%s, %s: %u windows, first [%ld, %ld), not [%ld, %ld)", story, p->name, got.n,
			 got.n ? (long)got.at[0].from_s : 0, got.n ? (long)got.at[0].until_s : 0, (long)want.from_s,
			 (long)want.until_s);
}

static void every_worked_example(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N_STORIES; i++) {
		struct story s = stories[i];
		struct tm_world w = story_world(&s);
		expect(s.name, &w, &tm_bind, s.bind);
		expect(s.name, &w, &tm_unbound, s.unbound);
		expect(s.name, &w, &tm_envelope, s.envelope);
	}
}

static struct story story(const char *name)
{
	for (unsigned i = 0; i < N_STORIES; i++)
		if (!strcmp(stories[i].name, name))
			return stories[i];
	fail_msg("no story %s", name);
	return stories[0];
}

/* What resolvers of these two kinds did in the lab lies within their windows too, not only in the envelope. */
static void what_was_measured_lies_inside(void **state)
{
	(void)state;
	static const struct {
		const char *story;
		struct window bind, unbound; /* first and last second of SERVFAIL, fresh names */
	} measured[] = {
		{ "S1", { 2, 96 }, { 3, 149 } },   { "S2", { 0, 0 }, { 104, 119 } },
		{ "S3", { 27, 116 }, { 28, 149 } }, { "S3, old key back at 40", { 27, 56 }, { 28, 88 } },
		{ "S4", { 2, 26 }, { 3, 27 } },    { "S8", { 26, 125 }, { 26, 147 } },
		{ "V1", { 4, 123 }, { 4, 125 } },  { "V2", { 4, 63 }, { 4, 64 } },
		{ "V3", { 4, 33 }, { 4, 64 } },
	};
	for (unsigned i = 0; i < sizeof measured / sizeof *measured; i++) {
		struct story s = story(measured[i].story);
		struct tm_world w = story_world(&s);
		const struct tm_profile *profiles[] = { &tm_bind, &tm_unbound };
		for (unsigned p = 0; p < 2; p++) {
			const struct window *m = p ? &measured[i].unbound : &measured[i].bind;
			struct windows got;
			tm_fail_windows(&w, profiles[p], &got);
			for (int64_t t = m->from_s; m->until_s && t <= m->until_s; t++)
				if (!windows_at(&got, t))
					fail_msg("%s, %s: second %ld was seen to fail", s.name, profiles[p]->name, (long)t);
		}
	}
}

/* 3.3, last line: while no server of a provider answers, whoever holds its NS fails. */
static void nobody_answers(void **state)
{
	(void)state;
	struct story s = story("4H");
	struct tm_lame lame = { A, 50000, 60000 };
	struct windows got;
	s.zones[1] = (struct tm_zone){ PAST, EVER, B, false, K1 | Z1, K1, Z1, 3600 };
	s.zones[2] = (struct tm_zone){ 0 };
	struct tm_world w = story_world(&s);
	expect("B has A's zone from the start", &w, &tm_envelope, (struct window){ 0, 0 });
	w.lame.at = &lame;
	w.lame.n = 1;
	expect("A falls silent", &w, &tm_envelope, (struct window){ 50000, 60000 });
	lame = (struct tm_lame){ A, 50000, EVER };
	expect("A stays silent: until its NS has gone", &w, &tm_bind, (struct window){ 50000, 86400 });
	tm_certain_windows(&w, &tm_envelope, &got);
	assert_int_equal(got.n, 0); /* who has gone to B is well */
	lame = (struct tm_lame){ A, 86400, EVER };
	expect("A falls silent when nobody asks it", &w, &tm_bind, (struct window){ 0, 0 });
	lame = (struct tm_lame){ B, 90000, 91000 };
	expect("B falls silent", &w, &tm_envelope, (struct window){ 90000, 91000 });
	tm_certain_windows(&w, &tm_envelope, &got);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.at[0].from_s, 90000);
	assert_int_equal(got.at[0].until_s, 91000);
}

static void certain(const char *name, struct window want)
{
	struct story s = story(name);
	struct tm_world w = story_world(&s);
	struct windows got;
	tm_certain_windows(&w, &tm_envelope, &got);
	if (want.from_s == want.until_s ? got.n != 0 : got.n != 1 || got.at[0].from_s != want.from_s ||
								got.at[0].until_s != want.until_s)
		fail_msg("%s: %u certain, [%ld, %ld)", name, got.n, got.n ? (long)got.at[0].from_s : 0,
			 got.n ? (long)got.at[0].until_s : 0);
}

/* Ex. 4N: once A's NS has gone nobody can do without B, whose keys the DS does not name. */
static void some_failures_are_certain(void **state)
{
	(void)state;
	certain("4N", (struct window){ 86400, EVER });
	certain("2N", (struct window){ 0, 0 }); /* the new DS is good at every moment */
	certain("2R", (struct window){ 0, 0 });
	certain("1W", (struct window){ 0, 0 });
	certain("3N", (struct window){ 0, 0 });
	certain("4C", (struct window){ 0, 0 });
}

static void the_cap_of_the_cache(void **state)
{
	(void)state;
	struct story s = story("2N");
	struct tm_world w = story_world(&s);
	s.ds[0].ttl_s = 30 * 86400;
	expect("BIND keeps a week", &w, &tm_bind, (struct window){ 3600, 7 * 86400 + 3600 });
	expect("Unbound keeps a day", &w, &tm_unbound, (struct window){ 3600, 86400 + 60 });
}

static void late_servers_of_the_zone(void **state)
{
	(void)state;
	struct story s = story("3A");
	struct tm_world w = story_world(&s);
	w.child_delay_s = 300;
	expect("3A, the bad version goes on at late secondaries", &w, &tm_bind, (struct window){ 0, 21900 });
}

static void windows_join_and_part(void **state)
{
	(void)state;
	struct windows w = { 0 };
	windows_add(&w, 10, 20);
	windows_add(&w, 30, 40);
	windows_add(&w, 5, 5);
	assert_int_equal(w.n, 2);
	windows_add(&w, 20, 30); /* touches both */
	assert_int_equal(w.n, 1);
	windows_cut(&w, 12, 15);
	assert_int_equal(w.n, 2);
	assert_null(windows_at(&w, 12));
	assert_ptr_equal(windows_at(&w, 15), &w.at[1]);
	assert_null(windows_at(&w, 40));
	windows_cut(&w, INT64_MIN, INT64_MAX);
	assert_int_equal(w.n, 0);
}

static void too_many_windows_lose_nothing(void **state)
{
	(void)state;
	struct windows w = { 0 };
	for (int64_t i = 0; i < 2 * WINDOWS_MAX; i++)
		windows_add(&w, i * 100, i * 100 + (i == 40 ? 90 : 50));
	assert_int_equal(w.n, WINDOWS_MAX);
	assert_true(w.more);
	for (int64_t i = 0; i < 2 * WINDOWS_MAX; i++)
		assert_non_null(windows_at(&w, i * 100 + 49));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_worked_example),
		cmocka_unit_test(what_was_measured_lies_inside),
		cmocka_unit_test(nobody_answers),
		cmocka_unit_test(some_failures_are_certain),
		cmocka_unit_test(the_cap_of_the_cache),
		cmocka_unit_test(late_servers_of_the_zone),
		cmocka_unit_test(windows_join_and_part),
		cmocka_unit_test(too_many_windows_lose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
