/* look -- starts what is due and follows what is under way. A routine look asks through the shared facts at depth watch; each
 * n-th one at depth full. A second look asks for itself, over TCP (zone.c), at depth full. */
#include "watch/inside.h"
#include "base/limits.h"
#include <stdlib.h>

/* What a routine look asks one of the zone's own servers; what may stand in line before a look is begun, of LIMIT_WALL_MS. */
enum { QUESTIONS_A_SERVER = 6, LINE_MS = 3000 };

static void setup_for(const struct observer *o, const struct zone_watch *w, struct setup *out)
{
	bool second = w->suspect != 0, full = second || !w->known || w->looks + 1u >= o->config->full_every;
	*out = o->options.base;
	out->name = w->z->name;
	out->type = w->z->type != 0 ? w->z->type : TYPE_SOA;
	out->depth = full ? DEPTH_FULL : DEPTH_WATCH;
	out->tcp_only = second && w->seconds % 2 == 1;
	out->budget_questions = LIMIT_QUESTIONS;
	out->budget_wall_ms = full ? LIMIT_WALL_MS_HARD / 2 : LIMIT_WALL_MS;
}

static int start(struct observer *o, struct zone_watch *w, struct wall at)
{
	bool alone = w->suspect != 0 || w->closely;
	w->setup = calloc(1, sizeof *w->setup);
	if (w->setup == NULL)
		abort();
	setup_for(o, w, w->setup);
	w->second = w->suspect != 0;
	w->looks = w->setup->depth == DEPTH_FULL ? 0 : (uint16_t)(w->looks + 1);
	o->late_s = at.s - w->due_at.s;
	int e = check_start(w->setup, alone ? o->options.asker : o->shared, at, &w->look);
	if (e != E_OK)
		return e;
	if (o->n_running == o->running_room) {
		o->running_room = o->running_room != 0 ? o->running_room * 2 : 64;
		o->running = realloc(o->running, o->running_room * sizeof *o->running);
		if (o->running == NULL)
			abort();
	}
	o->running[o->n_running++] = w;
	return E_OK;
}

/* Ten thousand zones may have the same four servers, and per_server_qps is for all of them. Looks that cannot be done before their
 * time runs out are not begun: they would learn nothing, and take from the others. */
static bool must_wait(const struct observer *o, const struct zone_watch *w)
{
	uint32_t n = 0;
	if (w->busy.family == 0 || o->config->per_server_qps == 0)
		return false;
	for (uint32_t i = 0; i < o->n_running; i++)
		n += addr_same_ip(&o->running[i]->busy, &w->busy);
	uint32_t line_ms = ask_line_ms(o->options.asker, &w->busy), claimed_ms = n * QUESTIONS_A_SERVER * 1000 / o->config->per_server_qps;
	return (line_ms > claimed_ms ? line_ms : claimed_ms) >= LINE_MS;
}

int looks_start(struct observer *o, struct wall at)
{
	struct zone_watch *w;
	int e = E_OK;
	schedule_call(&o->schedule, at);
	while (e == E_OK && o->n_running < o->config->in_flight && o->next_config == NULL && (w = schedule_first(&o->schedule)) != NULL) {
		if (must_wait(o, w)) {
			schedule_hold(&o->schedule, w, at);
			o->vitals.put_off++;
			continue;
		}
		schedule_begin(&o->schedule, w);
		e = start(o, w, at);
	}
	o->vitals.in_flight = o->n_running;
	return e;
}

static void put_away(struct observer *o, struct zone_watch *w)
{
	check_free(&w->look);
	free(w->setup);
	w->setup = NULL;
	if (!w->gone)
		schedule_put(&o->schedule, w);
}

int looks_advance(struct observer *o, struct wall at)
{
	int e = E_OK;
	for (uint32_t i = 0; i < o->n_running && e == E_OK;) {
		struct zone_watch *w = o->running[i];
		bool more = true;
		if (check_is_due(w->look))
			e = check_advance(w->look, false, &more);
		if (e != E_OK || more) {
			i++;
			continue;
		}
		check_judge(w->look, o->options.crypto, at);
		e = zone_take_look(o, w, w->look, at);
		o->running[i] = o->running[--o->n_running];
		put_away(o, w);
	}
	return e;
}

void looks_cancel(struct observer *o)
{
	for (uint32_t i = 0; i < o->n_running; i++) {
		check_free(&o->running[i]->look);
		free(o->running[i]->setup);
	}
	o->n_running = 0;
	free(o->running);
	o->running = NULL;
}
