/* The chain: distinct views, which of them link, what holds until when, islands, anchors, and every edit. */
#include "lab_case.h"

#define SHOP                                                                                                 \
	"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=198.51.100.12 ns3=203.0.113.13\n"                   \
	"record www.shop.lab. 300 A 203.0.113.7\n"
#define ASK "ask www.shop.lab. A\n"

static struct edits edit(struct lab_case *c, enum edit_kind kind, const char *zone)
{
	const char *why;
	return (struct edits){ .n = 1,
			       .at = { { .kind = kind, .zone = name_from_text(c->arena, zone, &why) } } };
}

static void proves_identical_data_once(void **state)
{
	(void)state;
	/* RSA: the same data gives the same signature on every server */
	struct lab_case c = lab_case_make(
		"zone shop.lab. rsasha256 servers ns1=192.0.2.11 ns2=198.51.100.12 ns3=203.0.113.13\n"
		"record www.shop.lab. 300 A 203.0.113.7\n"
		"break shop.lab. dnskey extra=1 role=zsk at=ns3\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	const struct zone_proof *z = lab_case_zone(&c, chain, "shop.lab.");
	assert_int_equal(z->status, STATUS_SECURE);
	assert_int_equal(z->ds.n, 1);
	assert_int_equal(z->ds.at[0].servers.n, 2);
	assert_int_equal(z->keys.n, 2);
	assert_int_equal(z->keys.at[0].servers.n + z->keys.at[1].servers.n, 3);
	assert_int_equal(chain->legs.at[0]->answers.n, 1);
	assert_int_equal(chain->legs.at[0]->answers.at[0].servers.n, 3);
	assert_int_equal(chain->legs.at[0]->answers.at[0].good_with, 2);
	assert_int_equal(chain->legs.at[0]->answers.at[0].bad_with, 0);
	lab_case_free(&c);
}

static void counts_key_sets_that_do_not_know_each_other(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(SHOP "break shop.lab. dnskey swap role=zsk id=b at=ns2\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	const struct leg_proof *l = chain->legs.at[0];
	assert_int_equal(l->status, STATUS_SECURE);
	assert_int_equal(l->answers.n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(l->answers.at[i].proof.status, STATUS_SECURE);
		assert_int_equal(l->answers.at[i].good_with, 1);
		assert_int_equal(l->answers.at[i].bad_with, 1);
	}
	lab_case_free(&c);
}

/* The smallest end in the chain above counts, the best server's in a zone. */
static void holds_until_the_first_end(void **state)
{
	(void)state;
	struct lab_case c =
		lab_case_make("clock 2026-03-01T12:00:00Z\n" SHOP
			      "break lab. rrsig window from=-5d until=+3d type=DS name=shop.lab.\n"
			      "break shop.lab. rrsig window from=-5d until=+2d at=ns2\n"
			      "break shop.lab. rrsig window from=-5d until=+9d at=ns1,ns3\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	assert_int_equal(chain->legs.at[0]->until.s - c.at.s, 3 * 86400);
	assert_int_equal(chain->legs.at[0]->best->proof.until.s - c.at.s, 9 * 86400);
	lab_case_free(&c);
}

static void starts_at_the_nearest_anchor(void **state)
{
	(void)state;
	struct lab_case c =
		lab_case_make(SHOP "break shop.lab. ds stale\nanchor .\nanchor shop.lab. dnskey\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	const struct zone_proof *z = lab_case_zone(&c, chain, "shop.lab.");
	assert_true(z->anchored);
	assert_int_equal(z->status, STATUS_SECURE);
	assert_int_equal(chain->legs.at[0]->status, STATUS_SECURE);
	lab_case_free(&c);
}

static void island_below_an_unsigned_zone(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(
		"zone . unsigned servers a.root.=192.0.2.1\nzone lab. unsigned servers a.nic=192.0.2.2\n" SHOP
		"anchor shop.lab.\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	assert_int_equal(lab_case_zone(&c, chain, "lab.")->status, STATUS_INSECURE);
	assert_int_equal(lab_case_zone(&c, chain, "lab.")->reason, REASON_NO_ANCHOR);
	assert_int_equal(chain->legs.at[0]->status, STATUS_SECURE);
	assert_false(chain->no_anchor);
	lab_case_free(&c);
}

static void without_anchor_all_is_insecure(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(SHOP "break shop.lab. rrsig expired\nanchor none\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	assert_true(chain->no_anchor);
	assert_int_equal(chain->legs.at[0]->status, STATUS_INSECURE);
	lab_case_free(&c);
}

/* One parent server out of step: its DS is a view of its own, the other one links. */
static void takes_the_ds_that_links(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make("zone lab. ecdsa servers a.nic=192.0.2.2 b.nic=192.0.2.3\n" SHOP
					  "break shop.lab. ds stale at=a.nic.lab.\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	const struct zone_proof *z = lab_case_zone(&c, chain, "shop.lab.");
	assert_int_equal(z->ds.n, 2);
	assert_int_equal(z->status, STATUS_SECURE);
	assert_ptr_equal(z->best_ds,
			 z->ds.at[0].servers.at[0]->addr.ip[3] == 3 ? &z->ds.at[0] : &z->ds.at[1]);
	lab_case_free(&c);
}

static void silent_ds_question_costs_nothing(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make("zone lab. ecdsa servers a.nic=192.0.2.2\n" SHOP
					  "server a.nic.lab. silent type=DS\n" ASK);
	assert_int_equal(lab_case_chain(&c, NULL)->legs.at[0]->status, STATUS_SECURE);
	lab_case_free(&c);
}

static void dropped_server_is_not_seen(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(
		"zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=198.51.100.12\n"
		"record www.shop.lab. 300 A 203.0.113.7\nbreak shop.lab. rrsig bogus at=ns1\n" ASK);
	struct edits drop = edit(&c, EDIT_DROP_SERVER, "shop.lab.");
	assert_true(addr_from_text("198.51.100.12", 53, &drop.at[0].server));
	drop.at[0].server = tree_zone(c.tree, drop.at[0].zone)->servers.at[1]->addr;
	assert_int_equal(lab_case_chain(&c, NULL)->legs.at[0]->status, STATUS_SECURE);
	const struct chain *chain = lab_case_chain(&c, &drop);
	assert_int_equal(chain->legs.at[0]->answers.n, 1);
	assert_int_equal(chain->legs.at[0]->answers.at[0].servers.n, 1);
	lab_case_free(&c);
}

struct mended {
	const char *what, *breaks;
	enum edit_kind kind;
	const char *zone;
	enum status status;
};

/* Each edit heals what it is for, and nothing it is not for. */
static const struct mended cases[] = {
	{ "new DS", "break shop.lab. ds stale\n", EDIT_DS_FROM_KEYS, "shop.lab.", STATUS_SECURE },
	{ "DS removed", "break shop.lab. ds stale\n", EDIT_DS_REMOVE, "shop.lab.", STATUS_INSECURE },
	{ "old key back", "break shop.lab. ds stale\n", EDIT_KEYS_RESTORE, "shop.lab.", STATUS_SECURE },
	{ "re-signed with a stale DS", "break shop.lab. ds stale\n", EDIT_RESIGN, "shop.lab.", STATUS_BOGUS },
	{ "re-signed", "break shop.lab. rrsig expired\n", EDIT_RESIGN, "shop.lab.", STATUS_SECURE },
	{ "re-signed one", "break shop.lab. rrsig bogus type=A\n", EDIT_RESIGN, "shop.lab.", STATUS_SECURE },
	{ "DS of keys, data expired", "break shop.lab. rrsig expired type=A\n", EDIT_DS_FROM_KEYS,
	  "shop.lab.", STATUS_BOGUS },
	{ "signed again", "break shop.lab. unsigned\n", EDIT_KEYS_RESTORE, "shop.lab.", STATUS_SECURE },
	{ "unsigned, DS of no keys", "break shop.lab. unsigned\n", EDIT_DS_FROM_KEYS, "shop.lab.",
	  STATUS_BOGUS },
	{ "parent re-signed", "break lab. rrsig bogus type=DS\n", EDIT_RESIGN, "lab.", STATUS_SECURE },
	{ "child re-signed for the parent's fault", "break lab. rrsig bogus type=DS\n", EDIT_RESIGN,
	  "shop.lab.", STATUS_BOGUS },
	{ "signatures served",
	  "server ns1.shop.lab. strip-dnssec\nserver ns2.shop.lab. strip-dnssec\n"
	  "server ns3.shop.lab. strip-dnssec\n",
	  EDIT_SERVE_DNSSEC, "shop.lab.", STATUS_SECURE },
	{ "served, but expired", "break shop.lab. rrsig expired\n", EDIT_SERVE_DNSSEC, "shop.lab.",
	  STATUS_BOGUS },
	{ "anchor of its own", "break shop.lab. ds stale\n", EDIT_ANCHOR, "shop.lab.", STATUS_SECURE },
	{ "key gone, re-signed by those published", "break shop.lab. dnskey remove role=zsk\n", EDIT_RESIGN,
	  "shop.lab.", STATUS_SECURE },
	{ "another zone re-signed", "break shop.lab. rrsig expired\n", EDIT_RESIGN, "lab.", STATUS_BOGUS },
};

static void edits_heal_what_they_are_for(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *a = arena_new(1 << 20);
		struct lab_case c = lab_case_make(arena_printf(a, "%s%s%s", SHOP, cases[i].breaks, ASK));
		struct edits e = edit(&c, cases[i].kind, cases[i].zone);
		const struct chain *was = lab_case_chain(&c, NULL), *is = lab_case_chain(&c, &e);
		if (was->legs.at[0]->status != STATUS_BOGUS || is->legs.at[0]->status != cases[i].status)
			fail_msg("%s: %s, then %s", cases[i].what, status_text(was->legs.at[0]->status),
				 status_text(is->legs.at[0]->status));
		if (cases[i].status == STATUS_SECURE)
			assert_true(is->legs.at[0]->until.s > c.at.s);
		lab_case_free(&c);
		arena_free(&a);
	}
}

static void serve_all_leaves_the_best_view(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(
		SHOP "break shop.lab. rrsig bogus at=ns2\nbreak shop.lab. dnskey swap at=ns3\n" ASK);
	struct edits e = edit(&c, EDIT_SERVE_ALL, "shop.lab.");
	const struct chain *was = lab_case_chain(&c, NULL), *is = lab_case_chain(&c, &e);
	assert_true(was->legs.at[0]->answers.n == 3 && lab_case_zone(&c, was, "shop.lab.")->keys.n == 3);
	assert_true(is->legs.at[0]->answers.n == 1 && lab_case_zone(&c, is, "shop.lab.")->keys.n == 1);
	assert_int_equal(is->legs.at[0]->status, STATUS_SECURE);
	lab_case_free(&c);
}

static void signer_below_is_no_cut(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make(SHOP "break shop.lab. rrsig signer=www.shop.lab. type=A\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	assert_string_equal(name_text(c.arena, chain->legs.at[0]->zone->zone->name), "shop.lab.");
	assert_int_equal(chain->legs.at[0]->reason, REASON_SIGNER_BELOW);
	lab_case_free(&c);
}

static void parent_and_child_on_one_server(void **state)
{
	(void)state;
	struct lab_case c = lab_case_make("zone lab. ecdsa servers a.nic=192.0.2.2\n"
					  "zone shop.lab. ecdsa servers a.nic.lab.=192.0.2.2\n"
					  "record www.shop.lab. 300 A 203.0.113.7\n" ASK);
	const struct chain *chain = lab_case_chain(&c, NULL);
	assert_int_equal(lab_case_zone(&c, chain, "shop.lab.")->status, STATUS_SECURE);
	assert_int_equal(chain->legs.at[0]->status, STATUS_SECURE);
	lab_case_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proves_identical_data_once),
		cmocka_unit_test(counts_key_sets_that_do_not_know_each_other),
		cmocka_unit_test(holds_until_the_first_end),
		cmocka_unit_test(starts_at_the_nearest_anchor),
		cmocka_unit_test(island_below_an_unsigned_zone),
		cmocka_unit_test(without_anchor_all_is_insecure),
		cmocka_unit_test(takes_the_ds_that_links),
		cmocka_unit_test(silent_ds_question_costs_nothing),
		cmocka_unit_test(dropped_server_is_not_seen),
		cmocka_unit_test(edits_heal_what_they_are_for),
		cmocka_unit_test(serve_all_leaves_the_best_view),
		cmocka_unit_test(signer_below_is_no_cut),
		cmocka_unit_test(parent_and_child_on_one_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
