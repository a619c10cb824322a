/* walk -- which questions are still to be asked, and what the replies amount to: the delegation tree.
 *
 * A *leg* is one name to be resolved: the question, the target of an alias, the host name of a name
 * server. It stands in a zone and asks that zone's servers its own name and type, exactly as a resolver
 * does; the first usable referral takes it one zone down, an answer ends it. A *zone* asks its servers for
 * DNSKEY and, at its children's cuts, for DS; when the main chain has passed it asks for the rest (SOA,
 * NS, TCP, CDS, a made-up name), which may stay unanswered without harm. A *look* is one such wish at one
 * server; a *probe* is the way to fulfil it at one address (tries, TCP, less EDNS), shared by all looks
 * that want the same there.
 *
 * Nothing here waits or reads a clock. All that follows from a reply is decided inside walk_learn():
 * events of looks go to zones and legs, those that changed look again at what they want (their functions
 * may be called any number of times), the queue moves what the budget allows to the outbox; walk_next()
 * only empties the outbox. So the tree depends on the order of the replies alone, and replay (replay.c)
 * gets the same tree from a file.
 *
 * The walk ends: each probe makes a bounded number of tries, each address and each check a bounded number
 * of questions, each leg goes strictly down and aliases are counted; and where legs wait for each other in
 * a ring, cycle.c says so. */
#include "walk/inside.h"
#include "crypto/crypto.h"
#include <assert.h>
#include <string.h>

enum { STOP_MARGIN_MS = 20 };

static void make_secret(struct walk *w)
{
	const struct setup *s = &w->e->setup;
	uint8_t seed[NAME_MAX_BYTES + 8];
	uint16_t len = name_len(s->name);
	memcpy(seed, s->name, len);
	name_lower_in_place(seed);
	for (int i = 0; i < 8; i++)
		seed[len + i] = (uint8_t)((uint64_t)w->e->collected_at.s >> (8 * i));
	crypto_sha256((struct octets){ seed, len + 8u }, w->secret);
}

static void plant_root(struct walk *w)
{
	const struct setup *s = &w->e->setup;
	struct zone *root = zone_make(w, name_root, NULL);
	for (uint32_t i = 0; i < s->hints.n; i++) {
		const struct hint *h = &s->hints.at[i];
		struct addr addr = h->addr;
		addr.port = s->port;
		struct ns *n = zone_add_ns(w, root, h->name);
		if (n == NULL)
			continue;
		n->in_parent = n->glue_needed = true;
		list_push(w->arena, &n->glue, addr);
		zone_add_address(w, root, &addr, h->name);
	}
}

static void ask_resolvers(struct walk *w)
{
	const struct setup *s = &w->e->setup;
	for (uint32_t i = 0; i < s->resolvers.n; i++) {
		struct post *r = ARENA_NEW(w->arena, struct post);
		r->s.addr = s->resolvers.at[i];
		r->s.is_resolver = true;
		r->e = endpoint_of(w, &r->s.addr);
		list_push(w->arena, &w->tree.resolvers, &r->s);
		look_want(w, &r->s, LOOK_RESOLVER, s->name, s->type, false);
		look_want(w, &r->s, LOOK_RESOLVER_CD, s->name, s->type, false);
	}
}

struct walk *walk_make(struct arena *a, struct evidence *e, struct budget *b)
{
	struct walk *w = ARENA_NEW(a, struct walk);
	w->arena = w->tree.arena = a;
	w->e = e;
	w->tree.evidence = e;
	w->budget = b;
	if (e->setup.budget_questions != 0 && e->setup.budget_questions <= LIMIT_QUESTIONS_HARD)
		b->limit[BUDGET_QUESTIONS] = e->setup.budget_questions;
	w->wall_ms = e->setup.budget_wall_ms != 0 ? e->setup.budget_wall_ms : LIMIT_WALL_MS;
	make_secret(w);
	plant_root(w);
	ask_resolvers(w);
	leg_make(w, e->setup.name, e->setup.type, NULL, NULL, 0);
	walk_settle(w);
	return w;
}

