/* pace -- how often a channel may be spoken to. */
#include "alert/delivering.h"
#include "base/limits.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HOUR_S = 3600 };

int64_t pace_backoff_s(uint32_t tries)
{
	int64_t s = tries < 20 ? INT64_C(1) << tries : LIMIT_ALERT_RETRY_S;
	return s < LIMIT_ALERT_RETRY_S ? s : LIMIT_ALERT_RETRY_S;
}

static const char *fact_key(struct arena *arena, const struct lane *lane)
{
	return arena_printf(arena, "alert.hour.%s", lane->c->name);
}

int pace_load(struct deliverer *d, struct lane *lane, struct wall now)
{
	if (lane->hour_known)
		return E_OK;
	struct arena *arena = arena_new(1u << 16);
	const char *value = NULL;
	int e = store_get(d->o.store, arena, fact_key(arena, lane), &value);
	int64_t from;
	uint32_t n;
	lane->hour_from = now;
	if (e == E_OK && value != NULL && sscanf(value, "%" SCNd64 " %" SCNu32, &from, &n) == 2) {
		lane->hour_from.s = from;
		lane->sent_in_hour = n;
	}
	lane->hour_known = e == E_OK;
	arena_free(&arena);
	return e;
}

bool pace_over(struct lane *lane, const char *kind, struct wall now)
{
	uint32_t cap = lane->c->per_hour ? lane->c->per_hour : LIMIT_ALERT_PER_HOUR;
	if (lane->c->per_hour == 0 && !channel_is_for_people(lane->c->kind))
		return false;           /* a machine is spared only when asked for */
	/* An hour that begins in the future was written by a clock that was wrong. */
	if (now.s - lane->hour_from.s >= HOUR_S || lane->hour_from.s > now.s) {
		lane->hour_from = now;
		lane->sent_in_hour = 0;
	}
	if (strcmp(kind, alert_kind_id(ALERT_DIGEST)) == 0 || strcmp(kind, alert_kind_id(ALERT_TEST)) == 0)
		return false;
	return lane->sent_in_hour + lane->in_flight >= cap;
}

int pace_count(struct deliverer *d, struct lane *lane)
{
	struct arena *arena = arena_new(1u << 16);
	lane->sent_in_hour++;
	int e = store_set(d->o.store, fact_key(arena, lane), arena_printf(arena, "%" PRId64 " %" PRIu32, lane->hour_from.s, lane->sent_in_hour));
	arena_free(&arena);
	return e;
}
