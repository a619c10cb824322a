#include "lab/words.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void reading_fail(struct reading *r, const char *fmt, ...)
{
	va_list ap;
	if (r->failed)
		return;
	r->failed = true;
	r->at->file = r->file;
	r->at->line = r->line;
	va_start(ap, fmt);
	vsnprintf(r->at->text, sizeof r->at->text, fmt, ap);
	va_end(ap);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Quotes may begin inside a word (ede-text="a b"); false when they do not end. */
static bool word_take(const char **from, char *out)
{
	const char *at = *from;
	bool quoted = false;
	for (; *at != '\0' && (quoted || !is_blank(*at)); at++) {
		if (*at == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		*out++ = *at;
	}
	*out = '\0';
	*from = at;
	return !quoted;
}

void comment_cut(char *line)
{
	bool quoted = false;
	for (char *at = line; *at != '\0'; at++) {
		if (quoted && *at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (*at == '#' && !quoted && (at == line || is_blank(at[-1]))) {
			*at = '\0';
			return;
		}
	}
}

bool words_split(struct arena *a, const char *line, words *out)
{
	for (;;) {
		while (is_blank(*line))
			line++;
		if (*line == '\0')
			return true;
		struct word w = { .raw = line };
		char *text = arena_alloc(a, strlen(line) + 1);
		if (!word_take(&line, text))
			return false;
		w.text = text;
		list_push(a, out, w);
	}
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;
	return least < c ? least : c;
}

/* Levenshtein, for words up to 31 octets. */
static unsigned words_distance(const char *a, const char *b)
{
	unsigned row[32], n = (unsigned)strlen(b);
	if (n > 31 || strlen(a) > 31)
		return 99;
	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned diagonal = row[0];
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			unsigned cost = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			row[j] = min3(row[j] + 1, row[j - 1] + 1, cost);
		}
	}
	return row[n];
}

const char *word_nearest(const char *text, const char *const *among, size_t n)
{
	const char *best = NULL;
	unsigned least = (unsigned)strlen(text) / 3 + 2;
	for (size_t i = 0; i < n; i++) {
		unsigned d = words_distance(text, among[i]);
		if (d < least) {
			least = d;
			best = among[i];
		}
	}
	return best;
}

const uint8_t *word_name(struct reading *r, const char *text, const uint8_t *zone)
{
	const char *why = NULL;
	if (strcmp(text, "@") == 0 && zone != NULL)
		return zone;
	const uint8_t *name = name_from_text(r->arena, text, &why);
	if (name == NULL)
		reading_fail(r, "\"%s\" is no domain name: %s", text, why);
	return name;
}

/* The parts between commas, in the arena. */
static const char *comma_take(struct arena *a, const char **from)
{
	size_t n = strcspn(*from, ",");
	char *part = arena_alloc(a, n + 1);
	memcpy(part, *from, n);
	*from += n;
	if (**from == ',')
		(*from)++;
	return part;
}

bool word_types(struct reading *r, const char *text, type_list *out)
{
	while (*text != '\0') {
		uint16_t type;
		const char *part = comma_take(r->arena, &text);
		if (!type_from_text(part, &type)) {
			reading_fail(r, "\"%s\" is no record type", part);
			return false;
		}
		list_push(r->arena, out, type);
	}
	return true;
}

static bool hex_read(struct arena *a, const char *text, struct octets *out)
{
	size_t n = strlen(text);
	uint8_t *at = arena_alloc(a, n / 2 + 1);
	if (strcmp(text, "-") == 0)
		n = 0;
	for (size_t i = 0; i < n; i += 2) {
		char pair[3] = { text[i], text[i + 1], '\0' }, *end;
		at[i / 2] = (uint8_t)strtoul(pair, &end, 16);
		if (*end != '\0' || pair[1] == '\0')
			return false;
	}
	*out = (struct octets){ at, n / 2 };
	return true;
}

static bool number_read(const char *text, int64_t *out)
{
	char *end;
	errno = 0;
	*out = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

/* "data" and "all" are kept as text: they are no types. */
static bool types_read(struct reading *r, struct param *p)
{
	if (strcmp(p->text, "data") == 0 || strcmp(p->text, "all") == 0)
		return true;
	return word_types(r, p->text, &p->types);
}

static bool names_read(struct reading *r, struct param *p, const uint8_t *zone)
{
	for (const char *at = p->text; *at != '\0' && !r->failed;) {
		const uint8_t *name = word_name(r, comma_take(r->arena, &at), zone);
		list_push(r->arena, &p->names, name);
	}
	return !r->failed;
}

static bool value_read(struct reading *r, struct param *p, enum value value, const uint8_t *zone)
{
	bool ok = true;
	switch (value) {
	case VALUE_NONE:
	case VALUE_TEXT: break;
	case VALUE_NUMBER:
	case VALUE_MAYBE_NUMBER: ok = number_read(p->text, &p->n); break;
	case VALUE_RELATIVE: ok = number_read(p->text, &p->n) || strcmp(p->text, "wrong") == 0; break;
	case VALUE_TIME: ok = wall_from_text(p->text, r->clock, &p->t); break;
	case VALUE_ADDR:
	case VALUE_MAYBE_ADDR: ok = addr_from_text(p->text, 53, &p->addr); break;
	case VALUE_HEX: ok = hex_read(r->arena, p->text, &p->hex); break;
	case VALUE_TYPES: return types_read(r, p);
	case VALUE_NAMES: return names_read(r, p, zone);
	}
	if (!ok)
		reading_fail(r, "\"%s\" is no value for %s=", p->text, p->key);
	return ok;
}

static void fail_unknown(struct reading *r, const struct shape *shapes, const char *key)
{
	const char *keys[96];
	size_t n = 0;
	for (; shapes[n].key != NULL && n < 96; n++)
		keys[n] = shapes[n].key;
	const char *near = word_nearest(key, keys, n);
	if (near != NULL)
		reading_fail(r, "\"%s\" is not known here; did you mean \"%s\"?", key, near);
	else
		reading_fail(r, "\"%s\" is not known here", key);
}

/* Whether the table has this key with (or without) a value. */
static const struct shape *shape_find(const struct shape *shapes, const char *key, bool has_value)
{
	for (; shapes->key != NULL; shapes++) {
		bool maybe = shapes->value == VALUE_MAYBE_NUMBER || shapes->value == VALUE_MAYBE_ADDR;
		if (strcmp(shapes->key, key) == 0 && (maybe || has_value == (shapes->value != VALUE_NONE)))
			return shapes;
	}
	return NULL;
}

bool param_read(struct reading *r, const struct shape *shapes, const char *word, const uint8_t *zone,
		params *out)
{
	const char *equals = strchr(word, '=');
	size_t n = equals != NULL ? (size_t)(equals - word) : strlen(word);
	struct param p = { .text = equals != NULL ? equals + 1 : NULL };
	char *key = arena_alloc(r->arena, n + 1);
	memcpy(key, word, n);
	const struct shape *shape = shape_find(shapes, key, p.text != NULL);
	if (shape == NULL && shape_find(shapes, key, p.text == NULL) != NULL)
		reading_fail(r, "\"%s\" %s", key, p.text != NULL ? "takes no value" : "needs a value (=...)");
	else if (shape == NULL)
		fail_unknown(r, shapes, key);
	if (shape == NULL)
		return false;
	p.key = shape->key;
	if (p.text != NULL && !value_read(r, &p, shape->value, zone))
		return false;
	list_push(r->arena, out, p);
	return true;
}

const struct param *param_find(const params *p, const char *key)
{
	for (uint32_t i = p->n; i-- > 0;)
		if (strcmp(p->at[i].key, key) == 0)
			return &p->at[i];
	return NULL;
}

int64_t param_number(const params *p, const char *key, int64_t otherwise)
{
	const struct param *found = param_find(p, key);
	return found != NULL && found->text != NULL ? found->n : otherwise;
}

struct wall param_time(const params *p, const char *key, struct wall otherwise)
{
	const struct param *found = param_find(p, key);
	return found != NULL ? found->t : otherwise;
}

bool param_is(const params *p, const char *key, const char *text)
{
	const struct param *found = param_find(p, key);
	return found != NULL && found->text != NULL && strcmp(found->text, text) == 0;
}

bool param_types_has(const struct param *p, uint16_t type)
{
	for (uint32_t i = 0; i < p->types.n; i++)
		if (p->types.at[i] == type)
			return true;
	return false;
}

bool param_names_has(const struct param *p, const uint8_t *name)
{
	for (uint32_t i = 0; i < p->names.n; i++)
		if (name_equal(p->names.at[i], name))
			return true;
	return false;
}
