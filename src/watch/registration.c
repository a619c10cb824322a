/* registration -- asks registries for the domains that looks want (registration_tell.c), each at most once an interval, each server
 * one at a time with a gap, and longer where it says so (429). What is said goes into the store; a failure leaves what was known.
 * done() of a request only takes the answer up: the store is spoken to in the observer's own turn. */
#include "watch/registration.h"
#include "watch/inside.h"
#include "base/limits.h"
#include "registry/registry.h"
#include <stdlib.h>
#include <string.h>

enum { SCAN_S = 1, BUSY_MIN_S = 60, AGAIN_S = 600, AGAIN_DOUBLED = 6, KEPT_INTERVALS = 2, TURN_ARENA = 64 << 20 };

struct flight {                 /* one request; outlives us where we end first */
	struct flight *next;
	struct registration_watch *owner;
	struct lookup *lookup;          /* NULL: the bootstrap file */
	struct rdap_server *server;
	enum rdap_outcome outcome;
	int32_t retry_after_s;
	int status;
	char *body; size_t len;
	char why[80];
	bool back;
};
struct registration_watch {
	struct lookups lookups;
	struct flight *flights;
	struct arena *bootstrap_arena;
	struct bootstrap bootstrap;
	struct wall bootstrap_next_at, scanned_at, swept_at;
	uint32_t scan_from;             /* bucket: servers are shared fairly */
	uint8_t bootstrap_failures;
	bool bootstrap_asked;
};

struct lookups *registration_lookups(struct observer *o)
{
	if (o->registrations == NULL) {
		o->registrations = calloc(1, sizeof *o->registrations);
		if (o->registrations == NULL)
			abort();
		o->registrations->swept_at = observer_now(o);
	}
	return &o->registrations->lookups;
}

static void flight_free(struct flight *f)
{
	free(f->body);
	free(f);
}

static void on_answer(const struct http_answer *w, void *ctx)
{
	struct flight *f = ctx;
	if (f->owner == NULL) {
		flight_free(f);
		return;
	}
	f->back = true;
	f->outcome = rdap_outcome_of(w);
	f->retry_after_s = w->retry_after_s;
	f->status = w->status;
	f->len = w->body_len;
	f->body = malloc(w->body_len + 1);
	if (f->body == NULL)
		abort();
	memcpy(f->body, w->body, w->body_len + 1);
	size_t n = w->why != NULL ? strlen(w->why) : 0;
	n = n < sizeof f->why ? n : sizeof f->why - 1;
	memcpy(f->why, w->why != NULL ? w->why : "", n);
	f->why[n] = '\0';
}

/* False: too many requests are open; nothing was begun. */
static bool start(struct observer *o, const char *url, struct lookup *k, struct rdap_server *server)
{
	struct registration_watch *r = o->registrations;
	struct flight *f = calloc(1, sizeof *f);
	if (f == NULL)
		abort();
	*f = (struct flight){ .owner = r, .lookup = k, .server = server, .next = r->flights };
	if (rdap_start(o->options.http, url, k != NULL ? k->domain : NULL, on_answer, f) != E_OK) {
		flight_free(f);
		return false;
	}
	r->flights = f;
	return true;
}

static int64_t again_s(uint8_t failures, int64_t interval_s)
{
	int64_t s = (int64_t)AGAIN_S << (failures < AGAIN_DOUBLED ? failures : AGAIN_DOUBLED);
	return s < interval_s ? s : interval_s;
}

static int64_t busy_s(const struct flight *f)
{
	int64_t s = f->retry_after_s < BUSY_MIN_S ? BUSY_MIN_S : f->retry_after_s;
	return s < LIMIT_RDAP_BUSY_S ? s : LIMIT_RDAP_BUSY_S;
}

/* ---- what has come ---- */

static void failed(struct observer *o, struct lookup *k, const struct flight *f, const char *why, struct wall at)
{
	k->next_at = (struct wall){ at.s + again_s(k->failures, o->config->rdap.interval_s) };
	if (k->failures < UINT8_MAX)
		k->failures++;
	observer_log(o, "warning", "rdap", k->domain, "HTTP status %d: %s", f->status, why);
}

static int keep(struct observer *o, struct arena *a, struct lookup *k, const struct registration *g, struct wall at)
{
	struct text t;
	text_init(&t, a);
	registration_text(g, &t);
	free(k->text);
	k->text = strdup(t.at);
	if (k->text == NULL)
		abort();
	k->failures = 0;
	k->next_at = (struct wall){ at.s + o->config->rdap.interval_s + lookup_place_s(k, o->config->rdap.interval_s) };
	int e = observer_writes(o);
	return e == E_OK ? store_set(o->store, arena_printf(a, "rdap/%s", k->domain), k->text) : e;
}

static int take_domain(struct observer *o, struct arena *a, const struct flight *f, struct wall at)
{
	struct lookup *k = f->lookup;
	struct registration none = { .domain = k->domain, .asked_at = at, .registrar = "" }, *r = &none;
	const char *why = f->why[0] != '\0' ? f->why : "no answer that can be used";
	k->asked = false;
	f->server->busy = false;
	f->server->next_at = (struct wall){ at.s + LIMIT_RDAP_GAP_S };
	if (f->outcome == RDAP_BUSY) {
		f->server->next_at = k->next_at = (struct wall){ at.s + busy_s(f) };
		observer_log(o, "info", "rdap-busy", k->domain, "asked to wait %llds", (long long)busy_s(f));
		return E_OK;
	}
	bool good = f->outcome == RDAP_NONE || (f->outcome == RDAP_FOUND && registration_from_rdap(a, k->domain, f->body, f->len, at, &r, &why) == E_OK);
	if (good)
		return keep(o, a, k, r, at);
	failed(o, k, f, why, at);
	return E_OK;
}

