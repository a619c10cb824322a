#include "cli/config.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/verbs.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_PATH "/etc/dnsvigil/dnsvigil.yaml"

const char *config_path_asked(const struct options *o)
{
	const char *path = o->config != NULL ? o->config : getenv("DNSVIGIL_CONFIG");
	return path != NULL && *path != '\0' ? path : DEFAULT_PATH;
}

struct teller { struct arena *arena; unsigned n; };

/* As compilers do it, so that editors jump there. */
static void tell(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	struct teller *t = ctx;
	const char *name = escape_terminal(t->arena, (const uint8_t *)file, strlen(file), 0);
	fprintf(stderr, "%s:%u:%u: %s\n", name, line, column, escape_terminal(t->arena, (const uint8_t *)text, strlen(text), 400));
	t->n++;
}

static int load(const struct options *o, struct arena *a, bool without_secrets, struct config **out)
{
	struct teller t = { .arena = a };
	struct config_source from = { config_path_asked(o), getenv, without_secrets, tell, &t };
	struct err_at at;
	int e = config_read(a, &from, out, &at);
	if (e == E_SYSTEM)
		return complain(EXIT_USAGE, "cannot read the configuration %s: %s (-c FILE names another)", from.path, strerror(errno));
	if (e != E_OK && t.n == LIMIT_CONFIG_FAULTS)
		return complain(EXIT_USAGE, "%s: these are the first %d faults", from.path, LIMIT_CONFIG_FAULTS);
	return e == E_OK ? 0 : EXIT_USAGE;
}

int config_load(const struct options *o, struct arena *a, struct config **out)
{
	return load(o, a, false, out);
}

int config_load_for_zones(const struct options *o, struct arena *a, struct config **out)
{
	return load(o, a, true, out);
}

int config_store_path(const struct options *o, struct arena *a, const char **out)
{
	struct config *c;
	*out = o->store;
	if (o->store != NULL)
		return 0;
	int code = config_load_for_zones(o, a, &c);
	if (code == 0)
		*out = c->store_path;
	return code;
}

static int print(const struct options *o, const struct text *t)
{
	return o->quiet || print_all(t->at, t->len) ? EXIT_OK : EXIT_UNKNOWN;
}

static int check(const struct options *o, struct arena *a)
{
	struct config *c;
	struct text t;
	int e = config_load(o, a, &c);
	if (e != 0)
		return e;
	text_init(&t, a);
	text_addf(&t, "%s: fine: %u zone%s, %u channel%s, %u route%s\n", config_path_asked(o), c->zones.n, c->zones.n == 1 ? "" : "s",
		  c->channels.n, c->channels.n == 1 ? "" : "s", c->routes.n, c->routes.n == 1 ? "" : "s");
	if (c->channels.n == 0)
		text_add(&t, "no channel: nobody would be told\n");
	if (c->zones.n == 0)
		text_add(&t, "no zone: only what `dnsvigil zones add` put into the store would be watched\n");
	return print(o, &t);
}

static int show(const struct options *o, struct arena *a)
{
	struct config *c;
	struct text t;
	int e = config_load(o, a, &c);
	if (e != 0)
		return e;
	text_init(&t, a);
	config_show(c, &t);
	return print(o, &t);
}

static int schema(const struct options *o, struct arena *a)
{
	struct text t;
	text_init(&t, a);
	config_schema(a, &t);
	return print(o, &t);
}

/* The generated part of dnsvigil.yaml(5). */
static int schema_for_man(const struct options *o, struct arena *a)
{
	struct text t;
	text_init(&t, a);
	config_schema_scdoc(a, &t);
	return print(o, &t);
}

static const struct {
	const char *name;
	int (*run)(const struct options *o, struct arena *a);
} actions[] = { { "check", check }, { "show", show }, { "schema", schema }, { "schema-scdoc", schema_for_man } };
enum { N_ACTIONS = sizeof actions / sizeof actions[0] };

int verb_config(const struct options *o)
{
	const char *word = o->objects.n > 1 ? o->objects.at[1] : "check";
	if (o->objects.n > 2)
		return complain(EXIT_USAGE, "config %s: what is %s? (the file goes behind -c)", word, o->objects.at[2]);
	for (unsigned i = 0; i < N_ACTIONS; i++) {
		if (strcmp(actions[i].name, word) != 0)
			continue;
		struct arena *a = arena_new(LIMIT_CONFIG_ARENA_BYTES);
		int code = actions[i].run(o, a);
		arena_free(&a);
		return code;
	}
	const char *near = nearest_word(word, &actions[0].name, N_ACTIONS, sizeof actions[0]);
	return near != NULL ? complain(EXIT_USAGE, "config: unknown: %s (did you mean config %s?)", word, near)
			    : complain(EXIT_USAGE, "config: unknown: %s (check, show or schema)", word);
}
