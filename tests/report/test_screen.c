/* The screen: no line wider than asked, no control octet, the least needed lines go first. */
#include "report/screen.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena *arena;
static const struct style utf8 = { .utf8 = true, .columns = 40 }, ascii = { .columns = 40 },
			  colour = { .utf8 = true, .colour = true, .columns = 40 };

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const char *printed(const struct screen *s)
{
	struct text t;
	text_init(&t, arena);
	screen_print(s, &t);
	return t.at;
}

static size_t widest(const char *text)
{
	size_t most = 0;
	for (const char *at = text; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		size_t columns = text_columns(arena_printf(arena, "%.*s", (int)len, at));
		most = columns > most ? columns : most;
		at += len + (at[len] == '\n');
	}
	return most;
}

static void wraps_words_at_the_width(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &utf8);
	screen_wrap(&s, KEEP_ALWAYS, "  fix    1 ",
		    "start the signer again or sign once by hand on the primary");
	assert_string_equal(printed(&s), "  fix    1 start the signer again or\n           sign once by hand "
					 "on the\n           primary\n");
}

static void splits_a_word_longer_than_a_line(void **state)
{
	(void)state;
	struct screen s;
	char word[301];
	memset(word, 'a', 300);
	word[300] = '\0';
	screen_init(&s, arena, &utf8);
	screen_wrap(&s, KEEP_ALWAYS, "  ", word);
	screen_wrap(&s, KEEP_ALWAYS, "  ", "ääääääääääääääääääääääääääääääääääääääääääääääääää");
	screen_wrap(&s, KEEP_ALWAYS, "  ", "漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢");
	const char *text = printed(&s);
	assert_int_equal(widest(text), 40);
	size_t a = 0;
	for (const char *c = text; *c != '\0'; c++)
		a += *c == 'a';
	assert_int_equal(a, 300);
}

static void a_width_smaller_than_the_indent_still_ends(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &utf8);
	screen_wrap(&s, KEEP_ALWAYS, "                                             ", "ab cd");
	assert_non_null(strstr(printed(&s), "d"));
}

static void paint_has_no_width(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &colour);
	assert_int_equal(paint_columns(PAINT_RED "✘" PAINT_END " secure"), 8);
	assert_string_equal(screen_pad(&s, PAINT_RED "ab" PAINT_END, 4), PAINT_RED "ab" PAINT_END "  ");
	screen_add(&s, KEEP_ALWAYS, "%s SERVFAIL", sign_text(&s, SIGN_BAD));
	assert_string_equal(printed(&s), "\033[31m✘\033[0m SERVFAIL\n");
}

static void no_paint_without_colour_and_no_utf8_in_ascii(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &ascii);
	screen_add(&s, KEEP_ALWAYS, "%s SERVFAIL ä", sign_text(&s, SIGN_BAD));
	assert_string_equal(printed(&s), "X SERVFAIL ?\n");
}

static void control_octets_do_not_get_through(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &colour);
	screen_add(&s, KEEP_ALWAYS, "a\033]0;x\007b\rc\177");
	assert_string_equal(printed(&s), "a?]0;x?b?c?\n");
}

static void the_least_needed_lines_go_first(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &utf8);
	screen_add(&s, KEEP_ALWAYS, "title");
	screen_blank(&s);
	screen_blank(&s);
	screen_add(&s, KEEP_TABLE, "table");
	screen_add(&s, KEEP_EXTRA, "extra");
	screen_add(&s, KEEP_ALWAYS, "end");
	screen_fit(&s, 0);
	assert_string_equal(printed(&s), "title\n\ntable\nextra\nend\n");
	screen_fit(&s, 4);
	assert_string_equal(printed(&s), "title\ntable\nextra\nend\n");
	screen_fit(&s, 3);
	assert_string_equal(printed(&s), "title\ntable\nend\n");
	screen_fit(&s, 2);
	assert_string_equal(printed(&s), "title\nend\n");
}

static void a_wrapped_text_goes_as_a_whole(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &utf8);
	screen_add(&s, KEEP_ALWAYS, "title");
	screen_wrap(&s, KEEP_EXTRA, "also ", "start the signer again or sign once by hand on the primary");
	screen_add(&s, KEEP_ALWAYS, "end");
	assert_int_equal(s.lines.n, 4);
	screen_fit(&s, 3);
	assert_string_equal(printed(&s), "title\nend\n");
}

static void commands_are_not_broken(void **state)
{
	(void)state;
	struct screen s;
	screen_init(&s, arena, &ascii);
	screen_wrap(&s, KEEP_ALWAYS, "  ",
		    "sign it by hand with knotc" UNBROKEN "zone-sign" UNBROKEN "shop.lab");
	assert_string_equal(printed(&s), "  sign it by hand with\n  knotc zone-sign shop.lab\n");
}

static void names_are_cut_at_their_head(void **state)
{
	(void)state;
	const uint8_t *name = name_from_text(arena, "a-rather-long-label.example.com.", NULL);
	assert_string_equal(report_name(arena, name, 80), "a-rather-long-label.example.com");
	assert_string_equal(report_name(arena, name, 14), "...example.com");
	assert_string_equal(report_name(arena, name_root, 80), ".");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wraps_words_at_the_width),
		cmocka_unit_test(splits_a_word_longer_than_a_line),
		cmocka_unit_test(a_width_smaller_than_the_indent_still_ends),
		cmocka_unit_test(paint_has_no_width),
		cmocka_unit_test(no_paint_without_colour_and_no_utf8_in_ascii),
		cmocka_unit_test(control_octets_do_not_get_through),
		cmocka_unit_test(the_least_needed_lines_go_first),
		cmocka_unit_test(names_are_cut_at_their_head),
		cmocka_unit_test(a_wrapped_text_goes_as_a_whole),
		cmocka_unit_test(commands_are_not_broken),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
