/* contents_break -- breaks that change the records themselves. */
#include "lab/inside.h"
#include <stdio.h>
#include <string.h>

/* Before a change after signing: what the signatures are made over. */
static void keep_signed(struct view *v, const struct lab_break *b, const uint8_t *owner, uint16_t type)
{
	struct lab_rrset *s = view_rrset(v, owner, type);
	if (s == NULL || s->signs_old || !param_is(&b->p, "resign", "no"))
		return;
	s->signs_old = true;
	for (uint32_t i = 0; i < s->rds.n; i++)
		list_push(v->w->arena, &s->signed_rds, s->rds.at[i]);
}

static void apply_set(struct view *v, const struct lab_break *b)
{
	struct lab_rrset *s = view_rrset(v, b->rr.owner, b->rr.type);
	keep_signed(v, b, b->rr.owner, b->rr.type);
	if (s != NULL)
		s->rds.n = 0;
	contents_add(v, b->rr.owner, b->rr.ttl, b->rr.type, b->rr.rd);
}

static void apply_drop(struct view *v, const struct lab_break *b)
{
	const struct param *names = param_find(&b->p, "name"), *types = param_find(&b->p, "type");
	for (uint32_t i = 0; i < names->names.n; i++) {
		if (types == NULL)
			contents_drop(v, names->names.at[i], 0, false);
		for (uint32_t t = 0; types != NULL && t < types->types.n; t++)
			contents_drop(v, names->names.at[i], types->types.at[t], true);
	}
}

static void apply_apex_ns(struct view *v, const struct lab_break *b)
{
	contents_drop(v, v->zone->name, TYPE_NS, true);
	for (uint32_t i = 0; i < b->servers.n; i++) {
		const struct ns_spec *spec = &b->servers.at[i];
		contents_add(v, v->zone->name, v->zone->ttl, TYPE_NS,
			     (struct rdata){ spec->name, name_len(spec->name) });
		if (spec->addrs.n > 0 && world_zone_of(v->w, spec->name) == v->zone)
			contents_add_addrs(v, spec->name, v->zone->ttl, &spec->addrs);
	}
}

/* A character string of three base-36 digits: 46,656 different ones, 16 octets a record in a message. */
static struct rdata many_txt(struct arena *a, unsigned i)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	uint8_t text[4] = { 3, (uint8_t)digits[i / 1296 % 36], (uint8_t)digits[i / 36 % 36],
			    (uint8_t)digits[i % 36] };
	return (struct rdata){ arena_copy(a, text, 4), 4 };
}

static struct rdata many_name(struct arena *a, char letter, unsigned i, const uint8_t *under)
{
	char label[16];
	int n = snprintf(label, sizeof label, "%c%u", letter, i);
	const uint8_t *name = name_prepend(a, label, (uint8_t)n, under);
	if (name == NULL)
		name = name_root;
	return (struct rdata){ name, name_len(name) };
}

static void apply_add_many(struct view *v, const struct lab_break *b)
{
	struct arena *a = v->w->arena;
	const uint8_t *owner = param_find(&b->p, "name")->names.at[0], *top = owner;
	const struct param *types = param_find(&b->p, "type");
	uint16_t type = types->types.n > 0 ? types->types.at[0] : TYPE_TXT;
	unsigned n = (unsigned)param_number(&b->p, "add-many", 1);
	for (unsigned i = 1; i <= n; i++) {
		const uint8_t a4[4] = { 198, (uint8_t)(18 + (i >> 16)), (uint8_t)(i >> 8), (uint8_t)i };
		struct rdata rd = many_txt(a, i);
		if (type == TYPE_A)
			rd = (struct rdata){ arena_copy(a, a4, 4), 4 };
		else if (type == TYPE_CNAME || type == TYPE_NS)
			rd = many_name(a, type == TYPE_NS ? 'n' : 'c', i, top);
		contents_add(v, owner, 300, type, rd);
		if (type == TYPE_CNAME)
			owner = rd.at;
	}
	if (type == TYPE_CNAME)
		contents_add(v, owner, 300, TYPE_A, (struct rdata){ (const uint8_t *)"\306\063\144\007", 4 });
}

void contents_apply(struct view *v, const struct lab_break *b)
{
	switch (b->what) {
	case BREAK_ADD:
		keep_signed(v, b, b->rr.owner, b->rr.type);
		contents_add(v, b->rr.owner, b->rr.ttl, b->rr.type, b->rr.rd);
		break;
	case BREAK_SET: apply_set(v, b); break;
	case BREAK_DROP: apply_drop(v, b); break;
	case BREAK_APEX_NS: apply_apex_ns(v, b); break;
	case BREAK_ADD_MANY: apply_add_many(v, b); break;
	default: break;
	}
}

void contents_apply_ttl(struct view *v, const struct lab_break *b)
{
	const struct param *names = param_find(&b->p, "name"), *types = param_find(&b->p, "type");
	if (b->what != BREAK_TTL)
		return;
	for (uint32_t i = 0; i < v->nodes.n; i++) {
		struct node *n = v->nodes.at[i];
		if (names != NULL && !param_names_has(names, n->name))
			continue;
		for (uint32_t k = 0; k < n->sets.n; k++)
			if (types == NULL || param_types_has(types, n->sets.at[k]->type))
				n->sets.at[k]->served_ttl = (uint32_t)param_number(&b->p, "ttl", 0);
	}
}
