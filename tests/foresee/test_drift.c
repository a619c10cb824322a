/* What drifted between two looks: each kind, with its weight, and beside it the look in which nothing may be told. */
#include "tests/foresee/snap_case.h"

#define HEAD                                                                                                                    \
	"zone shop.lab. ecdsa inception=-7d expiration=+20d servers ns1=192.0.2.11 ns2=198.51.100.12\n"                         \
	"record www.shop.lab. 300 A 203.0.113.7\n"
#define ASK "ask www.shop.lab. A\n"

static changes between(const struct snapshot *was, const struct snapshot *is)
{
	changes c = { 0 };
	drift_between(snap_arena, was, is, &c);
	return c;
}

static changes worlds(const char *was, const char *is)
{
	return between(snap_of(arena_printf(snap_arena, HEAD "%s" ASK, was)), snap_of(arena_printf(snap_arena, HEAD "%s" ASK, is)));
}

static const struct change *change(const changes *c, enum change_kind kind)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->at[i].kind == kind)
			return &c->at[i];
	return NULL;
}

static const struct change *needs(const changes *c, enum change_kind kind, enum severity severity)
{
	const struct change *found = change(c, kind);
	if (!found) {
		for (uint32_t i = 0; i < c->n; i++)
			print_message("told: %s %s\n", change_id(c->at[i].kind), change_text(snap_arena, &c->at[i]));
		fail_msg("%s is not told", change_id(kind));
	}
	if (found->severity != severity)
		fail_msg("%s is told as %s", change_id(kind), severity_text(found->severity));
	assert_true(*change_text(snap_arena, found) != '\0');
	return found;
}

static void nothing_else(const changes *c, uint32_t n)
{
	for (uint32_t i = n; i < c->n; i++)
		fail_msg("told too: %s %s", change_id(c->at[i].kind), change_text(snap_arena, &c->at[i]));
}

static void nothing(const changes *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		fail_msg("told: %s %s", change_id(c->at[i].kind), change_text(snap_arena, &c->at[i]));
}

/* ---- DS ---- */

static void a_ds_that_vanished_is_critical(void **state)
{
	(void)state;
	changes c = worlds("", "break shop.lab. ds remove\n");
	const struct change *x = needs(&c, CHANGE_DS_VANISHED, SEVERITY_CRITICAL);
	assert_true(x == &c.at[0] && x->tag != 0);
	assert_null(change(&c, CHANGE_DS_REMOVED));
	assert_string_equal(x->where, "");
	c = worlds("break shop.lab. ds remove\n", "break shop.lab. ds remove\n");
	nothing(&c);
	/* not proven, so not known */
	c = worlds("", "break shop.lab. ds remove\nbreak lab. denial omit=no-ds\n");
	assert_null(change(&c, CHANGE_DS_VANISHED));
}

static void a_ds_more_and_a_ds_less(void **state)
{
	(void)state;
	changes c = worlds("", "change shop.lab. ds extra-stale\n");
	const struct change *x = needs(&c, CHANGE_DS_ADDED, SEVERITY_WARNING); /* names no key */
	assert_string_equal(x->before, "");
	assert_true(*x->after && x->tag && x->algorithm);
	c = worlds("change shop.lab. ds extra-stale\n", "");
	needs(&c, CHANGE_DS_REMOVED, SEVERITY_WARNING);
	assert_null(change(&c, CHANGE_DS_VANISHED));
	c = worlds("change shop.lab. dnskey swap role=ksk keep\nchange shop.lab. ds of=other\n",
		   "change shop.lab. dnskey swap role=ksk keep\n");
	needs(&c, CHANGE_DS_ADDED, SEVERITY_NOTICE);    /* names a key */
}

static void a_parent_server_that_lost_the_ds_is_named(void **state)
{
	(void)state;
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	is->parents.at[1].ds.n = 0;
	changes c = between(was, is);
	assert_string_equal(needs(&c, CHANGE_DS_REMOVED, SEVERITY_WARNING)->where, "b.nic.lab. (198.18.1.2)");
	/* it did not answer: it takes no part */
	is->parents.at[1].answered = is->parents.at[1].ds_known = is->parents.at[1].ns_known = false;
	is->parents.at[1].ns.n = is->parents.at[1].glue.n = 0;
	c = between(was, is);
	nothing(&c);
	/* and back */
	c = between(is, was);
	nothing(&c);
}

