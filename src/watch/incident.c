/* incident -- one cause: opened when its first zone is confirmed, joined and left by zones, kept in the store. What comes back
 * within the hour is the same incident. When it is told, and when it is over: incident_tell.c. */
#include "watch/inside.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { RESOLVED_LOADED = 1000 };

static char *copy(const char *s)
{
	char *c = strdup(s != NULL ? s : "");
	if (c == NULL)
		abort();
	return c;
}

static void replace(char **old, const char *s)
{
	char *fresh = copy(s);
	free(*old);
	*old = fresh;
}

/* 48 bits of milliseconds, 80 of chance, in Crockford's base 32: sorts by time. */
static void make_id(char id[27], struct wall at)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t chance[16];
	uint64_t ms = (uint64_t)at.s * 1000;
	if (getrandom(chance, sizeof chance, 0) != sizeof chance)
		abort();
	for (int i = 9; i >= 0; i--, ms >>= 5)
		id[i] = digits[ms & 31];
	for (int i = 0; i < 16; i++)
		id[10 + i] = digits[chance[i] & 31];
	id[26] = '\0';
}

struct incident *incident_find(const struct observer *o, const char *finding, const char *scope)
{
	for (struct incident *i = o->incidents; i != NULL; i = i->next)
		if (strcmp(i->finding, finding) == 0 && strcmp(i->scope, scope) == 0)
			return i;
	return NULL;
}

int incident_save(struct observer *o, struct incident *i)
{
	int e = observer_writes(o);
	if (e != E_OK)
		return e;
	struct incident_row row = { .id = i->id, .dedup_key = i->key, .finding = i->finding, .scope = i->scope, .word = verdict_id(i->word),
				    .severity = severity_text(i->severity), .state = i->resolved ? "resolved" : "open", .opened_at = i->opened_at,
				    .changed_at = i->changed_at, .resolved_at = i->resolved ? i->resolved_at : WALL_NEVER, .since = i->since,
				    .n_zones = i->n_zones, .text = i->text, .doc = i->doc, .reminders = i->reminders, .told_at = i->told_at,
				    .flapping = i->flaps >= FLAPS_MAX };
	return store_put_incident(o->store, &row);
}

int incident_note(struct observer *o, const struct incident *i, const char *kind, const char *zone, struct wall at)
{
	struct event_row event = { .at = at, .zone = zone, .kind = kind, .severity = severity_text(i->severity), .before = "", .after = "",
				   .text = i->text, .incident = i->id };
	int64_t id;
	return store_add_event(o->store, &event, &id);
}

static struct incident *incident_new(struct observer *o, const struct concern *c, const struct alert *l, struct wall at)
{
	struct incident *i = calloc(1, sizeof *i);
	if (i == NULL)
		abort();
	make_id(i->id, at);
	i->finding = copy(c->finding);
	i->scope = copy(c->scope);
	i->text = copy(l->cause);
	i->doc = copy("");
	i->key = copy(arena_printf(o->scratch, "dnsvigil/%s/%s/%lld", c->finding, c->scope, (long long)at.s));
	i->word = c->word;
	i->severity = c->severity;
	i->opened_at = i->changed_at = at;
	i->since = l->since;
	i->told_at = i->resolved_at = i->breaks_at = WALL_NEVER;
	i->told_rung = RUNG_UNKNOWN;
	i->next = o->incidents;
	o->incidents = i;
	return i;
}

static void keep_doc(struct observer *o, struct incident *i, struct alert *l)
{
	struct text t;
	l->incident = i->id;
	l->dedup_key = i->key;
	l->opened_at = i->opened_at;
	l->since = i->since;
	text_init(&t, o->scratch);
	alert_to_json(l, &t);
	replace(&i->doc, t.at);
	replace(&i->text, l->cause);
}

/* Not the zone's: of two things that are wrong with it, one may have no deadline, and must not be told at each rung of the other's. */
static struct wall deadline_of(const struct concern *c, struct wall at)
{
	return c->f != NULL && c->f->when.s > at.s ? c->f->when : WALL_NEVER;
}

void incident_refresh(struct observer *o, struct incident *i, const struct config_zone *z, const struct concern *c, const struct observation *ob,
		      struct wall at)
{
	if (i->n_zones > 1 && at.s - i->refreshed_at.s < REFRESH_S)
		return;
	i->refreshed_at = at;
	i->breaks_at = deadline_of(c, at);
	i->word = c->word;
	if (c->severity > i->severity)
		i->severity = c->severity;
	keep_doc(o, i, alert_of(o->scratch, o, z, c, ob, at));
}

static void come_back(struct incident *i, struct wall at)
{
	i->resolved = false;
	i->resolved_at = WALL_NEVER;
	i->changed_at = at;
	i->flaps++;
	i->told_at = WALL_NEVER;        /* it was told as resolved: it is told anew, so that nobody takes it for mended */
}

