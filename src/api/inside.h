/* inside -- what the files of api/ share; nobody else includes it. */
#pragma once
#include "api/answers.h"
#include "api/api.h"
#include "api/guesses.h"
#include "api/jobs.h"
#include "api/quota.h"
#include "base/json.h"
#include <microhttpd.h>
#include <pthread.h>

struct reply {
	unsigned status;
	const char *type;               /* "application/json" */
	struct text body;
	const char *link_next;          /* Link: <...>; rel="next"; NULL none */
	const char *link_edit;          /* Link: <...>; rel="edit": what PUT replaces; NULL none */
	const char *location;
	const char *allow;              /* of 405 */
	const char *preference_applied; /* RFC 7240; NULL none */
	struct quota_left quota;        /* policy NULL: it costs nothing */
	int64_t retry_after_s;          /* 0 none */
	bool no_etag;
	struct MHD_Response *stream;    /* instead of body */
};
struct request {
	struct api *api;
	struct MHD_Connection *connection;
	struct arena *arena;
	const char *method, *path;      /* path: as it came, without the query, percent-encoded */
	const char *query;              /* as it came, behind "?"; "" */
	bool uri_too_long;
	uint8_t token[32];              /* SHA-256 of a good one, once is_let_in() */
	const char *rest;               /* what "{...}" of the route stood for, decoded; "" */
	char *body; size_t body_len; bool body_too_long;
	struct store *store;            /* closed when the reply is made */
	struct reply reply;
};
typedef void route_fn(struct request *r);

const char *query_of(const struct request *r, const char *key);         /* NULL */
/* Each of these tells the problem and says false where the query or the store is not as it should be. */
bool limit_asked(struct request *r, uint32_t *out);                     /* 1..1000; 100 when not said */
bool moment_asked(struct request *r, const char *key, struct wall otherwise, struct wall *out);
bool store_is_open(struct request *r, bool to_write);
bool store_went_well(struct request *r, int e);
/* RFC 9457. pointer: "/name" of the body at fault; NULL. */
void problem(struct request *r, unsigned status, const char *kind, const char *title, const char *detail, const char *pointer);
/* "example.com" of a path or body as "example.com."; NULL when it is no name, and the problem is told. */
const char *name_asked(struct request *r, const char *word, const char *pointer, const uint8_t **wire);
bool type_asked(struct request *r, const char *word, const char *pointer, uint16_t *out);
/* The moment a body says: until (a moment) or span ("2h"), one of them. */
bool until_asked(struct request *r, const char *until, const char *span, struct wall *out);
/* r->path with the query, but for its cursor, and this one: the next page. */
const char *next_page(struct request *r, const char *cursor);
const char *percent_encoded(struct arena *a, const char *word);
const char *percent_decoded(struct arena *a, const char *word, size_t len);     /* NULL: no escape, or one of NUL */

/* If-Match and If-None-Match before a change (RFC 9110 13.1); now: what a GET would say, NULL: nothing is there. False: 412 is told. */
bool is_as_expected(struct request *r, const struct text *now);
const char *etag_of(struct request *r, const struct text *body);
bool is_let_in(struct request *r);      /* by its token; false: 401 or 429 is told */
/* False: 429 is told, and nothing is to be done. */
bool quota_allows(struct request *r, enum quota_kind kind);
/* An Idempotency-Key, if any: false where the answer is made, the one of before or a problem. true: answer, then once_end(). */
struct ticket { bool held; struct once once; };
bool once_begin(struct request *r, struct ticket *t);
void once_end(struct request *r, const struct ticket *t);
bool host_is_allowed(const struct request *r);
bool is_of_another_site(const struct request *r);
enum MHD_Result send_reply(struct request *r);

/* Seconds the client would wait (RFC 7240 4.3); -1: it said nothing that can be understood. */
int64_t wait_preferred(const struct request *r);

/* A connection ends when its request is not there in time, or its reply not taken: libmicrohttpd's own timeout starts anew with
 * every octet, so that who drips keeps a place for ever. */
struct deadline { struct deadline *next; int fd; struct mono at; bool none; };
struct deadlines { pthread_mutex_t lock; pthread_cond_t stop; struct deadline *first; pthread_t thread; bool runs, stopping; };
bool deadlines_start(struct deadlines *d);
void deadlines_stop(struct deadlines *d);
struct deadline *deadline_new(struct deadlines *d, int fd, int64_t in_s);
void deadline_set(struct deadlines *d, struct deadline *of, int64_t in_s);      /* 0: none */
void deadline_free(struct deadlines *d, struct deadline *of);
void deadline_of_request(const struct request *r, int64_t in_s);

void route(struct request *r);
void route_metrics(struct request *r);
void route_probe(struct request *r);
void route_healthz(struct request *r);
void route_readyz(struct request *r);
void route_zones(struct request *r);
void route_zone(struct request *r);
void route_zones_import(struct request *r);
void route_zone_put(struct request *r);
void route_zone_delete(struct request *r);
void route_watch(struct request *r);
void route_watch_put(struct request *r);
void route_watch_delete(struct request *r);
void route_zone_report(struct request *r);
void route_zone_evidence(struct request *r);
void route_zone_history(struct request *r);
void route_incidents(struct request *r);
void route_incident(struct request *r);
void route_incident_ack(struct request *r);
void route_incident_mute(struct request *r);
void route_mutes(struct request *r);
void route_mute_add(struct request *r);
void route_mute_end(struct request *r);
void route_events(struct request *r);
void route_check_add(struct request *r);
void route_check(struct request *r);
void route_openapi(struct request *r);
void route_report_schema(struct request *r);

struct api {
	struct api_options o;
	struct MHD_Daemon *daemon;
	struct deadlines deadlines;
	struct jobs jobs;               /* these four outlive a pause */
	struct answers answers;
	struct quotas quotas;
	struct guesses guesses;
	uint16_t port;
	int streams, checks;            /* open SSE, running checks of /probe; atomic */
	volatile int stopping;
};
extern const char openapi_yaml[], report_schema_json[];
