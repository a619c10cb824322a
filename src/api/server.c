/* server -- libmicrohttpd: a thread a connection, so that a handler may wait for a check or a disk; 64 connections, 8 of one
 * address, 10 s to send a request, 256 KiB of body. Every handler fills a reply; it is sent here, with the headers that keep
 * browsers from doing more with it than show it. */
#include "api/inside.h"
#include "base/limits.h"
#include "crypto/crypto.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS = 64, PER_ADDRESS = 8, TIMEOUT_S = 10, BODY_MAX = 256 << 10, MEMORY_BYTES = 16 << 10, REQUEST_ARENA = 1 << 30 };

static void add_header(struct MHD_Response *m, const char *name, const char *value)
{
	if (value != NULL && strpbrk(value, "\r\n") == NULL)
		MHD_add_response_header(m, name, value);
}

static const char *etag_of(struct request *r)
{
	uint8_t sum[32];
	char hex[33];
	crypto_sha256((struct octets){ (const uint8_t *)r->reply.body.at, r->reply.body.len }, sum);
	for (int i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
	return arena_printf(r->arena, "\"%s\"", hex);
}

static bool is_known_to_client(struct request *r, const char *etag)
{
	const char *known = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "If-None-Match");
	return known != NULL && (strcmp(known, "*") == 0 || strstr(known, etag) != NULL);
}

static enum MHD_Result send_reply(struct request *r)
{
	struct reply *y = &r->reply;
	bool get = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
	const char *etag = y->stream == NULL && get && y->status == 200 && !y->no_etag ? etag_of(r) : NULL;
	bool not_modified = etag != NULL && is_known_to_client(r, etag);
	struct MHD_Response *m = y->stream;
	if (m == NULL)
		m = MHD_create_response_from_buffer(not_modified ? 0 : y->body.len, y->body.at, MHD_RESPMEM_MUST_COPY);
	if (m == NULL)
		return MHD_NO;
	add_header(m, "Content-Type", y->type);
	add_header(m, "Cache-Control", etag != NULL ? "no-cache" : "no-store");
	add_header(m, "X-Content-Type-Options", "nosniff");
	add_header(m, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox");
	add_header(m, "ETag", etag);
	add_header(m, "Location", y->location);
	add_header(m, "Allow", y->allow);
	if (y->link_next != NULL)
		add_header(m, "Link", arena_printf(r->arena, "<%s>; rel=\"next\"", y->link_next));
	if (y->retry_after_s > 0)
		add_header(m, "Retry-After", arena_printf(r->arena, "%lld", (long long)y->retry_after_s));
	if (y->status == 401)
		add_header(m, "WWW-Authenticate", "Bearer");
	enum MHD_Result sent = MHD_queue_response(r->connection, not_modified ? 304 : y->status, m);
	MHD_destroy_response(m);
	return sent;
}

static struct request *request_new(struct api *a, struct MHD_Connection *c, const char *method, const char *url)
{
	struct arena *arena = arena_new(REQUEST_ARENA);
	struct request *r = ARENA_NEW(arena, struct request);
	*r = (struct request){ .api = a, .connection = c, .arena = arena, .rest = "", .reply.status = 200, .reply.type = "application/json" };
	r->method = arena_text(arena, method);
	r->path = arena_text(arena, url);
	text_init(&r->reply.body, arena);
	return r;
}

static void take_body(struct request *r, const char *data, size_t len)
{
	if (r->body_len + len > BODY_MAX) {
		r->body_too_long = true;
		return;
	}
	char *longer = arena_alloc(r->arena, r->body_len + len + 1);
	if (r->body_len > 0)
		memcpy(longer, r->body, r->body_len);
	memcpy(longer + r->body_len, data, len);
	longer[r->body_len + len] = '\0';
	r->body = longer;
	r->body_len += len;
}

/* The first call must not answer, or libmicrohttpd closes the connection after each (DEPENDENCIES e). */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version,
				  const char *upload, size_t *upload_len, void **con_cls)
{
	struct request *r = *con_cls;
	(void)version;
	if (r == NULL) {
		*con_cls = request_new(ctx, c, method, url);
		return MHD_YES;
	}
	if (*upload_len > 0) {
		take_body(r, upload, *upload_len);
		*upload_len = 0;
		return MHD_YES;
	}
	if (r->body_too_long)
		problem(r, 413, "too-large", "The request is too large", "A body may have 256 KiB.", NULL);
	else if (!host_is_allowed(r))
		problem(r, 421, "host", "This is not that host", "The Host header is none of those this observer answers to (api.hosts).", NULL);
	else
		route(r);
	store_close(&r->store);
	return send_reply(r);
}

static void on_done(void *ctx, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode why)
{
	struct request *r = *con_cls;
	(void)ctx;
	(void)c;
	(void)why;
	if (r == NULL)
		return;
	struct arena *arena = r->arena;
	arena_free(&arena);
	*con_cls = NULL;
}

/* It writes to stderr on every client that goes away, otherwise. */
static void on_log(void *ctx, const char *fmt, va_list args)
{
	const struct api *a = ctx;
	char line[200];
	vsnprintf(line, sizeof line, fmt, args);
	line[strcspn(line, "\r\n")] = '\0';
	if (a->o.log != NULL)
		a->o.log(a->o.ctx, "debug", "http", "", line);
}

static bool socket_address(const struct api_options *o, struct sockaddr_storage *out, bool *is_ipv6)
{
	struct addr a;
	if (!addr_from_text(o->listen, o->port, &a))
		return false;
	memset(out, 0, sizeof *out);
	*is_ipv6 = a.family == 6;
	if (*is_ipv6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(o->port);
		memcpy(&in6->sin6_addr, a.ip, 16);
	} else {
		struct sockaddr_in *in = (struct sockaddr_in *)out;
		in->sin_family = AF_INET;
		in->sin_port = htons(o->port);
		memcpy(&in->sin_addr, a.ip, 4);
	}
	return true;
}

int api_start(const struct api_options *o, struct api **out, struct err_at *at)
{
	struct sockaddr_storage address;
	bool is_ipv6;
	struct api *a = calloc(1, sizeof *a);
	if (a == NULL)
		abort();
	a->o = *o;
	*out = NULL;
	errno = EINVAL;
	if (socket_address(o, &address, &is_ipv6))
		a->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ERROR_LOG |
						     (is_ipv6 ? MHD_USE_IPv6 : 0u),
					     o->port, NULL, NULL, on_request, a, MHD_OPTION_EXTERNAL_LOGGER, on_log, a, MHD_OPTION_SOCK_ADDR, &address,
					     MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)PER_ADDRESS,
					     MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_BYTES,
					     MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_END);
	if (a->daemon == NULL) {
		snprintf(at->text, sizeof at->text, "%s", strerror(errno));
		free(a);
		return E_SYSTEM;
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(a->daemon, MHD_DAEMON_INFO_BIND_PORT);
	a->port = info != NULL ? info->port : o->port;
	*out = a;
	return E_OK;
}

uint16_t api_port(const struct api *a)
{
	return a->port;
}

void api_stop(struct api **a)
{
	if (*a == NULL)
		return;
	(*a)->stopping = 1;
	MHD_stop_daemon((*a)->daemon);
	free(*a);
	*a = NULL;
}
