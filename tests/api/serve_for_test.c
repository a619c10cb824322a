/* serve_for_test -- the API over a store that is filled here, for test_*.py: prints "port N", then does what it is told on stdin,
 * a line each, and answers "done ...": event ZONE KIND | look ZONE (one more) | vitals FIELD VALUE | zones N (more) |
 * reload (as a reload of the service) | stop (prints how long it took, and ends).
 * usage: serve_for_test DIR LISTEN. The tokens are "letmein" and "sesame"; a world is served on loopback, for probes. */
#include "api/api.h"
#include "check/check.h"
#include "crypto/crypto.h"
#include "foresee/summary.h"
#include "lab/lab.h"
#include <arpa/inet.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEED(e) do { if (!(e)) { fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #e); exit(1); } } while (0)
static const char world_text[] =
	"clock   %s\n"
	"zone    shop.lab.  ecdsa  servers ns1=192.0.2.11 ns2=203.0.113.12\n"
	"record  www.shop.lab. 300 A 198.51.100.7\n"
	"zone    bad.lab.  ecdsa  servers ns1=192.0.2.21 ns2=203.0.113.22\n"
	"record  www.bad.lab. 300 A 198.51.100.7\n"
	"break   bad.lab.  rrsig expired\n"
	"zone    slow.lab.  ecdsa  servers ns1=192.0.2.31 ns2=203.0.113.32\n"
	"server  192.0.2.31 silent\n"
	"server  203.0.113.32 silent\n"
	"ask     www.shop.lab. A\n"
	"expect  OK secure\n";

struct stage {
	struct arena *arena;
	struct store *store;
	struct world *world;
	struct setup setup;
	uint16_t dns_port;
	volatile int stop;
	atomic_int ready;
	pthread_t thread;
	pthread_mutex_t lock;
	struct vitals vitals;
};

static uint16_t free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof in;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	NEED(fd >= 0 && bind(fd, (struct sockaddr *)&in, sizeof in) == 0 && getsockname(fd, (struct sockaddr *)&in, &len) == 0);
	close(fd);
	return ntohs(in.sin_port);
}

static void on_ready(void *ctx)
{
	atomic_store(&((struct stage *)ctx)->ready, 1);
}

static void *serve(void *ctx)
{
	struct stage *s = ctx;
	struct err_at at = { 0 };
	struct serve_options options = { .port = s->dns_port, .map = true, .stop = &s->stop, .ready = on_ready, .ctx = s };
	NEED(lab_serve(s->world, &options, &at) == E_OK);
	return NULL;
}

static void raise_world(struct stage *s)
{
	char now[WALL_TEXT_MAX];
	struct err_at at = { 0 };
	wall_text(wall_now(), now);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	const char *text = arena_printf(s->arena, world_text, now);
#pragma GCC diagnostic pop
	text = world_map_loopback(s->arena, text, strlen(text));
	if (world_from_text(s->arena, text, strlen(text), "world", &s->world, &at) != E_OK)
		fprintf(stderr, "%u: %s\n", at.line, at.text), exit(1);
	s->dns_port = free_port();
	world_setup(s->world, &s->setup);
	s->setup.port = s->dns_port;
	s->setup.resolvers.n = 0;
	s->setup.use_ipv6 = false;
	for (uint32_t i = 0; i < s->setup.hints.n; i++)
		s->setup.hints.at[i].addr.port = s->dns_port;
	NEED(pthread_create(&s->thread, NULL, serve, s) == 0);
	for (int ms = 0; atomic_load(&s->ready) == 0 && ms < 5000; ms += 5)
		usleep(5000);
	NEED(atomic_load(&s->ready) == 1);
}

