#include "store/schema.h"
#include <stdio.h>

/* Every table has an integer key of its own, so that store_rescue() can step over a damaged page. Times are seconds since
 * 1970; NULL is never. AUTOINCREMENT where an id is given to others: it must not come back after the row is deleted. */
static const char step_1[] =
	"CREATE TABLE zone (id INTEGER PRIMARY KEY, zone TEXT NOT NULL UNIQUE, word TEXT NOT NULL, finding TEXT NOT NULL,"
	" scope TEXT NOT NULL, security TEXT NOT NULL, since INTEGER, checked_at INTEGER, breaks_at INTEGER, next_at INTEGER,"
	" fingerprint TEXT NOT NULL, doc TEXT NOT NULL, unwatched INTEGER NOT NULL);"
	"CREATE TABLE watched (id INTEGER PRIMARY KEY, zone TEXT NOT NULL UNIQUE, tags TEXT NOT NULL, owner TEXT NOT NULL,"
	" expect TEXT NOT NULL, added_at INTEGER);"
	"CREATE TABLE history (id INTEGER PRIMARY KEY AUTOINCREMENT, zone TEXT NOT NULL, from_at INTEGER NOT NULL,"
	" to_at INTEGER NOT NULL, fingerprint TEXT NOT NULL, word TEXT NOT NULL, finding TEXT NOT NULL, snapshot BLOB NOT NULL,"
	" evidence BLOB);"
	"CREATE INDEX history_zone ON history (zone, from_at);"
	"CREATE TABLE sig (id INTEGER PRIMARY KEY, zone TEXT NOT NULL, rrset TEXT NOT NULL, key_tag INTEGER NOT NULL,"
	" algorithm INTEGER NOT NULL, inception INTEGER NOT NULL, expiration INTEGER NOT NULL, first_seen INTEGER NOT NULL);"
	"CREATE UNIQUE INDEX sig_once ON sig (zone, rrset, key_tag, algorithm, inception, expiration);"
	"CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, zone TEXT NOT NULL, kind TEXT NOT NULL,"
	" severity TEXT NOT NULL, expected INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, text TEXT NOT NULL,"
	" incident TEXT NOT NULL);"
	"CREATE INDEX event_zone ON event (zone, id);"
	"CREATE INDEX event_incident ON event (incident, id) WHERE incident <> '';"
	"CREATE INDEX event_at ON event (at);"
	"CREATE TABLE incident (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, dedup_key TEXT NOT NULL, finding TEXT NOT NULL,"
	" scope TEXT NOT NULL, word TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, opened_at INTEGER,"
	" changed_at INTEGER, resolved_at INTEGER, since INTEGER, n_zones INTEGER NOT NULL, text TEXT NOT NULL, doc TEXT NOT NULL,"
	" acked_at INTEGER, acked_by TEXT NOT NULL, muted_until INTEGER, reminders INTEGER NOT NULL, told_at INTEGER,"
	" flapping INTEGER NOT NULL);"
	"CREATE INDEX incident_state ON incident (state, id);"
	"CREATE TABLE incident_zone (n INTEGER PRIMARY KEY, incident TEXT NOT NULL, zone TEXT NOT NULL, joined_at INTEGER,"
	" left_at INTEGER);"
	"CREATE UNIQUE INDEX incident_zone_once ON incident_zone (incident, zone);"
	"CREATE INDEX incident_zone_zone ON incident_zone (zone, incident);"
	"CREATE TABLE mute (id INTEGER PRIMARY KEY AUTOINCREMENT, pattern TEXT NOT NULL, from_at INTEGER NOT NULL,"
	" until_at INTEGER, why TEXT NOT NULL);"
	"CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, incident TEXT NOT NULL, channel TEXT NOT NULL,"
	" kind TEXT NOT NULL, dedup_key TEXT NOT NULL, alert TEXT NOT NULL, created_at INTEGER, due_at INTEGER,"
	" tries INTEGER NOT NULL, state TEXT NOT NULL, last_error TEXT NOT NULL, remote_ref TEXT NOT NULL, done_at INTEGER);"
	"CREATE INDEX outbox_state ON outbox (state, id);"
	"CREATE INDEX outbox_incident ON outbox (incident, channel, id);"
	"CREATE TABLE fact (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);";

/* SQLite rewrites a row wholly: what changes every hour (when a zone was looked at, until when a state was seen) leaves the
 * rows that are large. Dictionaries for what is compressed; frames made without one stay readable. */
static const char step_2[] =
	"CREATE TABLE zone_clock (id INTEGER PRIMARY KEY, checked_at INTEGER, breaks_at INTEGER, next_at INTEGER);"
	"INSERT INTO zone_clock SELECT id, checked_at, breaks_at, next_at FROM zone;"
	"ALTER TABLE zone DROP COLUMN checked_at;"
	"ALTER TABLE zone DROP COLUMN breaks_at;"
	"ALTER TABLE zone DROP COLUMN next_at;"
	"CREATE TABLE history_text (id INTEGER PRIMARY KEY, snapshot BLOB NOT NULL, evidence BLOB);"
	"INSERT INTO history_text SELECT id, snapshot, evidence FROM history;"
	"ALTER TABLE history DROP COLUMN snapshot;"
	"ALTER TABLE history DROP COLUMN evidence;"
	"CREATE TRIGGER history_gone AFTER DELETE ON history BEGIN DELETE FROM history_text WHERE id = OLD.id; END;"
	"CREATE TABLE dict (n INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, kind INTEGER NOT NULL, content BLOB NOT NULL);";

/* Serials as each server came to them: who lags, and since when. */
static const char step_3[] =
	"CREATE TABLE serial (id INTEGER PRIMARY KEY, zone TEXT NOT NULL, addr TEXT NOT NULL, serial INTEGER NOT NULL,"
	" first_seen INTEGER NOT NULL);"
	"CREATE INDEX serial_zone ON serial (zone, addr, id);";

/* What the configuration says of a zone, for who reads the store without it. */
static const char step_4[] =
	"ALTER TABLE zone ADD COLUMN tags TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE zone ADD COLUMN owner TEXT NOT NULL DEFAULT '';";

static const char *const steps[STORE_SCHEMA] = { step_1, step_2, step_3, step_4 };

int schema_pragma(struct store *s, const char *literal, int64_t *out)
{
	struct sql q = sql_start(s, literal);
	*out = sql_row(&q) ? sql_get_int(&q) : 0;
	return sql_end(&q);
}

int schema_raise(struct store *s, int to)
{
	int64_t from = 0;
	int err = store_begin(s);
	if (err)
		return err;
	err = schema_pragma(s, "PRAGMA user_version", &from);
	for (int64_t v = from; !err && v < to; v++)
		err = sql_exec(s, steps[v]);
	char mark[96];
	snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d;", STORE_APPLICATION, to);
	if (!err && from < to)
		err = sql_exec(s, mark);
	return store_leave(s, true, err);
}
