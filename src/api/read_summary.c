/* read_summary -- the half of zone_series.h that knows JSON. */
#include "api/zone_series.h"
#include <jansson.h>
#include <string.h>

static bool is_uint32(const json_t *v)
{
	return json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= UINT32_MAX;
}

static bool read_server(struct arena *a, const json_t *v, struct summary *out)
{
	const json_t *name = json_array_get(v, 0), *addr = json_array_get(v, 1), *up = json_array_get(v, 2), *serial = json_array_get(v, 3);
	if (!json_is_string(name) || !json_is_string(addr) || !is_uint32(up) || (serial != NULL && !is_uint32(serial)))
		return false;
	list_push(a, &out->servers,
		  ((struct summary_server){ .name = arena_text(a, json_string_value(name)), .addr = arena_text(a, json_string_value(addr)),
					    .up = json_integer_value(up) != 0, .has_serial = serial != NULL,
					    .serial = serial != NULL ? (uint32_t)json_integer_value(serial) : 0 }));
	return true;
}

static bool read_sets(struct arena *a, const json_t *o, struct summary *out)
{
	const json_t *servers = json_object_get(o, "servers"), *ds = json_object_get(o, "ds"), *more = json_object_get(o, "more"), *one;
	size_t i;
	if (!json_is_array(servers) || !json_is_array(ds) || !is_uint32(more))
		return false;
	json_array_foreach(servers, i, one)
		if (!read_server(a, one, out))
			return false;
	out->more = (uint32_t)json_integer_value(more);
	out->ds_known = json_array_size(ds) > 0;
	if (!out->ds_known)
		return true;
	if (!is_uint32(json_array_get(ds, 0)) || !is_uint32(json_array_get(ds, 1)))
		return false;
	out->ds_matched = (uint32_t)json_integer_value(json_array_get(ds, 0));
	out->ds_other = (uint32_t)json_integer_value(json_array_get(ds, 1));
	return true;
}

static bool read_ends(const json_t *ends, struct summary *out)
{
	for (int t = 0; t < SUMMARY_TYPES; t++) {
		const json_t *end = json_object_get(ends, summary_type_text((enum summary_type)t));
		if (end != NULL && !json_is_integer(end))
			return false;
		if (end != NULL)
			out->ends[t] = (struct wall){ json_integer_value(end) };
	}
	return json_is_object(ends);
}

bool summary_read(struct arena *a, const char *doc, struct summary *out)
{
	*out = summary_none();
	if (*doc == '\0')
		return false;
	json_t *o = json_loads(doc, JSON_REJECT_DUPLICATES, NULL);
	bool good = read_sets(a, o, out) && read_ends(json_object_get(o, "ends"), out);
	json_decref(o);
	if (!good)
		*out = summary_none();
	return good;
}
