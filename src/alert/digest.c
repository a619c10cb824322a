/* digest -- what is over a channel's cap, gathered into one message. The rows gathered and the row of the digest change in one
 * transaction: nothing is lost between them. */
#include "alert/delivering.h"
#include "base/limits.h"
#include <string.h>

struct gathered { int64_t id; const char *title, *word; unsigned rank; };
typedef LIST(struct gathered) gathered_list;

static bool is_held_up(const struct deliverer *d, const struct lane *lane, const struct outbox_row *row)
{
	for (const struct flight *f = d->flights; f != NULL; f = f->next)
		if (f->lane == lane && (f->row.id == row->id || (row->incident[0] != '\0' && strcmp(f->row.incident, row->incident) == 0)))
			return true;
	return false;
}

static bool is_for_digest(const struct deliverer *d, const struct lane *lane, const struct outbox_row *row)
{
	return strcmp(row->channel, lane->c->name) == 0 && strcmp(row->kind, alert_kind_id(ALERT_DIGEST)) != 0 &&
	       strcmp(row->kind, alert_kind_id(ALERT_TEST)) != 0 && !is_held_up(d, lane, row);
}

static int gather(struct deliverer *d, struct lane *lane, struct arena *arena, struct wall now, gathered_list *out)
{
	outbox_rows rows = { 0 };
	int e = store_outbox_due(d->o.store, arena, now, LIMIT_ALERT_GATHER, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		const struct outbox_row *row = &rows.at[i];
		struct alert *a;
		struct err_at at;
		/* What cannot be read is left to the ordinary way, which gives it up and says so. */
		if (!is_for_digest(d, lane, row) || alert_from_json(arena, row->alert, strlen(row->alert), &a, &at) != E_OK)
			continue;
		list_push(arena, out, ((struct gathered){ row->id, alert_title(arena, a), a->word, severity_rank(a->severity, SEVERITY_ERROR) }));
	}
	return e;
}

/* Worst first, each severity in the order it came. */
static void digest_lines(struct arena *arena, const gathered_list *g, struct alert *a)
{
	for (unsigned rank = SEVERITY_CRITICAL + 1; rank-- > SEVERITY_INFO;)
		for (uint32_t i = 0; i < g->n && a->lines.n < LIMIT_ALERT_ITEMS - 1; i++)
			if (g->at[i].rank == rank)
				list_push(arena, &a->lines, g->at[i].title);
	uint32_t more = g->n - a->lines.n;
	if (more > 0)
		list_push(arena, &a->lines, arena_printf(arena, "... and %u more", more));
}

static int write_digest(struct deliverer *d, struct lane *lane, struct arena *arena, const gathered_list *g, const struct alert *a, struct wall now)
{
	struct store *s = d->o.store;
	channel_list to = { 0 };
	list_push(arena, &to, lane->c);
	int e = store_begin(s);
	if (e != E_OK)
		return e;
	e = alert_post(s, arena, a, &to, NULL, now);
	for (uint32_t i = 0; e == E_OK && i < g->n; i++)
		e = store_outbox_done(s, g->at[i].id, "sent", now, now, "told in a digest", NULL);
	if (e == E_OK)
		e = store_commit(s);
	if (e != E_OK)
		store_rollback(s);
	return e;
}

static int make(struct deliverer *d, struct lane *lane, struct arena *arena, struct wall now)
{
	gathered_list g = { 0 };
	int e = gather(d, lane, arena, now, &g);
	if (e != E_OK || g.n == 0)
		return e;
	const struct gathered *worst = &g.at[0];
	for (uint32_t i = 1; i < g.n; i++)
		worst = g.at[i].rank > worst->rank ? &g.at[i] : worst;
	static const char *const words[] = { "info", "notice", "warning", "error", "critical" };
	struct wall never = WALL_NEVER;
	struct alert a = {
		.kind = ALERT_DIGEST, .incident = "", .dedup_key = arena_printf(arena, "dnsvigil/digest/%s/%lld", lane->c->name, (long long)now.s),
		.word = worst->word, .severity = words[worst->rank], .at = now,
		.cause = arena_printf(arena, "%u messages held back, the worst says %s: this channel takes %u an hour", g.n, worst->word,
				      lane->c->per_hour ? lane->c->per_hour : LIMIT_ALERT_PER_HOUR),
		.since = never, .opened_at = never, .breaks_at = never, .resolved_at = never,
	};
	digest_lines(arena, &g, &a);
	e = write_digest(d, lane, arena, &g, &a, now);
	if (e == E_OK) {
		d->changed = true;
		deliverer_log(d, lane, "%u messages are told in a digest", g.n);
	}
	return e;
}

int digest_hold(struct deliverer *d, struct lane *lane, struct wall now)
{
	/* Also when the clock was turned back: no digest is further away than the distance of two. */
	if (lane->digest_at.s == WALL_NEVER.s || lane->digest_at.s - now.s > LIMIT_ALERT_DIGEST_S)
		lane->digest_at.s = now.s + LIMIT_ALERT_DIGEST_S;
	if (now.s < lane->digest_at.s)
		return E_OK;
	struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
	int e = make(d, lane, arena, now);
	arena_free(&arena);
	if (e == E_OK) {
		lane->digest_at = WALL_NEVER;
		lane->gathered_at = now;
	}
	return e;
}
