/* serve -- the observer as a service: puts the rooms together, and turns them until it is told to stop.
 *
 * SIGHUP reads the configuration again (a broken one is told and the old one kept), SIGTERM stops within 5 seconds: nothing
 * needs to be finished, what was not told stands in the outbox. The watchdog is fed only when the loop has gone round. */
#include "cli/asked.h"
#include "cli/canary_yard.h"
#include "cli/complain.h"
#include "cli/config.h"
#include "cli/configured.h"
#include "cli/log_line.h"
#include "cli/restart_only.h"
#include "cli/service_manager.h"
#include "cli/signals.h"
#include "cli/store_keeper.h"
#include "cli/verbs.h"
#include "api/api.h"
#include "base/fnv.h"
#include <errno.h>
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TURN_MS = 100, IDLE_MS = 50, BUSY_MS = 2, STOP_MS = 4000, YARD_S = 12 * 3600, YARD_RETRY_S = 60, REREAD_S = 10, QUIET_ASKER = 2048, COPY_AFTER_S = 600, LATE_EVERY_S = 600, CONFIG_ARENA = 1 << 30 };

/* The whole store is read, and a damaged one written anew: an hour, in which neither the start nor the watchdog ends us. */
#define LONG_WORK "EXTEND_TIMEOUT_USEC=3600000000"

struct service {
	const struct options *o;
	struct arena *config_arena, *next_arena;
	struct config *config, *next_config;
	struct setup base, next_base;
	uint8_t gate;                   /* the classes of addresses the asker asks */
	struct store *store, *delivered_from;
	struct err_at mended;           /* text: what a rescue of the store said; "": it was sound */
	struct http *http;
	struct asker *asker, *canary_asker;
	struct crypto *crypto;
	struct canary_yard *yard, *next_yard;
	struct observer *observer;
	struct deliverer *deliverer;
	struct api *api;
	struct store_keeper *keeper;
	struct wall yard_at, reread_at, told_alive_at, late_told_at;
	uint64_t put_off_told;
	uint64_t watched;               /* hash of what was added by command */
	pthread_mutex_t vitals_lock;
	struct vitals vitals;
};

static void log_f(const char *level, const char *event, const char *zone, const char *text)
{
	log_line(NULL, level, event, zone, text);
}

static void log_delivery(void *ctx, const char *channel, const char *line)
{
	(void)ctx;
	log_line(NULL, "info", "delivery", channel, line);
}

static void copy_vitals(void *ctx, struct vitals *out)
{
	struct service *s = ctx;
	pthread_mutex_lock(&s->vitals_lock);
	*out = s->vitals;
	pthread_mutex_unlock(&s->vitals_lock);
}

static int cannot_open(const struct service *s, const char *why)
{
	return complain(EXIT_UNKNOWN, "the store %s cannot be opened: %s", s->config->store_path, why);
}

/* Moves a damaged file aside and opens what could be saved of it. */
static int rescue_store(struct service *s, const char *damage)
{
	struct store_options options = { .create = true, .ballast_bytes = s->config->ballast_bytes };
	struct err_at at = { 0 };
	log_f("error", "store-corrupt", "", damage);
	store_close(&s->store);
	if (store_rescue(s->config->store_path, wall_now(), &s->mended) != E_OK)
		return cannot_open(s, s->mended.text);
	log_f("warning", "store-rescued", "", s->mended.text);
	return store_open(s->config->store_path, &options, &s->store, &at) == E_OK ? 0 : cannot_open(s, at.text);
}

static int open_store(struct service *s)
{
	struct store_options options = { .create = true, .ballast_bytes = s->config->ballast_bytes };
	struct err_at at = { 0 };
	service_manager_tell(LONG_WORK);
	int e = store_open(s->config->store_path, &options, &s->store, &at);
	if (e == E_SYNTAX)
		return rescue_store(s, at.text);
	if (e != E_OK)
		return cannot_open(s, at.text);
	return store_check(s->store) == E_SYNTAX ? rescue_store(s, store_why(s->store)) : 0;
}

static bool make_deliverer(struct service *s)
{
	deliverer_free(&s->deliverer);
	s->delivered_from = observer_store(s->observer);
	struct deliverer_options options = { .store = s->delivered_from, .http = s->http, .channels = s->config->channels.at,
					     .n_channels = s->config->channels.n, .dead_man_url = s->config->dead_man_url, .log = log_delivery };
	s->deliverer = deliverer_new(&options);
	return s->deliverer != NULL;
}

