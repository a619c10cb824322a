/* The legs of a walk: made, found, and moved from a zone to the next one down. What a leg does where it stands is told
 * in leg.c. */
#include "walk/inside.h"

bool leg_is_wide(const struct walk *w, const struct leg *l)
{
	if (w->e->setup.depth == DEPTH_WATCH)
		return l->depth == 0 && l->end == LEG_ANSWERED;
	return l->depth == 0 && w->e->setup.depth != DEPTH_QUICK;
}

/* Who watches many zones asks the root for the top-level domain only (RFC 9156): all zones below it want the same. Where that
 * brings no referral, the name itself. */
struct leg_asks leg_asks(const struct walk *w, const struct leg *l)
{
	bool is_short = w->e->setup.depth == DEPTH_WATCH && l->zone->parent == NULL && name_labels(l->zone->name) == 0 &&
			name_labels(l->name) > 1 && !path_of((struct leg *)l)->whole_name;
	return is_short ? (struct leg_asks){ name_suffix(l->name, 1), TYPE_A } : (struct leg_asks){ l->name, l->type };
}

static void insert_leg(struct walk *w, struct leg *l)
{
	uint32_t at = w->tree.legs.n;
	list_push(w->arena, &w->tree.legs, l);
	if (l->depth > 0)
		return;
	for (; at > 0 && w->tree.legs.at[at - 1]->depth > 0; at--)
		w->tree.legs.at[at] = w->tree.legs.at[at - 1];
	w->tree.legs.at[at] = l;        /* the question's own chain stands first */
}

static void stand_in(struct walk *w, struct leg *l, struct zone *z)
{
	struct path *p = path_of(l);
	struct ground *g = ground_of(z);
	l->zone = z;
	l->end = LEG_OPEN;
	l->first_answer = NULL;
	p->apex = p->cut = p->possible = NULL;
	p->unsigned_answer = p->search_over = p->over_budget = p->whole_name = false;
	p->searched = name_labels(z->name);
	g->visited = true;
	if (l->depth < g->depth)
		g->depth = l->depth;
	if (l->depth == 0)
		zone_put_on_path(w, z);
	zone_dirty(w, z);
}

/* DS stands above the cut: a leg for it starts above its name. */
static struct zone *first_zone(const struct walk *w, const uint8_t *name, uint16_t type)
{
	bool above = type == TYPE_DS && name_labels(name) > 0;
	return tree_zone_above(&w->tree, above ? name_strip(name, 1) : name);
}

struct leg *leg_make(struct walk *w, const uint8_t *name, uint16_t type, struct leg *from, struct ns *for_ns,
		     uint8_t depth)
{
	struct path *p = ARENA_NEW(w->arena, struct path);
	p->l = (struct leg){ .name = name_lower(w->arena, name), .type = type, .from = from, .for_ns = for_ns,
			     .depth = depth };
	p->aliases = from != NULL ? (uint8_t)(path_of(from)->aliases + 1) : 0;
	insert_leg(w, &p->l);
	stand_in(w, &p->l, w->tree.legs.n == 1 ? w->tree.zones.at[0] : first_zone(w, name, type));
	return &p->l;
}

struct leg *leg_find_for_ns(const struct walk *w, const uint8_t *name, uint16_t type)
{
	for (uint32_t i = 0; i < w->tree.legs.n; i++) {
		struct leg *l = w->tree.legs.at[i];
		if (l->for_ns != NULL && l->from == NULL && l->type == type && name_equal(l->name, name))
			return l;
	}
	return NULL;
}

bool leg_is_open(const struct leg *l)
{
	const struct path *p = path_of((struct leg *)l);
	if (l->end == LEG_OPEN && !p->over_budget)
		return true;
	for (uint8_t i = 0; i < p->n_next; i++)
		if (leg_is_open(p->next[i]))
			return true;
	return false;
}

void leg_descend(struct walk *w, struct leg *l, struct zone *z)
{
	struct path *p = path_of(l);
	if (++p->referrals > LIMIT_REFERRALS)
		return;
	zone_dirty(w, l->zone);
	stand_in(w, l, z);
	for (uint32_t i = 0; i < z->servers.n; i++) {   /* asked before for another leg's or zone's sake */
		struct leg_asks asks = leg_asks(w, l);
		struct look *look = server_look(z->servers.at[i], LOOK_QUESTION, asks.name, asks.type);
		if (look != NULL && (look->m != NULL || look->settled))
			look_event(w, look);
	}
}
