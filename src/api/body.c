#include "api/body.h"
#include "api/read_body.h"
#include "base/limits.h"
#include "base/text.h"
#include <jansson.h>
#include <string.h>

static bool is_unfit_text(const json_t *v)
{
	return !json_is_string(v) || json_string_length(v) > LIMIT_API_TEXT;
}

static const char *read_texts(struct arena *a, const json_t *v, body_texts *out)
{
	size_t i;
	const json_t *one;
	if (!json_is_array(v) || json_array_size(v) > LIMIT_API_LIST)
		return "is no list of at most 100 texts";
	json_array_foreach(v, i, one) {
		if (is_unfit_text(one))
			return "has an item that is no text of at most 1000 octets";
		list_push(a, out, arena_text(a, json_string_value(one)));
	}
	return NULL;
}

static const char *read_field(struct arena *a, const json_t *v, const struct body_field *f)
{
	switch (f->kind) {
	case BODY_TEXT:
		if (is_unfit_text(v))
			return "is no text of at most 1000 octets";
		*(const char **)f->out = arena_text(a, json_string_value(v));
		return NULL;
	case BODY_TEXTS:
		return read_texts(a, v, f->out);
	case BODY_BOOL:
		if (!json_is_boolean(v))
			return "is neither true nor false";
		*(bool *)f->out = json_is_true(v);
		return NULL;
	case BODY_OBJECT:
		return json_is_object(v) ? NULL : "is no object";
	}
	return NULL;
}

static const struct body_field *field_named(const struct body_field *fields, const char *key)
{
	for (; fields->key != NULL; fields++)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

enum { KEY_SHOWN = 60 };

/* RFC 6901 3; a longer key is cut. */
static const char *pointer_to(struct arena *a, const char *above, const char *key)
{
	struct text t;
	text_init(&t, a);
	text_addf(&t, "%s/", above);
	for (unsigned i = 0; key[i] != '\0' && (i < KEY_SHOWN || (key[i] & 0xc0) == 0x80); i++) {
		if (key[i] == '~' || key[i] == '/')
			text_add(&t, key[i] == '~' ? "~0" : "~1");
		else
			text_add_n(&t, key + i, 1);
	}
	return t.at;
}

/* One level inside another is all we have, so this goes no deeper than the tables do. */
static bool read_object(struct arena *a, json_t *o, const struct body_field *fields, const char *above, struct body_fault *fault)
{
	const char *key;
	json_t *v;
	json_object_foreach(o, key, v) {
		const struct body_field *f = field_named(fields, key);
		fault->pointer = pointer_to(a, above, key);
		fault->why = f != NULL ? read_field(a, v, f) : "is a key that is not known";
		if (fault->why != NULL || (f->kind == BODY_OBJECT && !read_object(a, v, f->inside, fault->pointer, fault)))
			return false;
	}
	return true;
}

bool body_parse(struct arena *a, const char *body, size_t len, const struct body_field *fields, struct body_fault *fault)
{
	json_error_t e;
	json_t *o = json_loadb(body, len, JSON_REJECT_DUPLICATES, &e);
	*fault = (struct body_fault){ .pointer = "/" };
	if (o == NULL)
		fault->why = arena_printf(a, "line %d: %s", e.line, e.text);
	else if (!json_is_object(o))
		fault->why = "is no object";
	bool good = fault->why == NULL && read_object(a, o, fields, "", fault);
	json_decref(o);
	return good;
}
