/* Which changes are steps of a roll in proper order: whole rolls, step by step as drift tells them, and the same steps too early
 * or out of order. */
#include "tests/foresee/hand.h"

struct seen {
	struct hand x;
	changes c;
};

static struct seen begin(struct hand_state st)
{
	struct seen s = { .x = hand_make() };
	hand_past(&s.x, -10 * DAY, -10 * DAY, st);
	return s;
}

static void step(struct seen *s, int64_t from, struct hand_state st)
{
	struct past *last = &s->x.h.pasts.at[s->x.h.pasts.n - 1];
	const struct snapshot *before = last->s;
	last->to = hand_at(from - 1);
	const struct snapshot *now = hand_past(&s->x, from, from, st);
	s->c = (changes){ 0 };
	drift_between(s->x.a, before, now, &s->c);
	rollover_explain(s->x.a, &s->x.h, &s->c);
}

static const struct change *change(const struct seen *s, enum change_kind kind)
{
	for (uint32_t i = 0; i < s->c.n; i++)
		if (s->c.at[i].kind == kind)
			return &s->c.at[i];
	fail_msg("no change %s", change_id(kind));
	return NULL;
}

static void is(const struct seen *s, enum change_kind kind, bool expected)
{
	const struct change *c = change(s, kind);
	if (c->expected != expected)
		fail_msg("%s is %sexpected: %s", change_id(kind), c->expected ? "" : "not ", c->why);
	assert_true(*c->why);
}

/* Each change of a step in order. */
static void all_expected(const struct seen *s)
{
	assert_true(s->c.n > 0);
	for (uint32_t i = 0; i < s->c.n; i++)
		if (!s->c.at[i].expected)
			fail_msg("%s is not expected: %s", change_id(s->c.at[i].kind), s->c.at[i].why);
}

static void end(struct seen *s)
{
	hand_clear(&s->x);
}

#define STEADY .ds = "1", .keys = "13", .sign_keys = "1", .sign_data = "3"
static struct hand_state steady(void)
{
	return (struct hand_state){ STEADY };
}

/* ---- whole rolls ---- */

