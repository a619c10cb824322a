/* world -- from a world file to a world. What a line says is read in read_*.c by tables of words; what no
 * line says is added in settle.c; contents and signatures are made when a server is first asked for them
 * (contents.c, sign.c), so a world costs what is asked of it. Nothing here knows a socket: the same world
 * answers lab_asker_new() and lab_serve(). */
#include "lab/inside.h"
#include "base/limits.h"
#include <string.h>

static void read_title(struct reading *r, struct world *w, const words *line)
{
	w->title = line->n > 1 ? arena_text(r->arena, line->at[1].raw) : "";
}

static void read_allow(struct reading *r, struct world *w, const words *line)
{
	static const struct {
		const char *word;
		uint8_t mask;
	} classes[] = {
		{ "private", ADDR_PRIVATE },
		{ "loopback", ADDR_LOOPBACK },
		{ "link", ADDR_LINK },
		{ "reserved", ADDR_RESERVED },
		{ "public", ADDR_PUBLIC },
		{ "any", ADDR_ANY },
		{ "none", 0 },
	};
	enum { N = sizeof classes / sizeof *classes };
	for (uint32_t i = 1; i < line->n; i++) {
		unsigned k = 0;
		while (k < N && strcmp(classes[k].word, line->at[i].text) != 0)
			k++;
		if (k == N)
			reading_fail(r, "\"%s\" is no address class", line->at[i].text);
		else if (classes[k].mask == 0)
			w->addr_allowed = ADDR_DOC;
		else
			w->addr_allowed |= classes[k].mask;
	}
}

static void read_family(struct reading *r, struct world *w, const words *line)
{
	const char *word = line->n == 2 ? line->at[1].text : "";
	w->use_ipv4 = strcmp(word, "ipv6") != 0;
	w->use_ipv6 = strcmp(word, "ipv4") != 0;
	if (w->use_ipv4 == w->use_ipv6)
		reading_fail(r, "family ipv4|ipv6");
}

static void read_depth(struct reading *r, struct world *w, const words *line)
{
	static const char *const depths[] = { "quick", "watch", "full", "deep" };
	for (unsigned i = 0; i < sizeof depths / sizeof depths[0]; i++)
		if (line->n == 2 && strcmp(line->at[1].text, depths[i]) == 0) {
			w->depth = (enum depth)i;
			return;
		}
	reading_fail(r, "depth quick|watch|full|deep");
}

static void read_budget(struct reading *r, struct world *w, const words *line)
{
	static const struct shape shapes[] = { { "questions", VALUE_NUMBER },
					       { "wall", VALUE_NUMBER },
					       { NULL, VALUE_NONE } };
	params p = { 0 };
	for (uint32_t i = 1; i < line->n; i++)
		param_read(r, shapes, line->at[i].text, NULL, &p);
	w->budget_questions = (uint32_t)param_number(&p, "questions", w->budget_questions);
	w->budget_wall_ms = (uint32_t)param_number(&p, "wall", w->budget_wall_ms);
}

static void read_clock(struct reading *r, struct world *w, const words *line)
{
	if (line->n != 2 || !wall_from_text(line->at[1].text, (struct wall){ 0 }, &w->clock))
		reading_fail(r, "clock TIME, as 2026-03-01T12:00:00Z");
	r->clock = w->clock;
}

/* Put at the end of the text by world_map_loopback(). */
static void read_mapped(struct reading *r, struct world *w, const words *line)
{
	(void)r, (void)line;
	w->mapped = true;
}

typedef void read_fn(struct reading *r, struct world *w, const words *line);
static const struct {
	const char *word;
	read_fn *read;
	bool early;
} clauses[] = {
	{ "clock", read_clock, true },        { "mapped", read_mapped, true },
	{ "title", read_title, false },       { "zone", read_zone, false },
	{ "record", read_record, false },     { "break", read_break, false },
	{ "change", read_break, false },      { "server", read_behaviour, false },
	{ "resolver", read_resolver, false }, { "anchor", read_anchor, false },
	{ "allow", read_allow, false },       { "family", read_family, false },
	{ "depth", read_depth, false },       { "budget", read_budget, false },
	{ "ask", read_ask, false },           { "expect", read_expect, false },
	{ "also", read_findings, false },     { "silent", read_findings, false }, { "then", read_findings, false },
};
enum { N_CLAUSES = sizeof clauses / sizeof *clauses };

