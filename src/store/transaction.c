/* A transaction takes the write lock at once (IMMEDIATE): a reader that turns writer later could only fail. Whatever fails
 * inside it spoils it: SQLite rolls some failures back on its own, and a statement after that would stand alone. */
#include "store/pack.h"
#include <assert.h>

int store_begin(struct store *s)
{
	assert(!s->in_tx);
	struct sql q = sql_start(s, "BEGIN IMMEDIATE");
	while (sql_row(&q))
		;
	int err = sql_end(&q);
	s->in_tx = err == E_OK;
	return err;
}

static void leave(struct store *s)
{
	s->in_tx = false;
	s->spoiled = E_OK;
}

int store_commit(struct store *s)
{
	assert(s->in_tx);
	struct sql q = sql_start(s, "COMMIT");
	while (sql_row(&q))
		;
	int err = sql_end(&q);
	if (err) {
		store_rollback(s);
		return err;
	}
	leave(s);
	store_wrote(s);
	return E_OK;
}

void store_rollback(struct store *s)
{
	if (!s->in_tx)
		return;
	leave(s);
	pack_forget(s->pack);
	if (sqlite3_get_autocommit(s->db))
		return;
	/* A rollback that fails leaves the transaction open; closing the file ends it, as a crash would. */
	int rc = sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		(void)store_failed(s, rc);
}

int store_enter(struct store *s, bool *own)
{
	*own = !s->in_tx;
	return *own ? store_begin(s) : s->spoiled;
}

int store_leave(struct store *s, bool own, int err)
{
	if (!own) {
		/* some of its statements are done: the caller must not commit them */
		if (err && !s->spoiled)
			s->spoiled = err;
		return err;
	}
	if (!err)
		return store_commit(s);
	store_rollback(s);
	return err;
}
