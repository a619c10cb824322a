/* behind -- the faults that show only once the root cause is mended, so that nobody mends one and waits for nothing. The same
 * evidence is judged again with the repairs found so far, as often as that brings up another fault; told only where all of
 * them together turn the verdict. */
#include "judge/inside.h"

static struct finding *first_cause(struct judging *j)
{
	struct candidates c = candidates_of(j);
	return c.n ? c.at[0] : NULL;
}

/* false: no repair of this kind of fault is left to be tried. */
static bool add_repair(struct edits *e, const struct finding *f)
{
	struct remedy r = remedy_of(f);
	for (uint8_t i = 0; f->zone && !repair_leaves_no_data(f) && i < r.n && e->n < sizeof e->at / sizeof *e->at; i++) {
		if (r.kind[i] == EDIT_DS_REMOVE || edits_has(e, r.kind[i], f->zone->name))
			continue;
		e->at[e->n++] = (struct edit){ .kind = r.kind[i], .zone = f->zone->name };
		return true;
	}
	return false;
}

/* The repair that was shown to heal is one that the root's remedy asks for: nothing lies behind. */
static bool heals_by_its_remedy(const struct verdict *v)
{
	return v->repair && v->repair->n == 1 && v->repair->at[0].kind != EDIT_DS_REMOVE;
}

void behind_find(const struct rejudge *again, struct judging *j, const struct finding *root)
{
	struct verdict *v = j->v;
	struct edits *e = ARENA_NEW(j->arena, struct edits);
	const struct finding *shown[VERDICT_BEHIND_MAX], *last = root;
	uint8_t n = 0;
	if (v->word != VERDICT_SERVFAIL || heals_by_its_remedy(v))
		return;
	while (add_repair(e, last) && repair_may_judge(again)) {
		struct judging after = judging_of(again->j, again->at, e);
		if (after.v->word < v->word) {
			for (uint8_t i = 0; i < n; i++)
				v->behind[v->n_behind++] = shown[i];
			if (n || !v->repair)
				v->repair = e;
			v->confirmed = true;
			return;
		}
		struct finding *next = first_cause(&after);
		if (!next)
			return;
		if (next->id != last->id || next->zone != last->zone) {
			if (n == VERDICT_BEHIND_MAX)
				return;
			finding_write(&after, next);
			shown[n++] = next;
		}
		last = next;
	}
}
