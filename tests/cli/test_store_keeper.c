/* Copies of the store: one a day, the oldest go, other files stay; damage is noticed. */
#include "cli/store_keeper.h"
#include "store/store.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

struct place { char folder[64], store[96], today[128]; };

static void path_of(const struct place *p, const char *ending, char out[128])
{
	snprintf(out, 128, "%s%s", p->store, ending);
}

static void touch(const struct place *p, const char *ending)
{
	char path[128];
	path_of(p, ending, path);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static bool is_there(const struct place *p, const char *ending)
{
	char path[128];
	path_of(p, ending, path);
	return access(path, F_OK) == 0;
}

static void place_make(struct place *p)
{
	struct store *s;
	struct err_at at;
	char now[WALL_TEXT_MAX], ending[32];
	strcpy(p->folder, "/tmp/dnsvigil-test-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->store, sizeof p->store, "%s/s.db", p->folder);
	assert_int_equal(store_open(p->store, &(struct store_options){ .create = true }, &s, &at), E_OK);
	assert_int_equal(store_set(s, "a", "b"), E_OK);
	store_close(&s);
	snprintf(ending, sizeof ending, ".copy-%.10s", wall_text(wall_now(), now));
	path_of(p, ending, p->today);
}

static void place_clear(struct place *p)
{
	char command[96];
	snprintf(command, sizeof command, "rm -r '%s'", p->folder);
	assert_int_equal(system(command), 0);
}

static struct store_keeper *start(const struct place *p, uint32_t copies)
{
	struct store_keeper *k = store_keeper_start(&(struct store_keeper_options){ .path = p->store, .folder = p->folder, .copies = copies });
	assert_non_null(k);
	return k;
}

/* It works at once and then waits: what is not there after a while does not come. */
static bool appears(const char *path)
{
	for (int i = 0; i < 400 && access(path, F_OK) != 0; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	return access(path, F_OK) == 0;
}

static void one_copy_a_day_and_the_oldest_go(void **state)
{
	struct place p;
	struct stat first, second;
	struct store *s;
	struct err_at at;
	(void)state;
	place_make(&p);
	touch(&p, ".copy-2020-01-01");
	touch(&p, ".copy-2020-01-03");
	touch(&p, ".copy-2020-01-02");
	touch(&p, ".copy-notes");
	touch(&p, ".copy-2020-01-01.old");
	struct store_keeper *k = start(&p, 2);
	assert_true(appears(p.today));
	store_keeper_stop(&k);
	assert_null(k);
	for (int i = 0; i < 100 && is_there(&p, ".copy-2020-01-02"); i++)
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	assert_false(is_there(&p, ".copy-2020-01-01"));
	assert_false(is_there(&p, ".copy-2020-01-02"));
	assert_true(is_there(&p, ".copy-2020-01-03"));
	assert_true(is_there(&p, ".copy-notes"));
	assert_true(is_there(&p, ".copy-2020-01-01.old"));
	assert_int_equal(stat(p.today, &first), 0);
	assert_int_equal(first.st_mode & 0777 & ~0640, 0);
	assert_int_equal(store_open(p.today, &(struct store_options){ .read_only = true }, &s, &at), E_OK);
	assert_int_equal(store_check(s), E_OK);
	store_close(&s);
	k = start(&p, 2);
	nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
	store_keeper_stop(&k);
	assert_int_equal(stat(p.today, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);  /* that of today is there */
	place_clear(&p);
}

static void none_is_made_where_none_is_wanted(void **state)
{
	struct place p;
	(void)state;
	place_make(&p);
	touch(&p, ".copy-2020-01-01");
	struct store_keeper *k = start(&p, 0);
	nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
	assert_false(store_keeper_found_damage(k));
	store_keeper_stop(&k);
	assert_int_equal(access(p.today, F_OK), -1);
	assert_true(is_there(&p, ".copy-2020-01-01"));
	place_clear(&p);
}

static void a_copy_of_a_day_to_come_stops_none(void **state)
{
	struct place p;
	(void)state;
	place_make(&p);
	touch(&p, ".copy-2999-01-01");  /* the clock was wrong once */
	struct store_keeper *k = start(&p, 1);
	assert_true(appears(p.today));
	store_keeper_stop(&k);
	nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
	assert_int_equal(access(p.today, F_OK), 0);
	place_clear(&p);
}

static void it_knows_what_it_was_started_with(void **state)
{
	struct place p;
	(void)state;
	place_make(&p);
	struct store_keeper_options o = { .path = p.store, .folder = p.folder, .first_after_s = 1000 };
	struct store_keeper *k = start(&p, 0);
	assert_true(store_keeper_is(k, &o));
	o.copies = 1;
	assert_false(store_keeper_is(k, &o));
	o.copies = 0;
	o.folder = "/";
	assert_false(store_keeper_is(k, &o));
	store_keeper_stop(&k);
	place_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_copy_a_day_and_the_oldest_go),
		cmocka_unit_test(none_is_made_where_none_is_wanted),
		cmocka_unit_test(a_copy_of_a_day_to_come_stops_none),
		cmocka_unit_test(it_knows_what_it_was_started_with),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
