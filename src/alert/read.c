/* read -- an alert back from its JSON: our own, from the store; of a kind that is not ours nothing is guessed. */
#include "alert/inside.h"
#include "base/limits.h"
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static bool read_lines(struct arena *arena, const json_t *v, const struct field *f, alert_lines *out)
{
	if (v != NULL && !json_is_array(v))
		return false;
	for (size_t i = 0; i < json_array_size(v) && i < f->most; i++) {
		const json_t *line = json_array_get(v, i);
		if (!json_is_string(line))
			return false;
		list_push(arena, out, arena_text(arena, json_string_value(line)));
	}
	return true;
}

static bool read_wall(const json_t *v, struct wall *out)
{
	*out = WALL_NEVER;
	if (v == NULL || json_is_null(v))
		return true;
	return json_is_string(v) && wall_from_text(json_string_value(v), (struct wall){ 0 }, out);
}

static bool read_field(struct arena *arena, const json_t *o, const struct field *f, struct alert *a)
{
	const json_t *v = json_object_get(o, f->name);
	void *at = (char *)a + f->offset;
	switch (f->kind) {
	case FIELD_TEXT:
		if (v != NULL && !json_is_string(v))
			return false;
		*(const char **)at = arena_text(arena, v ? json_string_value(v) : "");
		return true;
	case FIELD_LINES: return read_lines(arena, v, f, at);
	case FIELD_WALL: return read_wall(v, at);
	case FIELD_COUNT:
		if (v != NULL && (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > UINT32_MAX))
			return false;
		*(uint32_t *)at = (uint32_t)json_integer_value(v);
		return true;
	}
	return false;
}

/* The name of the first field that is not what it should be; NULL: all are. */
static const char *read_alert(struct arena *arena, const json_t *o, struct alert *a)
{
	const char *schema = json_string_value(json_object_get(o, "schema"));
	if (schema == NULL || strcmp(schema, ALERT_SCHEMA) != 0)
		return "schema";
	if (!alert_kind_from_id(json_string_value(json_object_get(o, "kind")), &a->kind))
		return "kind";
	for (unsigned i = 0; i < alert_n_fields; i++)
		if (!read_field(arena, o, &alert_fields[i], a))
			return alert_fields[i].name;
	return NULL;
}

int alert_from_json(struct arena *arena, const char *text, size_t len, struct alert **out, struct err_at *at)
{
	json_error_t error;
	*at = (struct err_at){ .file = "alert", .line = 1 };
	if (len > LIMIT_ALERT_JSON) {
		snprintf(at->text, sizeof at->text, "over %u octets", LIMIT_ALERT_JSON);
		return E_SYNTAX;
	}
	json_t *o = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (o == NULL) {
		snprintf(at->text, sizeof at->text, "%.150s", error.text);
		return E_SYNTAX;
	}
	struct alert *a = ARENA_NEW(arena, struct alert);
	const char *bad = json_is_object(o) ? read_alert(arena, o, a) : "object";
	json_decref(o);
	if (bad != NULL) {
		snprintf(at->text, sizeof at->text, "\"%s\" is not what it should be", bad);
		return E_SYNTAX;
	}
	*out = a;
	return E_OK;
}
