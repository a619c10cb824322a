/* life -- the stations of an ask, and the one place where done() is called.
 *
 * HELD while its server has enough of ours on the wire or of this second, or no descriptor is free; ON_WIRE from the
 * packet until an answer that ask_match() believes, an error of the OS, or the deadline; SETTLED when the outcome is
 * known but done() has not run, because done() runs only from the loop. Whatever the state, done() runs exactly once.
 *
 * The heap is used here: an ask ends when libuv has closed its timer, later than done(). */
#include "ask/inside.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

enum { RETRY_MS = 10 };         /* until a descriptor or a send buffer is free again */

void ask_link(struct sockets *s, struct ask *k)
{
	k->after = s->asks;
	if (s->asks != NULL)
		s->asks->before = k;
	s->asks = k;
	s->n_asks++;
}

static void ask_unlink(struct sockets *s, struct ask *k)
{
	if (k->before != NULL)
		k->before->after = k->after;
	else
		s->asks = k->after;
	if (k->after != NULL)
		k->after->before = k->before;
	s->n_asks--;
}

static void off_the_wire(struct ask *k)
{
	if (k->state == ASK_ON_WIRE)
		k->carrier->forget(k);
	if (k->state != ASK_SETTLED)
		pace_leave(k);
	k->state = ASK_SETTLED;
}

static void on_freed(uv_handle_t *timer)
{
	struct ask *k = timer->data;
	free(k->garbage);
	free(k);
}

static void send_waiting(struct lane *lane)
{
	for (struct ask *next; (next = pace_next(lane)) != NULL;)
		ask_send(next);
}

void ask_wake(uv_timer_t *timer)
{
	pace_each(timer->data, send_waiting);
}

/* The last step of every ask: done(), then those who waited for this one's place at the server. */
static void ask_deliver(struct ask *k)
{
	struct sockets *s = k->owner;
	struct lane *lane = k->lane;
	assert(k->state == ASK_SETTLED);
	ask_unlink(s, k);
	k->done(&k->reply, k->ctx);
	uv_close((uv_handle_t *)&k->timer, on_freed);
	if (lane == NULL)
		return;
	send_waiting(lane);
	pace_end(s, lane);
}

static void on_settled(uv_timer_t *timer)
{
	ask_deliver(timer->data);
}

static uint32_t held_ms(const struct ask *k)
{
	return (uint32_t)((mono_now().us - k->entered_at.us) / 1000);
}

void ask_settle(struct ask *k, enum ask_outcome outcome, int os_errno)
{
	if (k->state == ASK_SETTLED)
		return;
	off_the_wire(k);
	k->reply.outcome = outcome;
	k->reply.os_errno = os_errno;
	if (k->sent_at.us == 0)
		k->reply.held_ms = held_ms(k);
	uv_timer_start(&k->timer, on_settled, 0, 0);
}

void ask_finish(struct ask *k, enum ask_outcome outcome, const uint8_t *wire, uint16_t len)
{
	assert(k->state != ASK_SETTLED);
	uv_timer_stop(&k->timer);
	off_the_wire(k);
	k->reply.outcome = outcome;
	k->reply.wire = wire;
	k->reply.wire_len = len;
	ask_deliver(k);
}

static void on_deadline(uv_timer_t *timer)
{
	struct ask *k = timer->data;
	k->carrier->read(k);    /* timers run before sockets are looked at: where we were late, the answer lies there */
	if (k->state == ASK_SETTLED)
		return;
	if (k->garbage != NULL)
		ask_finish(k, ASK_GARBLED, k->garbage, k->garbage_len);
	else
		ask_finish(k, ASK_TIMED_OUT, NULL, 0);
}

static void on_retry(uv_timer_t *timer)
{
	ask_send(timer->data);
}

/* Waiting for our own descriptors is not the server's silence: it ends as CANCELLED. */
static void ask_send_later(struct ask *k)
{
	struct mono now = mono_now();
	if (k->give_up_at.us == 0)
		k->give_up_at.us = now.us + (int64_t)k->q.timeout_ms * 1000;
	if (now.us > k->give_up_at.us)
		ask_settle(k, ASK_CANCELLED, 0);
	else
		uv_timer_start(&k->timer, on_retry, RETRY_MS, 0);
}

void ask_send(struct ask *k)
{
	if (k->sent_at.us == 0)
		k->reply.held_ms = held_ms(k);
	k->sent_at = mono_now();
	switch (k->carrier->send(k)) {
	case SEND_OK:
		k->state = ASK_ON_WIRE;
		uv_update_time(&k->owner->loop);
		uv_timer_start(&k->timer, on_deadline, k->q.timeout_ms, 0);
		break;
	case SEND_LATER:
		ask_send_later(k);
		break;
	case SEND_FAILED:
		ask_settle(k, ASK_UNREACHABLE, errno);
		break;
	}
}
