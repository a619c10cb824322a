/* What the store shows of each zone to who has no configuration and makes no look: tags, owner, and what the last look saw. */
#include "stage.h"

#define CONFIG "store: /nowhere\nallow: [private, documentation]\n" SLACK
#define ZONES "zones: [{ name: shop.lab, tags: [prod, web], owner: shop team }, plain.lab]\n"
#define LAB "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=203.0.113.12\nzone plain.lab. unsigned servers ns1=192.0.2.21 ns2=203.0.113.22\n" \
	    "ask shop.lab. SOA\nexpect OK\n"

static const char healthy[] = "clock 2026-03-01T12:00:00Z\n" LAB;

static struct zone_row row_of(struct stage *s, const char *zone)
{
	struct zone_row row = { 0 };
	bool found;
	assert_int_equal(store_zone(s->store, s->reading.arena, zone, &row, &found), E_OK);
	assert_true(found);
	return row;
}

static uint32_t history_rows_of(struct stage *s, const char *zone)
{
	history_rows rows = { 0 };
	assert_int_equal(store_history(s->store, s->reading.arena, zone, (struct wall){ INT64_MIN }, 1000, &rows), E_OK);
	return rows.n;
}

static int64_t number_behind(const char *doc, const char *what)
{
	const char *at = strstr(doc, what);
	if (at == NULL)
		fail_msg("no %s in %s", what, doc);
	return strtoll(at + strlen(what), NULL, 10);
}

static void tags_and_owner_stand_there_before_the_first_look(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG ZONES, healthy);
	assert_int_equal(observer_turn(s.observer, 0), E_OK);
	struct zone_row shop = row_of(&s, "shop.lab."), plain = row_of(&s, "plain.lab.");
	assert_string_equal(shop.word, "new");
	assert_string_equal(shop.tags, "prod web");
	assert_string_equal(shop.owner, "shop team");
	assert_string_equal(plain.tags, "");
	assert_string_equal(plain.owner, "");
	stage_clear(&s);
}

static void a_reload_changes_them_and_nothing_else(void **state)
{
	struct stage s;
	struct reading next;
	(void)state;
	stage_set(&s, CONFIG ZONES, healthy);
	stage_run(&s, 600);
	struct zone_row before = row_of(&s, "shop.lab.");
	stage_reload(&s, &next, CONFIG "zones: [{ name: shop.lab, tags: [dev] }]\n");
	struct zone_row after = row_of(&s, "shop.lab.");
	assert_string_equal(after.tags, "dev");
	assert_string_equal(after.owner, "");
	assert_string_equal(after.word, before.word);
	assert_string_equal(after.fingerprint, before.fingerprint);
	assert_string_equal(after.doc, before.doc);
	assert_int_equal(after.since.s, before.since.s);
	struct zone_row plain = row_of(&s, "plain.lab.");
	assert_true(plain.unwatched);
	assert_true(*plain.fingerprint != '\0' && *plain.doc != '\0');   /* kept for its history */
	stage_clear(&s);
	reading_end(&next);
}

static void the_first_look_shows_servers_ds_and_signatures(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG ZONES, healthy);
	stage_run(&s, 600);
	struct zone_row shop = row_of(&s, "shop.lab."), plain = row_of(&s, "plain.lab.");
	assert_non_null(strstr(shop.doc, "[\"ns1.shop.lab.\",\"192.0.2.11\",1,"));
	assert_non_null(strstr(shop.doc, "[\"ns2.shop.lab.\",\"203.0.113.12\",1,"));
	assert_non_null(strstr(shop.doc, "\"ds\":[1,0]"));
	assert_true(number_behind(shop.doc, "\"DNSKEY\":") > s.clock.s);
	assert_non_null(strstr(plain.doc, "\"ds\":[0,0]"));
	assert_non_null(strstr(plain.doc, "\"ends\":{}"));
	assert_true(shop.next_at.s > shop.checked_at.s);
	struct vitals v;
	observer_vitals(s.observer, &v);
	assert_true(v.answers.n > 10 && v.answers.n < v.questions && v.answers.up_to[VITALS_BUCKETS - 1] == v.answers.n);
	stage_clear(&s);
}

/* With a mark in its place: what is written again is seen to be. */
static void an_unchanged_zone_is_not_written_again(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG ZONES, healthy);
	stage_run(&s, 600);
	struct zone_row mark = row_of(&s, "shop.lab.");
	mark.doc = "mark";
	assert_int_equal(store_touch_zones(s.store, &mark, 1), E_OK);
	stage_run(&s, 6 * 3600);
	assert_string_equal(row_of(&s, "shop.lab.").doc, "mark");
	stage_clear(&s);
}

static void serials_and_signatures_are_followed_without_history(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG ZONES, healthy);
	stage_run(&s, 600);
	uint32_t rows = history_rows_of(&s, "shop.lab.");
	int64_t end = number_behind(row_of(&s, "shop.lab.").doc, "\"SOA\":");
	stage_run(&s, 2 * 86400);
	stage_lines(&s, LAB "break shop.lab. serial=2026030901\n");     /* signed anew now */
	stage_run(&s, 900);
	struct zone_row after = row_of(&s, "shop.lab.");
	assert_int_equal(number_behind(after.doc, "\"192.0.2.11\",1,"), 2026030901);
	assert_int_equal(number_behind(after.doc, "\"203.0.113.12\",1,"), 2026030901);
	assert_in_range(number_behind(after.doc, "\"SOA\":"), end + 86400, end + 3 * 86400);
	assert_int_equal(history_rows_of(&s, "shop.lab."), rows);
	stage_clear(&s);
}

static void a_silent_server_is_down_and_has_no_serial(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG ZONES, healthy);
	stage_run(&s, 600);
	stage_lines(&s, LAB "server 203.0.113.12 silent\n");
	stage_run(&s, 1800);
	struct zone_row shop = row_of(&s, "shop.lab.");
	assert_non_null(strstr(shop.doc, "\"203.0.113.12\",0]"));
	assert_non_null(strstr(shop.doc, "\"192.0.2.11\",1,"));
	stage_lines(&s, LAB);
	stage_run(&s, 1800);
	assert_non_null(strstr(row_of(&s, "shop.lab.").doc, "\"203.0.113.12\",1,"));
	stage_clear(&s);
}

static void a_restart_forgets_nothing_of_it(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG ZONES, healthy);
	stage_run(&s, 600);
	const char *doc = row_of(&s, "shop.lab.").doc;
	stage_restart(&s);
	assert_string_equal(row_of(&s, "shop.lab.").doc, doc);
	stage_run(&s, 900);
	assert_string_equal(row_of(&s, "shop.lab.").doc, doc);
	stage_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_and_owner_stand_there_before_the_first_look), cmocka_unit_test(a_reload_changes_them_and_nothing_else),
		cmocka_unit_test(the_first_look_shows_servers_ds_and_signatures), cmocka_unit_test(an_unchanged_zone_is_not_written_again),
		cmocka_unit_test(serials_and_signatures_are_followed_without_history), cmocka_unit_test(a_silent_server_is_down_and_has_no_serial),
		cmocka_unit_test(a_restart_forgets_nothing_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
