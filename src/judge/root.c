/* The root cause: of all findings that break the name, the first in the order of causes whose repair turns the
 * verdict. What it explains is folded under it. */
#include "judge/inside.h"

static struct finding *link_of(struct judging *j)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (links_to_target(&j->v->findings.at[i]) && j->v->findings.at[i].breaks)
			return &j->v->findings.at[i];
	return NULL;
}

/* Nothing can be judged again where nobody answered; such a cause stands by its place in the order alone. */
static const char *why_unconfirmed(const struct judging *j, const struct finding *f)
{
	if (!f->zone)
		return "it lies outside the zone: no change there can be tried";
	if (finding_kind(f->id)->family == FAMILY_ALIAS)
		return "only another target mends it, and which one is for its operator to say";
	if (repair_leaves_no_data(f) && j->v->word == VERDICT_SERVFAIL)
		return "nobody gave an answer that a mended zone could be judged by";
	if (repair_leaves_no_data(f))
		return "this evidence cannot show what the mended servers would answer";
	return "no single change that was tried turns the verdict: there is more than one fault";
}

static struct finding *confirm(const struct rejudge *again, struct judging *j, const struct candidates *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		struct finding *f = c->at[i];
		const struct edits *e = repair_find(again, j, f);
		if (!e && !(i == 0 && repair_leaves_no_data(f)))
			continue;
		j->v->repair = e;
		j->v->confirmed = e != NULL;
		return f;
	}
	return c->at[0];
}

static bool explained_by(const struct finding *f, const struct finding *root)
{
	if (f == root || !f->zone || !root->zone || !name_is_under(f->zone->name, root->zone->name))
		return false;
	if ((f->id == root->id && f->zone == root->zone) || copy_explains(root, f))
		return true;
	return f->breaks && finding_kind(f->id)->family >= finding_kind(root->id)->family;
}

static void fold(struct judging *j, struct finding *root)
{
	root->role = ROLE_ROOT;
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (explained_by(&j->v->findings.at[i], root))
			j->v->findings.at[i].role = ROLE_COMPANION;
}

/* The alias is what breaks the name, the target zone's fault is why: the link becomes the root and speaks for it. */
static struct finding *restart_at_target(struct judging *j, struct finding *cause)
{
	struct finding *link = link_of(j);
	if (!link || !cause->zone || !name_is_under(link->zone->name, cause->zone->name))
		return cause;
	fold(j, cause);
	cause->role = ROLE_COMPANION;
	cause->severity = SEVERITY_CRITICAL;
	link->detail = arena_printf(j->arena, "%s (%s)", cause->text, finding_kind(cause->id)->id);
	link->zone = cause->zone;
	link->fix = cause->fix;
	link->avoid = cause->avoid;
	link->proof = cause->proof;
	finding_write(j, link);
	return link;
}

void root_choose(const struct rejudge *again, struct judging *j)
{
	struct verdict *v = j->v;
	struct candidates c = candidates_of(j);
	if (c.n && v->word != VERDICT_OK && v->word != VERDICT_UNKNOWN) {
		struct finding *cause = confirm(again, j, &c), *root = restart_at_target(j, cause);
		if (root->role != ROLE_COMPANION)
			fold(j, root);
		root->role = ROLE_ROOT;
		behind_find(again, j, cause);
		v->unconfirmed_why = v->confirmed ? NULL : why_unconfirmed(j, cause);
	}
	findings_in_order(v);
}
