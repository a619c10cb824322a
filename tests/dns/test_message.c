#include "dns_test.h"
#include "base/limits.h"
#include "dns/write.h"
#include <dirent.h>
#include <stdio.h>
#include <time.h>

#define HEAD(qd, an, ns, ar) "1234 8400 " qd " " an " " ns " " ar " "
#define QUESTION_A "0161 00 0001 0001 "         /* a. A IN: octets 12 to 18 */
#define RR_A(ip) "c00c 0001 0001 0000012c 0004 " ip " "
#define OPT "00 0029 04d0 00008000 "            /* without RDLENGTH */

static struct message parsed(const char *hex)
{
	struct rdata wire = unhex(hex);
	struct message m;
	message_parse(arena, at_page_end(wire.at, wire.len), wire.len, &m);
	return m;
}

static void a_signed_answer(void **state)
{
	(void)state;
	struct message m = parsed(
		"1234 8583 0001 0003 0000 0001" QUESTION_A
		"0141 00 0001 0001 00000064 0004 c0000202" RR_A("c0000201")
		"c00c 002e 0001 00000050 0016 00010d01 0000012c 00000002 00000001 3039 00 aabbcc"
		"00 0029 04d0 01018000 000b 0003 0003 6e7331 ffff 0000");
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_null(m.fault_text);
	assert_int_equal(m.id, 0x1234);
	assert_true(m.qr && m.aa && m.rd && m.ra && !m.tc && !m.z && !m.ad && !m.cd);
	assert_int_equal(m.rcode, 0x13);                        /* 3, and 1 in the OPT */
	assert_int_equal(m.edns_version, 1);
	assert_true(m.has_edns && m.do_bit);
	assert_int_equal(m.udp_size, 1232);
	assert_int_equal(m.n_options, 2);
	assert_int_equal(message_option(&m, EDNS_NSID)->len, 3);
	assert_null(message_option(&m, EDNS_COOKIE));
	assert_int_equal(m.answer.n, 1);
	assert_int_equal(m.additional.n, 0);
	const struct rrset *set = section_find(&m.answer, name_of("a"), TYPE_A);
	assert_ptr_equal(set, &m.answer.at[0]);
	assert_true(name_same_case(set->owner, (const uint8_t *)"\1A"));
	assert_int_equal(set->n, 2);
	assert_int_equal(set->rd[0].at[3], 2);                  /* wire order, not canonical */
	assert_int_equal(set->ttl, 100);
	assert_true(set->ttl_differs);
	assert_int_equal(set->offset, 19);
	assert_int_equal(set->n_sigs, 1);
	assert_int_equal(set->sig_ttl, 80);
	assert_int_equal(rdata_rrsig(set->sigs[0]).signature_len, 3);
	assert_true(message_answers(&m, name_of("A"), TYPE_A));
	assert_false(message_answers(&m, name_of("b"), TYPE_A));
	assert_false(message_answers(&m, name_of("a"), TYPE_AAAA));
}

static void only_the_answer_to_the_question_answers(void **state)
{
	(void)state;
	struct message m = parsed("1234 0400 0001 0000 0000 0000" QUESTION_A);
	assert_false(message_answers(&m, name_of("a"), TYPE_A));        /* a query */
	m = parsed("1234 a000 0001 0000 0000 0000" QUESTION_A);
	assert_false(message_answers(&m, name_of("a"), TYPE_A));        /* NOTIFY */
	m = parsed("1234 8000 0001 0000 0000 0000 0161 00 0001 0003");
	assert_false(message_answers(&m, name_of("a"), TYPE_A));        /* class CH */
	m = parsed("1234 8000 0000 0000 0000 0000");
	assert_false(message_answers(&m, name_of("a"), TYPE_A));
	m = parsed("1234 8000 0001 0000 0000 0000" QUESTION_A);
	assert_true(message_answers(&m, name_of("a"), TYPE_A));
}

