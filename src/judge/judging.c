/* judging -- one judgement. Proofs first, then each side of the evidence adds what it finds; the word is computed from proofs
 * and from what servers a resolver can use, never from the findings' own weight alone. */
#include "judge/inside.h"

static void find_blindness(struct judging *j)
{
	const struct evidence *e = j->tree->evidence;
	uint32_t asked[2] = { 0 }, heard_of[2] = { 0 };
	for (uint32_t i = 0; i < e->exchanges.n; i++) {
		const struct exchange *x = e->exchanges.at[i];
		unsigned v6 = x->q.to.family == 6;
		asked[v6] += x->r.outcome != ASK_FORBIDDEN && x->r.outcome != ASK_CANCELLED;
		heard_of[v6] += exchange_heard(x);
	}
	j->blind4 = asked[0] && !heard_of[0] && heard_of[1];
	j->blind6 = asked[1] && !heard_of[1] && heard_of[0];
}

static struct judging judging_make(const struct judgement *j, struct wall at, const struct edits *edits)
{
	struct judging g = { .tree = j->tree, .edits = edits, .at = at, .arena = j->arena };
	g.prover = ARENA_NEW(j->arena, struct prover);
	*g.prover = (struct prover){ .arena = j->arena, .crypto = j->crypto, .budget = j->budget, .at = at };
	g.v = ARENA_NEW(j->arena, struct verdict);
	g.v->breaks_at = WALL_NEVER;
	g.v->rcode = RCODE_SERVFAIL;
	find_blindness(&g);
	g.chain = prove_chain(g.prover, j->tree, edits);
	g.v->chain = g.chain;
	return g;
}

static void find_all(struct judging *j)
{
	judge_limits(j);
	if (network_down(j))
		return;
	judge_delegation(j);
	judge_reach(j);
	judge_lame(j);
	judge_dnssec(j);
	judge_cds(j);
	judge_csync(j);
	judge_bootstrap(j);
	judge_targets(j);
	judge_apex_only(j);
	judge_alias(j);
	judge_servers(j);
	judge_timing(j);
	judge_hygiene(j);
	judge_beside(j);
	judge_delegation_hygiene(j);
	findings_keep(j);
	judge_word(j);
	judge_resolvers(j);
}

struct judging judging_of(const struct judgement *j, struct wall at, const struct edits *edits)
{
	struct judging g = judging_make(j, at, edits);
	find_all(&g);
	findings_keep(&g);
	judge_word(&g);
	judge_unexplained(&g);
	judge_left_out(&g);
	return g;
}

const struct verdict *judge_once(const struct judgement *j, struct wall at, const struct edits *edits)
{
	return judging_of(j, at, edits).v;
}
