/* said -- Slack and Telegram answer in JSON: the error word, what they call the message, how long to wait. */
#include "alert/inside.h"
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

struct slack_error { const char *word; enum delivery means; };
static const struct slack_error errors[] = {
	{ "ratelimited", DELIVERY_RETRY }, { "rate_limited", DELIVERY_RETRY }, { "internal_error", DELIVERY_RETRY },
	{ "fatal_error", DELIVERY_RETRY }, { "service_unavailable", DELIVERY_RETRY }, { "request_timeout", DELIVERY_RETRY },
	{ "team_added_to_org", DELIVERY_RETRY }, { "message_limit_exceeded", DELIVERY_RETRY },
	/* The first message is gone or too old to edit: the thread below still gets its reply. */
	{ "message_not_found", DELIVERY_DONE }, { "cant_update_message", DELIVERY_DONE }, { "edit_window_closed", DELIVERY_DONE },
};

/* A word of Slack's, not a sentence of whoever answers in its place. */
static bool is_error_word(const char *word)
{
	size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz_");
	return len > 0 && len <= 40 && word[len] == '\0';
}

static void slack_refusal(struct arena *arena, const char *word, struct said *out)
{
	out->delivery = DELIVERY_REFUSED;
	out->why = is_error_word(word) ? arena_printf(arena, "Slack says %s", word) : "Slack says no";
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (strcmp(word, errors[i].word) == 0)
			out->delivery = errors[i].means;
}

static bool is_ref_part(const json_t *v)
{
	const char *s = json_string_value(v);
	size_t len = s ? strspn(s, "0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") : 0;
	return len > 0 && len <= 64 && s[len] == '\0';
}

void slack_said(struct arena *arena, const struct http_answer *answer, struct said *out)
{
	json_t *o = json_loadb(answer->body, answer->body_len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *ok = json_object_get(o, "ok"), *ts = json_object_get(o, "ts"), *channel = json_object_get(o, "channel");
	if (json_is_false(ok)) {
		const char *word = json_string_value(json_object_get(o, "error"));
		slack_refusal(arena, word ? word : "", out);
	} else if (!json_is_true(ok)) {
		out->delivery = DELIVERY_RETRY;
		out->why = "an answer that is not Slack's";
	} else if (is_ref_part(ts) && is_ref_part(channel)) {
		out->remote_ref = arena_printf(arena, "%s:%s", json_string_value(channel), json_string_value(ts));
	}
	json_decref(o);
}

void telegram_said(struct arena *arena, const struct http_answer *answer, struct said *out)
{
	json_t *o = json_loadb(answer->body, answer->body_len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *id = json_object_get(json_object_get(o, "result"), "message_id");
	const json_t *wait = json_object_get(json_object_get(o, "parameters"), "retry_after");
	if (out->delivery == DELIVERY_DONE && !json_is_true(json_object_get(o, "ok"))) {
		out->delivery = DELIVERY_RETRY;
		out->why = "an answer that is not Telegram's";
	} else if (out->delivery == DELIVERY_DONE && json_is_integer(id)) {
		out->remote_ref = arena_printf(arena, "%" PRId64, (int64_t)json_integer_value(id));
	}
	if (out->delivery == DELIVERY_RETRY && json_is_integer(wait) && json_integer_value(wait) > 0 && json_integer_value(wait) < INT32_MAX)
		out->retry_after_s = (int32_t)json_integer_value(wait);
	json_decref(o);
}
