#include "cases.h"
#include "base/limits.h"
#include <assert.h>
#include <string.h>

struct case_of *case_new(const struct fake_server *servers, uint32_t n_servers, const struct fake_zone *zones,
			 uint32_t n_zones, const char *name, uint16_t type)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct case_of *c = ARENA_NEW(a, struct case_of);
	c->arena = a;
	fake_init(&c->fake, a, servers, n_servers, zones, n_zones);
	fake_setup(&c->fake, &c->setup, name, type);
	return c;
}

void case_free(struct case_of *c)
{
	struct arena *a = c->arena;
	arena_free(&a);
}

static const char *dump(struct arena *a, const struct tree *t)
{
	struct text out;
	text_init(&out, a);
	tree_dump(t, &out);
	return out.at;
}

static void demand_same_replay(struct case_of *c)
{
	struct text file;
	struct evidence *again = NULL;
	struct err_at at = { 0 };
	struct budget budget;
	uint32_t unused = 1;
	text_init(&file, c->arena);
	budget_init(&budget);
	assert_int_equal(evidence_to_text(c->tree->evidence, &file), E_OK);
	assert_int_equal(evidence_from_text(c->arena, file.at, file.len, &again, &at), E_OK);
	const struct tree *t = walk_replay(c->arena, again, &budget, &unused);
	assert_string_equal(dump(c->arena, c->tree), dump(c->arena, t));
	assert_int_equal(unused, 0);
}

const struct tree *case_walk(struct case_of *c, uint32_t stop_after)
{
	c->tree = fake_walk(&c->fake, &c->setup, stop_after);
	demand_same_replay(c);
	return c->tree;
}

const uint8_t *case_name(struct case_of *c, const char *text)
{
	const char *why;
	const uint8_t *name = name_from_text(c->arena, text, &why);
	assert_non_null(name);
	return name;
}

const struct zone *case_zone(struct case_of *c, const char *name)
{
	const struct zone *z = tree_zone(c->tree, case_name(c, name));
	assert_non_null(z);
	return z;
}

const struct server *case_server(struct case_of *c, const char *zone, const char *addr)
{
	const struct zone *z = case_zone(c, zone);
	struct addr a;
	assert_true(addr_from_text(addr, 53, &a));
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (addr_equal(&z->servers.at[i]->addr, &a))
			return z->servers.at[i];
	return NULL;
}

const struct look *case_look(struct case_of *c, const char *zone, const char *addr, enum look_kind kind)
{
	const struct server *s = case_server(c, zone, addr);
	for (uint32_t i = 0; s != NULL && i < s->looks.n; i++)
		if (s->looks.at[i]->kind == kind)
			return s->looks.at[i];
	return NULL;
}

const struct ns *case_ns(struct case_of *c, const char *zone, const char *host)
{
	const struct ns *n = zone_ns(case_zone(c, zone), case_name(c, host));
	assert_non_null(n);
	return n;
}

uint32_t case_count(struct case_of *c, const char *addr)
{
	struct addr a;
	uint32_t n = 0;
	assert_true(addr_from_text(addr, 53, &a));
	for (uint32_t i = 0; i < c->tree->evidence->exchanges.n; i++)
		n += addr_equal(&c->tree->evidence->exchanges.at[i]->q.to, &a);
	return n;
}
