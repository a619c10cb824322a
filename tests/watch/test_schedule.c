/* Whose turn it is where there is too little for all: one look a second for many zones, on a clock of our own. Nobody waits for
 * ever, whatever the others do. */
#include "watch/inside.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { INTERVAL_S = 300, ZONES_MAX = 600, BEGIN_S = 1000000, HOUR = 3600 };

struct scene;
typedef bool free_fn(const struct scene *s, const struct zone_watch *w);
struct scene {
	struct observer o;
	struct config config;
	struct config_zone zone;
	struct zone_watch zones[ZONES_MAX];
	unsigned looks[ZONES_MAX], n;
	int64_t last_s[ZONES_MAX], longest_s[ZONES_MAX];        /* from one look, or from the beginning, to the next */
	struct wall at;
	free_fn *is_free;               /* its server has room for it now; NULL: always */
};
enum kind { FINE, HURTING, UNSEEN, UNSEEABLE /* each look at it is inconclusive */ };

static struct scene *scene_new(void)
{
	struct scene *s = calloc(1, sizeof *s);
	assert_non_null(s);
	s->config.interval_s = INTERVAL_S;
	s->config.jitter = 0.1;
	s->o.config = &s->config;
	s->at.s = BEGIN_S;
	return s;
}

static void scene_free(struct scene *s)
{
	schedule_clear(&s->o.schedule);
	free(s);
}

/* n zones that are due now, or were so late_s ago. */
static unsigned add(struct scene *s, unsigned n, enum kind kind, int64_t late_s)
{
	unsigned first = s->n;
	for (unsigned i = 0; i < n; i++) {
		struct zone_watch *w = &s->zones[s->n];
		w->z = &s->zone;
		w->order = s->n;
		w->breaks_at = WALL_NEVER;
		w->known = kind == FINE || kind == HURTING;
		w->unknowns = kind == UNSEEABLE;
		w->closely = w->close = kind == HURTING;
		w->checked_at.s = w->known ? s->at.s - late_s - INTERVAL_S : 0;
		w->next_at.s = s->at.s - late_s;
		s->last_s[s->n++] = s->at.s;
		schedule_put(&s->o.schedule, w);
	}
	return first;
}

static void look(struct scene *s, struct zone_watch *w)
{
	unsigned i = (unsigned)(w - s->zones);
	int64_t waited_s = s->at.s - s->last_s[i];
	s->longest_s[i] = waited_s > s->longest_s[i] ? waited_s : s->longest_s[i];
	s->last_s[i] = s->at.s;
	s->looks[i]++;
	w->looks++;
	if (w->unknowns > 0) {
		w->next_at.s = s->at.s + CLOSELY_S;
	} else {
		w->known = true;
		w->suspect = 0;
		w->checked_at = s->at;
		w->next_at = schedule_next(&s->o, w, s->at, 0);
	}
	schedule_put(&s->o.schedule, w);
}

/* One look a second, at most. */
static void run(struct scene *s, int64_t seconds)
{
	for (int64_t end_s = s->at.s + seconds; s->at.s < end_s; s->at.s++) {
		struct zone_watch *w;
		schedule_call(&s->o.schedule, s->at);
		while ((w = schedule_first(&s->o.schedule)) != NULL && s->is_free != NULL && !s->is_free(s, w))
			schedule_hold(&s->o.schedule, w, s->at);
		if (w == NULL)
			continue;
		schedule_begin(&s->o.schedule, w);
		look(s, w);
	}
}

static unsigned looked_at(const struct scene *s, unsigned first, unsigned n)
{
	unsigned seen = 0;
	for (unsigned i = first; i < first + n; i++)
		seen += s->looks[i] > 0;
	return seen;
}

static int64_t longest_of(const struct scene *s, unsigned first, unsigned n)
{
	int64_t longest_s = 0;
	for (unsigned i = first; i < first + n; i++) {
		int64_t since_s = s->at.s - s->last_s[i], own_s = s->longest_s[i] > since_s ? s->longest_s[i] : since_s;
		longest_s = own_s > longest_s ? own_s : longest_s;
	}
	return longest_s;
}

static void who_was_never_seen_goes_before_the_routine(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	unsigned fine = add(s, 400, FINE, HOUR), unseen = add(s, 50, UNSEEN, 0);
	run(s, 50);
	assert_int_equal(looked_at(s, unseen, 50), 50);
	assert_int_equal(looked_at(s, fine, 400), 0);
	scene_free(s);
}

static void not_even_many_pressing_ones_keep_it_away(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	add(s, 400, HURTING, HOUR);
	unsigned unseen = add(s, 50, UNSEEN, 0);
	run(s, 150);
	assert_int_equal(looked_at(s, unseen, 50), 50);
	scene_free(s);
}

static void nobody_waits_for_ever(void **state)
{
	enum { EACH = 80, ALL = 3 * EACH };
	struct scene *s = scene_new();
	(void)state;
	add(s, EACH, HURTING, 0);
	add(s, EACH, FINE, 0);
	add(s, EACH, UNSEEABLE, 0);
	run(s, 4 * HOUR);
	assert_true(longest_of(s, 0, ALL) <= 4 * ALL);
	scene_free(s);
}

/* The others were due later, and its server is free when it is not its turn by the others' count. */
static bool one_has_a_slow_server(const struct scene *s, const struct zone_watch *w)
{
	return w != &s->zones[0] || s->at.s % 10 == 7;
}

static void who_is_held_keeps_its_place(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	s->is_free = one_has_a_slow_server;
	add(s, 1, FINE, 10);
	add(s, 400, FINE, 0);
	run(s, 10);
	assert_int_equal(s->looks[0], 1);
	run(s, 4 * HOUR);
	assert_true(longest_of(s, 0, 1) <= 401 + INTERVAL_S + 10);
	scene_free(s);
}

static void a_second_look_does_not_wait_for_the_routine(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	add(s, 400, FINE, HOUR);
	unsigned one = add(s, 1, FINE, 0);
	s->zones[one].suspect = 1;
	run(s, 10);
	assert_int_equal(s->looks[one], 1);
	scene_free(s);
}

static void whose_clock_jumped_keeps_its_place(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	s->is_free = one_has_a_slow_server;
	add(s, 1, FINE, 10);
	add(s, 100, FINE, 5);
	run(s, 5);
	schedule_shift(&s->o.schedule, -HOUR);
	s->at.s -= HOUR;
	assert_int_equal(schedule_next_at(&s->o.schedule).s, s->at.s - 10);
	unsigned late = add(s, 1, FINE, 0);
	run(s, 3);
	assert_int_equal(s->looks[0], 1);
	assert_int_equal(s->looks[late], 0);
	assert_int_equal(looked_at(s, 1, 100), 7);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_was_never_seen_goes_before_the_routine),
		cmocka_unit_test(not_even_many_pressing_ones_keep_it_away),
		cmocka_unit_test(nobody_waits_for_ever),
		cmocka_unit_test(who_is_held_keeps_its_place),
		cmocka_unit_test(a_second_look_does_not_wait_for_the_routine),
		cmocka_unit_test(whose_clock_jumped_keeps_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
