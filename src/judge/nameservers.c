/* The names a zone is delegated to: do they exist, have they addresses, and can these be had? */
#include "judge/inside.h"
#include "base/limits.h"
#include "base/text.h"

struct ns_fault {
	enum ns_found outcome;
	enum finding_id all, some;
};
static const struct ns_fault faults[] = {
	{ NS_NXDOMAIN, FINDING_NS_NAME_NXDOMAIN_ALL, FINDING_NS_NAME_NXDOMAIN_SOME },
	{ NS_NO_ADDRESS, FINDING_NS_NAME_NO_ADDRESS, FINDING_NS_NAME_NO_ADDRESS },
	{ NS_UNRESOLVABLE, FINDING_NS_NAME_IN_BROKEN_ZONE, FINDING_NS_NAME_IN_BROKEN_ZONE },
	{ NS_CYCLE, FINDING_DELEGATION_CYCLE, FINDING_DELEGATION_CYCLE },
};
enum { NAMES_TOLD = 4, TOO_MANY_DEAD = 8 };

static uint16_t parent_names(const struct zone *z)
{
	uint16_t n = 0;
	for (uint32_t i = 0; i < z->ns.n; i++)
		n = (uint16_t)(n + z->ns.at[i]->in_parent);
	return n;
}

/* Inside the zone, so that nobody can find it without glue; a name of the zone that answers is found out anyway. */
static bool lacks_glue(const struct ns *ns)
{
	return ns->glue_needed && (!ns->glue.n || ns->glue_on_asking);
}

/* Where the records that give its address do not validate: BIND and Unbound use it all the same, Knot Resolver does not. Or those
 * that give the addresses of all servers on the way to them. NULL: they do, or there is glue. */
static const struct leg *bogus_leg(const struct judging *j, const struct ns *ns, unsigned deep);

static const struct leg *all_bogus(const struct judging *j, const struct zone *z, unsigned deep)
{
	const struct leg *found = NULL;
	for (uint32_t i = 0; z->parent && i < z->ns.n; i++) {
		const struct leg *l = z->ns.at[i]->in_parent ? bogus_leg(j, z->ns.at[i], deep) : NULL;
		if (!l && z->ns.at[i]->in_parent)
			return NULL;
		found = found ? found : l;
	}
	return found;
}

static const struct leg *bogus_leg(const struct judging *j, const struct ns *ns, unsigned deep)
{
	const struct leg_proof *p = ns->leg && !ns->glue.n ? chain_leg(j->chain, ns->leg) : NULL;
	if (!p || ns->outcome != NS_ADDRESSES)
		return NULL;
	if (p->status == STATUS_BOGUS)
		return ns->leg;
	return deep < LIMIT_SUBWALK_DEPTH && ns->leg->zone ? all_bogus(j, ns->leg->zone, deep + 1) : NULL;
}

static bool address_is_bogus(const struct judging *j, const struct ns *ns)
{
	return bogus_leg(j, ns, 0) != NULL;
}

static void tell_name(struct judging *j, struct finding *f, const uint8_t *name, uint16_t of)
{
	f->n_servers++;
	f->of_servers = of;
	f->ns_name = f->ns_name ? f->ns_name : name;
	const char *text = name_words(j->arena, name);
	if (f->n_servers > NAMES_TOLD + 1)
		return;
	if (f->n_servers > NAMES_TOLD)
		text = "and more";
	f->detail = f->detail ? arena_printf(j->arena, "%s, %s", f->detail, text) : text;
}

/* Why its zone fails: that zone's own reason, not that of what hangs below. */
static enum reason own_reason(const struct judging *j, const struct leg_proof *p)
{
	enum reason reason = p->reason;
	for (const struct zone *z = p->leg->zone; z && reason == REASON_PARENT; z = z->parent) {
		const struct zone_proof *above = chain_zone(j->chain, z);
		reason = above ? above->reason : reason;
	}
	return reason;
}

static const char *leg_trouble(struct judging *j, const struct leg *leg)
{
	const struct leg_proof *p = leg ? chain_leg(j->chain, leg) : NULL;
	const char *zone = leg && leg->zone ? name_words(j->arena, leg->zone->name) : "their zone";
	if (p && p->status == STATUS_BOGUS)
		return arena_printf(j->arena, "%s is bogus: %s", zone, reason_text(own_reason(j, p)));
	if (leg && leg->end == LEG_NO_SERVERS)
		return arena_printf(j->arena, "%s has no name server with an address", zone);
	return arena_printf(j->arena, "no server of %s answers", zone);
}

/* "no server of host.lab answers: a.host.lab, b.host.lab" */
static void tell_broken(struct judging *j, struct finding *f, const struct ns *ns, uint16_t of)
{
	const struct leg *bogus = bogus_leg(j, ns, 0);
	bool first = !f->n_servers;
	tell_name(j, f, ns->name, of);
	if (first)
		f->detail = arena_printf(j->arena, "%s, so none of %s", leg_trouble(j, bogus ? bogus : ns->leg), f->detail);
}

static void judge_fault(struct judging *j, const struct zone *z, const struct ns_fault *fault, bool nobody)
{
	bool too_many = finding_has(j, FINDING_NS_NAMES_TOO_MANY_DEAD, z);
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		if (!ns->in_parent || lacks_glue(ns) || ns->outcome != fault->outcome)
			continue;
		struct finding *f = finding_add(j, nobody ? fault->all : fault->some, z, NULL, 0);
		if (fault->outcome == NS_UNRESOLVABLE)
			tell_broken(j, f, ns, parent_names(z));
		else
			tell_name(j, f, ns->name, parent_names(z));
		f->breaks = true;
		f->always = nobody && !too_many;
		f->severity = nobody ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	}
}

