/* pace -- no server gets more than so many questions of ours at once, nor more than so many a second, whatever the walk wants. */
#include "ask/inside.h"
#include <assert.h>
#include <stdlib.h>

void pace_init(struct sockets *s, uv_timer_cb wake)
{
	s->pace.wake = wake;
	s->pace.timer.data = s;
	uv_timer_init(&s->loop, &s->pace.timer);
}

void pace_clear(struct sockets *s)
{
	uv_close((uv_handle_t *)&s->pace.timer, NULL);
	rate_clear(&s->pace.rate);
}

static struct lane **lane_bucket(struct pace *p, const struct addr *a)
{
	uint32_t h = a->port;
	for (unsigned i = 0; i < sizeof a->ip; i++)
		h = h * 31 + a->ip[i];
	return &p->buckets[h % LANE_BUCKETS];
}

static struct lane *lane_get(struct pace *p, const struct addr *a)
{
	struct lane **bucket = lane_bucket(p, a);
	for (struct lane *l = *bucket; l != NULL; l = l->next)
		if (addr_equal(&l->addr, a))
			return l;
	struct lane *l = calloc(1, sizeof *l);
	if (l == NULL)
		abort();
	l->addr = *a;
	l->next = *bucket;
	return *bucket = l;
}

/* A token for one question to that lane; without one, the timer is set for when there will be. */
static bool has_token(struct sockets *s, const struct lane *l)
{
	int64_t wait_us = rate_take(&s->pace.rate, &l->addr, mono_now());
	if (wait_us == 0)
		return true;
	uint64_t wait_ms = (uint64_t)(wait_us + 999) / 1000;
	uv_update_time(&s->loop);
	if (!uv_is_active((uv_handle_t *)&s->pace.timer) || uv_timer_get_due_in(&s->pace.timer) > wait_ms)
		uv_timer_start(&s->pace.timer, s->pace.wake, wait_ms, 0);
	return false;
}

bool pace_enter(struct sockets *s, struct ask *k)
{
	struct lane *l = k->lane = lane_get(&s->pace, &k->q.to);
	l->n_asks++;
	if (l->first == NULL && l->on_wire < s->pace.on_wire_max && has_token(s, l)) {
		l->on_wire++;
		return true;
	}
	if (l->first == NULL)
		l->first = k;
	else
		l->last->lane_next = k;
	l->last = k;
	return false;
}

/* True when it stood in line and was taken out of it. */
static bool leave_line(struct lane *l, const struct ask *k)
{
	struct ask *before = NULL;
	for (struct ask *at = l->first; at != NULL; before = at, at = at->lane_next) {
		if (at != k)
			continue;
		if (before == NULL)
			l->first = at->lane_next;
		else
			before->lane_next = at->lane_next;
		if (l->last == at)
			l->last = before;
		return true;
	}
	return false;
}

void pace_leave(struct ask *k)
{
	struct lane *l = k->lane;
	if (l == NULL)
		return;
	if (!leave_line(l, k)) {
		assert(l->on_wire > 0);
		l->on_wire--;
	}
	k->lane_next = NULL;
}

struct ask *pace_next(struct lane *l)
{
	struct ask *k = l->first;
	if (k == NULL || l->on_wire >= k->owner->pace.on_wire_max || !has_token(k->owner, l))
		return NULL;
	l->first = k->lane_next;
	if (l->first == NULL)
		l->last = NULL;
	k->lane_next = NULL;
	l->on_wire++;
	return k;
}

void pace_each(struct sockets *s, pace_lane_fn *visit)
{
	uint32_t from = s->pace.turn++;
	for (uint32_t i = 0; i < LANE_BUCKETS; i++)
		for (struct lane *l = s->pace.buckets[(from + i) % LANE_BUCKETS]; l != NULL; l = l->next)
			if (l->first != NULL)
				visit(l);
}

/* What stands in line before it, at the address's own measure; or, where its net's is what holds, as long as the first has waited. */
uint32_t pace_line_ms(const struct sockets *s, const struct addr *to)
{
	uint32_t waiting = 0;
	const struct lane *l = *lane_bucket((struct pace *)&s->pace, to);
	while (l != NULL && !addr_equal(&l->addr, to))
		l = l->next;
	if (l == NULL || l->first == NULL || s->pace.rate.qps == 0)
		return 0;
	for (const struct ask *k = l->first; k != NULL; k = k->lane_next)
		waiting++;
	uint32_t by_number = waiting * 1000 / s->pace.rate.qps, by_age = (uint32_t)((mono_now().us - l->first->entered_at.us) / 1000);
	return by_number > by_age ? by_number : by_age;
}

void pace_end(struct sockets *s, struct lane *l)
{
	if (--l->n_asks > 0)
		return;
	assert(l->first == NULL && l->on_wire == 0);
	struct lane **at = lane_bucket(&s->pace, &l->addr);
	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	free(l);
}
