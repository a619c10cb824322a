/* Secondaries that do not follow: when it is told, when they stop, and what is no lag. */
#include "tests/foresee/hand.h"

enum { FIRST, SECOND };

static struct hand_state signed_state(void)
{
	return (struct hand_state){ .ds = "1", .keys = "13", .sign_keys = "1", .sign_data = "3" };
}

/* Both servers had serial 10 from the beginning; at 0 the first took 11; the second has `its` now. REFRESH 1 h, RETRY 15 min. */
static struct hand two_servers(int64_t now, uint32_t first, uint32_t its)
{
	struct hand x = hand_make();
	struct snapshot *s = hand_past(&x, -7 * DAY, now, signed_state());
	s->at = hand_at(now);
	for (uint32_t i = 0; i < 2; i++) {
		s->servers.at[i].has_serial = true;
		s->servers.at[i].serial = i == FIRST ? first : its;
	}
	return x;
}

static void saw(struct hand *x, unsigned server, uint32_t serial, int64_t at)
{
	list_push(x->a, &x->h.serials,
		  (struct serial_seen){ x->h.pasts.at[x->h.pasts.n - 1].s->servers.at[server].addr, serial, hand_at(at) });
}

static struct hand behind_since_0(int64_t now)
{
	struct hand x = two_servers(now, 11, 10);
	saw(&x, FIRST, 10, -7 * DAY);
	saw(&x, SECOND, 10, -7 * DAY);
	saw(&x, FIRST, 11, 0);
	return x;
}

static void look(struct hand *x, int64_t at)
{
	outlook_lag(x->a, &x->h, hand_at(at), &x->out);
}

/* 2 * 3600 + 900 = 8100 s. */
static void late_by_its_own_timers(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct hand x = behind_since_0(8100 + i);
		look(&x, 8100 + i);
		const struct finding *f = hand_found(&x, FINDING_SECONDARY_LAGGING);
		assert_int_equal(f != NULL, i);
		assert_null(hand_found(&x, FINDING_SECONDARY_WILL_EXPIRE));
		if (f) {
			assert_int_equal(f->severity, SEVERITY_WARNING);
			assert_int_equal(f->n_servers, 1);
			assert_true(addr_equal(&f->servers.at[0]->addr, &x.h.pasts.at[0].s->servers.at[SECOND].addr));
			assert_int_equal(f->number, 10);
			assert_int_equal(f->number2, 11);
		}
		hand_clear(&x);
	}
}

/* EXPIRE is 7 d: told from the half of it; between the last look at which it was equal and the first at which it was not. */
static void it_will_stop(void **state)
{
	(void)state;
	struct hand x = behind_since_0(4 * DAY);
	look(&x, 4 * DAY);
	const struct finding *f = hand_found(&x, FINDING_SECONDARY_WILL_EXPIRE);
	assert_non_null(f);
	assert_int_equal(f->when.s, hand_at(7 * DAY - 300).s);
	assert_int_equal(x.out.breaks_at.s, f->when.s);
	hand_clear(&x);
}

/* Signatures that end before: told as soon as it lags, for it will serve expired ones. */
static void signatures_end_before(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct hand x = behind_since_0(DAY);
		list_push(x.a, &x.h.pasts.at[0].s->servers.at[SECOND].sigs,
			  (struct snap_sig){ .rrset = "SOA", .tag = 1003, .algorithm = HAND_ALGORITHM, .good = true,
					     .expiration = hand_at(i ? 5 * DAY : 9 * DAY) });
		look(&x, DAY);
		const struct finding *f = hand_found(&x, FINDING_SECONDARY_WILL_EXPIRE);
		assert_int_equal(f != NULL, i);
		if (f)
			assert_int_equal(f->when.s, hand_at(5 * DAY).s);
		hand_clear(&x);
	}
}

/* It usually follows within minutes: an hour is news, though its timers allow more than two. */
static void late_by_its_own_habit(void **state)
{
	(void)state;
	for (int usual = 300; usual <= 1500; usual += 1200) {
		struct hand x = two_servers(HOUR, 14, 13);
		for (int i = 0; i < 4; i++) {
			saw(&x, FIRST, 10 + i, (i - 4) * DAY);
			saw(&x, SECOND, 10 + i, (i - 4) * DAY + usual);
		}
		saw(&x, FIRST, 14, 0);
		look(&x, HOUR);
		const struct finding *f = hand_found(&x, FINDING_SECONDARY_LAGGING);
		assert_int_equal(f != NULL, usual == 300);
		if (f)
			assert_int_equal(f->severity, SEVERITY_NOTICE);
		hand_clear(&x);
	}
}

