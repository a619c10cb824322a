/* A hostile world may not make the walk ask much, nor for long; what was left out is said. SECURITY 5b. */
#include "cases.h"
#include "base/limits.h"

static const struct fake_server servers[] = {
	{ "192.0.2.1", ".", FAULT_NONE },
	{ "192.0.2.2", "lab.", FAULT_NONE },
	{ "192.0.2.66", "victim.", FAULT_NONE },
	{ "192.0.2.67", "victim.", FAULT_NONE },
};

static struct case_of *start(const char *lab, const char *name)
{
	const struct fake_zone zones[] = {
		{ ".", ROOT_TEXT
		  "lab. NS ns1.lab.\nns1.lab. A 192.0.2.2\nvictim. NS ns1.victim.\nvictim. NS ns2.victim.\n"
		  "ns1.victim. A 192.0.2.66\nns2.victim. A 192.0.2.67\n" },
		{ "lab.", lab },
		{ "victim.",
		  "victim. SOA a. h. 1 2 3 4 5\nvictim. NS ns1.victim.\nvictim. NS ns2.victim.\n" },
	};
	return case_new(servers, N(servers), zones, N(zones), name, TYPE_A);
}

static void lab_head(struct text *t, struct arena *a)
{
	text_init(t, a);
	text_add(t, "lab. SOA ns1.lab. h. 1 2 3 4 5\nlab. NS ns1.lab.\nns1.lab. A 192.0.2.2\nwww.lab. A "
		    "192.0.2.80\n");
}

static void test_many_names_without_address(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct text t;
	lab_head(&t, a);
	for (int i = 0; i < 135; i++)
		text_addf(&t, "evil.lab. NS n%d.victim.\n", i);
	struct case_of *c = start(t.at, "www.evil.lab.");
	case_walk(c, 0);
	(void)state;
	assert_in_range(c->fake.asked_of_victim, 1, 40);
	assert_in_range(case_zone(c, "evil.lab.")->ns_left_out, 1, 200);
	assert_int_equal(case_zone(c, "evil.lab.")->ns.n, LIMIT_NS_SHOWN);
	case_free(c);
	arena_free(&a);
}

static void test_many_silent_addresses(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct text t;
	lab_head(&t, a);
	for (int i = 0; i < 30; i++)
		text_addf(&t, "evil.lab. NS n%d.evil.lab.\nn%d.evil.lab. A 198.51.100.%d\n", i, i, i + 1);
	struct case_of *c = start(t.at, "www.evil.lab.");
	case_walk(c, 0);
	(void)state;
	assert_int_equal(c->tree->legs.at[0]->end, LEG_STUCK);
	assert_in_range(c->tree->evidence->took_ms, 1200, 7500);
	assert_in_range(c->fake.asked, 10, 120);
	case_free(c);
	arena_free(&a);
}

static void test_budget_of_questions(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct text t;
	lab_head(&t, a);
	struct case_of *c = start(t.at, "www.lab.");
	(void)state;
	for (uint32_t budget = 1; budget < 30; budget++) {
		c->setup.budget_questions = budget;
		c->fake.asked = 0;
		case_walk(c, 0);
		assert_in_range(c->fake.asked, 1, budget);
		if (c->fake.asked == budget && c->tree->legs.at[0]->end != LEG_ANSWERED)
			assert_int_equal(c->tree->legs.at[0]->end, LEG_OPEN);
		assert_true(c->tree->budget_hit == 0 || (c->tree->budget_hit & 1u << BUDGET_QUESTIONS) != 0);
		assert_true(c->tree->budget_hit == 0 || c->tree->unasked > 0);
	}
	case_free(c);
	arena_free(&a);
}

static void test_stopped_from_outside(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct text t;
	lab_head(&t, a);
	struct case_of *c = start(t.at, "www.lab.");
	(void)state;
	for (uint32_t after = 1; after < 12; after++) {
		case_walk(c, after);
		assert_true(c->tree->cut_short);
		assert_int_equal(c->tree->evidence->stopped_after, after);
	}
	case_free(c);
	arena_free(&a);
}

static void test_wall_clock(void **state)
{
	static const struct fake_server silent[] = { { "192.0.2.1", ".", FAULT_SILENT } };
	static const struct fake_zone zones[] = { { ".", ROOT_TEXT } };
	struct case_of *c = case_new(silent, 1, zones, 1, "www.lab.", TYPE_A);
	(void)state;
	c->setup.budget_wall_ms = 2000;
	case_walk(c, 0);
	assert_true(c->tree->cut_short);
	assert_in_range(c->tree->evidence->took_ms, 1900, 2050);
	case_free(c);
}

