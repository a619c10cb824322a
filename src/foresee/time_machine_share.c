/* How many resolvers fail: each of n busy resolvers is followed through the versions, event by event (INCIDENTS.md 3.4). Ages
 * in its cache at the beginning are independent and spread evenly over the TTL; what runs out is fetched again at once. They are
 * drawn from a sequence that fills the cube evenly (multiples of the powers of 1/1.2207...), so the same question has the same
 * answer for ever, and 1,000 resolvers are as good as 30,000 drawn by lot. Between two changes of the world a cache only
 * repeats itself, so the steps in between are jumped over, at the right phase. */
#include "foresee/inside.h"

enum key_state { KEY_NONE /* no DS, none wanted */, KEY_TRUSTED, KEY_BAD };
struct resolver {
	const struct tm_ds *ds;
	const struct tm_ns *ns;
	const struct tm_zone *keys;
	enum key_state key_state;
	int64_t ds_end, ns_end, key_end;
	uint32_t pick;          /* which of several servers it asks when they differ */
};

struct sim {
	const struct tm_world *w;
	const struct tm_profile *p;
	int64_t t;
};

/* ---- versions at an instant ---- */

struct life {
	int64_t from, to;
};

/* Lists differ in type, not in how their versions live: life_of reads one of them. */
typedef struct life life_fn(const struct tm_world *w, uint32_t i);

static struct life ds_life(const struct tm_world *w, uint32_t i)
{
	return (struct life){ w->ds.at[i].from_s, w->ds.at[i].to_s };
}

static struct life ns_life(const struct tm_world *w, uint32_t i)
{
	return (struct life){ w->ns.at[i].from_s, w->ns.at[i].to_s };
}

static struct life zone_life(const struct tm_world *w, uint32_t i)
{
	return (struct life){ w->zones.at[i].from_s, w->zones.at[i].to_s };
}

static struct life lame_life(const struct tm_world *w, uint32_t i)
{
	return (struct life){ w->lame.at[i].from_s, w->lame.at[i].to_s };
}

static void earlier(int64_t *best, int64_t s)
{
	if (s < *best)
		*best = s;
}

/* The next beginning or end of a version in the list, later than t. */
static void next_change(const struct tm_world *w, life_fn *life_of, uint32_t n, int64_t t, int64_t *best)
{
	for (uint32_t i = 0; i < n; i++) {
		struct life l = life_of(w, i);
		if (l.from > t)
			earlier(best, l.from);
		if (l.to > t)
			earlier(best, l.to);
	}
}

static int64_t next_ds_change(const struct sim *s)
{
	int64_t t = INT64_MAX;
	next_change(s->w, ds_life, s->w->ds.n, s->t, &t);
	return t;
}

static int64_t next_ns_change(const struct sim *s)
{
	int64_t t = INT64_MAX;
	next_change(s->w, ns_life, s->w->ns.n, s->t, &t);
	return t;
}

static int64_t next_zone_change(const struct sim *s)
{
	int64_t t = INT64_MAX;
	next_change(s->w, zone_life, s->w->zones.n, s->t, &t);
	next_change(s->w, lame_life, s->w->lame.n, s->t, &t);
	return t;
}

/* Counts those that live at t among the n; the pick-th of them. Where history has a hole, the last one before it. */
struct choice {
	uint32_t lives, chosen, last;
	int64_t last_to;
	bool any;
};

static void consider(struct choice *c, uint32_t i, struct life l, int64_t t, uint32_t pick)
{
	if (l.from <= t && t < l.to) {
		/* Every further one takes the place with the right share, by digits of pick. */
		if (pick / (c->lives + 1) % (c->lives + 1) == 0)
			c->chosen = i;
		c->lives++;
	} else if (!c->any || (l.from <= t && l.to > c->last_to)) {
		c->last = i;
		c->last_to = l.to;
		c->any = true;
	}
}

static const struct tm_ds *ds_at(const struct sim *s, uint32_t pick)
{
	struct choice c = { 0 };
	for (uint32_t i = 0; i < s->w->ds.n; i++)
		consider(&c, i, ds_life(s->w, i), s->t, pick);
	return s->w->ds.n ? &s->w->ds.at[c.lives ? c.chosen : c.last] : NULL;
}

