/* tell -- the words of an alert, and to whom it goes. */
#include "watch/inside.h"
#include "dns/text.h"
#include "report/report.h"
#include <string.h>

static void add_lines(struct arena *a, const char *text, void *list_of_texts)
{
	LIST(const char *) *out = list_of_texts;
	for (const char *at = text; at != NULL && *at != '\0';) {
		size_t len = strcspn(at, "\n");
		if (len > 0)
			list_push(a, out, (const char *)arena_printf(a, "%.*s", (int)len, at));
		at += len + (at[len] == '\n');
	}
}

static const char *who_is_hurt(struct arena *a, const struct concern *c, const struct observation *ob)
{
	char when[WALL_TEXT_MAX];
	const struct verdict *v = ob->result->verdict;
	if (c->word == VERDICT_SERVFAIL)
		return v->security == STATUS_BOGUS ? "everybody behind a validating resolver gets SERVFAIL; +cd and non-validating resolvers still answer"
						   : "everybody: no resolver can answer";
	if (c->f != NULL && c->f->id == FINDING_WATCHED_NAME_ABSENT)
		return "everybody: resolvers answer that there is no such name, or no such zone";
	if (c->word == VERDICT_DEGRADED && c->f != NULL && c->f->of_servers > 0)
		return arena_printf(a, "some queries: %u of %u servers", c->f->n_servers, c->f->of_servers);
	if (c->word == VERDICT_DEGRADED)
		return "some resolvers, or some of their queries";
	if (ob->breaks_at.s != INT64_MAX)
		return arena_printf(a, "nobody yet; SERVFAIL from %s", wall_text(ob->breaks_at, when));
	return "nobody yet";
}

static const char *command_for(struct arena *a, const struct config_zone *z)
{
	return name_is_plain(z->name) ? arena_printf(a, "dnsvigil why %s %s", z->zone, type_text(a, z->type != 0 ? z->type : TYPE_SOA)) : "";
}

/* Faults of the same zone that mending the cause brings to light; those of other zones are not of this incident. */
static void add_behind(struct arena *a, const struct concern *c, const struct verdict *v, alert_lines *fix)
{
	for (uint8_t i = 0; v != NULL && v->root == c->f && i < v->n_behind; i++) {
		const struct finding *f = v->behind[i];
		if (f->zone != NULL && c->f->zone != NULL && name_equal(f->zone->name, c->f->zone->name))
			list_push(a, fix, (const char *)arena_printf(a, "once that is mended, still broken by %s: %s", finding_kind(f->id)->id, f->text));
	}
}

struct alert *alert_of(struct arena *a, const struct observer *o, const struct config_zone *z, const struct concern *c,
		       const struct observation *ob, struct wall at)
{
	struct alert *l = ARENA_NEW(a, struct alert);
	*l = (struct alert){ .kind = ALERT_OPENED, .incident = "", .dedup_key = "", .word = verdict_text(c->word),
			     .severity = severity_text(c->severity), .finding = c->finding, .scope = c->scope,
			     .who = who_is_hurt(a, c, ob), .command = command_for(a, z), .link = "", .before = "", .after = "",
			     .since = at, .opened_at = at, .at = at, .breaks_at = ob->breaks_at, .resolved_at = WALL_NEVER, .n_zones = 1,
			     .owner = z->owner, .place = o->config->place };
	list_push(a, &l->zones, z->zone);
	for (uint32_t i = 0; i < z->tags.n; i++)
		list_push(a, &l->tags, z->tags.at[i]);
	if (c->f != NULL) {
		l->cause = c->f->text;
		add_lines(a, c->f->fix, &l->fix);
		add_behind(a, c, ob->result != NULL ? ob->result->verdict : NULL, &l->fix);
		add_lines(a, c->f->avoid, &l->avoid);
		if (c->f->when.s != INT64_MAX && c->f->when.s <= at.s)
			l->since = c->f->when;
	} else {
		l->cause = change_text(a, c->change);
		l->before = c->change->before;
		l->after = c->change->after;
		if (*c->change->why != '\0')
			list_push(a, &l->avoid, c->change->why);
		list_push(a, &l->fix, (const char *)arena_printf(a, "if you meant it: acknowledge; if not: undo it at %s",
								  *c->change->where != '\0' ? c->change->where : "the registrar or the signer"));
	}
	return l;
}

