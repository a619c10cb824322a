/* What a server (or something before it) swallows must be told apart afterwards: FAULTS table J and part
 * of A. */
#include "cases.h"

static const struct fake_zone zones[] = {
	{ ".", ROOT_TEXT "lab. NS ns1.lab.\nlab." DS_TEXT "ns1.lab. A 192.0.2.2\n" },
	{ "lab.", "lab. SOA ns1.lab. h. 1 2 3 4 5\nlab. NS ns1.lab.\nns1.lab. A 192.0.2.2\nlab. DNSKEY 257 3 "
		  "13 aaaa\n"
		  "www.lab. A 192.0.2.80\n" },
};
static struct fake_server servers[] = { { "192.0.2.1", ".", FAULT_NONE },
					{ "192.0.2.2", "lab.", FAULT_NONE } };

static struct case_of *walk_with(enum fault fault)
{
	servers[1].fault = fault;
	struct case_of *c = case_new(servers, N(servers), zones, N(zones), "www.lab.", TYPE_A);
	case_walk(c, 0);
	return c;
}

static const struct look *question(struct case_of *c)
{
	return case_look(c, "lab.", "192.0.2.2", LOOK_QUESTION);
}

static void test_edns_dropped(void **state)
{
	struct case_of *c = walk_with(FAULT_NO_EDNS);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->edns_silent && l->without_edns && l->via_tcp);
	assert_false(l->without_do || l->edns_formerr || l->without_cookie);
	/* extras go without EDNS at once */
	assert_non_null(case_look(c, "lab.", "192.0.2.2", LOOK_SOA)->m);
	assert_int_equal(case_look(c, "lab.", "192.0.2.2", LOOK_SOA)->tries.n, 1);
	case_free(c);
}

static void test_do_dropped(void **state)
{
	struct case_of *c = walk_with(FAULT_NO_DO);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->without_do);
	assert_false(l->without_edns || l->edns_silent || l->edns_formerr);
	case_free(c);
}

static void test_cookie_dropped(void **state)
{
	struct case_of *c = walk_with(FAULT_NO_COOKIE);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->without_cookie && l->m != NULL);
	assert_false(l->without_edns || l->without_do || l->via_tcp);
	assert_int_equal(case_look(c, "lab.", "192.0.2.2", LOOK_SOA)->tries.n, 2);
	case_free(c);
}

static void test_formerr(void **state)
{
	struct case_of *c = walk_with(FAULT_FORMERR);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->edns_formerr && l->without_edns && l->m->rcode == RCODE_NOERROR);
	assert_false(l->edns_silent || l->without_cookie || l->without_do);
	case_free(c);
}

static void test_truncation(void **state)
{
	struct case_of *c = walk_with(FAULT_TRUNCATES);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->truncated && l->via_tcp && l->m != NULL);
	assert_false(l->tcp_failed);
	assert_int_equal(l->tries.n, 2);
	case_free(c);
	c = walk_with(FAULT_TRUNCATES_NO_TCP);
	l = question(c);
	assert_true(l->truncated && l->tcp_failed && l->m == NULL);
	assert_int_equal(l->tcp_outcome, ASK_UNREACHABLE);
	assert_non_null(l->last->m);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_STUCK);
	case_free(c);
}

static void test_badcookie(void **state)
{
	struct case_of *c = walk_with(FAULT_BADCOOKIE);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->badcookie_loop && l->via_tcp && l->m->rcode == RCODE_NOERROR);
	case_free(c);
	c = walk_with(FAULT_BADCOOKIE_ONCE);
	l = question(c);
	assert_false(l->badcookie_loop || l->via_tcp);
	assert_int_equal(l->m->rcode, RCODE_NOERROR);
	assert_int_equal(l->tries.at[1]->q.cookie_len, 16);
	assert_int_equal(case_look(c, "lab.", "192.0.2.2", LOOK_SOA)->tries.n, 1);
	case_free(c);
}

