/* zones -- the list of what is watched, worst first, and one of it. */
#include "api/zone_json.h"
#include "api/zone_series.h"
#include "base/limits.h"
#include "judge/judge.h"
#include <string.h>

enum { FLUSHED_EVERY_S = 120 };  /* checked_at reaches the store so late where nothing else changed */

static const char *or_null(const char *word)
{
	return word != NULL && *word != '\0' ? word : NULL;
}

static struct wall or_never(struct wall w)
{
	return w.s > 0 ? w : WALL_NEVER;
}

void tags_json(struct json *j, const char *tags)
{
	json_key(j, "tags");
	json_array(j);
	while (*tags != '\0') {
		size_t len = strcspn(tags, " ");
		if (len > 0)
			json_text(j, arena_printf(j->out->arena, "%.*s", (int)len, tags));
		tags += len + (tags[len] == ' ');
	}
	json_array_end(j);
}

static void add_server(struct json *j, const struct summary_server *s)
{
	json_object(j);
	json_field_text(j, "ns", s->name);
	json_field_text(j, "address", s->addr);
	json_field_bool(j, "up", s->up);
	json_key(j, "serial");
	if (s->has_serial)
		json_int(j, s->serial);
	else
		json_null(j);
	json_object_end(j);
}

static void add_ds(struct json *j, const struct summary *s)
{
	json_key(j, "ds");
	if (!s->ds_known) {
		json_null(j);
		return;
	}
	json_object(j);
	json_field_int(j, "matched", s->ds_matched);
	json_field_int(j, "unmatched", s->ds_other);
	json_object_end(j);
}

/* What the last look saw, as /metrics tells it. */
static void add_seen(struct request *r, struct json *j, const char *doc)
{
	struct summary s;
	json_key(j, "seen");
	if (!summary_read(r->arena, doc, &s)) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key(j, "servers");
	json_array(j);
	for (uint32_t i = 0; i < s.servers.n; i++)
		add_server(j, &s.servers.at[i]);
	json_array_end(j);
	json_field_int(j, "servers_not_shown", s.more);
	add_ds(j, &s);
	json_key(j, "signatures_end");
	json_object(j);
	for (int t = 0; t < SUMMARY_TYPES; t++)
		if (s.ends[t].s != WALL_NEVER.s)
			json_field_wall(j, summary_type_text((enum summary_type)t), s.ends[t]);
	json_object_end(j);
	json_object_end(j);
}

void zone_json(struct request *r, struct json *j, const struct zone_row *z, const struct watched_row *w)
{
	json_object(j);
	json_field_text(j, "zone", z->zone);
	json_field_text(j, "verdict", z->word);
	json_field_text(j, "finding", or_null(z->finding));
	json_field_text(j, "scope", or_null(z->scope));
	json_field_text(j, "security", or_null(z->security));
	json_field_wall(j, "since", or_never(z->since));
	json_field_wall(j, "checked_at", or_never(z->checked_at));
	json_field_wall(j, "breaks_at", or_never(z->breaks_at));
	json_field_wall(j, "next_at", or_never(z->next_at));
	json_field_bool(j, "stale", z->checked_at.s > 0 && z->checked_at.s + 2 * r->api->o.interval_s + FLUSHED_EVERY_S < wall_now().s);
	json_field_bool(j, "watched", !z->unwatched);
	tags_json(j, w != NULL ? w->tags : z->tags);
	json_field_text(j, "owner", or_null(w != NULL ? w->owner : z->owner));
	if (w != NULL)
		json_field_wall(j, "added_at", w->added_at);
	add_seen(r, j, z->doc);
	json_object_end(j);
}

struct zone_row zone_row_new(const char *zone)
{
	return (struct zone_row){ .zone = zone, .word = "new", .breaks_at = WALL_NEVER, .doc = "", .tags = "", .owner = "" };
}

const char *watch_path(struct arena *a, const char *zone)
{
	return arena_printf(a, "/api/v1/zones/%s/watch", percent_encoded(a, zone));
}

bool zone_watched(struct request *r, const char *zone, const struct watched_row **out)
{
	struct watched_row *row = ARENA_NEW(r->arena, struct watched_row);
	bool found;
	if (!store_went_well(r, store_watched_zone(r->store, r->arena, zone, row, &found)))
		return false;
	*out = found ? row : NULL;
	return true;
}

static bool has_tag(const char *tags, const char *tag)
{
	size_t wanted = strlen(tag);
	while (*tags != '\0') {
		size_t len = strcspn(tags, " ");
		if (len == wanted && memcmp(tags, tag, len) == 0)
			return true;
		tags += len + (tags[len] == ' ');
	}
	return false;
}

