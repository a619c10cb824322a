#include "base/addr.h"
#include "cmocka_all.h"
#include <string.h>

static void addresses_are_read_and_written(void **state)
{
	(void)state;
	static const struct { const char *text, *ip; uint16_t port; } good[] = {
		{ "192.0.2.1", "192.0.2.1", 53 },
		{ "192.0.2.1#5353", "192.0.2.1", 5353 },
		{ "192.0.2.1:5353", "192.0.2.1", 5353 },
		{ "192.0.2.1#65535", "192.0.2.1", 65535 },
		{ "2001:db8::1", "2001:db8::1", 53 },
		{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1", 53 },
		{ "2001:db8::1#5353", "2001:db8::1", 5353 },
		{ "[2001:db8::1]", "2001:db8::1", 53 },
		{ "[2001:db8::1]:5353", "2001:db8::1", 5353 },
		{ "[2001:db8::1]#5353", "2001:db8::1", 5353 },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 53 },         /* RFC 5952 4.2.2 */
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1", 53 },                  /* 4.2.3: the longest run */
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", 53 },            /* 4.2.3: the first of equals */
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1", 53 },                 /* 5: mapped */
		{ "::", "::", 53 },
		{ "::1", "::1", 53 },
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct addr a;
		char out[ADDR_TEXT_MAX];
		if (!addr_from_text(good[i].text, 53, &a))
			fail_msg("%s was refused", good[i].text);
		assert_string_equal(addr_text(&a, out), good[i].ip);
		assert_int_equal(a.port, good[i].port);
	}
}

static void other_texts_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "example.com", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "1.2.3.4#", "1.2.3.4:", "1.2.3.4#0",
		"1.2.3.4#65536", "1.2.3.4#999999", "1.2.3.4#-1", "1.2.3.4#53x", "1.2.3.4 ", " 1.2.3.4", "[1.2.3.4]:53",
		"[1.2.3.4]", "[::1", "::1]", "[::1]53", "[::1]:", "[]:53", "fe80::1%eth0", ":::", "1::2::3", "12345::",
		"#53", ":53", "0x7f.1", "2130706433", "2001:db8::1:5353:1:1:1:1:1", "1.2.3.4#53#54",
		"::ffff:192.0.2.1.::ffff:192.0.2.1.::ffff:192.0.2.1",
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct addr a;
		if (addr_from_text(bad[i], 53, &a))
			fail_msg("\"%s\" was taken for an address", bad[i]);
	}
}

static void ports_and_order(void **state)
{
	(void)state;
	static const char *const ascending[] = {
		"1.2.3.4#1", "1.2.3.4#2", "1.2.3.5#1", "200.0.0.1#1", "::1#1", "2001:db8::1#1", "2001:db8::1#53",
	};
	enum { N = sizeof ascending / sizeof ascending[0] };
	struct addr a[N];
	for (size_t i = 0; i < N; i++)
		assert_true(addr_from_text(ascending[i], 53, &a[i]));
	for (size_t i = 0; i < N; i++) {
		for (size_t k = 0; k < N; k++) {
			int d = addr_cmp(&a[i], &a[k]);
			assert_int_equal((d > 0) - (d < 0), (i > k) - (i < k));
			assert_int_equal(addr_equal(&a[i], &a[k]), i == k);
		}
	}
	assert_true(addr_same_ip(&a[0], &a[1]));
	assert_false(addr_same_ip(&a[0], &a[2]));
	char out[ADDR_TEXT_MAX];
	assert_string_equal(addr_port_text(&a[6], out), "2001:db8::1#53");
	assert_string_equal(addr_text(&(struct addr){ 0 }, out), "none");
}

static void from_rdata(void **state)
{
	(void)state;
	struct addr a;
	char out[ADDR_TEXT_MAX];
	assert_true(addr_from_ip((const uint8_t[]){ 192, 0, 2, 1 }, 4, 53, &a));
	assert_string_equal(addr_port_text(&a, out), "192.0.2.1#53");
	assert_int_equal(a.ip[4], 0);
	assert_true(addr_from_ip((const uint8_t[16]){ 0x20, 1, 0xd, 0xb8, [15] = 9 }, 16, 53, &a));
	assert_string_equal(addr_text(&a, out), "2001:db8::9");
	assert_false(addr_from_ip((const uint8_t[]){ 1, 2, 3 }, 3, 53, &a));
	assert_false(addr_from_ip(NULL, 0, 53, &a));
}

