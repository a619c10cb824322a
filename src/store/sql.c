#include "store/sql.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3_stmt *prepared(struct store *s, const char *literal, int *rc)
{
	for (int i = 0; i < s->n_cached; i++)
		if (s->cached[i].text == literal)
			return s->cached[i].at;
	assert(s->n_cached < STORE_STATEMENTS);
	sqlite3_stmt *st = NULL;
	*rc = sqlite3_prepare_v3(s->db, literal, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
	if (*rc == SQLITE_OK)
		s->cached[s->n_cached++] = (struct cached){ literal, st };
	return st;
}

struct sql sql_start(struct store *s, const char *literal)
{
	struct sql q = { .s = s };
	if (!s->spoiled)
		q.st = prepared(s, literal, &q.rc);
	assert(!q.st || !sqlite3_stmt_busy(q.st));
	return q;
}

/* Binding fails for want of memory or for a text over SQLite's 1 GB; the limits on files keep us far below. */
static void bound(int rc)
{
	if (rc == SQLITE_NOMEM)
		abort();
	assert(rc == SQLITE_OK);
}

void sql_put_text(struct sql *q, const char *text)
{
	q->n++;
	if (q->st)
		bound(sqlite3_bind_text(q->st, q->n, text ? text : "", -1, SQLITE_STATIC));
}

void sql_put_filter(struct sql *q, const char *text)
{
	q->n++;
	if (q->st)
		bound(sqlite3_bind_text(q->st, q->n, text && *text ? text : NULL, -1, SQLITE_STATIC));
}

void sql_put_int(struct sql *q, int64_t v)
{
	q->n++;
	if (q->st)
		bound(sqlite3_bind_int64(q->st, q->n, v));
}

void sql_put_limit(struct sql *q, uint32_t v)
{
	sql_put_int(q, v ? (int64_t)v : -1);
}

void sql_put_wall(struct sql *q, struct wall w)
{
	q->n++;
	if (q->st)
		bound(w.s == WALL_NEVER.s ? sqlite3_bind_null(q->st, q->n) : sqlite3_bind_int64(q->st, q->n, w.s));
}

void sql_put_blob(struct sql *q, const void *at, size_t len)
{
	q->n++;
	if (q->st)
		bound(at ? sqlite3_bind_blob64(q->st, q->n, len ? at : "", len, SQLITE_STATIC) : sqlite3_bind_null(q->st, q->n));
}

bool sql_row(struct sql *q)
{
	if (!q->st || q->rc == SQLITE_DONE || (q->rc != SQLITE_OK && q->rc != SQLITE_ROW))
		return false;
	q->n = 0;
	q->rc = sqlite3_step(q->st);
	return q->rc == SQLITE_ROW;
}

const char *sql_get_text(struct sql *q, struct arena *a)
{
	const char *text = (const char *)sqlite3_column_text(q->st, q->n);
	int len = sqlite3_column_bytes(q->st, q->n++);
	char *out = arena_alloc(a, (size_t)len + 1);
	if (text && len > 0)
		memcpy(out, text, (size_t)len);
	return out;
}

int64_t sql_get_int(struct sql *q)
{
	return sqlite3_column_int64(q->st, q->n++);
}

struct wall sql_get_wall(struct sql *q)
{
	int i = q->n++;
	return sqlite3_column_type(q->st, i) == SQLITE_NULL ? WALL_NEVER : (struct wall){ sqlite3_column_int64(q->st, i) };
}

const void *sql_get_blob(struct sql *q, size_t *len)
{
	int i = q->n++;
	*len = 0;
	if (sqlite3_column_type(q->st, i) == SQLITE_NULL)
		return NULL;
	const void *at = sqlite3_column_blob(q->st, i);
	*len = (size_t)sqlite3_column_bytes(q->st, i);
	return at ? at : "";
}

int sql_end(struct sql *q)
{
	int err = E_OK;
	if (q->s->spoiled)
		err = q->s->spoiled;
	else if (q->rc != SQLITE_OK && q->rc != SQLITE_ROW && q->rc != SQLITE_DONE)
		err = store_failed(q->s, q->rc);
	if (q->st) {
		sqlite3_reset(q->st);
		sqlite3_clear_bindings(q->st);
	}
	q->st = NULL;
	return err;
}

int sql_run(struct sql *q)
{
	while (sql_row(q))
		;
	int err = sql_end(q);
	if (!err && !q->s->in_tx)
		store_wrote(q->s);
	return err;
}

int sql_run_on(struct sql *q)
{
	int err = sql_run(q);
	if (err || sqlite3_changes(q->s->db) > 0)
		return err;
	errno = ENOENT;
	return E_SYSTEM;
}

int sql_exec(struct store *s, const char *text)
{
	if (s->spoiled)
		return s->spoiled;
	int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);
	return rc == SQLITE_OK ? E_OK : store_failed(s, rc);
}

/* A full disk shows in three ways: SQLITE_FULL, a failed write for a quota, and a -shm file that cannot grow. */
static bool is_full(int rc, int os)
{
	return (rc & 0xff) == SQLITE_FULL || rc == SQLITE_IOERR_SHMSIZE ||
	       ((rc & 0xff) == SQLITE_IOERR && (os == ENOSPC || os == EDQUOT));
}

static bool is_corrupt(int rc)
{
	int kind = rc & 0xff;
	return kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_ERROR || kind == SQLITE_CONSTRAINT ||
	       rc == SQLITE_IOERR_SHORT_READ || rc == SQLITE_IOERR_DATA || rc == SQLITE_IOERR_CORRUPTFS;
}

static int sort(struct store *s, int rc, int os)
{
	int kind = rc & 0xff;
	assert(kind != SQLITE_MISUSE && kind != SQLITE_RANGE);
	if (kind == SQLITE_NOMEM)
		abort();
	if (is_full(rc, os)) {
		s->health = STORE_FULL;
		errno = ENOSPC;
		return E_SYSTEM;
	}
	if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED) {
		s->health = STORE_BUSY;
		return E_BUSY;
	}
	if (is_corrupt(rc)) {
		s->health = STORE_CORRUPT;
		return E_SYNTAX;
	}
	s->health = kind == SQLITE_READONLY || os == EROFS ? STORE_READ_ONLY : STORE_FAILING;
	errno = os ? os : kind == SQLITE_READONLY ? EROFS : kind == SQLITE_CANTOPEN || kind == SQLITE_PERM ? EACCES : EIO;
	return E_SYSTEM;
}

int store_failed(struct store *s, int rc)
{
	int os = sqlite3_system_errno(s->db), was = s->health;
	snprintf(s->why, sizeof s->why, "%s: %s (%d)", s->path, rc == sqlite3_extended_errcode(s->db) ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc), rc);
	int err = sort(s, rc, os);
	if (was == STORE_CORRUPT)       /* only store_check() takes that back */
		s->health = STORE_CORRUPT;
	if (s->in_tx)
		s->spoiled = err;
	return err;
}

void store_wrote(struct store *s)
{
	if (s->health == STORE_CORRUPT || s->health == STORE_FINE)
		return;
	s->health = STORE_FINE;
	s->why[0] = '\0';
}
