/* What registries say becomes incidents as what servers say does; and registries are asked seldom. argv[1]: rdap_server.py */
#include "stage.h"
#include "../http/child.h"
#include "registry/registry.h"
#include "watch/inside.h"

#define CONFIG_OF(more) "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\nrdap: {enabled: true, " more "}\n" SLACK
#define OWN "clock 2026-03-01T12:00:00Z\nzone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=203.0.113.12\nask shop.lab. SOA\nexpect OK\n"
#define PROVIDED                                                                                                                     \
	"clock 2026-03-01T12:00:00Z\nzone provider.lab. unsigned servers ns1=192.0.2.21\n"                                           \
	"zone shop.lab. ecdsa servers ns1.provider.lab.=192.0.2.21\nask shop.lab. SOA\nexpect OK\n"

/* One of two name servers does not exist. */
#define MISTYPED                                                                                                                     \
	"clock 2026-03-01T12:00:00Z\nzone lab. ecdsa servers ns1=192.0.2.31\n"                                                         \
	"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns1.provdier.lab.\nask shop.lab. SOA\n"

enum { STEP_S = 60, HOUR = 3600, DAY = 86400 };
static const char *script;
struct scene { struct stage s; struct child server; struct http *http; char base[64], config[512]; };

static void on_text(const struct http_answer *w, void *ctx)
{
	assert_int_equal(w->status, 200);
	snprintf(ctx, 4096, "%s", w->body);
}

static void get(struct scene *c, const char *path, char out[4096])
{
	char url[256];
	snprintf(url, sizeof url, "%s%s", c->base, path);
	struct http_request r = { .method = "GET", .url = url };
	assert_int_equal(http_start(c->http, &r, on_text, out), E_OK);
	while (http_turn(c->http, 50))
		;
}

static void make(struct scene *c, const char *domain, const char *variant)
{
	char path[128], out[4096];
	snprintf(path, sizeof path, "/set/%s/%s", domain, variant);
	get(c, path, out);
}

/* How often a domain was asked for. */
static unsigned asked(struct scene *c, const char *domain)
{
	char out[4096], key[128];
	get(c, "/counted", out);
	snprintf(key, sizeof key, "/domain/%s\": ", domain);
	const char *at = strstr(out, key);
	return at != NULL ? (unsigned)strtoul(at + strlen(key), NULL, 10) : 0;
}

static void run(struct scene *c, int64_t seconds)
{
	for (int64_t left = seconds; left > 0; left -= STEP_S) {
		stage_run(&c->s, STEP_S);
		while (http_turn(c->http, 50))
			;
	}
}

static void connect_to_registry(struct scene *c)
{
	c->s.observer->options.http = c->http;
}

static void set(struct scene *c, const char *config, const char *world)
{
	memset(c, 0, sizeof *c);
	c->server = child_start((const char *const[]){ "/usr/bin/python3", script, NULL });
	c->http = http_new(&(struct http_options){ .addr_allowed = ADDR_LOOPBACK, .http_allowed = true });
	snprintf(c->base, sizeof c->base, "http://127.0.0.1:%u", c->server.port);
	const char *mark = strstr(config, "BASE");
	snprintf(c->config, sizeof c->config, "%.*s%s%s", (int)(mark - config), config, c->base, mark + 4);
	stage_set(&c->s, c->config, world);
	connect_to_registry(c);
}

static void clear(struct scene *c)
{
	stage_clear(&c->s);
	http_free(&c->http);
	child_end(&c->server);
}

#define BY_BASE CONFIG_OF("base_url: BASE")

static void a_good_registration_is_never_told_of(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	make(&c, "shop.lab", "good");
	run(&c, 6 * HOUR);
	assert_int_equal(asked(&c, "shop.lab"), 1);
	assert_int_equal(stage_told(&c.s, NULL, NULL), 0);
	clear(&c);
}

