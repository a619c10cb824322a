/* plain -- the six parts on a page of 72 columns: mail, logs, a terminal. */
#include "alert/inside.h"
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 72, INDENT = 13 };

/* Words of a line, wrapped; a word longer than the line (a name, a key) stands alone and is not cut: it may be a command. */
static void wrapped(struct text *out, const char *line, size_t first_column)
{
	size_t column = first_column;
	bool begun = false;
	while (*line != '\0') {
		size_t len = strcspn(line, " ");
		char *word = arena_copy(out->arena, line, len + 1);
		word[len] = '\0';
		size_t width = text_columns(word);
		if (begun && column + 1 + width > COLUMNS) {
			text_addf(out, "\n%*s", INDENT, "");
			column = INDENT;
		} else if (begun) {
			text_add(out, " ");
			column++;
		}
		text_add(out, word);
		column += width;
		begun = true;
		line += len;
		line += strspn(line, " ");
	}
	text_add(out, "\n");
}

static void labelled(struct text *out, const char *label, const char *number, const char *line, bool wrap)
{
	size_t start = out->len;
	text_add(out, label);
	text_pad(out, INDENT, start);
	text_add(out, number);
	if (wrap)
		wrapped(out, line, INDENT + strlen(number));
	else
		text_addf(out, "%s\n", line);
}

static void part_plain(struct text *out, const struct told *t, const struct part *p)
{
	for (uint32_t i = 0; p->kind == PART_FACTS && i < t->facts.n; i++)
		labelled(out, t->facts.at[i].label, "", t->facts.at[i].value, true);
	if (p->kind == PART_FACTS)
		return;
	for (uint32_t i = 0; i < p->lines.n; i++) {
		char number[16] = "";
		if (p->numbered && p->lines.n > 1)
			snprintf(number, sizeof number, "%u ", i + 1);
		labelled(out, i == 0 ? p->label : "", number, p->lines.at[i], p->kind != PART_PROOF);
	}
}

void alert_plain(struct arena *arena, const struct alert *a, struct text *out)
{
	const struct told *t = told_make(arena, a, 1);
	wrapped(out, t->title, 0);
	text_add(out, "\n");
	for (uint32_t i = 0; i < t->parts.n; i++)
		part_plain(out, t, &t->parts.at[i]);
	if (*t->link != '\0')
		labelled(out, "Page", "", t->link, false);
	if (a->incident != NULL && *a->incident != '\0')
		labelled(out, "Incident", "", clean_line(arena, a->incident, 40), true);
}
