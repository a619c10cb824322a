/* service -- what `serve` is made of, between the files that put it together (service.c), take another configuration (reload.c) and
 * turn it (serve.c). */
#pragma once
#include "cli/canary_yard.h"
#include "cli/options.h"
#include "cli/store_keeper.h"
#include "api/api.h"
#include "watch/observer.h"
#include <pthread.h>

enum { CONFIG_ARENA = 1 << 30 };

struct service {
	const struct options *o;
	struct arena *config_arena, *next_arena;
	struct config *config, *next_config;
	struct setup base, next_base;
	uint8_t gate;                   /* the classes of addresses the asker asks */
	int store_claim; bool is_claimed;                /* the file whose lock says that the store is ours; -1 */
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

void service_log(const char *level, const char *event, const char *zone, const char *text);
/* All of these complain by themselves; int: 0, or the exit code. */
int service_start(struct service *s);
void service_stop(struct service *s);
bool service_deliver(struct service *s);        /* from the store in use, to the channels of the configuration; anew each time */
int service_open_api(struct service *s);
void service_keep_store(struct service *s);
int service_mend_store(struct service *s);      /* when observer_wants_rescue() */

/* SIGHUP: the next configuration is read beside the old one, which stays in force where the new one is wrong, and until the observer
 * has taken it. */
void reload_begin(struct service *s);
void reload_end(struct service *s);             /* when it has; else nothing */
void reload_notice_zones(struct service *s, struct wall now);   /* what was added to the store by command is taken up as by a reload */