/* What the observer would have kept of a look at this zone. */
static void put_look(struct stage *s, const char *zone, const char *finding, struct wall from)
{
	const char *why;
	struct crypto *crypto = crypto_new();
	struct asker *asker = ask_sockets_new(&(struct sockets_options){ .addr_allowed = ADDR_LOOPBACK });
	struct setup setup = s->setup;
	struct check *check = NULL;
	struct text evidence, snapshot;
	setup.name = name_from_text(s->arena, zone, &why);
	setup.type = 6;
	NEED(check_run(&setup, asker, crypto, from, from, NULL, &check) == E_OK);
	const struct check_result *r = check_result(check);
	struct budget budget = *r->budget;
	struct judgement j = { .tree = r->tree, .crypto = crypto, .budget = &budget, .arena = s->arena };
	struct snapshot *seen = snapshot_make(s->arena, &j, r->verdict, NULL, from);
	text_init(&evidence, s->arena);
	text_init(&snapshot, s->arena);
	NEED(evidence_to_text(r->evidence, &evidence) == E_OK);
	snapshot_text(seen, &snapshot);
	struct history_row h = { .zone = zone, .from = from, .to = wall_now(), .fingerprint = snapshot_fingerprint(s->arena, seen),
				 .word = verdict_id(r->verdict->word), .finding = finding, .snapshot = snapshot.at, .snapshot_len = snapshot.len,
				 .evidence = evidence.at, .evidence_len = evidence.len };
	int64_t id;
	NEED(store_add_history(s->store, &h, &id) == E_OK);
	struct summary summary;
	struct text doc;
	text_init(&doc, s->arena);
	summary_of(s->arena, seen, &summary);
	summary_json(&summary, &doc);
	NEED(store_touch_zones(s->store, &(struct zone_row){ .zone = zone, .checked_at = wall_now(), .breaks_at = r->verdict->breaks_at,
							    .next_at = { wall_now().s + 300 }, .doc = doc.at }, 1) == E_OK);
	check_free(&check);
	asker_free(&asker);
	crypto_free(&crypto);
}

/* 17 samples each: of 9,000 zones there is room for some only. */
static const char doc_of_many[] = "{\"servers\":["
	"[\"a\",\"192.0.2.1\",1,1],[\"a\",\"192.0.2.2\",1,1],[\"a\",\"192.0.2.3\",1,1],[\"a\",\"192.0.2.4\",1,1],[\"a\",\"192.0.2.5\",1,1],"
	"[\"a\",\"192.0.2.6\",1,1],[\"a\",\"192.0.2.7\",1,1],[\"a\",\"192.0.2.8\",1,1],[\"a\",\"192.0.2.9\",0]],\"more\":3,\"ds\":[],\"ends\":{}}";

static void put_zone(struct stage *s, const char *zone, const char *word, const char *finding, const char *security, struct wall breaks_at)
{
	struct wall now = wall_now();
	bool of_config = strcmp(zone, "bad.lab.") == 0;
	struct zone_row z = { .zone = zone, .word = word, .finding = finding, .scope = *finding != '\0' ? zone : "", .security = security,
			      .since = { now.s - 3600 }, .checked_at = now, .breaks_at = breaks_at, .next_at = { now.s + 300 }, .fingerprint = "",
			      .doc = *finding == '\0' ? doc_of_many : "", .tags = of_config ? "dns prod" : "", .owner = of_config ? "dns team" : "" };
	NEED(store_put_zone(s->store, &z) == E_OK);
}

static void put_incident(struct stage *s, const char *id, const char *zone, const char *state)
{
	struct wall now = wall_now();
	bool open = strcmp(state, "open") == 0;
	struct alert alert = { .kind = ALERT_OPENED, .incident = id, .dedup_key = id, .word = "SERVFAIL", .severity = "critical", .finding = "rrsig-expired",
			       .scope = zone, .cause = "The signatures have run out.", .who = "everybody who validates", .command = "dnsvigil why bad.lab",
			       .link = "", .by = "", .before = "", .after = "", .owner = "", .place = "", .since = now, .opened_at = now, .at = now,
			       .breaks_at = WALL_NEVER, .resolved_at = WALL_NEVER, .n_zones = 1 };
	struct text doc;
	text_init(&doc, s->arena);
	list_push(s->arena, &alert.fix, "Sign the zone again.");
	alert_to_json(&alert, &doc);
	struct incident_row i = { .id = id, .dedup_key = id, .finding = "rrsig-expired", .scope = zone, .word = "servfail", .severity = "critical", .state = state,
				  .opened_at = { now.s - 60 }, .changed_at = now, .resolved_at = open ? WALL_NEVER : now, .since = { now.s - 600 }, .n_zones = 1,
				  .text = "signatures have run out", .doc = doc.at, .acked_at = WALL_NEVER, .acked_by = "", .muted_until = WALL_NEVER,
				  .told_at = WALL_NEVER };
	NEED(store_put_incident(s->store, &i) == E_OK);
	NEED(store_incident_zone(s->store, id, zone, now, true) == E_OK);
}

