/* dnssec -- why the chain of trust breaks, said as precisely as the evidence allows. The proofs already say
 * that and where (prove/); here each reason becomes the finding an operator can act on. Order: DS, keys, the
 * extra looks at SOA, NS and a made-up name, which never decide the verdict alone but may show a fault more
 * clearly, then the answers. */
#include "judge/dnssec.h"
#include "dns/text.h"
#include <string.h>

struct finding *site_add(struct judging *j, const struct site *s, enum finding_id id, const uint8_t *name,
			 uint16_t type)
{
	struct finding *f = finding_add(j, id, s->z->zone, name, type);
	for (uint32_t i = 0; i < s->n_servers; i++)
		finding_at(j, f, s->servers[i]);
	f->breaks |= s->breaks;
	f->always |= s->always;
	if (!f->proof)
		f->proof = s->from;
	if (!f->breaks && f->severity > SEVERITY_WARNING)
		f->severity = SEVERITY_WARNING;
	return f;
}

static struct finding *of_zone(struct judging *j, enum finding_id id, const struct zone *z)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (j->v->findings.at[i].id == id && j->v->findings.at[i].zone == z)
			return &j->v->findings.at[i];
	return NULL;
}

enum { DETAIL_MAX = 240 }; /* octets of a list of RRsets; the rest is "..." */

struct finding *site_merge(struct judging *j, const struct site *s, enum finding_id id, const uint8_t *name,
			   uint16_t type, const char *detail)
{
	struct finding *f = of_zone(j, id, s->z->zone);
	if (!f) {
		f = site_add(j, s, id, name, type);
		f->detail = detail;
		return f;
	}
	site_add(j, s, id, f->name, f->type);
	if (!f->detail)
		f->detail = detail;
	else if (!strstr(f->detail, detail) && strlen(f->detail) + strlen(detail) < DETAIL_MAX)
		f->detail = arena_printf(j->arena, "%s, %s", f->detail, detail);
	return f;
}

struct site site_key_view(const struct zone_proof *z, const struct key_view *v)
{
	return (struct site){ .z = z,
			      .m = v->m,
			      .from = v->from,
			      .servers = v->servers.at,
			      .n_servers = v->servers.n,
			      .breaks = z->zone->on_path };
}

struct site site_answer(const struct leg_proof *l, const struct answer_view *v)
{
	return (struct site){ .z = l->zone,
			      .m = v->m,
			      .from = v->from,
			      .servers = v->servers.at,
			      .n_servers = v->servers.n,
			      .breaks = leg_on_path(l->leg) };
}

struct site site_look(const struct zone_proof *z, const struct look *l, const struct server *const *server)
{
	return (struct site){ .z = z,
			      .m = l->m,
			      .from = l->last,
			      .servers = server,
			      .n_servers = 1,
			      .breaks = z->zone->on_path };
}

bool zone_above(const struct judging *j, const struct zone *z)
{
	return z->on_path && !zone_ends_leg(j, z);
}

/* ---- what servers show of signing ---- */

static bool section_has_sigs(const struct section *s, const uint8_t *signer)
{
	for (uint16_t i = 0; i < s->n; i++) {
		const struct rrset *r = &s->at[i];
		const struct rdata *sigs = r->type == TYPE_RRSIG ? r->rd : r->sigs;
		uint16_t n = r->type == TYPE_RRSIG ? r->n : r->n_sigs;
		for (uint16_t k = 0; k < n; k++)
			if (name_equal(rdata_rrsig(sigs[k]).signer, signer))
				return true;
	}
	return false;
}

bool message_has_sigs(const struct message *m, const uint8_t *signer)
{
	return section_has_sigs(&m->answer, signer) || section_has_sigs(&m->authority, signer);
}

