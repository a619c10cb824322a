/* From histories to versions, and the finding: it must fire when a change comes too early though every server is well, and be
 * silent through each change in proper order, at every moment of it. */
#include "tests/foresee/hand.h"

/* Keys 1 and 2 are KSKs, 3 and 4 ZSKs. The DS is that of key 1 and lives a day, DNSKEY an hour. */
#define STEADY .ds = "1", .keys = "13", .sign_keys = "1", .sign_data = "3"

static struct hand_state steady(void)
{
	return (struct hand_state){ STEADY };
}

/* Pasts that follow each other without a hole: each lasts until the next. */
static void then(struct hand *x, int64_t from, struct hand_state st)
{
	if (x->h.pasts.n)
		x->h.pasts.at[x->h.pasts.n - 1].to = hand_at(from - 1);
	hand_past(x, from, from, st);
}

static const struct finding *look(struct hand *x, int64_t at)
{
	x->h.pasts.at[x->h.pasts.n - 1].to = hand_at(at);
	x->out = (struct outlook){ .breaks_at = WALL_NEVER, .heals_at = WALL_NEVER };
	outlook_doomed(x->a, &x->h, hand_at(at), &x->out);
	return hand_found(x, FINDING_DOOMED_CHANGE);
}

/* Silent from the last change for two days, each quarter of an hour. */
static void silent(struct hand *x, int64_t from)
{
	for (int64_t t = from; t < from + 2 * DAY; t += 900) {
		const struct finding *f = look(x, t);
		if (f)
			fail_msg("at %ld: %s", (long)t, f->text);
	}
}

/* ---- what must be told ---- */

