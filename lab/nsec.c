/* nsec -- the NSEC chain of a view (RFC 4034 4), and compact denial (RFC 9824). */
#include "lab/inside.h"
#include <string.h>

static void chain_make(struct view *v)
{
	if (v->has_chain)
		return;
	v->has_chain = true;
	for (uint32_t i = 0; i < v->nodes.n; i++) {
		struct node *n = v->nodes.at[i];
		if (!n->below_cut && !n->is_ent && !denial_hides(v, n))
			list_push(v->w->arena, &v->chain, n);
	}
}

static struct lab_rrset *nsec_make(struct view *v, const uint8_t *owner, const uint8_t *next,
				   type_list *types)
{
	struct arena *a = v->w->arena;
	struct lab_rrset *s = ARENA_NEW(a, struct lab_rrset);
	uint8_t bitmap[8192 + 512];
	size_t n = bitmap_write(types, bitmap), len = name_len(next);
	uint8_t *rd = arena_alloc(a, len + n);
	memcpy(rd, next, len);
	memcpy(rd + len, bitmap, n);
	*s = (struct lab_rrset){ .owner = owner,
				 .type = TYPE_NSEC,
				 .ttl = v->nsec_ttl,
				 .served_ttl = v->nsec_ttl,
				 .is_signed = v->is_signed };
	list_push(a, &s->rds, (struct rdata){ rd, (uint16_t)(len + n) });
	return s;
}

/* The next name as breaks want it; *old: the signatures stay those of the true record. */
static const uint8_t *next_of(struct view *v, const struct node *n, const uint8_t *next, bool *old)
{
	bool last = name_equal(next, v->zone->name);
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct lab_break *b = v->breaks.at[i];
		const struct param *p = param_find(&b->p, "next");
		const char *why;
		if (b->what != BREAK_DENIAL || !denial_selects(b, n->name))
			continue;
		if (p != NULL)
			next = strcmp(p->text, "wrong") == 0 ? name_prepend(v->w->arena, "", 1, n->name)
							     : name_from_text(v->w->arena, p->text, &why);
		if (param_has(&b->p, "last-not-apex") && last)
			next = name_prepend(v->w->arena, "zzzz", 4, v->zone->name);
		if ((p != NULL || last) && param_is(&b->p, "resign", "no"))
			*old = true;
		if (next == NULL)
			next = v->zone->name;
	}
	return next;
}

static struct lab_rrset *nsec_of(struct view *v, uint32_t i)
{
	struct node *n = v->chain.at[i];
	if (n->nsec != NULL)
		return n->nsec;
	const uint8_t *true_next = v->chain.at[(i + 1) % v->chain.n]->name;
	type_list types = node_types(v, n, TYPE_NSEC);
	bool old = false;
	n->nsec = nsec_make(v, n->name, next_of(v, n, true_next, &old), &types);
	n->nsec->signs_old = old;
	if (old)
		n->nsec->signed_rds = nsec_make(v, n->name, true_next, &types)->rds;
	return n->nsec;
}

/* The last of the chain not behind name. */
static uint32_t chain_place(const struct view *v, const uint8_t *name)
{
	uint32_t low = 0, high = v->chain.n;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (name_cmp(v->chain.at[middle]->name, name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : v->chain.n - 1;
}

struct lab_rrset *nsec_covering(struct view *v, const uint8_t *name)
{
	chain_make(v);
	return v->chain.n > 0 ? nsec_of(v, chain_place(v, name)) : NULL;
}

struct lab_rrset *nsec_at(struct view *v, struct node *n)
{
	return nsec_covering(v, n->name);
}

struct lab_rrset *nsec_nth(struct view *v, uint32_t i)
{
	chain_make(v);
	return i < v->chain.n ? nsec_of(v, i) : NULL;
}

struct lab_rrset *nsec_other(struct view *v, const struct lab_rrset *than)
{
	chain_make(v);
	for (uint32_t i = 0; i < v->chain.n; i++)
		if (nsec_of(v, i) != than)
			return nsec_of(v, i);
	return NULL;
}

struct lab_rrset *nsec_made_up(struct view *v, unsigned i)
{
	const uint16_t some[] = { TYPE_A, TYPE_RRSIG, TYPE_NSEC };
	type_list types = { 0 };
	const uint8_t *owner =
		name_prepend(v->w->arena, arena_printf(v->w->arena, "p%07u", i % 10000000), 8, v->zone->name);
	for (unsigned k = 0; k < 3; k++)
		list_push(v->w->arena, &types, some[k]);
	return nsec_make(v, owner, name_prepend(v->w->arena, "", 1, owner), &types);
}

struct lab_rrset *nsec_compact(struct view *v, const uint8_t *name, const struct node *n)
{
	type_list types = { 0 };
	const uint16_t bare[] = { TYPE_RRSIG, TYPE_NSEC, TYPE_NXNAME };
	const uint8_t *next = name_prepend(v->w->arena, "", 1, name);
	if (n != NULL)
		types = node_types(v, n, TYPE_NSEC);
	for (unsigned i = 0; n == NULL && i < 3; i++)
		list_push(v->w->arena, &types, bare[i]);
	return nsec_make(v, name, next != NULL ? next : v->zone->name, &types);
}
