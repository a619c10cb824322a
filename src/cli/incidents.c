/* incidents -- what is wrong and what was, from the observer's memory; acknowledged and muted here. */
#include "alert/alert.h"
#include "base/json.h"
#include "cli/complain.h"
#include "cli/config.h"
#include "cli/files.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "base/nearest.h"
#include "report/screen.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 200 };

static int open_memory(const struct options *o, struct arena *a, bool read_only, struct store **out)
{
	struct err_at at = { 0 };
	const char *path;
	int code = config_store_path(o, a, &path);
	if (code != 0)
		return code;
	if (store_open(path, &(struct store_options){ .read_only = read_only }, out, &at) == E_OK)
		return 0;
	return complain(EXIT_UNKNOWN, "the observer's memory %s cannot be opened: %s", path, at.text);
}

static enum sign sign_of(const struct incident_row *i)
{
	bool bad = strcmp(i->severity, "critical") == 0 || strcmp(i->severity, "error") == 0;
	return strcmp(i->state, "open") != 0 ? SIGN_OK : bad ? SIGN_BAD : SIGN_WARN;
}

static const char *shown(struct arena *a, const char *text, size_t columns)
{
	return escape_terminal(a, (const uint8_t *)text, strlen(text), columns);
}

static void add_human(struct screen *s, const struct incident_row *i, struct wall now)
{
	struct arena *a = s->arena;
	char when[WALL_TEXT_MAX], span[WALL_TEXT_MAX];
	bool open = strcmp(i->state, "open") == 0;
	int64_t lasted_s = (open ? now.s : i->resolved_at.s) - i->opened_at.s;
	struct text state;
	text_init(&state, a);
	text_addf(&state, "since %s, %s%s", wall_text(i->opened_at, when), open ? "for " : "lasted ", distance_text(lasted_s, span));
	if (i->n_zones > 1)
		text_addf(&state, ", %u zones", i->n_zones);
	if (i->acked_at.s != INT64_MAX)
		text_addf(&state, ", acknowledged by %s", shown(a, i->acked_by, 40));
	if (i->muted_until.s != INT64_MAX && i->muted_until.s > now.s)
		text_addf(&state, ", muted until %s", wall_text(i->muted_until, when));
	if (i->flapping)
		text_add(&state, ", comes and goes");
	screen_wrap(s, KEEP_ALWAYS, arena_printf(a, "%s%s", screen_pad(s, sign_text(s, sign_of(i)), 3), screen_pad(s, open ? i->severity : "resolved", 10)),
		    arena_printf(a, "%s  %s  %s", i->id, i->finding, shown(a, i->scope, 60)));
	screen_wrap(s, KEEP_ALWAYS, "    ", shown(a, i->text, 400));
	screen_wrap(s, KEEP_ALWAYS, "    ", state.at);
}

static void add_json(struct json *j, const struct incident_row *i)
{
	json_object(j);
	json_field_text(j, "id", i->id);
	json_field_text(j, "state", i->state);
	json_field_text(j, "finding", i->finding);
	json_field_text(j, "scope", i->scope);
	json_field_text(j, "verdict", i->word);
	json_field_text(j, "severity", i->severity);
	json_field_text(j, "text", i->text);
	json_field_int(j, "zones", i->n_zones);
	json_field_wall(j, "since", i->since);
	json_field_wall(j, "opened_at", i->opened_at);
	json_field_wall(j, "resolved_at", i->resolved_at);
	json_field_wall(j, "acked_at", i->acked_at);
	json_field_text(j, "acked_by", i->acked_by);
	json_field_wall(j, "muted_until", i->muted_until);
	json_field_bool(j, "flapping", i->flapping);
	json_object_end(j);
}

static int list(const struct options *o, struct arena *a, struct store *s)
{
	incident_rows rows = { 0 };
	struct text t;
	struct json j;
	struct style style;
	struct screen screen;
	struct wall now = wall_now();
	uint32_t open = 0;
	const char *only = o->objects.n > 2 ? o->objects.at[2] : NULL;
	if (only != NULL && strcmp(only, "open") != 0 && strcmp(only, "resolved") != 0)
		return complain(EXIT_USAGE, "incidents list: open or resolved, not %s", only);
	if (store_incidents(s, a, &(struct incident_query){ .state = only, .limit = ROWS }, &rows) != E_OK)
		return complain(EXIT_UNKNOWN, "%s", store_why(s));
	text_init(&t, a);
	json_init(&j, &t, true);
	show_style(o, &style);
	screen_init(&screen, a, &style);
	if (o->format == FORMAT_JSON)
		json_array(&j);
	for (uint32_t i = 0; i < rows.n; i++) {
		open += strcmp(rows.at[i].state, "open") == 0;
		if (o->format == FORMAT_JSON)
			add_json(&j, &rows.at[i]);
		else
			add_human(&screen, &rows.at[i], now);
	}
	if (o->format == FORMAT_JSON) {
		json_array_end(&j);
		text_add(&t, "\n");
	} else if (rows.n == 0) {
		text_add(&t, "no incident\n");
	} else {
		screen_print(&screen, &t);
	}
	if (!o->quiet && !print_all(t.at, t.len))
		return EXIT_UNKNOWN;
	return open > 0 ? EXIT_WARNING : EXIT_OK;
}

