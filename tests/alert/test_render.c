/* What each channel is sent, field by field; cutting; escaping; and the alert's own JSON, there and back. */
#include "../base/cmocka_all.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "samples.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static const struct wall at = { 1795318091 };

static int begin(void **state)
{
	(void)state;
	arena = arena_new(256u << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct http_request render(enum channel_kind kind, const struct alert *a, const char *ref, unsigned step)
{
	struct channel c = sample_channel(arena, kind, "https://receiver.example");
	struct http_request r = { 0 };
	assert_true(channel_render(arena, &c, a, ref, step, at, &r));
	return r;
}

static json_t *body_of(const struct http_request *r)
{
	json_error_t e;
	json_t *o = json_loadb(r->body, r->body_len, JSON_REJECT_DUPLICATES, &e);
	if (o == NULL)
		fail_msg("%s", e.text);
	return o;
}

/* "blocks.0.text.text" */
static const json_t *path(const json_t *o, const char *names)
{
	char copy[200], *save = NULL;
	snprintf(copy, sizeof copy, "%s", names);
	for (char *n = strtok_r(copy, ".", &save); n != NULL; n = strtok_r(NULL, ".", &save))
		o = json_is_array(o) ? json_array_get(o, (size_t)atoi(n)) : json_object_get(o, n);
	return o;
}

static const char *text_at(const json_t *o, const char *names)
{
	const char *s = json_string_value(path(o, names));
	if (s == NULL)
		fail_msg("%s is no text", names);
	return s;
}

#define EXPECT(o, names, text) assert_string_equal(text_at(o, names), text)

static const char *header(const struct http_request *r, const char *name)
{
	for (uint32_t i = 0; i < r->headers.n; i++)
		if (strcmp(r->headers.at[i].name, name) == 0)
			return r->headers.at[i].value;
	return NULL;
}

static size_t points(const char *s)
{
	size_t n = 0;
	for (size_t left = strlen(s); left > 0; n++) {
		uint32_t cp;
		unsigned took = utf8_next((const uint8_t *)s, left, &cp);
		assert_true(took > 0);  /* cut in the middle of a character */
		s += took;
		left -= took;
	}
	return n;
}

/* ---- title, text, JSON ---- */
static void titles_say_what_and_where(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	assert_string_equal(alert_title(arena, &a), "SERVFAIL example.com: the DNSSEC signatures ran out 3h 12m ago; 4 of 4 servers");
	a.kind = ALERT_REMINDER;
	assert_string_equal(alert_title(arena, &a), "still SERVFAIL example.com: the DNSSEC signatures ran out 3h 12m ago; 4 of 4 servers");
	struct alert over = sample_resolved(arena);
	assert_string_equal(alert_title(arena, &over), "OK example.com: rrsig-expired is over after 1h 01m");
	struct alert many = sample_drift(arena);
	assert_string_equal(alert_title(arena, &many), "AT RISK example.com (3 zones): the DS set at the parent changed");
	for (unsigned i = 0; i < SAMPLE_HOSTILE; i++) {
		struct alert h = sample_hostile(arena, i);
		const char *t = alert_title(arena, &h);
		assert_true(points(t) <= 120);
		assert_null(strpbrk(t, "\r\n\t\x1b\x07"));
	}
}

static void the_six_parts_stand_in_their_order(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct text t;
	text_init(&t, arena);
	alert_plain(arena, &a, &t);
	static const char *const order[] = { "SERVFAIL example.com", "\nCause ", "\nWho ", "\nSince ", "\nFix ", "1 start", "2 wait", "\nAvoid ", "\nProof ",
					     "dnsvigil why www.example.com", "\nPage " };
	const char *from = t.at;
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		const char *found = strstr(from, order[i]);
		if (found == NULL)
			fail_msg("%s is not where it should be in\n%s", order[i], t.at);
		from = found;
	}
	for (const char *line = t.at; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		assert_true(len <= 72);
		line += len + 1;
	}
	struct alert over = sample_resolved(arena);
	text_init(&t, arena);
	alert_plain(arena, &over, &t);
	assert_null(strstr(t.at, "Fix"));
	assert_null(strstr(t.at, "Avoid"));
	assert_non_null(strstr(t.at, "Proof"));
}

static void an_alert_comes_back_from_its_json(void **state)
{
	(void)state;
	struct alert a = sample_drift(arena), *b;
	a.by = "me";
	list_push(arena, &a.lines, "one");
	struct text t, again;
	struct err_at e;
	text_init(&t, arena);
	alert_to_json(&a, &t);
	assert_int_equal(alert_from_json(arena, t.at, t.len, &b, &e), E_OK);
	text_init(&again, arena);
	alert_to_json(b, &again);
	assert_string_equal(t.at, again.at);
	assert_int_equal(b->kind, ALERT_CHANGED);
	assert_string_equal(b->finding, "ds-changed");
	assert_int_equal(b->fix.n, 2);
	assert_string_equal(b->zones.at[1], "example.net.");
	assert_int_equal(b->since.s, a.since.s);
	assert_int_equal(b->resolved_at.s, WALL_NEVER.s);
	assert_int_equal(b->n_zones, 3);
	for (unsigned i = 0; i < SAMPLE_HOSTILE; i++) {
		struct alert h = sample_hostile(arena, i);
		text_init(&t, arena);
		alert_to_json(&h, &t);
		assert_int_equal(alert_from_json(arena, t.at, t.len, &b, &e), E_OK);
		assert_int_equal(b->zones.n, LIMIT_ALERT_ZONES);
	}
}

static void what_is_no_alert_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "[]", "{}", "null", "{\"schema\":\"dnsvigil.alert/2\",\"kind\":\"opened\"}", "{\"schema\":\"dnsvigil.alert/1\"}",
		"{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\",\"kind\":\"opened\"}", "{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"vanished\"}",
		"{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\",\"cause\":7}", "{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\",\"fix\":\"x\"}",
		"{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\",\"fix\":[1]}", "{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\",\"since\":\"soon\"}",
		"{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\",\"n_zones\":-1}", "{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\"} x",
	};
	struct alert *a;
	struct err_at e;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(alert_from_json(arena, bad[i], strlen(bad[i]), &a, &e), E_SYNTAX);
		assert_true(strlen(e.text) > 0);
	}
	/* The near miss: what a newer program added. */
	const char *newer = "{\"schema\":\"dnsvigil.alert/1\",\"kind\":\"opened\",\"weather\":{\"fine\":true}}";
	assert_int_equal(alert_from_json(arena, newer, strlen(newer), &a, &e), E_OK);
	assert_string_equal(a->cause, "");
	assert_int_equal(a->since.s, WALL_NEVER.s);
}

