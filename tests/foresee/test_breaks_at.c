/* When the verdict turns worse: the nearest end that matters, spares and stale servers told apart, the budget
 * kept. */
#include "tests/judge/lab_case.h"
#include "foresee/foresee.h"

#define SHOP                                                                                                 \
	"clock 2026-03-01T12:00:00Z\n"                                                                       \
	"zone shop.lab. ecdsa inception=-7d expiration=+20d servers ns1=192.0.2.11 ns2=198.51.100.12\n"      \
	"record www.shop.lab. 300 A 203.0.113.7\n"
#define ASK "ask www.shop.lab. A\n"
enum { DAY = 86400 };

/* Days from the moment to the break; -1: never. */
static int64_t breaks_in(const char *text)
{
	struct lab_case c = lab_case_make(text);
	struct judgement j = { .tree = c.tree, .crypto = c.crypto, .budget = &c.budget, .arena = c.arena };
	struct wall at = foresee_breaks_at(&j, c.verdict, c.at);
	int64_t in = at.s == INT64_MAX ? -1 : at.s - c.at.s;
	if (in >= 0) {
		assert_true(judge_edited(&j, at, NULL)->word <= c.verdict->word ||
			    c.verdict->word == VERDICT_OK);
		assert_true(judge_edited(&j, (struct wall){ at.s + 1 }, NULL)->word > c.verdict->word);
	}
	lab_case_free(&c);
	return in;
}

static void the_first_end_of_the_chain(void **state)
{
	(void)state;
	assert_int_equal(breaks_in(SHOP ASK), 20 * DAY);
	assert_int_equal(breaks_in(SHOP "break shop.lab. rrsig window from=-7d until=+5d type=A\n" ASK),
			 5 * DAY);
	assert_int_equal(breaks_in(SHOP "break shop.lab. rrsig window from=-7d until=+6d type=DNSKEY\n" ASK),
			 6 * DAY);
	assert_int_equal(
		breaks_in(SHOP "break lab. rrsig window from=-7d until=+7d type=DS name=shop.lab.\n" ASK),
		7 * DAY);
	assert_int_equal(breaks_in(SHOP "break . rrsig window from=-7d until=+8d type=DNSKEY\n" ASK),
			 8 * DAY);
}

/* A second signature that lives longer carries on. */
static void a_spare_signature_carries_on(void **state)
{
	(void)state;
	assert_int_equal(breaks_in(SHOP "change shop.lab. rrsig extra-expired since=+4d from=-7d\n" ASK),
			 20 * DAY);
}

/* One server of two runs out first: then some resolvers fail. */
static void one_server_of_two(void **state)
{
	(void)state;
	assert_int_equal(breaks_in(SHOP "break shop.lab. rrsig window from=-7d until=+9d at=ns2\n" ASK),
			 9 * DAY);
}

static void nothing_ends_without_signatures(void **state)
{
	(void)state;
	assert_int_equal(breaks_in("zone shop.lab. unsigned servers ns1=192.0.2.11\nrecord www.shop.lab. 300 "
				   "A 203.0.113.7\n"
				   "anchor none\n" ASK),
			 -1);
}

/* An unsigned zone below a signed one lives by the proof that it has no DS. */
static void the_proof_of_no_ds_ends(void **state)
{
	(void)state;
	assert_int_equal(breaks_in("clock 2026-03-01T12:00:00Z\nzone lab. ecdsa nsec inception=-7d "
				   "expiration=+11d servers a.nic=192.0.2.2\n"
				   "zone shop.lab. unsigned servers ns1=192.0.2.11\nrecord www.shop.lab. 300 "
				   "A 203.0.113.7\n" ASK),
			 11 * DAY);
}

static void what_is_broken_cannot_break(void **state)
{
	(void)state;
	assert_int_equal(breaks_in(SHOP "break shop.lab. rrsig expired type=A\n" ASK), -1);
}

static void keeps_its_budget(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(SHOP ASK);
	struct judgement j = { .tree = c.tree, .crypto = c.crypto, .budget = &c.budget, .arena = c.arena };
	c.budget.limit[BUDGET_JUDGEMENTS] = 0;
	assert_int_equal(foresee_breaks_at(&j, c.verdict, c.at).s, INT64_MAX);
	c.budget.limit[BUDGET_JUDGEMENTS] = 3;
	assert_int_equal(foresee_breaks_at(&j, c.verdict, c.at).s - c.at.s, 20 * DAY);
	assert_true(c.budget.used[BUDGET_JUDGEMENTS] <= 3);
	lab_case_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_end_of_the_chain),
		cmocka_unit_test(a_spare_signature_carries_on),
		cmocka_unit_test(one_server_of_two),
		cmocka_unit_test(nothing_ends_without_signatures),
		cmocka_unit_test(the_proof_of_no_ds_ends),
		cmocka_unit_test(what_is_broken_cannot_break),
		cmocka_unit_test(keeps_its_budget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
