/* What a snapshot holds of a zone, its text and its fingerprint. All worlds are gone through by test_snapshot_worlds. */
#include "tests/foresee/snap_case.h"

#define HEAD                                                                                                                    \
	"zone shop.lab. ecdsa inception=-7d expiration=+20d servers ns1=192.0.2.11 ns2=198.51.100.12\n"                         \
	"record www.shop.lab. 300 A 203.0.113.7\n"
#define ASK "ask www.shop.lab. A\n"
enum { DAY = 86400 };

static const struct snap_sig *sig(const struct snap_server *v, const char *rrset)
{
	for (uint32_t i = 0; i < v->sigs.n; i++)
		if (!strcmp(v->sigs.at[i].rrset, rrset))
			return &v->sigs.at[i];
	return NULL;
}

static void holds_parents_and_servers(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of(HEAD ASK);
	assert_string_equal(s->zone, "shop.lab.");
	assert_int_equal(s->word, VERDICT_OK);
	assert_int_equal(s->parents.n, 2);
	assert_true(s->parents.at[0].ds_known && s->parents.at[0].ns_known && s->parents.at[0].answered);
	assert_int_equal(s->parents.at[0].ds.n, 1);
	assert_true(s->parents.at[0].ds.at[0].matched);
	assert_int_equal(s->parents.at[0].ns.n, 2);
	assert_string_equal(s->parents.at[0].glue.at[0], "ns1.shop.lab. 192.0.2.11");
	assert_int_equal(s->servers.n, 2);
	const struct snap_server *v = &s->servers.at[0];
	assert_true(v->answered && v->authoritative && v->has_serial && v->has_dnskey && v->cds_known && v->tcp_ok);
	assert_int_equal(v->keys.n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		bool ksk = v->keys.at[i].flags & 1;
		assert_int_equal(v->keys.at[i].signs_keys, ksk);
		assert_int_equal(v->keys.at[i].signs_data, !ksk);
	}
	assert_string_equal(s->parents.at[0].ds.at[0].digest,
			    v->keys.at[v->keys.at[0].flags & 1 ? 0 : 1].ds_sha256);
}

static void holds_signatures_with_their_ends(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of(HEAD "break shop.lab. rrsig window from=-7d until=+5d type=A at=ns2\n" ASK);
	static const char *const labels[] = { "DNSKEY", "SOA", "NS", "NSEC", "www.shop.lab. A" };
	for (unsigned i = 0; i < 5; i++)
		assert_non_null(sig(&s->servers.at[0], labels[i]));
	assert_true(sig(&s->servers.at[0], "SOA")->good);
	assert_int_equal(sig(&s->servers.at[0], "www.shop.lab. A")->expiration.s - s->at.s, 20 * DAY);
	assert_int_equal(sig(&s->servers.at[1], "www.shop.lab. A")->expiration.s - s->at.s, 5 * DAY);
	assert_string_equal(s->above.at[0].rrset, ". DNSKEY");
	assert_string_equal(s->above.at[s->above.n - 1].rrset, "shop.lab. DS");
	assert_int_equal(s->breaks_at.s - s->at.s, 5 * DAY);
}

static void a_bad_signature_is_no_good_one(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of(HEAD "break shop.lab. rrsig expired type=A\n" ASK);
	assert_false(sig(&s->servers.at[0], "www.shop.lab. A")->good);
	assert_true(sig(&s->servers.at[0], "SOA")->good);
	assert_int_equal(s->word, VERDICT_SERVFAIL);
	assert_string_equal(s->finding, "rrsig-expired");
}

static void a_ds_without_its_key_is_not_matched(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of(HEAD "break shop.lab. ds wrong-digest\n" ASK);
	assert_int_equal(s->parents.at[0].ds.n, 1);
	assert_false(s->parents.at[0].ds.at[0].matched);
	assert_true(s->servers.at[0].has_dnskey);
}

/* "None" is what is proven or comes from an unsigned parent; silence is not. */
static void no_ds_is_known_only_when_it_is_proven(void **state)
{
	(void)state;
	const struct snapshot *none = snap_of(HEAD "break shop.lab. ds remove\n" ASK);
	assert_true(none->parents.at[0].ds_known);
	assert_int_equal(none->parents.at[0].ds.n, 0);
	const struct snapshot *unproven = snap_of(HEAD "break shop.lab. ds remove\nbreak lab. denial omit=no-ds\n" ASK);
	assert_false(unproven->parents.at[0].ds_known);
	const struct snapshot *silent =
		snap_of_zone(HEAD "server a.nic.lab. silent\nserver b.nic.lab. silent\n" ASK, "shop.lab.");
	assert_int_equal(silent->parents.n, 2);
	for (uint32_t i = 0; i < silent->parents.n; i++)
		assert_false(silent->parents.at[i].ds_known || silent->parents.at[i].ns_known || silent->parents.at[i].answered);
}

