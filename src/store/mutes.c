#include "store/sql.h"

int store_add_mute(struct store *s, const struct mute_row *m, int64_t *id)
{
	struct sql q = sql_start(s, "INSERT INTO mute (pattern, from_at, until_at, why) VALUES (?, ?, ?, ?)");
	sql_put_text(&q, m->pattern);
	sql_put_int(&q, m->from.s);
	sql_put_wall(&q, m->until);
	sql_put_text(&q, m->why);
	int err = sql_run(&q);
	*id = sqlite3_last_insert_rowid(s->db);
	return err;
}

int store_end_mute(struct store *s, int64_t id, struct wall at, bool *found)
{
	struct sql q = sql_start(s, "UPDATE mute SET until_at = ?2 WHERE id = ?1 AND (until_at IS NULL OR until_at > ?2)");
	sql_put_int(&q, id);
	sql_put_int(&q, at.s);
	int err = sql_run(&q);
	*found = !err && sqlite3_changes(s->db) > 0;
	return err;
}

int store_mutes(struct store *s, struct arena *a, struct wall at, mute_rows *out)
{
	struct sql q = sql_start(s, "SELECT id, pattern, from_at, until_at, why FROM mute WHERE ?1 IS NULL OR"
				    " (from_at <= ?1 AND (until_at IS NULL OR until_at > ?1)) ORDER BY id");
	sql_put_wall(&q, at);
	while (sql_row(&q)) {
		struct mute_row m = { .id = sql_get_int(&q) };
		m.pattern = sql_get_text(&q, a);
		m.from = sql_get_wall(&q);
		m.until = sql_get_wall(&q);
		m.why = sql_get_text(&q, a);
		list_push(a, out, m);
	}
	return sql_end(&q);
}