static void in_time(void **state)
{
	(void)state;
	struct hand x = two_servers(DAY, 11, 11);
	saw(&x, FIRST, 10, -7 * DAY);
	saw(&x, SECOND, 10, -7 * DAY);
	saw(&x, FIRST, 11, 0);
	saw(&x, SECOND, 11, 300);
	look(&x, DAY);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

/* RFC 1982: 5 comes after 4294967295. */
static void serials_wrap(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct hand x = i ? two_servers(DAY, 5, UINT32_MAX) : two_servers(DAY, UINT32_MAX, 5);
		saw(&x, FIRST, UINT32_MAX, -DAY);
		saw(&x, SECOND, UINT32_MAX, -DAY);
		saw(&x, i ? FIRST : SECOND, 5, 0);
		look(&x, DAY);
		const struct finding *f = hand_found(&x, FINDING_SECONDARY_LAGGING);
		assert_non_null(f);
		assert_int_equal(f->number, UINT32_MAX);
		hand_clear(&x);
	}
}

/* Two providers sign for themselves: serials have nothing to do with each other, not even when one number meets by chance. */
static void two_providers(void **state)
{
	(void)state;
	struct hand x = behind_since_0(5 * DAY);
	x.h.pasts.at[0].s->servers.at[SECOND].keys.at[0].hash = "HX";
	look(&x, 5 * DAY);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
	x = two_servers(5 * DAY, 11, 3); /* the same keys, but never a serial in common */
	saw(&x, FIRST, 10, -7 * DAY);
	saw(&x, SECOND, 3, -7 * DAY);
	saw(&x, FIRST, 11, 0);
	look(&x, 5 * DAY);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

/* The primary rolled its ZSK since: the old copy has keys that the other had once. */
static void an_old_copy_with_old_keys(void **state)
{
	(void)state;
	struct hand x = hand_make();
	struct snapshot *before = hand_past(&x, -7 * DAY, -300, signed_state());
	struct snapshot *s = hand_past(&x, 0, DAY, signed_state());
	s->servers.at[FIRST].keys.at[1].hash = "H4";
	for (uint32_t i = 0; i < 2; i++) {
		before->servers.at[i].has_serial = s->servers.at[i].has_serial = true;
		before->servers.at[i].serial = 10;
		s->servers.at[i].serial = i == FIRST ? 11 : 10;
	}
	look(&x, DAY);
	const struct finding *f = hand_found(&x, FINDING_SECONDARY_LAGGING);
	assert_non_null(f); /* from the snapshots alone: no serial was noted */
	hand_clear(&x);
}

static void who_does_not_answer_does_not_lag(void **state)
{
	(void)state;
	struct hand x = behind_since_0(5 * DAY);
	x.h.pasts.at[0].s->servers.at[SECOND].answered = false;
	look(&x, 5 * DAY);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

/* We have not looked for four days: nothing is known of them. */
static void what_was_not_looked_at_does_not_lag(void **state)
{
	(void)state;
	struct hand x = behind_since_0(HOUR);
	look(&x, 4 * DAY);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

/* It took 11 when 12 was there already: it was in contact then. */
static void slow_but_alive(void **state)
{
	(void)state;
	struct hand x = two_servers(DAY, 12, 11);
	saw(&x, FIRST, 10, -7 * DAY);
	saw(&x, SECOND, 10, -7 * DAY);
	saw(&x, FIRST, 11, 0);
	saw(&x, FIRST, 12, HOUR);
	saw(&x, SECOND, 11, DAY - HOUR);
	look(&x, DAY);
	assert_int_equal(x.out.findings.n, 0);
	hand_clear(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_by_its_own_timers),
		cmocka_unit_test(it_will_stop),
		cmocka_unit_test(signatures_end_before),
		cmocka_unit_test(late_by_its_own_habit),
		cmocka_unit_test(in_time),
		cmocka_unit_test(serials_wrap),
		cmocka_unit_test(two_providers),
		cmocka_unit_test(an_old_copy_with_old_keys),
		cmocka_unit_test(who_does_not_answer_does_not_lag),
		cmocka_unit_test(what_was_not_looked_at_does_not_lag),
		cmocka_unit_test(slow_but_alive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
