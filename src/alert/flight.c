/* flight -- one outbox row from "due" to "sent", "waiting" or "dead". */
#include "alert/delivering.h"
#include "base/limits.h"
#include <stdlib.h>

struct flight *flight_new(struct deliverer *d, struct lane *lane, const struct outbox_row *row)
{
	struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
	struct flight *f = ARENA_NEW(arena, struct flight);
	f->arena = arena;
	f->d = d;
	f->lane = lane;
	f->row = *row;
	f->row.incident = arena_text(arena, row->incident);
	f->row.channel = arena_text(arena, row->channel);
	f->row.kind = arena_text(arena, row->kind);
	f->row.dedup_key = arena_text(arena, row->dedup_key);
	f->row.alert = arena_text(arena, row->alert);
	f->row.state = f->row.last_error = f->row.remote_ref = "";
	f->remote_ref = f->new_ref = "";
	return f;
}

void flight_free(struct flight *f)
{
	struct arena *arena = f->arena;
	arena_free(&arena);
}

/* Writes nothing: the store is spoken to in turn, where an error of its own can be given back. */
static void landed(const struct http_answer *answer, void *ctx)
{
	struct flight *f = ctx;
	if (f->d == NULL) {
		flight_free(f);
		return;
	}
	f->said = channel_verdict(f->arena, f->lane->c, answer);
	f->back = true;
	if (f->remote_ref[0] == '\0' && f->new_ref[0] == '\0')
		f->new_ref = f->said.remote_ref;
}

enum flight_start flight_start(struct flight *f, struct wall now)
{
	struct http_request r = { 0 };
	if (!channel_render(f->arena, f->lane->c, f->alert, f->remote_ref, f->step, now, &r))
		return FLIGHT_NO_MORE;
	if (http_start(f->d->o.http, &r, landed, f) != E_OK)
		return FLIGHT_BUSY;
	f->back = false;
	return FLIGHT_STARTED;
}

static int write_row(struct flight *f, const char *state, struct wall now, struct wall due)
{
	struct store *s = f->d->o.store;
	const char *ref = f->new_ref[0] != '\0' ? f->new_ref : NULL;
	int e = store_begin(s);
	if (e != E_OK)
		return e;
	e = store_outbox_done(s, f->row.id, state, now, due, f->said.why ? f->said.why : "", ref);
	if (e == E_OK && f->said.delivery == DELIVERY_DONE)
		e = pace_count(f->d, f->lane);
	if (e == E_OK)
		e = store_commit(s);
	if (e != E_OK)
		store_rollback(s);
	return e;
}

static int settle_done(struct flight *f, struct wall now)
{
	int e = write_row(f, "sent", now, now);
	if (e != E_OK)
		return e;
	f->d->counters.sent[f->lane->c->kind]++;
	if (f->lane->failures > 0)
		deliverer_log(f->d, f->lane, "works again");
	f->lane->failures = 0;
	if (f->said.why != NULL)
		deliverer_log(f->d, f->lane, "%s told, but: %s", f->row.kind, f->said.why);
	return E_OK;
}

static int settle_dead(struct flight *f, struct wall now)
{
	int e = write_row(f, "dead", now, now);
	if (e != E_OK)
		return e;
	f->d->counters.dead[f->lane->c->kind]++;
	deliverer_log(f->d, f->lane, "%s is given up after %u tries: %s (%s)", f->row.kind, f->row.tries + 1,
		      f->said.why ? f->said.why : "refused", f->row.dedup_key);
	return E_OK;
}

/* What the receiver asks, within reason, or our own distance. */
static int64_t wait_s(const struct flight *f)
{
	int64_t backoff_s = pace_backoff_s(f->row.tries);
	if (f->said.retry_after_s <= backoff_s)
		return backoff_s;
	return f->said.retry_after_s < LIMIT_ALERT_RETRY_AFTER_S ? f->said.retry_after_s : LIMIT_ALERT_RETRY_AFTER_S;
}

static int settle_retry(struct flight *f, struct wall now)
{
	struct lane *lane = f->lane;
	if (now.s - f->row.created_at.s >= LIMIT_ALERT_GIVE_UP_S && f->row.tries + 1 >= LIMIT_ALERT_TRIES_MIN)
		return settle_dead(f, now);
	struct wall due = { now.s + wait_s(f) };
	int e = write_row(f, "waiting", now, due);
	if (e != E_OK)
		return e;
	f->d->counters.failed[lane->c->kind]++;
	if (lane->failures++ == 0)
		deliverer_log(f->d, lane, "%s not told, will be tried again: %s", f->row.kind, f->said.why ? f->said.why : "no answer");
	/* The channel rests too: what is wrong is seldom one message. */
	struct wall rest = { now.s + (f->said.retry_after_s > 0 ? wait_s(f) : pace_backoff_s(lane->failures - 1)) };
	if (rest.s > lane->hold_until.s)
		lane->hold_until = rest;
	return E_OK;
}

int flight_settle(struct flight *f, struct wall now)
{
	switch (f->said.delivery) {
	case DELIVERY_DONE: return settle_done(f, now);
	case DELIVERY_RETRY: return settle_retry(f, now);
	case DELIVERY_REFUSED: break;
	}
	return settle_dead(f, now);
}
