/* Parent and child on the same servers: no referral shows the cut. */
#include "cases.h"

static const struct fake_server servers[] = { { "192.0.2.1", ".", FAULT_NONE },
					      { "192.0.2.2", "lab. co.lab. ok.co.lab.", FAULT_NONE } };

static struct case_of *walk_zones(const char *lab, const char *co, const char *ok)
{
	const struct fake_zone zones[] = {
		{ ".", ROOT_TEXT "lab. NS ns1.lab.\nlab." DS_TEXT
				 "ns1.lab. A 192.0.2.2\n" SIG_TEXT("lab.", "DS", ".") },
		{ "lab.", lab },
		{ "co.lab.", co },
		{ "ok.co.lab.", ok },
	};
	struct case_of *c = case_new(servers, N(servers), zones, N(zones), "www.ok.co.lab.", TYPE_A);
	case_walk(c, 0);
	return c;
}

#define LAB_TEXT                                                                                             \
	"lab. SOA ns1.lab. h. 1 2 3 4 5\nlab. NS ns1.lab.\nns1.lab. A 192.0.2.2\nlab. DNSKEY 257 3 13 "      \
	"aaaa\nco.lab. NS ns1.lab.\n"
#define CO_TEXT "co.lab. SOA ns1.lab. h. 1 2 3 4 5\nco.lab. NS ns1.lab.\nok.co.lab. NS ns1.lab.\n"
#define OK_TEXT "ok.co.lab. SOA ns1.lab. h. 1 2 3 4 5\nok.co.lab. NS ns1.lab.\nwww.ok.co.lab. A 192.0.2.80\n"

static void check_all_found(struct case_of *c)
{
	assert_ptr_equal(case_zone(c, "ok.co.lab.")->parent, case_zone(c, "co.lab."));
	assert_ptr_equal(case_zone(c, "co.lab.")->parent, case_zone(c, "lab."));
	assert_true(case_zone(c, "ok.co.lab.")->no_cut_seen && case_zone(c, "co.lab.")->no_cut_seen);
	assert_false(case_zone(c, "lab.")->no_cut_seen);
	assert_ptr_equal(c->tree->legs.at[0]->zone, case_zone(c, "ok.co.lab."));
	assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
	assert_int_equal(case_zone(c, "ok.co.lab.")->servers.n, 1);
	assert_non_null(case_look(c, "ok.co.lab.", "192.0.2.2", LOOK_QUESTION)->m);
	assert_non_null(case_look(c, "ok.co.lab.", "192.0.2.2", LOOK_DNSKEY)->m);
	assert_int_equal(case_zone(c, "ok.co.lab.")->views.n, 1);
	assert_non_null(case_zone(c, "ok.co.lab.")->views.at[0].ds->m);
	assert_int_equal(case_zone(c, "ok.co.lab.")->ns.n, 1);
	assert_int_equal(case_zone(c, "ok.co.lab.")->servers.at[0]->names.n, 1);
}

static void test_signed_all_the_way(void **state)
{
	struct case_of *c = walk_zones(
		LAB_TEXT "co.lab." DS_TEXT, CO_TEXT "co.lab. DNSKEY 257 3 13 aaaa\nok.co.lab." DS_TEXT,
		OK_TEXT "ok.co.lab. DNSKEY 257 3 13 aaaa\n" SIG_TEXT("www.ok.co.lab.", "A", "ok.co.lab."));
	(void)state;
	check_all_found(c);
	assert_in_range(c->fake.asked, 20, 45);
	case_free(c);
}

static void test_insecure_delegations(void **state)
{
	struct case_of *c = walk_zones(LAB_TEXT, CO_TEXT, OK_TEXT);
	const struct zone *co;
	(void)state;
	/* lab. is signed, so the cut to co.lab. is looked for; below it all is unsigned and of no
	 * consequence. */
	co = case_zone(c, "co.lab.");
	assert_true(co->no_cut_seen);
	assert_ptr_equal(c->tree->legs.at[0]->zone, co);
	case_free(c);
}

static void test_same_question_once_an_address(void **state)
{
	struct case_of *c = walk_zones(
		LAB_TEXT "co.lab." DS_TEXT, CO_TEXT "co.lab. DNSKEY 257 3 13 aaaa\nok.co.lab." DS_TEXT,
		OK_TEXT "ok.co.lab. DNSKEY 257 3 13 aaaa\n" SIG_TEXT("www.ok.co.lab.", "A", "ok.co.lab."));
	uint32_t n = 0;
	(void)state;
	for (uint32_t i = 0; i < c->tree->evidence->exchanges.n; i++) {
		const struct ask_question *q = &c->tree->evidence->exchanges.at[i]->q;
		n += q->type == TYPE_A && q->to.ip[3] == 2 &&
		     name_equal(q->name, case_name(c, "www.ok.co.lab."));
	}
	assert_int_equal(n, 1);
	case_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_all_the_way), cmocka_unit_test(test_insecure_delegations),
		cmocka_unit_test(test_same_question_once_an_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
