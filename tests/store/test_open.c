/* Opening: what is taken, what is refused and left alone; migration; two handles; backup; ballast. */
#include "tests/store/place_for_test.h"
#include "store/place.h"
#include "store/schema.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refused(struct bench *b, const struct store_options *o, const char *word)
{
	struct err_at why = { 0 };
	struct store *s = NULL;
	int err = store_open(b->path, o, &s, &why);
	assert_int_not_equal(err, E_OK);
	assert_null(s);
	assert_string_equal(why.file, b->path);
	if (!strstr(why.text, word))
		fail_msg("\"%s\" does not say \"%s\"", why.text, word);
	return err;
}

static void raw(struct bench *b, const char *sql)
{
	sqlite3 *db;
	char *text = NULL;
	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK)
		fail_msg("%s", text);
	sqlite3_close(db);
}

static int64_t raw_number(struct bench *b, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static const struct store_options create = { .create = true }, find = { 0 }, only_read = { .read_only = true };

static void test_nothing_there(void **state)
{
	struct bench *b = *state;
	assert_int_equal(refused(b, &find, "No such file"), E_SYSTEM);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(access(b->path, F_OK), -1);
	snprintf(b->path, sizeof b->path, "%s/no/store.db", b->dir);
	assert_int_equal(refused(b, &create, "No such file"), E_SYSTEM);
	snprintf(b->path, sizeof b->path, "%s", b->dir);
	assert_int_equal(refused(b, &create, "no file"), E_UNSUPPORTED);
}

static void test_made_for_us_alone(void **state)
{
	struct bench *b = *state;
	umask(0);
	b->s = bench_open(b, true);
	ok(store_set(b->s, "a", "b"));
	struct stat st;
	assert_int_equal(stat(b->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(store_health(b->s), STORE_FINE);
}

static void test_not_ours(void **state)
{
	struct bench *b = *state;
	raw(b, "CREATE TABLE t (a); PRAGMA user_version = 1;");
	assert_int_equal(refused(b, &create, "no store"), E_UNSUPPORTED);
	assert_int_equal(raw_number(b, "SELECT count(*) FROM sqlite_schema"), 1);       /* left alone */
	char text[5000] = "zone: example.com\n";
	write_file(b->path, text, sizeof text);
	assert_int_equal(refused(b, &create, "no store"), E_UNSUPPORTED);
	write_file(b->path, "", 0);
	assert_int_equal(refused(b, &find, "empty"), E_UNSUPPORTED);
	b->s = bench_open(b, true);     /* an empty file may become one */
}

/* Somebody else's file is not to be moved aside by a rescue; one of ours is known by what is left of its first page. */
static void test_damaged_but_whose(void **state)
{
	struct bench *b = *state;
	char page[4096] = "SQLite format 3";
	write_file(b->path, page, sizeof page);
	assert_int_equal(refused(b, &find, "no store"), E_UNSUPPORTED);
	memcpy(page + 68, "dnsv", 4);
	write_file(b->path, page, sizeof page);
	assert_int_equal(refused(b, &find, ""), E_SYNTAX);
	memset(page, 0, sizeof page);
	write_file(b->path, page, sizeof page);
	assert_int_equal(refused(b, &find, ""), E_SYNTAX);
	memset(page, 'x', sizeof page);
	write_file(b->path, page, sizeof page);
	assert_int_equal(refused(b, &find, "no store"), E_UNSUPPORTED);
	char ballast[400];
	snprintf(ballast, sizeof ballast, "%s.ballast", b->path);
	write_file(ballast, "", 0);
	assert_int_equal(refused(b, &find, ""), E_SYNTAX);
}

static void test_newer_schema(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	store_close(&b->s);
	char newer[64];
	snprintf(newer, sizeof newer, "PRAGMA user_version = %d;", STORE_SCHEMA + 1);
	raw(b, newer);
	assert_int_equal(refused(b, &find, "newer"), E_VERSION);
	assert_int_equal(refused(b, &only_read, "newer"), E_VERSION);
	assert_int_equal(raw_number(b, "PRAGMA user_version"), STORE_SCHEMA + 1);
}

static void load_schema_1(struct bench *b)
{
	FILE *f = fopen(SCHEMA_1, "r");
	assert_non_null(f);
	char *text = calloc(1, 65536);
	assert_in_range(fread(text, 1, 65535, f), 1, 65534);
	fclose(f);
	raw(b, text);
	free(text);
}

static void check_migrated(struct bench *b)
{
	struct zone_row z;
	bool found;
	ok(store_zone(b->s, b->a, "example.com.", &z, &found));
	assert_true(found);
	assert_int_equal(z.checked_at.s, 200);
	assert_int_equal(z.breaks_at.s, 300);
	assert_int_equal(z.next_at.s, 400);
	assert_string_equal(z.doc, "{\"n\":1}");
	ok(store_zone(b->s, b->a, "example.net.", &z, &found));
	assert_true(z.unwatched);
	assert_int_equal(z.breaks_at.s, WALL_NEVER.s);
	struct history_row h;
	ok(store_history_at(b->s, b->a, "example.com.", at(120), &h, &found));
	assert_string_equal(h.snapshot, "snapshot one");
	assert_string_equal(h.evidence, "evidence one, evidence one");
	ok(store_history_at(b->s, b->a, "example.com.", at(500), &h, &found));
	assert_int_equal(h.id, 2);
	assert_string_equal(h.snapshot, "snapshot two");
	assert_null(h.evidence);
	outbox_rows due = { 0 };
	ok(store_outbox_due(b->s, b->a, at(1000), 0, &due));
	assert_int_equal(due.n, 1);
	assert_int_equal(due.at[0].id, 3);
	struct incident_row i;
	ok(store_incident(b->s, b->a, "01A", &i, &found));
	assert_string_equal(i.acked_by, "ann");
	const char *v;
	ok(store_get(b->s, b->a, "canary", &v));
	assert_string_equal(v, "good");
}

static void test_migrates_schema_1(void **state)
{
	struct bench *b = *state;
	load_schema_1(b);
	assert_int_equal(refused(b, &only_read, "older"), E_VERSION);
	b->s = bench_open(b, false);
	check_migrated(b);
	int64_t id;     /* ids go on where they were */
	ok(store_add_event(b->s, &(struct event_row){ .at = at(1) }, &id));
	assert_int_equal(id, 8);
	struct history_row h = { .zone = "example.com.", .from = at(900), .to = at(900), .snapshot = "s", .snapshot_len = 1 };
	ok(store_add_history(b->s, &h, &id));
	assert_int_equal(id, 3);
	ok(store_check(b->s));
	bench_again(b);
	assert_int_equal(raw_number(b, "PRAGMA user_version"), STORE_SCHEMA);
	assert_int_equal(raw_number(b, "SELECT count(*) FROM pragma_table_info('history') WHERE name IN ('snapshot', 'evidence')"), 0);
}

/* Each version on the way opens as the newest, with what was in it. */
static void test_migrates_from_every_schema(void **state)
{
	struct bench *b = *state;
	for (int version = 1; version < STORE_SCHEMA; version++) {
		struct err_at why = { 0 };
		ok(store_open_at(b->path, &create, version, &b->s, &why));
		ok(store_set(b->s, "made by", "an older one"));
		store_close(&b->s);
		assert_int_equal(raw_number(b, "PRAGMA user_version"), version);
		b->s = bench_open(b, false);
		const char *v;
		ok(store_get(b->s, b->a, "made by", &v));
		assert_string_equal(v, "an older one");
		ok(store_check(b->s));
		store_close(&b->s);
		assert_int_equal(raw_number(b, "PRAGMA user_version"), STORE_SCHEMA);
		assert_int_equal(unlink(b->path), 0);
	}
}

/* An old file and a new one end with the same tables, indexes and triggers. */
static void test_migrated_is_as_new(void **state)
{
	struct bench *b = *state;
	const char *sum = "SELECT sum(length(name) * unicode(name)) * 1000 + count(*) FROM (SELECT name FROM sqlite_schema UNION ALL SELECT m.name || p.name"
			  " FROM sqlite_schema m, pragma_table_info(m.name) p)";
	load_schema_1(b);
	b->s = bench_open(b, false);
	int64_t migrated = raw_number(b, sum);
	store_close(&b->s);
	assert_int_equal(unlink(b->path), 0);
	b->s = bench_open(b, true);
	assert_int_equal(raw_number(b, sum), migrated);
}

static void test_read_only_reads(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	ok(store_set(b->s, "a", "1"));
	struct store *r = NULL;
	struct err_at why;
	ok(store_open(b->path, &only_read, &r, &why));
	const char *v;
	ok(store_get(r, b->a, "a", &v));
	assert_string_equal(v, "1");
	assert_int_equal(store_set(r, "a", "2"), E_SYSTEM);
	assert_int_equal(errno, EROFS);
	assert_int_equal(store_health(r), STORE_READ_ONLY);
	ok(store_set(b->s, "a", "3"));
	ok(store_get(r, b->a, "a", &v));
	assert_string_equal(v, "3");
	store_close(&r);
}

static void test_rolled_back_is_gone(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	const char *v;
	ok(store_begin(b->s));
	ok(store_set(b->s, "a", "1"));
	ok(store_get(b->s, b->a, "a", &v));
	assert_string_equal(v, "1");
	store_rollback(b->s);
	ok(store_get(b->s, b->a, "a", &v));
	assert_null(v);
	ok(store_begin(b->s));
	ok(store_set(b->s, "a", "2"));
	bench_again(b);         /* a close is a rollback */
	ok(store_get(b->s, b->a, "a", &v));
	assert_null(v);
	store_rollback(b->s);   /* none there: nothing happens */
}

static void test_other_handle_sees_only_what_is_committed(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	struct store *other = bench_open(b, false);
	const char *v;
	ok(store_begin(b->s));
	ok(store_set(b->s, "a", "1"));
	ok(store_get(other, b->a, "a", &v));
	assert_null(v);
	ok(store_commit(b->s));
	ok(store_get(other, b->a, "a", &v));
	assert_string_equal(v, "1");
	store_close(&other);
}

static void test_network_file_systems(void **state)
{
	(void)state;
	assert_string_equal(place_network_name(0x6969), "NFS");
	assert_string_equal(place_network_name(0x517b), "SMB");
	assert_string_equal(place_network_name((long)0xfe534d42), "SMB");
	assert_string_equal(place_network_name((long)(int32_t)0xff534d42), "SMB (CIFS)");       /* f_type is signed on some machines */
	assert_null(place_network_name(0xef53));        /* ext4 */
	assert_null(place_network_name(0x58465342));    /* XFS */
	assert_null(place_network_name(0x01021994));    /* tmpfs, one from 9P */
	assert_null(place_network_name(0x794c7630));    /* overlayfs */
}

static void test_backup(void **state)
{
	struct bench *b = *state;
	char copy[160];
	b->s = bench_open(b, true);
	snprintf(copy, sizeof copy, "%s/copy.db", b->dir);
	ok(store_set(b->s, "a", "1"));
	struct store *other = bench_open(b, false);
	ok(store_begin(other));         /* somebody writes meanwhile */
	ok(store_set(other, "a", "2"));
	write_file(copy, "old", 3);
	ok(store_backup(b->s, copy));
	ok(store_commit(other));
	store_close(&other);
	snprintf(b->path, sizeof b->path, "%s/copy.db", b->dir);
	struct store *from = bench_open(b, false);
	const char *v;
	ok(store_get(from, b->a, "a", &v));
	assert_string_equal(v, "1");
	ok(store_check(from));
	store_close(&from);
	snprintf(copy, sizeof copy, "%s/no/copy.db", b->dir);
	assert_int_equal(store_backup(b->s, copy), E_SYSTEM);
	assert_non_null(strstr(store_why(b->s), "copy.db"));
	assert_int_equal(store_health(b->s), STORE_FINE);       /* nothing is wrong here */
	ok(store_set(b->s, "a", "4"));
}

static void test_ballast(void **state)
{
	struct bench *b = *state;
	char name[160];
	snprintf(name, sizeof name, "%s.ballast", b->path);
	struct err_at why;
	struct stat st;
	ok(store_open(b->path, &(struct store_options){ .create = true, .ballast_bytes = 100001 }, &b->s, &why));
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_size, 100001);
	assert_true(store_drop_ballast(b->s));
	assert_int_equal(stat(name, &st), -1);
	assert_false(store_drop_ballast(b->s));
	ok(store_restore_ballast(b->s));
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_size, 100001);
	int64_t made = st.st_ino;
	ok(store_restore_ballast(b->s));        /* there: not made again */
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_ino, made);
}

