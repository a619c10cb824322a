#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cmocka_all.h"
#include <stdlib.h>
#include <string.h>

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(16 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void grows(void **state)
{
	(void)state;
	struct text t;
	text_init(&t, arena);
	assert_string_equal(t.at, "");
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%d,", i);
	assert_int_equal(t.len, strlen(t.at));
	assert_int_equal(t.len, 10 * 2 + 90 * 3 + 900 * 4);
	text_add_n(&t, "abc", 2);
	text_add(&t, "");
	assert_string_equal(t.at + t.len - 5, "99,ab");
}

/* The lengths at which a text has to grow are where an off-by-one would be. */
static void grows_at_every_length(void **state)
{
	(void)state;
	for (int n = 0; n < 200; n++) {
		struct text t;
		text_init(&t, arena);
		text_addf(&t, "%*s", n, "");
		text_addf(&t, "%s", "tail");
		assert_int_equal(t.len, (size_t)n + 4);
		assert_string_equal(t.at + n, "tail");
	}
}

static void columns_and_padding(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("abc"), 3);
	assert_int_equal(text_columns("m\xc3\xbcnchen"), 7);
	assert_int_equal(text_columns("\xe6\x97\xa5\xe6\x9c\xac"), 4);          /* 日本 */
	assert_int_equal(text_columns("e\xcc\x81"), 1);                          /* e + combining acute */
	assert_int_equal(text_columns("\xe2\x9c\x94 \xe2\x96\x88"), 3);          /* ✔ █ */
	assert_int_equal(text_columns("\xff\xfe"), 2);
	struct text t;
	text_init(&t, arena);
	text_add(&t, "first line\n");
	size_t line = t.len;
	text_add(&t, "\xe6\x97\xa5");
	text_pad(&t, 6, line);
	text_add(&t, "|");
	assert_string_equal(t.at + line, "\xe6\x97\xa5    |");
	text_pad(&t, 2, line);
	assert_string_equal(t.at + line, "\xe6\x97\xa5    |");
}

static const char *terminal(const char *s, size_t columns)
{
	return escape_terminal(arena, (const uint8_t *)s, strlen(s), columns);
}

