/* The evidence file: what is written is read again whole, and nothing but what was written is read at all. */
#include "../base/cmocka_all.h"
#include "base/limits.h"
#include "crypto/crypto.h"
#include "dns/write.h"
#include "evidence/evidence.h"
#include <string.h>

static const uint8_t *name_of(struct arena *a, const char *text)
{
	const char *why;
	const uint8_t *name = name_from_text(a, text, &why);
	assert_non_null(name);
	return name;
}

static struct addr addr_of(const char *text)
{
	struct addr a;
	assert_true(addr_from_text(text, 53, &a));
	return a;
}

static struct setup setup_of(struct arena *a)
{
	static const uint8_t ds[] = { 0, 1, 13, 2, 1, 2, 3, 4 };
	struct setup s = { .name = name_of(a, "www.sp\\032ace.lab."),
			   .type = 65280,
			   .depth = DEPTH_DEEP,
			   .use_ipv6 = true,
			   .tcp_only = true,
			   .port = 5353,
			   .addr_allowed = ADDR_PUBLIC | ADDR_DOC,
			   .budget_questions = 77,
			   .budget_wall_ms = 4321 };
	list_push(a, &s.hints, (struct hint){ name_of(a, "a.root."), addr_of("192.0.2.1#5353") });
	list_push(a, &s.hints, (struct hint){ name_of(a, "b.root."), addr_of("2001:db8::1") });
	list_push(a, &s.anchors, (struct anchor){ name_root, TYPE_DS, { ds, sizeof ds } });
	list_push(a, &s.resolvers, addr_of("127.0.0.1#5300"));
	return s;
}

static void add_exchanges(struct arena *a, struct evidence *e)
{
	struct writer w;
	uint8_t *wire = arena_alloc(a, 512);
	struct ask_question q = { .to = addr_of("192.0.2.1"),
				  .over = OVER_UDP,
				  .name = name_of(a, "lab."),
				  .type = TYPE_A,
				  .class = CLASS_IN,
				  .flags = ASK_EDNS | ASK_DO | ASK_COOKIE,
				  .cookie = { 1, 2, 3, 4, 5, 6, 7, 8 },
				  .cookie_len = 8,
				  .timeout_ms = 1200 };
	struct ask_reply r = { .outcome = ASK_ANSWERED, .rtt_us = 1234, .strays = { 1, 2, 3, 4, 5 },
			       .stray_from = addr_of("192.0.2.9#99"), .wire = wire };
	writer_init(&w, a, wire, 512);
	write_head(&w, &(struct write_head){ .qr = true });
	write_question(&w, q.name, q.type, CLASS_IN);
	for (int i = 0; i < 10; i++)
		write_rr(&w, WRITE_ANSWER, q.name, TYPE_A, CLASS_IN, 60,
			 (struct rdata){ (const uint8_t[]){ 192, 0, 2, (uint8_t)i }, 4 });
	r.wire_len = (uint16_t)w.len;
	evidence_add(e, &q, &r, 17);
	q.over = OVER_TCP;
	q.flags = 0;
	q.cookie_len = 0;
	evidence_add(e, &q, &(struct ask_reply){ .outcome = ASK_UNREACHABLE, .os_errno = 111 }, 18);
	evidence_add(e, &q, &(struct ask_reply){ .outcome = ASK_GARBLED, .wire = wire, .wire_len = 3 }, 19);
	evidence_add(e, &q, &(struct ask_reply){ .outcome = ASK_TIMED_OUT }, 1219);
}

static struct evidence *example(struct arena *a)
{
	struct setup s = setup_of(a);
	struct evidence *e = evidence_make(a, &s, (struct wall){ -5 });
	e->took_ms = 1219;
	e->stopped_after = 3;
	add_exchanges(a, e);
	return e;
}

static const char *written(struct arena *a, const struct evidence *e)
{
	struct text t;
	text_init(&t, a);
	assert_int_equal(evidence_to_text(e, &t), E_OK);
	return t.at;
}

