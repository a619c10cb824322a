/* short -- four fields on a line, stable: verdict, finding or "-", its zone, the moment it breaks or broke or "-". */
#include "report/report.h"

void report_short(const struct report *r, struct text *out)
{
	const struct verdict *v = r->verdict;
	const struct finding *f = v->word != VERDICT_OK ? v->headline : NULL;
	const uint8_t *deepest =
		r->chain.n > 0 ? r->chain.at[r->chain.n - 1].zone->name : r->evidence->setup.name;
	const uint8_t *zone = f != NULL && f->zone != NULL ? f->zone->name : deepest;
	struct wall when = f != NULL && f->when.s != WALL_NEVER.s ? f->when : v->breaks_at;
	char text[WALL_TEXT_MAX];
	text_addf(out, "%s %s %s %s\n", verdict_id(v->word), f != NULL ? finding_kind(f->id)->id : "-",
		  name_text(r->arena, zone), when.s != WALL_NEVER.s ? wall_text(when, text) : "-");
}
