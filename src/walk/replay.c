/* A walk fed from a file. The recorded exchanges are taken in their order; each goes to the oldest
 * outstanding question of the same address, transport, name, type and flags. */
#include "walk/inside.h"

static bool same_question(const struct ask_question *a, const struct ask_question *b)
{
	return a->over == b->over && a->type == b->type && a->class == b->class && a->flags == b->flags &&
	       addr_equal(&a->to, &b->to) && name_equal(a->name, b->name);
}

/* Tickets handed out and not answered, oldest first. */
struct open_list { LIST(uint32_t) ids; };

static void fetch(struct walk *w, struct open_list *open)
{
	struct walk_question q;
	while (walk_next(w, &q))
		list_push(w->arena, &open->ids, q.ticket);
}

static bool feed(struct walk *w, struct open_list *open, const struct exchange *x)
{
	for (uint32_t i = 0; i < open->ids.n; i++) {
		uint32_t ticket = open->ids.at[i];
		if (!same_question(&w->tries.at[ticket].q, &x->q))
			continue;
		for (uint32_t k = i + 1; k < open->ids.n; k++)
			open->ids.at[k - 1] = open->ids.at[k];
		open->ids.n--;
		walk_take(w, ticket, x);
		return true;
	}
	return false;
}

const struct tree *walk_replay(struct arena *a, const struct evidence *recorded, struct budget *b,
			       uint32_t *unused)
{
	struct open_list open = { 0 };
	struct evidence *e = arena_copy(a, recorded, sizeof *recorded);
	struct walk *w = walk_make(a, e, b);
	w->tree.evidence = recorded;
	*unused = 0;
	for (uint32_t i = 0; i < recorded->exchanges.n; i++) {
		fetch(w, &open);
		if (recorded->stopped_after == i)
			walk_stop(w);
		if (!feed(w, &open, recorded->exchanges.at[i]))
			++*unused;
	}
	fetch(w, &open);
	if (recorded->stopped_after == recorded->exchanges.n)
		walk_stop(w);
	if (!w->finished)
		walk_finish(w);         /* the file holds no more: as if there had been no time */
	return &w->tree;
}
