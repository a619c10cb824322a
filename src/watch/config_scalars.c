/* Words, numbers and measures. Every value comes as text: "no" is no bool here, and 010 no octal number. */
#include "watch/config_inside.h"
#include "base/utf8.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_COLUMNS_MAX = 1000 };

bool config_is_word(struct config_reader *r, const struct config_key *k, const struct yaml_node *v)
{
	if (v->kind == YAML_LIST)
		return config_fault(r, v, "%s wants one %s, not a list", k->name, config_kinds[k->kind].word);
	if (v->kind == YAML_MAPPING)
		return config_fault(r, v, "%s wants one %s, not \"key: value\" pairs", k->name, config_kinds[k->kind].word);
	if (v->len == 0)
		return config_fault(r, v, "%s has no value: it wants a %s", k->name, config_kinds[k->kind].word);
	return true;
}

bool config_each(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field,
		 config_read_fn *one)
{
	bool fine = true;
	if (v->kind != YAML_LIST)
		return config_is_word(r, k, v) && one(r, k, v, field);
	for (uint32_t i = 0; i < v->items.n; i++)
		fine &= config_is_word(r, k, v->items.at[i]) && one(r, k, v->items.at[i], field);
	return fine;
}

static bool no_such(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, const char *hint)
{
	return config_fault(r, v, "%s: \"%s\" is no %s%s", k->name, config_shown(r, v->text), config_kinds[k->kind].word, hint);
}

bool config_read_text(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v))
		return false;
	if (v->len > TEXT_COLUMNS_MAX)
		return config_fault(r, v, "%s: a text of more than %d octets", k->name, TEXT_COLUMNS_MAX);
	for (size_t i = 0; i < v->len;) {
		uint32_t code;
		unsigned n = utf8_next((const uint8_t *)v->text + i, v->len - i, &code);
		if (n == 0 || utf8_is_hidden(code))
			return config_fault(r, v, "%s: a text of one line, without control characters, is wanted", k->name);
		i += n;
	}
	*(const char **)field = v->text;
	return true;
}

bool config_read_path(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_read_text(r, k, v, field))
		return false;
	*(const char **)field = config_path(r, v->text);
	return true;
}

bool config_read_choice(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v))
		return false;
	for (const char *at = k->words; *at != '\0';) {
		size_t len = strcspn(at, " ");
		if (len == v->len && memcmp(at, v->text, len) == 0) {
			*(const char **)field = v->text;
			return true;
		}
		at += len + strspn(at + len, " ");
	}
	return config_fault(r, v, "%s: \"%s\" is none of: %s", k->name, config_shown(r, v->text), k->words);
}

bool config_read_bool(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v))
		return false;
	bool yes = strcmp(v->text, "true") == 0;
	if (!yes && strcmp(v->text, "false") != 0)
		return config_fault(r, v, "%s: \"%s\" is neither true nor false", k->name, config_shown(r, v->text));
	*(bool *)field = yes;
	return true;
}

static bool number(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, double *out)
{
	char *end;
	if (!config_is_word(r, k, v))
		return false;
	errno = 0;
	*out = strtod(v->text, &end);
	bool whole = k->kind != KIND_FRACTION;
	if (v->text[strspn(v->text, whole ? "0123456789" : "0123456789.")] != '\0' || *end != '\0' || errno != 0)
		return no_such(r, k, v, whole ? " (digits only)" : " (like 0.25)");
	if (*out < k->min || *out > k->max)
		return config_fault(r, v, "%s: %s is outside %g to %g", k->name, config_shown(r, v->text), k->min, k->max);
	return true;
}

bool config_read_number(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	double n;
	if (!number(r, k, v, &n))
		return false;
	*(uint32_t *)field = (uint32_t)n;
	return true;
}

bool config_read_port(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	double n;
	if (!number(r, k, v, &n))
		return false;
	*(uint16_t *)field = (uint16_t)n;
	return true;
}

bool config_read_fraction(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return number(r, k, v, field);
}

