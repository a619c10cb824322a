/* nodes -- the names of a view in canonical order, and the RRsets at them. */
#include "lab/inside.h"
#include <string.h>

/* Index of the first node not before name. */
static uint32_t node_place(const struct view *v, const uint8_t *name)
{
	uint32_t low = 0, high = v->nodes.n;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (name_cmp(v->nodes.at[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct node *view_node(const struct view *v, const uint8_t *name)
{
	uint32_t i = node_place(v, name);
	return i < v->nodes.n && name_equal(v->nodes.at[i]->name, name) ? v->nodes.at[i] : NULL;
}

uint32_t view_n_under(const struct view *v, const uint8_t *name, uint32_t *first)
{
	uint32_t n = 0;
	*first = node_place(v, name);
	while (*first + n < v->nodes.n && name_is_under(v->nodes.at[*first + n]->name, name))
		n++;
	return n;
}

struct node *view_node_make(struct view *v, const uint8_t *name)
{
	uint32_t i = node_place(v, name);
	if (i < v->nodes.n && name_equal(v->nodes.at[i]->name, name))
		return v->nodes.at[i];
	struct node *n = ARENA_NEW(v->w->arena, struct node);
	n->name = name;
	list_push(v->w->arena, &v->nodes, n);
	memmove(v->nodes.at + i + 1, v->nodes.at + i, (v->nodes.n - 1 - i) * sizeof *v->nodes.at);
	v->nodes.at[i] = n;
	return n;
}

struct lab_rrset *node_rrset(const struct node *n, uint16_t type)
{
	for (uint32_t i = 0; n != NULL && i < n->sets.n; i++)
		if (n->sets.at[i]->type == type)
			return n->sets.at[i];
	return NULL;
}

struct lab_rrset *view_rrset(const struct view *v, const uint8_t *name, uint16_t type)
{
	return node_rrset(view_node(v, name), type);
}

void contents_add(struct view *v, const uint8_t *owner, uint32_t ttl, uint16_t type, struct rdata rd)
{
	struct arena *a = v->w->arena;
	struct node *n = view_node_make(v, owner);
	struct lab_rrset *s = node_rrset(n, type);
	if (s == NULL) {
		s = ARENA_NEW(a, struct lab_rrset);
		*s = (struct lab_rrset){ .owner = n->name, .type = type, .ttl = ttl, .served_ttl = ttl };
		list_push(a, &n->sets, s);
	}
	for (uint32_t i = 0; i < s->rds.n && s->rds.n < 256; i++) /* made-up masses are distinct anyway */
		if (rdata_equal(s->rds.at[i], rd))
			return;
	list_push(a, &s->rds, rd);
}

void contents_drop(struct view *v, const uint8_t *owner, uint16_t type, bool only_type)
{
	struct node *n = view_node(v, owner);
	uint32_t kept = 0;
	for (uint32_t i = 0; n != NULL && i < n->sets.n; i++)
		if (only_type && n->sets.at[i]->type != type)
			n->sets.at[kept++] = n->sets.at[i];
	if (n != NULL)
		n->sets.n = kept;
}

void contents_add_addrs(struct view *v, const uint8_t *owner, uint32_t ttl, const addr_list *addrs)
{
	for (uint32_t i = 0; i < addrs->n; i++) {
		const struct addr *addr = &addrs->at[i];
		uint16_t len = addr->family == 4 ? 4 : 16;
		contents_add(v, owner, ttl, addr->family == 4 ? TYPE_A : TYPE_AAAA,
			     (struct rdata){ arena_copy(v->w->arena, addr->ip, len), len });
	}
}
