/* inside -- what the files of api/ share; nobody else includes it. */
#pragma once
#include "api/api.h"
#include "base/json.h"
#include <microhttpd.h>

struct reply {
	unsigned status;
	const char *type;               /* "application/json" */
	struct text body;
	const char *link_next;          /* Link: <...>; rel="next"; NULL none */
	const char *location;
	const char *allow;              /* of 405 */
	int64_t retry_after_s;          /* 0 none */
	bool no_etag;
	struct MHD_Response *stream;    /* instead of body */
};
struct request {
	struct api *api;
	struct MHD_Connection *connection;
	struct arena *arena;
	const char *method, *path;      /* path: without the query, percent-decoded by libmicrohttpd */
	const char *rest;               /* what "{...}" of the route stood for; "" */
	char *body; size_t body_len; bool body_too_long;
	struct store *store;
	struct reply reply;
};
typedef void route_fn(struct request *r);

const char *query_of(const struct request *r, const char *key);         /* NULL */
uint32_t limit_of(const struct request *r);                              /* 1..1000, 100 */
bool store_is_open(struct request *r, bool to_write);                   /* false: the problem is told */
/* RFC 9457. pointer: "/name" of the body at fault; NULL. */
void problem(struct request *r, unsigned status, const char *kind, const char *title, const char *detail, const char *pointer);
bool token_is_good(const struct request *r);
bool host_is_allowed(const struct request *r);
/* "example.com" of a path or body as "example.com."; NULL when it is no name, and the problem is told. */
const char *name_asked(struct request *r, const char *word, const uint8_t **wire);

void route(struct request *r);
void route_metrics(struct request *r);
void route_probe(struct request *r);
void route_healthz(struct request *r);
void route_readyz(struct request *r);
void route_zones(struct request *r);
void route_zone(struct request *r);
void route_zone_put(struct request *r);
void route_zone_delete(struct request *r);
void route_zone_report(struct request *r);
void route_zone_evidence(struct request *r);
void route_zone_history(struct request *r);
void route_incidents(struct request *r);
void route_incident(struct request *r);
void route_incident_ack(struct request *r);
void route_incident_mute(struct request *r);
void route_events(struct request *r);
void route_check(struct request *r);
void route_openapi(struct request *r);

enum { SSE_MAX = 32 };
struct api {
	struct api_options o;
	struct MHD_Daemon *daemon;
	uint16_t port;
	int streams;                    /* open SSE; atomic */
	volatile int stopping;
};
extern const char openapi_yaml[];
