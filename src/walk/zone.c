/* Zones, their name servers and addresses: made from hints, referrals and the apex NS sets, never from
 * anything out of bailiwick. */
#include "walk/inside.h"

static bool has_anchor(const struct walk *w, const uint8_t *name)
{
	for (uint32_t i = 0; i < w->e->setup.anchors.n; i++)
		if (name_equal(w->e->setup.anchors.at[i].owner, name))
			return true;
	return false;
}

struct zone *zone_make(struct walk *w, const uint8_t *name, struct zone *parent)
{
	if (w->tree.zones.n >= LIMIT_ZONES) {
		w->tree.budget_hit |= 1u << BUDGET_QUESTIONS;
		return NULL;
	}
	struct ground *g = ARENA_NEW(w->arena, struct ground);
	g->z.name = name_lower(w->arena, name);
	g->z.parent = parent;
	g->depth = UINT8_MAX;
	g->has_keys = has_anchor(w, name);
	list_push(w->arena, &w->tree.zones, &g->z);
	zone_dirty(w, &g->z);
	return &g->z;
}

void zone_put_on_path(struct walk *w, struct zone *z)
{
	for (; z != NULL && !z->on_path; z = z->parent) {
		z->on_path = true;
		zone_dirty(w, z);
		if (z->parent != NULL)
			zone_dirty(w, z->parent);
	}
}

/* Who watches compares the zone's own servers each time; those above now and then (depth full). */
bool zone_is_question_s(const struct walk *w, const struct zone *z)
{
	const struct leg *question = w->tree.legs.n > 0 ? w->tree.legs.at[0] : NULL;
	return question != NULL && question->zone == z && question->end != LEG_OPEN;
}

bool zone_is_wide(const struct walk *w, const struct zone *z)
{
	if (w->e->setup.depth == DEPTH_WATCH)
		return zone_is_question_s(w, z);
	return z->on_path && w->e->setup.depth != DEPTH_QUICK;
}

/* At depth full the root is an ancestor above the parent, unless the question is for a top-level name. */
uint32_t zone_ask_limit(const struct walk *w, const struct zone *z)
{
	bool ancestor = z->parent == NULL && name_labels(w->e->setup.name) > 1;
	return ancestor && w->e->setup.depth != DEPTH_DEEP ? LIMIT_ANCESTOR_ADDRS : LIMIT_ADDRS_PER_ZONE;
}

struct ns *zone_add_ns(struct walk *w, struct zone *z, const uint8_t *host)
{
	struct ns *n = zone_ns(z, host);
	if (n != NULL)
		return n;
	if (z->ns.n >= LIMIT_NS_SHOWN) {
		z->ns_left_out++;
		return NULL;
	}
	n = &ARENA_NEW(w->arena, struct host)->n;
	n->name = name_lower(w->arena, host);
	n->glue_needed = name_is_under(host, z->name);
	list_push(w->arena, &z->ns, n);
	zone_dirty(w, z);
	return n;
}

bool ns_is_asked(const struct zone *z, const struct ns *n)
{
	for (uint32_t i = 0; i < z->ns.n && i < LIMIT_NS_ASKED; i++)
		if (z->ns.at[i] == n)
			return true;
	return false;
}

static void server_add_name(struct walk *w, struct server *s, const uint8_t *host)
{
	for (uint32_t i = 0; i < s->names.n; i++)
		if (name_equal(s->names.at[i], host))
			return;
	list_push(w->arena, &s->names, name_lower(w->arena, host));
}

static struct server *find_server(const struct zone *z, const struct addr *addr)
{
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (addr_equal(&z->servers.at[i]->addr, addr))
			return z->servers.at[i];
	return NULL;
}

struct server *zone_add_address(struct walk *w, struct zone *z, const struct addr *addr, const uint8_t *host)
{
	const struct setup *setup = &w->e->setup;
	if (addr->family == 4 ? !setup->use_ipv4 : !setup->use_ipv6)
		return NULL;
	struct server *s = find_server(z, addr);
	if (s == NULL && z->servers.n >= LIMIT_ADDRS_PER_ZONE) {
		z->ns_left_out++;
		return NULL;
	}
	if (s == NULL) {
		struct post *p = ARENA_NEW(w->arena, struct post);
		s = &p->s;
		s->zone = z;
		s->addr = *addr;
		s->forbidden = (addr_class(addr) & setup->addr_allowed) == 0;
		p->e = endpoint_of(w, addr);
		list_push(w->arena, &z->servers, s);
		zone_dirty(w, z);
		probes_redraw(w, p->e);
	}
	if (host != NULL)
		server_add_name(w, s, host);
	return s;
}

/* Parent and child on one server: the name that leads to it at the parent's cut leads here too. */
static void name_by_parent(struct walk *w, struct zone *z, const uint8_t *host)
{
	for (uint32_t i = 0; z->parent != NULL && i < z->parent->servers.n; i++) {
		const struct server *above = z->parent->servers.at[i];
		struct server *s = find_server(z, &above->addr);
		for (uint32_t k = 0; s != NULL && k < above->names.n; k++)
			if (name_equal(above->names.at[k], host))
				server_add_name(w, s, host);
	}
}

void zone_take_child_ns(struct walk *w, struct zone *z, const struct section *section)
{
	const struct rrset *set = section_find(section, z->name, TYPE_NS);
	if (set == NULL || set->class != CLASS_IN)
		return;
	for (uint16_t i = 0; i < set->n; i++) {
		const uint8_t *host = rdata_name(set->rd[i]);
		struct ns *n = zone_add_ns(w, z, host);
		if (n == NULL || n->in_child)
			continue;
		n->in_child = true;
		n->in_parent |= z->no_cut_seen;
		if (z->no_cut_seen)
			name_by_parent(w, z, host);
		zone_dirty(w, z);
	}
}
