/* csync -- what a zone asks its parent to copy: its NS records, and the addresses of name servers inside it (RFC 7477). No
 * resolver reads it. Whether it lasts, only memory can tell. */
#include "judge/dnssec.h"

enum { IMMEDIATE = 1, SOA_MINIMUM = 2 }; /* RFC 7477 2.1.1.2 */

static const uint16_t copied[] = { TYPE_NS, TYPE_A, TYPE_AAAA }; /* RFC 7477 3.2 */

static bool soa_serial(const struct server *s, uint32_t *serial)
{
	const struct look *l = server_look(s, LOOK_SOA, s->zone->name, TYPE_SOA);
	const struct message *m = l ? look_message(l) : NULL;
	const struct rrset *r = m ? section_find(&m->answer, s->zone->name, TYPE_SOA) : NULL;
	if (r && r->n)
		*serial = rdata_soa(r->rd[0]).serial;
	return r && r->n;
}

/* Why a parent that keeps to the RFC does nothing; NULL: it would. */
static const char *ignored(struct judging *j, const struct zone_proof *z, const struct server *s, const struct rrset *set)
{
	struct csync c = rdata_csync(set->rd[0]);
	struct rrset_proof proof;
	uint32_t serial;
	if (set->n > 1)
		return "there is more than one";
	if (c.flags & ~(IMMEDIATE | SOA_MINIMUM))
		return "it has a flag that nobody knows";
	if (!bitmap_has_only(c.bitmap, c.bitmap_len, copied, 3))
		return "it lists types that are not copied to a parent (NS, A and AAAA are)";
	if (z->status != STATUS_SECURE)
		return "the zone has no chain of trust, so it cannot be validated";
	prove_rrset(j->prover, set, &z->best_keys->keys, &proof);
	if (proof.status == STATUS_BOGUS)
		return arena_printf(j->arena, "it does not validate, for %s", reason_text(proof.reason));
	if (c.flags & SOA_MINIMUM && soa_serial(s, &serial) && serial32_before((struct serial32){ serial }, (struct serial32){ c.serial }))
		return arena_printf(j->arena, "it waits for serial %u, the zone has %u", (unsigned)c.serial, (unsigned)serial);
	return NULL;
}

static bool ns_differ(const struct zone *z)
{
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (z->ns.at[i]->in_parent != z->ns.at[i]->in_child)
			return true;
	return false;
}

static bool holds(const struct addr *at, uint32_t n, const struct addr *a)
{
	for (uint32_t i = 0; i < n; i++)
		if (addr_same_ip(&at[i], a))
			return true;
	return false;
}

/* Of name servers inside the zone, as far as their own addresses were asked for. */
static bool addresses_differ(const struct zone *z, uint8_t family)
{
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		for (uint32_t k = 0; ns->glue_needed && ns->in_parent && ns->found.n && k < ns->glue.n; k++)
			if (ns->glue.at[k].family == family && !holds(ns->found.at, ns->found.n, &ns->glue.at[k]))
				return true;
		for (uint32_t k = 0; ns->glue_needed && ns->in_parent && k < ns->found.n; k++)
			if (ns->found.at[k].family == family && !holds(ns->glue.at, ns->glue.n, &ns->found.at[k]))
				return true;
	}
	return false;
}

static const char *differs(const struct zone *z, const struct csync *c)
{
	if (bitmap_has(c->bitmap, c->bitmap_len, TYPE_NS) && ns_differ(z))
		return "NS";
	if (bitmap_has(c->bitmap, c->bitmap_len, TYPE_A) && addresses_differ(z, 4))
		return "A";
	return bitmap_has(c->bitmap, c->bitmap_len, TYPE_AAAA) && addresses_differ(z, 6) ? "AAAA" : NULL;
}

static void judge_at(struct judging *j, const struct zone_proof *z, const struct server *s)
{
	const uint8_t *apex = z->zone->name;
	const struct look *l = server_look(s, LOOK_CSYNC, apex, TYPE_CSYNC);
	const struct rrset *set =
		l && chain_usable(l->m, apex, TYPE_CSYNC, apex) ? section_find(&l->m->answer, apex, TYPE_CSYNC) : NULL;
	if (!set || !set->n || !server_counts(j, s))
		return;
	const char *why = ignored(j, z, s, set);
	struct csync c = rdata_csync(set->rd[0]);
	const char *what = why ? NULL : differs(z->zone, &c);
	struct site at = site_look(z, l, &s);
	at.breaks = at.always = false;
	if (why)
		site_add(j, &at, FINDING_CSYNC_INVALID, apex, TYPE_CSYNC)->detail = why;
	else if (what)
		site_add(j, &at, FINDING_CSYNC_STUCK, apex, TYPE_CSYNC)->detail =
			c.flags & IMMEDIATE ? arena_printf(j->arena, "the %s records", what)
					    : arena_printf(j->arena, "the %s records (without the flag immediate it waits for the owner's word)", what);
}

void judge_csync(struct judging *j)
{
	for (uint32_t i = 0; i < j->chain->zones.n; i++) {
		const struct zone_proof *z = j->chain->zones.at[i];
		bool judged = z->status == STATUS_SECURE || z->status == STATUS_INSECURE;
		for (uint32_t k = 0; judged && !z->assumed && zone_ends_leg(j, z->zone) && k < z->zone->servers.n; k++)
			judge_at(j, z, z->zone->servers.at[k]);
	}
}
