/* What can be read of a damaged file goes row by row into a new one; the damaged one is kept beside it. Tables are read by
 * their integer key, so that a bad page costs the rows on it and no others. No step leaves the path without a store: the new
 * file takes the name in one rename. */
#include "store/file.h"
#include "store/pack.h"
#include "store/schema.h"
#include "base/limits.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rescue { sqlite3 *from; struct store *to; int64_t saved, lost_texts; };

/* The dictionaries first: without them the texts are nothing. */
static const char *const tables[] = { "dict", "fact", "watched", "zone", "zone_clock", "incident", "incident_zone", "outbox", "mute",
				      "event", "history", "history_text", "sig", "serial" };

static bool save_row(struct rescue *r, sqlite3_stmt *row, const char *table)
{
	char sql[256];
	int n = sqlite3_column_count(row), len = snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO %s VALUES (", table);
	for (int i = 1; i < n; i++)
		len += snprintf(sql + len, sizeof sql - (size_t)len, "%s?", i > 1 ? ", " : "");
	snprintf(sql + len, sizeof sql - (size_t)len, ")");
	sqlite3_stmt *put = NULL;
	int rc = sqlite3_prepare_v2(r->to->db, sql, -1, &put, NULL);
	for (int i = 1; rc == SQLITE_OK && i < n; i++)
		rc = sqlite3_bind_value(put, i, sqlite3_column_value(row, i));
	if (rc == SQLITE_OK)
		rc = sqlite3_step(put);
	sqlite3_finalize(put);
	if (rc == SQLITE_DONE)
		r->saved += sqlite3_changes(r->to->db);
	else
		(void)store_failed(r->to, rc);
	return rc == SQLITE_DONE;
}

enum reading { READ_END, READ_BAD, READ_STOPPED };

/* Saves rows with a key above *last for as long as they can be read; *last: the last one saved. limit: rows at most. */
static enum reading read_on(struct rescue *r, const char *table, int64_t *last, int limit)
{
	char sql[128];
	snprintf(sql, sizeof sql, "SELECT rowid, * FROM %s WHERE rowid > ? ORDER BY rowid LIMIT ?", table);
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(r->from, sql, -1, &st, NULL);
	if (rc != SQLITE_OK)
		return READ_END;        /* the table itself is gone */
	sqlite3_bind_int64(st, 1, *last);
	sqlite3_bind_int(st, 2, limit);
	enum reading how = READ_END;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (sqlite3_column_int64(st, 0) <= *last) {     /* pages in a ring, or out of order */
			rc = SQLITE_CORRUPT;
			break;
		}
		if (!save_row(r, st, table)) {
			how = READ_STOPPED;
			break;
		}
		*last = sqlite3_column_int64(st, 0);
	}
	if (how != READ_STOPPED && rc != SQLITE_DONE)
		how = READ_BAD;
	sqlite3_finalize(st);
	return how;
}

static bool readable_above(struct rescue *r, const char *table, int64_t key)
{
	return read_on(r, table, &key, 1) != READ_BAD;
}

/* The smallest distance beyond which rows can be read again: doubled until it can, then halved. */
static int64_t step_over(struct rescue *r, const char *table, int64_t last)
{
	int64_t far = 1;
	while (!readable_above(r, table, last + far)) {
		if (far > INT64_MAX / 4 || last > INT64_MAX - 2 * far)
			return INT64_MAX - last;
		far *= 2;
	}
	for (int64_t near = far / 2; far - near > 1;) {
		int64_t middle = near + (far - near) / 2;
		if (readable_above(r, table, last + middle))
			far = middle;
		else
			near = middle;
	}
	return far;
}

static bool save_table(struct rescue *r, const char *table)
{
	int64_t last = 0;               /* keys begin at 1 */
	enum reading how = READ_BAD;
	while (last < INT64_MAX && (how = read_on(r, table, &last, -1)) == READ_BAD)
		last += step_over(r, table, last);
	return how != READ_STOPPED;
}

/* Ids given to others must not come back, even if their rows are lost. */
static bool save_sequence(struct rescue *r)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(r->from, "SELECT name, seq FROM sqlite_sequence", -1, &st, NULL) != SQLITE_OK)
		return true;
	bool ok = true;
	while (ok && sqlite3_step(st) == SQLITE_ROW) {
		struct sql q = sql_start(r->to, "DELETE FROM sqlite_sequence WHERE name = ?");
		const char *name = (const char *)sqlite3_column_text(st, 0);
		sql_put_text(&q, name);
		ok = sql_run(&q) == E_OK;
		q = sql_start(r->to, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)");
		sql_put_text(&q, name);
		sql_put_int(&q, sqlite3_column_int64(st, 1));
		ok = ok && sql_run(&q) == E_OK;
	}
	sqlite3_finalize(st);
	return ok;
}

static int version_of(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	int version = 0;
	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return version >= 1 && version <= STORE_SCHEMA ? version : STORE_SCHEMA;
}