/* Ex. 2N: at every instant each server gives a good answer. */
static struct hand ksk_too_early(void)
{
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, -DAY, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	then(&x, 0, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	return x;
}

static void ksk_retired_too_early(void **state)
{
	(void)state;
	struct hand x = ksk_too_early();
	assert_null(look(&x, 3599));
	then(&x, 3600, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	const struct finding *f = look(&x, 3600);
	assert_non_null(f);
	assert_int_equal(f->severity, SEVERITY_CRITICAL);
	assert_int_equal(f->when.s, hand_at(90000).s);
	assert_int_equal(x.out.heals_at.s, hand_at(90000).s);
	assert_int_equal(x.out.breaks_at.s, hand_at(3600).s);
	assert_true(x.out.watch_closely);
	assert_non_null(strstr(f->fix, "key 1001"));    /* the one to be put back */
	assert_non_null(strstr(f->detail, "94 %"));     /* the peak of the text */
	assert_non_null(look(&x, 89000));
	assert_null(look(&x, 90000));
	hand_clear(&x);
}

/* Ex. 2A: once the old key is back, only what failed before is left. */
static void the_old_key_comes_back(void **state)
{
	(void)state;
	struct hand x = ksk_too_early();
	then(&x, 3600, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	then(&x, 25200, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	const struct finding *f = look(&x, 25200);
	assert_non_null(f);
	assert_int_equal(f->when.s, hand_at(28800).s);
	assert_null(strstr(f->fix, "Publish"));         /* that is done */
	assert_null(look(&x, 28800));
	hand_clear(&x);
}

/* Ex. 2B: taking the DS out shortens nothing. */
static void removing_the_ds_does_not_help(void **state)
{
	(void)state;
	struct hand x = ksk_too_early();
	then(&x, 3600, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	then(&x, 25200, (struct hand_state){ .ds = "", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	assert_int_equal(look(&x, 25200)->when.s, hand_at(90000).s);
	hand_clear(&x);
}

/* Ex. 1W and 1X: unsigned with the DS, and unsigned when only the DS TTL has passed. */
static void unsigned_too_early(void **state)
{
	(void)state;
	for (int64_t wait = 0; wait <= DAY; wait += DAY) {
		struct hand x = hand_make();
		then(&x, -7 * DAY, steady());
		if (wait)
			then(&x, 0, (struct hand_state){ .ds = "", .keys = "13", .sign_keys = "1", .sign_data = "3" });
		then(&x, wait, (struct hand_state){ .ds = "" });
		const struct finding *f = look(&x, wait);
		assert_non_null(f);
		assert_int_equal(f->when.s, hand_at(90000).s);
		assert_int_equal(f->severity, wait ? SEVERITY_ERROR : SEVERITY_CRITICAL); /* 2.1 % against all */
		assert_non_null(strstr(f->fix, "key"));
		hand_clear(&x);
	}
}

/* Ex. 3N. */
static void zsk_without_prepublication(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, (struct hand_state){ STEADY, .key_ttl = DAY });
	then(&x, 0, (struct hand_state){ .ds = "1", .keys = "14", .sign_keys = "1", .sign_data = "4", .key_ttl = DAY });
	const struct finding *f = look(&x, 60);
	assert_non_null(f);
	assert_int_equal(f->when.s, hand_at(DAY).s);
	assert_non_null(strstr(f->fix, "key 1003"));
	hand_clear(&x);
}

/* Ex. 4: B's keys are not in the DS. The verdict says SERVFAIL now; when the NS are put back only memory knows the rest (4C). */
static void moved_and_back(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .ds = "1", .keys = "56", .sign_keys = "5", .sign_data = "6", .host = "b.example." });
	assert_non_null(look(&x, 60));
	then(&x, 7200, steady());
	const struct finding *f = look(&x, 7200);
	assert_non_null(f);
	assert_int_equal(f->when.s, hand_at(97200).s);
	assert_int_equal(x.out.heals_at.s, hand_at(97200).s);
	hand_clear(&x);
}

/* The old provider switches off at once: whoever holds its NS finds nobody. Its servers are still seen, named by the child. */
static void the_old_servers_fall_silent(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ STEADY, .host = "b.example." });
	assert_null(look(&x, 60));
	struct hand_state dead = { .host = "a.example.", .dead = true };
	then(&x, 600, (struct hand_state){ STEADY, .host = "b.example." });
	struct snapshot *s = (struct snapshot *)x.h.pasts.at[x.h.pasts.n - 1].s;
	list_push(x.a, &s->servers, hand_server(&x, &dead, 1));
	const struct finding *f = look(&x, 600);
	assert_non_null(f);
	assert_int_equal(f->when.s, hand_at(DAY).s);
	hand_clear(&x);
}

/* ---- what must not ---- */

static void nothing_happens(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	silent(&x, 0);
	then(&x, 2 * DAY, (struct hand_state){ STEADY, .cds = "1" });
	silent(&x, 2 * DAY);
	hand_clear(&x);
}

/* Ex. 2R, each step at the very second it may come. */
static void ksk_roll_in_order(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, -HOUR, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	silent(&x, -HOUR);
	then(&x, 0, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	silent(&x, 0);
	then(&x, DAY, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	silent(&x, DAY);
	hand_clear(&x);
}

static void ksk_roll_a_second_too_early(void **state)
{
	(void)state;
	struct hand x = ksk_too_early();
	then(&x, DAY - 1, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	assert_non_null(look(&x, DAY - 1));
	hand_clear(&x);
}

/* Both DS for a while: the old one leaves, then its key (RFC 7583 3.3.2, Double-DS). */
static void double_ds_in_order(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .ds = "12", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	silent(&x, 0);
	then(&x, DAY, (struct hand_state){ .ds = "12", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	silent(&x, DAY);
	then(&x, 3 * DAY, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	silent(&x, 3 * DAY);
	hand_clear(&x);
}

static void zsk_roll_in_order(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "3" });
	silent(&x, 0);
	then(&x, HOUR, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "4" });
	silent(&x, HOUR);
	then(&x, 3 * HOUR, (struct hand_state){ .ds = "1", .keys = "14", .sign_keys = "1", .sign_data = "4" });
	silent(&x, 3 * HOUR);
	hand_clear(&x);
}

/* Seen by looks five minutes apart: publication was seen late, activation at once, so an exact wait looks too short. */
static void our_own_slowness_is_not_held_against_it(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -7 * DAY, -10, steady()); /* changed at 0, seen at 290 */
	hand_past(&x, 290, 3590, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "3" });
	hand_past(&x, 3600, 3600, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "4" });
	assert_null(look(&x, 3600));
	hand_clear(&x);
}

/* Three days without a look, in which a roll was done. */
static void what_was_not_seen_is_not_held_against_it(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -7 * DAY, -3 * DAY, steady());
	hand_past(&x, 0, 0, (struct hand_state){ .ds = "2", .keys = "24", .sign_keys = "2", .sign_data = "4" });
	silent(&x, 0);
	hand_clear(&x);
}

/* Ex. 1R. */
static void unsigned_in_order(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .ds = "", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	silent(&x, 0);
	then(&x, 90000, (struct hand_state){ .ds = "" });
	silent(&x, 90000);
	hand_clear(&x);
}

static void signed_in_order(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, (struct hand_state){ .ds = "" });
	then(&x, 0, (struct hand_state){ .ds = "", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	silent(&x, 0);
	then(&x, HOUR, steady());
	silent(&x, HOUR);
	hand_clear(&x);
}

/* The same signed zone at new servers; and new names for the same. */
static void moved_with_the_keys(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ STEADY, .host = "b.example." });
	silent(&x, 0);
	hand_clear(&x);
}

