/* severest -- of more findings than a verdict holds, those that matter most. A hostile zone can make as many small ones as
 * it likes; it must not push a worse one out. */
#include "judge/inside.h"
#include "base/limits.h"
#include <stdlib.h>

static int by_number(int a, int b)
{
	return (a > b) - (a < b);
}

static int by_name(const uint8_t *a, const uint8_t *b)
{
	return a && b ? name_cmp(a, b) : by_number(a != NULL, b != NULL);
}

/* What every resolver fails by, then what some do, then by severity; the rest only makes the order certain. */
static int by_severity(const void *pa, const void *pb)
{
	const struct finding *a = *(struct finding *const *)pa, *b = *(struct finding *const *)pb;
	int order = by_number(b->always, a->always);
	if (!order)
		order = by_number(b->breaks, a->breaks);
	if (!order)
		order = by_number((int)b->severity, (int)a->severity);
	if (!order)
		order = by_number((int)finding_kind(a->id)->family, (int)finding_kind(b->id)->family);
	if (!order)
		order = by_number((int)a->id, (int)b->id);
	if (!order)
		order = by_name(a->name, b->name);
	return order ? order : by_number(a->type, b->type);
}

static void keep(struct judging *j, uint32_t most)
{
	struct verdict *v = j->v;
	uint32_t n = v->findings.n + j->more.n;
	if (n <= most)
		return;
	struct finding **all = ARENA_ARRAY(j->arena, struct finding *, n);
	struct finding *kept = ARENA_ARRAY(j->arena, struct finding, LIMIT_FINDINGS);
	for (uint32_t i = 0; i < n; i++)
		all[i] = finding_made(j, i);
	qsort(all, n, sizeof all[0], by_severity);
	for (uint32_t i = 0; i < most; i++)
		kept[i] = *all[i];
	v->findings.at = kept;
	v->findings.n = most;
	j->more.n = 0;
	j->left_out += n - most;
}

void findings_keep(struct judging *j)
{
	keep(j, LIMIT_FINDINGS);
}

void judge_left_out(struct judging *j)
{
	struct verdict *v = j->v;
	if (!j->left_out && !j->unweighed && !j->more.n)
		return;
	keep(j, LIMIT_FINDINGS - 1);
	struct finding *f = finding_add(j, FINDING_FINDINGS_LEFT_OUT, NULL, NULL, 0);
	f->number = j->left_out + j->unweighed;
	f->detail = j->unweighed ? "not all of them could be weighed" : "the most severe are told";
	if (!j->unweighed)
		return;
	v->limited = true;
	v->limited_why = v->limited_why ? v->limited_why : "there are more findings than can be weighed";
}
