#include "dns_test.h"
#include "dns/write.h"

static const struct write_head answer = { .id = 0xbeef, .rcode = 0x17, .qr = true, .aa = true, .rd = true, .ad = true };

static struct message read_back(const struct writer *w)
{
	struct message m;
	message_parse(arena, at_page_end(w->at, w->len), (uint16_t)w->len, &m);
	return m;
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	uint8_t octets[512];
	struct writer w;
	const struct edns_item options[] = { { EDNS_NSID, 2, (const uint8_t *)"ab" }, { EDNS_COOKIE, 0, NULL } };
	writer_init(&w, arena, octets, sizeof octets);
	write_head(&w, &answer);
	write_question(&w, name_of("www.Example."), TYPE_A, CLASS_IN);
	assert_true(write_rr(&w, WRITE_ANSWER, name_of("www.example."), TYPE_A, CLASS_IN, 300, unhex("c0000201")));
	assert_true(write_rr(&w, WRITE_AUTHORITY, name_of("example."), TYPE_NS, CLASS_IN, 60, unhex("036e7331 00")));
	assert_true(write_rr(&w, WRITE_ADDITIONAL, name_of("ns1.www.example."), TYPE_A, CLASS_CH, 1, unhex("c0000202")));
	assert_true(write_edns(&w, &(struct write_edns){ .udp_size = 1232, .do_bit = true, .version = 1, .rcode = 0x17,
							 .options = options, .n_options = 2 }));
	write_set_tc(&w);
	assert_false(w.overflow);
	struct message m = read_back(&w);
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_int_equal(m.id, 0xbeef);
	assert_int_equal(m.rcode, RCODE_BADCOOKIE);
	assert_true(m.qr && m.aa && m.tc && m.rd && m.ad && !m.ra && !m.cd && !m.z);
	assert_true(name_same_case(m.qname, (const uint8_t *)"\3www\7Example"));
	assert_true(m.has_edns && m.do_bit);
	assert_int_equal(m.edns_version, 1);
	assert_int_equal(m.udp_size, 1232);
	assert_int_equal(m.n_options, 2);
	assert_memory_equal(m.options[0].at, "ab", 2);
	assert_int_equal(m.answer.at[0].ttl, 300);
	assert_true(rdata_equal(m.authority.at[0].rd[0], unhex("036e7331 00")));
	assert_int_equal(m.additional.at[0].class, CLASS_CH);
	assert_string_equal(name_text(arena, m.additional.at[0].owner), "ns1.www.example.");
	/* Every owner but ns1, which takes one label more, is a bare pointer. */
	assert_int_equal(w.len, 12 + 17 + 16 + 17 + 20 + 21);
}

static void the_case_of_the_question_is_echoed(void **state)
{
	(void)state;
	uint8_t octets[64];
	struct writer w;
	writer_init(&w, arena, octets, sizeof octets);
	write_head(&w, &answer);
	write_question(&w, (const uint8_t *)"\3wWw\2eX", TYPE_A, CLASS_IN);
	assert_memory_equal(octets + 12, "\3wWw\2eX", 8);
}

/* At every capacity: what does not fit leaves no trace, nothing is written past the end. */
static void what_does_not_fit_is_undone(void **state)
{
	(void)state;
	for (size_t cap = 12; cap < 90; cap++) {
		uint8_t *octets = at_page_end(NULL, 0) - cap;
		struct writer w;
		writer_init(&w, arena, octets, cap);
		write_head(&w, &answer);
		write_question(&w, name_of("a.example."), TYPE_A, CLASS_IN);
		int wrote = write_rr(&w, WRITE_ANSWER, name_of("b.other."), TYPE_A, CLASS_IN, 1, unhex("c0000201"));
		wrote += write_rr(&w, WRITE_ANSWER, name_of("c.b.other."), TYPE_A, CLASS_IN, 1, unhex("c0000202"));
		bool edns = write_edns(&w, &(struct write_edns){ .udp_size = 512 });
		assert_true(w.len <= cap);
		assert_int_equal(w.overflow, cap < 12 + 15 + 23 + 18 + 11);
		struct message m = read_back(&w);
		assert_int_equal(m.fault, MESSAGE_OK);
		assert_int_equal(m.answer.n, wrote);
		assert_int_equal(m.has_edns, edns);
		assert_int_equal(m.qdcount, cap >= 12 + 15);
	}
}

/* Names beyond 16 kB cannot be pointed to, and there may be very many of them. */
static void large_messages(void **state)
{
	(void)state;
	uint8_t *octets = arena_alloc(arena, UINT16_MAX);
	struct writer w;
	writer_init(&w, arena, octets, UINT16_MAX);
	write_head(&w, &answer);
	uint16_t n = 0;
	while (write_rr(&w, WRITE_ANSWER, name_of(arena_printf(arena, "h%u.some.long.zone.example.", n)), TYPE_A, CLASS_IN, 1,
			unhex("c0000201")))
		n++;
	assert_true(w.overflow && n > 2000);
	struct message m = read_back(&w);
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_int_equal(m.answer.n, n);
	for (uint16_t i = 0; i < n; i++)
		assert_string_equal(name_text(arena, m.answer.at[i].owner),
				    arena_printf(arena, "h%u.some.long.zone.example.", i));
}

/* The buffer is full of what looks like names: a name must not be matched with its own unfinished head. */
static void names_that_repeat_a_label(void **state)
{
	(void)state;
	static const char *const names[] = { "a.a.a.a.", "a.", "a.a.", "b.a.a.", "a.a.a.a.a.", "ab.ab.", "b.ab.ab.a." };
	enum { N = sizeof names / sizeof names[0] };
	uint8_t octets[512];
	for (size_t i = 0; i < sizeof octets; i += 2)
		memcpy(octets + i, "\1a", 2);
	struct writer w;
	writer_init(&w, arena, octets, sizeof octets);
	write_head(&w, &answer);
	for (size_t i = 0; i < N; i++)
		assert_true(write_rr(&w, WRITE_ANSWER, name_of(names[i]), TYPE_A, CLASS_IN, 1, unhex("c0000201")));
	struct message m = read_back(&w);
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_int_equal(m.answer.n, N);
	for (size_t i = 0; i < N; i++)
		assert_string_equal(name_text(arena, m.answer.at[i].owner), names[i]);
}

static void names_beyond_16_kb_are_not_pointed_to(void **state)
{
	(void)state;
	uint8_t *octets = arena_alloc(arena, UINT16_MAX);
	struct writer w;
	writer_init(&w, arena, octets, UINT16_MAX);
	write_head(&w, &answer);
	struct rdata large = { arena_alloc(arena, 20000), 20000 };
	assert_true(write_rr(&w, WRITE_ANSWER, name_root, 65280, CLASS_IN, 1, large));
	for (int i = 0; i < 3; i++)
		assert_true(write_rr(&w, WRITE_ANSWER, name_of("a.example."), (uint16_t)(65281 + i), CLASS_IN, 1,
				     unhex("00")));
	struct message m = read_back(&w);
	assert_int_equal(m.fault, MESSAGE_OK);
	for (int i = 1; i <= 3; i++)
		assert_string_equal(name_text(arena, m.answer.at[i].owner), "a.example.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_case_of_the_question_is_echoed),
		cmocka_unit_test(what_does_not_fit_is_undone),
		cmocka_unit_test(large_messages),
		cmocka_unit_test(names_that_repeat_a_label),
		cmocka_unit_test(names_beyond_16_kb_are_not_pointed_to),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