/* ---- channels ---- */
static void slack_webhook(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_SLACK_WEBHOOK, &a, "", 0);
	assert_string_equal(r.url, "https://receiver.example/slack/hook/T0/B0/s3cret");
	assert_string_equal(header(&r, "Content-Type"), "application/json; charset=utf-8");
	json_t *o = body_of(&r);
	EXPECT(o, "text", "SERVFAIL example.com: the DNSSEC signatures ran out 3h 12m ago; 4 of 4 servers");
	EXPECT(o, "blocks.0.type", "header");
	EXPECT(o, "blocks.0.text.type", "plain_text");
	EXPECT(o, "blocks.0.text.text", "\xe2\x9c\x98 SERVFAIL  example.com");
	EXPECT(o, "blocks.1.text.text", "*Cause*\nrrsig-expired: the DNSSEC signatures ran out 3h 12m ago; 4 of 4 servers");
	assert_true(json_is_true(path(o, "blocks.1.text.verbatim")));
	EXPECT(o, "blocks.2.text.text", "*Who*\nstrict resolvers since 00:14 UTC; Unbound from tomorrow");
	EXPECT(o, "blocks.3.fields.0.text", "*Since*\n22 Nov 00:15 UTC, 3h 12m ago");
	assert_non_null(strstr(text_at(o, "blocks.4.text.text"), "*Fix*\n1. start the signer"));
	assert_non_null(strstr(text_at(o, "blocks.4.text.text"), "\n2. wait until"));
	assert_non_null(strstr(text_at(o, "blocks.5.text.text"), "*Avoid*\nremoving the DS"));
	EXPECT(o, "blocks.6.text.text", "*Proof*\n`dnsvigil why www.example.com`");
	EXPECT(o, "blocks.7.elements.0.text.text", "Why?");
	EXPECT(o, "blocks.7.elements.0.url", "https://vigil.example/i/01J9X2?a=1&b=2");
	EXPECT(o, "blocks.8.type", "context");
	json_decref(o);
	struct channel c = sample_channel(arena, CHANNEL_SLACK_WEBHOOK, "https://x.example");
	assert_false(channel_render(arena, &c, &a, "", 1, at, &r));
}

