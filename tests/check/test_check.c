#include "../worlds/compare.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char healthy[] =
	"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12\n"
	"record www.shop.lab. 300 A 198.51.100.7\n"
	"ask www.shop.lab. A\nexpect OK secure\n";
static const char silent[] =
	"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12\n"
	"server 192.0.2.11 silent\nserver 192.0.2.12 silent\n"
	"budget wall=2000\n"
	"ask www.shop.lab. A\nexpect SERVFAIL\n";

/* An asker that is often busy, and fails at the n-th start. */
struct fussy { struct asker asker; struct asker *inner; unsigned room, in_flight, starts, fail_at; ask_done_fn *done; };
struct fussy_ask { struct fussy *f; ask_done_fn *done; void *ctx; };

static void fussy_done(const struct ask_reply *r, void *ctx)
{
	struct fussy_ask *k = ctx;
	k->f->in_flight--;
	k->done(r, k->ctx);
	free(k);
}

static int fussy_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct fussy *f = (struct fussy *)a;
	f->starts++;
	if (f->fail_at != 0 && f->starts >= f->fail_at) {
		errno = ENETDOWN;
		return E_SYSTEM;
	}
	if (f->in_flight >= f->room)
		return E_BUSY;
	struct fussy_ask *k = malloc(sizeof *k);
	*k = (struct fussy_ask){ f, done, ctx };
	f->in_flight++;
	return ask_start(f->inner, q, fussy_done, k);
}

static struct mono fussy_now(struct asker *a) { return ask_now(((struct fussy *)a)->inner); }
static bool fussy_turn(struct asker *a, uint32_t ms) { return ask_turn(((struct fussy *)a)->inner, ms); }
struct through { ask_wanted_fn *wanted; const void *arg; };
static bool wanted_through(const void *ctx, const void *arg)
{
	const struct through *t = arg;
	return t->wanted == NULL || t->wanted(((const struct fussy_ask *)ctx)->ctx, t->arg);
}
static void fussy_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg)
{
	ask_cancel(((struct fussy *)a)->inner, wanted_through, &(struct through){ wanted, arg });
}
static void fussy_free(struct asker *a) { asker_free(&((struct fussy *)a)->inner); }
static const struct asker_ops fussy_ops = { fussy_start, fussy_now, fussy_turn, fussy_cancel, fussy_free, NULL };

struct stage {
	struct arena *arena;
	struct world *world;
	struct setup setup;
	struct crypto *crypto;
	struct fussy fussy;
};

static void stage_set(struct stage *s, const char *text, unsigned room)
{
	struct err_at at = { 0 };
	*s = (struct stage){ .arena = arena_new(1u << 28), .crypto = crypto_new() };
	if (world_from_text(s->arena, text, strlen(text), "inline", &s->world, &at) != 0)
		fail_msg("%u: %s", at.line, at.text);
	world_setup(s->world, &s->setup);
	s->setup.name = world_case(s->world, 0)->name;
	s->setup.type = world_case(s->world, 0)->type;
	s->fussy = (struct fussy){ .asker = { &fussy_ops }, .inner = lab_asker_new(s->world), .room = room };
}

static void stage_clear(struct stage *s)
{
	assert_int_equal(s->fussy.in_flight, 0);        /* every ask had its done() */
	struct asker *a = &s->fussy.asker;
	asker_free(&a);
	crypto_free(&s->crypto);
	arena_free(&s->arena);
}

static struct check *stage_run(struct stage *s, int64_t after_s, const volatile int *interrupted)
{
	struct check *c;
	struct wall at = { world_clock(s->world).s + after_s };
	assert_int_equal(check_run(&s->setup, &s->fussy.asker, s->crypto, world_clock(s->world), at, interrupted, &c), E_OK);
	return c;
}

static void a_healthy_zone_is_ok(void **state)
{
	(void)state;
	struct stage s;
	stage_set(&s, healthy, UINT32_MAX);
	struct check *c = stage_run(&s, 0, NULL);
	const struct check_result *r = check_result(c);
	assert_int_equal(r->verdict->word, VERDICT_OK);
	assert_int_equal(r->verdict->security, STATUS_SECURE);
	assert_true(r->evidence->exchanges.n > 10 && r->crypto.verifies > 5 && r->evidence->took_ms == r->wall_ms);
	assert_int_equal(r->budget->used[BUDGET_QUESTIONS], r->evidence->exchanges.n);
	check_free(&c);
	assert_null(c);
	stage_clear(&s);
}

static void another_moment_is_another_verdict(void **state)
{
	(void)state;
	struct stage s;
	stage_set(&s, healthy, UINT32_MAX);
	struct check *c = stage_run(&s, 60 * 86400, NULL);
	assert_int_equal(check_result(c)->verdict->word, VERDICT_SERVFAIL);
	assert_int_equal(check_result(c)->verdict->security, STATUS_BOGUS);
	check_free(&c);
	stage_clear(&s);
}

static void a_busy_asker_loses_nothing(void **state)
{
	(void)state;
	struct stage all, two;
	stage_set(&all, healthy, UINT32_MAX);
	stage_set(&two, healthy, 2);
	struct check *a = stage_run(&all, 0, NULL), *b = stage_run(&two, 0, NULL);
	assert_int_equal(check_result(b)->verdict->word, VERDICT_OK);
	assert_true(two.fussy.starts > all.fussy.starts);
	check_free(&a);
	check_free(&b);
	stage_clear(&all);
	stage_clear(&two);
}

static void an_asker_that_cannot_is_an_error(void **state)
{
	(void)state;
	struct stage s;
	struct check *c;
	stage_set(&s, healthy, UINT32_MAX);
	s.fussy.fail_at = 9;
	assert_int_equal(check_run(&s.setup, &s.fussy.asker, s.crypto, world_clock(s.world), world_clock(s.world), NULL, &c), E_SYSTEM);
	assert_null(c);
	stage_clear(&s);
}

