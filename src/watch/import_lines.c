/* knot.conf and nsd.conf: "key: value" under sections. */
#include "watch/import_inside.h"
#include <string.h>

enum { VALUE_BYTES_MAX = 1100 };
struct line { const char *key, *value; unsigned at; bool first_column, dash; };

/* The text of one value: quotes taken off, the comment behind it cut. */
static const char *value_of(struct arena *a, const char *at, size_t len)
{
	while (len > 0 && strchr(" \t", *at) != NULL) {
		at++;
		len--;
	}
	size_t n = 0;
	if (len > 0 && (*at == '"' || *at == '\'')) {
		char quote = *at++;
		for (len--; n < len && at[n] != quote; n++)
			;
	} else {
		while (n < len && at[n] != '#' && strchr(" \t\r", at[n]) == NULL)
			n++;
	}
	return arena_printf(a, "%.*s", (int)(n < VALUE_BYTES_MAX ? n : VALUE_BYTES_MAX), at);
}

/* The next line that has a key; false at the end. */
static bool next_line(struct importing *im, const char **at, unsigned *number, struct line *out)
{
	while (**at != '\0') {
		const char *start = *at;
		size_t len = strcspn(start, "\n"), blank = strspn(start, " \t");
		*at += len + (start[len] == '\n');
		*number += 1;
		bool dash = start[blank] == '-';
		size_t word = blank + (dash ? 1 + strspn(start + blank + 1, " \t") : 0);
		size_t n = strspn(start + word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
		if (n == 0 || start[word + n] != ':')
			continue;
		*out = (struct line){ arena_printf(im->arena, "%.*s", (int)n, start + word),
				      value_of(im->arena, start + word + n + 1, len - word - n - 1), *number, word == 0, dash };
		return true;
	}
	return false;
}

static void end_knot_zone(struct importing *im, struct line *zone, const char *role)
{
	if (zone->key == NULL)
		return;
	if (strcmp(role, "interpret") == 0 || strcmp(role, "generate") == 0)
		import_skip(im, zone->at, zone->value, "is a catalog: import its zone file");
	else
		import_add(im, zone->at, zone->value);
	zone->key = NULL;
}

int import_knot(struct importing *im)
{
	const char *at = im->text, *role = "";
	unsigned number = 0;
	bool in_zone = false;
	struct line l, zone = { 0 };
	while (next_line(im, &at, &number, &l)) {
		if (l.first_column || l.dash) {
			end_knot_zone(im, &zone, role);
			role = "";
		}
		if (l.first_column)
			in_zone = strcmp(l.key, "zone") == 0;
		if (strcmp(l.key, "include") == 0)
			import_skip(im, l.at, l.value, "is included: import that file too");
		if (in_zone && strcmp(l.key, "domain") == 0)
			zone = l;
		else if (in_zone && strcmp(l.key, "catalog-role") == 0)
			role = l.value;
	}
	end_knot_zone(im, &zone, role);
	return E_OK;
}

/* NSD takes no notice of columns: a key without a value opens a section. */
int import_nsd(struct importing *im)
{
	const char *at = im->text;
	unsigned number = 0;
	bool in_zone = false;
	struct line l;
	while (next_line(im, &at, &number, &l)) {
		if (*l.value == '\0' || strcmp(l.key, "zone") == 0)
			in_zone = strcmp(l.key, "zone") == 0;
		const char *inner = *l.value != '\0' && in_zone && strcmp(l.key, "zone") == 0 ? l.value : NULL;
		if (inner != NULL)
			import_skip(im, l.at, inner, "stands behind zone: in one line: begin a new line");
		else if (strcmp(l.key, "include") == 0)
			import_skip(im, l.at, l.value, "is included: import that file too");
		else if (in_zone && strcmp(l.key, "name") == 0)
			import_add(im, l.at, l.value);
	}
	return E_OK;
}
