/* time_machine -- a resolver that fails need not hold anything wrong: it holds things of different moments. Every version of
 * DS, NS and zone lives in caches until its end and one TTL more; a pair of versions that some resolver can hold together and
 * that does not validate is a SERVFAIL, now or soon, though each server gives a good answer. The algebra is that of
 * INCIDENTS.md 3.3, over half-open intervals of whole seconds, so its results can be compared octet for octet with the examples
 * there. It says what is possible; how many resolvers it hits is reckoned in time_machine_share.c.
 * Algorithms are not told apart ("strict mode" of 3.2): all four resolvers measured take any good path (RFC 6840 5.11). */
#include "foresee/inside.h"

enum { CAP_BIND = 604800, CAP_UNBOUND = 86400, UNBOUND_BOGUS_KEY = 60 };  /* max-cache-ttl, cache-max-ttl, BOGUS_KEY_TTL */

const struct tm_profile tm_bind = { .name = "BIND", .cap_s = CAP_BIND, .recheck = true, .hold_is_ttl = true };
const struct tm_profile tm_unbound = { .name = "Unbound", .cap_s = CAP_UNBOUND, .hold_s = UNBOUND_BOGUS_KEY };
const struct tm_profile tm_envelope = {
	.name = "any", .cap_s = CAP_BIND, .hold_is_ttl = true, .hold_s = UNBOUND_BOGUS_KEY
};

struct span {
	int64_t lo, hi;
};

static struct span meet(struct span a, struct span b)
{
	return (struct span){ a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi };
}

static bool empty(struct span s)
{
	return s.lo >= s.hi;
}

