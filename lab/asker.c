/* asker -- the world behind the door of ask/: virtual time, no sockets. What comes back is believed by the
 * same rule as on real sockets (ask/match.h); time goes on only inside turn(). */
#include "ask/match.h"
#include "base/limits.h"
#include "lab/inside.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROUND_TRIP_US = 10000 }; /* between any two places of a world */

struct pending {
	struct pending *next; /* in order of at_us, then of asking */
	int64_t at_us;        /* when done() is due */
	struct arena *arena;  /* of question and reply */
	struct ask_reply reply;
	ask_done_fn *done;
	void *ctx;
};
struct lab_asker {
	struct asker asker;
	struct world *w;
	int64_t now_us;
	struct pending *first;
	uint32_t n;
	uint16_t next_id;
};

static struct lab_asker *self(struct asker *a)
{
	return (struct lab_asker *)a;
}

/* One packet arrived at at_us; true when it ends the waiting. */
static bool packet_comes(const struct ask_question *q, uint16_t id, const struct lab_reply *r,
			 int64_t asked_us, int64_t at_us, struct ask_reply *out)
{
	bool tcp = q->over == OVER_TCP;
	if (r->unreachable || r->refuse_connection) {
		out->outcome = ASK_UNREACHABLE;
		out->os_errno = ECONNREFUSED;
		return true;
	}
	if (r->close) {
		out->outcome = ASK_CLOSED;
		return true;
	}
	if (r->drip)
		return false; /* an octet a second: never whole before the deadline */
	enum ask_match match = ask_match(q, id, tcp ? &q->to : &r->from, r->wire, (uint16_t)r->len);
	if (match != MATCH_ANSWER)
		ask_count_stray(out, match, &r->from);
	if (match == MATCH_GARBAGE && !tcp && out->wire == NULL && r->len >= 2) {
		out->outcome = ASK_GARBLED; /* as on sockets: it is kept, should nothing better come */
		out->wire = r->wire;
		out->wire_len = (uint16_t)r->len;
	}
	if (match != MATCH_ANSWER && !tcp)
		return reply_flooded(out);
	out->outcome = match == MATCH_ANSWER ? ASK_ANSWERED : ASK_GARBLED;
	out->wire = r->wire;
	out->wire_len = (uint16_t)r->len;
	out->rtt_us = (uint32_t)(at_us - asked_us);
	return true;
}

static int reply_order(const void *a, const void *b)
{
	const struct lab_reply *x = a, *y = b;
	return (x->delay_ms > y->delay_ms) - (x->delay_ms < y->delay_ms);
}

static void ask_the_world(struct lab_asker *l, const struct ask_question *q, struct pending *p)
{
	uint8_t wire[ASK_WIRE_MAX];
	uint16_t id = l->next_id = (uint16_t)(l->next_id * 25173u + 13849u);
	uint16_t len = ask_wire(q, id, wire);
	int64_t deadline = l->now_us + (int64_t)q->timeout_ms * 1000;
	lab_replies replies = { 0 };
	world_answer(l->w, p->arena, &q->to, q->over, wire, len, &replies);
	if (replies.n > 1)
		qsort(replies.at, replies.n, sizeof *replies.at, reply_order);
	p->reply.outcome = ASK_TIMED_OUT;
	p->at_us = deadline;
	for (uint32_t i = 0; i < replies.n; i++) {
		int64_t trips = q->over == OVER_TCP && !replies.at[i].refuse_connection ? 2 : 1;
		int64_t at_us = l->now_us + trips * ROUND_TRIP_US + (int64_t)replies.at[i].delay_ms * 1000;
		if (at_us < deadline && packet_comes(q, id, &replies.at[i], l->now_us, at_us, &p->reply)) {
			p->at_us = at_us;
			return;
		}
	}
}

static void pending_insert(struct lab_asker *l, struct pending *p)
{
	struct pending **at = &l->first;
	while (*at != NULL && (*at)->at_us <= p->at_us)
		at = &(*at)->next;
	p->next = *at;
	*at = p;
	l->n++;
}

static bool is_allowed(const struct world *w, const struct addr *to)
{
	return (addr_class(to) & w->addr_allowed) != 0;
}

static bool has_route(const struct world *w, const struct addr *to)
{
	return to->family == 4 ? w->use_ipv4 : w->use_ipv6;
}

static int lab_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct lab_asker *l = self(a);
	if (l->n >= LIMIT_IN_FLIGHT)
		return E_BUSY;
	struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
	struct pending *p = ARENA_NEW(arena, struct pending);
	*p = (struct pending){ .arena = arena, .done = done, .ctx = ctx, .at_us = l->now_us };
	if (!is_allowed(l->w, &q->to)) {
		p->reply.outcome = ASK_FORBIDDEN;
	} else if (!has_route(l->w, &q->to)) {
		p->reply.outcome = ASK_UNREACHABLE;
		p->reply.os_errno = ENETUNREACH;
	} else {
		ask_the_world(l, q, p);
	}
	pending_insert(l, p);
	return E_OK;
}

static struct mono lab_now(struct asker *a)
{
	return (struct mono){ self(a)->now_us };
}

static void finish_first(struct lab_asker *l)
{
	struct pending *p = l->first;
	struct arena *arena = p->arena;
	l->first = p->next;
	l->n--;
	p->done(&p->reply, p->ctx);
	arena_free(&arena);
}

/* To the next event, or as far as it may; then all that is due by then. What callbacks start is for the next
 * turn unless it is due at once. */
static bool lab_turn(struct asker *a, uint32_t at_most_ms)
{
	struct lab_asker *l = self(a);
	int64_t until = l->now_us + (int64_t)at_most_ms * 1000;
	if (l->first != NULL && l->first->at_us < until)
		until = l->first->at_us;
	if (l->first != NULL && until > l->now_us)
		l->now_us = until;
	for (uint32_t due = l->n; due > 0 && l->first != NULL && l->first->at_us <= l->now_us; due--)
		finish_first(l);
	return l->first != NULL;
}

/* The cancelled ones come first now. */
static void lab_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg)
{
	struct lab_asker *l = self(a);
	struct pending *all = l->first;
	l->first = NULL;
	l->n = 0;
	for (struct pending *p = all, *next; p != NULL; p = next) {
		next = p->next;
		if (wanted == NULL || wanted(p->ctx, arg)) {
			p->at_us = l->now_us;
			p->reply = (struct ask_reply){ .outcome = ASK_CANCELLED };
		}
		pending_insert(l, p);
	}
}

static void lab_free(struct asker *a)
{
	struct lab_asker *l = self(a);
	lab_cancel(a, NULL, NULL);
	while (l->first != NULL)
		finish_first(l);
	free(l);
}

struct asker *lab_asker_new(struct world *w)
{
	static const struct asker_ops ops = {
		.start = lab_start,
		.now = lab_now,
		.turn = lab_turn,
		.cancel = lab_cancel,
		.free = lab_free,
	};
	struct lab_asker *l = calloc(1, sizeof *l);
	assert(l != NULL);
	*l = (struct lab_asker){ .asker = { &ops }, .w = w, .next_id = 4711 };
	return &l->asker;
}
