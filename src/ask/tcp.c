/* tcp -- one connection a question, one absolute deadline from connect to the last octet, however slowly they drip. */
#include "ask/inside.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum tcp_phase { TCP_CONNECTING, TCP_WRITING, TCP_READING };
struct tcp {
	struct ask *ask;
	int fd;
	uv_poll_t poll;
	enum tcp_phase phase;
	uint8_t out[2 + ASK_WIRE_MAX]; uint16_t out_len, out_done;
	uint8_t head[2];                        /* length of the message */
	uint8_t *in;                            /* the message; NULL until its length is known */
	uint32_t got;                           /* octets, the length included */
};

static void on_event(uv_poll_t *poll, int status, int events);

static uint16_t tcp_in_len(const struct tcp *t)
{
	return (uint16_t)(t->head[0] << 8 | t->head[1]);
}

static void on_closed(uv_handle_t *poll)
{
	struct tcp *t = poll->data;
	free(t->in);
	free(t);
}

static void tcp_forget(struct ask *k)
{
	struct tcp *t = k->tcp;
	k->tcp = NULL;
	uv_poll_stop(&t->poll);
	uv_close((uv_handle_t *)&t->poll, on_closed);
	close(t->fd);
}

static bool connected(struct tcp *t)
{
	int error = 0;
	socklen_t len = sizeof error;
	if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error == 0)
		return true;
	ask_settle(t->ask, ASK_UNREACHABLE, error);
	return false;
}

/* True when the whole question is out. */
static bool write_question_out(struct tcp *t)
{
	ssize_t n = send(t->fd, t->out + t->out_done, (size_t)(t->out_len - t->out_done), MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		ask_settle(t->ask, ASK_CLOSED, 0);
		return false;
	}
	if (n > 0)
		t->out_done += (uint16_t)n;
	if (t->out_done < t->out_len)
		return false;
	t->ask->sent_at = mono_now();
	return true;
}

static void message_in(struct tcp *t)
{
	struct ask *k = t->ask;
	uint16_t len = tcp_in_len(t);
	enum ask_match match = ask_match(&k->q, k->id, &k->q.to, t->in, len);
	if (match != MATCH_ANSWER)
		ask_count_stray(&k->reply, match, &k->q.to);
	ask_finish(k, match == MATCH_ANSWER ? ASK_ANSWERED : ASK_GARBLED, t->in, len);  /* t->in lives until the loop has closed t */
}

/* One read into where the next octet belongs; false when there is nothing to go on with now, or at all. */
static bool read_some(struct tcp *t)
{
	uint8_t *at = t->got < 2 ? t->head + t->got : t->in + (t->got - 2);
	size_t room = t->got < 2 ? 2 - t->got : tcp_in_len(t) + 2u - t->got;
	ssize_t n = recv(t->fd, at, room, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		ask_settle(t->ask, ASK_CLOSED, 0);
		return false;
	}
	if (t->got == 0)
		t->ask->reply.rtt_us = (uint32_t)(mono_now().us - t->ask->sent_at.us);
	t->got += (uint32_t)n;
	if (t->got == 2 && (t->in = malloc(tcp_in_len(t) + 1u)) == NULL)
		abort();
	return true;
}

static void read_answer(struct tcp *t)
{
	while (read_some(t)) {
		if (t->got >= 2 && t->got == tcp_in_len(t) + 2u) {
			message_in(t);
			return;
		}
	}
}

/* After settle or finish t is closing: touch it no more. */
static void tcp_go_on(struct tcp *t)
{
	if (t->phase == TCP_CONNECTING) {
		if (!connected(t))
			return;
		t->phase = TCP_WRITING;
	}
	if (t->phase == TCP_WRITING) {
		if (!write_question_out(t))
			return;
		t->phase = TCP_READING;
		uv_poll_start(&t->poll, UV_READABLE, on_event);
	}
	read_answer(t);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	(void)events;
	struct tcp *t = poll->data;
	struct ask *k = t->ask;
	tcp_go_on(t);
	/* libuv has stopped watching at an error; what the socket itself says of it was read above. */
	if (status < 0 && k->state == ASK_ON_WIRE && k->tcp == t)
		ask_settle(k, ASK_CLOSED, 0);
}

static void prepare(struct tcp *t, struct ask *k)
{
	k->id = ask_random(k->owner);
	uint16_t len = ask_wire(&k->q, k->id, t->out + 2);
	t->out[0] = (uint8_t)(len >> 8);
	t->out[1] = (uint8_t)len;
	t->out_len = (uint16_t)(len + 2);
	t->ask = k;
	t->poll.data = t;
}

/* Started, or -1 with errno set. */
static int begin(struct tcp *t)
{
	struct sockaddr_storage os;
	socklen_t os_len = addr_to_os(&t->ask->q.to, &os);
	if (connect(t->fd, (struct sockaddr *)&os, os_len) != 0 && errno != EINPROGRESS)
		return -1;
	int failed = uv_poll_init(&t->ask->owner->loop, &t->poll, t->fd);
	if (failed == 0)
		uv_poll_start(&t->poll, UV_WRITABLE, on_event);
	errno = -failed;
	return failed == 0 ? 0 : -1;
}

static enum send_result tcp_send(struct ask *k)
{
	int fd = socket(k->q.to.family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS ? SEND_LATER : SEND_FAILED;
	struct tcp *t = calloc(1, sizeof *t);
	if (t == NULL)
		abort();
	t->fd = fd;
	prepare(t, k);
	if (begin(t) != 0) {
		int why = errno;
		close(fd);
		free(t);
		errno = why;
		return SEND_FAILED;
	}
	k->tcp = t;
	return SEND_OK;
}

static void tcp_read(struct ask *k)
{
	if (k->tcp->phase == TCP_READING)
		read_answer(k->tcp);
}

const struct carrier tcp_carrier = { .send = tcp_send, .forget = tcp_forget, .read = tcp_read };
