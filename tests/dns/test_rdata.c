#include "dns_test.h"

#define NAME_B "0162 00"

static void the_gate(void **state)
{
	(void)state;
	static const struct { uint16_t type; const char *hex; bool ok; } cases[] = {
		{ TYPE_A, "c0000201", true }, { TYPE_A, "c00002", false }, { TYPE_A, "c000020100", false },
		{ TYPE_A, "", false },
		{ TYPE_AAAA, "20010db8000000000000000000000001", true }, { TYPE_AAAA, "20010db8", false },
		{ TYPE_NS, NAME_B, true }, { TYPE_NS, "", false }, { TYPE_NS, NAME_B "00", false }, { TYPE_NS, "0162", false },
		{ TYPE_NS, "c00c", false },
		{ TYPE_CNAME, NAME_B, true }, { TYPE_DNAME, "00", true }, { TYPE_PTR, "0562 00", false },
		{ TYPE_SOA, NAME_B "00 00000001000000020000000300000004 00000005", true },
		{ TYPE_SOA, NAME_B "00 00000001000000020000000300000004 000000", false },
		{ TYPE_SOA, NAME_B "00 00000001000000020000000300000004 0000000500", false },
		{ TYPE_SOA, NAME_B, false },
		{ TYPE_MX, "000a" NAME_B, true }, { TYPE_MX, "000a", false }, { TYPE_MX, "00", false },
		{ TYPE_TXT, "00", true }, { TYPE_TXT, "0161 00 0162", true }, { TYPE_TXT, "", false }, { TYPE_TXT, "0261", false },
		{ TYPE_SRV, "000000010002" NAME_B, true }, { TYPE_SRV, "0000000100", false },
		{ TYPE_DS, "30390d02 00", true }, { TYPE_DS, "30390d02", true }, { TYPE_DS, "30390d", false },
		{ TYPE_CDS, "00000000 00", true }, { TYPE_CDS, "0000", false },
		{ TYPE_DNSKEY, "0101030d 01", true }, { TYPE_DNSKEY, "0101030d", true }, { TYPE_DNSKEY, "010103", false },
		{ TYPE_CDNSKEY, "00000300 00", true }, { TYPE_CDNSKEY, "", false },
		{ TYPE_RRSIG, "00010d020000003c 00000002 00000001 3039" NAME_B "aabb", true },
		{ TYPE_RRSIG, "00010d020000003c 00000002 00000001 3039" NAME_B, true },         /* empty signature: visible */
		{ TYPE_RRSIG, "00010d020000003c 00000002 00000001 3039 c00c aabb", false },     /* RFC 4034 3.1.7 */
		{ TYPE_RRSIG, "00010d020000003c 00000002 00000001 3039", false },
		{ TYPE_RRSIG, "00010d020000003c 00000002 000000", false },
		{ TYPE_NSEC, NAME_B "0006 400000000003", true }, { TYPE_NSEC, NAME_B, true },
		{ TYPE_NSEC, NAME_B "00", false }, { TYPE_NSEC, NAME_B "0000", false },
		{ TYPE_NSEC, NAME_B "0007 400000000003", false },
		{ TYPE_NSEC, NAME_B "0001 40 0101 40", true }, { TYPE_NSEC, NAME_B "0101 40 0001 40", false },
		{ TYPE_NSEC, NAME_B "0001 40 0001 40", false }, { TYPE_NSEC, NAME_B "ff01 01", true },
		{ TYPE_NSEC, NAME_B "0020 0000000000000000 0000000000000000 0000000000000000 0000000000000001", true },
		{ TYPE_NSEC, NAME_B "0021 0000000000000000 0000000000000000 0000000000000000 000000000000000100", false },
		{ TYPE_NSEC3, "01 00 0000 00 01 aa 0001 40", true }, { TYPE_NSEC3, "01 00 0000 00 01 aa", true },
		{ TYPE_NSEC3, "01 00 000a 02 abcd 02 aabb 0001 40", true },
		{ TYPE_NSEC3, "01 00 0000 00 00", false },                      /* RFC 5155 3.2: hash length 1 to 255 */
		{ TYPE_NSEC3, "01 00 0000 00 02 aa", false }, { TYPE_NSEC3, "01 00 0000 ff aa", false },
		{ TYPE_NSEC3, "01 00 0000", false }, { TYPE_NSEC3, "01 00 0000 00", false },
		{ TYPE_NSEC3, "01 00 0000 00 c8 aaaa", false },                 /* libknot 3.2 takes this one */
		{ TYPE_NSEC3PARAM, "01 00 0000 00", true }, { TYPE_NSEC3PARAM, "01 00 0000 02 ab", false },
		{ TYPE_NSEC3PARAM, "01 00 0000 00 00", false },
		{ TYPE_CSYNC, "00000001 0003 0001 60", true }, { TYPE_CSYNC, "00000001 0003", true },
		{ TYPE_CSYNC, "00000001 00", false }, { TYPE_CSYNC, "00000001 0003 0002 60", false },
		{ TYPE_CAA, "00 05 6973737565 61", true }, { TYPE_CAA, "00 05 6973737565", true }, { TYPE_CAA, "00 00 61", false },
		{ TYPE_CAA, "00", false }, { TYPE_CAA, "00 06 6973737565", false },
		{ 13 /* HINFO */, "0161 0162", true }, { 13, "0161", false },
		{ 35 /* NAPTR */, "0000 0000 00 00 00 00", true }, { 35, "0000 0000 00 00 00", false },
		{ 65 /* HTTPS */, "0001 00 0001 0003 026832", true }, { 65, "0001 00 0001 0004 026832", false },
		{ 65, "0001 00 0004 0000 0001 0000", false },
		{ 65280, "", true }, { 65280, "00112233", true }, { TYPE_NXNAME, "", true }, { 249 /* TKEY */, "ff", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rdata r = unhex(cases[i].hex);
		r.at = at_page_end(r.at, r.len);
		if (rdata_ok(cases[i].type, r) != cases[i].ok)
			fail_msg("type %u, %s: %s", cases[i].type, cases[i].hex, rdata_fault(cases[i].type, r));
		assert_int_equal(rdata_fault(cases[i].type, r) == NULL, cases[i].ok);
	}
}

static void fields(void **state)
{
	(void)state;
	struct rrsig s = rdata_rrsig(unhex("00300d020000003c ffffffff 00000001 3039 0145 00 aabbcc"));
	assert_int_equal(s.covered, TYPE_DNSKEY);
	assert_int_equal(s.algorithm, 13);
	assert_int_equal(s.labels, 2);
	assert_int_equal(s.original_ttl, 60);
	assert_int_equal(s.expiration.v, 0xffffffff);
	assert_int_equal(s.inception.v, 1);
	assert_int_equal(s.tag, 12345);
	assert_string_equal(name_text(arena, s.signer), "e.");
	assert_int_equal(s.signature_len, 3);
	assert_int_equal(s.signature[0], 0xaa);
	struct nsec3 n = rdata_nsec3(unhex("01 01 000a 02 abcd 03 a1a2a3 0001 40"));
	assert_int_equal(n.hash, 1);
	assert_int_equal(n.flags, NSEC3_OPTOUT);
	assert_int_equal(n.iterations, 10);
	assert_int_equal(n.salt_len, 2);
	assert_int_equal(n.salt[1], 0xcd);
	assert_int_equal(n.next_len, 3);
	assert_int_equal(n.next[2], 0xa3);
	assert_int_equal(n.bitmap_len, 3);
	assert_true(bitmap_has(n.bitmap, n.bitmap_len, TYPE_A));
	n = rdata_nsec3param(unhex("01 00 0001 01 ff"));
	assert_int_equal(n.iterations, 1);
	assert_int_equal(n.salt[0], 0xff);
	assert_int_equal(n.next_len + n.bitmap_len, 0);
	struct soa soa = rdata_soa(unhex("0161 00 0162 00 00000001 00000002 00000003 00000004 80000005"));
	assert_string_equal(name_text(arena, soa.mname), "a.");
	assert_string_equal(name_text(arena, soa.rname), "b.");
	assert_int_equal(soa.serial, 1);
	assert_int_equal(soa.refresh, 2);
	assert_int_equal(soa.retry, 3);
	assert_int_equal(soa.expire, 4);
	assert_int_equal(soa.minimum, 0x80000005);
	struct ds ds = rdata_ds(unhex("4f66 08 02 e0"));
	assert_int_equal(ds.tag, 20326);
	assert_int_equal(ds.algorithm, 8);
	assert_int_equal(ds.digest_type, 2);
	assert_int_equal(ds.digest_len, 1);
	struct dnskey key = rdata_dnskey(unhex("0181 03 0f"));
	assert_int_equal(key.flags, DNSKEY_ZONE | DNSKEY_REVOKE | DNSKEY_SEP);
	assert_int_equal(key.protocol, 3);
	assert_int_equal(key.key_len, 0);
	struct nsec nsec = rdata_nsec(unhex("0142 00 0001 40"));
	assert_true(name_same_case(nsec.next, (const uint8_t *)"\1B"));
	assert_int_equal(nsec.bitmap_len, 3);
	assert_string_equal(name_text(arena, rdata_mx_name(unhex("000a 0161 00"))), "a.");
	assert_string_equal(name_text(arena, rdata_name(unhex("0161 00"))), "a.");
}

static uint16_t tag_of(const char *record)
{
	zone_records z;
	struct err_at at;
	assert_int_equal(zone_parse(arena, record, strlen(record), ".", 0, "test", &z, &at), 0);
	assert_int_equal(z.n, 1);
	return rdata_dnskey(z.at[0].rd).tag;
}

static void key_tags(void **state)
{
	(void)state;
	/* RFC 4034 5.4 */
	assert_int_equal(tag_of("dskey.example.com. 86400 IN DNSKEY 256 3 5 ( AQOeiiR0GOMYkDshWoSKz9Xz fwJr1AYtsmx3TGkJaNXVbfi/"
				" 2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM"
				" 9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw== )\n"), 60485);
	/* The root's keys of 2017 and 2024. */
	assert_int_equal(tag_of(". DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlEx"
				"OLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3r"
				"Cj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhH"
				"dY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=\n"), 20326);
	assert_int_equal(tag_of(". DNSKEY 257 3 8 AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2"
				"jBosZBU5eeHspaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJ"
				"Ng/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2"
				"CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=\n"), 38696);
	/* RFC 4034 B.1: 16 of the last 24 bits of the modulus. */
	assert_int_equal(rdata_dnskey(unhex("0101 03 01 0103aabbccddee")).tag, 0xccdd);
	assert_int_equal(rdata_dnskey(unhex("0101 03 01 ccddee")).tag, 0xccdd);
	assert_int_equal(rdata_dnskey(unhex("0101 03 01 ddee")).tag, 0);
	assert_int_equal(rdata_dnskey(unhex("0101 03 0d")).tag, 0x0101 + 0x030d);
	assert_int_equal(rdata_dnskey(unhex("ffff ff ff ff")).tag, 0xff00);      /* 0x2fefd folded */
}

static void canonical_form(void **state)
{
	(void)state;
	static const struct { uint16_t type; const char *in, *out; } cases[] = {
		{ TYPE_NS, "0141 00", "0161 00" },
		{ TYPE_MX, "4141 0141 00", "4141 0161 00" },                     /* the preference is no letter */
		{ TYPE_SOA, "0141 00 0142 00 4141414142424242434343434444444445454545",
		  "0161 00 0162 00 4141414142424242434343434444444445454545" },
		{ TYPE_RRSIG, "00410d4141414141 41414141 42424242 4343 0141 00 414243",
		  "00410d4141414141 41414141 42424242 4343 0161 00 414243" },
		{ TYPE_NSEC, "0141 00 0001 41", "0141 00 0001 41" },             /* RFC 6840 5.1 */
		{ TYPE_DNAME, "0141 00", "0161 00" },
		{ TYPE_SRV, "414141414141 0141 00", "414141414141 0161 00" },
		{ 35 /* NAPTR */, "0041 0041 0141 0141 0141 0141 00", "0041 0041 0141 0141 0141 0161 00" },
		{ TYPE_TXT, "0341 4243", "0341 4243" },
		{ 65 /* HTTPS: newer than the list */, "0001 0141 00", "0001 0141 00" },
		{ 65280, "0141 00", "0141 00" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rdata in = unhex(cases[i].in);
		assert_true(rdata_ok(cases[i].type, in));
		assert_true(rdata_equal(rdata_canonical(arena, cases[i].type, in), unhex(cases[i].out)));
		assert_true(rdata_equal(in, unhex(cases[i].in)));
	}
}

static void octet_order(void **state)
{
	(void)state;
	assert_true(rdata_cmp(unhex("00"), unhex("01")) < 0);
	assert_true(rdata_cmp(unhex("7f"), unhex("80")) < 0);                   /* unsigned, RFC 4034 6.3 */
	assert_true(rdata_cmp(unhex("01"), unhex("0100")) < 0);
	assert_true(rdata_cmp(unhex(""), unhex("00")) < 0);
	assert_int_equal(rdata_cmp(unhex("0102"), unhex("0102")), 0);
	assert_false(rdata_equal(unhex("0102"), unhex("01")));
}

static void bitmaps(void **state)
{
	(void)state;
	/* RFC 4034 4.3: A MX RRSIG NSEC TYPE1234 */
	struct rdata b = unhex("0006 400100000003 041b 000000000000 000000000000 000000000000 000000000000 0000 20");
	static const uint16_t all[] = { TYPE_A, TYPE_MX, TYPE_RRSIG, TYPE_NSEC, 1234 };
	for (uint32_t type = 0; type <= UINT16_MAX; type++) {
		bool expected = false;
		for (size_t i = 0; i < 5; i++)
			expected = expected || all[i] == type;
		assert_int_equal(bitmap_has(b.at, b.len, (uint16_t)type), expected);
	}
	assert_true(bitmap_has_only(b.at, b.len, all, 5));
	assert_false(bitmap_has_only(b.at, b.len, all, 4));
	assert_false(bitmap_has_only(b.at, b.len, all + 1, 4));
	assert_true(bitmap_has_only(b.at, 0, NULL, 0));
	assert_false(bitmap_has(b.at, 0, TYPE_A));
	struct rdata edges = unhex("0020 80000000000000000000000000000000 00000000000000000000000000000001 ff20"
				   "00000000000000000000000000000000 00000000000000000000000000000001");
	const uint8_t *at = at_page_end(edges.at, edges.len);
	assert_true(bitmap_has(at, edges.len, 0));
	assert_true(bitmap_has(at, edges.len, 255));
	assert_true(bitmap_has(at, edges.len, 65535));
	assert_false(bitmap_has(at, edges.len, 65534));
	assert_false(bitmap_has(at, edges.len, 256));
	struct rdata zeros = unhex("0004 40000000");            /* trailing zeros: not to be sent, but readable */
	assert_true(bitmap_has_only(zeros.at, zeros.len, all, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gate),
		cmocka_unit_test(fields),
		cmocka_unit_test(key_tags),
		cmocka_unit_test(canonical_form),
		cmocka_unit_test(octet_order),
		cmocka_unit_test(bitmaps),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
