#include "base/clock.h"
#include "cmocka_all.h"
#include <string.h>

static const struct wall base = { 1772366400 };         /* 2026-03-01T12:00:00Z */

static void instants_are_read(void **state)
{
	(void)state;
	static const struct { const char *text; int64_t s; } good[] = {
		{ "0", 0 },
		{ "1772366400", 1772366400 },
		{ "now", 1772366400 },
		{ "2026-03-01T12:00:00Z", 1772366400 },
		{ "2026-03-01t12:00:00z", 1772366400 },
		{ "2026-03-01 12:00:00Z", 1772366400 },
		{ "2026-03-01T12:00Z", 1772366400 },
		{ "2026-03-01T12:00:00.999Z", 1772366400 },
		{ "2026-03-01T13:00:00+01:00", 1772366400 },
		{ "2026-03-01T06:30:00-05:30", 1772366400 },
		{ "2026-03-01T06:30:00-0530", 1772366400 },
		{ "20260301120000", 1772366400 },
		{ "2026-03-01", 1772323200 },
		{ "1970-01-01", 0 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "2000-02-29", 951782400 },
		{ "2024-02-29", 1709164800 },
		{ "2038-01-19T03:14:08Z", INT64_C(1) << 31 },
		{ "2106-02-07T06:28:16Z", INT64_C(1) << 32 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
		{ "253402300799", 253402300799 },
		{ "0000-01-01", -62167219200 },
		{ "+14d", 1772366400 + 14 * 86400 },
		{ "-3h", 1772366400 - 3 * 3600 },
		{ "+90m", 1772366400 + 5400 },
		{ "+1w2d", 1772366400 + 9 * 86400 },
		{ "+1w2d3h4m5s", 1772366400 + 9 * 86400 + 3 * 3600 + 245 },
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct wall w = { 42 };
		if (!wall_from_text(good[i].text, base, &w) || w.s != good[i].s)
			fail_msg("%s gave %lld", good[i].text, (long long)w.s);
	}
}

static void other_texts_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "+", "-", "+d", "+14", "+14x", "14d", "+1d1w", "+1d1d", "+-1d", "+1500ms", "+1 d", " now", "Now",
		"tomorrow", "-1", "1e9", "0x10", "253402300800", "9999999999999999999999", "2026-3-1", "2026-03-01T",
		"2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-04-31", "2026-03-00", "2026-03-01Z",
		"2026-03-01T12:00:00", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01T12:00:61Z",
		"2026-03-01T12:00:00.Z", "2026-03-01T12:00:00+24:00", "2026-03-01T12:00:00+01:60",
		"2026-03-01T12:00:00Zx", "2026-03-01T12:0:00Z", "20261301120000", "20260301126000",
		"202603011200", "+99999999999999999999d", "+999999999w",
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct wall w = { 42 };
		if (strcmp(bad[i], "202603011200") == 0)        /* 12 digits are seconds, far off but before year 10000 */
			assert_true(wall_from_text(bad[i], base, &w));
		else if (wall_from_text(bad[i], base, &w))
			fail_msg("\"%s\" was read as %lld", bad[i], (long long)w.s);
	}
}

static void instants_are_written(void **state)
{
	(void)state;
	char out[WALL_TEXT_MAX];
	assert_string_equal(wall_text(base, out), "2026-03-01T12:00:00Z");
	assert_string_equal(wall_text((struct wall){ -1 }, out), "1969-12-31T23:59:59Z");
	assert_string_equal(wall_text((struct wall){ INT64_C(1) << 32 }, out), "2106-02-07T06:28:16Z");
	assert_string_equal(wall_text(WALL_NEVER, out), "never");
	assert_string_equal(wall_short(base, out), "01 Mar 12:00");
	assert_string_equal(wall_short(WALL_NEVER, out), "never");
	assert_true(strlen(wall_text((struct wall){ INT64_MAX - 1 }, out)) < WALL_TEXT_MAX - 1);
	assert_true(strlen(wall_text((struct wall){ INT64_MIN }, out)) < WALL_TEXT_MAX - 1);
}

