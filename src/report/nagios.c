/* nagios -- the plugin line: state, name, finding, sentence | performance data; details after the first line. */
#include "report/report.h"
#include <string.h>

enum { BREAKS_WARN_S = 259200, BREAKS_CRIT_S = 86400, MARGIN_WARN = 3, MARGIN_CRIT = 2 };

/* '|' begins the performance data, so it must not stand in the text. */
static const char *no_bars(struct arena *a, const char *text)
{
	char *copy = arena_text(a, text);
	for (char *c = copy; *c != '\0'; c++)
		if (*c == '|' || *c == '\n' || *c == '\r')
			*c = *c == '|' ? '/' : ' ';
	return copy;
}

static void add_performance(const struct report *r, struct text *out)
{
	const struct verdict *v = r->verdict;
	text_add(out, " |");
	struct wall breaks = v->breaks_at;
	if (v->word == VERDICT_SERVFAIL && v->root != NULL && v->root->when.s <= r->at.s)
		breaks = v->root->when; /* negative: so long ago */
	if (breaks.s != WALL_NEVER.s)
		text_addf(out, " breaks_in=%llds;%d;%d", (long long)(breaks.s - r->at.s), BREAKS_WARN_S,
			  BREAKS_CRIT_S);
	if (v->all_servers > 0)
		text_addf(out, " servers_ok=%u;%d:;%d:;0;%u", v->ok_servers, MARGIN_WARN, MARGIN_CRIT,
			  v->all_servers);
	text_addf(out, " queries=%u time=%ums\n", r->evidence->exchanges.n, r->evidence->took_ms);
}

void report_nagios(const struct report *r, struct text *out)
{
	static const char *const states[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	const struct verdict *v = r->verdict;
	const struct finding *f = v->word != VERDICT_OK ? v->headline : NULL;
	text_addf(out, "DNS %s - %s", states[r->exit],
		  no_bars(r->arena, report_name(r->arena, r->evidence->setup.name, 255)));
	if (f != NULL)
		text_addf(out, " %s: %s", finding_kind(f->id)->id, no_bars(r->arena, f->text));
	else
		text_addf(out, ": %s, %s",
			  v->word == VERDICT_OK
				  ? "all is right"
				  : no_bars(r->arena,
					    v->limited_why != NULL ? v->limited_why : verdict_text(v->word)),
			  status_text(v->security));
	add_performance(r, out);
	for (uint32_t i = 0; i < v->findings.n; i++) {
		const struct finding *g = &v->findings.at[i];
		if (g->severity >= SEVERITY_WARNING && g != f)
			text_addf(out, "%s %s: %s\n", severity_text(g->severity), finding_kind(g->id)->id,
				  no_bars(r->arena, g->text));
	}
}