static void judge_bogus_addresses(struct judging *j, const struct zone *z)
{
	uint16_t bogus = 0, names = parent_names(z);
	for (uint32_t i = 0; i < z->ns.n; i++)
		bogus = (uint16_t)(bogus + (z->ns.at[i]->in_parent && address_is_bogus(j, z->ns.at[i])));
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		if (!ns->in_parent || !address_is_bogus(j, ns))
			continue;
		struct finding *f = finding_add(j, FINDING_NS_NAME_IN_BROKEN_ZONE, z, NULL, 0);
		tell_broken(j, f, ns, names);
		f->breaks = true;       /* measured: also where one of four is */
		f->severity = bogus == names ? SEVERITY_ERROR : SEVERITY_WARNING;
	}
}

static void judge_glue_missing(struct judging *j, const struct zone *z, bool nobody)
{
	if (z->no_cut_seen)
		return;                 /* the parent's servers answer for the zone's names themselves */
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		if (!ns->in_parent || !lacks_glue(ns))
			continue;
		struct finding *f = finding_add(j, FINDING_GLUE_MISSING, z, NULL, 0);
		tell_name(j, f, ns->name, parent_names(z));
		f->always = nobody;
		f->breaks = nobody || ns->glue_on_asking;
		f->severity = f->breaks ? SEVERITY_CRITICAL : SEVERITY_NOTICE;
	}
}

static void judge_aliases(struct judging *j, const struct zone *z)
{
	uint16_t aliases = 0, names = parent_names(z);
	for (uint32_t i = 0; i < z->ns.n; i++)
		aliases = (uint16_t)(aliases + (z->ns.at[i]->in_parent && z->ns.at[i]->is_cname));
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		if (!ns->in_parent || !ns->is_cname)
			continue;
		struct finding *f = finding_add(j, FINDING_NS_IS_CNAME, z, NULL, 0);
		tell_name(j, f, ns->name, names);
		f->breaks = aliases == names;
		f->severity = f->breaks ? SEVERITY_ERROR : SEVERITY_WARNING;
	}
}

static void judge_too_many(struct judging *j, const struct zone *z, bool nobody)
{
	uint16_t unknown = 0, dead = 0;
	for (uint32_t i = 0; i < z->ns.n; i++) {
		enum ns_found o = z->ns.at[i]->outcome;
		unknown = (uint16_t)(unknown + (o == NS_OVER_BUDGET));
		dead = (uint16_t)(dead + (o == NS_NXDOMAIN || o == NS_NO_ADDRESS || o == NS_UNRESOLVABLE));
	}
	if (!nobody || (!unknown && !z->ns_left_out) || (dead < TOO_MANY_DEAD && !z->ns_left_out))
		return;
	struct finding *f = finding_add(j, FINDING_NS_NAMES_TOO_MANY_DEAD, z, NULL, 0);
	f->n_servers = dead;
	f->of_servers = (uint16_t)(z->ns.n + z->ns_left_out);
	f->breaks = f->always = true;
}

/* Name servers that need name servers that need...: our own walk gave up where resolvers with a cold cache do. */
static void judge_depth(struct judging *j, const struct zone *z, bool nobody)
{
	uint8_t deepest = 0;
	for (uint32_t i = 0; i < j->tree->legs.n; i++)
		deepest = j->tree->legs.at[i]->depth > deepest ? j->tree->legs.at[i]->depth : deepest;
	for (uint32_t i = 0; nobody && deepest >= LIMIT_SUBWALK_DEPTH && i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		if (ns->outcome == NS_OVER_BUDGET && ns->in_parent)
			tell_name(j, finding_add(j, FINDING_DEPENDENCY_CHAIN_TOO_DEEP, z, NULL, 0), ns->name,
				  parent_names(z));
	}
}

static bool any_ns_finding(const struct judging *j, const struct zone *z)
{
	const struct finding *f;
	for (uint32_t i = 0; (f = finding_made(j, i)); i++)
		if (f->zone == z && f->always && finding_kind(f->id)->family == FAMILY_NS_NAMES)
			return true;
	return false;
}

/* No finding may be missing where a resolver gets nowhere. */
static void judge_rest(struct judging *j, const struct zone *z)
{
	if (z->servers.n || any_ns_finding(j, z) || j->tree->budget_hit || j->tree->cut_short)
		return;
	struct finding *f = finding_add(j, FINDING_DELEGATION_DEAD, z, NULL, 0);
	f->breaks = f->always = true;
	for (uint32_t i = 0; i < z->ns.n; i++)
		tell_name(j, f, z->ns.at[i]->name, (uint16_t)z->ns.n);
}

void judge_ns_names(struct judging *j, const struct zone *z)
{
	bool nobody = !z->servers.n;
	if (only_other_family(j, z))
		return;
	judge_too_many(j, z, nobody);
	for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++)
		judge_fault(j, z, &faults[i], nobody);
	judge_bogus_addresses(j, z);
	judge_glue_missing(j, z, nobody);
	judge_aliases(j, z);
	judge_depth(j, z, nobody);
	judge_rest(j, z);
}
