/* http/ against a receiver that does what receivers do. Names are resolved by a getaddrinfo() of our own, so that what a
 * hostile name server could say can be said here. */
#include "base/addr.h"
#include "base/clock.h"
#include "base/limits.h"
#include "../base/cmocka_all.h"
#include "child.h"
#include "http/http.h"
#include <arpa/inet.h>
#include <jansson.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct child receiver;
enum { SLOW_US = 4000 * 1000, WELL_BEFORE_US = 3000 * 1000 };     /* a loaded machine is slow too */
static int lookups;     /* of "rebind.test" */

struct told { int calls; struct http_answer answer; char body[70000], why[400]; };

static void keep(const struct http_answer *a, void *ctx)
{
	struct told *t = ctx;
	t->calls++;
	t->answer = *a;
	snprintf(t->body, sizeof t->body, "%s", a->body);
	snprintf(t->why, sizeof t->why, "%s", a->why ? a->why : "");
}

/* ---- name resolution ---- */
static const struct { const char *name; const char *ips[3]; } names[] = {
	{ "private.test", { "10.1.2.3" } },
	{ "metadata.test", { "169.254.169.254" } },
	{ "mapped.test", { "::ffff:127.0.0.1" } },
	{ "both-bad.test", { "fd00::1", "192.168.1.1" } },
	{ "half.test", { "10.1.2.3", "127.0.0.1" } },
	{ "localhost", { "127.0.0.1" } },
	{ "here.test", { "127.0.0.1" } },
};

static struct addrinfo *one(const char *ip, const char *service, struct addrinfo *next)
{
	struct addr a;
	if (!addr_from_text(ip, 1, &a))
		abort();
	struct addrinfo *r = calloc(1, sizeof *r + sizeof(struct sockaddr_in6));
	r->ai_family = a.family == 6 ? AF_INET6 : AF_INET;
	r->ai_socktype = SOCK_STREAM;
	r->ai_addr = (struct sockaddr *)(r + 1);
	r->ai_next = next;
	in_port_t port = htons((uint16_t)atoi(service));
	if (a.family == 6) {
		struct sockaddr_in6 s = { .sin6_family = AF_INET6, .sin6_port = port };
		memcpy(&s.sin6_addr, a.ip, 16);
		memcpy(r->ai_addr, &s, r->ai_addrlen = sizeof s);
	} else {
		struct sockaddr_in s = { .sin_family = AF_INET, .sin_port = port };
		memcpy(&s.sin_addr, a.ip, 4);
		memcpy(r->ai_addr, &s, r->ai_addrlen = sizeof s);
	}
	return r;
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
		struct addrinfo **restrict out)
{
	(void)hints;
	*out = NULL;
	if (strcmp(node, "slow.test") == 0)
		usleep(SLOW_US);
	if (strcmp(node, "rebind.test") == 0) {
		*out = one(lookups++ == 0 ? "127.0.0.1" : "10.0.0.1", service, NULL);
		return 0;
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		for (int k = 2; strcmp(node, names[i].name) == 0 && k >= 0; k--)
			if (names[i].ips[k] != NULL)
				*out = one(names[i].ips[k], service, *out);
	struct addr numeric;
	if (*out == NULL && addr_from_text(node, 1, &numeric))
		*out = one(node, service, NULL);
	return *out ? 0 : EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *list)
{
	while (list != NULL) {
		struct addrinfo *next = list->ai_next;
		free(list);
		list = next;
	}
}

/* ---- asking ---- */
static struct http *door(uint8_t allowed, bool plain)
{
	return http_new(&(struct http_options){ .addr_allowed = allowed, .http_allowed = plain });
}

static void until_told(struct http *h, const struct told *t)
{
	for (int i = 0; i < 400 && t->calls == 0; i++)
		http_turn(h, 50);
	assert_int_equal(t->calls, 1);
}

static struct told *ask(uint8_t allowed, struct http_request r)
{
	static struct told t;
	t = (struct told){ 0 };
	struct http *h = door(allowed, true);
	r.method = r.method || r.mail_from ? r.method : "GET";
	r.timeout_ms = r.timeout_ms ? r.timeout_ms : 3000;
	assert_int_equal(http_start(h, &r, keep, &t), E_OK);
	assert_int_equal(t.calls, 0);   /* never from inside http_start() */
	until_told(h, &t);
	http_free(&h);
	assert_int_equal(t.calls, 1);
	return &t;
}

static const char *at(const char *host, const char *path)
{
	static char url[9000];
	snprintf(url, sizeof url, "http://%s:%u%s", host, receiver.port, path);
	return url;
}

static struct told *get(const char *path)
{
	return ask(ADDR_LOOPBACK, (struct http_request){ .url = at("127.0.0.1", path) });
}

/* ---- what comes back ---- */
static void answers_are_told_with_their_status(void **state)
{
	(void)state;
	static const int all[] = { 200, 202, 204, 400, 404, 429, 500, 503 };
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		char path[32];
		snprintf(path, sizeof path, "/status/%d", all[i]);
		const struct told *t = get(path);
		assert_int_equal(t->answer.outcome, HTTP_ANSWERED);
		assert_int_equal(t->answer.status, all[i]);
		assert_int_equal(t->answer.retry_after_s, -1);
		assert_null(t->answer.why);
	}
}

