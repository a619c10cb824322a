/* Cuts that no referral shows, because parent and child are served by the same addresses: the answer, or the
 * referral further down, comes straight from the child. Signers and SOA owners name the zone that spoke; where an answer below signed
 * keys is not signed, an insecure delegation may lie between, and DS is asked for label by label as
 * validators do (RFC 4035 5.2). */
#include "walk/inside.h"

enum cut_sign { CUT_WAIT, CUT_FOUND, CUT_MAYBE, CUT_NONE, CUT_NO_NAME };
enum { SEARCH_LABELS = 10, SEARCH_SERVERS = 2 };

static bool spoke(const struct walk *w, const struct leg *l, const struct server *s)
{
	const struct look *look = server_look(s, LOOK_QUESTION, l->name, l->type);
	if (look == NULL || look->m == NULL)
		return false;
	struct meaning m = classify(w->arena, l->zone->name, l->name, l->type, look->m);
	const uint8_t *held = path_of((struct leg *)l)->cut;
	return meaning_ends(&m) || (m.kind == MEANS_REFERRAL && held != NULL && name_equal(m.ns->owner, held));
}

/* A referral over more than one label may come from a zone in between that the same server has too: a signer there says
 * so, and so may the lack of any signature below signed keys. The cut is not believed before that is known. */
bool hidden_above(const struct walk *w, struct zone *z, const struct meaning *referral)
{
	const uint8_t *cut = referral->ns->owner;
	if (name_labels(cut) <= name_labels(z->name) + 1 || tree_zone(&w->tree, cut) != NULL)
		return false;
	if (referral->apex != NULL && name_is_strictly_under(cut, referral->apex))
		return true;
	return !referral->is_signed && ground_of(z)->has_keys;
}

/* NSEC at the name itself, of the parent's side: NS without SOA (RFC 6840 4.1). */
static bool nsec_says_cut(const struct message *m, const uint8_t *name)
{
	const struct rrset *r = section_find(&m->authority, name, TYPE_NSEC);
	if (r == NULL)
		return false;
	struct nsec n = rdata_nsec(r->rd[0]);
	return bitmap_has(n.bitmap, n.bitmap_len, TYPE_NS) && !bitmap_has(n.bitmap, n.bitmap_len, TYPE_SOA);
}

/* A record of the chain at the name stands alone (RFC 5155 7.2.3): NS without SOA is the parent's side of a cut. More than
 * one, or the apex's own, show instead that the name is in none: under opt-out an insecure delegation may be there, and
 * validators take it for one (RFC 5155 7.2.4, 8.6). */
static enum cut_sign nsec3_says(const struct message *m)
{
	uint16_t n = 0;
	bool ns = false, soa = false, opt_out = false;
	for (uint16_t i = 0; i < m->authority.n; i++) {
		const struct rrset *r = &m->authority.at[i];
		if (r->type != TYPE_NSEC3 || r->n == 0)
			continue;
		struct nsec3 at = rdata_nsec3(r->rd[0]);
		n++;
		ns |= bitmap_has(at.bitmap, at.bitmap_len, TYPE_NS);
		soa |= bitmap_has(at.bitmap, at.bitmap_len, TYPE_SOA);
		opt_out |= (at.flags & NSEC3_OPTOUT) != 0;
	}
	if (n == 1 && !soa)
		return ns ? CUT_FOUND : CUT_NONE;
	return opt_out ? CUT_MAYBE : CUT_NONE;
}

static enum cut_sign ds_says(const struct walk *w, const struct zone *z, const uint8_t *name,
			     const struct look *ds)
{
	struct meaning m = classify(w->arena, z->name, name, TYPE_DS, ds->m);
	if (m.kind == MEANS_DATA || (m.apex != NULL && name_equal(m.apex, name)))
		return CUT_FOUND;
	if (m.kind == MEANS_NXDOMAIN)
		return CUT_NO_NAME;
	if (m.kind != MEANS_NODATA)
		return CUT_NONE;
	return nsec_says_cut(ds->m, name) ? CUT_FOUND : nsec3_says(ds->m);
}

static bool soa_says_cut(const struct look *soa, const uint8_t *name)
{
	return soa->m != NULL && soa->m->aa && section_find(&soa->m->answer, name, TYPE_SOA) != NULL;
}

/* A server that has the zone above and the one that spoke need not have the zone between: asked for that one's SOA it refers to
 * whoever has. NULL where it does not. */
static const struct rrset *refers_on(const struct walk *w, const struct leg *l, const struct server *s, const uint8_t *name)
{
	const struct look *soa = server_look(s, LOOK_SOA, name, TYPE_SOA);
	if (soa == NULL || soa->m == NULL)
		return NULL;
	struct meaning m = classify(w->arena, l->zone->name, name, TYPE_SOA, soa->m);
	return m.kind == MEANS_REFERRAL && name_equal(m.ns->owner, name) ? m.ns : NULL;
}