static int post(struct observer *o, struct arena *a, const struct alert *l, struct wall at)
{
	const struct config *c = o->config;
	channel_list to = { 0 };
	int e = observer_writes(o);
	if (e != E_OK)
		return e;
	alert_route(a, l, c->routes.at, c->routes.n, c->channels.at, c->channels.n, &to);
	return alert_post(o->store, a, l, &to, c->has_quiet ? &c->quiet : NULL, at);
}

int tell_posted_again(struct observer *o, struct wall at)
{
	int e = E_OK;
	for (uint32_t i = 0; i < o->posted.n && e == E_OK; i++)
		e = post(o, o->scratch, o->posted.at[i], at);
	return e;
}

int tell(struct observer *o, struct arena *a, struct alert *l, struct wall at)
{
	const struct config *c = o->config;
	if (c->base_url != NULL && *c->base_url != '\0' && *l->incident != '\0')
		l->link = arena_printf(a, "%s/i/%s", c->base_url, l->incident);
	list_push(o->scratch, &o->posted, (const struct alert *)l);     /* before: what fails here is written elsewhere */
	return post(o, a, l, at);
}

/* About ourselves: not an incident, so that no zone has to carry it; one message when it begins and one when it is over. */
static const char *const self_ids[SELF_STATES] = {
	[SELF_CLOCK] = "self-clock-suspect", [SELF_BLIND] = "self-blind", [SELF_CANARY] = "self-canary", [SELF_DISK] = "self-disk-full",
	[SELF_STORE] = "self-store-failed",
};

static const char *self_fact(struct observer *o, enum self what)
{
	return arena_printf(o->scratch, "open/%s", self_ids[what]);
}

int self_load(struct observer *o)
{
	int e = E_OK;
	for (unsigned i = 0; i < SELF_STATES && e == E_OK; i++) {
		const char *open;
		e = store_get(o->store, o->scratch, self_fact(o, i), &open);
		o->self_told[i] = e == E_OK && open != NULL && *open != '\0';
	}
	return e;
}

int tell_self(struct observer *o, enum self what, bool begins, const char *cause, const char *fix, struct wall at)
{
	struct arena *a = o->scratch;
	const char *finding = self_ids[what];
	if (o->self_told[what] == begins)
		return E_OK;
	o->self_told[what] = begins;
	struct alert *l = ARENA_NEW(a, struct alert);
	*l = (struct alert){ .kind = ALERT_SELF, .incident = "", .word = begins ? "UNKNOWN" : "OK", .severity = "error" /* at its end too: the same routes hear of it */,
			     .finding = finding, .scope = "this observer", .cause = cause,
			     .who = begins ? "nobody by itself: but what breaks now may go unseen" : "nobody: it sees again", .command = "dnsvigil doctor",
			     .link = "", .before = "", .after = "", .since = at, .opened_at = at, .at = at, .breaks_at = WALL_NEVER,
			     .resolved_at = begins ? WALL_NEVER : at, .owner = "", .place = o->config->place,
			     .dedup_key = arena_printf(a, "dnsvigil/%s/%s", finding, o->config->place) };
	if (*fix != '\0')
		list_push(a, &l->fix, fix);
	observer_log(o, begins ? "error" : "info", finding, "", "%s", cause);
	struct event_row event = { .at = at, .zone = "", .kind = finding, .severity = begins ? "error" : "info", .before = "", .after = begins ? "begins" : "over",
				   .text = cause, .incident = "" };
	int64_t id;
	int e = observer_writes(o);
	if (e == E_OK)
		e = store_add_event(o->store, &event, &id);
	if (e == E_OK)
		e = store_set(o->store, self_fact(o, what), begins ? "1" : "");
	return e == E_OK ? tell(o, a, l, at) : e;
}