static void retry_after_is_read(void **state)
{
	(void)state;
	assert_int_equal(get("/after/17")->answer.retry_after_s, 17);
	assert_int_equal(get("/after/soon")->answer.retry_after_s, -1);
	assert_int_equal(get("/after/99999999999")->answer.retry_after_s, INT32_MAX);
	assert_in_range(get("/date")->answer.retry_after_s, 100, 121);
}

static void a_redirect_is_an_answer_and_is_not_followed(void **state)
{
	(void)state;
	assert_int_equal(get("/redirect")->answer.status, 302);
}

static void the_request_arrives_as_it_was_given(void **state)
{
	(void)state;
	static const char *const methods[] = { "GET", "POST", "PUT" };
	for (size_t i = 0; i < 3; i++) {
		struct arena *a = arena_new(1 << 16);
		struct http_request r = { .method = methods[i], .url = at("127.0.0.1", "/echo?x=1"), .user = "me", .password = "pw" };
		list_push(a, &r.headers, ((struct http_header){ "Content-Type", "application/json" }));
		list_push(a, &r.headers, ((struct http_header){ "X-Empty", "" }));
		if (i > 0) {
			r.body = "a\0b";
			r.body_len = 3;
		}
		json_t *j = json_loads(ask(ADDR_LOOPBACK, r)->body, JSON_ALLOW_NUL, NULL);
		arena_free(&a);
		assert_non_null(j);
		assert_string_equal(json_string_value(json_object_get(j, "method")), methods[i]);
		assert_int_equal(json_string_length(json_object_get(j, "body")), i > 0 ? 3 : 0);
		bool typed = false, empty = false, expects = false, basic = false;
		json_t *pair;
		size_t k;
		json_array_foreach(json_object_get(j, "headers"), k, pair) {
			const char *name = json_string_value(json_array_get(pair, 0)), *value = json_string_value(json_array_get(pair, 1));
			typed = typed || (strcmp(name, "content-type") == 0 && strcmp(value, "application/json") == 0);
			empty = empty || (strcmp(name, "x-empty") == 0 && *value == '\0');
			expects = expects || strcmp(name, "expect") == 0;
			basic = basic || (strcmp(name, "authorization") == 0 && strcmp(value, "Basic bWU6cHc=") == 0);
		}
		assert_true(typed && empty && !expects && basic);
		json_decref(j);
	}
}

/* ---- receivers that misbehave ---- */
static void what_is_too_large_is_cut_off(void **state)
{
	(void)state;
	assert_int_equal(get("/huge/65536")->answer.outcome, HTTP_ANSWERED);
	assert_int_equal(get("/huge/65537")->answer.outcome, HTTP_TOO_LARGE);
	assert_int_equal(get("/huge/50000000")->answer.outcome, HTTP_TOO_LARGE);
	assert_int_equal(get("/head")->answer.outcome, HTTP_TOO_LARGE);
	assert_int_equal(get("/hundred")->answer.outcome, HTTP_TOO_LARGE);
	struct http_request small = { .url = at("127.0.0.1", "/huge/101"), .body_max = 100 };
	assert_int_equal(ask(ADDR_LOOPBACK, small)->answer.outcome, HTTP_TOO_LARGE);
}

