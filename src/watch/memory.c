/* memory -- between the store's rows and the values that foresee/ judges. A row is written when something changed; what did not
 * change only makes the last row reach further, and that is written now and then. */
#include "watch/inside.h"
#include "base/limits.h"
#include <string.h>

enum { PASTS_MAX = 24, SIGS_MAX = 16, SERIAL_EVERY_S = 900, SIG_EVERY_S = 6 * 3600 };   /* on-line signers make a new one for each answer */

static int recall_pasts(struct observer *o, const struct config_zone *z, struct wall at, struct observation *ob)
{
	history_rows rows = { 0 };
	struct history *h = ob->history;
	int e = store_history(o->store, ob->arena, z->zone, (struct wall){ INT64_MIN }, PASTS_MAX, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		const struct history_row *r = &rows.at[i];
		struct snapshot *s;
		struct err_at where = { 0 };
		if (snapshot_from_text(ob->arena, r->snapshot, r->snapshot_len, &s, &where) != E_OK) {
			observer_log(o, "warning", "history-unreadable", z->zone, "row %lld: %s", (long long)r->id, where.text);
			continue;       /* of a newer program: as if it had not been seen */
		}
		list_push(ob->arena, &h->pasts, (struct past){ r->from, r->to, s });
		ob->has_last = true;
		ob->last_id = r->id;
	}
	for (uint32_t i = 0; i + 1 < h->pasts.n; i++)   /* in force until the next one was seen */
		h->pasts.at[i].to = h->pasts.at[i + 1].from;
	if (h->pasts.n > 0)
		h->pasts.at[h->pasts.n - 1].to = at;
	return e;
}

static int recall_sigs(struct observer *o, const struct config_zone *z, struct observation *ob)
{
	sig_rows rows = { 0 };
	int e = store_sigs(o->store, ob->arena, z->zone, SIGS_MAX, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		const struct sig_row *r = &rows.at[i];
		list_push(ob->arena, &ob->history->sigs, (struct sig_seen){ r->rrset, r->key_tag, r->algorithm, r->inception, r->expiration, r->first_seen });
	}
	return e;
}

static int recall_serials(struct observer *o, const struct config_zone *z, struct observation *ob)
{
	serial_rows rows = { 0 };
	int e = store_serials(o->store, ob->arena, z->zone, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		struct serial_seen seen = { .serial = rows.at[i].serial, .first_seen = rows.at[i].first_seen };
		if (addr_from_text(rows.at[i].addr, 53, &seen.addr))
			list_push(ob->arena, &ob->history->serials, seen);
	}
	return e;
}

/* A zone that changes all the time does not need each of its serials kept, unless its servers differ. */
static void note_serials(struct observation *ob, struct wall at)
{
	const struct snapshot *s = ob->snapshot;
	bool differ = false;
	for (uint32_t i = 1; i < s->servers.n; i++)
		differ |= s->servers.at[i].has_serial && s->servers.at[0].has_serial && s->servers.at[i].serial != s->servers.at[0].serial;
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct snap_server *v = &s->servers.at[i];
		const struct serial_seen *last = NULL;
		for (uint32_t k = 0; k < ob->history->serials.n; k++)
			if (addr_same_ip(&ob->history->serials.at[k].addr, &v->addr))
				last = &ob->history->serials.at[k];
		if (!v->has_serial || (last != NULL && (last->serial == v->serial || (!differ && at.s - last->first_seen.s < SERIAL_EVERY_S))))
			continue;
		struct serial_seen seen = { v->addr, v->serial, at };
		list_push(ob->arena, &ob->history->serials, seen);
		list_push(ob->arena, &ob->new_serials, seen);
	}
}

static bool sig_is_known(const struct history *h, const struct snap_sig *g, struct wall at)
{
	for (uint32_t i = 0; i < h->sigs.n; i++) {
		const struct sig_seen *k = &h->sigs.at[i];
		if (k->tag != g->tag || k->algorithm != g->algorithm || strcmp(k->rrset, g->rrset) != 0)
			continue;
		if (k->expiration.s == g->expiration.s && k->inception.s == g->inception.s)
			return true;
		if (k->expiration.s >= g->expiration.s || at.s - k->first_seen.s < SIG_EVERY_S)
			return true;
	}
	return false;
}

/* Newer signatures of the classes that tell a signer's habit. */
static void note_sigs(struct observation *ob, struct wall at)
{
	static const char *const classes[] = { "SOA", "DNSKEY", "NS", "NSEC", "NSEC3" };
	for (uint32_t i = 0; i < ob->snapshot->servers.n; i++) {
		const struct snap_server *s = &ob->snapshot->servers.at[i];
		for (uint32_t k = 0; k < s->sigs.n && ob->new_sigs.n < SIGS_MAX; k++) {
			const struct snap_sig *g = &s->sigs.at[k];
			bool wanted = false;
			for (unsigned c = 0; c < sizeof classes / sizeof classes[0]; c++)
				wanted |= strcmp(classes[c], g->rrset) == 0;
			if (!wanted || !g->good || sig_is_known(ob->history, g, at))
				continue;
			struct sig_seen seen = { g->rrset, g->tag, g->algorithm, g->inception, g->expiration, at };
			list_push(ob->arena, &ob->history->sigs, seen);
			list_push(ob->arena, &ob->new_sigs, seen);
		}
	}
}