static void every_fault_is_named_with_its_place(void **state)
{
	(void)state;
	static const struct { const char *hex; enum message_fault fault; uint16_t offset; uint16_t kept, bad; } cases[] = {
		{ "", MESSAGE_SHORT_HEADER, 0, 0, 0 },
		{ "1234 8400 0001 0000 0000 00", MESSAGE_SHORT_HEADER, 0, 0, 0 },
		{ HEAD("0001", "0000", "0000", "0000"), MESSAGE_BAD_QUESTION, 12, 0, 0 },
		{ HEAD("0001", "0000", "0000", "0000") "0161 00 0001 00", MESSAGE_BAD_QUESTION, 12, 0, 0 },
		{ HEAD("0001", "0000", "0000", "0000") "c00c 0001 0001", MESSAGE_BAD_QUESTION, 12, 0, 0 },
		{ HEAD("0002", "0001", "0000", "0000") QUESTION_A QUESTION_A RR_A("c0000201"), MESSAGE_BAD_QUESTION, 4, 1, 0 },
		/* owners: self pointer, forward pointer, into the header, two steps, label types 01 and 10, past the end */
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c013 0001 0001 00000000 0004 c0000201" RR_A("c0000202"),
		  MESSAGE_BAD_OWNER, 19, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c023 0001 0001 00000000 0004 c0000201" RR_A("c0000202"),
		  MESSAGE_BAD_OWNER, 19, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c000 0001 0001 00000000 0004 c0000201" RR_A("c0000202"),
		  MESSAGE_BAD_OWNER, 19, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c00b 0001 0001 00000000 0004 c0000201" RR_A("c0000202"),
		  MESSAGE_BAD_OWNER, 19, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A RR_A("c0200202") "c01f 0001 0001 00000000 0004 c0000201",
		  MESSAGE_BAD_OWNER, 35, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "4161 00 0001 0001 00000000 0004 c0000201" RR_A("c0000202"),
		  MESSAGE_BAD_OWNER, 19, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A "8161 00 0001 0001 00000000 0004 c0000201",
		  MESSAGE_BAD_OWNER, 19, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A "3f61", MESSAGE_BAD_OWNER, 19, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A "c0", MESSAGE_BAD_OWNER, 19, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A "c00c 0001 0001 0000012c 00", MESSAGE_RR_CUT, 19, 0, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A RR_A("c0000201") "c00c 0001 0001 0000012c 0004 c00002",
		  MESSAGE_RR_CUT, 35, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c00c 0001 0001 0000012c 0003 c00002" RR_A("c0000201"),
		  MESSAGE_BAD_RDATA, 31, 1, 1 },
		/* a name in RDATA that runs past RDLENGTH into the next record (CVE-2026-10822) */
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c00c 0002 0001 0000012c 0002 0162" RR_A("c0000201"),
		  MESSAGE_BAD_RDATA, 31, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c00c 0002 0001 0000012c 0001 c0" RR_A("c0000201"),
		  MESSAGE_BAD_RDATA, 31, 1, 1 },
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c00c 0002 0001 0000012c 0003 c00c 00" RR_A("c0000201"),
		  MESSAGE_BAD_RDATA, 31, 1, 1 },
		/* compression where it is forbidden: NSEC next (RFC 4034 4.1.1), RRSIG signer (3.1.7), HTTPS target */
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A "c00c 002f 0001 0000012c 0005 c00c 000140",
		  MESSAGE_BAD_RDATA, 31, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A
		  "c00c 002e 0001 0000012c 0017 00010d01 0000012c 00000002 00000001 3039 c00c aabbcc",
		  MESSAGE_BAD_RDATA, 31, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A "c00c 0041 0001 0000012c 0004 0001 c00c",
		  MESSAGE_BAD_RDATA, 31, 0, 1 },
		{ HEAD("0001", "0000", "0000", "0001") QUESTION_A "0161" OPT "0000", MESSAGE_BAD_OPT, 19, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A OPT "0000", MESSAGE_BAD_OPT, 19, 0, 1 },
		{ HEAD("0001", "0000", "0000", "0001") QUESTION_A OPT "0005 0003 0002 61", MESSAGE_BAD_OPT, 30, 0, 0 },
		{ HEAD("0001", "0000", "0000", "0001") QUESTION_A OPT "0003 0003 00", MESSAGE_BAD_OPT, 30, 0, 0 },
		{ HEAD("0001", "0000", "0000", "0001") QUESTION_A OPT "0005 000f 0001 00", MESSAGE_BAD_OPT, 34, 0, 0 },
		{ HEAD("0001", "0000", "0000", "0002") QUESTION_A OPT "0000" OPT "0000", MESSAGE_TWO_OPTS, 30, 0, 1 },
		{ HEAD("0001", "0001", "0000", "0000") QUESTION_A RR_A("c0000201") "00", MESSAGE_TRAILING, 35, 1, 0 },
		{ HEAD("0001", "ffff", "0000", "0000") QUESTION_A RR_A("c0000201"), MESSAGE_COUNT_LIES, 35, 1, 0 },
		{ HEAD("0001", "0000", "0000", "0001") QUESTION_A, MESSAGE_COUNT_LIES, 19, 0, 0 },
		/* two faults: the first one is named */
		{ HEAD("0001", "0002", "0000", "0000") QUESTION_A "c00c 0001 0001 0000012c 0000" "c00c 002f 0001 0000012c 0000",
		  MESSAGE_BAD_RDATA, 31, 0, 2 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct message m = parsed(cases[i].hex);
		uint16_t kept = 0;
		for (uint16_t k = 0; k < m.answer.n; k++)
			kept += m.answer.at[k].n;
		if (m.fault != cases[i].fault || m.fault_offset != cases[i].offset || kept != cases[i].kept
		    || m.n_bad_records != cases[i].bad)
			fail_msg("%s: %s at %u (%s), %u kept, %u bad", cases[i].hex, message_fault_text(m.fault),
				 m.fault_offset, m.fault_text, kept, m.n_bad_records);
		assert_non_null(m.fault_text);
	}
}