static void time_is_absolute(void **state)
{
	(void)state;
	static const char *const paths[] = { "/hang", "/drip" };
	for (size_t i = 0; i < 2; i++) {
		struct mono before = mono_now();
		struct http_request r = { .url = at("127.0.0.1", paths[i]), .timeout_ms = 700 };
		assert_int_equal(ask(ADDR_LOOPBACK, r)->answer.outcome, HTTP_TIMED_OUT);
		assert_in_range(mono_now().us - before.us, 600 * 1000, 5000 * 1000);     /* the drip lasts six seconds */
	}
}

static void a_name_that_does_not_resolve_in_time_does_not_hold_the_loop(void **state)
{
	(void)state;
	struct mono before = mono_now();
	struct http_request r = { .url = "http://slow.test/", .timeout_ms = 300 };
	assert_int_equal(ask(ADDR_LOOPBACK, r)->answer.outcome, HTTP_TIMED_OUT);
	assert_true(mono_now().us - before.us < WELL_BEFORE_US);
	usleep(SLOW_US);            /* the thread ends by itself; the leak checker would see it otherwise */
}

static void what_is_no_whole_answer_is_none(void **state)
{
	(void)state;
	static const char *const paths[] = { "/short", "/garbage", "/nine" };
	for (size_t i = 0; i < 3; i++) {
		const struct told *t = get(paths[i]);
		assert_int_equal(t->answer.outcome, HTTP_UNREACHABLE);
		assert_int_equal(t->answer.status, 0);
		assert_non_null(t->answer.why);
	}
	struct http_request closed = { .url = "http://127.0.0.1:1/" }, unknown = { .url = "http://nowhere.test/" };
	assert_int_equal(ask(ADDR_LOOPBACK, closed)->answer.outcome, HTTP_UNREACHABLE);
	assert_int_equal(ask(ADDR_LOOPBACK, unknown)->answer.outcome, HTTP_UNREACHABLE);
}

/* ---- the address policy ---- */
/* Every spelling of an address that is not public, as a browser, a resolver or libcurl may read it. */
static const char *const spellings[] = {
	"127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "017700000001", "127.0.0.1.", "0", "0.0.0.0",
	"localhost", "LOCALHOST", "localhost.", "x.localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]",
	"[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[64:ff9b:1::1]",
	"169.254.169.254", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "10.0.0.1", "10.1", "172.16.0.1",
	"172.31.255.255", "192.168.0.1", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
	"[ff02::1]", "[2001:db8::1]", "[100::1]", "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1", "127\xe3\x80\x82" "0\xe3\x80\x82" "0\xe3\x80\x82" "1",
	"private.test", "metadata.test", "mapped.test", "both-bad.test",
};

static void no_spelling_leads_to_an_address_that_is_not_public(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
		const struct told *t = ask(ADDR_PUBLIC, (struct http_request){ .url = at(spellings[i], "/echo") });
		/* Some are no host name to libcurl, and that is as good. */
		if (t->answer.outcome != HTTP_FORBIDDEN && t->answer.outcome != HTTP_UNREACHABLE)
			fail_msg("%s: %s", spellings[i], http_outcome_text(t->answer.outcome));
		assert_int_equal(t->answer.status, 0);
	}
	/* These must be caught by the policy, not by luck. */
	static const char *const sure[] = { "127.1", "0x7f.1", "[::ffff:127.0.0.1]", "localhost", "169.254.169.254", "private.test", "mapped.test", "both-bad.test" };
	for (size_t i = 0; i < sizeof sure / sizeof sure[0]; i++)
		assert_int_equal(ask(ADDR_PUBLIC, (struct http_request){ .url = at(sure[i], "/echo") })->answer.outcome, HTTP_FORBIDDEN);
}

/* The near miss: the same spellings, with loopback allowed. */
static void what_is_allowed_is_reached(void **state)
{
	(void)state;
	static const char *const good[] = { "127.1", "0x7f.1", "2130706433", "localhost", "here.test", "half.test" };
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_int_equal(ask(ADDR_LOOPBACK, (struct http_request){ .url = at(good[i], "/echo") })->answer.status, 200);
}

