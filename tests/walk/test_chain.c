/* A healthy chain, and faults of servers on it that must be told apart afterwards. */
#include "cases.h"
#include <stdlib.h>

static const struct fake_zone zones[] = {
	{ ".", ROOT_TEXT "lab. NS ns1.lab.\nlab. NS ns2.lab.\nlab." DS_TEXT
			 "ns1.lab. A 192.0.2.2\nns2.lab. A 192.0.2.3\n" },
	{ "lab.", "lab. SOA ns1.lab. h. 1 2 3 4 5\nlab. NS ns1.lab.\nlab. NS ns2.lab.\nns1.lab. A 192.0.2.2\n"
		  "ns2.lab. A 192.0.2.3\nlab. DNSKEY 257 3 13 aaaa\nok.lab. NS ns1.ok.lab.\nok.lab. NS "
		  "ns2.ok.lab.\nok.lab." DS_TEXT "ns1.ok.lab. A 192.0.2.4\nns2.ok.lab. A 192.0.2.5\n" },
	{ "ok.lab.", "ok.lab. SOA ns1.ok.lab. h. 1 2 3 4 5\nok.lab. NS ns1.ok.lab.\nok.lab. NS ns2.ok.lab.\n"
		     "ns1.ok.lab. A 192.0.2.4\nns2.ok.lab. A 192.0.2.5\nwww.ok.lab. A 192.0.2.80\n"
		     "ok.lab. DNSKEY 257 3 13 aaaa\na.ok.lab. CNAME b.ok.lab.\nb.ok.lab. CNAME www.ok.lab.\n"
		     "loop1.ok.lab. CNAME loop2.ok.lab.\nloop2.ok.lab. CNAME loop1.ok.lab.\n" },
};

static struct case_of *start(enum fault fault, enum fault fault2, const char *name)
{
	struct fake_server *servers = calloc(5, sizeof *servers);
	servers[0] = (struct fake_server){ "192.0.2.1", ".", FAULT_NONE };
	servers[1] = (struct fake_server){ "192.0.2.2", "lab.", FAULT_NONE };
	servers[2] = (struct fake_server){ "192.0.2.3", "lab.", FAULT_NONE };
	servers[3] = (struct fake_server){ "192.0.2.4", "ok.lab.", fault };
	servers[4] = (struct fake_server){ "192.0.2.5", "ok.lab.", fault2 };
	return case_new(servers, 5, zones, N(zones), name, TYPE_A);
}

static void finish(struct case_of *c)
{
	struct fake_server *servers = (struct fake_server *)c->fake.servers;
	case_free(c);
	free(servers);
}

static void test_healthy(void **state)
{
	static const char *const addrs[] = { "192.0.2.4", "192.0.2.5" };
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "www.ok.lab.");
	const struct tree *t = case_walk(c, 0);
	(void)state;
	assert_int_equal(t->legs.n, 1);
	assert_int_equal(t->legs.at[0]->end, LEG_ANSWERED);
	assert_ptr_equal(t->legs.at[0]->zone, case_zone(c, "ok.lab."));
	assert_int_equal(t->zones.n, 3);
	for (size_t i = 0; i < N(addrs); i++)
		for (enum look_kind k = LOOK_QUESTION; k <= LOOK_CDNSKEY; k++)
			if (k != LOOK_DS)
				assert_non_null(case_look(c, "ok.lab.", addrs[i], k)->m);
	assert_int_equal(case_zone(c, "ok.lab.")->views.n, 2);
	assert_non_null(case_zone(c, "ok.lab.")->views.at[0].referral);
	assert_non_null(case_zone(c, "ok.lab.")->views.at[1].ds->m);
	assert_int_equal(case_ns(c, "ok.lab.", "ns1.ok.lab.")->outcome, NS_ADDRESSES);
	assert_true(case_ns(c, "ok.lab.", "ns1.ok.lab.")->in_parent &&
		    case_ns(c, "ok.lab.", "ns1.ok.lab.")->in_child);
	assert_in_range(c->fake.asked, 30, 60);
	assert_in_range(t->evidence->took_ms, 30, 60);
	assert_int_equal(t->budget_hit, 0);
	finish(c);
}

static void test_question_goes_first(void **state)
{
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "www.ok.lab.");
	const struct tree *t = case_walk(c, 0);
	(void)state;
	assert_int_equal(t->evidence->exchanges.at[0]->q.type, TYPE_A);
	assert_int_equal(t->evidence->exchanges.at[0]->q.flags, ASK_EDNS | ASK_DO | ASK_COOKIE);
	assert_int_equal(t->evidence->exchanges.at[0]->q.cookie_len, 8);
	finish(c);
}

static void test_one_lame_server_changes_nothing(void **state)
{
	static const enum fault faults[] = { FAULT_SILENT,   FAULT_CLOSED, FAULT_REFUSED,
					     FAULT_SERVFAIL, FAULT_UPWARD, FAULT_GARBLES };
	(void)state;
	for (size_t i = 0; i < N(faults); i++) {
		struct case_of *c = start(faults[i], FAULT_NONE, "www.ok.lab.");
		const struct tree *t = case_walk(c, 0);
		assert_int_equal(t->legs.at[0]->end, LEG_ANSWERED);
		assert_non_null(case_look(c, "ok.lab.", "192.0.2.5", LOOK_CDS)->m);
		assert_true(case_look(c, "ok.lab.", "192.0.2.4", LOOK_QUESTION)->settled);
		finish(c);
	}
}

