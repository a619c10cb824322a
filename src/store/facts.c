#include "store/sql.h"

int store_set(struct store *s, const char *key, const char *value)
{
	struct sql q = sql_start(s, "INSERT INTO fact (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
	sql_put_text(&q, key);
	sql_put_text(&q, value);
	return sql_run(&q);
}

int store_get(struct store *s, struct arena *a, const char *key, const char **value)
{
	struct sql q = sql_start(s, "SELECT value FROM fact WHERE key = ?");
	sql_put_text(&q, key);
	*value = sql_row(&q) ? sql_get_text(&q, a) : NULL;
	return sql_end(&q);
}
