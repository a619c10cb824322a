/* A signer's habit: when its silence is told, and the many kinds of signers of which nothing must be told. */
#include "tests/foresee/hand.h"

enum { POLL = 300 };

static struct sig_seen sig(double inc_d, double exp_d, double seen_d)
{
	return (struct sig_seen){ .rrset = "SOA", .tag = 1001, .algorithm = HAND_ALGORITHM,
				  .inception = hand_at((int64_t)(inc_d * DAY)), .expiration = hand_at((int64_t)(exp_d * DAY)),
				  .first_seen = hand_at((int64_t)(seen_d * DAY)) };
}

static struct cadence cadence(const struct sig_seen *s, unsigned n, int64_t at)
{
	struct cadence c;
	cadence_of(s, n, POLL, hand_at(at), &c);
	return c;
}

static enum cadence_word word(const struct sig_seen *s, unsigned n, double at_d)
{
	return cadence(s, n, (int64_t)(at_d * DAY)).word;
}

/* Ex. 5 of our notes on incidents. */
static void the_signer_stopped(void **state)
{
	(void)state;
	const struct sig_seen s[] = { sig(0, 14, 0), sig(9.1, 23.1, 9.1), sig(18, 32, 18.1), sig(27, 41, 27) };
	struct cadence c = cadence(s, 4, 30 * DAY);
	assert_int_equal(c.cycles, 3);
	assert_int_equal(c.low_water_s, (int64_t)(4.9 * DAY));
	assert_int_equal(c.slack_s, (int64_t)(0.49 * DAY));
	int64_t alert = c.alert_at.s - HAND_START;
	assert_int_equal(alert, 3659 * DAY / 100);
	assert_int_equal(41 * DAY - alert, 441 * DAY / 100);
	assert_int_equal(cadence(s, 4, alert).word, CADENCE_IN_TIME);
	assert_int_equal(cadence(s, 4, alert + 1).word, CADENCE_LATE);
	/* 1.25 of the longest period, 9.1 d, after the last one was seen */
	assert_int_equal(word(s, 4, 38.3), CADENCE_LATE);
	assert_int_equal(word(s, 4, 38.4), CADENCE_STOPPED);
}

static void two_cycles_are_no_habit(void **state)
{
	(void)state;
	const struct sig_seen s[] = { sig(0, 14, 0), sig(9.1, 23.1, 9.1), sig(18, 32, 18.1) };
	assert_int_equal(word(s, 3, 31.9), CADENCE_COLD);
	assert_int_equal(word(s, 0, 0), CADENCE_COLD);
}

/* Near misses: every signer below is well at every hour of its life. */
enum { CYCLES = 40 };
static void well_all_along(const struct sig_seen *s, unsigned n)
{
	for (unsigned i = 4; i + 1 < n; i++)
		for (int64_t t = s[i].first_seen.s; t < s[i + 1].first_seen.s; t += HOUR / 2) {
			struct cadence c;
			cadence_of(s, i + 1, POLL, (struct wall){ t }, &c);
			if (c.word > CADENCE_IN_TIME)
				fail_msg("signature %u is called late %ld s after it was seen", i,
					 (long)(t - s[i].first_seen.s));
		}
}

static void renewed_at_the_last_moment_of_habit(void **state)
{
	(void)state;
	struct sig_seen s[] = { sig(0, 14, 0), sig(9.1, 23.1, 9.1), sig(18, 32, 18.1), sig(27, 41, 27), sig(36.5, 50.5, 36.5),
				sig(45.5, 59.5, 45.5), sig(54, 68, 54) };
	well_all_along(s, 7);
}

/* BIND: 14 days less up to 12 hours of jitter, renewed within 5 days of the end, hourly. */
static void jitter(void **state)
{
	(void)state;
	struct sig_seen s[CYCLES];
	double t = 0, life = 14;
	for (unsigned i = 0; i < CYCLES; i++) {
		s[i] = sig(t - 0.04, t + life, t + (i % 3) * 0.003);
		t += life - 5 - (i * 7 % 11) * 0.004;
		life = 13.5 + (i * 5 % 12) / 24.0;
	}
	well_all_along(s, CYCLES);
}

