#include "store/sql.h"
#include "base/limits.h"

static int thin(struct store *s, const struct serial_row *r)
{
	struct sql q = sql_start(s, "DELETE FROM serial WHERE zone = ?1 AND addr = ?2 AND id <="
				    " (SELECT id FROM serial WHERE zone = ?1 AND addr = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)");
	sql_put_text(&q, r->zone);
	sql_put_text(&q, r->addr);
	sql_put_int(&q, LIMIT_SERIALS_KEPT);
	return sql_run(&q);
}

int store_add_serial(struct store *s, const struct serial_row *r)
{
	bool own;
	int err = store_enter(s, &own);
	if (err)
		return err;
	struct sql q = sql_start(s, "INSERT INTO serial (zone, addr, serial, first_seen) VALUES (?, ?, ?, ?)");
	sql_put_text(&q, r->zone);
	sql_put_text(&q, r->addr);
	sql_put_int(&q, r->serial);
	sql_put_int(&q, r->first_seen.s);
	err = sql_run(&q);
	if (!err)
		err = thin(s, r);
	return store_leave(s, own, err);
}

int store_serials(struct store *s, struct arena *a, const char *zone, serial_rows *out)
{
	struct sql q = sql_start(s, "SELECT zone, addr, serial, first_seen FROM serial WHERE zone = ? ORDER BY id");
	sql_put_text(&q, zone);
	while (sql_row(&q)) {
		struct serial_row r = { .zone = sql_get_text(&q, a) };
		r.addr = sql_get_text(&q, a);
		r.serial = (uint32_t)sql_get_int(&q);
		r.first_seen = sql_get_wall(&q);
		list_push(a, out, r);
	}
	return sql_end(&q);
}
