#include "report/screen.h"
#include <string.h>

void screen_init(struct screen *s, struct arena *a, const struct style *style)
{
	*s = (struct screen){ .arena = a, .style = style };
}

void screen_add(struct screen *s, uint8_t keep, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = arena_vprintf(s->arena, fmt, ap);
	va_end(ap);
	list_push(s->arena, &s->lines, (struct screen_line){ text, keep, ++s->groups });
}

void screen_blank(struct screen *s)
{
	screen_add(s, KEEP_BLANK, "%s", "");
}

static bool is_paint(char c)
{
	return c >= 1 && c <= 6;
}

size_t paint_columns(const char *text)
{
	size_t marks = 0;
	for (const char *c = text; *c != '\0'; c++)
		marks += is_paint(*c);
	if (marks == 0)
		return text_columns(text);
	char plain[2048];
	size_t n = 0;
	for (const char *c = text; *c != '\0' && n + 1 < sizeof plain; c++)
		if (!is_paint(*c))
			plain[n++] = *c;
	plain[n] = '\0';
	return text_columns(plain);
}

const char *screen_pad(struct screen *s, const char *text, size_t columns)
{
	size_t have = paint_columns(text);
	return arena_printf(s->arena, "%s%*s", text, have < columns ? (int)(columns - have) : 1, "");
}

const char *sign_text(const struct screen *s, enum sign sign)
{
	static const char *const utf8[] = { "✔", "!", "✘", "?" }, *const ascii[] = { "OK", "!", "X", "?" };
	static const char *const paint[] = { PAINT_GREEN, PAINT_YELLOW, PAINT_RED, PAINT_YELLOW };
	return arena_printf(s->arena, "%s%s" PAINT_END, paint[sign],
			    s->style->utf8 ? utf8[sign] : ascii[sign]);
}

/* Octets of the longest head of `word` that fits in `columns`; at least one character. */
static size_t head_that_fits(const char *word, size_t len, size_t columns)
{
	size_t fits = 0;
	char head[512];
	for (size_t n = 1; n <= len && n < sizeof head; n++) {
		if ((word[n] & 0xc0) == 0x80 && n < len)
			continue; /* inside a character */
		memcpy(head, word, n);
		head[n] = '\0';
		if (fits > 0 && paint_columns(head) > columns)
			break;
		fits = n;
	}
	return fits;
}

const char *screen_cut(struct screen *s, const char *text, size_t columns)
{
	if (paint_columns(text) <= columns || columns < 4)
		return text;
	return arena_printf(s->arena, "%.*s...", (int)head_that_fits(text, strlen(text), columns - 3), text);
}

struct wrapping {
	struct screen *screen;
	uint8_t keep;
	struct text line;
	size_t indent;
	bool empty;
};

static void wrap_break(struct wrapping *w)
{
	list_push(w->screen->arena, &w->screen->lines,
		  (struct screen_line){ w->line.at, w->keep, w->screen->groups });
	text_init(&w->line, w->screen->arena);
	text_pad(&w->line, w->indent, 0);
	w->empty = true;
}

static void wrap_word(struct wrapping *w, const char *word, size_t len)
{
	size_t width = w->screen->style->columns;
	while (len > 0) {
		char *copy = arena_alloc(w->screen->arena, len + 1);
		memcpy(copy, word, len);
		size_t have = paint_columns(w->line.at), need = paint_columns(copy) + !w->empty;
		if (have + need <= width) {
			text_addf(&w->line, "%s%s", w->empty ? "" : " ", copy);
			w->empty = false;
			return;
		}
		if (!w->empty) {
			wrap_break(w);
			continue;
		}
		size_t n = head_that_fits(copy, len, width > have ? width - have : 1);
		text_add_n(&w->line, copy, n);
		word += n;
		len -= n;
		if (len > 0)
			wrap_break(w);
	}
}

void screen_wrap(struct screen *s, uint8_t keep, const char *first, const char *text)
{
	struct wrapping w = { .screen = s, .keep = keep, .indent = paint_columns(first), .empty = true };
	s->groups++;
	text_init(&w.line, s->arena);
	text_add(&w.line, first);
	for (const char *at = text; *at != '\0';) {
		size_t len = strcspn(at, " \n");
		wrap_word(&w, at, len);
		at += len;
		at += strspn(at, " \n");
	}
	wrap_break(&w);
}

static void drop_line(struct screen *s, uint32_t i)
{
	memmove(&s->lines.at[i], &s->lines.at[i + 1], (s->lines.n - i - 1) * sizeof s->lines.at[0]);
	s->lines.n--;
}

static void drop_group(struct screen *s, uint16_t group)
{
	for (uint32_t i = s->lines.n; i-- > 0;)
		if (s->lines.at[i].group == group)
			drop_line(s, i);
}

static void drop_double_blanks(struct screen *s)
{
	for (uint32_t i = 0; i < s->lines.n;) {
		bool blank = s->lines.at[i].text[0] == '\0';
		bool useless = blank && (i == 0 || i + 1 == s->lines.n || s->lines.at[i - 1].text[0] == '\0');
		if (useless)
			drop_line(s, i);
		else
			i++;
	}
}

void screen_fit(struct screen *s, unsigned max)
{
	drop_double_blanks(s);
	while (max > 0 && s->lines.n > max) {
		uint32_t least = s->lines.n - 1;
		for (uint32_t i = s->lines.n; i-- > 0;)
			if (s->lines.at[i].keep < s->lines.at[least].keep)
				least = i;
		drop_group(s, s->lines.at[least].group);
		drop_double_blanks(s);
	}
}

static void print_line(const struct screen *s, const char *line, struct text *out)
{
	static const char *const ansi[] = { "",        "\033[31m", "\033[32m", "\033[33m",
					    "\033[1m", "\033[2m",  "\033[0m" };
	for (const char *c = line; *c != '\0'; c++) {
		if (strncmp(c, UNBROKEN, sizeof UNBROKEN - 1) == 0)
			text_add(out, (c += sizeof UNBROKEN - 2, " "));
		else if (is_paint(*c))
			text_add(out, s->style->colour ? ansi[(unsigned char)*c] : "");
		else if ((unsigned char)*c < 0x20 || *c == 0x7f)
			text_add(out, "?");
		else if (!s->style->utf8 && (*c & 0x80))
			text_add(out, (*c & 0xc0) == 0x80 ? "" : "?");
		else
			text_add_n(out, c, 1);
	}
	text_add(out, "\n");
}

void screen_print(const struct screen *s, struct text *out)
{
	for (uint32_t i = 0; i < s->lines.n; i++)
		print_line(s, s->lines.at[i].text, out);
}
