/* cds_wait -- a zone asks its parent for other DS records (RFC 7344) and waits: for how long already? Parents that scan act within
 * a day or a few; after that the roll stands still and nobody says so. And a request to delete (RFC 8078 4) that was not there
 * before is told at once, for what follows it is a zone without protection. */
#include "foresee/inside.h"
#include "dns/types.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum { PATIENCE_S = 3 * 86400 };

typedef LIST(const char *) cds_set;     /* of the first server that told */

/* What all servers that were heard ask for; false: they differ, or nobody told (then the parent must not act, RFC 7344 6.2). */
static bool asked_for(const struct snapshot *s, cds_set *out)
{
	bool any = false;
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct snap_server *v = &s->servers.at[i];
		if (!v->cds_known)
			continue;
		if (!any)
			*out = (cds_set){ v->cds.at, v->cds.n, v->cds.room };
		any = true;
		if (v->cds.n != out->n)
			return false;
		for (uint32_t k = 0; k < out->n; k++)
			if (strcmp(out->at[k], v->cds.at[k]))
				return false;
	}
	return any;
}

static bool same_wish(const cds_set *a, const cds_set *b)
{
	if (a->n != b->n)
		return false;
	for (uint32_t i = 0; i < a->n; i++)
		if (strcmp(a->at[i], b->at[i]))
			return false;
	return true;
}

static bool is_delete(const cds_set *w)
{
	return w->n == 1 && !strcmp(w->at[0], "0 0 0 00");
}

static const struct snap_parent *told_ds(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->parents.n; i++)
		if (s->parents.at[i].ds_known)
			return &s->parents.at[i];
	return NULL;
}

/* The tag and algorithm of a wish, as numbers. */
static bool wish_key(const char *wish, unsigned *tag, unsigned *algorithm)
{
	return sscanf(wish, "%u %u", tag, algorithm) == 2;
}

/* By key and not by digest: the parent chooses the digest types (RFC 7344 4). */
static bool has_ds(const struct snap_parent *p, const char *wish)
{
	unsigned tag, algorithm;
	for (uint32_t i = 0; wish_key(wish, &tag, &algorithm) && i < p->ds.n; i++)
		if (p->ds.at[i].tag == tag && p->ds.at[i].algorithm == algorithm)
			return true;
	return false;
}

static bool wished(const cds_set *w, const struct snap_ds *d)
{
	unsigned tag, algorithm;
	for (uint32_t i = 0; i < w->n; i++)
		if (wish_key(w->at[i], &tag, &algorithm) && tag == d->tag && algorithm == d->algorithm)
			return true;
	return false;
}

/* What is still to be done, "" nothing. */
static const char *left_to_do(struct arena *a, const cds_set *w, const struct snap_parent *p)
{
	struct text t;
	text_init(&t, a);
	for (uint32_t i = 0; i < w->n; i++)
		if (!has_ds(p, w->at[i])) {
			unsigned tag = 0, algorithm = 0;
			(void)wish_key(w->at[i], &tag, &algorithm);
			text_addf(&t, "%sone for key %u is to come", t.len ? ", " : "", tag);
		}
	for (uint32_t i = 0; i < p->ds.n; i++)
		if (!wished(w, &p->ds.at[i]))
			text_addf(&t, "%sthat of key %u is to go", t.len ? ", " : "", p->ds.at[i].tag);
	return t.at;
}

/* Since when the same is asked for in vain; *before: an earlier past that asked for something else was seen. */
static struct wall waiting_since(struct arena *a, const struct history *h, const cds_set *w, bool *before)
{
	struct wall since = h->pasts.at[h->pasts.n - 1].from;
	*before = false;
	for (uint32_t i = h->pasts.n - 1; i-- > 0;) {
		cds_set then = { 0 };
		const struct snapshot *s = h->pasts.at[i].s;
		const struct snap_parent *p = told_ds(s);
		if (!asked_for(s, &then) || !p)
			continue;
		if (!same_wish(&then, w)) {
			*before = true;
			return since;
		}
		if (!is_delete(w) && !*left_to_do(a, w, p))
			return since;
		since = h->pasts.at[i].from;
	}
	return since;
}

static void tell_delete(struct arena *a, const struct history *h, struct wall at, struct wall since, bool before,
			struct outlook *out)
{
	char when[WALL_TEXT_MAX];
	struct finding f = outlook_finding(a, h, FINDING_CDS_DELETE_PUBLISHED);
	f.type = TYPE_CDS;
	f.when = since;
	f.detail = arena_printf(a, "%s %s", before ? "since" : "at least since", wall_text(since, when));
	out->watch_closely = true;
	outlook_tell(a, at, out, f);
}

void outlook_cds(struct arena *a, const struct history *h, const struct ladder *l, struct wall at, struct outlook *out)
{
	int64_t patience_s = l->cds_ignored_s != 0 ? l->cds_ignored_s : PATIENCE_S;
	cds_set wish = { 0 };
	bool before;
	const struct snapshot *s = history_now(h);
	const struct snap_parent *p = s ? told_ds(s) : NULL;
	if (!p || !p->ds.n || !asked_for(s, &wish) || !wish.n)
		return;
	struct wall since = waiting_since(a, h, &wish, &before);
	const char *left = left_to_do(a, &wish, p);
	if (is_delete(&wish)) {
		tell_delete(a, h, at, since, before, out);
		return;
	}
	if (!*left || history_seen(h, at).s - since.s <= patience_s)
		return;
	struct finding f = outlook_finding(a, h, FINDING_CDS_IGNORED);
	f.type = TYPE_CDS;
	f.when = since;
	f.detail = left;
	outlook_tell(a, at, out, f);
}
