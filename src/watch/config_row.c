/* A zone as a row of the store; config_watched.c reads it back (base/json.h and jansson.h cannot stand in one file). */
#include "watch/config_inside.h"
#include "base/json.h"

static void add_list(struct json *j, const char *key, const char *const *at, uint32_t n)
{
	if (n == 0)
		return;
	json_key(j, key);
	json_array(j);
	for (uint32_t i = 0; i < n; i++)
		json_text(j, at[i]);
	json_array_end(j);
}

static const char *expect_text(struct arena *a, const struct config_zone *z)
{
	struct text t;
	struct json j;
	if (z->expect_ns.n == 0 && !z->has_expect_ds && !z->expect_unsigned && z->type == 0)
		return "";
	text_init(&t, a);
	json_init(&j, &t, false);
	json_object(&j);
	if (z->type != 0)
		json_field_text(&j, "type", type_text(a, z->type));
	add_list(&j, "ns", z->expect_ns.at, z->expect_ns.n);
	add_list(&j, "ds", z->expect_ds.at, z->expect_ds.n);
	if (z->expect_unsigned)
		json_field_bool(&j, "unsigned", true);
	json_object_end(&j);
	return t.at;
}

struct watched_row config_watched_row(struct arena *a, const struct config_zone *z)
{
	struct text tags;
	text_init(&tags, a);
	for (uint32_t i = 0; i < z->tags.n; i++)
		text_addf(&tags, "%s%s", i > 0 ? " " : "", z->tags.at[i]);
	return (struct watched_row){ .zone = z->zone, .tags = tags.len > 0 ? tags.at : "", .owner = z->owner != NULL ? z->owner : "",
				     .expect = expect_text(a, z) };
}
