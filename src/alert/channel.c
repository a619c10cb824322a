/* channel -- the table of kinds, and what an answer means for all of them. */
#include "alert/inside.h"
#include "base/limits.h"
#include <string.h>

static const struct {
	const char *id;
	render_fn *render;
	bool for_people;
} kinds[CHANNEL_KINDS] = {
	[CHANNEL_SLACK_WEBHOOK] = { "slack", slack_webhook_render, true },
	[CHANNEL_SLACK_BOT] = { "slack-bot", slack_bot_render, true },
	[CHANNEL_WEBHOOK] = { "webhook", webhook_render, false },
	[CHANNEL_ALERTMANAGER] = { "alertmanager", alertmanager_render, false },
	[CHANNEL_PAGERDUTY] = { "pagerduty", pagerduty_render, false },
	[CHANNEL_EMAIL] = { "email", email_render, true },
	[CHANNEL_TEAMS] = { "teams", teams_render, true },
	[CHANNEL_DISCORD] = { "discord", discord_render, true },
	[CHANNEL_NTFY] = { "ntfy", ntfy_render, true },
	[CHANNEL_TELEGRAM] = { "telegram", telegram_render, true },
};

const char *channel_kind_id(enum channel_kind k)
{
	return kinds[k].id;
}

bool channel_is_for_people(enum channel_kind k)
{
	return kinds[k].for_people;
}

bool channel_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		    struct wall at, struct http_request *out)
{
	if (a->kind == ALERT_RESOLVED && !c->send_resolved)
		return false;
	if (!kinds[c->kind].render(arena, c, a, remote_ref ? remote_ref : "", step, at, out))
		return false;
	out->ca_file = c->ca_file;
	return true;
}

/* By status: HTTP, and SMTP, whose 4yz is "again" and 5yz is "no" (RFC 5321 4.2.1). */
static enum delivery by_status(const struct channel *c, int status)
{
	if (status >= 200 && status < 300)
		return DELIVERY_DONE;
	if (c->kind == CHANNEL_EMAIL)
		return status >= 500 ? DELIVERY_REFUSED : DELIVERY_RETRY;
	return status == 408 || status == 425 || status == 429 || status >= 500 ? DELIVERY_RETRY : DELIVERY_REFUSED;
}

static const char *status_words(struct arena *arena, const struct channel *c, int status)
{
	const char *more = status == 401 || status == 403 ? " (token or password?)" : status == 404 || status == 410 ? " (no such address there)"
			   : status >= 300 && status < 400 ? " (redirects are not followed)" : "";
	return c->kind == CHANNEL_EMAIL ? arena_printf(arena, "SMTP %d", status) : arena_printf(arena, "HTTP %d%s", status, more);
}

struct said channel_verdict(struct arena *arena, const struct channel *c, const struct http_answer *answer)
{
	struct said s = { .remote_ref = "", .retry_after_s = answer->retry_after_s };
	if (answer->outcome != HTTP_ANSWERED) {
		/* Also what our own policy forbids: a resolver that gives private addresses for an hour must cost no alert. */
		s.delivery = DELIVERY_RETRY;
		s.why = answer->why ? arena_text(arena, answer->why) : http_outcome_text(answer->outcome);
		return s;
	}
	s.delivery = by_status(c, answer->status);
	if (s.delivery != DELIVERY_DONE)
		s.why = status_words(arena, c, answer->status);
	else if (answer->mail_refused > 0)
		s.why = arena_printf(arena, "%u of the recipients refused", answer->mail_refused);
	if (c->kind == CHANNEL_SLACK_BOT && s.delivery == DELIVERY_DONE)
		slack_said(arena, answer, &s);
	if (c->kind == CHANNEL_TELEGRAM)
		telegram_said(arena, answer, &s);
	if (c->kind == CHANNEL_ALERTMANAGER && s.delivery == DELIVERY_DONE)
		s.remote_ref = "told";  /* so that refresh.c knows which incidents this one was told */
	return s;
}
