/* zone -- what a look does to a zone's state. The only place where a state is entered or left. */
#include "watch/inside.h"
#include <stdlib.h>
#include <string.h>

static bool same_concern(const struct incident *i, const struct concern *c)
{
	return strcmp(i->finding, c->finding) == 0 && strcmp(i->scope, c->scope) == 0;
}

/* NULL: it is not in that incident. */
static struct incident *membership_of(const struct zone_watch *w, const struct concern *c)
{
	for (uint8_t i = 0; i < w->n_in; i++)
		if (same_concern(w->in[i].incident, c))
			return w->in[i].incident;
	return NULL;
}

/* Other zones have confirmed it already (a broken parent, a dead operator): no second look for each of a hundred thousand. */
static bool is_confirmed_elsewhere(const struct observer *o, const struct concern *c)
{
	const struct incident *i = incident_find(o, c->finding, c->scope);
	return i != NULL && !i->resolved && i->n_zones > 0;
}

/* Where a look did not see enough to judge, what was wrong is so still as far as we know. */
static bool sees_too_little(const struct observation *ob)
{
	return ob->result->verdict->word == VERDICT_UNKNOWN;
}

static bool any_left(const struct zone_watch *w, const struct observation *ob)
{
	for (uint8_t i = 0; i < w->n_in; i++) {
		bool still = w->in[i].until.s != INT64_MAX || sees_too_little(ob);      /* a change stays for its time */
		for (uint32_t k = 0; k < ob->concerns.n && !still; k++)
			still = same_concern(w->in[i].incident, &ob->concerns.at[k]);
		if (!still)
			return true;
	}
	return false;
}

static bool is_pinned(const struct change *g)
{
	return is_pinned_change(change_id(g->kind));
}

/* Beside what was seen before the change was told, this look shows no such change any more. */
static bool is_undone(const struct incident *i, const struct observation *ob)
{
	const struct snapshot *was = NULL;
	for (uint32_t k = 0; k < ob->history->pasts.n; k++)
		if (ob->history->pasts.at[k].from.s < i->opened_at.s && ob->history->pasts.at[k].s != ob->snapshot)
			was = ob->history->pasts.at[k].s;
	changes still = { 0 };
	if (was == NULL)
		return false;
	drift_between(ob->arena, was, ob->snapshot, &still);
	for (uint32_t k = 0; k < still.n; k++)
		if (strcmp(change_id(still.at[k].kind), i->finding) == 0)
			return false;
	return true;
}

/* What differs from the configuration does so in every look: it is news once. */
static bool is_news(const struct zone_watch *w, const struct change *g)
{
	if (!is_pinned(g))
		return true;
	for (uint8_t i = 0; i < w->n_in; i++)
		if (strcmp(w->in[i].incident->finding, change_id(g->kind)) == 0)
			return false;
	return true;
}

static bool any_news(const struct zone_watch *w, const struct observation *ob)
{
	for (uint32_t i = 0; i < ob->changes.n; i++)
		if (is_news(w, &ob->changes.at[i]))
			return true;
	return false;
}

static bool needs_second_look(const struct observer *o, const struct zone_watch *w, const struct observation *ob)
{
	if (any_left(w, ob) || any_news(w, ob))
		return true;
	for (uint32_t i = 0; i < ob->concerns.n; i++)
		if (membership_of(w, &ob->concerns.at[i]) == NULL && !is_confirmed_elsewhere(o, &ob->concerns.at[i]))
			return true;
	return false;
}

static int leave_all_but(struct observer *o, struct zone_watch *w, const struct observation *ob, struct wall at)
{
	int e = E_OK;
	for (uint8_t i = 0; i < w->n_in && e == E_OK;) {
		struct membership *m = &w->in[i];
		bool is_change = m->until.s != INT64_MAX;
		bool undone = is_change && ob != NULL && ob->changes.n > 0 && is_undone(m->incident, ob);
		bool still = is_change ? m->until.s > at.s && !undone : ob != NULL && sees_too_little(ob);
		for (uint32_t k = 0; ob != NULL && k < ob->concerns.n && !still && !undone; k++)
			still = same_concern(m->incident, &ob->concerns.at[k]);
		if (still) {
			i++;
			continue;
		}
		e = incident_leave(o, m->incident, w->z->zone, ob != NULL ? ob->concerns.word : VERDICT_OK, at);
		*m = w->in[--w->n_in];
	}
	return e;
}

/* The way back is a change, too, but no news of its own. */
static bool undid_just_now(const struct observer *o, const struct concern *c, struct wall at)
{
	const struct incident *i = c->change != NULL ? incident_find(o, c->finding, c->scope) : NULL;
	return i != NULL && !i->resolved && i->n_zones == 0 && i->changed_at.s == at.s && !is_pinned(c->change);
}

