#include "base/json.h"
#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* Bits of json.has_item[depth]. */
enum { HAS_ITEM = 1, IS_OBJECT = 2 };

void json_init(struct json *j, struct text *out, bool pretty)
{
	*j = (struct json){ .out = out, .pretty = pretty };
}

static void json_line(struct json *j)
{
	if (!j->pretty || j->depth == 0)
		return;
	text_addf(j->out, "\n%*s", (int)(2 * j->depth), "");
}

static void json_separate(struct json *j)
{
	if (j->has_item[j->depth] & HAS_ITEM) {
		assert(j->depth > 0);   /* one document, one value */
		text_add(j->out, ",");
	}
	j->has_item[j->depth] |= HAS_ITEM;
	json_line(j);
}

static void json_before_value(struct json *j)
{
	bool in_object = j->has_item[j->depth] & IS_OBJECT;
	assert(in_object == j->after_key);
	if (!j->after_key)
		json_separate(j);
	j->after_key = false;
}

static void json_open(struct json *j, const char *bracket, uint8_t kind)
{
	json_before_value(j);
	text_add(j->out, bracket);
	assert(j->depth + 1 < sizeof j->has_item);
	j->has_item[++j->depth] = kind;
}

static void json_close(struct json *j, const char *bracket, uint8_t kind)
{
	assert(j->depth > 0 && !j->after_key && (j->has_item[j->depth] & IS_OBJECT) == kind);
	bool empty = !(j->has_item[j->depth] & HAS_ITEM);
	j->depth--;
	if (j->pretty && !empty)
		text_addf(j->out, "\n%*s", (int)(2 * j->depth), "");
	text_add(j->out, bracket);
}

void json_object(struct json *j)
{
	json_open(j, "{", IS_OBJECT);
}

void json_object_end(struct json *j)
{
	json_close(j, "}", IS_OBJECT);
}

void json_array(struct json *j)
{
	json_open(j, "[", 0);
}

void json_array_end(struct json *j)
{
	json_close(j, "]", 0);
}

static void json_quoted(struct json *j, const char *s)
{
	text_add(j->out, "\"");
	text_add(j->out, escape_json(j->out->arena, s, strlen(s)));
	text_add(j->out, "\"");
}

void json_key(struct json *j, const char *key)
{
	assert((j->has_item[j->depth] & IS_OBJECT) && !j->after_key);
	json_separate(j);
	json_quoted(j, key);
	text_add(j->out, j->pretty ? ": " : ":");
	j->after_key = true;
}

void json_text(struct json *j, const char *value)
{
	json_before_value(j);
	if (value == NULL)
		text_add(j->out, "null");
	else
		json_quoted(j, value);
}

void json_int(struct json *j, int64_t value)
{
	json_before_value(j);
	text_addf(j->out, "%" PRId64, value);
}

void json_bool(struct json *j, bool value)
{
	json_before_value(j);
	text_add(j->out, value ? "true" : "false");
}

void json_null(struct json *j)
{
	json_before_value(j);
	text_add(j->out, "null");
}

void json_raw(struct json *j, const char *value)
{
	json_before_value(j);
	text_add(j->out, value);
}

void json_wall(struct json *j, struct wall w)
{
	char text[WALL_TEXT_MAX];
	json_text(j, w.s == WALL_NEVER.s ? NULL : wall_text(w, text));
}

void json_field_text(struct json *j, const char *key, const char *value)
{
	json_key(j, key);
	json_text(j, value);
}

void json_field_int(struct json *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_int(j, value);
}

void json_field_bool(struct json *j, const char *key, bool value)
{
	json_key(j, key);
	json_bool(j, value);
}

void json_field_wall(struct json *j, const char *key, struct wall w)
{
	json_key(j, key);
	json_wall(j, w);
}
