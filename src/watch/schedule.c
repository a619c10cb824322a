/* schedule -- whose turn it is. What is not due yet stands in a heap by the moment of its next look. What is due stands in line,
 * whoever was due first in front, and keeps that place also where it cannot begin yet because its server has enough to do.
 *
 * Where not all can be looked at in time there are three lines: pressing (a second look, or one that is wanted sooner than the
 * interval), unseen, and routine. Pressing ones get every other look, and each that nobody else wants: a thousand broken zones
 * must not hide what breaks elsewhere. Of the rest the unseen go first; they are no more than there are zones, and who fails
 * three times to be seen is routine. So nobody waits for ever: only for a few times as many looks as there are zones. */
#include "watch/inside.h"
#include <stdlib.h>

enum { UNSEEN_LOOKS = 3, HELD_S = 1 };

static bool before(const struct zone_watch *a, const struct zone_watch *b, enum line line)
{
	int64_t a_s = line == LINE_LATER ? a->next_at.s : a->due_at.s, b_s = line == LINE_LATER ? b->next_at.s : b->due_at.s;
	if (a_s != b_s)
		return a_s < b_s;
	return a->checked_at.s != b->checked_at.s ? a->checked_at.s < b->checked_at.s : a->order < b->order;
}

static void set(struct heap *h, uint32_t at, struct zone_watch *w)
{
	h->at[at] = w;
	w->heap_at = at + 1;            /* 0: in none */
}

static void rise(struct heap *h, uint32_t at, enum line line)
{
	struct zone_watch *w = h->at[at];
	for (; at > 0 && before(w, h->at[(at - 1) / 2], line); at = (at - 1) / 2)
		set(h, at, h->at[(at - 1) / 2]);
	set(h, at, w);
}

static void sink(struct heap *h, uint32_t at, enum line line)
{
	struct zone_watch *w = h->at[at];
	for (uint32_t child; (child = 2 * at + 1) < h->n; at = child) {
		if (child + 1 < h->n && before(h->at[child + 1], h->at[child], line))
			child++;
		if (!before(h->at[child], w, line))
			break;
		set(h, at, h->at[child]);
	}
	set(h, at, w);
}

static void enter(struct schedule *s, struct zone_watch *w, enum line line)
{
	struct heap *h = &s->lines[line];
	if (h->n == h->room) {
		h->room = h->room != 0 ? h->room * 2 : 64;
		h->at = realloc(h->at, h->room * sizeof *h->at);
		if (h->at == NULL)
			abort();
	}
	w->line = (uint8_t)line;
	set(h, h->n++, w);
	rise(h, h->n - 1, line);
}

void schedule_remove(struct schedule *s, struct zone_watch *w)
{
	struct heap *h = &s->lines[w->line];
	if (w->heap_at == 0)
		return;
	uint32_t at = w->heap_at - 1;
	struct zone_watch *last = h->at[--h->n];
	w->heap_at = 0;
	if (last == w)
		return;
	set(h, at, last);
	rise(h, at, w->line);
	sink(h, last->heap_at - 1, w->line);
}

void schedule_put(struct schedule *s, struct zone_watch *w)
{
	schedule_remove(s, w);
	w->due_at = w->next_at;
	enter(s, w, LINE_LATER);
}

static enum line line_of(const struct zone_watch *w)
{
	if (w->suspect != 0 || w->close)
		return LINE_PRESSING;
	return !w->known && w->unseen_looks < UNSEEN_LOOKS ? LINE_UNSEEN : LINE_ROUTINE;
}

void schedule_call(struct schedule *s, struct wall at)
{
	struct heap *later = &s->lines[LINE_LATER];
	while (later->n > 0 && later->at[0]->next_at.s <= at.s) {
		struct zone_watch *w = later->at[0];
		schedule_remove(s, w);
		enter(s, w, line_of(w));
	}
}

struct zone_watch *schedule_first(const struct schedule *s)
{
	static const enum line turns[2][3] = { { LINE_PRESSING, LINE_UNSEEN, LINE_ROUTINE }, { LINE_UNSEEN, LINE_ROUTINE, LINE_PRESSING } };
	for (unsigned i = 0; i < 3; i++) {
		const struct heap *h = &s->lines[turns[s->coin >> 31][i]];
		if (h->n > 0)
			return h->at[0];
	}
	return NULL;
}

/* A coin (a linear congruential one, Numerical Recipes 7.1): who only takes turns may fall in step with two servers, and one of
 * them is never free when it is the turn of the pressing ones. */
void schedule_begin(struct schedule *s, struct zone_watch *w)
{
	schedule_remove(s, w);
	if (!w->known && w->unseen_looks < UNSEEN_LOOKS)
		w->unseen_looks++;
	s->coin = s->coin * 1664525u + 1013904223u;
}

void schedule_hold(struct schedule *s, struct zone_watch *w, struct wall at)
{
	schedule_remove(s, w);
	w->next_at = (struct wall){ at.s + HELD_S };
	enter(s, w, LINE_LATER);
}

struct wall schedule_next_at(const struct schedule *s)
{
	struct wall next = WALL_NEVER;
	for (int k = 0; k < LINES; k++)
		if (s->lines[k].n > 0 && s->lines[k].at[0]->next_at.s < next.s)
			next = s->lines[k].at[0]->next_at;
	return next;
}

/* All by the same: their order stays. */
void schedule_shift(struct schedule *s, int64_t jump_s)
{
	for (int k = 0; k < LINES; k++)
		for (uint32_t i = 0; i < s->lines[k].n; i++) {
			s->lines[k].at[i]->next_at.s += jump_s;
			s->lines[k].at[i]->due_at.s += jump_s;
		}
}

void schedule_clear(struct schedule *s)
{
	for (int k = 0; k < LINES; k++)
		free(s->lines[k].at);
}