static void slack_escapes_what_it_would_read(void **state)
{
	(void)state;
	struct alert a = sample_hostile(arena, 0);
	a.link = "https://vigil.example/";
	struct http_request r = render(CHANNEL_SLACK_WEBHOOK, &a, "", 0);
	assert_null(strstr(r.body, "<!"));
	assert_null(strstr(r.body, "<@"));
	assert_null(strstr(r.body, "<h"));
	assert_non_null(strstr(r.body, "&lt;!channel&gt;"));
	/* Cut with an ellipsis, never inside an entity. */
	a = sample_hostile(arena, 6);
	r = render(CHANNEL_SLACK_WEBHOOK, &a, "", 0);
	json_t *o = body_of(&r);
	const json_t *block;
	size_t i;
	json_array_foreach(path(o, "blocks"), i, block) {
		const char *s = json_string_value(path(block, "text.text"));
		for (const char *amp = s; amp != NULL && (amp = strchr(amp, '&')) != NULL; amp++)
			assert_true(strncmp(amp, "&amp;", 5) == 0 || strncmp(amp, "&lt;", 4) == 0 || strncmp(amp, "&gt;", 4) == 0);
		if (s != NULL && i > 0)
			assert_true(points(s) <= 3000);
	}
	assert_non_null(strstr(text_at(o, "blocks.1.text.text"), "\xe2\x80\xa6"));
	json_decref(o);
}

static void slack_bot_edits_and_answers(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_SLACK_BOT, &a, "", 0);
	assert_string_equal(r.url, "https://receiver.example/slack/api/chat.postMessage");
	assert_string_equal(header(&r, "Authorization"), "Bearer xoxb-s3cret");
	json_t *o = body_of(&r);
	EXPECT(o, "channel", "#dns");
	EXPECT(o, "parse", "none");
	assert_null(path(o, "ts"));
	assert_null(path(o, "thread_ts"));
	json_decref(o);
	struct channel c = sample_channel(arena, CHANNEL_SLACK_BOT, "https://x.example");
	assert_false(channel_render(arena, &c, &a, "", 1, at, &r));

	struct alert changed = sample_drift(arena);
	r = render(CHANNEL_SLACK_BOT, &changed, "C024BE91L:1503435956.000247", 0);
	assert_string_equal(r.url, "https://receiver.example/slack/api/chat.update");
	o = body_of(&r);
	EXPECT(o, "channel", "C024BE91L");
	EXPECT(o, "ts", "1503435956.000247");
	EXPECT(o, "blocks.0.text.text", "! AT RISK  example.com");
	json_decref(o);
	r = render(CHANNEL_SLACK_BOT, &changed, "C024BE91L:1503435956.000247", 1);
	assert_string_equal(r.url, "https://receiver.example/slack/api/chat.postMessage");
	o = body_of(&r);
	EXPECT(o, "channel", "C024BE91L");
	EXPECT(o, "thread_ts", "1503435956.000247");
	EXPECT(o, "text", "! AT RISK example.com (3 zones): the DS set at the parent changed\nbefore: 31406 13 2 8FC4\nafter: 55067 13 2 49FD");
	assert_true(json_is_false(path(o, "reply_broadcast")));
	json_decref(o);
	assert_false(channel_render(arena, &c, &changed, "C024BE91L:1503435956.000247", 2, at, &r));
	struct alert over = sample_resolved(arena);
	r = render(CHANNEL_SLACK_BOT, &over, "C024BE91L:1503435956.000247", 0);
	o = body_of(&r);
	EXPECT(o, "blocks.0.text.text", "\xe2\x9c\x94 OK  example.com");
	json_decref(o);
}

