/* dnssec_site -- findings where the evidence stands, and what a zone's servers show of signing all together. */
#include "judge/dnssec.h"
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
	struct finding *f;
	for (uint32_t i = 0; (f = finding_made(j, i)); i++)
		if (f->id == id && f->zone == z)
			return f;
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

/* What the KSK signs tells nothing of the key that signs the data (RFC 7344 4.1 for CDS). */
static bool is_signed_by_ksk(const struct rrset_proof *r)
{
	uint16_t type = r->rrset ? r->rrset->type : 0;
	return type == TYPE_DNSKEY || type == TYPE_CDS || type == TYPE_CDNSKEY;
}

static void tally_rrset(struct tally *t, const struct rrset_proof *r)
{
	if (is_signed_by_ksk(r))
		return;
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

bool zone_soa_seen(const struct zone *zone)
{
	for (uint32_t i = 0; i < zone->servers.n; i++) {
		const struct look *l = server_look(zone->servers.at[i], LOOK_SOA, zone->name, TYPE_SOA);
		if (l && l->m)
			return true;
	}
	return false;
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
