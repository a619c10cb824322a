/* refresh -- Alertmanager holds an alert to be over when its endsAt is past, so the open incidents it was told are told again
 * in batches, each minute. Beside the outbox: a refresh that is lost is made good by the next. An incident belongs to a
 * channel when its first message was told there (store_remote_ref() is not empty). */
#include "alert/delivering.h"
#include "base/json.h"
#include "base/limits.h"
#include <stdio.h>
#include <string.h>

bool refresh_has_way(const struct lane *lane, struct wall now)
{
	return lane->c->kind == CHANNEL_ALERTMANAGER &&
	       (lane->refreshing || (lane->failures == 0 && now.s - lane->refresh_at.s >= LIMIT_ALERT_REFRESH_S));
}

static void refreshed(const struct http_answer *answer, void *ctx)
{
	struct refresh *r = ctx;
	struct deliverer *d = r->d;
	struct arena *arena = r->arena;
	if (d != NULL) {
		struct lane *lane = r->lane;
		struct said said = channel_verdict(arena, lane->c, answer);
		bool ok = said.delivery == DELIVERY_DONE;
		if (ok == lane->refresh_failed)
			deliverer_log(d, lane, ok ? "open incidents are told again" : "open incidents could not be told again: %s", said.why);
		lane->refreshing = false;
		lane->refresh_failed = !ok;
		snprintf(lane->refresh_id, sizeof lane->refresh_id, "%s", r->last_id);
		lane->refresh_after = ok && r->more ? lane->refresh_id : NULL;
		lane->refresh_at.s = lane->refresh_after ? d->now.s : d->now.s + LIMIT_ALERT_REFRESH_S;
		for (struct refresh **at = &d->refreshes; *at != NULL; at = &(*at)->next) {
			if (*at == r) {
				*at = r->next;
				break;
			}
		}
	}
	arena_free(&arena);
}

/* One incident into the array, if this channel was told it. */
static int add(struct deliverer *d, struct lane *lane, struct arena *arena, const struct incident_row *i, struct json *j, uint32_t *n, struct wall now)
{
	const char *ref = "";
	struct alert *a;
	struct err_at at;
	int e = store_remote_ref(d->o.store, arena, i->id, lane->c->name, &ref);
	if (e != E_OK || *ref == '\0' || alert_from_json(arena, i->doc, strlen(i->doc), &a, &at) != E_OK || a->kind == ALERT_RESOLVED)
		return e;
	alertmanager_alert(arena, j, a, now);
	(*n)++;
	return E_OK;
}

static int batch(struct deliverer *d, struct lane *lane, struct refresh *r, struct wall now, struct text *body, uint32_t *n)
{
	incident_rows rows = { 0 };
	struct incident_query q = { .state = "open", .after_id = lane->refresh_after, .limit = LIMIT_ALERT_BATCH };
	struct json j;
	int e = store_incidents(d->o.store, r->arena, &q, &rows);
	json_init(&j, body, false);
	json_array(&j);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		e = add(d, lane, r->arena, &rows.at[i], &j, n, now);
		snprintf(r->last_id, sizeof r->last_id, "%s", rows.at[i].id);
	}
	json_array_end(&j);
	r->more = rows.n == LIMIT_ALERT_BATCH;
	return e;
}

static int refresh_lane(struct deliverer *d, struct lane *lane, struct wall now)
{
	struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
	struct refresh *r = ARENA_NEW(arena, struct refresh);
	*r = (struct refresh){ .d = d, .lane = lane, .arena = arena };
	struct text body;
	struct http_request request = { 0 };
	uint32_t n = 0;
	text_init(&body, arena);
	int e = batch(d, lane, r, now, &body, &n);
	if (e == E_OK && n == 0) {              /* nothing of this batch is this channel's */
		snprintf(lane->refresh_id, sizeof lane->refresh_id, "%s", r->last_id);
		lane->refresh_after = r->more ? lane->refresh_id : NULL;
		lane->refresh_at.s = r->more ? now.s : now.s + LIMIT_ALERT_REFRESH_S;
	}
	if (e == E_OK && n > 0) {
		alertmanager_request(arena, lane->c, &body, &request);
		request.ca_file = lane->c->ca_file;
		if (http_start(d->o.http, &request, refreshed, r) == E_OK) {
			lane->refreshing = true;
			r->next = d->refreshes;
			d->refreshes = r;
			return E_OK;
		}
	}
	arena_free(&arena);
	return e;
}

int refresh_turn(struct deliverer *d, struct wall now)
{
	int e = E_OK;
	for (uint32_t i = 0; e == E_OK && i < d->o.n_channels; i++) {
		struct lane *lane = &d->lanes[i];
		if (lane->c->kind != CHANNEL_ALERTMANAGER || lane->c->url == NULL || lane->refreshing || lane->in_flight > 0)
			continue;
		if (lane->refresh_at.s - now.s > LIMIT_ALERT_REFRESH_S)         /* the clock was turned back */
			lane->refresh_at = now;
		if (now.s >= lane->refresh_at.s && now.s >= lane->hold_until.s)
			e = refresh_lane(d, lane, now);
	}
	return e;
}
