/* The order of causes, by which the root is looked for, and the order in which findings are told. */
#include "judge/inside.h"
#include <stdlib.h>
#include <string.h>

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

bool links_to_target(const struct finding *f)
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
bool copy_explains(const struct finding *copy, const struct finding *f)
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

struct candidates candidates_of(struct judging *j)
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

void findings_in_order(struct verdict *v)
{
	if (v->findings.n)
		qsort(v->findings.at, v->findings.n, sizeof v->findings.at[0], by_weight);
	const struct finding *first = v->findings.n ? &v->findings.at[0] : NULL;
	v->root = first && first->role == ROLE_ROOT ? first : NULL;
	v->headline = v->root;
	if (!v->root && first && (first->severity >= SEVERITY_NOTICE || v->word == VERDICT_UNKNOWN))
		v->headline = first;
}