static void a_name_that_is_bound_anew_is_looked_at_anew(void **state)
{
	(void)state;
	lookups = 0;
	struct http *h = door(ADDR_LOOPBACK, true);
	static struct told first, second;
	struct http_request r = { .method = "GET", .url = at("rebind.test", "/echo"), .timeout_ms = 3000 };
	assert_int_equal(http_start(h, &r, keep, &first), E_OK);
	until_told(h, &first);
	assert_int_equal(first.answer.status, 200);
	assert_int_equal(http_start(h, &r, keep, &second), E_OK);
	until_told(h, &second);
	assert_int_equal(second.answer.outcome, HTTP_FORBIDDEN);
	http_free(&h);
}

static void the_environment_names_no_proxy(void **state)
{
	(void)state;
	char proxy[64];
	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", receiver.port);
	setenv("http_proxy", proxy, 1);
	setenv("ALL_PROXY", proxy, 1);
	assert_int_equal(ask(ADDR_PUBLIC | ADDR_LOOPBACK, (struct http_request){ .url = "http://nowhere.test/echo" })->answer.outcome, HTTP_UNREACHABLE);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

/* ---- requests that must not be sent ---- */
static void what_must_not_be_sent_is_not(void **state)
{
	(void)state;
	static const char *const urls[] = {
		"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "dict://127.0.0.1/", "ldap://127.0.0.1/", "scp://127.0.0.1/",
		"smtp://127.0.0.1/", "http://user:pw@127.0.0.1/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "", "https://", "127.0.0.1/echo",
	};
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
		if (ask(ADDR_ANY, (struct http_request){ .url = urls[i] })->answer.outcome != HTTP_FORBIDDEN)
			fail_msg("%s was sent", urls[i]);
	struct arena *a = arena_new(1 << 16);
	static const struct http_header bad[] = {
		{ "X-A", "b\r\nX-C: d" }, { "X-A", "b\n" }, { "X-A\r\nX-B", "c" }, { "X A", "b" }, { "", "b" }, { "X-A:", "b" }, { "X-A", "\x01" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct http_request r = { .url = at("127.0.0.1", "/echo") };
		list_push(a, &r.headers, bad[i]);
		assert_int_equal(ask(ADDR_LOOPBACK, r)->answer.outcome, HTTP_FORBIDDEN);
	}
	assert_int_equal(ask(ADDR_LOOPBACK, (struct http_request){ .method = "DELETE", .url = at("127.0.0.1", "/echo") })->answer.outcome, HTTP_FORBIDDEN);
	static const char *const rcpts[] = { "", "x", "x@", "@x", "a@b>\r\nDATA", "a@b> <c@d", "a b@c", "a@b\nRCPT TO:<c@d>", "<a@b>" };
	for (size_t i = 0; i < sizeof rcpts / sizeof rcpts[0]; i++) {
		struct http_request to = { .url = "smtp://127.0.0.1:1", .mail_from = "a@example.com" }, from = { .url = "smtp://127.0.0.1:1", .mail_from = rcpts[i] };
		list_push(a, &to.mail_to, rcpts[i]);
		list_push(a, &from.mail_to, "a@example.com");
		assert_int_equal(ask(ADDR_LOOPBACK, to)->answer.outcome, HTTP_FORBIDDEN);
		assert_int_equal(ask(ADDR_LOOPBACK, from)->answer.outcome, HTTP_FORBIDDEN);
	}
	arena_free(&a);
}

static void plain_http_needs_permission(void **state)
{
	(void)state;
	static struct told t;
	struct http *h = door(ADDR_LOOPBACK, false);
	struct http_request r = { .method = "GET", .url = at("127.0.0.1", "/echo"), .timeout_ms = 3000 };
	assert_int_equal(http_start(h, &r, keep, &t), E_OK);
	until_told(h, &t);
	assert_int_equal(t.answer.outcome, HTTP_FORBIDDEN);
	http_free(&h);
}

static void why_tells_no_secret(void **state)
{
	(void)state;
	static const char *const paths[] = { "/short/s3cret", "/garbage/s3cret", "/nine/s3cret", "/hang/s3cret", "/huge/9999999?s3cret", "/redirect/s3cret" };
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct http_request r = { .url = at("127.0.0.1", paths[i]), .timeout_ms = 400, .user = "s3cret", .password = "s3cret" };
		assert_null(strstr(ask(ADDR_LOOPBACK, r)->why, "s3cret"));
	}
	static const char *const urls[] = { "http://nowhere.test/s3cret", "http://127.0.0.1:1/s3cret", "https://127.0.0.1:1/s3cret?s3cret", "ftp://127.0.0.1/s3cret",
					    "http://s3cret:s3cret@127.0.0.1/s3cret", "http://10.0.0.1/s3cret", "http://[/s3cret", "http://x y/s3cret" };
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		const struct told *t = ask(ADDR_LOOPBACK, (struct http_request){ .url = urls[i] });
		assert_null(strstr(t->why, "s3cret"));
		assert_true(strlen(t->why) > 5);
	}
	/* TLS spoken to a server that has none. */
	char url[64];
	snprintf(url, sizeof url, "https://127.0.0.1:%u/s3cret", receiver.port);
	const struct told *t = ask(ADDR_LOOPBACK, (struct http_request){ .url = url });
	assert_int_equal(t->answer.outcome, HTTP_UNREACHABLE);
	assert_null(strstr(t->why, "s3cret"));
}

