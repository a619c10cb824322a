/* Many askers of one question: asked once, told to all, with its age; silence is not kept; a cancel reaches only whom it means. */
#include "ask/ask.h"
#include "dns/name.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The asker behind: answers at the next turn, or stays silent until cancelled. */
struct dumb { struct asker asker; struct mono now; bool silent; unsigned asked; struct held { ask_done_fn *done; void *ctx; bool over; } held[8]; unsigned n; };

static int dumb_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct dumb *d = (struct dumb *)a;
	(void)q;
	d->asked++;
	d->held[d->n++] = (struct held){ done, ctx, false };
	return E_OK;
}
static struct mono dumb_now(struct asker *a) { return ((struct dumb *)a)->now; }
static bool dumb_turn(struct asker *a, uint32_t at_most_ms)
{
	static const uint8_t wire[12] = { 1, 2, 0x84 };
	struct dumb *d = (struct dumb *)a;
	(void)at_most_ms;
	unsigned n = d->n;
	struct held held[8];
	memcpy(held, d->held, sizeof held);
	d->n = 0;
	for (unsigned i = 0; i < n; i++) {
		if (held[i].over)
			held[i].done(&(struct ask_reply){ .outcome = ASK_CANCELLED }, held[i].ctx);
		else if (d->silent)
			held[i].done(&(struct ask_reply){ .outcome = ASK_TIMED_OUT }, held[i].ctx);
		else
			held[i].done(&(struct ask_reply){ .outcome = ASK_ANSWERED, .wire = wire, .wire_len = sizeof wire }, held[i].ctx);
	}
	return d->n > 0;
}
static void dumb_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg)
{
	struct dumb *d = (struct dumb *)a;
	for (unsigned i = 0; i < d->n; i++)
		d->held[i].over |= wanted == NULL || wanted(d->held[i].ctx, arg);
}
static void dumb_free(struct asker *a) { (void)a; }
static const struct asker_ops dumb_ops = { dumb_start, dumb_now, dumb_turn, dumb_cancel, dumb_free, NULL };

struct told { unsigned times; enum ask_outcome outcome; uint32_t age_ms; uint16_t len; };
static void on_told(const struct ask_reply *r, void *ctx)
{
	struct told *t = ctx;
	*t = (struct told){ t->times + 1, r->outcome, r->age_ms, r->wire_len };
}

static struct ask_question question(const char *addr)
{
	struct ask_question q = { .name = (const uint8_t *)"\3com", .type = 43, .class = 1, .flags = ASK_EDNS | ASK_DO, .timeout_ms = 1000 };
	assert_true(addr_from_text(addr, 53, &q.to));
	return q;
}

static void ask_it(struct asker *a, const struct ask_question *q, struct told *t)
{
	assert_int_equal(ask_start(a, q, on_told, t), E_OK);
}

static void asked_once_and_told_with_its_age(void **state)
{
	struct dumb d = { .asker = { &dumb_ops } };
	struct asker *a = ask_shared_new(&d.asker, &(struct shared_options){ .keep_ms = 1000 });
	struct ask_question q = question("192.0.2.1"), other = question("192.0.2.2"), tcp = q;
	struct told t[6] = { 0 };
	(void)state;
	tcp.over = OVER_TCP;
	ask_it(a, &q, &t[0]);
	ask_it(a, &q, &t[1]);
	ask_it(a, &other, &t[2]);
	ask_it(a, &tcp, &t[3]);
	assert_int_equal(d.asked, 3);           /* the server and the transport are part of the question */
	ask_turn(a, 1);
	for (int i = 0; i < 4; i++)
		assert_true(t[i].times == 1 && t[i].outcome == ASK_ANSWERED && t[i].age_ms == 0 && t[i].len == 12);
	d.now.us += 300000;
	ask_it(a, &q, &t[4]);
	assert_int_equal(t[4].times, 0);        /* never from inside start */
	ask_turn(a, 1);
	assert_true(t[4].times == 1 && t[4].age_ms == 300 && t[4].len == 12);
	d.now.us += 800000;                     /* older than keep_ms now */
	ask_it(a, &q, &t[5]);
	assert_int_equal(d.asked, 4);
	ask_turn(a, 1);
	assert_true(t[5].times == 1 && t[5].age_ms == 0);
	struct shared_counters n = ask_shared_counters(a);
	assert_true(n.asked == 4 && n.joined == 1 && n.from_facts == 1);
	asker_free(&a);
}

static void silence_is_joined_but_not_kept(void **state)
{
	struct dumb d = { .asker = { &dumb_ops }, .silent = true };
	struct asker *a = ask_shared_new(&d.asker, &(struct shared_options){ 0 });
	struct ask_question q = question("192.0.2.1");
	struct told t[3] = { 0 };
	(void)state;
	ask_it(a, &q, &t[0]);
	ask_it(a, &q, &t[1]);
	ask_turn(a, 1);
	assert_true(t[0].outcome == ASK_TIMED_OUT && t[1].outcome == ASK_TIMED_OUT && d.asked == 1);
	ask_it(a, &q, &t[2]);
	assert_int_equal(d.asked, 2);
	asker_free(&a);
	assert_true(t[2].times == 1 && t[2].outcome == ASK_CANCELLED);
}

static bool is_this(const void *ctx, const void *arg) { return ctx == arg; }

static void a_cancel_reaches_only_whom_it_means(void **state)
{
	struct dumb d = { .asker = { &dumb_ops } };
	struct asker *a = ask_shared_new(&d.asker, &(struct shared_options){ 0 });
	struct ask_question q = question("192.0.2.1");
	struct told t[3] = { 0 };
	(void)state;
	ask_it(a, &q, &t[0]);
	ask_it(a, &q, &t[1]);
	ask_cancel(a, is_this, &t[0]);
	ask_turn(a, 1);
	assert_true(t[0].times == 1 && t[0].outcome == ASK_CANCELLED);
	assert_true(t[1].times == 1 && t[1].outcome == ASK_ANSWERED);
	ask_it(a, &q, &t[2]);                   /* from the fact, cancelled before it is told */
	ask_cancel(a, is_this, &t[2]);
	ask_turn(a, 1);
	assert_true(t[2].times == 1 && t[2].outcome == ASK_CANCELLED);
	asker_free(&a);
}

static void the_oldest_facts_go_first(void **state)
{
	struct dumb d = { .asker = { &dumb_ops } };
	struct asker *a = ask_shared_new(&d.asker, &(struct shared_options){ .facts_max = 2 });
	const char *servers[] = { "192.0.2.1", "192.0.2.2", "192.0.2.3" };
	struct told t = { 0 };
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct ask_question q = question(servers[i]);
		ask_it(a, &q, &t);
		ask_turn(a, 1);
	}
	struct ask_question first = question(servers[0]), last = question(servers[2]);
	ask_it(a, &last, &t);
	assert_int_equal(d.asked, 3);
	ask_it(a, &first, &t);
	assert_int_equal(d.asked, 4);
	asker_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_once_and_told_with_its_age),
		cmocka_unit_test(silence_is_joined_but_not_kept),
		cmocka_unit_test(a_cancel_reaches_only_whom_it_means),
		cmocka_unit_test(the_oldest_facts_go_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
