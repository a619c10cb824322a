/* dnssec -- why the chain of trust breaks, said as precisely as the evidence allows. The proofs already say
 * that and where (prove/); here each reason becomes the finding an operator can act on. Order: DS, keys, the
 * extra looks at SOA, NS and a made-up name, which never decide the verdict alone but may show a fault more
 * clearly, then the answers. */
#include "judge/dnssec.h"
#include "base/limits.h"

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
		if (judge_undelegated(j, &s, l->leg))
			continue;
		if (good)
			judge_partial(j, &s, v->proof.reason, &v->proof, l->leg->name, l->leg->type);
		else
			judge_answer(j, &s, &v->proof, l->leg->name, l->leg->type);
	}
}

/* ---- extra looks: SOA, NS, a made-up name ---- */

static const uint8_t *look_name(const struct zone *z, enum look_kind kind, const struct server *s,
				uint16_t *type)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		/* SOA of other names was asked for to find cuts: what came may be a child's, and unsigned */
		bool below = kind == LOOK_NXNAME || kind == LOOK_NODATA;
		bool about_z = below ? name_is_under(l->name, z->name) : name_equal(l->name, z->name);
		if (l->kind != kind || !about_z)
			continue;
		*type = l->type;
		return l->name;
	}
	return NULL;
}

static void judge_look(struct judging *j, const struct zone_proof *z, enum look_kind kind)
{
	struct answer_proof proofs[LIMIT_ADDRS_PER_ZONE];
	const struct look *looks[LIMIT_ADDRS_PER_ZONE];
	const struct zone *zone = z->zone;
	bool good = false;
	for (uint32_t i = 0; i < zone->servers.n && i < LIMIT_ADDRS_PER_ZONE; i++) {
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
	for (uint32_t i = 0; i < zone->servers.n && i < LIMIT_ADDRS_PER_ZONE; i++) {
		const struct server *server = zone->servers.at[i];
		if (!looks[i] || proofs[i].status != STATUS_BOGUS)
			continue;
		struct site s = site_look(z, looks[i], &server);
		s.breaks &= kind != LOOK_NODATA; /* nobody asked for that type */
		if (good)
			judge_partial(j, &s, proofs[i].reason, &proofs[i], looks[i]->name, looks[i]->type);
		else
			judge_answer(j, &s, &proofs[i], looks[i]->name, looks[i]->type);
	}
}

static void judge_extras(struct judging *j, const struct zone_proof *z)
{
	static const enum look_kind kinds[] = { LOOK_SOA, LOOK_NS, LOOK_NXNAME, LOOK_NODATA };
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
	if (root_unreachable(j)) /* what came came by no way of a resolver: its signatures blame nobody */
		return;
	for (uint32_t i = 0; i < c->zones.n; i++) {
		if (!worth_telling(c->zones.at[i]))
			continue;
		judge_ds(j, c->zones.at[i]);
		judge_keys(j, c->zones.at[i]);
		judge_ancestor(j, c->zones.at[i]);
		judge_breaking_keys(j, c->zones.at[i]);
		judge_ds_form(j, c->zones.at[i]);
		judge_spare_above(j, c->zones.at[i]);
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
	for (uint32_t i = 0; i < c->legs.n; i++) {
		judge_ds_question(j, c->legs.at[i]->leg);
		judge_leg(j, c->legs.at[i]);
	}
}
