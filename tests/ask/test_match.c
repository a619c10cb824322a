#include "ask/match.h"
#include "dns/message.h"
#include <stdarg.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t example[] = "\007example\003lab";
static struct ask_question question(uint16_t flags)
{
	struct ask_question q = { .name = example, .type = TYPE_A, .class = CLASS_IN, .flags = flags, .cookie_len = 8, .timeout_ms = 100 };
	memcpy(q.cookie, "12345678", 8);
	assert_true(addr_from_text("192.0.2.1", 53, &q.to));
	return q;
}

struct reply { struct ask_question q; uint8_t wire[ASK_WIRE_MAX]; uint16_t len; };
static struct reply good(uint16_t flags)
{
	struct reply r = { .q = question(flags) };
	r.len = ask_wire(&r.q, 0x1234, r.wire);
	r.wire[2] |= 0x80;
	return r;
}

static enum ask_match matched(const struct reply *r)
{
	return ask_match(&r->q, 0x1234, &r->q.to, r->wire, r->len);
}

static void a_right_answer_is_believed_in_any_case(void **state)
{
	(void)state;
	struct reply r = good(0);
	assert_int_equal(matched(&r), MATCH_ANSWER);
	r.wire[13] = 'E';
	assert_int_equal(matched(&r), MATCH_ANSWER);
	r = good(ASK_DO | ASK_COOKIE);
	assert_int_equal(matched(&r), MATCH_ANSWER);
}

static void source_and_id_must_be_right(void **state)
{
	(void)state;
	struct reply r = good(0);
	struct addr other = r.q.to;
	other.port = 54;
	assert_int_equal(ask_match(&r.q, 0x1234, &other, r.wire, r.len), MATCH_WRONG_SOURCE);
	other = r.q.to;
	other.ip[3]++;
	assert_int_equal(ask_match(&r.q, 0x1234, &other, r.wire, r.len), MATCH_WRONG_SOURCE);
	assert_int_equal(ask_match(&r.q, 0x1235, &other, r.wire, r.len), MATCH_NOTHING);
	assert_int_equal(ask_match(&r.q, 0x1235, &r.q.to, r.wire, r.len), MATCH_WRONG_ID);
}

static void question_must_be_ours(void **state)
{
	(void)state;
	struct reply r = good(0);
	r.wire[13] = 'x';
	assert_int_equal(matched(&r), MATCH_WRONG_QUESTION);
	r = good(0);
	r.wire[r.len - 3] = TYPE_AAAA;
	assert_int_equal(matched(&r), MATCH_WRONG_QUESTION);
	r = good(0);
	r.wire[r.len - 1] = CLASS_CH;
	assert_int_equal(matched(&r), MATCH_WRONG_QUESTION);
}

static void only_errors_may_lack_the_question(void **state)
{
	(void)state;
	struct reply r = good(0);
	r.wire[5] = 0;
	r.len = 12;
	assert_int_equal(matched(&r), MATCH_WRONG_QUESTION);
	r.wire[3] |= RCODE_FORMERR;
	assert_int_equal(matched(&r), MATCH_ANSWER);
	r.wire[7] = 1;          /* an answer to no question */
	assert_int_equal(matched(&r), MATCH_WRONG_QUESTION);
}

static void what_is_no_response_is_garbage(void **state)
{
	(void)state;
	struct reply r = good(0);
	r.wire[2] &= 0x7f;
	assert_int_equal(matched(&r), MATCH_GARBAGE);
	r = good(0);
	r.wire[2] |= 5 << 3;    /* opcode UPDATE */
	assert_int_equal(matched(&r), MATCH_GARBAGE);
	r = good(0);
	r.wire[5] = 2;
	assert_int_equal(matched(&r), MATCH_GARBAGE);
	r = good(0);
	r.wire[12] = 0xc0;      /* a pointer for a question name */
	assert_int_equal(matched(&r), MATCH_GARBAGE);
	r = good(0);
	for (uint16_t len = 0; len < r.len; len++) {
		r.len = len;
		assert_int_equal(matched(&r), MATCH_GARBAGE);
		r.len = good(0).len;
	}
}

