/* judge -- verdict = judge(evidence, moment, edits). One judgement as it is (judging.c); then one finding becomes the root
 * cause, shown by judging again with its repair. */
#include "judge/inside.h"

static void write_all(struct judging *j)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++)
		finding_write(j, &j->v->findings.at[i]);
}

const struct verdict *judge_edited(const struct judgement *j, struct wall at, const struct edits *edits)
{
	struct judging g = judging_of(j, at, edits);
	write_all(&g);
	return g.v;
}

struct verdict *judge(const struct judgement *j, struct wall at)
{
	struct judging g = judging_of(j, at, NULL);
	struct rejudge again = { .j = j, .at = at };
	write_all(&g);
	root_choose(&again, &g);
	return g.v;
}
