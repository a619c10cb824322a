/* human_fix -- what to do, in safe order, and what not to do; what else was found. */
#include "report/human.h"
#include <string.h>

enum { ALSO_SHOWN = 3, COMMAND_COLUMNS_MAX = 66 };

static const char *next_line(struct arena *a, const char **at)
{
	while (**at == '\n')
		(*at)++;
	if (**at == '\0')
		return NULL;
	size_t len = strcspn(*at, "\n");
	const char *line = arena_printf(a, "%.*s", (int)len, *at);
	*at += len;
	return line;
}

/* Where `line` has the command that the template shows in back-quotes, its blanks become unbroken. Placeholders are
 * single words, so the command begins like its template and has as many words. */
static const char *bind_command(struct arena *a, const char *line, const char *command, size_t len)
{
	size_t head = 0, words = 1;
	for (size_t i = 0; i < len; i++)
		words += command[i] == ' ';
	while (head < len && command[head] != '{')
		head++;
	const char *start = strstr(line, arena_printf(a, "%.*s", (int)head, command));
	if (start == NULL || head == 0)
		return line;
	const char *end = start;
	for (size_t i = 0; i < words; i++)
		end += strspn(end, " ") + strcspn(end + strspn(end, " "), " ");
	if (end - start > COMMAND_COLUMNS_MAX)
		return line;
	struct text t;
	text_init(&t, a);
	text_add_n(&t, line, (size_t)(start - line));
	for (const char *c = start; c < end; c++)
		text_add_n(&t, *c == ' ' ? UNBROKEN : c, *c == ' ' ? sizeof UNBROKEN - 1 : 1);
	text_add(&t, end);
	return t.at;
}

static const char *bind_commands(struct arena *a, const char *line, const char *template)
{
	for (const char *open = template; (open = strchr(open, '`')) != NULL;) {
		const char *close = strchr(open + 1, '`');
		if (close == NULL)
			break;
		line = bind_command(a, line, open + 1, (size_t)(close - open - 1));
		open = close + 1;
	}
	return line;
}

static void add_steps(const struct report *r, struct screen *s, const char *label, const char *steps,
		      const char *template, bool numbered)
{
	if (steps == NULL)
		return;
	unsigned n = 0;
	for (const char *at = steps, *line; (line = next_line(r->arena, &at)) != NULL;) {
		n++;
		const char *first = numbered ? arena_printf(r->arena, "  %-6s %u ", n == 1 ? label : "", n)
					     : arena_printf(r->arena, "  %-9s", n == 1 ? label : "");
		screen_wrap(s, (uint8_t)(KEEP_ALWAYS - 2 - n), first,
			    bind_commands(r->arena, line, template));
	}
}

/* A single step needs no number. */
static bool has_two_lines(const char *steps)
{
	const char *end = steps != NULL ? strchr(steps, '\n') : NULL;
	return end != NULL && end[1] != '\0';
}

/* What mending the cause will bring to light. */
static void add_behind(const struct report *r, struct screen *s)
{
	const struct verdict *v = r->verdict;
	for (uint8_t i = 0; i < v->n_behind; i++)
		screen_wrap(s, KEEP_ALWAYS - 3, i == 0 ? "  then     " : "           ",
			    arena_printf(r->arena, "once that is mended, still broken by %s: %s", finding_kind(v->behind[i]->id)->id, v->behind[i]->text));
}

void human_fix(const struct report *r, struct screen *s)
{
	const struct finding *f = report_headline(r);
	if (f == NULL)
		return;
	const struct finding_kind *k = finding_kind(f->id);
	add_steps(r, s, "fix", f->fix, k->fix, has_two_lines(f->fix));
	add_steps(r, s, "avoid", f->avoid, k->avoid, false);
	add_behind(r, s);
}

static bool is_worth_telling(const struct report *r, const struct screen *s, const struct finding *f)
{
	if (f == report_headline(r) || f == r->verdict->root)
		return false;
	return s->style->verbose || (f->role == ROLE_EXTRA && f->severity > SEVERITY_INFO);
}

void human_also(const struct report *r, struct screen *s, bool in_full)
{
	const struct verdict *v = r->verdict;
	unsigned shown = 0, folded = 0, most = s->style->verbose ? v->findings.n : ALSO_SHOWN;
	for (uint32_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.at[i];
		if (!is_worth_telling(r, s, f)) {
			folded += f->role == ROLE_COMPANION;
			continue;
		}
		if (++shown > most)
			continue;
		const char *text = arena_printf(r->arena, "%s: %s", finding_kind(f->id)->id, f->text);
		screen_wrap(s, KEEP_EXTRA, shown == 1 ? "  also     " : "           ",
			    in_full ? text : screen_cut(s, text, s->style->columns - 11U));
	}
	if (shown > most)
		screen_add(s, KEEP_EXTRA, "           and %u more (-v)", shown - most);
	if (folded > 0 && !s->style->verbose)
		screen_add(s, KEEP_EXTRA, "  folded   %u finding%s that the cause explains (-v)", folded,
			   folded == 1 ? "" : "s");
}

void human_exchanges(const struct report *r, struct screen *s)
{
	const struct tree *t = r->result->tree;
	for (uint32_t i = 0; i < t->zones.n; i++) {
		for (uint32_t k = 0; k < t->zones.at[i]->servers.n; k++) {
			const struct server *srv = t->zones.at[i]->servers.at[k];
			unsigned asked = 0, answered = 0;
			for (uint32_t l = 0; l < srv->looks.n; l++) {
				asked += srv->looks.at[l]->tries.n;
				answered += srv->looks.at[l]->m != NULL;
			}
			char addr[ADDR_TEXT_MAX];
			if (asked > 0)
				screen_wrap(
					s, KEEP_DETAIL,
					arena_printf(
						r->arena, "  asked    %s%s",
						screen_pad(s, report_name(r->arena, srv->zone->name, 22), 23),
						screen_pad(s, addr_text(&srv->addr, addr), 20)),
					arena_printf(r->arena, "%u packet%s, %u answer%s", asked, asked == 1 ? "" : "s", answered, answered == 1 ? "" : "s"));
		}
	}
}