static void ttl_that_grew(void **state)
{
	(void)state;
	changes c = worlds("", "change lab. ttl=7200 type=DS name=shop.lab.\n");
	const struct change *x = needs(&c, CHANGE_TTL_DS, SEVERITY_WARNING);
	assert_string_equal(x->before, "3600");
	assert_string_equal(x->after, "7200");
	c = worlds("change lab. ttl=7200 type=DS name=shop.lab.\n", "");
	needs(&c, CHANGE_TTL_DS, SEVERITY_INFO);
	c = worlds("", "change shop.lab. ttl=7200 type=DNSKEY\n");
	needs(&c, CHANGE_TTL_DNSKEY, SEVERITY_WARNING);
	c = worlds("change shop.lab. ttl=7200 type=DNSKEY\n", "");
	needs(&c, CHANGE_TTL_DNSKEY, SEVERITY_INFO);
	c = worlds("", "change shop.lab. ttl=7200 type=A\n");
	nothing(&c);
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	is->parents.at[0].ns_ttl = 86400;
	c = between(was, is);
	needs(&c, CHANGE_TTL_NS, SEVERITY_NOTICE);
}

/* ---- keys ---- */

static void keys_come_and_go(void **state)
{
	(void)state;
	changes c = worlds("", "change shop.lab. dnskey extra=1\n");
	const struct change *x = needs(&c, CHANGE_KEY_ADDED, SEVERITY_NOTICE);
	assert_true(x->tag != 0 && x->algorithm == 13);
	nothing_else(&c, 1);
	c = worlds("change shop.lab. dnskey extra=1\n", "");
	needs(&c, CHANGE_KEY_REMOVED, SEVERITY_NOTICE);
	nothing_else(&c, 1);
	c = worlds("", "change shop.lab. dnskey swap role=ksk\n");      /* the DS still names it */
	needs(&c, CHANGE_KEY_REMOVED, SEVERITY_ERROR);
}

static void one_server_with_another_key(void **state)
{
	(void)state;
	changes c = worlds("", "change shop.lab. dnskey extra=1 at=ns2\n");
	assert_string_equal(needs(&c, CHANGE_KEY_ADDED, SEVERITY_NOTICE)->where, "ns2.shop.lab. (198.51.100.12)");
	/* the other follows: no news */
	c = worlds("change shop.lab. dnskey extra=1 at=ns2\n", "change shop.lab. dnskey extra=1\n");
	assert_null(change(&c, CHANGE_KEY_ADDED));
	/* the server that alone has it falls silent, and comes back */
	c = worlds("change shop.lab. dnskey extra=1 at=ns2\n", "change shop.lab. dnskey extra=1 at=ns2\nserver ns2.shop.lab. silent\n");
	assert_null(change(&c, CHANGE_KEY_REMOVED));
	c = worlds("change shop.lab. dnskey extra=1 at=ns2\nserver ns2.shop.lab. silent\n", "change shop.lab. dnskey extra=1 at=ns2\n");
	assert_null(change(&c, CHANGE_KEY_ADDED));
}

/* Two providers, each with keys of its own: they differ all the time, and nothing drifts. */
static void servers_that_differ_do_not_drift(void **state)
{
	(void)state;
	const char *two = "change shop.lab. dnskey extra=1 id=b at=ns2\nchange shop.lab. serial=77 at=ns2\n";
	changes c = worlds(two, two);
	nothing(&c);
}

static void a_key_with_another_role(void **state)
{
	(void)state;
	changes c = worlds("change shop.lab. dnskey extra=1 id=b\n", "change shop.lab. dnskey swap role=zsk id=b keep\n");
	needs(&c, CHANGE_KEY_ROLE, SEVERITY_NOTICE);
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	for (uint32_t i = 0; i < is->servers.at[0].keys.n; i++)
		is->servers.at[0].keys.at[i].signs_data = false;
	c = between(was, is);   /* the other server shows it still */
	nothing(&c);
}

static void algorithms_that_changed(void **state)
{
	(void)state;
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	for (uint32_t i = 0; i < is->servers.n; i++) {
		is->servers.at[i].keys.at[0].algorithm = 8;
		is->servers.at[i].keys.at[0].hash = "aa";
	}
	changes c = between(was, is);
	const struct change *x = needs(&c, CHANGE_ALGORITHM, SEVERITY_WARNING);
	assert_string_equal(x->before, "13");
	assert_string_equal(x->after, "8, 13");
	c = worlds("", "change shop.lab. dnskey extra=1\n");
	assert_null(change(&c, CHANGE_ALGORITHM));
}