static int start_api(struct service *s)
{
	const struct config *c = s->config;
	struct err_at at = { 0 };
	struct api_options options = { .listen = c->api.listen, .port = c->api.port, .hosts = c->api.hosts.at, .n_hosts = c->api.hosts.n,
				       .token_sha256 = c->api.token_sha256.at, .n_tokens = c->api.token_sha256.n, .store_path = c->store_path,
				       .base = s->base, .interval_s = c->interval_s, .vitals = copy_vitals, .ctx = s, .log = log_line,
				       .version = DNSVIGIL_VERSION };
	if (!c->api.on)
		return 0;
	if (api_start(&options, &s->api, &at) != E_OK)
		return complain(EXIT_UNKNOWN, "the API cannot listen on %s port %u: %s", c->api.listen, c->api.port, at.text);
	return 0;
}

/* A reload may have named another folder. Where it has not, the keeper goes on: its day and its week would begin anew each time. */
static void start_keeper(struct service *s)
{
	const struct config *c = s->config;
	char *store = strdup(c->store_path);
	if (store == NULL)
		abort();
	struct store_keeper_options options = { .path = c->store_path, .folder = c->copies_folder != NULL ? c->copies_folder : dirname(store),
						.copies = c->copies, .first_after_s = COPY_AFTER_S };
	if (s->keeper == NULL || !store_keeper_is(s->keeper, &options)) {
		store_keeper_stop(&s->keeper);
		s->keeper = store_keeper_start(&options);
		if (s->keeper == NULL)
			log_f("warning", "store-copy", "", "no thread for it: no copies are made");
	}
	free(store);
}

static void raise_yard(struct service *s, struct wall now)
{
	const char *why = "";
	if (!s->config->canaries || s->next_yard != NULL || now.s < s->yard_at.s)
		return;
	s->next_yard = canary_yard_new(&why);
	s->yard_at = (struct wall){ now.s + (s->next_yard != NULL ? YARD_S : YARD_RETRY_S) };
	if (s->next_yard == NULL)
		log_f("error", "canaries", "", why);
}

/* Signatures of canaries run out, too: new ones twice a day. */
static void change_yard(struct service *s)
{
	uint32_t n;
	if (s->next_yard == NULL)
		return;
	const struct canary *list = canary_yard_list(s->next_yard, &n);
	if (!observer_set_canaries(s->observer, list, n))
		return;
	canary_yard_free(&s->yard);
	s->yard = s->next_yard;
	s->next_yard = NULL;
}

static int start(struct service *s)
{
	s->gate = configured_gate(&s->base);
	struct sockets_options sockets = { .addr_allowed = s->gate, .in_flight_max = QUIET_ASKER,
					   .per_server_max = (uint16_t)(s->config->per_server_qps * 4),
					   .per_server_qps = s->config->per_server_qps,
					   .loopback_exempt = (s->config->addr_allowed & ADDR_LOOPBACK) != 0 };
	struct sockets_options loopback = { .addr_allowed = ADDR_LOOPBACK };
	struct http_options http = { .addr_allowed = s->config->alerts_http_allowed ? ADDR_ANY & ~ADDR_RESERVED : ADDR_PUBLIC | ADDR_PRIVATE,
				     .http_allowed = s->config->alerts_http_allowed, .user_agent = "dnsvigil/" DNSVIGIL_VERSION };
	int code = open_store(s);
	if (code != 0)
		return code;
	s->asker = ask_sockets_new(&sockets);
	s->canary_asker = ask_sockets_new(&loopback);
	s->http = http_new(&http);
	s->crypto = crypto_new();
	if (s->asker == NULL || s->canary_asker == NULL || s->http == NULL)
		return complain(EXIT_UNKNOWN, "cannot open sockets: %s", strerror(errno));
	const char *mended = s->mended.text[0] != '\0' ? s->mended.text : NULL;
	struct observer_options options = { .config = s->config, .store = s->store, .mended = mended, .asker = s->asker, .canary_asker = s->canary_asker,
					    .crypto = s->crypto, .http = s->http, .base = s->base, .log = log_line };
	s->observer = observer_new(&options);
	if (s->observer == NULL)
		return complain(EXIT_UNKNOWN, "the store %s cannot be used: %s", s->config->store_path, store_why(s->store));
	if (!make_deliverer(s))
		return complain(EXIT_UNKNOWN, "alerts cannot be sent: %s", strerror(errno));
	start_keeper(s);
	return start_api(s);
}

