/* Octets flipped, pages zeroed, files cut, in the database and in its log: no crash, no hang, nothing half; a rescue brings back
 * what was not on the damaged spot, and a store that works. Argument: how many damages. */
#include "tests/store/place_for_test.h"
#include "tests/store/story.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEPS = 120, PAGE = 4096 };
static int damages = 120;

static unsigned draw(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

struct octets { unsigned char *at; size_t len; };

static struct octets slurp(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	struct octets o = { malloc((size_t)st.st_size + 1), (size_t)st.st_size };
	assert_int_equal(read(fd, o.at, o.len), o.len);
	close(fd);
	return o;
}

static void spill(const char *path, const struct octets *o)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, o->at, o->len), o->len);
	close(fd);
}

/* One of: a flipped bit, twenty flipped bits, a zeroed page, a page of junk, a cut. */
static void damage(struct octets *o, unsigned *seed, bool page_1_too)
{
	size_t from = page_1_too ? 0 : PAGE, page = (from + draw(seed) % (o->len - from)) / PAGE * PAGE;
	unsigned how = draw(seed) % 5;
	for (unsigned i = 0; how < 2 && i < (how ? 20 : 1); i++)
		o->at[from + draw(seed) % (o->len - from)] ^= (unsigned char)(1u << draw(seed) % 8);
	for (size_t i = page; (how == 2 || how == 3) && i < page + PAGE && i < o->len; i++)
		o->at[i] = how == 2 ? 0 : (unsigned char)draw(seed);
	if (how == 4)
		o->len = draw(seed) % o->len;
}

static void clear(struct bench *b)
{
	char command[200];
	snprintf(command, sizeof command, "rm -f '%s'*", b->path);
	assert_int_equal(system(command), 0);
}

/* Everything that can be asked for, whatever it says: no crash, and only errors that mean damage. */
static void use(struct store *s)
{
	int err;
	struct arena *a = arena_new(512u << 20);
	zone_rows zones = { 0 };
	outbox_rows outbox = { 0 };
	incident_rows incidents = { 0 };
	history_rows history = { 0 };
	(void)!store_check(s);
	err = store_zones(s, a, &(struct zone_query){ .worst_first = true }, &zones);
	assert_true(err == E_OK || err == E_SYNTAX);
	err = store_outbox(s, a, NULL, 0, &outbox);
	assert_true(err == E_OK || err == E_SYNTAX);
	err = store_incidents(s, a, &(struct incident_query){ .state = "open" }, &incidents);
	assert_true(err == E_OK || err == E_SYNTAX);
	for (int i = 0; i < 7; i++) {
		char zone[32];
		snprintf(zone, sizeof zone, "a%d.example.", i);
		err = store_history(s, a, zone, at(0), 0, &history);
		assert_true(err == E_OK || err == E_SYNTAX);
	}
	int read_err = E_OK;
	if (story_read(s, 'a', 0, &read_err) == -2)
		assert_int_equal(read_err, E_SYNTAX);
	err = story_write(s, 'b', 1);
	assert_true(err == E_OK || err == E_SYNTAX);
	arena_free(&a);
}

static void expect_whole_rescue(struct bench *b)
{
	ok(store_check(b->s));
	struct arena *a = arena_new(512u << 20);
	event_rows events = { 0 };
	history_rows history = { 0 };
	ok(store_events(b->s, a, &(struct event_query){ 0 }, &events));
	for (int i = 0; i < 7; i++) {
		struct history_row h;
		bool found;
		char zone[32];
		snprintf(zone, sizeof zone, "a%d.example.", i);
		ok(store_history(b->s, a, zone, at(0), 0, &history));
		ok(store_history_at(b->s, a, zone, at(9999), &h, &found));
	}
	ok(story_write(b->s, 'c', 1));
	int err;
	assert_int_equal(story_read(b->s, 'c', 0, &err), 1);
	arena_free(&a);
}

static uint32_t count_events(struct bench *b)
{
	event_rows events = { 0 };
	ok(store_events(b->s, b->a, &(struct event_query){ 0 }, &events));
	return events.n;
}

static struct octets make(struct bench *b)
{
	b->s = bench_open(b, true);
	for (int n = 1; n <= STEPS; n++)
		ok(story_write(b->s, 'a', n));
	store_close(&b->s);
	return slurp(b->path);
}

