/* escape -- one function per sink: what a hostile text must not do there (SECURITY 5g). */
#include "base/text.h"
#include "base/utf8.h"
#include <stdio.h>

enum { TERMINAL_COLUMNS = 160, MARKS_MAX = 2 };

/* One printed unit: a character, or the octets of one that must not be shown. */
struct unit { unsigned octets, columns; bool shown; };

/* *marks counts combining marks in a row: some letters take two, more is a tower over other lines. */
static struct unit unit_next(const uint8_t *at, size_t len, unsigned *marks)
{
	uint32_t cp;
	struct unit u = { .octets = utf8_next(at, len, &cp) };
	if (u.octets == 0) {
		u.octets = 1;
	} else if (!utf8_is_hidden(cp) && cp != '\\') {
		u.columns = utf8_columns(cp);
		*marks = u.columns == 0 ? *marks + 1 : 0;
		u.shown = *marks <= MARKS_MAX;
	}
	if (!u.shown) {
		u.columns = 4 * u.octets;
		*marks = MARKS_MAX;   /* a mark needs a visible letter below it */
	}
	return u;
}

static void unit_add(struct text *t, const struct unit *u, const uint8_t *at)
{
	if (u->shown) {
		text_add_n(t, (const char *)at, u->octets);
		return;
	}
	for (unsigned i = 0; i < u->octets; i++)
		text_addf(t, "\\%03u", at[i]);
}

const char *escape_terminal(struct arena *a, const uint8_t *bytes, size_t len, size_t max_columns)
{
	struct text t;
	text_init(&t, a);
	if (max_columns == 0)
		max_columns = TERMINAL_COLUMNS;
	size_t columns = 0, fits = 0;   /* fits: text length with which "..." still has its place */
	unsigned marks = MARKS_MAX;
	for (size_t i = 0; i < len;) {
		struct unit u = unit_next(bytes + i, len - i, &marks);
		columns += u.columns;
		if (columns > max_columns) {
			t.len = fits;
			t.at[fits] = '\0';
			text_add_n(&t, "...", max_columns < 3 ? max_columns : 3);
			break;
		}
		unit_add(&t, &u, bytes + i);
		if (columns + 3 <= max_columns)
			fits = t.len;
		i += u.octets;
	}
	return t.at;
}

static void json_unicode(struct text *t, uint32_t cp)
{
	if (cp > 0xffff) {
		cp -= 0x10000;
		text_addf(t, "\\u%04x", 0xd800 + (cp >> 10));
		cp = 0xdc00 + (cp & 0x3ff);
	}
	text_addf(t, "\\u%04x", cp);
}

static void json_char(struct text *t, uint32_t cp, const char *at, unsigned octets)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	for (const char *s = shorts; *s != '\0'; s += 2) {
		if (cp == (uint32_t)s[0]) {
			text_addf(t, "\\%c", s[1]);
			return;
		}
	}
	/* Also what only a terminal falls over (bidi, zero width): JSON readers get the same text back. */
	if (utf8_is_hidden(cp))
		json_unicode(t, cp);
	else
		text_add_n(t, at, octets);
}

const char *escape_json(struct arena *a, const char *bytes, size_t len)
{
	struct text t;
	text_init(&t, a);
	size_t plain = 0;               /* start of the run that needs no escape */
	for (size_t i = 0; i < len;) {
		uint8_t c = (uint8_t)bytes[i];
		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
			i++;
			continue;
		}
		text_add_n(&t, bytes + plain, i - plain);
		uint32_t cp;
		unsigned n = utf8_next((const uint8_t *)bytes + i, len - i, &cp);
		if (n == 0)
			text_add(&t, "\xef\xbf\xbd");
		else
			json_char(&t, cp, bytes + i, n);
		i += n == 0 ? 1 : n;
		plain = i;
	}
	text_add_n(&t, bytes + plain, len - plain);
	return t.at;
}
