/* The one table: whole, without doubles, found by every name it speaks for. */
#include "judge/judge.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static const char *const must_be_known[] = {
	"ns-timeout-all", "ns-timeout-some", "ns-icmp-unreachable", "ns-tcp-refused", "ns-tcp-silent", "ns-tcp-dead-unused",
	"udp-large-answer-lost", "dnskey-answer-needs-tcp-but-none", "ns-wrong-source-address", "ns-wrong-txid",
	"ns-wrong-question", "ns-malformed-reply", "ns-badcookie-loop", "ns-private-address", "ns-loopback-address",
	"ns-ipv6-dead", "not-delegated", "ns-name-nxdomain-all", "ns-name-nxdomain-some", "ns-name-no-address",
	"ns-name-in-broken-zone", "ns-is-cname", "glue-missing", "glue-stale-all", "glue-stale-some", "delegation-cycle",
	"ns-set-parent-only", "ns-set-child-only", "single-ns", "parent-servers-disagree", "lame-refused-all",
	"lame-refused-some", "lame-servfail-all", "lame-servfail-some", "lame-notimp", "lame-formerr", "lame-no-aa",
	"lame-recursor", "lame-upward-referral", "lame-nxdomain", "lame-empty-noerror", "qtype-dnskey-dropped",
	"qtype-aaaa-dropped", "qtype-aaaa-servfail", "cname-loop", "cname-target-bogus", "cname-target-dead",
	"edns-formerr-signed", "edns-formerr-unsigned", "edns-dropped", "edns-do-dropped", "truncated-without-opt",
	"dnssec-not-served", "resolver-anchor-wrong", "resolver-cached-failure", "forwarder-strips-dnssec",
	"resolver-policy-block", "resolver-cd-differs", "ds-wrong-digest", "rrsig-expired-all", "rrsig-expired-one",
};

static void test_every_row_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof must_be_known / sizeof *must_be_known; i++)
		if (finding_by_name(must_be_known[i], NULL) == NULL)
			fail_msg("%s is in no row of the table", must_be_known[i]);
}

static void test_ids_are_single(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FINDING_KINDS; i++) {
		enum finding_id found;
		const struct finding_kind *k = finding_kind(i);
		assert_ptr_equal(finding_by_name(k->id, &found), k);
		assert_int_equal(found, i);
		assert_int_equal(strspn(k->id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(k->id));
	}
}

static unsigned lines(const char *text)
{
	unsigned n = *text != '\0';
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void test_rows_say_enough(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FINDING_KINDS; i++) {
		const struct finding_kind *k = finding_kind(i);
		if (!*k->sentence || !*k->meaning || !k->rfc || !k->rows)
			fail_msg("%s: an empty column", k->id);
		if (k->severity >= SEVERITY_WARNING && (lines(k->fix) < 1 || lines(k->fix) > 4))
			fail_msg("%s: %u steps to mend it", k->id, lines(k->fix));
		if (k->ede < -1 || k->ede > 34)
			fail_msg("%s: EDE %d", k->id, k->ede);
		if (k->sentence[strlen(k->sentence) - 1] != '.' && !strstr(k->sentence, "{detail}"))
			fail_msg("%s: the sentence has no end", k->id);
	}
}

static void test_row_ids_are_whole_words(void **state)
{
	(void)state;
	assert_null(finding_by_name("", NULL));
	assert_null(finding_by_name(" ", NULL));
	assert_null(finding_by_name("expired", NULL));
	assert_null(finding_by_name("ns-timeout-all ns-timeout-some", NULL));
	assert_null(finding_by_name("qtype-aaaa", NULL));
	assert_string_equal(finding_by_name("qtype-aaaa-dropped", NULL)->id, "qtype-dropped");
}

static void test_nearest(void **state)
{
	(void)state;
	assert_string_equal(finding_nearest("lame-refusd-all"), "lame-refused-all");
	assert_string_equal(finding_nearest("ns-timeout-al"), "ns-timeout-all");
	assert_null(finding_nearest("zzzzzzzzzzzzzzzzzzz"));
	assert_null(finding_nearest(""));
	assert_null(finding_nearest("a-very-long-word-that-is-longer-than-any-finding-of-the-table-could-ever-be"));
}

static void test_words_and_exit_codes(void **state)
{
	(void)state;
	static const int codes[] = { 0, 1, 1, 2, 3 };
	for (unsigned v = VERDICT_OK; v <= VERDICT_UNKNOWN; v++)
		assert_int_equal(verdict_exit(v), codes[v]);
	assert_string_equal(verdict_text(VERDICT_AT_RISK), "AT RISK");
	assert_string_equal(verdict_id(VERDICT_AT_RISK), "at-risk");
	assert_string_equal(severity_text(SEVERITY_CRITICAL), "critical");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_found), cmocka_unit_test(test_ids_are_single),
		cmocka_unit_test(test_rows_say_enough), cmocka_unit_test(test_row_ids_are_whole_words),
		cmocka_unit_test(test_nearest), cmocka_unit_test(test_words_and_exit_codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
