/* slack -- Block Kit. A webhook can only say; a bot edits the first message of the incident (so that the channel shows the
 * state of now) and then says in its thread what changed. Limits: header 150, section 3000, ten fields of 2000, 50 blocks,
 * and about 13,200 characters in all, beyond which Slack answers msg_blocks_too_long (bolt-js #2509). No "Ack" button: it
 * needs a server of ours that Slack can reach. */
#include "alert/inside.h"
#include "base/json.h"
#include <string.h>

enum { TEXT_MAX = 300, HEADER_MAX = 150, SECTION_MAX = 3000, FIELD_MAX = 2000, FIELDS_MAX = 10, CONTEXT_MAX = 1000, MESSAGE_MAX = 12500 };

/* verbatim: Slack links no names and reads no mentions in what comes from the DNS. */
static void mrkdwn(struct json *j, const char *text)
{
	json_object(j);
	json_field_text(j, "type", "mrkdwn");
	json_field_text(j, "text", text);
	json_field_bool(j, "verbatim", true);
	json_object_end(j);
}

static void plain_text(struct json *j, const char *text)
{
	json_object(j);
	json_field_text(j, "type", "plain_text");
	json_field_text(j, "text", text);
	json_field_bool(j, "emoji", false);
	json_object_end(j);
}

static void header(struct json *j, struct arena *arena, const struct told *t)
{
	json_object(j);
	json_field_text(j, "type", "header");
	json_key(j, "text");
	plain_text(j, room_text(arena, SINK_SLACK, t->headline, HEADER_MAX));
	json_object_end(j);
}

static void section(struct json *j, const char *text)
{
	json_object(j);
	json_field_text(j, "type", "section");
	json_key(j, "text");
	mrkdwn(j, text);
	json_object_end(j);
}

static const char *part_text(struct arena *arena, const struct part *p)
{
	struct room r;
	room_init(&r, arena, SINK_SLACK, SECTION_MAX);
	if (p->kind != PART_PROOF) {
		part_add(&r, p, "*", "*");
		return r.text.at;
	}
	room_raw(&r, "*Proof*\n");
	for (uint32_t i = 0; i < p->lines.n; i++)
		room_span(&r, "`", SINK_SLACK_CODE, p->lines.at[i], "`");
	return r.text.at;
}

static void fields(struct json *j, struct arena *arena, const struct told *t)
{
	json_object(j);
	json_field_text(j, "type", "section");
	json_key(j, "fields");
	json_array(j);
	for (uint32_t i = 0; i < t->facts.n && i < FIELDS_MAX; i++) {
		struct room r;
		room_init(&r, arena, SINK_SLACK, FIELD_MAX);
		room_raw(&r, arena_printf(arena, "*%s*\n", t->facts.at[i].label));
		room_add(&r, t->facts.at[i].value);
		mrkdwn(j, r.text.at);
	}
	json_array_end(j);
	json_object_end(j);
}

static void actions(struct json *j, const struct told *t)
{
	if (*t->link == '\0')
		return;
	json_object(j);
	json_field_text(j, "type", "actions");
	json_key(j, "elements");
	json_array(j);
	json_object(j);
	json_field_text(j, "type", "button");
	json_key(j, "text");
	plain_text(j, "Why?");
	json_field_text(j, "url", t->link);
	json_field_text(j, "action_id", "why");
	json_object_end(j);
	json_array_end(j);
	json_object_end(j);
}

static void context(struct json *j, struct arena *arena, const struct told *t)
{
	const char *incident = t->alert->incident ? t->alert->incident : "";
	json_object(j);
	json_field_text(j, "type", "context");
	json_key(j, "elements");
	json_array(j);
	mrkdwn(j, room_text(arena, SINK_SLACK, arena_printf(arena, "%s%s \xc2\xb7 %s", *incident ? "incident " : "dnsvigil", clean_line(arena, incident, 64),
					      alert_kind_id(t->alert->kind)), CONTEXT_MAX));
	json_array_end(j);
	json_object_end(j);
}

static void blocks(struct json *j, struct arena *arena, const struct told *t)
{
	json_key(j, "blocks");
	json_array(j);
	header(j, arena, t);
	for (uint32_t i = 0; i < t->parts.n; i++) {
		if (t->parts.at[i].kind == PART_FACTS)
			fields(j, arena, t);
		else
			section(j, part_text(arena, &t->parts.at[i]));
	}
	actions(j, t);
	context(j, arena, t);
	json_array_end(j);
}

