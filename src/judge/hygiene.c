/* What is odd and harms nobody today, as far as the answers at hand show it. Only ns-slow can make resolvers fail. */
#include "judge/ways.h"

enum { SLOW_US = 1300 * 1000, TIMER_REFRESH_MIN = 300, TIMER_EXPIRE_MIN = 86400, TIMER_MINIMUM_MAX = 86400 };

typedef bool odd_fn(const struct look *l, const struct message *m);

static bool has_foreign_class(const struct look *l, const struct message *m)
{
	const struct section *const sections[] = { &m->answer, &m->authority, &m->additional };
	(void)l;
	for (unsigned k = 0; k < 3; k++)
		for (uint16_t i = 0; i < sections[k]->n; i++)
			if (sections[k]->at[i].class != CLASS_IN)
				return true;
	return false;
}

static bool has_unasked_opt(const struct look *l, const struct message *m)
{
	return m->has_edns && !(l->last->q.flags & ASK_EDNS);
}

static const struct rrset *own_soa(const struct look *l, const struct message *m)
{
	return l->kind == LOOK_SOA ? section_find(&m->answer, l->name, TYPE_SOA) : NULL;
}

static bool has_many_soas(const struct look *l, const struct message *m)
{
	const struct rrset *soa = own_soa(l, m);
	return soa && soa->n > 1;
}

static bool has_odd_timers(const struct look *l, const struct message *m)
{
	const struct rrset *set = own_soa(l, m);
	if (!set)
		return false;
	struct soa soa = rdata_soa(set->rd[0]);
	return soa.refresh < TIMER_REFRESH_MIN || soa.retry > soa.refresh || soa.expire < TIMER_EXPIRE_MIN ||
	       soa.expire < soa.refresh || soa.minimum > TIMER_MINIMUM_MAX;
}

static bool has_odd_mailbox(const struct look *l, const struct message *m)
{
	const struct rrset *set = own_soa(l, m);
	const uint8_t *rname = set ? rdata_soa(set->rd[0]).rname : NULL;
	for (uint8_t i = 1; rname && i <= rname[0]; i++)
		if (rname[i] == '@')
			return true;
	return false;
}

/* RFC 6672 3.1; RFC 2672 said 0. */
static bool has_other_dname_ttl(const struct look *l, const struct message *m)
{
	const struct rrset *dname = section_find_type(&m->answer, TYPE_DNAME, 0);
	const struct rrset *cname = dname ? section_find(&m->answer, l->name, TYPE_CNAME) : NULL;
	return cname && !cname->n_sigs && name_is_strictly_under(cname->owner, dname->owner) &&
	       cname->ttl != dname->ttl;
}

static bool offers_recursion(const struct look *l, const struct message *m)
{
	(void)l;
	return m->aa && m->ra;
}

/* The apex is denied by a server that answers for names below it. */
static bool denies_apex(const struct look *l, const struct message *m)
{
	const struct zone *z = l->server->zone; /* NULL: a resolver; SOA is asked of names below too, in search of a cut */
	bool apex = (l->kind == LOOK_SOA || l->kind == LOOK_NS) && z && name_equal(l->name, z->name);
	return apex && m->aa && m->rcode == RCODE_NXDOMAIN;
}

static const struct {
	odd_fn *is;
	enum finding_id id;
	bool breaks;            /* in what resolvers ask: some take such a message for broken (measured: BIND) */
} oddities[] = {
	{ has_foreign_class, FINDING_FOREIGN_CLASS_DATA, true }, { has_unasked_opt, FINDING_EDNS_GRATUITOUS_OPT, false },
	{ has_many_soas, FINDING_MULTIPLE_SOA, false },          { has_odd_timers, FINDING_SOA_TIMERS_ODD, false },
	{ has_odd_mailbox, FINDING_SOA_RNAME_BAD, false },       { offers_recursion, FINDING_OPEN_RECURSION, false },
	{ denies_apex, FINDING_APEX_NXDOMAIN, false },           { has_other_dname_ttl, FINDING_DNAME_TTL_ZERO, false },
};

static bool serves(enum said said)
{
	return said_usable(said) && said != SAID_BARE_NXDOMAIN;
}

static void look_for_oddities(struct judging *j, const struct zone *z, const struct server *s,
			      const struct look *l)
{
	const struct message *m = look_message(l);
	for (unsigned i = 0; m && i < sizeof oddities / sizeof *oddities; i++) {
		if (!oddities[i].is(l, m))
			continue;
		struct finding *f = finding_add(j, oddities[i].id, z, NULL, 0);
		finding_at(j, f, s);
		f->proof = f->proof ? f->proof : l->last;
		if (oddities[i].breaks && (l->kind == LOOK_QUESTION || l->kind == LOOK_DNSKEY)) {
			f->breaks = true;
			f->severity = SEVERITY_WARNING;
		}
	}
}

static void judge_slow(struct judging *j, const struct zone *z, const struct leg *leg)
{
	uint16_t usable, slow = 0;
	zone_servers_seen(j, z, leg, &usable);
	for (uint32_t i = 0; i < z->servers.n; i++) {
		struct server_state state = server_state(j, z->servers.at[i], leg);
		if (!server_counts(j, z->servers.at[i]) || !said_usable(state.said) || !state.look ||
		    state.look->last->r.rtt_us < SLOW_US)
			continue;
		struct finding *f = finding_add(j, FINDING_NS_SLOW, z, NULL, 0);
		finding_at(j, f, z->servers.at[i]);
		f->proof = state.look->last;
		f->breaks = ++slow == usable;
		f->number = state.look->last->r.rtt_us / 1000;
		f->severity = f->breaks ? SEVERITY_ERROR : SEVERITY_NOTICE;
	}
}

void judge_hygiene(struct judging *j)
{
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		const struct leg *leg = zone_leg(j, z);
		for (uint32_t k = 0; leg && k < z->servers.n; k++) {
			const struct server *s = z->servers.at[k];
			if (!server_counts(j, s) || !serves(server_state(j, s, leg).said))
				continue;
			for (uint32_t n = 0; n < s->looks.n; n++)
				look_for_oddities(j, z, s, s->looks.at[n]);
		}
		if (leg)
			judge_slow(j, z, leg);
	}
}