static void why_a_name_is_refused(void **state)
{
	(void)state;
	static const struct { const char *owner, *why; } cases[] = {
		{ "c013", "does not point backwards" }, { "c00b", "into the header" }, { "4161 00", "label type" },
		{ "3f61", "past the end" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct message m = parsed(arena_printf(arena, HEAD("0001", "0001", "0000", "0000") QUESTION_A
						       "%s 0001 0001 00000000 0000", cases[i].owner));
		assert_non_null(strstr(m.fault_text, cases[i].why));
	}
}

static void names_in_rdata_are_expanded(void **state)
{
	(void)state;
	struct message m = parsed(
		HEAD("0001", "0004", "0000", "0000") "0141 0162 00 0002 0001"
		"c00c 0002 0001 00000001 0006 036e7331 c00c"
		"c00c 000f 0001 00000001 0006 000a 0158 c00e"
		"c00e 0006 0001 00000001 0018 c00c c00e 0000000100000002000000030000000400000005"
		"c00c 0021 0001 00000001 0008 000100020003 c00c");
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_int_equal(m.answer.n, 4);
	assert_true(rdata_equal(m.answer.at[0].rd[0], unhex("036e7331 0141 0162 00")));         /* case kept */
	assert_true(rdata_equal(m.answer.at[1].rd[0], unhex("000a 0158 0162 00")));
	assert_true(rdata_equal(m.answer.at[2].rd[0],
				unhex("0141 0162 00 0162 00 0000000100000002000000030000000400000005")));
	assert_true(rdata_equal(m.answer.at[3].rd[0], unhex("000100020003 0141 0162 00")));
}

/* 127 pointers in a row are refused, 126 are not: LIMIT_NAME_POINTERS. */
static void long_pointer_chains(void **state)
{
	(void)state;
	for (unsigned pointers = LIMIT_NAME_POINTERS; pointers <= LIMIT_NAME_POINTERS + 1; pointers++) {
		uint8_t wire[600] = { 0x12, 0x34, 0x84, 0, 0, 0, 0, 2 };
		size_t len = 12;
		/* One record of unknown type whose RDATA is the chain: 00, then pointers each to the one before. */
		const uint8_t head[] = { 0, 0xff, 0x01, 0, 1, 0, 0, 0, 0 };
		memcpy(wire + len, head, sizeof head);
		len += sizeof head;
		size_t rdlength = 1 + 2 * (pointers - 1);
		wire[len++] = (uint8_t)(rdlength >> 8);
		wire[len++] = (uint8_t)rdlength;
		wire[len++] = 0;
		for (unsigned i = 1; i < pointers; i++) {
			size_t to = len - (i == 1 ? 1 : 2);
			wire[len++] = (uint8_t)(0xc0 | to >> 8);
			wire[len++] = (uint8_t)to;
		}
		const uint8_t rr[] = { (uint8_t)(0xc0 | (len - 2) >> 8), (uint8_t)(len - 2), 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4 };
		memcpy(wire + len, rr, sizeof rr);
		len += sizeof rr;
		struct message m;
		message_parse(arena, at_page_end(wire, len), (uint16_t)len, &m);
		assert_int_equal(m.fault, pointers > LIMIT_NAME_POINTERS ? MESSAGE_BAD_OWNER : MESSAGE_OK);
	}
}

static void names_of_255_octets(void **state)
{
	(void)state;
	for (unsigned extra = 0; extra <= 1; extra++) {
		uint8_t wire[600] = { 0x12, 0x34, 0x84, 0, 0, 1 };
		size_t len = 12;
		for (int i = 0; i < 4; i++) {
			uint8_t label = i < 3 ? 63 : (uint8_t)(61 + extra);
			wire[len++] = label;
			memset(wire + len, 'a', label);
			len += label;
		}
		wire[len++] = 0;
		memcpy(wire + len, "\0\1\0\1", 4);
		len += 4;
		struct message m;
		message_parse(arena, at_page_end(wire, len), (uint16_t)len, &m);
		assert_int_equal(m.fault, extra ? MESSAGE_BAD_QUESTION : MESSAGE_OK);
		assert_int_equal(m.qname == NULL, extra);
	}
}

static void rrsets_are_grouped(void **state)
{
	(void)state;
	struct message m = parsed(
		HEAD("0001", "0009", "0000", "0000") QUESTION_A
		RR_A("c0000202")                                                        /* a. A, class IN */
		"0162 00 0001 0001 0000012c 0004 c0000201"                              /* b. A */
		RR_A("c0000201") RR_A("c0000202")                                       /* the second is a duplicate */
		"c00c 0001 0003 0000012c 0004 c0000203"                                 /* a. A, class CH */
		"c00c 002e 0001 0000012c 0014 00010d01 0000012c 00000002 00000001 3039 00 aa"
		"c00c 002e 0001 0000012c 0014 00010d01 0000012c 00000002 00000001 3039 00 aa"   /* duplicate */
		"c00c 002e 0001 0000012c 0014 00100d01 0000012c 00000002 00000001 3039 00 bb"   /* covers TXT: stray */
		"0162 00 002e 0001 0000012c 0014 00020d01 0000012c 00000002 00000001 3039 00 cc");
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_int_equal(m.answer.n, 5);
	const struct rrset *s = m.answer.at;
	assert_int_equal(s[0].type, TYPE_A);
	assert_int_equal(s[0].n, 2);
	assert_int_equal(s[0].n_dups, 1);
	assert_int_equal(s[0].rd[0].at[3], 2);
	assert_int_equal(s[0].rd[1].at[3], 1);
	assert_int_equal(s[0].n_sigs, 1);
	assert_true(name_equal(s[1].owner, name_of("b")));
	assert_int_equal(s[1].n_sigs, 0);
	assert_int_equal(s[2].class, CLASS_CH);
	assert_int_equal(s[2].n_sigs, 0);
	assert_int_equal(s[3].type, TYPE_RRSIG);
	assert_int_equal(rdata_rrsig(s[3].rd[0]).covered, TYPE_TXT);
	assert_int_equal(s[4].type, TYPE_RRSIG);
	assert_true(name_equal(s[4].owner, name_of("b")));
	assert_ptr_equal(section_find(&m.answer, name_of("a"), TYPE_A), &s[0]);
	assert_ptr_equal(section_find(&m.answer, name_of("B"), TYPE_RRSIG), &s[4]);
	assert_null(section_find(&m.answer, name_of("c"), TYPE_A));
	assert_ptr_equal(section_find_type(&m.answer, TYPE_A, 0), &s[0]);
	assert_ptr_equal(section_find_type(&m.answer, TYPE_A, 1), &s[1]);
	assert_null(section_find_type(&m.answer, TYPE_A, 2));           /* class CH is not believed */
	assert_null(section_find_type(&m.answer, TYPE_A, 99));
}

/* Strays of one owner are one RRset, whatever they cover, in wire order. */
static void stray_signatures_stand_together(void **state)
{
	(void)state;
	struct message m = parsed(
		HEAD("0001", "0003", "0000", "0000") QUESTION_A
		"c00c 002e 0001 0000012c 0013 00100d01 0000012c 00000002 00000001 3039 00"
		"0141 00 002e 0001 00000001 0013 002e0d01 0000012c 00000002 00000001 3039 00"
		"c00c 002e 0001 0000012c 0013 00010d01 0000012c 00000002 00000001 3039 00");
	assert_int_equal(m.answer.n, 1);
	assert_int_equal(m.answer.at[0].n, 3);
	assert_int_equal(m.answer.at[0].ttl, 1);
	assert_int_equal(rdata_rrsig(m.answer.at[0].rd[0]).covered, TYPE_TXT);
	assert_int_equal(rdata_rrsig(m.answer.at[0].rd[1]).covered, TYPE_RRSIG);
	assert_int_equal(rdata_rrsig(m.answer.at[0].rd[2]).covered, TYPE_A);
}

static void every_edns_option_is_kept(void **state)
{
	(void)state;
	struct message m = parsed(
		HEAD("0001", "0000", "0000", "0001") QUESTION_A OPT
		"0019 000f 0006 0006 74657874 0003 0000 000f 0002 0016 0003 0001 61");
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_int_equal(m.n_options, 4);
	assert_int_equal(m.n_edes, 2);
	assert_int_equal(m.edes[0].code, 6);
	assert_int_equal(m.edes[0].text_len, 4);
	assert_memory_equal(m.edes[0].text, "text", 4);
	assert_int_equal(m.edes[1].code, 22);
	assert_int_equal(m.edes[1].text_len, 0);
	assert_int_equal(message_option(&m, EDNS_NSID)->len, 0);        /* the first of two */
}

static void too_many_options(void **state)
{
	(void)state;
	char hex[2000] = HEAD("0001", "0000", "0000", "0001") QUESTION_A OPT "0084 ";
	for (int i = 0; i < 33; i++)
		strcat(hex, "000a0000");
	struct message m = parsed(hex);
	assert_int_equal(m.fault, MESSAGE_TOO_MANY_OPTIONS);
	assert_int_equal(m.n_options, LIMIT_EDNS_OPTIONS);
	assert_int_equal(m.fault_offset, 30 + 32 * 4);
}

/* 5,000 records in one message: those above the limit are left out, and that is quick (SECURITY 5a). */
static void a_great_many_records(void **state)
{
	(void)state;
	enum { RECORDS = 5000 };
	uint8_t wire[12 + RECORDS * 13];
	memcpy(wire, "\x12\x34\x84\0\0\0\x13\x88\0\0\0\0", 12);
	for (int i = 0; i < RECORDS; i++) {
		const uint8_t rr[13] = { 0, 0xff, (uint8_t)(i % 7), 0, 1, 0, 0, 0, 0, 0, 2, (uint8_t)(i * 7919 >> 8), (uint8_t)(i * 7919) };
		memcpy(wire + 12 + 13 * i, rr, 13);
	}
	struct message m;
	clock_t start = clock();
	message_parse(arena, at_page_end(wire, sizeof wire), sizeof wire, &m);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 1.0);
	assert_int_equal(m.fault, MESSAGE_TOO_MANY_RRS);
	assert_int_equal(m.fault_offset, 12 + 13 * LIMIT_RRS_PER_MESSAGE);
	assert_int_equal(m.answer.n, 7);
	uint32_t records = 0;
	for (int i = 0; i < 7; i++)
		records += m.answer.at[i].n + m.answer.at[i].n_dups;
	assert_int_equal(records, LIMIT_RRS_PER_MESSAGE);
}

