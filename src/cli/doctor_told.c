/* doctor_told -- the ways out: the API of the running service, and the channels; with --send a test alert goes through each. */
#include "alert/alert.h"
#include "cli/doctor.h"
#include <errno.h>
#include <string.h>

enum { STEPS_MAX = 4, TURN_MS = 200, WAIT_MS = 10000, SAID_COLUMNS = 60, WHY_COLUMNS = 300 };

struct sending { struct arena *arena; bool done; struct http_answer answer; };

static void landed(const struct http_answer *answer, void *ctx)
{
	struct sending *s = ctx;
	s->answer = *answer;
	s->answer.body = arena_printf(s->arena, "%.*s", (int)answer->body_len, answer->body);
	s->answer.why = answer->why != NULL ? arena_text(s->arena, answer->why) : NULL;
	s->done = true;
}

static bool send_one(struct http *http, const struct http_request *r, struct sending *s)
{
	s->done = false;
	if (http_start(http, r, landed, s) != E_OK)
		return false;
	while (!s->done)
		http_turn(http, TURN_MS);
	return true;
}

/* ---- the service ---- */

static const char *url_of(const struct doctor *d, const char *path)
{
	const char *listen = d->config->api.listen;
	const char *host = strcmp(listen, "0.0.0.0") == 0 ? "127.0.0.1" : strcmp(listen, "::") == 0 ? "::1" : listen;
	bool v6 = strchr(host, ':') != NULL;
	return arena_printf(d->o->arena, "http://%s%s%s:%u%s", v6 ? "[" : "", host, v6 ? "]" : "", d->config->api.port, path);
}

static void look_at_service(struct doctor *d, struct http *http)
{
	struct sending s = { .arena = d->o->arena };
	struct http_request r = { .method = "GET", .url = url_of(d, "/healthz"), .timeout_ms = WAIT_MS };
	if (!send_one(http, &r, &s) || s.answer.outcome != HTTP_ANSWERED || s.answer.status != 200) {
		doctor_note(d, HEALTH_BAD, "service", "start it (systemctl start dnsvigil), and look at its log", "%s: %s", r.url,
			    s.answer.outcome == HTTP_ANSWERED ? arena_printf(d->o->arena, "status %d", s.answer.status) : http_outcome_text(s.answer.outcome));
		return;
	}
	r.url = url_of(d, "/readyz");
	if (!send_one(http, &r, &s) || s.answer.outcome != HTTP_ANSWERED)
		doctor_note(d, HEALTH_BAD, "service", "look at its log", "%s: %s", r.url, http_outcome_text(s.answer.outcome));
	else if (s.answer.status != 200)
		doctor_note(d, HEALTH_POOR, "service", "a fresh one needs a round; else see the reasons there", "alive, not ready: %s",
			    escape_terminal(d->o->arena, (const uint8_t *)s.answer.body, strlen(s.answer.body), WHY_COLUMNS));
	else
		doctor_note(d, HEALTH_FINE, "service", "", "alive and ready at %s", url_of(d, ""));
}

void doctor_service(struct doctor *d)
{
	if (d->config == NULL || !d->config->api.on)
		return;
	struct http *http = http_new(&(struct http_options){ .addr_allowed = ADDR_ANY & ~ADDR_RESERVED, .http_allowed = true });
	if (http == NULL)
		doctor_note(d, HEALTH_UNSEEN, "service", "", "no HTTP: %s", strerror(errno));
	else
		look_at_service(d, http);
	http_free(&http);
}

/* ---- channels ---- */

static bool holds(const char *body, const char *secret)
{
	return secret != NULL && strlen(secret) >= 4 && strstr(body, secret) != NULL;
}

/* A receiver may send back what it was sent: what holds a secret, or the secret part of an address, is not shown. */
static bool tells_secret(const struct doctor *d, const struct channel *c, const char *body)
{
	const char *host = c->url != NULL ? strstr(c->url, "://") : NULL;
	const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
	if (holds(body, c->token) || holds(body, c->password) || holds(body, c->url))
		return true;
	for (const char *at = path; at != NULL && *at != '\0';) {
		at += strspn(at, "/?&=");
		size_t len = strcspn(at, "/?&=");
		if (holds(body, arena_printf(d->o->arena, "%.*s", (int)len, at)))
			return true;
		at += len;
	}
	return false;
}