static int join_new(struct observer *o, struct zone_watch *w, const struct observation *ob, struct wall at)
{
	int e = E_OK;
	for (uint32_t i = 0; i < ob->concerns.n && e == E_OK && w->n_in < MEMBERSHIPS; i++) {
		const struct concern *c = &ob->concerns.at[i];
		struct incident *known = membership_of(w, c);
		if (known != NULL) {
			incident_refresh(o, known, w->z, c, ob, at);
			continue;
		}
		if (undid_just_now(o, c, at))
			continue;
		struct membership *m = &w->in[w->n_in++];
		m->until = c->change != NULL && !is_pinned(c->change) ? (struct wall){ at.s + DRIFT_HOLD_S } : WALL_NEVER;
		e = incident_join(o, w->z, c, ob, at, &m->incident);
	}
	return e;
}

static int write_events(struct observer *o, const struct zone_watch *w, const struct observation *ob, bool word_changed, struct wall at)
{
	int e = E_OK;
	int64_t id;
	for (uint32_t i = 0; i < ob->changes.n && e == E_OK; i++) {
		const struct change *g = &ob->changes.at[i];
		if (g->kind == CHANGE_VERDICT || !is_news(w, g))
			continue;       /* the verdict's own event, below, names the cause */
		struct event_row row = { .at = at, .zone = w->z->zone, .kind = change_id(g->kind), .severity = severity_text(g->severity),
					 .expected = g->expected, .before = g->before, .after = g->after,
					 .text = change_text(ob->arena, g), .incident = "" };
		e = store_add_event(o->store, &row, &id);
	}
	if (e != E_OK || !word_changed)
		return e;
	struct event_row row = { .at = at, .zone = w->z->zone, .kind = "verdict",
				 .severity = ob->concerns.n > 0 ? severity_text(ob->concerns.at[0].severity) : "info",
				 .before = verdict_id((enum verdict_word)w->word), .after = verdict_id(ob->concerns.word),
				 .text = ob->concerns.n > 0 && ob->concerns.at[0].f != NULL ? ob->concerns.at[0].f->text : "", .incident = "" };
	return store_add_event(o->store, &row, &id);
}

static void set_scope(struct zone_watch *w, const char *scope)
{
	free(w->scope);
	w->scope = *scope != '\0' ? strdup(scope) : NULL;
}

static const char *lasting(const char *finding)
{
	const struct finding_kind *k = *finding != '\0' ? finding_by_name(finding, &(enum finding_id){ 0 }) : NULL;
	return k != NULL ? k->id : "";
}

/* What dashboards show is written with the next touch of the clocks, or with the state: not for each look, and not where nothing moved. */
static void note_summary(struct zone_watch *w, const struct observation *ob, struct wall at)
{
	const struct summary *now = &ob->summary;
	uint64_t hash = summary_hash(now) | 1;  /* 0 is none */
	struct text doc;
	if (hash == w->doc_hash && !summary_ends_moved(w->doc_ends, now->ends, at))
		return;
	text_init(&doc, ob->arena);
	summary_json(now, &doc);
	free(w->doc);
	w->doc = strdup(doc.at);
	if (w->doc == NULL)
		abort();
	w->doc_hash = hash;
	memcpy(w->doc_ends, now->ends, sizeof w->doc_ends);
}

/* The state as this look has it; all its rows in the turn's transaction. */
static int enter(struct observer *o, struct zone_watch *w, struct observation *ob, struct wall at)
{
	bool word_changed = w->known && (w->word != ob->concerns.word || strcmp(w->finding, ob->concerns.finding) != 0);
	bool as_new = !ob->has_last || word_changed || any_news(w, ob);
	int e = memory_keep(o, w->z, at, as_new, ob);
	if (e == E_OK && (as_new || w->n_in != ob->concerns.n))
		e = observer_writes(o);
	if (e == E_OK)
		e = write_events(o, w, ob, word_changed, at);
	if (e == E_OK)
		e = leave_all_but(o, w, ob, at);
	if (e == E_OK)
		e = join_new(o, w, ob, at);
	bool state_changed = !w->known || word_changed;
	if (state_changed)
		w->since = at;
	w->word = (uint8_t)ob->concerns.word;
	w->finding = lasting(ob->concerns.finding);
	set_scope(w, ob->concerns.scope);
	w->security = (uint8_t)ob->result->verdict->security;
	w->known = true;
	w->history_id = ob->last_id;
	w->breaks_at = ob->breaks_at;
	w->next_at = schedule_next(o, w, at, ob->outlook.poll_s);
	note_summary(w, ob, at);
	if (e == E_OK && (state_changed || as_new)) {
		w->touched_at = at;
		e = zone_save(o, w, ob);
	}
	return e;
}

static bool unknown_yet(struct zone_watch *w, const struct observation *ob)
{
	if (ob->concerns.word != VERDICT_UNKNOWN) {
		w->unknowns = 0;
		return false;
	}
	if (w->unknowns < UINT8_MAX)
		w->unknowns++;
	return w->unknowns < UNKNOWN_LOOKS;
}

enum { LOOK_TCP_AGAIN = 1, LOOK_UDP_AGAIN = 2, LOOKS_AGAIN_MAX = 5, BUSY_MS = 500 };

