#include "dns_test.h"

static void types_have_names(void **state)
{
	(void)state;
	static const struct { uint16_t type; const char *text; } cases[] = {
		{ TYPE_A, "A" }, { TYPE_AAAA, "AAAA" }, { TYPE_DNSKEY, "DNSKEY" }, { TYPE_NSEC3PARAM, "NSEC3PARAM" },
		{ TYPE_CAA, "CAA" }, { TYPE_CDS, "CDS" }, { TYPE_CSYNC, "CSYNC" }, { TYPE_NXNAME, "NXNAME" },
		{ TYPE_ANY, "ANY" }, { 64, "SVCB" }, { 65, "HTTPS" }, { 65280, "TYPE65280" }, { 65535, "TYPE65535" },
		{ 0, "TYPE0" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint16_t type = 9999;
		assert_string_equal(type_text(arena, cases[i].type), cases[i].text);
		assert_true(type_from_text(cases[i].text, &type));
		assert_int_equal(type, cases[i].type);
	}
	for (uint32_t t = 0; t <= UINT16_MAX; t++) {
		uint16_t type = 9999;
		assert_true(type_from_text(type_text(arena, (uint16_t)t), &type));
		assert_int_equal(type, t);
	}
	uint16_t type;
	assert_true(type_from_text("dnskey", &type) && type == TYPE_DNSKEY);
	assert_true(type_from_text("type48", &type) && type == TYPE_DNSKEY);
	assert_true(type_from_text("TYPE1", &type) && type == TYPE_A);
	static const char *const bad[] = { "", "TYPE", "TYPE65536", "TYPE-1", "TYPE1x", "TYPE 1", "TYPE000001", "NOTATYPE", "A " };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (type_from_text(bad[i], &type))
			fail_msg("\"%s\" was taken for a type", bad[i]);
}

static void rcodes_have_names(void **state)
{
	(void)state;
	for (uint16_t r = 0; r <= 0xfff; r++) {
		uint16_t back = 9999;
		assert_true(rcode_from_text(rcode_text(arena, r), &back));
		assert_int_equal(back, r);
	}
	uint16_t rcode;
	assert_string_equal(rcode_text(arena, RCODE_SERVFAIL), "SERVFAIL");
	assert_string_equal(rcode_text(arena, RCODE_BADCOOKIE), "BADCOOKIE");
	assert_string_equal(rcode_text(arena, 42), "RCODE42");
	assert_true(rcode_from_text("nxdomain", &rcode) && rcode == RCODE_NXDOMAIN);
	assert_false(rcode_from_text("", &rcode));
	assert_false(rcode_from_text("RCODE", &rcode));
	assert_false(rcode_from_text("RCODE4096", &rcode));
	assert_false(rcode_from_text("NXDOMAINS", &rcode));
}

static void numbers_of_dnssec_have_names(void **state)
{
	(void)state;
	assert_string_equal(algorithm_text(ALG_P256), "ECDSAP256SHA256");
	assert_string_equal(algorithm_text(ALG_RSASHA1_NSEC3), "RSASHA1-NSEC3-SHA1");
	assert_string_equal(algorithm_text(200), "unassigned");
	assert_string_equal(digest_text(DIGEST_SHA256), "SHA-256");
	assert_string_equal(digest_text(99), "unassigned");
	assert_string_equal(ede_text(7), "Signature Expired");
	assert_string_equal(ede_text(22), "No Reachable Authority");
	assert_string_equal(ede_text(49152), "unassigned");
}

static void rdata_is_printed(void **state)
{
	(void)state;
	static const struct { uint16_t type; const char *hex, *text; } cases[] = {
		{ TYPE_A, "c0000201", "192.0.2.1" },
		{ TYPE_AAAA, "20010db8000000000000000000000001", "2001:db8::1" },
		{ TYPE_NS, "0161 00", "a." },
		{ TYPE_MX, "000a 0161 00", "10 a." },
		{ TYPE_TXT, "0568656c6c6f 04 1b5b6d22", "\"hello\" \"\\027[m\\\"\"" },
		{ TYPE_SOA, "0161 00 0162 00 00000001 00000002 00000003 00000004 00000005", "a. b. 1 2 3 4 5" },
		{ TYPE_DS, "30390d02 abcd", "12345 13 2 ABCD" },
		{ TYPE_DNSKEY, "0101030d 010203", "257 3 13 AQID" },
		{ TYPE_DNSKEY, "0101030d", "\\# 4 0101030D" },
		{ TYPE_RRSIG, "00010d020000003c 80000000 00000001 3039 00 010203",
		  "A 13 2 60 20380119031408 19700101000001 12345 . AQID" },
		{ TYPE_NSEC, "0162 00 0006 400100000003", "b. A MX RRSIG NSEC" },
		{ TYPE_NSEC3, "01 00 000a 02 abcd 01 aa 0001 40", NULL },
		{ TYPE_NSEC3PARAM, "01 00 0000 00", "1 0 0 -" },
		{ TYPE_CAA, "00 05 6973737565 6361", "0 issue \"ca\"" },
		{ 65, "0001 00 0000 0002 0001 0001 0003 026832 0003 0002 01bb 0004 0004 c0000201", NULL },
		{ 65, "0001 00 0000 0001 00", "\\# 8 0001000000000100" },               /* mandatory of odd length */
		{ 65, "0001 00 0001 0003 036832", "\\# 10 00010000010003036832" },       /* alpn past its end */
		{ 65, "0001 00 0001 0000", "\\# 7 00010000010000" },
		{ 65, "0001 00 0003 0001 35", "\\# 8 0001000003000135" },
		{ 65, "0001 00 0004 0003 c00002", "\\# 10 00010000040003C00002" },
		{ TYPE_A, "c00002", "\\# 3 C00002" },
		{ TYPE_A, "", "\\# 0" },
		{ 65280, "00ff", "\\# 2 00FF" },
		{ 65280, "", "\\# 0" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *text = rdata_text(arena, cases[i].type, unhex(cases[i].hex));
		if (cases[i].text != NULL)
			assert_string_equal(text, cases[i].text);
		else if (cases[i].type == 65)
			assert_string_equal(text, "1 . mandatory=alpn alpn=h2 port=443 ipv4hint=192.0.2.1");
		else
			assert_int_equal(strncasecmp(text, "1 0 10 ABCD ", 12), 0);
	}
	assert_string_equal(rr_text(arena, name_of("WWW.example"), CLASS_IN, 300, TYPE_A, unhex("c0000201")),
			    "www.example. 300 IN A 192.0.2.1");
	assert_string_equal(rr_text(arena, name_of("a"), 2, 0, 65280, unhex("01")), "a. 0 CLASS2 TYPE65280 \\# 1 01");
}

/* The longest texts there are, so that the room for them is enough. */
static void long_rdata_is_printed(void **state)
{
	(void)state;
	enum { ALL = 1 + 256 * 34 };
	uint8_t *nsec = arena_alloc(arena, ALL);
	for (int w = 0; w < 256; w++) {
		nsec[1 + w * 34] = (uint8_t)w;
		nsec[2 + w * 34] = 32;
		memset(nsec + 3 + w * 34, 0xff, 32);
	}
	const char *text = rdata_text(arena, TYPE_NSEC, (struct rdata){ nsec, ALL });
	assert_non_null(strstr(text, "TYPE65535"));
	uint8_t *txt = arena_alloc(arena, 65280);
	for (int i = 0; i < 255; i++)
		txt[i * 256] = 255;
	text = rdata_text(arena, TYPE_TXT, (struct rdata){ txt, 65280 });
	assert_int_equal(strlen(text), 255 * (255 * 4 + 3) - 1);
	text = rdata_text(arena, 65280, (struct rdata){ txt, 65280 });
	assert_int_equal(strlen(text), strlen("\\# 65280 ") + 2 * 65280);
}

static int zone(const char *text, zone_records *z, struct err_at *at)
{
	return zone_parse(arena, text, strlen(text), "example.", 3600, "some.zone", z, at);
}

static void zone_files_are_read(void **state)
{
	(void)state;
	zone_records z;
	struct err_at at;
	assert_int_equal(zone("; a comment\n"
			      "@       IN SOA ns1 host 1 2 3 4 5\n"
			      "        60 NS ns1\n"
			      "ns1     A 192.0.2.1 ; the server\n"
			      "$TTL 5m\n"
			      "$ORIGIN sub.example.\n"
			      "www     TXT ( \"two\"\n"
			      "              \"lines\" )\n"
			      "x       TYPE65280 \\# 2 abcd\n"
			      "*       DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000", &z, &at), 0);
	assert_int_equal(z.n, 6);
	assert_string_equal(rr_text(arena, z.at[1].owner, z.at[1].class, z.at[1].ttl, z.at[1].type, z.at[1].rd),
			    "example. 60 IN NS ns1.example.");
	assert_int_equal(z.at[2].ttl, 3600);
	assert_int_equal(z.at[2].line, 4);
	assert_int_equal(z.at[3].ttl, 300);
	assert_string_equal(name_text(arena, z.at[3].owner), "www.sub.example.");
	assert_int_equal(z.at[4].type, 65280);
	assert_int_equal(z.at[5].line, 10);
	assert_string_equal(name_text(arena, z.at[5].owner), "*.sub.example.");
	assert_int_equal(zone("", &z, &at), 0);
	assert_int_equal(z.n, 0);
	assert_int_equal(zone("; nothing\n\n", &z, &at), 0);
	assert_int_equal(z.n, 0);
}

static void zone_faults_have_lines(void **state)
{
	(void)state;
	static const struct { const char *text; unsigned line; const char *what; } cases[] = {
		{ "a A 192.0.2.1\nb A 192.0.2.999\n", 2, "IPv4" },
		{ "a A 192.0.2.1\n\n$INCLUDE /etc/passwd\n", 3, "$INCLUDE" },
		{ "$include /etc/passwd", 1, "$INCLUDE" },
		{ "a NOTATYPE x\n", 1, "" },
		{ "a A\n", 1, "" },
		{ "a A ( 192.0.2.1\n", 2, "" },
		{ "a A 192.0.2.1\na A 192.0.2.1 )\n", 2, "" },
		{ "a DNSKEY \\# 2 abcd\n", 1, "DNSKEY" },
		{ "a NSEC \\# 3 000001\n", 1, "NSEC" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A 192.0.2.1\n", 1, "" },
		{ "just some words\n", 1, "" },
		{ "\x01\x02\x03\n", 1, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		zone_records z;
		struct err_at at = { 0 };
		if (zone(cases[i].text, &z, &at) != E_SYNTAX)
			fail_msg("%s was read", cases[i].text);
		assert_string_equal(at.file, "some.zone");
		if (at.line != cases[i].line || at.text[0] == '\0' || strstr(at.text, cases[i].what) == NULL)
			fail_msg("%s: line %u: %s", cases[i].text, at.line, at.text);
	}
	zone_records z;
	struct err_at at;
	assert_int_equal(zone_parse(arena, "", 0, "not..a.name", 1, "f", &z, &at), E_SYNTAX);
}

static void a_message_is_shown(void **state)
{
	(void)state;
	struct rdata wire = unhex(
		"1234 8403 0001 0001 0000 0002 0141 00 0001 0001"
		"c00c 0001 0001 0000012c 0004 c0000201"
		"c00c 0001 0001 0000012c 0003 c00002"
		"00 0029 04d0 00008000 0013 0003 0003 6e7331 000f 0008 0006 1b5b6de280ae");
	struct message m;
	struct text t;
	text_init(&t, arena);
	message_parse(arena, wire.at, wire.len, &m);
	message_dump(arena, &m, &t);
	assert_non_null(strstr(t.at, "status NXDOMAIN, id 4660, flags qr aa;"));
	assert_non_null(strstr(t.at, ";a. IN A\n"));
	assert_non_null(strstr(t.at, "a. 300 IN A 192.0.2.1\n"));
	assert_non_null(strstr(t.at, "option 3: 6e7331 (\"ns1\")"));
	assert_non_null(strstr(t.at, "extended error 6 (DNSSEC Bogus): \\027[m\\226\\128\\174\n"));
	assert_non_null(strstr(t.at, "MALFORMED at octet 47: malformed record data (A record: too short"));
	text_init(&t, arena);
	message_parse(arena, wire.at, 5, &m);
	message_dump(arena, &m, &t);
	assert_non_null(strstr(t.at, "MALFORMED at octet 0: shorter than a DNS header"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(rcodes_have_names),
		cmocka_unit_test(numbers_of_dnssec_have_names),
		cmocka_unit_test(rdata_is_printed),
		cmocka_unit_test(long_rdata_is_printed),
		cmocka_unit_test(zone_files_are_read),
		cmocka_unit_test(zone_faults_have_lines),
		cmocka_unit_test(a_message_is_shown),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
