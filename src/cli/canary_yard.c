#include "cli/canary_yard.h"
#include "cli/lab.h"
#include "cli/worlds.h"
#include "lab/lab.h"
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CANARIES = 3, TRIES = 8, ARENA_BYTES = 64 << 20, READY_MS = 5000 };
static const char *const names[CANARIES] = { "good", "rrsig-expired-all", "ds-stale-only" };

struct perch {                          /* one world and its thread */
	struct arena *arena;
	struct world *world;
	uint16_t port;
	volatile int stop;
	atomic_int state;               /* 0 starting, 1 ready, -1 failed */
	pthread_t thread;
	bool runs;
};
struct canary_yard {
	struct perch perches[CANARIES];
	struct canary list[CANARIES];
};

/* Free a moment ago; who is faster than we are makes us try another. */
static uint16_t free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof in;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint16_t port = 0;
	if (fd >= 0 && bind(fd, (struct sockaddr *)&in, sizeof in) == 0 && getsockname(fd, (struct sockaddr *)&in, &len) == 0)
		port = ntohs(in.sin_port);
	if (fd >= 0)
		close(fd);
	return port;
}

static void on_ready(void *ctx)
{
	atomic_store(&((struct perch *)ctx)->state, 1);
}

static void *serve(void *ctx)
{
	struct perch *p = ctx;
	struct err_at at = { 0 };
	struct serve_options options = { .port = p->port, .map = true, .stop = &p->stop, .ready = on_ready, .ctx = p };
	if (lab_serve(p->world, &options, &at) != E_OK)
		atomic_store(&p->state, -1);
	return NULL;
}

/* Signals are for the main thread. */
static int start_thread(struct perch *p)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	int failed = pthread_create(&p->thread, NULL, serve, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	p->runs = failed == 0;
	return failed;
}

static void stop_thread(struct perch *p)
{
	if (!p->runs)
		return;
	p->stop = 1;
	pthread_join(p->thread, NULL);
	p->runs = false;
	p->stop = 0;
}

static bool perch_serve(struct perch *p)
{
	for (int i = 0; i < TRIES; i++) {
		atomic_store(&p->state, 0);
		p->port = free_port();
		if (p->port == 0 || start_thread(p) != 0)
			return false;
		for (int ms = 0; ms < READY_MS && atomic_load(&p->state) == 0; ms += 5)
			usleep(5000);
		if (atomic_load(&p->state) == 1)
			return true;
		stop_thread(p);
	}
	return false;
}

static bool perch_make(struct perch *p, const char *name)
{
	const struct embedded_world *found = NULL;
	struct err_at at = { 0 };
	for (size_t i = 0; i < n_embedded_worlds && found == NULL; i++)
		if (strcmp(embedded_worlds[i].name, name) == 0)
			found = &embedded_worlds[i];
	if (found == NULL)
		return false;
	p->arena = arena_new(ARENA_BYTES);
	const char *text = lab_move_clock(p->arena, found->text, wall_now());
	text = world_map_loopback(p->arena, text, strlen(text));
	return world_from_text(p->arena, text, strlen(text), name, &p->world, &at) == E_OK && world_n_cases(p->world) > 0;
}

static const char *verdict_id_of(const char *text)
{
	for (int w = 0; w <= VERDICT_UNKNOWN; w++)
		if (strcasecmp(verdict_text((enum verdict_word)w), text) == 0)
			return verdict_id((enum verdict_word)w);
	return "";
}

static void describe(struct perch *p, const char *name, struct canary *out)
{
	const struct world_case *c = world_case(p->world, 0);
	*out = (struct canary){ .name = name, .word = verdict_id_of(c->verdict), .finding = c->root != NULL && strcmp(c->root, "-") != 0 ? c->root : "" };
	world_setup(p->world, &out->setup);
	out->setup.name = c->name;
	out->setup.type = c->type;
	out->setup.port = p->port;
	out->setup.resolvers.n = 0;
	out->setup.use_ipv6 = false;
	for (uint32_t i = 0; i < out->setup.hints.n; i++)
		out->setup.hints.at[i].addr.port = p->port;
}

struct canary_yard *canary_yard_new(const char **why)
{
	struct canary_yard *y = calloc(1, sizeof *y);
	if (y == NULL)
		abort();
	for (int i = 0; i < CANARIES; i++) {
		struct perch *p = &y->perches[i];
		if (!perch_make(p, names[i]) || !perch_serve(p)) {
			*why = "a canary zone could not be served on loopback";
			canary_yard_free(&y);
			return NULL;
		}
		describe(p, names[i], &y->list[i]);
	}
	return y;
}

const struct canary *canary_yard_list(const struct canary_yard *y, uint32_t *n)
{
	*n = CANARIES;
	return y->list;
}

void canary_yard_free(struct canary_yard **y)
{
	for (int i = 0; *y != NULL && i < CANARIES; i++) {
		stop_thread(&(*y)->perches[i]);
		arena_free(&(*y)->perches[i].arena);
	}
	free(*y);
	*y = NULL;
}