static int look_again(struct observer *o, struct zone_watch *w, uint64_t suspect)
{
	w->suspect = suspect;
	w->seconds++;
	o->vitals.second_looks++;
	return E_OK;
}

/* The second look goes over TCP, which nobody forges; a fault of UDP alone is not seen there, so where it does not agree a third
 * one goes over UDP again. Where looks go on to differ, the zone itself does, and the last one stands. */
static int settle(struct observer *o, struct zone_watch *w, struct observation *ob, struct wall at)
{
	uint64_t hash = concerns_hash(ob);
	bool differs = needs_second_look(o, w, ob), waited = w->suspect != 0;
	if (waited && w->suspect != hash && w->seconds == LOOK_TCP_AGAIN)
		return look_again(o, w, w->suspect);
	if (differs && w->suspect != hash && w->seconds < LOOKS_AGAIN_MAX)
		return look_again(o, w, hash);
	w->suspect = 0;
	w->seconds = 0;
	return enter(o, w, ob, at);
}

/* Of the zone's own servers: an answer of one above may be shared by many looks. */
static void count_answers(struct vitals *v, const struct observation *ob)
{
	static const uint32_t bounds_us[VITALS_BUCKETS] = VITALS_BUCKETS_US;
	const struct evidence *e = ob->result->evidence;
	for (uint32_t i = 0; i < e->exchanges.n; i++) {
		const struct exchange *x = e->exchanges.at[i];
		bool own = false;
		for (uint32_t k = 0; k < ob->snapshot->servers.n && !own; k++)
			own = addr_same_ip(&ob->snapshot->servers.at[k].addr, &x->q.to);
		if (!own || x->r.outcome != ASK_ANSWERED)
			continue;
		v->answers.n++;
		v->answers.sum_us += x->r.rtt_us;
		for (int b = 0; b < VITALS_BUCKETS; b++)
			v->answers.up_to[b] += x->r.rtt_us <= bounds_us[b];
	}
}

static int take(struct observer *o, struct zone_watch *w, struct observation *ob, struct wall at)
{
	int e = memory_recall(o, w->z, at, ob);
	if (e != E_OK)
		return e;
	count_answers(&o->vitals, ob);
	note_absence(ob, w->z, at);
	concerns_of(ob, w->z);
	w->closely = ob->outlook.watch_closely;
	w->checked_at = at;
	if (unknown_yet(w, ob)) {
		w->suspect = 0;
		w->fresh = true;
		return E_OK;
	}
	return settle(o, w, ob, at);
}

int zone_take_look(struct observer *o, struct zone_watch *w, struct check *c, struct wall at)
{
	const struct check_result *r = check_result(c);
	struct observation ob = { .arena = arena_new((size_t)1 << 28), .result = r };
	int e = E_OK;
	o->vitals.looks[r->verdict->word]++;
	o->vitals.questions += r->evidence->exchanges.n;
	o->vitals.verifies += r->crypto.verifies;
	for (int k = 0; k < BUDGET_KINDS; k++)
		o->vitals.limited[k] += r->budget->hit >> k & 1;
	w->busy = r->held_ms >= BUSY_MS ? r->held_by : (struct addr){ 0 };
	if (senses_doubt(o, r) || check_was_held_up(c)) {
		o->vitals.inconclusive++;
		w->next_at = (struct wall){ at.s + CLOSELY_S };
	} else {
		e = take(o, w, &ob, at);
		w->next_at = schedule_next(o, w, at, ob.outlook.poll_s);
	}
	arena_free(&ob.arena);
	return e;
}

const char *zone_tags(struct arena *a, const struct config_zone *z)
{
	struct text t;
	if (z->tags.n == 0)
		return "";      /* of most of very many zones */
	text_init(&t, a);
	for (uint32_t i = 0; i < z->tags.n; i++)
		text_addf(&t, "%s%s", i > 0 ? " " : "", z->tags.at[i]);
	return t.at;
}

int zone_save(struct observer *o, struct zone_watch *w, const struct observation *ob)
{
	struct zone_row row = { .zone = w->z->zone, .word = w->known ? verdict_id((enum verdict_word)w->word) : "new", .finding = w->finding,
				.scope = w->scope != NULL ? w->scope : "", .security = status_text((enum status)w->security), .since = w->since,
				.checked_at = w->checked_at, .breaks_at = w->breaks_at, .next_at = w->next_at,
				.fingerprint = ob != NULL && ob->snapshot != NULL ? snapshot_fingerprint(ob->arena, ob->snapshot) : "",
				.doc = w->doc, .tags = zone_tags(o->scratch, w->z), .owner = w->z->owner, .unwatched = w->gone };
	int e = observer_writes(o);
	if (e == E_OK)
		e = store_put_zone(o->store, &row);
	if (e != E_OK)
		return e;
	free(w->doc);
	w->doc = NULL;
	return E_OK;
}

int zone_leave_all(struct observer *o, struct zone_watch *w, struct wall at)
{
	for (uint8_t i = 0; i < w->n_in; i++)
		w->in[i].until = WALL_NEVER;
	return leave_all_but(o, w, NULL, at);
}