struct signs server_signs(const struct judging *j, const struct server *s)
{
	struct signs out = { 0 };
	for (uint32_t i = 0; i < s->looks.n && server_counts(j, s); i++) {
		const struct message *m = s->looks.at[i]->m;
		if (!m)
			continue;
		out.keys |= section_find(&m->answer, s->zone->name, TYPE_DNSKEY) != NULL;
		out.sigs |= message_has_sigs(m, s->zone->name);
		out.do_echoed |= m->has_edns && m->do_bit;
	}
	return out;
}

struct signs zone_signs(const struct judging *j, const struct zone *z)
{
	struct signs out = { 0 };
	for (uint32_t i = 0; i < z->servers.n; i++) {
		struct signs one = server_signs(j, z->servers.at[i]);
		out.keys |= one.keys;
		out.sigs |= one.sigs;
		out.do_echoed |= one.do_echoed;
	}
	return out;
}

/* ---- data under keys that are not secure ---- */

struct tally {
	uint32_t good, bad;
	enum reason reason;
	struct rrset_proof *worst;
};

static void tally_rrset(struct tally *t, const struct rrset_proof *r)
{
	if (r->status == STATUS_SECURE) {
		t->good++;
	} else if (r->status == STATUS_BOGUS) {
		if (!t->bad++) {
			t->reason = r->reason;
			if (t->worst)
				*t->worst = *r;
		}
	}
}

static void tally_answer(struct judging *j, const struct keyset *as, const struct message *m,
			 const uint8_t *name, uint16_t type, struct tally *t)
{
	struct answer_proof a;
	prove_answer(j->prover, m, as, name, type, &a);
	for (uint8_t i = 0; i < a.n_rrsets; i++)
		tally_rrset(t, &a.rrsets[i]);
	for (uint8_t i = 0; i < a.denial.n_rrsets; i++)
		tally_rrset(t, &a.denial.rrsets[i]);
}

static void tally_legs(struct judging *j, const struct zone_proof *z, const struct keyset *as,
		       struct tally *t)
{
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *l = j->chain->legs.at[i];
		for (uint32_t k = 0; l->zone == z && k < l->answers.n; k++)
			tally_answer(j, as, l->answers.at[k].m, l->leg->name, l->leg->type, t);
	}
}

static void tally_soa(struct judging *j, const struct zone_proof *z, const struct keyset *as, struct tally *t)
{
	const struct zone *zone = z->zone;
	for (uint32_t i = 0; i < zone->servers.n; i++) {
		const struct look *l = server_look(zone->servers.at[i], LOOK_SOA, zone->name, TYPE_SOA);
		if (l && l->m && chain_usable(l->m, zone->name, TYPE_SOA, zone->name) &&
		    server_counts(j, zone->servers.at[i]))
			tally_answer(j, as, l->m, zone->name, TYPE_SOA, t);
	}
}

/* DS of the zones below: the parent's own data, seen in every referral. */
static void tally_children(struct judging *j, const struct zone_proof *z, const struct keyset *as,
			   struct tally *t)
{
	for (uint32_t i = 0; i < j->chain->zones.n; i++) {
		const struct zone_proof *child = j->chain->zones.at[i];
		for (uint32_t k = 0; child->zone->parent == z->zone && k < child->ds.n; k++) {
			struct rrset_proof r;
			if (!child->ds.at[k].rrset)
				continue;
			prove_rrset(j->prover, child->ds.at[k].rrset, as, &r);
			tally_rrset(t, &r);
		}
	}
}

enum reason zone_data_reason(struct judging *j, const struct zone_proof *z, const struct keyset *keys,
			     struct rrset_proof *worst)
{
	struct keyset as = *keys;
	struct tally t = { .worst = worst };
	as.status = STATUS_SECURE;
	tally_legs(j, z, &as, &t);
	tally_soa(j, z, &as, &t);
	tally_children(j, z, &as, &t);
	if (t.good)
		return REASON_OK;
	return t.bad ? t.reason : REASON_ANSWER_EMPTY;
}

/* ---- answers ---- */

