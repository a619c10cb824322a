/* The observer about itself: a clock that jumps, canaries judged wrongly, a disk that is full. None may raise an alarm about
 * somebody else, none may silence one. */
#include "stage.h"
#include "watch/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define CONFIG "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\n" SLACK
#define MANY "store: /nowhere\nzones: [shop.lab, plain.lab, a.plain.lab, b.plain.lab]\nallow: [private, documentation]\n" SLACK
#define ZONE "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=203.0.113.12\nrecord www.shop.lab. 300 A 198.51.100.7\n"
#define PLAIN "zone plain.lab. unsigned servers ns1=192.0.2.21 ns2=203.0.113.22\n"
#define ASK "ask shop.lab. SOA\nexpect OK\n"
#define BEGIN "clock 2026-03-01T12:00:00Z\n"
enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static void strict(struct stage *s)
{
	stage_set(s, CONFIG, BEGIN ZONE ASK);
	s->strict_clock = true;
	s->boot.us = 1000000;
	stage_restart(s);
	stage_run(s, HOUR);
	assert_int_equal(stage_told(s, NULL, NULL), 0);
}

static void a_clock_that_jumps_ahead_holds_what_it_would_say(void **state)
{
	struct stage s;
	(void)state;
	strict(&s);
	stage_jump(&s, 60 * DAY);       /* past the end of every signature */
	stage_run(&s, 9 * MINUTE);
	assert_int_equal(stage_told(&s, "self", "self-clock-suspect"), 1);
	assert_int_equal(stage_told(&s, NULL, NULL), 1);
	assert_int_equal(stage_zone_word(&s, VERDICT_OK), 1);
	assert_false(observer_awake(s.observer));
	stage_jump(&s, -60 * DAY);      /* set right again */
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, "self", "self-clock-suspect"), 2);
	assert_int_equal(stage_told(&s, NULL, NULL), 2);
	assert_true(observer_awake(s.observer));
	stage_clear(&s);
}

static void a_clock_that_jumps_back_stops_no_look(void **state)
{
	struct stage s;
	struct vitals before, now;
	(void)state;
	strict(&s);
	stage_jump(&s, -4 * DAY);
	observer_vitals(s.observer, &before);
	stage_run(&s, HOUR);
	observer_vitals(s.observer, &now);
	assert_true(now.looks[VERDICT_OK] >= before.looks[VERDICT_OK] + 10);
	assert_int_equal(stage_told(&s, "self", "self-clock-suspect"), 2);
	assert_int_equal(stage_told(&s, NULL, NULL), 2);
	stage_lines(&s, ZONE "break shop.lab. rrsig expired\n" ASK);
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	stage_clear(&s);
}

/* A store that was mended counts as sound after an hour, by whatever clock; and is not mended again within that hour. */
static void a_clock_that_jumps_back_lets_what_was_mended_end(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, BEGIN ZONE ASK);
	s.strict_clock = true;
	s.boot.us = 1000000;
	s.mended = "rows were lost";
	stage_restart(&s);
	s.observer->mended_at = s.clock;
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_told(&s, "self", "self-store-failed"), 1);
	int64_t ago_s = s.clock.s - s.observer->mended_at.s;
	stage_jump(&s, -4 * DAY);
	stage_run(&s, MINUTE);
	assert_int_equal(s.clock.s - s.observer->mended_at.s, ago_s + MINUTE);
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, "self", "self-store-failed"), 2);
	stage_clear(&s);
}

static void a_clock_that_jumps_back_hides_no_zone_that_is_never_seen(void **state)
{
	struct stage s;
	struct reading next;
	struct vitals v;
	(void)state;
	strict(&s);
	s.net.crowded = true;           /* no look comes to its end */
	stage_reload(&s, &next, MANY);
	stage_jump(&s, -4 * DAY);
	stage_run(&s, HOUR);
	observer_vitals(s.observer, &v);
	assert_int_equal(v.unseen, 3);
	assert_int_equal(v.stale_unseen, 3);
	stage_clear(&s);
	reading_end(&next);
}

static void a_small_step_of_the_clock_is_nothing(void **state)
{
	struct stage s;
	(void)state;
	strict(&s);
	for (int i = 0; i < 20; i++) {
		stage_jump(&s, i % 2 == 0 ? 20 : -20);
		stage_run(&s, 2 * MINUTE);
	}
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	stage_clear(&s);
}

