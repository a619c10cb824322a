/* RDAP over HTTP as servers speak it, well and badly: what is read, what is refused, whom to ask. argv[1]: rdap_server.py */
#include "../http/child.h"
#include "base/limits.h"
#include "registry/registry.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *script;
static struct child server;
static struct http *http;
static struct arena *arena;
static const struct wall asked = { 1772366400 };        /* 2026-03-01T12:00:00Z */

struct got { unsigned n; enum rdap_outcome outcome; int32_t retry_after_s; char *body; size_t len; };

static void on_answer(const struct http_answer *w, void *ctx)
{
	struct got *g = ctx;
	g->n++;
	g->outcome = rdap_outcome_of(w);
	g->retry_after_s = w->retry_after_s;
	g->body = arena_copy(arena, w->body, w->body_len + 1);
	g->len = w->body_len;
}

static struct got ask(const char *base, const char *domain)
{
	struct got g = { 0 };
	assert_int_equal(rdap_start(http, base, domain, on_answer, &g), E_OK);
	assert_int_equal(g.n, 0);
	while (http_turn(http, 50))
		;
	assert_int_equal(g.n, 1);
	return g;
}

static const char *base(void)
{
	return arena_printf(arena, "http://127.0.0.1:%u", server.port);
}

static const struct registration *look_up(const char *domain)
{
	struct registration *r;
	const char *why = "";
	struct got g = ask(base(), domain);
	assert_int_equal(g.outcome, RDAP_FOUND);
	if (registration_from_rdap(arena, domain, g.body, g.len, asked, &r, &why) != E_OK)
		fail_msg("%s: %s", domain, why);
	return r;
}

static struct wall at(const char *text)
{
	struct wall w;
	assert_true(wall_from_text(text, (struct wall){ 0 }, &w));
	return w;
}

static void a_good_answer_is_read_whole(void **state)
{
	(void)state;
	const struct registration *r = look_up("good.test.");
	assert_string_equal(r->domain, "good.test.");
	assert_true(r->found);
	assert_int_equal(r->asked_at.s, asked.s);
	assert_int_equal(r->expires_at.s, at("2027-03-01T12:00:00Z").s);
	assert_int_equal(r->registered_at.s, at("2001-01-02T03:04:05Z").s);
	assert_int_equal(r->changed_at.s, at("2026-01-01T00:00:00Z").s);
	assert_int_equal(r->status, 0);
	assert_string_equal(r->registrar, "Example Registrar, Inc.");
	assert_true(r->ns_known && r->ns.n == 2);
	assert_string_equal(r->ns.at[0], "ns1.good.test.");
	assert_string_equal(r->ns.at[1], "ns2.good.test.");
	assert_true(r->ds_known && r->ds.n == 1);
	assert_int_equal(r->ds.at[0].tag, 31406);
	assert_int_equal(strlen(r->ds.at[0].digest), 64);
	assert_memory_equal(r->ds.at[0].digest, "8FC48FC4", 8);
}

static void states_are_known_in_both_spellings(void **state)
{
	(void)state;
	assert_int_equal(look_up("held.test.")->status, EPP_CLIENT_HOLD);
	assert_int_equal(look_up("eppheld.test.")->status, EPP_SERVER_HOLD);
	assert_int_equal(look_up("redeemed.test.")->status, EPP_REDEMPTION_PERIOD | EPP_PENDING_DELETE);
	assert_int_equal(look_up("doomed.test.")->status, EPP_PENDING_DELETE);
	assert_string_equal(epp_status_text(arena, EPP_CLIENT_HOLD | EPP_PENDING_DELETE), "clientHold, pendingDelete");
}

static void what_is_missing_or_odd_is_not_known(void **state)
{
	(void)state;
	const char *const names[] = { "bare.test.", "odd.test." };
	for (unsigned i = 0; i < 2; i++) {
		const struct registration *r = look_up(names[i]);
		assert_true(r->found);
		assert_int_equal(r->expires_at.s, INT64_MAX);
		assert_false(r->ds_known);
		assert_false(r->ns_known);
		assert_int_equal(r->status, 0);
		assert_string_equal(r->registrar, "");
	}
	assert_true(look_up("unsigned.test.")->ds_known);
	assert_int_equal(look_up("unsigned.test.")->ds.n, 0);
	assert_false(look_up("keys.test.")->ds_known);
	assert_false(look_up("odd-ds.test.")->ds_known);
}

static void hostile_texts_are_escaped_and_cut(void **state)
{
	(void)state;
	const struct registration *r = look_up("wild.test.");
	assert_true(strlen(r->registrar) < 200);
	for (const char *c = r->registrar; *c != '\0'; c++)
		assert_true(*c >= ' ' && *c <= '~');
	assert_int_equal(r->expires_at.s, INT64_MAX);   /* "+14d" is no date of RFC 3339 */
}

static void what_is_no_domain_object_is_refused(void **state)
{
	(void)state;
	const char *const names[] = { "garbage.test.", "cut.test.", "twice.test.", "deep.test.", "list.test.", "empty.test.", "other.test." };
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct registration *r;
		const char *why = NULL;
		struct got g = ask(base(), names[i]);
		assert_int_equal(g.outcome, RDAP_FOUND);
		if (registration_from_rdap(arena, names[i], g.body, g.len, asked, &r, &why) != E_SYNTAX)
			fail_msg("%s was taken", names[i]);
		assert_non_null(why);
	}
}