static void test_all_lame_is_stuck(void **state)
{
	static const enum fault faults[] = { FAULT_SILENT, FAULT_CLOSED, FAULT_REFUSED, FAULT_SERVFAIL,
					     FAULT_UPWARD };
	(void)state;
	for (size_t i = 0; i < N(faults); i++) {
		struct case_of *c = start(faults[i], faults[i], "www.ok.lab.");
		const struct tree *t = case_walk(c, 0);
		assert_int_equal(t->legs.at[0]->end, LEG_STUCK);
		assert_ptr_equal(t->legs.at[0]->zone, case_zone(c, "ok.lab."));
		assert_null(t->legs.at[0]->first_answer);
		assert_false(t->cut_short);
		finish(c);
	}
}

static void test_silent_servers_get_no_extras(void **state)
{
	struct case_of *c = start(FAULT_SILENT, FAULT_SILENT, "www.ok.lab.");
	case_walk(c, 0);
	(void)state;
	assert_null(case_look(c, "ok.lab.", "192.0.2.4", LOOK_SOA));
	assert_in_range(case_count(c, "192.0.2.4"), 3, 8);
	assert_in_range(c->tree->evidence->took_ms, 3200, 7500);
	finish(c);
}

static void test_extras_unanswered_do_no_harm(void **state)
{
	struct case_of *c = start(FAULT_ONLY_QUESTIONS, FAULT_ONLY_QUESTIONS, "www.ok.lab.");
	const struct tree *t = case_walk(c, 0);
	const struct look *soa = case_look(c, "ok.lab.", "192.0.2.4", LOOK_SOA);
	(void)state;
	assert_int_equal(t->legs.at[0]->end, LEG_ANSWERED);
	assert_non_null(case_look(c, "ok.lab.", "192.0.2.4", LOOK_DNSKEY)->m);
	assert_true(soa->settled);
	assert_null(soa->m);
	assert_int_equal(soa->tries.n, 2);
	assert_in_range(t->evidence->took_ms, 3200, 4200);
	finish(c);
}

static void test_aliases(void **state)
{
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "a.ok.lab.");
	const struct tree *t = case_walk(c, 0);
	(void)state;
	assert_int_equal(t->legs.n, 3);
	assert_ptr_equal(t->legs.at[1]->from, t->legs.at[0]);
	assert_true(name_equal(t->legs.at[0]->target, t->legs.at[1]->name));
	assert_true(name_equal(t->legs.at[2]->name, case_name(c, "www.ok.lab.")));
	assert_int_equal(t->legs.at[2]->end, LEG_ANSWERED);
	assert_null(t->legs.at[2]->target);
	finish(c);
}

static void test_alias_loop(void **state)
{
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "loop1.ok.lab.");
	const struct tree *t = case_walk(c, 0);
	(void)state;
	assert_int_equal(t->legs.n, 2);
	assert_int_equal(t->legs.at[0]->end, LEG_ANSWERED);
	assert_int_equal(t->legs.at[1]->end, LEG_LOOP);
	finish(c);
}

static void test_not_delegated(void **state)
{
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "www.nowhere.lab.");
	const struct tree *t = case_walk(c, 0);
	(void)state;
	assert_int_equal(t->legs.at[0]->end, LEG_ANSWERED);
	assert_ptr_equal(t->legs.at[0]->zone, case_zone(c, "lab."));
	assert_int_equal(t->legs.at[0]->first_answer->m->rcode, RCODE_NXDOMAIN);
	finish(c);
}

static void test_ds_question_stays_above(void **state)
{
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "ok.lab.");
	c->setup.type = TYPE_DS;
	const struct tree *t = case_walk(c, 0);
	(void)state;
	assert_int_equal(t->legs.at[0]->end, LEG_ANSWERED);
	assert_ptr_equal(t->legs.at[0]->zone, case_zone(c, "lab."));
	assert_null(tree_zone(t, case_name(c, "ok.lab.")));
	finish(c);
}

static void test_quick_asks_little(void **state)
{
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "www.ok.lab.");
	c->setup.depth = DEPTH_QUICK;
	const struct tree *t = case_walk(c, 0);
	(void)state;
	assert_int_equal(t->legs.at[0]->end, LEG_ANSWERED);
	assert_null(server_look(case_server(c, "ok.lab.", "192.0.2.4"), LOOK_SOA, case_name(c, "ok.lab."),
				TYPE_SOA));
	assert_non_null(case_look(c, "ok.lab.", "192.0.2.4", LOOK_DNSKEY)->m);
	assert_in_range(c->fake.asked, 6, 16);
	finish(c);
}

static void test_resolvers(void **state)
{
	struct case_of *c = start(FAULT_NONE, FAULT_NONE, "www.ok.lab.");
	struct addr dead;
	(void)state;
	addr_from_text("192.0.2.99", 53, &dead);
	list_push(c->arena, &c->setup.resolvers, dead);
	const struct tree *t = case_walk(c, 0);
	assert_int_equal(t->resolvers.n, 1);
	assert_int_equal(t->resolvers.at[0]->looks.n, 2);
	const struct look *l = t->resolvers.at[0]->looks.at[1];
	assert_int_equal(l->kind, LOOK_RESOLVER_CD);
	assert_true(l->settled);
	assert_int_equal(l->tries.n, 2);
	assert_int_equal(l->tries.at[0]->q.flags, ASK_RD | ASK_CD | ASK_AD | ASK_EDNS | ASK_DO);
	finish(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_question_goes_first),
		cmocka_unit_test(test_one_lame_server_changes_nothing),
		cmocka_unit_test(test_all_lame_is_stuck),
		cmocka_unit_test(test_silent_servers_get_no_extras),
		cmocka_unit_test(test_extras_unanswered_do_no_harm),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_alias_loop),
		cmocka_unit_test(test_not_delegated),
		cmocka_unit_test(test_ds_question_stays_above),
		cmocka_unit_test(test_quick_asks_little),
		cmocka_unit_test(test_resolvers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
