/* chain_views -- the distinct things that servers say: DS at a cut, DNSKEY at an apex, the answer to a leg.
 * Errors and silence are no views: judge/ makes findings of them. */
#include "prove/chain_inside.h"
#include "base/fnv.h"

/* Beyond these, signatures and RRsets are compared in wire order only, and records by a sum first: a hostile pile, told by
 * many servers a little differently each time, costs little. */
enum { SIGS_ANY_ORDER = 64, RRSETS_ANY_ORDER = 64, RECORDS_SORTED = 16 };

static bool has_sig(const struct rrset *r, struct rdata sig)
{
	for (uint16_t i = 0; i < r->n_sigs; i++)
		if (rdata_equal(r->sigs[i], sig))
			return true;
	return false;
}

static bool same_sigs(const struct rrset *a, const struct rrset *b)
{
	bool in_order = true;
	if (a->n_sigs != b->n_sigs)
		return false;
	for (uint16_t i = 0; i < a->n_sigs && in_order; i++)
		in_order = rdata_equal(a->sigs[i], b->sigs[i]);
	if (in_order || a->n_sigs > SIGS_ANY_ORDER)
		return in_order;
	for (uint16_t i = 0; i < a->n_sigs; i++)
		if (!has_sig(b, a->sigs[i]))
			return false;
	return true;
}

/* Of the records whatever their order and case: equal sets have equal sums. */
static uint64_t sum_of(const struct rrset *r)
{
	uint64_t sum = 0;
	for (uint16_t i = 0; i < r->n; i++) {
		uint64_t one = FNV_BEGIN ^ r->rd[i].len;
		for (uint16_t k = 0; k < r->rd[i].len; k++)
			one = fnv_octet(one, r->rd[i].at[k] | 0x20);
		sum += one;
	}
	return sum;
}

static bool same_records(const struct rrset *a, const struct rrset *b)
{
	if (a->n != b->n || (a->n > RECORDS_SORTED && sum_of(a) != sum_of(b)))
		return false;
	return rrset_same(a, b);
}

bool chain_same_rrset(const struct rrset *a, const struct rrset *b)
{
	if (!a || !b)
		return a == b;
	return a->type == b->type && name_equal(a->owner, b->owner) && same_records(a, b) && same_sigs(a, b);
}

/* NS is left out: the authority section of a positive answer is decoration. */
static uint16_t counted(const struct section *s)
{
	uint16_t n = 0;
	for (uint16_t i = 0; i < s->n; i++)
		if (s->at[i].type != TYPE_NS)
			n++;
	return n;
}

static bool same_in_order(const struct section *a, const struct section *b)
{
	for (uint16_t i = 0; i < a->n; i++)
		if (i >= b->n || !chain_same_rrset(&a->at[i], &b->at[i]))
			return false;
	return a->n == b->n;
}

static bool same_section(const struct section *a, const struct section *b)
{
	if (counted(a) != counted(b))
		return false;
	if (a->n > RRSETS_ANY_ORDER)
		return same_in_order(a, b);
	for (uint16_t i = 0; i < a->n; i++) {
		bool found = a->at[i].type == TYPE_NS;
		for (uint16_t j = 0; j < b->n && !found; j++)
			found = chain_same_rrset(&a->at[i], &b->at[j]);
		if (!found)
			return false;
	}
	return true;
}

static bool same_message(const struct message *a, const struct message *b)
{
	return a->rcode == b->rcode && same_section(&a->answer, &b->answer) &&
	       same_section(&a->authority, &b->authority);
}

static bool answers(const struct message *m)
{
	return m && message_rcode_answers(m);
}

/* ---- DS ---- */

static const struct rrset *ds_in(const struct message *m, const uint8_t *cut)
{
	const struct rrset *r = section_find(&m->answer, cut, TYPE_DS);
	return r ? r : section_find(&m->authority, cut, TYPE_DS);
}