/* 4 octets that mean a name of 255, 3,400 times over: the memory of 64 such answers must stay far below
 * the arena's cap, for reaching that ends the program. */
static void names_that_swell(void **state)
{
	(void)state;
	static uint8_t wire[UINT16_MAX] = { 0x12, 0x34, 0x84, 0, 0, 1, 0x0d, 0x48 };
	size_t len = 12;
	for (int i = 0; i < 127; i++) {
		wire[len++] = 1;
		wire[len++] = 'a';
	}
	memcpy(wire + len, "\0\0\1\0\1", 5);
	len += 5;
	for (int i = 0; i < 3400; i++) {
		const uint8_t rr[] = { 1, (uint8_t)('a' + i % 26), 0xc0, (uint8_t)(14 + 2 * (i / 26 % 100)), 0, 2, 0, 1,
				       0, 0, 0, 1, 0, 4, 1, 'b', 0xc0, 14 };
		memcpy(wire + len, rr, sizeof rr);
		len += sizeof rr;
	}
	struct arena *own = arena_new(16 << 20);
	struct message m;
	message_parse(own, wire, (uint16_t)len, &m);
	assert_true(m.fault == MESSAGE_BAD_OWNER || m.fault == MESSAGE_BAD_RDATA);
	assert_true(m.answer.n > 500 && m.n_bad_records > 500);
	assert_true(arena_used(own) < 2 << 20);
	arena_free(&own);
}