static void same_exchange(const struct exchange *x, const struct exchange *y)
{
	assert_int_equal(x->seq, y->seq);
	assert_int_equal(x->at_ms, y->at_ms);
	assert_true(addr_equal(&x->q.to, &y->q.to) && name_equal(x->q.name, y->q.name));
	assert_true(x->q.over == y->q.over && x->q.type == y->q.type && x->q.class == y->q.class &&
		    x->q.flags == y->q.flags);
	assert_int_equal(x->q.cookie_len, y->q.cookie_len);
	assert_memory_equal(x->q.cookie, y->q.cookie, x->q.cookie_len);
	assert_int_equal(x->q.timeout_ms, y->q.timeout_ms);
	assert_true(x->r.outcome == y->r.outcome && x->r.os_errno == y->r.os_errno &&
		    x->r.rtt_us == y->r.rtt_us);
	assert_memory_equal(x->r.strays, y->r.strays, sizeof x->r.strays);
	assert_true(addr_equal(&x->r.stray_from, &y->r.stray_from));
	assert_int_equal(x->r.wire_len, y->r.wire_len);
	if (x->r.wire_len > 0)
		assert_memory_equal(x->r.wire, y->r.wire, x->r.wire_len);
	assert_true((x->m == NULL) == (y->m == NULL));
}

static void test_round_trip(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct evidence *e = example(a), *again;
	struct err_at at = { 0 };
	const char *text = written(a, e);
	(void)state;
	assert_int_equal(evidence_from_text(a, text, strlen(text), &again, &at), E_OK);
	assert_true(name_equal(again->setup.name, e->setup.name));
	assert_true(again->setup.type == 65280 && again->setup.depth == DEPTH_DEEP && again->setup.tcp_only);
	assert_true(!again->setup.use_ipv4 && again->setup.use_ipv6 && again->setup.port == 5353);
	assert_true(again->setup.addr_allowed == (ADDR_PUBLIC | ADDR_DOC) &&
		    again->setup.budget_questions == 77);
	assert_true(again->setup.budget_wall_ms == 4321 && again->took_ms == 1219 &&
		    again->stopped_after == 3);
	assert_int_equal(again->collected_at.s, -5);
	assert_true(again->setup.hints.n == 2 && again->setup.anchors.n == 1 &&
		    again->setup.resolvers.n == 1);
	assert_true(addr_equal(&again->setup.hints.at[1].addr, &e->setup.hints.at[1].addr));
	assert_true(rdata_equal(again->setup.anchors.at[0].rd, e->setup.anchors.at[0].rd));
	assert_int_equal(again->exchanges.n, 4);
	for (uint32_t i = 0; i < 4; i++)
		same_exchange(e->exchanges.at[i], again->exchanges.at[i]);
	assert_string_equal(text, written(a, again));
	arena_free(&a);
}

static void test_cut_anywhere(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	const char *text = written(a, example(a));
	struct evidence *e;
	(void)state;
	for (size_t len = 0; len < strlen(text); len++) {
		struct err_at at = { 0 };
		int error = evidence_from_text(a, text, len, &e, &at);
		assert_true(error == E_TRUNCATED ||
			    (error == E_SYNTAX && len < strlen("dnsvigil-evidence/1")));
		assert_true(at.text[0] != '\0');
	}
	arena_free(&a);
}

static void test_changed_anywhere(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	char *text = (char *)written(a, example(a));
	size_t len = strlen(text);
	struct evidence *e;
	(void)state;
	for (size_t i = 0; i < len; i++) {
		struct err_at at = { 0 };
		text[i] ^= 1;
		assert_int_not_equal(evidence_from_text(a, text, len, &e, &at), E_OK);
		text[i] ^= 1;
	}
	arena_free(&a);
}

/* The body between a right head and a right end. */
static int read_body(struct arena *a, const char *body, unsigned exchanges, struct err_at *at)
{
	struct text t;
	struct evidence *e;
	uint8_t sum[32];
	text_init(&t, a);
	text_addf(&t, "dnsvigil-evidence/1\n%s", body);
	crypto_sha256((struct octets){ (const uint8_t *)t.at, t.len }, sum);
	text_addf(&t, "end %u ", exchanges);
	for (size_t i = 0; i < sizeof sum; i++)
		text_addf(&t, "%02x", sum[i]);
	text_add(&t, "\n");
	return evidence_from_text(a, t.at, t.len, &e, at);
}

