/* kept_read -- a registration as the store kept it. */
#include "registry/inside.h"

static struct wall read_moment(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	return json_is_integer(v) ? (struct wall){ json_integer_value(v) } : WALL_NEVER;
}

static const char *read_text(struct arena *a, const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));
	return text != NULL ? arena_text(a, text) : "";
}

static void read_lists(struct arena *a, const json_t *o, struct registration *r)
{
	const json_t *ns = json_object_get(o, "ns"), *ds = json_object_get(o, "ds"), *one;
	size_t i;
	r->ns_known = json_is_array(ns);
	json_array_foreach(ns, i, one)
		if (json_is_string(one))
			list_push(a, &r->ns, (const char *)arena_text(a, json_string_value(one)));
	r->ds_known = json_is_array(ds);
	json_array_foreach(ds, i, one) {
		const char *digest = json_string_value(json_array_get(one, 3));
		if (digest != NULL)
			list_push(a, &r->ds, (struct snap_ds){ .tag = (uint16_t)json_integer_value(json_array_get(one, 0)),
							       .algorithm = (uint8_t)json_integer_value(json_array_get(one, 1)),
							       .digest_type = (uint8_t)json_integer_value(json_array_get(one, 2)),
							       .digest = arena_text(a, digest) });
	}
}

int registration_from_text(struct arena *a, const char *text, size_t len, struct registration **out)
{
	const char *why;
	json_t *o = rdap_json(text, len, &why);
	struct registration *r = *out = ARENA_NEW(a, struct registration);
	if (!json_is_object(o) || !json_is_boolean(json_object_get(o, "found")) || !json_is_integer(json_object_get(o, "asked_at"))) {
		json_decref(o);
		return E_SYNTAX;
	}
	r->domain = read_text(a, o, "domain");
	r->found = json_is_true(json_object_get(o, "found"));
	r->asked_at = read_moment(o, "asked_at");
	r->registered_at = read_moment(o, "registered_at");
	r->changed_at = read_moment(o, "changed_at");
	r->expires_at = read_moment(o, "expires_at");
	r->status = (uint32_t)json_integer_value(json_object_get(o, "status"));
	r->registrar = read_text(a, o, "registrar");
	read_lists(a, o, r);
	json_decref(o);
	return E_OK;
}
