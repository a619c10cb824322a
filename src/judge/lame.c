/* What the servers answer instead of the zone. */
#include "judge/ways.h"

static const struct way lame_ways[] = {
	{ SAID_REFUSED, FINDING_LAME_REFUSED_ALL, FINDING_LAME_REFUSED_SOME },
	{ SAID_SERVFAIL, FINDING_LAME_SERVFAIL_ALL, FINDING_LAME_SERVFAIL_SOME },
	{ SAID_NOTIMP, FINDING_LAME_NOTIMP, FINDING_LAME_NOTIMP },
	{ SAID_FORMERR, FINDING_LAME_FORMERR, FINDING_LAME_FORMERR },
	{ SAID_OTHER_RCODE, FINDING_LAME_NOTAUTH_RCODE, FINDING_LAME_NOTAUTH_RCODE },
	{ SAID_UPWARD, FINDING_LAME_UPWARD_REFERRAL, FINDING_LAME_UPWARD_REFERRAL },
	{ SAID_SELF_REFERRAL, FINDING_LAME_SELF_REFERRAL, FINDING_LAME_SELF_REFERRAL },
	{ SAID_EMPTY_NO_AA, FINDING_LAME_EMPTY_NOERROR_NO_AA, FINDING_LAME_EMPTY_NOERROR_NO_AA },
	{ SAID_TYPE_ERROR, FINDING_QTYPE_SERVFAIL, FINDING_QTYPE_SERVFAIL },
};

/* Answers that most resolvers take, though the server has no business to give them. */
static void judge_authority(struct judging *j, const struct zone *z, const struct leg *leg)
{
	uint16_t no_aa = 0, usable = 0;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		enum said said = server_state(j, z->servers.at[i], leg).said;
		usable = (uint16_t)(usable + (server_counts(j, z->servers.at[i]) && said_usable(said)));
		no_aa = (uint16_t)(no_aa + (server_counts(j, z->servers.at[i]) && said == SAID_NO_AA));
	}
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		struct server_state state = server_state(j, s, leg);
		if (!server_counts(j, s) || (state.said != SAID_NO_AA && state.said != SAID_RECURSED))
			continue;
		enum finding_id id = state.said == SAID_RECURSED ? FINDING_LAME_RECURSOR
				     : no_aa == usable           ? FINDING_LAME_NO_AA
								 : FINDING_LAME_NO_AA_SOME;
		struct finding *f = finding_add(j, id, z, NULL, 0);
		finding_at(j, f, s);
		f->proof = state.look->last;
		f->breaks = true;
	}
}

static enum said said_of_key(const struct server *s)
{
	const struct look *l = server_look(s, LOOK_DNSKEY, s->zone->name, TYPE_DNSKEY);
	return l ? look_said(l) : SAID_NOT_ASKED;
}

/* Bare to the question and bare to the keys: no part of the signed zone is there. Keys that are there make it a fault of
 * denial, and that is told elsewhere. */
static bool all_bare(const struct server *s, enum said said)
{
	enum said key = said_of_key(s);
	return (said == SAID_EMPTY || said == SAID_BARE_NXDOMAIN) && (key == said || key == SAID_NOT_ASKED);
}

static void judge_bare(struct judging *j, const struct zone *z, const struct leg *leg)
{
	uint16_t good = 0, bare = 0;
	if (z == j->tree->zones.at[0] && root_unreachable(j))   /* told so, once, and of no zone */
		return;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		enum said said = server_state(j, z->servers.at[i], leg).said;
		bool is_bare = all_bare(z->servers.at[i], said);
		bare = (uint16_t)(bare + is_bare);
		good = (uint16_t)(good + (said_usable(said) && !is_bare));
	}
	for (uint32_t i = 0; bare && i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		struct server_state state = server_state(j, s, leg);
		if (!server_counts(j, s) || !all_bare(s, state.said))
			continue;
		struct finding *f = finding_add(
			j, state.said == SAID_EMPTY ? FINDING_LAME_EMPTY_NOERROR : FINDING_LAME_NXDOMAIN, z,
			NULL, 0);
		finding_at(j, f, s);
		f->proof = state.look->last;
		f->breaks = true;
		f->always = !good;
		f->severity = good ? SEVERITY_ERROR : SEVERITY_CRITICAL;
	}
}

static const struct rrset *soa_in(const struct message *m)
{
	return m && !m->answer.n ? section_find_type(&m->authority, TYPE_SOA, 0) : NULL;
}

/* Measured: without SOA, BIND takes NOERROR with a proof for broken, also where nobody validates it. */
static bool proven_nodata(const struct message *m)
{
	return m->rcode == RCODE_NOERROR && (section_find_type(&m->authority, TYPE_NSEC, 0) ||
					     section_find_type(&m->authority, TYPE_NSEC3, 0));
}

/* A cut that was only assumed, as validators do under opt-out: the zone above may be what answers. */
static bool may_be_of_zone_above(const struct zone *z, const uint8_t *soa_owner)
{
	return z->no_cut_seen && z->parent && name_equal(soa_owner, z->parent->name);
}

/* Negative answers need the SOA of this very zone (RFC 2308 3). */
static void judge_soa(struct judging *j, const struct zone *z, const struct leg *leg)
{
	bool is_signed = zone_signed(j, z);
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		struct server_state state = server_state(j, s, leg);
		const struct message *m = look_message(state.look);
		if (!server_counts(j, s) || !m || !m->aa || m->answer.n || !said_usable(state.said) ||
		    state.said == SAID_REFERRAL)
			continue;
		const struct rrset *soa = soa_in(m);
		struct finding *f = NULL;
		if (soa && may_be_of_zone_above(z, soa->owner))
			continue;
		if (soa && !name_equal(soa->owner, z->name) && !name_is_under(soa->owner, z->name)) {
			f = finding_add(j, FINDING_WRONG_SOA_OWNER, z, NULL, 0);
			f->detail = name_words(j->arena, soa->owner);
			f->breaks |= m->rcode == RCODE_NOERROR; /* measured: BIND fails, by NXDOMAIN it does not */
		} else if (!soa && !is_signed && !proven_nodata(m)) {
			f = finding_add(j, FINDING_SOA_MISSING_NEGATIVE_UNSIGNED, z, NULL, 0);
		} else if (!soa && !all_bare(s, state.said)) {
			f = finding_add(j, FINDING_SOA_MISSING_NEGATIVE, z, NULL, 0);
			f->breaks = true;
		}
		if (f) {
			finding_at(j, f, s);
			f->proof = state.look->last;
		}
	}
}

void judge_lame(struct judging *j)
{
	judge_ways(j, lame_ways, sizeof lame_ways / sizeof *lame_ways);
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		const struct leg *leg = zone_leg(j, z);
		if (!leg || !zone_judged(j, z))
			continue;
		judge_authority(j, z, leg);
		if (zone_signed(j, z))
			judge_bare(j, z, leg);
	}
	/* each leg: an alias within the zone may end in a denial */
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *leg = j->tree->legs.at[i];
		if (leg_on_path(leg) && leg->zone)
			judge_soa(j, leg->zone, leg);
	}
}
