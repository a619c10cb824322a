/* glue -- the addresses that the parent gives for a zone's name servers: are they the right ones, and does anybody live there? */
#include "judge/inside.h"

enum { TOLD_MAX = 3 };  /* name servers spelled out in one sentence */

static const struct server *server_at(const struct zone *z, const struct addr *a)
{
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (addr_same_ip(&z->servers.at[i]->addr, a))
			return z->servers.at[i];
	return NULL;
}

bool address_works(const struct judging *j, const struct zone *z, const struct addr *a, const struct leg *leg)
{
	const struct server *s = server_at(z, a);
	return s && said_usable(server_state(j, s, leg).said);
}

static bool has_addr(const struct addr *at, uint32_t n, const struct addr *a)
{
	for (uint32_t i = 0; i < n; i++)
		if (addr_same_ip(&at[i], a))
			return true;
	return false;
}

static bool knows_family(const struct ns *ns, uint8_t family)
{
	for (uint32_t i = 0; i < ns->found.n; i++)
		if (ns->found.at[i].family == family)
			return true;
	return false;
}

static const char *glue_words(struct judging *j, const struct ns *ns, const struct addr *glue)
{
	char ip[ADDR_TEXT_MAX], now[ADDR_TEXT_MAX];
	return arena_printf(j->arena, "%s is sent to %s but is at %s", name_words(j->arena, ns->name),
			    addr_text(glue, ip), addr_text(&ns->found.at[0], now));
}

struct glue_count {
	uint16_t wrong, dead, all;
};

/* Wrong: the name's own address records know better. Told only where the record of that family is known. */
static bool glue_is_wrong(const struct ns *ns, const struct addr *glue)
{
	return ns->found.n && knows_family(ns, glue->family) && !has_addr(ns->found.at, ns->found.n, glue);
}

static struct glue_count count_glue(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct glue_count c = { .all = 0 };
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		for (uint32_t k = 0; ns->in_parent && k < ns->glue.n; k++) {
			bool wrong = glue_is_wrong(ns, &ns->glue.at[k]);
			if (edits_drops(j->edits, z->name, &ns->glue.at[k]))
				continue;
			c.all++;
			c.wrong = (uint16_t)(c.wrong + wrong);
			c.dead = (uint16_t)(c.dead + (wrong && !address_works(j, z, &ns->glue.at[k], leg)));
		}
	}
	return c;
}

/* The referral has no address, and none can be looked up elsewhere. Measured: BIND asks the parent for them; Unbound and Knot
 * Resolver end there. */
static bool only_on_asking(const struct zone *z)
{
	bool any = false;
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		if (ns->in_parent && (!ns->glue_needed || (ns->glue.n && !ns->glue_on_asking)))
			return false;
		any |= ns->glue_on_asking;
	}
	return any;
}

/* Every address the parent gives is dead, and every name server has one: Unbound and Knot Resolver end there; BIND looks
 * the names up itself where they lie outside the zone. */
bool glue_leads_nowhere(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct glue_count c = count_glue(j, z, leg);
	if (only_on_asking(z) && !edits_has(j->edits, EDIT_SERVE_ALL, z->name))
		return true;
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (z->ns.at[i]->in_parent && !z->ns.at[i]->glue.n)
			return false;
	return c.all && c.dead == c.all && !edits_has(j->edits, EDIT_SERVE_ALL, z->name);
}

/* ---- the other way round: the glue is right, what the zone says of the same name is not (RFC 2181 5.4.1 ranks that higher) ---- */

static bool own_is_dead(const struct judging *j, const struct zone *z, const struct addr *own, const struct leg *leg)
{
	const struct server *s = server_at(z, own);
	enum said said = s && server_counts(j, s) ? server_state(j, s, leg).said : SAID_NOT_ASKED;
	return said > SAID_FORBIDDEN && !said_usable(said);
}

bool any_works(const struct judging *j, const struct zone *z, const struct addr *at, uint32_t n, const struct leg *leg)
{
	for (uint32_t i = 0; i < n; i++)
		if (address_works(j, z, &at[i], leg))
			return true;
	return false;
}

static bool gives_address(const struct message *m, const struct ns *ns, uint16_t type, const struct addr *own)
{
	const struct rrset *set = m ? section_find(&m->answer, ns->name, type) : NULL;
	for (uint16_t i = 0; set && i < set->n; i++) {
		struct addr a;
		if (addr_from_ip(set->rd[i].at, set->rd[i].len, own->port, &a) && addr_same_ip(&a, own))
			return true;
	}
	return false;
}