static void read_line(struct reading *r, struct world *w, char *line, bool early)
{
	words found = { 0 };
	const char *among[N_CLAUSES];
	comment_cut(line);
	if (!words_split(r->arena, line, &found))
		reading_fail(r, "a quote is not closed");
	if (r->failed || found.n == 0)
		return;
	size_t n = strcspn(found.at[0].text, "@");
	for (unsigned i = 0; i < N_CLAUSES; i++) {
		among[i] = clauses[i].word;
		if (strlen(among[i]) != n || memcmp(among[i], found.at[0].text, n) != 0)
			continue;
		if (clauses[i].early == early)
			clauses[i].read(r, w, &found);
		return;
	}
	const char *near = word_nearest(found.at[0].text, among, N_CLAUSES);
	reading_fail(r, near != NULL ? "\"%s\" is no clause; did you mean \"%s\"?" : "\"%s\" is no clause%s",
		     found.at[0].text, near != NULL ? near : "");
}

/* One clause: a line and the lines behind it that begin with `+`. */
static char *clause_take(struct arena *a, const char **from, const char *end, unsigned *lines)
{
	char *out = arena_alloc(a, (size_t)(end - *from) + 1);
	size_t n = 0;
	*lines = 0;
	do {
		const char *stop = memchr(*from, '\n', (size_t)(end - *from));
		size_t len = (size_t)((stop != NULL ? stop : end) - *from);
		size_t skip = *lines > 0; /* the `+` */
		memcpy(out + n, *from + skip, len - skip);
		out[n + len - skip] = '\0';
		comment_cut(out + n);
		n += strlen(out + n);
		out[n++] = ' ';
		*from = stop != NULL ? stop + 1 : end;
		++*lines;
	} while (*from < end && **from == '+');
	out[n - 1] = '\0';
	return out;
}

/* The clock first, wherever it stands: distances hang on it. */
static void read_all(struct reading *r, struct world *w, const char *text, size_t len, bool early)
{
	const char *end = text + len;
	unsigned lines;
	r->line = 1;
	for (const char *at = text; at < end && !r->failed; r->line += lines) {
		char *line = clause_take(r->arena, &at, end, &lines);
		read_line(r, w, line, early);
	}
}

int world_from_text(struct arena *a, const char *text, size_t len, const char *file, struct world **out,
		    struct err_at *at)
{
	struct world *w = ARENA_NEW(a, struct world);
	struct reading r = { .arena = a, .file = file, .at = at };
	*at = (struct err_at){ .file = file };
	*w = (struct world){
		.arena = a,
		.file = file,
		.title = "",
		.clock = { 1772366400 },
		.use_ipv4 = true,
		.use_ipv6 = true,
		.depth = DEPTH_FULL,
		.addr_allowed = ADDR_DOC | ADDR_PUBLIC,
		.budget_questions = LIMIT_QUESTIONS,
		.budget_wall_ms = LIMIT_WALL_MS,
	};
	r.clock = w->clock;
	if (len > LIMIT_WORLD_FILE_BYTES || memchr(text, '\0', len) != NULL)
		reading_fail(&r, "no text, or more than %u octets", LIMIT_WORLD_FILE_BYTES);
	read_all(&r, w, text, len, true);
	read_all(&r, w, text, len, false);
	if (!r.failed)
		world_settle(&r, w);
	*out = r.failed ? NULL : w;
	return r.failed ? E_SYNTAX : E_OK;
}

const char *world_title(const struct world *w)
{
	return w->title;
}

struct wall world_clock(const struct world *w)
{
	return w->clock;
}

uint32_t world_n_cases(const struct world *w)
{
	return w->cases.n;
}

const struct world_case *world_case(const struct world *w, uint32_t i)
{
	return &w->cases.at[i];
}