/* Sorted by zone; NULL: not added by command. */
static const struct watched_row *by_command(const watched_rows *rows, const char *zone)
{
	uint32_t from = 0, to = rows->n;
	while (from < to) {
		uint32_t mid = from + (to - from) / 2;
		int c = strcmp(rows->at[mid].zone, zone);
		if (c == 0)
			return &rows->at[mid];
		if (c < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

struct wanted { struct zone_query query; const char *tag; watched_rows watched; uint32_t limit; zone_rows found; };

/* What was said by command holds at once, before the service has taken it up. */
static bool is_tagged(const struct wanted *w, const struct zone_row *z)
{
	const struct watched_row *said = by_command(&w->watched, z->zone);
	return has_tag(said != NULL ? said->tags : z->tags, w->tag);
}

/* One more than wanted, to know whether there is a next page. With a tag, page after page until enough have it. */
static int collect(struct request *r, struct wanted *w)
{
	zone_rows page;
	do {
		memset(&page, 0, sizeof page);
		w->query.limit = w->tag != NULL ? LIMIT_API_PAGE : w->limit + 1;
		int e = store_zones(r->store, r->arena, &w->query, &page);
		if (e != E_OK)
			return e;
		for (uint32_t i = 0; i < page.n && w->found.n <= w->limit; i++)
			if (w->tag == NULL || is_tagged(w, &page.at[i]))
				list_push(r->arena, &w->found, page.at[i]);
		if (page.n > 0)
			w->query.after_zone = page.at[page.n - 1].zone;
	} while (w->tag != NULL && w->found.n <= w->limit && page.n == LIMIT_API_PAGE);
	return E_OK;
}

static bool query_is_known(struct request *r, const struct zone_query *q)
{
	enum finding_id id;
	bool known = q->word == NULL || strcmp(q->word, "new") == 0;
	for (int v = VERDICT_OK; v <= VERDICT_UNKNOWN && !known; v++)
		known = strcmp(verdict_id((enum verdict_word)v), q->word) == 0;
	if (!known)
		problem(r, 400, "query", "state is wrong", "state is one of ok, at-risk, degraded, servfail, unknown, new.", NULL);
	else if (q->finding != NULL && finding_by_name(q->finding, &id) == NULL)
		problem(r, 400, "query", "finding is wrong", "There is no finding of this id (dnsvigil explain).", NULL);
	else
		return true;
	return false;
}

static void show(struct request *r, const struct wanted *w)
{
	bool more = w->found.n > w->limit;
	uint32_t n = more ? w->limit : w->found.n;
	struct json j;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_key(&j, "zones");
	json_array(&j);
	for (uint32_t i = 0; i < n; i++)
		zone_json(r, &j, &w->found.at[i], by_command(&w->watched, w->found.at[i].zone));
	json_array_end(&j);
	json_field_text(&j, "next", more ? w->found.at[n - 1].zone : NULL);
	json_object_end(&j);
	if (more)
		r->reply.link_next = next_page(r, w->found.at[n - 1].zone);
}

void route_zones(struct request *r)
{
	const char *cursor = query_of(r, "cursor");
	struct wanted w = { .query = { .word = query_of(r, "state"), .finding = query_of(r, "finding"), .worst_first = true, .watched_only = true },
			    .tag = query_of(r, "tag") };
	if (!limit_asked(r, &w.limit) || !query_is_known(r, &w.query) || !store_is_open(r, false))
		return;
	if (cursor != NULL && (w.query.after_zone = name_asked(r, cursor, NULL, NULL)) == NULL)
		return;
	if (!store_went_well(r, store_watched(r->store, r->arena, &w.watched)))
		return;
	if (store_went_well(r, collect(r, &w)))
		show(r, &w);
}

void route_zone(struct request *r)
{
	const char *zone = name_asked(r, r->rest, NULL, NULL);
	const struct watched_row *w;
	struct zone_row row;
	struct json j;
	bool found;
	if (zone == NULL || !store_is_open(r, false) || !store_went_well(r, store_zone(r->store, r->arena, zone, &row, &found)) ||
	    !zone_watched(r, zone, &w))
		return;
	if (!found && w == NULL) {
		problem(r, 404, "not-watched", "This zone is not watched", arena_printf(r->arena, "%s is unknown here.", zone), NULL);
		return;
	}
	if (!found)     /* added a moment ago */
		row = zone_row_new(zone);
	json_init(&j, &r->reply.body, false);
	zone_json(r, &j, &row, w);
	r->reply.link_edit = w != NULL ? watch_path(r->arena, zone) : NULL;
}
