/* human_chain -- ". ✔ secure ─── com ✔ secure ─── example.com ✘ rrsig-expired". */
#include "report/human.h"
#include <string.h>

enum { CHAIN_INDENT = 11, CHAIN_ZONES = 8 };

static const char *zone_words(const struct report *r, struct screen *s, const struct chain_row *row,
			      bool after_break, bool last)
{
	const struct verdict *v = r->verdict;
	if (row->broken != NULL)
		return arena_printf(r->arena, "%s %s", sign_text(s, SIGN_BAD),
				    finding_kind(row->broken->id)->id);
	if (after_break)
		return arena_printf(r->arena, "%s below that", sign_text(s, SIGN_UNKNOWN));
	const char *more = "";
	const struct finding *f = v->root;
	if (f != NULL && v->word == VERDICT_DEGRADED && f->zone == row->zone &&
	    !(last && v->ok_servers < v->all_servers))
		more = arena_printf(r->arena, ", %s", finding_kind(f->id)->id);
	if (last && v->all_servers > 0 && v->ok_servers < v->all_servers)
		more = arena_printf(r->arena, ", %u of %u servers good", v->ok_servers, v->all_servers);
	switch (row->status) {
	case STATUS_SECURE: return arena_printf(r->arena, "%s secure%s", sign_text(s, SIGN_OK), more);
	case STATUS_INSECURE: return arena_printf(r->arena, "%s insecure%s", sign_text(s, SIGN_OK), more);
	case STATUS_BOGUS: return arena_printf(r->arena, "%s bogus%s", sign_text(s, SIGN_BAD), more);
	case STATUS_INDETERMINATE:
		return arena_printf(r->arena, "%s not seen%s", sign_text(s, SIGN_UNKNOWN), more);
	}
	return "";
}

struct chain_line {
	struct screen *screen;
	struct text text;
	bool empty;
};

static void chain_flush(struct chain_line *l)
{
	screen_add(l->screen, KEEP_ALWAYS - 2, "%s", l->text.at);
	text_init(&l->text, l->screen->arena);
	text_pad(&l->text, CHAIN_INDENT, 0);
	l->empty = true;
}

/* A joint that does not fit moves to the next line with what it joins. */
static void chain_item(struct chain_line *l, const char *item, bool joined)
{
	const char *joint = !joined ? "  and  " : l->screen->style->utf8 ? " ─── " : " --- ";
	bool first = l->empty;
	if (!first && paint_columns(l->text.at) + paint_columns(joint) + paint_columns(item) >
			      l->screen->style->columns)
		chain_flush(l);
	if (!first)
		text_add(&l->text, l->empty ? joint + 1 : joint);
	text_add(&l->text, item);
	l->empty = false;
}

/* A long path (ip6.arpa, deep trees): the middle is counted, not shown. */
static bool is_hidden(const struct report *r, uint32_t i)
{
	return r->chain.n > CHAIN_ZONES && i >= 3 && i + 4 < r->chain.n && r->chain.at[i].broken == NULL;
}

void human_chain(const struct report *r, struct screen *s)
{
	if (r->chain.n == 0)
		return;
	struct chain_line l = { .screen = s, .empty = true };
	text_init(&l.text, s->arena);
	text_add(&l.text, "  chain    ");
	unsigned hidden = 0;
	const struct zone *broken = NULL;
	for (uint32_t i = 0; i < r->chain.n; i++) {
		const struct chain_row *row = &r->chain.at[i];
		bool below = broken != NULL && name_is_strictly_under(row->zone->name, broken->name);
		hidden += is_hidden(r, i);
		if (is_hidden(r, i))
			continue;
		if (hidden > 0)
			chain_item(&l, arena_printf(s->arena, "%u more", hidden), true);
		hidden = 0;
		bool joined = i == 0 || row->zone->parent == r->chain.at[i - 1].zone || is_hidden(r, i - 1);
		chain_item(&l,
			   arena_printf(s->arena, "%s %s", report_name(s->arena, row->zone->name, 40),
					zone_words(r, s, row, below, i + 1 == r->chain.n)),
			   joined);
		if (row->broken != NULL)
			broken = row->zone;
	}
	chain_flush(&l);
}
