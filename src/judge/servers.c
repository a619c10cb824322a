/* servers -- servers of one zone that differ. A resolver hides one bad server by asking the next, and so
 * hides the fault: each answer is judged alone, and a server that fails where others do not is named, with
 * what it is to blame for. Data that differs where every answer is good by itself may be meant so (answers by
 * place, on-line signers). */
#include "judge/dnssec.h"
#include "dns/text.h"

/* ---- what one server shows ---- */

static const struct rrset *apex_soa(const struct judging *j, const struct server *s)
{
	const uint8_t *apex = s->zone->name;
	const struct look *l = server_look(s, LOOK_SOA, apex, TYPE_SOA);
	return l && l->m && server_counts(j, s) ? section_find(&l->m->answer, apex, TYPE_SOA) : NULL;
}

static bool serial_of(const struct judging *j, const struct server *s, uint32_t *serial)
{
	const struct rrset *r = apex_soa(j, s);
	if (!r || !r->n)
		return false;
	*serial = rdata_soa(r->rd[0]).serial;
	return true;
}

static bool newest_serial(const struct judging *j, const struct zone *z, uint32_t *newest)
{
	uint32_t serial;
	bool any = false;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		if (!serial_of(j, z->servers.at[i], &serial))
			continue;
		if (!any || serial32_before((struct serial32){ *newest }, (struct serial32){ serial }))
			*newest = serial;
		any = true;
	}
	return any;
}

static const struct key_view *keys_at(const struct zone_proof *z, const struct server *s)
{
	for (uint32_t i = 0; i < z->keys.n; i++)
		for (uint32_t k = 0; k < z->keys.at[i].servers.n; k++)
			if (z->keys.at[i].servers.at[k] == s)
				return &z->keys.at[i];
	return NULL;
}

/* SOA of this server: REASON_OK when it holds or was not seen. */
static enum reason soa_reason(struct judging *j, const struct zone_proof *z, const struct server *s)
{
	struct answer_proof a;
	const uint8_t *apex = z->zone->name;
	const struct look *l = server_look(s, LOOK_SOA, apex, TYPE_SOA);
	if (!l || !chain_usable(l->m, apex, TYPE_SOA, apex))
		return REASON_OK;
	chain_prove(j->prover, j->chain, z, l->m, apex, TYPE_SOA, &a);
	return a.status == STATUS_BOGUS ? a.reason : REASON_OK;
}

/* ---- a server that fails where others do not ---- */

static struct wall expired_at(const struct answer_proof *a, const struct key_view *keys)
{
	struct wall when = WALL_NEVER;
	for (uint8_t i = 0; a && i < a->n_rrsets; i++)
		if (a->rrsets[i].reason == REASON_SIG_EXPIRED && a->rrsets[i].best &&
		    a->rrsets[i].best->expiration.s < when.s)
			when = a->rrsets[i].best->expiration;
	for (uint8_t i = 0; a && i < a->denial.n_rrsets; i++)
		if (a->denial.rrsets[i].reason == REASON_SIG_EXPIRED && a->denial.rrsets[i].best)
			when = a->denial.rrsets[i].best->expiration;
	if (when.s == INT64_MAX && keys && keys->keys.reason == REASON_SIG_EXPIRED && keys->keys.rrset.best)
		when = keys->keys.rrset.best->expiration;
	return when;
}

static bool any_expired(const struct answer_proof *a)
{
	for (uint8_t i = 0; a && i < a->denial.n_rrsets; i++)
		if (a->denial.rrsets[i].reason == REASON_SIG_EXPIRED)
			return true;
	return a && a->reason == REASON_SIG_EXPIRED;
}

static bool unknown_key(enum reason r)
{
	return r == REASON_KEY_TAG_UNKNOWN || r == REASON_KEY_ALGORITHM_DIFFERS;
}

/* An edit may have made keys good that nobody published. */
static bool differs(const struct rrset *a, const struct rrset *b)
{
	return a && b && !rrset_same(a, b);
}

/* Why a server above the name shows no signature: it was heard without EDNS only, or does not have any. */
static enum finding_id shows_none(const struct server *server)
{
	for (uint32_t i = 0; i < server->looks.n; i++) {
		const struct look *l = server->looks.at[i];
		if (l->m && l->without_edns)
			return l->edns_formerr ? FINDING_EDNS_FORMERR_SIGNED : FINDING_EDNS_DROPPED_SOME;
	}
	return FINDING_SERVER_STRIPS_DNSSEC;
}

