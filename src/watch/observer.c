/* observer -- one turn: replies in, looks that ended judged and taken, incidents told, all of it committed, new looks started. */
#include "watch/inside.h"
#include "base/limits.h"
#include <stdlib.h>
#include <string.h>

enum { SCRATCH_BYTES = 1 << 28, TURN_MS = 20 };

static void count_words(struct observer *o, struct wall at)
{
	struct vitals *v = &o->vitals;
	memset(v->words, 0, sizeof v->words);
	v->unseen = v->stale = v->stale_unseen = 0;
	v->lag_s = o->late_s;
	for (uint32_t i = 0; i < o->n_zones; i++) {
		const struct zone_watch *w = o->zones[i];
		int64_t interval_s = w->z->interval_s != 0 ? w->z->interval_s : o->config->interval_s;
		int64_t unheard_s = at.s - (w->known ? w->checked_at.s : w->wanted_at.s), waits_s = w->look == NULL ? at.s - w->due_at.s : 0;
		bool stale = unheard_s > 2 * interval_s + CLOSELY_S;
		if (w->known)
			v->words[w->word]++;
		else
			v->unseen++;
		v->stale += stale;
		v->stale_unseen += stale && !w->known;
		if (waits_s > v->lag_s)
			v->lag_s = waits_s;
	}
}

/* Until the new zones are taken over, which the store may not allow yet, the old ones stand. */
static int take_reload(struct observer *o)
{
	if (o->next_config == NULL || o->n_running > 0 || o->senses.control != NULL)
		return E_OK;
	int e = observer_writes(o);
	if (e == E_OK)
		e = zones_set(o, o->next_config);
	if (o->config != o->next_config)
		return o->store == o->real_store ? e : E_OK;    /* of a damaged file: memory goes on */
	o->next_config = NULL;
	o->options.base = o->next_base;
	o->reloaded = true;
	return zones_place_new(o, e);
}

int observer_turn(struct observer *o, uint32_t at_most_ms)
{
	bool canary = o->canaries.look != NULL, others = o->n_running > 0 || o->senses.control != NULL;
	uint32_t wait_ms = at_most_ms < TURN_MS ? at_most_ms : TURN_MS;
	ask_turn(o->shared, canary && !others ? 0 : wait_ms);
	if (o->options.canary_asker != NULL && o->options.canary_asker != o->options.asker)
		ask_turn(o->options.canary_asker, canary && !others ? wait_ms : 0);
	struct wall at = observer_now(o);
	o->vitals.now = at;
	int e = senses_turn(o, at);
	if (e == E_OK)
		e = canaries_turn(o, at);
	if (e == E_OK)
		e = looks_advance(o, at);
	if (e == E_OK)
		e = registrations_turn(o, at);
	if (e == E_OK)
		e = incidents_tell(o, at);
	if (e == E_OK)
		e = zones_touch(o, at);
	if (e == E_OK)
		e = take_reload(o);
	e = writing_commit(o, e, at);
	if (e == E_OK)
		e = writing_turn(o, at);
	if (e == E_OK)
		e = looks_start(o, at);
	struct arena *old = o->scratch;
	memset(&o->posted, 0, sizeof o->posted);
	if (arena_used(old) > 0) {
		o->scratch = arena_new(SCRATCH_BYTES);
		arena_free(&old);
	}
	return e;
}

/* An answer must not outlive half of the shortest interval: else a zone's own servers would be heard but now and then. */
static uint32_t keep_ms(const struct config *c)
{
	int64_t shortest_s = c->interval_s;
	for (uint32_t i = 0; i < c->zones.n; i++)
		if (c->zones.at[i].interval_s != 0 && c->zones.at[i].interval_s < shortest_s)
			shortest_s = c->zones.at[i].interval_s;
	return shortest_s * 500 < LIMIT_SHARED_MS ? (uint32_t)(shortest_s * 500) : LIMIT_SHARED_MS;
}

