/* alert -- from a state change to a message in somebody's channel. Three steps that do not know each other: alert_route()
 * says which channels get it (called where the incident changes, so that the outbox rows are written in the same
 * transaction), channel_render() makes the exact payload (pure), and the deliverer empties the outbox, at least once, with
 * the same dedup key each time. */
#pragma once
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "http/http.h"
#include "store/store.h"

enum alert_kind { ALERT_OPENED, ALERT_CHANGED, ALERT_REMINDER, ALERT_ACKED, ALERT_RESOLVED, ALERT_DIGEST, ALERT_TEST, ALERT_SELF, ALERT_KINDS };
const char *alert_kind_id(enum alert_kind k);   /* "opened", "acknowledged", ... */
typedef LIST(const char *) alert_lines;
struct alert {                          /* neutral: what every channel tells in its own way. Texts are never NULL once read */
	enum alert_kind kind;
	const char *incident;           /* ULID; "" for a test */
	const char *dedup_key;          /* of the incident: the same from opened to resolved */
	const char *word;               /* "SERVFAIL", "AT RISK", ... as shown; "OK" when resolved */
	const char *severity;           /* "critical", "error", "warning", "notice", "info"; when resolved: the worst it had, so that
					 * the same routes hear the end as heard the beginning */
	const char *finding;            /* "rrsig-expired" */
	const char *scope;              /* zone or servers at fault: "example.com." */
	const char *cause;              /* one sentence */
	const char *who;                /* who is hurt, since or from when */
	alert_lines fix, avoid;         /* a line each step */
	const char *command;            /* "dnsvigil why www.example.com": to be pasted; "" none */
	alert_lines lines;              /* a digest: the title of each message held back; at most LIMIT_ALERT_ITEMS */
	const char *by;                 /* who acknowledged; "" */
	const char *link;               /* base_url/i/ID; "" none */
	const char *before, *after;     /* drift: what it was, what it is; "" */
	struct wall since, opened_at, at, breaks_at, resolved_at;       /* WALL_NEVER none */
	uint32_t n_zones; alert_lines zones;            /* at most LIMIT_ALERT_ZONES named */
	alert_lines tags; const char *owner;
	const char *place;              /* where this observer stands; "" */
};
void alert_to_json(const struct alert *a, struct text *out);    /* one object, "schema": "dnsvigil.alert/1"; texts clean, cut at LIMIT_ALERT_FIELD */
/* E_SYNTAX: *at says what. What a newer program added is passed over. */
MUST_CHECK int alert_from_json(struct arena *arena, const char *text, size_t len, struct alert **out, struct err_at *at);
const char *alert_title(struct arena *arena, const struct alert *a);    /* at most 120 characters: "SERVFAIL example.com: ..." */
/* The six parts as plain text, 72 columns: verdict, cause, who and until when, fix, what not to do, proof command. */
void alert_plain(struct arena *arena, const struct alert *a, struct text *out);
/* Names this one message: incident's key, kind, moment. The same for every try and duplicate; an outbox row's dedup_key. */
const char *alert_message_id(struct arena *arena, const struct alert *a);

enum channel_kind { CHANNEL_SLACK_WEBHOOK, CHANNEL_SLACK_BOT, CHANNEL_WEBHOOK, CHANNEL_ALERTMANAGER, CHANNEL_PAGERDUTY,
		    CHANNEL_EMAIL, CHANNEL_TEAMS, CHANNEL_DISCORD, CHANNEL_NTFY, CHANNEL_TELEGRAM, CHANNEL_KINDS };
const char *channel_kind_id(enum channel_kind k);       /* "slack", "slack-bot", "webhook", ... as in the configuration */
struct channel {                        /* as configured; secrets are already read */
	const char *name; enum channel_kind kind;
	const char *url;                /* webhook, Alertmanager base, ntfy server, smtp://host:port; a secret where the kind says so */
	const char *token;              /* bot token, routing key, webhook signing secret ("whsec_..."), Telegram token; NULL */
	const char *target;             /* Slack channel, ntfy topic, Telegram chat id, mail recipients (comma separated) */
	const char *from, *user, *password;     /* e-mail */
	const char *ca_file;
	uint32_t per_hour;              /* messages before the rest goes into one digest; 0 = default */
	bool send_resolved;
};
/* The requests that tell a on c, one after the other: step 0, 1, ... until false. Most channels need one; a Slack bot edits
 * the first message and then answers in its thread. False at step 0: this kind of alert is nothing for this channel (no
 * resolve wanted, nobody to tell of an acknowledgement, or the channel's settings make no request).
 * remote_ref: what this channel called the first message of the incident ("" none). Pure; `at` is when it is sent. */
