/* contents -- the records of a view: apex, servers, records, delegations, keys, in canonical order. */
#include "lab/inside.h"
#include <assert.h>
#include <string.h>

static bool break_applies(const struct lab_break *b, const struct lab_zone *z, const struct addr *server)
{
	return b->in == z && (b->at == NULL || (server != NULL && addrs_have(&b->at_addrs, server)));
}

static bool view_is_for(const struct view *v, const struct world *w, const struct addr *server)
{
	uint32_t k = 0;
	for (uint32_t i = 0; i < w->breaks.n; i++) {
		if (!break_applies(w->breaks.at[i], v->zone, server))
			continue;
		if (k == v->breaks.n || v->breaks.at[k] != w->breaks.at[i])
			return false;
		k++;
	}
	return k == v->breaks.n;
}

struct view *world_view(struct world *w, struct lab_zone *z, const struct addr *server)
{
	for (uint32_t i = 0; i < z->views.n; i++)
		if (view_is_for(z->views.at[i], w, server))
			return z->views.at[i];
	struct view *v = ARENA_NEW(w->arena, struct view);
	*v = (struct view){ .w = w, .zone = z, .is_signed = z->is_signed, .denial = z->denial };
	for (uint32_t i = 0; i < w->breaks.n; i++)
		if (break_applies(w->breaks.at[i], z, server))
			list_push(w->arena, &v->breaks, w->breaks.at[i]);
	list_push(w->arena, &z->views, v);
	contents_build(v);
	return v;
}

static void add_soa(struct view *v)
{
	const struct lab_zone *z = v->zone;
	uint32_t serial = z->serial;
	for (uint32_t i = 0; i < v->breaks.n; i++)
		if (v->breaks.at[i]->what == BREAK_SERIAL)
			serial = (uint32_t)param_number(&v->breaks.at[i]->p, "serial", serial);
	const uint8_t *mname = z->servers.n > 0 ? z->servers.at[0].name : z->name;
	const uint8_t *rname = name_prepend(v->w->arena, "hostmaster", 10, z->name);
	uint16_t m = name_len(mname), r = name_len(rname);
	uint8_t *at = arena_alloc(v->w->arena, (size_t)m + r + 20);
	const uint32_t numbers[5] = { serial, 7200, 1800, 1209600, z->negative_ttl };
	memcpy(at, mname, m);
	memcpy(at + m, rname, r);
	for (unsigned i = 0; i < 5; i++)
		for (unsigned k = 0; k < 4; k++)
			at[m + r + 4 * i + k] = (uint8_t)(numbers[i] >> (24 - 8 * k));
	contents_add(v, z->name, z->ttl, TYPE_SOA, (struct rdata){ at, (uint16_t)(m + r + 20) });
	v->nsec_ttl = z->negative_ttl < z->ttl ? z->negative_ttl : z->ttl;
}

static void add_apex_ns(struct view *v)
{
	for (uint32_t i = 0; i < v->zone->servers.n; i++) {
		const uint8_t *name = v->zone->servers.at[i].name;
		contents_add(v, v->zone->name, v->zone->ttl, TYPE_NS, (struct rdata){ name, name_len(name) });
	}
}

/* No zone of the world is nearer to it; most names of a large world are not even below this one. */
static bool belongs_here(const struct view *v, const uint8_t *name)
{
	return name_is_under(name, v->zone->name) && world_zone_of(v->w, name) == v->zone;
}

/* Name servers of any zone whose name belongs into this one. */
static void add_hosts(struct view *v)
{
	const struct world *w = v->w;
	for (uint32_t i = 0; i < w->zones.n; i++)
		for (uint32_t s = 0; s < w->zones.at[i]->servers.n; s++) {
			const struct ns_spec *spec = &w->zones.at[i]->servers.at[s];
			if (belongs_here(v, spec->name))
				contents_add_addrs(v, spec->name, v->zone->ttl, &spec->addrs);
		}
}

static void add_records(struct view *v)
{
	for (uint32_t i = 0; i < v->w->records.n; i++) {
		const struct lab_record *r = &v->w->records.at[i];
		if (r->zone != NULL ? name_equal(r->zone, v->zone->name) : belongs_here(v, r->rr.owner))
			contents_add(v, r->rr.owner, r->rr.ttl, r->rr.type, r->rr.rd);
	}
}

