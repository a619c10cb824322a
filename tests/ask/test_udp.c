#include "harness.h"
#include "base/limits.h"
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct fake server, other;

static void answer(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	uint8_t out[1500];
	fake_send(f, out, fake_answer(query, len, out), from);
}

static struct outcome ask_with(fake_udp_fn *behaviour, uint32_t timeout_ms)
{
	struct asker *a = harness_asker();
	struct outcome o;
	server.on_udp = behaviour;
	harness_ask(a, &server, OVER_UDP, timeout_ms, &o);
	asker_free(&a);
	assert_int_equal(o.n_done, 1);
	assert_false(o.inside_start);
	return o;
}

static void an_answer_comes_back_whole(void **state)
{
	(void)state;
	struct outcome o = ask_with(answer, 2000);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_true(o.r.rtt_us > 0 && o.r.wire_len == 12 + 17 + 11);
	assert_true((o.wire[2] & 0x80) != 0 && o.r.strays[STRAY_ID] == 0 && o.r.os_errno == 0);
}

static void silence_ends_at_the_deadline(void **state)
{
	(void)state;
	struct mono began = mono_now();
	struct outcome o = ask_with(NULL, 80);
	int64_t took_us = mono_now().us - began.us;
	assert_int_equal(o.r.outcome, ASK_TIMED_OUT);
	assert_null(o.r.wire);
	assert_true(took_us >= 78000 && took_us < 2000000);
}

/* The answer was there in time, it is us who were late (a loaded machine). */
static void what_came_in_time_is_no_silence(void **state)
{
	(void)state;
	struct asker *a = harness_asker();
	struct outcome o;
	struct ask_question q = harness_question(&server.addr, OVER_UDP, 30);
	server.on_udp = answer;
	harness_start(a, &q, &o);
	for (unsigned before = server.n_queries; server.n_queries == before;)
		fake_serve(&server);
	usleep(60 * 1000);
	harness_wait(a, NULL, &o, 1);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.n_done, 1);
	asker_free(&a);
}

static void a_closed_port_is_told_by_icmp(void **state)
{
	(void)state;
	for (unsigned v6 = 0; v6 < 2; v6++) {
		struct fake closed;
		fake_open(&closed, v6 ? "::1" : "127.0.0.1");
		fake_close(&closed);
		struct asker *a = harness_asker();
		struct outcome o[3];
		struct ask_question q = harness_question(&closed.addr, OVER_UDP, 3000);
		for (unsigned i = 0; i < 3; i++)
			harness_start(a, &q, &o[i]);
		harness_wait(a, NULL, o, 3);
		for (unsigned i = 0; i < 3; i++) {
			assert_int_equal(o[i].r.outcome, ASK_UNREACHABLE);
			assert_int_equal(o[i].r.os_errno, ECONNREFUSED);
		}
		asker_free(&a);
	}
}

static void wrong_id_first(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	uint8_t out[1500];
	fake_answer(query, len, out);
	out[0] ^= 0x55;
	fake_send(f, out, len, from);
	answer(f, query, len, from);
}

static void wrong_question_first(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	uint8_t out[1500];
	fake_answer(query, len, out);
	out[13] ^= 1;
	fake_send(f, out, len, from);
	answer(f, query, len, from);
}

static void garbage_first(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	fake_send(f, "", 0, from);
	fake_send(f, query, 5, from);
	answer(f, query, len, from);
}

static void wrong_source_first(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	answer(&other, query, len, from);
	answer(f, query, len, from);
}

static void what_does_not_match_is_waited_past(void **state)
{
	(void)state;
	struct outcome o = ask_with(wrong_id_first, 2000);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.r.strays[STRAY_ID], 1);
	o = ask_with(wrong_question_first, 2000);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.r.strays[STRAY_QUESTION], 1);
	o = ask_with(garbage_first, 2000);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.r.strays[STRAY_GARBAGE], 2);
	o = ask_with(wrong_source_first, 2000);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.r.strays[STRAY_SOURCE], 1);
	assert_true(addr_equal(&o.r.stray_from, &other.addr));
}

static void only_garbage(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	fake_send(f, query, 7, from);
	fake_send(f, query, len, from);
}

static void only_wrong_source(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	(void)f;
	answer(&other, query, len, from);
}

static void what_never_matched_is_kept(void **state)
{
	(void)state;
	struct outcome o = ask_with(only_garbage, 100);
	assert_int_equal(o.r.outcome, ASK_GARBLED);
	assert_int_equal(o.r.wire_len, 7);
	assert_int_equal(o.r.strays[STRAY_GARBAGE], 2);
	o = ask_with(only_wrong_source, 100);
	assert_int_equal(o.r.outcome, ASK_TIMED_OUT);
	assert_int_equal(o.r.strays[STRAY_SOURCE], 1);
}

static unsigned n_guesses;

static void guesses_first(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	uint8_t out[1500];
	fake_answer(query, len, out);
	for (unsigned i = 1; i <= n_guesses; i++) {
		out[1] = (uint8_t)(query[1] + i);
		fake_send(f, out, len, from);
	}
	answer(f, query, len, from);
}

static void guesses_do_not_win(void **state)
{
	(void)state;
	n_guesses = LIMIT_STRAYS - 1;
	struct outcome o = ask_with(guesses_first, 2000);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.r.strays[STRAY_ID], LIMIT_STRAYS - 1);
	assert_int_equal(o.wire[0] << 8 | o.wire[1], server.ids[server.n_queries - 1]);
}

