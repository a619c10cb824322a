#include "cli/dig_words.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "cli/complain.h"
#include <stdlib.h>
#include <string.h>

enum effect { NOTHING, TCP, SHORT, TIME };

/* clang-format off */
/* Those without effect ask for what is done anyway (+dnssec, +cd, +norecurse) or shape dig's own output. */
static const struct { const char *name; enum effect effect; bool has_value; } words[] = {
	{ "tcp", TCP, false }, { "vc", TCP, false }, { "short", SHORT, false }, { "time", TIME, true },
	{ "timeout", TIME, true }, { "dnssec", NOTHING, false }, { "do", NOTHING, false },
	{ "cd", NOTHING, false }, { "cdflag", NOTHING, false }, { "adflag", NOTHING, false },
	{ "ad", NOTHING, false }, { "recurse", NOTHING, false }, { "rec", NOTHING, false },
	{ "rd", NOTHING, false }, { "nsid", NOTHING, false }, { "ignore", NOTHING, false },
	{ "multiline", NOTHING, false }, { "multi", NOTHING, false }, { "all", NOTHING, false },
	{ "answer", NOTHING, false }, { "authority", NOTHING, false }, { "additional", NOTHING, false },
	{ "comments", NOTHING, false }, { "question", NOTHING, false }, { "stats", NOTHING, false },
	{ "cmd", NOTHING, false }, { "qr", NOTHING, false }, { "ttlid", NOTHING, false },
	{ "ttlunits", NOTHING, false }, { "crypto", NOTHING, false }, { "rrcomments", NOTHING, false },
	{ "idnin", NOTHING, false }, { "idnout", NOTHING, false }, { "identify", NOTHING, false },
	{ "edns", NOTHING, true }, { "bufsize", NOTHING, true }, { "cookie", NOTHING, true },
	{ "tries", NOTHING, true }, { "retry", NOTHING, true }, { "split", NOTHING, true },
};
/* clang-format on */

static int find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i].name) == len && memcmp(words[i].name, name, len) == 0)
			return (int)i;
	return -1;
}

static int unknown(const char *word)
{
	if (strcmp(word, "+trace") == 0)
		return complain(EXIT_USAGE, "%s is a command of its own here: dnsvigil trace NAME", word);
	const char *near =
		nearest_word(word + 1, &words[0].name, sizeof words / sizeof words[0], sizeof words[0]);
	return near != NULL
		       ? complain(EXIT_USAGE, "unknown dig word: %s (did you mean +%s?)", word, near)
		       : complain(EXIT_USAGE,
				  "unknown dig word: %s (known: +tcp +short +time=N; see dnsvigil --help)",
				  word);
}

int dig_word(struct options *o, const char *word)
{
	const char *name = word + 1, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	int i = find(name, len);
	bool off = false;
	if (i < 0 && len > 2 && memcmp(name, "no", 2) == 0) {
		i = find(name + 2, len - 2);
		off = true;
	}
	if (i < 0)
		return unknown(word);
	if (equals != NULL && !words[i].has_value)
		return complain(EXIT_USAGE, "+%s takes no value: %s", words[i].name, word);
	if (words[i].effect == TCP)
		o->tcp = !off;
	else if (words[i].effect == SHORT && !off)
		o->format = FORMAT_SHORT;
	else if (words[i].effect == TIME && !off) {
		unsigned long s = equals != NULL ? strtoul(equals + 1, NULL, 10) : 0;
		if (s < 1 || s > LIMIT_WALL_MS_HARD / 1000)
			return complain(EXIT_USAGE, "%s: is no number of seconds (1 to 60)", word);
		o->timeout_ms = (uint32_t)s * 1000;
	}
	return 0;
}
