/* diff -- what changed between two looks at a zone: two evidence files judged again, or two moments of the observer's memory. */
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/history.h"
#include "cli/saved.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "report/diff.h"
#include "report/report.h"
#include <string.h>
#include <unistd.h>

/* Each at the moment it was collected: what ran out since then is no change of the zone. */
static int look(const struct options *o, const char *file, struct crypto *crypto, const struct snapshot **out)
{
	struct check *check = NULL;
	struct saved saved;
	struct budget budget;
	int code = saved_evidence(o, file, &saved);
	if (code == 0)
		code = saved_check(&saved, crypto, saved.collected_at, &check);
	if (code != 0)
		return code;
	const struct check_result *r = check_result(check);
	struct judgement j = { .tree = r->tree, .crypto = crypto, .budget = &budget, .arena = o->arena };
	budget_init(&budget);
	*out = snapshot_make(o->arena, &j, r->verdict, NULL, saved.collected_at);
	check_free(&check);
	return 0;
}

static int print(const struct options *o, const struct snapshot *before, const struct snapshot *now, const changes *c)
{
	struct text out;
	struct style style;
	text_init(&out, o->arena);
	show_style(o, &style);
	if (o->format == FORMAT_JSON)
		report_diff_json(before, now, c, &out);
	else
		report_diff(before, now, c, &style, &out);
	if (!o->quiet && !print_all(out.at, out.len))
		return EXIT_UNKNOWN;
	return show_exit(o, report_diff_exit(c));
}

static int diff_files(const struct options *o, const struct snapshot **before, const struct snapshot **now, changes *c)
{
	if (o->moments.n > 0 || o->store != NULL || o->config != NULL)
		return complain(EXIT_USAGE, "diff: two files need no memory (for a zone: dnsvigil diff NAME --at T1 --at T2)");
	struct crypto *crypto = crypto_new();
	int code = look(o, o->objects.at[1], crypto, before);
	if (code == 0)
		code = look(o, o->objects.at[2], crypto, now);
	crypto_free(&crypto);
	if (code == 0 && strcmp((*before)->zone, (*now)->zone) != 0)
		code = complain(EXIT_USAGE, "diff: two zones, %s and %s: take evidence of one", (*before)->zone, (*now)->zone);
	if (code == 0)
		drift_between(o->arena, *before, *now, c);
	return code;
}

int verb_diff(const struct options *o)
{
	const struct snapshot *before = NULL, *now = NULL;
	changes c = { 0 };
	if (o->objects.n == 2 && access(o->objects.at[1], F_OK) == 0)
		return complain(EXIT_USAGE, "diff: which two files? %s is only one", o->objects.at[1]);
	if (o->objects.n != 2 && o->objects.n != 3)
		return complain(EXIT_USAGE, "diff: which two files, or which zone? (dnsvigil diff BEFORE AFTER, dnsvigil diff NAME --at T1 --at T2)");
	if (o->format == FORMAT_NAGIOS || o->format == FORMAT_SHORT)
		return complain(EXIT_USAGE, "diff: -o is human or json");
	int code = o->objects.n == 3 ? diff_files(o, &before, &now, &c) : history_diff(o, &before, &now, &c);
	return code != 0 ? code : print(o, before, now, &c);
}
