/* incidents -- what is wrong and what was; acknowledged and muted by people, whom the observer's own writes never overrule. */
#include "alert/alert.h"
#include "api/body.h"
#include "api/inside.h"
#include "base/limits.h"
#include <string.h>

static void add_fields(struct json *j, const struct incident_row *i)
{
	json_field_text(j, "id", i->id);
	json_field_text(j, "state", i->state);
	json_field_text(j, "finding", i->finding);
	json_field_text(j, "scope", i->scope);
	json_field_text(j, "verdict", i->word);
	json_field_text(j, "severity", i->severity);
	json_field_text(j, "text", i->text);
	json_field_int(j, "n_zones", i->n_zones);
	json_field_wall(j, "since", i->since);
	json_field_wall(j, "opened_at", i->opened_at);
	json_field_wall(j, "changed_at", i->changed_at);
	json_field_wall(j, "resolved_at", i->resolved_at);
	json_field_wall(j, "acked_at", i->acked_at);
	json_field_text(j, "acked_by", *i->acked_by != '\0' ? i->acked_by : NULL);
	json_field_wall(j, "muted_until", i->muted_until);
	json_field_wall(j, "told_at", i->told_at);
	json_field_bool(j, "flapping", i->flapping);
}

static void add_lines(struct json *j, const char *key, const char *const *at, uint32_t n)
{
	json_key(j, key);
	json_array(j);
	for (uint32_t i = 0; i < n; i++)
		json_text(j, at[i]);
	json_array_end(j);
}

/* What was told of it last: who is hurt, and what to do. Nothing was told yet: nothing to show. */
static void add_advice(struct request *r, struct json *j, const struct incident_row *i)
{
	struct alert *a;
	struct err_at at = { 0 };
	if (*i->doc == '\0' || alert_from_json(r->arena, i->doc, strlen(i->doc), &a, &at) != E_OK)
		return;
	json_key(j, "advice");
	json_object(j);
	json_field_text(j, "cause", a->cause);
	json_field_text(j, "who", a->who);
	add_lines(j, "fix", a->fix.at, a->fix.n);
	add_lines(j, "avoid", a->avoid.at, a->avoid.n);
	json_field_text(j, "command", a->command);
	json_object_end(j);
}

static bool state_is_known(struct request *r, const char *state)
{
	if (state == NULL || strcmp(state, "open") == 0 || strcmp(state, "resolved") == 0)
		return true;
	problem(r, 400, "query", "state is wrong", "state is open or resolved.", NULL);
	return false;
}

void route_incidents(struct request *r)
{
	struct incident_query q = { .state = query_of(r, "state"), .after_id = query_of(r, "cursor") };
	const char *zone = query_of(r, "zone");
	incident_rows rows = { 0 };
	uint32_t limit;
	struct json j;
	if (!limit_asked(r, &limit) || !state_is_known(r, q.state) || (zone != NULL && (q.zone = name_asked(r, zone, NULL, NULL)) == NULL))
		return;
	q.limit = limit + 1;    /* is there a next page? */
	if (!store_is_open(r, false) || !store_went_well(r, store_incidents(r->store, r->arena, &q, &rows)))
		return;
	const char *next = rows.n > limit ? rows.at[limit - 1].id : NULL;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_key(&j, "incidents");
	json_array(&j);
	for (uint32_t i = 0; i < rows.n && i < limit; i++) {
		json_object(&j);
		add_fields(&j, &rows.at[i]);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_field_text(&j, "next", next);
	json_object_end(&j);
	r->reply.link_next = next != NULL ? next_page(r, next) : NULL;
}

static void no_incident(struct request *r)
{
	problem(r, 404, "no-incident", "There is no such incident", "See /api/v1/incidents; resolved ones are pruned some day.", NULL);
}

static void show(struct request *r)
{
	struct incident_row row;
	store_names zones = { 0 };
	bool found;
	struct json j;
	if (!store_went_well(r, store_incident(r->store, r->arena, r->rest, &row, &found)))
		return;
	if (!found) {
		no_incident(r);
		return;
	}
	if (!store_went_well(r, store_incident_zones(r->store, r->arena, r->rest, LIMIT_API_PAGE, &zones)))
		return;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	add_fields(&j, &row);
	add_lines(&j, "zones", zones.at, zones.n);
	add_advice(r, &j, &row);
	json_object_end(&j);
}

void route_incident(struct request *r)
{
	if (store_is_open(r, false))
		show(r);
}

void route_incident_ack(struct request *r)
{
	const char *by = "";
	bool found;
	if (!body_read(r, (const struct body_field[]){ { "by", BODY_TEXT, &by }, { 0 } }))
		return;
	if (*by == '\0') {
		problem(r, 400, "body", "Who acknowledges it?", "by is the name of who takes care of it", "/by");
		return;
	}
	if (!store_is_open(r, true) || !store_went_well(r, alert_acknowledge(r->store, r->arena, r->rest, by, wall_now(), &found)))
		return;
	if (found)
		show(r);
	else
		no_incident(r);
}

bool until_asked(struct request *r, const char *until, const char *span, struct wall *out)
{
	int64_t span_s;
	struct wall now = wall_now();
	if (until != NULL && span == NULL && wall_from_text(until, now, out))
		return true;
	if (until == NULL && span != NULL && distance_from_text(span, &span_s) && span_s >= 0) {
		*out = (struct wall){ now.s + span_s };
		return true;
	}
	problem(r, 400, "body", "Until when?", "either until (2026-03-01T12:00:00Z; a past moment ends it) or for (2h, 7d)", until != NULL ? "/until" : "/for");
	return false;
}

void route_incident_mute(struct request *r)
{
	const char *until = NULL, *span = NULL;
	struct wall at;
	bool found;
	if (!body_read(r, (const struct body_field[]){ { "until", BODY_TEXT, &until }, { "for", BODY_TEXT, &span }, { 0 } }))
		return;
	if (!until_asked(r, until, span, &at) || !store_is_open(r, true) || !store_went_well(r, alert_mute(r->store, r->arena, r->rest, at, wall_now(), &found)))
		return;
	if (found)
		show(r);
	else
		no_incident(r);
}
