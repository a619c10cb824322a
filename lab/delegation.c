/* delegation -- what a parent says of its children: NS, glue, DS. */
#include "lab/inside.h"
#include <stdio.h>

static void add_ns(struct view *v, const struct lab_zone *child, const uint8_t *ns)
{
	contents_add(v, child->name, v->zone->ttl, TYPE_NS, (struct rdata){ ns, name_len(ns) });
}

/* A name server's name needs glue here when it lies in this zone but in none of its authoritative parts. */
static bool wants_glue(const struct view *v, const uint8_t *ns)
{
	return name_is_under(ns, v->zone->name) && world_zone_of(v->w, ns) != v->zone;
}

/* All addresses the world knows for a host: of any zone's servers and of records. */
static void add_known_addrs(struct view *v, const uint8_t *host)
{
	const struct world *w = v->w;
	for (uint32_t i = 0; i < w->zones.n; i++)
		for (uint32_t s = 0; s < w->zones.at[i]->servers.n; s++)
			if (name_equal(w->zones.at[i]->servers.at[s].name, host))
				contents_add_addrs(v, host, v->zone->ttl,
						   &w->zones.at[i]->servers.at[s].addrs);
	for (uint32_t i = 0; i < w->records.n; i++) {
		const struct zone_record *rr = &w->records.at[i].rr;
		if (w->records.at[i].zone == NULL && name_equal(rr->owner, host) &&
		    (rr->type == TYPE_A || rr->type == TYPE_AAAA))
			contents_add(v, host, v->zone->ttl, rr->type, rr->rd);
	}
}

static void add_child(struct view *v, const struct lab_zone *child)
{
	for (uint32_t i = 0; i < child->servers.n; i++) {
		const struct ns_spec *spec = &child->servers.at[i];
		add_ns(v, child, spec->name);
		if (!wants_glue(v, spec->name))
			continue;
		if (spec->addrs.n > 0)
			contents_add_addrs(v, spec->name, v->zone->ttl, &spec->addrs);
		else
			add_known_addrs(v, spec->name);
	}
	rdata_list ds = ds_of_child(v, child);
	for (uint32_t i = 0; i < ds.n; i++)
		contents_add(v, child->name, v->zone->ttl, TYPE_DS, ds.at[i]);
}

static void drop_glue(struct view *v, const uint8_t *host)
{
	if (!wants_glue(v, host))
		return;
	contents_drop(v, host, TYPE_A, true);
	contents_drop(v, host, TYPE_AAAA, true);
}

static void drop_all_glue(struct view *v, const struct lab_zone *child)
{
	const struct lab_rrset *ns = view_rrset(v, child->name, TYPE_NS);
	for (uint32_t i = 0; ns != NULL && i < ns->rds.n; i++)
		drop_glue(v, rdata_name(ns->rds.at[i]));
}

static void undelegate(struct view *v, const struct lab_zone *child)
{
	uint32_t first, n = view_n_under(v, child->name, &first);
	for (uint32_t i = 0; i < n; i++)
		v->nodes.at[first + i]->sets.n = 0;
}

static void set_ns(struct view *v, const struct lab_break *b)
{
	drop_all_glue(v, b->zone);
	contents_drop(v, b->zone->name, TYPE_NS, true);
	for (uint32_t i = 0; i < b->servers.n; i++) {
		add_ns(v, b->zone, b->servers.at[i].name);
		if (name_is_under(b->servers.at[i].name, v->zone->name))
			contents_add_addrs(v, b->servers.at[i].name, v->zone->ttl, &b->servers.at[i].addrs);
	}
}

static void set_many(struct view *v, const struct lab_break *b)
{
	const uint8_t *under = param_find(&b->p, "under")->names.at[0];
	const struct param *from = param_find(&b->p, "from");
	struct addr addr = from != NULL ? from->addr : (struct addr){ .family = 4 };
	drop_all_glue(v, b->zone);
	contents_drop(v, b->zone->name, TYPE_NS, true);
	for (unsigned i = 1; i <= (unsigned)param_number(&b->p, "many", 0); i++) {
		char label[16];
		int n = snprintf(label, sizeof label, "n%u", i);
		const uint8_t *ns = name_prepend(v->w->arena, label, (uint8_t)n, under);
		if (ns == NULL)
			return;
		add_ns(v, b->zone, ns);
		if (from != NULL)
			contents_add_addrs(v, ns, v->zone->ttl, &(addr_list){ .at = &addr, .n = 1 });
		for (unsigned k = addr.family == 4 ? 4 : 16; k-- > 0 && ++addr.ip[k] == 0;)
			;
	}
}

static void delegation_apply(struct view *v, const struct lab_break *b)
{
	if (param_has(&b->p, "none"))
		undelegate(v, b->zone);
	else if (param_has(&b->p, "many"))
		set_many(v, b);
	else if (param_has(&b->p, "ns"))
		set_ns(v, b);
	else if (b->servers.n == 0)
		drop_all_glue(v, b->zone);
	for (uint32_t i = 0; !param_has(&b->p, "ns") && i < b->servers.n; i++) { /* glue, no-glue */
		drop_glue(v, b->servers.at[i].name);
		contents_add_addrs(v, b->servers.at[i].name, v->zone->ttl, &b->servers.at[i].addrs);
	}
}

void delegation_add(struct view *v)
{
	for (uint32_t i = 0; i < v->w->zones.n; i++)
		if (v->w->zones.at[i]->parent == v->zone)
			add_child(v, v->w->zones.at[i]);
	for (uint32_t i = 0; i < v->breaks.n; i++)
		if (v->breaks.at[i]->what == BREAK_DELEGATION)
			delegation_apply(v, v->breaks.at[i]);
}
