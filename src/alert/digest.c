/* digest -- what is over a channel's cap, gathered into one message. The rows gathered and the row of the digest change in one
 * transaction: nothing is lost between them. */
#include "alert/delivering.h"
#include "base/limits.h"
#include <string.h>

/* What one digest tells: all are counted, the first of each severity named. */
struct gathered {
	struct arena *arena;
	uint32_t n;
	unsigned worst; const char *word;       /* severity and what the first of that severity says */
	alert_lines titles[SEVERITY_CRITICAL + 1];
};

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

static void note(struct gathered *g, struct arena *scratch, const struct alert *a)
{
	unsigned rank = severity_rank(a->severity, SEVERITY_ERROR);
	if (g->n++ == 0 || rank > g->worst) {
		g->worst = rank;
		g->word = clean_line(g->arena, a->word, 20);
	}
	if (g->titles[rank].n < LIMIT_ALERT_ITEMS)
		list_push(g->arena, &g->titles[rank], arena_text(g->arena, alert_title(scratch, a)));
}

/* One batch of rows, each noted and marked; *some: there was one. */
static int gather_batch(struct deliverer *d, struct lane *lane, struct gathered *g, struct wall now, bool *some)
{
	struct arena *scratch = arena_new(LIMIT_ARENA_BYTES);
	outbox_rows rows = { 0 };
	int e = store_outbox_due(d->o.store, scratch, now, LIMIT_ALERT_DUE, &rows);
	*some = false;
	for (uint32_t i = 0; e == E_OK && i < rows.n && g->n < LIMIT_ALERT_GATHER; i++) {
		struct arena *one = arena_new(LIMIT_ARENA_BYTES);
		struct alert *a;
		struct err_at at;
		/* What cannot be read is left to the ordinary way, which gives it up and says so. */
		if (is_for_digest(d, lane, &rows.at[i]) && alert_from_json(one, rows.at[i].alert, strlen(rows.at[i].alert), &a, &at) == E_OK) {
			note(g, one, a);
			e = store_outbox_done(d->o.store, rows.at[i].id, "sent", now, now, "told in a digest", NULL);
			*some = true;
		}
		arena_free(&one);
	}
	arena_free(&scratch);
	return e;
}

static struct alert digest_of(const struct lane *lane, struct gathered *g, struct wall now)
{
	static const char *const words[] = { "info", "notice", "warning", "error", "critical" };
	struct wall never = WALL_NEVER;
	struct alert a = {
		.kind = ALERT_DIGEST, .incident = "", .dedup_key = arena_printf(g->arena, "dnsvigil/digest/%s/%lld", lane->c->name, (long long)now.s),
		.word = g->word, .severity = words[g->worst], .at = now,
		.cause = arena_printf(g->arena, "%u messages held back, the worst says %s: this channel takes %u an hour", g->n, g->word,
				      lane->c->per_hour ? lane->c->per_hour : LIMIT_ALERT_PER_HOUR),
		.since = never, .opened_at = never, .breaks_at = never, .resolved_at = never,
	};
	/* Worst first, each severity in the order it came; the last line is for the rest. */
	for (unsigned rank = SEVERITY_CRITICAL + 1; rank-- > SEVERITY_INFO;)
		for (uint32_t i = 0; i < g->titles[rank].n && a.lines.n < LIMIT_ALERT_ITEMS - 1; i++)
			list_push(g->arena, &a.lines, g->titles[rank].at[i]);
	uint32_t more = g->n - a.lines.n;
	if (more > 0)
		list_push(g->arena, &a.lines, arena_printf(g->arena, "... and %u more", more));
	return a;
}

static int gather_and_post(struct deliverer *d, struct lane *lane, struct gathered *g, struct wall now)
{
	bool some = true;
	int e = E_OK;
	while (e == E_OK && some && g->n < LIMIT_ALERT_GATHER)
		e = gather_batch(d, lane, g, now, &some);
	if (e != E_OK || g->n == 0)
		return e;
	struct alert a = digest_of(lane, g, now);
	channel_list to = { 0 };
	list_push(g->arena, &to, lane->c);
	return alert_post(d->o.store, g->arena, &a, &to, NULL, now);
}

static int make(struct deliverer *d, struct lane *lane, struct wall now)
{
	struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
	struct gathered g = { .arena = arena };
	int e = store_begin(d->o.store);
	if (e == E_OK) {
		e = gather_and_post(d, lane, &g, now);
		if (e == E_OK)
			e = store_commit(d->o.store);
		if (e != E_OK)
			store_rollback(d->o.store);
	}
	if (e == E_OK && g.n > 0) {
		d->changed = true;
		deliverer_log(d, lane, "%u messages are told in a digest", g.n);
	}
	arena_free(&arena);
	return e;
}

int digest_hold(struct deliverer *d, struct lane *lane, struct wall now)
{
	/* Also when the clock was turned back: no digest is further away than the distance of two. */
	if (lane->digest_at.s == WALL_NEVER.s || lane->digest_at.s - now.s > LIMIT_ALERT_DIGEST_S)
		lane->digest_at.s = now.s + LIMIT_ALERT_DIGEST_S;
	if (now.s < lane->digest_at.s)
		return E_OK;
	int e = make(d, lane, now);
	if (e == E_OK) {
		lane->digest_at = WALL_NEVER;
		lane->gathered_at = now;
	}
	return e;
}