static void a_hold_is_told_once_and_its_end_too(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	make(&c, "shop.lab", "held");
	run(&c, 2 * HOUR);
	assert_int_equal(stage_told(&c.s, "opened", "registration-on-hold"), 1);
	assert_int_equal(stage_told(&c.s, "opened", NULL), 1);
	make(&c, "shop.lab", "good");
	run(&c, DAY + 4 * HOUR);        /* the next word of the registry comes within a day and an eighth */
	assert_int_equal(asked(&c, "shop.lab"), 2);
	assert_int_equal(stage_told(&c.s, "resolved", "registration-on-hold"), 1);
	assert_int_equal(stage_open_incidents(&c.s), 0);
	clear(&c);
}

static void a_clock_that_jumps_back_stops_no_question(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	make(&c, "shop.lab", "good");
	c.s.strict_clock = true;
	c.s.boot.us = 1000000;
	stage_restart(&c.s);
	connect_to_registry(&c);
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "shop.lab"), 1);
	stage_jump(&c.s, -4 * DAY);
	run(&c, DAY + 4 * HOUR);
	assert_int_equal(asked(&c, "shop.lab"), 2);
	clear(&c);
}

static void an_end_in_sight_is_told(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	make(&c, "shop.lab", "month");
	run(&c, 2 * HOUR);
	assert_int_equal(stage_told(&c.s, "opened", "registration-expires"), 1);
	clear(&c);
}

/* Nothing is asked again by a process that comes back, nor told anew. */
static void a_restart_asks_nothing_anew(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	make(&c, "shop.lab", "held");
	run(&c, HOUR);
	for (unsigned i = 0; i < 3; i++) {
		stage_restart(&c.s);
		connect_to_registry(&c);
		run(&c, HOUR);
	}
	assert_int_equal(asked(&c, "shop.lab"), 1);
	assert_int_equal(stage_told(&c.s, "opened", NULL), 1);
	assert_int_equal(stage_told(&c.s, "resolved", NULL), 0);
	clear(&c);
}

static void the_domain_of_a_name_server_counts(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, PROVIDED);
	make(&c, "shop.lab", "good");
	make(&c, "provider.lab", "dying");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "provider.lab"), 1);
	assert_int_equal(asked(&c, "ns1.provider.lab"), 0);
	assert_int_equal(stage_told(&c.s, "opened", "ns-domain-pending-delete"), 1);
	clear(&c);
}

/* The provider's own servers stand in a third domain, which serves itself. */
static void the_domain_behind_the_domain_counts(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, PROVIDED);
	make(&c, "shop.lab", "good");
	make(&c, "provider.lab", "elsewhere");
	make(&c, "other.test", "elsewhere");
	run(&c, HOUR);
	assert_int_equal(asked(&c, "other.test"), 1);
	assert_int_equal(stage_told(&c.s, NULL, NULL), 0);
	make(&c, "other.test", "dying");
	run(&c, DAY + 4 * HOUR);
	assert_int_equal(stage_told(&c.s, "opened", "ns-domain-pending-delete"), 1);
	clear(&c);
}

static void a_name_server_in_an_unregistered_domain(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, MISTYPED);
	make(&c, "shop.lab", "good");
	make(&c, "provdier.lab", "absent");
	run(&c, 2 * HOUR);
	assert_int_equal(stage_told(&c.s, "opened", "ns-domain-unregistered"), 1);
	clear(&c);
}

#define NAMED(name, more) "store: /nowhere\nzones: [{name: " name ", " more "}]\nallow: [private, documentation]\nrdap: {enabled: true, base_url: BASE}\n" SLACK
#define SHOPS                                                                                                                        \
	"clock 2026-03-01T12:00:00Z\nzone lab. ecdsa servers ns1=192.0.2.31\nzone shops.lab. unsigned servers ns1=192.0.2.21\n"        \
	"record all.shops.lab. 300 A 192.0.2.80\nzone shop.lab. ecdsa servers ns1=192.0.2.11\n"                                       \
	"record www.shop.lab. 300 CNAME all.shops.lab.\nrecord old.shop.lab. 300 CNAME gone.sohps.lab.\n"                             \
	"record shop.lab. 300 MX 10 mx.shops.lab.\nask shop.lab. SOA\nexpect OK\n"

#define DARK_HOST                                                                                                                    \
	"clock 2026-03-01T12:00:00Z\nzone dark.lab. unsigned servers ns1=192.0.2.71\nserver ns1.dark.lab. silent\n"                  \
	"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns.dark.lab.\nask shop.lab. SOA\nexpect OK\n"

