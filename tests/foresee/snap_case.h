/* snap_case -- snapshots of worlds from texts, for tests. Header only. */
#pragma once
#include "foresee/outlook.h"
#include "tests/judge/lab_case.h"

static struct arena *snap_arena;

static inline int snap_setup(void **state)
{
	(void)state;
	snap_arena = arena_new(512u << 20);
	return 0;
}

static inline int snap_teardown(void **state)
{
	(void)state;
	arena_free(&snap_arena);
	return 0;
}

static inline const uint8_t *snap_name(const char *text)
{
	const char *why;
	return name_from_text(snap_arena, text, &why);
}

static inline struct snapshot *snap_of_zone(const char *text, const char *zone)
{
	struct lab_case c = lab_case_make(text);
	struct judgement j = { .tree = c.tree, .crypto = c.crypto, .budget = &c.budget, .arena = c.arena };
	struct snapshot *s = snapshot_make(snap_arena, &j, c.verdict, zone ? snap_name(zone) : NULL, c.at);
	lab_case_free(&c);
	return s;
}

static inline struct snapshot *snap_of(const char *text)
{
	return snap_of_zone(text, NULL);
}

static inline const char *snap_text(const struct snapshot *s)
{
	struct text t;
	text_init(&t, snap_arena);
	snapshot_text(s, &t);
	return t.at;
}

static inline int snap_read(const char *text, struct snapshot **out, struct err_at *at)
{
	return snapshot_from_text(snap_arena, text, strlen(text), out, at);
}

/* A copy that shares nothing. */
static inline struct snapshot *snap_copy(const struct snapshot *s)
{
	struct snapshot *out;
	struct err_at at;
	assert_int_equal(snap_read(snap_text(s), &out, &at), E_OK);
	return out;
}