/* A text that cannot be unpacked any more would look like a damaged file for ever. */
static int drop_bad_texts(struct rescue *r, struct store *s)
{
	int64_t last = 0;
	int err = store_begin(s);
	if (!err)
		err = pack_drop_bad_dicts(s, &r->lost_texts);
	while (!err) {
		struct sql q = sql_start(s, "SELECT id, snapshot, evidence FROM history_text WHERE id > ? ORDER BY id LIMIT 1");
		sql_put_int(&q, last);
		if (!sql_row(&q)) {
			err = sql_end(&q);
			break;
		}
		struct arena *a = arena_new(LIMIT_ARENA_BYTES);
		const char *text = NULL;
		size_t len = 0, text_len = 0;
		last = sql_get_int(&q);
		const void *snapshot = sql_get_blob(&q, &len);
		bool snapshot_ok = pack_unpack(s, a, snapshot, len, &text, &text_len) == E_OK;
		const void *evidence = sql_get_blob(&q, &len);
		bool evidence_ok = !evidence || pack_unpack(s, a, evidence, len, &text, &text_len) == E_OK;
		arena_free(&a);
		s->spoiled = E_OK;
		s->health = STORE_FINE;
		err = sql_end(&q);
		if (err || (snapshot_ok && evidence_ok))
			continue;
		r->lost_texts++;
		q = snapshot_ok ? sql_start(s, "UPDATE history_text SET evidence = NULL WHERE id = ?")
				: sql_start(s, "DELETE FROM history_text WHERE id = ?");
		sql_put_int(&q, last);
		err = sql_run(&q);
	}
	return store_leave(s, true, err);
}

static int read_damaged(struct rescue *r, const char *path, int *version)
{
	int rc = sqlite3_open_v2(path, &r->from, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (!r->from)
		abort();
	sqlite3_busy_timeout(r->from, LIMIT_STORE_BUSY_MS);
	/* What is moved aside stays as it was found. */
	sqlite3_db_config(r->from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	*version = rc == SQLITE_OK ? version_of(r->from) : STORE_SCHEMA;
	return E_OK;
}

static int copy_rows(struct rescue *r)
{
	int err = store_begin(r->to);
	for (size_t i = 0; !err && i < sizeof tables / sizeof tables[0]; i++)
		if (!save_table(r, tables[i]))
			err = r->to->spoiled;
	if (!err && !save_sequence(r))
		err = r->to->spoiled;
	return store_leave(r->to, true, err);
}

/* The new file, whole and of our version, under the name `new`. */
static int build(struct rescue *r, const char *path, const char *new, struct err_at *at)
{
	struct store_options o = { .create = true };
	int version = STORE_SCHEMA;
	int err = read_damaged(r, path, &version);
	if (!err)
		err = store_open_at(new, &o, version, &r->to, at);
	if (!err && (err = copy_rows(r)))
		snprintf(at->text, sizeof at->text, "%s", store_why(r->to));
	if (r->to)
		store_close(&r->to);
	sqlite3_close(r->from);
	if (err)
		return err;
	struct store *s = NULL;
	err = store_open(new, &o, &s, at);
	if (err)
		return err;
	err = drop_bad_texts(r, s);
	if (err)
		snprintf(at->text, sizeof at->text, "%s", store_why(s));
	store_close(&s);
	return err;
}

static int move(const char *from, const char *to)
{
	return rename(from, to) == 0 || errno == ENOENT ? E_OK : E_SYSTEM;
}

/* The old log must be gone before the new file has the name: SQLite would play it into that. */
static int exchange(const char *path, const char *aside, const char *new)
{
	char *wal = file_beside(path, "-wal"), *shm = file_beside(path, "-shm");
	char *old_wal = file_beside(aside, "-wal"), *old_shm = file_beside(aside, "-shm");
	int err = link(path, aside) == 0 ? E_OK : E_SYSTEM;
	if (err && (errno == EPERM || errno == EOPNOTSUPP))     /* no hard links here: a moment without a file */
		err = move(path, aside);
	if (!err)
		err = move(wal, old_wal);
	if (!err)
		err = move(shm, old_shm);
	if (!err && (rename(new, path) != 0 || !file_sync_dir(path)))
		err = E_SYSTEM;
	int os = errno;
	free(wal);
	free(shm);
	free(old_wal);
	free(old_shm);
	errno = os;
	return err;
}

static void forget_file(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		char *name = file_beside(path, endings[i]);
		unlink(name);
		free(name);
	}
}

int store_rescue(const char *path, struct wall now, struct err_at *at)
{
	*at = (struct err_at){ .file = path };
	if (access(path, R_OK | W_OK) != 0) {
		snprintf(at->text, sizeof at->text, "%s", strerror(errno));
		return E_SYSTEM;
	}
	char ending[WALL_TEXT_MAX + 16], time[WALL_TEXT_MAX];
	snprintf(ending, sizeof ending, ".corrupt-%s", wall_text(now, time));
	char *aside = file_beside(path, ending), *new = file_beside(path, ".rescue");
	forget_file(new);
	struct rescue r = { 0 };
	int err = build(&r, path, new, at);
	if (!err && (err = exchange(path, aside, new)))
		snprintf(at->text, sizeof at->text, "cannot move it to *%s: %s", ending, strerror(errno));
	int os = errno;
	if (err)
		forget_file(new);
	else
		snprintf(at->text, sizeof at->text, "saved %lld rows, lost %lld texts of the history; the damaged file is kept as *%s",
			 (long long)r.saved, (long long)r.lost_texts, ending);
	at->file = path;
	free(aside);
	free(new);
	errno = os;
	return err;
}