/* Its address is not to be had, for its servers are silent: they are delegated, so the domain is registered. */
static void a_name_server_whose_domain_is_dark_is_not_unregistered(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, DARK_HOST);
	make(&c, "shop.lab", "good");
	make(&c, "dark.lab", "absent");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "dark.lab"), 1);
	assert_int_equal(stage_told(&c.s, NULL, "ns-domain-unregistered"), 0);
	clear(&c);
}

static void the_domain_that_an_alias_leads_to_counts(void **state)
{
	struct scene c;
	(void)state;
	set(&c, NAMED("www.shop.lab", "type: A"), SHOPS);
	make(&c, "shop.lab", "good");
	make(&c, "shops.lab", "dying");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "shops.lab"), 1);
	assert_int_equal(stage_told(&c.s, "opened", "target-domain-pending-delete"), 1);
	assert_int_equal(stage_told(&c.s, "opened", NULL), 1);
	clear(&c);
}

static void an_alias_into_an_unregistered_domain(void **state)
{
	struct scene c;
	(void)state;
	set(&c, NAMED("old.shop.lab", "type: A"), SHOPS);
	make(&c, "shop.lab", "good");
	make(&c, "sohps.lab", "absent");
	run(&c, 2 * HOUR);
	assert_int_equal(stage_told(&c.s, "opened", "target-domain-unregistered"), 1);
	clear(&c);
}

#define OUTAGE                                                                                                                       \
	"record shut.shop.lab. 300 CNAME www.dark.lab.\nrecord typo.shop.lab. 300 CNAME nobody.shops.lab.\n"                          \
	"zone dark.lab. unsigned servers ns1=192.0.2.71\nserver ns1.dark.lab. silent\n"

/* It is delegated, so it is registered: what the registry says of it is its own fault. */
static void an_alias_to_servers_that_are_down_is_no_unregistered_domain(void **state)
{
	struct scene c;
	(void)state;
	set(&c, NAMED("shut.shop.lab", "type: A"), SHOPS OUTAGE);
	make(&c, "shop.lab", "good");
	make(&c, "dark.lab", "absent");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "dark.lab"), 1);
	assert_int_equal(stage_told(&c.s, NULL, "target-domain-unregistered"), 0);
	clear(&c);
}

static void a_zone_that_denies_a_name_is_no_unregistered_domain(void **state)
{
	struct scene c;
	(void)state;
	set(&c, NAMED("typo.shop.lab", "type: A"), SHOPS OUTAGE);
	make(&c, "shop.lab", "good");
	make(&c, "shops.lab", "absent");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "shops.lab"), 1);
	assert_int_equal(stage_told(&c.s, NULL, "target-domain-unregistered"), 0);
	clear(&c);
}

static void the_domain_that_mail_goes_to_counts(void **state)
{
	struct scene c;
	(void)state;
	set(&c, NAMED("shop.lab", "type: MX"), SHOPS);
	make(&c, "shop.lab", "good");
	make(&c, "shops.lab", "dying");
	run(&c, 2 * HOUR);
	assert_int_equal(stage_told(&c.s, "opened", "target-domain-pending-delete"), 1);
	clear(&c);
}

static void what_no_look_meets_is_not_asked_for(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, SHOPS);
	make(&c, "shop.lab", "good");
	make(&c, "shops.lab", "dying");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "shops.lab"), 0);
	assert_int_equal(stage_told(&c.s, NULL, NULL), 0);
	clear(&c);
}

/* The name server resolves, so that the registry's "no such domain" is not believed. */
static void an_unknown_domain_that_resolves_is_no_alarm(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, PROVIDED);
	make(&c, "shop.lab", "good");
	make(&c, "provider.lab", "absent");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "provider.lab"), 1);
	assert_int_equal(stage_told(&c.s, NULL, NULL), 0);
	clear(&c);
}

static void a_busy_registry_is_left_alone(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, PROVIDED);
	make(&c, "shop.lab", "busy");
	make(&c, "provider.lab", "busy");
	run(&c, 110 * 60);              /* Retry-After: two hours, and it is for the server, not for the name */
	assert_int_equal(asked(&c, "shop.lab") + asked(&c, "provider.lab"), 1);
	make(&c, "shop.lab", "held");
	make(&c, "provider.lab", "good");
	run(&c, HOUR);
	assert_int_equal(stage_told(&c.s, "opened", "registration-on-hold"), 1);
	clear(&c);
}