/* PowerDNS: three weeks, a step each Thursday. And when the step is missed: told 6.3 days ahead. */
static void steps_on_thursdays(void **state)
{
	(void)state;
	struct sig_seen s[CYCLES];
	for (unsigned i = 0; i < CYCLES; i++)
		s[i] = sig(7.0 * i - 7, 7.0 * i + 14, 7.0 * i + 0.003);
	well_all_along(s, CYCLES);
	assert_int_equal(word(s, 10, 9 * 7 + 7.6), CADENCE_IN_TIME);
	assert_int_equal(word(s, 10, 9 * 7 + 7.8), CADENCE_LATE);
	assert_int_equal(word(s, 10, 9 * 7 + 8.8), CADENCE_STOPPED);
}

/* On line: each look brings a signature of its own; two days of life. */
static void signed_on_line(void **state)
{
	(void)state;
	struct sig_seen s[CYCLES];
	for (unsigned i = 0; i < CYCLES; i++)
		s[i] = sig(i * 300.0 / DAY - 0.04, i * 300.0 / DAY + 1.0, i * 300.0 / DAY);
	well_all_along(s, CYCLES);
	assert_int_equal(cadence(s, CYCLES, (CYCLES - 1) * 300 + 300).word, CADENCE_IN_TIME);
	assert_int_equal(cadence(s, CYCLES, (CYCLES - 1) * 300 + 3 * HOUR).word, CADENCE_STOPPED);
}

static void a_new_key_is_a_new_habit(void **state)
{
	(void)state;
	struct sig_seen s[] = { sig(0, 14, 0), sig(9.1, 23.1, 9.1), sig(18, 32, 18.1), sig(27, 41, 27), sig(36, 50, 36) };
	assert_int_equal(word(s, 5, 49), CADENCE_STOPPED);
	s[4].tag = 1002;
	assert_int_equal(word(s, 5, 49), CADENCE_COLD);
	s[4].tag = 1001;
	s[4].algorithm = 15;
	assert_int_equal(word(s, 5, 49), CADENCE_COLD);
}

static void another_validity_is_a_new_habit(void **state)
{
	(void)state;
	struct sig_seen s[] = { sig(0, 30, 0), sig(20, 50, 20), sig(40, 70, 40), sig(60, 90, 60), sig(80, 87, 80) };
	assert_int_equal(word(s, 5, 85), CADENCE_COLD);
}

/* A copy older than the newest comes from a server that lags. */
static void an_old_copy_renews_nothing(void **state)
{
	(void)state;
	const struct sig_seen s[] = { sig(0, 14, 0),	   sig(9.1, 23.1, 9.1), sig(18, 32, 18.1),
				      sig(27, 41, 27), sig(17.5, 31.5, 30) };
	struct cadence c = cadence(s, 5, 37 * DAY);
	assert_int_equal(c.cycles, 3);
	assert_int_equal(c.word, CADENCE_LATE);
}

/* ---- told of a zone ---- */

static struct snapshot *signed_zone(struct hand *x, int64_t now, const char *rrset, double exp_d)
{
	struct snapshot *s = hand_past(x, 0, now, (struct hand_state){ .ds = "1", .keys = "1", .sign_keys = "1",
									.sign_data = "1" });
	for (uint32_t i = 0; i < s->servers.n; i++)
		list_push(x->a, &s->servers.at[i].sigs,
			  (struct snap_sig){ .rrset = rrset, .tag = 1001, .algorithm = HAND_ALGORITHM, .good = true,
					     .expiration = hand_at((int64_t)(exp_d * DAY)) });
	return s;
}

static void learn(struct hand *x, const char *rrset)
{
	const struct sig_seen s[] = { sig(0, 14, 0), sig(9.1, 23.1, 9.1), sig(18, 32, 18.1), sig(27, 41, 27) };
	for (unsigned i = 0; i < 4; i++) {
		list_push(x->a, &x->h.sigs, s[i]);
		x->h.sigs.at[x->h.sigs.n - 1].rrset = rrset;
	}
}

static void told(double at_d, const char *rrset, enum finding_id id, uint16_t type)
{
	struct hand x = hand_make();
	int64_t at = (int64_t)(at_d * DAY);
	signed_zone(&x, at, rrset, 41);
	learn(&x, rrset);
	outlook_cadence(x.a, &x.h, hand_at(at), &x.out);
	const struct finding *f = hand_found(&x, id);
	assert_non_null(f);
	assert_int_equal(f->type, type);
	assert_int_equal(f->when.s, hand_at(41 * DAY).s);
	assert_non_null(f->text);
	hand_clear(&x);
}

static unsigned findings(struct hand *x, double at_d)
{
	outlook_cadence(x->a, &x->h, hand_at((int64_t)(at_d * DAY)), &x->out);
	unsigned n = x->out.findings.n;
	hand_clear(x);
	return n;
}

