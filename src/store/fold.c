/* Stored: MARK FOLDED, then text in which SEGMENT and two octets of length stand for a run of lines; or MARK PLAIN and the text;
 * or the text alone when it does not begin with MARK. */
#include "store/fold.h"
#include "base/base64.h"
#include <string.h>

enum { SEGMENT = 1, MARK = 2, LINE_OCTETS = 57, LINE_CHARS = 76, RUN_MAX = 65535 };
static const char folded[] = { MARK, 'F' }, plain[] = { MARK, 'P' };

/* Octets of the line "m BASE64\n" at `at`, its length in *line; -1: no such line. */
static long read_line(const char *at, const char *end, uint8_t *out, size_t *line)
{
	const char *nl = memchr(at, '\n', (size_t)(end - at));
	if (!nl || nl - at < 3 || nl - at > 2 + LINE_CHARS || at[0] != 'm' || at[1] != ' ')
		return -1;
	*line = (size_t)(nl - at) + 1;
	return base64_read(at + 2, *line - 3, out);
}

/* A run: lines of 57 octets and a last one of fewer (or of 57, at the end). */
static size_t read_run(const char *at, const char *end, uint8_t *octets, size_t *n)
{
	const char *from = at;
	*n = 0;
	for (long got = LINE_OCTETS; got == LINE_OCTETS && at < end && *n + LINE_OCTETS <= RUN_MAX;) {
		size_t line = 0;
		got = read_line(at, end, octets + *n, &line);
		if (got < 0)
			break;
		*n += (size_t)got;
		at += line;
	}
	return (size_t)(at - from);
}

static void write_run(const uint8_t *octets, size_t n, struct text *out)
{
	for (size_t i = 0; i < n; i += LINE_OCTETS) {
		text_add(out, "m ");
		base64_add(out, octets + i, n - i < LINE_OCTETS ? n - i : LINE_OCTETS);
		text_add(out, "\n");
	}
}

static void fold(const char *text, size_t len, struct text *out)
{
	uint8_t octets[RUN_MAX + LINE_OCTETS];
	const char *end = text + len;
	text_add_n(out, folded, sizeof folded);
	for (const char *at = text; at < end;) {
		size_t n = 0, lines = at == text || at[-1] == '\n' ? read_run(at, end, octets, &n) : 0;
		if (lines > 0) {
			char head[3] = { SEGMENT, (char)(n >> 8), (char)(n & 0xff) };
			text_add_n(out, head, sizeof head);
			text_add_n(out, (const char *)octets, n);
			at += lines;
			continue;
		}
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t rest = nl ? (size_t)(nl - at) + 1 : (size_t)(end - at);
		text_add_n(out, at, rest);
		at += rest;
	}
}

void fold_text(const char *text, size_t len, struct text *out)
{
	struct text back;
	text_init(&back, out->arena);
	if (!memchr(text, SEGMENT, len)) {
		size_t start = out->len;
		fold(text, len, out);
		if (unfold_text(out->at + start, out->len - start, &back) && back.len == len && memcmp(back.at, text, len) == 0)
			return;
		out->len = start;
	}
	if (len > 0 && text[0] == MARK)
		text_add_n(out, plain, sizeof plain);
	text_add_n(out, text, len);
}

bool unfold_text(const char *at, size_t len, struct text *out)
{
	if (len < sizeof plain || at[0] != MARK) {
		text_add_n(out, at, len);
		return true;
	}
	if (memcmp(at, plain, sizeof plain) == 0) {
		text_add_n(out, at + sizeof plain, len - sizeof plain);
		return true;
	}
	if (memcmp(at, folded, sizeof folded) != 0)
		return false;
	const char *end = at + len;
	for (at += sizeof folded; at < end;) {
		if (*at != SEGMENT) {
			const char *next = memchr(at, SEGMENT, (size_t)(end - at));
			size_t n = (size_t)((next ? next : end) - at);
			text_add_n(out, at, n);
			at += n;
			continue;
		}
		if (end - at < 3)
			return false;
		size_t n = (size_t)(uint8_t)at[1] << 8 | (uint8_t)at[2];
		if (n > (size_t)(end - at) - 3)
			return false;
		write_run((const uint8_t *)at + 3, n, out);
		at += 3 + n;
	}
	return true;
}
