/* Referrals: the parent's word about a cut. Believed of it: the names in the NS set, and as addresses only
 * those of these names where the names lie below the parent itself (siblings included), for further down
 * it may speak. */
#include "walk/inside.h"

enum { GLUE_SERVERS = 2 };

struct cut_view *zone_view(struct walk *w, struct zone *z, struct server *parent)
{
	for (uint32_t i = 0; i < z->views.n; i++)
		if (z->views.at[i].parent == parent)
			return &z->views.at[i];
	list_push(w->arena, &z->views, (struct cut_view){ .parent = parent });
	return &z->views.at[z->views.n - 1];
}

bool view_lacks_ds(const struct cut_view *v)
{
	const struct message *m = v->referral->m;
	return section_find_type(&m->authority, TYPE_DS, 0) == NULL &&
	       section_find_type(&m->authority, TYPE_NSEC, 0) == NULL &&
	       section_find_type(&m->authority, TYPE_NSEC3, 0) == NULL;
}

static bool has_addr(const struct ns *n, const struct addr *a)
{
	for (uint32_t i = 0; i < n->glue.n; i++)
		if (addr_equal(&n->glue.at[i], a))
			return true;
	return false;
}

static void take_glue(struct walk *w, struct zone *z, struct ns *n, const struct section *from, uint16_t type)
{
	const struct rrset *set = section_find(from, n->name, type);
	if (set == NULL || set->class != CLASS_IN)
		return;
	for (uint16_t i = 0; i < set->n; i++) {
		struct addr a;
		if (!addr_from_ip(set->rd[i].at, set->rd[i].len, w->e->setup.port, &a) || has_addr(n, &a))
			continue;
		if (n->glue.n >= LIMIT_ADDRS_PER_NS) {
			z->ns_left_out++;
			continue;
		}
		list_push(w->arena, &n->glue, a);
		if (ns_is_asked(z, n))
			zone_add_address(w, z, &a, n->name);
	}
}

static void take_ns(struct walk *w, struct zone *z, const struct rrset *ns, const struct message *m)
{
	for (uint16_t i = 0; i < ns->n; i++) {
		struct ns *n = zone_add_ns(w, z, rdata_name(ns->rd[i]));
		if (n == NULL)
			continue;
		n->in_parent = true;
		if (!name_is_under(n->name, z->parent->name))
			continue;
		take_glue(w, z, n, &m->additional, TYPE_A);
		take_glue(w, z, n, &m->additional, TYPE_AAAA);
	}
}

/* ---- no glue at all: who asks the parent for the addresses may get them, BIND does (RFC 9471 2.1) ---- */

static bool lacks_glue(const struct ns *n)
{
	return n->in_parent && n->glue_needed && n->glue.n == 0;
}

static struct ns *first_lacking(const struct zone *z)
{
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (lacks_glue(z->ns.at[i]))
			return z->ns.at[i];
	return NULL;
}

bool glue_pending(struct walk *w, const struct zone *z)
{
	const struct ns *n = z->servers.n == 0 && w->e->setup.depth != DEPTH_QUICK ? first_lacking(z) : NULL;
	bool waiting = false;
	for (uint32_t i = 0, asked = 0; n != NULL && i < z->views.n && asked < GLUE_SERVERS; i++) {
		if (z->views.at[i].referral == NULL)
			continue;
		waiting |= !look_want(w, z->views.at[i].parent, LOOK_QUESTION, n->name, TYPE_A, false)->settled;
		asked++;
	}
	return waiting;
}

void glue_arrived(struct walk *w, const struct look *l)
{
	for (uint32_t i = 0; l->m != NULL && i < w->tree.zones.n; i++) {
		struct zone *z = w->tree.zones.at[i];
		if (z->parent != l->server->zone || zone_ns(z, l->name) == NULL)
			continue;
		for (uint32_t k = 0; k < z->ns.n; k++) {
			struct ns *n = z->ns.at[k];
			if (!lacks_glue(n))
				continue;
			take_glue(w, z, n, &l->m->additional, TYPE_A);
			take_glue(w, z, n, &l->m->additional, TYPE_AAAA);
			take_glue(w, z, n, &l->m->answer, TYPE_A);
			n->glue_on_asking = n->glue.n > 0;
		}
		zone_dirty(w, z);
	}
}

struct zone *zone_take_referral(struct walk *w, struct server *parent, const struct look *l,
				const struct rrset *ns)
{
	struct zone *z = tree_zone(&w->tree, ns->owner);
	if (z == NULL)
		z = zone_make(w, ns->owner, parent->zone);
	if (z == NULL || z->parent != parent->zone)
		return z;
	struct cut_view *v = zone_view(w, z, parent);
	if (v->referral != NULL)
		return z;
	v->referral = l;
	z->no_cut_seen = false;
	if (section_find(&l->m->authority, z->name, TYPE_DS) != NULL)
		ground_of(z)->has_keys = true;
	take_ns(w, z, ns, l->m);
	zone_dirty(w, z);
	zone_dirty(w, parent->zone);
	return z;
}
