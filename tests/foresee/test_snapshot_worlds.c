/* test_snapshot_worlds -- the snapshot of every world: its text reads back to the same text; another run gives the same text, and a
 * run a day later, all signed anew, the same fingerprint; between two looks at one world nothing has drifted.
 *
 *   test_snapshot_worlds [-v] [--mutate SEED] DIR|FILE...
 *
 * With --mutate the replies are spoiled, and only the reading back is held to. The last line counts: N passed, N failed. */
#include "base/limits.h"
#include "check/check.h"
#include "foresee/snapshot.h"
#include "lab/lab.h"
#include "tests/worlds/mutate.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEXT_DAY "clock 2026-03-02T12:00:00Z\n"

static struct {
	unsigned passed, failed;
	bool mutate, verbose;
	uint64_t seed;
} run;
static LIST(const char *) files;
static struct arena *names;

static struct snapshot *look(struct arena *a, const char *text, const char *file, uint32_t n, bool spoil)
{
	struct world *w;
	struct err_at at = { 0 };
	struct check *check;
	struct setup setup = { 0 };
	struct budget budget;
	struct crypto *crypto = crypto_new();
	if (world_from_text(a, text, strlen(text), file, &w, &at))
		return NULL;
	const struct world_case *c = world_case(w, n);
	struct asker *asker = lab_asker_new(w);
	if (spoil)
		asker = mutating_asker(asker, run.seed++, 30);
	world_setup(w, &setup);
	setup.name = c->name;
	setup.type = c->type;
	struct snapshot *s = NULL;
	if (!check_run(&setup, asker, crypto, world_clock(w), c->at, NULL, &check)) {
		const struct check_result *r = check_result(check);
		struct judgement j = { .tree = r->tree, .crypto = crypto, .budget = &budget, .arena = a };
		budget_init(&budget);
		s = snapshot_make(a, &j, r->verdict, NULL, c->at);
		check_free(&check);
	}
	asker_free(&asker);
	crypto_free(&crypto);
	return s;
}

static const char *text_of(struct arena *a, const struct snapshot *s)
{
	struct text t;
	text_init(&t, a);
	snapshot_text(s, &t);
	return t.at;
}

static const char *reading_fault(struct arena *a, const struct snapshot *s)
{
	struct snapshot *again;
	struct err_at at = { 0 };
	const char *text = text_of(a, s);
	int failed = snapshot_from_text(a, text, strlen(text), &again, &at);
	if (failed)
		return arena_printf(a, "read back: error %d, line %u: %s", failed, at.line, at.text);
	if (strcmp(text, text_of(a, again)))
		return "read back: another text";
	return strcmp(snapshot_fingerprint(a, s), snapshot_fingerprint(a, again)) ? "read back: another fingerprint" : NULL;
}

static const char *drift_fault(struct arena *a, const struct snapshot *x, const struct snapshot *y)
{
	changes c = { 0 };
	drift_between(a, x, y, &c);
	return c.n ? arena_printf(a, "drift %s: %s", change_id(c.at[0].kind), change_text(a, &c.at[0])) : NULL;
}

static const char *difference(struct arena *a, const char *x, const char *y)
{
	while (*x && *x == *y) {
		x++;
		y++;
	}
	return arena_printf(a, "'%.60s' is '%.60s'", x, y);
}

static const char *repeat_fault(struct arena *a, const char *text, const char *file, uint32_t n, const struct snapshot *s)
{
	const struct snapshot *again = look(a, text, file, n, false);
	if (!again)
		return "second look failed";
	const char *x = text_of(a, s), *y = text_of(a, again);
	return strcmp(x, y) ? difference(a, x, y) : drift_fault(a, s, again);
}

/* All times of these worlds are relative to the clock. What is told of a day ("for 3 days") is not part of a snapshot. */
static const char *next_day_fault(struct arena *a, const char *text, const char *file, uint32_t n, const struct snapshot *s)
{
	const struct snapshot *later = strstr(text, "20260") || !strncmp(text, "clock", 5) || strstr(text, "\nclock")
					       ? s
					       : look(a, arena_printf(a, NEXT_DAY "%s", text), file, n, false);
	if (!later)
		return "look at the next day failed";
	if (strcmp(snapshot_fingerprint(a, s), snapshot_fingerprint(a, later)))
		return arena_printf(a, "next day: another fingerprint: %s", difference(a, text_of(a, s), text_of(a, later)));
	return drift_fault(a, s, later);
}

static void report(const char *file, uint32_t n, const char *fault)
{
	if (fault)
		run.failed++;
	else
		run.passed++;
	if (fault)
		printf("%s (%u): %s\n", file, (unsigned)n, fault);
}

static void run_file(const char *path)
{
	struct arena *a = arena_new(2u << 30);
	struct world *w;
	struct err_at at = { 0 };
	char *text = arena_alloc(a, LIMIT_WORLD_FILE_BYTES + 1);
	FILE *f = fopen(path, "rb");
	if (f) {
		fread(text, 1, LIMIT_WORLD_FILE_BYTES, f);
		fclose(f);
	}
	bool ok = f && world_from_text(a, text, strlen(text), path, &w, &at) == 0;
	if (!ok)
		report(path, at.line, f ? at.text : "cannot be read");
	for (uint32_t i = 0; ok && i < world_n_cases(w); i++) {
		const struct snapshot *s = look(a, text, path, i, run.mutate);
		const char *fault = s ? reading_fault(a, s) : "look failed";
		if (s && run.verbose)
			fputs(text_of(a, s), stdout);
		if (!fault && !run.mutate)
			fault = repeat_fault(a, text, path, i, s);
		if (!fault && !run.mutate)
			fault = next_day_fault(a, text, path, i, s);
		report(path, i, fault);
	}
	arena_free(&a);
}

static int on_file(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	size_t n = strlen(path);
	if (kind == FTW_F && n > 6 && strcmp(path + n - 6, ".world") == 0)
		list_push(names, &files, arena_text(names, path));
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	names = arena_new(1u << 24);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--mutate") && i + 1 < argc) {
			run.mutate = true;
			run.seed = strtoull(argv[++i], NULL, 0) << 32;
		} else if (!strcmp(argv[i], "-v")) {
			run.verbose = true;
		} else if (nftw(argv[i], on_file, 16, FTW_PHYS) != 0) {
			report(argv[i], 0, "cannot be read");
		}
	}
	if (files.n)
		qsort(files.at, files.n, sizeof *files.at, by_name);
	for (uint32_t i = 0; i < files.n; i++)
		run_file(files.at[i]);
	arena_free(&names);
	printf("%u passed, %u failed\n", run.passed, run.failed);
	return run.failed > 0 || !run.passed;
}