struct observer *observer_new(const struct observer_options *options)
{
	struct observer *o = calloc(1, sizeof *o);
	if (o == NULL)
		abort();
	o->options = *options;
	o->store = o->real_store = options->store;
	o->scratch = arena_new(SCRATCH_BYTES);
	o->shared = ask_shared_new(options->asker, &(struct shared_options){ .keep_ms = keep_ms(options->config) });
	o->vitals.started_at = o->touched_at = o->swept_at = observer_now(o);
	o->vitals.canaries_right = true;
	o->senses.seen_at = o->vitals.started_at;
	struct wall at = o->vitals.started_at;
	o->config = options->config;
	int e = observer_writes(o);
	if (e == E_OK)
		e = zones_set(o, options->config);
	if (e == E_OK)
		e = incidents_load(o);
	if (e == E_OK)
		e = zones_load(o);
	if (e == E_OK)
		e = self_load(o);
	if (e == E_OK)
		e = writing_start(o, options->mended, at);
	if (writing_commit(o, e, at) != E_OK)
		observer_free(&o);
	return o;
}

void observer_reload(struct observer *o, struct config *next, const struct setup *base)
{
	o->next_config = next;
	o->next_base = *base;
	o->reloaded = false;
}

bool observer_reloaded(const struct observer *o)
{
	return o->reloaded;
}

struct store *observer_store(struct observer *o)
{
	return o->store;
}

bool observer_is_starting(const struct observer *o)
{
	bool waits = o->config->canaries && o->canaries.right_at.s == 0 && !o->canaries.any_wrong;
	return waits && o->vitals.now.s - o->vitals.started_at.s < 3 * CANARY_S;
}

bool observer_awake(const struct observer *o)
{
	const struct observer_options *p = &o->options;
	count_words((struct observer *)o, o->vitals.now);
	bool canaries = p->n_canaries == 0 || !o->config->canaries ||
			(!o->canaries.any_wrong && o->vitals.now.s - o->canaries.right_at.s < 3 * CANARY_S);
	return canaries && !o->senses.blind && !o->senses.clock_suspect && o->vitals.stale * 10 <= o->n_zones;
}

bool observer_set_canaries(struct observer *o, const struct canary *canaries, uint32_t n)
{
	if (o->canaries.look != NULL)
		return false;
	o->options.canaries = canaries;
	o->options.n_canaries = n;
	o->canaries.next = 0;
	return true;
}

bool observer_is_idle(const struct observer *o)
{
	return o->n_running == 0 && o->senses.control == NULL && o->canaries.look == NULL;
}

struct wall observer_next_at(const struct observer *o)
{
	struct wall next = o->senses.control_next_at, look = schedule_next_at(&o->schedule);
	if (look.s < next.s)
		next = look;
	for (const struct incident *i = o->incidents; i != NULL; i = i->next) {
		if (i->resolved || i->told_at.s != INT64_MAX)
			continue;
		int64_t due_s = i->opened_at.s + GROUP_WAIT_S;
		if (due_s < i->silent_until.s)
			due_s = i->silent_until.s;
		if (due_s < next.s)
			next = (struct wall){ due_s };
	}
	return next;
}

void observer_vitals(const struct observer *o, struct vitals *out)
{
	struct observer *self = (struct observer *)o;
	struct shared_counters n = ask_shared_counters(o->shared);
	self->vitals.shared_questions = n.from_facts + n.joined;
	self->vitals.awake = observer_awake(o);
	*out = o->vitals;
}

void observer_free(struct observer **p)
{
	struct observer *o = *p;
	if (o == NULL)
		return;
	looks_cancel(o);
	senses_free(o);
	canaries_free(o);
	registrations_free(o);
	asker_free(&o->shared);
	zones_free(o);
	incidents_free(o);
	writing_end(o);
	arena_free(&o->scratch);
	free(o);
	*p = NULL;
}
