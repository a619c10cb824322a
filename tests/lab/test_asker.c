/* The asker's promises: virtual time, done() once and only from turn(), the address policy, cancelling. */
#include "ask/match.h"
#include "base/limits.h"
#include "fixture.h"


struct log { unsigned n; enum ask_outcome outcomes[600]; int64_t at_us[600]; struct lab *lab; bool again; };

static void on_done(const struct ask_reply *reply, void *ctx)
{
	struct log *log = ctx;
	log->outcomes[log->n] = reply->outcome;
	log->at_us[log->n++] = ask_now(log->lab->asker).us;
	if (log->again) {
		struct ask_question q = question(log->lab, "192.0.2.11", "z.lab.", TYPE_NS, 0, OVER_UDP);
		log->again = false;
		assert_int_equal(ask_start(log->lab->asker, &q, on_done, log), E_OK);
	}
}

static void start(struct lab *l, struct log *log, const char *server, uint32_t timeout_ms)
{
	struct ask_question q = question(l, server, "www.z.lab.", TYPE_A, ASK_EDNS, OVER_UDP);
	q.timeout_ms = timeout_ms;
	assert_int_equal(ask_start(l->asker, &q, on_done, log), E_OK);
}

static void test_time(void **state)
{
	struct lab l = lab_open("$server 192.0.2.12 slow=300\nserver 192.0.2.13 silent\n");
	struct log log = { .lab = &l };
	(void)state;
	start(&l, &log, "192.0.2.13", 900);
	start(&l, &log, "192.0.2.12", 900);
	start(&l, &log, "192.0.2.11", 900);
	assert_int_equal(log.n, 0);
	assert_int_equal(ask_now(l.asker).us, 0);
	while (ask_turn(l.asker, 5000))
		;
	assert_int_equal(log.n, 3);
	assert_int_equal(log.outcomes[0], ASK_ANSWERED);        /* in order of time, not of asking */
	assert_int_equal(log.outcomes[2], ASK_TIMED_OUT);
	assert_true(log.at_us[0] < 100000 && log.at_us[1] >= 300000 && log.at_us[1] < 400000);
	assert_int_equal(log.at_us[2], 900000);
	assert_false(ask_turn(l.asker, 10));
	lab_close(&l);
}

static void test_turn_goes_no_further(void **state)
{
	struct lab l = lab_open("$server 192.0.2.12 slow=300\n");
	struct log log = { .lab = &l };
	(void)state;
	start(&l, &log, "192.0.2.12", 900);
	assert_true(ask_turn(l.asker, 100));
	assert_int_equal(ask_now(l.asker).us, 100000);
	assert_int_equal(log.n, 0);
	while (ask_turn(l.asker, 100))
		;
	assert_int_equal(log.n, 1);
	lab_close(&l);
}

static void test_asking_from_done(void **state)
{
	struct lab l = lab_open("$");
	struct log log = { .lab = &l, .again = true };
	(void)state;
	start(&l, &log, "192.0.2.11", 900);
	assert_true(ask_turn(l.asker, 1000));
	assert_int_equal(log.n, 1);
	assert_false(ask_turn(l.asker, 1000));
	assert_int_equal(log.n, 2);
	lab_close(&l);
}

