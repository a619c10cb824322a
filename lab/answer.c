/* answer -- the algorithm of RFC 1034 4.3.2 with RFC 4035 3.1, RFC 5155 7.2, RFC 6672 3.2 and RFC 9824. */
#include "lab/answer.h"

enum { CHAIN_MAX = 32 }; /* CNAMEs followed in one answer; well above what resolvers follow */

/* As far as the parents' contents go, those that no `at=` restricts. */
static bool is_delegated(struct world *w, struct lab_zone *z)
{
	return z->parent == NULL || (view_rrset(world_view(w, z->parent, NULL), z->name, TYPE_NS) != NULL &&
				     is_delegated(w, z->parent));
}

struct lab_zone *host_zone(struct world *w, const struct addr *server, const uint8_t *name, uint16_t type)
{
	struct lab_zone *apex = NULL;
	for (uint8_t k = 0; k <= name_labels(name); k++) {
		struct lab_zone *z = world_zone(w, name_strip(name, k));
		if (z == NULL || (server == NULL ? !is_delegated(w, z) : !zone_serves(z, server)))
			continue;
		if (type != TYPE_DS || k > 0 || *name == 0)
			return z;
		apex = z;
	}
	return apex;
}

static void add_addrs(struct answer *n, struct view *v, const struct lab_rrset *ns, bool optional)
{
	static const uint16_t types[] = { TYPE_A, TYPE_AAAA };
	for (uint32_t i = 0; i < ns->rds.n; i++)
		for (unsigned t = 0; t < 2; t++) {
			struct lab_rrset *s = view_rrset(v, rdata_name(ns->rds.at[i]), types[t]);
			if (s == NULL)
				continue;
			answer_add(n, WRITE_ADDITIONAL, v, s, s->owner);
			n->items.at[n->items.n - 1].optional = optional;
		}
}

static void refer(struct answer *n, struct view *v, struct node *cut)
{
	struct lab_rrset *ns = node_rrset(cut, TYPE_NS), *ds = node_rrset(cut, TYPE_DS);
	n->kind = n->items.n > 0 ? n->kind : KIND_REFERRAL;
	n->cut = cut->name;
	answer_add(n, WRITE_AUTHORITY, v, ns, ns->owner);
	if (n->dnssec && ds != NULL)
		answer_add(n, WRITE_AUTHORITY, v, ds, ds->owner);
	else if (n->dnssec && v->is_signed)
		deny_ds(n, v, cut->name);
	add_addrs(n, v, ns, false);
}

static void no_data(struct answer *n, struct view *v, const uint8_t *qname, struct node *at, uint16_t qtype)
{
	if (n->items.n == 0)
		n->kind = KIND_NODATA;
	deny_soa(n, v);
	if (n->dnssec && v->is_signed)
		deny_type(n, v, qname, at, qtype);
	if (n->dnssec && v->is_signed)
		deny_pad(n, v);
	const struct param *rcode = denial_param(v, "rcode");
	if (rcode != NULL && rcode->text[1] == 'x')
		n->rcode = RCODE_NXDOMAIN;
}

static void no_name(struct answer *n, struct view *v, const uint8_t *qname, const uint8_t *ce)
{
	const struct param *rcode = denial_param(v, "rcode");
	bool compact = n->dnssec && v->is_signed && v->denial.kind == DENIAL_COMPACT;
	if (n->items.n == 0)
		n->kind = KIND_NXDOMAIN;
	n->rcode = compact || (rcode != NULL && rcode->text[1] == 'o') ? RCODE_NOERROR : RCODE_NXDOMAIN;
	deny_soa(n, v);
	if (n->dnssec && v->is_signed) {
		if (compact)
			answer_add(n, WRITE_AUTHORITY, v, nsec_compact(v, qname, NULL), qname);
		else
			deny_name(n, v, qname, ce);
		deny_pad(n, v);
	}
}

/* The same records under the name asked for; online signers (compact) sign them as if they stood there. */
static struct lab_rrset *expand(struct view *v, struct lab_rrset *s, const uint8_t *qname)
{
	if (v->denial.kind != DENIAL_COMPACT || !v->is_signed)
		return s;
	struct lab_rrset *own = ARENA_NEW(v->w->arena, struct lab_rrset);
	*own = (struct lab_rrset){ .owner = qname,
				   .type = s->type,
				   .ttl = s->ttl,
				   .served_ttl = s->served_ttl,
				   .rds = s->rds,
				   .is_signed = true };
	return own;
}

/* What a node has of a type; the target to go on with when it is a CNAME, else NULL. wildcard: the node is
 * one and stands for qname, whose closest encloser is ce. */
