/* decide -- what people decide about an incident, in one transaction with what follows from it: the event, and the word to those who
 * were told of the incident. Whose channels those are the outbox knows: no configuration is needed, so a command can do it too.
 * A mute is told to nobody: that nothing is told is all it does. */
#include "alert/inside.h"
#include "dns/text.h"
#include <string.h>

static int note(struct store *s, const struct incident_row *i, const char *kind, const char *after, const char *text, struct wall at)
{
	struct event_row event = { .at = at, .zone = "", .kind = kind, .severity = i->severity, .before = "", .after = after, .text = text,
				   .incident = i->id };
	int64_t id;
	return store_add_event(s, &event, &id);
}

/* Nothing where nobody was told yet, or what was told cannot be read: a newer program's. */
static int tell_channels(struct store *s, struct arena *arena, const struct incident_row *i, const char *by, struct wall at)
{
	store_names names = { 0 };
	struct alert *a;
	struct err_at where = { 0 };
	int e = store_told_channels(s, arena, i->id, &names);
	if (e != E_OK || names.n == 0 || alert_from_json(arena, i->doc, strlen(i->doc), &a, &where) != E_OK)
		return e;
	a->kind = ALERT_ACKED;
	a->incident = i->id;
	a->dedup_key = i->dedup_key;
	a->by = by;
	a->at = at;
	a->severity = i->severity;
	a->n_zones = i->n_zones;
	channel_list to = { 0 };
	for (uint32_t k = 0; k < names.n; k++) {
		struct channel *c = ARENA_NEW(arena, struct channel);
		c->name = names.at[k];
		list_push(arena, &to, c);
	}
	return alert_post(s, arena, a, &to, NULL, at);
}

static int acknowledge(struct store *s, struct arena *arena, const struct incident_row *i, const char *by, struct wall at)
{
	bool found, again = i->acked_at.s != WALL_NEVER.s && strcmp(i->acked_by, by) == 0;
	int e = again ? E_OK : store_ack(s, i->id, by, at, &found);
	if (e == E_OK && !again)
		e = note(s, i, "incident-acknowledged", by, "Somebody takes care of it.", at);
	if (e == E_OK && !again && strcmp(i->state, "open") == 0)
		e = tell_channels(s, arena, i, by, at);
	return e;
}

static int mute(struct store *s, struct arena *arena, const struct incident_row *i, struct wall until, struct wall at)
{
	char when[WALL_TEXT_MAX];
	bool found, over = until.s <= at.s;
	int e = store_mute(s, i->id, until, &found);
	if (e != E_OK)
		return e;
	return over ? note(s, i, "incident-unmuted", "", "It is told again.", at)
		    : note(s, i, "incident-muted", arena_text(arena, wall_text(until, when)), "It is not told until then.", at);
}

struct decision { const char *by; struct wall until; };

static int decide(struct store *s, struct arena *arena, const char *incident, const struct decision *d, struct wall at, bool *found)
{
	struct incident_row row;
	*found = false;
	int e = store_begin(s);
	if (e != E_OK)
		return e;
	e = store_incident(s, arena, incident, &row, found);
	if (e == E_OK && *found)
		e = d->by != NULL ? acknowledge(s, arena, &row, d->by, at) : mute(s, arena, &row, d->until, at);
	if (e == E_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

int alert_acknowledge(struct store *s, struct arena *arena, const char *incident, const char *by, struct wall at, bool *found)
{
	return decide(s, arena, incident, &(struct decision){ .by = by }, at, found);
}

int alert_mute(struct store *s, struct arena *arena, const char *incident, struct wall until, struct wall at, bool *found)
{
	return decide(s, arena, incident, &(struct decision){ .until = until }, at, found);
}

const char *alert_mute_pattern(struct arena *arena, const char *word, const char **why)
{
	bool below = strncmp(word, "*.", 2) == 0;
	if (strncmp(word, "tag:", 4) == 0 && word[4] != '\0')
		return arena_text(arena, word);
	*why = "it is empty";
	const char *bare = below ? word + 2 : word;
	const uint8_t *name = *bare != '\0' ? name_from_user(arena, bare, why) : NULL;
	if (name == NULL)
		return NULL;
	const char *text = name_text(arena, name_lower(arena, name));
	size_t len = strlen(text);
	return arena_printf(arena, "%s%.*s", below ? "*." : "", (int)(len > 1 ? len - 1 : len), text);
}
