/* The verdict word: what a validating resolver gets, from proofs and from the servers it can use. */
#include "judge/inside.h"

enum path { PATH_GOOD, PATH_UNSEEN, PATH_FAILS };

static bool asked_in_vain(const struct judging *j, const struct zone *z, enum look_kind kind, bool *any)
{
	bool got = false, asked = false;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		for (uint32_t k = 0; k < s->looks.n && server_counts(j, s); k++) {
			const struct look *l = s->looks.at[k];
			if (l->kind != kind || look_said(l) == SAID_NOT_ASKED)
				continue;
			asked = true;
			got |= said_usable(look_said(l));
		}
	}
	*any = asked;
	return asked && !got;
}

/* A validator needs the keys, and gets them from nobody in the way resolvers ask. */
static bool keys_unreachable(const struct judging *j, const struct zone *z)
{
	bool asked;
	if (!zone_signed(j, z) || edits_has(j->edits, EDIT_SERVE_DNSSEC, z->name))
		return false;
	return asked_in_vain(j, z, LOOK_DNSKEY, &asked);
}

static bool zone_fails(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	uint16_t usable;
	uint16_t seen = zone_servers_seen(j, z, leg, &usable);
	if (seen && !usable && zone_way_past(j, z) != WAY_PAST_NAME)
		return true;
	if (z->servers.n && !zone_servers_counted(j, z))
		return true;
	return keys_unreachable(j, z) || glue_leads_nowhere(j, z, leg);
}

bool way_fails(const struct judging *j, const struct leg *leg)
{
	for (const struct zone *z = leg->zone; z; z = z->parent)
		if (zone_fails(j, z, leg))
			return true;
	return false;
}

/* Addresses there are, but only of an IP family that we do not ask over. */
bool only_other_family(const struct judging *j, const struct zone *z)
{
	const struct setup *setup = &j->tree->evidence->setup;
	if (!z || z->servers.n || (setup->use_ipv4 && setup->use_ipv6))
		return false;
	bool any = !z->parent;
	for (uint32_t i = 0; i < z->ns.n; i++)
		any |= z->ns.at[i]->glue.n || z->ns.at[i]->found.n;
	return any;
}

static bool looked_for_all_addresses(const struct zone *z)
{
	for (uint32_t i = 0; z && i < z->ns.n; i++)
		if (z->ns.at[i]->outcome == NS_OVER_BUDGET)
			return false;
	return true;
}

/* No proof either way: for want of answers that a resolver would not get either, or of our own budget? */
static enum path indeterminate_path(const struct judging *j, const struct leg *leg)
{
	bool asked;
	if (j->chain->no_anchor)
		return PATH_GOOD;
	if (j->chain->budget_hit || j->tree->budget_hit || j->tree->cut_short)
		return PATH_UNSEEN;
	for (const struct zone *z = leg->zone; z; z = z->parent)
		if (keys_unreachable(j, z) || asked_in_vain(j, z, LOOK_DS, &asked))
			return PATH_FAILS;
	return PATH_UNSEEN;
}

static enum path proof_path(const struct judging *j, const struct leg *leg)
{
	const struct leg_proof *p = chain_leg(j->chain, leg);
	if (!p)
		return PATH_UNSEEN;
	if (p->reason == REASON_DNAME_MISMATCH)
		return PATH_GOOD; /* most resolvers make the CNAME themselves: dname-cname-mismatch tells who does not */
	if (p->status == STATUS_BOGUS)
		return p->reason == REASON_BUDGET ? PATH_UNSEEN : PATH_FAILS;
	return p->status == STATUS_INDETERMINATE ? indeterminate_path(j, leg) : PATH_GOOD;
}

static enum path leg_path(const struct judging *j, const struct leg *leg)
{
	bool root_dead =
		leg->zone && !leg->zone->parent && leg->end != LEG_ANSWERED && zone_fails(j, leg->zone, leg);
	switch (leg->end) {
	case LEG_OPEN: return PATH_UNSEEN;
	case LEG_LOOP: return PATH_FAILS;
	case LEG_STUCK: return root_dead ? PATH_UNSEEN : PATH_FAILS;
	case LEG_NO_SERVERS:
		if (only_other_family(j, leg->zone))
			return PATH_UNSEEN;
		return looked_for_all_addresses(leg->zone) ? PATH_FAILS : PATH_UNSEEN;
	case LEG_ANSWERED: break;
	}
	if (root_unreachable(j)) /* answered by ways that no resolver goes: without EDNS, or by TCP alone */
		return PATH_UNSEEN;
	return way_fails(j, leg) ? PATH_FAILS : proof_path(j, leg);
}

static enum path worst_path(const struct judging *j)
{
	enum path worst = PATH_GOOD;
	if (network_down(j) || !j->tree->legs.n)
		return PATH_UNSEEN;
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *leg = j->tree->legs.at[i];
		if (!leg_on_path(leg))
			continue;
		enum path p = leg_path(j, leg);
		worst = p > worst ? p : worst;
	}
	return worst;
}

