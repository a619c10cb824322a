#include "base/arena.h"
#include "base/budget.h"
#include "base/limits.h"
#include "cmocka_all.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	uint8_t *last = NULL;
	for (size_t n = 0; n < 300; n++) {
		uint8_t *at = arena_alloc(a, n);
		assert_ptr_not_equal(at, last);
		assert_int_equal((uintptr_t)at % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(at[i], 0);
		memset(at, 0xff, n);
		last = at;
	}
	assert_true(arena_used(a) >= 299 * 300 / 2);
	arena_free(&a);
	assert_null(a);
	arena_free(&a);
}

static void larger_than_a_block(void **state)
{
	(void)state;
	struct arena *a = arena_new(64 << 20);
	char *big = arena_alloc(a, 5 << 20);
	memset(big, 'x', 5 << 20);
	assert_string_equal(arena_text(a, "after"), "after");
	assert_int_equal(big[(5 << 20) - 1], 'x');
	arena_free(&a);
}

static void printf_and_lists_grow(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	LIST(int) list = { 0 };
	for (int i = 0; i < 1000; i++)
		list_push(a, &list, i * i);
	assert_int_equal(list.n, 1000);
	assert_int_equal(list.at[999], 999 * 999);
	char *long_text = arena_printf(a, "%0500d|%s", 7, "end");
	assert_int_equal(strlen(long_text), 504);
	assert_string_equal(long_text + 499, "7|end");
	arena_free(&a);
}

/* Runs `body` in a child and says which signal ended it. */
static int signal_of(void (*body)(void))
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) != NULL)
			body();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void within_cap(void)
{
	struct arena *a = arena_new(1000);
	arena_alloc(a, 500);
	arena_alloc(a, 500);
	arena_free(&a);
}

static void over_cap(void)
{
	struct arena *a = arena_new(1000);
	arena_alloc(a, 500);
	arena_alloc(a, 501);
}

static void size_that_wraps(void)
{
	arena_alloc(arena_new(1000), SIZE_MAX);
}

static void the_cap_aborts(void **state)
{
	(void)state;
	assert_int_equal(signal_of(within_cap), 0);
	assert_int_equal(signal_of(over_cap), SIGABRT);
	assert_int_equal(signal_of(size_that_wraps), SIGABRT);
}

static void budget_refuses_and_remembers(void **state)
{
	(void)state;
	struct budget b;
	budget_init(&b);
	assert_int_equal(b.limit[BUDGET_QUESTIONS], LIMIT_QUESTIONS);
	assert_int_equal(b.limit[BUDGET_NSEC3_HASHES], LIMIT_NSEC3_HASHES);
	for (int k = 0; k < BUDGET_KINDS; k++) {
		assert_true(b.limit[k] > 0);
		assert_true(strlen(budget_kind_text((enum budget_kind)k)) > 0);
	}
	assert_true(budget_spend(&b, BUDGET_SUBWALKS, LIMIT_SUBWALKS - 1));
	assert_false(budget_spend(&b, BUDGET_SUBWALKS, 2));
	assert_int_equal(b.used[BUDGET_SUBWALKS], LIMIT_SUBWALKS - 1);
	assert_int_equal(b.hit, 1u << BUDGET_SUBWALKS);
	assert_true(budget_spend(&b, BUDGET_SUBWALKS, 1));
	assert_false(budget_spend(&b, BUDGET_SUBWALKS, UINT64_MAX));
	b.limit[BUDGET_VERIFIES] = 0;
	assert_false(budget_spend(&b, BUDGET_VERIFIES, 1));
	b.used[BUDGET_QUESTIONS] = UINT64_MAX;  /* a caller lowered the limit below what is used */
	assert_false(budget_spend(&b, BUDGET_QUESTIONS, 1));
	assert_true(budget_spend(&b, BUDGET_QUESTIONS, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
		cmocka_unit_test(larger_than_a_block),
		cmocka_unit_test(printf_and_lists_grow),
		cmocka_unit_test(the_cap_aborts),
		cmocka_unit_test(budget_refuses_and_remembers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
