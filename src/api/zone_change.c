/* Zones watched by command, as `zones add` and `zones remove` do it: the service takes them up within seconds. What was there is
 * read in the transaction that changes it. */
#include "api/body.h"
#include "api/wish.h"
#include "api/zone_change.h"
#include "api/zone_json.h"

enum { TAKEN_UP_S = 10 };       /* the service looks for what was added or removed so often */

bool zone_know(struct request *r, const char *zone, struct known *out)
{
	return store_went_well(r, store_zone(r->store, r->arena, zone, &out->row, &out->found)) && zone_watched(r, zone, &out->watched);
}

/* The same zone is two resources: what is seen of it, which each look changes, and what it is watched as, which only people change.
 * Each has its own entity tag (RFC 9110 8.8.3): that of the representation a GET of it would be answered with. */
typedef bool expected_fn(struct request *r, const char *zone, const struct known *k);

static bool zone_is_as_expected(struct request *r, const char *zone, const struct known *k)
{
	struct text now;
	struct json j;
	bool there = k->found || k->watched != NULL;
	struct zone_row fresh = zone_row_new(zone);
	text_init(&now, r->arena);
	json_init(&j, &now, false);
	if (there)
		zone_json(r, &j, k->found ? &k->row : &fresh, k->watched);
	return is_as_expected(r, there ? &now : NULL);
}

static bool watch_is_as_expected(struct request *r, const char *zone, const struct known *k)
{
	struct text now;
	struct json j;
	(void)zone;
	text_init(&now, r->arena);
	json_init(&j, &now, false);
	if (k->watched != NULL)
		wish_json(&j, k->watched);
	return is_as_expected(r, k->watched != NULL ? &now : NULL);
}

/* What the configuration says of a zone stands above what is added by command, so that would be told as done and have no effect. */
static void tell_configured(struct request *r)
{
	problem(r, 409, "configured", "This zone was not added by command",
		"Where it stands in the configuration, change it there; where it was removed a moment ago, it soon is.", NULL);
	r->reply.retry_after_s = TAKEN_UP_S;
}

static bool is_configured(const struct known *k)
{
	return k->watched == NULL && k->found && !k->row.unwatched;
}

/* true: what is done stands, or nothing was; false: the problem is told, and nothing is done. */
static bool end_well(struct request *r, bool well)
{
	if (well)
		return store_went_well(r, store_commit(r->store));
	store_rollback(r->store);
	return false;
}

static bool begin(struct request *r)
{
	return store_is_open(r, true) && store_went_well(r, store_begin(r->store));
}

enum zone_change zone_wish(struct request *r, struct watched_row *w, const struct known *k)
{
	if (is_configured(k)) {
		tell_configured(r);
		return ZONE_REFUSED;
	}
	w->added_at = k->watched != NULL ? k->watched->added_at : wall_now();
	if (k->watched != NULL && watched_row_same(k->watched, w))
		return ZONE_SAME;
	if (!store_went_well(r, store_watch(r->store, w)))
		return ZONE_REFUSED;
	return k->watched != NULL ? ZONE_CHANGED : ZONE_ADDED;
}

static void tell_not_watched(struct request *r, const char *zone)
{
	problem(r, 404, "not-watched", "This zone is not watched", arena_printf(r->arena, "%s is unknown here.", zone), NULL);
}

static bool put(struct request *r, expected_fn *is_expected, struct watched_row *w, struct known *k)
{
	return zone_know(r, w->zone, k) && is_expected(r, w->zone, k) && zone_wish(r, w, k) != ZONE_REFUSED;
}

/* False: the problem is told. k: as it was before. */
static bool put_asked(struct request *r, expected_fn *is_expected, struct watched_row *w, struct known *k)
{
	*w = (struct watched_row){ .zone = name_asked(r, r->rest, NULL, NULL), .tags = "", .owner = "", .expect = "" };
	if (w->zone == NULL || (r->body_len > 0 && (!body_is_of_type(r, "application/json") || !wish_read(r, r->body, r->body_len, NULL, w))))
		return false;
	return begin(r) && end_well(r, put(r, is_expected, w, k));
}

void route_zone_put(struct request *r)
{
	struct watched_row w;
	struct known k;
	struct json j;
	if (!put_asked(r, zone_is_as_expected, &w, &k))
		return;
	struct zone_row fresh = zone_row_new(w.zone);
	json_init(&j, &r->reply.body, false);
	zone_json(r, &j, k.found ? &k.row : &fresh, &w);
	r->reply.status = k.watched != NULL ? 200 : 201;
	r->reply.location = k.watched != NULL ? NULL : arena_printf(r->arena, "/api/v1/zones/%s", percent_encoded(r->arena, w.zone));
}

/* No entity tag: what was sent is kept in our own spelling (RFC 9110 9.3.4). */
void route_watch_put(struct request *r)
{
	struct watched_row w;
	struct known k;
	struct json j;
	if (!put_asked(r, watch_is_as_expected, &w, &k))
		return;
	json_init(&j, &r->reply.body, false);
	wish_json(&j, &w);
	r->reply.status = k.watched != NULL ? 200 : 201;
	r->reply.location = k.watched != NULL ? NULL : watch_path(r->arena, w.zone);
}

void route_watch(struct request *r)
{
	const char *zone = name_asked(r, r->rest, NULL, NULL);
	struct known k;
	struct json j;
	if (zone == NULL || !store_is_open(r, false) || !zone_know(r, zone, &k))
		return;
	if (k.watched == NULL && is_configured(&k)) {
		problem(r, 404, "configured", "This zone was not added by command", "It stands in the configuration, and is changed there.", NULL);
	} else if (k.watched == NULL) {
		tell_not_watched(r, zone);
	} else {
		json_init(&j, &r->reply.body, false);
		wish_json(&j, k.watched);
	}
}

static bool take_out(struct request *r, expected_fn *is_expected, const char *zone)
{
	struct known k;
	bool was_there;
	if (!zone_know(r, zone, &k) || !is_expected(r, zone, &k))
		return false;
	if (k.watched != NULL)
		return store_went_well(r, store_unwatch(r->store, zone, &was_there));
	if (is_configured(&k))
		tell_configured(r);
	else
		tell_not_watched(r, zone);
	return false;
}

static void delete_asked(struct request *r, expected_fn *is_expected)
{
	const char *zone = name_asked(r, r->rest, NULL, NULL);
	if (zone != NULL && begin(r) && end_well(r, take_out(r, is_expected, zone)))
		r->reply.status = 204;
}

void route_zone_delete(struct request *r)
{
	delete_asked(r, zone_is_as_expected);
}

void route_watch_delete(struct request *r)
{
	delete_asked(r, watch_is_as_expected);
}
