#include "store/sql.h"
#include <string.h>

/* The running service looks at this number, and reads anew when it has grown. */
static int count_change(struct store *s)
{
	struct sql q = sql_start(s, "INSERT INTO fact (key, value) VALUES ('watched-changes', '1')"
				    " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1");
	return sql_run(&q);
}

int store_watch(struct store *s, const struct watched_row *w)
{
	struct sql q = sql_start(s, "INSERT INTO watched (zone, tags, owner, expect, added_at) VALUES (?, ?, ?, ?, ?)"
				    " ON CONFLICT (zone) DO UPDATE SET tags = excluded.tags, owner = excluded.owner,"
				    " expect = excluded.expect");
	sql_put_text(&q, w->zone);
	sql_put_text(&q, w->tags);
	sql_put_text(&q, w->owner);
	sql_put_text(&q, w->expect);
	sql_put_wall(&q, w->added_at);
	int err = sql_run(&q);
	return err ? err : count_change(s);
}

int store_unwatch(struct store *s, const char *zone, bool *was_there)
{
	struct sql q = sql_start(s, "DELETE FROM watched WHERE zone = ?");
	sql_put_text(&q, zone);
	int err = sql_run(&q);
	*was_there = !err && sqlite3_changes(s->db) > 0;
	return *was_there ? count_change(s) : err;
}

#define COLUMNS "SELECT zone, tags, owner, expect, added_at FROM watched "

static struct watched_row get(struct sql *q, struct arena *a)
{
	struct watched_row w = { .zone = sql_get_text(q, a) };
	w.tags = sql_get_text(q, a);
	w.owner = sql_get_text(q, a);
	w.expect = sql_get_text(q, a);
	w.added_at = sql_get_wall(q);
	return w;
}

int store_watched(struct store *s, struct arena *a, watched_rows *out)
{
	struct sql q = sql_start(s, COLUMNS "ORDER BY zone");
	while (sql_row(&q))
		list_push(a, out, get(&q, a));
	return sql_end(&q);
}

int store_watched_zone(struct store *s, struct arena *a, const char *zone, struct watched_row *out, bool *found)
{
	struct sql q = sql_start(s, COLUMNS "WHERE zone = ?");
	sql_put_text(&q, zone);
	*found = sql_row(&q);
	if (*found)
		*out = get(&q, a);
	return sql_end(&q);
}

bool watched_row_same(const struct watched_row *a, const struct watched_row *b)
{
	return strcmp(a->tags, b->tags) == 0 && strcmp(a->owner, b->owner) == 0 && strcmp(a->expect, b->expect) == 0;
}