static void test_policy(void **state)
{
	static const struct { const char *lines, *server; enum ask_outcome outcome; } rows[] = {
		{ "$", "10.0.0.1", ASK_FORBIDDEN }, { "$", "127.0.0.1", ASK_FORBIDDEN },
		{ "$", "::ffff:127.0.0.1", ASK_FORBIDDEN },
		{ "$", "169.254.1.1", ASK_FORBIDDEN }, { "$", "0.0.0.0", ASK_FORBIDDEN },
		{ "$", "8.8.8.8", ASK_TIMED_OUT },
		{ "$allow private\n", "10.0.0.1", ASK_TIMED_OUT },
		{ "$allow none\n", "8.8.8.8", ASK_FORBIDDEN },
		{ "$allow none\n", "192.0.2.11", ASK_ANSWERED },
		{ "$family ipv4\n", "2001:db8::1", ASK_UNREACHABLE },
		{ "$family ipv6\n", "192.0.2.11", ASK_UNREACHABLE },
	};
	(void)state;
	for (unsigned i = 0; i < N(rows); i++) {
		struct lab l = lab_open(rows[i].lines);
		struct got g = ask(&l, rows[i].server, "www.z.lab.", TYPE_A);
		if (g.reply.outcome != rows[i].outcome)
			fail_msg("%s %s: %d", rows[i].lines, rows[i].server, g.reply.outcome);
		lab_close(&l);
	}
}

static void test_cancel(void **state)
{
	struct lab l = lab_open("$");
	struct log log = { .lab = &l };
	(void)state;
	start(&l, &log, "192.0.2.11", 900);
	start(&l, &log, "192.0.2.98", 900);
	ask_cancel_all(l.asker);
	assert_int_equal(log.n, 0);
	assert_false(ask_turn(l.asker, 0));
	assert_int_equal(log.n, 2);
	assert_true(log.outcomes[0] == ASK_CANCELLED && log.outcomes[1] == ASK_CANCELLED);
	start(&l, &log, "192.0.2.98", 900);
	lab_close(&l);                          /* at shutdown too */
	assert_int_equal(log.n, 3);
	assert_int_equal(log.outcomes[2], ASK_CANCELLED);
}

static void test_busy(void **state)
{
	struct lab l = lab_open("$");
	struct log log = { .lab = &l };
	(void)state;
	for (unsigned i = 0; i < LIMIT_IN_FLIGHT; i++)
		start(&l, &log, "192.0.2.98", 900);
	struct ask_question q = question(&l, "192.0.2.11", "z.lab.", TYPE_A, 0, OVER_UDP);
	assert_int_equal(ask_start(l.asker, &q, on_done, &log), E_BUSY);
	while (ask_turn(l.asker, 5000))
		;
	assert_int_equal(log.n, LIMIT_IN_FLIGHT);
	assert_int_equal(ask_start(l.asker, &q, on_done, &log), E_OK);
	lab_close(&l);
}

/* Queries of any octets at any server: an answer or none, never a crash. */
static void test_any_octets(void **state)
{
	struct lab l = lab_open("$server 192.0.2.12 garbage-first short\nresolver 192.0.2.53\n");
	static const char *const servers[] = { "192.0.2.11", "192.0.2.12", "192.0.2.53", "198.18.0.1" };
	struct ask_question q =
		question(&l, "192.0.2.11", "a.www.z.lab.", TYPE_A, ASK_EDNS | ASK_DO | ASK_COOKIE, OVER_UDP);
	uint32_t seed = 1;
	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct arena *a = arena_new(LIMIT_ARENA_BYTES);
		uint8_t wire[ASK_WIRE_MAX];
		lab_replies out = { 0 };
		uint16_t len = ask_wire(&q, 7, wire);
		for (unsigned k = 0; k < 1 + i % 4; k++) {
			seed = seed * 1664525u + 1013904223u;
			wire[2 + (seed >> 8) % (len - 2u)] = (uint8_t)(seed >> 24);
		}
		assert_true(addr_from_text(servers[i % N(servers)], 53, &q.to));
		world_answer(l.world, a, &q.to, i % 3 == 0 ? OVER_TCP : OVER_UDP, wire,
			     i % 7 == 0 ? seed % (len + 1u) : len, &out);
		for (uint32_t k = 0; k < out.n; k++)
			assert_true(out.at[k].wire == NULL || out.at[k].len <= UINT16_MAX);
		arena_free(&a);
	}
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_turn_goes_no_further),
		cmocka_unit_test(test_asking_from_done),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_any_octets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
