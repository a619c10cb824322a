/* What the API keeps between requests, at its limits of number and time: quotas, answers, checks. */
#include "api/answers.h"
#include "api/jobs.h"
#include "api/guesses.h"
#include "api/quota.h"
#include "base/limits.h"
#include "../base/cmocka_all.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint8_t somebody[32] = { 1 }, other[32] = { 2 };

static struct mono at_s(int64_t s)
{
	return (struct mono){ .us = s * 1000000 };
}

static void test_quota_is_spent_and_comes_back(void **state)
{
	struct quotas q;
	struct quota_left left;
	(void)state;
	quotas_init(&q);
	for (uint32_t i = 1; i <= LIMIT_API_CHECKS_ASKED; i++) {
		assert_true(quota_spend(&q, QUOTA_CHECKS, somebody, at_s(100), &left));
		assert_int_equal(left.left, LIMIT_API_CHECKS_ASKED - i);
	}
	assert_string_equal(left.policy, "checks");
	assert_int_equal(left.reset_s, LIMIT_API_QUOTA_S);
	assert_false(quota_spend(&q, QUOTA_CHECKS, somebody, (struct mono){ at_s(100).us + 1 }, &left));
	assert_int_equal(left.reset_s, LIMIT_API_QUOTA_S);      /* rounded up: who waits so long is let in */
	assert_false(quota_spend(&q, QUOTA_CHECKS, somebody, at_s(100 + LIMIT_API_QUOTA_S - 1), &left));
	assert_int_equal(left.reset_s, 1);
	assert_true(quota_spend(&q, QUOTA_CHECKS, other, at_s(101), &left));
	assert_true(quota_spend(&q, QUOTA_CHANGES, somebody, at_s(101), &left));
	assert_int_equal(left.left, LIMIT_API_CHANGES - 1);
	assert_true(quota_spend(&q, QUOTA_CHECKS, somebody, at_s(100 + LIMIT_API_QUOTA_S), &left));
	assert_int_equal(left.left, LIMIT_API_CHECKS_ASKED - 1);
	quotas_clear(&q);
}

static struct addr from(const char *text)
{
	struct addr a;
	assert_true(addr_from_text(text, 0, &a));
	return a;
}

static void test_guessers_wait(void **state)
{
	static struct guesses g;
	struct addr one = from("192.0.2.1"), two = from("192.0.2.2"), six = from("2001:db8::1"), near = from("2001:db8::ffff"), far = from("2001:db8:0:1::1");
	(void)state;
	guesses_init(&g);
	for (uint32_t i = 0; i < LIMIT_API_GUESSES; i++) {
		assert_int_equal(guesses_wait_s(&g, &one, at_s(100)), 0);
		guesses_add(&g, &one, at_s(100));
		guesses_add(&g, &six, at_s(100));
	}
	assert_int_equal(guesses_wait_s(&g, &one, at_s(101)), LIMIT_API_QUOTA_S - 1);
	assert_int_equal(guesses_wait_s(&g, &two, at_s(101)), 0);
	assert_int_equal(guesses_wait_s(&g, &near, at_s(101)), LIMIT_API_QUOTA_S - 1);          /* the same /64 */
	assert_int_equal(guesses_wait_s(&g, &far, at_s(101)), 0);
	assert_int_equal(guesses_wait_s(&g, &one, at_s(100 + LIMIT_API_QUOTA_S)), 0);
	guesses_add(&g, &one, at_s(100 + LIMIT_API_QUOTA_S));
	assert_int_equal(guesses_wait_s(&g, &one, at_s(101 + LIMIT_API_QUOTA_S)), 0);           /* counted anew */
	/* A full table makes room for who comes, and keeps who came last. */
	for (uint32_t i = 0; i < LIMIT_API_GUESSERS - 1; i++) {
		struct addr filler = from("198.51.100.0");
		filler.ip[2] = (uint8_t)(i >> 8), filler.ip[3] = (uint8_t)i;
		for (uint32_t k = 0; k < LIMIT_API_GUESSES; k++)
			guesses_add(&g, &filler, at_s(300));
	}
	for (uint32_t k = 0; k < LIMIT_API_GUESSES; k++)
		guesses_add(&g, &two, at_s(301));
	assert_true(guesses_wait_s(&g, &two, at_s(302)) > 0);
	assert_int_equal(guesses_wait_s(&g, &six, at_s(101)), 0);       /* its place was taken: its minute was over */
	guesses_clear(&g);
}

static struct once once(uint32_t key, uint8_t request)
{
	struct once o = { .request = { request } };
	memcpy(o.key, &key, sizeof key);
	return o;
}

struct shelf { struct answers answers; struct arena *arena; };

static enum once_state begin(struct shelf *s, uint32_t key, int64_t now_s)
{
	struct kept_reply y;
	struct once o = once(key, 7);
	return answers_begin(&s->answers, s->arena, &o, at_s(now_s), &y);
}

static void keep(struct shelf *s, uint32_t key, const char *body)
{
	struct once o = once(key, 7);
	answers_end(&s->answers, &o, &(struct kept_reply){ .status = 201, .type = "application/json", .location = "/x", .body = body });
}

