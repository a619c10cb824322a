/* pagerduty -- Events API v2. One dedup_key from trigger to resolve; an event of at most 512,000 octets, which texts of
 * limited fields and lists cannot reach. */
#include "alert/inside.h"
#include "base/json.h"
#include "base/limits.h"
#include <string.h>

/* PagerDuty counts 1024; a code point may be two of what it counts. */
enum { SUMMARY_MAX = 512, DEDUP_MAX = 255, DEDUP_HEAD = 180 };

static const char *event_action(const struct alert *a)
{
	return alert_is_over(a) ? "resolve" : a->kind == ALERT_ACKED ? "acknowledge" : "trigger";
}

/* A longer key keeps its readable head; the hash keeps two of them apart. */
static const char *dedup_key(struct arena *arena, const struct alert *a)
{
	const char *key = clean_line(arena, a->dedup_key, LIMIT_ALERT_FIELD);
	if (utf16_units(key) <= DEDUP_MAX)
		return key;
	return arena_printf(arena, "%s/%s", clean_line(arena, key, DEDUP_HEAD / 2), hex_sha256(arena, a->dedup_key));
}

static const char *severity(const struct alert *a)
{
	static const char *const words[] = { "info", "info", "warning", "error", "critical" };
	return words[severity_rank(a->severity, SEVERITY_ERROR)];
}

static void details(struct json *j, const struct told *t)
{
	static const char *const names[PART_KINDS] = { "cause", "held_back", "who", "when", "fix", "avoid", "proof" };
	json_key(j, "custom_details");
	json_object(j);
	for (uint32_t i = 0; i < t->parts.n; i++) {
		json_key(j, names[t->parts.at[i].kind]);
		json_array(j);
		for (uint32_t k = 0; k < t->parts.at[i].lines.n; k++)
			json_text(j, t->parts.at[i].lines.at[k]);
		json_array_end(j);
	}
	json_object_end(j);
}

static void field_if(struct json *j, struct arena *arena, const char *name, const char *value)
{
	const char *clean = clean_line(arena, value, SUMMARY_MAX);
	if (*clean != '\0')
		json_field_text(j, name, clean);
}

static void payload(struct json *j, struct arena *arena, const struct told *t)
{
	const struct alert *a = t->alert;
	json_key(j, "payload");
	json_object(j);
	json_field_text(j, "summary", clean_line(arena, t->title, SUMMARY_MAX));
	json_field_text(j, "source", *t->name != '\0' ? t->name : "dnsvigil");
	json_field_text(j, "severity", severity(a));
	if (a->at.s != WALL_NEVER.s)
		json_field_wall(j, "timestamp", a->at);
	field_if(j, arena, "component", a->scope);
	field_if(j, arena, "group", a->owner);
	field_if(j, arena, "class", a->finding);
	details(j, t);
	json_object_end(j);
}

static void links(struct json *j, const struct told *t)
{
	if (*t->link == '\0')
		return;
	json_field_text(j, "client_url", t->link);
	json_key(j, "links");
	json_array(j);
	json_object(j);
	json_field_text(j, "href", t->link);
	json_field_text(j, "text", "why");
	json_object_end(j);
	json_array_end(j);
}

bool pagerduty_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		      struct wall at, struct http_request *out)
{
	(void)remote_ref, (void)at;
	if (step > 0 || c->token == NULL || a->kind == ALERT_DIGEST)
		return false;
	const struct told *t = told_make(arena, a, 1);
	const char *action = event_action(a);
	struct text body;
	struct json j;
	text_init(&body, arena);
	json_init(&j, &body, false);
	json_object(&j);
	json_field_text(&j, "routing_key", c->token);
	json_field_text(&j, "event_action", action);
	json_field_text(&j, "dedup_key", dedup_key(arena, a));
	if (strcmp(action, "trigger") == 0) {
		json_field_text(&j, "client", "dnsvigil");
		links(&j, t);
		payload(&j, arena, t);
	}
	json_object_end(&j);
	request_json(arena, out, c->url && *c->url ? c->url : "https://events.pagerduty.com/v2/enqueue", &body);
	return true;
}