static void only_our_own_cookie_may_come_back(void **state)
{
	(void)state;
	struct reply r = good(ASK_COOKIE);
	r.wire[r.len - 1] ^= 1;
	assert_int_equal(matched(&r), MATCH_WRONG_COOKIE);
	struct reply none = good(ASK_COOKIE), without = good(ASK_EDNS);
	none.len = without.len;
	memcpy(none.wire, without.wire, without.len);
	assert_int_equal(matched(&none), MATCH_ANSWER);
}

/* The cookie stands last; its lengths are those of the option, of OPT and of the message. */
static enum ask_match matched_with_cookie_of(uint16_t octets)
{
	struct reply r = good(ASK_COOKIE);
	uint16_t more = (uint16_t)(octets - 8);
	memset(r.wire + r.len, 0x5a, more);
	r.wire[r.len - 8 - 1] = (uint8_t)octets;
	r.wire[r.len - 8 - 5] = (uint8_t)(4 + octets);
	r.len = (uint16_t)(r.len + more);
	return matched(&r);
}

static void a_cookie_of_impossible_length_is_not_believed(void **state)
{
	(void)state;
	assert_int_equal(matched_with_cookie_of(8), MATCH_ANSWER);
	assert_int_equal(matched_with_cookie_of(9), MATCH_GARBAGE);
	assert_int_equal(matched_with_cookie_of(15), MATCH_GARBAGE);
	assert_int_equal(matched_with_cookie_of(16), MATCH_ANSWER);
	assert_int_equal(matched_with_cookie_of(40), MATCH_ANSWER);
	assert_int_equal(matched_with_cookie_of(41), MATCH_GARBAGE);
}

static void strays_are_counted_by_kind(void **state)
{
	(void)state;
	struct ask_reply r = { .strays[STRAY_ID] = UINT16_MAX };
	struct addr first, second;
	assert_true(addr_from_text("192.0.2.7", 53, &first));
	assert_true(addr_from_text("192.0.2.8", 53, &second));
	ask_count_stray(&r, MATCH_WRONG_ID, &first);
	ask_count_stray(&r, MATCH_WRONG_SOURCE, &first);
	ask_count_stray(&r, MATCH_WRONG_SOURCE, &second);
	ask_count_stray(&r, MATCH_GARBAGE, &first);
	assert_int_equal(r.strays[STRAY_ID], UINT16_MAX);
	assert_int_equal(r.strays[STRAY_SOURCE], 2);
	assert_int_equal(r.strays[STRAY_GARBAGE], 1);
	assert_true(addr_equal(&r.stray_from, &first));
}

static void the_question_has_the_flags_it_should(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct ask_question q = question(ASK_RD | ASK_CD | ASK_AD | ASK_DO | ASK_COOKIE);
	uint8_t wire[ASK_WIRE_MAX];
	struct message m;
	message_parse(a, wire, ask_wire(&q, 77, wire), &m);
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_true(m.id == 77 && !m.qr && m.rd && m.cd && m.ad && m.has_edns && m.do_bit && m.udp_size == 1232);
	assert_true(name_equal(m.qname, example) && m.qtype == TYPE_A && m.qclass == CLASS_IN);
	assert_int_equal(message_option(&m, EDNS_COOKIE)->len, 8);
	q.flags = 0;
	message_parse(a, wire, ask_wire(&q, 77, wire), &m);
	assert_true(!m.rd && !m.cd && !m.ad && !m.has_edns);
	uint8_t longest[NAME_MAX_BYTES] = { 0 };
	for (unsigned i = 0; i < 254; i += 2)
		longest[i] = 1;
	q = question(ASK_DO | ASK_COOKIE);
	q.name = longest;
	q.cookie_len = 40;
	message_parse(a, wire, ask_wire(&q, 77, wire), &m);
	assert_int_equal(m.fault, MESSAGE_OK);
	assert_int_equal(message_option(&m, EDNS_COOKIE)->len, 40);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_answer_is_believed_in_any_case),
		cmocka_unit_test(source_and_id_must_be_right),
		cmocka_unit_test(question_must_be_ours),
		cmocka_unit_test(only_errors_may_lack_the_question),
		cmocka_unit_test(what_is_no_response_is_garbage),
		cmocka_unit_test(only_our_own_cookie_may_come_back),
		cmocka_unit_test(a_cookie_of_impossible_length_is_not_believed),
		cmocka_unit_test(strays_are_counted_by_kind),
		cmocka_unit_test(the_question_has_the_flags_it_should),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