/* Empty non-terminals (RFC 4592 2.2.2), zone cuts and what lies below them. */
static void shape_nodes(struct view *v)
{
	uint8_t apex_labels = name_labels(v->zone->name);
	for (uint32_t i = v->nodes.n; i-- > 0;) /* a name whose records were all dropped */
		if (v->nodes.at[i]->sets.n == 0 && !v->nodes.at[i]->is_ent)
			memmove(v->nodes.at + i, v->nodes.at + i + 1,
				(--v->nodes.n - i) * sizeof *v->nodes.at);
	for (uint32_t i = 0; i < v->nodes.n; i++) {
		const uint8_t *name = v->nodes.at[i]->name;
		if (!name_is_under(name, v->zone->name))
			continue;
		for (uint8_t k = 1; name_labels(name) > apex_labels + k; k++)
			if (view_node(v, name_strip(name, k)) == NULL) {
				view_node_make(v, name_strip(name, k))->is_ent = true;
				i++; /* an ancestor comes before its descendants */
			}
	}
	const uint8_t *cut = NULL;
	for (uint32_t i = 0; i < v->nodes.n; i++) {
		struct node *n = v->nodes.at[i];
		n->below_cut = (cut != NULL && name_is_strictly_under(n->name, cut)) ||
			       !name_is_under(n->name, v->zone->name);
		n->is_cut = !n->below_cut && node_rrset(n, TYPE_NS) != NULL &&
			    !name_equal(n->name, v->zone->name);
		if (n->is_cut)
			cut = n->name;
		for (uint32_t s = 0; s < n->sets.n; s++)
			n->sets.at[s]->is_signed = v->is_signed && !n->below_cut &&
						   (!n->is_cut || n->sets.at[s]->type == TYPE_DS);
	}
}

/* What has a say in how the whole view is made, before anything is in it. */
static void settings_apply(struct view *v)
{
	static const struct {
		const char *word;
		struct denial_rule rule;
	} uses[] = {
		{ "nsec", { .kind = DENIAL_NSEC } },
		{ "nsec3", { .kind = DENIAL_NSEC3 } },
		{ "opt-out", { .kind = DENIAL_NSEC3, .opt_out = true } },
		{ "compact", { .kind = DENIAL_COMPACT } },
	};
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct lab_break *b = v->breaks.at[i];
		if (b->what == BREAK_UNSIGNED)
			v->is_signed = false;
		if (b->what != BREAK_DENIAL)
			continue;
		for (unsigned k = 0; k < 4; k++)
			if (param_is(&b->p, "use", uses[k].word))
				v->denial = uses[k].rule;
		v->denial.iterations = (uint16_t)param_number(&b->p, "iterations", v->denial.iterations);
		if (param_has(&b->p, "salt"))
			v->denial.salt = param_find(&b->p, "salt")->hex;
	}
}

static void add_nsec3param(struct view *v)
{
	uint8_t *at = arena_alloc(v->w->arena, 5 + v->denial.salt.len);
	struct rdata rd = { at, (uint16_t)(5 + v->denial.salt.len) };
	at[0] = 1;
	at[2] = (uint8_t)(v->denial.iterations >> 8);
	at[3] = (uint8_t)v->denial.iterations;
	at[4] = (uint8_t)v->denial.salt.len;
	if (v->denial.salt.len > 0)
		memcpy(at + 5, v->denial.salt.at, v->denial.salt.len);
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct param *p = param_find(&v->breaks.at[i]->p, "nsec3param");
		struct zone_record rr;
		struct err_at err;
		struct reading r = { .arena = v->w->arena, .at = &err };
		if (v->breaks.at[i]->what != BREAK_DENIAL || p == NULL)
			continue;
		if (strcmp(p->text, "missing") == 0)
			return;
		if (read_rr(&r, arena_printf(v->w->arena, "@ 0 NSEC3PARAM %s", p->text), v->zone->name, &rr))
			rd = rr.rd;
	}
	contents_add(v, v->zone->name, 0, TYPE_NSEC3PARAM, rd);
}

void contents_build(struct view *v)
{
	settings_apply(v);
	add_soa(v);
	add_apex_ns(v);
	add_hosts(v);
	add_records(v);
	delegation_add(v);
	if (v->is_signed && v->denial.kind == DENIAL_NSEC3)
		add_nsec3param(v);
	if (v->is_signed)
		keys_publish(v);
	for (uint32_t i = 0; i < v->breaks.n; i++)
		contents_apply(v, v->breaks.at[i]);
	shape_nodes(v);
	for (uint32_t i = 0; i < v->breaks.n; i++)
		contents_apply_ttl(v, v->breaks.at[i]);
	v->is_built = true;
}