/* A beginning of the id is enough where it names one. 0, or the exit code of what was complained about. */
static int find_id(struct arena *a, struct store *s, const char *word, const char **id)
{
	incident_rows rows = { 0 };
	uint32_t n = 0;
	if (store_incidents(s, a, &(struct incident_query){ .limit = UINT32_MAX }, &rows) != E_OK)
		return complain(EXIT_UNKNOWN, "the incidents cannot be read: %s", store_why(s));
	for (uint32_t i = 0; i < rows.n; i++) {
		if (strncasecmp(rows.at[i].id, word, strlen(word)) != 0)
			continue;
		*id = rows.at[i].id;
		n++;
	}
	return n == 1 ? 0 : complain(EXIT_USAGE, "no incident, or more than one, begins with %s (dnsvigil incidents list)", word);
}

/* A line each, also in JSON: what was done before the one that could not be stands. */
static void say(const struct options *o, const char *done, const char *what)
{
	struct text t;
	struct json j;
	if (o->quiet)
		return;
	text_init(&t, o->arena);
	if (o->format == FORMAT_JSON) {
		json_init(&j, &t, false);
		json_object(&j);
		json_field_text(&j, "done", done);
		json_field_text(&j, "what", what);
		json_object_end(&j);
		text_add(&t, "\n");
	} else {
		text_addf(&t, "%s: %s\n", done, escape_terminal(o->arena, (const uint8_t *)what, strlen(what), 0));
	}
	(void)print_all(t.at, t.len);   /* it is done, whoever reads */
}

static int ack(const struct options *o, struct arena *a, struct store *s)
{
	const char *user = getenv("SUDO_USER") != NULL ? getenv("SUDO_USER") : getenv("USER");
	const char *by = o->owner != NULL ? o->owner : user != NULL ? user : "somebody";
	LIST(const char *) ids = { 0 };
	if (o->objects.n < 3)
		return complain(EXIT_USAGE, "incidents ack: which? (dnsvigil incidents list)");
	for (uint32_t i = 2; i < o->objects.n; i++) {
		const char *id = NULL;
		int code = find_id(a, s, o->objects.at[i], &id);
		if (code != 0)
			return code;
		list_push(a, &ids, id);
	}
	for (uint32_t i = 0; i < ids.n; i++) {
		bool found = false;
		if (alert_acknowledge(s, a, ids.at[i], by, wall_now(), &found) != E_OK || !found)
			return complain(EXIT_UNKNOWN, "%s was not acknowledged: %s", ids.at[i], store_why(s));
		say(o, "acknowledged", ids.at[i]);
	}
	return EXIT_OK;
}

static bool is_pattern(const char *word)
{
	return strchr(word, '.') != NULL || strchr(word, '*') != NULL || strncmp(word, "tag:", 4) == 0;
}

static int store_said(const struct options *o, struct store *s, int e, bool found, const char *done, const char *what)
{
	if (e != E_OK || !found)
		return complain(EXIT_UNKNOWN, "%s", store_why(s));
	say(o, done, what);
	return EXIT_OK;
}

static int mute(const struct options *o, struct arena *a, struct store *s)
{
	int64_t span_s, id;
	bool found = false;
	if (o->objects.n != 4 || !distance_from_text(o->objects.at[3], &span_s) || span_s <= 0)
		return complain(EXIT_USAGE, "incidents mute INCIDENT|ZONE|\"*.ZONE\"|tag:TAG TIME (\"2h\", \"7d\")");
	struct wall now = wall_now(), until = { now.s + span_s };
	const char *what = o->objects.at[2], *done = arena_printf(a, "muted until %s", wall_text(until, (char[WALL_TEXT_MAX]){ 0 }));
	if (is_pattern(what)) {
		const char *why = "", *pattern = alert_mute_pattern(a, what, &why);
		if (pattern == NULL)
			return complain(EXIT_USAGE, "incidents mute: no name, and no *.NAME: %s: %s", what, why);
		struct mute_row m = { .pattern = pattern, .from = now, .until = until, .why = "" };
		return store_said(o, s, store_add_mute(s, &m, &id), true, done, pattern);
	}
	const char *incident = NULL;
	int code = find_id(a, s, what, &incident);
	if (code != 0)
		return code;
	int e = alert_mute(s, a, incident, until, now, &found);
	return store_said(o, s, e, found, done, incident);
}

