/* api -- what others read over HTTP: /metrics, /probe, /healthz, /readyz, and the JSON API below /api/v1 (docs/openapi.yaml). The
 * only room with libmicrohttpd; a thread a connection, each with a store of its own to read from. Read-only, but for what a
 * bearer token allows. Bound to localhost unless told otherwise; only the hosts listed may be asked for (DNS rebinding).
 * Promise: api_pause() and api_stop() return when every connection and check has ended, within 3 seconds. */
#pragma once
#include "api/vitals.h"
#include "evidence/evidence.h"

struct api_options {
	const char *listen;             /* "127.0.0.1", "::1" */
	uint16_t port;                  /* 0: any free one, see api_port() */
	const char *const *hosts; uint32_t n_hosts;             /* allowed in Host:, besides the listening address and localhost */
	const char *const *token_sha256; uint32_t n_tokens;     /* hex */
	const char *store_path;
	struct setup base;              /* for /probe and POST /checks: hints, anchors, address classes */
	int64_t interval_s;             /* of looks: older than two of it is stale */
	void (*vitals)(void *ctx, struct vitals *out); void *ctx;       /* any thread */
	void (*log)(void *ctx, const char *level, const char *event, const char *zone, const char *text);
	const char *version;
};
struct api;
/* *api NULL: a new one. One that is paused goes on with these options, and knows what it knew: checks and their reports, answers by
 * Idempotency-Key, quotas.
 * What o points to must stay until api_pause() or api_stop(). E_SYSTEM: cannot bind; a new one is NULL then, another stays paused. */
MUST_CHECK int api_start(const struct api_options *o, struct api **api, struct err_at *at);
/* Closes every connection, as api_stop(), and remembers. NULL, or paused already: nothing. */
void api_pause(struct api *a);
uint16_t api_port(const struct api *a);
void api_stop(struct api **a);
