/* Silence, ICMP, TCP, replies that resolvers must drop, addresses nobody can reach. */
#include "judge/ways.h"

static const struct way reach_ways[] = {
	{ SAID_FORBIDDEN, FINDING_NS_PRIVATE_ADDRESS, FINDING_NS_PRIVATE_ADDRESS },
	{ SAID_SILENT, FINDING_NS_TIMEOUT_ALL, FINDING_NS_TIMEOUT_SOME },
	{ SAID_UNREACHABLE, FINDING_NS_ICMP_UNREACHABLE, FINDING_NS_ICMP_UNREACHABLE },
	{ SAID_TCP_REFUSED, FINDING_NS_TCP_REFUSED, FINDING_NS_TCP_REFUSED },
	{ SAID_TCP_SILENT, FINDING_NS_TCP_SILENT, FINDING_NS_TCP_SILENT },
	{ SAID_WRONG_SOURCE, FINDING_NS_WRONG_SOURCE_ADDRESS, FINDING_NS_WRONG_SOURCE_ADDRESS },
	{ SAID_WRONG_ID, FINDING_NS_WRONG_TXID, FINDING_NS_WRONG_TXID },
	{ SAID_WRONG_QUESTION, FINDING_NS_WRONG_QUESTION, FINDING_NS_WRONG_QUESTION },
	{ SAID_MALFORMED, FINDING_NS_MALFORMED_REPLY, FINDING_NS_MALFORMED_REPLY },
	{ SAID_BADCOOKIE, FINDING_NS_BADCOOKIE_LOOP, FINDING_NS_BADCOOKIE_LOOP },
	{ SAID_EDNS_SILENT, FINDING_EDNS_DROPPED, FINDING_EDNS_DROPPED_SOME },
	{ SAID_DO_SILENT, FINDING_EDNS_DO_DROPPED, FINDING_EDNS_DO_DROPPED },
	{ SAID_BADVERS, FINDING_EDNS_BADVERS_ALWAYS, FINDING_EDNS_BADVERS_ALWAYS },
	{ SAID_UDP_SILENT, FINDING_NS_UDP_SILENT, FINDING_NS_UDP_SILENT },
	{ SAID_LARGE_LOST, FINDING_UDP_LARGE_ANSWER_LOST, FINDING_UDP_LARGE_ANSWER_LOST },
	{ SAID_TYPE_DROPPED, FINDING_QTYPE_DROPPED, FINDING_QTYPE_DROPPED },
};

static bool dead(enum said said)
{
	return said == SAID_SILENT || said == SAID_UNREACHABLE;
}

static bool shares_name(const struct server *a, const struct server *b)
{
	for (uint32_t i = 0; i < a->names.n; i++)
		for (uint32_t k = 0; k < b->names.n; k++)
			if (name_equal(a->names.at[i], b->names.at[k]))
				return true;
	return false;
}

static bool lives_over_ipv4(const struct judging *j, const struct zone *z, const struct server *six,
			    const struct leg *leg)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		if (s->addr.family == 4 && server_counts(j, s) && shares_name(s, six) &&
		    said_usable(server_state(j, s, leg).said))
			return true;
	}
	return false;
}

/* IPv6 works from here (or blind6 would stand), this host's does not. */
static void judge_ipv6(struct judging *j, const struct zone *z, const struct leg *leg)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		struct server_state state = server_state(j, s, leg);
		if (s->addr.family != 6 || !server_counts(j, s) || !dead(state.said) ||
		    !lives_over_ipv4(j, z, s, leg))
			continue;
		struct finding *f = finding_add(j, FINDING_NS_IPV6_DEAD, z, NULL, 0);
		finding_at(j, f, s);
		f->proof = state.look ? state.look->last : NULL;
		f->breaks = true;
	}
}

void judge_reach(struct judging *j)
{
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		const struct leg *leg = zone_leg(j, z);
		if (leg && zone_judged(j, z))
			judge_ipv6(j, z, leg);
	}
	judge_ways(j, reach_ways, sizeof reach_ways / sizeof *reach_ways);
	judge_transport(j);
}
