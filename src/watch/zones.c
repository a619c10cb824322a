/* zones -- all that are watched: made from the configuration and from what was added by command, loaded with the state they
 * were left in, and written back now and then. */
#include "watch/inside.h"
#include <stdlib.h>
#include <string.h>

/* DNSKEY, SOA, NS, DS or its denial, the answer's: looked at again, they cost no verification. */
enum { SIGNATURES_A_ZONE = 8 };

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct zone_watch *const *)a)->z->zone, (*(struct zone_watch *const *)b)->z->zone);
}

struct zone_watch *zones_find(const struct observer *o, const char *zone)
{
	struct config_zone key_zone = { .zone = zone };
	struct zone_watch key = { .z = &key_zone }, *p = &key, **found;
	found = o->n_zones > 0 ? bsearch(&p, o->zones, o->n_zones, sizeof *o->zones, by_name) : NULL;
	return found != NULL ? *found : NULL;
}

static struct zone_watch *zone_new(const struct config_zone *z, uint32_t order)
{
	struct zone_watch *w = calloc(1, sizeof *w);
	if (w == NULL)
		abort();
	w->z = z;
	w->finding = "";
	w->order = order;
	w->word = VERDICT_UNKNOWN;
	w->since = w->checked_at = w->touched_at = (struct wall){ 0 };
	w->breaks_at = WALL_NEVER;
	return w;
}

static void zone_free(struct zone_watch *w)
{
	free(w->scope);
	free(w->doc);
	free(w);
}

static void push(struct observer *o, struct zone_watch *w)
{
	if (o->n_zones == o->zones_room) {
		o->zones_room = o->zones_room != 0 ? o->zones_room * 2 : 64;
		o->zones = realloc(o->zones, o->zones_room * sizeof *o->zones);
		if (o->zones == NULL)
			abort();
	}
	o->zones[o->n_zones++] = w;
}

/* New ones spread over their interval, so that a start is no storm; what was overdue comes first. */
static void place(struct observer *o, struct zone_watch *w, uint32_t of_how_many, struct wall at)
{
	w->wanted_at = at;
	int64_t interval_s = w->z->interval_s != 0 ? w->z->interval_s : o->config->interval_s;
	int64_t spread_s = (int64_t)of_how_many < interval_s ? (int64_t)of_how_many : interval_s;
	if (w->next_at.s == 0 || w->next_at.s > at.s + interval_s)
		w->next_at = (struct wall){ at.s + (int64_t)w->order * spread_s / (of_how_many != 0 ? of_how_many : 1) };
	schedule_put(&o->schedule, w);
}

static int say_goodbye(struct observer *o, struct zone_watch *w, struct wall at)
{
	w->gone = true;
	schedule_remove(&o->schedule, w);
	int e = zone_leave_all(o, w, at);
	return e == E_OK ? zone_save(o, w, NULL) : e;
}

/* To all, also where the store fails at one: none of them is watched any more. The first failure counts. */
static int say_goodbyes(struct observer *o, struct wall at)
{
	int first = E_OK;
	for (uint32_t i = 0; i < o->n_zones; i++) {
		int e = o->zones[i]->gone ? say_goodbye(o, o->zones[i], at) : E_OK;
		first = first == E_OK ? e : first;
	}
	return first;
}

static void fault(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	(void)column;
	observer_log(ctx, "warning", "watched-unusable", "", "%s:%u: %s", file, line, text);
}

