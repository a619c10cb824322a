/* The one table, and how its rows are found by name. */
#include "judge/judge.h"
#include <assert.h>
#include <string.h>

static const struct finding_kind kinds[] = {
#define FINDING(id, text, severity, family, ede, rfc, sentence, meaning, fix, avoid, rows)                   \
	[FINDING_##id] = { text, severity, family, ede, rfc, sentence, meaning, fix, avoid, rows },
#include "judge/findings.def"
#undef FINDING
};

const struct finding_kind *finding_kind(enum finding_id id)
{
	assert((unsigned)id < FINDING_KINDS);
	return &kinds[id];
}

/* Is `word` one of the space separated words? */
static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = words; (at = strstr(at, word)); at += len) {
		bool starts = at == words || at[-1] == ' ';
		bool ends = at[len] == '\0' || at[len] == ' ';
		if (starts && ends)
			return true;
	}
	return false;
}

static const struct finding_kind *found(unsigned i, enum finding_id *out)
{
	if (out)
		*out = (enum finding_id)i;
	return &kinds[i];
}

const struct finding_kind *finding_by_name(const char *id, enum finding_id *out)
{
	for (unsigned i = 0; i < FINDING_KINDS; i++)
		if (!strcmp(kinds[i].id, id))
			return found(i, out);
	if (!*id || strchr(id, ' '))
		return NULL;
	for (unsigned i = 0; i < FINDING_KINDS; i++)
		if (has_word(kinds[i].rows, id))
			return found(i, out);
	return NULL;
}

/* Levenshtein distance of two short words; a long one is no typing error of any id. */
enum { WORD_MAX = 64 };
static unsigned distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	unsigned row[WORD_MAX + 1];
	if (n > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= n; i++)
		row[i] = (unsigned)i;
	for (; *a; a++) {
		unsigned diagonal = row[0]++;
		for (size_t i = 1; i <= n; i++) {
			unsigned change = diagonal + (*a != b[i - 1]);
			unsigned shift = (row[i] < row[i - 1] ? row[i] : row[i - 1]) + 1;
			diagonal = row[i];
			row[i] = change < shift ? change : shift;
		}
	}
	return row[n];
}

const char *finding_nearest(const char *id)
{
	const char *nearest = NULL;
	unsigned best = WORD_MAX;
	if (strlen(id) > WORD_MAX)
		return NULL;
	for (unsigned i = 0; i < FINDING_KINDS; i++) {
		unsigned d = distance(id, kinds[i].id);
		if (d < best) {
			best = d;
			nearest = kinds[i].id;
		}
	}
	return best <= strlen(id) / 2 + 1 ? nearest : NULL;
}
