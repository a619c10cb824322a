/* kept_write -- a registration as the store keeps it: one JSON object with the fields of struct registration. */
#include "registry/registry.h"
#include "base/json.h"

static void write_moment(struct json *j, const char *key, struct wall at)
{
	if (at.s != INT64_MAX)
		json_field_int(j, key, at.s);
}

static void write_lists(struct json *j, const struct registration *r)
{
	if (r->ns_known) {
		json_key(j, "ns");
		json_array(j);
		for (uint32_t i = 0; i < r->ns.n; i++)
			json_text(j, r->ns.at[i]);
		json_array_end(j);
	}
	if (!r->ds_known)
		return;
	json_key(j, "ds");
	json_array(j);
	for (uint32_t i = 0; i < r->ds.n; i++) {
		const struct snap_ds *d = &r->ds.at[i];
		json_array(j);
		json_int(j, d->tag);
		json_int(j, d->algorithm);
		json_int(j, d->digest_type);
		json_text(j, d->digest);
		json_array_end(j);
	}
	json_array_end(j);
}

void registration_text(const struct registration *r, struct text *out)
{
	struct json j;
	json_init(&j, out, false);
	json_object(&j);
	json_field_text(&j, "domain", r->domain);
	json_field_bool(&j, "found", r->found);
	json_field_int(&j, "asked_at", r->asked_at.s);
	if (r->found) {
		write_moment(&j, "registered_at", r->registered_at);
		write_moment(&j, "changed_at", r->changed_at);
		write_moment(&j, "expires_at", r->expires_at);
		json_field_int(&j, "status", r->status);
		json_field_text(&j, "registrar", r->registrar);
		write_lists(&j, r);
	}
	json_object_end(&j);
}