static const struct tm_ns *ns_at(const struct sim *s, uint32_t pick)
{
	struct choice c = { 0 };
	for (uint32_t i = 0; i < s->w->ns.n; i++)
		consider(&c, i, ns_life(s->w, i), s->t, pick);
	return s->w->ns.n ? &s->w->ns.at[c.lives ? c.chosen : c.last] : NULL;
}

static const struct tm_zone *zone_at(const struct sim *s, unsigned provider, uint32_t pick)
{
	struct choice c = { 0 };
	for (uint32_t i = 0; i < s->w->zones.n; i++)
		if (s->w->zones.at[i].provider == provider)
			consider(&c, i, zone_life(s->w, i), s->t, pick);
	return c.lives ? &s->w->zones.at[c.chosen] : c.any ? &s->w->zones.at[c.last] : NULL;
}

static bool lame_at(const struct sim *s, unsigned provider)
{
	for (uint32_t i = 0; i < s->w->lame.n; i++)
		if (s->w->lame.at[i].provider == provider && s->w->lame.at[i].from_s <= s->t &&
		    s->t < s->w->lame.at[i].to_s)
			return true;
	return false;
}

/* ---- one resolver ---- */

static int64_t ttl_of(const struct sim *s, uint32_t ttl)
{
	uint32_t t = ttl < s->p->cap_s ? ttl : s->p->cap_s;
	return t ? t : 1;
}

/* Fetched now and every `period` until something changes at `stop`: the first fetch that is not before stop. */
static int64_t repeats_until(int64_t now, int64_t period, int64_t stop)
{
	if (stop == INT64_MAX)
		return INT64_MAX;
	int64_t times = (stop - now + period - 1) / period;
	return now + period * (times > 1 ? times : 1);
}

static void fetch_ds(const struct sim *s, struct resolver *r)
{
	r->ds = ds_at(s, r->pick);
	r->ds_end = repeats_until(s->t, ttl_of(s, r->ds->ttl_s), next_ds_change(s));
}

static void fetch_ns(const struct sim *s, struct resolver *r)
{
	r->ns = ns_at(s, r->pick);
	r->ns_end = repeats_until(s->t, ttl_of(s, r->ns->ttl_s), next_ns_change(s));
}

/* Until then a DNSKEY fetched again would fare the same. */
static int64_t keys_settled(const struct sim *s, const struct resolver *r)
{
	int64_t stop = next_zone_change(s);
	earlier(&stop, r->ds_end);
	earlier(&stop, r->ns_end);
	return stop;
}

static void fetch_keys(const struct sim *s, struct resolver *r)
{
	r->keys = r->ds->absent ? NULL : zone_at(s, r->ns->provider, r->pick);
	r->key_end = INT64_MAX;
	r->key_state = KEY_NONE;
	if (!r->keys)
		return;
	bool good = tm_keys_accepted(r->ds, r->keys);
	uint32_t hold = tm_hold_s(s->p, r->keys);
	int64_t stop = keys_settled(s, r);
	r->key_state = good ? KEY_TRUSTED : KEY_BAD;
	r->key_end = good ? repeats_until(s->t, ttl_of(s, r->keys->dnskey_ttl_s), stop)
		     : hold ? repeats_until(s->t, hold, stop) : stop;
}

static bool fails(const struct sim *s, const struct resolver *r)
{
	const struct tm_zone *x = zone_at(s, r->ns->provider, r->pick);
	if (lame_at(s, r->ns->provider))
		return true;
	if (!x)
		return false;
	if (s->p->recheck && x->no_dnskey)
		return !r->ds->absent;
	return r->key_state == KEY_BAD || (r->key_state == KEY_TRUSTED && !tm_data_accepted(r->keys, x));
}

static void refresh(const struct sim *s, struct resolver *r)
{
	if (r->ns_end <= s->t)
		fetch_ns(s, r);
	if (r->ds_end <= s->t)
		fetch_ds(s, r);
	if (r->key_end <= s->t || (r->key_state == KEY_NONE && !r->ds->absent))
		fetch_keys(s, r);
}