/* ---- many at once, and the end ---- */
struct chain { struct http *h; int calls, left; };

static void again(const struct http_answer *answer, void *ctx)
{
	struct chain *c = ctx;
	c->calls++;
	if (answer->outcome == HTTP_CANCELLED || c->left-- == 0)
		return;
	struct http_request r = { .method = "GET", .url = at("127.0.0.1", "/status/204"), .timeout_ms = 3000 };
	assert_int_equal(http_start(c->h, &r, again, c), E_OK);
}

static void done_may_start_another(void **state)
{
	(void)state;
	struct chain c = { .h = door(ADDR_LOOPBACK, true), .left = 5 };
	struct http_request r = { .method = "GET", .url = "ftp://refused/", .timeout_ms = 3000 };
	assert_int_equal(http_start(c.h, &r, again, &c), E_OK);
	while (http_turn(c.h, 50))
		;
	assert_int_equal(c.calls, 6);
	http_free(&c.h);
}

static void there_is_an_end_to_how_many(void **state)
{
	(void)state;
	static struct told t[LIMIT_HTTP_IN_FLIGHT + 1];
	struct http *h = door(ADDR_LOOPBACK, true);
	struct http_request r = { .method = "GET", .url = at("127.0.0.1", "/hang"), .timeout_ms = 10000 };
	for (int i = 0; i < LIMIT_HTTP_IN_FLIGHT; i++)
		assert_int_equal(http_start(h, &r, keep, &t[i]), E_OK);
	assert_int_equal(http_start(h, &r, keep, &t[LIMIT_HTTP_IN_FLIGHT]), E_BUSY);
	for (int i = 0; i < 5; i++)
		http_turn(h, 10);
	http_free(&h);
	for (int i = 0; i < LIMIT_HTTP_IN_FLIGHT; i++) {
		assert_int_equal(t[i].calls, 1);
		assert_int_equal(t[i].answer.outcome, HTTP_CANCELLED);
	}
	assert_int_equal(t[LIMIT_HTTP_IN_FLIGHT].calls, 0);
}

int main(int argc, char **argv)
{
	(void)argc;
	receiver = child_start((const char *const[]){ "/usr/bin/python3", argv[1], NULL });
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_told_with_their_status),
		cmocka_unit_test(retry_after_is_read),
		cmocka_unit_test(a_redirect_is_an_answer_and_is_not_followed),
		cmocka_unit_test(the_request_arrives_as_it_was_given),
		cmocka_unit_test(what_is_too_large_is_cut_off),
		cmocka_unit_test(time_is_absolute),
		cmocka_unit_test(a_name_that_does_not_resolve_in_time_does_not_hold_the_loop),
		cmocka_unit_test(what_is_no_whole_answer_is_none),
		cmocka_unit_test(no_spelling_leads_to_an_address_that_is_not_public),
		cmocka_unit_test(what_is_allowed_is_reached),
		cmocka_unit_test(a_name_that_is_bound_anew_is_looked_at_anew),
		cmocka_unit_test(the_environment_names_no_proxy),
		cmocka_unit_test(what_must_not_be_sent_is_not),
		cmocka_unit_test(plain_http_needs_permission),
		cmocka_unit_test(why_tells_no_secret),
		cmocka_unit_test(done_may_start_another),
		cmocka_unit_test(there_is_an_end_to_how_many),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	child_end(&receiver);
	return failed;
}