static void add_documents(struct bench *b, int from, int n)
{
	static const char *const words[] = { "rrsig", "dnskey", "example", "answered", "192.0.2.1#53", "message", "NOERROR", "IN", "3600" };
	for (int i = from; i < from + n; i++) {
		char text[4000] = "", zone[32];
		unsigned x = (unsigned)i * 2654435761u + 1;
		while (strlen(text) < 3000) {
			x = x * 1664525u + 1013904223u;
			strcat(strcat(text, words[(x >> 16) % 9]), x & 1 ? " " : "\n");
		}
		sprintf(zone, "z%d.", i);
		int64_t id;
		struct history_row h = { .zone = zone, .from = at(i), .to = at(i), .snapshot = text, .snapshot_len = strlen(text) / 2, .evidence = text,
					 .evidence_len = strlen(text) };
		ok(store_add_history(b->s, &h, &id));
	}
}

static void test_dictionary_is_learnt_and_old_rows_stay(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	add_documents(b, 1, 63);
	assert_int_equal(raw_number(b, "SELECT count(*) FROM dict"), 0);
	add_documents(b, 64, 1);
	assert_int_equal(raw_number(b, "SELECT count(*) FROM dict"), 2);        /* of snapshots, of evidence */
	add_documents(b, 65, 1023 - 64);
	assert_int_equal(raw_number(b, "SELECT count(*) FROM dict"), 2);
	add_documents(b, 1024, 80);
	assert_int_equal(raw_number(b, "SELECT count(*) FROM dict"), 4);
	bench_again(b);
	static const int64_t some[] = { 1, 64, 65, 1024, 1025, 1100 };
	for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
		struct history_row h;
		bool found;
		char zone[32];
		sprintf(zone, "z%d.", (int)some[i]);
		ok(store_history_at(b->s, b->a, zone, at(5000), &h, &found));
		assert_true(found);
		assert_in_range(h.evidence_len, 3000, 3020);
		assert_int_equal(strlen(h.evidence), h.evidence_len);
		assert_memory_equal(h.evidence, h.snapshot, h.snapshot_len);
	}
	assert_true(raw_number(b, "SELECT avg(length(evidence)) FROM history_text WHERE id BETWEEN 1025 AND 1100") * 10 <
		    raw_number(b, "SELECT avg(length(evidence)) FROM history_text WHERE id < 64") * 9);
}

