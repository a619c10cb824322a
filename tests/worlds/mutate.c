#include "mutate.h"
#include "ask/match.h"
#include <stdlib.h>
#include <string.h>

enum { WIRE_MAX = 65535, HEADER = 12 };

struct mutating { struct asker asker; struct asker *inner; uint64_t seed; unsigned percent; };
struct pending { struct mutating *m; struct ask_question q; uint8_t name[NAME_MAX_BYTES]; ask_done_fn *done; void *ctx; };

static uint32_t roll(struct mutating *m, uint32_t below)        /* splitmix64 */
{
	uint64_t z = (m->seed += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) % below);
}

static const uint16_t odd_numbers[] = { 0, 1, 2, 12, 63, 64, 127, 128, 191, 192, 255, 256, 4096, 32767, 32768, 65534, 65535 };

static void put16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* One spoiling of wire behind its id; the new length. */
static uint16_t spoil(struct mutating *m, uint8_t *wire, uint16_t len)
{
	uint16_t at = (uint16_t)(2 + roll(m, len - 2u));
	switch (roll(m, 7)) {
	case 0:
		wire[at] ^= (uint8_t)(1u << roll(m, 8));
		break;
	case 1:
		wire[at] = (uint8_t)roll(m, 256);
		break;
	case 2:
		if (at + 1 < len)
			put16(wire + at, odd_numbers[roll(m, sizeof odd_numbers / sizeof *odd_numbers)]);
		break;
	case 3:         /* a count of the header */
		put16(wire + 4 + 2 * roll(m, 4), odd_numbers[roll(m, 8)]);
		break;
	case 4:
		return at > HEADER ? at : HEADER;
	case 5:         /* a part of it again */
		if (len + (len - at) <= WIRE_MAX) {
			memmove(wire + len, wire + at, (size_t)(len - at));
			return (uint16_t)(len + (len - at));
		}
		break;
	case 6:         /* a compression pointer, forward or back */
		if (at + 1 < len)
			put16(wire + at, (uint16_t)(0xc000 | roll(m, len)));
		break;
	}
	return len;
}

static void on_done(const struct ask_reply *reply, void *ctx)
{
	struct pending *p = ctx;
	struct mutating *m = p->m;
	struct ask_reply r = *reply;
	uint8_t *wire = NULL;
	if (r.outcome == ASK_ANSWERED && r.wire_len >= HEADER && roll(m, 100) < m->percent) {
		wire = malloc(WIRE_MAX);
		memcpy(wire, r.wire, r.wire_len);
		for (unsigned n = 1 + roll(m, 4); n > 0; n--)
			r.wire_len = spoil(m, wire, r.wire_len);
		r.wire = wire;
		/* What the sockets would have made of it. */
		enum ask_match match = ask_match(&p->q, (uint16_t)(wire[0] << 8 | wire[1]), &p->q.to, wire, r.wire_len);
		if (match != MATCH_ANSWER) {
			ask_count_stray(&r, match, &p->q.to);
			r.outcome = match == MATCH_GARBAGE || p->q.over == OVER_TCP ? ASK_GARBLED : ASK_TIMED_OUT;
			if (r.outcome == ASK_TIMED_OUT) {
				r.wire = NULL;
				r.wire_len = 0;
			}
		}
	}
	p->done(&r, p->ctx);
	free(wire);
	free(p);
}

static int mutating_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct mutating *m = (struct mutating *)a;
	struct pending *p = calloc(1, sizeof *p);
	*p = (struct pending){ .m = m, .q = *q, .done = done, .ctx = ctx };
	memcpy(p->name, q->name, name_len(q->name));
	p->q.name = p->name;
	int failed = ask_start(m->inner, q, on_done, p);
	if (failed)
		free(p);
	return failed;
}

static struct mono mutating_now(struct asker *a)
{
	return ask_now(((struct mutating *)a)->inner);
}

static bool mutating_turn(struct asker *a, uint32_t at_most_ms)
{
	return ask_turn(((struct mutating *)a)->inner, at_most_ms);
}

struct through { ask_wanted_fn *wanted; const void *arg; };

static bool wanted_through(const void *ctx, const void *arg)
{
	const struct through *t = arg;
	return t->wanted == NULL || t->wanted(((const struct pending *)ctx)->ctx, t->arg);
}

static void mutating_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg)
{
	ask_cancel(((struct mutating *)a)->inner, wanted_through, &(struct through){ wanted, arg });
}

static void mutating_free(struct asker *a)
{
	asker_free(&((struct mutating *)a)->inner);
	free(a);
}

static const struct asker_ops mutating_ops = {
	.start = mutating_start, .now = mutating_now, .turn = mutating_turn, .cancel = mutating_cancel, .free = mutating_free,
};

struct asker *mutating_asker(struct asker *inner, uint64_t seed, unsigned percent)
{
	struct mutating *m = calloc(1, sizeof *m);
	*m = (struct mutating){ { &mutating_ops }, inner, seed, percent };
	return &m->asker;
}
