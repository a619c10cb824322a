/* Addresses of name servers. Glue and hints are used at once; names elsewhere are looked up by legs of
 * their own, a few at a time and within limits (NXNSAttack, CVE-2020-12662); names inside the zone itself
 * can only be asked of its own servers. */
#include "walk/inside.h"

enum { PENDING_WIDE = 8, PENDING_NARROW = 2, NARROW_SERVERS = 2 };

static bool is_pending(const struct ns *n)
{
	return n->leg != NULL && n->outcome == NS_NOT_LOOKED;
}

static uint32_t count_pending(const struct zone *z)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < z->ns.n; i++)
		n += is_pending(z->ns.at[i]);
	return n;
}

bool hosts_pending(const struct zone *z)
{
	return count_pending(z) > 0;
}

/* Asked already and of no use. */
static bool is_spent(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		if (l->kind == LOOK_QUESTION && l->settled &&
		    (l->m == NULL || (l->m->rcode != RCODE_NOERROR && l->m->rcode != RCODE_NXDOMAIN)))
			return true;
	}
	return s->forbidden || endpoint_given_up(post_of((struct server *)s)->e);
}

static bool need_another(const struct walk *w, const struct zone *z)
{
	uint32_t pending = count_pending(z), hopeful = pending;
	if (zone_is_wide(w, z))
		return pending < PENDING_WIDE;
	for (uint32_t i = 0; i < z->servers.n && hopeful < NARROW_SERVERS; i++)
		hopeful += !is_spent(z->servers.at[i]);
	return pending < PENDING_NARROW && hopeful < NARROW_SERVERS;
}

void host_end(struct walk *w, struct zone *z, struct ns *n, enum ns_found outcome)
{
	if (n->outcome == outcome)
		return;
	n->outcome = outcome;
	zone_dirty(w, z);
}

static void look_up(struct walk *w, struct zone *z, struct ns *n)
{
	uint8_t depth = (uint8_t)(ground_of(z)->depth + 1);
	struct leg *a = leg_find_for_ns(w, n->name, TYPE_A);
	if (a == NULL && (depth > LIMIT_SUBWALK_DEPTH || w->nxdomains >= LIMIT_SUBWALK_NXDOMAIN ||
			  !budget_spend(w->budget, BUDGET_SUBWALKS, 1))) {
		w->tree.budget_hit |= 1u << BUDGET_SUBWALKS;
		host_end(w, z, n, NS_OVER_BUDGET);
		return;
	}
	if (a == NULL) {
		a = leg_make(w, n->name, TYPE_A, NULL, n, depth);
		struct leg *aaaa = leg_make(w, n->name, TYPE_AAAA, NULL, n, depth);
		a->sibling = aaaa;
		aaaa->sibling = a;
	}
	n->leg = a;
	hosts_leg_changed(w, a);
}

static bool glue_is_spent(const struct zone *z, const struct ns *n)
{
	for (uint32_t i = 0; i < z->servers.n; i++)
		for (uint32_t k = 0; k < z->servers.at[i]->names.n; k++)
			if (name_equal(z->servers.at[i]->names.at[k], n->name) && !is_spent(z->servers.at[i]))
				return false;
	return true;
}

/* Names elsewhere: at once without glue. With a sibling's glue only to compare (the question's own zone)
 * or where it proved useless, for a resolver would look further too. Names of the child's set alone are
 * extra. */
static bool is_to_be_found(const struct walk *w, const struct zone *z, const struct ns *n)
{
	if (n->glue_needed || n->found.n > 0 || n->leg != NULL || n->outcome != NS_NOT_LOOKED)
		return false;
	if (n->glue.n > 0)
		return zone_is_wide(w, z) ? extras_open(w, z) && w->tree.legs.at[0]->zone == z
					  : glue_is_spent(z, n);
	return n->in_parent || extras_open(w, z);
}

void hosts_advance(struct walk *w, struct zone *z)
{
	if (!ground_of(z)->visited || w->stopped)
		return;
	for (uint32_t i = 0; i < z->ns.n && i < LIMIT_NS_ASKED; i++) {
		if (!is_to_be_found(w, z, z->ns.at[i]))
			continue;
		if (!need_another(w, z))
			return;
		look_up(w, z, z->ns.at[i]);
	}
}

static bool take_address(struct walk *w, struct zone *z, struct ns *n, struct rdata rd)
{
	struct addr a;
	if (!addr_from_ip(rd.at, rd.len, w->e->setup.port, &a))
		return false;
	for (uint32_t i = 0; i < n->found.n; i++)
		if (addr_equal(&n->found.at[i], &a))
			return true;
	if (n->found.n >= LIMIT_ADDRS_PER_NS) {
		z->ns_left_out++;
		return true;
	}
	list_push(w->arena, &n->found, a);
	if (ns_is_asked(z, n))
		zone_add_address(w, z, &a, n->name);
	return true;
}

