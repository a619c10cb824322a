/* bootstrap -- a signed zone without DS asks for its first one by CDS and CDNSKEY. A parent gives it when the operators of all name
 * servers outside the zone say the same under their own, signed names (RFC 9615 4.2). Where none of them says anything nobody
 * tried, and that is no fault. */
#include "judge/dnssec.h"
#include "dns/text.h"

struct signals { unsigned agree, wrong; const uint8_t *name; const char *why; };

/* The zone's own records, of any of its servers: where these differ, multisigner-cds-differs tells. */
static const struct rrset *own_records(const struct judging *j, const struct zone *z, uint16_t type)
{
	enum look_kind kind = type == TYPE_CDS ? LOOK_CDS : LOOK_CDNSKEY;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct look *l = server_look(z->servers.at[i], kind, z->name, type);
		const struct message *m = l && server_counts(j, z->servers.at[i]) ? look_message(l) : NULL;
		const struct rrset *r = m && m->aa ? section_find(&m->answer, z->name, type) : NULL;
		if (r)
			return r;
	}
	return NULL;
}

static const struct leg_proof *signal_leg(const struct judging *j, const uint8_t *name, uint16_t type)
{
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *p = j->chain->legs.at[i];
		if (p->leg->for_ns && p->leg->type == type && name_equal(p->leg->name, name))
			return p;
	}
	return NULL;
}

/* Equal but for the owner. */
static bool same_records(const struct rrset *a, const struct rrset *b)
{
	uint16_t found = 0;
	for (uint16_t i = 0; i < a->n; i++)
		for (uint16_t k = 0; k < b->n; k++)
			if (rdata_equal(a->rd[i], b->rd[k])) {
				found++;
				break;
			}
	return a->n == b->n && found == a->n;
}

static const char *what_is_wrong(struct judging *j, const struct leg_proof *p, const struct rrset *signal, const struct rrset *own)
{
	const char *type = type_text(j->arena, p->leg->type), *host = name_words(j->arena, p->leg->for_ns->name);
	if (p->leg->end != LEG_ANSWERED)
		return arena_printf(j->arena, "no answer for the %s at %s", type, host);
	if (p->status == STATUS_BOGUS)
		return arena_printf(j->arena, "the %s for %s does not validate", type, host);
	if (!signal != !own)
		return arena_printf(j->arena, signal ? "there is a %s for %s that the zone lacks" : "no %s for %s", type, host);
	if (signal && p->status != STATUS_SECURE)
		return arena_printf(j->arena, "the %s for %s lies in a zone that is not secure", type, host);
	return signal && !same_records(signal, own) ? arena_printf(j->arena, "the %s for %s is another one", type, host) : NULL;
}

static void look_at(struct judging *j, const struct zone *z, const struct ns *ns, uint16_t type, struct signals *out)
{
	const uint8_t *name = tree_signal_name(j->arena, z->name, ns->name);
	const struct leg_proof *p = name ? signal_leg(j, name, type) : NULL;
	if (!p || p->leg->end == LEG_OPEN)
		return;
	const struct rrset *own = own_records(j, z, type);
	const struct rrset *signal = p->best && p->best->m ? section_find(&p->best->m->answer, name, type) : NULL;
	const char *why = what_is_wrong(j, p, signal, own);
	out->agree += signal != NULL;
	out->wrong += why != NULL;
	if (!why || out->why)
		return;
	out->why = why;
	out->name = name;
}

static void judge_zone(struct judging *j, const struct zone_proof *z)
{
	const struct zone_proof *up = z->zone->parent ? chain_zone(j->chain, z->zone->parent) : NULL;
	struct signals s = { 0 };
	if (!up || up->status != STATUS_SECURE || z->status != STATUS_INSECURE || z->anchored || !z->best_keys ||
	    !z->best_keys->rrset || (z->best_ds && z->best_ds->present))
		return;
	for (uint32_t i = 0; i < z->zone->ns.n; i++) {
		const struct ns *ns = z->zone->ns.at[i];
		if (!ns->in_parent || name_is_under(ns->name, z->zone->name))
			continue;
		look_at(j, z->zone, ns, TYPE_CDS, &s);
		look_at(j, z->zone, ns, TYPE_CDNSKEY, &s);
	}
	if (s.agree && s.wrong)
		finding_add(j, FINDING_BOOTSTRAP_SIGNAL_WRONG, z->zone, s.name, 0)->detail = s.why;
}

void judge_bootstrap(struct judging *j)
{
	for (uint32_t i = 0; i < j->chain->zones.n; i++)
		if (zone_ends_leg(j, j->chain->zones.at[i]->zone))
			judge_zone(j, j->chain->zones.at[i]);
}