bool config_read_size(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	static const struct { const char *unit; uint64_t octets; } units[] = {
		{ "", 1 }, { "KiB", 1u << 10 }, { "MiB", 1u << 20 }, { "GiB", 1u << 30 } };
	if (!config_is_word(r, k, v))
		return false;
	size_t digits = strspn(v->text, "0123456789");
	const char *unit = v->text + digits + strspn(v->text + digits, " ");
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		uint64_t n = digits > 0 && digits < 12 ? strtoull(v->text, NULL, 10) * units[i].octets : 0;
		if (digits == 0 || digits > 11 || strcmp(unit, units[i].unit) != 0)
			continue;
		if ((double)n < k->min || (double)n > k->max)
			return config_fault(r, v, "%s: %s is outside 0 to 1GiB", k->name, config_shown(r, v->text));
		*(uint32_t *)field = (uint32_t)n;
		return true;
	}
	return no_such(r, k, v, " (like 16MiB)");
}

static const char *duration(int64_t s, char out[WALL_TEXT_MAX])
{
	static const struct { char unit; int64_t s; } units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
	for (unsigned i = 0; i < 4; i++)
		if (s % units[i].s == 0) {
			snprintf(out, WALL_TEXT_MAX, "%lld%c", (long long)(s / units[i].s), units[i].unit);
			break;
		}
	return out;
}

static bool one_duration(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, double max, int64_t *out)
{
	char low[WALL_TEXT_MAX], high[WALL_TEXT_MAX];
	if (!distance_from_text(v->text, out))
		return config_fault(r, v, "%s: \"%s\" is no duration (like 90s, 5m, 4h, 14d, 1w2d)", k->name, config_shown(r, v->text));
	if ((double)*out < k->min || (double)*out > max)
		return config_fault(r, v, "%s: %s is outside %s to %s", k->name, config_shown(r, v->text),
				    duration((int64_t)k->min, low), duration((int64_t)max, high));
	return true;
}

bool config_read_duration(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_is_word(r, k, v) && one_duration(r, k, v, k->max, field);
}

/* The array, then its count right behind it. */
bool config_read_durations(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	int64_t *at = field;
	uint32_t room = (uint32_t)k->max, *n = (uint32_t *)(at + room), i;
	if (v->kind != YAML_LIST)
		return config_fault(r, v, "%s wants a list of durations, like [7d, 1d]", k->name);
	if (v->items.n == 0 || v->items.n > room)
		return config_fault(r, v, "%s wants 1 to %u durations", k->name, room);
	for (i = 0; i < v->items.n; i++)
		if (!config_is_word(r, k, v->items.at[i]) || !one_duration(r, k, v->items.at[i], 1000.0 * 86400, &at[i]))
			return false;
	*n = i;
	return true;
}

/* Plain where YAML reads it as the same text; quoted otherwise (JSON strings are YAML). */
void config_show_word(struct text *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-+";
	if (*word != '\0' && *word != '-' && word[strspn(word, plain)] == '\0')
		text_add(out, word);
	else
		text_addf(out, "\"%s\"", escape_json(out->arena, word, strlen(word)));
}

void config_show_text(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	const char *s = *(const char *const *)field;
	(void)a, (void)k;
	if (s != NULL && *s != '\0')
		config_show_word(out, s);
}

void config_show_bool(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	bool yes = *(const bool *)field;
	(void)a;
	if (yes || k->fallback != NULL)
		text_add(out, yes ? "true" : "false");
}

void config_show_number(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	uint32_t n = *(const uint32_t *)field;
	(void)a;
	if (n != 0 || k->fallback != NULL)
		text_addf(out, "%u", n);
}

void config_show_port(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	(void)a, (void)k;
	text_addf(out, "%u", *(const uint16_t *)field);
}

void config_show_fraction(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	(void)a, (void)k;
	text_addf(out, "%g", *(const double *)field);
}

void config_show_size(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	uint32_t n = *(const uint32_t *)field;
	(void)a, (void)k;
	if (n != 0 && n % (1u << 20) == 0)
		text_addf(out, "%uMiB", n >> 20);
	else
		text_addf(out, "%u", n);
}

void config_show_duration(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	char text[WALL_TEXT_MAX];
	int64_t s = *(const int64_t *)field;
	(void)a, (void)k;
	if (s != 0)
		text_add(out, duration(s, text));
}

void config_show_durations(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	char text[WALL_TEXT_MAX];
	const int64_t *at = field;
	uint32_t n = *(const uint32_t *)(at + (uint32_t)k->max);
	(void)a;
	text_add(out, "[");
	for (uint32_t i = 0; i < n; i++)
		text_addf(out, "%s%s", i > 0 ? ", " : "", duration(at[i], text));
	text_add(out, "]");
}
