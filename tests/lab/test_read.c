/* World files: what they say, what is added, and how errors are told. */
#include "base/limits.h"
#include "fixture.h"

static const struct { const char *text; unsigned line; const char *says; } wrong[] = {
	{ "zoen a.lab.\n", 1, "did you mean \"zone\"" },
	{ "\n\nzone a.lab. edcsa\n", 3, "did you mean \"ecdsa\"" },
	{ "zone a.lab.\n\nzone a.lab.\n", 3, "there already" },
	{ "zone a.lab. iterations\n", 1, "needs a value" },
	{ "zone a.lab. csk=1\n", 1, "takes no value" },
	{ "zone a.lab. ttl=soon\n", 1, "no value for ttl=" },
	{ "zone a.lab. servers ns1=1.2.3\n", 1, "no address" },
	{ "zone a..lab.\n", 1, "no domain name" },
	{ "$break z.lab. rrsg expired\n", 3, "did you mean \"rrsig\"" },
	{ "$break z.lab. rrsig expird\n", 3, "did you mean \"expired\"" },
	{ "$break z.lab. rrsig type=A\n", 3, "say what is done" },
	{ "$break z.lab. rrsig expired type=AAAAAA\n", 3, "no record type" },
	{ "$break z.lab. rrsig expired name=www\n", 3, "does not lie in" },
	{ "$break y.lab. rrsig expired\n", 3, "no zone of this world" },
	{ "$break . ds wrong-tag\n", 3, "with a parent" },
	{ "$break z.lab. rrsig expired at=ns3\n", 3, "no server of that name" },
	{ "$break z.lab. add \"www.z.lab. 300 A 1.2.3\"\n", 3, "no record" },
	{ "$break z.lab. serial\n", 3, "needs a value" },
	{ "$record www.z.lab. 300 A x y\n", 3, "no record" },
	{ "$server ns9.z.lab. silent\n", 3, "no server of this world" },
	{ "$server 192.0.2.11 silnt\n", 3, "did you mean \"silent\"" },
	{ "$server 192.0.2.11 rcode=BAD\n", 3, "no rcode" },
	{ "$ask www.z.lab. NOTYPE\n", 3, "ask NAME TYPE" },
	{ "$expect OK\n", 3, "belongs to an `ask`" },
	{ "$ask z.lab. A\nexpect FINE\n", 4, "expect OK|" },
	{ "$ask z.lab. A\nexpect OK secure a b\n", 4, "root cause is" },
	{ "clock yesterday\n", 1, "clock TIME" },
	{ "title \"open\n", 1, "quote" },
	{ "allow everything\n", 1, "no address class" },
	{ "zone a.lab.\n+ ecdsa\n+ csk\nbroken\n", 4, "no clause" },
};

static void test_errors(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(wrong); i++) {
		struct err_at at = lab_refuses(wrong[i].text);
		if (at.line != wrong[i].line || strstr(at.text, wrong[i].says) == NULL)
			fail_msg("%s -> line %u: %s", wrong[i].text, at.line, at.text);
		assert_string_equal(at.file, "test");
	}
}

static void test_cases(void **state)
{
	struct lab l = lab_open(
		"title  A small  world # with a comment\nclock 2030-01-01T00:00:00Z\n$"
		"ask www.z.lab A at=+2d\nexpect SERVFAIL bogus rrsig-expired ede=7 some\nalso a b\nsilent c\n"
		"ask z.lab. TYPE65280\nexpect OK\n");
	(void)state;
	assert_string_equal(world_title(l.world), "A small  world ");
	assert_int_equal(world_clock(l.world).s, 1893456000);
	assert_int_equal(world_n_cases(l.world), 2);
	const struct world_case *c = world_case(l.world, 0), *d = world_case(l.world, 1);
	assert_true(name_equal(c->name, dname(&l, "www.z.lab.")));
	assert_int_equal(c->at.s, 1893456000 + 2 * 86400);
	assert_string_equal(c->verdict, "SERVFAIL");
	assert_string_equal(c->security, "bogus");
	assert_string_equal(c->root, "rrsig-expired");
	assert_string_equal(c->when, "some");
	assert_int_equal(c->ede, 7);
	assert_int_equal(c->also.n, 2);
	assert_string_equal(c->silent.at[0], "c");
	assert_int_equal(d->type, 65280);
	assert_null(d->root);
	assert_null(d->security);
	assert_int_equal(d->ede, -1);
	assert_int_equal(d->line, 9);
	lab_close(&l);
}

static void test_setup(void **state)
{
	struct lab l = lab_open("$allow private\nfamily ipv4\ndepth quick\nbudget questions=50 wall=2000\n"
				"resolver 192.0.2.53 good\nanchor z.lab. dnskey\nanchor \"lab. DS 1 13 2 "
				"0000000000000000000000000000000000000000000000000000000000000000\"\n");
	struct setup s;
	(void)state;
	world_setup(l.world, &s);
	assert_int_equal(s.hints.n, 2);
	assert_int_equal(s.anchors.n, 2);
	assert_int_equal(s.anchors.at[0].type, TYPE_DNSKEY);
	assert_true(name_equal(s.anchors.at[0].owner, dname(&l, "z.lab.")));
	assert_int_equal(rdata_ds(s.anchors.at[1].rd).tag, 1);
	assert_int_equal(s.resolvers.n, 1);
	assert_true(s.use_ipv4 && !s.use_ipv6);
	assert_int_equal(s.depth, DEPTH_QUICK);
	assert_int_equal(s.budget_questions, 50);
	assert_int_equal(s.addr_allowed, ADDR_DOC | ADDR_PUBLIC | ADDR_PRIVATE);
	lab_close(&l);
}