static enum finding_id blame(struct judging *j, const struct site *s, const struct server *server,
			     enum reason reason, const struct answer_proof *a)
{
	const struct key_view *keys = keys_at(s->z, server);
	struct signs shown = server_signs(j, server);
	bool keys_bad = keys && keys->keys.status == STATUS_BOGUS;
	if (!shown.sigs && keys && !keys->rrset)
		return FINDING_SERVER_UNSIGNED;
	if (!shown.sigs)
		return zone_above(j, s->z->zone) ? shows_none(server) : FINDING_SERVER_STRIPS_DNSSEC;
	if (reason == REASON_SIG_EXPIRED || any_expired(a) ||
	    (keys_bad && keys->keys.reason == REASON_SIG_EXPIRED))
		return FINDING_SERVER_STALE_EXPIRED;
	if (keys_bad && differs(keys->rrset, s->z->best_keys->rrset))
		return FINDING_DNSKEY_SET_DIFFERS_KSK;
	if (unknown_key(reason))
		return FINDING_SERVER_SIGNS_WITH_UNPUBLISHED_KEY;
	if (reason == REASON_SIG_BOGUS && soa_reason(j, s->z, server) == REASON_SIG_BOGUS)
		return FINDING_SERVER_SIGNS_WITH_UNPUBLISHED_KEY;
	return FINDING_SERVER_BOGUS;
}

void judge_partial(struct judging *j, const struct site *s, enum reason reason, const struct answer_proof *a,
		   const uint8_t *qname, uint16_t qtype)
{
	for (uint32_t i = 0; i < s->n_servers; i++) {
		struct site one = *s;
		one.servers = &s->servers[i];
		one.n_servers = 1;
		one.always = false;
		enum finding_id id = blame(j, s, s->servers[i], reason, a);
		struct finding *f = site_add(j, &one, id, s->z->zone->name, 0);
		if (id == FINDING_SERVER_STALE_EXPIRED) {
			struct wall when = expired_at(a, keys_at(s->z, s->servers[i]));
			f->when = when.s < f->when.s ? when : f->when;
		} else if (!f->detail) {
			f->detail = arena_printf(j->arena, "%s %s: %s", name_words(j->arena, qname),
						 type_text(j->arena, qtype), reason_text(reason));
		}
		if (id == FINDING_SERVER_BOGUS && a)
			judge_answer(j, &one, a, qname, qtype);
	}
}

/* ---- each good by itself, not together ---- */

/* Data that verifies by some of the zone's secure key sets and not by others. */
static void crossed_keys(struct judging *j, const struct leg_proof *l)
{
	for (uint32_t i = 0; i < l->answers.n; i++) {
		const struct answer_view *v = &l->answers.at[i];
		struct site s = site_answer(l, v);
		if (!v->good_with || !v->bad_with)
			continue;
		struct finding *f =
			site_add(j, &s, FINDING_DNSKEY_SET_DIFFERS_ZSK, s.z->zone->name, TYPE_DNSKEY);
		const struct rrset_proof *r = v->proof.n_rrsets ? &v->proof.rrsets[0] : NULL;
		if (!f->detail && r && r->best)
			f->detail = arena_printf(j->arena, "key %u is not known at all of them",
						 r->best->sig.tag);
		else if (!f->detail)
			f->detail = "their DNSKEY records differ";
	}
}

/* ---- contents ---- */

static void serials(struct judging *j, const struct zone *z)
{
	uint32_t newest = 0, serial;
	if (!newest_serial(j, z, &newest))
		return;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		if (!serial_of(j, s, &serial) || serial == newest)
			continue;
		struct finding *f = finding_add(j, FINDING_SERIAL_DIFFERS, z, z->name, TYPE_SOA);
		finding_at(j, f, s);
		f->number = newest;
		f->number2 = serial;
		f->proof = server_look(s, LOOK_SOA, z->name, TYPE_SOA)->last;
	}
}