static void a_failing_registry_is_tried_less_and_less(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	make(&c, "shop.lab", "failing");
	run(&c, 12 * HOUR);             /* after 10, 20, 40, 80, 160, 320 minutes */
	assert_in_range(asked(&c, "shop.lab"), 5, 7);
	assert_int_equal(stage_told(&c.s, NULL, NULL), 0);
	clear(&c);
}

/* What was known stays known while the registry fails: an incident does not end by silence. */
static void silence_mends_nothing(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	make(&c, "shop.lab", "held");
	run(&c, HOUR);
	make(&c, "shop.lab", "failing");
	run(&c, DAY + 6 * HOUR);
	assert_true(asked(&c, "shop.lab") > 1);
	assert_int_equal(stage_told(&c.s, "resolved", NULL), 0);
	assert_int_equal(stage_open_incidents(&c.s), 1);
	clear(&c);
}

static void the_bootstrap_file_leads_to_the_registry(void **state)
{
	struct scene c;
	(void)state;
	set(&c, CONFIG_OF("bootstrap_url: BASE/dns.json"), OWN);
	make(&c, "shop.lab", "held");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "shop.lab"), 1);
	assert_int_equal(stage_told(&c.s, "opened", "registration-on-hold"), 1);
	clear(&c);
}

static void nobody_is_asked_where_it_is_off(void **state)
{
	struct scene c;
	(void)state;
	set(&c, "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\nrdap: {base_url: BASE}\n" SLACK, OWN);
	make(&c, "shop.lab", "held");
	run(&c, 2 * HOUR);
	assert_int_equal(asked(&c, "shop.lab"), 0);
	assert_int_equal(stage_told(&c.s, NULL, NULL), 0);
	clear(&c);
}

/* The observer ends while a registry is silent: the answer finds nobody, and nothing is lost. */
static void ends_with_a_request_on_its_way(void **state)
{
	struct scene c;
	(void)state;
	set(&c, BY_BASE, OWN);
	stage_run(&c.s, STEP_S);        /* no http_turn(): the request is open */
	stage_clear(&c.s);
	http_free(&c.http);
	child_end(&c.server);
}

int main(int argc, char **argv)
{
	script = argc > 1 ? argv[1] : "../registry/rdap_server.py";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_registration_is_never_told_of),
		cmocka_unit_test(a_hold_is_told_once_and_its_end_too),
		cmocka_unit_test(a_clock_that_jumps_back_stops_no_question),
		cmocka_unit_test(an_end_in_sight_is_told),
		cmocka_unit_test(a_restart_asks_nothing_anew),
		cmocka_unit_test(the_domain_of_a_name_server_counts),
		cmocka_unit_test(the_domain_behind_the_domain_counts),
		cmocka_unit_test(a_name_server_in_an_unregistered_domain),
		cmocka_unit_test(a_name_server_whose_domain_is_dark_is_not_unregistered),
		cmocka_unit_test(the_domain_that_an_alias_leads_to_counts),
		cmocka_unit_test(an_alias_into_an_unregistered_domain),
		cmocka_unit_test(an_alias_to_servers_that_are_down_is_no_unregistered_domain),
		cmocka_unit_test(a_zone_that_denies_a_name_is_no_unregistered_domain),
		cmocka_unit_test(the_domain_that_mail_goes_to_counts),
		cmocka_unit_test(what_no_look_meets_is_not_asked_for),
		cmocka_unit_test(an_unknown_domain_that_resolves_is_no_alarm),
		cmocka_unit_test(a_busy_registry_is_left_alone),
		cmocka_unit_test(a_failing_registry_is_tried_less_and_less),
		cmocka_unit_test(silence_mends_nothing),
		cmocka_unit_test(the_bootstrap_file_leads_to_the_registry),
		cmocka_unit_test(nobody_is_asked_where_it_is_off),
		cmocka_unit_test(ends_with_a_request_on_its_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