int incident_join(struct observer *o, const struct config_zone *z, const struct concern *c, const struct observation *ob, struct wall at,
		  struct incident **out)
{
	struct incident *i = incident_find(o, c->finding, c->scope);
	struct alert *l = alert_of(o->scratch, o, z, c, ob, at);
	bool news = i == NULL;
	if (news)
		i = incident_new(o, c, l, at);
	else if (i->resolved)
		come_back(i, at);
	bool worse = c->severity > i->severity || c->word != i->word;
	if (c->severity > i->severity) {
		i->severity = c->severity;
		i->word = c->word;
	}
	if (news || worse || i->n_zones == 0) {
		keep_doc(o, i, l);
		i->breaks_at = deadline_of(c, at);
		i->refreshed_at = at;
	}
	i->n_zones++;
	*out = i;
	int e = incident_save(o, i);
	if (e == E_OK)
		e = store_incident_zone(o->store, i->id, z->zone, at, true);
	return e == E_OK && news ? incident_note(o, i, "incident-opened", z->zone, at) : e;
}

int incident_leave(struct observer *o, struct incident *i, const char *zone, enum verdict_word now, struct wall at)
{
	bool foreseen = finding_by_name(i->finding, &(enum finding_id){ 0 }) != NULL;   /* not a change */
	bool broken = now == VERDICT_DEGRADED || now == VERDICT_SERVFAIL;
	bool due = i->breaks_at.s == WALL_NEVER.s || i->breaks_at.s <= at.s;           /* something else may have broken the zone */
	i->came_as = foreseen && broken && due && i->word == VERDICT_AT_RISK ? now : VERDICT_OK;
	int e = observer_writes(o);
	if (e == E_OK)
		e = store_incident_zone(o->store, i->id, zone, at, false);
	if (i->n_zones > 0)
		i->n_zones--;
	i->changed_at = at;
	return e == E_OK ? incident_save(o, i) : e;
}

void incident_free(struct incident *i)
{
	free(i->key);
	free(i->finding);
	free(i->scope);
	free(i->text);
	free(i->doc);
	free(i);
}

static enum verdict_word word_from(const char *id)
{
	for (int w = 0; w <= VERDICT_UNKNOWN; w++)
		if (strcmp(verdict_id((enum verdict_word)w), id) == 0)
			return (enum verdict_word)w;
	return VERDICT_UNKNOWN;
}

static enum severity severity_from(const char *text)
{
	for (int s = SEVERITY_CRITICAL; s > 0; s--)
		if (strcmp(severity_text((enum severity)s), text) == 0)
			return (enum severity)s;
	return SEVERITY_INFO;
}

static void load_one(struct observer *o, const struct incident_row *r)
{
	struct incident *i = calloc(1, sizeof *i);
	if (i == NULL)
		abort();
	strncpy(i->id, r->id, sizeof i->id - 1);
	i->key = copy(r->dedup_key);
	i->finding = copy(r->finding);
	i->scope = copy(r->scope);
	i->text = copy(r->text);
	i->doc = copy(r->doc);
	i->word = word_from(r->word);
	i->severity = i->told_severity = severity_from(r->severity);
	i->opened_at = r->opened_at;
	i->changed_at = r->changed_at;
	i->since = r->since;
	i->told_at = r->told_at;
	i->resolved = strcmp(r->state, "resolved") == 0;
	i->resolved_at = i->resolved ? r->resolved_at : WALL_NEVER;
	i->breaks_at = WALL_NEVER;
	i->told_rung = RUNG_UNKNOWN;
	i->told_zones = r->n_zones;     /* n_zones is counted anew as its zones are loaded */
	i->reminders = r->reminders;
	i->flaps = r->flapping ? FLAPS_MAX : 0;
	i->next = o->incidents;
	o->incidents = i;
}

/* Those that are open, and those that would be the same if they came back. */
int incidents_load(struct observer *o)
{
	struct arena *a = arena_new((size_t)1 << 30);
	incident_rows open = { 0 }, over = { 0 };
	struct wall at = observer_now(o);
	int e = store_incidents(o->store, a, &(struct incident_query){ .state = "open", .limit = UINT32_MAX }, &open);
	if (e == E_OK)
		e = store_incidents(o->store, a, &(struct incident_query){ .state = "resolved", .limit = RESOLVED_LOADED }, &over);
	for (uint32_t k = 0; e == E_OK && k < over.n; k++)
		if (at.s - over.at[k].resolved_at.s < REOPEN_S && at.s >= over.at[k].resolved_at.s)
			load_one(o, &over.at[k]);
	for (uint32_t k = 0; e == E_OK && k < open.n; k++)
		load_one(o, &open.at[k]);
	arena_free(&a);
	return e;
}

int incidents_save_all(struct observer *o)
{
	int e = E_OK;
	for (struct incident *i = o->incidents; i != NULL && e == E_OK; i = i->next)
		e = incident_save(o, i);
	return e;
}

void incidents_free(struct observer *o)
{
	while (o->incidents != NULL) {
		struct incident *i = o->incidents;
		o->incidents = i->next;
		incident_free(i);
	}
}
