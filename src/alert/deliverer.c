/* The deliverer empties the outbox. It keeps nothing that a crash could lose: what is in flight is still "waiting" in the
 * store, so whatever kills us, the row is told again, under the same message id. See alert.h for its promises. */
#include "alert/delivering.h"
#include "base/limits.h"
#include <stdlib.h>
#include <string.h>

struct deliverer *deliverer_new(const struct deliverer_options *o)
{
	struct deliverer *d = calloc(1, sizeof *d);
	struct lane *lanes = calloc(o->n_channels + 1, sizeof *lanes);
	if (d == NULL || lanes == NULL)
		abort();
	d->o = *o;
	d->lanes = lanes;
	d->dead_man.last.s = INT64_MIN / 2;
	d->changed = true;
	for (uint32_t i = 0; i < o->n_channels; i++) {
		lanes[i].c = &o->channels[i];
		lanes[i].digest_at = WALL_NEVER;
	}
	return d;
}

uint32_t deliverer_in_flight(const struct deliverer *d)
{
	uint32_t n = 0;
	for (const struct flight *f = d->flights; f != NULL; f = f->next)
		n++;
	return n;
}

struct deliverer_counters deliverer_counters(const struct deliverer *d)
{
	return d->counters;
}

void deliverer_free(struct deliverer **d)
{
	if (*d == NULL)
		return;
	for (struct flight *f = (*d)->flights, *next; f != NULL; f = next) {
		next = f->next;
		f->d = NULL;
		if (f->back)            /* http/ is done with it */
			flight_free(f);
	}
	for (struct refresh *r = (*d)->refreshes; r != NULL; r = r->next)
		r->d = NULL;
	dead_man_forget(*d);
	free((*d)->lanes);
	free(*d);
	*d = NULL;
}

static void remove_flight(struct deliverer *d, struct flight **at)
{
	struct flight *f = *at;
	*at = f->next;
	f->lane->in_flight--;
	d->changed = true;
	flight_free(f);
}

/* The next step of a message told in several, or what became of it. */
static int settle(struct deliverer *d, struct wall now)
{
	for (struct flight **at = &d->flights; *at != NULL;) {
		struct flight *f = *at;
		if (!f->back) {
			at = &f->next;
			continue;
		}
		if (f->said.delivery == DELIVERY_DONE) {
			f->step++;
			enum flight_start next = flight_start(f, now);
			if (next != FLIGHT_NO_MORE) {
				f->step -= next == FLIGHT_BUSY;
				at = &f->next;
				continue;
			}
		}
		int e = flight_settle(f, now);
		if (e != E_OK)
			return e;       /* stays, and is settled in the next turn */
		remove_flight(d, at);
	}
	return E_OK;
}

static struct lane *lane_of(struct deliverer *d, const char *channel)
{
	for (uint32_t i = 0; i < d->o.n_channels; i++)
		if (strcmp(d->lanes[i].c->name, channel) == 0)
			return &d->lanes[i];
	return NULL;
}

static bool is_in_flight(const struct deliverer *d, const struct lane *lane, const struct outbox_row *row)
{
	for (const struct flight *f = d->flights; f != NULL; f = f->next)
		if (f->row.id == row->id || (f->lane == lane && row->incident[0] != '\0' && strcmp(f->row.incident, row->incident) == 0))
			return true;
	return false;
}

static int give_up(struct deliverer *d, const struct outbox_row *row, const char *why, struct wall now)
{
	if (d->o.log != NULL)
		d->o.log(d->o.log_ctx, row->channel, why);
	return store_outbox_done(d->o.store, row->id, "dead", now, now, why, NULL);
}

static int launch(struct deliverer *d, struct lane *lane, const struct outbox_row *row, struct wall now)
{
	struct flight *f = flight_new(d, lane, row);
	struct err_at at;
	if (alert_from_json(f->arena, f->row.alert, strlen(f->row.alert), &f->alert, &at) != E_OK) {
		flight_free(f);
		return give_up(d, row, "what the outbox holds is no alert", now);
	}
	int e = row->incident[0] != '\0' ? store_remote_ref(d->o.store, f->arena, row->incident, row->channel, &f->remote_ref) : E_OK;
	enum flight_start started = e == E_OK ? flight_start(f, now) : FLIGHT_BUSY;
	if (started == FLIGHT_STARTED) {
		f->next = d->flights;
		d->flights = f;
		lane->in_flight++;
		return E_OK;
	}
	flight_free(f);
	if (started == FLIGHT_NO_MORE)
		return store_outbox_done(d->o.store, row->id, "sent", now, now, "nothing for this channel", NULL);
	d->changed = true;              /* the door is busy: soon again */
	return e;
}

static bool may_start(struct deliverer *d, struct lane *lane, const struct outbox_row *row, struct wall now)
{
	/* A channel that rests was told so by a clock; one that was turned back must not make it rest for days. */
	if (lane->hold_until.s - now.s > LIMIT_ALERT_RETRY_AFTER_S)
		lane->hold_until.s = now.s;
	uint32_t at_once = lane->failures > 0 ? 1 : LIMIT_ALERT_IN_FLIGHT;
	return lane->hold_until.s <= now.s && lane->in_flight < at_once && !refresh_has_way(lane, now) && !is_in_flight(d, lane, row);
}

/* Rows come oldest first, and what keeps one back keeps back the later ones of its incident too. */
static int start_row(struct deliverer *d, const struct outbox_row *row, struct wall now)
{
	struct lane *lane = lane_of(d, row->channel);
	if (lane == NULL)
		return give_up(d, row, "no such channel in the configuration", now);
	if (lane->gathered_at.s == now.s || !may_start(d, lane, row, now))
		return E_OK;
	int e = pace_load(d, lane, now);
	if (e != E_OK)
		return e;
	if (!pace_over(lane, row->kind, now))
		return launch(d, lane, row, now);
	return channel_is_for_people(lane->c->kind) ? digest_hold(d, lane, now) : E_OK;
}

static int start_due(struct deliverer *d, struct wall now)
{
	if (!d->changed && now.s == d->asked_at.s)
		return E_OK;
	d->changed = false;
	d->asked_at = now;
	struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
	outbox_rows rows = { 0 };
	int e = store_outbox_due(d->o.store, arena, now, LIMIT_ALERT_DUE, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++)
		e = start_row(d, &rows.at[i], now);
	arena_free(&arena);
	return e;
}

int deliverer_turn(struct deliverer *d, struct wall now)
{
	d->now = now;
	http_turn(d->o.http, 0);
	int e = settle(d, now);
	if (e == E_OK)
		e = refresh_turn(d, now);
	return e == E_OK ? start_due(d, now) : e;
}