static void same_sets(void **state)
{
	(void)state;
	struct message m = parsed(
		HEAD("0001", "0004", "0004", "0002") QUESTION_A
		"c00c 0002 0001 00000001 0003 0142 00" "c00c 0002 0001 00000001 0003 0143 00"
		"0162 00 0002 0001 00000001 0003 0142 00" "c00c 0010 0001 00000001 0002 0141"
		"0141 00 0002 0001 00000009 0003 0163 00" "c00c 0002 0001 00000001 0003 0162 00"
		"0162 00 0002 0001 00000001 0003 0143 00" "c00c 0010 0001 00000001 0002 0161"
		"c00c 0002 0001 00000001 0003 0143 00" "c00c 0002 0001 00000001 0003 0163 00");
	assert_int_equal(m.fault, MESSAGE_OK);
	const struct rrset *an = m.answer.at, *ns = m.authority.at, *ar = m.additional.at;
	assert_true(rrset_same(&an[0], &ns[0]));        /* order, case and TTL do not matter */
	assert_true(rrset_same(&an[0], &an[0]));
	assert_false(rrset_same(&an[0], &an[1]));       /* another owner */
	assert_false(rrset_same(&an[1], &ns[1]));       /* another target */
	assert_false(rrset_same(&an[2], &ns[2]));       /* the case of TXT is data */
	assert_false(rrset_same(&an[0], &ar[0]));       /* one record is missing */
	assert_int_equal(ar[0].n, 2);                   /* not the same octets, but the same record: */
	struct message one = parsed(HEAD("0001", "0001", "0000", "0000") QUESTION_A "c00c 0002 0001 00000001 0003 0163 00");
	assert_true(rrset_same(&ar[0], &one.answer.at[0]));
}

