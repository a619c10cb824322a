/* inside -- what the files of alert/ share; nobody else includes it. */
#pragma once
#include "alert/alert.h"

/* Writers include base/json.h, readers jansson.h: the two share names, so no file has both. */
struct json;

/* ---- the fields of struct alert, one table for reader and writer (fields.c) ---- */
enum field_kind { FIELD_TEXT, FIELD_LINES, FIELD_WALL, FIELD_COUNT };
struct field { const char *name; enum field_kind kind; size_t offset; uint32_t most; };
extern const struct field alert_fields[];
extern const unsigned alert_n_fields;
bool alert_kind_from_id(const char *id, enum alert_kind *out);
#define ALERT_SCHEMA "dnsvigil.alert/1"
/* 0 "info" .. 4 "critical"; unknown words count as "error". NULL or "": fallback. */
unsigned severity_rank(const char *severity, unsigned fallback);
enum { SEVERITY_INFO, SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_CRITICAL };
/* The members of one alert, inside an object that is open. */
void alert_members(struct json *j, const struct alert *a);

/* ---- one escape per sink (clean.c) ---- */
/* One line that may be shown anywhere: invalid UTF-8 and what hides or turns text becomes U+FFFD, line breaks and tabs a
 * blank; at most max code points, the last one "..." as one character when cut. NULL is "". */
const char *clean_line(struct arena *arena, const char *text, size_t max);
enum sink { SINK_PLAIN, SINK_SLACK, SINK_HTML, SINK_MARKDOWN, SINK_CODE /* between backticks */, SINK_SLACK_CODE };
/* Text that grows to `left` units and no further: UTF-16 units, as JavaScript and Telegram count, or octets. */
struct room { struct text text; enum sink sink; size_t left; bool in_octets, full; };
void room_init(struct room *r, struct arena *arena, enum sink sink, size_t units);
void room_raw(struct room *r, const char *markup);      /* all of it or nothing; then the room is full */
void room_add(struct room *r, const char *clean);       /* escaped; cut with an ellipsis, never inside an escape */
void room_span(struct room *r, const char *before, enum sink sink, const char *clean, const char *after);       /* closed whatever is cut */
const char *room_text(struct arena *arena, enum sink sink, const char *clean, size_t units);    /* one text alone in its room */
size_t utf16_units(const char *utf8);

/* ---- an alert as it is told: texts clean, in the order of the six parts (told.c) ---- */
enum part_kind { PART_CAUSE, PART_LINES, PART_WHO, PART_FACTS, PART_FIX, PART_AVOID, PART_PROOF, PART_KINDS };
struct part { enum part_kind kind; const char *label; bool numbered; alert_lines lines; };
struct fact { const char *label, *value; };
struct told {
	const struct alert *alert;
	const char *sign;               /* "✘" */
	const char *word, *name;        /* "SERVFAIL", "example.com" */
	const char *headline;           /* "✘ SERVFAIL  example.com": for a title above the cause */
	const char *title;              /* alert_title() */
	LIST(struct part) parts;        /* only those with lines; PART_FACTS has the facts below, a line each */
	LIST(struct fact) facts;        /* since, breaks at, zones, ...: "who is hurt and until when" in numbers */
	const char *link;               /* "" unless http(s) */
	uint32_t colour;                /* 0xRRGGBB */
	const char *teams_colour;       /* "Attention", ... */
	const char *tag;                /* of ntfy: an emoji's short name */
};
/* scale: 1 for texts in full; 2, 4, ... for shorter ones, when the whole was too long for a channel. */
/* It ends what was told before under the same key: an incident resolved, or that we are well again. */
bool alert_is_over(const struct alert *a);
const struct told *told_make(struct arena *arena, const struct alert *a, unsigned scale);
enum { TOLD_SCALE_MAX = 64 };
/* label and lines of a part into r; b and e stand around the label. */
void part_add(struct room *r, const struct part *p, const char *b, const char *e);

/* ---- requests ---- */
void request_json(struct arena *arena, struct http_request *out, const char *url, const struct text *body);
void request_header(struct arena *arena, struct http_request *out, const char *name, const char *value);
const char *url_joined(struct arena *arena, const char *base, const char *path);        /* one slash between them */
const char *hex_sha256(struct arena *arena, const char *text);

typedef bool render_fn(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		       struct wall at, struct http_request *out);
render_fn slack_webhook_render, slack_bot_render, webhook_render, alertmanager_render, pagerduty_render, email_render, teams_render,
	discord_render, ntfy_render, telegram_render;
/* One element of Alertmanager's array; firing until at + 3 refreshes. */
void alertmanager_alert(struct arena *arena, struct json *j, const struct alert *a, struct wall at);
void alertmanager_request(struct arena *arena, const struct channel *c, const struct text *body, struct http_request *out);
/* said.c. From Slack's and Telegram's JSON: what the error word means, the reference, Telegram's own "retry_after". */
void slack_said(struct arena *arena, const struct http_answer *answer, struct said *out);
void telegram_said(struct arena *arena, const struct http_answer *answer, struct said *out);

/* ---- mail (mime.c) ---- */
void mime_quoted_printable(struct text *out, const char *text);         /* RFC 2045 6.7; CRLF line ends */
void mime_header(struct text *out, const char *name, const char *clean);        /* RFC 2047 where not plain ASCII; folded */
void mime_date(struct text *out, struct wall at);                       /* RFC 5322 3.3 */
