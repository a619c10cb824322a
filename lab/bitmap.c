/* bitmap -- the types of a name, as NSEC and NSEC3 list them, with what `denial bitmap-*` breaks add and take
 * away. */
#include "lab/inside.h"
#include <stdlib.h>
#include <string.h>

bool denial_selects(const struct lab_break *b, const uint8_t *name)
{
	const struct param *names = param_find(&b->p, "name");
	return names == NULL || param_names_has(names, name);
}

bool denial_hides(const struct view *v, const struct node *n)
{
	for (uint32_t i = 0; i < v->breaks.n; i++)
		if (v->breaks.at[i]->what == BREAK_DENIAL && param_has(&v->breaks.at[i]->p, "hide") &&
		    denial_selects(v->breaks.at[i], n->name))
			return true;
	return false;
}

static void type_add(struct arena *a, type_list *types, uint16_t type)
{
	for (uint32_t i = 0; i < types->n; i++)
		if (types->at[i] == type)
			return;
	list_push(a, types, type);
}

static void type_remove(type_list *types, uint16_t type)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < types->n; i++)
		if (types->at[i] != type)
			types->at[kept++] = types->at[i];
	types->n = kept;
}

static void apply_breaks(struct view *v, const uint8_t *name, type_list *types)
{
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct lab_break *b = v->breaks.at[i];
		const struct param *add = param_find(&b->p, "bitmap-add"),
				   *remove = param_find(&b->p, "bitmap-remove");
		if (b->what != BREAK_DENIAL || !denial_selects(b, name))
			continue;
		for (uint32_t k = 0; add != NULL && k < add->types.n; k++)
			type_add(v->w->arena, types, add->types.at[k]);
		for (uint32_t k = 0; remove != NULL && k < remove->types.n; k++)
			type_remove(types, remove->types.at[k]);
	}
}

static int type_order(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

type_list node_types(struct view *v, const struct node *n, uint16_t denial_type)
{
	type_list types = { 0 };
	bool any_signed = false;
	for (uint32_t i = 0; i < n->sets.n; i++) {
		const struct lab_rrset *s = n->sets.at[i];
		if (n->is_cut && s->type != TYPE_NS && s->type != TYPE_DS)
			continue;
		type_add(v->w->arena, &types, s->type);
		any_signed |= s->is_signed;
	}
	if (denial_type == TYPE_NSEC)
		type_add(v->w->arena, &types, TYPE_NSEC);
	if (denial_type == TYPE_NSEC || any_signed)
		type_add(v->w->arena, &types, TYPE_RRSIG);
	apply_breaks(v, n->name, &types);
	if (types.n > 0)
		qsort(types.at, types.n, sizeof *types.at, type_order);
	return types;
}

size_t bitmap_write(const type_list *types, uint8_t *out)
{
	size_t n = 0;
	for (uint32_t i = 0; i < types->n;) {
		uint8_t window = (uint8_t)(types->at[i] >> 8), bits[32] = { 0 }, last = 0;
		for (; i < types->n && types->at[i] >> 8 == window; i++) {
			uint8_t low = (uint8_t)types->at[i];
			bits[low / 8] |= (uint8_t)(0x80 >> low % 8);
			last = low / 8;
		}
		out[n++] = window;
		out[n++] = (uint8_t)(last + 1);
		memcpy(out + n, bits, last + 1u);
		n += last + 1u;
	}
	return n;
}
