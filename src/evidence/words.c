/* The words of the file and of the screens for outcomes, depths and flags. */
#include "evidence/inside.h"
#include <assert.h>
#include <string.h>

static const char *const outcomes[] = {
	[ASK_ANSWERED] = "answered", [ASK_TIMED_OUT] = "timed-out", [ASK_UNREACHABLE] = "unreachable",
	[ASK_CLOSED] = "closed", [ASK_GARBLED] = "garbled", [ASK_FORBIDDEN] = "forbidden",
	[ASK_CANCELLED] = "cancelled",
};
static const char *const depths[] = { [DEPTH_QUICK] = "quick", [DEPTH_WATCH] = "watch", [DEPTH_FULL] = "full", [DEPTH_DEEP] = "deep" };
static const struct { uint16_t flag; const char *word; } flag_words[] = {
	{ ASK_RD, "rd" }, { ASK_CD, "cd" }, { ASK_AD, "ad" }, { ASK_EDNS, "edns" }, { ASK_DO, "do" },
	{ ASK_COOKIE, "cookie" }, { ASK_EDNS1, "edns1" }, { ASK_EDNS_Z, "z" },
};
enum { N_FLAGS = sizeof flag_words / sizeof flag_words[0] };

static int word_index(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return (int)i;
	return -1;
}

const char *ask_outcome_text(enum ask_outcome o)
{
	assert(o < sizeof outcomes / sizeof outcomes[0]);
	return outcomes[o];
}

bool outcome_from_word(const char *word, enum ask_outcome *out)
{
	int i = word_index(outcomes, sizeof outcomes / sizeof outcomes[0], word);
	*out = i < 0 ? ASK_CANCELLED : (enum ask_outcome)i;
	return i >= 0;
}

const char *depth_word(enum depth d)
{
	return depths[d];
}

bool depth_from_word(const char *word, enum depth *out)
{
	int i = word_index(depths, sizeof depths / sizeof depths[0], word);
	*out = i < 0 ? DEPTH_FULL : (enum depth)i;
	return i >= 0;
}

void flags_add(struct text *out, uint16_t flags)
{
	bool any = false;
	for (int i = 0; i < N_FLAGS; i++) {
		if ((flags & flag_words[i].flag) == 0)
			continue;
		text_addf(out, "%s%s", any ? "+" : "", flag_words[i].word);
		any = true;
	}
	if (!any)
		text_add(out, "-");
}

static uint16_t flag_of(const char *word, size_t len)
{
	for (int i = 0; i < N_FLAGS; i++)
		if (strlen(flag_words[i].word) == len && memcmp(flag_words[i].word, word, len) == 0)
			return flag_words[i].flag;
	return 0;
}

bool flags_from_words(const char *words, uint16_t *out)
{
	*out = 0;
	if (strcmp(words, "-") == 0)
		return true;
	for (;;) {
		size_t len = strcspn(words, "+");
		uint16_t flag = flag_of(words, len);
		if (flag == 0 || (*out & flag) != 0)
			return false;
		*out |= flag;
		if (words[len] == '\0')
			return true;
		words += len + 1;
	}
}
