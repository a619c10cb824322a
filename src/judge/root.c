/* The root cause: of all findings that break the name, the first in the order of causes whose repair turns the
 * verdict. What it explains is folded under it. */
#include "judge/inside.h"
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES_MAX = 12 };
struct candidates {
	struct finding *at[CANDIDATES_MAX];
	unsigned n;
};

static int by_number(int a, int b)
{
	return (a > b) - (a < b);
}

static int labels_of(const struct finding *f)
{
	return f->zone ? name_labels(f->zone->name) : 128;
}

/* The order of causes (FAULTS 3), ancestors first, the heavier and the more widespread first. */
static int by_cause(const void *pa, const void *pb)
{
	const struct finding *a = *(struct finding *const *)pa, *b = *(struct finding *const *)pb;
	int order = by_number((int)b->always, (int)a->always);
	if (!order)
		order = by_number((int)finding_kind(a->id)->family, (int)finding_kind(b->id)->family);
	if (!order)
		order = by_number(labels_of(a), labels_of(b));
	if (!order)
		order = by_number((int)b->severity, (int)a->severity);
	if (!order)
		order = by_number(b->n_servers, a->n_servers);
	return order ? order : by_number((int)a->id, (int)b->id);
}

static bool links_to_target(const struct finding *f)
{
	return f->id == FINDING_CNAME_TARGET_BOGUS || f->id == FINDING_CNAME_TARGET_DEAD;
}

/* What makes the word: a fault, or where all is well today the moment at which it ends. */
static bool may_be_root(const struct judging *j, const struct finding *f)
{
	if (j->v->word == VERDICT_AT_RISK)
		return finding_runs_out(f);
	return f->breaks && !links_to_target(f);
}

static bool among(const struct finding *f, const struct server *s)
{
	for (uint32_t i = 0; i < f->servers.n; i++)
		if (f->servers.at[i] == s)
			return true;
	return false;
}

/* Of a zone above: one server of it holds an old, unsigned or foreign copy, and so what it says of a delegation fails too. The
 * copy is the cause. A server that is merely bogus explains nothing. */
static bool copy_explains(const struct finding *copy, const struct finding *f)
{
	bool names_it = (finding_kind(copy->id)->family == FAMILY_SERVERS_DIFFER && copy->id != FINDING_SERVER_BOGUS) ||
			copy->id == FINDING_EDNS_DROPPED_SOME || copy->id == FINDING_EDNS_FORMERR_SIGNED;
	if (!names_it || !copy->breaks || copy->zone != f->zone || finding_kind(f->id)->family != FAMILY_PARENT || f->always)
		return false;
	for (uint32_t i = 0; i < f->servers.n; i++)
		if (!among(copy, f->servers.at[i]))
			return false;
	return f->servers.n > 0;
}

static bool is_explained_by_copy(const struct judging *j, const struct finding *f)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (copy_explains(&j->v->findings.at[i], f))
			return true;
	return false;
}

static struct candidates candidates_of(struct judging *j)
{
	struct finding **all = ARENA_ARRAY(j->arena, struct finding *, j->v->findings.n);
	struct candidates c = { .n = 0 };
	uint32_t n = 0;
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		if (may_be_root(j, &j->v->findings.at[i]) && !is_explained_by_copy(j, &j->v->findings.at[i]))
			all[n++] = &j->v->findings.at[i];
	if (n)
		qsort(all, n, sizeof all[0], by_cause);
	for (; c.n < n && c.n < CANDIDATES_MAX; c.n++)
		c.at[c.n] = all[c.n];
	return c;
}

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
	for (unsigned i = 1; i < c->n; i++) {
		j->v->repair = repair_find_two(again, j, c->at[0], c->at[i]);
		j->v->confirmed = j->v->repair != NULL;
		if (j->v->confirmed)
			break;
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

static int by_weight(const void *pa, const void *pb)
{
	const struct finding *a = pa, *b = pb;
	int order = by_number((int)b->role, (int)a->role);
	if (!order)
		order = by_number((int)b->severity, (int)a->severity);
	if (!order)
		order = by_number((int)b->breaks, (int)a->breaks);
	if (!order)
		order = by_number((int)finding_kind(a->id)->family, (int)finding_kind(b->id)->family);
	if (!order)
		order = by_number(labels_of(a), labels_of(b));
	if (!order)
		order = by_number((int)a->id, (int)b->id);
	if (!order && a->name && b->name)
		order = name_cmp(a->name, b->name);
	return order ? order : by_number(a->type, b->type);
}

static void put_in_order(struct verdict *v)
{
	if (v->findings.n)
		qsort(v->findings.at, v->findings.n, sizeof v->findings.at[0], by_weight);
	const struct finding *first = v->findings.n ? &v->findings.at[0] : NULL;
	v->root = first && first->role == ROLE_ROOT ? first : NULL;
	v->headline = v->root;
	if (!v->root && first && (first->severity >= SEVERITY_NOTICE || v->word == VERDICT_UNKNOWN))
		v->headline = first;
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
		v->unconfirmed_why = v->confirmed ? NULL : why_unconfirmed(j, cause);
	}
	put_in_order(v);
}
