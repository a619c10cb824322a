/* check -- one check from question to verdict.
 *
 * The walk says what to ask, the asker asks, and each reply goes back to the walk, which keeps it in the evidence; when
 * nothing is left to ask, or the clock or the user says so, the evidence is judged. The only place that knows all of
 * these. Two clocks end it: at nine tenths of the wall budget no new question goes out, at the whole of it those on the
 * wire are given up; either way what is known is judged. */
#include "check/check.h"
#include "foresee/foresee.h"
#include "base/limits.h"
#include <assert.h>
#include <stdlib.h>
#include <time.h>

enum { TURN_MS = 50, HELD_MS = 1000 };  /* how long a signal may wait to be seen; what is held longer than that tells */

struct collecting {
	struct asker *asker;
	struct walk *walk;
	struct mono began, looked_at;
	bool is_held; struct walk_question held;        /* the asker was full */
	bool news, stopped, cancelled;
	bool held_to_the_end;           /* a question was given up that had not been sent */
};
struct check {
	struct arena *arena;
	struct budget budget;
	struct evidence *evidence;
	struct collecting collecting;
	struct check_result result;
};
struct ticket { struct check *of; uint32_t number; struct addr to; };

static uint64_t cpu_now_us(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t at_most(uint64_t wanted, uint64_t fallback, uint64_t hard)
{
	uint64_t v = wanted != 0 ? wanted : fallback;
	return v < hard ? v : hard;
}

static struct check *check_new(void)
{
	struct check *c = calloc(1, sizeof *c);
	if (c == NULL)
		abort();
	c->arena = arena_new(LIMIT_ARENA_BYTES);
	budget_init(&c->budget);
	return c;
}

static void set_budget(struct budget *b, const struct setup *s)
{
	b->limit[BUDGET_QUESTIONS] = at_most(s->budget_questions, LIMIT_QUESTIONS, LIMIT_QUESTIONS_HARD);
	b->limit[BUDGET_WALL_MS] = at_most(s->budget_wall_ms, LIMIT_WALL_MS, LIMIT_WALL_MS_HARD);
}

static uint32_t age_ms(const struct collecting *c)
{
	return (uint32_t)((ask_now(c->asker).us - c->began.us) / 1000);
}

static void on_reply(const struct ask_reply *reply, void *ctx)
{
	const struct ticket *t = ctx;
	struct collecting *c = &t->of->collecting;
	c->news = true;
	c->held_to_the_end |= reply->outcome == ASK_CANCELLED && reply->held_ms >= HELD_MS;
	if (reply->held_ms > t->of->result.held_ms) {
		t->of->result.held_ms = reply->held_ms;
		t->of->result.held_by = t->to;
	}
	walk_learn(c->walk, t->number, reply, age_ms(c));
}

static bool is_mine(const void *ctx, const void *arg)
{
	return ((const struct ticket *)ctx)->of == arg;
}

/* E_BUSY: this question is kept until others have ended. */
static int put_on_wire(struct check *of, const struct walk_question *wq)
{
	struct collecting *c = &of->collecting;
	struct ticket *t = ARENA_NEW(of->arena, struct ticket);
	*t = (struct ticket){ of, wq->ticket, wq->q.to };
	int failed = ask_start(c->asker, &wq->q, on_reply, t);
	c->is_held = failed != E_OK;    /* not out: to be asked again, or learnt as not asked */
	if (c->is_held)
		c->held = *wq;
	return failed;
}

static int ask_all_that_is_ready(struct check *of)
{
	struct collecting *c = &of->collecting;
	struct walk_question wq;
	int failed = c->is_held ? put_on_wire(of, &c->held) : E_OK;
	while (failed == E_OK && walk_next(c->walk, &wq))
		failed = put_on_wire(of, &wq);
	return failed == E_BUSY ? E_OK : failed;
}

/* What was ready and is not sent any more stands in the evidence as CANCELLED, so that a replay stops at the same point. */
static void stop_asking(struct check *of)
{
	struct collecting *c = &of->collecting;
	struct walk_question wq;
	LIST(uint32_t) unsent = { 0 };
	if (c->is_held)
		list_push(of->arena, &unsent, c->held.ticket);
	while (walk_next(c->walk, &wq))
		list_push(of->arena, &unsent, wq.ticket);
	c->is_held = false;
	c->stopped = true;
	walk_stop(c->walk);
	for (uint32_t i = 0; i < unsent.n; i++)
		walk_learn(c->walk, unsent.at[i], &(struct ask_reply){ .outcome = ASK_CANCELLED }, age_ms(c));
}

static void watch_the_clock(struct check *of, bool enough)
{
	struct collecting *c = &of->collecting;
	uint64_t wall_ms = of->budget.limit[BUDGET_WALL_MS];
	c->looked_at = ask_now(c->asker);
	if (!c->stopped && (enough || age_ms(c) >= wall_ms * 9 / 10))
		stop_asking(of);
	if (!c->cancelled && (enough || age_ms(c) >= wall_ms)) {
		c->cancelled = true;
		ask_cancel(c->asker, is_mine, of);
	}
}

/* Until none of its questions is out: done() of each points into it. */
static void bring_home(struct check *of)
{
	struct collecting *c = &of->collecting;
	if (walk_in_flight(c->walk) == 0 || c->asker == NULL)
		return;
	if (!c->stopped)
		stop_asking(of);
	ask_cancel(c->asker, is_mine, of);
	while (walk_in_flight(c->walk) > 0)
		ask_turn(c->asker, 1);
}

int check_start(const struct setup *setup, struct asker *asker, struct wall collected_at, struct check **out)
{
	struct check *c = check_new();
	set_budget(&c->budget, setup);
	c->evidence = evidence_make(c->arena, setup, collected_at);
	c->collecting = (struct collecting){ .asker = asker, .walk = walk_make(c->arena, c->evidence, &c->budget),
					     .began = ask_now(asker), .news = true };
	*out = c;
	return E_OK;
}

bool check_is_due(const struct check *c)
{
	const struct collecting *g = &c->collecting;
	return g->news || g->is_held || ask_now(g->asker).us - g->looked_at.us >= TURN_MS * 1000;
}

int check_advance(struct check *of, bool enough, bool *more)
{
	struct collecting *c = &of->collecting;
	c->news = false;
	*more = !walk_done(c->walk);
	if (!*more)
		return E_OK;
	watch_the_clock(of, enough);
	int failed = ask_all_that_is_ready(of);
	*more = !walk_done(c->walk);
	return failed;
}

static int collect(struct check *of, const volatile int *interrupted)
{
	struct collecting *c = &of->collecting;
	for (bool more = true; more;) {
		int failed = check_advance(of, interrupted != NULL && __atomic_load_n(interrupted, __ATOMIC_RELAXED) != 0, &more);
		if (failed)
			return failed;
		bool pending = !more || ask_turn(c->asker, TURN_MS);
		assert(pending || c->is_held || walk_in_flight(c->walk) == 0);  /* else a reply was lost */
	}
	return E_OK;
}

static struct crypto_counters counters_since(const struct crypto *crypto, struct crypto_counters before)
{
	struct crypto_counters now = crypto_counters(crypto);
	return (struct crypto_counters){ now.verifies - before.verifies, now.memo_hits - before.memo_hits,
					 now.keys_built - before.keys_built, now.nsec3_hashes - before.nsec3_hashes };
}

static void judge_it(struct check *c, struct crypto *crypto, struct wall at)
{
	struct judgement j = { .tree = c->result.tree, .crypto = crypto, .budget = &c->budget, .arena = c->arena };
	struct crypto_counters before = crypto_counters(crypto);
	c->result.evidence = c->result.tree->evidence;
	c->result.wall_ms = c->result.evidence->took_ms;
	c->result.budget = &c->budget;
	c->budget.used[BUDGET_WALL_MS] = c->result.wall_ms;
	struct verdict *v = judge(&j, at);
	foresee_fill(&j, v, at);
	c->result.verdict = v;
	c->result.crypto = counters_since(crypto, before);
}

void check_judge(struct check *c, struct crypto *crypto, struct wall at)
{
	c->evidence->took_ms = age_ms(&c->collecting);
	c->result.tree = walk_tree(c->collecting.walk);
	judge_it(c, crypto, at);
}

int check_run(const struct setup *setup, struct asker *asker, struct crypto *crypto, struct wall collected_at, struct wall at,
	      const volatile int *interrupted, struct check **out)
{
	uint64_t cpu_before = cpu_now_us();
	struct check *c;
	*out = NULL;
	int failed = check_start(setup, asker, collected_at, &c);
	if (failed == E_OK)
		failed = collect(c, interrupted);
	if (failed) {
		check_free(&c);
		return failed;
	}
	check_judge(c, crypto, at);
	c->result.cpu_us = cpu_now_us() - cpu_before;
	*out = c;
	return E_OK;
}

int check_replay(const char *text, size_t len, struct crypto *crypto, const struct wall *at, struct check **out,
		 struct err_at *where)
{
	uint64_t cpu_before = cpu_now_us();
	struct check *c = check_new();
	struct evidence *e;
	uint32_t unused;
	*out = NULL;
	int failed = evidence_from_text(c->arena, text, len, &e, where);
	if (failed) {
		check_free(&c);
		return failed;
	}
	set_budget(&c->budget, &e->setup);
	c->result.tree = walk_replay(c->arena, e, &c->budget, &unused);
	judge_it(c, crypto, at != NULL ? *at : e->collected_at);
	c->result.cpu_us = cpu_now_us() - cpu_before;
	*out = c;
	return E_OK;
}

const struct check_result *check_result(const struct check *c)
{
	return &c->result;
}

bool check_was_held_up(const struct check *c)
{
	bool late = c->result.wall_ms >= c->budget.limit[BUDGET_WALL_MS] * 9 / 10;
	return c->collecting.held_to_the_end || (late && c->result.held_ms >= HELD_MS);
}

void check_free(struct check **c)
{
	if (*c == NULL)
		return;
	if ((*c)->collecting.walk != NULL)
		bring_home(*c);
	arena_free(&(*c)->arena);
	free(*c);
	*c = NULL;
}
