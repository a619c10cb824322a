#include "store/pack.h"

/* Rows after which a dictionary is learnt: early, since the first check of every zone brings its whole evidence; and again
 * when the zones seen are those that are watched, not those that came first. */
static bool time_to_learn(int64_t id)
{
	return id == 64 || id == 1024;
}

static int add_row(struct store *s, const struct history_row *h, int64_t *id)
{
	struct sql q = sql_start(s, "INSERT INTO history (zone, from_at, to_at, fingerprint, word, finding) VALUES (?, ?, ?, ?, ?, ?)");
	sql_put_text(&q, h->zone);
	sql_put_int(&q, h->from.s);
	sql_put_int(&q, h->to.s);
	sql_put_text(&q, h->fingerprint);
	sql_put_text(&q, h->word);
	sql_put_text(&q, h->finding);
	int err = sql_run(&q);
	*id = sqlite3_last_insert_rowid(s->db);
	return err;
}

static int add_text(struct store *s, const struct history_row *h, int64_t id)
{
	const void *snapshot = NULL, *evidence = NULL;
	size_t snapshot_len = 0, evidence_len = 0;
	int err = pack_text(s, PACK_SNAPSHOT, h->snapshot ? h->snapshot : "", h->snapshot ? h->snapshot_len : 0, &snapshot, &snapshot_len);
	if (!err && h->evidence)
		err = pack_text(s, PACK_EVIDENCE, h->evidence, h->evidence_len, &evidence, &evidence_len);
	if (err)
		return err;
	struct sql q = sql_start(s, "INSERT INTO history_text (id, snapshot, evidence) VALUES (?, ?, ?)");
	sql_put_int(&q, id);
	sql_put_blob(&q, snapshot, snapshot_len);
	sql_put_blob(&q, evidence, evidence_len);
	return sql_run(&q);
}

int store_add_history(struct store *s, const struct history_row *h, int64_t *id)
{
	bool own;
	int err = store_enter(s, &own);
	if (err)
		return err;
	err = add_row(s, h, id);
	if (!err)
		err = add_text(s, h, *id);
	for (int kind = 0; !err && kind < PACK_KINDS && time_to_learn(*id); kind++)
		err = pack_learn(s, (enum pack_kind)kind);
	return store_leave(s, own, err);
}

int store_extend(struct store *s, int64_t id, struct wall to)
{
	struct sql q = sql_start(s, "UPDATE history SET to_at = max(to_at, ?2) WHERE id = ?1");
	sql_put_int(&q, id);
	sql_put_int(&q, to.s);
	return sql_run_on(&q);
}

#define COLUMNS "h.id, h.zone, h.from_at, h.to_at, h.fingerprint, h.word, h.finding, t.snapshot"

static int get(struct sql *q, struct arena *a, struct history_row *h)
{
	*h = (struct history_row){ .id = sql_get_int(q) };
	h->zone = sql_get_text(q, a);
	h->from = sql_get_wall(q);
	h->to = sql_get_wall(q);
	h->fingerprint = sql_get_text(q, a);
	h->word = sql_get_text(q, a);
	h->finding = sql_get_text(q, a);
	size_t len = 0;
	const void *packed = sql_get_blob(q, &len);
	return packed ? pack_unpack(q->s, a, packed, len, &h->snapshot, &h->snapshot_len) : E_OK;
}

int store_history_at(struct store *s, struct arena *a, const char *zone, struct wall at, struct history_row *out, bool *found)
{
	struct sql q = sql_start(s, "SELECT " COLUMNS ", t.evidence FROM history h LEFT JOIN history_text t ON t.id = h.id"
				    " WHERE h.zone = ? AND h.from_at <= ? ORDER BY h.from_at DESC, h.id DESC LIMIT 1");
	sql_put_text(&q, zone);
	sql_put_int(&q, at.s);
	int err = E_OK;
	*found = sql_row(&q);
	if (*found) {
		err = get(&q, a, out);
		size_t len = 0;
		const void *packed = sql_get_blob(&q, &len);
		if (!err && packed)
			err = pack_unpack(s, a, packed, len, &out->evidence, &out->evidence_len);
	}
	int end = sql_end(&q);
	return err ? err : end;
}

int store_history(struct store *s, struct arena *a, const char *zone, struct wall since, uint32_t limit, history_rows *out)
{
	struct sql q = sql_start(s, "SELECT " COLUMNS " FROM (SELECT * FROM history WHERE zone = ? AND to_at >= ?"
				    " ORDER BY from_at DESC, id DESC LIMIT ?) h LEFT JOIN history_text t ON t.id = h.id"
				    " ORDER BY h.from_at, h.id");
	sql_put_text(&q, zone);
	sql_put_int(&q, since.s);
	sql_put_limit(&q, limit);
	int err = E_OK;
	while (!err && sql_row(&q)) {
		struct history_row h;
		err = get(&q, a, &h);
		list_push(a, out, h);
	}
	int end = sql_end(&q);
	return err ? err : end;
}