static uint32_t less(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Some cache may hold it: served until to, by a late server until to + delay, kept for the TTL. */
static struct span held(int64_t from, int64_t to, uint32_t delay, uint32_t ttl, const struct tm_profile *p)
{
	return (struct span){ from, after_s(after_s(to, delay), less(ttl, p->cap_s)) };
}

static struct span served(const struct tm_world *w, const struct tm_zone *z)
{
	return (struct span){ z->from_s, after_s(z->to_s, w->child_delay_s) };
}

bool tm_keys_accepted(const struct tm_ds *d, const struct tm_zone *k)
{
	return !k->no_dnskey && (k->sign_keys & d->keys & k->published);
}

bool tm_data_accepted(const struct tm_zone *k, const struct tm_zone *x)
{
	return (x->sign_data & k->published) != 0;
}

uint32_t tm_hold_s(const struct tm_profile *p, const struct tm_zone *k)
{
	if (k->no_dnskey && p->recheck)
		return 0;
	return p->hold_is_ttl && k->dnskey_ttl_s > p->hold_s ? k->dnskey_ttl_s : p->hold_s;
}

struct visit {
	const struct tm_world *w;
	const struct tm_profile *p;
	tm_mix_fn *take;
	void *into;
};

static struct span held_ns(const struct visit *v, const struct tm_ns *n)
{
	return held(n->from_s, n->to_s, v->w->parent_delay_s, n->ttl_s, v->p);
}

static struct span held_ds(const struct visit *v, const struct tm_ds *d)
{
	return held(d->from_s, d->to_s, v->w->parent_delay_s, d->ttl_s, v->p);
}

static void take(const struct visit *v, struct tm_mix m, struct span when)
{
	if (empty(when))
		return;
	m.lo_s = when.lo;
	m.hi_s = when.hi;
	v->take(&m, v->into);
}

/* The keys of m were accepted and are trusted during H: which data can meet them? */
static void each_data(const struct visit *v, struct tm_mix m, struct span H)
{
	for (uint32_t i = 0; i < v->w->ns.n; i++) {
		m.ns_data = &v->w->ns.at[i];
		struct span asked = meet(H, held_ns(v, m.ns_data));
		for (uint32_t k = 0; !empty(asked) && k < v->w->zones.n; k++) {
			m.data = &v->w->zones.at[k];
			if (m.data->provider != m.ns_data->provider)
				continue;
			m.fails = !tm_data_accepted(m.keys, m.data);
			struct span J = meet(asked, served(v->w, m.data));
			/* BIND takes unsigned data for a reason to ask for the DS again. */
			if (m.fails && m.data->no_dnskey && v->p->recheck)
				J = meet(J, held_ds(v, m.ds));
			take(v, m, J);
		}
	}
}

static void each_fetch(const struct visit *v, struct tm_mix m)
{
	struct span I = meet(meet(served(v->w, m.keys), held_ds(v, m.ds)), held_ns(v, m.ns));
	if (empty(I))
		return;
	if (tm_keys_accepted(m.ds, m.keys)) {
		each_data(v, m, (struct span){ I.lo, after_s(I.hi, less(m.keys->dnskey_ttl_s, v->p->cap_s)) });
		return;
	}
	m.fails = true;
	take(v, m, (struct span){ I.lo, after_s(I.hi, tm_hold_s(v->p, m.keys)) });
}

/* Who holds that there is no DS needs neither keys nor signatures. */
static void each_insecure(const struct visit *v, struct tm_mix m)
{
	m.data = m.keys;
	m.ns_data = m.ns;
	m.keys = NULL;
	take(v, m, meet(meet(served(v->w, m.data), held_ds(v, m.ds)), held_ns(v, m.ns)));
}

static void each_lame(const struct visit *v, const struct tm_ns *n)
{
	for (uint32_t i = 0; i < v->w->lame.n; i++) {
		const struct tm_lame *l = &v->w->lame.at[i];
		if (l->provider == n->provider)
			take(v, (struct tm_mix){ .ns = n, .fails = true },
			     meet(held_ns(v, n), (struct span){ l->from_s, l->to_s }));
	}
}

void tm_each_mix(const struct tm_world *w, const struct tm_profile *p, tm_mix_fn *take_mix, void *into)
{
	struct visit v = { w, p, take_mix, into };
	for (uint32_t n = 0; n < w->ns.n; n++) {
		each_lame(&v, &w->ns.at[n]);
		for (uint32_t k = 0; k < w->zones.n; k++)
			for (uint32_t d = 0; w->zones.at[k].provider == w->ns.at[n].provider && d < w->ds.n; d++)
				(w->ds.at[d].absent ? each_insecure : each_fetch)(
					&v, (struct tm_mix){ .ns = &w->ns.at[n],
							     .ds = &w->ds.at[d],
							     .keys = &w->zones.at[k] });
	}
}

/* ---- what becomes of the mixes ---- */

static void take_failing(const struct tm_mix *m, void *into)
{
	if (m->fails)
		windows_add(into, m->lo_s, m->hi_s);
}

void tm_fail_windows(const struct tm_world *w, const struct tm_profile *p, struct windows *out)
{
	*out = (struct windows){ 0 };
	tm_each_mix(w, p, take_failing, out);
}

struct escape {
	const struct tm_world *w;
	struct windows *certain;
};

static void take_good(const struct tm_mix *m, void *into)
{
	const struct escape *e = into;
	struct windows good = { 0 };
	if (m->fails)
		return;
	windows_add(&good, m->lo_s, m->hi_s);
	for (uint32_t i = 0; i < e->w->lame.n; i++)
		if (e->w->lame.at[i].provider == m->ns_data->provider)
			windows_cut(&good, e->w->lame.at[i].from_s, e->w->lame.at[i].to_s);
	for (unsigned i = 0; i < good.n; i++)
		windows_cut(e->certain, good.at[i].from_s, good.at[i].until_s);
}

void tm_certain_windows(const struct tm_world *w, const struct tm_profile *p, struct windows *out)
{
	struct escape e = { w, out };
	tm_fail_windows(w, p, out);
	tm_each_mix(w, p, take_good, &e);
}
