/* What we could not see, and why: budgets, the trust anchor, our own network. */
#include "judge/inside.h"
#include "base/limits.h"
#include "base/text.h"

static const char *budget_words(struct judging *j, uint32_t hit)
{
	struct text out;
	text_init(&out, j->arena);
	for (unsigned k = 0; k < BUDGET_KINDS; k++)
		if (hit & 1u << k)
			text_addf(&out, "%s%s", out.len ? ", " : "", budget_kind_text((enum budget_kind)k));
	return out.at;
}

/* From outside, long before its time (check/ stops at nine tenths of it). */
static bool was_interrupted(const struct evidence *e)
{
	uint32_t wall_ms = e->setup.budget_wall_ms ? e->setup.budget_wall_ms : LIMIT_WALL_MS, last_ms = 0;
	for (uint32_t i = 0; i < e->exchanges.n; i++)
		last_ms = e->exchanges.at[i]->at_ms > last_ms ? e->exchanges.at[i]->at_ms : last_ms;
	return e->stopped_after != EVIDENCE_NOT_STOPPED && last_ms < wall_ms / 10 * 9;
}

static void judge_budget(struct judging *j)
{
	uint32_t hit = j->tree->budget_hit | j->tree->extras_hit | j->chain->budget_hit;
	hit &= ~(1u << BUDGET_JUDGEMENTS);
	if (!hit && !j->tree->cut_short)
		return;
	struct finding *f = finding_add(j, FINDING_BUDGET_SPENT, NULL, NULL, 0);
	if (hit)
		f->detail = arena_printf(j->arena, "the budget of %s is spent, %u questions were left out",
					 budget_words(j, hit), (unsigned)j->tree->unasked);
	else
		f->detail = was_interrupted(j->tree->evidence) ? "it was interrupted, some questions were left out"
							       : "the time is up, some questions were left out";
	j->v->limited_why = f->detail;
}

static const struct zone *root_zone(const struct judging *j)
{
	return j->tree->zones.n ? j->tree->zones.at[0] : NULL;
}

static bool all_forbidden(const struct zone *z)
{
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (!z->servers.at[i]->forbidden)
			return false;
	return true;
}

/* NXDOMAIN with AA and nothing else, from all that speak: so filters and captive portals answer to any name. */
static bool all_bare_nxdomain(const struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		enum said said = server_state(j, z->servers.at[i], NULL).said;
		if (said_usable(said) && said != SAID_BARE_NXDOMAIN)
			return false;
	}
	return true;
}

/* The root servers are so many that all of them silent, or bad in the same way, is our own trouble: outgoing DNS is shut or
 * meddled with, or the hints wrong. */
bool root_unreachable(const struct judging *j)
{
	const struct zone *root = root_zone(j);
	uint16_t usable;
	return root && (!root->servers.n || (zone_servers_seen(j, root, NULL, &usable) && (!usable || all_bare_nxdomain(j, root))));
}

/* A message to any question: somebody is there, though no root server as resolvers know them. */
static bool anybody_answers(const struct zone *z)
{
	for (uint32_t i = 0; i < z->servers.n; i++)
		for (uint32_t k = 0; k < z->servers.at[i]->looks.n; k++)
			if (look_message(z->servers.at[i]->looks.at[k]))
				return true;
	return false;
}

static void judge_root_servers(struct judging *j)
{
	const struct zone *root = root_zone(j);
	if (!root_unreachable(j))
		return;
	struct finding *f = finding_add(j, FINDING_ROOT_UNREACHABLE, root, NULL, 0);
	f->detail = !root->servers.n       ? "the hints hold no address that may be asked"
		    : all_forbidden(root)  ? "the hints name private or loopback addresses, which need --allow-private"
		    : anybody_answers(root) ? "what comes back is not what a root server says"
		    : j->tree->resolvers.n ? "the configured resolvers may answer, the servers do not"
					   : "no hint gives an answer that a resolver can use";
	for (uint32_t i = 0; i < root->servers.n; i++)
		finding_at(j, f, root->servers.at[i]);
}

void judge_limits(struct judging *j)
{
	if (network_down(j)) {
		finding_add(j, FINDING_NETWORK_DOWN, NULL, NULL, 0);
		j->v->limited_why = "nothing at all answers from here";
		return;
	}
	judge_budget(j);
	judge_root_servers(j);
	if (j->chain->no_anchor)
		finding_add(j, FINDING_NO_TRUST_ANCHOR, NULL, j->tree->evidence->setup.name, 0);
	if (j->blind6 || !j->tree->evidence->setup.use_ipv6)
		finding_add(j, FINDING_NO_IPV6_HERE, NULL, NULL, 0);
	if (j->blind4 || !j->tree->evidence->setup.use_ipv4)
		finding_add(j, FINDING_NO_IPV4_HERE, NULL, NULL, 0);
}

static const struct leg_proof *worst_leg(const struct judging *j)
{
	const struct leg_proof *worst = NULL;
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *p = j->chain->legs.at[i];
		if (leg_on_path(p->leg) && (!worst || chain_rank(p->status) < chain_rank(worst->status)))
			worst = p;
	}
	return worst;
}

static struct finding *about_leg(struct judging *j, enum finding_id id, const struct leg_proof *p)
{
	struct finding *f = finding_add(j, id, p->leg->zone, p->leg->name, p->leg->type);
	f->detail = p->status == STATUS_SECURE || p->status == STATUS_INSECURE || p->reason == REASON_OK
			    ? "no server gave a usable answer"
			    : reason_text(p->reason);
	f->proof = p->leg->first_answer;
	return f;
}

static bool told_of_limits(const struct judging *j)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (finding_kind(j->v->findings.at[i].id)->family == FAMILY_LIMIT)
			return true;
	return false;
}

static bool told_of_a_fault(const struct judging *j)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (j->v->findings.at[i].breaks)
			return true;
	return false;
}

/* It fails, or cannot be judged, and none of the findings says why: said as it is, rather than left out. */
void judge_unexplained(struct judging *j)
{
	const struct leg_proof *p = worst_leg(j);
	if (!p)
		return;
	if (j->v->word == VERDICT_SERVFAIL && !told_of_a_fault(j)) {
		struct finding *f = about_leg(j, FINDING_CAUSE_UNKNOWN, p);
		f->breaks = f->always = true;
	} else if (j->v->word == VERDICT_UNKNOWN && !told_of_limits(j)) {
		j->v->limited_why = about_leg(j, FINDING_NOT_JUDGED, p)->detail;
	}
}
