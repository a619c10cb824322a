/* The queue between what is wanted and what is on the wire: main questions first, a few at a time to one
 * address, all within the budget. Everything is decided when a reply is learnt and never when the next
 * question is fetched, so a walk depends on the order of the replies only. */
#include "walk/inside.h"

static void refuse(struct walk *w, uint32_t id, const char *why)
{
	w->tries.at[id].state = TRY_DONE;
	probe_refused(w, w->tries.at[id].probe, why);
}

/* Extras leave a quarter of all questions, and more of those to one address, to the main chain. */
static bool may_spend(struct walk *w, const struct probe *p)
{
	const struct endpoint *e = p->to;
	uint64_t limit = w->budget->limit[BUDGET_QUESTIONS], used = w->budget->used[BUDGET_QUESTIONS];
	uint32_t bit = 1u << BUDGET_QUESTIONS;
	if (p->extra && (used >= limit - limit / 4 || e->questions >= LIMIT_EXTRAS_PER_SERVER)) {
		w->tree.extras_hit |= bit;
		return false;
	}
	if (e->questions >= LIMIT_QUESTIONS_PER_SERVER || !budget_spend(w->budget, BUDGET_QUESTIONS, 1)) {
		*(p->extra ? &w->tree.extras_hit : &w->tree.budget_hit) |= bit;
		return false;
	}
	return true;
}

static void send_out(struct walk *w, uint32_t id)
{
	struct try *t = &w->tries.at[id];
	t->state = TRY_OUT;
	t->probe->to->questions++;
	t->probe->to->in_flight++;
	t->probe->tcp_out |= try_is_tcp(t->kind);
	probe_ask_question(w, t->probe, t->kind, &t->q);
	w->out++;
	list_push(w->arena, &w->outbox.ids, id);
}

/* Two questions that are the same are never on the wire at once: in a file their replies could not be told
 * apart. Only the test of TCP and a question that came to TCP by itself can be the same. */
static bool must_wait(const struct try *t)
{
	const struct probe *p = t->probe;
	if (p->to->in_flight >= LIMIT_PER_SERVER_IN_FLIGHT)
		return true;
	if (!try_is_tcp(t->kind) || (p->mode != PROBE_TCP && p->mode != PROBE_AUTH))
		return false;
	const struct probe *twin =
		endpoint_probe(p->to, p->mode == PROBE_TCP ? PROBE_AUTH : PROBE_TCP, p->name, p->type);
	return twin != NULL && twin->tcp_out;
}

static void run_one(struct walk *w, struct queue *q)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < q->ids.n; i++) {       /* refusals may add to the end while we look */
		uint32_t id = q->ids.at[i];
		if (must_wait(&w->tries.at[id]))
			q->ids.at[kept++] = id;
		else if (may_spend(w, w->tries.at[id].probe))
			send_out(w, id);
		else
			refuse(w, id, "budget");
	}
	q->ids.n = kept;
}

void queue_run(struct walk *w)
{
	if (w->stopped)
		return;
	run_one(w, &w->main);
	run_one(w, &w->extra);
}

void queue_withdraw_all(struct walk *w)
{
	for (uint32_t id = 0; id < w->tries.n; id++)
		if (w->tries.at[id].state != TRY_DONE)
			refuse(w, id, "time");
	w->main.ids.n = w->extra.ids.n = 0;
	w->out = 0;
}