static bool has_proof(const struct message *m)
{
	return section_find_type(&m->authority, TYPE_NSEC, 0) ||
	       section_find_type(&m->authority, TYPE_NSEC3, 0);
}

/* The child's own NODATA about its DS: asked of a server that has both sides and speaks from the wrong
 * one. */
static bool from_child_side(const struct message *m, const uint8_t *cut)
{
	return !ds_in(m, cut) && section_find(&m->authority, cut, TYPE_SOA);
}

static const struct look *ds_evidence(const struct cut_view *v, const uint8_t *cut)
{
	const struct look *ds = v->ds && answers(v->ds->m) ? v->ds : NULL;
	const struct look *ref = v->referral && answers(v->referral->m) ? v->referral : NULL;
	if (ds && !from_child_side(ds->m, cut) && (ds_in(ds->m, cut) || has_proof(ds->m)))
		return ds;
	if (ref && (ds_in(ref->m, cut) || has_proof(ref->m)))
		return ref;
	return ds && !from_child_side(ds->m, cut) ? ds : ref ? ref : ds;
}

/* Resolvers learn of DS from the referral or by asking for it, and not all do both: where the two differ,
 * each counts. */
static const struct look *other_ds_evidence(const struct cut_view *v, const uint8_t *cut,
					    const struct look *first)
{
	const struct look *ref = v->referral && answers(v->referral->m) ? v->referral : NULL;
	return ref && ref != first && (ds_in(ref->m, cut) || has_proof(ref->m)) ? ref : NULL;
}

static bool same_ds(const struct ds_view *v, const struct rrset *rrset, const struct message *m)
{
	if (v->rrset || rrset)
		return chain_same_rrset(v->rrset, rrset);
	return same_section(&v->m->authority, &m->authority);
}

static void add_ds_view(struct chaining *k, struct zone_proof *z, const struct server *parent,
			const struct look *l)
{
	const struct rrset *rrset = ds_in(l->m, z->zone->name);
	for (uint32_t i = 0; i < z->ds.n; i++)
		if (same_ds(&z->ds.at[i], rrset, l->m)) {
			uint32_t n = z->ds.at[i].servers.n;
			if (z->ds.at[i].servers.at[n - 1] != parent) /* referral and DS answer agree */
				list_push(k->p->arena, &z->ds.at[i].servers, parent);
			return;
		}
	struct ds_view v = {
		.rrset = rrset, .present = rrset != NULL, .m = l->m, .from = l->last, .until = WALL_NEVER
	};
	list_push(k->p->arena, &v.servers, parent);
	list_push(k->p->arena, &z->ds, v);
}

static bool viewed(const struct zone *z, const struct server *parent)
{
	for (uint32_t i = 0; i < z->views.n; i++)
		if (z->views.at[i].parent == parent)
			return true;
	return false;
}

void chain_collect_ds(struct chaining *k, struct zone_proof *z)
{
	const struct zone *zone = z->zone, *parent = zone->parent;
	for (uint32_t i = 0; i < zone->views.n; i++) {
		const struct cut_view *v = &zone->views.at[i];
		const struct look *l = ds_evidence(v, zone->name),
				  *other = other_ds_evidence(v, zone->name, l);
		if (l && !edits_drops(k->e, parent->name, &v->parent->addr))
			add_ds_view(k, z, v->parent, l);
		if (other && !edits_drops(k->e, parent->name, &v->parent->addr))
			add_ds_view(k, z, v->parent, other);
	}
	for (uint32_t i = 0; i < parent->servers.n; i++) { /* asked for DS, though it never referred */
		const struct server *s = parent->servers.at[i];
		struct cut_view v = { .parent = parent->servers.at[i],
				      .ds = server_look(s, LOOK_DS, zone->name, TYPE_DS) };
		const struct look *l = viewed(zone, s) ? NULL : ds_evidence(&v, zone->name);
		if (l && !edits_drops(k->e, parent->name, &s->addr))
			add_ds_view(k, z, s, l);
	}
}

