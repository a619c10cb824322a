/* What each parent server says of the cut: the referral, DS, glue, and how long a denial lasts. */
#include "foresee/making.h"
#include "dns/text.h"

enum { DIGESTS_TRIED_MAX = 64 };        /* DS times keys of one tag; more is "HashTrap" (limits.h) */

/* ---- DS ---- */

static bool digest_equal(const struct ds *a, const struct ds *b)
{
	return rdata_equal((struct rdata){ a->digest, a->digest_len }, (struct rdata){ b->digest, b->digest_len });
}

static bool names_served_key(struct making *k, const struct ds *ds, unsigned *tried)
{
	for (uint32_t v = 0; k->proof && v < k->proof->keys.n; v++) {
		const struct rrset *r = k->proof->keys.at[v].rrset;
		for (uint16_t i = 0; r && i < r->n && *tried < DIGESTS_TRIED_MAX; i++) {
			struct dnskey key = rdata_dnskey(r->rd[i]);
			if (key.tag != ds->tag || key.algorithm != ds->algorithm)
				continue;
			(*tried)++;
			struct ds made = prove_make_ds(k->prover, k->name, r->rd[i], ds->digest_type);
			if (made.digest_len && digest_equal(&made, ds))
				return true;
		}
	}
	return false;
}

static void add_ds(struct making *k, struct snap_parent *p, const struct rrset *r)
{
	unsigned tried = 0;
	for (uint16_t i = 0; i < r->n; i++) {
		struct ds ds = rdata_ds(r->rd[i]);
		list_push(k->a, &p->ds,
			  (struct snap_ds){ .tag = ds.tag,
					    .algorithm = ds.algorithm,
					    .digest_type = ds.digest_type,
					    .digest = making_hex(k->a, ds.digest, ds.digest_len),
					    .matched = names_served_key(k, &ds, &tried) });
	}
	p->ds_ttl = r->ttl;
}

static bool says_so(const struct ds_view *v, const struct server *s)
{
	for (uint32_t i = 0; i < v->servers.n; i++)
		if (v->servers.at[i] == s)
			return true;
	return false;
}

/* Silence about DS is no word on them: only a proof, or a parent that is unsigned itself, says that there is none. */
static void read_ds(struct making *k, struct snap_parent *p, const struct server *s)
{
	for (uint32_t i = 0; k->proof && i < k->proof->ds.n; i++) {
		const struct ds_view *v = &k->proof->ds.at[i];
		if (!says_so(v, s) || v->assumed)
			continue;
		if (v->present && !p->ds.n)
			add_ds(k, p, v->rrset);
		p->ds_known |= v->present || v->status == STATUS_SECURE || v->status == STATUS_INSECURE;
	}
}

/* ---- NS and glue ---- */

static void add_glue(struct making *k, struct snap_parent *p, const struct message *m, const uint8_t *host)
{
	char ip[ADDR_TEXT_MAX];
	for (uint16_t i = 0; i < m->additional.n; i++) {
		const struct rrset *r = &m->additional.at[i];
		struct addr addr;
		if ((r->type != TYPE_A && r->type != TYPE_AAAA) || !name_equal(r->owner, host))
			continue;
		for (uint16_t n = 0; n < r->n; n++)
			if (addr_from_ip(r->rd[n].at, r->rd[n].len, 0, &addr))
				list_push(k->a, &p->glue,
					  arena_printf(k->a, "%s %s", name_text(k->a, host), addr_text(&addr, ip)));
	}
}

static void add_referral(struct making *k, struct snap_parent *p, const struct message *m)
{
	const struct rrset *ns = section_find(&m->authority, k->name, TYPE_NS);
	ns = ns ? ns : section_find(&m->answer, k->name, TYPE_NS);
	if (!ns || p->ns_known)
		return;
	p->ns_known = true;
	p->ns_ttl = ns->ttl;
	for (uint16_t i = 0; i < ns->n; i++) {
		const uint8_t *host = rdata_name(ns->rd[i]);
		list_push(k->a, &p->ns, name_text(k->a, host));
		add_glue(k, p, m, host);
	}
}

/* RFC 2308 5: the smaller of the SOA's TTL and its minimum field. */
static void note_negative(struct snap_parent *p, const struct rrset *soa)
{
	uint32_t minimum = soa && soa->n ? rdata_soa(soa->rd[0]).minimum : 0;
	if (soa && soa->n && !p->neg_ttl)
		p->neg_ttl = soa->ttl < minimum ? soa->ttl : minimum;
}

/* The parent itself answers for a name at or below the cut, and speaks of no cut: it has no such delegation. */
static bool denies_cut(const struct making *k, const struct message *m)
{
	return m->aa && section_find(&m->authority, k->parent->name, TYPE_SOA) && !m->answer.n;
}

static bool about_cut(const struct making *k, const struct look *l)
{
	return (l->kind == LOOK_QUESTION || l->kind == LOOK_DS) && name_is_under(l->name, k->name);
}

static void read_parent(struct making *k, const struct server *s)
{
	struct snap_parent p = { .addr = s->addr, .name = server_name(k->a, s) };
	bool denied = false;
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		const struct message *m = look_answer(l);
		if (about_cut(k, l)) {
			p.asked |= l->tries.n > 0;
			p.answered |= m != NULL;
			if (m && m->rcode == RCODE_NOERROR)
				add_referral(k, &p, m);
			denied |= m && (l->kind == LOOK_QUESTION || m->rcode == RCODE_NXDOMAIN) && denies_cut(k, m);
		}
		for (const struct section *in = m ? &m->answer : NULL; in; in = in == &m->answer ? &m->authority : NULL)
			note_negative(&p, section_find(in, k->parent->name, TYPE_SOA));
	}
	read_ds(k, &p, s);
	if (denied && !p.ns_known && !(k->zone && k->zone->no_cut_seen))
		p.ns_known = p.ds_known = true;
	list_push(k->a, &k->s->parents, p);
}

void making_parents(struct making *k)
{
	for (uint32_t i = 0; k->parent && i < k->parent->servers.n; i++)
		read_parent(k, k->parent->servers.at[i]);
}