static void ksk_double_signature(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	all_expected(&s);
	step(&s, HOUR, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3", .cds = "2" });
	all_expected(&s);
	step(&s, 2 * HOUR, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3", .cds = "2" });
	all_expected(&s);
	step(&s, 2 * HOUR + DAY, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3", .cds = "2" });
	all_expected(&s);
	end(&s);
}

static void ksk_double_ds(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "12", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	all_expected(&s);
	step(&s, DAY, (struct hand_state){ .ds = "12", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	all_expected(&s);
	step(&s, 2 * DAY, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	all_expected(&s);
	end(&s);
}

static void zsk_prepublication(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "3" });
	all_expected(&s);
	step(&s, HOUR, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "4" });
	all_expected(&s);
	step(&s, 3 * HOUR, (struct hand_state){ .ds = "1", .keys = "14", .sign_keys = "1", .sign_data = "4" });
	all_expected(&s);
	end(&s);
}

static void to_signed_and_back(void **state)
{
	(void)state;
	struct seen s = begin((struct hand_state){ .ds = "" });
	step(&s, 0, (struct hand_state){ .ds = "", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	is(&s, CHANGE_SIGNED, true);
	step(&s, DAY, steady());
	is(&s, CHANGE_DS_ADDED, true);
	step(&s, 3 * DAY, (struct hand_state){ STEADY, .cds = "0" });
	step(&s, 4 * DAY, (struct hand_state){ .ds = "", .keys = "13", .sign_keys = "1", .sign_data = "3", .cds = "0" });
	is(&s, CHANGE_DS_VANISHED, true);
	step(&s, 4 * DAY + 90000, (struct hand_state){ .ds = "" });
	is(&s, CHANGE_UNSIGNED, true);
	end(&s);
}

/* Algorithm 13 (keys 1, 3) to 8 (keys 5, 6): keys and signatures first, DS, then the old ones out. */
static struct snapshot *of_algorithm_8(struct seen *s, const char *digits)
{
	struct snapshot *now = (struct snapshot *)s->x.h.pasts.at[s->x.h.pasts.n - 1].s;
	for (uint32_t i = 0; i < now->servers.n; i++)
		for (uint32_t k = 0; k < now->servers.at[i].keys.n; k++)
			if (strchr(digits, now->servers.at[i].keys.at[k].hash[1]))
				now->servers.at[i].keys.at[k].algorithm = 8;
	for (uint32_t k = 0; k < now->parents.at[0].ds.n; k++)
		if (strchr(digits, now->parents.at[0].ds.at[k].digest[1]))
			now->parents.at[0].ds.at[k].algorithm = 8;
	return now;
}

static void step_to_8(struct seen *s, int64_t from, struct hand_state st)
{
	struct past *last = &s->x.h.pasts.at[s->x.h.pasts.n - 1];
	const struct snapshot *before = last->s;
	last->to = hand_at(from - 1);
	hand_past(&s->x, from, from, st);
	s->c = (changes){ 0 };
	drift_between(s->x.a, before, of_algorithm_8(s, "56"), &s->c);
	rollover_explain(s->x.a, &s->x.h, &s->c);
}

static void algorithm_roll(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step_to_8(&s, 0, (struct hand_state){ .ds = "1", .keys = "1356", .sign_keys = "15", .sign_data = "36" });
	all_expected(&s);
	step_to_8(&s, DAY, (struct hand_state){ .ds = "5", .keys = "1356", .sign_keys = "15", .sign_data = "36" });
	all_expected(&s);
	step_to_8(&s, 2 * DAY, (struct hand_state){ .ds = "5", .keys = "56", .sign_keys = "5", .sign_data = "6" });
	is(&s, CHANGE_ALGORITHM, true);
	end(&s);
}

static void moved_with_the_keys(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ STEADY, .host = "b.example." });
	is(&s, CHANGE_NS_PARENT, true);
	end(&s);
}

/* ---- too early, or out of order ---- */

static void ksk_gone_too_early(void **state)
{
	(void)state;
	struct seen s = begin((struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	step(&s, 0, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	all_expected(&s);
	step(&s, HOUR, (struct hand_state){ .ds = "2", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	is(&s, CHANGE_KEY_REMOVED, false);
	end(&s);
}

static void ds_too_early(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	step(&s, 600, (struct hand_state){ .ds = "2", .keys = "123", .sign_keys = "12", .sign_data = "3" });
	is(&s, CHANGE_DS_ADDED, false);
	end(&s);
}

static void ds_of_a_key_that_nobody_has(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "2", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	is(&s, CHANGE_DS_ADDED, false);
	is(&s, CHANGE_DS_REMOVED, false);
	end(&s);
}

static void zsk_at_once(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "14", .sign_keys = "1", .sign_data = "4" });
	is(&s, CHANGE_KEY_ADDED, false);
	is(&s, CHANGE_KEY_REMOVED, false);
	end(&s);
}

static void zsk_published_too_short(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "3" });
	step(&s, 1800, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "4" });
	is(&s, CHANGE_KEY_ROLE, false);
	end(&s);
}

static void signatures_still_in_caches(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "3" });
	step(&s, HOUR, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1", .sign_data = "4" });
	step(&s, HOUR + 200, (struct hand_state){ .ds = "1", .keys = "14", .sign_keys = "1", .sign_data = "4" });
	is(&s, CHANGE_KEY_REMOVED, false);
	end(&s);
}

static void a_tag_twice(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	struct past *last = &s.x.h.pasts.at[0];
	last->to = hand_at(-1);
	struct snapshot *now = hand_past(&s.x, 0, 0, (struct hand_state){ .ds = "1", .keys = "134", .sign_keys = "1",
									  .sign_data = "3" });
	for (uint32_t i = 0; i < 2; i++)
		now->servers.at[i].keys.at[2].tag = 1003;
	drift_between(s.x.a, last->s, now, &s.c);
	rollover_explain(s.x.a, &s.x.h, &s.c);
	is(&s, CHANGE_KEY_ADDED, false);
	end(&s);
}

static void the_last_ds_unannounced(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	is(&s, CHANGE_DS_VANISHED, false);
	step(&s, DAY, (struct hand_state){ .ds = "" }); /* DNSKEY TTL not waited for */
	is(&s, CHANGE_UNSIGNED, false);
	end(&s);
}

static void ds_before_the_keys(void **state)
{
	(void)state;
	struct seen s = begin((struct hand_state){ .ds = "" });
	step(&s, 0, steady());
	is(&s, CHANGE_SIGNED, false);
	is(&s, CHANGE_DS_ADDED, false);
	end(&s);
}

static void algorithm_dropped_at_once(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step_to_8(&s, 0, (struct hand_state){ .ds = "1", .keys = "1356", .sign_keys = "15", .sign_data = "36" });
	step_to_8(&s, DAY, (struct hand_state){ .ds = "5", .keys = "1356", .sign_keys = "15", .sign_data = "36" });
	step_to_8(&s, DAY + HOUR, (struct hand_state){ .ds = "5", .keys = "56", .sign_keys = "5", .sign_data = "6" });
	is(&s, CHANGE_ALGORITHM, false);
	end(&s);
}

/* A DS of the old algorithm stands: who takes any path is well, who wants every algorithm of the DS is not (RFC 6840 5.11). */
static void algorithm_dropped_under_its_ds(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step_to_8(&s, 0, (struct hand_state){ .ds = "1", .keys = "1356", .sign_keys = "15", .sign_data = "36" });
	step_to_8(&s, DAY, (struct hand_state){ .ds = "15", .keys = "1356", .sign_keys = "15", .sign_data = "36" });
	all_expected(&s);
	step_to_8(&s, 3 * DAY, (struct hand_state){ .ds = "15", .keys = "56", .sign_keys = "5", .sign_data = "6" });
	is(&s, CHANGE_ALGORITHM, false);
	end(&s);
}

static void ds_of_an_algorithm_without_keys(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step_to_8(&s, 0, (struct hand_state){ .ds = "15", .keys = "13", .sign_keys = "1", .sign_data = "3" });
	is(&s, CHANGE_DS_ADDED, false);
	end(&s);
}

/* The verdict says SERVFAIL; here the change must not be called a step of a roll. */
static void the_only_key_of_the_ds_leaves(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "23", .sign_keys = "2", .sign_data = "3" });
	is(&s, CHANGE_KEY_REMOVED, false);
	end(&s);
}

