/* ntfy -- published as JSON to the server's root. A message over 4096 octets would become an attachment that a phone does not
 * show; title and tags are headers inside, so they are short. */
#include "alert/inside.h"
#include "base/json.h"

enum { MESSAGE_OCTETS = 3800, TITLE_OCTETS = 240 };

static unsigned priority(const struct alert *a)
{
	static const unsigned of_severity[] = { 2, 2, 3, 4, 5 };
	if (alert_is_over(a) || a->kind == ALERT_TEST)
		return 3;
	return of_severity[severity_rank(a->severity, SEVERITY_ERROR)];
}

static const char *octets_of(struct arena *arena, const char *clean, size_t octets)
{
	struct room r;
	room_init(&r, arena, SINK_PLAIN, octets);
	r.in_octets = true;
	room_add(&r, clean);
	return r.text.at;
}

static const char *message(struct arena *arena, const struct told *t)
{
	struct room r;
	room_init(&r, arena, SINK_PLAIN, MESSAGE_OCTETS);
	r.in_octets = true;
	for (uint32_t i = 0; i < t->parts.n; i++) {
		if (i > 0)
			room_raw(&r, "\n\n");
		part_add(&r, &t->parts.at[i], "", ":");
	}
	return r.text.at;
}

static void link_members(struct json *j, const struct told *t)
{
	if (*t->link == '\0')
		return;
	json_field_text(j, "click", t->link);
	json_key(j, "actions");
	json_array(j);
	json_object(j);
	json_field_text(j, "action", "view");
	json_field_text(j, "label", "Why?");
	json_field_text(j, "url", t->link);
	json_object_end(j);
	json_array_end(j);
}

bool ntfy_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		 struct wall at, struct http_request *out)
{
	(void)remote_ref, (void)at;
	if (step > 0 || c->target == NULL || a->kind == ALERT_ACKED)
		return false;
	const struct told *t = told_make(arena, a, 1);
	struct text body;
	struct json j;
	text_init(&body, arena);
	json_init(&j, &body, false);
	json_object(&j);
	json_field_text(&j, "topic", c->target);
	json_field_text(&j, "title", octets_of(arena, t->title, TITLE_OCTETS));
	json_field_text(&j, "message", message(arena, t));
	json_key(&j, "tags");
	json_array(&j);
	json_text(&j, t->tag);
	json_array_end(&j);
	json_field_int(&j, "priority", priority(a));
	link_members(&j, t);
	json_object_end(&j);
	request_json(arena, out, c->url && *c->url ? c->url : "https://ntfy.sh/", &body);
	if (c->token != NULL && *c->token != '\0')
		request_header(arena, out, "Authorization", arena_printf(arena, "Bearer %s", c->token));
	out->user = c->user;
	out->password = c->password;
	return true;
}
