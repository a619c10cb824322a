/* crash_driver -- an observer that lives to be killed: zones of a world without sockets that break and heal by the hour, a file
 * store, real HTTP to a receiver. Its clock lives in a file that is mapped, so time goes on where the one before was killed.
 * usage: crash_driver CONFIG CLOCK ZONES UNTIL_S      (seconds after the beginning; ends when all is told by then) */
#include "alert/alert.h"
#include "lab/lab.h"
#include "base/addr.h"
#include "watch/observer.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each cycle a zone is broken once; longer apart than what would be taken for the same incident. */
enum { CYCLE_S = 14400, BREAKS_S = 600, APART_S = 300, BROKEN_S = 3600, STEP_S = 20, TURN_MS = 5, ARENA_BYTES = 1 << 28 };
static const int64_t began_s = 1772366400; /* 2026-03-01T12:00:00Z */

struct driver {
	struct asker asker, *inner;     /* the world of now behind one door */
	struct arena *world_arena, *first_arena;        /* hints and anchors lie in the first, and are those of all */
	struct world *world;
	volatile int64_t *clock_s;
	unsigned n_zones;
	uint64_t broken;
	struct config *config;
};

static int net_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx) { return ask_start(((struct driver *)a)->inner, q, done, ctx); }
static struct mono net_now(struct asker *a)
{
	const struct driver *d = (struct driver *)a;
	return (struct mono){ ask_now(d->inner).us + *d->clock_s * 1000000 };
}
static bool net_turn(struct asker *a, uint32_t ms) { return ask_turn(((struct driver *)a)->inner, ms); }
static void net_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg) { ask_cancel(((struct driver *)a)->inner, wanted, arg); }
static void net_free(struct asker *a) { asker_free(&((struct driver *)a)->inner); }
static const struct asker_ops net_ops = { net_start, net_now, net_turn, net_cancel, net_free, NULL };

static struct wall driver_now(void *ctx)
{
	return (struct wall){ began_s + *((struct driver *)ctx)->clock_s };
}

static uint64_t broken_at(const struct driver *d, int64_t s)
{
	uint64_t set = 0;
	for (unsigned i = 0; i < d->n_zones; i++) {
		int64_t in = s % CYCLE_S - BREAKS_S - (int64_t)i * APART_S;
		set |= (uint64_t)(in >= 0 && in < BROKEN_S) << i;
	}
	return set;
}

static void make_world(struct driver *d)
{
	struct arena *a = arena_new(ARENA_BYTES);
	struct err_at at = { 0 };
	struct text t;
	char now[WALL_TEXT_MAX];
	text_init(&t, a);
	text_addf(&t, "clock %s\n", wall_text(driver_now(d), now));
	for (unsigned i = 0; i < d->n_zones; i++)
		text_addf(&t, "zone z%u.lab. ecdsa servers ns1=192.0.2.%u\n%s", i, 11 + i,
			  d->broken >> i & 1 ? arena_printf(a, "break z%u.lab. rrsig expired\n", i) : "");
	text_add(&t, "ask z0.lab. SOA\nexpect OK\n");
	asker_free(&d->inner);
	if (world_from_text(a, t.at, t.len, "world", &d->world, &at) != E_OK) {
		fprintf(stderr, "world:%u: %s\n", at.line, at.text);
		exit(2);
	}
	if (d->first_arena == NULL)
		d->first_arena = a;
	else
		arena_free(&d->world_arena);
	d->world_arena = a != d->first_arena ? a : NULL;
	d->inner = lab_asker_new(d->world);
}

static void fault(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s:%u:%u: %s\n", file, line, column, text);
}

static void told(void *ctx, const char *channel, const char *line)
{
	(void)ctx;
	fprintf(stderr, "%s: %s\n", channel, line);
}

static bool all_is_told(struct store *s)
{
	struct outbox_depth depth;
	return store_outbox_depth(s, &depth) == E_OK && depth.waiting == 0;
}

static int live(struct driver *d, struct observer *o, struct deliverer *l, struct store *s, int64_t until_s)
{
	while (*d->clock_s < until_s || !all_is_told(s) || !observer_is_idle(o)) {
		if (observer_turn(o, TURN_MS) != E_OK || deliverer_turn(l, driver_now(d)) != E_OK) {
			fprintf(stderr, "the store fails: %s\n", store_why(s));
			return 2;
		}
		if (!observer_is_idle(o))
			continue;
		uint64_t broken = broken_at(d, *d->clock_s);
		if (broken != d->broken) {
			d->broken = broken;
			make_world(d);
		}
		int64_t next_s = observer_next_at(o).s - began_s;
		if (next_s > *d->clock_s)
			*d->clock_s = next_s < *d->clock_s + STEP_S ? next_s : *d->clock_s + STEP_S;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct driver d = { .asker.ops = &net_ops };
	struct arena *a = arena_new(ARENA_BYTES);
	struct err_at at = { 0 };
	struct store *store;
	if (argc != 5)
		return 2;
	int fd = open(argv[2], O_RDWR | O_CLOEXEC);
	d.clock_s = fd >= 0 ? mmap(NULL, sizeof *d.clock_s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (d.clock_s == MAP_FAILED)
		return 2;
	d.n_zones = (unsigned)atoi(argv[3]);
	d.broken = broken_at(&d, *d.clock_s);
	make_world(&d);
	if (config_read(a, &(struct config_source){ .path = argv[1], .every = fault }, &d.config, &at) != E_OK)
		return 2;
	if (store_open(d.config->store_path, &(struct store_options){ .create = true }, &store, &at) != E_OK) {
		fprintf(stderr, "%s\n", at.text);
		return 2;
	}
	struct http *http = http_new(&(struct http_options){ .addr_allowed = ADDR_LOOPBACK, .http_allowed = true });
	struct observer_options options = { .config = d.config, .store = store, .asker = &d.asker, .crypto = crypto_new(), .now = driver_now,
					    .clock_ctx = &d, .clock_is_ours = true };
	world_setup(d.world, &options.base);
	struct observer *o = observer_new(&options);
	struct deliverer *l = deliverer_new(&(struct deliverer_options){ .store = store, .http = http, .channels = d.config->channels.at,
									 .n_channels = d.config->channels.n, .log = told });
	if (o == NULL || l == NULL)
		return 2;
	puts("ready");
	fflush(stdout);
	int code = live(&d, o, l, store, atoll(argv[4]));
	deliverer_free(&l);
	observer_free(&o);
	http_free(&http);
	crypto_free(&options.crypto);
	store_close(&store);
	asker_free(&d.inner);
	arena_free(&d.world_arena);
	arena_free(&d.first_arena);
	arena_free(&a);
	return code;
}
