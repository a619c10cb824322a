#include "base/text.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

void text_init(struct text *t, struct arena *a)
{
	*t = (struct text){ .arena = a, .room = 64 };
	t->at = arena_alloc(a, t->room);
}

static void text_reserve(struct text *t, size_t more)
{
	if (more < t->room - t->len)
		return;
	size_t room = t->room * 2;
	while (more >= room - t->len)
		room *= 2;
	char *at = arena_alloc(t->arena, room);
	memcpy(at, t->at, t->len + 1);
	t->at = at;
	t->room = room;
}

void text_add_n(struct text *t, const char *s, size_t n)
{
	if (n == 0)
		return;
	text_reserve(t, n);
	memcpy(t->at + t->len, s, n);
	t->len += n;
	t->at[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_n(t, s, strlen(s));
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(t->at + t->len, t->room - t->len, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if ((size_t)n >= t->room - t->len) {
		t->at[t->len] = '\0';
		text_reserve(t, (size_t)n);
		vsnprintf(t->at + t->len, t->room - t->len, fmt, again);
	}
	va_end(again);
	t->len += (size_t)n;
}

void text_pad(struct text *t, size_t column, size_t line_start)
{
	assert(line_start <= t->len);
	for (size_t at = text_columns(t->at + line_start); at < column; at++)
		text_add_n(t, " ", 1);
}

size_t text_columns(const char *utf8)
{
	const uint8_t *at = (const uint8_t *)utf8;
	size_t left = strlen(utf8), columns = 0;
	while (left > 0) {
		uint32_t cp;
		unsigned n = utf8_next(at, left, &cp);
		columns += n == 0 ? 1 : utf8_columns(cp);
		n = n == 0 ? 1 : n;
		at += n;
		left -= n;
	}
	return columns;
}