static void text_and_back_every_day_of_800_years(void **state)
{
	(void)state;
	char out[WALL_TEXT_MAX];
	for (int64_t s = -12622780800 + 86399; s < 12622780800; s += 86400) {
		struct wall w;
		assert_true(wall_from_text(wall_text((struct wall){ s }, out), base, &w));
		assert_int_equal(w.s, s);
	}
}

static void distances(void **state)
{
	(void)state;
	static const struct { int64_t s; const char *text; } cases[] = {
		{ 0, "0s" }, { 12, "12s" }, { 59, "59s" }, { 60, "1m" }, { 61, "1m 01s" }, { 41 * 60, "41m" },
		{ 3 * 3600 + 12 * 60 + 59, "3h 12m" }, { 3600, "1h" }, { 86399, "23h 59m" }, { 86400, "1d" },
		{ 2 * 86400 + 23 * 3600, "2d 23h" }, { 5 * 86400 + 2 * 3600, "5d 02h" }, { -90, "1m 30s" },
		{ 400 * 86400, "400d" }, { INT64_MIN, "106751991167300d 15h" },
	};
	char out[WALL_TEXT_MAX];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(distance_text(cases[i].s, out), cases[i].text);
	int64_t s = 0;
	assert_true(distance_from_text("14d", &s) && s == 14 * 86400);
	assert_true(distance_from_text("90m", &s) && s == 5400);
	assert_true(distance_from_text("10s", &s) && s == 10);
	assert_true(distance_from_text("1w", &s) && s == 604800);
	assert_false(distance_from_text("1500ms", &s));
	assert_false(distance_from_text("", &s));
	assert_false(distance_from_text("14", &s));
	assert_false(distance_from_text("-1d", &s));
}

static void serials_compare_by_distance(void **state)
{
	(void)state;
	const struct serial32 zero = { 0 }, one = { 1 }, half = { 0x80000000 }, last = { 0xffffffff };
	assert_true(serial32_before(zero, one));
	assert_false(serial32_before(one, zero));
	assert_false(serial32_before(one, one));
	assert_true(serial32_before(last, zero));               /* 2106 is no wall */
	assert_false(serial32_before(zero, last));
	assert_true(serial32_before(zero, (struct serial32){ 0x7fffffff }));
	assert_false(serial32_before(zero, half));              /* RFC 1982 3.2: undefined */
	assert_false(serial32_before(half, zero));
	assert_true(serial32_before(one, half));
}

static void serials_mean_the_nearest_instant(void **state)
{
	(void)state;
	const int64_t turn = INT64_C(1) << 32;
	assert_int_equal(serial32_wall((struct serial32){ 1772366400 }, base).s, 1772366400);
	assert_int_equal(serial32_wall((struct serial32){ 5 }, (struct wall){ turn - 10 }).s, turn + 5);
	assert_int_equal(serial32_wall((struct serial32){ 0xfffffff0 }, (struct wall){ turn + 10 }).s, turn - 16);
	assert_int_equal(serial32_wall((struct serial32){ 0xfffffff0 }, (struct wall){ 3 * turn }).s, 3 * turn - 16);
	assert_int_equal(serial32_wall((struct serial32){ 0xffffffff }, (struct wall){ 0 }).s, -1);
	assert_int_equal(wall_serial32((struct wall){ turn + 7 }).v, 7);
	assert_int_equal(wall_serial32((struct wall){ -1 }).v, 0xffffffff);
	assert_true(serial32_wall((struct serial32){ 5 }, WALL_NEVER).s > INT64_MAX - turn);
}

static void clocks_run(void **state)
{
	(void)state;
	struct mono before = mono_now();
	assert_true(wall_now().s > 1700000000);
	assert_true(mono_now().us >= before.us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_are_read),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(instants_are_written),
		cmocka_unit_test(text_and_back_every_day_of_800_years),
		cmocka_unit_test(distances),
		cmocka_unit_test(serials_compare_by_distance),
		cmocka_unit_test(serials_mean_the_nearest_instant),
		cmocka_unit_test(clocks_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