int memory_recall(struct observer *o, const struct config_zone *z, struct wall at, struct observation *ob)
{
	const struct check_result *r = ob->result;
	struct budget budget = *r->budget;
	struct judgement j = { .tree = r->tree, .crypto = o->options.crypto, .budget = &budget, .arena = ob->arena };
	ob->history = ARENA_NEW(ob->arena, struct history);
	ob->history->zone = z->zone;
	ob->history->poll_s = z->interval_s != 0 ? z->interval_s : o->config->interval_s;
	int e = recall_pasts(o, z, at, ob);
	if (e == E_OK)
		e = recall_sigs(o, z, ob);
	if (e == E_OK)
		e = recall_serials(o, z, ob);
	if (e != E_OK)
		return e;
	/* A zone is itself also where it is gone; another question is of the zone it ends in. */
	bool is_zone = z->type == 0 || z->type == TYPE_SOA;
	ob->snapshot = snapshot_make(ob->arena, &j, r->verdict, is_zone ? z->name : NULL, at);
	summary_of(ob->arena, ob->snapshot, &ob->summary);      /* before it is completed from older ones */
	const struct snapshot *last = ob->history->pasts.n > 0 ? ob->history->pasts.at[ob->history->pasts.n - 1].s : NULL;
	if (last != NULL) {
		snapshot_complete(ob->arena, ob->snapshot, last);
		drift_between(ob->arena, last, ob->snapshot, &ob->changes);
	}
	list_push(ob->arena, &ob->history->pasts, (struct past){ at, at, ob->snapshot });
	note_sigs(ob, at);
	note_serials(ob, at);
	struct pinned pinned = { .ns = z->expect_ns.at, .n_ns = z->expect_ns.n, .ds = z->expect_ds.at, .n_ds = z->expect_ds.n,
				 .unsigned_wanted = z->expect_unsigned };
	changes off = { 0 };
	drift_pinned(ob->arena, ob->snapshot, &pinned, &off);
	for (uint32_t i = 0; i < off.n; i++)
		list_push(ob->arena, &ob->changes, off.at[i]);
	rollover_explain(ob->arena, ob->history, &ob->changes);
	struct ladder ladder = { .n = o->config->n_ladder, .warn_fraction = o->config->sig_warn_fraction,
				 .critical_fraction = o->config->sig_crit_fraction, .cds_ignored_s = o->config->cds_ignored_s };
	memcpy(ladder.rungs_s, o->config->ladder_s, sizeof ladder.rungs_s);
	outlook_make(ob->arena, ob->history, &ladder, at, &ob->outlook);
	e = registrations_recall(o, z, at, &ladder, ob);
	ob->breaks_at = r->verdict->breaks_at;
	if (ob->outlook.breaks_at.s < ob->breaks_at.s)
		ob->breaks_at = ob->outlook.breaks_at;
	return e;
}

static int keep_dates(struct observer *o, const struct config_zone *z, const struct observation *ob)
{
	char addr[ADDR_TEXT_MAX];
	int e = ob->new_sigs.n + ob->new_serials.n > 0 ? observer_writes(o) : E_OK;
	for (uint32_t i = 0; e == E_OK && i < ob->new_serials.n; i++) {
		const struct serial_seen *n = &ob->new_serials.at[i];
		e = store_add_serial(o->store, &(struct serial_row){ z->zone, addr_text(&n->addr, addr), n->serial, n->first_seen });
	}
	for (uint32_t i = 0; e == E_OK && i < ob->new_sigs.n; i++) {
		const struct sig_seen *g = &ob->new_sigs.at[i];
		e = store_add_sig(o->store, &(struct sig_row){ z->zone, g->rrset, g->tag, g->algorithm, g->inception, g->expiration, g->first_seen });
	}
	return e;
}

int memory_keep(struct observer *o, const struct config_zone *z, struct wall at, bool as_new, struct observation *ob)
{
	int e = keep_dates(o, z, ob);
	if (e != E_OK || !as_new)
		return e;
	struct text snapshot, evidence;
	text_init(&snapshot, ob->arena);
	text_init(&evidence, ob->arena);
	snapshot_text(ob->snapshot, &snapshot);
	if (evidence_to_text(ob->result->evidence, &evidence) != E_OK)
		observer_log(o, "warning", "evidence-too-large", z->zone, "kept all the same: %zu octets", evidence.len);
	struct history_row row = { .zone = z->zone, .from = at, .to = at, .fingerprint = snapshot_fingerprint(ob->arena, ob->snapshot),
				   .word = verdict_id(ob->concerns.word), .finding = ob->concerns.finding,
				   .snapshot = snapshot.at, .snapshot_len = snapshot.len, .evidence = evidence.at, .evidence_len = evidence.len };
	e = observer_writes(o);
	return e == E_OK ? store_add_history(o->store, &row, &ob->last_id) : e;
}
