#include "store/sql.h"
#include "base/limits.h"

static void put_what(struct sql *q, const struct sig_row *r)
{
	sql_put_text(q, r->zone);
	sql_put_text(q, r->rrset);
}

/* An on-line signer makes new ones at every check: without this a zone would grow for ever. */
static int thin(struct store *s, const struct sig_row *r)
{
	struct sql q = sql_start(s, "DELETE FROM sig WHERE zone = ?1 AND rrset = ?2 AND id <="
				    " (SELECT id FROM sig WHERE zone = ?1 AND rrset = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)");
	put_what(&q, r);
	sql_put_int(&q, LIMIT_SIGS_KEPT);
	return sql_run(&q);
}

int store_add_sig(struct store *s, const struct sig_row *r)
{
	bool own;
	int err = store_enter(s, &own);
	if (err)
		return err;
	struct sql q = sql_start(s, "INSERT INTO sig (zone, rrset, key_tag, algorithm, inception, expiration, first_seen)"
				    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
	put_what(&q, r);
	sql_put_int(&q, r->key_tag);
	sql_put_int(&q, r->algorithm);
	sql_put_int(&q, r->inception.s);
	sql_put_int(&q, r->expiration.s);
	sql_put_int(&q, r->first_seen.s);
	err = sql_run(&q);
	if (!err && sqlite3_changes(s->db) > 0)
		err = thin(s, r);
	return store_leave(s, own, err);
}

int store_sigs(struct store *s, struct arena *a, const char *zone, uint32_t limit_per_rrset, sig_rows *out)
{
	struct sql q = sql_start(s, "SELECT zone, rrset, key_tag, algorithm, inception, expiration, first_seen FROM (SELECT *,"
				    " row_number() OVER (PARTITION BY rrset ORDER BY first_seen DESC, id DESC) AS nth FROM sig"
				    " WHERE zone = ?1) WHERE ?2 < 0 OR nth <= ?2 ORDER BY first_seen, id");
	sql_put_text(&q, zone);
	sql_put_limit(&q, limit_per_rrset);
	while (sql_row(&q)) {
		struct sig_row r = { .zone = sql_get_text(&q, a) };
		r.rrset = sql_get_text(&q, a);
		r.key_tag = (uint16_t)sql_get_int(&q);
		r.algorithm = (uint8_t)sql_get_int(&q);
		r.inception = sql_get_wall(&q);
		r.expiration = sql_get_wall(&q);
		r.first_seen = sql_get_wall(&q);
		list_push(a, out, r);
	}
	return sql_end(&q);
}
