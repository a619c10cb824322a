/* So many questions a second to one address and to its net; the rest waits, and its own timeout with it. */
#include "harness.h"
#include "ask/rate.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

enum { QPS = 10, SECOND_US = 1000000 };
static struct outcome outcomes[64];

static struct addr at(const char *ip)
{
	struct addr a = { 0 };
	assert_true(addr_from_text(ip, 53, &a));
	return a;
}

/* How many of `n` tries at that moment get a token. */
static unsigned taken(struct rate *r, const char *ip, int64_t now_us, unsigned n)
{
	struct addr a = at(ip);
	unsigned got = 0;
	for (unsigned i = 0; i < n; i++)
		got += rate_take(r, &a, (struct mono){ now_us }) == 0;
	return got;
}

static void twice_at_once_then_evenly(void **state)
{
	(void)state;
	struct rate r = { .qps = QPS };
	assert_int_equal(taken(&r, "192.0.2.1", 5 * SECOND_US, 100), 2 * QPS);
	assert_int_equal(taken(&r, "192.0.2.1", 5 * SECOND_US + 99000, 10), 0);
	assert_int_equal(taken(&r, "192.0.2.1", 5 * SECOND_US + 100000, 10), 1);
	assert_int_equal(taken(&r, "192.0.2.1", 6 * SECOND_US, 100), QPS - 1);
	assert_int_equal(taken(&r, "192.0.2.1", 60 * SECOND_US, 100), 2 * QPS); /* what was not used does not add up */
	rate_clear(&r);
}

static void what_it_says_of_the_wait_is_true(void **state)
{
	(void)state;
	struct rate r = { .qps = QPS };
	struct addr a = at("192.0.2.1");
	taken(&r, "192.0.2.1", 0, 100);
	int64_t wait_us = rate_take(&r, &a, (struct mono){ 30000 });
	assert_int_equal(wait_us, 70000);
	assert_true(rate_take(&r, &a, (struct mono){ 30000 + wait_us - 1 }) > 0);
	assert_int_equal(rate_take(&r, &a, (struct mono){ 30000 + wait_us }), 0);
	rate_clear(&r);
}

static unsigned taken_of_net(struct rate *r, const char *ip)
{
	struct addr a = at(ip);
	unsigned got = 0;
	for (unsigned tries = 0; tries < 2000; tries++) {
		a.ip[a.family == 4 ? 3 : 15] = (uint8_t)(tries % 20);
		got += rate_take(r, &a, (struct mono){ SECOND_US }) == 0;
	}
	return got;
}

static void a_net_gets_five_times_as_many(void **state)
{
	(void)state;
	struct rate r = { .qps = QPS };
	assert_int_equal(taken_of_net(&r, "192.0.2.1"), 5 * 2 * QPS);
	assert_int_equal(taken_of_net(&r, "2001:db8:1:7::1"), 5 * 2 * QPS);
	assert_int_equal(taken(&r, "192.0.3.1", SECOND_US, 100), 2 * QPS);              /* the next /24 */
	assert_int_equal(taken(&r, "2001:db8:2::1", SECOND_US, 100), 2 * QPS);          /* the next /48 */
	rate_clear(&r);
}

static void the_port_makes_no_other_server(void **state)
{
	(void)state;
	struct rate r = { .qps = QPS };
	struct addr a = at("192.0.2.1"), other = a;
	other.port = 5353;
	for (unsigned i = 0; i < 2 * QPS; i++)
		assert_int_equal(rate_take(&r, &a, (struct mono){ 0 }), 0);
	assert_true(rate_take(&r, &other, (struct mono){ 0 }) > 0);
	rate_clear(&r);
}

static void loopback_is_exempt_only_if_wanted(void **state)
{
	(void)state;
	struct rate r = { .qps = 1 }, exempt = { .qps = 1, .loopback_exempt = true };
	assert_int_equal(taken(&r, "127.0.0.1", 0, 100), 2);
	assert_int_equal(taken(&exempt, "127.0.0.1", 0, 100), 100);
	assert_int_equal(taken(&exempt, "192.0.2.1", 0, 100), 2);
	rate_clear(&r);
	rate_clear(&exempt);
}

static void what_is_full_is_forgotten(void **state)
{
	(void)state;
	struct rate r = { .qps = QPS };
	struct addr a = at("192.0.2.1");
	for (unsigned i = 0; i < 20000; i++) {
		a.ip[1] = (uint8_t)(i / 250);
		a.ip[2] = (uint8_t)(i % 250);
		assert_int_equal(rate_take(&r, &a, (struct mono){ (int64_t)i * SECOND_US }), 0);
	}
	assert_in_range(r.n_cells, 2, RATE_BUCKETS + 4);
	rate_clear(&r);
	assert_int_equal(r.n_cells, 0);
}

