/* When nothing is on the wire and nothing to be asked, yet legs are open, they wait for each other: zone
 * A's servers live in zone B and B's in A, without glue. Those that need themselves are told apart from
 * those that need them. */
#include "walk/inside.h"

enum { SEEN_MAX = LEGS_MAX + 2 * LIMIT_SUBWALKS };
struct search { const struct walk *w; const struct leg *start; bool seen[SEEN_MAX]; };

static bool reaches(struct search *s, const struct leg *l);

static bool reaches_by(struct search *s, const struct leg *next)
{
	return next != NULL && leg_is_open(next) && (next == s->start || reaches(s, next));
}

/* Does what `l` waits for come back to the start? */
static bool reaches(struct search *s, const struct leg *l)
{
	const struct path *p = path_of((struct leg *)l);
	for (uint32_t i = 0; i < s->w->tree.legs.n && i < SEEN_MAX; i++) {
		if (s->w->tree.legs.at[i] != l)
			continue;
		if (s->seen[i])
			return false;
		s->seen[i] = true;
	}
	for (uint8_t i = 0; i < p->n_next; i++)
		if (reaches_by(s, p->next[i]))
			return true;
	for (uint32_t i = 0; l->end == LEG_OPEN && i < l->zone->ns.n; i++) {
		const struct ns *n = l->zone->ns.at[i];
		if (n->leg != NULL && n->outcome == NS_NOT_LOOKED &&
		    (reaches_by(s, n->leg) || reaches_by(s, n->leg->sibling)))
			return true;
	}
	return false;
}

static bool end_hosts(struct walk *w, const struct leg *l, enum ns_found outcome)
{
	bool any = false;
	for (uint32_t i = 0; i < w->tree.zones.n; i++) {
		struct zone *z = w->tree.zones.at[i];
		for (uint32_t k = 0; k < z->ns.n; k++) {
			struct ns *n = z->ns.at[k];
			if (n->leg == NULL || n->outcome != NS_NOT_LOOKED ||
			    (n->leg != l && n->leg->sibling != l))
				continue;
			host_end(w, z, n, outcome);
			any = true;
		}
	}
	return any;
}

static bool end_all(struct walk *w, bool only_cycles)
{
	bool in_cycle[SEEN_MAX] = { false }, any = false;
	for (uint32_t i = 0; i < w->tree.legs.n && i < SEEN_MAX; i++) {
		const struct leg *l = w->tree.legs.at[i];
		struct search s = { .w = w, .start = l };
		in_cycle[i] = l->for_ns != NULL && leg_is_open(l) && (!only_cycles || reaches(&s, l));
	}
	for (uint32_t i = 0; i < w->tree.legs.n && i < SEEN_MAX; i++)
		if (in_cycle[i])
			any |= end_hosts(w, w->tree.legs.at[i], only_cycles ? NS_CYCLE : NS_UNRESOLVABLE);
	return any;
}

bool cycles_break(struct walk *w)
{
	return end_all(w, true) || end_all(w, false);
}