static void take_addresses(struct walk *w, struct zone *z, struct ns *n, const struct message *m,
			   const uint8_t *owner, uint16_t type)
{
	const struct rrset *set = m == NULL ? NULL : section_find(&m->answer, owner, type);
	for (uint16_t i = 0; set != NULL && i < set->n; i++)
		take_address(w, z, n, set->rd[i]);
}

/* The leg where this one's aliases end. */
static struct leg *leg_last(struct leg *l)
{
	while (path_of(l)->n_next > 0)
		l = path_of(l)->next[0];
	return l;
}

static void take_leg(struct walk *w, struct zone *z, struct ns *n, const struct leg *last)
{
	for (uint32_t i = 0; last->zone != NULL && i < last->zone->servers.n; i++) {
		const struct look *l =
			server_look(last->zone->servers.at[i], LOOK_QUESTION, last->name, last->type);
		if (l != NULL)
			take_addresses(w, z, n, l->m, last->name, last->type);
	}
}

static enum ns_found how_it_ended(struct walk *w, const struct ns *n, struct leg *a, struct leg *aaaa)
{
	if (n->found.n > 0)
		return NS_ADDRESSES;
	if (leg_is_open(a) || leg_is_open(aaaa))
		return NS_NOT_LOOKED;
	if (a->end == LEG_ANSWERED && path_of(a)->answer == MEANS_NXDOMAIN) {
		w->nxdomains = (uint8_t)(w->nxdomains + (w->nxdomains < UINT8_MAX));
		return NS_NXDOMAIN;
	}
	if (a->end == LEG_ANSWERED && aaaa->end == LEG_ANSWERED)
		return NS_NO_ADDRESS;
	return path_of(a)->over_budget || path_of(aaaa)->over_budget ? NS_OVER_BUDGET : NS_UNRESOLVABLE;
}

static void update(struct walk *w, struct zone *z, struct ns *n)
{
	struct leg *a = leg_last(n->leg), *aaaa = leg_last(n->leg->sibling);
	n->is_cname |= a != n->leg || aaaa != n->leg->sibling;
	take_leg(w, z, n, a);
	take_leg(w, z, n, aaaa);
	if (n->outcome == NS_NOT_LOOKED || (n->found.n > 0 && n->outcome != NS_ADDRESSES))
		host_end(w, z, n, how_it_ended(w, n, a, aaaa));
}

void hosts_leg_changed(struct walk *w, const struct leg *l)
{
	while (l->from != NULL)
		l = l->from;
	if (l->for_ns == NULL)
		return;
	for (uint32_t i = 0; i < w->tree.zones.n; i++) {
		struct zone *z = w->tree.zones.at[i];
		for (uint32_t k = 0; k < z->ns.n; k++) {
			struct ns *n = z->ns.at[k];
			if (n->leg != NULL && (n->leg == l || n->leg->sibling == l) &&
			    n->leg->sibling != NULL)
				update(w, z, n);
		}
	}
}

static bool is_nodata(const struct walk *w, const struct look *l, const struct ns *n, uint16_t type)
{
	const struct look *other = server_look(l->server, LOOK_QUESTION, n->name, type);
	return other != NULL &&
	       classify(w->arena, l->server->zone->name, n->name, type, other->m).kind == MEANS_NODATA;
}

void hosts_take_own(struct walk *w, struct zone *z, const struct look *l, const struct meaning *m)
{
	struct ns *n = zone_ns(z, l->name);
	if (n == NULL || !n->glue_needed || (l->type != TYPE_A && l->type != TYPE_AAAA))
		return;
	bool believed = n->glue.n == 0 || m->is_signed || !ground_of(z)->serves_keys;   /* a parked server has one address for all */
	if (m->kind == MEANS_DATA) {
		if (believed)
			take_addresses(w, z, n, l->m, n->name, l->type);
		host_end(w, z, n, NS_ADDRESSES);
	} else if (m->kind == MEANS_ALIAS) {
		n->is_cname = true;
	} else if (n->glue.n == 0 && n->found.n == 0 && m->kind == MEANS_NXDOMAIN) {
		host_end(w, z, n, NS_NXDOMAIN);
	} else if (n->glue.n == 0 && n->found.n == 0 && is_nodata(w, l, n, TYPE_A) &&
		   is_nodata(w, l, n, TYPE_AAAA)) {
		host_end(w, z, n, NS_NO_ADDRESS);
	}
}