static void the_wall_clock_ends_it(void **state)
{
	(void)state;
	struct stage s;
	stage_set(&s, silent, UINT32_MAX);
	struct check *c = stage_run(&s, 0, NULL);
	assert_true(check_result(c)->wall_ms <= 2100);
	assert_true(check_result(c)->tree->cut_short);
	check_free(&c);
	stage_clear(&s);
}

static void an_interrupt_ends_it_with_what_is_known(void **state)
{
	(void)state;
	struct stage s;
	volatile int interrupted = 1;
	stage_set(&s, healthy, UINT32_MAX);
	struct check *c = stage_run(&s, 0, &interrupted);
	const struct verdict *v = check_result(c)->verdict;
	assert_true(v->word == VERDICT_UNKNOWN);
	assert_true(check_result(c)->tree->cut_short);
	check_free(&c);
	stage_clear(&s);
}

/* The text of what was collected, for replays. */
static struct text saved(struct stage *s, struct check *c)
{
	struct text t;
	text_init(&t, s->arena);
	assert_int_equal(evidence_to_text(check_result(c)->evidence, &t), 0);
	return t;
}

static void replays_agree(struct stage *s, struct check *live)
{
	struct check *again;
	struct err_at where;
	struct text t = saved(s, live);
	struct wall at = world_clock(s->world);
	struct crypto *fresh = crypto_new();
	assert_int_equal(check_replay(t.at, t.len, fresh, &at, &again, &where), E_OK);
	assert_string_equal(verdict_dump(s->arena, check_result(live)->verdict), verdict_dump(s->arena, check_result(again)->verdict));
	assert_int_equal(check_result(live)->evidence->exchanges.n, check_result(again)->evidence->exchanges.n);
	assert_int_equal(check_result(live)->wall_ms, check_result(again)->wall_ms);
	assert_int_equal(check_result(live)->crypto.verifies, check_result(again)->crypto.verifies);
	check_free(&again);
	assert_int_equal(check_replay(t.at, t.len, fresh, NULL, &again, &where), E_OK);
	check_free(&again);
	crypto_free(&fresh);
}

static void a_replay_says_the_same(void **state)
{
	(void)state;
	const char *worlds[] = { healthy, silent };
	for (unsigned i = 0; i < 2; i++) {
		struct stage s;
		stage_set(&s, worlds[i], i == 0 ? 3 : UINT32_MAX);
		struct check *c = stage_run(&s, 0, NULL);
		replays_agree(&s, c);
		check_free(&c);
		stage_clear(&s);
	}
}

static void an_interrupted_check_replays_too(void **state)
{
	(void)state;
	struct stage s;
	volatile int interrupted = 1;
	stage_set(&s, healthy, UINT32_MAX);
	struct check *c = stage_run(&s, 0, &interrupted);
	replays_agree(&s, c);
	check_free(&c);
	stage_clear(&s);
}

static void a_damaged_file_is_refused(void **state)
{
	(void)state;
	struct stage s;
	struct err_at where = { 0 };
	struct check *again;
	stage_set(&s, healthy, UINT32_MAX);
	struct check *c = stage_run(&s, 0, NULL);
	struct text t = saved(&s, c);
	int cut = check_replay(t.at, t.len / 2, s.crypto, NULL, &again, &where);
	assert_true(cut == E_TRUNCATED || cut == E_SYNTAX);
	assert_null(again);
	assert_true(where.text[0] != '\0');
	for (size_t i = 0; i < t.len; i += t.len / 97) {
		char was = t.at[i];
		t.at[i] = was == 'A' ? 'B' : 'A';
		assert_int_not_equal(check_replay(t.at, t.len, s.crypto, NULL, &again, &where), E_OK);
		assert_null(again);
		t.at[i] = was;
	}
	assert_int_equal(check_replay("", 0, s.crypto, NULL, &again, &where) == E_OK, 0);
	check_free(&c);
	stage_clear(&s);
}

/* Two checks on one asker, one given up in the middle: the other never knows. */
static void checks_share_an_asker(void **state)
{
	struct stage s;
	struct check *one, *two;
	bool more_one = true, more_two = true;
	(void)state;
	stage_set(&s, healthy, 200);
	assert_int_equal(check_start(&s.setup, &s.fussy.asker, world_clock(s.world), &one), E_OK);
	assert_int_equal(check_start(&s.setup, &s.fussy.asker, world_clock(s.world), &two), E_OK);
	assert_int_equal(check_advance(one, false, &more_one), E_OK);
	assert_int_equal(check_advance(two, false, &more_two), E_OK);
	ask_turn(&s.fussy.asker, 50);
	assert_true(check_is_due(one));
	check_free(&one);
	while (more_two) {
		ask_turn(&s.fussy.asker, 50);
		assert_int_equal(check_advance(two, false, &more_two), E_OK);
	}
	check_judge(two, s.crypto, world_clock(s.world));
	assert_int_equal(check_result(two)->verdict->word, VERDICT_OK);
	check_free(&two);
	stage_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_share_an_asker),
		cmocka_unit_test(a_healthy_zone_is_ok),
		cmocka_unit_test(another_moment_is_another_verdict),
		cmocka_unit_test(a_busy_asker_loses_nothing),
		cmocka_unit_test(an_asker_that_cannot_is_an_error),
		cmocka_unit_test(the_wall_clock_ends_it),
		cmocka_unit_test(an_interrupt_ends_it_with_what_is_known),
		cmocka_unit_test(a_replay_says_the_same),
		cmocka_unit_test(an_interrupted_check_replays_too),
		cmocka_unit_test(a_damaged_file_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
