/* reload -- another configuration for a service that runs, by SIGHUP or because zones were added by command. */
#include "cli/config.h"
#include "cli/configured.h"
#include "cli/restart_only.h"
#include "cli/service.h"
#include "cli/service_manager.h"
#include "base/fnv.h"

enum { REREAD_S = 10 };

static void tell_restart_only(const char *key)
{
	service_log("warning", "reload-waits", "", key);
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
void reload_begin(struct service *s)
{
	if (s->next_config != NULL)
		return;
	service_manager_tell("RELOADING=1");
	s->next_arena = arena_new(CONFIG_ARENA);
	if (read_next(s) != 0) {
		arena_free(&s->next_arena);
		s->next_config = NULL;
		service_log("error", "reload-refused", "", "the configuration is wrong; the old one stays in force");
		service_manager_tell("READY=1");
		return;
	}
	observer_reload(s->observer, s->next_config, &s->next_base);
}

void reload_end(struct service *s)
{
	if (s->next_config == NULL || !observer_reloaded(s->observer))
		return;
	struct arena *old = s->config_arena;
	s->config = s->next_config;
	s->config_arena = s->next_arena;
	s->next_arena = NULL;
	s->next_config = NULL;
	s->base = s->next_base;
	if (!service_deliver(s))
		service_log("error", "delivery", "", "alerts cannot be sent until the next reload");
	api_pause(s->api);              /* it reads the old configuration; what it remembers outlives that */
	if (service_open_api(s) != 0)
		service_log("error", "api", "", "it stays closed until the next reload");
	service_keep_store(s);
	arena_free(&old);
	service_log("info", "reloaded", "", s->config->store_path);
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
void reload_notice_zones(struct service *s, struct wall now)
{
	watched_rows rows = { 0 };
	if (now.s - s->reread_at.s < REREAD_S || s->next_config != NULL)
		return;
	bool first = s->reread_at.s == 0;
	s->reread_at = now;
	struct arena *a = arena_new(CONFIG_ARENA);
	uint64_t hash = store_watched(s->store, a, &rows) == E_OK ? watched_hash(&rows) : s->watched;
	if (hash != s->watched && !first)
		reload_begin(s);
	s->watched = hash;
	arena_free(&a);
}