static void test_damaged_database(void **state)
{
	struct bench *b = *state;
	struct octets good = make(b);
	int refused = 0, seen = 0;
	uint64_t rescued = 0;
	for (int i = 0; i < damages; i++) {
		unsigned seed = (unsigned)i;
		struct octets bad = { malloc(good.len), good.len };
		memcpy(bad.at, good.at, good.len);
		damage(&bad, &seed, true);
		clear(b);
		spill(b->path, &bad);
		struct err_at why = { 0 };
		int err = store_open(b->path, &(struct store_options){ 0 }, &b->s, &why);
		if (err) {
			assert_true(err == E_SYNTAX || err == E_VERSION || err == E_UNSUPPORTED);        /* the mark itself may be hit */
			assert_int_not_equal(why.text[0], '\0');
			refused++;
		} else {
			use(b->s);
			seen += store_health(b->s) == STORE_CORRUPT;
			store_close(&b->s);
		}
		clear(b);
		spill(b->path, &bad);
		ok(store_rescue(b->path, at(1772366400), &why));
		b->s = bench_open(b, false);
		rescued += count_events(b);
		expect_whole_rescue(b);
		store_close(&b->s);
		free(bad.at);
	}
	free(good.at);
	print_message("%d damages: %d not opened, %d seen in use, %d in no place that was read; %d%% of the events rescued\n", damages, refused, seen,
		      damages - refused - seen, (int)(rescued * 100 / ((uint64_t)damages * STEPS)));
	assert_true(damages < 100 || (refused > 0 && seen > 0));
	assert_true(damages < 100 || rescued * 100 / ((uint64_t)damages * STEPS) >= 70);         /* a cut loses half on average, a page almost nothing */
}

