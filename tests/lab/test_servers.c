/* Servers that misbehave, and resolvers: what a client sees of each. */
#include "ask/match.h"
#include "fixture.h"

enum { NODO = ASK_EDNS, DO = ASK_EDNS | ASK_DO, COOKIE = DO | ASK_COOKIE, PLAIN = 0 };

/* rcode -1: whatever; stray: one of them must have been counted. */
static const struct {
	const char *words;
	uint16_t flags;
	enum transport over;
	enum ask_outcome outcome;
	int rcode;
	bool aa;
	int stray;
} rows[] = {
	{ "slow=1", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "silent", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, -1 },
	{ "silent", DO, OVER_TCP, ASK_TIMED_OUT, -1, false, -1 },
	{ "icmp", DO, OVER_UDP, ASK_UNREACHABLE, -1, false, -1 },
	{ "icmp", DO, OVER_TCP, ASK_UNREACHABLE, -1, false, -1 },
	{ "refused", DO, OVER_UDP, ASK_ANSWERED, 5, false, -1 },
	{ "lame", DO, OVER_UDP, ASK_ANSWERED, 5, false, -1 },
	{ "servfail", DO, OVER_TCP, ASK_ANSWERED, 2, false, -1 },
	{ "notimp", DO, OVER_UDP, ASK_ANSWERED, 4, false, -1 },
	{ "formerr", DO, OVER_UDP, ASK_ANSWERED, 1, false, -1 },
	{ "notauth", DO, OVER_UDP, ASK_ANSWERED, 9, false, -1 },
	{ "rcode=YXDOMAIN", DO, OVER_UDP, ASK_ANSWERED, 6, false, -1 },
	{ "nxdomain", DO, OVER_UDP, ASK_ANSWERED, 3, true, -1 },
	{ "empty", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "no-aa", DO, OVER_UDP, ASK_ANSWERED, 0, false, -1 },
	{ "recursor", DO, OVER_UDP, ASK_ANSWERED, 0, false, -1 },
	{ "upward-referral", DO, OVER_UDP, ASK_ANSWERED, 0, false, -1 },
	{ "self-referral", DO, OVER_UDP, ASK_ANSWERED, 0, false, -1 },
	{ "formerr-edns", DO, OVER_UDP, ASK_ANSWERED, 1, false, -1 },
	{ "formerr-edns", PLAIN, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "notimp-edns", NODO, OVER_UDP, ASK_ANSWERED, 4, false, -1 },
	{ "badvers", DO, OVER_UDP, ASK_ANSWERED, 16, false, -1 },
	{ "drop-edns", NODO, OVER_UDP, ASK_TIMED_OUT, -1, false, -1 },
	{ "drop-edns", PLAIN, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "drop-do", NODO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "drop-do", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, -1 },
	{ "drop-cookie", COOKIE, OVER_UDP, ASK_TIMED_OUT, -1, false, -1 },
	{ "drop-cookie", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "formerr-cookie", COOKIE, OVER_UDP, ASK_ANSWERED, 1, false, -1 },
	{ "formerr-cookie", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "badcookie-once", COOKIE, OVER_UDP, ASK_ANSWERED, 23, false, -1 },
	{ "badcookie-once", COOKIE, OVER_TCP, ASK_ANSWERED, 0, true, -1 },
	{ "badcookie-loop", COOKIE, OVER_UDP, ASK_ANSWERED, 23, false, -1 },
	{ "wrong-cookie", COOKIE, OVER_UDP, ASK_TIMED_OUT, -1, false, STRAY_COOKIE },
	{ "truncate", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "truncate", DO, OVER_TCP, ASK_ANSWERED, 0, true, -1 },
	{ "tcp-refuse", DO, OVER_TCP, ASK_UNREACHABLE, -1, false, -1 },
	{ "tcp-refuse", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "tcp-silent", DO, OVER_TCP, ASK_TIMED_OUT, -1, false, -1 },
	{ "tcp-close", DO, OVER_TCP, ASK_CLOSED, -1, false, -1 },
	{ "tcp-drip", DO, OVER_TCP, ASK_TIMED_OUT, -1, false, -1 },
	{ "wrong-id", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, STRAY_ID },
	{ "wrong-id", DO, OVER_TCP, ASK_GARBLED, -1, false, STRAY_ID },
	{ "wrong-question", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, STRAY_QUESTION },
	{ "wrong-source", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, STRAY_SOURCE },
	{ "wrong-source=192.0.2.12", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, STRAY_SOURCE },
	{ "wrong-source", DO, OVER_TCP, ASK_ANSWERED, 0, true, -1 },
	{ "garbage-first", DO, OVER_UDP, ASK_ANSWERED, 0, true, STRAY_ID },
	{ "garbage-first=6", DO, OVER_UDP, ASK_ANSWERED, 0, true, STRAY_QUESTION },
	{ "lower-case", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "large-lost=100", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, -1 },
	{ "large-lost=100", PLAIN, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "slow=1500", DO, OVER_UDP, ASK_TIMED_OUT, -1, false, -1 },
	{ "slow=900", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "refused type=TXT", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "refused type=A,TXT", DO, OVER_UDP, ASK_ANSWERED, 5, false, -1 },
	{ "refused name=z.lab.", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "refused zone=z.lab.", DO, OVER_UDP, ASK_ANSWERED, 5, false, -1 },
	{ "refused zone=lab.", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "refused over=tcp", DO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "refused do=yes", NODO, OVER_UDP, ASK_ANSWERED, 0, true, -1 },
	{ "refused edns=no", PLAIN, OVER_UDP, ASK_ANSWERED, 5, false, -1 },
};