static void soa_fields(struct judging *j, const struct zone *z)
{
	const struct rrset *first = NULL;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct rrset *r = apex_soa(j, z->servers.at[i]);
		if (!r || !r->n)
			continue;
		if (!first)
			first = r;
		else if (rdata_soa(r->rd[0]).serial == rdata_soa(first->rd[0]).serial &&
			 !rrset_same(r, first))
			finding_at(j, finding_add(j, FINDING_SOA_PARAMS_DIFFER, z, z->name, TYPE_SOA),
				   z->servers.at[i]);
	}
}

static void same_everywhere(struct judging *j, const struct zone *z, enum look_kind kind, uint16_t type,
			    enum finding_id id)
{
	const struct rrset *first = NULL;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		const struct look *l = server_counts(j, s) ? server_look(s, kind, z->name, type) : NULL;
		const struct rrset *r =
			l && l->m && l->m->aa ? section_find(&l->m->answer, z->name, type) : NULL;
		if (!r)
			continue;
		if (!first)
			first = r;
		else if (!rrset_same(r, first))
			finding_at(j, finding_add(j, id, z, z->name, type), s);
	}
}

static bool negative(const struct answer_view *v)
{
	return v->proof.kind == ANSWER_NODATA || v->proof.kind == ANSWER_NXDOMAIN;
}

static const struct rrset *answered(const struct answer_view *v, const struct leg *l)
{
	const struct rrset *r = section_find(&v->m->answer, l->name, l->type);
	return r ? r : section_find(&v->m->answer, l->name, TYPE_CNAME);
}

static void missing_names(struct judging *j, const struct leg_proof *l)
{
	bool data = false;
	for (uint32_t i = 0; i < l->answers.n; i++)
		data |= !negative(&l->answers.at[i]) && answered(&l->answers.at[i], l->leg);
	for (uint32_t i = 0; data && i < l->answers.n; i++) {
		const struct answer_view *v = &l->answers.at[i];
		struct site s = site_answer(l, v);
		if (!negative(v) || !v->m->aa || v->proof.reason == REASON_ANSWER_EMPTY)
			continue;
		site_add(j, &s, FINDING_NAME_MISSING_ON_ONE, l->leg->name, l->leg->type);
	}
}

static bool all_at_newest(const struct judging *j, const struct zone *z)
{
	uint32_t newest = 0, serial;
	newest_serial(j, z, &newest);
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (serial_of(j, z->servers.at[i], &serial) && serial != newest)
			return false;
	return true;
}

static void differing_data(struct judging *j, const struct leg_proof *l)
{
	const struct rrset *first = NULL;
	bool meant = l->zone->status == STATUS_SECURE && all_at_newest(j, l->zone->zone);
	for (uint32_t i = 0; i < l->answers.n; i++) {
		const struct answer_view *v = &l->answers.at[i];
		const struct rrset *r = answered(v, l->leg);
		struct site s = site_answer(l, v);
		if (!r)
			continue;
		if (!first) {
			first = r;
			continue;
		}
		if (r->type == first->type && rrset_same(r, first))
			continue;
		s.breaks = false;
		struct finding *f = site_add(j, &s, FINDING_ANSWERS_DIFFER, l->leg->name, l->leg->type);
		bool good = meant && v->proof.status == STATUS_SECURE;
		f->severity = good ? SEVERITY_INFO : SEVERITY_NOTICE;
		f->detail = good ? "all are signed and valid, so it is probably meant so"
				 : "some have other records than the rest";
	}
}

void judge_servers(struct judging *j)
{
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		if (!zone_ends_leg(j, z) || edits_has(j->edits, EDIT_SERVE_ALL, z->name))
			continue;
		serials(j, z);
		soa_fields(j, z);
		same_everywhere(j, z, LOOK_NS, TYPE_NS, FINDING_NS_SET_DIFFERS_BETWEEN_SERVERS);
		same_everywhere(j, z, LOOK_CDS, TYPE_CDS, FINDING_MULTISIGNER_CDS_DIFFERS);
		same_everywhere(j, z, LOOK_CDNSKEY, TYPE_CDNSKEY, FINDING_MULTISIGNER_CDS_DIFFERS);
	}
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *l = j->chain->legs.at[i];
		if (!l->zone || !leg_on_path(l->leg))
			continue;
		crossed_keys(j, l);
		missing_names(j, l);
		differing_data(j, l);
	}
}
