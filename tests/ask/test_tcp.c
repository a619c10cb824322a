#include "harness.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static struct fake server;

static size_t tcp_answer(const uint8_t *query, size_t len, uint8_t *out)
{
	out[0] = (uint8_t)(len >> 8);
	out[1] = (uint8_t)len;
	return 2 + fake_answer(query, len, out + 2);
}

static struct outcome ask_with(fake_tcp_fn *behaviour, uint32_t timeout_ms)
{
	struct asker *a = harness_asker();
	struct outcome o;
	fake_open(&server, "127.0.0.1");
	server.on_tcp = behaviour;
	harness_ask(a, &server, OVER_TCP, timeout_ms, &o);
	asker_free(&a);
	fake_close(&server);
	assert_int_equal(o.n_done, 1);
	assert_false(o.inside_start);
	return o;
}

static void whole(struct fake *f, int fd, const uint8_t *query, size_t len)
{
	(void)f;
	uint8_t out[1500];
	assert_true(send(fd, out, tcp_answer(query, len, out), 0) > 0);
}

static void an_answer_comes_back_whole(void **state)
{
	(void)state;
	struct outcome o = ask_with(whole, 2000);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_true(o.r.wire_len == 12 + 17 + 11 && o.r.rtt_us > 0);
}

static uint8_t rest[1500];
static size_t rest_len, rest_done;

static void remember(struct fake *f, int fd, const uint8_t *query, size_t len)
{
	(void)f;
	(void)fd;
	rest_len = tcp_answer(query, len, rest);
	rest_done = 0;
}

/* An octet every 3 ms; up to `octets` of them. */
static struct outcome ask_dripping(uint32_t timeout_ms, size_t octets)
{
	struct asker *a = harness_asker();
	struct outcome o;
	fake_open(&server, "127.0.0.1");
	server.on_tcp = remember;
	rest_len = 0;
	struct ask_question q = harness_question(&server.addr, OVER_TCP, timeout_ms);
	harness_start(a, &q, &o);
	while (o.n_done == 0) {
		ask_turn(a, 3);
		fake_serve(&server);
		if (rest_done < rest_len && rest_done < octets && o.n_done == 0)
			assert_int_equal(send(server.connections[0], rest + rest_done++, 1, MSG_NOSIGNAL), 1);
	}
	asker_free(&a);
	fake_close(&server);
	return o;
}

static void octet_by_octet_is_an_answer(void **state)
{
	(void)state;
	struct outcome o = ask_dripping(8000, SIZE_MAX);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(o.r.wire_len, 40);
}

static void a_drip_ends_at_the_deadline(void **state)
{
	(void)state;
	struct mono began = mono_now();
	struct outcome o = ask_dripping(60, 20);
	assert_int_equal(o.r.outcome, ASK_TIMED_OUT);
	assert_true(mono_now().us - began.us < 3000000);
}

static void hang_up(struct fake *f, int fd, const uint8_t *query, size_t len)
{
	(void)f;
	uint8_t out[1500];
	assert_true(send(fd, out, tcp_answer(query, len, out) - 5, 0) > 0);
	shutdown(fd, SHUT_RDWR);
}

static void reset(struct fake *f, int fd, const uint8_t *query, size_t len)
{
	(void)query;
	(void)len;
	struct linger now = { 1, 0 };
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(fd);
	f->connections[0] = -1;
}

static void closed_early_is_closed(void **state)
{
	(void)state;
	assert_int_equal(ask_with(hang_up, 2000).r.outcome, ASK_CLOSED);
	assert_int_equal(ask_with(reset, 2000).r.outcome, ASK_CLOSED);
}

static void wrong_id(struct fake *f, int fd, const uint8_t *query, size_t len)
{
	(void)f;
	uint8_t out[1500];
	size_t n = tcp_answer(query, len, out);
	out[2] ^= 1;
	assert_true(send(fd, out, n, 0) > 0);
}

static void nothing_in_it(struct fake *f, int fd, const uint8_t *query, size_t len)
{
	(void)f;
	(void)query;
	(void)len;
	assert_int_equal(send(fd, "\0\0", 2, 0), 2);
}

static void another_message_is_garbled(void **state)
{
	(void)state;
	struct outcome o = ask_with(wrong_id, 2000);
	assert_int_equal(o.r.outcome, ASK_GARBLED);
	assert_int_equal(o.r.wire_len, 40);
	o = ask_with(nothing_in_it, 2000);
	assert_int_equal(o.r.outcome, ASK_GARBLED);
	assert_int_equal(o.r.wire_len, 0);
}

static void a_closed_port_refuses(void **state)
{
	(void)state;
	struct fake closed;
	fake_open(&closed, "127.0.0.1");
	fake_close(&closed);
	struct asker *a = harness_asker();
	struct outcome o;
	struct ask_question q = harness_question(&closed.addr, OVER_TCP, 3000);
	harness_start(a, &q, &o);
	harness_wait(a, NULL, &o, 1);
	assert_int_equal(o.r.outcome, ASK_UNREACHABLE);
	assert_int_equal(o.r.os_errno, ECONNREFUSED);
	assert_false(o.inside_start);
	asker_free(&a);
}

static void a_server_that_accepts_and_says_nothing_times_out(void **state)
{
	(void)state;
	assert_int_equal(ask_with(NULL, 60).r.outcome, ASK_TIMED_OUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back_whole),
		cmocka_unit_test(octet_by_octet_is_an_answer),
		cmocka_unit_test(a_drip_ends_at_the_deadline),
		cmocka_unit_test(closed_early_is_closed),
		cmocka_unit_test(another_message_is_garbled),
		cmocka_unit_test(a_closed_port_refuses),
		cmocka_unit_test(a_server_that_accepts_and_says_nothing_times_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
