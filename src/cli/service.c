/* service -- the rooms of the observer put together, and taken apart in the order in which they use each other. */
#include "cli/service.h"
#include "cli/complain.h"
#include "cli/configured.h"
#include "cli/log_line.h"
#include "cli/service_manager.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { QUIET_ASKER = 2048, COPY_AFTER_S = 600 };

/* The whole store is read, and a damaged one written anew: an hour, in which neither the start nor the watchdog ends us. */
#define LONG_WORK "EXTEND_TIMEOUT_USEC=3600000000"

void service_log(const char *level, const char *event, const char *zone, const char *text)
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
	service_log("error", "store-corrupt", "", damage);
	store_close(&s->store);
	if (store_rescue(s->config->store_path, wall_now(), &s->mended) != E_OK)
		return cannot_open(s, s->mended.text);
	service_log("warning", "store-rescued", "", s->mended.text);
	return store_open(s->config->store_path, &options, &s->store, &at) == E_OK ? 0 : cannot_open(s, at.text);
}

/* Two observers on one store would tell everything twice. The lock stands on a file of its own: a rescue gives the store another, and
 * SQLite's locks end with any close of its files. */
static int claim_store(struct service *s)
{
	s->store_claim = open(arena_printf(s->o->arena, "%s.lock", s->config->store_path), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	s->is_claimed = s->store_claim >= 0 && flock(s->store_claim, LOCK_EX | LOCK_NB) == 0;
	if (s->is_claimed || s->store_claim < 0 || errno != EWOULDBLOCK)
		return 0;
	return complain(EXIT_UNKNOWN, "another dnsvigil serve has the store %s", s->config->store_path);
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

bool service_deliver(struct service *s)
{
	deliverer_free(&s->deliverer);
	s->delivered_from = observer_store(s->observer);
	struct deliverer_options options = { .store = s->delivered_from, .http = s->http, .channels = s->config->channels.at,
					     .n_channels = s->config->channels.n, .dead_man_url = s->config->dead_man_url, .log = log_delivery };
	s->deliverer = deliverer_new(&options);
	return s->deliverer != NULL;
}

int service_open_api(struct service *s)
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
void service_keep_store(struct service *s)
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
			service_log("warning", "store-copy", "", "no thread for it: no copies are made");
	}
	free(store);
}

int service_start(struct service *s)
{
	s->gate = configured_gate(&s->base);
	struct sockets_options sockets = { .addr_allowed = s->gate, .in_flight_max = QUIET_ASKER,
					   .per_server_max = (uint16_t)(s->config->per_server_qps * 4),
					   .per_server_qps = s->config->per_server_qps,
					   .loopback_exempt = (s->config->addr_allowed & ADDR_LOOPBACK) != 0 };
	struct sockets_options loopback = { .addr_allowed = ADDR_LOOPBACK };
	struct http_options http = { .addr_allowed = s->config->alerts_http_allowed ? ADDR_ANY & ~ADDR_RESERVED : ADDR_PUBLIC | ADDR_PRIVATE,
				     .http_allowed = s->config->alerts_http_allowed, .user_agent = "dnsvigil/" DNSVIGIL_VERSION };
	int code = claim_store(s);
	if (code == 0)
		code = open_store(s);
	if (code != 0)
		return code;
	if (!s->is_claimed)             /* told behind what the store itself has to say */
		service_log("warning", "store-lock", "", "no lock can be had beside the store: nothing keeps a second serve off it");
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
	if (!service_deliver(s))
		return complain(EXIT_UNKNOWN, "alerts cannot be sent: %s", strerror(errno));
	service_keep_store(s);
	return service_open_api(s);
}

/* The API reads the file, too, and so does its keeper. */
int service_mend_store(struct service *s)
{
	api_pause(s->api);
	store_keeper_stop(&s->keeper);
	service_manager_tell(LONG_WORK);
	int code = rescue_store(s, arena_printf(s->o->arena, "%s", store_why(s->store)));
	if (code != 0)
		return code;
	observer_set_store(s->observer, s->store, s->mended.text);
	service_keep_store(s);
	return service_open_api(s);
}

void service_stop(struct service *s)
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
	if (s->store_claim >= 0)
		close(s->store_claim);
	arena_free(&s->next_arena);
	arena_free(&s->config_arena);
}