/* Both publish both ZSKs and the DS names both KSKs, a day before the NS change. */
static void moved_in_order(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -9 * DAY, steady());
	then(&x, -2 * DAY, (struct hand_state){ .ds = "15", .keys = "136", .sign_keys = "1", .sign_data = "3" });
	then(&x, 0, (struct hand_state){ .ds = "15", .keys = "563", .sign_keys = "5", .sign_data = "6",
					 .host = "b.example." });
	silent(&x, 0);
	hand_clear(&x);
}

/* What fails by what is served now is the verdict's to tell. */
static void a_present_fault_is_no_doomed_change(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -30 * DAY, steady());
	then(&x, -20 * DAY, (struct hand_state){ .ds = "2", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	silent(&x, 0);
	hand_clear(&x);
}

/* A server that serves no DNSKEY answer for a while (no answer at all) is no unsigned zone. */
static void silence_is_not_unsigned(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ STEADY, .dead = true });
	then(&x, 600, steady());
	silent(&x, 600);
	hand_clear(&x);
}

/* No signature over data was met in a look (the question timed out): that is no data without signatures. */
static void no_data_seen_is_not_unsigned_data(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .ds = "1", .keys = "13", .sign_keys = "1" });
	silent(&x, 0);
	hand_clear(&x);
}