static struct lab open_with(const char *words)
{
	struct arena *a = arena_new(1 << 20);
	struct lab l = lab_open(arena_printf(a, "$server 192.0.2.11 %s\n", words));
	arena_free(&a);
	return l;
}

static void test_rows(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(rows); i++) {
		struct lab l = open_with(rows[i].words);
		struct got g = ask_with(&l, "192.0.2.11", "www.z.lab.", TYPE_A, rows[i].flags, rows[i].over);
		bool stray = rows[i].stray < 0 || g.reply.strays[rows[i].stray] > 0;
		bool answered = rows[i].outcome != ASK_ANSWERED ||
				((rows[i].rcode < 0 || g.m.rcode == rows[i].rcode) && g.m.aa == rows[i].aa);
		if (g.reply.outcome != rows[i].outcome || !answered || !stray)
			fail_msg("%s: outcome %d, rcode %u, aa %d", rows[i].words, g.reply.outcome, g.m.rcode,
				 g.m.aa);
		g = ask_with(&l, "192.0.2.12", "www.z.lab.", TYPE_A, rows[i].flags, rows[i].over);
		/* the other server is well */
		assert_true(g.reply.outcome == ASK_ANSWERED && g.m.rcode == 0 && g.m.aa);
		lab_close(&l);
	}
}

static struct got one(const char *words, uint16_t flags, enum transport over, struct lab *l)
{
	*l = open_with(words);
	return ask_with(l, "192.0.2.11", "www.z.lab.", TYPE_A, flags, over);
}

