/* mime -- what mail needs of RFC 2045, 2047 and 5322. CRLF line ends only, never a line over 76 characters in a body. */
#include "alert/inside.h"
#include "base/base64.h"
#include "base/utf8.h"
#include <stdio.h>
#include <string.h>

enum { QP_LINE = 76, WORD_OCTETS = 42 /* 56 characters of base64: an encoded word is at most 75 */, FOLD = 76 };

static bool qp_plain(char c)
{
	return ((unsigned char)c > 0x20 && (unsigned char)c < 0x7f && c != '=') || c == ' ' || c == '\t';
}

/* A dot alone on a line ends a message, "From " at a line's start is altered by old mailboxes. */
static bool marks_line(const char *text)
{
	return *text == '.' || strncmp(text, "From ", 5) == 0;
}

void mime_quoted_printable(struct text *out, const char *text)
{
	size_t column = 0;
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			text_add(out, "\r\n");
			column = 0;
			continue;
		}
		bool at_end = text[1] == '\n' || text[1] == '\0';
		/* A blank at the end of a line would be lost. */
		bool coded = !qp_plain(*text) || (at_end && (*text == ' ' || *text == '\t')) || (column == 0 && marks_line(text));
		if (column + (coded ? 3 : 1) > QP_LINE - 1) {
			text_add(out, "=\r\n");
			column = 0;
			coded = coded || marks_line(text);
		}
		if (coded)
			text_addf(out, "=%02X", (unsigned char)*text);
		else
			text_add_n(out, text, 1);
		column += coded ? 3 : 1;
	}
	text_add(out, "\r\n");
}

static bool is_ascii(const char *clean)
{
	for (const char *at = clean; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || (unsigned char)*at > 0x7e)
			return false;
	return strstr(clean, "=?") == NULL;     /* would be read as an encoded word */
}

/* Octets of whole characters, at most WORD_OCTETS. */
static size_t word_len(const char *at)
{
	size_t len = strlen(at), taken = 0;
	while (taken < len) {
		uint32_t cp;
		unsigned n = utf8_next((const uint8_t *)at + taken, len - taken, &cp);
		n = n == 0 ? 1 : n;
		if (taken + n > WORD_OCTETS)
			break;
		taken += n;
	}
	return taken;
}

static void encoded_words(struct text *out, const char *at)
{
	for (bool first = true; *at != '\0'; first = false) {
		size_t n = word_len(at);
		text_add(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		base64_add(out, (const uint8_t *)at, n);
		text_add(out, "?=");
		at += n;
	}
}

/* Folded at blanks (RFC 5322 2.2.3). */
static void folded(struct text *out, const char *value, size_t column)
{
	while (*value != '\0') {
		size_t len = strcspn(value + 1, " ") + 1;       /* with the blank in front of it */
		if (column + len > FOLD && *value == ' ') {
			text_add(out, "\r\n");
			column = 0;
		}
		text_add_n(out, value, len);
		column += len;
		value += len;
	}
}

void mime_header(struct text *out, const char *name, const char *clean)
{
	text_addf(out, "%s: ", name);
	if (is_ascii(clean))
		folded(out, clean, strlen(name) + 2);
	else
		encoded_words(out, clean);
	text_add(out, "\r\n");
}

void mime_date(struct text *out, struct wall at)
{
	static const char days[7][4] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };     /* 1970-01-01 was one */
	char whole[WALL_TEXT_MAX], brief[WALL_TEXT_MAX];
	wall_text(at, whole);
	wall_short(at, brief);
	int64_t day = at.s / 86400 - (at.s % 86400 < 0);
	text_addf(out, "Date: %s, %.6s %.4s %.8s +0000\r\n", days[((day % 7) + 7) % 7], brief, whole, whole + 11);
}
