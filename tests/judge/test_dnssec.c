/* The DNSSEC half: every core row of FAULTS 2.D-2.I and 2.K has a finding that speaks for it; the rule of
 * what runs out soon; details that the world files do not assert. */
#include "lab_case.h"
#include "judge/dnssec.h"
#include "judge/timing.h"

#define SHOP                                                                                                 \
	"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=198.51.100.12\n"                                    \
	"record www.shop.lab. 300 A 203.0.113.7\n"
#define ASK "ask www.shop.lab. A\n"
enum { DAY = 86400, HOUR = 3600 };

static void every_core_row_has_a_finding(void **state)
{
	static const char *const rows[] = {
		"ds-missing",
		"ds-wrong-digest",
		"ds-wrong-tag",
		"ds-stale-only",
		"ds-wrong-alg",
		"ds-digest-length-wrong",
		"ds-alg-unassigned-only",
		"ds-digest-unassigned-only",
		"ds-sha1-only",
		"ds-extra-stale-same-alg",
		"ds-child-unsigned",
		"ds-rrsig-missing",
		"ds-rrsig-bogus",
		"ds-rrsig-expired",
		"ancestor-zone-expired",
		"ds-absence-unproven",
		"dnskey-absent",
		"ksk-absent",
		"zsk-absent",
		"ksk-tampered",
		"zsk-tampered",
		"dnskey-no-zone-bit-zsk",
		"dnskey-no-zone-bit-ksk",
		"dnskey-no-zone-bit-both",
		"dnskey-revoked-ksk",
		"dnskey-protocol-wrong",
		"dnskey-alg-mismatch-zsk",
		"dnskey-alg-mismatch-ksk",
		"alg-unsupported-everywhere",
		"dnskey-unsigned-by-ksk",
		"dnskey-rrsig-missing",
		"dnskey-rrsig-bogus",
		"dnskey-rrsig-expired",
		"dnskey-rrsig-not-yet",
		"keytag-collision",
		"keytrap-many-keys",
		"keytrap-many-sigs",
		"rrsig-expired-all",
		"rrsig-expired-one",
		"rrsig-expired-soa",
		"rrsig-not-yet-valid-all",
		"rrsig-not-yet-valid-one",
		"rrsig-expired-before-inception",
		"rrsig-missing-all",
		"rrsig-missing-one",
		"rrsig-bogus-all",
		"rrsig-bogus-one",
		"rrsig-signer-child",
		"rrsig-signer-parent",
		"rrsig-signer-offtree",
		"rrsig-labels-exceed",
		"rrsig-labels-too-few",
		"rrsig-wrong-keytag",
		"rrsig-wrong-algorithm",
		"rrsig-one-good-one-expired",
		"rrsig-one-good-one-bogus",
		"nsec-missing-nxdomain",
		"nsec-missing-nodata",
		"nsec-missing-wildcard",
		"nsec-rrsig-missing",
		"nsec-rrsig-bogus",
		"nsec-rrsig-expired",
		"nsec-not-covering",
		"nsec-wildcard-not-covered",
		"nsec-bitmap-has-type",
		"nsec-compact-denial",
		"nsec3-missing-nxdomain",
		"nsec3-missing-nodata",
		"nsec3-missing-wildcard",
		"nsec3-rrsig-missing",
		"nsec3-rrsig-bogus",
		"nsec3-rrsig-expired",
		"nsec3-owner-hash-wrong",
		"nsec3-next-wrong",
		"nsec3-no-closest-encloser",
		"nsec3-no-next-closer",
		"nsec3-no-wildcard-cover",
		"nsec3-iterations-nonzero",
		"nsec3-iterations-51-150",
		"nsec3-iterations-over-150",
		"nsec3-unknown-hash",
		"serial-differs",
		"server-stale-expired",
		"server-unsigned",
		"server-strips-dnssec",
		"dnskey-set-differs-zsk",
		"dnskey-set-differs-ksk",
		"answers-differ",
		"name-missing-on-one",
		"sig-expires-soon",
		"signer-clock-drift",
	};
	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!finding_by_name(rows[i], NULL))
			fail_msg("no finding speaks for %s", rows[i]);
}

static struct lifetimes group(unsigned n, const int64_t pairs[][2])
{
	struct lifetimes l = { 0 };
	for (unsigned i = 0; i < n; i++)
		lifetimes_add(&l, (struct wall){ pairs[i][0] }, (struct wall){ pairs[i][1] });
	return l;
}

/* All signed at once: a quarter of the validity, at least three days where it is long. */
static void bulk_signer_margin(void **state)
{
	(void)state;
	const int64_t two_weeks[][2] = { { 0, 14 * DAY }, { 600, 14 * DAY + 600 } };
	const int64_t ten_days[][2] = { { 0, 10 * DAY } };
	const int64_t short_lived[][2] = { { 0, 2 * DAY } };
	struct lifetimes l = group(2, two_weeks);
	assert_int_equal(renewal_margin(&l, false), 14 * DAY / 4);
	assert_false(ends_soon(&l, (struct wall){ 10 * DAY }, false));
	assert_true(ends_soon(&l, (struct wall){ 11 * DAY }, false));
	l = group(1, ten_days);
	assert_int_equal(renewal_margin(&l, false), 3 * DAY);
	l = group(1, short_lived);
	assert_int_equal(renewal_margin(&l, false), DAY / 2);
}

