/* evidence -- the value everything is judged from. Collected once and in the order the replies came, never
 * changed; saved as text and read back, it gives the same tree and so the same verdict. Nothing here
 * judges or asks. evidence.c keeps it; write.c and read.c are its file; tree.c is the reading aid that
 * walk/ builds over it. */
#include "evidence/evidence.h"
#include <assert.h>
#include <string.h>

static void copy_lists(struct arena *a, struct setup *to, const struct setup *from)
{
	to->hints.n = to->hints.room = to->anchors.n = to->anchors.room = to->resolvers.n =
		to->resolvers.room = 0;
	to->hints.at = NULL;
	to->anchors.at = NULL;
	to->resolvers.at = NULL;
	for (uint32_t i = 0; i < from->hints.n; i++) {
		const struct hint *h = &from->hints.at[i];
		list_push(a, &to->hints, (struct hint){ .name = name_copy(a, h->name), .addr = h->addr });
	}
	for (uint32_t i = 0; i < from->anchors.n; i++) {
		const struct anchor *n = &from->anchors.at[i];
		struct rdata rd = { .at = arena_copy(a, n->rd.at, n->rd.len), .len = n->rd.len };
		list_push(a, &to->anchors,
			  (struct anchor){ .owner = name_copy(a, n->owner), .type = n->type, .rd = rd });
	}
	for (uint32_t i = 0; i < from->resolvers.n; i++)
		list_push(a, &to->resolvers, from->resolvers.at[i]);
}

struct evidence *evidence_make(struct arena *a, const struct setup *setup, struct wall collected_at)
{
	struct evidence *e = ARENA_NEW(a, struct evidence);
	e->arena = a;
	e->setup = *setup;
	e->setup.name = name_copy(a, setup->name);
	copy_lists(a, &e->setup, setup);
	e->collected_at = collected_at;
	e->stopped_after = EVIDENCE_NOT_STOPPED;
	return e;
}

struct exchange *evidence_add(struct evidence *e, const struct ask_question *q, const struct ask_reply *r,
			      uint32_t at_ms)
{
	struct exchange *x = ARENA_NEW(e->arena, struct exchange);
	assert(r->wire != NULL || r->wire_len == 0);
	x->seq = e->exchanges.n;
	x->at_ms = at_ms;
	x->q = *q;
	x->q.name = name_copy(e->arena, q->name);
	x->r = *r;
	if (r->wire != NULL) {
		struct message *m = ARENA_NEW(e->arena, struct message);
		x->r.wire = arena_copy(e->arena, r->wire, r->wire_len);
		message_parse(e->arena, x->r.wire, r->wire_len, m);
		x->m = m;
	}
	list_push(e->arena, &e->exchanges, x);
	return x;
}