static void outcomes_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(ask(base(), "absent.test.").outcome, RDAP_NONE);
	struct got g = ask(base(), "busy.test.");
	assert_int_equal(g.outcome, RDAP_BUSY);
	assert_int_equal(g.retry_after_s, 7200);
	assert_int_equal(ask(base(), "failing.test.").outcome, RDAP_FAILED);
	assert_int_equal(ask(base(), "huge.test.").outcome, RDAP_FAILED);
	assert_int_equal(ask("http://127.0.0.1:1/", "good.test.").outcome, RDAP_FAILED);
}

static void a_slow_server_is_left(void **state)
{
	(void)state;
	assert_int_equal(ask(base(), "slow.test.").outcome, RDAP_FAILED);
}

static void kept_and_read_again_it_is_the_same(void **state)
{
	(void)state;
	const char *const names[] = { "good.test.", "bare.test.", "redeemed.test.", "unsigned.test.", "wild.test." };
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct text once, twice;
		struct registration *back;
		text_init(&once, arena);
		text_init(&twice, arena);
		registration_text(look_up(names[i]), &once);
		assert_int_equal(registration_from_text(arena, once.at, once.len, &back), E_OK);
		registration_text(back, &twice);
		assert_string_equal(once.at, twice.at);
		assert_int_equal(registration_from_text(arena, once.at, once.len - 1, &back), E_SYNTAX);
	}
	struct registration none = { .domain = "absent.test.", .asked_at = asked, .registrar = "" }, *back;
	struct text t;
	text_init(&t, arena);
	registration_text(&none, &t);
	assert_int_equal(registration_from_text(arena, t.at, t.len, &back), E_OK);
	assert_false(back->found);
	assert_int_equal(back->expires_at.s, INT64_MAX);
	assert_int_equal(registration_from_text(arena, "{}", 2, &back), E_SYNTAX);
	assert_int_equal(registration_from_text(arena, "[]", 2, &back), E_SYNTAX);
}

static void the_bootstrap_file_says_whom_to_ask(void **state)
{
	(void)state;
	struct bootstrap b;
	const char *why;
	struct got g = ask(arena_printf(arena, "%s/dns.json", base()), NULL);
	assert_int_equal(g.outcome, RDAP_FOUND);
	assert_int_equal(bootstrap_from_json(arena, g.body, g.len, &b, &why), E_OK);
	assert_string_equal(bootstrap_find(&b, "example.com."), "https://rdap.example/com/");
	assert_string_equal(bootstrap_find(&b, "example.co.com."), "https://rdap.example/co/");
	assert_string_equal(bootstrap_find(&b, "xco.com."), "https://rdap.example/com/");
	assert_null(bootstrap_find(&b, "example.noslash."));
	assert_null(bootstrap_find(&b, "example.org."));
	assert_null(bootstrap_find(&b, "com.example."));
	const char *url = bootstrap_find(&b, "good.test.");
	assert_non_null(url);
	assert_int_equal(ask(url, "good.test.").outcome, RDAP_FOUND);
	assert_int_equal(bootstrap_from_json(arena, "{\"services\":[]}", 15, &b, &why), E_SYNTAX);
	assert_int_equal(bootstrap_from_json(arena, "{", 1, &b, &why), E_SYNTAX);
}

static void tries(const char *name, const char *expected)
{
	const char *out[RDAP_TRIES];
	struct text t;
	text_init(&t, arena);
	unsigned n = rdap_tries(arena, name, out);
	for (unsigned i = 0; i < n; i++)
		text_addf(&t, "%s%s", i > 0 ? " " : "", out[i]);
	assert_string_equal(t.at, expected);
}

static void names_are_tried_upwards(void **state)
{
	(void)state;
	tries("Example.COM.", "example.com.");
	tries("www.example.co.uk.", "www.example.co.uk. example.co.uk. co.uk.");
	tries("a.b.c.www.example.com.", "c.www.example.com. www.example.com. example.com.");
	tries("com.", "");
	tries(".", "");
	tries("ex\\032ample.com.", "");
	tries("_dmarc.example.com.", "_dmarc.example.com. example.com.");
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(1u << 28);
	server = child_start((const char *const[]){ "/usr/bin/python3", script, NULL });
	http = http_new(&(struct http_options){ .addr_allowed = ADDR_LOOPBACK, .http_allowed = true });
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	http_free(&http);
	child_end(&server);
	arena_free(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	script = argc > 1 ? argv[1] : "rdap_server.py";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_is_read_whole),
		cmocka_unit_test(states_are_known_in_both_spellings),
		cmocka_unit_test(what_is_missing_or_odd_is_not_known),
		cmocka_unit_test(hostile_texts_are_escaped_and_cut),
		cmocka_unit_test(what_is_no_domain_object_is_refused),
		cmocka_unit_test(outcomes_are_told_apart),
		cmocka_unit_test(a_slow_server_is_left),
		cmocka_unit_test(kept_and_read_again_it_is_the_same),
		cmocka_unit_test(the_bootstrap_file_says_whom_to_ask),
		cmocka_unit_test(names_are_tried_upwards),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