static void generic_webhook(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_WEBHOOK, &a, "", 0), again = render(CHANNEL_WEBHOOK, &a, "", 0);
	json_t *o = body_of(&r);
	EXPECT(o, "schema", "dnsvigil.alert/1");
	EXPECT(o, "kind", "opened");
	EXPECT(o, "finding", "rrsig-expired");
	EXPECT(o, "fix.1", "wait until 4 of 4 are fresh: dnsvigil wait example.com --until secure");
	EXPECT(o, "since", "2026-11-22T00:15:11Z");
	json_decref(o);
	assert_string_equal(header(&r, "webhook-timestamp"), "1795318091");
	assert_string_equal(header(&r, "webhook-id"), header(&again, "webhook-id"));
	assert_memory_equal(header(&r, "webhook-id"), "msg_", 4);
	assert_null(strchr(header(&r, "webhook-id"), '.'));
	assert_memory_equal(header(&r, "webhook-signature"), "v1,", 3);
	struct alert later = a;
	later.kind = ALERT_REMINDER;
	struct http_request other = render(CHANNEL_WEBHOOK, &later, "", 0);
	assert_string_not_equal(header(&r, "webhook-id"), header(&other, "webhook-id"));
	assert_string_not_equal(header(&r, "webhook-signature"), header(&other, "webhook-signature"));
}

static void alertmanager(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_ALERTMANAGER, &a, "", 0);
	assert_string_equal(r.url, "https://receiver.example/api/v2/alerts");
	json_t *o = body_of(&r);
	assert_int_equal(json_array_size(o), 1);
	EXPECT(o, "0.labels.alertname", "DnsZoneBroken");
	EXPECT(o, "0.labels.code", "rrsig-expired");
	EXPECT(o, "0.labels.zone", "example.com.");
	EXPECT(o, "0.labels.severity", "critical");
	EXPECT(o, "0.labels.owner", "dns-team");
	EXPECT(o, "0.startsAt", "2026-11-22T00:15:11Z");
	EXPECT(o, "0.endsAt", "2026-11-22T03:31:11Z");  /* at, and three refreshes */
	EXPECT(o, "0.generatorURL", "https://vigil.example/i/01J9X2?a=1&b=2");
	assert_non_null(strstr(text_at(o, "0.annotations.description"), "Avoid"));
	struct alert over = sample_resolved(arena);
	r = render(CHANNEL_ALERTMANAGER, &over, "", 0);
	json_t *p = body_of(&r);
	assert_true(json_equal(path(o, "0.labels"), path(p, "0.labels")));      /* or it would not end */
	EXPECT(p, "0.endsAt", "2026-11-22T03:28:11Z");                           /* not in the future: at */
	json_decref(o);
	json_decref(p);
	over.since.s = over.resolved_at.s + 5;
	r = render(CHANNEL_ALERTMANAGER, &over, "", 0);
	o = body_of(&r);
	assert_true(strcmp(text_at(o, "0.startsAt"), text_at(o, "0.endsAt")) <= 0);
	json_decref(o);
}

static void pagerduty(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_PAGERDUTY, &a, "", 0);
	json_t *o = body_of(&r);
	EXPECT(o, "routing_key", "0123456789abcdef0123456789abcdef");
	EXPECT(o, "event_action", "trigger");
	EXPECT(o, "dedup_key", "dnsvigil/rrsig-expired/example.com./1763770440");
	EXPECT(o, "client_url", "https://vigil.example/i/01J9X2?a=1&b=2");
	EXPECT(o, "payload.source", "example.com");
	EXPECT(o, "payload.severity", "critical");
	EXPECT(o, "payload.component", "example.com.");
	EXPECT(o, "payload.class", "rrsig-expired");
	EXPECT(o, "payload.timestamp", "2026-11-22T03:27:11Z");
	EXPECT(o, "payload.custom_details.proof.0", "dnsvigil why www.example.com");
	json_decref(o);
	static const struct { enum alert_kind kind; const char *action; } kinds[] = {
		{ ALERT_CHANGED, "trigger" }, { ALERT_REMINDER, "trigger" }, { ALERT_ACKED, "acknowledge" }, { ALERT_RESOLVED, "resolve" },
	};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		a.kind = kinds[i].kind;
		r = render(CHANNEL_PAGERDUTY, &a, "", 0);
		o = body_of(&r);
		EXPECT(o, "event_action", kinds[i].action);
		EXPECT(o, "dedup_key", "dnsvigil/rrsig-expired/example.com./1763770440");
		json_decref(o);
	}
	a.kind = ALERT_SELF;            /* as its kind says nothing, its end does */
	for (unsigned over = 0; over < 2; over++) {
		a.resolved_at = over ? a.at : WALL_NEVER;
		r = render(CHANNEL_PAGERDUTY, &a, "", 0);
		o = body_of(&r);
		EXPECT(o, "event_action", over ? "resolve" : "trigger");
		json_decref(o);
	}
	a.resolved_at = WALL_NEVER;
	static const char *const severities[][2] = { { "notice", "info" }, { "info", "info" }, { "warning", "warning" }, { "error", "error" } };
	for (size_t i = 0; i < 4; i++) {
		a.kind = ALERT_OPENED;
		a.severity = severities[i][0];
		r = render(CHANNEL_PAGERDUTY, &a, "", 0);
		o = body_of(&r);
		EXPECT(o, "payload.severity", severities[i][1]);
		json_decref(o);
	}
	/* Two long keys that differ at their end stay two. */
	struct alert x = sample_hostile(arena, 5), y = x;
	y.dedup_key = arena_printf(arena, "%sz", x.dedup_key);
	struct http_request rx = render(CHANNEL_PAGERDUTY, &x, "", 0), ry = render(CHANNEL_PAGERDUTY, &y, "", 0);
	json_t *ox = body_of(&rx), *oy = body_of(&ry);
	assert_true(points(text_at(ox, "dedup_key")) <= 255);
	assert_string_not_equal(text_at(ox, "dedup_key"), text_at(oy, "dedup_key"));
	json_decref(ox);
	json_decref(oy);
}