/* ---- DNSKEY ---- */

void chain_collect_keys(struct chaining *k, struct zone_proof *z)
{
	const struct zone *zone = z->zone;
	for (uint32_t i = 0; i < zone->servers.n; i++) {
		const struct server *s = zone->servers.at[i];
		const struct look *l = server_look(s, LOOK_DNSKEY, zone->name, TYPE_DNSKEY);
		if (!l)
			l = server_look(s, LOOK_QUESTION, zone->name, TYPE_DNSKEY);
		if (!l || !answers(l->m) || edits_drops(k->e, zone->name, &s->addr))
			continue;
		const struct rrset *rrset = section_find(&l->m->answer, zone->name, TYPE_DNSKEY);
		if (!rrset && !l->m->aa)
			continue;
		struct key_view *same = NULL;
		for (uint32_t j = 0; j < z->keys.n && !same; j++)
			if (chain_same_rrset(z->keys.at[j].rrset, rrset))
				same = &z->keys.at[j];
		if (!same) {
			list_push(k->p->arena, &z->keys,
				  (struct key_view){ .rrset = rrset, .m = l->m, .from = l->last });
			same = &z->keys.at[z->keys.n - 1];
		}
		list_push(k->p->arena, &same->servers, s);
	}
}

/* ---- answers ---- */

static bool speaks_of(const struct message *m, const uint8_t *qname, uint16_t qtype)
{
	if (section_find(&m->answer, qname, qtype) || section_find(&m->answer, qname, TYPE_CNAME))
		return true;
	for (uint16_t i = 0; i < m->answer.n; i++)
		if (m->answer.at[i].type == TYPE_DNAME &&
		    name_is_strictly_under(qname, m->answer.at[i].owner))
			return true;
	return qtype == TYPE_ANY && m->answer.n > 0;
}

static bool refers_below(const struct message *m, const uint8_t *apex)
{
	if (section_find_type(&m->authority, TYPE_SOA, 0))
		return false;
	for (uint16_t i = 0; i < m->authority.n; i++)
		if (m->authority.at[i].type == TYPE_NS && !name_equal(m->authority.at[i].owner, apex))
			return true;
	return false;
}

bool chain_usable(const struct message *m, const uint8_t *qname, uint16_t qtype, const uint8_t *apex)
{
	if (!answers(m))
		return false;
	if (speaks_of(m, qname, qtype))
		return true;
	if (refers_below(m, apex))
		return false;
	return m->aa || section_find_type(&m->authority, TYPE_SOA, 0);
}

static const struct look *leg_look(const struct server *s, const struct leg *l)
{
	const struct look *look = server_look(s, LOOK_QUESTION, l->name, l->type);
	for (uint32_t i = 0; i < s->looks.n && !look; i++) { /* the same question asked for another reason */
		const struct look *other = s->looks.at[i];
		if (other->kind < LOOK_RESOLVER && other->kind != LOOK_TCP && other->type == l->type &&
		    name_equal(other->name, l->name))
			look = other;
	}
	return look;
}

void chain_collect_answers(struct chaining *k, struct leg_proof *l)
{
	const struct zone *zone = l->zone->zone;
	for (uint32_t i = 0; i < zone->servers.n; i++) {
		const struct server *s = zone->servers.at[i];
		const struct look *look = leg_look(s, l->leg);
		if (!look || !chain_usable(look->m, l->leg->name, l->leg->type, zone->name) ||
		    edits_drops(k->e, zone->name, &s->addr))
			continue;
		struct answer_view *same = NULL;
		for (uint32_t j = 0; j < l->answers.n && !same; j++)
			if (same_message(l->answers.at[j].m, look->m))
				same = &l->answers.at[j];
		if (!same) {
			list_push(k->p->arena, &l->answers,
				  (struct answer_view){ .m = look->m, .from = look->last });
			same = &l->answers.at[l->answers.n - 1];
		}
		list_push(k->p->arena, &same->servers, s);
	}
}
