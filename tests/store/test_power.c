/* A disk that fills up or fails at each of its writes, and power that goes at any of them: what was committed is there, what
 * was not is not there by half. Argument: how many power cuts. */
#include "tests/store/place_for_test.h"
#include "tests/store/shim.h"
#include "tests/store/story.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int cuts = 200;

static int read_all(struct bench *b)
{
	int err = E_OK, n = story_read(b->s, 'a', 0, &err);
	if (n < 0)
		fail_msg("read %d, error %d: %s; %s", n, err, story_why(), store_why(b->s));
	return n;
}

static void test_every_commit_is_synced(void **state)
{
	struct bench *b = *state;
	ok(story_write(b->s, 'a', 1));
	shim_fail_from(0, 0);
	ok(story_write(b->s, 'a', 2));
	assert_int_equal(shim_syncs(), 1);
	shim_fail_from(0, 0);
	struct zone_row z[50];
	for (int i = 0; i < 50; i++)
		z[i] = (struct zone_row){ .zone = "a1.example.", .checked_at = at(i) };
	ok(store_touch_zones(b->s, z, 50));
	assert_int_equal(shim_syncs(), 1);      /* many touches, one transaction */
}

/* Step 2 is tried with the disk failing at the 1st, 2nd, ... write, until it comes through. */
static void fail_everywhere(struct bench *b, int rc, enum store_health health, int os)
{
	ok(story_write(b->s, 'a', 1));
	for (uint64_t n = 1;; n++) {
		assert_true(n < 200);
		shim_fail_from(n, rc);
		int err = story_write(b->s, 'a', 2), was = errno;
		uint64_t done = shim_writes();
		shim_fail_from(0, 0);
		if (!err) {
			assert_true(n > 3 && done < n);
			break;
		}
		assert_int_equal(err, E_SYSTEM);
		assert_int_equal(was, os);
		assert_int_equal(store_health(b->s), health);
		assert_int_not_equal(store_why(b->s)[0], '\0');
		assert_int_equal(read_all(b), 1);       /* reads go on */
		ok(store_set(b->s, "after", "all"));
		assert_int_equal(store_health(b->s), STORE_FINE);
	}
	assert_int_equal(read_all(b), 2);
	ok(store_check(b->s));
}

static void test_full_at_each_write(void **state)
{
	fail_everywhere(*state, SQLITE_FULL, STORE_FULL, ENOSPC);
}

static void test_error_at_each_write(void **state)
{
	fail_everywhere(*state, SQLITE_IOERR_WRITE, STORE_FAILING, EIO);
}

static int add_large(struct bench *b, const char *text, size_t len, bool as_event)
{
	int64_t id;
	if (as_event)
		return store_add_event(b->s, &(struct event_row){ .text = text }, &id);
	return store_add_history(b->s, &(struct history_row){ .zone = "z.", .evidence = text, .evidence_len = len }, &id);
}

/* After the first failure nothing of the transaction may be written, whatever is called: SQLite may have ended it on its own. */
static void test_failure_spoils_the_transaction(void **state)
{
	struct bench *b = *state;
	size_t len = 4 << 20;           /* more than the page cache: written before the commit */
	char *text = calloc(1, len + 1);
	for (size_t i = 0; i < len; i++)
		text[i] = (char)(1 + rand() % 255);
	for (int as_event = 0; as_event < 2; as_event++) {
		ok(store_begin(b->s));
		ok(store_set(b->s, "a", "1"));
		shim_fail_from(1, SQLITE_FULL);
		assert_int_equal(add_large(b, text, len, as_event), E_SYSTEM);
		shim_fail_from(0, 0);
		assert_int_equal(store_set(b->s, "b", "2"), E_SYSTEM);
		assert_int_equal(store_commit(b->s), E_SYSTEM);
		const char *v;
		ok(store_get(b->s, b->a, "a", &v));
		assert_null(v);
		ok(store_get(b->s, b->a, "b", &v));
		assert_null(v);
	}
	free(text);
	ok(store_set(b->s, "b", "3"));
}

static void test_no_room_for_the_shared_memory(void **state)
{
	struct bench *b = *state;
	ok(story_write(b->s, 'a', 1));
	store_close(&b->s);
	struct err_at why = { 0 };
	shim_fail_from(1, SQLITE_FULL);
	assert_int_equal(store_open(b->path, &(struct store_options){ 0 }, &b->s, &why), E_SYSTEM);
	assert_int_equal(errno, ENOSPC);
	shim_fail_from(0, 0);
	b->s = bench_open(b, false);
	assert_int_equal(read_all(b), 1);
}

static void test_power_cuts(void **state)
{
	struct bench *b = *state;
	int kept_more = 0;
	ok(story_write(b->s, 'a', 1));
	store_close(&b->s);
	shim_forget();
	int n = 1;
	for (int cut = 0; cut < cuts; cut++) {
		b->s = bench_open(b, false);
		/* a step is 5 to 20 writes; a checkpoint, every thousand pages, some hundreds */
		shim_fail_from((unsigned)(cut * 7919) % 400 + 1, SQLITE_IOERR_WRITE);
		int acked = n;
		while (story_write(b->s, 'a', acked + 1) == E_OK)
			acked++;
		store_close(&b->s);
		assert_true(shim_power_back((unsigned)cut));
		b->s = bench_open(b, false);
		ok(store_check(b->s));
		n = read_all(b);
		if (n < acked || n > acked + 1)
			fail_msg("cut %d: %d were committed, %d are there", cut, acked, n);
		kept_more += n > acked;
		store_close(&b->s);
		shim_forget();
		if (n > 150) {          /* begins anew: reading all of it is what takes time */
			assert_int_equal(remove(b->path), 0);
			b->s = bench_open(b, true);
			ok(story_write(b->s, 'a', n = 1));
			store_close(&b->s);
			shim_forget();
		}
	}
	print_message("%d power cuts; %d transactions were there though not yet acknowledged\n", cuts, kept_more);
	assert_true(cuts < 100 || kept_more > 0);
}

static int with_shim(void **state)
{
	shim_forget();
	shim_fail_from(0, 0);
	return bench_up(state);
}

#define T(f) cmocka_unit_test_setup_teardown(f, with_shim, bench_down)
int main(int argc, char **argv)
{
	if (argc > 1)
		cuts = atoi(argv[1]);
	shim_install();
	const struct CMUnitTest tests[] = {
		T(test_every_commit_is_synced), T(test_full_at_each_write), T(test_error_at_each_write), T(test_failure_spoils_the_transaction), T(test_no_room_for_the_shared_memory),
		T(test_power_cuts),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	shim_forget();
	return rc;
}
