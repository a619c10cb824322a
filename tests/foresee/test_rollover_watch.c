/* Rolls under way, tags that collide, TTLs that grew, keys past their time. */
#include "tests/foresee/hand.h"

static struct hand_state steady(void)
{
	return (struct hand_state){ .ds = "1", .keys = "13", .sign_keys = "1", .sign_data = "3" };
}

static void look(struct hand *x, int64_t at)
{
	x->h.pasts.at[x->h.pasts.n - 1].to = hand_at(at);
	x->out = (struct outlook){ .breaks_at = WALL_NEVER, .heals_at = WALL_NEVER };
	outlook_rollover(x->a, &x->h, hand_at(at), &x->out);
}

/* ---- under way ---- */

static void a_new_key_opens_the_watch(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, steady());
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "1", .sign_data = "3" });
	look(&x, 60);
	const struct finding *f = hand_found(&x, FINDING_ROLLOVER_IN_FLIGHT);
	assert_non_null(f);
	assert_int_equal(f->severity, SEVERITY_INFO);
	assert_true(x.out.watch_closely);
	look(&x, 2 * DAY);
	assert_true(x.out.watch_closely);
	look(&x, 2 * DAY + 1); /* a spare key may stay for ever: no step, no watch */
	assert_int_equal(x.out.findings.n, 0);
	assert_false(x.out.watch_closely);
	hand_clear(&x);
}

static void so_does_a_ds_and_a_key_that_left(void **state)
{
	(void)state;
	static const struct hand_state next[] = {
		{ .ds = "12", .keys = "13", .sign_keys = "1", .sign_data = "3" },
		{ .ds = "1", .keys = "1", .sign_keys = "1", .sign_data = "1" },
	};
	for (unsigned i = 0; i < 2; i++) {
		struct hand x = hand_make();
		hand_past(&x, -30 * DAY, -300, steady());
		hand_past(&x, 0, 0, next[i]);
		look(&x, HOUR);
		assert_non_null(hand_found(&x, FINDING_ROLLOVER_IN_FLIGHT));
		hand_clear(&x);
	}
}

static void other_changes_are_no_roll(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, steady());
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", .keys = "13", .sign_keys = "1", .sign_data = "3", .cds = "1",
						 .host = "b.example." });
	look(&x, HOUR);
	assert_int_equal(x.out.findings.n, 0);
	assert_false(x.out.watch_closely);
	hand_clear(&x);
}

static void the_first_look_is_no_roll(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, 0, 0, steady());
	look(&x, 60);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

/* ---- tags ---- */

static struct hand with_twin(uint8_t algorithm, uint32_t gone_since)
{
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -(int64_t)gone_since - 300, steady());
	if (gone_since)
		hand_past(&x, -(int64_t)gone_since, -300, (struct hand_state){ .ds = "1", .keys = "14", .sign_keys = "1",
									   .sign_data = "4" });
	struct snapshot *s = hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", .keys = gone_since ? "124" : "123",
									 .sign_keys = "1", .sign_data = gone_since ? "4" : "3" });
	for (uint32_t i = 0; i < 2; i++) {
		s->servers.at[i].keys.at[1].tag = 1003;
		s->servers.at[i].keys.at[1].algorithm = algorithm;
	}
	return x;
}

static void a_tag_taken_already(void **state)
{
	(void)state;
	struct hand x = with_twin(HAND_ALGORITHM, 0);
	look(&x, 60);
	const struct finding *f = hand_found(&x, FINDING_NEW_KEY_TAG_COLLIDES);
	assert_non_null(f);
	assert_int_equal(f->severity, SEVERITY_CRITICAL);
	assert_int_equal(f->number, 1003);
	hand_clear(&x);
}

static void a_tag_of_a_key_that_left(void **state)
{
	(void)state;
	struct hand x = with_twin(HAND_ALGORITHM, 5 * DAY);
	look(&x, 60);
	assert_non_null(hand_found(&x, FINDING_NEW_KEY_TAG_COLLIDES));
	hand_clear(&x);
}

/* A key is found by tag and algorithm together (RFC 4035 5.3.1). */
static void one_tag_of_two_algorithms(void **state)
{
	(void)state;
	struct hand x = with_twin(8, 0);
	look(&x, 60);
	assert_null(hand_found(&x, FINDING_NEW_KEY_TAG_COLLIDES));
	hand_clear(&x);
}

