/* shared -- one question, many who want to know. Checks of a thousand zones ask the same of the root and of the top-level
 * servers; here it goes out once. What came is a fact of its server and its question, and is told with its age.
 *
 * A line (struct fact) is ASKED while the question is on the wire and its waiters are joined, KEPT when an answer came, and
 * gone after keep_ms, or earlier when there are too many. Answers from facts are delivered in the next turn, never from
 * inside start(). */
#include "ask/ask.h"
#include "base/limits.h"
#include "dns/name.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 };

struct waiter { struct waiter *next; ask_done_fn *done; void *ctx; bool cancelled; };
struct fact {
	struct fact *chain;                     /* of its bucket */
	struct fact *older, *newer;             /* KEPT ones by age */
	struct shared *owner;
	struct ask_question q;
	uint8_t name[NAME_MAX_BYTES];
	bool asked;
	struct waiter *waiters;
	struct ask_reply reply;
	uint8_t *wire;
	struct mono at;                         /* the answer came */
};
struct due { struct due *next; struct fact *fact; struct waiter *waiter; struct ask_reply reply; uint8_t *wire; };
struct shared {
	struct asker asker;
	struct asker *inner;
	struct shared_options options;
	struct shared_counters counters;
	struct fact *buckets[BUCKETS];
	struct fact *oldest, *newest;
	uint32_t n_kept;
	struct due *first, **last;              /* to be told in the next turn */
};

static struct shared *self(struct asker *a)
{
	return (struct shared *)a;
}

static void *take(size_t bytes)
{
	void *p = calloc(1, bytes);
	if (p == NULL)
		abort();
	return p;
}

static struct fact **bucket_of(struct shared *s, const struct ask_question *q)
{
	uint32_t h = 2166136261u;
	for (unsigned i = 0; i < sizeof q->to.ip; i++)
		h = (h ^ q->to.ip[i]) * 16777619u;
	for (uint16_t i = 0, n = name_len(q->name); i < n; i++)
		h = (h ^ q->name[i]) * 16777619u;
	h = (h ^ q->type ^ (uint32_t)q->over << 16 ^ (uint32_t)q->flags << 20 ^ q->to.port) * 16777619u;
	return &s->buckets[(h ^ h >> 15) % BUCKETS];
}

/* Cookies are not compared: they say who asks, not what. */
static bool same_question(const struct ask_question *a, const struct ask_question *b)
{
	return a->type == b->type && a->class == b->class && a->over == b->over && a->flags == b->flags &&
	       addr_equal(&a->to, &b->to) && name_len(a->name) == name_len(b->name) &&
	       memcmp(a->name, b->name, name_len(a->name)) == 0;
}

static void age_unlink(struct shared *s, struct fact *f)
{
	*(f->older != NULL ? &f->older->newer : &s->oldest) = f->newer;
	*(f->newer != NULL ? &f->newer->older : &s->newest) = f->older;
	s->n_kept--;
}

static void fact_drop(struct shared *s, struct fact *f)
{
	struct fact **at = bucket_of(s, &f->q);
	while (*at != f)
		at = &(*at)->chain;
	*at = f->chain;
	if (!f->asked)
		age_unlink(s, f);
	free(f->wire);
	free(f);
}

static void fact_keep(struct shared *s, struct fact *f)
{
	f->asked = false;
	f->at = ask_now(s->inner);
	f->older = s->newest;
	f->newer = NULL;
	*(s->newest != NULL ? &s->newest->newer : &s->oldest) = f;
	s->newest = f;
	s->n_kept++;
}

static uint64_t age_ms(const struct shared *s, const struct fact *f)
{
	return (uint64_t)(ask_now(s->inner).us - f->at.us) / 1000;
}

static void forget_old(struct shared *s)
{
	while (s->oldest != NULL && (s->n_kept > s->options.facts_max || age_ms(s, s->oldest) >= s->options.keep_ms))
		fact_drop(s, s->oldest);
}

static uint8_t *copy_wire(const struct ask_reply *r)
{
	if (r->wire == NULL)
		return NULL;
	uint8_t *wire = take(r->wire_len != 0 ? r->wire_len : 1);
	memcpy(wire, r->wire, r->wire_len);
	return wire;
}

static void on_reply(const struct ask_reply *reply, void *ctx)
{
	struct fact *f = ctx;
	struct shared *s = f->owner;
	struct waiter *waiters = f->waiters;
	f->waiters = NULL;
	if (reply->outcome == ASK_ANSWERED) {
		f->reply = *reply;
		f->reply.wire = f->wire = copy_wire(reply);
		fact_keep(s, f);
	} else {
		fact_drop(s, f);
	}
	for (struct waiter *w = waiters, *next; w != NULL; w = next) {  /* f may go away in a callback: it is not touched any more */
		next = w->next;
		if (!w->cancelled)
			w->done(reply, w->ctx);
		free(w);
	}
}

static void tell_later(struct shared *s, const struct ask_reply *reply, ask_done_fn *done, void *ctx)
{
	struct due *d = take(sizeof *d);
	d->waiter = take(sizeof *d->waiter);
	*d->waiter = (struct waiter){ .done = done, .ctx = ctx };
	d->reply = *reply;
	d->reply.wire = d->wire = copy_wire(reply);
	*s->last = d;
	s->last = &d->next;
}

