/* Old rows go in small transactions, so that other writers wait for none of them; the file does not shrink, its free pages
 * are used again. */
#include "store/sql.h"
#include "base/limits.h"

/* ?1: the moment before which rows are old, ?2: rows at once. */
static const struct { size_t age; const char *sql; } rules[] = {
#define AGE(field) offsetof(struct retention, field)
	{ AGE(history_s), "DELETE FROM history WHERE id IN (SELECT h.id FROM history h WHERE h.to_at < ?1"
			  " AND EXISTS (SELECT 1 FROM history n WHERE n.zone = h.zone AND (n.from_at, n.id) > (h.from_at, h.id)) LIMIT ?2)" },
	{ AGE(events_s), "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < ?1 LIMIT ?2)" },
	{ AGE(resolved_s), "DELETE FROM incident_zone WHERE n IN (SELECT z.n FROM incident_zone z JOIN incident i ON i.id = z.incident"
			   " WHERE i.state = 'resolved' AND i.resolved_at < ?1 LIMIT ?2)" },
	{ AGE(resolved_s), "DELETE FROM incident WHERE n IN (SELECT n FROM incident WHERE state = 'resolved' AND resolved_at < ?1 LIMIT ?2)" },
	{ AGE(resolved_s), "DELETE FROM mute WHERE id IN (SELECT id FROM mute WHERE until_at < ?1 LIMIT ?2)" },
	/* What a channel called an open incident's message is needed until it is resolved. */
	{ AGE(sent_s), "DELETE FROM outbox WHERE id IN (SELECT o.id FROM outbox o LEFT JOIN incident i ON i.id = o.incident"
		       " WHERE o.state <> 'waiting' AND o.done_at < ?1 AND (i.state IS NULL OR i.state <> 'open') LIMIT ?2)" },
	{ AGE(sigs_s), "DELETE FROM serial WHERE id IN (SELECT s.id FROM serial s WHERE s.first_seen < ?1"
		       " AND EXISTS (SELECT 1 FROM serial n WHERE n.zone = s.zone AND n.addr = s.addr AND n.id > s.id) LIMIT ?2)" },
	{ AGE(sigs_s), "DELETE FROM sig WHERE id IN (SELECT id FROM sig WHERE first_seen < ?1 LIMIT ?2)" },
#undef AGE
};

/* What a registry said of a domain that nothing leads to any more: the others are asked again and again. */
static const char old_registrations[] = "DELETE FROM fact WHERE id IN (SELECT id FROM fact WHERE key >= 'rdap/' AND key < 'rdap0'"
					" AND json_valid(value) AND json_extract(value, '$.asked_at') < ?1 LIMIT ?2)";

static int apply(struct store *s, const char *sql, int64_t before)
{
	int err = E_OK;
	do {
		struct sql q = sql_start(s, sql);
		sql_put_int(&q, before);
		sql_put_int(&q, LIMIT_PRUNE_ROWS);
		err = sql_run(&q);
	} while (!err && sqlite3_changes(s->db) > 0);
	return err;
}

int store_prune(struct store *s, struct wall now, const struct retention *r)
{
	int err = apply(s, old_registrations, now.s - LIMIT_RDAP_KEPT_S);
	for (size_t i = 0; !err && i < sizeof rules / sizeof rules[0]; i++) {
		int64_t age = *(const int64_t *)((const char *)r + rules[i].age);
		if (age > 0)
			err = apply(s, rules[i].sql, now.s - age);
	}
	return err;
}
