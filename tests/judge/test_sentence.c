/* Sentences filled in: every row of the table, hostile names, numbers of servers, waits. */
#include "judge/judging.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static struct arena *arena;
static struct evidence evidence;
static struct tree tree;
static struct zone root, zone;
static struct server servers[6];
static struct judging judging;
static struct verdict verdict;

static const uint8_t *name(const char *text)
{
	const char *why;
	const uint8_t *n = name_from_text(arena, text, &why);
	assert_non_null(n);
	return n;
}

static int setup(void **state)
{
	(void)state;
	arena = arena_new(1 << 22);
	evidence = (struct evidence){ .arena = arena };
	evidence.setup.name = name("www.shop.lab.");
	evidence.setup.type = TYPE_A;
	root = (struct zone){ .name = name(".") };
	zone = (struct zone){ .name = name("shop.lab."), .parent = &root };
	tree = (struct tree){ .arena = arena, .evidence = &evidence };
	verdict = (struct verdict){ .word = VERDICT_OK };
	judging = (struct judging){ .tree = &tree, .at = { 1000000 }, .arena = arena, .v = &verdict };
	for (unsigned i = 0; i < 6; i++) {
		servers[i] = (struct server){ .zone = &zone, .addr = { .family = 4, .ip = { 192, 0, 2, (uint8_t)(i + 1) } } };
		list_push(arena, &servers[i].names, name("ns.shop.lab."));
		list_push(arena, &zone.servers, &servers[i]);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct finding *written(enum finding_id id, const struct zone *z)
{
	struct finding *f = finding_add(&judging, id, z, NULL, 0);
	finding_at(&judging, f, &servers[0]);
	finding_write(&judging, f);
	return f;
}

/* An unknown placeholder is an assertion; a brace or back-quote left over is a fault in the table. */
static void test_every_row_can_be_written(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FINDING_KINDS; i++) {
		struct finding f = { .id = i, .zone = &zone, .when = WALL_NEVER };
		finding_write(&judging, &f);
		const char *all = arena_printf(arena, "%s%s%s", f.text, f.fix, f.avoid);
		if (strpbrk(all, "{}`") != NULL)
			fail_msg("%s: %s", finding_kind(i)->id, all);
	}
}

static void test_names_without_the_dot(void **state)
{
	(void)state;
	const struct finding *f = written(FINDING_LAME_REFUSED_SOME, &zone);
	assert_string_equal(f->text, "1 of 6 name servers of shop.lab answer REFUSED: ns.shop.lab (192.0.2.1). Resolvers waste a "
				     "question there and go to the others.");
}

static void test_root_in_text_and_in_command(void **state)
{
	(void)state;
	const struct finding *f = written(FINDING_LAME_SERVFAIL_ALL, &root);
	assert_non_null(strstr(f->text, "name servers of the root themselves"));
	assert_non_null(strstr(f->fix, "dig @192.0.2.1 . SOA"));
}

static void assert_no_command(const char *zone_name)
{
	struct zone z = { .name = name(zone_name), .parent = &root };
	list_push(arena, &z.servers, &servers[0]);
	const struct finding *f = written(FINDING_LAME_SERVFAIL_ALL, &z);
	assert_null(strstr(f->fix, "dig @"));
	assert_non_null(strstr(f->fix, "no command"));
}

static void test_hostile_names_make_no_command(void **state)
{
	(void)state;
	assert_no_command("x`reboot`.lab.");
	assert_no_command("x|sh.lab.");
	assert_no_command("-f.lab.");
	assert_no_command("x\\010y.lab.");
	assert_no_command("a'b.lab.");
}

static void test_many_servers_are_counted(void **state)
{
	(void)state;
	struct finding *f = finding_add(&judging, FINDING_NS_TIMEOUT_SOME, &zone, NULL, 0);
	for (unsigned i = 0; i < 6; i++) {
		finding_at(&judging, f, &servers[i]);
		finding_at(&judging, f, &servers[i]);
	}
	finding_write(&judging, f);
	assert_int_equal(f->n_servers, 6);
	assert_int_equal(f->of_servers, 6);
	assert_non_null(strstr(f->text, "All 6 name servers"));
	assert_non_null(strstr(f->text, " and 2 more"));
}

static void test_the_same_finding_once(void **state)
{
	(void)state;
	struct finding *a = finding_add(&judging, FINDING_CNAME_LOOP, &zone, name("a.shop.lab."), TYPE_A);
	assert_ptr_equal(a, finding_add(&judging, FINDING_CNAME_LOOP, &zone, name("A.Shop.lab."), TYPE_A));
	assert_ptr_not_equal(a, finding_add(&judging, FINDING_CNAME_LOOP, &zone, name("b.shop.lab."), TYPE_A));
	assert_ptr_not_equal(a, finding_add(&judging, FINDING_CNAME_LOOP, &root, name("a.shop.lab."), TYPE_A));
	assert_true(finding_has(&judging, FINDING_CNAME_LOOP, &root));
	assert_true(finding_has(&judging, FINDING_CNAME_LOOP, NULL));
	assert_false(finding_has(&judging, FINDING_SINGLE_NS, NULL));
}

static void test_more_findings_than_there_is_room(void **state)
{
	(void)state;
	struct finding *first = finding_add(&judging, FINDING_CNAME_LOOP, &zone, NULL, 1);
	for (uint16_t type = 2; type < 500; type++)
		finding_add(&judging, FINDING_CNAME_LOOP, &zone, NULL, type)->number = type;
	assert_ptr_equal(first, &verdict.findings.at[0]);
	assert_true(verdict.findings.n < 500);
	assert_int_equal(verdict.findings.at[verdict.findings.n - 1].number, verdict.findings.n);
}

static void test_a_fix_that_stands_is_kept(void **state)
{
	(void)state;
	struct finding *f = finding_add(&judging, FINDING_SINGLE_NS, &zone, NULL, 0);
	f->fix = "as it is {zone}";
	finding_write(&judging, f);
	assert_string_equal(f->fix, "as it is {zone}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_row_can_be_written, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_without_the_dot, setup, teardown),
		cmocka_unit_test_setup_teardown(test_root_in_text_and_in_command, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_names_make_no_command, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_servers_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_same_finding_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_more_findings_than_there_is_room, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_fix_that_stands_is_kept, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
