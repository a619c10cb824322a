/* breaks_at -- the ends of the signatures that the verdict rests on, nearest first; the first that matters is
 * the answer. */
#include "foresee/foresee.h"
#include <stdlib.h>

enum { INSTANTS_MAX = 256, TRIES_MAX = 16 }; /* of a chain; judgements for one forecast */

struct instants {
	int64_t at[INSTANTS_MAX];
	unsigned n;
	int64_t after;
};

static void note(struct instants *x, struct wall when)
{
	if (when.s <= x->after || when.s == INT64_MAX || x->n == INSTANTS_MAX)
		return;
	for (unsigned i = 0; i < x->n; i++)
		if (x->at[i] == when.s)
			return;
	x->at[x->n++] = when.s;
}

static void note_rrset(struct instants *x, const struct rrset_proof *r)
{
	if (r->status == STATUS_SECURE)
		note(x, r->until);
}

static void note_denial(struct instants *x, const struct denial_proof *d)
{
	note(x, d->until);
	for (uint8_t i = 0; i < d->n_rrsets; i++)
		note_rrset(x, &d->rrsets[i]);
}

static void note_zone(struct instants *x, const struct zone_proof *z)
{
	for (uint32_t i = 0; i < z->ds.n; i++) {
		note(x, z->ds.at[i].until);
		if (!z->ds.at[i].present)
			note_denial(x, &z->ds.at[i].denial);
	}
	for (uint32_t i = 0; i < z->keys.n; i++)
		if (z->keys.at[i].keys.status == STATUS_SECURE)
			note(x, z->keys.at[i].keys.until);
}

static void note_leg(struct instants *x, const struct leg_proof *l)
{
	for (uint32_t i = 0; i < l->answers.n; i++) {
		const struct answer_proof *a = &l->answers.at[i].proof;
		for (uint8_t k = 0; k < a->n_rrsets; k++)
			note_rrset(x, &a->rrsets[k]);
		note_denial(x, &a->denial);
	}
}

static int ascending(const void *a, const void *b)
{
	int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;
	return (l > r) - (l < r);
}

static bool worse(enum verdict_word now, enum verdict_word then)
{
	return (then == VERDICT_DEGRADED || then == VERDICT_SERVFAIL) && then > now;
}

struct wall foresee_breaks_at(const struct judgement *j, const struct verdict *now, struct wall at)
{
	struct instants x = { .after = at.s };
	const struct chain *c = now->chain;
	if (!c || now->word == VERDICT_SERVFAIL || now->word == VERDICT_UNKNOWN)
		return WALL_NEVER;
	for (uint32_t i = 0; i < c->zones.n; i++)
		if (c->zones.at[i]->zone->on_path)
			note_zone(&x, c->zones.at[i]);
	for (uint32_t i = 0; i < c->legs.n; i++)
		if (!c->legs.at[i]->leg->for_ns)
			note_leg(&x, c->legs.at[i]);
	qsort(x.at, x.n, sizeof *x.at, ascending);
	for (unsigned i = 0; i < x.n && i < TRIES_MAX && budget_spend(j->budget, BUDGET_JUDGEMENTS, 1); i++) {
		struct wall after = { x.at[i] + 1 }; /* a signature holds through its last second */
		if (worse(now->word, judge_edited(j, after, NULL)->word))
			return (struct wall){ x.at[i] };
	}
	return WALL_NEVER;
}

void foresee_fill(const struct judgement *j, struct verdict *v, struct wall at)
{
	v->breaks_at = foresee_breaks_at(j, v, at);
}
