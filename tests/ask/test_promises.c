/* What ask.h promises whatever the network does: done() exactly once, never from inside start; limits; no descriptors left. */
#include "harness.h"
#include "base/limits.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <cmocka.h>

enum { MANY = 500 };
static struct outcome outcomes[LIMIT_IN_FLIGHT + 1];

static void answer(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from)
{
	uint8_t out[1500];
	fake_send(f, out, fake_answer(query, len, out), from);
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void forbidden_addresses_are_not_asked(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	struct asker *a = ask_sockets_new(&(struct sockets_options){ .addr_allowed = ADDR_PUBLIC | ADDR_DOC });
	struct outcome o[2];
	for (unsigned i = 0; i < 2; i++) {
		struct ask_question q = harness_question(&f.addr, i == 0 ? OVER_UDP : OVER_TCP, 1000);
		harness_start(a, &q, &o[i]);
		assert_int_equal(o[i].n_done, 0);
	}
	harness_wait(a, &f, o, 2);
	assert_int_equal(o[0].r.outcome, ASK_FORBIDDEN);
	assert_int_equal(o[1].r.outcome, ASK_FORBIDDEN);
	assert_true(f.n_queries == 0 && f.n_connections == 0);
	asker_free(&a);
	fake_close(&f);
}

static void start_to_many(struct asker *a, struct fake *f, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct ask_question q = harness_question(&f->addr, OVER_UDP, 5000);
		q.to.ip[2] = (uint8_t)(i % 40);         /* 127.0.n.1 all reach nobody but 127.0.0.1 */
		harness_start(a, &q, &outcomes[i]);
	}
}

static void five_hundred_in_flight(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	f.on_udp = answer;
	struct asker *a = harness_asker();
	start_to_many(a, &f, MANY);
	harness_wait(a, &f, outcomes, MANY);
	unsigned answered = 0;
	for (unsigned i = 0; i < MANY; i++) {
		assert_int_equal(outcomes[i].n_done, 1);
		assert_false(outcomes[i].inside_start);
		answered += outcomes[i].r.outcome == ASK_ANSWERED;
	}
	assert_int_equal(answered, MANY / 40 + 1);
	assert_false(ask_turn(a, 0));
	asker_free(&a);
	fake_close(&f);
}

static void never(const struct ask_reply *r, void *ctx)
{
	(void)r;
	(void)ctx;
	fail_msg("done() after E_BUSY");
}

static void too_many_are_refused(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	unsigned before = open_descriptors();
	struct asker *a = harness_asker();
	for (unsigned i = 0; i < LIMIT_IN_FLIGHT; i++) {
		struct ask_question q = harness_question(&f.addr, i % 2 == 0 ? OVER_UDP : OVER_TCP, 60000);
		harness_start(a, &q, &outcomes[i]);
	}
	struct ask_question q = harness_question(&f.addr, OVER_UDP, 1000);
	assert_int_equal(ask_start(a, &q, never, NULL), E_BUSY);
	ask_cancel_all(a);
	while (ask_turn(a, 5))
		;
	for (unsigned i = 0; i < LIMIT_IN_FLIGHT; i++) {
		assert_int_equal(outcomes[i].n_done, 1);
		assert_int_equal(outcomes[i].r.outcome, ASK_CANCELLED);
	}
	harness_start(a, &q, &outcomes[0]);     /* and the asker lives on */
	f.on_udp = answer;
	harness_wait(a, &f, outcomes, 1);
	assert_int_equal(outcomes[0].r.outcome, ASK_ANSWERED);
	asker_free(&a);
	assert_int_equal(open_descriptors() - f.n_connections, before);
	fake_close(&f);
}

static void shutdown_cancels(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	struct asker *a = harness_asker();
	start_to_many(a, &f, 100);
	ask_turn(a, 1);
	asker_free(&a);
	assert_null(a);
	unsigned cancelled = 0;
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(outcomes[i].n_done, 1);
		cancelled += outcomes[i].r.outcome == ASK_CANCELLED;
	}
	assert_true(cancelled > 0);
	fake_close(&f);
}

static struct asker *chain_asker;
static struct fake *chain_server;
static unsigned chain_left;
static void ask_again(const struct ask_reply *r, void *ctx)
{
	assert_int_equal(r->outcome, ASK_ANSWERED);
	struct ask_question q = harness_question(&chain_server->addr, OVER_UDP, 3000);
	if (chain_left > 0 && chain_left-- > 0)
		assert_int_equal(ask_start(chain_asker, &q, ask_again, ctx), 0);
}

static void asking_from_done_works(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	f.on_udp = answer;
	chain_server = &f;
	chain_left = 300;       /* sockets are worn out and replaced on the way */
	chain_asker = harness_asker();
	struct ask_question q = harness_question(&f.addr, OVER_UDP, 3000);
	assert_int_equal(ask_start(chain_asker, &q, ask_again, NULL), 0);
	while (ask_turn(chain_asker, 2))
		fake_serve(&f);
	assert_int_equal(f.n_queries, 301);
	asker_free(&chain_asker);
	fake_close(&f);
}

static void few_descriptors_are_enough(void **state)
{
	(void)state;
	struct fake f;
	fake_open(&f, "127.0.0.1");
	f.on_udp = answer;
	struct rlimit before, few;
	getrlimit(RLIMIT_NOFILE, &before);
	struct asker *a = harness_asker();
	few = before;
	few.rlim_cur = open_descriptors() + 4;
	setrlimit(RLIMIT_NOFILE, &few);
	enum { N = 200 };
	for (unsigned i = 0; i < N; i++) {
		struct ask_question q = harness_question(&f.addr, i % 10 == 0 ? OVER_TCP : OVER_UDP, 300);
		harness_start(a, &q, &outcomes[i]);
	}
	harness_wait(a, &f, outcomes, N);
	setrlimit(RLIMIT_NOFILE, &before);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(outcomes[i].n_done, 1);
		if (i % 10 != 0)
			assert_int_equal(outcomes[i].r.outcome, ASK_ANSWERED);
	}
	asker_free(&a);
	fake_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forbidden_addresses_are_not_asked),
		cmocka_unit_test(five_hundred_in_flight),
		cmocka_unit_test(too_many_are_refused),
		cmocka_unit_test(shutdown_cancels),
		cmocka_unit_test(asking_from_done_works),
		cmocka_unit_test(few_descriptors_are_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
