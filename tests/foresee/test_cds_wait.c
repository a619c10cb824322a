/* The parent that does not act on CDS, the request to delete, and the zones that ask for nothing new. */
#include "tests/foresee/hand.h"

#define KEYS .keys = "123", .sign_keys = "12", .sign_data = "3"

static struct ladder patience;   /* {0}: 3 days */

static void look(struct hand *x, int64_t at)
{
	x->h.pasts.at[x->h.pasts.n - 1].to = hand_at(at);
	x->out = (struct outlook){ .breaks_at = WALL_NEVER, .heals_at = WALL_NEVER };
	outlook_cds(x->a, &x->h, &patience, hand_at(at), &x->out);
}

static void asked_in_vain(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, (struct hand_state){ .ds = "1", KEYS, .cds = "1" });
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", KEYS, .cds = "12" });
	look(&x, 3 * DAY);
	assert_int_equal(x.out.findings.n, 0);
	look(&x, 3 * DAY + 1);
	const struct finding *f = hand_found(&x, FINDING_CDS_IGNORED);
	assert_non_null(f);
	assert_int_equal(f->when.s, hand_at(0).s);
	hand_clear(&x);
}

static void patience_is_the_operators(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, (struct hand_state){ .ds = "1", KEYS, .cds = "1" });
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", KEYS, .cds = "12" });
	patience.cds_ignored_s = 2 * HOUR;
	look(&x, 2 * HOUR);
	assert_int_equal(x.out.findings.n, 0);
	look(&x, 2 * HOUR + 1);
	assert_non_null(hand_found(&x, FINDING_CDS_IGNORED));
	patience.cds_ignored_s = 10 * DAY;
	look(&x, 10 * DAY);
	assert_int_equal(x.out.findings.n, 0);
	patience.cds_ignored_s = 0;
	hand_clear(&x);
}

/* Something else changed on the way: still the same wish. */
static void waiting_goes_on_through_other_changes(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, (struct hand_state){ .ds = "1", KEYS, .cds = "1" });
	hand_past(&x, 0, 2 * DAY, (struct hand_state){ .ds = "1", KEYS, .cds = "2" });
	hand_past(&x, 2 * DAY, 0, (struct hand_state){ .ds = "1", KEYS, .cds = "2", .key_ttl = 7200 });
	look(&x, 4 * DAY);
	assert_int_equal(hand_found(&x, FINDING_CDS_IGNORED)->when.s, hand_at(0).s);
	hand_clear(&x);
}

static void acted_upon(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, (struct hand_state){ .ds = "1", KEYS, .cds = "12" });
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "12", KEYS, .cds = "12" });
	look(&x, 9 * DAY);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

/* The DS left again by other hands: waiting begins then. */
static void undone_later(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, (struct hand_state){ .ds = "12", KEYS, .cds = "12" });
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", KEYS, .cds = "12" });
	look(&x, DAY);
	assert_int_equal(x.out.findings.n, 0);
	look(&x, 4 * DAY);
	assert_int_equal(hand_found(&x, FINDING_CDS_IGNORED)->when.s, hand_at(0).s);
	hand_clear(&x);
}

/* No DS yet: whether a parent takes CDS for a first one is its own choice (RFC 8078 3). And none asked for. */
static void nothing_to_wait_for(void **state)
{
	(void)state;
	static const struct hand_state states[] = {
		{ .ds = "", KEYS, .cds = "1" },
		{ .ds = "1", KEYS },
		{ KEYS, .cds = "2" },                   /* parents said nothing */
		{ .ds = "", KEYS, .cds = "0" },         /* what was to be deleted has gone */
	};
	for (unsigned i = 0; i < sizeof states / sizeof *states; i++) {
		struct hand x = hand_make();
		hand_past(&x, -30 * DAY, 0, states[i]);
		look(&x, 0);
		assert_int_equal(x.out.findings.n, 0);
		hand_clear(&x);
	}
}

/* The parent must not act while its servers differ: no reason to blame it. */
static void servers_that_differ(void **state)
{
	(void)state;
	struct hand x = hand_make();
	struct snapshot *s = hand_past(&x, -30 * DAY, 0, (struct hand_state){ .ds = "1", KEYS, .cds = "2" });
	s->servers.at[1].cds.at[0] = "1004 13 2 D4";
	look(&x, 0);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

static void a_request_to_delete(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, (struct hand_state){ .ds = "1", KEYS, .cds = "1" });
	look(&x, -300);
	assert_int_equal(x.out.findings.n, 0);
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", KEYS, .cds = "0" });
	look(&x, 60);
	const struct finding *f = hand_found(&x, FINDING_CDS_DELETE_PUBLISHED);
	assert_non_null(f);
	assert_int_equal(f->severity, SEVERITY_CRITICAL);
	assert_int_equal(f->when.s, hand_at(0).s);
	assert_true(x.out.watch_closely);
	look(&x, 9 * DAY);
	assert_non_null(hand_found(&x, FINDING_CDS_DELETE_PUBLISHED));
	assert_null(hand_found(&x, FINDING_CDS_IGNORED));
	hand_clear(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_in_vain), cmocka_unit_test(patience_is_the_operators),
		cmocka_unit_test(waiting_goes_on_through_other_changes),
		cmocka_unit_test(acted_upon),
		cmocka_unit_test(undone_later),
		cmocka_unit_test(nothing_to_wait_for),
		cmocka_unit_test(servers_that_differ),
		cmocka_unit_test(a_request_to_delete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