static const char *said_text(const struct doctor *d, const struct channel *c, const struct http_answer *answer, const struct said *said)
{
	const char *body = answer->body;
	if (answer->outcome != HTTP_ANSWERED)
		return said->why != NULL ? said->why : http_outcome_text(answer->outcome);
	const char *head = arena_printf(d->o->arena, "the receiver said %d%s%s", answer->status, said->why != NULL ? ", " : "", said->why != NULL ? said->why : "");
	if (*body == '\0' || tells_secret(d, c, body))
		return head;
	return arena_printf(d->o->arena, "%s: %s", head, escape_terminal(d->o->arena, (const uint8_t *)body, strlen(body), SAID_COLUMNS));
}

static struct alert *test_alert(const struct doctor *d)
{
	struct text t;
	struct err_at at = { 0 };
	struct alert *out = NULL;
	struct alert a = { .kind = ALERT_TEST, .incident = "", .dedup_key = "dnsvigil/doctor", .word = "OK", .severity = "info", .scope = "", .finding = "",
			   .cause = "A test alert of `dnsvigil doctor --send`: nothing is wrong.", .command = "dnsvigil doctor", .place = d->config->place,
			   .at = wall_now(), .since = WALL_NEVER, .opened_at = wall_now(), .breaks_at = WALL_NEVER, .resolved_at = WALL_NEVER };
	text_init(&t, d->o->arena);
	alert_to_json(&a, &t);
	return alert_from_json(d->o->arena, t.at, t.len, &out, &at) == E_OK ? out : NULL;
}

static void send_test(struct doctor *d, struct http *http, const struct channel *c, const struct alert *a)
{
	struct sending s = { .arena = d->o->arena };
	struct said said = { .delivery = DELIVERY_REFUSED };
	const char *ref = "", *name = escape_terminal(d->o->arena, (const uint8_t *)c->name, strlen(c->name), 40);
	unsigned step = 0;
	for (; step < STEPS_MAX; step++) {
		struct http_request r = { 0 };
		if (!channel_render(d->o->arena, c, a, ref, step, wall_now(), &r))
			break;
		if (!send_one(http, &r, &s))
			break;
		said = channel_verdict(d->o->arena, c, &s.answer);
		ref = said.remote_ref != NULL ? said.remote_ref : "";
		if (said.delivery != DELIVERY_DONE)
			break;
	}
	if (step == 0 && !s.done) {
		doctor_note(d, HEALTH_BAD, "channel", "look at its keys in dnsvigil.yaml(5)", "%s (%s): its settings make no request", name, channel_kind_id(c->kind));
		return;
	}
	const char *todo = said.delivery == DELIVERY_DONE    ? ""
			   : said.delivery == DELIVERY_RETRY ? "the service would try again; look at the receiver and the way there"
							     : "look at its address and secret";
	doctor_note(d, said.delivery == DELIVERY_DONE ? HEALTH_FINE : HEALTH_BAD, "channel", todo, "%s (%s): %s%s", name, channel_kind_id(c->kind),
		    said.delivery == DELIVERY_DONE ? "sent; " : "not delivered; ", said_text(d, c, &s.answer, &said));
}

static void send_to_all(struct doctor *d)
{
	const struct config *c = d->config;
	bool plain = c->alerts_http_allowed;
	struct http_options options = { .addr_allowed = plain ? ADDR_ANY & ~ADDR_RESERVED : ADDR_PUBLIC | ADDR_PRIVATE, .http_allowed = plain,
					.user_agent = "dnsvigil/" DNSVIGIL_VERSION };
	struct http *http = http_new(&options);
	const struct alert *a = test_alert(d);
	if (http == NULL || a == NULL)
		doctor_note(d, HEALTH_UNSEEN, "channel", "", "nothing could be sent: %s", strerror(errno));
	for (uint32_t i = 0; http != NULL && a != NULL && i < c->channels.n; i++)
		if (d->o->channel == NULL || strcmp(d->o->channel, c->channels.at[i].name) == 0)
			send_test(d, http, &c->channels.at[i], a);
	http_free(&http);
}

void doctor_channels(struct doctor *d)
{
	const struct config *c = d->config;
	if (d->o->send && !d->has_secrets) {
		doctor_note(d, HEALTH_BAD, "channel", "mend the configuration first", "nothing was sent");
		return;
	}
	if (d->o->send) {
		send_to_all(d);
		return;
	}
	for (uint32_t i = 0; c != NULL && i < c->channels.n; i++)
		doctor_note(d, HEALTH_FINE, "channel", "", "%s (%s): configured (--send tries it)", c->channels.at[i].name, channel_kind_id(c->channels.at[i].kind));
}