/* Looks are five minutes apart: the old DS may have been served until it was seen gone, so that is what the end is reckoned from. */
static void the_end_is_foretold_with_our_own_slowness(void **state)
{
	(void)state;
	struct hand x = hand_make();
	hand_past(&x, -7 * DAY, -300, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	hand_past(&x, 0, 3300, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	hand_past(&x, 3600, 3600, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	assert_int_equal(look(&x, 3600)->when.s, hand_at(90000).s);
	hand_clear(&x);
}

/* The parent's servers were not heard: the DS did not vanish. */
static void unknown_ds_is_not_absent(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .keys = "13", .sign_keys = "1", .sign_data = "3" });
	struct tm_past *t = tm_past_make(x.a, &x.h, hand_at(10), true);
	assert_int_equal(t->world.ds.n, 1);
	assert_int_equal(t->world.ds.at[0].to_s, INT64_MAX);
	silent(&x, 0);
	hand_clear(&x);
}

/* ---- the bridge ---- */

/* A DS is tied to its key by digest, so a key of the same tag does not stand in for it. */
static void one_tag_two_keys(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	for (uint32_t i = 0; i < 2; i++)
		x.h.pasts.at[1].s->servers.at[i].keys.at[1].tag = 1001;
	struct tm_past *t = tm_past_make(x.a, &x.h, hand_at(10), true);
	assert_int_equal(t->n_keys, 3);
	assert_int_equal(__builtin_popcount(t->world.ds.at[0].keys), 1);
	hand_clear(&x);
}

/* SHA-384: known by having matched once, and still after the key has gone. */
static void another_digest(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	then(&x, 0, (struct hand_state){ .ds = "1", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	for (uint32_t i = 0; i < 2; i++)
		x.h.pasts.at[i].s->parents.at[0].ds.at[0].digest_type = 4;
	struct tm_past *t = tm_past_make(x.a, &x.h, hand_at(10), true);
	assert_int_equal(t->world.ds.n, 1);
	assert_int_equal(__builtin_popcount(t->world.ds.at[0].keys), 1);
	hand_clear(&x);
}

static void an_algorithm_nobody_knows(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, steady());
	x.h.pasts.at[0].s->parents.at[0].ds.at[0].algorithm = 3;
	assert_true(tm_past_make(x.a, &x.h, hand_at(10), true)->world.ds.at[0].absent);
	hand_clear(&x);
}

/* The same DS with another TTL is another version: who fetched it before holds it longer. */
static void the_old_ttl_counts(void **state)
{
	(void)state;
	struct hand x = hand_make();
	then(&x, -7 * DAY, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	then(&x, -HOUR, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3", .ds_ttl = 300 });
	then(&x, 0, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3", .ds_ttl = 300 });
	then(&x, 2 * HOUR, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3", .ds_ttl = 300 });
	const struct finding *f = look(&x, 2 * HOUR);
	assert_non_null(f);
	assert_int_equal(f->when.s, hand_at(DAY - HOUR + HOUR).s);
	hand_clear(&x);
}

static void more_changes_than_room(void **state)
{
	(void)state;
	struct hand x = hand_make();
	for (int i = 0; i < 3 * TM_VERSIONS_MAX; i++)
		then(&x, i * 600, (struct hand_state){ STEADY, .key_ttl = 3600 + (uint32_t)i });
	struct tm_past *t = tm_past_make(x.a, &x.h, hand_at(3 * TM_VERSIONS_MAX * 600), true);
	assert_true(t->crowded);
	assert_int_equal(t->world.zones.n, TM_VERSIONS_MAX);
	assert_int_equal(t->world.zones.at[TM_VERSIONS_MAX - 1].dnskey_ttl_s, 3600 + 3 * TM_VERSIONS_MAX - 1);
	hand_clear(&x);
}

/* Years of history: only what caches can hold is looked at. */
static void what_is_long_past_is_left(void **state)
{
	(void)state;
	struct hand x = hand_make();
	for (int i = 0; i < 40; i++)
		then(&x, (i - 50) * 30 * DAY, (struct hand_state){ .ds = i % 2 ? "1" : "2", .keys = i % 2 ? "13" : "23",
								   .sign_keys = i % 2 ? "1" : "2", .sign_data = "3" });
	struct tm_past *t = tm_past_make(x.a, &x.h, hand_at(0), true);
	assert_false(t->crowded);
	assert_int_equal(t->world.ds.n, 1);
	assert_null(look(&x, 0));
	hand_clear(&x);
}

static void no_history_no_finding(void **state)
{
	(void)state;
	struct hand x = hand_make();
	outlook_doomed(x.a, &x.h, hand_at(0), &x.out);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ksk_retired_too_early),
		cmocka_unit_test(the_old_key_comes_back),
		cmocka_unit_test(removing_the_ds_does_not_help),
		cmocka_unit_test(unsigned_too_early),
		cmocka_unit_test(zsk_without_prepublication),
		cmocka_unit_test(moved_and_back),
		cmocka_unit_test(the_old_servers_fall_silent),
		cmocka_unit_test(nothing_happens),
		cmocka_unit_test(ksk_roll_in_order),
		cmocka_unit_test(ksk_roll_a_second_too_early),
		cmocka_unit_test(double_ds_in_order),
		cmocka_unit_test(zsk_roll_in_order),
		cmocka_unit_test(our_own_slowness_is_not_held_against_it),
		cmocka_unit_test(what_was_not_seen_is_not_held_against_it),
		cmocka_unit_test(unsigned_in_order),
		cmocka_unit_test(signed_in_order),
		cmocka_unit_test(moved_with_the_keys),
		cmocka_unit_test(moved_in_order),
		cmocka_unit_test(a_present_fault_is_no_doomed_change),
		cmocka_unit_test(silence_is_not_unsigned),
		cmocka_unit_test(no_data_seen_is_not_unsigned_data),
		cmocka_unit_test(the_end_is_foretold_with_our_own_slowness),
		cmocka_unit_test(unknown_ds_is_not_absent),
		cmocka_unit_test(one_tag_two_keys),
		cmocka_unit_test(another_digest),
		cmocka_unit_test(an_algorithm_nobody_knows),
		cmocka_unit_test(the_old_ttl_counts),
		cmocka_unit_test(more_changes_than_room),
		cmocka_unit_test(what_is_long_past_is_left),
		cmocka_unit_test(no_history_no_finding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