static void terminal_shows_no_control(void **state)
{
	(void)state;
	static const struct { const char *in, *out; } cases[] = {
		{ "plain text; with, punctuation!", "plain text; with, punctuation!" },
		{ "\x1b[31mred", "\\027[31mred" },
		{ "\x1b]0;x\x07", "\\027]0;x\\007" },
		{ "a\r\nb\tc", "a\\013\\010b\\009c" },
		{ "\x7f", "\\127" },
		{ "\x9b" "31m", "\\15531m" },                                    /* raw C1: invalid UTF-8 */
		{ "\xc2\x9b" "31m", "\\194\\15531m" },                           /* C1 in UTF-8 */
		{ "\xe2\x80\xae" "evil", "\\226\\128\\174evil" },                /* U+202E override */
		{ "\xe2\x81\xa6x", "\\226\\129\\166x" },                         /* U+2066 isolate */
		{ "a\xe2\x80\x8b" "b", "a\\226\\128\\139b" },                    /* U+200B zero width */
		{ "a\xef\xbb\xbf" "b", "a\\239\\187\\191b" },                    /* U+FEFF */
		{ "a\xe2\x80\xa8" "b", "a\\226\\128\\168b" },                    /* U+2028 */
		{ "\xf3\xa0\x81\x81", "\\243\\160\\129\\129" },                  /* tag letter */
		{ "\xd8\x9c", "\\216\\156" },                                    /* Arabic letter mark */
		{ "\xc0\xaf", "\\192\\175" },                                    /* overlong */
		{ "\xed\xa0\x80", "\\237\\160\\128" },                           /* surrogate */
		{ "\xf4\x90\x80\x80", "\\244\\144\\128\\128" },                  /* above U+10FFFF */
		{ "\xe2\x82", "\\226\\130" },                                    /* cut short */
		{ "back\\slash", "back\\092slash" },
		{ "m\xc3\xbcnchen \xe6\x97\xa5\xe6\x9c\xac", "m\xc3\xbcnchen \xe6\x97\xa5\xe6\x9c\xac" },
		{ "e\xcc\x81", "e\xcc\x81" },
		{ "\xcc\x81", "\\204\\129" },                                    /* a mark over nothing of ours */
		{ "e\xcc\x81\xcc\x81\xcc\x81", "e\xcc\x81\xcc\x81\\204\\129" },  /* a tower */
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(terminal(cases[i].in, 0), cases[i].out);
	assert_string_equal(escape_terminal(arena, (const uint8_t *)"a\0b", 3, 0), "a\\000b");
}

static void terminal_is_cut_by_columns(void **state)
{
	(void)state;
	assert_string_equal(terminal("0123456789", 10), "0123456789");
	assert_string_equal(terminal("0123456789a", 10), "0123456...");
	assert_string_equal(terminal("\x01\x01\x01", 10), "\\001...");
	assert_string_equal(terminal("\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5", 7),
			    "\xe6\x97\xa5\xe6\x97\xa5...");
	assert_string_equal(terminal("abcd", 3), "...");
	assert_string_equal(terminal("abcd", 2), "..");
	char text[400];
	memset(text, 'x', sizeof text);
	assert_int_equal(text_columns(escape_terminal(arena, (const uint8_t *)text, sizeof text, 0)), 160);
	for (size_t n = 1; n < 40; n++)
		assert_true(text_columns(terminal("a\x1b\xe6\x97\xa5\xff" "e\xcc\x81 and then some more", n)) <= n);
}

static const char *json_of(const char *s)
{
	return escape_json(arena, s, strlen(s));
}

static void json_strings(void **state)
{
	(void)state;
	static const struct { const char *in, *out; } cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "say \"hi\" \\ /", "say \\\"hi\\\" \\\\ /" },
		{ "a\b\f\n\r\t", "a\\b\\f\\n\\r\\t" },
		{ "\x01\x1f\x7f", "\\u0001\\u001f\\u007f" },
		{ "\xc2\x9b", "\\u009b" },
		{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029" },
		{ "\xe2\x80\xae", "\\u202e" },
		{ "\xf3\xa0\x81\x81", "\\udb40\\udc41" },
		{ "m\xc3\xbc", "m\xc3\xbc" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "a\xc3", "a\xef\xbf\xbd" },
		{ "\xed\xa0\x80x", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx" },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(json_of(cases[i].in), cases[i].out);
	assert_string_equal(escape_json(arena, "a\0b", 3), "a\\u0000b");
}

static void write_document(struct json *j)
{
	json_object(j);
	json_field_text(j, "name", "ex\"ample.");
	json_field_text(j, "none", NULL);
	json_field_int(j, "n", INT64_MIN);
	json_field_bool(j, "yes", true);
	json_field_wall(j, "at", (struct wall){ 0 });
	json_field_wall(j, "never", WALL_NEVER);
	json_key(j, "list");
	json_array(j);
	json_int(j, 1);
	json_object(j);
	json_object_end(j);
	json_array(j);
	json_array_end(j);
	json_null(j);
	json_array_end(j);
	json_object_end(j);
}

static void json_documents(void **state)
{
	(void)state;
	struct text t;
	struct json j;
	text_init(&t, arena);
	json_init(&j, &t, false);
	write_document(&j);
	assert_string_equal(t.at, "{\"name\":\"ex\\\"ample.\",\"none\":null,\"n\":-9223372036854775808,\"yes\":true,"
				  "\"at\":\"1970-01-01T00:00:00Z\",\"never\":null,\"list\":[1,{},[],null]}");
	text_init(&t, arena);
	json_init(&j, &t, true);
	write_document(&j);
	assert_non_null(strstr(t.at, "{\n  \"name\": \"ex\\\"ample.\",\n  \"none\": null,"));
	assert_non_null(strstr(t.at, "\"list\": [\n    1,\n    {},\n    [],\n    null\n  ]\n}"));
}

static void every_code_point_survives_utf8(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		uint8_t b[4] = { (uint8_t)(0xf0 | cp >> 18), (uint8_t)(0x80 | (cp >> 12 & 63)),
				 (uint8_t)(0x80 | (cp >> 6 & 63)), (uint8_t)(0x80 | (cp & 63)) };
		unsigned n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
		if (n == 3)
			b[1] = (uint8_t)(0xe0 | cp >> 12);
		if (n == 2)
			b[2] = (uint8_t)(0xc0 | cp >> 6);
		if (n == 1)
			b[3] = (uint8_t)cp;
		uint32_t got = 0;
		unsigned used = utf8_next(b + 4 - n, n, &got);
		if (cp >= 0xd800 && cp <= 0xdfff) {
			assert_int_equal(used, 0);
			continue;
		}
		assert_int_equal(used, n);
		assert_int_equal(got, cp);
		assert_int_equal(utf8_next(b + 4 - n, n - 1, &got), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(grows_at_every_length),
		cmocka_unit_test(columns_and_padding),
		cmocka_unit_test(terminal_shows_no_control),
		cmocka_unit_test(terminal_is_cut_by_columns),
		cmocka_unit_test(json_strings),
		cmocka_unit_test(json_documents),
		cmocka_unit_test(every_code_point_survives_utf8),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