static const uint8_t *from_node(struct answer *n, struct view *v, struct node *at, const uint8_t *qname,
				uint16_t qtype, const uint8_t *ce)
{
	bool wildcard = ce != NULL, found = false;
	struct lab_rrset *cname = node_rrset(at, TYPE_CNAME);
	for (uint32_t i = 0; i < at->sets.n; i++) {
		struct lab_rrset *s = at->sets.at[i];
		if (s->type != qtype && qtype != TYPE_ANY)
			continue;
		answer_add(n, WRITE_ANSWER, v, wildcard ? expand(v, s, qname) : s,
			   wildcard ? qname : s->owner);
		if (s->type == TYPE_NS && !wildcard)
			add_addrs(n, v, s, true);
		found = true;
	}
	bool follow = !found && cname != NULL && cname->rds.n > 0;
	if (follow)
		answer_add(n, WRITE_ANSWER, v, wildcard ? expand(v, cname, qname) : cname,
			   wildcard ? qname : cname->owner);
	if ((found || follow) && wildcard && n->dnssec && v->is_signed && v->denial.kind != DENIAL_COMPACT)
		deny_closer(n, v, qname, ce);
	if (!found && !follow && wildcard && v->denial.kind != DENIAL_COMPACT) {
		if (n->items.n == 0)
			n->kind = KIND_NODATA;
		deny_soa(n, v);
		if (n->dnssec && v->is_signed)
			deny_wildcard_type(n, v, qname, at, ce);
	} else if (!found && !follow) {
		no_data(n, v, qname, at, qtype);
	}
	return follow ? rdata_name(cname->rds.at[0]) : NULL;
}

/* RFC 6672 3.2: the DNAME, and the CNAME made of it, which is not signed. */
static const uint8_t *from_dname(struct answer *n, struct view *v, struct lab_rrset *dname,
				 const uint8_t *qname)
{
	const uint8_t *target =
		name_replace_suffix(n->arena, qname, dname->owner, rdata_name(dname->rds.at[0]));
	answer_add(n, WRITE_ANSWER, v, dname, dname->owner);
	if (target == NULL) {
		n->rcode = RCODE_YXDOMAIN;
		return NULL;
	}
	if (n->no_synthesis)
		return NULL;
	const uint8_t *shown = n->wrong_synthesis ? name_prepend(n->arena, "wrong", 5, target) : target;
	if (shown == NULL)
		shown = name_root;
	struct lab_rrset *cname = ARENA_NEW(n->arena, struct lab_rrset);
	*cname = (struct lab_rrset){
		.owner = qname, .type = TYPE_CNAME, .ttl = dname->ttl,
		.served_ttl = n->zero_synthesis ? 0 : dname->served_ttl,
	};
	list_push(n->arena, &cname->rds, (struct rdata){ shown, name_len(shown) });
	answer_add(n, WRITE_ANSWER, v, cname, qname);
	return shown;
}

static const uint8_t *closest_encloser(const struct view *v, const uint8_t *qname)
{
	while (!name_equal(qname, v->zone->name) && view_node(v, qname) == NULL)
		qname = name_strip(qname, 1);
	return qname;
}

/* One zone's part of the answer; the CNAME target, or NULL when it is done. */
static const uint8_t *from_zone(struct answer *n, struct view *v, const uint8_t *qname, uint16_t qtype)
{
	uint8_t labels = name_labels(qname);
	for (uint8_t k = name_labels(v->zone->name); k <= labels; k++) {
		struct node *at = view_node(v, name_suffix(qname, k));
		struct lab_rrset *dname = node_rrset(at, TYPE_DNAME);
		if (at != NULL && at->is_cut && !(k == labels && qtype == TYPE_DS)) {
			n->aa = n->items.n > 0;
			refer(n, v, at);
			return NULL;
		}
		if (dname != NULL && k < labels)
			return from_dname(n, v, dname, qname);
	}
	struct node *at = view_node(v, qname);
	if (at != NULL && at->below_cut)
		at = NULL;
	if (at != NULL && at->is_ent && denial_param(v, "ent-nxdomain") != NULL) {
		no_name(n, v, qname, name_strip(qname, 1));
		return NULL;
	}
	if (at != NULL)
		return from_node(n, v, at, qname, qtype, NULL);
	const uint8_t *ce = closest_encloser(v, qname), *wildcard = name_wildcard(n->arena, ce);
	at = wildcard != NULL ? view_node(v, wildcard) : NULL;
	if (at != NULL && !at->below_cut && !at->is_ent)
		return from_node(n, v, at, qname, qtype, ce);
	no_name(n, v, qname, ce);
	return NULL;
}

static bool seen_before(const struct answer *n, const uint8_t *name)
{
	for (uint32_t i = 0; i < n->items.n; i++)
		if (n->items.at[i].set->type == TYPE_CNAME && name_equal(n->items.at[i].owner, name))
			return true;
	return false;
}

void answer_make(struct world *w, const struct addr *server, const uint8_t *qname, uint16_t qtype,
		 struct answer *out)
{
	struct lab_zone *z = host_zone(w, server, qname, qtype);
	if (z == NULL) {
		out->kind = KIND_REFUSED;
		out->rcode = RCODE_REFUSED;
		return;
	}
	out->kind = KIND_ANSWER;
	out->aa = true;
	const uint8_t *at = qname;
	for (unsigned hops = 0; z != NULL && hops < CHAIN_MAX; hops++) {
		at = from_zone(out, world_view(w, z, server), at, qtype);
		if (at == NULL || seen_before(out, at))
			return;
		z = host_zone(w, server, at, qtype);
	}
}