static void it_is_told(void **state)
{
	(void)state;
	told(36.6, "www.example.net. A", FINDING_SIGNER_LATE, 0);
	told(39, "www.example.net. A", FINDING_SIGNER_STOPPED, 0);
	told(39, "DNSKEY", FINDING_SIGNER_STOPPED, 48);
}

static void in_time_nothing_is_told(void **state)
{
	(void)state;
	struct hand x = hand_make();
	signed_zone(&x, (int64_t)(36.5 * DAY), "www.example.net. A", 41);
	learn(&x, "www.example.net. A");
	assert_int_equal(findings(&x, 36.5), 0);
}

/* We were blind since day 30: that is not the signer's silence. */
static void what_was_not_looked_at_is_not_late(void **state)
{
	(void)state;
	struct hand x = hand_make();
	signed_zone(&x, 30 * DAY, "www.example.net. A", 41);
	learn(&x, "www.example.net. A");
	assert_int_equal(findings(&x, 39), 0);
}

static void a_retired_key_owes_nothing(void **state)
{
	(void)state;
	struct hand x = hand_make();
	struct snapshot *s = signed_zone(&x, 39 * DAY, "www.example.net. A", 41);
	learn(&x, "www.example.net. A");
	list_push(x.a, &s->servers.at[0].sigs,
		  (struct snap_sig){ .rrset = "www.example.net. A", .tag = 1002, .algorithm = HAND_ALGORITHM, .good = true,
				     .expiration = hand_at(52 * DAY) });
	assert_int_equal(findings(&x, 39), 0);
}

static void denials_have_no_habit(void **state)
{
	(void)state;
	struct hand x = hand_make();
	signed_zone(&x, 39 * DAY, "NSEC", 41);
	learn(&x, "NSEC");
	assert_int_equal(findings(&x, 39), 0);
}

static void soa_expire_against_the_margin(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct hand x = hand_make();
		struct snapshot *s = signed_zone(&x, 30 * DAY, "SOA", 41);
		learn(&x, "SOA");
		for (uint32_t k = 0; k < 2; k++) {
			s->servers.at[k].has_serial = true;
			s->servers.at[k].expire = (i ? 5 : 4) * DAY;
		}
		outlook_cadence(x.a, &x.h, hand_at(30 * DAY), &x.out);
		assert_int_equal(hand_found(&x, FINDING_SOA_EXPIRE_ABOVE_MARGIN) != NULL, i);
		hand_clear(&x);
	}
}

/* ---- the ladder ---- */

static void rungs(void **state)
{
	(void)state;
	const struct ladder l = { .rungs_s = { 30 * DAY, 14 * DAY, 7 * DAY, 3 * DAY, DAY }, .n = 5 };
	assert_int_equal(ladder_rung(&l, 31 * DAY), 5);
	assert_int_equal(ladder_rung(&l, 30 * DAY), 0);
	assert_int_equal(ladder_rung(&l, 14 * DAY + 1), 0);
	assert_int_equal(ladder_rung(&l, 14 * DAY), 1);
	assert_int_equal(ladder_rung(&l, 2 * DAY), 3);
	assert_int_equal(ladder_rung(&l, DAY), 4);
	assert_int_equal(ladder_rung(&l, -5), 4);
	const struct ladder up = { .rungs_s = { DAY, 30 * DAY, 7 * DAY }, .n = 3 };
	assert_int_equal(ladder_rung(&up, 2 * DAY), 2);
	assert_int_equal(ladder_rung(&(struct ladder){ 0 }, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signer_stopped),
		cmocka_unit_test(two_cycles_are_no_habit),
		cmocka_unit_test(renewed_at_the_last_moment_of_habit),
		cmocka_unit_test(jitter),
		cmocka_unit_test(steps_on_thursdays),
		cmocka_unit_test(signed_on_line),
		cmocka_unit_test(a_new_key_is_a_new_habit),
		cmocka_unit_test(another_validity_is_a_new_habit),
		cmocka_unit_test(an_old_copy_renews_nothing),
		cmocka_unit_test(it_is_told),
		cmocka_unit_test(in_time_nothing_is_told),
		cmocka_unit_test(what_was_not_looked_at_is_not_late),
		cmocka_unit_test(a_retired_key_owes_nothing),
		cmocka_unit_test(denials_have_no_habit),
		cmocka_unit_test(soa_expire_against_the_margin),
		cmocka_unit_test(rungs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
