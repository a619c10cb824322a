#include "base/nearest.h"
#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 63 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static int same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment; long words are as far as they are long. */
unsigned word_distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	unsigned rows[3][WORD_MAX + 1];
	for (size_t k = 0; k <= lb; k++)
		rows[0][k] = (unsigned)k;
	for (size_t i = 1; i <= la; i++) {
		unsigned *now = rows[i % 3], *one = rows[(i - 1) % 3], *two = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t k = 1; k <= lb; k++) {
			now[k] = least(least(one[k] + 1, now[k - 1] + 1),
				       one[k - 1] + !same_letter(a[i - 1], b[k - 1]));
			if (i > 1 && k > 1 && same_letter(a[i - 1], b[k - 2]) &&
			    same_letter(a[i - 2], b[k - 1]))
				now[k] = least(now[k], two[k - 2] + 1);
		}
	}
	return rows[la % 3][lb];
}

const char *nearest_word(const char *word, const void *first, size_t n, size_t stride)
{
	const char *best = NULL;
	unsigned best_distance = strlen(word) <= 3   ? 2
				 : strlen(word) <= 6 ? 3
						     : 4; /* this far is no hint any more */
	for (size_t i = 0; i < n; i++) {
		const char *candidate = *(const char *const *)((const char *)first + i * stride);
		unsigned d = candidate != NULL ? word_distance(word, candidate) : best_distance;
		if (d < best_distance) {
			best_distance = d;
			best = candidate;
		}
	}
	return best;
}
