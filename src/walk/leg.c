/* A leg asks the servers of the zone it stands in for its own name and type. Wide: all of them at once,
 * and it goes on with the first usable referral while the others still answer. Narrow (sub-walks, depth
 * quick): a few until one is of use. What becomes of it is worked out again whenever something changed. */
#include "walk/inside.h"

enum { NARROW_SERVERS = 2 };

static void leg_end(struct walk *w, struct leg *l, enum leg_end end)
{
	if (l->end == end)
		return;
	l->end = end;
	for (uint32_t i = 0; l == w->tree.legs.at[0] && i < w->tree.zones.n; i++)
		if (w->tree.zones.at[i]->on_path)
			zone_dirty(w, w->tree.zones.at[i]);     /* extras open */
	hosts_leg_changed(w, l);
}

static struct look *look_of(const struct walk *w, const struct leg *l, const struct server *s)
{
	struct leg_asks asks = leg_asks(w, l);
	return server_look(s, LOOK_QUESTION, asks.name, asks.type);
}

static struct look *ask_one(struct walk *w, const struct leg *l, struct server *s)
{
	struct leg_asks asks = leg_asks(w, l);
	return look_want(w, s, LOOK_QUESTION, asks.name, asks.type, false);
}

/* All, up to the zone's limit; then as many again while nothing of use has come, unless all the world is
 * silent. */
static void ask_wide(struct walk *w, struct leg *l)
{
	struct zone *z = l->zone;
	uint32_t limit = zone_ask_limit(w, z);
	bool waiting = false, dark = !w->families[0].alive && !w->families[1].alive;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		if (i > 0 && i % limit == 0 && (waiting || dark || l->end == LEG_ANSWERED))
			return;
		const struct look *look = ask_one(w, l, z->servers.at[i]);
		waiting |= !look->settled;
	}
}

/* Not the same two servers for every zone and every check. The root's are shared by all zones anyway: there the same ones. */
static uint32_t first_of(const struct walk *w, const struct leg *l)
{
	bool turns = w->e->setup.depth == DEPTH_WATCH && l->depth == 0 && l->zone->parent != NULL;
	return turns ? w->secret[0] : 0;
}

/* First those not known to be dead. A try that met silence no longer counts as hopeful: the next server is
 * asked while it goes on. */
static void ask_narrow(struct walk *w, struct leg *l)
{
	struct zone *z = l->zone;
	uint32_t hopeful = 0, enough = NARROW_SERVERS, first = first_of(w, l);
	for (int dead = 0; dead < 2; dead++) {
		for (uint32_t i = 0; i < z->servers.n && hopeful < enough; i++) {
			struct server *s = z->servers.at[(i + first) % z->servers.n];
			const struct look *look = look_of(w, l, s);
			if (look == NULL && endpoint_given_up(post_of(s)->e) != (dead == 1))
				continue;
			if (look == NULL)
				look = ask_one(w, l, s);
			hopeful += !look->settled && look->tries.n == 0;
			if (l->depth > 0 && endpoint_alive(post_of(s)->e))
				enough = 1;
		}
	}
}

static bool any_unsettled(const struct walk *w, const struct leg *l)
{
	for (uint32_t i = 0; i < l->zone->servers.n; i++) {
		const struct look *look = look_of(w, l, l->zone->servers.at[i]);
		if (look != NULL && !look->settled)
			return true;
	}
	return false;
}

/* Ten names that do not exist are no want of ours: resolvers stop there too. */
static bool any_for_want_of(const struct walk *w, const struct leg *l)
{
	for (uint32_t i = 0; i < l->zone->servers.n; i++) {
		const struct look *look = look_of(w, l, l->zone->servers.at[i]);
		if (look != NULL && look->m == NULL && look->not_asked_why != NULL &&
		    !l->zone->servers.at[i]->forbidden)
			return true;
	}
	for (uint32_t i = 0; i < l->zone->ns.n && w->nxdomains < LIMIT_SUBWALK_NXDOMAIN; i++)
		if (l->zone->ns.at[i]->outcome == NS_OVER_BUDGET && l->zone->servers.n == 0)
			return true;
	return false;
}