/* RFC 5452 9.3: no waiting, that is time for more guesses. */
static void a_flood_of_guesses_ends_the_ask(void **state)
{
	(void)state;
	struct mono began = mono_now();
	n_guesses = LIMIT_STRAYS;
	struct outcome o = ask_with(guesses_first, 9000);
	assert_int_equal(o.r.outcome, ASK_TIMED_OUT);
	assert_int_equal(o.r.strays[STRAY_ID], LIMIT_STRAYS);
	assert_true(reply_flooded(&o.r));
	assert_true(mono_now().us - began.us < 8000 * 1000);
}

static void a_foreign_cookie(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	uint8_t out[1500];
	fake_answer(query, len, out);
	out[len - 1] ^= 1;
	fake_send(f, out, len, from);
	answer(f, query, len, from);
}

static void a_foreign_cookie_is_a_stray(void **state)
{
	(void)state;
	struct asker *a = harness_asker();
	struct outcome o;
	server.on_udp = a_foreign_cookie;
	struct ask_question q = harness_question(&server.addr, OVER_UDP, 2000);
	q.flags = ASK_COOKIE;
	q.cookie_len = 8;
	memcpy(q.cookie, "abcdefgh", 8);
	harness_start(a, &q, &o);
	harness_wait(a, &server, &o, 1);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.r.strays[STRAY_COOKIE], 1);
	asker_free(&a);
}

static void answer_twice(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	answer(f, query, len, from);
	answer(f, query, len, from);
}

static void a_doubled_answer_is_no_forgery(void **state)
{
	(void)state;
	enum { N = 200 };
	struct asker *a = harness_asker();
	struct outcome o[N];
	server.on_udp = answer_twice;
	struct ask_question q = harness_question(&server.addr, OVER_UDP, 3000);
	for (unsigned i = 0; i < N; i++)
		harness_start(a, &q, &o[i]);
	harness_wait(a, &server, o, N);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(o[i].r.outcome, ASK_ANSWERED);
		assert_int_equal(o[i].r.strays[STRAY_ID], 0);
	}
	asker_free(&a);
}

static int cmp16(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static unsigned distinct(uint16_t *v, unsigned n)
{
	unsigned found = n > 0;
	qsort(v, n, sizeof *v, cmp16);
	for (unsigned i = 1; i < n; i++)
		found += v[i] != v[i - 1];
	return found;
}

static void ports_and_ids_are_not_to_be_guessed(void **state)
{
	(void)state;
	enum { N = 400 };
	struct asker *a = harness_asker();
	static struct outcome o[N];
	server.n_queries = 0;
	server.on_udp = answer;
	struct ask_question q = harness_question(&server.addr, OVER_UDP, 5000);
	for (unsigned i = 0; i < N; i++)
		harness_start(a, &q, &o[i]);
	harness_wait(a, &server, o, N);
	assert_int_equal(server.n_queries, N);
	assert_true(distinct(server.ports, N) >= 30);
	assert_true(distinct(server.ids, N) >= 390);    /* 1.2 pairs expected */
	asker_free(&a);
}

static void hold(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	f->held[f->n_held] = *from;
	f->held_len[f->n_held] = len;
	memcpy(f->held_wire[f->n_held++], query, len);
}

static void one_server_is_not_flooded(void **state)
{
	(void)state;
	enum { N = 60 };
	struct asker *a = harness_asker();
	struct outcome o[N];
	server.on_udp = hold;
	server.n_held = 0;
	struct ask_question q = harness_question(&server.addr, OVER_UDP, 5000);
	for (unsigned i = 0; i < N; i++)
		harness_start(a, &q, &o[i]);
	unsigned most = 0, answered = 0;
	while (answered < N) {
		for (unsigned i = 0; i < 10; i++) {
			ask_turn(a, 1);
			fake_serve(&server);
		}
		most = server.n_held > most ? server.n_held : most;
		assert_true(server.n_held > 0);
		for (unsigned i = 0; i < server.n_held; i++, answered++)
			answer(&server, server.held_wire[i], server.held_len[i], &server.held[i]);
		server.n_held = 0;
	}
	harness_wait(a, &server, o, N);
	assert_int_equal(most, LIMIT_PER_SERVER_IN_FLIGHT);
	asker_free(&a);
}

static void over_ipv6(void **state)
{
	(void)state;
	struct fake six;
	fake_open(&six, "::1");
	six.on_udp = answer;
	struct asker *a = harness_asker();
	struct outcome o;
	harness_ask(a, &six, OVER_UDP, 2000, &o);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	asker_free(&a);
	fake_close(&six);
}

static int open_servers(void **state)
{
	(void)state;
	fake_open(&server, "127.0.0.1");
	fake_open(&other, "127.0.0.2");
	return 0;
}

static int close_servers(void **state)
{
	(void)state;
	fake_close(&server);
	fake_close(&other);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back_whole),
		cmocka_unit_test(silence_ends_at_the_deadline),
		cmocka_unit_test(what_came_in_time_is_no_silence),
		cmocka_unit_test(a_closed_port_is_told_by_icmp),
		cmocka_unit_test(what_does_not_match_is_waited_past),
		cmocka_unit_test(what_never_matched_is_kept),
		cmocka_unit_test(guesses_do_not_win), cmocka_unit_test(a_flood_of_guesses_ends_the_ask),
		cmocka_unit_test(a_foreign_cookie_is_a_stray),
		cmocka_unit_test(a_doubled_answer_is_no_forgery),
		cmocka_unit_test(ports_and_ids_are_not_to_be_guessed),
		cmocka_unit_test(one_server_is_not_flooded),
		cmocka_unit_test(over_ipv6),
	};
	return cmocka_run_group_tests(tests, open_servers, close_servers);
}
