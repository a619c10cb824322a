/* Parent against child: is there a delegation at all, do both sides name the same servers and addresses? */
#include "judge/ways.h"

/* --- not delegated --- */

/* Registries hang their customers right below: a TLD, or second levels such as co.uk and com.au. */
static bool is_registry(const uint8_t *zone)
{
	static const char *const second[] = {
		"co", "com", "net", "org", "ac", "gov", "edu", "or", "ne", "go"
	};
	uint8_t labels = name_labels(zone);
	if (labels <= 1)
		return labels == 1;
	if (labels != 2 || name_strip(zone, 1)[0] != 2)
		return false;
	for (unsigned i = 0; i < sizeof second / sizeof *second; i++) {
		const char *s = second[i];
		uint8_t n = 0;
		while (s[n] && n < zone[0] && (zone[1 + n] | 0x20) == s[n])
			n++;
		if (!s[n] && n == zone[0])
			return true;
	}
	return false;
}

static void not_delegated(struct judging *j, const struct leg *leg)
{
	const struct message *m = leg->first_answer ? leg->first_answer->m : NULL;
	if (leg->end != LEG_ANSWERED || !leg->zone || !m || !m->aa || m->answer.n ||
	    m->rcode != RCODE_NXDOMAIN)
		return;
	uint8_t above = name_labels(leg->zone->name), labels = name_labels(leg->name);
	if (!is_registry(leg->zone->name) || labels <= above)
		return;
	struct finding *f = finding_add(j, FINDING_NOT_DELEGATED, leg->zone,
					name_suffix(leg->name, (uint8_t)(above + 1)), 0);
	f->proof = leg->first_answer;
}

static void judge_not_delegated(struct judging *j)
{
	for (uint32_t i = 0; i < j->tree->legs.n; i++)
		if (leg_on_path(j->tree->legs.at[i]))
			not_delegated(j, j->tree->legs.at[i]);
}

/* --- the two NS sets --- */

static bool knows_child_set(const struct zone *z)
{
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (z->ns.at[i]->in_child)
			return true;
	return false;
}

static void tell(struct judging *j, struct finding *f, const uint8_t *name)
{
	const char *text = name_words(j->arena, name);
	f->ns_name = f->ns_name ? f->ns_name : name;
	f->detail = f->detail ? arena_printf(j->arena, "%s, %s", f->detail, text) : text;
}

static bool knows_parent_set(const struct zone *z)
{
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (z->ns.at[i]->in_parent)
			return true;
	return false;
}

static void judge_sets(struct judging *j, const struct zone *z)
{
	if (!knows_child_set(z) || !knows_parent_set(z))
		return;
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		if (ns->in_parent && !ns->in_child)
			tell(j, finding_add(j, FINDING_NS_SET_PARENT_ONLY, z, NULL, 0), ns->name);
		if (ns->in_child && !ns->in_parent)
			tell(j, finding_add(j, FINDING_NS_SET_CHILD_ONLY, z, NULL, 0), ns->name);
	}
}

/* We did not look, or had no questions left for it: that says nothing of the server. */
static bool not_seen(const struct ns *ns)
{
	return (ns->outcome == NS_NOT_LOOKED || ns->outcome == NS_OVER_BUDGET) && !ns->glue.n && !ns->found.n;
}

static bool name_works(const struct judging *j, const struct zone *z, const struct ns *ns,
		       const struct leg *leg)
{
	return any_works(j, z, ns->glue.at, ns->glue.n, leg) || any_works(j, z, ns->found.at, ns->found.n, leg) || not_seen(ns);
}

/* Resolvers that have taken the zone's own NS set find nobody there. */
static void judge_child_set(struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct finding *f;
	uint16_t usable;
	zone_servers_seen(j, z, leg, &usable);
	if (!usable || !knows_child_set(z))
		return;
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (z->ns.at[i]->in_child && name_works(j, z, z->ns.at[i], leg))
			return;
	f = finding_add(j, FINDING_CHILD_NS_ALL_DEAD, z, NULL, 0);
	f->breaks = true;
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (z->ns.at[i]->in_child)
			tell(j, f, z->ns.at[i]->name);
}

static void judge_child_missing(struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct look *l = server_look(z->servers.at[i], LOOK_NS, z->name, TYPE_NS);
		const struct message *m = look_message(l);
		if (!m || !m->aa || m->rcode != RCODE_NOERROR || m->answer.n || !soa_of(m, z->name))
			continue;
		struct finding *f = finding_add(j, FINDING_CHILD_NS_MISSING, z, NULL, 0);
		finding_at(j, f, z->servers.at[i]);
		f->proof = l->last;
	}
}

/* --- how many, how far apart --- */

static void judge_spread(struct judging *j, const struct zone *z)
{
	uint16_t names = 0, four = 0, six = 0;
	bool same_net = z->servers.n > 1;
	for (uint32_t i = 0; i < z->ns.n; i++)
		names = (uint16_t)(names + (z->ns.at[i]->in_parent || z->ns.at[i]->in_child));
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		const uint8_t *ip = s->addr.ip, *first = z->servers.at[0]->addr.ip;
		four = (uint16_t)(four + (s->addr.family == 4));
		six = (uint16_t)(six + (s->addr.family == 6));
		same_net &=
			s->addr.family == 4 && ip[0] == first[0] && ip[1] == first[1] && ip[2] == first[2];
		if (s->names.n > 1)
			finding_at(j, finding_add(j, FINDING_NS_SAME_ADDRESS, z, NULL, 0), s);
	}
	if (names == 1)
		finding_add(j, FINDING_SINGLE_NS, z, NULL, 0);
	if (same_net && z->servers.at[0]->addr.family == 4)
		finding_add(j, FINDING_SAME_NETWORK_NS, z, NULL, 0)->detail = "one /24";
	if ((four == 0) != (six == 0))
		finding_add(j, FINDING_NS_SINGLE_FAMILY, z, NULL, 0)->detail = four ? "IPv4" : "IPv6";
}

void judge_delegation(struct judging *j)
{
	judge_not_delegated(j);
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		const struct leg *leg = zone_leg(j, z);
		if (!zone_judged(j, z) || !z->parent)
			continue;
		judge_ns_names(j, z);
		judge_parents(j, z);
		if (!leg)
			continue;
		judge_sets(j, z);
		judge_child_set(j, z, leg);
		judge_child_missing(j, z);
		judge_glue(j, z, leg);
		judge_spread(j, z);
	}
}