static void judge_leg(struct judging *j, const struct leg_proof *l)
{
	bool good = l->best && l->best->proof.status != STATUS_BOGUS;
	if (!l->zone || l->zone->status != STATUS_SECURE)
		return;
	for (uint32_t i = 0; i < l->answers.n; i++) {
		const struct answer_view *v = &l->answers.at[i];
		struct site s = site_answer(l, v);
		if (v->proof.status != STATUS_BOGUS)
			continue;
		s.always = !good && s.breaks;
		if (good)
			judge_partial(j, &s, v->proof.reason, &v->proof, l->leg->name, l->leg->type);
		else
			judge_answer(j, &s, &v->proof, l->leg->name, l->leg->type);
	}
}

/* ---- extra looks: SOA, NS, a made-up name ---- */

enum { SERVERS_MAX = 64 }; /* LIMIT_ADDRS_PER_ZONE */

static const uint8_t *look_name(const struct zone *z, enum look_kind kind, const struct server *s,
				uint16_t *type)
{
	for (uint32_t i = 0; i < s->looks.n; i++)
		if (s->looks.at[i]->kind == kind && name_is_under(s->looks.at[i]->name, z->name)) {
			*type = s->looks.at[i]->type;
			return s->looks.at[i]->name;
		}
	return NULL;
}

static void judge_look(struct judging *j, const struct zone_proof *z, enum look_kind kind)
{
	struct answer_proof proofs[SERVERS_MAX];
	const struct look *looks[SERVERS_MAX];
	const struct zone *zone = z->zone;
	bool good = false;
	for (uint32_t i = 0; i < zone->servers.n && i < SERVERS_MAX; i++) {
		uint16_t type = 0;
		const uint8_t *name = look_name(zone, kind, zone->servers.at[i], &type);
		looks[i] = name && server_counts(j, zone->servers.at[i])
				   ? server_look(zone->servers.at[i], kind, name, type)
				   : NULL;
		if (looks[i] && !chain_usable(looks[i]->m, name, type, zone->name))
			looks[i] = NULL;
		if (!looks[i])
			continue;
		chain_prove(j->prover, j->chain, z, looks[i]->m, name, type, &proofs[i]);
		good |= proofs[i].status != STATUS_BOGUS;
	}
	for (uint32_t i = 0; i < zone->servers.n && i < SERVERS_MAX; i++) {
		const struct server *server = zone->servers.at[i];
		if (!looks[i] || proofs[i].status != STATUS_BOGUS)
			continue;
		struct site s = site_look(z, looks[i], &server);
		if (good)
			judge_partial(j, &s, proofs[i].reason, &proofs[i], looks[i]->name, looks[i]->type);
		else
			judge_answer(j, &s, &proofs[i], looks[i]->name, looks[i]->type);
	}
}

static void judge_extras(struct judging *j, const struct zone_proof *z)
{
	static const enum look_kind kinds[] = { LOOK_SOA, LOOK_NS, LOOK_NXNAME };
	if (z->status != STATUS_SECURE || edits_has(j->edits, EDIT_SERVE_ALL, z->zone->name))
		return;
	for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
		judge_look(j, z, kinds[i]);
}

/* Zones of name servers' names are told of only where they are broken. */
static bool worth_telling(const struct zone_proof *z)
{
	return z->zone->on_path || z->status == STATUS_BOGUS;
}

void judge_dnssec(struct judging *j)
{
	const struct chain *c = j->chain;
	for (uint32_t i = 0; i < c->zones.n; i++) {
		if (!worth_telling(c->zones.at[i]))
			continue;
		judge_ds(j, c->zones.at[i]);
		judge_keys(j, c->zones.at[i]);
	}
	for (uint32_t i = 0; i < c->zones.n; i++) {
		const struct zone_proof *z = c->zones.at[i];
		if (!zone_ends_leg(j, z->zone))
			continue;
		judge_extras(j, z);
		judge_ds_set(j, z);
		judge_key_hygiene(j, z);
		judge_denial_hygiene(j, z);
		judge_denial_lies(j, z);
	}
	for (uint32_t i = 0; i < c->legs.n; i++)
		judge_leg(j, c->legs.at[i]);
}
