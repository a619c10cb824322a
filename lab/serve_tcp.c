/* serve_tcp -- TCP on every address of the world: messages with a length in front (RFC 1035 4.2.2), one after
 * another. */
#include "lab/serve.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX = 2 + 65535, DRIP_MS = 1000 };

struct line { /* one connection; freed when its two handles are closed */
	uv_tcp_t tcp;
	uv_timer_t timer; /* of what is to be sent late, or octet by octet */
	struct place *place;
	unsigned open_handles;
	size_t got, queued, sent;
	bool drip;
	uint8_t in[MESSAGE_MAX], out[4 * MESSAGE_MAX];
	uint8_t chunk[4096];
};
struct sending {
	uv_write_t write;
	uint8_t octets[];
};

static void line_gone(uv_handle_t *h)
{
	struct line *l = h->data;
	if (--l->open_handles == 0)
		free(l);
}

void line_close(struct line *l)
{
	if (uv_is_closing((uv_handle_t *)&l->tcp))
		return;
	uv_close((uv_handle_t *)&l->tcp, line_gone);
	uv_close((uv_handle_t *)&l->timer, line_gone);
}

static void on_sent(uv_write_t *write, int status)
{
	struct line *l = write->data;
	free(write);
	if (status < 0)
		line_close(l);
}

static void line_send(struct line *l, size_t n)
{
	struct sending *s = malloc(sizeof *s + n);
	assert(s != NULL);
	memcpy(s->octets, l->out + l->sent, n);
	s->write.data = l;
	l->sent += n;
	if (l->sent == l->queued)
		l->sent = l->queued = 0;
	uv_buf_t buf = uv_buf_init((char *)s->octets, (unsigned)n);
	if (uv_write(&s->write, (uv_stream_t *)&l->tcp, &buf, 1, on_sent) != 0) {
		free(s);
		line_close(l);
	}
}

static void on_time(uv_timer_t *timer)
{
	struct line *l = timer->data;
	if (l->queued > l->sent)
		line_send(l, l->drip ? 1 : l->queued - l->sent);
	if (l->queued == l->sent)
		uv_timer_stop(timer);
}

static void reply_queue(struct line *l, const struct lab_reply *r)
{
	if (r->close || r->refuse_connection) {
		line_close(l);
		return;
	}
	if (r->wire == NULL || l->queued + 2 + r->len > sizeof l->out)
		return;
	l->out[l->queued++] = (uint8_t)(r->len >> 8);
	l->out[l->queued++] = (uint8_t)r->len;
	memcpy(l->out + l->queued, r->wire, r->len);
	l->queued += r->len;
	l->drip |= r->drip;
	uv_timer_start(&l->timer, on_time, l->drip ? DRIP_MS : r->delay_ms, l->drip ? DRIP_MS : 0);
}

static void message_answer(struct line *l, const uint8_t *query, size_t len)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	lab_replies replies = { 0 };
	world_answer(l->place->owner->w, a, &l->place->addr, OVER_TCP, query, len, &replies);
	for (uint32_t i = 0; i < replies.n; i++)
		reply_queue(l, &replies.at[i]);
	arena_free(&a);
}

static void messages_take(struct line *l)
{
	while (l->got >= 2 && !uv_is_closing((uv_handle_t *)&l->tcp)) {
		size_t len = (size_t)l->in[0] << 8 | l->in[1];
		if (l->got < 2 + len)
			return;
		message_answer(l, l->in + 2, len);
		l->got -= 2 + len;
		memmove(l->in, l->in + 2 + len, l->got);
	}
}

static void on_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct line *l = h->data;
	(void)suggested;
	*buf = uv_buf_init((char *)l->chunk, sizeof l->chunk);
}

static void on_octets(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct line *l = stream->data;
	(void)buf;
	if (n < 0) {
		line_close(l);
		return;
	}
	for (size_t at = 0; at < (size_t)n;) {
		size_t room = sizeof l->in - l->got, part = (size_t)n - at < room ? (size_t)n - at : room;
		memcpy(l->in + l->got, l->chunk + at, part);
		l->got += part;
		at += part;
		messages_take(l);
		if (uv_is_closing((uv_handle_t *)stream))
			return;
	}
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct place *p = listener->data;
	struct line *l = status == 0 ? calloc(1, sizeof *l) : NULL;
	if (l == NULL)
		return;
	l->place = p;
	l->open_handles = 2;
	uv_tcp_init(&p->owner->loop, &l->tcp);
	uv_timer_init(&p->owner->loop, &l->timer);
	l->tcp.data = l->timer.data = l;
	if (uv_accept(listener, (uv_stream_t *)&l->tcp) != 0 ||
	    uv_read_start((uv_stream_t *)&l->tcp, on_room, on_octets) != 0)
		line_close(l);
}

int tcp_listen(struct place *p)
{
	struct sockaddr_storage at;
	place_sockaddr(p, &at);
	uv_tcp_init(&p->owner->loop, &p->tcp);
	p->tcp.data = p;
	p->has_tcp = true;
	int rc = uv_tcp_bind(&p->tcp, (const struct sockaddr *)&at, 0);
	return rc != 0 ? rc : uv_listen((uv_stream_t *)&p->tcp, 64, on_connection);
}