static void signed_and_unsigned(void **state)
{
	(void)state;
	changes c = worlds("", "break shop.lab. unsigned\n");
	needs(&c, CHANGE_UNSIGNED, SEVERITY_CRITICAL);  /* a DS stands */
	assert_null(change(&c, CHANGE_KEY_REMOVED));
	c = worlds("break shop.lab. unsigned\n", "");
	needs(&c, CHANGE_SIGNED, SEVERITY_NOTICE);
	assert_null(change(&c, CHANGE_KEY_ADDED));
	c = worlds("break shop.lab. ds remove\n", "break shop.lab. ds remove\nbreak shop.lab. unsigned\n");
	needs(&c, CHANGE_UNSIGNED, SEVERITY_WARNING);
	c = worlds("", "server ns1.shop.lab. silent\nserver ns2.shop.lab. silent\n");
	assert_null(change(&c, CHANGE_UNSIGNED));
}

/* ---- NS, glue, addresses ---- */

static void ns_at_the_parent(void **state)
{
	(void)state;
	changes c = worlds("", "change shop.lab. delegation ns ns1.shop.lab.=192.0.2.11\n");
	const struct change *x = needs(&c, CHANGE_NS_PARENT, SEVERITY_WARNING);
	assert_string_equal(x->before, "ns1.shop.lab., ns2.shop.lab.");
	assert_string_equal(x->after, "ns1.shop.lab.");
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	for (uint32_t i = 0; i < 2; i++) {
		is->parents.at[i].ns.at[0] = "dns1.example.";
		is->parents.at[i].ns.at[1] = "dns2.example.";
	}
	c = between(was, is);
	needs(&c, CHANGE_NS_PARENT, SEVERITY_ERROR);    /* all of them at once */
	is->parents.at[1] = was->parents.at[1];
	c = between(was, is);
	needs(&c, CHANGE_NS_PARENT, SEVERITY_ERROR);    /* at one parent server all */
	/* another order is the same set */
	is = snap_copy(was);
	is->parents.at[0].ns.at[0] = was->parents.at[0].ns.at[1];
	is->parents.at[0].ns.at[1] = was->parents.at[0].ns.at[0];
	c = between(was, is);
	nothing(&c);
}

static void a_delegation_that_is_gone(void **state)
{
	(void)state;
	struct snapshot *was = snap_of_zone(HEAD "ask shop.lab. SOA\n", "shop.lab.");
	struct snapshot *is = snap_of_zone(HEAD "break shop.lab. delegation none\nask shop.lab. SOA\n", "shop.lab.");
	changes c = between(was, is);
	assert_string_equal(needs(&c, CHANGE_NS_PARENT, SEVERITY_CRITICAL)->after, "");
}

static void ns_at_the_child(void **state)
{
	(void)state;
	changes c = worlds("", "change shop.lab. apex-ns ns1.shop.lab.\n");
	needs(&c, CHANGE_NS_CHILD, SEVERITY_NOTICE);
	assert_null(change(&c, CHANGE_NS_PARENT));
}

static void glue_of_names_that_stayed(void **state)
{
	(void)state;
	changes c = worlds("", "change shop.lab. delegation glue ns2.shop.lab.=203.0.113.99\n");
	const struct change *x = needs(&c, CHANGE_GLUE, SEVERITY_WARNING);
	assert_string_equal(x->where, "ns2.shop.lab.");
	assert_string_equal(x->before, "198.51.100.12");
	assert_string_equal(x->after, "203.0.113.99");
	assert_null(change(&c, CHANGE_ADDRESS));
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	is->parents.at[0].glue.n = 1;
	is->parents.at[1].glue.n = 1;   /* left out of a referral */
	c = between(was, is);
	nothing(&c);
}

static void an_address_that_moved(void **state)
{
	(void)state;
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	addr_from_text("203.0.113.99", 53, &is->servers.at[1].addr);
	changes c = between(was, is);
	const struct change *x = needs(&c, CHANGE_ADDRESS, SEVERITY_NOTICE);
	assert_string_equal(x->where, "ns2.shop.lab.");
	assert_string_equal(x->after, "203.0.113.99");
	/* one more beside it is no move; nor is one of the other family */
	is = snap_copy(was);
	list_push(snap_arena, &is->servers, is->servers.at[1]);
	addr_from_text("203.0.113.99", 53, &is->servers.at[2].addr);
	c = between(was, is);
	assert_null(change(&c, CHANGE_ADDRESS));
	addr_from_text("2001:db8::9", 53, &is->servers.at[2].addr);
	c = between(was, is);
	assert_null(change(&c, CHANGE_ADDRESS));
}

/* ---- servers, serials ---- */

