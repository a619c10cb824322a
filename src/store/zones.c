#include "store/sql.h"

static int put_state(struct store *s, const struct zone_row *z)
{
	struct sql q = sql_start(s, "INSERT INTO zone (zone, word, finding, scope, security, since, fingerprint, doc, unwatched, tags, owner)"
				    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, ''), coalesce(?8, ''), ?9, ?10, ?11) ON CONFLICT (zone)"
				    " DO UPDATE SET word = excluded.word, finding = excluded.finding, scope = excluded.scope,"
				    " security = excluded.security, since = excluded.since, fingerprint = coalesce(?7, fingerprint),"
				    " doc = coalesce(?8, doc), unwatched = excluded.unwatched, tags = excluded.tags, owner = excluded.owner");
	sql_put_text(&q, z->zone);
	sql_put_text(&q, z->word);
	sql_put_text(&q, z->finding);
	sql_put_text(&q, z->scope);
	sql_put_text(&q, z->security);
	sql_put_wall(&q, z->since);
	sql_put_filter(&q, z->fingerprint);
	sql_put_filter(&q, z->doc);
	sql_put_int(&q, z->unwatched);
	sql_put_text(&q, z->tags);
	sql_put_text(&q, z->owner);
	return sql_run(&q);
}

static int put_doc(struct store *s, const struct zone_row *z)
{
	struct sql q = sql_start(s, "UPDATE zone SET doc = ?2 WHERE zone = ?1");
	sql_put_text(&q, z->zone);
	sql_put_text(&q, z->doc);
	return sql_run(&q);
}

static int put_clock(struct store *s, const struct zone_row *z)
{
	struct sql q = sql_start(s, "INSERT INTO zone_clock (id, checked_at, breaks_at, next_at)"
				    " SELECT id, ?2, ?3, ?4 FROM zone WHERE zone = ?1 ON CONFLICT (id) DO UPDATE SET"
				    " checked_at = excluded.checked_at, breaks_at = excluded.breaks_at, next_at = excluded.next_at");
	sql_put_text(&q, z->zone);
	sql_put_wall(&q, z->checked_at);
	sql_put_wall(&q, z->breaks_at);
	sql_put_wall(&q, z->next_at);
	return sql_run(&q);
}

int store_put_zone(struct store *s, const struct zone_row *z)
{
	bool own;
	int err = store_enter(s, &own);
	if (err)
		return err;
	err = put_state(s, z);
	if (!err)
		err = put_clock(s, z);
	return store_leave(s, own, err);
}

int store_touch_zones(struct store *s, const struct zone_row *z, size_t n)
{
	bool own;
	int err = store_enter(s, &own);
	if (err)
		return err;
	for (size_t i = 0; !err && i < n; i++) {
		err = put_clock(s, &z[i]);
		if (!err && z[i].doc != NULL && *z[i].doc != '\0')
			err = put_doc(s, &z[i]);
	}
	return store_leave(s, own, err);
}

#define COLUMNS "z.zone, z.word, z.finding, z.scope, z.security, z.since, c.checked_at, c.breaks_at, c.next_at, z.fingerprint, z.doc," \
		" z.unwatched, z.tags, z.owner"
#define TABLES "zone z LEFT JOIN zone_clock c ON c.id = z.id"

static struct zone_row get(struct sql *q, struct arena *a)
{
	struct zone_row z = { .zone = sql_get_text(q, a) };
	z.word = sql_get_text(q, a);
	z.finding = sql_get_text(q, a);
	z.scope = sql_get_text(q, a);
	z.security = sql_get_text(q, a);
	z.since = sql_get_wall(q);
	z.checked_at = sql_get_wall(q);
	z.breaks_at = sql_get_wall(q);
	z.next_at = sql_get_wall(q);
	z.fingerprint = sql_get_text(q, a);
	z.doc = sql_get_text(q, a);
	z.unwatched = sql_get_int(q) != 0;
	z.tags = sql_get_text(q, a);
	z.owner = sql_get_text(q, a);
	return z;
}

int store_zone(struct store *s, struct arena *a, const char *zone, struct zone_row *out, bool *found)
{
	struct sql q = sql_start(s, "SELECT " COLUMNS " FROM " TABLES " WHERE z.zone = ?");
	sql_put_text(&q, zone);
	*found = sql_row(&q);
	if (*found)
		*out = get(&q, a);
	return sql_end(&q);
}

/* The order of a list that shows the worst first, as one row of values, so that a page can go on after a given zone. */
#define WORST(z, c) "(CASE " z ".word WHEN 'servfail' THEN 0 WHEN 'degraded' THEN 1 WHEN 'at-risk' THEN 2 WHEN 'unknown' THEN 3" \
		    " WHEN 'ok' THEN 5 ELSE 4 END), coalesce(" c ".breaks_at, 9223372036854775807), " z ".zone"
#define WANTED "(?1 IS NULL OR z.word = ?1) AND (?2 IS NULL OR z.finding = ?2) AND (?5 = 0 OR z.unwatched = 0)"

int store_zones(struct store *s, struct arena *a, const struct zone_query *w, zone_rows *out)
{
	struct sql q = w->worst_first
		? sql_start(s, "SELECT " COLUMNS " FROM " TABLES " WHERE " WANTED " AND (?3 IS NULL OR (" WORST("z", "c") ") >"
			       " (SELECT " WORST("y", "d") " FROM zone y LEFT JOIN zone_clock d ON d.id = y.id WHERE y.zone = ?3))"
			       " ORDER BY " WORST("z", "c") " LIMIT ?4")
		: sql_start(s, "SELECT " COLUMNS " FROM " TABLES " WHERE " WANTED " AND (?3 IS NULL OR z.zone > ?3)"
			       " ORDER BY z.zone LIMIT ?4");
	sql_put_filter(&q, w->word);
	sql_put_filter(&q, w->finding);
	sql_put_filter(&q, w->after_zone);
	sql_put_limit(&q, w->limit);
	sql_put_int(&q, w->watched_only);
	while (sql_row(&q))
		list_push(a, out, get(&q, a));
	return sql_end(&q);
}