/* As it stands there, or as it would be kept. */
static int unmute_pattern(const struct options *o, struct arena *a, struct store *s, const char *what, struct wall now)
{
	mute_rows rows = { 0 };
	bool found = false;
	const char *why, *kept = alert_mute_pattern(a, what, &why);
	int e = store_mutes(s, a, now, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		bool ended = false;
		if (strcmp(rows.at[i].pattern, what) == 0 || (kept != NULL && strcmp(rows.at[i].pattern, kept) == 0))
			e = store_end_mute(s, rows.at[i].id, now, &ended);
		found |= ended;
	}
	if (e == E_OK && !found)
		return complain(EXIT_USAGE, "%s is not muted", what);
	return store_said(o, s, e, found, "no longer muted", what);
}

static int unmute(const struct options *o, struct arena *a, struct store *s)
{
	bool found = false;
	struct wall now = wall_now();
	if (o->objects.n != 3)
		return complain(EXIT_USAGE, "incidents unmute INCIDENT|ZONE|tag:TAG");
	const char *what = o->objects.at[2];
	if (is_pattern(what))
		return unmute_pattern(o, a, s, what, now);
	const char *incident = NULL;
	int code = find_id(a, s, what, &incident);
	if (code != 0)
		return code;
	int e = alert_mute(s, a, incident, now, now, &found);
	return store_said(o, s, e, found, "no longer muted", incident);
}

static int mutes(const struct options *o, struct arena *a, struct store *s)
{
	mute_rows rows = { 0 };
	struct text t;
	struct json j;
	char until[WALL_TEXT_MAX];
	if (o->objects.n > 2)
		return complain(EXIT_USAGE, "incidents mutes: what is %s?", o->objects.at[2]);
	if (store_mutes(s, a, wall_now(), &rows) != E_OK)
		return complain(EXIT_UNKNOWN, "%s", store_why(s));
	text_init(&t, a);
	json_init(&j, &t, true);
	if (o->format == FORMAT_JSON)
		json_array(&j);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct mute_row *m = &rows.at[i];
		if (o->format != FORMAT_JSON) {
			text_addf(&t, "%s  until %s%s%s\n", escape_terminal(a, (const uint8_t *)m->pattern, strlen(m->pattern), 60), wall_text(m->until, until),
				  *m->why != '\0' ? "  " : "", escape_terminal(a, (const uint8_t *)m->why, strlen(m->why), 60));
			continue;
		}
		json_object(&j);
		json_field_int(&j, "id", m->id);
		json_field_text(&j, "pattern", m->pattern);
		json_field_wall(&j, "from", m->from);
		json_field_wall(&j, "until", m->until);
		json_field_text(&j, "why", *m->why != '\0' ? m->why : NULL);
		json_object_end(&j);
	}
	if (o->format == FORMAT_JSON) {
		json_array_end(&j);
		text_add(&t, "\n");
	} else if (rows.n == 0) {
		text_add(&t, "nothing is muted by name or tag\n");
	}
	return o->quiet || print_all(t.at, t.len) ? EXIT_OK : EXIT_UNKNOWN;
}

static const struct {
	const char *name;
	bool reads;
	int (*run)(const struct options *o, struct arena *a, struct store *s);
} actions[] = { { "list", true, list }, { "ack", false, ack }, { "mute", false, mute }, { "mutes", true, mutes },
	      { "unmute", false, unmute } };
enum { N_ACTIONS = sizeof actions / sizeof actions[0] };

int verb_incidents(const struct options *o)
{
	const char *word = o->objects.n > 1 ? o->objects.at[1] : "list";
	if (o->format != FORMAT_HUMAN && o->format != FORMAT_JSON)
		return complain(EXIT_USAGE, "incidents: -o human or json only");
	for (unsigned i = 0; i < N_ACTIONS; i++) {
		if (strcmp(actions[i].name, word) != 0)
			continue;
		struct arena *a = arena_new((size_t)1 << 30);
		struct store *s = NULL;
		int code = open_memory(o, a, actions[i].reads, &s);
		if (code == 0)
			code = actions[i].run(o, a, s);
		store_close(&s);
		arena_free(&a);
		return code;
	}
	const char *near = nearest_word(word, &actions[0].name, N_ACTIONS, sizeof actions[0]);
	return complain(EXIT_USAGE, near != NULL ? "incidents: unknown: %s (did you mean %s?)" : "incidents: unknown: %s (list, ack, mute, mutes or unmute)", word, near);
}