static void test_edns_details(void **state)
{
	struct lab l;
	struct got g = one("strip-dnssec", DO, OVER_UDP, &l);
	(void)state;
	assert_true(g.m.answer.n == 1 && g.m.answer.at[0].n_sigs == 0 && g.m.has_edns);
	lab_close(&l);
	g = one("ignore-edns", DO, OVER_UDP, &l);
	assert_true(g.m.answer.at[0].n_sigs == 0 && !g.m.has_edns);
	lab_close(&l);
	g = one("no-opt", DO, OVER_UDP, &l);
	assert_true(g.m.answer.at[0].n_sigs == 1 && !g.m.has_edns);
	lab_close(&l);
	g = one("gratuitous-opt", PLAIN, OVER_UDP, &l);
	assert_true(g.m.has_edns);
	lab_close(&l);
	g = one("truncate-no-opt", DO, OVER_UDP, &l);
	assert_true(g.m.tc && !g.m.has_edns && g.m.answer.n == 0);
	lab_close(&l);
	g = one("udp-max=512 slow=1", DO, OVER_UDP, &l);
	assert_true(!g.m.tc && g.m.has_edns && g.m.do_bit);
	lab_close(&l);
	g = one("ede=24 ede-text=\"zone expired\" servfail", DO, OVER_UDP, &l);
	assert_true(g.m.n_edes == 1 && g.m.edes[0].code == 24 && g.m.edes[0].text_len == 12);
	lab_close(&l);
	g = one("slow=1", COOKIE, OVER_UDP, &l);
	const struct edns_item *cookie = message_option(&g.m, EDNS_COOKIE);
	assert_true(cookie != NULL && cookie->len == 24);
	lab_close(&l);
	g = one("no-cookie", COOKIE, OVER_UDP, &l);
	assert_null(message_option(&g.m, EDNS_COOKIE));
	lab_close(&l);
}

static void test_octet_faults(void **state)
{
	static const struct { const char *words; enum message_fault fault; } faults[] = {
		{ "short", MESSAGE_RR_CUT }, { "trailing", MESSAGE_TRAILING }, { "slow=1", MESSAGE_OK },
	};
	struct lab l;
	(void)state;
	for (unsigned i = 0; i < N(faults); i++) {
		struct got g = one(faults[i].words, DO, OVER_UDP, &l);
		assert_int_equal(g.reply.outcome, ASK_ANSWERED);
		assert_int_equal(g.m.fault, faults[i].fault);
		lab_close(&l);
	}
	struct got g = one("garbage", DO, OVER_UDP, &l);
	assert_true(g.reply.outcome == ASK_TIMED_OUT || g.reply.outcome == ASK_GARBLED ||
		    g.m.fault != MESSAGE_OK);
	lab_close(&l);
	g = one("parking=192.0.2.66", DO, OVER_UDP, &l);
	assert_true(g.m.aa && g.m.answer.n == 1 && g.m.answer.at[0].n_sigs == 0);
	lab_close(&l);
	g = one("foreign-class", DO, OVER_UDP, &l);
	assert_int_equal(g.m.additional.at[0].class, CLASS_CH);
	lab_close(&l);
	g = one("ttl=12", DO, OVER_UDP, &l);
	assert_int_equal(g.m.answer.at[0].ttl, 12);
	lab_close(&l);
}

static void test_badcookie_ends(void **state)
{
	struct lab l;
	struct got g = one("badcookie-once", COOKIE, OVER_UDP, &l);
	struct ask_question q = question(&l, "192.0.2.11", "www.z.lab.", TYPE_A, COOKIE, OVER_UDP);
	const struct edns_item *cookie = message_option(&g.m, EDNS_COOKIE);
	uint8_t wire[ASK_WIRE_MAX];
	lab_replies replies = { 0 };
	struct message m;
	(void)state;
	assert_int_equal(cookie->len, 24);
	memcpy(q.cookie, cookie->at, 24);
	q.cookie_len = 24;
	uint16_t len = ask_wire(&q, 1, wire);
	world_answer(l.world, l.arena, &q.to, OVER_UDP, wire, len, &replies);
	assert_int_equal(replies.n, 1);
	message_parse(l.arena, replies.at[0].wire, (uint16_t)replies.at[0].len, &m);
	assert_true(m.rcode == 0 && m.answer.n == 1);
	lab_close(&l);
}

