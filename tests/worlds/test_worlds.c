/* test_worlds -- every `ask` of every world file is a test: check it without sockets, compare with its `expect`, then
 * judge the saved evidence again and demand the same verdict, word for word.
 *
 *   test_worlds [-v] FILE|DIR...
 *   test_worlds --mutate SEED [--percent N] FILE|DIR...
 *
 * With --mutate the replies are spoiled; then no verdict is expected, but every check must end within its budget, and
 * replay must still agree. The last line counts: N passed, N failed. */
#include "base/limits.h"
#include "compare.h"
#include "mutate.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CPU_MAX_US = 20 * 1000 * 1000 };         /* of one check under the sanitizers on a loaded machine */

static struct { unsigned passed, failed; bool verbose, mutate; uint64_t seed; unsigned percent; } run = { .percent = 40 };
static LIST(const char *) files;
static struct arena *names;

static void report(const char *file, unsigned line, const char *fault)
{
	if (fault == NULL)
		run.passed++;
	else
		run.failed++;
	if (fault != NULL || run.verbose)
		printf("%s:%u: %s\n", file, line, fault != NULL ? fault : "ok");
}

static const char *first_difference(struct arena *a, const char *live, const char *again)
{
	while (*live != '\0' && *live == *again) {
		live++;
		again++;
	}
	return arena_printf(a, "replay differs: live '%.60s', replayed '%.60s'", live, again);
}

/* NULL when the evidence, written and read again, gives the same verdict. */
static const char *replay_fault(struct arena *a, struct check *live, struct wall at)
{
	struct text saved;
	struct err_at where = { 0 };
	struct check *again;
	struct crypto *crypto = crypto_new();
	const char *fault = NULL;
	text_init(&saved, a);
	int failed = evidence_to_text(check_result(live)->evidence, &saved);
	if (failed == 0)
		failed = check_replay(saved.at, saved.len, crypto, &at, &again, &where);
	if (failed) {
		fault = arena_printf(a, "replay: error %d, line %u: %s", failed, where.line, where.text);
	} else {
		const char *was = verdict_dump(a, check_result(live)->verdict), *is = verdict_dump(a, check_result(again)->verdict);
		if (strcmp(was, is) != 0)
			fault = first_difference(a, was, is);
		check_free(&again);
	}
	crypto_free(&crypto);
	return fault;
}

static const char *check_fault(struct arena *a, struct world *w, const struct world_case *wanted)
{
	struct setup setup = { 0 };
	struct check *check;
	struct crypto *crypto = crypto_new();
	struct asker *asker = lab_asker_new(w);
	world_setup(w, &setup);
	setup.name = wanted->name;
	setup.type = wanted->type;
	if (run.mutate)
		asker = mutating_asker(asker, run.seed++, run.percent);
	int failed = check_run(&setup, asker, crypto, world_clock(w), wanted->at, NULL, &check);
	const char *fault = failed ? arena_printf(a, "check_run: error %d", failed) : NULL;
	if (!failed) {
		const struct check_result *r = check_result(check);
		if (run.verbose)
			printf("%s", verdict_dump(a, r->verdict));
		fault = run.mutate ? NULL : compare_case(a, wanted, r->verdict);
		if (fault == NULL)
			fault = budget_overrun(a, r->budget);
		if (fault == NULL && r->cpu_us > CPU_MAX_US)
			fault = arena_printf(a, "took %.1f s of CPU", (double)r->cpu_us / 1e6);
		if (fault == NULL)
			fault = replay_fault(a, check, wanted->at);
		check_free(&check);
	}
	asker_free(&asker);
	crypto_free(&crypto);
	return fault;
}

static char *read_whole(struct arena *a, const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return NULL;
	char *text = arena_alloc(a, LIMIT_WORLD_FILE_BYTES + 1);
	*len = fread(text, 1, LIMIT_WORLD_FILE_BYTES, f);
	fclose(f);
	return text;
}

static void run_file(const char *path)
{
	struct arena *a = arena_new(1u << 30);
	struct world *w;
	struct err_at at = { 0 };
	size_t len = 0;
	char *text = read_whole(a, path, &len);
	if (text == NULL) {
		report(path, 0, "cannot be read");
	} else if (world_from_text(a, text, len, path, &w, &at) != 0) {
		report(path, at.line, at.text);
	} else {
		for (uint32_t i = 0; i < world_n_cases(w); i++)
			report(path, world_case(w, i)->line, check_fault(a, w, world_case(w, i)));
		if (world_n_cases(w) == 0)
			report(path, 0, "asks nothing");
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

static void read_arguments(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-v") == 0) {
			run.verbose = true;
		} else if (strcmp(argv[i], "--mutate") == 0 && i + 1 < argc) {
			run.mutate = true;
			run.seed = strtoull(argv[++i], NULL, 0) << 32;
		} else if (strcmp(argv[i], "--percent") == 0 && i + 1 < argc) {
			run.percent = (unsigned)strtoul(argv[++i], NULL, 0);
		} else if (nftw(argv[i], on_file, 16, FTW_PHYS) != 0) {
			report(argv[i], 0, "cannot be read");
		}
	}
	if (files.n > 0)
		qsort(files.at, files.n, sizeof *files.at, by_name);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	names = arena_new(1u << 24);
	read_arguments(argc, argv);
	for (uint32_t i = 0; i < files.n; i++)
		run_file(files.at[i]);
	arena_free(&names);
	printf("%u passed, %u failed\n", run.passed, run.failed);
	return run.failed > 0;
}