static void teams(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_TEAMS, &a, "", 0);
	json_t *o = body_of(&r);
	EXPECT(o, "type", "message");
	EXPECT(o, "attachments.0.contentType", "application/vnd.microsoft.card.adaptive");
	assert_true(json_is_null(path(o, "attachments.0.contentUrl")));
	EXPECT(o, "attachments.0.content.type", "AdaptiveCard");
	EXPECT(o, "attachments.0.content.body.0.text", "\xe2\x9c\x98 SERVFAIL  example.com");
	EXPECT(o, "attachments.0.content.body.0.color", "Attention");
	EXPECT(o, "attachments.0.content.body.3.type", "FactSet");
	EXPECT(o, "attachments.0.content.body.3.facts.0.title", "Since");
	EXPECT(o, "attachments.0.content.actions.0.type", "Action.OpenUrl");
	EXPECT(o, "attachments.0.content.msteams.width", "Full");
	json_decref(o);
	struct alert h = sample_hostile(arena, 1);
	r = render(CHANNEL_TEAMS, &h, "", 0);
	assert_null(strstr(r.body, " [example.com](https"));
	assert_non_null(strstr(r.body, "\\\\[example.com\\\\]"));
}

static void discord(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_DISCORD, &a, "", 0);
	json_t *o = body_of(&r);
	assert_true(json_is_array(path(o, "allowed_mentions.parse")));
	assert_int_equal(json_array_size(path(o, "allowed_mentions.parse")), 0);
	EXPECT(o, "username", "dnsvigil");
	EXPECT(o, "embeds.0.title", "\xe2\x9c\x98 SERVFAIL  example.com");
	EXPECT(o, "embeds.0.fields.0.name", "Since");
	assert_non_null(strstr(text_at(o, "embeds.0.description"), "`dnsvigil why www.example.com`"));
	json_decref(o);
	struct alert h = sample_hostile(arena, 2);      /* backticks cannot leave the code span */
	r = render(CHANNEL_DISCORD, &h, "", 0);
	o = body_of(&r);
	const char *proof = strstr(text_at(o, "embeds.0.description"), "**Proof**\n");
	if (proof != NULL) {
		const char *open = strchr(proof, '`'), *close = strchr(open + 1, '`');
		assert_string_equal(close, "`");
	}
	json_decref(o);
}

static void ntfy(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_NTFY, &a, "", 0);
	assert_string_equal(r.url, "https://receiver.example/ntfy");
	assert_string_equal(header(&r, "Authorization"), "Bearer tk_s3cret");
	json_t *o = body_of(&r);
	EXPECT(o, "topic", "dns");
	EXPECT(o, "tags.0", "rotating_light");
	assert_int_equal(json_integer_value(path(o, "priority")), 5);
	EXPECT(o, "click", "https://vigil.example/i/01J9X2?a=1&b=2");
	json_decref(o);
	for (unsigned i = 0; i < SAMPLE_HOSTILE; i++) {
		struct alert h = sample_hostile(arena, i);
		r = render(CHANNEL_NTFY, &h, "", 0);
		o = body_of(&r);
		assert_true(strlen(text_at(o, "message")) <= 4096);
		points(text_at(o, "message"));
		json_decref(o);
	}
}

