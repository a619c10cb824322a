/* serve -- the observer as a service: turned until it is told to stop.
 *
 * SIGHUP reads the configuration again (a broken one is told and the old one kept), SIGTERM stops within 5 seconds: nothing
 * needs to be finished, what was not told stands in the outbox. The watchdog is fed only when the loop has gone round. */
#include "cli/complain.h"
#include "cli/config.h"
#include "cli/configured.h"
#include "cli/service.h"
#include "cli/service_manager.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include <stdio.h>
#include <time.h>

enum { TURN_MS = 100, IDLE_MS = 50, BUSY_MS = 2, STOP_MS = 4000, YARD_S = 12 * 3600, YARD_RETRY_S = 60, LATE_EVERY_S = 600 };

static void raise_yard(struct service *s, struct wall now)
{
	const char *why = "";
	if (!s->config->canaries || s->next_yard != NULL || now.s < s->yard_at.s)
		return;
	s->next_yard = canary_yard_new(&why);
	s->yard_at = (struct wall){ now.s + (s->next_yard != NULL ? YARD_S : YARD_RETRY_S) };
	if (s->next_yard == NULL)
		service_log("error", "canaries", "", why);
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

static void keep_vitals(struct service *s)
{
	struct vitals v;
	observer_vitals(s->observer, &v);
	v.delivered = deliverer_counters(s->deliverer);
	pthread_mutex_lock(&s->vitals_lock);
	s->vitals = v;
	pthread_mutex_unlock(&s->vitals_lock);
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
	service_log("warning", "late", "", text);
}

static int turn(struct service *s, struct wall now)
{
	int e = observer_turn(s->observer, TURN_MS);
	if (e != E_OK)
		return complain(EXIT_UNKNOWN, "neither the store nor memory takes what was seen: %s", store_why(s->store));
	if (observer_store(s->observer) != s->delivered_from && !service_deliver(s))
		service_log("error", "delivery", "", "alerts cannot be sent");
	if (deliverer_turn(s->deliverer, now) != E_OK)
		service_log("warning", "delivery", "", store_why(s->delivered_from));
	if (s->keeper != NULL && store_keeper_found_damage(s->keeper) && store_check(s->store) != E_OK)
		service_log("error", "store-corrupt", "", store_why(s->store));       /* the observer's next turn leaves it */
	if (observer_wants_rescue(s->observer)) {
		int code = service_mend_store(s);
		if (code != 0)
			return code;
	}
	if (signals_reload != 0) {
		signals_reload = 0;
		reload_begin(s);
	}
	raise_yard(s, now);
	change_yard(s);
	reload_notice_zones(s, now);
	reload_end(s);
	return 0;
}

/* The turns themselves wait only where replies are to come. A signal ends the wait. */
static void rest(const struct service *s)
{
	uint32_t ms = !observer_is_idle(s->observer) ? 0 : deliverer_in_flight(s->deliverer) > 0 ? BUSY_MS : IDLE_MS;
	if (ms > 0)
		nanosleep(&(struct timespec){ .tv_nsec = (long)ms * 1000000 }, NULL);
}

/* Once a second. */
static void tell_vitals(struct service *s, struct wall now)
{
	if (now.s == s->told_alive_at.s)
		return;
	s->told_alive_at = now;
	keep_vitals(s);
	tell_late(s, now);
	if (!observer_is_starting(s->observer))
		deliverer_ping(s->deliverer, now, s->vitals.awake);
}

static void feed_watchdog(struct mono *fed, uint32_t watchdog_ms)
{
	if (watchdog_ms == 0 || mono_now().us - fed->us < (int64_t)watchdog_ms * 500)
		return;
	*fed = mono_now();
	service_manager_tell("WATCHDOG=1");
}

/* What is on its way to a channel may arrive. */
static void send_the_last(struct service *s)
{
	struct mono began = mono_now();
	while (deliverer_in_flight(s->deliverer) > 0 && mono_now().us - began.us < STOP_MS * 1000 &&
	       deliverer_turn(s->deliverer, wall_now()) == E_OK)
		nanosleep(&(struct timespec){ .tv_nsec = BUSY_MS * 1000000L }, NULL);
}

static int run(struct service *s)
{
	uint32_t watchdog_ms = service_manager_watchdog_ms();
	struct mono fed = mono_now();
	int code = 0;
	service_manager_tell("READY=1");
	service_log("info", "started", "", arena_printf(s->o->arena, "%u zone%s, store %s", s->config->zones.n, s->config->zones.n == 1 ? "" : "s", s->config->store_path));
	while (code == 0 && !signals_interrupted) {
		struct wall now = wall_now();
		code = turn(s, now);
		rest(s);
		tell_vitals(s, now);
		feed_watchdog(&fed, watchdog_ms);
	}
	service_manager_tell("STOPPING=1");
	if (code == 0)
		send_the_last(s);
	service_log("info", "stopped", "", "");
	return code;
}

int verb_serve(const struct options *o)
{
	struct service s = { .o = o, .store_claim = -1, .vitals_lock = PTHREAD_MUTEX_INITIALIZER };
	if (o->objects.n > 1)
		return complain(EXIT_USAGE, "serve takes no names: they stand in the configuration (or: dnsvigil zones add NAME)");
	signals_watch_reload();
	s.config_arena = arena_new(CONFIG_ARENA);
	int code = config_load(o, s.config_arena, &s.config);
	if (code == 0)
		code = configured_setup(o, s.config_arena, s.config, &s.base);
	if (code == 0)
		code = service_start(&s);
	if (code == 0)
		code = run(&s);
	service_stop(&s);
	return code;
}
