/* lab_serve -- a world on real sockets, with the files and commands with which others can look at it. */
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/lab.h"
#include "cli/signals.h"
#include "lab/lab.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEFAULT_PORT = 5300, DIR_BYTES = 4096 };

struct serving {
	const struct options *o;
	struct world *w;
	const char *dir;
	uint16_t port;
	bool world_time;
};

static void add_commands(const struct serving *s, const struct world_case *c, struct text *t)
{
	struct arena *a = s->o->arena;
	struct setup setup = { 0 };
	char addr[ADDR_TEXT_MAX], clock[WALL_TEXT_MAX];
	if (!name_is_plain(c->name))
		return;
	world_setup(s->w, &setup);
	const char *name = name_text(a, c->name), *type = type_text(a, c->type);
	text_addf(t,
		  "  dnsvigil why %s %s --root-hints %s/root.hints \\\n      --trust-anchor %s/root.anchors "
		  "--port %u --allow-private",
		  name, type, s->dir, s->dir, s->port);
	for (uint32_t i = 0; i < setup.resolvers.n; i++)
		text_addf(t, " @%s#%u", addr_text(&setup.resolvers.at[i], addr), s->port);
	if (s->world_time)
		text_addf(t, " --at %s", wall_text(world_clock(s->w), clock));
	text_add(t, "\n");
	if (setup.hints.n > 0)
		text_addf(t, "  dig @%s -p %u %s %s +dnssec +norecurse\n",
			  addr_text(&setup.hints.at[0].addr, addr), s->port, name, type);
}

static void on_ready(void *ctx)
{
	const struct serving *s = ctx;
	struct text t;
	if (s->o->quiet)
		return;
	text_init(&t, s->o->arena);
	text_addf(&t, "ready: port %u, files in %s\n", s->port, s->dir);
	for (uint32_t i = 0; i < world_n_cases(s->w); i++)
		add_commands(s, world_case(s->w, i), &t);
	text_add(&t, "Ctrl-C ends it.\n");
	print_all(t.at, t.len);
}

static const char *serving_dir(const struct options *o)
{
	if (o->dir != NULL)
		return mkdir(o->dir, 0777) == 0 || errno == EEXIST ? o->dir : NULL;
	const char *base = getenv("TMPDIR");
	return mkdtemp(arena_printf(o->arena, "%s/dnsvigil-lab-XXXXXX",
				    base != NULL && *base != '\0' ? base : "/tmp"));
}

/* A directory of ours goes with us; one that was named stays. */
static void remove_dir(const struct options *o, const char *dir)
{
	static const char *const files[] = { "root.hints", "root.anchors", "world.txt" };
	if (o->dir != NULL)
		return;
	for (unsigned i = 0; i < sizeof files / sizeof files[0]; i++)
		unlink(arena_printf(o->arena, "%s/%s", dir, files[i]));
	rmdir(dir);
}

int lab_serve_world(const struct options *o)
{
	struct world_source source;
	struct err_at at = { 0 };
	struct serving s = { .o = o, .port = o->port != 0 ? o->port : DEFAULT_PORT };
	if (o->objects.n != 3)
		return complain(EXIT_USAGE, "lab serve: which world? (dnsvigil lab list)");
	int code = lab_find(o, o->objects.at[2], &source);
	if (code != 0)
		return code;
	const char *text = source.text;
	struct wall clock = wall_now();
	const char *when = o->clock != NULL ? o->clock : o->no_map ? "world" : "now";
	bool moved = wall_from_text(when, clock, &clock);
	if (moved)
		text = lab_move_clock(o->arena, text, clock);
	if (!o->no_map)
		text = world_map_loopback(o->arena, text, strlen(text));
	s.world_time = !moved;
	if (world_from_text(o->arena, text, strlen(text), source.file, &s.w, &at) != E_OK)
		return complain(EXIT_USAGE, "%s:%u: %s", source.file, at.line, at.text);
	s.dir = serving_dir(o);
	if (s.dir == NULL)
		return complain(EXIT_UNKNOWN, "cannot make a directory: %s: %s",
				o->dir != NULL ? o->dir : "/tmp", strerror(errno));
	struct serve_options options = { .port = s.port,
					 .map = !o->no_map,
					 .dir = s.dir,
					 .stop = &signals_interrupted,
					 .ready = on_ready,
					 .ctx = &s };
	if (lab_serve(s.w, &options, &at) != E_OK)
		code = complain(EXIT_UNKNOWN, "cannot serve: %s: %s", at.text, strerror(errno));
	remove_dir(o, s.dir);
	return code;
}