static void tell_restart_only(const char *key)
{
	log_f("warning", "reload-waits", "", key);
}

static int read_next(struct service *s)
{
	int code = config_load(s->o, s->next_arena, &s->next_config);
	if (code != 0)
		return code;
	restart_only_keep(s->config, s->gate, s->next_config, tell_restart_only);
	return configured_setup(s->o, s->next_arena, s->next_config, &s->next_base);
}

/* Read beside the old one, which stays where the new one is wrong. */
static void begin_reload(struct service *s)
{
	if (s->next_config != NULL)
		return;
	service_manager_tell("RELOADING=1");
	s->next_arena = arena_new(CONFIG_ARENA);
	if (read_next(s) != 0) {
		arena_free(&s->next_arena);
		s->next_config = NULL;
		log_f("error", "reload-refused", "", "the configuration is wrong; the old one stays in force");
		service_manager_tell("READY=1");
		return;
	}
	observer_reload(s->observer, s->next_config, &s->next_base);
}

static void end_reload(struct service *s)
{
	if (s->next_config == NULL || !observer_reloaded(s->observer))
		return;
	struct arena *old = s->config_arena;
	s->config = s->next_config;
	s->config_arena = s->next_arena;
	s->next_arena = NULL;
	s->next_config = NULL;
	s->base = s->next_base;
	if (!make_deliverer(s))
		log_f("error", "delivery", "", "alerts cannot be sent until the next reload");
	api_pause(s->api);              /* it reads the old configuration; what it remembers outlives that */
	if (start_api(s) != 0)
		log_f("error", "api", "", "it stays closed until the next reload");
	start_keeper(s);
	arena_free(&old);
	log_f("info", "reloaded", "", s->config->store_path);
	service_manager_tell("READY=1");
}

static uint64_t watched_hash(const watched_rows *rows)
{
	uint64_t h = FNV_BEGIN;
	for (uint32_t i = 0; i < rows->n; i++) {
		const char *texts[] = { rows->at[i].zone, rows->at[i].tags, rows->at[i].owner, rows->at[i].expect };
		for (unsigned k = 0; k < sizeof texts / sizeof texts[0]; k++)
			h = fnv_octet(fnv_text(h, texts[k] != NULL ? texts[k] : ""), 0);        /* where one ends: what moves from tags to owner is a change */
	}
	return h;
}

/* `zones add` writes to the store: what it added is taken up as a reload is. */
static void notice_zones(struct service *s, struct wall now)
{
	watched_rows rows = { 0 };
	if (now.s - s->reread_at.s < REREAD_S || s->next_config != NULL)
		return;
	bool first = s->reread_at.s == 0;
	s->reread_at = now;
	struct arena *a = arena_new(CONFIG_ARENA);
	uint64_t hash = store_watched(s->store, a, &rows) == E_OK ? watched_hash(&rows) : s->watched;
	if (hash != s->watched && !first)
		begin_reload(s);
	s->watched = hash;
	arena_free(&a);
}

static void keep_vitals(struct service *s)
{
	struct vitals v;
	observer_vitals(s->observer, &v);
	v.delivered = deliverer_counters(s->deliverer);
	pthread_mutex_lock(&s->vitals_lock);
	s->vitals = v;
	pthread_mutex_unlock(&s->vitals_lock);
}

/* The API reads the file, too, and so does its keeper. */
static int mend_store(struct service *s)
{
	api_pause(s->api);
	store_keeper_stop(&s->keeper);
	service_manager_tell(LONG_WORK);
	int code = rescue_store(s, arena_printf(s->o->arena, "%s", store_why(s->store)));
	if (code != 0)
		return code;
	observer_set_store(s->observer, s->store, s->mended.text);
	start_keeper(s);
	return start_api(s);
}

/* What cannot be done in time is said, with what to do, and not each second. */
static void tell_late(struct service *s, struct wall now)
{
	const struct vitals *v = &s->vitals;
	char text[200];
	if (v->stale == 0 || now.s < s->late_told_at.s + LATE_EVERY_S)
		return;
	s->late_told_at = now;
	bool by_us = v->put_off > s->put_off_told;
	s->put_off_told = v->put_off;
	snprintf(text, sizeof text, "%u of %u zones were not looked at for two intervals, %u of them never%s", v->stale, v->zones, v->stale_unseen,
		 by_us ? ": per_server_qps holds their questions back; raise it where the servers are yours, or the interval" : "");
	log_f("warning", "late", "", text);
}