static void test_answers_are_kept_for_a_day(void **state)
{
	struct shelf s = { .arena = arena_new(64 << 20) };
	struct once strange = once(1, 8);
	struct kept_reply y;
	(void)state;
	answers_init(&s.answers);
	assert_int_equal(begin(&s, 1, 1000), ONCE_NEW);
	assert_int_equal(begin(&s, 1, 1000 + 2 * LIMIT_API_ANSWERS_KEPT_S), ONCE_UNDER_WAY);     /* however long it takes */
	keep(&s, 1, "{}");
	assert_int_equal(answers_begin(&s.answers, s.arena, &strange, at_s(1001), &y), ONCE_OTHER);
	assert_int_equal(begin(&s, 1, 1000 + LIMIT_API_ANSWERS_KEPT_S), ONCE_AGAIN);
	assert_int_equal(begin(&s, 1, 1001 + LIMIT_API_ANSWERS_KEPT_S), ONCE_NEW);
	answers_clear(&s.answers);
	arena_free(&s.arena);
}

static void test_answers_are_bounded(void **state)
{
	struct shelf s = { .arena = arena_new(64 << 20) };
	char *large = calloc(1, LIMIT_API_ANSWERS_BYTES / 2);
	(void)state;
	memset(large, 'x', LIMIT_API_ANSWERS_BYTES / 2 - 1);
	answers_init(&s.answers);
	for (uint32_t k = 1; k <= LIMIT_API_ANSWERS + 1; k++) {
		assert_int_equal(begin(&s, k, 5), ONCE_NEW);
		keep(&s, k, "{}");
	}
	assert_true(s.answers.n <= LIMIT_API_ANSWERS);
	assert_int_equal(begin(&s, LIMIT_API_ANSWERS + 1, 5), ONCE_AGAIN);
	assert_int_equal(begin(&s, 1, 5), ONCE_NEW);            /* the oldest went */
	for (uint32_t k = 20000; k < 20003; k++) {
		assert_int_equal(begin(&s, k, 5), ONCE_NEW);
		keep(&s, k, large);
	}
	assert_int_equal(begin(&s, 20000, 5), ONCE_NEW);
	assert_true(s.answers.bytes <= LIMIT_API_ANSWERS_BYTES);
	answers_clear(&s.answers);
	arena_free(&s.arena);
	free(large);
}

/* No server may be asked, so each check is over at once. */
static void add(struct jobs *j, char id[JOB_ID_MAX])
{
	while (!jobs_add(j, (const uint8_t *)"\7example", 1, id))
		usleep(1000);
}

static void test_checks_are_forgotten(void **state)
{
	struct setup nowhere = { .budget_questions = 10, .budget_wall_ms = 1000 };
	struct arena *a = arena_new(64 << 20);
	char first[JOB_ID_MAX], last[JOB_ID_MAX];
	struct job_view v;
	struct jobs j;
	(void)state;
	jobs_init(&j);
	assert_true(jobs_resume(&j, &nowhere, "test"));
	add(&j, first);
	assert_true(jobs_wait(&j, first, 20));
	assert_true(jobs_look(&j, a, first, boot_now(), &v));
	assert_int_equal(v.state, JOB_DONE);
	for (int i = 0; i < LIMIT_API_JOBS; i++)
		add(&j, last);
	assert_false(jobs_look(&j, a, first, boot_now(), &v));
	assert_true(j.n <= LIMIT_API_JOBS);
	while (jobs_look(&j, a, last, boot_now(), &v) && v.ended_at.s == WALL_NEVER.s)
		assert_true(jobs_wait(&j, last, 1));
	struct mono much_later = { .us = boot_now().us + (LIMIT_API_JOBS_KEPT_S + 1) * 1000000LL };
	assert_true(jobs_look(&j, a, last, boot_now(), &v));
	assert_false(jobs_look(&j, a, last, much_later, &v));
	jobs_pause(&j);
	jobs_pause(&j);
	jobs_clear(&j);
	arena_free(&a);
}

static void test_line_while_nobody_works(void **state)
{
	struct arena *a = arena_new(1 << 20);
	char id[JOB_ID_MAX];
	struct job_view v;
	struct jobs j;
	(void)state;
	jobs_init(&j);
	for (int i = 0; i < LIMIT_API_JOBS_WAITING; i++)
		assert_true(jobs_add(&j, (const uint8_t *)"\7example", 1, id));
	assert_int_equal(strlen(id), JOB_ID_MAX - 1);
	assert_true(jobs_look(&j, a, id, (struct mono){ INT64_MAX }, &v));     /* what waits is not forgotten */
	assert_int_equal(v.state, JOB_WAITING);
	assert_false(jobs_add(&j, (const uint8_t *)"\7example", 1, id));
	jobs_pause(&j);
	jobs_clear(&j);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quota_is_spent_and_comes_back),
		cmocka_unit_test(test_guessers_wait),
		cmocka_unit_test(test_answers_are_kept_for_a_day),
		cmocka_unit_test(test_answers_are_bounded),
		cmocka_unit_test(test_checks_are_forgotten),
		cmocka_unit_test(test_line_while_nobody_works),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