int zones_set(struct observer *o, struct config *c)
{
	struct wall at = observer_now(o);
	struct zone_watch **old = o->zones;
	uint32_t n_old = o->n_zones;
	watched_rows rows = { 0 };
	int e = store_watched(o->real_store, c->arena, &rows);  /* what stands in for it knows none of them */
	if (e != E_OK)
		return e;
	config_add_watched(c, &rows, fault, o);
	struct zone_watch **fresh = NULL;
	uint32_t n_fresh = 0;
	for (uint32_t i = 0; i < n_old; i++)
		old[i]->gone = true;
	for (uint32_t i = 0; i < c->zones.n; i++) {
		struct zone_watch *w = zones_find(o, c->zones.at[i].zone);
		if (w == NULL)
			continue;
		const struct config_zone *was = w->z;
		w->z = &c->zones.at[i];
		w->gone = false;
		w->reworded = strcmp(zone_tags(o->scratch, was), zone_tags(o->scratch, w->z)) != 0 || strcmp(was->owner, w->z->owner) != 0;
	}
	e = say_goodbyes(o, at);
	fresh = calloc(c->zones.n != 0 ? c->zones.n : 1, sizeof *fresh);
	if (fresh == NULL)
		abort();
	for (uint32_t i = 0; i < c->zones.n; i++) {
		struct zone_watch *w = zones_find(o, c->zones.at[i].zone);
		fresh[n_fresh] = w != NULL ? w : zone_new(&c->zones.at[i], i);
		n_fresh++;
	}
	for (uint32_t i = 0; i < n_old; i++)
		if (old[i]->gone) {
			schedule_forget(&o->schedule, old[i]);
			zone_free(old[i]);
		}
	free(old);
	o->zones = NULL;
	o->n_zones = o->zones_room = 0;
	for (uint32_t i = 0; i < n_fresh; i++)
		push(o, fresh[i]);
	free(fresh);
	qsort(o->zones, o->n_zones, sizeof *o->zones, by_name);
	o->config = c;
	o->vitals.zones = o->n_zones;
	crypto_remember(o->options.crypto, o->n_zones * SIGNATURES_A_ZONE);
	return e;
}

static void load_state(struct zone_watch *w, const struct zone_row *r, struct wall at)
{
	for (int k = 0; k <= VERDICT_UNKNOWN; k++)
		if (strcmp(r->word, verdict_id((enum verdict_word)k)) == 0)
			w->word = (uint8_t)k;
	const struct finding_kind *kind = *r->finding != '\0' ? finding_by_name(r->finding, &(enum finding_id){ 0 }) : NULL;
	w->finding = kind != NULL ? kind->id : "";
	w->scope = *r->scope != '\0' ? strdup(r->scope) : NULL;
	w->since = r->since;
	w->checked_at = w->touched_at = r->checked_at;
	w->breaks_at = r->breaks_at;
	w->next_at = r->next_at.s > at.s ? r->next_at : (struct wall){ 0 };
	w->known = strcmp(r->word, "new") != 0;
	for (int s = 0; s <= STATUS_INDETERMINATE; s++)
		if (strcmp(r->security, status_text((enum status)s)) == 0)
			w->security = (uint8_t)s;
}

static int load_memberships(struct observer *o, struct wall at)
{
	int e = E_OK;
	for (struct incident *i = o->incidents; i != NULL && e == E_OK; i = i->next) {
		if (i->resolved)
			continue;
		struct arena *a = arena_new((size_t)1 << 30);
		store_names names = { 0 };
		bool is_change = finding_by_name(i->finding, &(enum finding_id){ 0 }) == NULL;
		e = store_incident_zones(o->store, a, i->id, UINT32_MAX, &names);
		for (uint32_t k = 0; k < names.n && e == E_OK; k++) {
			struct zone_watch *w = zones_find(o, names.at[k]);
			if (w == NULL || w->n_in == MEMBERSHIPS) {
				e = store_incident_zone(o->store, i->id, names.at[k], at, false);
				continue;
			}
			w->in[w->n_in++] = (struct membership){ i, is_change ? (struct wall){ i->opened_at.s + DRIFT_HOLD_S } : WALL_NEVER };
			i->n_zones++;
		}
		arena_free(&a);
	}
	return e;
}

