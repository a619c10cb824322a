/* What the configuration pins: NS, DS, or that there is no DS. Held against every server that spoke. */
#include "foresee/drift.h"

static words given(struct arena *a, const char *const *at, uint32_t n)
{
	words out = { 0 };
	for (uint32_t i = 0; i < n; i++)
		list_push(a, &out, at[i]);
	return out;
}

/* One change for all servers that say something else. */
static struct change *hold(struct drift *d, enum matter of, enum change_kind kind, const words *wanted, const char *wanted_text)
{
	voices all = drift_voices(d->a, d->now, of), off = { 0 };
	words who = { 0 };
	uint32_t spoke = 0;
	for (uint32_t i = 0; i < all.n; i++) {
		const struct voice *v = &all.at[i];
		if (!v->known || !v->answered)
			continue;
		spoke++;
		if (words_same(&v->items, wanted))
			continue;
		list_push(d->a, &off, *v);
		list_push(d->a, &who, v->who);
	}
	if (!off.n)
		return NULL;
	words is = voices_union(d->a, &off);
	return drift_note(d, kind, SEVERITY_ERROR, off.n == spoke ? "" : words_joined(d->a, &who), wanted_text,
			  words_joined(d->a, &is));
}

void drift_pinned(struct arena *a, const struct snapshot *now, const struct pinned *p, changes *out)
{
	struct drift d = { .a = a, .before = now, .now = now, .out = out };
	words ns = given(a, p->ns, p->n_ns), ds = given(a, p->ds, p->n_ds);
	if (p->n_ns && !hold(&d, MATTER_NS_PARENT, CHANGE_PINNED_NS, &ns, words_joined(a, &ns)))
		hold(&d, MATTER_NS_CHILD, CHANGE_PINNED_NS, &ns, words_joined(a, &ns));
	if (!p->n_ds && !p->unsigned_wanted)
		return;
	struct change *c = hold(&d, MATTER_DS, CHANGE_PINNED_DS, &ds, p->n_ds ? words_joined(a, &ds) : "none");
	if (c && !*c->after)
		c->severity = SEVERITY_CRITICAL;
}
