/* clean -- texts of the network on their way to a person: first made harmless to look at, then escaped once, for the one sink
 * they go to (SECURITY 5g). Cutting is done here too, for only here is known where an escape begins and ends. */
#include "alert/inside.h"
#include "base/utf8.h"
#include <string.h>

static const char ellipsis[] = "\xe2\x80\xa6", replacement[] = "\xef\xbf\xbd";

/* What stands for the character at `at`: itself, a blank or U+FFFD. */
static unsigned shown(const char *at, size_t len, const char **as, size_t *as_len)
{
	uint32_t cp = 0;
	unsigned n = utf8_next((const uint8_t *)at, len, &cp);
	bool blank = n == 1 && (cp == '\n' || cp == '\r' || cp == '\t');
	bool bad = n == 0 || (utf8_is_hidden(cp) && !blank);
	*as = blank ? " " : bad ? replacement : at;
	*as_len = blank ? 1 : bad ? sizeof replacement - 1 : n;
	return n == 0 ? 1 : n;
}

const char *clean_line(struct arena *arena, const char *text, size_t max)
{
	struct text out;
	text_init(&out, arena);
	size_t len = text ? strlen(text) : 0, points = 0, fits = 0;     /* fits: length with which the ellipsis still has its place */
	for (size_t i = 0; i < len;) {
		const char *as;
		size_t as_len;
		i += shown(text + i, len - i, &as, &as_len);
		if (points == max) {
			out.len = fits;
			out.at[fits] = '\0';
			text_add(&out, max > 0 ? ellipsis : "");
			break;
		}
		if (points + 1 == max)
			fits = out.len;
		text_add_n(&out, as, as_len);
		points++;
	}
	return out.at;
}

size_t utf16_units(const char *utf8)
{
	size_t units = 0;
	for (; *utf8 != '\0'; utf8++)
		units += ((uint8_t)*utf8 & 0xc0) != 0x80 ? ((uint8_t)*utf8 >= 0xf0 ? 2 : 1) : 0;
	return units;
}

static const char *entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

/* The escape of one ASCII character, or NULL: as it is. */
static const char *escape_of(enum sink s, char c, char pair[3])
{
	switch (s) {
	case SINK_PLAIN: return NULL;
	case SINK_SLACK: return c == '"' || c == '\'' ? NULL : entity(c);
	case SINK_HTML: return entity(c);
	case SINK_CODE: return c == '`' ? "'" : NULL;   /* nothing ends a code span but a backtick, and it cannot be escaped */
	case SINK_SLACK_CODE: return c == '`' ? "'" : escape_of(SINK_SLACK, c, pair);
	case SINK_MARKDOWN: break;
	}
	if (c == '\0' || strchr("\\`*_[]<>#|~", c) == NULL)
		return NULL;
	pair[0] = '\\';
	pair[1] = c;
	pair[2] = '\0';
	return pair;
}

void room_init(struct room *r, struct arena *arena, enum sink sink, size_t units)
{
	*r = (struct room){ .sink = sink, .left = units };
	text_init(&r->text, arena);
}

static size_t units_of(const struct room *r, const char *s)
{
	return r->in_octets ? strlen(s) : utf16_units(s);
}

static void put(struct room *r, const char *s)
{
	text_add(&r->text, s);
	r->left -= units_of(r, s);
}

void room_raw(struct room *r, const char *markup)
{
	if (r->full || units_of(r, markup) > r->left)
		r->full = true;
	else
		put(r, markup);
}

/* The next character as it is written here; octets of clean it took. */
static unsigned next_piece(const struct room *r, const char *clean, char piece[8])
{
	uint32_t cp;
	unsigned n = utf8_next((const uint8_t *)clean, strlen(clean) < 4 ? strlen(clean) : 4, &cp);
	char pair[3];
	const char *escape = n <= 1 ? escape_of(r->sink, *clean, pair) : NULL;
	n = n == 0 ? 1 : n;
	memcpy(piece, escape ? escape : clean, escape ? strlen(escape) + 1 : n);
	if (escape == NULL)
		piece[n] = '\0';
	return n;
}

/* All of it fits into what is left but `kept`. */
static bool fits(const struct room *r, const char *clean, size_t kept)
{
	char piece[8];
	size_t units = kept;
	while (*clean != '\0' && units <= r->left) {
		clean += next_piece(r, clean, piece);
		units += units_of(r, piece);
	}
	return units <= r->left;
}

static void add_keeping(struct room *r, const char *clean, size_t kept)
{
	bool whole = fits(r, clean, kept);
	if (!whole)
		kept += units_of(r, ellipsis);
	if (r->full || kept > r->left) {
		r->full = true;
		return;
	}
	char piece[8];
	while (*clean != '\0') {
		clean += next_piece(r, clean, piece);
		if (units_of(r, piece) + kept > r->left)
			break;
		put(r, piece);
	}
	if (!whole) {
		put(r, ellipsis);
		r->full = true;
	}
}

void room_add(struct room *r, const char *clean)
{
	add_keeping(r, clean, 0);
}

const char *room_text(struct arena *arena, enum sink sink, const char *clean, size_t units)
{
	struct room r;
	room_init(&r, arena, sink, units);
	room_add(&r, clean);
	return r.text.at;
}

void room_span(struct room *r, const char *before, enum sink sink, const char *clean, const char *after)
{
	enum { WORTH_OPENING = 8 };
	size_t closing = units_of(r, after);
	if (*clean == '\0')
		return;
	if (r->full || units_of(r, before) + closing + WORTH_OPENING > r->left) {
		r->full = true;
		return;
	}
	put(r, before);
	enum sink outer = r->sink;
	r->sink = sink;
	add_keeping(r, clean, closing);
	r->sink = outer;
	bool full = r->full;
	put(r, after);
	r->full = full;
}
