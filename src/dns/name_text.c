/* Presentation of names: what we print, and what people type. */
#include "dns/name.h"
#include "base/text.h"
#include <assert.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char too_long[] = "the name is longer than 255 octets";
static const char label_too_long[] = "a label is longer than 63 octets";

static char *label_octet(char *out, uint8_t c)
{
	if (c < 0x21 || c > 0x7e) {
		*out++ = '\\';
		*out++ = (char)('0' + c / 100);
		*out++ = (char)('0' + c / 10 % 10);
		*out++ = (char)('0' + c % 10);
		return out;
	}
	if (strchr("\\\"().;@$", c) != NULL)
		*out++ = '\\';
	*out++ = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	return out;
}

const char *name_text(struct arena *a, const uint8_t *name)
{
	char text[NAME_TEXT_MAX], *out = text;
	if (*name == 0)
		return ".";
	for (; *name != 0; name += 1 + *name) {
		for (uint8_t i = 1; i <= *name; i++)
			out = label_octet(out, name[i]);
		*out++ = '.';
	}
	*out = '\0';
	return arena_copy(a, text, (size_t)(out - text) + 1);
}

/* A name under construction. */
struct building { uint8_t wire[NAME_MAX_BYTES]; size_t len, label; const char *why; };

static bool fail(struct building *b, const char *why)
{
	b->why = why;
	return false;
}

static bool add_octet(struct building *b, uint8_t c)
{
	if (b->len - b->label > LABEL_MAX)
		return fail(b, label_too_long);
	if (b->len >= NAME_MAX_BYTES - 1)       /* the root label needs one */
		return fail(b, too_long);
	b->wire[b->len++] = c;
	return true;
}

/* add_octet keeps one octet free, so there is room for this one. */
static void label_start(struct building *b)
{
	assert(b->len < NAME_MAX_BYTES);
	b->label = b->len;
	b->wire[b->len++] = 0;
}

static bool label_end(struct building *b)
{
	size_t len = b->len - b->label - 1;
	if (len == 0)
		return fail(b, "a label is empty (two dots in a row, or a dot in front)");
	b->wire[b->label] = (uint8_t)len;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* After a backslash: DDD, or one character that stands for itself. */
static bool take_escape(const char **at, uint8_t *c)
{
	const char *s = *at;
	if (!is_digit(s[0])) {
		*c = (uint8_t)s[0];
		*at += 1;
		return *c > 0x20 && *c < 0x7f;
	}
	if (!is_digit(s[1]) || !is_digit(s[2]))
		return false;
	int value = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
	*c = (uint8_t)value;
	*at += 3;
	return value <= 255;
}

static bool take_char(struct building *b, const char **at)
{
	uint8_t c = (uint8_t)*(*at)++;
	if (c == '\\') {
		if (!take_escape(at, &c))
			return fail(b, "a backslash takes three digits up to 255, or one character");
		return add_octet(b, c);
	}
	if (c <= 0x20 || c == 0x7f)
		return fail(b, "a space or control character must be written as \\DDD");
	if (c >= 0x80)
		return fail(b, "a character outside ASCII must be written as \\DDD");
	if (strchr("\"();@", c) != NULL)
		return fail(b, "one of \" ( ) ; @ must be written with a backslash in front");
	return add_octet(b, c);
}

static bool build_labels(struct building *b, const char *text)
{
	label_start(b);
	while (*text != '\0') {
		if (*text != '.') {
			if (!take_char(b, &text))
				return false;
			continue;
		}
		if (!label_end(b))
			return false;
		if (*++text == '\0')
			return true;
		label_start(b);
	}
	return label_end(b);
}

uint8_t *name_from_text(struct arena *a, const char *text, const char **why)
{
	struct building b = { 0 };
	if (*text == '\0') {
		*why = "the name is empty";
		return NULL;
	}
	if (strcmp(text, ".") == 0)
		return name_copy(a, name_root);
	if (!build_labels(&b, text)) {
		*why = b.why;
		return NULL;
	}
	b.wire[b.len++] = 0;
	return arena_copy(a, b.wire, b.len);
}

/* UTF-8 of the dots that IDNA mappings take for "." (UTS 46): U+3002, U+FF0E, U+FF61. */
static size_t dot_len(const char *at)
{
	if (*at == '.')
		return 1;
	return strncmp(at, "\xe3\x80\x82", 3) == 0 || strncmp(at, "\xef\xbc\x8e", 3) == 0
			       || strncmp(at, "\xef\xbd\xa1", 3) == 0 ? 3 : 0;
}

static const char *idn_reason(struct arena *a, int rc)
{
	switch (rc) {
	case IDN2_TOO_BIG_LABEL: case IDN2_PUNYCODE_BIG_OUTPUT: return label_too_long;
	case IDN2_TOO_BIG_DOMAIN: return too_long;
	case IDN2_ENCODING_ERROR: return "the name is not valid UTF-8";
	default: return arena_printf(a, "not an internationalised name by IDNA 2008: %s", idn2_strerror(rc));
	}
}

/* One label with characters outside ASCII to its A-label. */
static bool add_u_label(struct text *out, const char *label, const char **why)
{
	char *ascii = NULL;
	if (strchr(label, '\\') != NULL) {
		*why = "a label cannot have both backslash escapes and characters outside ASCII";
		return false;
	}
	if (strlen(label) > NAME_TEXT_MAX) {
		*why = label_too_long;
		return false;
	}
	int rc = idn2_to_ascii_8z(label, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK) {
		*why = idn_reason(out->arena, rc);
		return false;
	}
	text_add(out, ascii);
	idn2_free(ascii);
	return true;
}

static bool is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((uint8_t)*s >= 0x80)
			return false;
	return true;
}

/* From `text` to the next dot; steps over escapes, which belong to the label. */
static size_t label_text_len(const char *text)
{
	size_t n = 0;
	while (text[n] != '\0' && dot_len(text + n) == 0)
		n += text[n] == '\\' && text[n + 1] != '\0' ? 2 : 1;
	return n;
}

/* Label by label, so that ASCII ones ("_dmarc", escapes) stay as they are beside U-labels. */
uint8_t *name_from_user(struct arena *a, const char *text, const char **why)
{
	if (is_ascii(text))
		return name_from_text(a, text, why);
	struct text out;
	text_init(&out, a);
	while (*text != '\0') {
		size_t n = label_text_len(text), dot = dot_len(text + n);
		char *label = arena_alloc(a, n + 1);
		memcpy(label, text, n);
		if (is_ascii(label))
			text_add(&out, label);
		else if (!add_u_label(&out, label, why))
			return NULL;
		if (dot > 0)
			text_add(&out, ".");
		text += n + dot;
	}
	return name_from_text(a, out.at, why);
}