/* The row says what is watched, and in whose words, before the first look: who reads the store has no configuration. */
static int enlist(struct observer *o, struct zone_watch *w, bool load, struct wall at)
{
	struct zone_row row;
	bool found = false;
	struct arena *a = arena_new(1 << 20);
	int e = store_zone(o->store, a, w->z->zone, &row, &found);
	if (e == E_OK && found && load)
		load_state(w, &row, at);
	if (e == E_OK && (!found || row.unwatched || strcmp(row.tags, zone_tags(a, w->z)) != 0 || strcmp(row.owner, w->z->owner) != 0))
		e = zone_save(o, w, NULL);
	arena_free(&a);
	return e;
}

int zones_load(struct observer *o)
{
	struct wall at = observer_now(o);
	int e = E_OK;
	for (uint32_t i = 0; i < o->n_zones && e == E_OK; i++)
		e = enlist(o, o->zones[i], true, at);
	if (e == E_OK)
		e = load_memberships(o, at);
	for (uint32_t i = 0; i < o->n_zones; i++)
		place(o, o->zones[i], o->n_zones, at);
	return e;
}

int zones_place_new(struct observer *o, int e)
{
	struct wall at = observer_now(o);
	for (uint32_t i = 0; i < o->n_zones; i++) {
		struct zone_watch *w = o->zones[i];
		bool is_new = w->heap_at == 0 && w->look == NULL;
		if (e == E_OK && (is_new || w->reworded))
			e = enlist(o, w, is_new, at);
		w->reworded = false;
		if (is_new)
			place(o, w, o->n_zones, at);
	}
	return e;
}

int zones_save_all(struct observer *o)
{
	int e = E_OK;
	for (uint32_t i = 0; i < o->n_zones && e == E_OK; i++) {
		o->zones[i]->doc_hash = 0;      /* what was written meanwhile is not in this store: the next look tells */
		e = zone_save(o, o->zones[i], NULL);
		for (uint8_t k = 0; k < o->zones[i]->n_in && e == E_OK; k++)
			e = store_incident_zone(o->store, o->zones[i]->in[k].incident->id, o->zones[i]->z->zone, o->zones[i]->checked_at, true);
	}
	return e;
}

int zones_touch(struct observer *o, struct wall at)
{
	if (at.s - o->touched_at.s < TOUCH_S || o->n_zones == 0)
		return E_OK;
	struct zone_row *rows = calloc(o->n_zones, sizeof *rows);
	int64_t *history = calloc(o->n_zones, sizeof *history);         /* of the zone of each row: what was not looked at reaches no further */
	size_t n = 0;
	if (rows == NULL || history == NULL)
		abort();
	for (uint32_t i = 0; i < o->n_zones; i++) {
		struct zone_watch *w = o->zones[i];
		if (!w->known || (w->checked_at.s <= w->touched_at.s && w->doc == NULL))
			continue;
		w->touched_at = w->checked_at;
		history[n] = w->history_id;
		rows[n++] = (struct zone_row){ .zone = w->z->zone, .checked_at = w->checked_at, .breaks_at = w->breaks_at, .next_at = w->next_at,
					       .doc = w->doc };
	}
	o->touched_at = at;
	int e = n > 0 ? observer_writes(o) : E_OK;
	if (e == E_OK && n > 0)
		e = store_touch_zones(o->store, rows, n);
	for (size_t i = 0; i < n && e == E_OK; i++)
		if (history[i] != 0)
			e = store_extend(o->store, history[i], rows[i].checked_at);
	for (uint32_t i = 0; i < o->n_zones && e == E_OK; i++) {
		free(o->zones[i]->doc);
		o->zones[i]->doc = NULL;
	}
	free(rows);
	free(history);
	return e;
}

void zones_free(struct observer *o)
{
	for (uint32_t i = 0; i < o->n_zones; i++)
		zone_free(o->zones[i]);
	free(o->zones);
	schedule_clear(&o->schedule);
}
