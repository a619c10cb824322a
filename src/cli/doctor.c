/* doctor -- is all here that an observer needs? Configuration, store, clock, network, trust anchors, algorithms, the running
 * service, and with --send a test alert through every channel. One line each: how it is, and what to do. */
#include "cli/doctor.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/config.h"
#include "cli/configured.h"
#include "cli/files.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "report/screen.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the configuration ---- */

static void on_fault(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	doctor_note(ctx, HEALTH_BAD, "configuration", "mend it there (dnsvigil config schema lists every key)", "%s:%u:%u: %s", file, line, column, text);
}

static bool read_config(struct doctor *d, bool without_secrets, config_fault_fn *every, struct err_at *at, int *e)
{
	struct config_source from = { config_path_asked(d->o), getenv, without_secrets, every, d };
	*e = config_read(d->o->arena, &from, &d->config, at);
	if (*e != E_OK)
		d->config = NULL;
	return *e == E_OK;
}

/* Where only its secrets cannot be read, the rest is looked at all the same. */
static void look_at_config(struct doctor *d)
{
	const char *path = config_path_asked(d->o);
	struct err_at at = { 0 };
	int e;
	d->has_secrets = read_config(d, false, on_fault, &at, &e);
	if (e == E_SYSTEM && errno == ENOENT && d->o->config == NULL) {
		doctor_note(d, HEALTH_POOR, "configuration", "`why` needs none; `serve` does: see dnsvigil.yaml(5)", "there is none at %s", path);
		return;
	}
	if (e == E_SYSTEM)
		doctor_note(d, HEALTH_BAD, "configuration", "name it with -c, or run this as the user of the service", "%s: %s", path, strerror(errno));
	if (e != E_OK) {
		if (e != E_SYSTEM)
			read_config(d, true, NULL, &at, &e);
		return;
	}
	const struct config *c = d->config;
	if (c->channels.n == 0)
		doctor_note(d, HEALTH_POOR, "configuration", "add a channel: nobody would be told", "%s: %u zone%s, no channel", path, c->zones.n, c->zones.n == 1 ? "" : "s");
	else
		doctor_note(d, HEALTH_FINE, "configuration", "", "%s: %u zone%s, %u channel%s", path, c->zones.n, c->zones.n == 1 ? "" : "s", c->channels.n,
			    c->channels.n == 1 ? "" : "s");
}

static int make_setup(struct doctor *d)
{
	return d->config != NULL ? configured_setup(d->o, d->o->arena, d->config, &d->setup) : asked_setup(d->o, &d->setup);
}

static bool open_sockets(struct doctor *d)
{
	uint8_t mask = configured_gate(&d->setup);
	for (uint32_t i = 0; i < d->setup.hints.n; i++)
		mask |= (uint8_t)addr_class(&d->setup.hints.at[i].addr);
	struct sockets_options sockets = { .addr_allowed = mask | ADDR_DOC };   /* of these only the test for interception asks one */
	d->asker = ask_sockets_new(&sockets);
	if (d->asker == NULL)
		doctor_note(d, HEALTH_BAD, "network", "", "cannot open sockets: %s", strerror(errno));
	return d->asker != NULL;
}

/* ---- what came of it ---- */

static int exit_code(const struct doctor *d)
{
	bool seen[HEALTH_UNSEEN + 1] = { false };
	for (uint32_t i = 0; i < d->rows.n; i++)
		seen[d->rows.at[i].health] = true;
	return seen[HEALTH_BAD] ? EXIT_BROKEN : seen[HEALTH_UNSEEN] ? EXIT_UNKNOWN : seen[HEALTH_POOR] ? EXIT_WARNING : EXIT_OK;
}