static int64_t put_event(struct stage *s, const char *zone, const char *kind)
{
	struct event_row e = { .at = wall_now(), .zone = zone, .kind = kind, .severity = "warning", .before = "1", .after = "2\ninjected: x", .text = "t",
			       .incident = "" };
	int64_t id;
	NEED(store_add_event(s->store, &e, &id) == E_OK);
	return id;
}

static void fill(struct stage *s)
{
	struct wall now = wall_now();
	NEED(store_begin(s->store) == E_OK);
	put_zone(s, "shop.lab.", "ok", "", "secure", (struct wall){ now.s + 86400 * 9 });
	put_zone(s, "bad.lab.", "servfail", "rrsig-expired", "bogus", WALL_NEVER);
	put_zone(s, "a\\\"b\\\\c.example.", "at-risk", "rrsig-expired", "secure", (struct wall){ now.s + 86400 });
	put_zone(s, "0/25.2.0.192.in-addr.arpa.", "degraded", "of-a-newer-program", "insecure", WALL_NEVER);
	put_zone(s, "new.example.", "new", "", "indeterminate", WALL_NEVER);
	struct watched_row w = { .zone = "shop.lab.", .tags = "prod web", .owner = "shop team", .expect = "", .added_at = now };
	NEED(store_watch(s->store, &w) == E_OK);
	put_incident(s, "01J0000000000000000000000A", "bad.lab.", "open");
	put_incident(s, "01J0000000000000000000000B", "shop.lab.", "resolved");
	put_incident(s, "01J0000000000000000000000C", "new.example.", "open");
	put_event(s, "bad.lab.", "verdict");
	put_event(s, "shop.lab.", "ds-added");
	put_event(s, "bad.lab.", "incident-opened");
	struct outbox_row o = { .incident = "01J0000000000000000000000A", .channel = "ops", .kind = "opened", .dedup_key = "k", .alert = "{}",
				.created_at = { now.s - 30 }, .due_at = now, .state = "waiting", .last_error = "", .remote_ref = "" };
	int64_t id;
	NEED(store_add_outbox(s->store, &o, &id) == E_OK);
	o.incident = "01J0000000000000000000000C";
	NEED(store_add_outbox(s->store, &o, &id) == E_OK);
	o.channel = "pager";
	NEED(store_add_outbox(s->store, &o, &id) == E_OK);
	NEED(store_commit(s->store) == E_OK);
	put_look(s, "shop.lab.", "", (struct wall){ now.s - 600 });
	put_look(s, "bad.lab.", "rrsig-expired", (struct wall){ now.s - 600 });
}

static void copy_vitals(void *ctx, struct vitals *out)
{
	struct stage *s = ctx;
	pthread_mutex_lock(&s->lock);
	*out = s->vitals;
	pthread_mutex_unlock(&s->lock);
}

static void set_vital(struct stage *s, const char *field, int value)
{
	pthread_mutex_lock(&s->lock);
	if (strcmp(field, "lag") == 0)
		s->vitals.lag_s = value;
	else if (strcmp(field, "stale") == 0)
		s->vitals.stale = (uint32_t)value;
	else if (strcmp(field, "clock") == 0)
		s->vitals.clock_suspect = value != 0;
	else if (strcmp(field, "canaries") == 0)
		s->vitals.canaries_right = value != 0;
	else if (strcmp(field, "network") == 0)
		s->vitals.blind = value != 0;
	else if (strcmp(field, "store") == 0)
		s->vitals.store_in_memory = value != 0;
	else
		NEED(!"a field of vitals");
	pthread_mutex_unlock(&s->lock);
}

