/* More findings than a verdict holds: the worst stay, wherever in the row they were made, and it is said that some went. */
#include "judge/judging.h"
#include "base/limits.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

static struct arena *arena;
static struct tree tree;
static struct zone zone = { .name = (const uint8_t *)"\4shop\3lab" };
static struct judging judging;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(1 << 22);
	tree = (struct tree){ .arena = arena };
	judging = (struct judging){ .tree = &tree, .arena = arena, .v = ARENA_NEW(arena, struct verdict) };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct finding *small(uint16_t type)
{
	struct finding *f = finding_add(&judging, FINDING_RRSIG_TTL_MISMATCH, &zone, zone.name, type);
	f->severity = SEVERITY_INFO;
	return f;
}

static const struct finding *kept(enum finding_id id)
{
	for (uint32_t i = 0; i < judging.v->findings.n; i++)
		if (judging.v->findings.at[i].id == id)
			return &judging.v->findings.at[i];
	return NULL;
}

static void close_judging(void)
{
	findings_keep(&judging);
	judge_left_out(&judging);
}

static void test_as_many_as_fit_stay(void **state)
{
	(void)state;
	for (uint16_t t = 1; t <= LIMIT_FINDINGS; t++)
		small(t);
	close_judging();
	assert_int_equal(judging.v->findings.n, LIMIT_FINDINGS);
	assert_null(kept(FINDING_FINDINGS_LEFT_OUT));
}

static void test_a_flood_hides_nothing_worse(void **state)
{
	(void)state;
	for (uint16_t t = 1; t <= 500; t++)
		small(t);
	struct finding *worst = finding_add(&judging, FINDING_RRSIG_EXPIRED, &zone, zone.name, TYPE_A);
	worst->breaks = worst->always = true;
	close_judging();
	assert_non_null(kept(FINDING_RRSIG_EXPIRED));
	assert_true(kept(FINDING_RRSIG_EXPIRED)->always);
	assert_int_equal(judging.v->findings.n, LIMIT_FINDINGS);
	assert_int_equal(kept(FINDING_FINDINGS_LEFT_OUT)->number, 501 - (LIMIT_FINDINGS - 1));
	assert_false(judging.v->limited);
}

static void test_the_same_is_found_again_beyond_the_limit(void **state)
{
	(void)state;
	for (uint16_t t = 1; t <= 500; t++)
		small(t);
	assert_ptr_equal(small(400), small(400));
	assert_true(finding_has(&judging, FINDING_RRSIG_TTL_MISMATCH, &zone));
	finding_add(&judging, FINDING_RRSIG_EXPIRED, &zone, zone.name, TYPE_A);
	assert_true(finding_has(&judging, FINDING_RRSIG_EXPIRED, &zone));
}

static void test_beyond_weighing_the_verdict_is_limited(void **state)
{
	(void)state;
	for (uint16_t t = 1; t <= LIMIT_FINDINGS_WEIGHED + 1; t++)
		small(t);
	close_judging();
	assert_true(judging.v->limited);
	assert_non_null(judging.v->limited_why);
	assert_int_equal(kept(FINDING_FINDINGS_LEFT_OUT)->number, LIMIT_FINDINGS_WEIGHED + 1 - (LIMIT_FINDINGS - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_as_many_as_fit_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_flood_hides_nothing_worse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_same_is_found_again_beyond_the_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_beyond_weighing_the_verdict_is_limited, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
