/* The fields of a line, cut off in place one after another; and where the reading failed. */
#include "evidence/inside.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int reader_fail(struct reader *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	r->at->line = r->line;
	vsnprintf(r->at->text, sizeof r->at->text, fmt, ap);
	va_end(ap);
	return E_SYNTAX;
}

char *field_next(char **rest)
{
	char *field = *rest;
	if (*field == '\0')
		return NULL;
	size_t len = strcspn(field, " ");
	if (len == 0)
		return NULL;
	*rest = field + len + (field[len] == ' ');
	field[len] = '\0';
	return field;
}

bool field_number(char **rest, uint64_t max, uint64_t *out)
{
	const char *f = field_next(rest);
	size_t n = f == NULL ? 0 : strspn(f, "0123456789");
	if (n == 0 || n > 19 || f[n] != '\0')
		return false;
	*out = strtoull(f, NULL, 10);
	return *out <= max;
}

const uint8_t *field_name(struct reader *r, char **rest)
{
	const char *why, *f = field_next(rest);
	size_t len = f == NULL ? 0 : strlen(f);
	return len == 0 || f[len - 1] != '.' ? NULL : name_from_text(r->arena, f, &why);
}

bool field_type(char **rest, uint16_t *out)
{
	const char *f = field_next(rest);
	return f != NULL && type_from_text(f, out);
}

bool field_addr(char **rest, struct addr *out)
{
	const char *f = field_next(rest);
	return f != NULL && strchr(f, '#') != NULL && addr_from_text(f, 53, out);
}
