/* CNAME and DNAME: the leg ends where it points on, and a new leg goes there. Each step is judged alone,
 * so the target is asked for even when the same answer holds its records. */
#include "walk/inside.h"

enum { ALIAS_LEGS_FORK = 12 };  /* above: only the first of differing targets is followed */

static bool is_loop(const struct leg *l, const uint8_t *target)
{
	for (; l != NULL; l = l->from)
		if (name_equal(l->name, target))
			return true;
	return false;
}

static uint32_t count_alias_legs(const struct walk *w)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < w->tree.legs.n; i++)
		n += w->tree.legs.at[i]->from != NULL;
	return n;
}

bool leg_follow(struct walk *w, struct leg *l, const uint8_t *target)
{
	struct path *p = path_of(l);
	for (uint8_t i = 0; i < p->n_next; i++)
		if (name_equal(p->next[i]->name, target))
			return true;
	if (l->target == NULL)
		l->target = name_lower(w->arena, target);
	if (is_loop(l, target) || p->aliases >= LIMIT_CNAMES)
		return false;
	if (w->tree.legs.n >= LEGS_MAX || p->n_next == 2 ||
	    (p->n_next == 1 && count_alias_legs(w) >= ALIAS_LEGS_FORK))
		return true;
	struct leg *next = leg_make(w, target, l->type, l, l->for_ns, l->depth);
	p->next[p->n_next++] = next;
	return true;
}
