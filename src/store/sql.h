/* sql -- one SQL statement on its way: parameters put in order, columns got in order, the first failure kept until the end.
 * Statements are kept prepared, found by the address of their text: give string literals only. A statement is not used twice
 * at once. Only this room sees it. */
#pragma once
#include "store/store.h"
#include <sqlite3.h>

struct cached { const char *text; sqlite3_stmt *at; };
struct pack;
enum { STORE_STATEMENTS = 96 };         /* more literals than this room has */
struct store {
	sqlite3 *db;
	char *path;
	bool read_only;
	bool in_tx;
	int spoiled;                    /* first error inside the transaction: SQLite may have rolled it back on its own, so nothing more may be written */
	uint32_t ballast_bytes;
	enum store_health health;
	char why[256];
	struct cached cached[STORE_STATEMENTS];
	int n_cached;
	struct pack *pack;              /* compression: contexts and dictionaries (pack.h) */
};

struct sql { struct store *s; sqlite3_stmt *st; int n; int rc; };
struct sql sql_start(struct store *s, const char *literal);
void sql_put_text(struct sql *q, const char *text);     /* NULL is "" */
void sql_put_filter(struct sql *q, const char *text);   /* NULL and "" are SQL's NULL: any */
void sql_put_int(struct sql *q, int64_t v);
void sql_put_limit(struct sql *q, uint32_t v);          /* 0: no limit */
void sql_put_wall(struct sql *q, struct wall w);        /* WALL_NEVER is NULL */
void sql_put_blob(struct sql *q, const void *at, size_t len);   /* NULL is NULL; not copied: must outlive sql_run() */
bool sql_row(struct sql *q);                            /* the next row; false at the end and on failure */
const char *sql_get_text(struct sql *q, struct arena *a);
int64_t sql_get_int(struct sql *q);
struct wall sql_get_wall(struct sql *q);
const void *sql_get_blob(struct sql *q, size_t *len);   /* borrowed until the next row; NULL for NULL */
MUST_CHECK int sql_end(struct sql *q);                  /* after rows */
MUST_CHECK int sql_run(struct sql *q);                  /* a statement without rows */
MUST_CHECK int sql_run_on(struct sql *q);               /* same; no row touched: E_SYSTEM, errno ENOENT */
MUST_CHECK int sql_exec(struct store *s, const char *text);     /* several statements, not kept */

/* Turns a result of SQLite into an error of ours and remembers the state of health. */
int store_failed(struct store *s, int rc);
void store_wrote(struct store *s);      /* a write is on disk: full, busy, failing are over */

/* A transaction of the function's own, when the caller has none. */
MUST_CHECK int store_enter(struct store *s, bool *own);
MUST_CHECK int store_leave(struct store *s, bool own, int err);

/* store_open() that stops at an older schema: for rows of an older file that is being rescued. */
MUST_CHECK int store_open_at(const char *path, const struct store_options *o, int schema, struct store **out, struct err_at *at);