/* Signed little by little: some are always near their end. */
static void incremental_signer_margin(void **state)
{
	(void)state;
	const int64_t spread[][2] = { { 0, 14 * DAY }, { 5 * DAY, 19 * DAY }, { 8 * DAY, 22 * DAY } };
	struct lifetimes l = group(3, spread);
	assert_int_equal(renewal_margin(&l, false), 14 * DAY / 10);
	assert_false(ends_soon(&l, (struct wall){ 12 * DAY }, false));
	assert_true(ends_soon(&l, (struct wall){ 13 * DAY }, false));
	const int64_t week[][2] = { { 0, 9 * DAY }, { 3 * DAY, 12 * DAY } };
	l = group(2, week);
	assert_int_equal(renewal_margin(&l, false), DAY);
}

/* Zones of others: nobody here can act, so only the last tenth is worth a word. */
static void tight_margin_above(void **state)
{
	(void)state;
	const int64_t pairs[][2] = { { 0, 7 * DAY } };
	struct lifetimes l = group(1, pairs), none = { 0 };
	assert_false(ends_soon(&l, (struct wall){ 6 * DAY }, true));
	assert_true(ends_soon(&l, (struct wall){ 6 * DAY + 10 * HOUR }, true));
	assert_false(ends_soon(&none, (struct wall){ 0 }, true));
}

static const struct finding *only(const struct lab_case *c, enum finding_id id)
{
	const struct finding *found = NULL;
	for (uint32_t i = 0; i < c->verdict->findings.n; i++)
		if (c->verdict->findings.at[i].id == id) {
			assert_null(found);
			found = &c->verdict->findings.at[i];
		}
	assert_non_null(found);
	return found;
}

static void names_both_tags_of_a_mistyped_ds(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(SHOP "break shop.lab. ds wrong-tag\n" ASK);
	const struct finding *f = only(&c, FINDING_DS_WRONG_TAG);
	const struct chain *chain = c.verdict->chain;
	const struct zone_proof *z = lab_case_zone(&c, chain, "shop.lab.");
	assert_int_equal(f->number, z->linking[0].tag);
	assert_true(z->best_keys->keys.signs[0] || z->best_keys->keys.signs[1]);
	assert_int_not_equal(f->number, f->number2);
	assert_true(f->always && f->breaks);
	assert_int_equal(f->n_servers, 2);
	lab_case_free(&c);
}

static void tells_the_first_expiry_and_all_rrsets_once(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make("clock 2026-03-01T12:00:00Z\n" SHOP
					  "record www.shop.lab. 300 AAAA 2001:db8::7\n"
					  "break shop.lab. rrsig expired since=-1d type=A\n"
					  "break shop.lab. rrsig expired since=-3d type=SOA\n" ASK);
	const struct finding *f = only(&c, FINDING_RRSIG_EXPIRED);
	assert_int_equal(c.at.s - f->when.s, 3 * DAY);
	assert_non_null(strstr(f->detail, "www.shop.lab A"));
	assert_non_null(strstr(f->detail, "shop.lab SOA"));
	lab_case_free(&c);
}

static void unbound_forgives_a_tenth(void **state)
{
	(void)state;
	struct sig_try t = { .inception = { 0 }, .expiration = { 5 * DAY } };
	assert_int_equal(unbound_skew(&t), 12 * HOUR);
	t.expiration.s = 2 * HOUR;
	assert_int_equal(unbound_skew(&t), HOUR);
	t.expiration.s = 100 * DAY;
	assert_int_equal(unbound_skew(&t), DAY);
}

static void counts_the_bad_server_only(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(SHOP "break shop.lab. serial=2026010100 at=ns2\n"
					       "break shop.lab. rrsig expired since=-3d at=ns2\n" ASK);
	const struct finding *f = only(&c, FINDING_SERVER_STALE_EXPIRED);
	assert_true(f->n_servers == 1 && f->of_servers == 2 && f->breaks && !f->always);
	assert_int_equal(c.at.s - f->when.s, 3 * DAY);
	const struct finding *serial = only(&c, FINDING_SERIAL_DIFFERS);
	assert_true(serial->number == 2026030100 && serial->number2 == 2026010100 && !serial->breaks);
	lab_case_free(&c);
}

/* A fault of a name server's own zone does not decide the name's verdict. */
static void provider_zone_is_no_cause_by_itself(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(
		"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns.host.lab.=198.51.100.12\n"
		"record www.shop.lab. 300 A 203.0.113.7\n"
		"zone host.lab. ecdsa servers ns1=192.0.2.31\nbreak host.lab. rrsig expired\n" ASK);
	assert_int_not_equal(c.verdict->word, VERDICT_SERVFAIL);
	for (uint32_t i = 0; i < c.verdict->findings.n; i++)
		if (c.verdict->findings.at[i].id == FINDING_RRSIG_EXPIRED)
			assert_false(c.verdict->findings.at[i].always);
	lab_case_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_core_row_has_a_finding),
		cmocka_unit_test(bulk_signer_margin),
		cmocka_unit_test(incremental_signer_margin),
		cmocka_unit_test(tight_margin_above),
		cmocka_unit_test(names_both_tags_of_a_mistyped_ds),
		cmocka_unit_test(tells_the_first_expiry_and_all_rrsets_once),
		cmocka_unit_test(unbound_forgives_a_tenth),
		cmocka_unit_test(counts_the_bad_server_only),
		cmocka_unit_test(provider_zone_is_no_cause_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