static void parse_every_prefix(const uint8_t *bytes, size_t len)
{
	for (size_t n = 0; n <= len; n++) {
		struct arena *own = arena_new(16 << 20);
		size_t page = 4096, room = (n / page + 1) * page;
		uint8_t *end = at_page_end(bytes, n);
		struct message m;
		message_parse(own, end, (uint16_t)n, &m);
		assert_int_equal(m.wire_len, n);
		assert_true(m.fault_offset <= n);
		arena_free(&own);
		munmap(end + n - room, room + page);
	}
}

/* Any message cut anywhere, with a page behind it that cannot be read. */
static void nothing_is_read_past_the_end(void **state)
{
	(void)state;
	const char *folder = getenv("CORPUS");
	DIR *dir = opendir(folder != NULL ? folder : "tests/fuzz/corpus/message");
	assert_non_null(dir);
	int files = 0;
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		char path[4096];
		uint8_t bytes[2000];
		snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "tests/fuzz/corpus/message", e->d_name);
		FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (f == NULL)
			continue;
		parse_every_prefix(bytes, fread(bytes, 1, sizeof bytes, f));
		fclose(f);
		files++;
	}
	closedir(dir);
	assert_true(files >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_answer),
		cmocka_unit_test(only_the_answer_to_the_question_answers),
		cmocka_unit_test(every_fault_is_named_with_its_place),
		cmocka_unit_test(why_a_name_is_refused),
		cmocka_unit_test(names_in_rdata_are_expanded),
		cmocka_unit_test(long_pointer_chains),
		cmocka_unit_test(names_of_255_octets),
		cmocka_unit_test(rrsets_are_grouped),
		cmocka_unit_test(stray_signatures_stand_together),
		cmocka_unit_test(every_edns_option_is_kept),
		cmocka_unit_test(too_many_options),
		cmocka_unit_test(a_great_many_records),
		cmocka_unit_test(names_that_swell),
		cmocka_unit_test(same_sets),
		cmocka_unit_test(nothing_is_read_past_the_end),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
