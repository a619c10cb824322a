/* mutes -- zones, names below one, or tags that are silent for a time, whatever happens to them. */
#include "alert/alert.h"
#include "api/body.h"
#include "api/inside.h"
#include <stdlib.h>
#include <string.h>

static void add_mute(struct json *j, const struct mute_row *m)
{
	json_object(j);
	json_field_int(j, "id", m->id);
	json_field_text(j, "pattern", m->pattern);
	json_field_wall(j, "from", m->from);
	json_field_wall(j, "until", m->until);
	json_field_text(j, "why", *m->why != '\0' ? m->why : NULL);
	json_object_end(j);
}

void route_mutes(struct request *r)
{
	mute_rows rows = { 0 };
	struct json j;
	if (!store_is_open(r, false) || !store_went_well(r, store_mutes(r->store, r->arena, wall_now(), &rows)))
		return;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_key(&j, "mutes");
	json_array(&j);
	for (uint32_t i = 0; i < rows.n; i++)
		add_mute(&j, &rows.at[i]);
	json_array_end(&j);
	json_object_end(&j);
}

static const char *pattern_asked(struct request *r, const char *word)
{
	const char *why = "", *pattern = alert_mute_pattern(r->arena, word, &why);
	if (pattern == NULL)
		problem(r, 400, "name", "That is no pattern of names", why, "/pattern");
	return pattern;
}

static bool write_mute(struct request *r, struct mute_row *m)
{
	return store_is_open(r, true) && store_went_well(r, store_add_mute(r->store, m, &m->id));
}

void route_mute_add(struct request *r)
{
	const char *pattern = "", *until = NULL, *span = NULL;
	struct mute_row m = { .from = wall_now(), .why = "" };
	struct json j;
	if (!body_read(r, (const struct body_field[]){ { "pattern", BODY_TEXT, &pattern }, { "until", BODY_TEXT, &until }, { "for", BODY_TEXT, &span },
						       { "why", BODY_TEXT, &m.why }, { 0 } }))
		return;
	m.pattern = pattern_asked(r, pattern);
	if (m.pattern == NULL || !until_asked(r, until, span, &m.until))
		return;
	if (m.until.s <= m.from.s) {
		problem(r, 400, "body", "Until when?", "that moment is over", until != NULL ? "/until" : "/for");
		return;
	}
	if (!write_mute(r, &m))
		return;
	json_init(&j, &r->reply.body, false);
	add_mute(&j, &m);
	r->reply.status = 201;
	r->reply.location = arena_printf(r->arena, "/api/v1/mutes/%lld", (long long)m.id);
}

void route_mute_end(struct request *r)
{
	enum { DIGITS_MAX = 18 };       /* fits int64_t */
	bool is_number = strlen(r->rest) <= DIGITS_MAX && r->rest[strspn(r->rest, "0123456789")] == '\0', found = false;
	if (!store_is_open(r, true) || (is_number && !store_went_well(r, store_end_mute(r->store, strtoll(r->rest, NULL, 10), wall_now(), &found))))
		return;
	if (found)
		r->reply.status = 204;
	else
		problem(r, 404, "no-mute", "There is no such mute", "It is over, or never was; see /api/v1/mutes.", NULL);
}
