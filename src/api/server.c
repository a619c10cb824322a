/* server -- libmicrohttpd: a thread a connection, so that a handler may wait for a check or a disk; LIMIT_API_CONNECTIONS, few of
 * one address, a deadline for the request and one for taking the reply (deadline.c). Every handler fills a reply. */
#include "api/inside.h"
#include "base/limits.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_ARENA = 1 << 30 };

/* Before the headers are read: libmicrohttpd decodes the path only after this, and %2f would no longer be told from "/" then. */
static void *on_uri(void *ctx, const char *uri, struct MHD_Connection *c)
{
	struct arena *arena = arena_new(REQUEST_ARENA);
	struct request *r = ARENA_NEW(arena, struct request);
	*r = (struct request){ .api = ctx, .connection = c, .arena = arena, .rest = "", .query = "", .reply.status = 200, .reply.type = "application/json" };
	r->uri_too_long = strlen(uri) > LIMIT_API_URI;
	r->path = r->uri_too_long ? "" : arena_printf(arena, "%.*s", (int)strcspn(uri, "?"), uri);
	if (!r->uri_too_long && strchr(uri, '?') != NULL)
		r->query = arena_text(arena, strchr(uri, '?') + 1);
	text_init(&r->reply.body, arena);
	return r;
}

static void take_body(struct request *r, const char *upload, size_t len)
{
	if (r->body_len + len > LIMIT_API_BODY) {
		r->body_too_long = true;
		return;
	}
	char *longer = arena_alloc(r->arena, r->body_len + len + 1);
	if (r->body_len > 0)
		memcpy(longer, r->body, r->body_len);
	memcpy(longer + r->body_len, upload, len);
	longer[r->body_len + len] = '\0';
	r->body = longer;
	r->body_len += len;
}

static enum MHD_Result add_size(void *ctx, enum MHD_ValueKind kind, const char *key, const char *value)
{
	(void)kind;
	*(size_t *)ctx += strlen(key) + (value != NULL ? strlen(value) : 0) + strlen(": \r\n");
	return MHD_YES;
}

static bool headers_too_long(const struct request *r)
{
	size_t size = 0;
	MHD_get_connection_values(r->connection, MHD_HEADER_KIND, add_size, &size);
	return size > LIMIT_API_HEADERS;
}

static void answer(struct request *r)
{
	if (r->uri_too_long)
		problem(r, 414, "uri", "The address is too long", "An address with its query may have 2 KiB.", NULL);
	else if (headers_too_long(r))
		problem(r, 431, "headers", "The headers are too long", "All headers together may have 8 KiB.", NULL);
	else if (r->body_too_long)
		problem(r, 413, "too-large", "The request is too large", "A body may have 256 KiB.", NULL);
	else if (!host_is_allowed(r))
		problem(r, 421, "host", "This is not that host", "The Host header is none of those this observer answers to (api.hosts).", NULL);
	else if (is_of_another_site(r))
		problem(r, 403, "site", "Not for pages of other sites", "A page of another site made the browser ask.", NULL);
	else
		route(r);
	store_close(&r->store);
}

/* The first call must not answer, or libmicrohttpd closes the connection after each (DEPENDENCIES e). */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version,
				  const char *upload, size_t *upload_len, void **con_cls)
{
	struct request *r = *con_cls;
	(void)ctx, (void)c, (void)url, (void)version;
	if (r->method == NULL) {
		r->method = arena_text(r->arena, method);
		return MHD_YES;
	}
	if (*upload_len > 0) {
		take_body(r, upload, *upload_len);
		*upload_len = 0;
		return MHD_YES;
	}
	deadline_of_request(r, LIMIT_API_ANSWER_S);
	answer(r);
	return send_reply(r);
}

static void on_done(void *ctx, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode why)
{
	struct request *r = *con_cls;
	(void)ctx, (void)c, (void)why;
	if (r == NULL)
		return;
	deadline_of_request(r, LIMIT_API_REQUEST_S);    /* the next one of this connection */
	struct arena *arena = r->arena;
	arena_free(&arena);
	*con_cls = NULL;
}