static void a_canary_judged_wrongly_is_told_of_ourselves(void **state)
{
	struct stage s;
	struct canary two[2] = { { .name = "good", .word = "ok", .finding = "" }, { .name = "good again", .word = "ok", .finding = "" } };
	static const uint8_t shop_lab[] = "\4shop\3lab";
	(void)state;
	stage_set(&s, CONFIG, BEGIN ZONE ASK);
	for (int i = 0; i < 2; i++) {
		world_setup(s.world, &two[i].setup);
		two[i].setup.name = shop_lab;
		two[i].setup.type = TYPE_SOA;
	}
	s.canaries = two;
	s.n_canaries = 2;
	s.canary_asker = lab_asker_new(s.world);
	stage_restart(&s);
	stage_run(&s, 10 * MINUTE);
	assert_true(observer_awake(s.observer));
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	two[1].word = "servfail";       /* as if it had been broken, and we had not seen it */
	stage_run(&s, 5 * MINUTE);
	assert_false(observer_awake(s.observer));
	assert_int_equal(stage_told(&s, "self", "self-canary"), 1);
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, NULL, NULL), 1);
	two[1].word = "ok";
	stage_run(&s, 5 * MINUTE);
	assert_true(observer_awake(s.observer));
	assert_int_equal(stage_told(&s, "self", "self-canary"), 2);
	observer_free(&s.observer);
	asker_free(&s.canary_asker);
	stage_clear(&s);
}

/* A small disk of our own, in a mount namespace of our own. */
static bool small_disk(const char *at)
{
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", at, "tmpfs", 0, "size=2m") == 0;
}

static void fill(const char *folder, char path[200])
{
	static char zeros[4096];
	snprintf(path, 200, "%s/filling", folder);
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, zeros, sizeof zeros) > 0 || (errno == ENOSPC && write(fd, zeros, 1) > 0))
		;
	close(fd);
}

/* The deliverer empties whichever store is in use. */
static void deliver_all(struct stage *s)
{
	struct arena *a = arena_new(1u << 28);
	outbox_rows rows = { 0 };
	assert_int_equal(store_outbox(observer_store(s->observer), a, "waiting", 1000, &rows), E_OK);
	for (uint32_t i = 0; i < rows.n; i++)
		assert_int_equal(store_outbox_done(observer_store(s->observer), rows.at[i].id, "sent", s->clock, s->clock, "", ""), E_OK);
	arena_free(&a);
}

static void a_full_disk_silences_no_alert(void **state)
{
	struct stage s;
	struct reading next;
	char folder[128], filling[200];
	(void)state;
	stage_set(&s, CONFIG, BEGIN ZONE PLAIN ASK);
	observer_free(&s.observer);
	store_close(&s.store);
	snprintf(folder, sizeof folder, "%s/disk", s.reading.folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	if (!small_disk(folder)) {
		print_message("SKIPPED, NOT TESTED: a full disk; a mount namespace of one's own needs root (%s)\n", strerror(errno));
		stage_clear(&s);
		skip();
	}
	snprintf(s.store_path, sizeof s.store_path, "%s/store.db", folder);
	stage_begin(&s);
	assert_int_equal(store_watch(s.store, &(struct watched_row){ .zone = "plain.lab.", .tags = "", .owner = "", .expect = "", .added_at = s.clock }), E_OK);
	stage_restart(&s);
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	struct mute_row mute = { .pattern = "plain.lab", .from = s.clock, .until = { s.clock.s + DAY }, .why = "" };
	assert_int_equal(store_add_mute(s.store, &mute, &mute.id), E_OK);
	fill(folder, filling);
	stage_lines(&s, ZONE PLAIN "break shop.lab. rrsig expired\nserver ns1.plain.lab. silent\nserver ns2.plain.lab. silent\n" ASK);
	stage_run(&s, 10 * MINUTE);
	struct vitals v;
	observer_vitals(s.observer, &v);
	assert_true(v.store_in_memory);
	assert_ptr_not_equal(observer_store(s.observer), s.store);
	assert_int_equal(stage_told(&s, "opened", "rrsig-expired"), 1);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);    /* the other one is muted, as the file has it */
	assert_int_equal(stage_open_incidents(&s), 2);
	assert_int_equal(stage_told(&s, NULL, "self-store-failed"), 1);
	deliver_all(&s);
	stage_run(&s, 30 * MINUTE);
	assert_true(observer_store(s.observer) != s.store);     /* the disk is as full as it was */
	assert_int_equal(stage_told(&s, "opened", "rrsig-expired"), 1);
	stage_reload(&s, &next, CONFIG);
	observer_vitals(s.observer, &v);
	assert_true(v.store_in_memory);
	assert_int_equal(v.zones, 2);           /* what was added by command stands in the file, and is watched on */
	assert_int_equal(unlink(filling), 0);
	deliver_all(&s);
	stage_run(&s, 10 * MINUTE);
	assert_ptr_equal(observer_store(s.observer), s.store);
	assert_int_equal(stage_told(&s, NULL, "self-store-failed"), 1);         /* its end, in the file */
	assert_int_equal(stage_open_incidents(&s), 2);
	stage_lines(&s, ZONE PLAIN ASK);
	stage_run(&s, 30 * MINUTE);
	assert_int_equal(stage_told(&s, "resolved", "rrsig-expired"), 1);
	stage_restart(&s);
	assert_int_equal(stage_told(&s, "opened", "rrsig-expired"), 0);         /* it was told while the file was out of use */
	stage_run(&s, HOUR);
	assert_int_equal(stage_told(&s, "opened", NULL), 0);
	observer_free(&s.observer);
	store_close(&s.store);
	assert_int_equal(umount2(folder, MNT_DETACH), 0);
	stage_clear(&s);
	reading_end(&next);
}

