/* human_servers -- the servers of a zone, a line each: reachable how, and what they say. */
#include "report/human.h"
#include <string.h>

enum { ANSWER_COLUMNS = 16, NAME_COLUMNS_MIN = 6 };
struct widths {
	size_t name, addr, way;
};

static const char *way_word(struct screen *s, const char *word)
{
	if (word == NULL)
		return "-";
	bool ok = strcmp(word, "ok") == 0;
	if (ok && !s->style->utf8)
		return sign_text(s, SIGN_OK);
	return arena_printf(s->arena, "%s %s", sign_text(s, ok ? SIGN_OK : SIGN_BAD), word);
}

/* The look that the finding is about, where there is one: that of the same question as its proof. */
static const struct look *look_to_show(const struct report *r, const struct server_row *row)
{
	const struct finding *f = report_headline(r);
	const struct look *found = row->best;
	for (uint32_t i = 0; f != NULL && f->proof != NULL && i < row->server->looks.n; i++) {
		const struct look *l = row->server->looks.at[i];
		if (l->type == f->proof->q.type && name_equal(l->name, f->proof->q.name) && l->tries.n > 0)
			return l;
	}
	return found;
}

static const char *answer_words(const struct report *r, const struct server_row *row)
{
	const struct look *l = look_to_show(r, row);
	if (l == NULL)
		return row->udp == NULL ? "not asked" : "nothing";
	if (l->m == NULL)
		return l->truncated ? "truncated" : "nothing";
	const char *gist = answer_gist(r->arena, l, 0);
	if (l->m->rcode != RCODE_NOERROR || l->last == NULL)
		return gist;
	return arena_printf(r->arena, "%s%s %u ms", gist, l->m->aa ? " aa" : "",
			    (l->last->r.rtt_us + 500) / 1000);
}

static bool is_at_fault(const struct report *r, const struct server_row *row)
{
	const struct finding *f = report_headline(r);
	for (uint32_t i = 0; f != NULL && i < f->servers.n; i++)
		if (f->servers.at[i] == row->server)
			return true;
	return !row->fine;
}

static struct widths measure(const struct report *r, struct screen *s, const struct zone *z)
{
	struct widths w = { .name = 6, .addr = 7, .way = 4 };
	char addr[ADDR_TEXT_MAX];
	for (uint32_t i = 0; i < r->servers.n; i++) {
		const struct server_row *row = &r->servers.at[i];
		if (row->zone != z)
			continue;
		size_t n = strlen(report_name(
			r->arena, row->server->names.n > 0 ? row->server->names.at[0] : name_root, 255));
		size_t a = strlen(addr_text(&row->server->addr, addr));
		size_t u = paint_columns(way_word(s, row->udp)), t = paint_columns(way_word(s, row->tcp));
		w.name = n > w.name ? n : w.name;
		w.addr = a > w.addr ? a : w.addr;
		w.way = u > w.way ? u : w.way;
		w.way = t > w.way ? t : w.way;
	}
	size_t rest = s->style->columns - 2 - 3 - 12 - ANSWER_COLUMNS -
		      2 * (w.way + 2); /* gaps, serial, answer, udp and tcp */
	if (w.addr + w.name > rest)
		w.name = rest > w.addr + NAME_COLUMNS_MIN ? rest - w.addr : NAME_COLUMNS_MIN;
	return w;
}

static void add_row(const struct report *r, struct screen *s, const struct server_row *row,
		    const struct widths *w)
{
	char addr[ADDR_TEXT_MAX];
	const uint8_t *name = row->server->names.n > 0 ? row->server->names.at[0] : NULL;
	struct text t;
	text_init(&t, s->arena);
	text_add(&t, "  ");
	text_add(&t, screen_pad(s, name != NULL ? report_name(s->arena, name, w->name) : "-", w->name + 1));
	text_add(&t, screen_pad(s, addr_text(&row->server->addr, addr), w->addr + 2));
	text_add(&t, screen_pad(s, way_word(s, row->udp), w->way + 2));
	text_add(&t, screen_pad(s, way_word(s, row->tcp), w->way + 2));
	text_add(&t, screen_pad(s, row->has_serial ? arena_printf(s->arena, "%u", row->serial) : "-", 12));
	text_add(&t, answer_words(r, row));
	screen_add(s, is_at_fault(r, row) ? KEEP_TABLE + 1 : KEEP_TABLE, "%s",
		   screen_cut(s, t.at, s->style->columns));
}

static void add_header(struct screen *s, const struct widths *w)
{
	const char *row =
		arena_printf(s->arena, "  %-*s %-*s  %-*s%-*s%-12s%s", (int)w->name, "server", (int)w->addr,
			     "address", (int)w->way + 2, "udp", (int)w->way + 2, "tcp", "serial", "answer");
	screen_add(s, KEEP_TABLE, PAINT_DIM "%s" PAINT_END, screen_cut(s, row, s->style->columns));
}

/* Those that fail first: they are why the table stands here. */
void human_server_table(const struct report *r, struct screen *s, const struct zone *z, unsigned max_rows)
{
	unsigned rows = 0, left_out = 0;
	struct widths w = measure(r, s, z);
	for (unsigned pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < r->servers.n; i++) {
			const struct server_row *row = &r->servers.at[i];
			if (row->zone != z || is_at_fault(r, row) == (pass == 1))
				continue;
			if (rows == 0)
				add_header(s, &w);
			if (++rows <= max_rows)
				add_row(r, s, row, &w);
			else
				left_out++;
		}
	}
	if (left_out > 0)
		screen_add(s, KEEP_TABLE, "  and %u more", left_out);
}