static void a_server_lost_and_back(void **state)
{
	(void)state;
	changes c = worlds("", "server ns2.shop.lab. silent\n");
	assert_string_equal(needs(&c, CHANGE_SERVER_LOST, SEVERITY_WARNING)->where, "ns2.shop.lab. (198.51.100.12)");
	c = worlds("server ns2.shop.lab. silent\n", "");
	needs(&c, CHANGE_SERVER_BACK, SEVERITY_INFO);
	c = worlds("", "server ns2.shop.lab. refused\n");
	assert_string_equal(needs(&c, CHANGE_SERVER_LOST, SEVERITY_WARNING)->after, "REFUSED");
	c = worlds("server ns2.shop.lab. silent\n", "server ns2.shop.lab. silent\n");
	nothing(&c);
	c = worlds("", "server ns1.shop.lab. silent\nserver ns2.shop.lab. silent\n");
	needs(&c, CHANGE_SERVER_LOST, SEVERITY_ERROR);
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	is->servers.at[1].asked = is->servers.at[1].answered = false;   /* not asked at all */
	c = between(was, is);
	nothing(&c);
}

static void a_serial_that_went_back(void **state)
{
	(void)state;
	changes c = worlds("change shop.lab. serial=50\n", "change shop.lab. serial=49\n");
	const struct change *x = needs(&c, CHANGE_SERIAL_BACK, SEVERITY_ERROR);
	assert_string_equal(x->before, "50");
	assert_string_equal(x->after, "49");
	assert_string_equal(x->where, "");
	/* over the end of the numbers it goes forward (RFC 1982) */
	c = worlds("change shop.lab. serial=4294967290\n", "change shop.lab. serial=5\n");
	nothing(&c);
	/* an older one while the newest is served elsewhere: lag, or another site of one address */
	c = worlds("change shop.lab. serial=50\n", "change shop.lab. serial=50\nchange shop.lab. serial=48 at=ns2\n");
	assert_null(change(&c, CHANGE_SERIAL_BACK));
	/* the one server that had the newest */
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	was->servers.at[1].serial = is->servers.at[1].serial - 2;
	is->servers.at[1].serial = was->servers.at[1].serial;
	is->servers.at[0].serial = was->servers.at[1].serial - 1;
	c = between(was, is);
	assert_string_equal(needs(&c, CHANGE_SERIAL_BACK, SEVERITY_ERROR)->where, "ns1.shop.lab. (192.0.2.11)");
	is->servers.at[0].answered = false;     /* what it said is kept from before */
	c = between(was, is);
	assert_null(change(&c, CHANGE_SERIAL_BACK));
}

/* ---- CDS, verdict ---- */

#define CDS "change shop.lab. add \"shop.lab. 300 CDS "
static void cds_and_the_wish_to_be_deleted(void **state)
{
	(void)state;
	changes c = worlds("", CDS "0 0 0 00\"\n");
	needs(&c, CHANGE_CDS_DELETE, SEVERITY_CRITICAL);
	assert_null(change(&c, CHANGE_CDS));
	c = worlds(CDS "0 0 0 00\"\n", CDS "0 0 0 00\"\n");
	nothing(&c);
	c = worlds(CDS "0 0 0 00\"\n", "");
	needs(&c, CHANGE_CDS, SEVERITY_NOTICE);
	struct snapshot *was = snap_of(HEAD ASK), *is = snap_copy(was);
	is->servers.at[0].cds_known = is->servers.at[1].cds_known = false;
	c = between(was, is);
	nothing(&c);
}

static void the_verdict(void **state)
{
	(void)state;
	changes c = worlds("", "break shop.lab. rrsig expired type=A\n");
	const struct change *x = needs(&c, CHANGE_VERDICT, SEVERITY_CRITICAL);
	assert_string_equal(x->before, "OK");
	assert_string_equal(x->after, "SERVFAIL rrsig-expired");
	c = worlds("break shop.lab. rrsig expired type=A\n", "");
	needs(&c, CHANGE_VERDICT, SEVERITY_INFO);
	c = worlds("break shop.lab. rrsig expired type=A\n", "break shop.lab. rrsig bogus type=A\n");
	needs(&c, CHANGE_VERDICT, SEVERITY_CRITICAL);
	c = worlds("", "change shop.lab. rrsig window from=-1d until=+25d\n");  /* signed anew */
	nothing(&c);
}