/* What a message is sent with: channel and the like, each a text. */
struct member { const char *name, *value; };

static void message(struct arena *arena, const struct alert *a, const struct member *members, bool bot, struct text *body)
{
	for (unsigned scale = 1; scale <= TOLD_SCALE_MAX; scale *= 2) {
		const struct told *t = told_make(arena, a, scale);
		struct json j;
		text_init(body, arena);
		json_init(&j, body, false);
		json_object(&j);
		for (const struct member *m = members; m->name != NULL; m++)
			json_field_text(&j, m->name, m->value);
		json_field_text(&j, "text", room_text(arena, SINK_SLACK, t->title, TEXT_MAX));
		if (bot)        /* chat.update would link names in "text" otherwise */
			json_field_text(&j, "parse", "none");
		blocks(&j, arena, t);
		if (bot) {
			json_field_bool(&j, "unfurl_links", false);
			json_field_bool(&j, "unfurl_media", false);
		}
		json_object_end(&j);
		if (utf16_units(body->at) <= MESSAGE_MAX)
			return;
	}
}

bool slack_webhook_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
			  struct wall at, struct http_request *out)
{
	static const struct member none[] = { { NULL, NULL } };
	(void)remote_ref, (void)at;
	if (step > 0 || a->kind == ALERT_ACKED || c->url == NULL)
		return false;
	struct text body;
	message(arena, a, none, false, &body);
	request_json(arena, out, c->url, &body);
	return true;
}

static void call(struct arena *arena, const struct channel *c, const char *method, const struct text *body, struct http_request *out)
{
	const char *base = c->url && *c->url ? c->url : "https://slack.com/api";
	request_json(arena, out, url_joined(arena, base, method), body);
	request_header(arena, out, "Authorization", arena_printf(arena, "Bearer %s", c->token));
}

/* The thread hears the title, and what it was and is; a reminder is shown to the channel too, for who follows no thread. */
static void reply(struct arena *arena, const struct alert *a, const char *channel, const char *ts, struct text *body)
{
	const struct told *t = told_make(arena, a, 2);
	struct room r;
	room_init(&r, arena, SINK_SLACK, SECTION_MAX);
	room_add(&r, arena_printf(arena, "%s %s", t->sign, t->title));
	for (uint32_t i = 0; a->kind == ALERT_CHANGED && i < t->parts.n && t->parts.at[i].kind == PART_CAUSE; i++) {
		for (uint32_t k = 1; k < t->parts.at[i].lines.n; k++) {
			room_raw(&r, "\n");
			room_add(&r, t->parts.at[i].lines.at[k]);
		}
	}
	struct json j;
	text_init(body, arena);
	json_init(&j, body, false);
	json_object(&j);
	json_field_text(&j, "channel", channel);
	json_field_text(&j, "thread_ts", ts);
	json_field_text(&j, "text", r.text.at);
	json_field_text(&j, "parse", "none");
	json_field_bool(&j, "reply_broadcast", a->kind == ALERT_REMINDER);
	json_field_bool(&j, "unfurl_links", false);
	json_object_end(&j);
}

/* remote_ref is "CHANNEL:TS" as chat.postMessage told them: chat.update takes no channel name, only its id. */
bool slack_bot_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		      struct wall at, struct http_request *out)
{
	(void)at;
	const char *colon = strchr(remote_ref, ':');
	struct text body;
	if (c->token == NULL || c->target == NULL || step > (colon ? 1u : 0u) || (colon == NULL && a->kind == ALERT_ACKED))
		return false;
	if (colon == NULL) {
		message(arena, a, (const struct member[]){ { "channel", c->target }, { NULL, NULL } }, true, &body);
		call(arena, c, "chat.postMessage", &body, out);
		return true;
	}
	const char *channel = arena_printf(arena, "%.*s", (int)(colon - remote_ref), remote_ref);
	if (step == 0) {
		message(arena, a, (const struct member[]){ { "channel", channel }, { "ts", colon + 1 }, { NULL, NULL } }, true, &body);
		call(arena, c, "chat.update", &body, out);
	} else {
		reply(arena, a, channel, colon + 1, &body);
		call(arena, c, "chat.postMessage", &body, out);
	}
	return true;
}