/* No server of a signed zone says so with a signature that holds: then it is that server which is wrong, not the zone. */
static bool is_disproved(struct judging *j, const struct zone *z, const struct ns *ns, const struct addr *own)
{
	const struct zone_proof *zp = chain_zone(j->chain, z);
	uint16_t type = own->family == 4 ? TYPE_A : TYPE_AAAA;
	bool said = false;
	for (uint32_t i = 0; zp && zp->status == STATUS_SECURE && i < z->servers.n; i++) {
		const struct look *l = server_look(z->servers.at[i], LOOK_QUESTION, ns->name, type);
		const struct message *m = l ? look_message(l) : NULL;
		struct answer_proof a;
		if (!gives_address(m, ns, type, own) || !chain_usable(m, ns->name, type, z->name))
			continue;
		said = true;
		chain_prove(j->prover, j->chain, zp, m, ns->name, type, &a);
		if (a.status != STATUS_BOGUS)
			return false;
	}
	return said;
}

/* One of its own addresses, which the parent does not give, is dead, and glue of the same family lives; NULL: none. */
static const struct addr *dead_own(struct judging *j, const struct zone *z, const struct ns *ns, const struct leg *leg)
{
	for (uint32_t i = 0; ns->in_parent && i < ns->found.n; i++) {
		const struct addr *own = &ns->found.at[i];
		if (has_addr(ns->glue.at, ns->glue.n, own) || !own_is_dead(j, z, own, leg) ||
		    is_disproved(j, z, ns, own))
			continue;
		for (uint32_t k = 0; k < ns->glue.n; k++)
			if (ns->glue.at[k].family == own->family && address_works(j, z, &ns->glue.at[k], leg))
				return own;
	}
	return NULL;
}

static const char *own_words(struct judging *j, const struct ns *ns, const struct addr *own)
{
	char ip[ADDR_TEXT_MAX], glue[ADDR_TEXT_MAX];
	return arena_printf(j->arena, "it puts %s at %s, which does not serve it; the glue, %s, does", name_words(j->arena, ns->name),
			    addr_text(own, ip), addr_text(&ns->glue.at[0], glue));
}

static void judge_own_addresses(struct judging *j, const struct zone *z, const struct leg *leg)
{
	bool others = false;
	unsigned told = 0;
	struct finding *f = NULL;
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		const struct addr *own = dead_own(j, z, ns, leg);
		others |= any_works(j, z, ns->found.at, ns->found.n, leg) || (!own && any_works(j, z, ns->glue.at, ns->glue.n, leg));
		if (!own)
			continue;
		f = finding_add(j, FINDING_NS_OWN_ADDRESS_STALE, z, NULL, 0);
		f->ns_name = f->ns_name ? f->ns_name : ns->name;
		f->detail = !f->detail        ? own_words(j, ns, own)
			    : ++told < TOLD_MAX ? arena_printf(j->arena, "%s; %s", f->detail, own_words(j, ns, own))
						: f->detail;
		finding_at(j, f, server_at(z, own));
	}
	if (!f)
		return;
	f->breaks = true;
	f->severity = others ? SEVERITY_WARNING : SEVERITY_ERROR;
}

void judge_glue(struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct glue_count c = count_glue(j, z, leg);
	judge_own_addresses(j, z, leg);
	for (uint32_t i = 0; c.wrong && i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		for (uint32_t k = 0; ns->in_parent && k < ns->glue.n; k++) {
			const struct addr *a = &ns->glue.at[k];
			if (!glue_is_wrong(ns, a) || edits_drops(j->edits, z->name, a))
				continue;
			bool works = address_works(j, z, a, leg), all = c.dead == c.all;
			if (works && dead_own(j, z, ns, leg))
				continue;
			struct finding *f = finding_add(j,
							works ? FINDING_GLUE_EXTRA_OR_PARTIAL
							: all ? FINDING_GLUE_STALE_ALL
							      : FINDING_GLUE_STALE_SOME,
							z, NULL, 0);
			const struct server *s = server_at(z, a);
			f->ns_name = f->ns_name ? f->ns_name : ns->name;
			f->detail = f->detail ? f->detail : glue_words(j, ns, a);
			f->breaks = !works;
			if (s)
				finding_at(j, f, s);
		}
	}
}
