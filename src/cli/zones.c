/* zones -- what is watched: the configuration's zones, and those that were added by command and stand in the store. */
#include "base/json.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "cli/complain.h"
#include "cli/config.h"
#include "cli/files.h"
#include "cli/verbs.h"
#include "cli/zones_change.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

struct job {
	const struct options *o;
	struct arena *arena;
	struct config *config;          /* NULL: only --store was named, and there is no configuration */
	const char *store_path;
	struct zones_change change;
	struct import *import;
};

/* --store alone works where there is no configuration at all; one that is there is read, for what stands in it. */
static int open_config(struct job *job)
{
	const struct options *o = job->o;
	const char *path = config_path_asked(o);
	if (o->store != NULL && o->config == NULL && access(path, F_OK) != 0 && errno == ENOENT) {
		job->store_path = o->store;
		return 0;
	}
	int e = config_load_for_zones(o, job->arena, &job->config);
	if (e == 0)
		job->store_path = o->store != NULL ? o->store : job->config->store_path;
	return e;
}

static int store_fault(const struct job *job, const char *doing, const struct store *s, const struct err_at *at)
{
	return complain(EXIT_UNKNOWN, "%s the store %s: %s", doing, job->store_path, s != NULL ? store_why(s) : at->text);
}

/* What nobody has made yet is empty; but a file that was named to be read is there, or mistyped. */
static int read_watched(struct job *job, bool makes)
{
	struct store *s = NULL;
	struct err_at at;
	struct store_options how = { .read_only = true };
	if (access(job->store_path, F_OK) != 0 && errno == ENOENT && (makes || job->o->store == NULL))
		return 0;
	if (store_open(job->store_path, &how, &s, &at) != E_OK)
		return store_fault(job, "cannot open", NULL, &at);
	int code = store_watched(s, job->arena, &job->change.watched) == E_OK ? 0 : store_fault(job, "cannot read", s, &at);
	store_close(&s);
	return code;
}

static int write_changes(struct job *job)
{
	struct store *s = NULL;
	struct err_at at;
	struct store_options how = { .create = true };
	if (store_open(job->store_path, &how, &s, &at) != E_OK)
		return store_fault(job, "cannot open", NULL, &at);
	int code = zones_change_do(&job->change, s, wall_now()) == E_OK ? 0 : store_fault(job, "nothing was changed in", s, &at);
	store_close(&s);
	return code;
}

static int show_changes(struct job *job)
{
	struct text t;
	text_init(&t, job->arena);
	if (job->o->format == FORMAT_JSON)
		zones_change_json(&job->change, job->import, job->o->dry_run, &t);
	else
		zones_change_text(&job->change, job->import, job->o->dry_run, &t);
	return job->o->quiet || print_all(t.at, t.len) ? EXIT_OK : EXIT_UNKNOWN;
}

static int finish(struct job *job)
{
	int code = job->o->dry_run ? 0 : write_changes(job);
	return code == 0 ? show_changes(job) : code;
}

static void add_words_of_options(const struct options *o, struct arena *a, struct config_zone *z)
{
	for (uint32_t i = 0; i < o->tags.n; i++)
		list_push(a, &z->tags, o->tags.at[i]);
	if (o->owner != NULL)
		z->owner = o->owner;
}

static int want_names(struct job *job)
{
	const struct options *o = job->o;
	if (o->objects.n < 3)
		return complain(EXIT_USAGE, "zones add: which names?");
	for (uint32_t i = 2; i < o->objects.n; i++) {
		struct config_zone z = { .owner = "", .file = "" };
		const char *why = "no name";
		z.name = name_from_user(job->arena, o->objects.at[i], &why);
		if (z.name == NULL)
			return complain(EXIT_USAGE, "not a domain name: %s: %s", o->objects.at[i], why);
		z.zone = name_text(job->arena, z.name);
		add_words_of_options(o, job->arena, &z);
		zones_change_want(&job->change, &z);
	}
	return finish(job);
}

static int unwant_names(struct job *job)
{
	const struct options *o = job->o;
	if (o->objects.n < 3)
		return complain(EXIT_USAGE, "zones remove: which names?");
	for (uint32_t i = 2; i < o->objects.n; i++) {
		const char *why = "no name";
		const uint8_t *name = name_from_user(job->arena, o->objects.at[i], &why);
		if (name == NULL)
			return complain(EXIT_USAGE, "not a domain name: %s: %s", o->objects.at[i], why);
		int e = zones_change_unwant(&job->change, name_text(job->arena, name));
		if (e != 0)
			return e;
	}
	return finish(job);
}

static int import_fault_told(const char *kind, const char *path, int e, const struct err_at *at)
{
	if (e == E_UNSUPPORTED)
		return complain(EXIT_USAGE, "zones import: no such kind: %s (%s)", kind, import_kinds());
	if (e == E_SYNTAX)
		return complain(EXIT_USAGE, "%s:%u: %s", at->file, at->line, at->text);
	return complain(EXIT_USAGE, "cannot read %s: %s", path, e == E_BUSY ? "it is too large" : strerror(errno));
}

