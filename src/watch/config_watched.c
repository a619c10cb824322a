/* Zones added by command: a zone as a row of the store, and back. Tags stand with spaces between; what is expected is a JSON
 * object {"ns": [...], "ds": [...], "unsigned": true}, {"type": "AAAA"} among it where the question is not SOA. */
#include "watch/config_inside.h"
#include <jansson.h>
#include <string.h>

typedef LIST(const char *) words;

static const char *read_names(struct arena *a, const json_t *list, words *out)
{
	size_t i;
	const json_t *v;
	json_array_foreach(list, i, v) {
		struct config_zone z;
		const char *wrong = json_is_string(v) ? config_zone_name(a, json_string_value(v), &z) : "is no text";
		if (wrong != NULL)
			return arena_printf(a, "expect: ns: %s", wrong);
		list_push(a, out, z.zone);
	}
	return NULL;
}

static const char *read_ds(struct arena *a, const json_t *list, words *out)
{
	size_t i;
	const json_t *v;
	json_array_foreach(list, i, v) {
		const char *ds, *wrong = json_is_string(v) ? config_ds(a, json_string_value(v), &ds) : "is no text";
		if (wrong != NULL)
			return arena_printf(a, "expect: ds: %s", wrong);
		list_push(a, out, ds);
	}
	return NULL;
}

/* NULL, or what is wrong. */
static const char *read_expect(struct arena *a, const char *text, struct config_zone *z)
{
	json_error_t e;
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, &e);
	if (!json_is_object(j)) {
		json_decref(j);
		return "expect: no JSON object";
	}
	const char *wrong = read_names(a, json_object_get(j, "ns"), (words *)&z->expect_ns);
	if (wrong == NULL)
		wrong = read_ds(a, json_object_get(j, "ds"), (words *)&z->expect_ds);
	const char *type = json_string_value(json_object_get(j, "type"));
	if (wrong == NULL && type != NULL && !type_from_text(type, &z->type))
		wrong = "expect: unknown record type";
	z->expect_unsigned = json_is_true(json_object_get(j, "unsigned"));
	z->has_expect_ds = z->expect_ds.n > 0;
	json_decref(j);
	return wrong;
}

static const char *read_row(struct arena *a, const struct watched_row *row, struct config_zone *z)
{
	const char *wrong = config_zone_name(a, row->zone, z);
	z->owner = row->owner != NULL ? arena_text(a, row->owner) : "";
	for (const char *at = row->tags != NULL ? row->tags : ""; *at != '\0';) {
		size_t len = strcspn(at, " ");
		if (len > 0)
			list_push(a, &z->tags, arena_printf(a, "%.*s", (int)len, at));
		at += len + (at[len] == ' ');
	}
	if (wrong == NULL && row->expect != NULL && *row->expect != '\0')
		wrong = read_expect(a, row->expect, z);
	return wrong;
}

/* What stands in the configuration wins: its line is what people read. */
void config_add_watched(struct config *c, const watched_rows *rows, config_fault_fn *every, void *ctx)
{
	struct config_reader r = { .arena = c->arena, .config = c, .first = &(struct err_at){ 0 }, .from = &(struct config_source){ 0 } };
	for (uint32_t i = 0; i < rows->n; i++) {
		struct config_zone z = { .file = "" };
		const char *wrong = read_row(c->arena, &rows->at[i], &z);
		if (wrong != NULL && every != NULL)
			every(ctx, "store", 0, 0, arena_printf(c->arena, "%s: %s", rows->at[i].zone, wrong));
		if (wrong == NULL)
			config_zone_add(&r, &z, 0);
	}
}
