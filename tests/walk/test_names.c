/* Where name servers' addresses come from, and how looking for them may fail. FAULTS table B. */
#include "cases.h"

/* net. holds the provider's names; 192.0.2.9 serves it and prov.net. */
#define PROVIDER_TEXT \
	"net. NS ns.net.\nns.net. A 192.0.2.9\n"
#define LAB_DELEGATION "lab. NS ns1.lab.\nlab." DS_TEXT "ns1.lab. A 192.0.2.2\n"

static struct case_of *walk_zone(const char *delegation, const char *child, const char *provider,
				 const char *name)
{
	static const struct fake_server servers[] = {
		{ "192.0.2.1", ".", FAULT_NONE },    { "192.0.2.2", "lab.", FAULT_NONE },
		{ "192.0.2.4", "ok.lab.", FAULT_NONE }, { "192.0.2.5", "ok.lab.", FAULT_NONE },
		{ "192.0.2.9", "net. prov.net. host.lab.", FAULT_NONE },
	};
	struct arena *texts = arena_new(1 << 20);
	const struct fake_zone zones[] = {
		{ ".", ROOT_TEXT LAB_DELEGATION PROVIDER_TEXT },
		{ "lab.",
		  arena_printf(texts,
			       "lab. SOA ns1.lab. h. 1 2 3 4 5\nlab. NS ns1.lab.\nns1.lab. A 192.0.2.2\n%s",
			       delegation) },
		{ "ok.lab.",
		  arena_printf(texts, "ok.lab. SOA ns1.lab. h. 1 2 3 4 5\nwww.ok.lab. A 192.0.2.80\n%s",
			       child) },
		{ "net.", "net. SOA ns.net. h. 1 2 3 4 5\nnet. NS ns.net.\nns.net. A 192.0.2.9\n"
			  "prov.net. NS ns.net.\n" },
		{ "host.lab.", "host.lab. SOA ns.host.lab. h. 1 2 3 4 5\nhost.lab. NS "
			       "ns.host.lab.\nns.host.lab. A 192.0.2.9\n"
			       "ns1.host.lab. A 192.0.2.4\n" },
		{ "prov.net.",
		  arena_printf(texts, "prov.net. SOA ns.net. h. 1 2 3 4 5\nprov.net. NS ns.net.\n%s",
			       provider) },
	};
	struct case_of *c = case_new(servers, N(servers), zones, N(zones), name, TYPE_A);
	case_walk(c, 0);
	arena_free(&texts);
	return c;
}

static void test_out_of_bailiwick(void **state)
{
	struct case_of *c = walk_zone("ok.lab. NS ns1.prov.net.\n", "ok.lab. NS ns1.prov.net.\n",
				      "ns1.prov.net. A 192.0.2.4\n", "www.ok.lab.");
	const struct ns *n = case_ns(c, "ok.lab.", "ns1.prov.net.");
	(void)state;
	assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
	assert_int_equal(n->outcome, NS_ADDRESSES);
	assert_int_equal(n->found.n, 1);
	assert_int_equal(n->glue.n, 0);
	assert_non_null(n->leg);
	assert_int_equal(n->leg->sibling->type, TYPE_AAAA);
	assert_int_equal(n->leg->depth, 1);
	assert_false(case_zone(c, "prov.net.")->on_path);
	assert_true(case_zone(c, "ok.lab.")->on_path);
	assert_int_equal(c->tree->budget_hit, 0);
	assert_in_range(c->fake.asked, 20, 60);
	case_free(c);
}

static void test_names_that_lead_nowhere(void **state)
{
	static const struct { const char *provider; enum ns_found outcome; } rows[] = {
		{ "", NS_NXDOMAIN },
		{ "ns1.prov.net. TXT nothing\n", NS_NO_ADDRESS },
		{ "ns1.prov.net. CNAME gone.prov.net.\n", NS_NXDOMAIN },
	};
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct case_of *c =
			walk_zone("ok.lab. NS ns1.prov.net.\n", "", rows[i].provider, "www.ok.lab.");
		assert_int_equal(case_ns(c, "ok.lab.", "ns1.prov.net.")->outcome, rows[i].outcome);
		assert_int_equal(c->tree->legs.at[0]->end, LEG_NO_SERVERS);
		assert_int_equal(case_ns(c, "ok.lab.", "ns1.prov.net.")->is_cname, i == 2);
		case_free(c);
	}
}

static void test_name_in_dead_zone(void **state)
{
	struct case_of *c = walk_zone("ok.lab. NS ns1.dead.net.\n", "", "", "www.ok.lab.");
	(void)state;
	assert_int_equal(case_ns(c, "ok.lab.", "ns1.dead.net.")->outcome, NS_NXDOMAIN);
	case_free(c);
	c = walk_zone("ok.lab. NS ns1.dead.lab.\ndead.lab. NS ns.dead.lab.\nns.dead.lab. A 192.0.2.77\n", "",
		      "", "www.ok.lab.");
	assert_int_equal(case_ns(c, "ok.lab.", "ns1.dead.lab.")->outcome, NS_UNRESOLVABLE);
	assert_int_equal(case_ns(c, "ok.lab.", "ns1.dead.lab.")->leg->end, LEG_STUCK);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_NO_SERVERS);
	case_free(c);
}

static void test_cname_at_name_server(void **state)
{
	struct case_of *c =
		walk_zone("ok.lab. NS ns1.prov.net.\n", "ok.lab. NS ns1.prov.net.\n",
			  "ns1.prov.net. CNAME real.prov.net.\nreal.prov.net. A 192.0.2.4\n", "www.ok.lab.");
	const struct ns *n = case_ns(c, "ok.lab.", "ns1.prov.net.");
	(void)state;
	assert_true(n->is_cname);
	assert_int_equal(n->outcome, NS_ADDRESSES);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
	case_free(c);
}

