/* lab_try -- `why` on the questions of a world, without any socket: the clock and the network are the world's. */
#include "base/limits.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/lab.h"
#include "cli/lab_expect.h"
#include "cli/show.h"
#include "cli/signals.h"
#include "report/report.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void print_head(const struct options *o, const struct world *w, uint32_t i)
{
	const struct world_case *c = world_case(w, i);
	if (o->quiet || o->format != FORMAT_HUMAN)
		return;
	const char *line = arena_printf(o->arena, "%s$ dnsvigil why %s %s\n", i > 0 ? "\n" : "",
					report_name(o->arena, c->name, 60), type_text(o->arena, c->type));
	print_all(line, strlen(line));
}

static void print_expected(const struct options *o, const struct world_case *c, const struct verdict *v)
{
	if (o->quiet || !o->verbose || o->format != FORMAT_HUMAN)
		return;
	const char *unmet = lab_unmet(o->arena, c, v);
	const char *line = arena_printf(o->arena, "  expected %s: %s%s\n", lab_expected(o->arena, c),
					unmet != NULL ? "NOT MET: " : "met", unmet != NULL ? unmet : "");
	print_all(line, strlen(line));
}

static int try_case(const struct options *o, struct world *w, uint32_t i, struct crypto *crypto)
{
	const struct world_case *c = world_case(w, i);
	struct setup setup = { 0 };
	struct check *check = NULL;
	struct wall at = c->at;
	world_setup(w, &setup);
	setup.name = c->name;
	setup.type = c->type;
	int code = o->at != NULL ? asked_moment(o, world_clock(w), &at) : 0;
	if (code != 0)
		return code;
	struct asker *asker = lab_asker_new(w);
	int e = check_run(&setup, asker, crypto, world_clock(w), at, &signals_interrupted, &check);
	if (e == E_OK) {
		print_head(o, w, i);
		code = show_check(o, check, at);
		print_expected(o, c, check_result(check)->verdict);
	} else {
		code = complain(EXIT_UNKNOWN, "the check could not be run: %s", strerror(errno));
	}
	check_free(&check);
	asker_free(&asker);
	return code;
}

int lab_try(const struct options *o)
{
	struct world_source source;
	struct err_at at = { 0 };
	struct world *w;
	if (o->objects.n != 3)
		return complain(EXIT_USAGE, "lab try: which world? (dnsvigil lab list)");
	int code = lab_find(o, o->objects.at[2], &source);
	if (code != 0)
		return code;
	if (world_from_text(o->arena, source.text, source.len, source.file, &w, &at) != E_OK)
		return complain(EXIT_USAGE, "%s:%u: %s", source.file, at.line, at.text);
	if (world_n_cases(w) == 0)
		return complain(EXIT_USAGE, "%s: the world asks no question (ask NAME TYPE)", source.file);
	if (o->save != NULL && world_n_cases(w) > 1)
		return complain(EXIT_USAGE, "--save: %s asks %u questions, one file holds one", source.file,
				world_n_cases(w));
	struct crypto *crypto = crypto_new();
	int worst = 0;
	for (uint32_t i = 0; i < world_n_cases(w) && worst < EXIT_USAGE; i++) {
		code = try_case(o, w, i, crypto);
		worst = code > worst ? code : worst;
	}
	crypto_free(&crypto);
	return worst;
}
