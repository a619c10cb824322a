/* What a dashboard is shown of a look: only what this look was told, bounded, and worth a write only where it moved. */
#include "tests/foresee/hand.h"
#include "base/limits.h"
#include "foresee/summary.h"
#include <stdio.h>

static struct snap_server server(struct arena *a, unsigned n, const char *name, bool answered)
{
	struct snap_server v = { .asked = true, .answered = answered, .has_serial = true, .serial = 7 };
	assert_true(addr_from_text(arena_printf(a, "192.0.2.%u", n), 53, &v.addr));
	list_push(a, &v.names, name);
	return v;
}

static void sign(struct arena *a, struct snap_server *v, const char *rrset, int64_t end)
{
	list_push(a, &v->sigs, ((struct snap_sig){ .rrset = rrset, .expiration = { end } }));
}

static void only_what_was_told(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct snapshot s = { .zone = "example.net." };
	struct snap_server one = server(a, 1, "ns1.example.net.", true), dead = server(a, 2, "ns2.example.net.", false), never = server(a, 3, "ns3.example.net.", false);
	sign(a, &one, "SOA", 500);
	sign(a, &one, "SOA", 400);
	sign(a, &one, "www.example.net. A", 1);
	sign(a, &dead, "SOA", 100);
	never.asked = false;
	list_push(a, &s.servers, one);
	list_push(a, &s.servers, dead);
	list_push(a, &s.servers, never);
	struct summary out;
	struct text t;
	summary_of(a, &s, &out);
	text_init(&t, a);
	summary_json(&out, &t);
	assert_string_equal(t.at, "{\"servers\":[[\"ns1.example.net.\",\"192.0.2.1\",1,7],[\"ns2.example.net.\",\"192.0.2.2\",0]],\"more\":0,"
				  "\"ds\":[],\"ends\":{\"SOA\":400}}");
	assert_string_equal(summary_denial(&out), "");
	arena_free(&a);
}

static void ds_of_the_parent_that_has_most(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct snapshot s = { .zone = "example.net." };
	struct snap_parent p = { .ds_known = true }, q = { .ds_known = true };
	list_push(a, &p.ds, ((struct snap_ds){ .matched = true }));
	list_push(a, &q.ds, ((struct snap_ds){ .matched = true }));
	list_push(a, &q.ds, ((struct snap_ds){ .matched = false }));
	list_push(a, &s.parents, p);
	list_push(a, &s.parents, q);
	list_push(a, &s.above, ((struct snap_sig){ .rrset = "example.net. DS", .expiration = { 900 } }));
	list_push(a, &s.above, ((struct snap_sig){ .rrset = "net. DS", .expiration = { 1 } }));
	struct summary out;
	summary_of(a, &s, &out);
	assert_true(out.ds_known);
	assert_int_equal(out.ds_matched, 1);
	assert_int_equal(out.ds_other, 1);
	assert_int_equal(out.ends[SUMMARY_DS].s, 900);
	arena_free(&a);
}

static void bounded(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 22);
	struct snapshot many = { .zone = "example.net." }, longer = { .zone = "example.net." };
	char name[1000];
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	for (unsigned i = 0; i < 64; i++) {
		list_push(a, &many.servers, server(a, i, "ns.", true));
		list_push(a, &longer.servers, server(a, i, name, true));
	}
	struct summary out;
	summary_of(a, &many, &out);
	assert_int_equal(out.servers.n, LIMIT_SUMMARY_SERVERS);
	assert_int_equal(out.more, 64 - LIMIT_SUMMARY_SERVERS);
	summary_of(a, &longer, &out);
	struct text t;
	text_init(&t, a);
	summary_json(&out, &t);
	assert_int_equal(out.servers.n + out.more, 64);
	assert_true(t.len < LIMIT_SUMMARY_BYTES + 100);
	arena_free(&a);
}

static void a_change_is_seen_in_the_hash(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct snapshot s = { .zone = "example.net." };
	list_push(a, &s.servers, server(a, 1, "ns1.example.net.", true));
	struct summary was, now;
	summary_of(a, &s, &was);
	summary_of(a, &s, &now);
	assert_true(summary_hash(&was) == summary_hash(&now));
	now.ends[SUMMARY_SOA] = (struct wall){ 5 };
	assert_true(summary_hash(&was) == summary_hash(&now));
	now.servers.at = arena_copy(a, was.servers.at, sizeof *was.servers.at);
	now.servers.at[0].serial++;
	assert_false(summary_hash(&was) == summary_hash(&now));
	now.servers.at[0].serial--;
	now.servers.at[0].up = false;
	assert_false(summary_hash(&was) == summary_hash(&now));
	arena_free(&a);
}

static bool moved(int64_t told_s, int64_t now_s, int64_t at_s)
{
	struct summary told = summary_none(), now = summary_none();
	told.ends[SUMMARY_SOA] = told_s == INT64_MAX ? WALL_NEVER : (struct wall){ told_s };
	now.ends[SUMMARY_SOA] = now_s == INT64_MAX ? WALL_NEVER : (struct wall){ now_s };
	return summary_ends_moved(told.ends, now.ends, (struct wall){ at_s });
}

static void ends_move_by_an_hour_or_towards_us(void **state)
{
	(void)state;
	int64_t at = 1000000, end = at + 10 * DAY;
	assert_false(moved(end, end, at));
	assert_false(moved(end, end + 300, at));        /* an on-line signer's next answer */
	assert_false(moved(end, end + HOUR - 1, at));
	assert_true(moved(end, end + HOUR, at));
	assert_true(moved(end, end - 1, at));
	assert_true(moved(INT64_MAX, end, at));
	assert_true(moved(end, INT64_MAX, at));
	assert_false(moved(at + 1600, at + 1699, at));  /* of a short one, a sixteenth of what is left */
	assert_true(moved(at + 1600, at + 1700, at));
	assert_true(moved(at - 5, at - 4, at));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_was_told), cmocka_unit_test(ds_of_the_parent_that_has_most), cmocka_unit_test(bounded),
		cmocka_unit_test(a_change_is_seen_in_the_hash), cmocka_unit_test(ends_move_by_an_hour_or_towards_us),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