static void test_texts(void **state)
{
	struct lab l = lab_open("$"), none = lab_open("$anchor none\n");
	zone_records hints, anchors;
	struct err_at at;
	(void)state;
	const char *text = world_hints_text(l.world);
	assert_int_equal(zone_parse(l.arena, text, strlen(text), ".", 1, "hints", &hints, &at), E_OK);
	assert_int_equal(hints.n, 4);
	text = world_anchors_text(l.world);
	assert_int_equal(zone_parse(l.arena, text, strlen(text), ".", 1, "anchors", &anchors, &at), E_OK);
	assert_int_equal(anchors.n, 1);
	assert_int_equal(anchors.at[0].type, TYPE_DS);
	assert_string_equal(world_anchors_text(none.world), "");
	lab_close(&l);
	lab_close(&none);
}

/* Same file, same octets: signatures of Edwards and RSA keys are, those of ECDSA are not part of the promise.
 * */
static void test_same_every_time(void **state)
{
	struct lab l[2];
	struct got g[2];
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		l[i] = lab_open("zone . ed25519 servers a.root.=192.0.2.1\nzone q.lab. ed25519 servers "
				"ns1=192.0.2.9\n");
		g[i] = ask(&l[i], "192.0.2.9", "q.lab.", TYPE_DNSKEY);
	}
	assert_int_equal(g[0].reply.wire_len, g[1].reply.wire_len);
	assert_memory_equal(g[0].reply.wire, g[1].reply.wire, g[0].reply.wire_len);
	lab_close(&l[0]);
	lab_close(&l[1]);
}

/* Any octets: read, or refused with a line; never a crash. What is read answers. */
static void test_any_text(void **state)
{
	static const char text[] =
		"clock 2030-01-01T00:00:00Z\nzone lab. ed25519 nsec3 opt-out servers a.nic=192.0.2.2\n"
		"zone z.lab. ed25519 csk nsec ds=1,2 ttl=60 servers ns1=192.0.2.11,2001:db8::1 "
		"ns2.lab.=192.0.2.12\nrecord www.z.lab. 300 A 192.0.2.1\n"
		"break z.lab. rrsig expired type=A name=www.z.lab. since=-2d at=ns1\nbreak z.lab. denial "
		"omit=name bitmap-add=TXT\n"
		"break z.lab. dnskey tamper role=zsk tag=keep\nbreak z.lab. ds wrong-digest\nbreak z.lab. "
		"delegation ns ns1=192.0.2.11 x.\n"
		"break z.lab. add \"x.z.lab. 30 TXT abc\"\nserver 192.0.2.11 wrong-question ttl=5 "
		"type=A\nresolver 192.0.2.53 servfail ede=7 ede-text=\"a b\"\n"
		"anchor z.lab. dnskey\nask www.z.lab. A at=+1d\nexpect SERVFAIL bogus x ede=7\n";
	static const char letters[] = " \n=,\"\\.#@+-019azZ*:";
	uint32_t seed = 7, read = 0;
	(void)state;
	for (unsigned i = 0; i < 8000; i++) {
		struct arena *a = arena_new(LIMIT_ARENA_BYTES);
		char *copy = arena_copy(a, text, sizeof text);
		struct world *w;
		struct err_at at;
		for (unsigned k = 0; k < 1 + i % 5; k++) {
			seed = seed * 1664525u + 1013904223u;
			copy[(seed >> 8) % (sizeof text - 1)] = letters[(seed >> 3) % (sizeof letters - 1)];
		}
		int rc = world_from_text(a, copy, sizeof text - 1, "any", &w, &at);
		assert_true(rc == E_OK || (rc == E_SYNTAX && at.line > 0 && at.text[0] != '\0'));
		if (rc == E_OK) {
			struct lab l = { a, w, lab_asker_new(w), NULL };
			ask(&l, "192.0.2.11", "www.z.lab.", TYPE_A);
			ask(&l, "192.0.2.12", "nx.z.lab.", TYPE_A);
			asker_free(&l.asker);
			read++;
		}
		arena_free(&a);
	}
	assert_true(read > 50);
}

static void test_long_names(void **state)
{
	char name[300] = "";
	struct lab l = lab_open("$zone c.lab. ed25519 compact servers ns1=192.0.2.13\nrecord d.z.lab. 60 "
				"DNAME averyverylongnameindeed.z.lab.\n"
				"server 192.0.2.11 wrong-synthesis\nserver 192.0.2.12 wrong-question\nzone "
				"n3.lab. ed25519 nsec3 servers ns1=192.0.2.14\n");
	static const struct { const char *server, *under; } rows[] = {
		{ "192.0.2.11", "d.z.lab." }, { "192.0.2.12", "z.lab." }, { "192.0.2.13", "c.lab." },
		{ "192.0.2.14", "n3.lab." },
	};
	(void)state;
	for (unsigned i = 0; i < N(rows); i++)
		for (size_t labels = 100; labels < 126; labels++) {
			name[0] = '\0';
			while (strlen(name) < 2 * labels && strlen(name) + strlen(rows[i].under) + 2 < 254)
				strcat(name, "a.");
			strcat(name, rows[i].under);
			ask(&l, rows[i].server, name, TYPE_A);
		}
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),          cmocka_unit_test(test_cases),
		cmocka_unit_test(test_setup),           cmocka_unit_test(test_texts),
		cmocka_unit_test(test_any_text),        cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_same_every_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
