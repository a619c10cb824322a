#include "store/sql.h"

int store_add_outbox(struct store *s, const struct outbox_row *o, int64_t *id)
{
	struct sql q = sql_start(s, "INSERT INTO outbox (incident, channel, kind, dedup_key, alert, created_at, due_at, tries, state,"
				    " last_error, remote_ref) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_put_text(&q, o->incident);
	sql_put_text(&q, o->channel);
	sql_put_text(&q, o->kind);
	sql_put_text(&q, o->dedup_key);
	sql_put_text(&q, o->alert);
	sql_put_wall(&q, o->created_at);
	sql_put_wall(&q, o->due_at);
	sql_put_int(&q, o->tries);
	sql_put_text(&q, o->state && *o->state ? o->state : "waiting");
	sql_put_text(&q, o->last_error);
	sql_put_text(&q, o->remote_ref);
	int err = sql_run(&q);
	*id = sqlite3_last_insert_rowid(s->db);
	return err;
}

#define COLUMNS "o.id, o.incident, o.channel, o.kind, o.dedup_key, o.alert, o.created_at, o.due_at, o.tries, o.state, o.last_error," \
		" o.remote_ref"

static struct outbox_row get(struct sql *q, struct arena *a)
{
	struct outbox_row o = { .id = sql_get_int(q) };
	o.incident = sql_get_text(q, a);
	o.channel = sql_get_text(q, a);
	o.kind = sql_get_text(q, a);
	o.dedup_key = sql_get_text(q, a);
	o.alert = sql_get_text(q, a);
	o.created_at = sql_get_wall(q);
	o.due_at = sql_get_wall(q);
	o.tries = (uint32_t)sql_get_int(q);
	o.state = sql_get_text(q, a);
	o.last_error = sql_get_text(q, a);
	o.remote_ref = sql_get_text(q, a);
	return o;
}

static int get_all(struct sql *q, struct arena *a, outbox_rows *out)
{
	while (sql_row(q))
		list_push(a, out, get(q, a));
	return sql_end(q);
}

/* A row waits for older ones of the same incident and channel ("resolved" never overtakes "opened"), but one bad row holds up
 * no other incident; and a channel with a long queue takes no other channel's place within the limit. */
int store_outbox_due(struct store *s, struct arena *a, struct wall now, uint32_t limit, outbox_rows *out)
{
	struct sql q = sql_start(s, "SELECT * FROM (SELECT " COLUMNS ", row_number() OVER (PARTITION BY o.channel ORDER BY o.id) AS nth"
				    " FROM outbox o WHERE o.state = 'waiting' AND o.due_at <= ?1 AND (o.incident = '' OR NOT EXISTS (SELECT 1"
				    " FROM outbox p WHERE p.incident = o.incident AND p.channel = o.channel AND p.id < o.id"
				    " AND p.state = 'waiting' AND p.due_at > ?1)) ORDER BY nth, o.id LIMIT ?2) ORDER BY id");
	sql_put_int(&q, now.s);
	sql_put_limit(&q, limit);
	return get_all(&q, a, out);
}

int store_outbox_done(struct store *s, int64_t id, const char *state, struct wall at, struct wall due_at, const char *error,
		      const char *remote_ref)
{
	struct sql q = sql_start(s, "UPDATE outbox SET state = ?2, done_at = ?3, due_at = ?4, last_error = ?5, tries = tries + 1,"
				    " remote_ref = coalesce(?6, remote_ref) WHERE id = ?1");
	sql_put_int(&q, id);
	sql_put_text(&q, state);
	sql_put_wall(&q, at);
	sql_put_wall(&q, due_at);
	sql_put_text(&q, error);
	sql_put_filter(&q, remote_ref);
	return sql_run_on(&q);
}

int store_outbox_depth(struct store *s, struct outbox_depth *out)
{
	struct sql q = sql_start(s, "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting'), (SELECT count(*) FROM outbox"
				    " WHERE state = 'dead'), (SELECT min(created_at) FROM outbox WHERE state = 'waiting')");
	*out = (struct outbox_depth){ .oldest = WALL_NEVER };
	if (sql_row(&q)) {
		out->waiting = (uint32_t)sql_get_int(&q);
		out->dead = (uint32_t)sql_get_int(&q);
		out->oldest = sql_get_wall(&q);
	}
	return sql_end(&q);
}

int store_outbox(struct store *s, struct arena *a, const char *state, uint32_t limit, outbox_rows *out)
{
	struct sql q = sql_start(s, "SELECT " COLUMNS " FROM outbox o WHERE ?1 IS NULL OR o.state = ?1 ORDER BY o.id DESC LIMIT ?2");
	sql_put_filter(&q, state);
	sql_put_limit(&q, limit);
	return get_all(&q, a, out);
}

int store_remote_ref(struct store *s, struct arena *a, const char *incident, const char *channel, const char **out)
{
	struct sql q = sql_start(s, "SELECT remote_ref FROM outbox WHERE incident = ? AND channel = ? AND remote_ref <> '' ORDER BY id LIMIT 1");
	sql_put_text(&q, incident);
	sql_put_text(&q, channel);
	*out = sql_row(&q) ? sql_get_text(&q, a) : "";
	return sql_end(&q);
}

int store_told_channels(struct store *s, struct arena *a, const char *incident, store_names *out)
{
	struct sql q = sql_start(s, "SELECT DISTINCT channel FROM outbox WHERE incident = ? ORDER BY channel");
	sql_put_text(&q, incident);
	while (sql_row(&q))
		list_push(a, out, sql_get_text(&q, a));
	return sql_end(&q);
}