static void put_zones(struct stage *s, int n)
{
	NEED(store_begin(s->store) == E_OK);
	for (int i = 0; i < n; i++)
		put_zone(s, arena_printf(s->arena, "z%d.example.", i), "ok", "", "secure", (struct wall){ wall_now().s + 86400 });
	NEED(store_commit(s->store) == E_OK);
	pthread_mutex_lock(&s->lock);
	s->vitals.zones += (uint32_t)n;
	pthread_mutex_unlock(&s->lock);
}

/* As after a look that saw nothing new. */
static void touch(struct stage *s, const char *zone)
{
	struct zone_row z;
	bool found;
	NEED(store_zone(s->store, s->arena, zone, &z, &found) == E_OK && found);
	z.checked_at.s++;
	NEED(store_touch_zones(s->store, &z, 1) == E_OK);
}

static void reload(struct api_options *o, struct api **api)
{
	struct err_at at;
	o->port = api_port(*api);
	api_pause(*api);
	if (api_start(o, api, &at) != E_OK)
		fprintf(stderr, "%s\n", at.text), exit(1);
}

static void obey(struct stage *s, struct api_options *o, struct api **api)
{
	char line[200], one[100], two[100];
	int value;
	while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "stop\n") != 0) {
		if (sscanf(line, "event %99s %99s", one, two) == 2)
			printf("done %" PRId64 "\n", put_event(s, one, two));
		else if (sscanf(line, "vitals %99s %d", one, &value) == 2)
			set_vital(s, one, value), puts("done");
		else if (sscanf(line, "look %99s", one) == 1)
			touch(s, one), puts("done");
		else if (strcmp(line, "reload\n") == 0)
			reload(o, api), puts("done");
		else if (sscanf(line, "zones %d", &value) == 1)
			put_zones(s, value), puts("done");
		else
			NEED(!"a line that is known");
		fflush(stdout);
	}
	struct mono began = mono_now();
	api_stop(api);
	printf("stopped %" PRId64 "\n", (mono_now().us - began.us) / 1000);
}

int main(int argc, char **argv)
{
	struct stage s = { .arena = arena_new((size_t)1 << 30), .lock = PTHREAD_MUTEX_INITIALIZER };
	/* SHA-256 of "letmein", "sesame" */
	static const char *const tokens[] = { "1c8bfe8f801d79745c4631d09fff36c82aa37fc4cce4fc946683d7b336b63032", "d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272" };
	static const char *const hosts[] = { "vigil.example" };
	struct err_at at = { 0 };
	struct api *api = NULL;
	NEED(argc == 3);
	const char *path = arena_printf(s.arena, "%s/store.db", argv[1]);
	if (store_open(path, &(struct store_options){ .create = true }, &s.store, &at) != E_OK)
		fprintf(stderr, "%s\n", at.text), exit(1);
	raise_world(&s);
	fill(&s);
	s.vitals = (struct vitals){ .started_at = wall_now(), .now = wall_now(), .zones = 5, .words = { 1, 1, 1, 1, 0 }, .unseen = 1, .looks = { 10, 2, 3, 4, 5 },
				    .inconclusive = 6, .questions = 1000, .canaries_right = true, .awake = true };
	s.vitals.limited[BUDGET_QUESTIONS] = 3;
	s.vitals.answers.n = 7;
	s.vitals.answers.up_to[VITALS_BUCKETS - 1] = 6;
	s.vitals.answers.sum_us = 12345678;
	s.vitals.delivered.sent[CHANNEL_SLACK_WEBHOOK] = 7;
	struct api_options o = { .listen = argv[2], .hosts = hosts, .n_hosts = 1, .token_sha256 = tokens, .n_tokens = 2, .store_path = path, .base = s.setup,
				 .interval_s = 300, .vitals = copy_vitals, .ctx = &s, .version = "9.8.7" };
	if (api_start(&o, &api, &at) != E_OK)
		fprintf(stderr, "%s\n", at.text), exit(1);
	printf("port %u\n", api_port(api));
	fflush(stdout);
	obey(&s, &o, &api);
	s.stop = 1;
	pthread_join(s.thread, NULL);
	store_close(&s.store);
	arena_free(&s.arena);
	return 0;
}
