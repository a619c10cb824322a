/* lab_case -- a world from a text, checked without sockets: tree, crypto and moment for tests that look
 * deeper than a verdict. Header only: each test program has one of its own. */
#pragma once
#include "check/check.h"
#include "lab/lab.h"
#include "prove/chain.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

struct lab_case {
	struct arena *arena;
	struct crypto *crypto;
	struct budget budget;
	struct check *check;
	const struct tree *tree;
	const struct verdict *verdict;
	struct wall at;
};

static inline struct lab_case lab_case_make(const char *text)
{
	struct lab_case c = { .arena = arena_new(256u << 20), .crypto = crypto_new() };
	struct world *w;
	struct err_at at = { 0 };
	struct setup setup = { 0 };
	if (world_from_text(c.arena, text, strlen(text), "test", &w, &at))
		fail_msg("line %u: %s", at.line, at.text);
	const struct world_case *wanted = world_case(w, 0);
	struct asker *asker = lab_asker_new(w);
	world_setup(w, &setup);
	setup.name = wanted->name;
	setup.type = wanted->type;
	c.at = wanted->at;
	assert_int_equal(check_run(&setup, asker, c.crypto, world_clock(w), c.at, NULL, &c.check), E_OK);
	c.tree = check_result(c.check)->tree;
	c.verdict = check_result(c.check)->verdict;
	budget_init(&c.budget);
	asker_free(&asker);
	return c;
}

static inline void lab_case_free(struct lab_case *c)
{
	check_free(&c->check);
	crypto_free(&c->crypto);
	arena_free(&c->arena);
}

static inline const struct chain *lab_case_chain(struct lab_case *c, const struct edits *edits)
{
	struct prover *p = ARENA_NEW(c->arena, struct prover);
	*p = (struct prover){ .arena = c->arena, .crypto = c->crypto, .budget = &c->budget, .at = c->at };
	return prove_chain(p, c->tree, edits);
}

static inline const struct zone_proof *lab_case_zone(struct lab_case *c, const struct chain *chain,
						     const char *name)
{
	const char *why;
	const uint8_t *wire = name_from_text(c->arena, name, &why);
	const struct zone *z = tree_zone(c->tree, wire);
	assert_non_null(z);
	return chain_zone(chain, z);
}
