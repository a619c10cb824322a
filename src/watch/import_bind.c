/* named.conf: its words, with its three kinds of comments; zones at the top and in views. include is never followed. */
#include "watch/import_inside.h"
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 32, WORD_BYTES_MAX = 1100 };
enum token { TOKEN_END, TOKEN_WORD, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_STOP, TOKEN_BROKEN };
struct scan { struct importing *im; const char *at; unsigned line; const char *word; };

static void skip_blank(struct scan *s)
{
	for (;;) {
		if (*s->at == '\n')
			s->line++;
		if (*s->at != '\0' && strchr(" \t\r\n", *s->at) != NULL) {
			s->at++;
		} else if (*s->at == '#' || (s->at[0] == '/' && s->at[1] == '/')) {
			s->at += strcspn(s->at, "\n");
		} else if (s->at[0] == '/' && s->at[1] == '*') {
			const char *end = strstr(s->at + 2, "*/");
			for (; *s->at != '\0' && s->at != end; s->at++)
				s->line += *s->at == '\n';
			s->at += end != NULL ? 2 : 0;
		} else {
			return;
		}
	}
}

static enum token next(struct scan *s)
{
	skip_blank(s);
	char c = *s->at;
	if (c == '\0')
		return TOKEN_END;
	if (c == '{' || c == '}' || c == ';') {
		s->at++;
		return c == '{' ? TOKEN_OPEN : c == '}' ? TOKEN_CLOSE : TOKEN_STOP;
	}
	const char *start = s->at;
	size_t n;
	if (c == '"') {
		start++;
		n = strcspn(start, "\"\n");
		if (start[n] != '"')
			return TOKEN_BROKEN;
		s->at = start + n + 1;
	} else {
		n = strcspn(start, " \t\r\n{};\"#");
		s->at = start + n;
	}
	s->word = arena_printf(s->im->arena, "%.*s", (int)(n < WORD_BYTES_MAX ? n : WORD_BYTES_MAX), start);
	return TOKEN_WORD;
}

/* What a zone statement says before and in its block. */
struct zone_said { const char *name, *class, *type; unsigned line; bool in_view; };

static bool is_served(const char *type)
{
	static const char *const served[] = { "primary", "master", "secondary", "slave" };
	for (unsigned i = 0; i < 4; i++)
		if (strcasecmp(type, served[i]) == 0)
			return true;
	return false;
}

static void keep(struct importing *im, const struct zone_said *z)
{
	if (z->class != NULL && strcasecmp(z->class, "IN") != 0)
		import_skip(im, z->line, z->name, "is of another class than IN");
	else if (z->in_view)
		import_skip(im, z->line, z->name, "is in-view: it stands in another view");
	else if (z->type == NULL)
		import_skip(im, z->line, z->name, "has no type");
	else if (!is_served(z->type))
		import_skip(im, z->line, z->name, arena_printf(im->arena, "is of type %.40s: not served from here", z->type));
	else
		import_add(im, z->line, z->name);
}

struct statement { const char *words[4]; unsigned n, line; };

/* Words up to "{", "}", ";" or the end. */
static enum token read_statement(struct scan *s, struct statement *st)
{
	*st = (struct statement){ 0 };
	for (;;) {
		enum token t = next(s);
		if (st->n == 0 && t == TOKEN_WORD)
			st->line = s->line;
		if (t != TOKEN_WORD)
			return t;
		if (st->n < 4)
			st->words[st->n++] = s->word;
	}
}

static bool is_word(const struct statement *st, const char *word)
{
	return st->n >= 2 && strcasecmp(st->words[0], word) == 0;
}

static void learn(struct importing *im, const struct statement *st, struct zone_said *zone)
{
	if (zone != NULL && is_word(st, "type"))
		zone->type = st->words[1];
	else if (zone != NULL && is_word(st, "in-view"))
		zone->in_view = true;
	else if (is_word(st, "include"))
		import_skip(im, st->line, st->words[1], "is included: import that file too");
}

int import_bind(struct importing *im)
{
	struct scan s = { .im = im, .at = im->text, .line = 1 };
	struct zone_said zone = { 0 };
	unsigned depth = 0, views = 0, zone_depth = 0, opened[DEPTH_MAX];
	for (;;) {
		struct statement st;
		enum token t = read_statement(&s, &st);
		bool in_zone = zone.name != NULL && depth == zone_depth;
		if (t == TOKEN_BROKEN)
			return import_fault(im, s.line, "a quote is opened and not closed in this line");
		if (st.n > 0 && (in_zone || depth == views))
			learn(im, &st, in_zone ? &zone : NULL);
		if (t == TOKEN_END)
			return depth == 0 ? E_OK : import_fault(im, opened[depth - 1], "this { is never closed");
		if (t == TOKEN_CLOSE && depth == 0)
			return import_fault(im, s.line, "a } that closes nothing");
		if (t == TOKEN_OPEN) {
			if (depth == DEPTH_MAX)
				return import_fault(im, s.line, "nested too deep");
			opened[depth++] = st.n > 0 ? st.line : s.line;
			if (depth == views + 1 && is_word(&st, "zone")) {
				zone = (struct zone_said){ st.words[1], st.n > 2 ? st.words[2] : NULL, NULL, st.line, false };
				zone_depth = depth;
			} else if (depth == views + 1 && is_word(&st, "view")) {
				views++;
			}
		} else if (t == TOKEN_CLOSE) {
			if (in_zone) {
				keep(im, &zone);
				zone.name = NULL;
			}
			if (depth-- == views)
				views--;
		}
	}
}
