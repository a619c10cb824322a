/* health -- alive: the process answers. Ready: what it says of the zones can be believed, and if not, why not. */
#include "api/inside.h"
#include <string.h>

void route_healthz(struct request *r)
{
	struct json j;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_field_text(&j, "status", "ok");
	json_object_end(&j);
	r->reply.no_etag = true;
}

/* NULL, or why not. */
static const char *store_trouble(struct request *r)
{
	struct err_at at = { 0 };
	const char *value;
	if (store_open(r->api->o.store_path, &(struct store_options){ .read_only = true }, &r->store, &at) != E_OK)
		return arena_text(r->arena, at.text);
	return store_get(r->store, r->arena, "watched-changes", &value) == E_OK ? NULL : arena_text(r->arena, store_why(r->store));
}

/* One of a hundred may be slow; more says that the observer is. */
static bool too_many_stale(const struct vitals *v)
{
	return (uint64_t)v->stale * 100 > v->zones;
}

void route_readyz(struct request *r)
{
	struct vitals v = { 0 };
	struct json j;
	r->api->o.vitals(r->api->o.ctx, &v);
	const char *store_why_not = v.store_in_memory ? "the disk takes nothing; what is seen is held in memory" : store_trouble(r);
	char span[WALL_TEXT_MAX];
	const struct { const char *name; bool well; const char *why; } checks[] = {
		{ "store", store_why_not == NULL, store_why_not },
		{ "lag", v.lag_s <= r->api->o.interval_s, arena_printf(r->arena, "looks are %s late", distance_text(v.lag_s, span)) },
		{ "stale", !too_many_stale(&v), arena_printf(r->arena, "%u of %u zones were not looked at for two intervals", v.stale, v.zones) },
		{ "clock", !v.clock_suspect, "the system clock is in doubt" },
		{ "canaries", v.canaries_right, "the zones served inside the process are not judged as they must be" },
		{ "network", !v.blind, "the observer itself has no network" },
	};
	enum { N = sizeof checks / sizeof checks[0] };
	bool ready = true;
	for (int i = 0; i < N; i++)
		ready &= checks[i].well;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_field_bool(&j, "ready", ready);
	json_key(&j, "checks");
	json_array(&j);
	for (int i = 0; i < N; i++) {
		json_object(&j);
		json_field_text(&j, "name", checks[i].name);
		json_field_bool(&j, "ok", checks[i].well);
		json_field_text(&j, "reason", checks[i].well ? NULL : checks[i].why);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	r->reply.status = ready ? 200 : 503;
	r->reply.no_etag = true;
}