/* What SQLite finds damaged in the log, and all after it, never was: a shorter story, but a whole one. */
static void test_damaged_log(void **state)
{
	struct bench *b = *state;
	char wal_name[128];
	snprintf(wal_name, sizeof wal_name, "%s-wal", b->path);
	b->s = bench_open(b, true);
	for (int n = 1; n <= 40; n++)
		ok(story_write(b->s, 'a', n));
	struct octets db = slurp(b->path), wal = slurp(wal_name);
	store_close(&b->s);
	int shorter = 0;
	for (int i = 0; i < damages; i++) {
		unsigned seed = (unsigned)i + 77;
		struct octets bad = { malloc(wal.len), wal.len };
		memcpy(bad.at, wal.at, wal.len);
		damage(&bad, &seed, i % 8 == 0);
		clear(b);
		spill(b->path, &db);
		spill(wal_name, &bad);
		free(bad.at);
		struct err_at why;
		int err = store_open(b->path, &(struct store_options){ .create = true }, &b->s, &why), told = 0;
		ok(err);
		ok(store_check(b->s));
		int n = story_read(b->s, 'a', 0, &told);
		assert_int_equal(told, E_OK);
		assert_in_range(n, 0, 40);
		shorter += n < 40;
		ok(story_write(b->s, 'a', n + 1));
		store_close(&b->s);
	}
	free(db.at);
	free(wal.at);
	assert_true(shorter > damages / 2);
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static void test_rescue_moves_aside(void **state)
{
	struct bench *b = *state;
	char aside[160];
	struct octets file = make(b);
	memset(file.at + file.len / 2, 0xff, PAGE);
	spill(b->path, &file);
	struct err_at why = { 0 };
	ok(store_rescue(b->path, at(1772366400), &why));
	assert_string_equal(why.file, b->path);
	assert_non_null(strstr(why.text, "saved"));
	snprintf(aside, sizeof aside, "%s.corrupt-2026-03-01T12:00:00Z", b->path);
	assert_true(exists(aside));
	struct octets kept = slurp(aside);
	assert_int_equal(kept.len, file.len);
	assert_memory_equal(kept.at, file.at, file.len);        /* as it was found */
	assert_true(exists(b->path));
	assert_int_equal(store_rescue(b->path, at(1772366400), &why), E_SYSTEM);        /* never over an older one */
	assert_int_equal(errno, EEXIST);
	b->s = bench_open(b, false);
	ok(store_check(b->s));
	free(file.at);
	free(kept.at);
}

static void test_rescue_of_junk_and_of_nothing(void **state)
{
	struct bench *b = *state;
	struct err_at why = { 0 };
	assert_int_equal(store_rescue(b->path, at(0), &why), E_SYSTEM);
	assert_int_equal(errno, ENOENT);
	struct octets junk = { calloc(1, 3 * PAGE), 3 * PAGE };
	memset(junk.at, 'x', junk.len);
	spill(b->path, &junk);
	free(junk.at);
	ok(store_rescue(b->path, at(0), &why));
	assert_non_null(strstr(why.text, "saved 0 rows"));
	b->s = bench_open(b, false);
	ok(story_write(b->s, 'a', 1));
}

/* Nothing is wrong with it: nothing may be lost, ids go on. */
static void test_rescue_of_a_good_file(void **state)
{
	struct bench *b = *state;
	struct octets file = make(b);
	free(file.at);
	b->s = bench_open(b, false);
	int64_t first, second;
	ok(store_add_event(b->s, &(struct event_row){ .at = at(1), .zone = "x." }, &first));
	ok(store_add_event(b->s, &(struct event_row){ .at = at(90), .zone = "x." }, &second));
	ok(store_set(b->s, "k", "v"));
	store_close(&b->s);
	struct err_at why = { 0 };
	ok(store_rescue(b->path, at(0), &why));
	assert_non_null(strstr(why.text, "lost 0 texts"));
	b->s = bench_open(b, false);
	int err;
	assert_int_equal(story_read(b->s, 'a', 0, &err), STEPS);
	const char *v;
	ok(store_get(b->s, b->a, "k", &v));
	assert_string_equal(v, "v");
	int64_t id;
	ok(store_add_event(b->s, &(struct event_row){ .at = at(1), .zone = "x." }, &id));
	assert_true(id > second);
}

/* The log holds what was committed last: a rescue reads it too. */
static void test_rescue_reads_the_log(void **state)
{
	struct bench *b = *state;
	char wal_name[128];
	snprintf(wal_name, sizeof wal_name, "%s-wal", b->path);
	b->s = bench_open(b, true);
	for (int n = 1; n <= 5; n++)
		ok(story_write(b->s, 'a', n));
	struct octets db = slurp(b->path), wal = slurp(wal_name);
	store_close(&b->s);
	clear(b);
	spill(b->path, &db);
	spill(wal_name, &wal);
	struct err_at why = { 0 };
	ok(store_rescue(b->path, at(0), &why));
	b->s = bench_open(b, false);
	int err;
	assert_int_equal(story_read(b->s, 'a', 0, &err), 5);
	char aside[160];        /* both are kept as they were found: others may read more out of them */
	snprintf(aside, sizeof aside, "%s.corrupt-1970-01-01T00:00:00Z", b->path);
	struct octets kept = slurp(aside);
	assert_int_equal(kept.len, db.len);
	assert_memory_equal(kept.at, db.at, db.len);
	free(kept.at);
	strcat(aside, "-wal");
	kept = slurp(aside);
	assert_int_equal(kept.len, wal.len);
	assert_memory_equal(kept.at, wal.at, wal.len);
	free(kept.at);
	free(db.at);
	free(wal.at);
}

static int64_t raw(struct bench *b, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	int64_t n = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
	sqlite3_close(db);
	return n;
}

/* One page in the middle of a table is gone: what stands on it is lost, and nothing before or after. */
static void test_rescue_steps_over_a_page(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	ok(store_begin(b->s));
	for (int i = 1; i <= 3000; i++) {
		int64_t id;
		ok(store_add_event(b->s, &(struct event_row){ .at = at(i), .zone = "z.", .text = "something of some length" }, &id));
	}
	ok(store_commit(b->s));
	store_close(&b->s);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	sqlite3_stmt *st;
	if (sqlite3_prepare_v2(db, "SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 10", -1, &st, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		skip();         /* an SQLite without dbstat */
	}
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	size_t page = (size_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	struct octets file = slurp(b->path);
	memset(file.at + (page - 1) * PAGE, 0, PAGE);
	spill(b->path, &file);
	free(file.at);
	struct err_at why = { 0 };
	ok(store_rescue(b->path, at(0), &why));
	b->s = bench_open(b, false);
	event_rows events = { 0 };
	ok(store_events(b->s, b->a, &(struct event_query){ 0 }, &events));
	assert_in_range(events.n, 3000 - PAGE / 40, 2999);
	assert_int_equal(events.at[0].id, 1);
	assert_int_equal(events.at[events.n - 1].id, 3000);
	int gaps = 0;
	for (uint32_t i = 1; i < events.n; i++)
		gaps += events.at[i].id != events.at[i - 1].id + 1;
	assert_int_equal(gaps, 1);
}

/* A dictionary that cannot be used stops all writing, so it must not come through a rescue, nor what only it can read. */
static void test_damaged_dictionary(void **state)
{
	struct bench *b = *state;
	struct octets file = make(b);
	free(file.at);
	assert_int_equal(raw(b, "SELECT count(*) FROM dict"), 2);
	raw(b, "UPDATE dict SET content = zeroblob(length(content)) WHERE kind = 1");
	b->s = bench_open(b, false);
	assert_int_equal(story_write(b->s, 'a', STEPS + 1), E_SYNTAX);
	assert_int_equal(store_health(b->s), STORE_CORRUPT);
	store_close(&b->s);
	struct err_at why = { 0 };
	ok(store_rescue(b->path, at(0), &why));
	b->s = bench_open(b, false);
	expect_whole_rescue(b);
	history_rows rows = { 0 };
	ok(store_history(b->s, b->a, "a1.example.", at(0), 0, &rows));
	assert_true(rows.n > STEPS / 8);
	for (uint32_t i = 0; i < rows.n; i++)
		assert_non_null(rows.at[i].snapshot);
}

static void flip(struct bench *b, int64_t id, int64_t i)
{
	sqlite3 *db;
	sqlite3_blob *blob;
	unsigned char c;
	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_blob_open(db, "main", "history_text", "evidence", id, 1, &blob), SQLITE_OK);
	assert_int_equal(sqlite3_blob_read(blob, &c, 1, (int)i), SQLITE_OK);
	c ^= (unsigned char)(1 << i % 8);
	assert_int_equal(sqlite3_blob_write(blob, &c, 1, (int)i), SQLITE_OK);
	assert_int_equal(sqlite3_blob_close(blob), SQLITE_OK);
	sqlite3_close(db);
}

/* No octet of a compressed text changes it without notice (one bit of the frame's head means nothing, RFC 8878 3.1.1.1.1). */
static void test_flipped_text(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	int64_t id;
	const char *evidence = "x 10 192.0.2.1#53 udp . DNSKEY\nm AAECAwQFBgcICQ==\nsomething that differs 0123456789\n";
	ok(store_add_history(b->s, &(struct history_row){ .zone = "z.", .evidence = evidence, .evidence_len = strlen(evidence) }, &id));
	store_close(&b->s);
	int64_t len = raw(b, "SELECT length(evidence) FROM history_text");
	assert_true(len > 20);
	int64_t noticed = 0;
	for (int64_t i = 0; i < len; i++) {
		flip(b, id, i);
		b->s = bench_open(b, false);
		struct history_row h;
		bool found;
		int err = store_history_at(b->s, b->a, "z.", at(9), &h, &found);
		if (err) {
			assert_int_equal(err, E_SYNTAX);
			assert_int_equal(store_health(b->s), STORE_CORRUPT);
			assert_non_null(strstr(store_why(b->s), "history"));
			noticed++;
		} else {
			assert_string_equal(h.evidence, evidence);
		}
		store_close(&b->s);
		flip(b, id, i);
	}
	assert_true(noticed >= len - 1);        /* and what was not noticed changed nothing, see above */
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_up_without, bench_down)
int main(int argc, char **argv)
{
	if (argc > 1)
		damages = atoi(argv[1]);
	const struct CMUnitTest tests[] = {
		T(test_damaged_database), T(test_damaged_log), T(test_rescue_moves_aside), T(test_rescue_of_junk_and_of_nothing),
		T(test_rescue_of_a_good_file), T(test_rescue_reads_the_log), T(test_rescue_steps_over_a_page),
		T(test_damaged_dictionary), T(test_flipped_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