static void take_bootstrap(struct observer *o, const struct flight *f, struct wall at)
{
	struct registration_watch *r = o->registrations;
	struct arena *a = arena_new(TURN_ARENA);
	struct bootstrap b = { 0 };
	const char *why = f->why[0] != '\0' ? f->why : "no answer that can be used";
	r->bootstrap_asked = false;
	if (f->outcome != RDAP_FOUND || bootstrap_from_json(a, f->body, f->len, &b, &why) != E_OK) {
		r->bootstrap_next_at = (struct wall){ at.s + (f->outcome == RDAP_BUSY ? busy_s(f) : again_s(r->bootstrap_failures, o->config->rdap.interval_s)) };
		if (r->bootstrap_failures < UINT8_MAX)
			r->bootstrap_failures++;
		observer_log(o, "warning", "rdap-bootstrap", "", "HTTP status %d: %s", f->status, why);
		arena_free(&a);
		return;
	}
	arena_free(&r->bootstrap_arena);
	r->bootstrap_arena = a;
	r->bootstrap = b;
	r->bootstrap_failures = 0;
	r->bootstrap_next_at = (struct wall){ at.s + o->config->rdap.interval_s };
	lookups_forget_servers(&r->lookups);
}

static int take_answers(struct observer *o, struct wall at)
{
	int e = E_OK;
	for (struct flight **p = &o->registrations->flights; *p != NULL && e == E_OK;) {
		struct flight *f = *p;
		if (!f->back) {
			p = &f->next;
			continue;
		}
		struct arena *a = arena_new(TURN_ARENA);
		*p = f->next;
		if (f->lookup != NULL)
			e = take_domain(o, a, f, at);
		else
			take_bootstrap(o, f, at);
		flight_free(f);
		arena_free(&a);
	}
	return e;
}

/* ---- what is due ---- */

static bool by_one_server(const struct observer *o)
{
	return o->config->rdap.base_url != NULL && *o->config->rdap.base_url != '\0';
}

/* False: there is no list of servers yet. */
static bool know_servers(struct observer *o, struct wall at)
{
	struct registration_watch *r = o->registrations;
	if (by_one_server(o))
		return true;
	const char *url = o->config->rdap.bootstrap_url;
	if (!r->bootstrap_asked && r->bootstrap_next_at.s <= at.s)
		r->bootstrap_asked = start(o, url != NULL && *url != '\0' ? url : RDAP_BOOTSTRAP_URL, NULL, NULL);
	return r->bootstrap.services.n > 0;
}

static struct rdap_server *server_for(struct observer *o, struct lookup *k)
{
	struct registration_watch *r = o->registrations;
	if (by_one_server(o))
		return lookups_server(&r->lookups, o->config->rdap.base_url);
	if (k->server == NULL) {
		const char *url = bootstrap_find(&r->bootstrap, k->domain);
		k->server = url != NULL ? lookups_server(&r->lookups, url) : NULL;
	}
	return k->server;
}

/* False: no more can be begun in this turn. */
static bool start_one(struct observer *o, struct lookup *k, struct wall at)
{
	struct rdap_server *server = server_for(o, k);
	if (server == NULL) {           /* a registry without RDAP */
		k->next_at = (struct wall){ at.s + o->config->rdap.interval_s };
		return true;
	}
	if (server->busy || server->next_at.s > at.s)
		return true;
	if (!start(o, server->url, k, server))
		return false;
	k->asked = server->busy = true;
	return true;
}

static void start_due(struct observer *o, struct wall at)
{
	struct registration_watch *r = o->registrations;
	uint32_t from = r->scan_from++;
	for (uint32_t i = 0; i < LOOKUP_BUCKETS; i++)
		for (struct lookup *k = r->lookups.buckets[(from + i) % LOOKUP_BUCKETS]; k != NULL; k = k->next)
			if (!k->asked && k->next_at.s <= at.s && !start_one(o, k, at))
				return;
}

int registrations_turn(struct observer *o, struct wall at)
{
	struct registration_watch *r = o->registrations;
	if (r == NULL)
		return E_OK;            /* no look has wanted any */
	int e = take_answers(o, at);
	if (e != E_OK || !o->config->rdap.on || o->options.http == NULL || at.s - r->scanned_at.s < SCAN_S)
		return e;
	r->scanned_at = at;
	if (know_servers(o, at))
		start_due(o, at);
	if (at.s - r->swept_at.s >= SWEEP_S) {
		r->swept_at = at;
		lookups_forget(&r->lookups, (struct wall){ at.s - KEPT_INTERVALS * o->config->rdap.interval_s });
	}
	return E_OK;
}

void registrations_shift(struct observer *o, int64_t jump_s)
{
	struct registration_watch *r = o->registrations;
	if (r == NULL)
		return;
	r->bootstrap_next_at.s += jump_s;
	r->scanned_at.s += jump_s;
	r->swept_at.s += jump_s;
	lookups_shift(&r->lookups, jump_s);
}

void registrations_free(struct observer *o)
{
	struct registration_watch *r = o->registrations;
	if (r == NULL)
		return;
	for (struct flight *f = r->flights, *next; f != NULL; f = next) {
		next = f->next;
		f->owner = NULL;
		if (f->back)
			flight_free(f);
	}
	lookups_clear(&r->lookups);
	arena_free(&r->bootstrap_arena);
	free(r);
	o->registrations = NULL;
}
