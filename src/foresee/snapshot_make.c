/* snapshot_make -- the plain values of one zone, out of tree and proofs. Nothing here is judged: what the verdict says is
 * taken over, and everything else is what the servers said, checked by their own keys. */
#include "foresee/making.h"
#include "dns/text.h"
#include <string.h>

/* ---- which zone ---- */

/* Alias targets are zones of others: the question's own name says whose zone this is. */
static const struct zone *ended_in(const struct tree *t, const struct chain *c)
{
	const struct leg *l = t->legs.n ? t->legs.at[0] : NULL;
	const struct leg_proof *p = l && c ? chain_leg(c, l) : NULL;
	return p && p->zone ? p->zone->zone : l ? l->zone : NULL;
}

static void choose_zone(struct making *k, const uint8_t *wanted)
{
	k->zone = wanted ? tree_zone(k->tree, wanted) : ended_in(k->tree, k->chain);
	if (k->zone && k->chain)
		k->proof = chain_zone(k->chain, k->zone);
	k->name = wanted ? wanted : k->zone ? k->zone->name : k->tree->evidence->setup.name;
	k->parent = k->zone ? k->zone->parent : tree_zone_above(k->tree, k->name);
}

struct snapshot *snapshot_make(struct arena *a, const struct judgement *j, const struct verdict *v, const uint8_t *zone,
			       struct wall at)
{
	struct prover prover = { .arena = j->arena, .crypto = j->crypto, .budget = j->budget, .at = at };
	struct making k = { .a = a, .prover = &prover, .tree = j->tree, .chain = v->chain };
	k.s = ARENA_NEW(a, struct snapshot);
	choose_zone(&k, zone);
	*k.s = (struct snapshot){ .zone = name_text(a, k.name),
				  .at = at,
				  .word = v->word,
				  .finding = v->headline ? finding_kind(v->headline->id)->id : "",
				  .security = v->security,
				  .breaks_at = v->breaks_at };
	making_parents(&k);
	making_servers(&k);
	making_above(&k);
	snapshot_sort(k.s);
	snapshot_bound(k.s);
	return k.s;
}