static bool any_breaks(const struct judging *j)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (j->v->findings.at[i].breaks)
			return true;
	return false;
}

/* Fine today, and the moment is known. */
bool finding_runs_out(const struct finding *f)
{
	return finding_kind(f->id)->family == FAMILY_TIMING && f->severity >= SEVERITY_WARNING;
}

static bool any_runs_out(const struct judging *j)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (finding_runs_out(&j->v->findings.at[i]))
			return true;
	return false;
}

static enum verdict_word word_of(const struct judging *j)
{
	switch (worst_path(j)) {
	case PATH_FAILS: return VERDICT_SERVFAIL;
	case PATH_UNSEEN: return VERDICT_UNKNOWN;
	case PATH_GOOD: break;
	}
	if (any_breaks(j))
		return VERDICT_DEGRADED;
	return any_runs_out(j) ? VERDICT_AT_RISK : VERDICT_OK;
}

/* Bogus beats indeterminate beats insecure beats secure. */
static unsigned rank(enum status s)
{
	static const unsigned ranks[] = {
		[STATUS_SECURE] = 0, [STATUS_INSECURE] = 1, [STATUS_INDETERMINATE] = 2, [STATUS_BOGUS] = 3
	};
	return ranks[s];
}

/* Without an answer the delegation is what can be said of: unsigned below, or bogus above; else nobody knows. */
static enum status leg_security(const struct judging *j, const struct leg *leg)
{
	const struct leg_proof *p = chain_leg(j->chain, leg);
	const struct zone_proof *z = leg->zone ? chain_zone(j->chain, leg->zone) : NULL;
	const struct zone_proof *above =
		leg->zone && leg->zone->parent ? chain_zone(j->chain, leg->zone->parent) : NULL;
	if (j->chain->no_anchor)
		return STATUS_INSECURE;
	if ((leg->end == LEG_ANSWERED || leg->end == LEG_LOOP) && p)
		return p->reason == REASON_DNAME_MISMATCH && z ? z->status : p->status;
	if (z && z->status == STATUS_INSECURE)
		return STATUS_INSECURE;
	return above && above->status == STATUS_BOGUS ? STATUS_BOGUS : STATUS_INDETERMINATE;
}

static enum status security_of(const struct judging *j)
{
	if (!j->tree->legs.n || (root_unreachable(j) && !j->chain->no_anchor)) /* what came is no root's word */
		return STATUS_INDETERMINATE;
	enum status worst = STATUS_SECURE;
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *leg = j->tree->legs.at[i];
		if (!leg_on_path(leg))
			continue;
		enum status s = leg_security(j, leg);
		worst = rank(s) > rank(worst) ? s : worst;
	}
	return worst;
}

static const struct leg *last_leg(const struct judging *j)
{
	const struct leg *last = NULL;
	for (uint32_t i = 0; i < j->tree->legs.n; i++)
		if (leg_on_path(j->tree->legs.at[i]))
			last = j->tree->legs.at[i];
	return last;
}

static uint16_t rcode_of(const struct judging *j)
{
	const struct leg *leg = last_leg(j);
	const struct leg_proof *p = leg ? chain_leg(j->chain, leg) : NULL;
	if (j->v->word == VERDICT_SERVFAIL || j->v->word == VERDICT_UNKNOWN)
		return RCODE_SERVFAIL;
	if (p && p->best && p->best->m)
		return p->best->m->rcode;
	return leg && leg->first_answer && leg->first_answer->m ? leg->first_answer->m->rcode : RCODE_NOERROR;
}

static bool gives_bogus(const struct leg_proof *p, const struct server *s)
{
	for (uint32_t i = 0; p && i < p->answers.n; i++) {
		const struct answer_view *v = &p->answers.at[i];
		for (uint32_t k = 0; k < v->servers.n; k++)
			if (v->servers.at[k] == s && v->proof.status == STATUS_BOGUS)
				return true;
	}
	return false;
}

static void count_servers(struct judging *j)
{
	const struct leg *leg = j->tree->legs.n ? j->tree->legs.at[0] : NULL;
	j->v->ok_servers = j->v->all_servers = 0;
	if (!leg || !leg->zone)
		return;
	const struct leg_proof *p = chain_leg(j->chain, leg);
	for (uint32_t i = 0; i < leg->zone->servers.n; i++) {
		const struct server *s = leg->zone->servers.at[i];
		struct server_state state = server_state(j, s, leg);
		if (!server_counts(j, s))
			continue;
		j->v->all_servers++;
		j->v->ok_servers =
			(uint16_t)(j->v->ok_servers + (said_usable(state.said) && !gives_bogus(p, s)));
	}
}

void judge_word(struct judging *j)
{
	struct verdict *v = j->v;
	v->word = word_of(j);
	v->security = security_of(j);
	v->rcode = rcode_of(j);
	v->limited = j->tree->budget_hit || j->tree->extras_hit || j->tree->cut_short || j->chain->budget_hit;
	count_servers(j);
}