bool channel_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		    struct wall at, struct http_request *out);
enum delivery { DELIVERY_DONE, DELIVERY_RETRY, DELIVERY_REFUSED };
struct said {                           /* what the receiver's answer means */
	enum delivery delivery;         /* 408, 425, 429, 5xx and no answer: again; other: refused; Slack's "ok": false: by its error */
	const char *why;                /* one line for a log, no secret; NULL. Also of what is done, but not wholly (a recipient refused) */
	const char *remote_ref;         /* what it calls the message; "" nothing new */
	int32_t retry_after_s;          /* -1: not said */
};
struct said channel_verdict(struct arena *arena, const struct channel *c, const struct http_answer *answer);
/* A channel that tells people gathers what is over its cap into a digest; one that tells machines only waits. */
bool channel_is_for_people(enum channel_kind k);

struct route {                          /* first that fits wins unless `go_on` */
	LIST(const char *) channels;    /* names */
	LIST(const char *) zones;       /* patterns: "example.com" (that zone), "*.example.com" (below it); empty: all */
	LIST(const char *) tags;        /* any of; empty: all */
	const char *min_severity;       /* "warning"; NULL: "warning" */
	bool go_on;
};
struct quiet { int from_min, until_min; const char *min_severity; };    /* minutes of the day UTC; below the severity waits until the end */
typedef LIST(const struct channel *) channel_list;
/* A zone pattern fits the scope or any named zone. A channel is told once. */
void alert_route(struct arena *arena, const struct alert *a, const struct route *routes, uint32_t n_routes, const struct channel *channels,
		 uint32_t n_channels, channel_list *out);
/* Writes one outbox row a channel; inside the caller's transaction. Honours quiet hours (due_at); quiet may be NULL. */
MUST_CHECK int alert_post(struct store *s, struct arena *arena, const struct alert *a, const channel_list *to, const struct quiet *quiet,
			  struct wall now);

/* What people decide, each a transaction of its own: the decision, its event, and for an acknowledgement of what is open a message
 * to each channel that was told of the incident (again by the same one: nothing new). until: a moment that is over ends the mute. */
MUST_CHECK int alert_acknowledge(struct store *s, struct arena *arena, const char *incident, const char *by, struct wall at, bool *found);
/* "Example.com", "*.example.com", "tag:prod" as a mute keeps it and is_muted() compares it: A-labels, lower case, no final dot. NULL:
 * it is none, *why says why. */
const char *alert_mute_pattern(struct arena *arena, const char *word, const char **why);
MUST_CHECK int alert_mute(struct store *s, struct arena *arena, const char *incident, struct wall until, struct wall at, bool *found);

/* The deliverer keeps these promises, whatever kills us:
 * - at least once: a row is "sent" only after the receiver said so; a duplicate carries the same message id and dedup key;
 * - in order per channel and incident, one at a time (store_outbox_due() gives no row past one that waits for its time);
 * - again after 1 s, 2 s, ... 15 min, or what Retry-After asks; after 24 h, or when refused, "dead": visible, never deleted;
 * - over per_hour messages: people get one digest every LIMIT_ALERT_DIGEST_S, machines wait for the hour's end;
 * - Alertmanager forgets what is not told again: every LIMIT_ALERT_REFRESH_S the open incidents that were told there are
 *   told again, from incident_row.doc, beside the outbox (a lost refresh is made good by the next). */
struct deliverer;
struct deliverer_options {
	struct store *store; struct http *http;
	const struct channel *channels; uint32_t n_channels;
	const char *dead_man_url;       /* pinged by deliverer_ping(); NULL none */
	void (*log)(void *ctx, const char *channel, const char *line); void *log_ctx;   /* what an operator's log should say; no secret */
};
struct deliverer *deliverer_new(const struct deliverer_options *o);
/* Turns http (without waiting), learns what ended, starts what is due; call it often. now: the service's clock. An error of
 * the store's is given back: nothing is lost, call again. Not inside a transaction of the caller's. */
MUST_CHECK int deliverer_turn(struct deliverer *d, struct wall now);
void deliverer_ping(struct deliverer *d, struct wall now, bool awake);  /* at most 5 a minute; awake false: the /fail ping, once */
uint32_t deliverer_in_flight(const struct deliverer *d);         /* 0: may be freed without a duplicate to come */
struct deliverer_counters { uint64_t sent[CHANNEL_KINDS], failed[CHANNEL_KINDS], dead[CHANNEL_KINDS]; };
struct deliverer_counters deliverer_counters(const struct deliverer *d);
void deliverer_free(struct deliverer **d);      /* before or after http_free(); what is in flight stays in the outbox */