static struct fact *find(struct shared *s, const struct ask_question *q)
{
	for (struct fact *f = *bucket_of(s, q); f != NULL; f = f->chain)
		if (same_question(&f->q, q))
			return f;
	return NULL;
}

static void join(struct fact *f, ask_done_fn *done, void *ctx)
{
	struct waiter *w = take(sizeof *w), **at = &f->waiters;
	*w = (struct waiter){ .done = done, .ctx = ctx };
	while (*at != NULL)
		at = &(*at)->next;
	*at = w;
}

static int ask_anew(struct shared *s, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct fact *f = take(sizeof *f), **bucket = bucket_of(s, q);
	*f = (struct fact){ .owner = s, .q = *q, .asked = true, .chain = *bucket };
	memcpy(f->name, q->name, name_len(q->name));
	f->q.name = f->name;
	*bucket = f;
	int failed = ask_start(s->inner, q, on_reply, f);
	if (failed) {
		fact_drop(s, f);
		return failed;
	}
	s->counters.asked++;
	join(f, done, ctx);
	return E_OK;
}

static int shared_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct shared *s = self(a);
	forget_old(s);
	struct fact *f = find(s, q);
	if (f == NULL)
		return ask_anew(s, q, done, ctx);
	if (f->asked) {
		s->counters.joined++;
		join(f, done, ctx);
		return E_OK;
	}
	s->counters.from_facts++;
	struct ask_reply reply = f->reply;
	reply.held_ms = 0;
	uint64_t age = age_ms(s, f);
	reply.age_ms = age != 0 ? (uint32_t)age : 1;
	tell_later(s, &reply, done, ctx);
	return E_OK;
}

static struct mono shared_now(struct asker *a)
{
	return ask_now(self(a)->inner);
}

static uint32_t shared_line_ms(struct asker *a, const struct addr *to)
{
	return ask_line_ms(self(a)->inner, to);
}

static void tell_due(struct shared *s)
{
	struct due *d = s->first;
	s->first = NULL;
	s->last = &s->first;            /* what callbacks start is for the next turn */
	for (struct due *next; d != NULL; d = next) {
		next = d->next;
		d->waiter->done(&d->reply, d->waiter->ctx);
		free(d->waiter);
		free(d->wire);
		free(d);
	}
}

static bool shared_turn(struct asker *a, uint32_t at_most_ms)
{
	struct shared *s = self(a);
	bool had_due = s->first != NULL;
	tell_due(s);
	bool pending = ask_turn(s->inner, had_due || s->first != NULL ? 0 : at_most_ms);
	return pending || s->first != NULL;
}

/* A waiter that is cancelled is told from the next turn; the question stays on the wire for the others, or for nobody. */
static void cancel_waiters(struct shared *s, struct fact *f, ask_wanted_fn *wanted, const void *arg)
{
	for (struct waiter *w = f->waiters; w != NULL; w = w->next) {
		if (w->cancelled || (wanted != NULL && !wanted(w->ctx, arg)))
			continue;
		w->cancelled = true;
		tell_later(s, &(struct ask_reply){ .outcome = ASK_CANCELLED }, w->done, w->ctx);
	}
}

static void shared_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg)
{
	struct shared *s = self(a);
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct fact *f = s->buckets[i]; f != NULL; f = f->chain)
			if (f->asked)
				cancel_waiters(s, f, wanted, arg);
	for (struct due *d = s->first; d != NULL; d = d->next)
		if (wanted == NULL || wanted(d->waiter->ctx, arg))
			d->reply = (struct ask_reply){ .outcome = ASK_CANCELLED };
}

/* Others may use inner too: a ctx is ours when it is one of our facts. */
static bool is_ours(const void *ctx, const void *arg)
{
	const struct shared *s = arg;
	for (unsigned i = 0; i < BUCKETS; i++)
		for (const struct fact *f = s->buckets[i]; f != NULL; f = f->chain)
			if (f == ctx)
				return true;
	return false;
}

static bool any_asked(const struct shared *s)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (const struct fact *f = s->buckets[i]; f != NULL; f = f->chain)
			if (f->asked)
				return true;
	return false;
}

static void shared_free(struct asker *a)
{
	struct shared *s = self(a);
	ask_cancel(s->inner, is_ours, s);
	while (any_asked(s))
		ask_turn(s->inner, 1);
	while (s->first != NULL)
		tell_due(s);
	while (s->oldest != NULL)
		fact_drop(s, s->oldest);
	free(s);
}

struct asker *ask_shared_new(struct asker *inner, const struct shared_options *o)
{
	static const struct asker_ops ops = { .start = shared_start, .now = shared_now, .turn = shared_turn,
					      .cancel = shared_cancel, .free = shared_free, .line_ms = shared_line_ms };
	struct shared *s = take(sizeof *s);
	s->asker.ops = &ops;
	s->inner = inner;
	s->options = *o;
	if (s->options.keep_ms == 0)
		s->options.keep_ms = LIMIT_SHARED_MS;
	if (s->options.facts_max == 0)
		s->options.facts_max = LIMIT_SHARED_FACTS;
	s->last = &s->first;
	return &s->asker;
}

struct shared_counters ask_shared_counters(const struct asker *shared)
{
	return ((const struct shared *)shared)->counters;
}
