/* alertmanager -- API v2. Alertmanager knows an alert by its labels and forgets one whose endsAt is past, so the labels hold
 * nothing that changes with time, and what is open is told again and again (refresh.c). */
#include "alert/inside.h"
#include "base/json.h"
#include "base/limits.h"
#include <string.h>

static void field_if(struct json *j, struct arena *arena, const char *name, const char *value)
{
	const char *clean = clean_line(arena, value, LIMIT_ALERT_FIELD);
	if (*clean != '\0')
		json_field_text(j, name, clean);
}

static const char *alert_name(const struct alert *a)
{
	if (a->kind == ALERT_TEST)
		return "DnsVigilTest";
	if (a->kind == ALERT_SELF)
		return "DnsVigilSelf";
	return severity_rank(a->severity, SEVERITY_ERROR) >= SEVERITY_ERROR ? "DnsZoneBroken" : "DnsZoneAtRisk";
}

static void labels(struct json *j, struct arena *arena, const struct alert *a)
{
	json_key(j, "labels");
	json_object(j);
	json_field_text(j, "alertname", alert_name(a));
	field_if(j, arena, "code", a->finding);
	field_if(j, arena, "zone", a->scope);
	field_if(j, arena, "severity", a->severity);
	field_if(j, arena, "owner", a->owner);
	json_object_end(j);
}

static void annotations(struct json *j, struct arena *arena, const struct alert *a)
{
	struct text plain;
	text_init(&plain, arena);
	alert_plain(arena, a, &plain);
	json_key(j, "annotations");
	json_object(j);
	json_field_text(j, "summary", alert_title(arena, a));
	json_field_text(j, "description", plain.at);
	field_if(j, arena, "command", a->command);
	json_object_end(j);
}

void alertmanager_alert(struct arena *arena, struct json *j, const struct alert *a, struct wall at)
{
	struct wall starts = a->since.s != WALL_NEVER.s ? a->since : a->opened_at.s != WALL_NEVER.s ? a->opened_at : a->at;
	struct wall ends = { at.s + 3 * LIMIT_ALERT_REFRESH_S };
	if (alert_is_over(a))
		ends = a->resolved_at.s < at.s ? a->resolved_at : at;
	if (starts.s > ends.s)
		starts = ends;          /* Alertmanager refuses an end before the start */
	json_object(j);
	labels(j, arena, a);
	annotations(j, arena, a);
	json_field_wall(j, "startsAt", starts);
	json_field_wall(j, "endsAt", ends);
	const struct told *t = told_make(arena, a, 1);
	if (*t->link != '\0')
		json_field_text(j, "generatorURL", t->link);
	json_object_end(j);
}

void alertmanager_request(struct arena *arena, const struct channel *c, const struct text *body, struct http_request *out)
{
	request_json(arena, out, url_joined(arena, c->url, "api/v2/alerts"), body);
	out->user = c->user;
	out->password = c->password;
}

bool alertmanager_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
			 struct wall at, struct http_request *out)
{
	(void)remote_ref;
	if (step > 0 || c->url == NULL || a->kind == ALERT_ACKED || a->kind == ALERT_DIGEST)
		return false;
	struct text body;
	struct json j;
	text_init(&body, arena);
	json_init(&j, &body, false);
	json_array(&j);
	alertmanager_alert(arena, &j, a, at);
	json_array_end(&j);
	alertmanager_request(arena, c, &body, out);
	return true;
}