static void telegram(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_TELEGRAM, &a, "", 0);
	assert_string_equal(r.url, "https://receiver.example/telegram/bot123456:s3cret-TOKEN/sendMessage");
	json_t *o = body_of(&r);
	EXPECT(o, "chat_id", "-1001234");
	assert_int_equal(json_integer_value(path(o, "message_thread_id")), 17);
	EXPECT(o, "parse_mode", "HTML");
	assert_null(path(o, "reply_parameters"));
	assert_non_null(strstr(text_at(o, "text"), "<code>dnsvigil why www.example.com</code>"));
	assert_non_null(strstr(text_at(o, "text"), "<a href=\"https://vigil.example/i/01J9X2?a=1&amp;b=2\">Why?</a>"));
	json_decref(o);
	r = render(CHANNEL_TELEGRAM, &a, "4711", 0);
	o = body_of(&r);
	assert_int_equal(json_integer_value(path(o, "reply_parameters.message_id")), 4711);
	json_decref(o);
	struct channel c = sample_channel(arena, CHANNEL_TELEGRAM, "https://x.example");
	c.token = "1:a/../../b";
	assert_false(channel_render(arena, &c, &a, "", 0, at, &r));
}

/* ---- mail ---- */
static const char *mail_header(const struct http_request *r, const char *name)
{
	const char *end_of_head = strstr(r->body, "\r\n\r\n"), *from = r->body;
	const char *wanted = arena_printf(arena, "\r\n%s: ", name);
	const char *found = strncmp(from, wanted + 2, strlen(wanted) - 2) == 0 ? from - 2 : strstr(from, wanted);
	if (found == NULL || found > end_of_head)
		return NULL;
	assert_null(strstr(found + 2, wanted) && strstr(found + 2, wanted) < end_of_head ? wanted : NULL);       /* once only */
	const char *value = found + strlen(wanted), *end_of_line = strstr(value, "\r\n");
	while (end_of_line[2] == ' ')
		end_of_line = strstr(end_of_line + 2, "\r\n");
	return arena_printf(arena, "%.*s", (int)(end_of_line - value), value);
}

static void mail(void **state)
{
	(void)state;
	struct alert a = sample_opened(arena);
	struct http_request r = render(CHANNEL_EMAIL, &a, "", 0);
	assert_string_equal(r.mail_from, "alerts@vigil.example");
	assert_int_equal(r.mail_to.n, 2);
	assert_string_equal(r.mail_to.at[1], "second@example.net");
	assert_string_equal(mail_header(&r, "Date"), "Sun, 22 Nov 2026 03:28:11 +0000");
	assert_string_equal(mail_header(&r, "From"), "dnsvigil <alerts@vigil.example>");
	assert_string_equal(mail_header(&r, "To"), "ops@example.net, second@example.net");
	assert_string_equal(mail_header(&r, "Subject"), "[SERVFAIL] example.com rrsig-expired");
	assert_string_equal(mail_header(&r, "Message-ID"), "<01J9X2ABCDEFGHJKMNPQRSTVWX.opened@vigil.example>");
	assert_null(mail_header(&r, "In-Reply-To"));
	assert_string_equal(mail_header(&r, "Auto-Submitted"), "auto-generated");
	assert_string_equal(mail_header(&r, "List-Id"), "dnsvigil alerts <alerts.dnsvigil.vigil.example>");
	assert_string_equal(mail_header(&r, "X-Dnsvigil-Finding"), "rrsig-expired");
	assert_string_equal(mail_header(&r, "MIME-Version"), "1.0");
	assert_true(strstr(r.body, "text/plain") < strstr(r.body, "text/html"));
	struct alert over = sample_resolved(arena);
	r = render(CHANNEL_EMAIL, &over, "", 0);
	assert_string_equal(mail_header(&r, "Subject"), "[OK] example.com rrsig-expired");
	assert_string_equal(mail_header(&r, "Message-ID"), "<01J9X2ABCDEFGHJKMNPQRSTVWX.resolved.1795321631@vigil.example>");
	assert_string_equal(mail_header(&r, "In-Reply-To"), "<01J9X2ABCDEFGHJKMNPQRSTVWX.opened@vigil.example>");
	assert_string_equal(mail_header(&r, "References"), "<01J9X2ABCDEFGHJKMNPQRSTVWX.opened@vigil.example>");
}

