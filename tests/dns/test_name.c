#include "dns_test.h"

static int sign(int d)
{
	return (d > 0) - (d < 0);
}

/* RFC 4034 6.1, the example to the letter. */
static void canonical_order(void **state)
{
	(void)state;
	static const char *const ascending[] = {
		".", "example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example",
		"\\001.z.example", "*.z.example", "\\200.z.example", "examplf", "aa",
	};
	static const int by_length = 11;        /* "aa" < "example": kept last on purpose, checked below */
	for (int i = 0; i < by_length; i++)
		for (int k = 0; k < by_length; k++)
			assert_int_equal(sign(name_cmp(name_of(ascending[i]), name_of(ascending[k]))), sign(i - k));
	assert_true(name_cmp(name_of("aa"), name_of("example")) < 0);
	assert_true(name_cmp(name_of("a"), name_of("aa")) < 0);
	assert_true(name_cmp(name_of("b.a"), name_of("aa")) < 0);       /* the right-most label decides */
	assert_int_equal(name_cmp(name_of("EXAMPLE"), name_of("example")), 0);
}

static void shape_is_checked(void **state)
{
	(void)state;
	static const struct { const char *hex; uint16_t used; } cases[] = {
		{ "00", 1 }, { "0161 00", 3 }, { "0161 00 ffff", 3 }, { "", 0 }, { "0161", 0 }, { "01", 0 }, { "0261 00", 0 },
		{ "c000", 0 }, { "0161 c000", 0 }, { "40 00", 0 }, { "80 00", 0 }, { "3f 00", 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rdata r = unhex(cases[i].hex);
		assert_int_equal(name_check(at_page_end(r.at, r.len), r.len), cases[i].used);
	}
	uint8_t longest[300] = { 0 };
	for (int i = 0; i < 127; i++) {
		longest[2 * i] = 1;
		longest[2 * i + 1] = 'a';
	}
	assert_int_equal(name_check(longest, sizeof longest), 255);
	assert_int_equal(name_labels(longest), 127);
	longest[253] = 'a';
	longest[252] = 1;
	longest[254] = 1;
	longest[255] = 'a';
	assert_int_equal(name_check(longest, sizeof longest), 0);       /* 257 octets */
}

static void families(void **state)
{
	(void)state;
	const uint8_t *www = name_of("www.Example.COM"), *zone = name_of("example.com"), *com = name_of("com");
	assert_int_equal(name_len(www), 17);
	assert_int_equal(name_labels(www), 3);
	assert_int_equal(name_labels(name_root), 0);
	assert_int_equal(name_len(name_root), 1);
	assert_true(name_is_under(www, zone));
	assert_true(name_is_under(zone, zone));
	assert_true(name_is_under(zone, name_root));
	assert_false(name_is_strictly_under(zone, zone));
	assert_true(name_is_strictly_under(www, zone));
	assert_false(name_is_under(zone, www));
	assert_false(name_is_under(name_of("notexample.com"), zone));
	assert_false(name_is_under(name_of("x\\007example.com"), zone));  /* octets that look like a label boundary */
	assert_false(name_is_under(name_of("example.net"), com));
	assert_true(name_equal(name_suffix(www, 2), zone));
	assert_true(name_equal(name_suffix(www, 0), name_root));
	assert_ptr_equal(name_suffix(www, 3), www);
	assert_true(name_equal(name_strip(www, 2), com));
	assert_int_equal(name_common_labels(www, name_of("ftp.example.com")), 2);
	assert_int_equal(name_common_labels(www, name_of("www.example.net")), 0);
	assert_int_equal(name_common_labels(zone, www), 2);
	assert_true(name_is_wildcard(name_of("*.example.com")));
	assert_false(name_is_wildcard(name_of("**.example.com")));
	assert_false(name_is_wildcard(name_root));
	assert_true(name_equal(www, name_of("WWW.example.com")));
	assert_false(name_equal(www, zone));
	assert_false(name_same_case(www, name_of("www.example.com")));
	assert_true(name_same_case(name_lower(arena, www), name_of("www.example.com")));
	assert_true(name_same_case(name_copy(arena, www), www));
	assert_true(name_label_equal(www, name_of("WwW.net")));
	assert_false(name_label_equal(www, zone));
}

static void new_names(void **state)
{
	(void)state;
	const uint8_t *zone = name_of("example.com");
	assert_string_equal(name_text(arena, name_prepend(arena, "www", 3, zone)), "www.example.com.");
	assert_string_equal(name_text(arena, name_wildcard(arena, zone)), "*.example.com.");
	assert_string_equal(name_text(arena, name_wildcard(arena, name_root)), "*.");
	/* RFC 6672 2.2, table 1 */
	const uint8_t *dname = name_of("example.com"), *target = name_of("example.net");
	assert_string_equal(name_text(arena, name_replace_suffix(arena, name_of("a.x.example.com"), dname, target)),
			    "a.x.example.net.");
	assert_string_equal(name_text(arena, name_replace_suffix(arena, name_of("shortloop.x"), name_of("x"), name_root)),
			    "shortloop.");
	const uint8_t *longest = name_of(
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_int_equal(name_len(longest), 255);
	assert_null(name_wildcard(arena, longest));
	assert_null(name_prepend(arena, "a", 1, longest));
	assert_null(name_replace_suffix(arena, longest, name_root, name_of("b")));
	assert_non_null(name_replace_suffix(arena, longest, name_root, name_root));
}

static void plain_names_may_stand_in_commands(void **state)
{
	(void)state;
	assert_true(name_is_plain(name_of("_dmarc.Example-1.com")));
	assert_true(name_is_plain(name_root));
	static const char *const odd[] = { "a\\;rm.com", "\\$x.com", "a\\032b.com", "*.com", "a\\.b.com", "a`b.com", "a'b", "\\255" };
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		assert_false(name_is_plain(name_of(odd[i])));
}

static void presentation(void **state)
{
	(void)state;
	static const struct { const char *hex, *text; } cases[] = {
		{ "00", "." },
		{ "03777777 00", "www." },
		{ "03575757 00", "www." },
		{ "03612e62 00", "a\\.b." },
		{ "045c22283b 00", "\\\\\\\"\\(\\;." },
		{ "0329 4024 00", "\\)\\@\\$." },
		{ "03 201b7f 00", "\\032\\027\\127." },
		{ "02 00ff 00", "\\000\\255." },
		{ "04 5f2a2d7e 00", "_*-~." },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rdata r = unhex(cases[i].hex);
		assert_int_equal(name_check(r.at, r.len), r.len);
		assert_string_equal(name_text(arena, r.at), cases[i].text);
		assert_true(name_equal(name_of(cases[i].text), r.at));
	}
	uint8_t worst[255] = { 0 };
	for (int i = 0; i < 4; i++)
		worst[64 * i] = i < 3 ? 63 : 61;
	worst[254] = 0;
	assert_int_equal(name_check(worst, sizeof worst), 255);
	assert_true(strlen(name_text(arena, worst)) < NAME_TEXT_MAX);
}

static void what_people_mistype(void **state)
{
	(void)state;
	static const struct { const char *text, *why; } cases[] = {
		{ "", "empty" }, { "..", "empty" }, { ".a", "empty" }, { "a..b", "empty" }, { "a..", "empty" },
		{ "a b", "space" }, { "a\tb", "space" }, { "a\x7f", "space" }, { "a\\25", "backslash" },
		{ "a\\256", "backslash" }, { "a\\", "backslash" }, { "a\\ b", "backslash" }, { "a;b", "backslash" },
		{ "admin@example.com", "backslash" }, { "(a)", "backslash" }, { "\"a\"", "backslash" },
		{ "m\xc3\xbcnchen.de", "ASCII" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.de", "63" },
		{ "a234567890123456789012345678901234567890123456789.a234567890123456789012345678901234567890123456789."
		  "a234567890123456789012345678901234567890123456789.a234567890123456789012345678901234567890123456789."
		  "a234567890123456789012345678901234567890123456789.abcd", "255" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *why = NULL;
		if (name_from_text(arena, cases[i].text, &why) != NULL)
			fail_msg("\"%s\" was taken for a name", cases[i].text);
		assert_non_null(why);
		if (strstr(why, cases[i].why) == NULL)
			fail_msg("\"%s\": %s", cases[i].text, why);
	}
	assert_int_equal(name_len(name_of(
		"a234567890123456789012345678901234567890123456789.a234567890123456789012345678901234567890123456789."
		"a234567890123456789012345678901234567890123456789.a234567890123456789012345678901234567890123456789."
		"a234567890123456789012345678901234567890123456789.abc")), 255);
}

static void internationalised_names(void **state)
{
	(void)state;
	static const struct { const char *typed, *text; } good[] = {
		{ "example.com", "example.com." },
		{ "EXAMPLE.com.", "example.com." },
		{ ".", "." },
		{ "m\xc3\xbcnchen.de", "xn--mnchen-3ya.de." },
		{ "M\xc3\x9cNCHEN.DE", "xn--mnchen-3ya.de." },
		{ "mu\xcc\x88nchen.de", "xn--mnchen-3ya.de." },                          /* not NFC when typed */
		{ "fa\xc3\x9f.de", "xn--fa-hia.de." },                                    /* not "fass": no transition */
		{ "_dmarc.m\xc3\xbcnchen.de", "_dmarc.xn--mnchen-3ya.de." },
		{ "a\\.b.m\xc3\xbcnchen.de.", "a\\.b.xn--mnchen-3ya.de." },
		{ "*.m\xc3\xbcnchen.de", "*.xn--mnchen-3ya.de." },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x82jp", "xn--wgv71a.jp." },          /* ideographic full stop */
		{ "xn--mnchen-3ya.de", "xn--mnchen-3ya.de." },
		{ "ab--cd.de", "ab--cd.de." },
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		const char *why = NULL;
		const uint8_t *name = name_from_user(arena, good[i].typed, &why);
		if (name == NULL)
			fail_msg("%s: %s", good[i].typed, why);
		assert_string_equal(name_text(arena, name), good[i].text);
	}
	static const char *const bad[] = {
		"\xe2\x98\x83.net",             /* a symbol: disallowed by RFC 5892 */
		"\xff.de", "a\xc3", "-\xc3\xa4.de", "\xc3\xa4\\032.de", "\xc3\xa4..de", "\xc3\xa4 b.de", ("\xcc\x88" "a.de"),
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const char *why = NULL;
		if (name_from_user(arena, bad[i], &why) != NULL)
			fail_msg("\"%s\" was taken for a name", bad[i]);
		assert_non_null(why);
	}
	char label[3 * 64 + 4] = "";
	for (int i = 0; i < 63; i++)
		strcat(label, "\xe6\x97\xa5");
	const char *why = NULL;
	assert_null(name_from_user(arena, label, &why));
	assert_non_null(strstr(why, "63"));
	char *endless = arena_alloc(arena, 100001);
	memset(endless, 'x', 100000);
	memcpy(endless, "\xc3\xa4", 2);
	assert_null(name_from_user(arena, endless, &why));
	assert_non_null(strstr(why, "63"));
	char many[2 * 128 + 1] = "";
	for (int i = 0; i < 127; i++)
		strcat(many, "a.");
	assert_int_equal(name_len(name_of(many)), 255);
	strcat(many, "b");
	assert_null(name_from_user(arena, many, &why));
	assert_non_null(strstr(why, "255"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_order),
		cmocka_unit_test(shape_is_checked),
		cmocka_unit_test(families),
		cmocka_unit_test(new_names),
		cmocka_unit_test(plain_names_may_stand_in_commands),
		cmocka_unit_test(presentation),
		cmocka_unit_test(what_people_mistype),
		cmocka_unit_test(internationalised_names),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