static enum cut_sign cut_at(struct walk *w, struct leg *l, const uint8_t *name)
{
	enum cut_sign sign = CUT_NONE;
	uint32_t asked = 0;
	for (uint32_t i = 0; i < l->zone->servers.n && asked < SEARCH_SERVERS; i++) {
		struct server *s = l->zone->servers.at[i];
		if (!spoke(w, l, s))
			continue;
		asked++;
		const struct look *ds = look_want(w, s, LOOK_DS, name, TYPE_DS, false);
		const struct look *soa = look_want(w, s, LOOK_SOA, name, TYPE_SOA, true);
		enum cut_sign says = ds_says(w, l->zone, name, ds);
		if (soa_says_cut(soa, name) || (soa->settled && (says == CUT_FOUND || refers_on(w, l, s, name) != NULL)))
			return CUT_FOUND;
		if (!ds->settled || !soa->settled)
			sign = CUT_WAIT;
		else if (sign == CUT_NONE)
			sign = says;
	}
	return sign;
}

/* Of all servers of this zone that refer to the one at the name. */
static struct zone *take_referrals_on(struct walk *w, struct leg *l, const uint8_t *name)
{
	struct zone *z = NULL;
	for (uint32_t i = 0; i < l->zone->servers.n; i++) {
		struct server *s = l->zone->servers.at[i];
		const struct rrset *ns = refers_on(w, l, s, name);
		if (ns != NULL)
			z = zone_take_referral(w, s, server_look(s, LOOK_SOA, name, TYPE_SOA), ns);
	}
	return z;
}

static void descend_hidden(struct walk *w, struct leg *l, const uint8_t *name)
{
	struct zone *above = l->zone, *z = tree_zone(&w->tree, name);
	bool is_new = z == NULL;
	if (is_new && (z = take_referrals_on(w, l, name)) == NULL)
		z = zone_make(w, name, above);
	is_new &= z != NULL && z->views.n == 0;
	if (z == NULL) {
		path_of(l)->search_over = true;
		return;
	}
	z->no_cut_seen |= is_new;
	for (uint32_t i = 0; z->no_cut_seen && i < above->servers.n; i++) {
		struct server *s = above->servers.at[i];
		if (!spoke(w, l, s))
			continue;
		zone_add_address(w, z, &s->addr, NULL);
		zone_view(w, z, s)->ds = server_look(s, LOOK_DS, z->name, TYPE_DS);
	}
	leg_descend(w, l, z);
}

/* Nothing lies between: the referral is what it seemed to be. */
static void take_held_referral(struct walk *w, struct leg *l)
{
	struct path *p = path_of(l);
	struct zone *child = NULL, *z = l->zone;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct look *look = server_look(z->servers.at[i], LOOK_QUESTION, l->name, l->type);
		struct meaning m = classify(w->arena, z->name, l->name, l->type, look != NULL ? look->m : NULL);
		if (m.kind == MEANS_REFERRAL && name_equal(m.ns->owner, p->cut))
			child = zone_take_referral(w, z->servers.at[i], look, m.ns);
	}
	p->cut = NULL;
	p->dirty = w->any_dirty = true;
	if (child != NULL)
		leg_descend(w, l, child);
}

static uint8_t search_goal(const struct leg *l)
{
	const struct path *p = path_of((struct leg *)l);
	uint8_t here = name_labels(l->zone->name), goal = here;
	if (p->unsigned_answer && ground_of(l->zone)->serves_keys) {
		uint8_t all =
			(uint8_t)(name_labels(l->name) - (l->type == TYPE_DS && name_labels(l->name) > 0));
		goal = all < here + SEARCH_LABELS ? all : (uint8_t)(here + SEARCH_LABELS);
	}
	if (p->apex != NULL && name_labels(p->apex) > goal)
		goal = name_labels(p->apex);
	if (p->cut != NULL && name_labels(p->cut) > goal + 1 && goal < here + SEARCH_LABELS)
		goal = (uint8_t)(name_labels(p->cut) - 1);
	return goal;
}

/* Nowhere a certain cut: the topmost that opt-out leaves possible is where validators end. */
static void take_possible_cut(struct walk *w, struct leg *l)
{
	const uint8_t *name = path_of(l)->possible;
	path_of(l)->possible = NULL;
	descend_hidden(w, l, name);
}

void hidden_search(struct walk *w, struct leg *l)
{
	struct path *p = path_of(l);
	uint8_t here = name_labels(l->zone->name), goal = search_goal(l);
	while (!p->search_over && p->searched < goal) {
		const uint8_t *name = name_suffix(l->name, (uint8_t)(p->searched + 1));
		bool apex = p->apex != NULL && name_equal(name, p->apex);
		if (!apex && p->apex != NULL && p->searched >= here + SEARCH_LABELS) {
			p->searched++;  /* deeper than anyone delegates: go to the apex that was named */
			continue;
		}
		enum cut_sign sign = apex ? CUT_FOUND : cut_at(w, l, name);
		if (sign == CUT_FOUND)
			descend_hidden(w, l, name);
		if (sign == CUT_FOUND || sign == CUT_WAIT)
			return;
		if (sign == CUT_MAYBE && p->possible == NULL)
			p->possible = name;
		p->search_over = sign == CUT_NO_NAME && p->apex == NULL;
		p->searched++;
	}
	if (p->cut != NULL)
		take_held_referral(w, l);
	else if (p->possible != NULL)
		take_possible_cut(w, l);
}