static int turn(struct service *s, struct wall now)
{
	int e = observer_turn(s->observer, TURN_MS);
	if (e != E_OK)
		return complain(EXIT_UNKNOWN, "neither the store nor memory takes what was seen: %s", store_why(s->store));
	if (observer_store(s->observer) != s->delivered_from && !make_deliverer(s))
		log_f("error", "delivery", "", "alerts cannot be sent");
	if (deliverer_turn(s->deliverer, now) != E_OK)
		log_f("warning", "delivery", "", store_why(s->delivered_from));
	if (s->keeper != NULL && store_keeper_found_damage(s->keeper) && store_check(s->store) != E_OK)
		log_f("error", "store-corrupt", "", store_why(s->store));       /* the observer's next turn leaves it */
	if (observer_wants_rescue(s->observer)) {
		int code = mend_store(s);
		if (code != 0)
			return code;
	}
	if (signals_reload != 0) {
		signals_reload = 0;
		begin_reload(s);
	}
	raise_yard(s, now);
	change_yard(s);
	notice_zones(s, now);
	end_reload(s);
	return 0;
}

/* The turns themselves wait only where replies are to come. A signal ends the wait. */
static void rest(const struct service *s)
{
	uint32_t ms = !observer_is_idle(s->observer) ? 0 : deliverer_in_flight(s->deliverer) > 0 ? BUSY_MS : IDLE_MS;
	if (ms > 0)
		nanosleep(&(struct timespec){ .tv_nsec = (long)ms * 1000000 }, NULL);
}

static int run(struct service *s)
{
	uint32_t watchdog_ms = service_manager_watchdog_ms();
	struct mono fed = mono_now();
	int code = 0;
	service_manager_tell("READY=1");
	log_f("info", "started", "", arena_printf(s->o->arena, "%u zones, store %s", s->config->zones.n, s->config->store_path));
	while (code == 0 && !signals_interrupted) {
		struct wall now = wall_now();
		code = turn(s, now);
		rest(s);
		if (now.s != s->told_alive_at.s) {
			s->told_alive_at = now;
			keep_vitals(s);
			tell_late(s, now);
			if (!observer_is_starting(s->observer))
				deliverer_ping(s->deliverer, now, s->vitals.awake);
		}
		if (watchdog_ms != 0 && mono_now().us - fed.us >= (int64_t)watchdog_ms * 500) {
			fed = mono_now();
			service_manager_tell("WATCHDOG=1");
		}
	}
	service_manager_tell("STOPPING=1");
	struct mono began = mono_now();
	while (code == 0 && deliverer_in_flight(s->deliverer) > 0 && mono_now().us - began.us < STOP_MS * 1000 &&
	       deliverer_turn(s->deliverer, wall_now()) == E_OK)
		nanosleep(&(struct timespec){ .tv_nsec = BUSY_MS * 1000000L }, NULL);
	log_f("info", "stopped", "", "");
	return code;
}

static void stop(struct service *s)
{
	api_stop(&s->api);
	store_keeper_stop(&s->keeper);
	deliverer_free(&s->deliverer);
	observer_free(&s->observer);
	http_free(&s->http);
	canary_yard_free(&s->yard);
	canary_yard_free(&s->next_yard);
	asker_free(&s->asker);
	asker_free(&s->canary_asker);
	crypto_free(&s->crypto);
	store_close(&s->store);
	arena_free(&s->next_arena);
	arena_free(&s->config_arena);
}

int verb_serve(const struct options *o)
{
	struct service s = { .o = o, .vitals_lock = PTHREAD_MUTEX_INITIALIZER };
	if (o->objects.n > 1)
		return complain(EXIT_USAGE, "serve takes no names: they stand in the configuration (or: dnsvigil zones add NAME)");
	signals_watch_reload();
	s.config_arena = arena_new(CONFIG_ARENA);
	int code = config_load(o, s.config_arena, &s.config);
	if (code == 0)
		code = configured_setup(o, s.config_arena, s.config, &s.base);
	if (code == 0)
		code = start(&s);
	if (code == 0)
		code = run(&s);
	stop(&s);
	return code;
}