#define HEAD "name lab. A\ncollected 1\n"
#define ASKED "192.0.2.1#53 udp lab. A 1 edns+do - 1200 "
static const struct { const char *body; unsigned exchanges, line; } wrong[] = {
	{ "", 0, 1 },
	{ "name lab. A\n", 0, 2 },
	{ "name lab. A\nname lab. A\ncollected 1\n", 0, 3 },
	{ "name lab A\n", 0, 2 },
	{ "name lab. NOTYPE\n", 0, 2 },
	{ HEAD "\n", 0, 4 },
	{ HEAD "surprise 1\n", 0, 4 },
	{ HEAD "depth shallow\n", 0, 4 },
	{ HEAD "port 65536\n", 0, 4 },
	{ HEAD "port 53 54\n", 0, 4 },
	{ HEAD "took -1\n", 0, 4 },
	{ HEAD "allowed 64\n", 0, 4 },
	{ HEAD "use 1 2 0\n", 0, 4 },
	{ HEAD "hint a.root. 192.0.2.1\n", 0, 4 },
	{ HEAD "hint a.root. 192.0.2.256#53\n", 0, 4 },
	{ HEAD "anchor . A AAAA\n", 0, 4 },
	{ HEAD "anchor . DS AAAA\n", 0, 4 },
	{ HEAD "anchor . DS AAENAgECAwR=\n", 0, 4 },
	{ HEAD "x 1 " ASKED "timed-out 0 0 0 0 0 0 0 - -\nport 53\n", 1, 5 },
	{ HEAD "x 1 " ASKED "timed-out 0 0 0 0 0 0 0 - -\n", 2, 4 },
	{ HEAD "x 1 " ASKED "timed-out 0 0 0 0 0 0 0 -\n", 1, 4 },
	{ HEAD "x 1 " ASKED "timed-out 0 0 0 0 0 0 0 - - -\n", 1, 4 },
	{ HEAD "x 1 " ASKED "late 0 0 0 0 0 0 0 - -\n", 1, 4 },
	{ HEAD "x 1 " ASKED "answered 0 0 0 0 0 0 0 - -\n", 1, 4 },
	{ HEAD "x 1 " ASKED "answered 0 0 0 0 0 0 0 - message\n", 1, 4 },
	{ HEAD "x 1 " ASKED "garbled 0 0 0 0 0 0 0 - message\nm AA=A\n", 1, 5 },
	{ HEAD "x 1 " ASKED "garbled 0 0 0 0 0 0 0 - message\nm A===\n", 1, 5 },
	{ HEAD "x 1 " ASKED "garbled 0 0 0 0 0 0 0 - -\nm AAAA\n", 1, 5 },
	{ HEAD "x 1 192.0.2.1#53 sctp lab. A 1 - - 1200 timed-out 0 0 0 0 0 0 0 - -\n", 1, 4 },
	{ HEAD "x 1 192.0.2.1#53 udp lab. A 1 edns+edns - 1200 timed-out 0 0 0 0 0 0 0 - -\n", 1, 4 },
	{ HEAD "x 1 192.0.2.1#53 udp lab. A 1 - 0g 1200 timed-out 0 0 0 0 0 0 0 - -\n", 1, 4 },
};

static void test_wrong_lines(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct err_at at = { 0 };
	(void)state;
	assert_int_equal(read_body(a, HEAD, 0, &at), E_OK);
	assert_int_equal(read_body(a, HEAD "x 1 " ASKED "timed-out 0 0 0 0 0 0 0 - -\n", 1, &at), E_OK);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		at = (struct err_at){ 0 };
		int error = read_body(a, wrong[i].body, wrong[i].exchanges, &at);
		if (error != E_SYNTAX || at.line != wrong[i].line)
			fail_msg("row %zu: error %d at line %u (%s)", i, error, at.line, at.text);
	}
	arena_free(&a);
}

static void test_other_files(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct evidence *e;
	struct err_at at;
	static const char newer[] = "dnsvigil-evidence/2\nname lab. A\nend 0 00\n",
			  zone[] = "$ORIGIN lab.\n@ SOA a. b. 1 2 3 4 5\n";
	(void)state;
	assert_int_equal(evidence_from_text(a, newer, sizeof newer - 1, &e, &at), E_VERSION);
	assert_int_equal(evidence_from_text(a, zone, sizeof zone - 1, &e, &at), E_SYNTAX);
	char *huge = arena_alloc(a, LIMIT_EVIDENCE_FILE_BYTES + 1);
	assert_int_equal(evidence_from_text(a, huge, LIMIT_EVIDENCE_FILE_BYTES + 1, &e, &at), E_BUSY);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),       cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_changed_anywhere), cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_other_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