static void test_glue_missing(void **state)
{
	struct case_of *c = walk_zone("ok.lab. NS ns1.ok.lab.\n", "", "", "www.ok.lab.");
	const struct ns *n = case_ns(c, "ok.lab.", "ns1.ok.lab.");
	(void)state;
	assert_true(n->glue_needed);
	assert_int_equal(n->glue.n, 0);
	assert_int_equal(n->outcome, NS_CYCLE);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_NO_SERVERS);
	case_free(c);
}

static void test_cycle(void **state)
{
	struct case_of *c = walk_zone(
		"ok.lab. NS ns.other.lab.\nother.lab. NS ns.ok.lab.\nthird.lab. NS ns2.other.lab.\n", "", "",
		"www.third.lab.");
	(void)state;
	assert_int_equal(case_ns(c, "ok.lab.", "ns.other.lab.")->outcome, NS_CYCLE);
	assert_int_equal(case_ns(c, "other.lab.", "ns.ok.lab.")->outcome, NS_CYCLE);
	assert_int_equal(case_ns(c, "third.lab.", "ns2.other.lab.")->outcome, NS_UNRESOLVABLE);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_NO_SERVERS);
	case_free(c);
}

static void test_stale_glue_is_seen(void **state)
{
	struct case_of *c = walk_zone("ok.lab. NS ns1.ok.lab.\nok.lab. NS ns2.ok.lab.\nns1.ok.lab. A "
				      "192.0.2.4\nns2.ok.lab. A 192.0.2.66\n",
				      "ok.lab. NS ns1.ok.lab.\nok.lab. NS ns2.ok.lab.\nns1.ok.lab. A "
				      "192.0.2.4\nns2.ok.lab. A 192.0.2.5\n",
				      "", "www.ok.lab.");
	const struct ns *n = case_ns(c, "ok.lab.", "ns2.ok.lab.");
	(void)state;
	assert_int_equal(n->glue.n, 1);
	assert_int_equal(n->found.n, 1);
	assert_false(addr_equal(&n->glue.at[0], &n->found.at[0]));
	assert_non_null(case_look(c, "ok.lab.", "192.0.2.5", LOOK_QUESTION)->m);
	assert_null(case_look(c, "ok.lab.", "192.0.2.66", LOOK_QUESTION)->m);
	case_free(c);
}

static void test_parent_and_child_sets(void **state)
{
	struct case_of *c = walk_zone("ok.lab. NS ns1.ok.lab.\nns1.ok.lab. A 192.0.2.4\n",
				      "ok.lab. NS ns2.ok.lab.\nok.lab. NS ns1.prov.net.\nns1.ok.lab. A "
				      "192.0.2.4\nns2.ok.lab. A 192.0.2.5\n",
				      "ns1.prov.net. A 192.0.2.5\n", "www.ok.lab.");
	const struct ns *only_parent = case_ns(c, "ok.lab.", "ns1.ok.lab."),
			*only_child = case_ns(c, "ok.lab.", "ns2.ok.lab.");
	(void)state;
	assert_true(only_parent->in_parent && !only_parent->in_child);
	assert_true(!only_child->in_parent && only_child->in_child);
	assert_int_equal(only_child->found.n, 1);
	assert_int_equal(case_ns(c, "ok.lab.", "ns1.prov.net.")->outcome, NS_ADDRESSES);
	assert_non_null(case_look(c, "ok.lab.", "192.0.2.5", LOOK_QUESTION)->m);
	case_free(c);
}

static void test_glue_out_of_bailiwick_is_not_believed(void **state)
{
	/* lab. offers an address for a name under net., where it has nothing to say */
	struct case_of *c =
		walk_zone("ok.lab. NS ns1.prov.net.\nns1.prov.net. A 192.0.2.66\n",
			  "ok.lab. NS ns1.prov.net.\n", "ns1.prov.net. A 192.0.2.4\n", "www.ok.lab.");
	(void)state;
	assert_int_equal(case_ns(c, "ok.lab.", "ns1.prov.net.")->glue.n, 0);
	assert_int_equal(case_count(c, "192.0.2.66"), 0);
	case_free(c);
}

#define HOST_DELEGATION "host.lab. NS ns.host.lab.\nns.host.lab. A 192.0.2.9\n"

/* Resolvers look further when a sibling's glue is of no use, so the zone works for them. */
static void test_stale_glue_of_a_sibling(void **state)
{
	struct case_of *c =
		walk_zone("ok.lab. NS ns1.host.lab.\nns1.host.lab. A 192.0.2.77\n" HOST_DELEGATION,
			  "ok.lab. NS ns1.host.lab.\n", "", "www.ok.lab.");
	const struct ns *n = case_ns(c, "ok.lab.", "ns1.host.lab.");
	(void)state;
	assert_int_equal(n->outcome, NS_ADDRESSES);
	assert_int_equal(n->glue.n, 1);
	assert_int_equal(n->found.n, 1);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
	assert_null(case_look(c, "ok.lab.", "192.0.2.77", LOOK_QUESTION)->m);
	assert_in_range(c->tree->evidence->took_ms, 5200, 6000);
	case_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out_of_bailiwick),
		cmocka_unit_test(test_names_that_lead_nowhere),
		cmocka_unit_test(test_name_in_dead_zone),
		cmocka_unit_test(test_cname_at_name_server),
		cmocka_unit_test(test_glue_missing),
		cmocka_unit_test(test_cycle),
		cmocka_unit_test(test_stale_glue_is_seen),
		cmocka_unit_test(test_parent_and_child_sets),
		cmocka_unit_test(test_stale_glue_of_a_sibling),
		cmocka_unit_test(test_glue_out_of_bailiwick_is_not_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