static void mail_lets_nothing_in(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SAMPLE_HOSTILE; i++) {
		struct alert h = sample_hostile(arena, i);
		struct http_request r = render(CHANNEL_EMAIL, &h, "", 0);
		assert_null(mail_header(&r, "Bcc"));
		size_t line = 0;
		for (size_t k = 0; k < r.body_len; k++) {
			unsigned char c = (unsigned char)r.body[k];
			if (c == '\n')
				assert_true(k > 0 && r.body[k - 1] == '\r');
			if (c == '\r')
				assert_true(r.body[k + 1] == '\n');
			assert_true(c < 0x7f && (c >= 0x20 || c == '\r' || c == '\n'));
			line = c == '\n' ? 0 : line + 1;
			assert_true(line <= 998);
			if (line == 1)
				assert_true(c != '.');
		}
	}
}

static void only_what_can_be_clicked_is_a_link(void **state)
{
	(void)state;
	static const char *const bad[] = { "javascript:alert(1)", "ftp://x/", "https://x/\"><b>", "https://x/ y", "https://x/|evil", "https://x/\xe2\x80\xae", "" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct alert a = sample_opened(arena);
		a.link = bad[i];
		for (int k = 0; k < CHANNEL_KINDS; k++) {
			if (k == CHANNEL_WEBHOOK)
				continue;       /* says what it was told, as data */
			struct http_request r = render((enum channel_kind)k, &a, "", 0);
			assert_null(strstr(r.body, *bad[i] != '\0' ? bad[i] : "\"url\":\"\""));
		}
	}
}

static void a_channel_is_not_told_what_it_has_no_use_for(void **state)
{
	(void)state;
	struct alert a = sample_resolved(arena);
	struct http_request r;
	for (int k = 0; k < CHANNEL_KINDS; k++) {
		struct channel c = sample_channel(arena, (enum channel_kind)k, "https://x.example");
		a.kind = ALERT_RESOLVED;
		assert_true(channel_render(arena, &c, &a, "", 0, at, &r));
		c.send_resolved = false;
		assert_false(channel_render(arena, &c, &a, "", 0, at, &r));
		a.kind = ALERT_ACKED;
		assert_int_equal(channel_render(arena, &c, &a, "", 0, at, &r), k == CHANNEL_PAGERDUTY || k == CHANNEL_WEBHOOK);
	}
}

/* ---- what answers mean ---- */
static struct said verdict(enum channel_kind kind, int status, const char *body)
{
	struct channel c = { .kind = kind };
	struct http_answer a = { .outcome = HTTP_ANSWERED, .status = status, .retry_after_s = -1, .body = body, .body_len = strlen(body) };
	return channel_verdict(arena, &c, &a);
}

static void answers_are_understood(void **state)
{
	(void)state;
	static const struct { int status; enum delivery means; } http[] = {
		{ 200, DELIVERY_DONE }, { 202, DELIVERY_DONE }, { 204, DELIVERY_DONE }, { 301, DELIVERY_REFUSED }, { 400, DELIVERY_REFUSED },
		{ 401, DELIVERY_REFUSED }, { 404, DELIVERY_REFUSED }, { 408, DELIVERY_RETRY }, { 410, DELIVERY_REFUSED }, { 413, DELIVERY_REFUSED },
		{ 425, DELIVERY_RETRY }, { 429, DELIVERY_RETRY }, { 500, DELIVERY_RETRY }, { 503, DELIVERY_RETRY },
	};
	for (size_t i = 0; i < sizeof http / sizeof http[0]; i++) {
		assert_int_equal(verdict(CHANNEL_WEBHOOK, http[i].status, "secret").delivery, http[i].means);
		const char *why = verdict(CHANNEL_WEBHOOK, http[i].status, "secret").why;
		assert_true(why == NULL || strstr(why, "secret") == NULL);
	}
	assert_int_equal(verdict(CHANNEL_EMAIL, 250, "").delivery, DELIVERY_DONE);
	assert_int_equal(verdict(CHANNEL_EMAIL, 451, "").delivery, DELIVERY_RETRY);
	assert_int_equal(verdict(CHANNEL_EMAIL, 550, "").delivery, DELIVERY_REFUSED);
	struct channel c = { .kind = CHANNEL_WEBHOOK };
	static const struct { enum http_outcome outcome; enum delivery means; } outcomes[] = {
		{ HTTP_UNREACHABLE, DELIVERY_RETRY }, { HTTP_TIMED_OUT, DELIVERY_RETRY }, { HTTP_TOO_LARGE, DELIVERY_RETRY }, { HTTP_FORBIDDEN, DELIVERY_RETRY },
		{ HTTP_CANCELLED, DELIVERY_RETRY },
	};
	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
		struct http_answer a = { .outcome = outcomes[i].outcome, .retry_after_s = -1, .body = "" };
		assert_int_equal(channel_verdict(arena, &c, &a).delivery, outcomes[i].means);
		assert_non_null(channel_verdict(arena, &c, &a).why);
	}
}