static void test_large_answers_lost(void **state)
{
	struct case_of *c = walk_with(FAULT_LARGE_LOST);
	const struct look *keys = case_look(c, "lab.", "192.0.2.2", LOOK_DNSKEY);
	(void)state;
	assert_int_equal(question(c)->tries.n, 1);
	assert_true(keys->via_tcp && keys->truncated && keys->m != NULL);
	assert_false(keys->edns_silent);
	assert_int_equal(keys->tries.at[0]->r.outcome, ASK_TIMED_OUT);
	case_free(c);
}

/* Not asked over UDP again, and nothing is thought of the server for it. */
static void test_flooded(void **state)
{
	struct case_of *c = walk_with(FAULT_FLOODED);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->via_tcp && l->m != NULL);
	assert_int_equal(l->tries.n, 2);
	assert_false(l->without_cookie || l->without_do || l->without_edns || l->edns_silent);
	assert_int_equal(case_look(c, "lab.", "192.0.2.2", LOOK_SOA)->tries.n, 1);
	case_free(c);
}

static void test_garbled(void **state)
{
	struct case_of *c = walk_with(FAULT_GARBLES);
	const struct look *l = question(c);
	(void)state;
	assert_true(l->via_tcp && l->m != NULL);
	assert_false(l->truncated || l->edns_silent);
	assert_int_equal(l->tries.at[0]->r.outcome, ASK_GARBLED);
	assert_int_equal(l->tries.n, 3);
	case_free(c);
}

static void test_dnskey_dropped(void **state)
{
	struct case_of *c = walk_with(FAULT_CASE_ONE_TYPE);
	const struct look *keys = case_look(c, "lab.", "192.0.2.2", LOOK_DNSKEY);
	(void)state;
	assert_true(keys->settled && keys->m == NULL && keys->tcp_failed);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
	case_free(c);
}

static void test_closed_is_quick(void **state)
{
	struct case_of *c = walk_with(FAULT_CLOSED);
	(void)state;
	assert_int_equal(question(c)->last->r.outcome, ASK_UNREACHABLE);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_STUCK);
	assert_in_range(c->tree->evidence->took_ms, 20, 200);
	case_free(c);
}

static void test_tcp_only(void **state)
{
	servers[1].fault = FAULT_NONE;
	struct case_of *c = case_new(servers, N(servers), zones, N(zones), "www.lab.", TYPE_A);
	c->setup.tcp_only = true;
	case_walk(c, 0);
	(void)state;
	assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
	for (uint32_t i = 0; i < c->tree->evidence->exchanges.n; i++)
		assert_int_equal(c->tree->evidence->exchanges.at[i]->q.over, OVER_TCP);
	case_free(c);
}

/* The first packets are lost, all later ones arrive: nothing may be concluded about cookies or EDNS. */
static void test_loss_is_not_a_fault_of_edns(void **state)
{
	(void)state;
	for (uint32_t lost = 1; lost <= 6; lost++) {
		servers[1].fault = FAULT_NONE;
		struct case_of *c = case_new(servers, N(servers), zones, N(zones), "www.lab.", TYPE_A);
		c->fake.lose_from = 2;
		c->fake.lose_to = 2 + lost;
		case_walk(c, 0);
		const struct look *l = question(c);
		assert_non_null(l->m);
		assert_false(l->without_cookie || l->without_do || l->edns_silent);
		assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
		case_free(c);
	}
}

static void test_slow_is_not_a_fault_of_cookies(void **state)
{
	struct case_of *c = walk_with(FAULT_SLOW);
	(void)state;
	assert_non_null(question(c)->m);
	assert_false(question(c)->without_cookie);
	case_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edns_dropped),
		cmocka_unit_test(test_do_dropped),
		cmocka_unit_test(test_cookie_dropped),
		cmocka_unit_test(test_formerr),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_badcookie),
		cmocka_unit_test(test_large_answers_lost),
		cmocka_unit_test(test_flooded), cmocka_unit_test(test_garbled),
		cmocka_unit_test(test_loss_is_not_a_fault_of_edns),
		cmocka_unit_test(test_slow_is_not_a_fault_of_cookies),
		cmocka_unit_test(test_dnskey_dropped),
		cmocka_unit_test(test_closed_is_quick),
		cmocka_unit_test(test_tcp_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