static void the_same_key_again(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -5 * DAY, steady());
	hand_past(&x, -5 * DAY, -300, (struct hand_state){ .ds = "1", .keys = "1", .sign_keys = "1", .sign_data = "1" });
	hand_past(&x, 0, 0, steady());
	look(&x, 60);
	assert_null(hand_found(&x, FINDING_NEW_KEY_TAG_COLLIDES));
	hand_clear(&x);
}

/* ---- TTLs ---- */

static void ttl(uint32_t ds_before, uint32_t ds_now, uint32_t key_before, uint32_t key_now, int64_t at, unsigned want)
{
	struct hand x = hand_make();
	hand_past(&x, -30 * DAY, -300, (struct hand_state){ .ds = "1", .keys = "13", .sign_keys = "1", .sign_data = "3",
							    .ds_ttl = ds_before, .key_ttl = key_before });
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "1", .keys = "13", .sign_keys = "1", .sign_data = "3",
						 .ds_ttl = ds_now, .key_ttl = key_now });
	look(&x, at);
	assert_int_equal(x.out.findings.n, want);
	if (want)
		assert_int_equal(x.out.findings.at[0].id, FINDING_TTL_GREW);
	hand_clear(&x);
}

static void ttls(void **state)
{
	(void)state;
	ttl(3600, DAY, HOUR, HOUR, 60, 1);
	ttl(DAY, DAY, HOUR, 2 * HOUR, 60, 1);
	ttl(3600, DAY, HOUR, 2 * HOUR, 60, 2);
	ttl(3600, DAY, HOUR, HOUR, 6 * DAY, 1);
	ttl(3600, DAY, HOUR, HOUR, 8 * DAY, 0); /* no news any more */
	ttl(DAY, 3600, 2 * HOUR, HOUR, 60, 0);  /* it fell */
	ttl(DAY, DAY + HOUR, HOUR, HOUR, 60, 0); /* by less than a tenth */
}

/* ---- age ---- */

/* ZSKs 4, 5 and 6 came 90 days after each other. */
static struct hand three_zsks(void)
{
	struct hand x = hand_make();
	hand_past(&x, -400 * DAY, -300 * DAY, steady());
	for (int i = 0; i < 3; i++) {
		const char *zsk = i == 0 ? "4" : i == 1 ? "5" : "6";
		hand_past(&x, (-300 + 90 * i) * DAY, (-300 + 90 * (i + 1)) * DAY,
			  (struct hand_state){ .ds = "1", .keys = arena_printf(x.a, "1%s", zsk), .sign_keys = "1",
					       .sign_data = zsk });
	}
	return x;
}

static void a_roll_is_due(void **state)
{
	(void)state;
	struct hand x = three_zsks(); /* the last one came on day -120 */
	look(&x, -120 * DAY + 112 * DAY);
	assert_null(hand_found(&x, FINDING_KEY_AGE));
	look(&x, -120 * DAY + 113 * DAY); /* 1.25 * 90 */
	const struct finding *f = hand_found(&x, FINDING_KEY_AGE);
	assert_non_null(f);
	assert_int_equal(f->number, 1006);
	assert_int_equal(f->severity, SEVERITY_INFO);
	hand_clear(&x);
}

/* Key 1 is as old as our memory: nothing is known of its age. Nor does one roll make a habit. */
static void unknown_ages(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -900 * DAY, -800 * DAY, steady());
	hand_past(&x, -800 * DAY, -700 * DAY, (struct hand_state){ .ds = "1", .keys = "14", .sign_keys = "1", .sign_data = "4" });
	hand_past(&x, -700 * DAY, 0, (struct hand_state){ .ds = "1", .keys = "15", .sign_keys = "1", .sign_data = "5" });
	look(&x, 0);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_key_opens_the_watch),
		cmocka_unit_test(so_does_a_ds_and_a_key_that_left),
		cmocka_unit_test(other_changes_are_no_roll),
		cmocka_unit_test(the_first_look_is_no_roll),
		cmocka_unit_test(a_tag_taken_already),
		cmocka_unit_test(a_tag_of_a_key_that_left),
		cmocka_unit_test(one_tag_of_two_algorithms),
		cmocka_unit_test(the_same_key_again),
		cmocka_unit_test(ttls),
		cmocka_unit_test(a_roll_is_due),
		cmocka_unit_test(unknown_ages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