static void test_forbidden_addresses(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct text t;
	lab_head(&t, a);
	text_add(&t, "evil.lab. NS n.evil.lab.\nn.evil.lab. A 127.0.0.1\nn.evil.lab. A 192.168.1.1\n");
	struct case_of *c = start(t.at, "www.evil.lab.");
	(void)state;
	c->setup.addr_allowed = ADDR_PUBLIC | ADDR_DOC;
	case_walk(c, 0);
	assert_true(case_server(c, "evil.lab.", "127.0.0.1")->forbidden);
	assert_string_equal(case_look(c, "evil.lab.", "127.0.0.1", LOOK_QUESTION)->not_asked_why,
			    "forbidden");
	assert_int_equal(case_count(c, "127.0.0.1"), 0);
	assert_int_equal(case_count(c, "192.168.1.1"), 0);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_STUCK);
	case_free(c);
	arena_free(&a);
}

/* Nothing at all answers: the first batch of root servers is enough to say so. */
static void test_dark_world(void **state)
{
	static const struct fake_server silent[] = { { "192.0.2.1", ".", FAULT_SILENT } };
	static const struct fake_zone zones[] = { { ".", ROOT_TEXT } };
	struct case_of *c = case_new(silent, 1, zones, 1, "www.lab.", TYPE_A);
	(void)state;
	for (uint8_t i = 0; i < 25; i++) {
		struct addr a = { .family = 4, .port = 53, .ip = { 198, 51, i, 1 } };
		list_push(c->arena, &c->setup.hints, (struct hint){ case_name(c, "b.root."), a });
	}
	case_walk(c, 0);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_STUCK);
	assert_in_range(c->fake.asked, 8, 8 * 7);
	assert_in_range(c->tree->evidence->took_ms, 3200, 5400);
	assert_false(c->tree->cut_short);
	case_free(c);
}

/* A machine without a route for IPv6: after a few refusals of the kernel, one try tells of each. */
static void test_no_route_for_ipv6(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct fake_server some[14] = { { "192.0.2.1", ".", FAULT_NONE },
					{ "192.0.2.2", "lab.", FAULT_NONE } };
	struct text root, lab;
	(void)state;
	text_init(&root, a);
	text_init(&lab, a);
	text_add(&lab, "lab. SOA a. h. 1 2 3 4 5\nwww.lab. A 192.0.2.80\nlab. NS n0.lab.\n");
	text_add(&root, ROOT_TEXT "lab. NS n0.lab.\nn0.lab. A 192.0.2.2\n");
	for (int i = 0; i < 12; i++) {
		some[i + 2] =
			(struct fake_server){ arena_printf(a, "2001:db8:%d::1", i), "lab.", FAULT_CLOSED };
		text_addf(&root, "lab. NS m%d.lab.\nm%d.lab. AAAA 2001:db8:%d::1\n", i, i, i);
	}
	const struct fake_zone zones[] = { { ".", root.at }, { "lab.", lab.at } };
	struct case_of *c = case_new(some, N(some), zones, N(zones), "www.lab.", TYPE_A);
	case_walk(c, 0);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_ANSWERED);
	assert_in_range(case_count(c, "2001:db8:11::1"), 1, 3);
	assert_int_equal(case_look(c, "lab.", "2001:db8:11::1", LOOK_QUESTION)->last->r.outcome,
			 ASK_UNREACHABLE);
	case_free(c);
	arena_free(&a);
}

static void test_long_alias_chain(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct text t;
	lab_head(&t, a);
	for (int i = 0; i < 30; i++)
		text_addf(&t, "c%d.lab. CNAME c%d.lab.\n", i, i + 1);
	struct case_of *c = start(t.at, "c0.lab.");
	case_walk(c, 0);
	(void)state;
	assert_int_equal(c->tree->legs.n, LIMIT_CNAMES + 1);
	assert_int_equal(c->tree->legs.at[LIMIT_CNAMES]->end, LEG_LOOP);
	case_free(c);
	arena_free(&a);
}

static void test_no_hints(void **state)
{
	static const struct fake_zone zones[] = { { ".", ROOT_TEXT } };
	struct case_of *c = case_new(servers, N(servers), zones, 1, "www.lab.", TYPE_A);
	(void)state;
	c->setup.hints.n = 0;
	case_walk(c, 0);
	assert_int_equal(c->tree->legs.at[0]->end, LEG_NO_SERVERS);
	assert_int_equal(c->fake.asked, 0);
	case_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_names_without_address),
		cmocka_unit_test(test_many_silent_addresses),
		cmocka_unit_test(test_budget_of_questions),
		cmocka_unit_test(test_stopped_from_outside),
		cmocka_unit_test(test_wall_clock),
		cmocka_unit_test(test_forbidden_addresses),
		cmocka_unit_test(test_dark_world), cmocka_unit_test(test_no_route_for_ipv6),
		cmocka_unit_test(test_long_alias_chain),
		cmocka_unit_test(test_no_hints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
