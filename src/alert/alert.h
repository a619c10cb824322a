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

enum alert_kind { ALERT_OPENED, ALERT_CHANGED, ALERT_REMINDER, ALERT_RESOLVED, ALERT_DIGEST, ALERT_TEST, ALERT_SELF };
const char *alert_kind_id(enum alert_kind k);   /* "opened", ... */
struct alert {                          /* neutral: what every channel tells in its own way */
	enum alert_kind kind;
	const char *incident;           /* ULID; "" for a test */
	const char *dedup_key;
	const char *word;               /* "SERVFAIL", "AT RISK", ... as shown; "OK" when resolved */
	const char *severity;           /* "critical", "error", "warning", "notice", "info" */
	const char *finding;            /* "rrsig-expired" */
	const char *scope;              /* zone or servers at fault: "example.com." */
	const char *cause;              /* one sentence */
	const char *who;                /* who is hurt, since or from when */
	LIST(const char *) fix, avoid;  /* a line each step */
	const char *command;            /* "dnsvigil why www.example.com": to be pasted; "" none */
	const char *link;               /* base_url/i/ID; "" none */
	const char *before, *after;     /* drift: what it was, what it is; "" */
	struct wall since, opened_at, at, breaks_at, resolved_at;       /* WALL_NEVER none */
	uint32_t n_zones; LIST(const char *) zones;     /* at most 20 named */
	LIST(const char *) tags; const char *owner;
	const char *place;              /* where this observer stands; "" */
};
void alert_to_json(const struct alert *a, struct text *out);
MUST_CHECK int alert_from_json(struct arena *arena, const char *text, size_t len, struct alert **out, struct err_at *at);
const char *alert_title(struct arena *arena, const struct alert *a);    /* at most 120 characters: "SERVFAIL example.com: ..." */
void alert_plain(struct arena *arena, const struct alert *a, struct text *out);         /* the six parts as plain text, 72 columns */

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
/* The request that tells a on c. remote_ref: what this channel called the first message of the incident ("" none). Pure but
 * for `at` and `message_id`. false: this kind of alert is nothing for this channel (e.g. no resolve wanted). */
bool channel_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, struct wall at,
		    struct http_request *out);
enum delivery { DELIVERY_DONE, DELIVERY_RETRY, DELIVERY_REFUSED };
/* What the receiver's answer means (429 and 5xx: again; other 4xx: refused; Slack's "ok": false: by its error), and what it
 * calls the message. */
enum delivery channel_verdict(struct arena *arena, const struct channel *c, const struct http_answer *answer, const char **why, const char **remote_ref);

struct route {                          /* first that fits wins unless `go_on` */
	LIST(const char *) channels;    /* names */
	LIST(const char *) zones;       /* patterns: "example.com", "*.example.com"; empty: all */
	LIST(const char *) tags;        /* any of; empty: all */
	const char *min_severity;       /* "warning"; NULL: "warning" */
	bool go_on;
};
struct quiet { int from_min, until_min; const char *min_severity; };    /* minutes of the day UTC; below the severity waits until the end */
typedef LIST(const struct channel *) channel_list;
void alert_route(struct arena *arena, const struct alert *a, const struct route *routes, uint32_t n_routes, const struct channel *channels,
		 uint32_t n_channels, channel_list *out);
/* Writes one outbox row a channel; inside the caller's transaction. Honours quiet hours (due_at). */
MUST_CHECK int alert_post(struct store *s, struct arena *arena, const struct alert *a, const channel_list *to, const struct quiet *quiet,
			  struct wall now);

struct deliverer;
struct deliverer_options {
	struct store *store; struct http *http;
	const struct channel *channels; uint32_t n_channels;
	const char *dead_man_url;       /* pinged by deliverer_ping(); NULL none */
	void (*log)(void *ctx, const char *channel, const char *line); void *log_ctx;   /* what an operator's log should say; no secret */
};
struct deliverer *deliverer_new(const struct deliverer_options *o);
/* Starts what is due, learns what ended; call it often. now: the service's clock. E_SYSTEM when the store fails. */
MUST_CHECK int deliverer_turn(struct deliverer *d, struct wall now);
void deliverer_ping(struct deliverer *d, struct wall now, bool awake);  /* at most 5 a minute; awake false: the /fail ping, once */
uint32_t deliverer_in_flight(const struct deliverer *d);
struct deliverer_counters { uint64_t sent[CHANNEL_KINDS], failed[CHANNEL_KINDS], dead[CHANNEL_KINDS]; };
struct deliverer_counters deliverer_counters(const struct deliverer *d);
void deliverer_free(struct deliverer **d);