bool walk_next(struct walk *w, struct walk_question *out)
{
	struct queue *q = &w->outbox;
	if (w->stopped || w->finished || q->head == q->ids.n)
		return false;
	out->ticket = q->ids.at[q->head++];
	struct try *t = &w->tries.at[out->ticket];
	t->handed_out = true;
	w->on_wire++;
	out->q = t->q;
	return true;
}

static void stop_when_spent(struct walk *w, const struct exchange *x)
{
	if (!budget_spend(w->budget, BUDGET_BYTES_IN, x->r.wire_len)) {
		w->tree.budget_hit |= 1u << BUDGET_BYTES_IN;
		w->stopped = true;
	}
	if (w->now_ms + STOP_MARGIN_MS >= w->wall_ms && !w->stopped) {
		w->tree.cut_short = true;
		w->tree.budget_hit |= 1u << BUDGET_WALL_MS;
		w->stopped = true;
	}
}

void walk_take(struct walk *w, uint32_t ticket, const struct exchange *x)
{
	assert(ticket < w->tries.n);
	struct try *t = &w->tries.at[ticket];
	assert(t->handed_out && t->state == TRY_OUT);
	struct probe *p = t->probe;
	enum try_kind kind = t->kind;
	t->state = TRY_DONE;
	w->out--;
	w->on_wire--;
	w->learnt++;
	p->to->in_flight--;
	if (x->at_ms > w->now_ms)
		w->now_ms = x->at_ms;
	stop_when_spent(w, x);
	probe_learn(w, p, kind, x);
	walk_settle(w);
}

struct exchange *walk_learn(struct walk *w, uint32_t ticket, const struct ask_reply *reply, uint32_t at_ms)
{
	assert(ticket < w->tries.n);
	struct exchange *x = evidence_add(w->e, &w->tries.at[ticket].q, reply, at_ms);
	walk_take(w, ticket, x);
	return x;
}

void walk_stop(struct walk *w)
{
	if (w->stopped || w->finished)
		return;
	w->stopped = true;
	w->tree.cut_short = true;
	w->e->stopped_after = w->learnt;
	walk_settle(w);
}

bool walk_done(const struct walk *w)
{
	return w->finished;
}

uint32_t walk_in_flight(const struct walk *w)
{
	return w->on_wire;
}

const struct tree *walk_tree(const struct walk *w)
{
	return &w->tree;
}

/* Addresses before legs, which end where there are none; legs before zones, so that the question goes out
 * first; the deepest zones first, so that the question's own zone gets its extras before its ancestors do. */
static void advance_dirty(struct walk *w)
{
	w->any_dirty = false;
	for (uint32_t i = 0; i < w->tree.zones.n; i++) {
		struct ground *g = ground_of(w->tree.zones.at[i]);
		if (g->hosts_dirty) {
			g->hosts_dirty = false;
			hosts_advance(w, &g->z);
		}
	}
	for (uint32_t i = 0; i < w->tree.legs.n; i++) {
		struct path *p = path_of(w->tree.legs.at[i]);
		if (p->dirty) {
			p->dirty = false;
			leg_advance(w, &p->l);
		}
	}
	for (uint32_t i = w->tree.zones.n; i-- > 0;) {
		struct ground *g = ground_of(w->tree.zones.at[i]);
		if (g->dirty) {
			g->dirty = false;
			zone_advance(w, &g->z);
		}
	}
}

void walk_finish(struct walk *w)
{
	queue_withdraw_all(w);
	w->finished = true;
	w->tree.budget_hit |=
		w->budget->hit & (1u << BUDGET_QUESTIONS | 1u << BUDGET_BYTES_IN | 1u << BUDGET_SUBWALKS);
}

void walk_settle(struct walk *w)
{
	while (!w->finished) {
		if (w->events_head < w->events.n) {
			look_arrived(w, w->events.at[w->events_head++]);
			continue;
		}
		if (w->any_dirty) {
			advance_dirty(w);
			continue;
		}
		queue_run(w);
		if (w->events_head < w->events.n || w->any_dirty)
			continue;
		if (w->stopped ? w->on_wire > 0 : w->out > 0)
			return;
		if (w->stopped || !cycles_break(w))
			walk_finish(w);
	}
}