/* Name servers inside a zone that cannot be reached without them. */
static void note_missing_glue(struct walk *w, struct zone *z)
{
	for (uint32_t i = 0; i < z->ns.n; i++) {
		struct ns *n = z->ns.at[i];
		if (n->glue_needed && n->outcome == NS_NOT_LOOKED && n->glue.n == 0 && n->found.n == 0)
			host_end(w, z, n, NS_CYCLE);
	}
}

static void work_out_end(struct walk *w, struct leg *l)
{
	struct path *p = path_of(l);
	if (any_unsettled(w, l) || hosts_pending(l->zone) || glue_pending(w, l->zone)) {
		p->over_budget = false;
		leg_end(w, l, LEG_OPEN);
		return;
	}
	if (w->stopped)
		return;                 /* what would come next was not asked */
	if (any_for_want_of(w, l)) {
		if (!p->over_budget) {
			p->over_budget = true;
			hosts_leg_changed(w, l);
		}
		return;
	}
	note_missing_glue(w, l->zone);
	leg_end(w, l, l->zone->servers.n == 0 ? LEG_NO_SERVERS : LEG_STUCK);
}

void leg_advance(struct walk *w, struct leg *l)
{
	if (l->end == LEG_LOOP)
		return;
	if (leg_is_wide(w, l))
		ask_wide(w, l);
	else if (l->end != LEG_ANSWERED)
		ask_narrow(w, l);
	if (l->end == LEG_ANSWERED || path_of(l)->cut != NULL)
		hidden_search(w, l);
	else
		work_out_end(w, l);
}

/* A server above this leg's zone speaks for the zone itself: both are served there, and the cut was found
 * otherwise. */
static void note_shared_server(struct walk *w, struct leg *l, const struct look *look,
			       const struct meaning *m)
{
	struct zone *z = l->zone;
	bool speaks = meaning_ends(m) || (m->kind == MEANS_REFERRAL && name_is_strictly_under(m->ns->owner, z->name));
	if (z->no_cut_seen && z->parent == look->server->zone && speaks)
		zone_add_address(w, z, &look->server->addr, NULL);
}

static void take_answer(struct walk *w, struct leg *l, struct look *look, const struct meaning *m)
{
	struct path *p = path_of(l);
	if (m->apex != NULL && !(l->type == TYPE_DS && name_equal(m->apex, l->name)) &&
	    (p->apex == NULL || name_is_strictly_under(m->apex, p->apex)))
		p->apex = m->apex;
	p->unsigned_answer |= !m->is_signed;
	if (l->first_answer == NULL) {
		l->first_answer = look->last;
		p->answer = m->kind;
	}
	if (l->end != LEG_LOOP)
		leg_end(w, l, LEG_ANSWERED);
	if (m->kind == MEANS_ALIAS && m->target != NULL && !leg_follow(w, l, m->target))
		leg_end(w, l, LEG_LOOP);
	hosts_leg_changed(w, l);
}

void leg_take(struct walk *w, struct leg *l, struct look *look, const struct meaning *m)
{
	struct zone *z = look->server->zone;
	path_of(l)->dirty = true;
	w->any_dirty = true;
	if (l->zone != z) {
		note_shared_server(w, l, look, m);
		return;
	}
	if (!name_equal(look->name, l->name) && m->kind != MEANS_REFERRAL) {
		path_of(l)->whole_name |= meaning_ends(m);      /* a top-level name that is no cut, or none at all */
		return;
	}
	if (m->kind == MEANS_REFERRAL) {
		struct zone *child = tree_zone(&w->tree, m->ns->owner);
		if (child != NULL)
			leg_descend(w, l, child);
		else
			path_of(l)->cut = m->ns->owner;
	} else if (meaning_ends(m)) {
		take_answer(w, l, look, m);
	}
}
