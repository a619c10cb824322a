/* routes -- which path is whose. "{}" stands for one segment, which is decoded only after that: %2f is no "/". */
#include "api/inside.h"
#include <string.h>

/* Whom it is for: anybody; who has a token; who has one and a change or check left of its quota. */
enum access { OPEN, TOKEN, CHANGE, CHECK };
static const struct resource {
	const char *method, *path;
	enum access access;
	const char *query;      /* the keys that may be asked with; NULL: any, for scrapers that send their own */
	route_fn *run;
} routes[] = {
	{ "GET", "/metrics", OPEN, NULL, route_metrics },
	{ "GET", "/probe", OPEN, "target type", route_probe },
	{ "GET", "/healthz", OPEN, NULL, route_healthz },
	{ "GET", "/readyz", OPEN, NULL, route_readyz },
	{ "GET", "/api/v1/openapi.yaml", OPEN, "", route_openapi },
	{ "GET", "/api/v1/report.schema.json", OPEN, "", route_report_schema },
	{ "GET", "/api/v1/zones", OPEN, "state finding tag limit cursor", route_zones },
	{ "POST", "/api/v1/zones:import", CHANGE, "dry_run", route_zones_import },
	{ "GET", "/api/v1/zones/{}", OPEN, "", route_zone },
	{ "PUT", "/api/v1/zones/{}", CHANGE, "", route_zone_put },
	{ "DELETE", "/api/v1/zones/{}", CHANGE, "", route_zone_delete },
	{ "GET", "/api/v1/zones/{}/watch", OPEN, "", route_watch },
	{ "PUT", "/api/v1/zones/{}/watch", CHANGE, "", route_watch_put },
	{ "DELETE", "/api/v1/zones/{}/watch", CHANGE, "", route_watch_delete },
	{ "GET", "/api/v1/zones/{}/report", OPEN, "at judged_at", route_zone_report },
	{ "GET", "/api/v1/zones/{}/evidence", OPEN, "at", route_zone_evidence },
	{ "GET", "/api/v1/zones/{}/history", OPEN, "since limit", route_zone_history },
	{ "GET", "/api/v1/incidents", OPEN, "state zone limit cursor", route_incidents },
	{ "GET", "/api/v1/incidents/{}", OPEN, "", route_incident },
	{ "POST", "/api/v1/incidents/{}/ack", CHANGE, "", route_incident_ack },
	{ "POST", "/api/v1/incidents/{}/mute", CHANGE, "", route_incident_mute },
	{ "GET", "/api/v1/events", OPEN, "zone incident order limit cursor last_event_id", route_events },
	{ "GET", "/api/v1/mutes", OPEN, "", route_mutes },
	{ "POST", "/api/v1/mutes", CHANGE, "", route_mute_add },
	{ "DELETE", "/api/v1/mutes/{}", CHANGE, "", route_mute_end },
	{ "POST", "/api/v1/checks", CHECK, "", route_check_add },
	{ "GET", "/api/v1/checks/{}", TOKEN, "", route_check },
};
enum { N_ROUTES = sizeof routes / sizeof routes[0] };

/* rest: still encoded. */
static bool path_fits(struct arena *a, const char *pattern, const char *path, const char **rest)
{
	const char *hole = strstr(pattern, "{}");
	if (hole == NULL)
		return strcmp(pattern, path) == 0;
	size_t before = (size_t)(hole - pattern);
	if (strncmp(pattern, path, before) != 0)
		return false;
	size_t len = strcspn(path + before, "/");
	*rest = arena_printf(a, "%.*s", (int)len, path + before);
	return len > 0 && strcmp(hole + 2, path + before + len) == 0;
}

static bool is_among(const char *words, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = words; *at != '\0'; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		if (n == len && memcmp(at, word, n) == 0)
			return true;
		at += n;
	}
	return false;
}

struct stranger { const char *known, *key; };

static enum MHD_Result find_stranger(void *ctx, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct stranger *s = ctx;
	(void)kind, (void)value;
	if (!is_among(s->known, key))
		s->key = key;
	return s->key == NULL ? MHD_YES : MHD_NO;
}

/* A mistyped filter that is passed over would show everything as if it had been asked for. */
static bool query_is_understood(struct request *r, const char *known)
{
	struct stranger s = { .known = known };
	if (known != NULL)
		MHD_get_connection_values(r->connection, MHD_GET_ARGUMENT_KIND, find_stranger, &s);
	if (s.key == NULL)
		return true;
	problem(r, 400, "query", "The query has a key that is not known",
		*known != '\0' ? arena_printf(r->arena, "Known here: %s.", known) : "None is known here.", NULL);
	return false;
}

static void run_within_quota(struct request *r, const struct resource *t)
{
	if (t->access <= TOKEN || quota_allows(r, t->access == CHECK ? QUOTA_CHECKS : QUOTA_CHANGES))
		t->run(r);
}

/* Other methods are idempotent by themselves (RFC 9110 9.2.2): a key on them changes nothing. What is said again costs nothing. */
static void run_once(struct request *r, const struct resource *t)
{
	struct ticket ticket;
	if (strcmp(t->method, "POST") != 0) {
		run_within_quota(r, t);
	} else if (once_begin(r, &ticket)) {
		run_within_quota(r, t);
		once_end(r, &ticket);
	}
}

static void run_route(struct request *r, const struct resource *t, const char *rest)
{
	r->rest = percent_decoded(r->arena, rest, strlen(rest));
	if (r->rest == NULL)
		problem(r, 400, "path", "The path is written wrongly", "\"%\" stands before two hexadecimal digits, and none of them mean NUL.", NULL);
	else if ((t->access == OPEN || is_let_in(r)) && query_is_understood(r, t->query))
		run_once(r, t);
}

void route(struct request *r)
{
	const char *method = strcmp(r->method, "HEAD") == 0 ? "GET" : r->method;
	struct text allow;
	text_init(&allow, r->arena);
	for (int i = 0; i < N_ROUTES; i++) {
		const char *rest = "";
		if (!path_fits(r->arena, routes[i].path, r->path, &rest))
			continue;
		if (strcmp(routes[i].method, method) == 0) {
			run_route(r, &routes[i], rest);
			return;
		}
		text_addf(&allow, "%s%s", allow.len > 0 ? ", " : "", strcmp(routes[i].method, "GET") == 0 ? "GET, HEAD" : routes[i].method);
	}
	if (allow.len == 0) {
		problem(r, 404, "not-found", "No such resource", "See /api/v1/openapi.yaml for what there is.", NULL);
		return;
	}
	r->reply.allow = allow.at;
	problem(r, 405, "method", "Not that way", "This resource knows other methods, see Allow.", NULL);
}
