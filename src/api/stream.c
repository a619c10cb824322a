/* stream -- events as they happen (server-sent events, WHATWG HTML 9.2): the connection's own thread looks into the store twice a
 * second, writes what is new, and a comment when nothing was for LIMIT_API_PING_S. */
#include "api/stream.h"
#include "api/event_json.h"
#include "base/limits.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 500, BATCH = 100, BLOCK_BYTES = 4096, STREAM_ARENA = 16 << 20, IDLE_S = 4 * LIMIT_API_PING_S };

struct stream {
	struct api *api;
	struct store *store;
	struct arena *kept, *arena;     /* of the stream; of what is being sent */
	const char *zone, *incident;
	int fd;
	int64_t after_id;
	struct mono pinged_at;
	struct text out;
	size_t sent;
};

static void begin_text(struct stream *s)
{
	arena_free(&s->arena);
	s->arena = arena_new(STREAM_ARENA);
	text_init(&s->out, s->arena);
	s->sent = 0;
}

/* A kind is an id of ours; what is none must not end the line. */
static const char *plain_kind(struct arena *a, const char *kind)
{
	char *plain = arena_text(a, kind);
	for (char *c = plain; *c != '\0'; c++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *c) == NULL)
			*c = '_';
	return plain;
}

static void add_event(struct stream *s, const struct event_row *e)
{
	struct json j;
	text_addf(&s->out, "id: %lld\nevent: %s\ndata: ", (long long)e->id, plain_kind(s->arena, e->kind));
	json_init(&j, &s->out, false);
	event_json(&j, e);
	text_add(&s->out, "\n\n");
	s->after_id = e->id;
}

static bool take_new(struct stream *s)
{
	event_rows rows = { 0 };
	struct event_query q = { .zone = s->zone, .incident = s->incident, .after_id = s->after_id, .limit = BATCH };
	struct mono now = mono_now();
	begin_text(s);
	if (store_events(s->store, s->arena, &q, &rows) != E_OK)
		return false;
	for (uint32_t i = 0; i < rows.n; i++)
		add_event(s, &rows.at[i]);
	if (rows.n == 0 && now.us - s->pinged_at.us >= LIMIT_API_PING_S * 1000000LL)
		text_add(&s->out, ": still here\n\n");
	if (s->out.len > 0)
		s->pinged_at = now;
	return true;
}

/* A client that has gone is seen at once, not when the next write fails. */
static bool client_left(const struct stream *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLRDHUP };
	return poll(&p, 1, LOOK_MS) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static bool is_ending(const struct stream *s)
{
	return __atomic_load_n(&s->api->stopping, __ATOMIC_RELAXED) != 0;
}

static ssize_t read_stream(void *ctx, uint64_t pos, char *buf, size_t max)
{
	struct stream *s = ctx;
	(void)pos;
	while (s->sent == s->out.len) {
		if (is_ending(s) || client_left(s) || is_ending(s))
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (!take_new(s))
			return MHD_CONTENT_READER_END_OF_STREAM;        /* the client comes again, and is told 503 */
	}
	size_t n = s->out.len - s->sent < max ? s->out.len - s->sent : max;
	memcpy(buf, s->out.at + s->sent, n);
	s->sent += n;
	return (ssize_t)n;
}

static void free_stream(void *ctx)
{
	struct stream *s = ctx;
	__atomic_sub_fetch(&s->api->streams, 1, __ATOMIC_SEQ_CST);
	store_close(&s->store);
	arena_free(&s->arena);
	arena_free(&s->kept);
	free(s);
}

/* Where to begin: after what the client has seen; an id that the store has not reached (it was made anew) is as good as none. */
static bool begin_asked(struct request *r, int64_t *after)
{
	const char *header = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Last-Event-ID");
	event_rows newest = { 0 };
	struct event_query q = { .newest_first = true, .limit = 1 };
	*after = INT64_MAX;
	if (!event_id_asked(r, header != NULL ? header : query_of(r, "last_event_id"), after) ||
	    !store_went_well(r, store_events(r->store, r->arena, &q, &newest)))
		return false;
	int64_t last = newest.n > 0 ? newest.at[0].id : 0;
	*after = *after > last ? last : *after;
	return true;
}

static struct stream *stream_new(struct request *r, const char *zone, const char *incident, int64_t after)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct stream *s = calloc(1, sizeof *s);
	if (s == NULL)
		abort();
	*s = (struct stream){ .api = r->api, .store = r->store, .kept = arena_new(STREAM_ARENA), .after_id = after, .fd = info->connect_fd,
			      .pinged_at = mono_now() };
	r->store = NULL;        /* the stream's now */
	s->zone = zone != NULL ? arena_text(s->kept, zone) : NULL;
	s->incident = incident != NULL ? arena_text(s->kept, incident) : NULL;
	begin_text(s);
	text_add(&s->out, "retry: 3000\n\n");
	return s;
}

static bool take_place(struct request *r)
{
	if (__atomic_add_fetch(&r->api->streams, 1, __ATOMIC_SEQ_CST) <= LIMIT_API_STREAMS)
		return true;
	__atomic_sub_fetch(&r->api->streams, 1, __ATOMIC_SEQ_CST);
	problem(r, 503, "streams", "Enough streams are open", "At most 32 event streams are open at once.", NULL);
	r->reply.retry_after_s = IDLE_S;
	return false;
}

void events_stream(struct request *r, const char *zone, const char *incident)
{
	int64_t after;
	if (!store_is_open(r, false) || !begin_asked(r, &after) || !take_place(r))
		return;
	struct stream *s = stream_new(r, zone, incident, after);
	r->reply.type = "text/event-stream";
	r->reply.stream = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, s, free_stream);
	if (r->reply.stream == NULL) {
		free_stream(s);
		problem(r, 503, "streams", "No stream can be opened", strerror(errno), NULL);
		return;
	}
	deadline_of_request(r, 0);
	MHD_set_connection_option(r->connection, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)IDLE_S);  /* pings keep it, if they are taken */
}
