#include "store/sql.h"

int store_put_incident(struct store *s, const struct incident_row *i)
{
	struct sql q = sql_start(s, "INSERT INTO incident (id, dedup_key, finding, scope, word, severity, state, opened_at, changed_at,"
				    " resolved_at, since, n_zones, text, doc, reminders, told_at, flapping, acked_by)"
				    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT (id) DO UPDATE SET"
				    " dedup_key = excluded.dedup_key, finding = excluded.finding, scope = excluded.scope,"
				    " word = excluded.word, severity = excluded.severity, state = excluded.state,"
				    " opened_at = excluded.opened_at, changed_at = excluded.changed_at,"
				    " resolved_at = excluded.resolved_at, since = excluded.since, n_zones = excluded.n_zones,"
				    " text = excluded.text, doc = excluded.doc, reminders = excluded.reminders,"
				    " told_at = excluded.told_at, flapping = excluded.flapping");
	sql_put_text(&q, i->id);
	sql_put_text(&q, i->dedup_key);
	sql_put_text(&q, i->finding);
	sql_put_text(&q, i->scope);
	sql_put_text(&q, i->word);
	sql_put_text(&q, i->severity);
	sql_put_text(&q, i->state);
	sql_put_wall(&q, i->opened_at);
	sql_put_wall(&q, i->changed_at);
	sql_put_wall(&q, i->resolved_at);
	sql_put_wall(&q, i->since);
	sql_put_int(&q, i->n_zones);
	sql_put_text(&q, i->text);
	sql_put_text(&q, i->doc);
	sql_put_int(&q, i->reminders);
	sql_put_wall(&q, i->told_at);
	sql_put_int(&q, i->flapping);
	return sql_run(&q);
}

/* What people decided about an incident: no row, no harm. */
static int decide(struct store *s, struct sql *q, bool *found)
{
	int err = sql_run(q);
	*found = !err && sqlite3_changes(s->db) > 0;
	return err;
}

int store_ack(struct store *s, const char *id, const char *by, struct wall at, bool *found)
{
	struct sql q = sql_start(s, "UPDATE incident SET acked_by = ?2, acked_at = ?3 WHERE id = ?1");
	sql_put_text(&q, id);
	sql_put_text(&q, by);
	sql_put_wall(&q, at);
	return decide(s, &q, found);
}

int store_mute(struct store *s, const char *id, struct wall until, bool *found)
{
	struct sql q = sql_start(s, "UPDATE incident SET muted_until = ?2 WHERE id = ?1");
	sql_put_text(&q, id);
	sql_put_wall(&q, until);
	return decide(s, &q, found);
}

#define COLUMNS "SELECT id, dedup_key, finding, scope, word, severity, state, opened_at, changed_at, resolved_at, since, n_zones, text, doc," \
		" acked_at, acked_by, muted_until, reminders, told_at, flapping FROM incident "

static struct incident_row get(struct sql *q, struct arena *a)
{
	struct incident_row i = { .id = sql_get_text(q, a) };
	i.dedup_key = sql_get_text(q, a);
	i.finding = sql_get_text(q, a);
	i.scope = sql_get_text(q, a);
	i.word = sql_get_text(q, a);
	i.severity = sql_get_text(q, a);
	i.state = sql_get_text(q, a);
	i.opened_at = sql_get_wall(q);
	i.changed_at = sql_get_wall(q);
	i.resolved_at = sql_get_wall(q);
	i.since = sql_get_wall(q);
	i.n_zones = (uint32_t)sql_get_int(q);
	i.text = sql_get_text(q, a);
	i.doc = sql_get_text(q, a);
	i.acked_at = sql_get_wall(q);
	i.acked_by = sql_get_text(q, a);
	i.muted_until = sql_get_wall(q);
	i.reminders = (uint32_t)sql_get_int(q);
	i.told_at = sql_get_wall(q);
	i.flapping = sql_get_int(q) != 0;
	return i;
}

int store_incident(struct store *s, struct arena *a, const char *id, struct incident_row *out, bool *found)
{
	struct sql q = sql_start(s, COLUMNS "WHERE id = ?");
	sql_put_text(&q, id);
	*found = sql_row(&q);
	if (*found)
		*out = get(&q, a);
	return sql_end(&q);
}

#define AFTER " (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4"

int store_incidents(struct store *s, struct arena *a, const struct incident_query *w, incident_rows *out)
{
	struct sql q = w->zone && *w->zone
		? sql_start(s, COLUMNS "WHERE id IN (SELECT incident FROM incident_zone WHERE zone = ?2) AND (?1 IS NULL OR state = ?1) AND" AFTER)
		: w->state && *w->state ? sql_start(s, COLUMNS "WHERE state = ?1 AND ?2 IS NULL AND" AFTER)
					: sql_start(s, COLUMNS "WHERE ?1 IS NULL AND ?2 IS NULL AND" AFTER);
	sql_put_filter(&q, w->state);
	sql_put_filter(&q, w->zone);
	sql_put_filter(&q, w->after_id);
	sql_put_limit(&q, w->limit);
	while (sql_row(&q))
		list_push(a, out, get(&q, a));
	return sql_end(&q);
}

int store_incident_zone(struct store *s, const char *incident, const char *zone, struct wall at, bool in)
{
	struct sql q = in ? sql_start(s, "INSERT INTO incident_zone (incident, zone, joined_at) VALUES (?, ?, ?) ON CONFLICT (incident, zone)"
					 " DO UPDATE SET joined_at = excluded.joined_at, left_at = NULL WHERE left_at IS NOT NULL")
			  : sql_start(s, "UPDATE incident_zone SET left_at = ?3 WHERE incident = ?1 AND zone = ?2 AND left_at IS NULL");
	sql_put_text(&q, incident);
	sql_put_text(&q, zone);
	sql_put_wall(&q, at);
	return sql_run(&q);
}

int store_incident_zones(struct store *s, struct arena *a, const char *incident, uint32_t limit, store_names *out)
{
	struct sql q = sql_start(s, "SELECT zone FROM incident_zone WHERE incident = ? AND left_at IS NULL ORDER BY zone LIMIT ?");
	sql_put_text(&q, incident);
	sql_put_limit(&q, limit);
	while (sql_row(&q))
		list_push(a, out, sql_get_text(&q, a));
	return sql_end(&q);
}
