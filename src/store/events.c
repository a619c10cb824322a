#include "store/sql.h"

int store_add_event(struct store *s, const struct event_row *e, int64_t *id)
{
	struct sql q = sql_start(s, "INSERT INTO event (at, zone, kind, severity, expected, before, after, text, incident)"
				    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_put_int(&q, e->at.s);
	sql_put_text(&q, e->zone);
	sql_put_text(&q, e->kind);
	sql_put_text(&q, e->severity);
	sql_put_int(&q, e->expected);
	sql_put_text(&q, e->before);
	sql_put_text(&q, e->after);
	sql_put_text(&q, e->text);
	sql_put_text(&q, e->incident);
	int err = sql_run(&q);
	*id = sqlite3_last_insert_rowid(s->db);
	return err;
}

static struct event_row get(struct sql *q, struct arena *a)
{
	struct event_row e = { .id = sql_get_int(q) };
	e.at = sql_get_wall(q);
	e.zone = sql_get_text(q, a);
	e.kind = sql_get_text(q, a);
	e.severity = sql_get_text(q, a);
	e.expected = sql_get_int(q) != 0;
	e.before = sql_get_text(q, a);
	e.after = sql_get_text(q, a);
	e.text = sql_get_text(q, a);
	e.incident = sql_get_text(q, a);
	return e;
}

/* One text a way of asking: with "?1 IS NULL OR zone = ?1" SQLite could use no index. */
#define COLUMNS "SELECT id, at, zone, kind, severity, expected, before, after, text, incident FROM event WHERE "
#define UP " AND id > ?3 AND (?1 IS NULL OR zone = ?1) AND (?2 IS NULL OR incident = ?2) ORDER BY id LIMIT ?4"
#define DOWN " AND (?3 = 0 OR id < ?3) AND (?1 IS NULL OR zone = ?1) AND (?2 IS NULL OR incident = ?2) ORDER BY id DESC LIMIT ?4"

static struct sql ask(struct store *s, const struct event_query *w)
{
	if (w->incident && *w->incident)
		return w->newest_first ? sql_start(s, COLUMNS "incident = ?2 AND incident <> ''" DOWN)
				       : sql_start(s, COLUMNS "incident = ?2 AND incident <> ''" UP);
	if (w->zone && *w->zone)
		return w->newest_first ? sql_start(s, COLUMNS "zone = ?1" DOWN) : sql_start(s, COLUMNS "zone = ?1" UP);
	return w->newest_first ? sql_start(s, COLUMNS "1" DOWN) : sql_start(s, COLUMNS "1" UP);
}

int store_events(struct store *s, struct arena *a, const struct event_query *w, event_rows *out)
{
	struct sql q = ask(s, w);
	sql_put_filter(&q, w->zone);
	sql_put_filter(&q, w->incident);
	sql_put_int(&q, w->after_id);
	sql_put_limit(&q, w->limit);
	while (sql_row(&q))
		list_push(a, out, get(&q, a));
	return sql_end(&q);
}