static void test_loss_and_first(void **state)
{
	struct lab l = open_with("loss=50");
	unsigned answered = 0;
	(void)state;
	for (unsigned i = 0; i < 20; i++)
		answered += ask(&l, "192.0.2.11", "www.z.lab.", TYPE_A).reply.outcome == ASK_ANSWERED;
	assert_int_equal(answered, 10);
	lab_close(&l);
	l = open_with("servfail first=2");
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(ask(&l, "192.0.2.11", "www.z.lab.", TYPE_A).m.rcode,
				 i < 2 ? RCODE_SERVFAIL : 0);
	lab_close(&l);
}

static void test_nobody(void **state)
{
	struct lab l = lab_open("$server 192.0.2.99 no-cookie\n");
	(void)state;
	assert_int_equal(ask(&l, "192.0.2.98", "www.z.lab.", TYPE_A).reply.outcome, ASK_TIMED_OUT);
	assert_int_equal(ask(&l, "192.0.2.99", "www.z.lab.", TYPE_A).m.rcode, RCODE_REFUSED);
	lab_close(&l);
}

static const struct { const char *words; int rcode, cd_rcode; bool ad; int ede, answers; } resolver_rows[] = {
	{ "good", 0, 0, true, -1, 1 }, { "insecure", 0, 0, false, -1, 1 },
	{ "strips", 0, 0, false, -1, 1 }, { "servfail ede=9", 2, 0, false, 9, 0 },
	{ "dead ede=22", 2, 2, false, 22, 0 }, { "block=NXDOMAIN ede=17", 3, 3, false, 17, 0 },
	{ "normal=refused cd=noerror", 5, 0, false, -1, 0 },
	{ "normal=noerror,ad,empty", 0, 0, true, -1, 0 },
	{ "servfail ede=9 zone=other.lab.", 0, 0, true, -1, 1 },
};

static void test_resolvers(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(resolver_rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct lab l = lab_open(arena_printf(a, "$resolver 192.0.2.53 %s\n", resolver_rows[i].words));
		struct got g = ask_with(&l, "192.0.2.53", "www.z.lab.", TYPE_A, DO | ASK_RD, OVER_UDP);
		struct got cd =
			ask_with(&l, "192.0.2.53", "www.z.lab.", TYPE_A, DO | ASK_RD | ASK_CD, OVER_UDP);
		if (g.m.rcode != resolver_rows[i].rcode || cd.m.rcode != resolver_rows[i].cd_rcode ||
		    g.m.ad != resolver_rows[i].ad || !g.m.ra || g.m.aa ||
		    (int)g.m.answer.n != resolver_rows[i].answers ||
		    (g.m.n_edes > 0 ? g.m.edes[0].code : -1) != resolver_rows[i].ede)
			fail_msg("%s: rcode %u, CD %u, AD %d, %u EDE", resolver_rows[i].words, g.m.rcode,
				 cd.m.rcode, g.m.ad, g.m.n_edes);
		lab_close(&l);
		arena_free(&a);
	}
}

static void test_resolver_follows(void **state)
{
	struct lab l =
		lab_open("$zone y.lab. unsigned servers ns1=192.0.2.21\nrecord www.y.lab. 60 A 192.0.2.1\n"
			 "record c.z.lab. 60 CNAME www.y.lab.\nresolver 192.0.2.53\n");
	(void)state;
	struct got g = ask_with(&l, "192.0.2.53", "c.z.lab.", TYPE_A, DO | ASK_RD, OVER_UDP);
	assert_true(g.m.answer.n == 2 && !g.m.ad);
	g = ask_with(&l, "192.0.2.53", "nx.z.lab.", TYPE_A, DO | ASK_RD, OVER_UDP);
	assert_true(g.m.rcode == RCODE_NXDOMAIN && g.m.ad);
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),           cmocka_unit_test(test_edns_details),
		cmocka_unit_test(test_octet_faults),   cmocka_unit_test(test_badcookie_ends),
		cmocka_unit_test(test_loss_and_first), cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_resolvers),      cmocka_unit_test(test_resolver_follows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
