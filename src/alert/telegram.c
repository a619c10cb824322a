/* telegram -- sendMessage in HTML mode, at most 4096 UTF-16 units; we count them before the entities are read, which is more.
 * The first message of an incident is answered by the others. The token is part of the URL: a secret. */
#include "alert/inside.h"
#include "base/json.h"
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX = 4000, LINK_MAX = 2000 };

static const char *message(struct arena *arena, const struct told *t)
{
	struct room r;
	struct room link;
	room_init(&link, arena, SINK_HTML, LINK_MAX);
	room_span(&link, "\n<a href=\"", SINK_HTML, t->link, "\">Why?</a>");
	room_init(&r, arena, SINK_HTML, MESSAGE_MAX - utf16_units(link.text.at));
	room_span(&r, "<b>", SINK_HTML, arena_printf(arena, "%s %s", t->sign, t->title), "</b>");
	for (uint32_t i = 0; i < t->parts.n; i++) {
		const struct part *p = &t->parts.at[i];
		room_raw(&r, "\n");
		if (p->kind != PART_PROOF) {
			part_add(&r, p, "<b>", "</b>");
			continue;
		}
		room_raw(&r, "<b>Proof</b>\n");
		room_span(&r, "<code>", SINK_HTML, p->lines.at[0], "</code>");
	}
	text_add(&r.text, link.full ? "" : link.text.at);       /* a cut one leads nowhere */
	return r.text.at;
}

/* "-1001234:17": a chat and the topic in it. */
static void chat_members(struct json *j, struct arena *arena, const char *target)
{
	const char *colon = strchr(target, ':');
	json_field_text(j, "chat_id", colon ? arena_printf(arena, "%.*s", (int)(colon - target), target) : target);
	if (colon != NULL)
		json_field_int(j, "message_thread_id", strtoll(colon + 1, NULL, 10));
}

static void answer_members(struct json *j, const char *remote_ref)
{
	if (*remote_ref == '\0')
		return;
	json_key(j, "reply_parameters");
	json_object(j);
	json_field_int(j, "message_id", strtoll(remote_ref, NULL, 10));
	json_field_bool(j, "allow_sending_without_reply", true);
	json_object_end(j);
}

static bool is_token(const char *token)
{
	size_t len = token ? strspn(token, "0123456789:_-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") : 0;
	return len > 0 && token[len] == '\0';
}

bool telegram_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		     struct wall at, struct http_request *out)
{
	(void)at;
	if (step > 0 || !is_token(c->token) || c->target == NULL || a->kind == ALERT_ACKED)
		return false;
	struct text body;
	struct json j;
	text_init(&body, arena);
	json_init(&j, &body, false);
	json_object(&j);
	chat_members(&j, arena, c->target);
	json_field_text(&j, "text", message(arena, told_make(arena, a, 1)));
	json_field_text(&j, "parse_mode", "HTML");
	json_key(&j, "link_preview_options");
	json_object(&j);
	json_field_bool(&j, "is_disabled", true);
	json_object_end(&j);
	answer_members(&j, remote_ref);
	json_object_end(&j);
	const char *base = c->url && *c->url ? c->url : "https://api.telegram.org";
	request_json(arena, out, url_joined(arena, base, arena_printf(arena, "bot%s/sendMessage", c->token)), &body);
	return true;
}
