/* make_store -- an observer's memory as a test wants it: lines of standard input become rows.
 *   history ZONE FROM TO EVIDENCE_FILE
 *   sig ZONE RRSET TAG ALGORITHM INCEPTION EXPIRATION FIRST_SEEN
 * usage: make_store STORE < LINES */
#include "check/check.h"
#include "foresee/snapshot.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 22 };

static char *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = malloc(FILE_MAX);
	if (f == NULL || text == NULL)
		exit(2);
	*len = fread(text, 1, FILE_MAX, f);
	fclose(f);
	return text;
}

static struct wall moment(const char *text)
{
	struct wall out;
	if (!wall_from_text(text, (struct wall){ 0 }, &out))
		exit(2);
	return out;
}

static int add_history(struct store *s, struct arena *a, char w[8][200])
{
	size_t len;
	char *evidence = read_all(w[4], &len);
	struct crypto *crypto = crypto_new();
	struct check *check = NULL;
	struct err_at at = { 0 };
	if (check_replay(evidence, len, crypto, NULL, &check, &at) != E_OK)
		return 2;
	const struct check_result *r = check_result(check);
	struct budget budget;
	struct judgement j = { .tree = r->tree, .crypto = crypto, .budget = &budget, .arena = a };
	budget_init(&budget);
	struct snapshot *snapshot = snapshot_make(a, &j, r->verdict, NULL, moment(w[2]));
	struct text t;
	int64_t id;
	text_init(&t, a);
	snapshot_text(snapshot, &t);
	struct history_row row = { .zone = w[1], .from = moment(w[2]), .to = moment(w[3]), .fingerprint = snapshot_fingerprint(a, snapshot),
				   .word = verdict_id(r->verdict->word), .finding = snapshot->finding, .snapshot = t.at, .snapshot_len = t.len,
				   .evidence = evidence, .evidence_len = len };
	int e = store_add_history(s, &row, &id);
	check_free(&check);
	crypto_free(&crypto);
	free(evidence);
	return e;
}

static int add_line(struct store *s, struct arena *a, const char *line)
{
	char w[8][200] = { 0 };
	int n = sscanf(line, "%199s %199s %199s %199s %199s %199s %199s %199s", w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]);
	if (n == 5 && strcmp(w[0], "history") == 0)
		return add_history(s, a, w);
	if (n != 8 || strcmp(w[0], "sig") != 0)
		return 2;
	struct sig_row row = { w[1], w[2], (uint16_t)atoi(w[3]), (uint8_t)atoi(w[4]), moment(w[5]), moment(w[6]), moment(w[7]) };
	return store_add_sig(s, &row);
}

int main(int argc, char **argv)
{
	struct store *s = NULL;
	struct err_at at = { 0 };
	char line[1600];
	int e = argc == 2 ? store_open(argv[1], &(struct store_options){ .create = true }, &s, &at) : 2;
	struct arena *a = arena_new((size_t)1 << 28);
	while (e == 0 && fgets(line, sizeof line, stdin) != NULL)
		e = add_line(s, a, line);
	arena_free(&a);
	store_close(&s);
	if (e != 0)
		fprintf(stderr, "make_store: error %d: %s\n", e, at.text);
	return e != 0;
}
