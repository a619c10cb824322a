/* A disk of 600 KiB of our own (tmpfs, in a mount namespace): what happens when it is full, again and again. Needs root for
 * the mount; else skipped, and says so. */
#include "tests/store/place_for_test.h"
#include "tests/store/story.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BALLAST = 128 << 10 };

static int small_disk_up(void **state)
{
	if (bench_up_without(state))
		return -1;
	struct bench *b = *state;
	return mount("none", b->dir, "tmpfs", 0, "size=600k");
}

static int small_disk_down(void **state)
{
	struct bench *b = *state;
	store_close(&b->s);
	umount(b->dir);
	return bench_down(state);
}

static void open_with_ballast(struct bench *b)
{
	struct err_at why = { 0 };
	int err = store_open(b->path, &(struct store_options){ .create = true, .ballast_bytes = BALLAST }, &b->s, &why);
	if (err)
		fail_msg("%s", why.text);
}

static int whole_story(struct bench *b)
{
	int err = E_OK, n = story_read(b->s, 'a', 0, &err);
	if (n < 0)
		fail_msg("read %d, error %d: %s; %s", n, err, story_why(), store_why(b->s));
	return n;
}

static int write_until_full(struct bench *b, int n)
{
	int err;
	while ((err = story_write(b->s, 'a', n + 1)) == E_OK)
		assert_true(++n < 10000);
	assert_int_equal(err, E_SYSTEM);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(store_health(b->s), STORE_FULL);
	return n;
}

static void test_full_then_ballast(void **state)
{
	struct bench *b = *state;
	open_with_ballast(b);
	int n = write_until_full(b, 0);
	assert_in_range(n, 1, 2000);
	assert_int_equal(whole_story(b), n);            /* reads go on */
	assert_int_equal(story_write(b->s, 'a', n + 1), E_SYSTEM);
	assert_true(store_drop_ballast(b->s));
	ok(story_write(b->s, 'a', n + 1));              /* what it is for: the incident is written */
	assert_int_equal(store_health(b->s), STORE_FINE);
	n = write_until_full(b, n + 1);
	assert_false(store_drop_ballast(b->s));
	assert_int_equal(store_restore_ballast(b->s), E_SYSTEM);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(store_health(b->s), STORE_FULL);
	assert_int_equal(whole_story(b), n);
	ok(store_check(b->s));
	store_close(&b->s);
	open_with_ballast(b);           /* no room for the ballast: opens all the same, and says so */
	assert_int_equal(whole_story(b), n);
}

static void test_full_at_the_first_moment(void **state)
{
	struct bench *b = *state;
	char junk[128];
	snprintf(junk, sizeof junk, "%s/junk", b->dir);
	int fd = open(junk, O_WRONLY | O_CREAT, 0600);
	char block[4096] = { 1 };
	while (write(fd, block, sizeof block) > 0)
		;
	close(fd);
	struct err_at why = { 0 };
	assert_int_equal(store_open(b->path, &(struct store_options){ .create = true }, &b->s, &why), E_SYSTEM);
	assert_int_equal(errno, ENOSPC);
	assert_null(b->s);
	unlink(junk);
	open_with_ballast(b);           /* what was left of the first try is no hindrance */
	ok(story_write(b->s, 'a', 1));
	assert_int_equal(whole_story(b), 1);
}

static void leave_free(const char *junk, unsigned kib)
{
	struct statvfs v;
	assert_int_equal(statvfs(junk, &v), 0);
	uint64_t room = v.f_bavail * v.f_bsize / 1024;
	int fd = open(junk, O_WRONLY | O_APPEND);
	char block[1024] = { 1 };
	for (; room > kib; room--)
		assert_int_equal(write(fd, block, sizeof block), sizeof block);
	close(fd);
}

/* Somebody else fills the disk and frees it: the story goes on without a gap; what is old is pruned to make room. */
static void test_full_again_and_again(void **state)
{
	struct bench *b = *state;
	char junk[128];
	snprintf(junk, sizeof junk, "%s/junk", b->dir);
	int fd = open(junk, O_WRONLY | O_CREAT, 0600);
	close(fd);
	open_with_ballast(b);
	assert_true(store_drop_ballast(b->s));
	int n = 0, times_full = 0;
	for (int round = 0; round < 150; round++) {
		leave_free(junk, (unsigned)(round * 37) % 90);
		for (int i = 0; i < 6; i++) {
			int err = story_write(b->s, 'a', n + 1);
			n += err == E_OK;
			times_full += err != E_OK;
			assert_true(err == E_OK || (err == E_SYSTEM && store_health(b->s) == STORE_FULL));
		}
		if (round % 10 == 0)
			assert_int_equal(whole_story(b), n);
		assert_int_equal(truncate(junk, 0), 0);
		if (n > 50) {
			store_close(&b->s);
			assert_int_equal(unlink(b->path), 0);
			open_with_ballast(b);
			assert_true(store_drop_ballast(b->s));
			n = 0;
		}
		if (round % 3 == 0)
			bench_again(b);
	}
	assert_int_equal(whole_story(b), n);
	ok(story_write(b->s, 'a', n + 1));
	ok(store_check(b->s));
	assert_true(times_full > 50);
}

/* Deleting needs room too, in the log: that is what the ballast is for. */
static void test_full_then_prune(void **state)
{
	struct bench *b = *state;
	open_with_ballast(b);
	int64_t id;
	char text[2000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	int err;
	for (int i = 0; (err = store_add_event(b->s, &(struct event_row){ .at = at(i), .text = text }, &id)) == E_OK; i++)
		assert_true(i < 2000);
	struct retention r = { .events_s = 1 };
	assert_int_equal(store_prune(b->s, at(100000), &r), E_SYSTEM);
	assert_int_equal(store_health(b->s), STORE_FULL);
	assert_true(store_drop_ballast(b->s));
	ok(store_prune(b->s, at(100000), &r));
	ok(store_add_event(b->s, &(struct event_row){ .at = at(1), .text = text }, &id));
	assert_int_equal(store_health(b->s), STORE_FINE);
}

#define T(f) cmocka_unit_test_setup_teardown(f, small_disk_up, small_disk_down)
int main(void)
{
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		printf("SKIPPED: no mount namespace of our own (%s): the tests with a small disk did NOT run\n", strerror(errno));
		return 77;
	}
	const struct CMUnitTest tests[] = {
		T(test_full_then_ballast), T(test_full_at_the_first_moment), T(test_full_again_and_again), T(test_full_then_prune),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