static void on_connection(void *ctx, struct MHD_Connection *c, void **of, enum MHD_ConnectionNotificationCode what)
{
	struct api *a = ctx;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
		*of = info != NULL ? deadline_new(&a->deadlines, info->connect_fd, LIMIT_API_REQUEST_S) : NULL;
	} else if (*of != NULL) {
		deadline_free(&a->deadlines, *of);
		*of = NULL;
	}
}

/* It writes to stderr on every client that goes away, otherwise. */
static void on_log(void *ctx, const char *fmt, va_list args)
{
	const struct api *a = ctx;
	char line[200];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(line, sizeof line, fmt, args);
#pragma GCC diagnostic pop
	line[strcspn(line, "\r\n")] = '\0';
	if (a->o.log != NULL)
		a->o.log(a->o.ctx, "debug", "http", "", line);
}

static bool socket_address(const struct api_options *o, struct sockaddr_storage *out, struct addr *a)
{
	if (!addr_from_text(o->listen, o->port, a))
		return false;
	memset(out, 0, sizeof *out);
	if (a->family == 6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(o->port);
		memcpy(&in6->sin6_addr, a->ip, 16);
	} else {
		struct sockaddr_in *in = (struct sockaddr_in *)out;
		in->sin_family = AF_INET;
		in->sin_port = htons(o->port);
		memcpy(&in->sin_addr, a->ip, 4);
	}
	return true;
}

/* On loopback all clients, and the proxy before us, have one address. */
static struct MHD_Daemon *listen_on(struct api *a)
{
	struct sockaddr_storage address;
	struct addr listen;
	errno = EINVAL;
	if (!socket_address(&a->o, &address, &listen))
		return NULL;
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ERROR_LOG;
	unsigned of_one = addr_class(&listen) == ADDR_LOOPBACK ? LIMIT_API_CONNECTIONS : LIMIT_API_PER_ADDRESS;
	return MHD_start_daemon(flags | (listen.family == 6 ? (unsigned)MHD_USE_IPv6 : 0u), a->o.port, NULL, NULL, on_request, a,
				MHD_OPTION_EXTERNAL_LOGGER, on_log, a, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK, on_uri, a,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned)LIMIT_API_CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT, of_one,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LIMIT_API_REQUEST_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				(size_t)LIMIT_API_MEMORY, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_NOTIFY_CONNECTION,
				on_connection, a, MHD_OPTION_END);
}

static struct api *api_new(void)
{
	struct api *a = calloc(1, sizeof *a);
	if (a == NULL)
		abort();
	jobs_init(&a->jobs);
	answers_init(&a->answers);
	quotas_init(&a->quotas);
	guesses_init(&a->guesses);
	return a;
}

static bool open_up(struct api *a)
{
	a->stopping = 0;
	if (!deadlines_start(&a->deadlines))
		return false;
	if (jobs_resume(&a->jobs, &a->o.base, a->o.version))
		a->daemon = listen_on(a);
	return a->daemon != NULL;
}

int api_start(const struct api_options *o, struct api **api, struct err_at *at)
{
	bool is_new = *api == NULL;
	struct api *a = is_new ? api_new() : *api;
	a->o = *o;
	*api = a;
	if (!open_up(a)) {
		snprintf(at->text, sizeof at->text, "%s", strerror(errno));
		if (is_new)
			api_stop(api);
		else
			api_pause(a);
		return E_SYSTEM;
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(a->daemon, MHD_DAEMON_INFO_BIND_PORT);
	a->port = info != NULL ? info->port : o->port;
	return E_OK;
}

uint16_t api_port(const struct api *a)
{
	return a->port;
}

void api_pause(struct api *a)
{
	if (a == NULL)
		return;
	__atomic_store_n(&a->stopping, 1, __ATOMIC_RELAXED);    /* ends streams and probes */
	jobs_wake(&a->jobs);            /* and those who wait for a check */
	if (a->daemon != NULL)
		MHD_stop_daemon(a->daemon);
	a->daemon = NULL;
	deadlines_stop(&a->deadlines);
	jobs_pause(&a->jobs);
}

void api_stop(struct api **a)
{
	if (*a == NULL)
		return;
	api_pause(*a);
	jobs_clear(&(*a)->jobs);
	answers_clear(&(*a)->answers);
	quotas_clear(&(*a)->quotas);
	guesses_clear(&(*a)->guesses);
	free(*a);
	*a = NULL;
}