static void slack_says_no_with_200(void **state)
{
	(void)state;
	static const struct { const char *error; enum delivery means; } errors[] = {
		{ "channel_not_found", DELIVERY_REFUSED }, { "invalid_auth", DELIVERY_REFUSED }, { "msg_blocks_too_long", DELIVERY_REFUSED },
		{ "ratelimited", DELIVERY_RETRY }, { "internal_error", DELIVERY_RETRY }, { "message_not_found", DELIVERY_DONE },
	};
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		struct said s = verdict(CHANNEL_SLACK_BOT, 200, arena_printf(arena, "{\"ok\":false,\"error\":\"%s\"}", errors[i].error));
		assert_int_equal(s.delivery, errors[i].means);
		assert_non_null(strstr(s.why, errors[i].error));
		assert_string_equal(s.remote_ref, "");
	}
	assert_string_equal(verdict(CHANNEL_SLACK_BOT, 200, "{\"ok\":true,\"channel\":\"C0\",\"ts\":\"15.02\"}").remote_ref, "C0:15.02");
	assert_string_equal(verdict(CHANNEL_SLACK_BOT, 200, "{\"ok\":true,\"channel\":\"C0:x\",\"ts\":\"15.02\"}").remote_ref, "");
	assert_int_equal(verdict(CHANNEL_SLACK_BOT, 200, "<html>a captive portal</html>").delivery, DELIVERY_RETRY);
	struct said odd = verdict(CHANNEL_SLACK_BOT, 200, "{\"ok\":false,\"error\":\"xoxb-s3cret \\u001b[31m\"}");
	assert_int_equal(odd.delivery, DELIVERY_REFUSED);
	assert_null(strstr(odd.why, "s3cret"));
}

static void telegram_says_how_long(void **state)
{
	(void)state;
	struct said s = verdict(CHANNEL_TELEGRAM, 429, "{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":17}}");
	assert_int_equal(s.delivery, DELIVERY_RETRY);
	assert_int_equal(s.retry_after_s, 17);
	assert_string_equal(verdict(CHANNEL_TELEGRAM, 200, "{\"ok\":true,\"result\":{\"message_id\":42}}").remote_ref, "42");
	assert_int_equal(verdict(CHANNEL_TELEGRAM, 200, "hello").delivery, DELIVERY_RETRY);
	assert_int_equal(verdict(CHANNEL_TELEGRAM, 400, "{\"ok\":false}").delivery, DELIVERY_REFUSED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(titles_say_what_and_where), TEST(the_six_parts_stand_in_their_order), TEST(an_alert_comes_back_from_its_json),
		TEST(what_is_no_alert_is_refused), TEST(slack_webhook), TEST(slack_escapes_what_it_would_read), TEST(slack_bot_edits_and_answers),
		TEST(generic_webhook), TEST(alertmanager), TEST(pagerduty), TEST(teams), TEST(discord), TEST(ntfy), TEST(telegram), TEST(mail),
		TEST(mail_lets_nothing_in), TEST(only_what_can_be_clicked_is_a_link), TEST(a_channel_is_not_told_what_it_has_no_use_for),
		TEST(answers_are_understood), TEST(slack_says_no_with_200), TEST(telegram_says_how_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