static void the_cds_wish_to_be_deleted(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of(HEAD "change shop.lab. add \"shop.lab. 300 CDS 0 0 0 00\"\n" ASK);
	assert_int_equal(s->servers.at[0].cds.n, 1);
	assert_string_equal(s->servers.at[0].cds.at[0], "0 0 0 00");
	s = snap_of(HEAD "change shop.lab. add \"shop.lab. 300 CDNSKEY 0 3 0 AA==\"\n" ASK);
	assert_string_equal(s->servers.at[0].cds.at[0], "0 0 0 00");
	assert_int_equal(snap_of(HEAD ASK)->servers.at[0].cds.n, 0);
}

/* The zone that was watched is gone from its parent: what the parent says is the snapshot. */
static void a_zone_that_is_not_delegated(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of_zone(HEAD "break shop.lab. delegation none\nask shop.lab. SOA\n", "shop.lab.");
	assert_string_equal(s->zone, "shop.lab.");
	assert_int_equal(s->servers.n, 0);
	assert_int_equal(s->parents.n, 2);
	assert_true(s->parents.at[0].answered && s->parents.at[0].ns_known);
	assert_int_equal(s->parents.at[0].ns.n, 0);
}

static void dead_servers_still_have_parents(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of(HEAD "server ns1.shop.lab. silent\nserver ns2.shop.lab. silent\n" ASK);
	assert_int_equal(s->servers.n, 2);
	assert_true(s->servers.at[0].asked);
	assert_false(s->servers.at[0].answered);
	assert_int_equal(s->parents.at[0].ds.n, 1);
	assert_false(s->parents.at[0].ds.at[0].matched);
}

/* ---- the fingerprint ---- */

static const char *print(const char *text)
{
	return snapshot_fingerprint(snap_arena, snap_of(text));
}

static void one_fingerprint_while_nothing_changes(void **state)
{
	(void)state;
	const char *was = print(HEAD ASK);
	assert_int_equal(strlen(was), 64);
	assert_string_equal(was, print(HEAD ASK));
	assert_string_equal(was, print("clock 2026-03-09T07:00:00Z\n" HEAD ASK));
	assert_string_equal(was, print(HEAD "change shop.lab. serial=2026030999\n" ASK));
	assert_string_equal(was, print(HEAD "change shop.lab. rrsig window from=-1d until=+11d\n" ASK));
}

static void another_fingerprint_where_something_did(void **state)
{
	(void)state;
	static const char *const changes_of[] = {
		"break shop.lab. ds wrong-digest\n",
		"break shop.lab. ds remove\n",
		"change shop.lab. ds extra-stale\n",
		"change shop.lab. dnskey extra=1\n",
		"change shop.lab. dnskey swap role=zsk keep\n",
		"change shop.lab. ttl=7200 type=DNSKEY\n",
		"change lab. ttl=7200 type=DS name=shop.lab.\n",
		"change shop.lab. delegation ns ns1.shop.lab.=192.0.2.11\n",
		"change shop.lab. apex-ns ns1.shop.lab.\n",
		"break shop.lab. rrsig expired type=A\n",
		"server ns2.shop.lab. silent\n",
		"server ns2.shop.lab. refused\n",
		"change shop.lab. add \"shop.lab. 300 CDS 0 0 0 00\"\n",
	};
	const char *was = print(HEAD ASK);
	for (unsigned i = 0; i < sizeof changes_of / sizeof *changes_of; i++) {
		const char *is = print(arena_printf(snap_arena, HEAD "%s" ASK, changes_of[i]));
		if (!strcmp(was, is))
			fail_msg("the same fingerprint after: %s", changes_of[i]);
	}
	struct snapshot *s = snap_of(HEAD ASK);
	for (uint32_t i = 0; i < s->servers.n; i++)
		for (uint32_t k = 0; k < s->servers.at[i].keys.n; k++)
			s->servers.at[i].keys.at[k].signs_data = false;
	assert_string_not_equal(was, snapshot_fingerprint(snap_arena, s));
}

/* ---- a quick look, filled in from the last ---- */

