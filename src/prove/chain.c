/* chain -- walks the tree from the root down and links each zone to the one above: DS proven by the parent's
 * keys, keys proven by DS, answers proven by keys. Servers may say different things; every distinct thing is
 * a view with its own proof, and the status of a zone is that of its best path, because a resolver that fails
 * at one server tries the next. A trust anchor cuts the tree: resolvers start at the nearest one above a
 * name, so a zone with an anchor of its own does not look at its parent (RFC 4035 4.2: islands of security).
 * Edits are honoured here and nowhere above. */
#include "prove/chain_inside.h"

static void prove_by_status(struct prover *p, const struct zone_proof *z, const struct message *m,
			    const uint8_t *qname, uint16_t qtype, struct answer_proof *out)
{
	struct keyset none = {
		.zone = z->zone->name, .status = z->status, .reason = z->reason, .until = WALL_NEVER
	};
	const struct keyset *keys =
		z->best_keys && z->best_keys->keys.n_keys > 0 ? &z->best_keys->keys : &none;
	struct keyset as = *keys;
	as.status = z->status;
	prove_answer(p, m, &as, qname, qtype, out);
}

void chain_prove(struct prover *p, const struct chain *c, const struct zone_proof *z, const struct message *m,
		 const uint8_t *qname, uint16_t qtype, struct answer_proof *out)
{
	prove_by_status(p, z, m, qname, qtype, out);
	if (z->status == STATUS_SECURE && chain_assumes_answer(c->edits, z, m))
		chain_assume_answer(out);
}

static bool better_answer(const struct answer_proof *a, const struct answer_proof *b)
{
	if (a->status != b->status)
		return chain_rank(a->status) > chain_rank(b->status);
	return a->until.s > b->until.s;
}

static void prove_view(struct chaining *k, const struct leg_proof *l, struct answer_view *v)
{
	const struct zone_proof *z = l->zone;
	const uint8_t *name = l->leg->name;
	chain_prove(k->p, k->c, z, v->m, name, l->leg->type, &v->proof);
	if (z->status != STATUS_SECURE || chain_assumes_answer(k->e, z, v->m)) {
		v->good_with = v->proof.status == STATUS_BOGUS ? 0 : 1;
		return;
	}
	for (uint32_t i = 0; i < z->keys.n; i++) {
		const struct key_view *kv = &z->keys.at[i];
		struct answer_proof with = v->proof;
		if (kv->keys.status != STATUS_SECURE)
			continue;
		if (kv != z->best_keys)
			prove_answer(k->p, v->m, &kv->keys, name, l->leg->type, &with);
		if (with.status == STATUS_BOGUS)
			v->bad_with++;
		else
			v->good_with++;
		if (better_answer(&with, &v->proof))
			v->proof = with;
	}
}

static void pick_best_answer(struct chaining *k, struct leg_proof *l)
{
	const struct answer_view *best = NULL;
	for (uint32_t i = 0; i < l->answers.n; i++)
		if (!best || better_answer(&l->answers.at[i].proof, &best->proof))
			best = &l->answers.at[i];
	if (best && edits_has(k->e, EDIT_SERVE_ALL, l->zone->zone->name)) {
		l->answers.at[0] = *best;
		l->answers.n = 1;
		best = &l->answers.at[0];
	}
	l->best = best;
}

static void prove_leg(struct chaining *k, struct leg_proof *l)
{
	l->zone = l->leg->zone ? chain_zone(k->c, l->leg->zone) : NULL;
	while (l->zone && l->zone->not_a_zone)
		l->zone = chain_zone(k->c, l->zone->zone->parent);
	l->status = STATUS_INDETERMINATE;
	l->reason = REASON_ANSWER_EMPTY;
	l->until = WALL_NEVER;
	if (!l->zone)
		return;
	chain_collect_answers(k, l);
	for (uint32_t i = 0; i < l->answers.n; i++)
		prove_view(k, l, &l->answers.at[i]);
	pick_best_answer(k, l);
	if (l->best) {
		l->status = l->best->proof.status;
		l->reason = l->best->proof.reason;
		l->until = chain_earlier(l->best->proof.until, l->zone->until);
	} else if (edits_has(k->e, EDIT_SERVE_DNSSEC, l->zone->zone->name)) {
		l->status = l->zone->status;
		l->reason = l->zone->reason;
	}
}

const struct chain *prove_chain(struct prover *p, const struct tree *t, const struct edits *edits)
{
	struct chain *c = ARENA_NEW(p->arena, struct chain);
	struct chaining k = { .p = p, .t = t, .e = edits, .c = c };
	c->edits = edits;
	for (uint32_t i = 0; i < t->zones.n; i++) {
		struct zone_proof *z = ARENA_NEW(p->arena, struct zone_proof);
		z->zone = t->zones.at[i];
		list_push(p->arena, &c->zones, z);
		chain_prove_zone(&k, z);
	}
	for (uint32_t i = 0; i < t->legs.n; i++) {
		struct leg_proof *l = ARENA_NEW(p->arena, struct leg_proof);
		l->leg = t->legs.at[i];
		list_push(p->arena, &c->legs, l);
		prove_leg(&k, l);
	}
	c->no_anchor = t->legs.n > 0 && !chain_anchor_applies(t, edits, t->legs.at[0]->name);
	c->budget_hit = p->budget->hit;
	return c;
}
