/* ask -- the asker of real sockets: one loop, one thread; nothing is opened before the first question needs it. */
#include "ask/inside.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct sockets *sockets_of(struct asker *a)
{
	return (struct sockets *)a;
}

static struct ask *ask_new(struct sockets *s, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct ask *k = calloc(1, sizeof *k);
	if (k == NULL)
		abort();
	k->owner = s;
	k->q = *q;
	memcpy(k->name, q->name, name_len(q->name));
	k->q.name = k->name;
	k->carrier = q->over == OVER_UDP ? &udp_carrier : &tcp_carrier;
	k->done = done;
	k->ctx = ctx;
	k->entered_at = mono_now();
	uv_timer_init(&s->loop, &k->timer);
	k->timer.data = k;
	ask_link(s, k);
	return k;
}

static int sockets_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct sockets *s = sockets_of(a);
	if (s->closing || s->n_asks >= s->options.in_flight_max)
		return E_BUSY;
	struct ask *k = ask_new(s, q, done, ctx);
	if ((addr_class(&q->to) & s->options.addr_allowed) == 0)
		ask_settle(k, ASK_FORBIDDEN, 0);
	else if (pace_enter(s, k))
		ask_send(k);
	return E_OK;
}

static struct mono sockets_now(struct asker *a)
{
	(void)a;
	return mono_now();
}

static void on_bound(uv_timer_t *timer)
{
	(void)timer;
}

static bool sockets_turn(struct asker *a, uint32_t at_most_ms)
{
	struct sockets *s = sockets_of(a);
	if (s->n_asks == 0 || at_most_ms == 0) {
		uv_run(&s->loop, UV_RUN_NOWAIT);
		return s->n_asks != 0;
	}
	uv_update_time(&s->loop);
	uv_timer_start(&s->bound, on_bound, at_most_ms, 0);
	uv_run(&s->loop, UV_RUN_ONCE);
	uv_timer_stop(&s->bound);
	return s->n_asks != 0;
}

static void sockets_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg)
{
	for (struct ask *k = sockets_of(a)->asks; k != NULL; k = k->after)
		if (wanted == NULL || wanted(k->ctx, arg))
			ask_settle(k, ASK_CANCELLED, 0);
}

static void sockets_free(struct asker *a)
{
	struct sockets *s = sockets_of(a);
	s->closing = true;
	sockets_cancel(a, NULL, NULL);
	while (s->n_asks > 0)
		uv_run(&s->loop, UV_RUN_ONCE);
	udp_close_all(s);
	pace_clear(s);
	uv_close((uv_handle_t *)&s->bound, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	int left = uv_loop_close(&s->loop);
	assert(left == 0);
	(void)left;
	free(s->udp.buffer);
	free(s);
}

static uint32_t sockets_line_ms(struct asker *a, const struct addr *to)
{
	return pace_line_ms(sockets_of(a), to);
}

static const struct asker_ops sockets_ops = {
	.start = sockets_start, .now = sockets_now, .turn = sockets_turn, .cancel = sockets_cancel, .free = sockets_free, .line_ms = sockets_line_ms,
};

struct asker *ask_sockets_new(const struct sockets_options *o)
{
	struct sockets *s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	int failed = uv_loop_init(&s->loop);
	if (failed) {
		free(s);
		errno = -failed;
		return NULL;
	}
	s->asker.ops = &sockets_ops;
	s->options = *o;
	if (s->options.in_flight_max == 0)
		s->options.in_flight_max = LIMIT_IN_FLIGHT;
	s->pace.on_wire_max = o->per_server_max != 0 ? o->per_server_max : LIMIT_PER_SERVER_IN_FLIGHT;
	s->pace.rate.qps = o->per_server_qps;
	s->pace.rate.loopback_exempt = o->loopback_exempt;
	pace_init(s, ask_wake);
	uv_timer_init(&s->loop, &s->bound);
	return &s->asker;
}
