/* Looking things up in a tree. Names are compared, never pointers. */
#include "evidence/tree.h"

struct zone *tree_zone(const struct tree *t, const uint8_t *name)
{
	for (uint32_t i = 0; i < t->zones.n; i++)
		if (name_equal(t->zones.at[i]->name, name))
			return t->zones.at[i];
	return NULL;
}

struct zone *tree_zone_above(const struct tree *t, const uint8_t *name)
{
	struct zone *deepest = NULL;
	for (uint32_t i = 0; i < t->zones.n; i++) {
		struct zone *z = t->zones.at[i];
		if (name_is_under(name, z->name) &&
		    (deepest == NULL || name_labels(z->name) > name_labels(deepest->name)))
			deepest = z;
	}
	return deepest;
}

struct ns *zone_ns(const struct zone *z, const uint8_t *host)
{
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (name_equal(z->ns.at[i]->name, host))
			return z->ns.at[i];
	return NULL;
}

struct look *server_look(const struct server *s, enum look_kind kind, const uint8_t *name, uint16_t type)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		struct look *l = s->looks.at[i];
		if (l->kind == kind && l->type == type && name_equal(l->name, name))
			return l;
	}
	return NULL;
}

const uint8_t *tree_signal_name(struct arena *a, const uint8_t *zone, const uint8_t *host)
{
	const uint8_t *child = name_prepend(a, "_dsboot", 7, zone), *domain = name_prepend(a, "_signal", 7, host);
	return child != NULL && domain != NULL ? name_replace_suffix(a, child, name_root, domain) : NULL;
}

const char *server_name(struct arena *a, const struct server *s)
{
	char buffer[ADDR_TEXT_MAX];
	return s->names.n > 0 ? name_text(a, s->names.at[0]) : arena_text(a, addr_text(&s->addr, buffer));
}