static void add_json(const struct doctor *d, struct text *t)
{
	static const char *const words[] = { "ok", "warning", "broken", "unknown" };
	struct json j;
	json_init(&j, t, true);
	json_object(&j);
	json_field_text(&j, "schema", "dnsvigil.doctor/1");
	json_field_int(&j, "exit", exit_code(d));
	json_key(&j, "checks");
	json_array(&j);
	for (uint32_t i = 0; i < d->rows.n; i++) {
		const struct doctor_row *r = &d->rows.at[i];
		json_object(&j);
		json_field_text(&j, "id", r->what);
		json_field_text(&j, "health", words[r->health]);
		json_field_text(&j, "text", r->text);
		json_field_text(&j, "todo", *r->todo != '\0' ? r->todo : NULL);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	text_add(t, "\n");
}

static void add_lines(const struct doctor *d, struct text *t)
{
	static const enum sign signs[] = { SIGN_OK, SIGN_WARN, SIGN_BAD, SIGN_UNKNOWN };
	struct style style;
	struct screen s;
	show_style(d->o, &style);
	screen_init(&s, d->o->arena, &style);
	for (uint32_t i = 0; i < d->rows.n; i++) {
		const struct doctor_row *r = &d->rows.at[i];
		const char *head = arena_printf(d->o->arena, "%s%s", screen_pad(&s, sign_text(&s, signs[r->health]), 3), screen_pad(&s, r->what, 14));
		screen_wrap(&s, KEEP_ALWAYS, head, *r->todo != '\0' ? arena_printf(d->o->arena, "%s: %s", r->text, r->todo) : r->text);
	}
	screen_print(&s, t);
}

static int show(const struct doctor *d)
{
	struct text t;
	text_init(&t, d->o->arena);
	if (d->o->format == FORMAT_JSON)
		add_json(d, &t);
	else
		add_lines(d, &t);
	return d->o->quiet || print_all(t.at, t.len) ? exit_code(d) : EXIT_UNKNOWN;
}

static int wrong_words(const struct doctor *d)
{
	const struct options *o = d->o;
	if (o->objects.n > 1)
		return complain(EXIT_USAGE, "doctor: what is %s? (the configuration goes behind -c)", o->objects.at[1]);
	if (o->format == FORMAT_NAGIOS || o->format == FORMAT_SHORT)
		return complain(EXIT_USAGE, "doctor: -o is human or json");
	if (o->channel != NULL && !o->send)
		return complain(EXIT_USAGE, "doctor: --channel says where --send goes: give both");
	return 0;
}

/* A channel that is not there is a slip of who typed it, known before anything is sent. */
static int wrong_channel(const struct doctor *d)
{
	const char *asked = d->o->channel;
	if (asked == NULL || d->config == NULL)
		return 0;
	for (uint32_t i = 0; i < d->config->channels.n; i++)
		if (strcmp(d->config->channels.at[i].name, asked) == 0)
			return 0;
	const char *near = d->config->channels.n > 0
				   ? nearest_word(asked, &d->config->channels.at[0].name, d->config->channels.n, sizeof d->config->channels.at[0])
				   : NULL;
	return complain(EXIT_USAGE, near != NULL ? "doctor: no channel %s (did you mean %s?)" : "doctor: no channel %s", asked, near);
}

int verb_doctor(const struct options *o)
{
	struct doctor d = { .o = o };
	struct doctor_steady began = { wall_now(), mono_now() };
	int code = wrong_words(&d);
	if (code == 0)
		look_at_config(&d);
	if (code == 0)
		code = wrong_channel(&d);
	if (code == 0)
		code = make_setup(&d);
	if (code != 0)
		return code;
	d.crypto = crypto_new();
	doctor_store(&d);
	if (open_sockets(&d)) {
		doctor_network(&d);
		doctor_resolvers(&d);
	}
	doctor_anchors(&d);
	doctor_algorithms(&d);
	doctor_clock(&d, &began);
	doctor_service(&d);
	doctor_channels(&d);
	asker_free(&d.asker);
	crypto_free(&d.crypto);
	return show(&d);
}