static void every_spelling_has_its_class(void **state)
{
	(void)state;
	static const struct { const char *ip; enum addr_class class; } cases[] = {
		{ "8.8.8.8", ADDR_PUBLIC }, { "1.1.1.1", ADDR_PUBLIC }, { "192.5.5.241", ADDR_PUBLIC },
		{ "0.0.0.0", ADDR_RESERVED }, { "0.1.2.3", ADDR_RESERVED },
		{ "10.0.0.1", ADDR_PRIVATE }, { "9.255.255.255", ADDR_PUBLIC }, { "11.0.0.0", ADDR_PUBLIC },
		{ "172.15.255.255", ADDR_PUBLIC }, { "172.16.0.0", ADDR_PRIVATE }, { "172.31.255.255", ADDR_PRIVATE },
		{ "172.32.0.0", ADDR_PUBLIC }, { "192.168.255.255", ADDR_PRIVATE }, { "192.169.0.0", ADDR_PUBLIC },
		{ "100.63.255.255", ADDR_PUBLIC }, { "100.64.0.1", ADDR_PRIVATE }, { "100.127.255.255", ADDR_PRIVATE },
		{ "100.128.0.0", ADDR_PUBLIC }, { "127.0.0.1", ADDR_LOOPBACK }, { "127.255.255.254", ADDR_LOOPBACK },
		{ "126.255.255.255", ADDR_PUBLIC }, { "128.0.0.0", ADDR_PUBLIC },
		{ "169.254.169.254", ADDR_LINK }, { "169.253.0.1", ADDR_PUBLIC },
		{ "192.0.0.1", ADDR_RESERVED }, { "192.0.0.9", ADDR_PUBLIC }, { "192.0.0.10", ADDR_PUBLIC },
		{ "192.0.0.11", ADDR_RESERVED }, { "192.0.2.255", ADDR_DOC }, { "192.0.3.0", ADDR_PUBLIC },
		{ "198.51.100.7", ADDR_DOC }, { "203.0.113.7", ADDR_DOC }, { "198.18.0.1", ADDR_DOC },
		{ "198.19.255.255", ADDR_DOC }, { "198.20.0.0", ADDR_PUBLIC }, { "192.88.99.1", ADDR_RESERVED },
		{ "192.31.196.1", ADDR_PUBLIC }, { "192.175.48.1", ADDR_PUBLIC },
		{ "223.255.255.255", ADDR_PUBLIC }, { "224.0.0.1", ADDR_RESERVED }, { "239.255.255.255", ADDR_RESERVED },
		{ "240.0.0.1", ADDR_RESERVED }, { "255.255.255.255", ADDR_RESERVED },
		{ "::", ADDR_RESERVED }, { "::1", ADDR_LOOPBACK }, { "::2", ADDR_RESERVED },
		{ "::127.0.0.1", ADDR_RESERVED }, { "::8.8.8.8", ADDR_RESERVED },
		{ "::ffff:8.8.8.8", ADDR_PUBLIC }, { "::ffff:127.0.0.1", ADDR_LOOPBACK },
		{ "::ffff:10.0.0.1", ADDR_PRIVATE }, { "::ffff:169.254.169.254", ADDR_LINK },
		{ "::ffff:0.0.0.0", ADDR_RESERVED }, { "::ffff:c000:0201", ADDR_DOC },
		{ "64:ff9b::8.8.8.8", ADDR_PUBLIC }, { "64:ff9b::127.0.0.1", ADDR_LOOPBACK },
		{ "64:ff9b::a00:1", ADDR_PRIVATE }, { "64:ff9b:1::1", ADDR_PRIVATE }, { "64:ff9b:2::1", ADDR_RESERVED },
		{ "2002:808:808::1", ADDR_PUBLIC }, { "2002:7f00:1::1", ADDR_LOOPBACK }, { "2002:c0a8:1::", ADDR_PRIVATE },
		{ "2001:4860:4860::8888", ADDR_PUBLIC }, { "2001:500:2f::f", ADDR_PUBLIC }, { "2606:4700::1111", ADDR_PUBLIC },
		{ "2001:db8::1", ADDR_DOC }, { "2001:db9::1", ADDR_PUBLIC }, { "3fff:fff::1", ADDR_DOC },
		{ "3fff:1000::1", ADDR_PUBLIC }, { "2001::1", ADDR_RESERVED }, { "2001:1::1", ADDR_PUBLIC },
		{ "2001:1::3", ADDR_PUBLIC }, { "2001:1::4", ADDR_RESERVED }, { "2001:2::1", ADDR_DOC },
		{ "2001:3::1", ADDR_PUBLIC }, { "2001:4:112::1", ADDR_PUBLIC }, { "2001:10::1", ADDR_RESERVED },
		{ "2001:20::1", ADDR_PUBLIC }, { "2001:30::1", ADDR_PUBLIC }, { "2001:40::1", ADDR_RESERVED },
		{ "2001:200::1", ADDR_PUBLIC },
		{ "100::1", ADDR_RESERVED }, { "5f00::1", ADDR_RESERVED }, { "fc00::1", ADDR_PRIVATE },
		{ "fdff::1", ADDR_PRIVATE }, { "fe80::1", ADDR_LINK }, { "febf::1", ADDR_LINK }, { "fec0::1", ADDR_PRIVATE },
		{ "feff::1", ADDR_PRIVATE }, { "ff02::fb", ADDR_RESERVED }, { "fe00::1", ADDR_RESERVED },
		{ "4000::1", ADDR_RESERVED }, { "1fff::1", ADDR_RESERVED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct addr a;
		assert_true(addr_from_text(cases[i].ip, 53, &a));
		if (addr_class(&a) != cases[i].class)
			fail_msg("%s is %s", cases[i].ip, addr_class_text(addr_class(&a)));
	}
	assert_int_equal(addr_class(&(struct addr){ 0 }), ADDR_RESERVED);
	static const char *const texts[] = { "public", "private", "loopback", "link-local", "documentation", "reserved" };
	for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_string_equal(addr_class_text((enum addr_class)(1u << i)), texts[i]);
	assert_string_equal(addr_class_text(ADDR_ANY), "any");
	assert_string_equal(addr_class_text((enum addr_class)(ADDR_PUBLIC | ADDR_DOC)), "mixed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(ports_and_order),
		cmocka_unit_test(from_rdata),
		cmocka_unit_test(every_spelling_has_its_class),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