static void moved_without_the_keys(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ .ds = "1", .keys = "56", .sign_keys = "5", .sign_data = "6", .host = "b.example." });
	is(&s, CHANGE_NS_PARENT, false);
	end(&s);
}

/* An unsigned zone: nothing vouches for the new servers, so it is always news. */
static void moved_unsigned(void **state)
{
	(void)state;
	struct seen s = begin((struct hand_state){ .ds = "" });
	step(&s, 0, (struct hand_state){ .ds = "", .host = "b.example." });
	is(&s, CHANGE_NS_PARENT, false);
	end(&s);
}

static void parent_and_zone_differ(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	struct past *last = &s.x.h.pasts.at[0];
	last->to = hand_at(-1);
	struct snapshot *now = hand_past(&s.x, 0, 0, (struct hand_state){ STEADY, .host = "b.example." });
	for (uint32_t i = 0; i < 2; i++)
		now->servers.at[i].ns.at[0] = "ns1.a.example.";
	drift_between(s.x.a, last->s, now, &s.c);
	rollover_explain(s.x.a, &s.x.h, &s.c);
	is(&s, CHANGE_NS_PARENT, false);
	end(&s);
}

static void cds_of_a_key_that_does_not_sign(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	step(&s, 0, (struct hand_state){ STEADY, .cds = "2" });
	is(&s, CHANGE_CDS, false);
	end(&s);
}

static void nothing_to_compare_with(void **state)
{
	(void)state;
	struct seen s = begin(steady());
	rollover_explain(s.x.a, &s.x.h, &s.c);
	assert_int_equal(s.c.n, 0);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ksk_double_signature),
		cmocka_unit_test(ksk_double_ds),
		cmocka_unit_test(zsk_prepublication),
		cmocka_unit_test(to_signed_and_back),
		cmocka_unit_test(algorithm_roll),
		cmocka_unit_test(moved_with_the_keys),
		cmocka_unit_test(ksk_gone_too_early),
		cmocka_unit_test(ds_too_early),
		cmocka_unit_test(ds_of_a_key_that_nobody_has),
		cmocka_unit_test(zsk_at_once),
		cmocka_unit_test(zsk_published_too_short),
		cmocka_unit_test(signatures_still_in_caches),
		cmocka_unit_test(a_tag_twice),
		cmocka_unit_test(the_last_ds_unannounced),
		cmocka_unit_test(ds_before_the_keys),
		cmocka_unit_test(algorithm_dropped_at_once),
		cmocka_unit_test(algorithm_dropped_under_its_ds),
		cmocka_unit_test(ds_of_an_algorithm_without_keys),
		cmocka_unit_test(the_only_key_of_the_ds_leaves),
		cmocka_unit_test(moved_without_the_keys),
		cmocka_unit_test(moved_unsigned),
		cmocka_unit_test(parent_and_zone_differ),
		cmocka_unit_test(cds_of_a_key_that_does_not_sign),
		cmocka_unit_test(nothing_to_compare_with),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
