/* routes -- which path is whose. "{}" stands for one segment. */
#include "api/inside.h"
#include "dns/text.h"
#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 100, LIMIT_MOST = 1000 };

static const struct {
	const char *method, *path;
	bool token;
	route_fn *run;
} routes[] = {
	{ "GET", "/metrics", false, route_metrics },
	{ "GET", "/probe", false, route_probe },
	{ "GET", "/healthz", false, route_healthz },
	{ "GET", "/readyz", false, route_readyz },
	{ "GET", "/api/v1/openapi.yaml", false, route_openapi },
	{ "GET", "/api/v1/zones", false, route_zones },
	{ "GET", "/api/v1/zones/{}", false, route_zone },
	{ "PUT", "/api/v1/zones/{}", true, route_zone_put },
	{ "DELETE", "/api/v1/zones/{}", true, route_zone_delete },
	{ "GET", "/api/v1/zones/{}/report", false, route_zone_report },
	{ "GET", "/api/v1/zones/{}/evidence", false, route_zone_evidence },
	{ "GET", "/api/v1/zones/{}/history", false, route_zone_history },
	{ "GET", "/api/v1/incidents", false, route_incidents },
	{ "GET", "/api/v1/incidents/{}", false, route_incident },
	{ "POST", "/api/v1/incidents/{}/ack", true, route_incident_ack },
	{ "POST", "/api/v1/incidents/{}/mute", true, route_incident_mute },
	{ "GET", "/api/v1/events", false, route_events },
	{ "POST", "/api/v1/checks", true, route_check },
};
enum { N_ROUTES = sizeof routes / sizeof routes[0] };

static bool path_fits(struct arena *a, const char *pattern, const char *path, const char **rest)
{
	for (; *pattern != '\0'; pattern++, path++) {
		if (strncmp(pattern, "{}", 2) == 0) {
			size_t len = strcspn(path, "/");
			if (len == 0)
				return false;
			*rest = arena_printf(a, "%.*s", (int)len, path);
			path += len - 1;
			pattern++;
		} else if (*pattern != *path) {
			return false;
		}
	}
	return *path == '\0';
}

void route(struct request *r)
{
	const char *method = strcmp(r->method, "HEAD") == 0 ? "GET" : r->method;
	struct text allow;
	bool known = false;
	text_init(&allow, r->arena);
	for (int i = 0; i < N_ROUTES; i++) {
		const char *rest = "";
		if (!path_fits(r->arena, routes[i].path, r->path, &rest))
			continue;
		text_addf(&allow, "%s%s", known ? ", " : "", routes[i].method);
		known = true;
		if (strcmp(routes[i].method, method) != 0)
			continue;
		r->rest = rest;
		if (routes[i].token && !token_is_good(r))
			problem(r, 401, "token", "A token is needed", "What changes anything needs \"Authorization: Bearer TOKEN\" (api.tokens).", NULL);
		else
			routes[i].run(r);
		return;
	}
	if (known) {
		r->reply.allow = allow.at;
		problem(r, 405, "method", "Not that way", "This resource knows other methods, see Allow.", NULL);
	} else {
		problem(r, 404, "not-found", "No such resource", "See /api/v1/openapi.yaml for what there is.", NULL);
	}
}

const char *query_of(const struct request *r, const char *key)
{
	return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, key);
}

uint32_t limit_of(const struct request *r)
{
	const char *word = query_of(r, "limit");
	long n = word != NULL ? strtol(word, NULL, 10) : LIMIT_DEFAULT;
	return n < 1 ? 1 : n > LIMIT_MOST ? LIMIT_MOST : (uint32_t)n;
}

bool store_is_open(struct request *r, bool to_write)
{
	struct err_at at = { 0 };
	if (store_open(r->api->o.store_path, &(struct store_options){ .read_only = !to_write }, &r->store, &at) == E_OK)
		return true;
	problem(r, 503, "store", "The observer's memory cannot be opened", at.text, NULL);
	return false;
}

void problem(struct request *r, unsigned status, const char *kind, const char *title, const char *detail, const char *pointer)
{
	struct json j;
	text_init(&r->reply.body, r->arena);
	json_init(&j, &r->reply.body, false);
	r->reply.status = status;
	r->reply.type = "application/problem+json";
	json_object(&j);
	json_field_text(&j, "type", arena_printf(r->arena, "urn:dnsvigil:problem:%s", kind));
	json_field_text(&j, "title", title);
	json_field_int(&j, "status", status);
	json_field_text(&j, "detail", detail);
	json_field_text(&j, "instance", r->path);
	if (pointer != NULL) {
		json_key(&j, "errors");
		json_array(&j);
		json_object(&j);
		json_field_text(&j, "pointer", pointer);
		json_field_text(&j, "detail", detail);
		json_object_end(&j);
		json_array_end(&j);
	}
	json_object_end(&j);
}

const char *name_asked(struct request *r, const char *word, const uint8_t **wire)
{
	const char *why = "no name";
	const uint8_t *name = *word != '\0' ? name_from_user(r->arena, word, &why) : NULL;
	if (name == NULL) {
		problem(r, 400, "name", "That is no domain name", why, "/name");
		return NULL;
	}
	uint8_t *lower = name_lower(r->arena, name);
	if (wire != NULL)
		*wire = lower;
	return name_text(r->arena, lower);
}
