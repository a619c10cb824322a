#include "store/sql.h"
#include <stdio.h>
#include <string.h>

enum store_health store_health(const struct store *s)
{
	return s->health;
}

const char *store_why(const struct store *s)
{
	return s->why;
}

int store_check(struct store *s)
{
	struct sql q = sql_start(s, "PRAGMA quick_check(1)");
	char said[160] = "quick_check gave no answer";
	if (sql_row(&q))
		snprintf(said, sizeof said, "%s", (const char *)sqlite3_column_text(q.st, 0));
	int err = sql_end(&q);
	if (err)
		return err;
	if (strcmp(said, "ok") == 0) {
		if (s->health == STORE_CORRUPT) {
			s->health = STORE_FINE;
			s->why[0] = '\0';
		}
		return E_OK;
	}
	s->health = STORE_CORRUPT;
	snprintf(s->why, sizeof s->why, "%.80s: %s", s->path, said);
	return E_SYNTAX;
}