static void unknown_servers_keep_what_they_said(void **state)
{
	(void)state;
	const struct snapshot *full = snap_of(HEAD "change shop.lab. add \"shop.lab. 300 CDS 0 0 0 00\"\n" ASK);
	struct snapshot *quick = snap_copy(full);
	struct snap_server *v = &quick->servers.at[1];
	*v = (struct snap_server){ .addr = v->addr, .names = { v->names.at, v->names.n, v->names.room } };
	quick->servers.at[0].cds_known = quick->servers.at[0].ns_known = quick->servers.at[0].tcp_known = false;
	quick->servers.at[0].tcp_ok = false;
	quick->servers.at[0].cds.n = quick->servers.at[0].ns.n = 0;
	quick->servers.at[0].sigs.n = 1;        /* DNSKEY */
	for (uint32_t i = 0; i < quick->servers.at[0].keys.n; i++)
		quick->servers.at[0].keys.at[i].signs_data = false;
	quick->parents.at[1] = (struct snap_parent){ .addr = quick->parents.at[1].addr, .name = quick->parents.at[1].name };
	assert_string_not_equal(snapshot_fingerprint(snap_arena, full), snapshot_fingerprint(snap_arena, quick));
	snapshot_complete(snap_arena, quick, full);
	assert_string_equal(snapshot_fingerprint(snap_arena, full), snapshot_fingerprint(snap_arena, quick));
	assert_string_equal(snap_text(full), snap_text(quick));
}

static void who_is_silent_stays_silent(void **state)
{
	(void)state;
	const struct snapshot *was = snap_of(HEAD ASK);
	struct snapshot *is = snap_of(HEAD "server ns2.shop.lab. silent\n" ASK);
	snapshot_complete(snap_arena, is, was);
	assert_true(is->servers.at[1].asked);
	assert_false(is->servers.at[1].answered);
	assert_true(is->servers.at[1].has_dnskey);
	assert_string_not_equal(snapshot_fingerprint(snap_arena, was), snapshot_fingerprint(snap_arena, is));
}

/* ---- reading ---- */

static void what_is_no_snapshot_is_refused(void **state)
{
	(void)state;
	const char *good = snap_text(snap_of(HEAD ASK));
	struct snapshot *out;
	struct err_at at = { 0 };
	static const struct { const char *text; int error; } bad[] = {
		{ "", E_SYNTAX },
		{ "dnsvigil-evidence/1\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/2\nzone a.\nend\n", E_VERSION },
		{ "dnsvigil-snapshot/1\nzone a.\n", E_TRUNCATED },
		{ "dnsvigil-snapshot/1\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a.\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a.\nzone b.\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone A.\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a.\nverdict ok secure -\nparent 192.0.2.1#53 ds 1 13 2 abcd\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a.\nverdict ok secure -\nparent 192.0.2.1#53 ns b.\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a.\nverdict ok secure -\nserver 192.0.2.1#53 is NOERROR asked asked\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a.\nverdict good secure -\nend\n", E_SYNTAX },
		{ "dnsvigil-snapshot/1\nzone a.\nat +14d\nverdict ok secure -\nend\n", E_SYNTAX },
	};
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		int error = snap_read(bad[i].text, &out, &at);
		if (error != bad[i].error || out)
			fail_msg("%u: error %d", i, error);
	}
	assert_int_equal(snap_read(good, &out, &at), E_OK);
	for (size_t n = strlen(good) - 1; n > 0; n -= n > 97 ? 97 : 1)
		assert_int_not_equal(snapshot_from_text(snap_arena, good, n, &out, &at), E_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_parents_and_servers),
		cmocka_unit_test(holds_signatures_with_their_ends),
		cmocka_unit_test(a_bad_signature_is_no_good_one),
		cmocka_unit_test(a_ds_without_its_key_is_not_matched),
		cmocka_unit_test(no_ds_is_known_only_when_it_is_proven),
		cmocka_unit_test(the_cds_wish_to_be_deleted),
		cmocka_unit_test(a_zone_that_is_not_delegated),
		cmocka_unit_test(dead_servers_still_have_parents),
		cmocka_unit_test(one_fingerprint_while_nothing_changes),
		cmocka_unit_test(another_fingerprint_where_something_did),
		cmocka_unit_test(unknown_servers_keep_what_they_said),
		cmocka_unit_test(who_is_silent_stays_silent),
		cmocka_unit_test(what_is_no_snapshot_is_refused),
	};
	return cmocka_run_group_tests(tests, snap_setup, snap_teardown);
}