static int import_zones(struct job *job)
{
	const struct options *o = job->o;
	bool named = o->objects.n == 4;
	struct err_at at;
	if (o->objects.n < 3 || o->objects.n > 4)
		return complain(EXIT_USAGE, "zones import [KIND] FILE; KIND is one of %s", import_kinds());
	const char *kind = named ? o->objects.at[2] : NULL, *path = o->objects.at[named ? 3 : 2];
	int e = import_read(job->arena, kind, path, &job->import, &at);
	if (e != E_OK)
		return import_fault_told(kind, path, e, &at);
	for (uint32_t i = 0; i < job->import->zones.n; i++) {
		add_words_of_options(o, job->arena, &job->import->zones.at[i]);
		zones_change_want(&job->change, &job->import->zones.at[i]);
	}
	/* An export that went wrong is empty more often than meant so. */
	if (o->prune && job->import->zones.n == 0)
		return complain(EXIT_USAGE, "zones import --prune: no zone in %s: nothing is removed for it", path);
	if (o->prune)
		zones_change_prune(&job->change);
	return finish(job);
}

static void list_json(const struct config *all, struct text *t)
{
	struct json j;
	json_init(&j, t, true);
	json_object(&j);
	json_field_text(&j, "schema", "dnsvigil.zones/1");
	json_key(&j, "zones");
	json_array(&j);
	for (uint32_t i = 0; i < all->zones.n; i++) {
		const struct config_zone *z = &all->zones.at[i];
		json_object(&j);
		json_field_text(&j, "zone", z->zone);
		json_field_text(&j, "file", *z->file != '\0' ? z->file : NULL);
		json_field_int(&j, "line", z->line);
		json_key(&j, "tags");
		json_array(&j);
		for (uint32_t k = 0; k < z->tags.n; k++)
			json_text(&j, z->tags.at[k]);
		json_array_end(&j);
		json_field_text(&j, "owner", z->owner);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	text_add(t, "\n");
}

static void list_text(const struct config *all, struct text *t)
{
	for (uint32_t i = 0; i < all->zones.n; i++) {
		const struct config_zone *z = &all->zones.at[i];
		size_t line = t->len;
		text_add(t, z->zone);
		text_pad(t, 40, line);
		text_add(t, " ");
		text_add(t, *z->file != '\0' ? arena_printf(t->arena, "%s:%u", z->file, z->line) : "by command");
		for (uint32_t k = 0; k < z->tags.n; k++)
			text_addf(t, "%s%s", k == 0 ? "  [" : " ", z->tags.at[k]);
		text_addf(t, "%s%s%s\n", z->tags.n > 0 ? "]" : "", *z->owner != '\0' ? "  " : "", z->owner);
	}
	text_addf(t, "%u zone%s\n", all->zones.n, all->zones.n == 1 ? "" : "s");
}

static void row_fault(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	(void)ctx, (void)line, (void)column;
	complain(0, "%s: %s", file, text);
}

static int list_zones(struct job *job)
{
	struct config empty = { .arena = job->arena }, *all = job->config != NULL ? job->config : &empty;
	struct text t;
	if (job->o->objects.n > 2)
		return complain(EXIT_USAGE, "zones list: what is %s?", job->o->objects.at[2]);
	config_add_watched(all, &job->change.watched, row_fault, NULL);
	text_init(&t, job->arena);
	if (job->o->format == FORMAT_JSON)
		list_json(all, &t);
	else
		list_text(all, &t);
	return job->o->quiet || print_all(t.at, t.len) ? EXIT_OK : EXIT_UNKNOWN;
}

static const struct {
	const char *name;
	bool makes;             /* a store, where there is none */
	int (*run)(struct job *job);
} actions[] = { { "list", false, list_zones }, { "add", true, want_names }, { "remove", false, unwant_names }, { "import", true, import_zones } };
enum { N_ACTIONS = sizeof actions / sizeof actions[0] };

int verb_zones(const struct options *o)
{
	const char *word = o->objects.n > 1 ? o->objects.at[1] : "list";
	if (o->format != FORMAT_HUMAN && o->format != FORMAT_JSON)
		return complain(EXIT_USAGE, "zones: -o human or json only");
	for (unsigned i = 0; i < N_ACTIONS; i++) {
		if (strcmp(actions[i].name, word) != 0)
			continue;
		struct job job = { .o = o, .arena = arena_new(LIMIT_CONFIG_ARENA_BYTES) };
		int code = open_config(&job);
		job.change.arena = job.arena;
		job.change.config = job.config;
		if (code == 0)
			code = read_watched(&job, actions[i].makes);
		if (code == 0)
			code = actions[i].run(&job);
		arena_free(&job.arena);
		return code;
	}
	const char *near = nearest_word(word, &actions[0].name, N_ACTIONS, sizeof actions[0]);
	return near != NULL ? complain(EXIT_USAGE, "zones: unknown: %s (did you mean zones %s?)", word, near)
			    : complain(EXIT_USAGE, "zones: unknown: %s (list, add, remove or import)", word);
}