static double even(uint32_t i, unsigned dimension)
{
	static const double step[] = { 0.8191725133961645, 0.6710436067037893, 0.5497004779019703 };
	double x = 0.5 + step[dimension] * (double)i;
	return x - (double)(int64_t)x;
}

/* Ages as they are when nothing has changed for long: runs out within (0, TTL]. */
static int64_t first_end(const struct sim *s, uint32_t i, unsigned dimension, uint32_t ttl)
{
	return s->t + 1 + (int64_t)(even(i, dimension) * (double)ttl_of(s, ttl));
}

static void begin(const struct sim *s, struct resolver *r, uint32_t i)
{
	*r = (struct resolver){ .pick = i };
	fetch_ns(s, r);
	fetch_ds(s, r);
	fetch_keys(s, r);
	r->ns_end = first_end(s, i, 0, r->ns->ttl_s);
	r->ds_end = first_end(s, i, 1, r->ds->ttl_s);
	if (r->key_state != KEY_NONE)
		r->key_end = first_end(s, i, 2, r->key_state == KEY_TRUSTED ? r->keys->dnskey_ttl_s
								  : tm_hold_s(s->p, r->keys));
}

/* ---- all of them ---- */

/* The first moment at which a list that has a past takes a new version, or loses one. */
static void first_change(const struct tm_world *w, life_fn *life_of, uint32_t n, int64_t *best)
{
	int64_t oldest = INT64_MAX;
	for (uint32_t i = 0; i < n; i++)
		earlier(&oldest, life_of(w, i).from);
	next_change(w, life_of, n, oldest, best);
}

static int64_t first_change_of(const struct tm_world *w)
{
	int64_t t = INT64_MAX;
	first_change(w, ds_life, w->ds.n, &t);
	first_change(w, ns_life, w->ns.n, &t);
	first_change(w, zone_life, w->zones.n, &t);
	next_change(w, lame_life, w->lame.n, INT64_MIN, &t);
	return t;
}

static void count(struct tm_course *c, int64_t from, int64_t until, double *outage)
{
	*outage += (double)(until - from);
	for (unsigned m = 0; m < c->n_marks; m++)
		if (c->mark_s[m] >= from && c->mark_s[m] < until)
			c->share[m]++;
}

static double follow(struct sim *s, uint32_t i, struct tm_course *c, int64_t start)
{
	struct resolver r;
	double outage = 0;
	s->t = start - 1;
	begin(s, &r, i);
	while (s->t < c->until_s) {
		refresh(s, &r);
		int64_t next = next_zone_change(s);
		earlier(&next, r.ds_end);
		earlier(&next, r.ns_end);
		earlier(&next, r.key_end);
		earlier(&next, c->until_s);
		if (fails(s, &r))
			count(c, s->t, next, &outage);
		s->t = next;
	}
	return outage;
}

void tm_course_run(const struct tm_world *w, const struct tm_profile *p, unsigned n_resolvers, struct tm_course *c)
{
	struct sim s = { .w = w, .p = p };
	int64_t start = first_change_of(w);
	c->mean_outage_s = c->hit = 0;
	for (unsigned m = 0; m < c->n_marks; m++)
		c->share[m] = 0;
	if (!w->ds.n || !w->ns.n)
		return;
	if (start >= c->until_s) /* nothing changes: any moment will do */
		start = c->until_s - 1;
	for (uint32_t i = 0; i < n_resolvers; i++) {
		double outage = follow(&s, i, c, start);
		c->mean_outage_s += outage / n_resolvers;
		c->hit += outage > 0 ? 1.0 / n_resolvers : 0;
	}
	for (unsigned m = 0; m < c->n_marks; m++)
		c->share[m] /= n_resolvers;
}

double tm_share_failing(const struct tm_world *w, const struct tm_profile *p, int64_t at_s, unsigned n_resolvers)
{
	struct tm_course c = { .until_s = after_s(at_s, 1), .n_marks = 1, .mark_s = { at_s } };
	tm_course_run(w, p, n_resolvers, &c);
	return c.share[0];
}