static void answer(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	uint8_t out[1500];
	fake_send(f, out, fake_answer(query, len, out), from);
}

static struct asker *paced(uint32_t qps, bool exempt)
{
	return ask_sockets_new(&(struct sockets_options){ .addr_allowed = ADDR_LOOPBACK, .per_server_qps = qps, .loopback_exempt = exempt });
}

/* Microseconds until n questions with this timeout, asked at once, are answered. */
static int64_t time_of(struct asker *a, struct fake *f, unsigned n, uint32_t timeout_ms)
{
	int64_t began = ask_now(a).us;
	for (unsigned i = 0; i < n; i++) {
		struct ask_question q = harness_question(&f->addr, OVER_UDP, timeout_ms);
		harness_start(a, &q, &outcomes[i]);
	}
	harness_wait(a, f, outcomes, n);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(outcomes[i].n_done, 1);
		assert_int_equal(outcomes[i].r.outcome, ASK_ANSWERED);
	}
	return ask_now(a).us - began;
}

/* 24 at 8 a second: 16 go at once, the others one each 125 ms. Their timeout is shorter than the wait of the last. */
static void the_rest_waits_without_timing_out(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	f.on_udp = answer;
	struct asker *a = paced(8, false);
	int64_t took_us = time_of(a, &f, 16 + 8, 500);
	assert_true(took_us >= 990000);
	assert_int_equal(f.n_queries, 24);
	assert_false(ask_turn(a, 0));
	asker_free(&a);
	fake_close(&f);
}

static void nobody_waits_without_a_rate(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	f.on_udp = answer;
	struct asker *a = paced(0, false), *exempt = paced(1, true);
	time_of(a, &f, 60, 5000);
	time_of(exempt, &f, 60, 5000);          /* would take 58 s: harness_wait() gives up after 10 */
	asker_free(&a);
	asker_free(&exempt);
	fake_close(&f);
}

static void what_waits_can_be_cancelled(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	struct asker *a = paced(1, false);
	for (unsigned i = 0; i < 10; i++) {
		struct ask_question q = harness_question(&f.addr, i % 2 == 0 ? OVER_UDP : OVER_TCP, 60000);
		harness_start(a, &q, &outcomes[i]);
	}
	ask_cancel_all(a);
	while (ask_turn(a, 5))
		;
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(outcomes[i].n_done, 1);
		assert_int_equal(outcomes[i].r.outcome, ASK_CANCELLED);
	}
	struct ask_question q = harness_question(&f.addr, OVER_UDP, 60000);
	harness_start(a, &q, &outcomes[0]);     /* stands in line when the asker ends */
	asker_free(&a);
	assert_int_equal(outcomes[0].n_done, 1);
	fake_close(&f);
}

/* Two servers of one address class: the one that has tokens is not held up by the one that has none. */
static void another_server_does_not_wait(void **state)
{
	(void)state;
	struct fake slow, quick;
	fake_open(&slow, "127.0.0.1");
	fake_open(&quick, "127.1.0.1");
	slow.on_udp = quick.on_udp = answer;
	struct asker *a = paced(1, false);
	for (unsigned i = 0; i < 10; i++) {
		struct ask_question q = harness_question(&slow.addr, OVER_UDP, 60000);
		harness_start(a, &q, &outcomes[i]);
	}
	struct outcome o;
	harness_ask(a, &quick, OVER_UDP, 3000, &o);
	assert_int_equal(o.r.outcome, ASK_ANSWERED);
	assert_int_equal(outcomes[9].n_done, 0);
	asker_free(&a);
	fake_close(&slow);
	fake_close(&quick);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twice_at_once_then_evenly),
		cmocka_unit_test(what_it_says_of_the_wait_is_true),
		cmocka_unit_test(a_net_gets_five_times_as_many),
		cmocka_unit_test(the_port_makes_no_other_server),
		cmocka_unit_test(loopback_is_exempt_only_if_wanted),
		cmocka_unit_test(what_is_full_is_forgotten),
		cmocka_unit_test(the_rest_waits_without_timing_out),
		cmocka_unit_test(nobody_waits_without_a_rate),
		cmocka_unit_test(what_waits_can_be_cancelled),
		cmocka_unit_test(another_server_does_not_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