/* What was learnt inside a transaction that is rolled back must not compress anything. */
static void test_dictionary_rolled_back(void **state)
{
	struct bench *b = *state;
	b->s = bench_open(b, true);
	add_documents(b, 1, 60);
	ok(store_begin(b->s));
	add_documents(b, 61, 10);
	store_rollback(b->s);
	assert_int_equal(raw_number(b, "SELECT count(*) FROM dict"), 0);
	add_documents(b, 61, 2);
	bench_again(b);
	history_rows rows = { 0 };
	ok(store_history(b->s, b->a, "z62.", at(0), 0, &rows));
	assert_int_equal(rows.n, 1);
	add_documents(b, 63, 2);        /* ids were given back: the 64th comes again */
	assert_int_equal(raw_number(b, "SELECT count(*) FROM dict"), 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_up_without, bench_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_nothing_there), T(test_made_for_us_alone), T(test_not_ours), T(test_damaged_but_whose), T(test_newer_schema), T(test_migrates_schema_1), T(test_migrates_from_every_schema),
		T(test_migrated_is_as_new), T(test_read_only_reads), T(test_rolled_back_is_gone), T(test_other_handle_sees_only_what_is_committed),
		T(test_network_file_systems), T(test_backup), T(test_ballast), T(test_dictionary_is_learnt_and_old_rows_stay),
		T(test_dictionary_rolled_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
