#include "cli/complain.h"
#include "cli/files.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "cli/worlds.h"
#include "report/report.h"
#include <string.h>

static bool world_exists(const char *name)
{
	for (size_t i = 0; i < n_embedded_worlds; i++)
		if (strcmp(embedded_worlds[i].name, name) == 0)
			return true;
	return false;
}

/* A world that shows it: named after the finding, or after the first of its faults that has one. */
static const char *practice_world(struct arena *a, const struct finding_kind *k)
{
	if (world_exists(k->id))
		return k->id;
	for (const char *at = k->rows; *at != '\0';) {
		size_t len = strcspn(at, " ");
		const char *row = arena_printf(a, "%.*s", (int)len, at);
		if (world_exists(row))
			return row;
		at += len;
		at += strspn(at, " ");
	}
	return NULL;
}

static int unknown_finding(const char *word)
{
	const char *near = finding_nearest(word);
	return near != NULL ? complain(EXIT_USAGE, "unknown finding: %s (did you mean %s?)", word, near)
			    : complain(EXIT_USAGE, "unknown finding: %s (see dnsvigil explain)", word);
}

int verb_explain(const struct options *o)
{
	if (o->objects.n > 2)
		return complain(EXIT_USAGE, "explain: one finding at a time: what is %s?", o->objects.at[2]);
	if (o->format != FORMAT_HUMAN && o->format != FORMAT_JSON)
		return complain(EXIT_USAGE, "explain: -o human or json only");
	enum finding_id id;
	const struct finding_kind *one = o->objects.n == 2 ? finding_by_name(o->objects.at[1], &id) : NULL;
	if (o->objects.n == 2 && one == NULL)
		return unknown_finding(o->objects.at[1]);
	struct text out;
	text_init(&out, o->arena);
	struct style style;
	show_style(o, &style);
	if (o->format == FORMAT_JSON)
		report_explain_json(one, practice_world, &out);
	else
		report_explain(o->arena, one, practice_world, &style, &out);
	return o->quiet || print_all(out.at, out.len) ? EXIT_OK : EXIT_UNKNOWN;
}