static void what_was_told_before_a_restart_ends_under_its_own_key(void **state)
{
	struct stage s;
	(void)state;
	stage_set(&s, CONFIG, BEGIN ZONE ASK);
	stage_run(&s, HOUR);
	stage_dark(&s, true);
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_told(&s, "self", "self-blind"), 1);
	char key[100];
	snprintf(key, sizeof key, "%s", stage_alert(&s, "self", "self-blind")->dedup_key);
	stage_restart(&s);
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_told(&s, "self", "self-blind"), 1);      /* as blind as before: nothing new */
	stage_dark(&s, false);
	stage_run(&s, 10 * MINUTE);
	assert_int_equal(stage_told(&s, "self", "self-blind"), 2);
	assert_string_equal(stage_alert(&s, "self", "self-blind")->dedup_key, key);
	assert_true(stage_alert(&s, "self", "self-blind")->resolved_at.s != WALL_NEVER.s);
	stage_clear(&s);
}

/* The rows of zones cannot be written, while those that are no longer watched are taken leave of. */
static void a_store_that_fails_within_a_reload_leaves_no_zone_behind(void **state)
{
	struct stage s;
	struct reading next;
	char command[400];
	(void)state;
	stage_set(&s, MANY, BEGIN ZONE PLAIN ASK);
	stage_run(&s, HOUR);
	snprintf(command, sizeof command,
		 "python3 -c \"import sqlite3; sqlite3.connect('%s').execute('CREATE TRIGGER stuck BEFORE UPDATE ON zone "
		 "WHEN NEW.unwatched BEGIN SELECT RAISE(FAIL, stuck); END')\"", s.store_path);
	assert_int_equal(system(command), 0);
	stage_reload(&s, &next, CONFIG);
	struct vitals v;
	observer_vitals(s.observer, &v);
	assert_true(v.store_in_memory);
	assert_int_equal(v.zones, 1);
	stage_run(&s, HOUR);
	assert_int_equal(stage_zone_word(&s, VERDICT_OK), 1);
	stage_clear(&s);
	reading_end(&next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_that_jumps_ahead_holds_what_it_would_say),
		cmocka_unit_test(a_clock_that_jumps_back_stops_no_look),
		cmocka_unit_test(a_clock_that_jumps_back_lets_what_was_mended_end),
		cmocka_unit_test(a_clock_that_jumps_back_hides_no_zone_that_is_never_seen),
		cmocka_unit_test(a_small_step_of_the_clock_is_nothing),
		cmocka_unit_test(a_canary_judged_wrongly_is_told_of_ourselves),
		cmocka_unit_test(a_full_disk_silences_no_alert),
		cmocka_unit_test(a_store_that_fails_within_a_reload_leaves_no_zone_behind),
		cmocka_unit_test(what_was_told_before_a_restart_ends_under_its_own_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