static void the_worst_comes_first(void **state)
{
	(void)state;
	changes c = worlds("", "break shop.lab. ds remove\nchange shop.lab. dnskey extra=1\nserver ns2.shop.lab. silent\n");
	assert_true(c.n >= 3);
	for (uint32_t i = 1; i < c.n; i++)
		assert_true(c.at[i - 1].severity >= c.at[i].severity);
}

/* ---- pinned ---- */

static changes held(const struct snapshot *s, const struct pinned *p)
{
	changes c = { 0 };
	drift_pinned(snap_arena, s, p, &c);
	return c;
}

static void pinned_ns_and_ds(void **state)
{
	(void)state;
	const struct snapshot *s = snap_of(HEAD ASK);
	const struct snap_ds *d = &s->parents.at[0].ds.at[0];
	const char *ns[] = { "ns2.shop.lab.", "ns1.shop.lab." };
	const char *ds[] = { arena_printf(snap_arena, "%u 13 2 %s", d->tag, d->digest) };
	struct pinned p = { .ns = ns, .n_ns = 2, .ds = ds, .n_ds = 1 };
	changes c = held(s, &p);
	nothing(&c);
	c = held(s, &(struct pinned){ 0 });
	nothing(&c);
	p.n_ns = 1;
	c = held(s, &p);
	needs(&c, CHANGE_PINNED_NS, SEVERITY_ERROR);
	nothing_else(&c, 1);
	p.n_ns = 2;
	c = held(snap_of(HEAD "change shop.lab. apex-ns ns1.shop.lab. at=ns2\n" ASK), &p);
	assert_string_equal(needs(&c, CHANGE_PINNED_NS, SEVERITY_ERROR)->where, "ns2.shop.lab. (198.51.100.12)");
	c = held(snap_of(HEAD "change shop.lab. ds extra-stale\n" ASK), &p);
	needs(&c, CHANGE_PINNED_DS, SEVERITY_ERROR);
	c = held(snap_of(HEAD "break shop.lab. ds remove\n" ASK), &p);
	needs(&c, CHANGE_PINNED_DS, SEVERITY_CRITICAL);
	c = held(snap_of_zone(HEAD "server a.nic.lab. silent\nserver b.nic.lab. silent\n" ASK, "shop.lab."), &p);
	nothing(&c);    /* nobody said anything */
}

static void pinned_unsigned(void **state)
{
	(void)state;
	struct pinned p = { .unsigned_wanted = true };
	changes c = held(snap_of(HEAD ASK), &p);
	assert_string_equal(needs(&c, CHANGE_PINNED_DS, SEVERITY_ERROR)->before, "none");
	c = held(snap_of(HEAD "break shop.lab. ds remove\n" ASK), &p);
	nothing(&c);
}

static void every_kind_has_a_name_and_a_sentence(void **state)
{
	(void)state;
	for (unsigned k = 0; k < CHANGE_KINDS; k++) {
		struct change c = { .kind = k, .where = "", .before = "was", .after = "is", .why = "" };
		assert_int_equal(strspn(change_id(k), "abcdefghijklmnopqrstuvwxyz-"), strlen(change_id(k)));
		assert_true(strlen(change_text(snap_arena, &c)) > 10);
		assert_null(strchr(change_text(snap_arena, &c), '{'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ds_that_vanished_is_critical),
		cmocka_unit_test(a_ds_more_and_a_ds_less),
		cmocka_unit_test(a_parent_server_that_lost_the_ds_is_named),
		cmocka_unit_test(ttl_that_grew),
		cmocka_unit_test(keys_come_and_go),
		cmocka_unit_test(one_server_with_another_key),
		cmocka_unit_test(servers_that_differ_do_not_drift),
		cmocka_unit_test(a_key_with_another_role),
		cmocka_unit_test(algorithms_that_changed),
		cmocka_unit_test(signed_and_unsigned),
		cmocka_unit_test(ns_at_the_parent),
		cmocka_unit_test(a_delegation_that_is_gone),
		cmocka_unit_test(ns_at_the_child),
		cmocka_unit_test(glue_of_names_that_stayed),
		cmocka_unit_test(an_address_that_moved),
		cmocka_unit_test(a_server_lost_and_back),
		cmocka_unit_test(a_serial_that_went_back),
		cmocka_unit_test(cds_and_the_wish_to_be_deleted),
		cmocka_unit_test(the_verdict),
		cmocka_unit_test(the_worst_comes_first),
		cmocka_unit_test(pinned_ns_and_ds),
		cmocka_unit_test(pinned_unsigned),
		cmocka_unit_test(every_kind_has_a_name_and_a_sentence),
	};
	return cmocka_run_group_tests(tests, snap_setup, snap_teardown);
}
