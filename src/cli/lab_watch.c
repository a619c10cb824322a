/* lab_watch -- the observer over a world, on a clock that jumps from one thing to do to the next: what would be told in the
 * coming weeks, and when. */
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/lab.h"
#include "cli/signals.h"
#include "lab/lab.h"
#include "watch/observer.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_DAYS = 30, DAY_S = 86400, ARENA_BYTES = 1 << 28, ROWS = 64 };

struct watching {
	const struct options *o;
	struct world *w;
	struct wall clock, until;
	struct config *config;
	struct store *store;
	struct asker *asker;
	struct crypto *crypto;
	struct observer *observer;
	char dir[64];
	unsigned told;
};

static struct wall clock_now(void *ctx)
{
	return ((struct watching *)ctx)->clock;
}

static void on_fault(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	(void)ctx;
	complain(EXIT_USAGE, "%s:%u:%u: %s", file, line, column, text);
}

static char *env_for_screen(const char *name)
{
	static char url[] = "https://screen.invalid/";
	return strcmp(name, "SCREEN") == 0 ? url : NULL;
}

/* A configuration such as a user would write: the questions of the world, one channel, all else as it is by default. */
static int configure(struct watching *g)
{
	struct arena *a = g->o->arena;
	struct err_at at = { 0 };
	struct text t;
	text_init(&t, a);
	text_addf(&t, "store: %s/store.db\nballast: 0\nzones:\n", g->dir);
	for (uint32_t i = 0; i < world_n_cases(g->w); i++) {
		const struct world_case *c = world_case(g->w, i);
		bool again = false;
		for (uint32_t k = 0; k < i; k++)
			again |= name_equal(world_case(g->w, k)->name, c->name);
		if (!again)
			text_addf(&t, "  - {name: \"%s\", type: %s}\n", name_text(a, c->name), type_text(a, c->type));
	}
	text_add(&t, "channels:\n  - {kind: webhook, name: screen, url_env: SCREEN}\n");
	const char *path = arena_printf(a, "%s/watch.yaml", g->dir);
	if (file_write(path, t.at, t.len) != E_OK)
		return EXIT_UNKNOWN;
	struct config_source from = { .path = path, .env = env_for_screen, .every = on_fault };
	int e = config_read(a, &from, &g->config, &at);
	unlink(path);
	return e == E_OK ? 0 : EXIT_USAGE;
}

static int print_told(struct watching *g)
{
	struct arena *a = arena_new(ARENA_BYTES);
	outbox_rows rows = { 0 };
	int e = store_outbox_due(g->store, a, g->clock, ROWS, &rows);
	for (uint32_t i = 0; i < rows.n && e == E_OK; i++) {
		struct alert *l;
		struct err_at at = { 0 };
		struct text t;
		char when[WALL_TEXT_MAX];
		text_init(&t, a);
		if (alert_from_json(a, rows.at[i].alert, strlen(rows.at[i].alert), &l, &at) == E_OK) {
			text_addf(&t, "-- %s  %s\n", wall_text(g->clock, when), rows.at[i].kind);
			alert_plain(a, l, &t);
			text_add(&t, "\n");
			g->told++;
		}
		if (!print_all(t.at, t.len))
			e = E_SYSTEM;
		if (e == E_OK)
			e = store_outbox_done(g->store, rows.at[i].id, "sent", g->clock, g->clock, "", "");
	}
	arena_free(&a);
	return e;
}

static int watch_on(struct watching *g)
{
	while (g->clock.s < g->until.s && !signals_interrupted) {
		int e = observer_turn(g->observer, 1000);
		if (e == E_OK)
			e = print_told(g);
		if (e != E_OK)
			return complain(EXIT_UNKNOWN, "the store fails: %s", store_why(g->store));
		if (!observer_is_idle(g->observer))
			continue;
		struct wall next = observer_next_at(g->observer);
		if (next.s > g->clock.s)
			g->clock = next.s < g->until.s ? next : g->until;
	}
	return 0;
}

static int begin(struct watching *g)
{
	struct err_at at = { 0 };
	if (store_open(g->config->store_path, &(struct store_options){ .create = true }, &g->store, &at) != E_OK)
		return complain(EXIT_UNKNOWN, "a store for the while cannot be made: %s", at.text);
	g->asker = lab_asker_new(g->w);
	g->crypto = crypto_new();
	struct observer_options options = { .config = g->config, .store = g->store, .asker = g->asker, .canary_asker = g->asker, .crypto = g->crypto,
					    .now = clock_now, .clock_ctx = g, .clock_is_ours = true };
	world_setup(g->w, &options.base);
	options.base.resolvers.n = 0;
	g->observer = observer_new(&options);
	return g->observer != NULL ? 0 : complain(EXIT_UNKNOWN, "the store fails: %s", store_why(g->store));
}

static void end(struct watching *g)
{
	static const char *const files[] = { "store.db", "store.db-wal", "store.db-shm" };
	observer_free(&g->observer);
	store_close(&g->store);
	asker_free(&g->asker);
	crypto_free(&g->crypto);
	for (unsigned i = 0; i < sizeof files / sizeof files[0]; i++)
		unlink(arena_printf(g->o->arena, "%s/%s", g->dir, files[i]));
	rmdir(g->dir);
}

int lab_watch(const struct options *o)
{
	struct world_source source;
	struct err_at at = { 0 };
	struct watching g = { .o = o, .dir = "/tmp/dnsvigil-watch-XXXXXX" };
	int64_t span_s = (int64_t)DEFAULT_DAYS * DAY_S;
	if (o->objects.n < 3 || o->objects.n > 4)
		return complain(EXIT_USAGE, "lab watch: which world, and how long? (dnsvigil lab watch WORLD [30d])");
	if (o->objects.n == 4 && (!distance_from_text(o->objects.at[3], &span_s) || span_s <= 0))
		return complain(EXIT_USAGE, "lab watch: no time: %s (\"30d\", \"12h\")", o->objects.at[3]);
	int code = lab_find(o, o->objects.at[2], &source);
	if (code != 0)
		return code;
	if (world_from_text(o->arena, source.text, source.len, source.file, &g.w, &at) != E_OK)
		return complain(EXIT_USAGE, "%s:%u: %s", source.file, at.line, at.text);
	if (mkdtemp(g.dir) == NULL)
		return complain(EXIT_UNKNOWN, "cannot make a directory: %s: %s", g.dir, strerror(errno));
	g.clock = world_clock(g.w);
	g.until = (struct wall){ g.clock.s + span_s };
	code = configure(&g);
	if (code == 0)
		code = begin(&g);
	if (code == 0)
		code = watch_on(&g);
	if (code == 0 && g.told == 0)
		printf("nothing to tell until then\n");
	end(&g);
	return code;
}
