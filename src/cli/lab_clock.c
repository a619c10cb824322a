/* lab_clock -- a world at another moment: what its text says in absolute times keeps its distance from the clock. */
#include "base/text.h"
#include "cli/lab.h"
#include <ctype.h>
#include <string.h>

#define DEFAULT_CLOCK "2026-03-01T12:00:00Z"
enum { TIME_WORD_MIN = 20 }; /* "2026-03-01T12:00:00Z" */

static bool is_time_char(char c)
{
	return isdigit((unsigned char)c) || c == '-' || c == ':' || c == 'T' || c == 'Z' || c == '+' ||
	       c == '.';
}

/* Octets of the RFC 3339 time that stands at `at`, or 0. */
static size_t time_at(struct arena *a, const char *at, struct wall *out)
{
	size_t len = 0;
	while (is_time_char(at[len]))
		len++;
	if (len < TIME_WORD_MIN || at[4] != '-' || at[10] != 'T')
		return 0;
	return wall_from_text(arena_printf(a, "%.*s", (int)len, at), (struct wall){ 0 }, out) ? len : 0;
}

static bool line_has_word(const char *line, const char *word)
{
	size_t n = strlen(word);
	return strncmp(line, word, n) == 0 && (line[n] == ' ' || line[n] == '\t');
}

static const char *clock_line(const char *text)
{
	for (const char *at = text; at != NULL && *at != '\0'; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (line_has_word(at, "clock"))
			return at;
	}
	return NULL;
}

const char *lab_move_clock(struct arena *a, const char *text, struct wall to)
{
	struct wall clock, when;
	const char *line = clock_line(text);
	const char *word = line != NULL ? line + strcspn(line, " \t") : NULL;
	word = word != NULL ? word + strspn(word, " \t") : DEFAULT_CLOCK;
	const char *value = arena_printf(a, "%.*s", (int)strcspn(word, " \t\r\n"), word);
	if (!wall_from_text(value, (struct wall){ 0 }, &clock))
		return text; /* the reader of worlds will say what is wrong with it */
	char moved[WALL_TEXT_MAX];
	struct text t;
	text_init(&t, a);
	if (line == NULL)
		text_addf(&t, "clock %s\n", wall_text(to, moved));
	for (const char *at = text; *at != '\0';) {
		size_t len = at == word ? strlen(value) : time_at(a, at, &when);
		if (at == word)
			when = clock;
		if (len > 0)
			text_add(&t, wall_text((struct wall){ when.s - clock.s + to.s }, moved));
		else
			text_add_n(&t, at, 1);
		at += len > 0 ? len : 1;
	}
	return t.at;
}
