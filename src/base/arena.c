/* base -- memory, text, time, addresses and budgets: what every room stands on and nothing of DNS.
 * Promise: no I/O, no globals, no clock but wall_now() and mono_now(); whatever is given out of an
 * arena is zeroed and lives exactly as long as the arena. */
#include "base/arena.h"
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sanitizer builds give every piece its own block, so that an over-read of one octet is seen. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_EXACT 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_EXACT 1
#endif
#endif
#ifndef ARENA_EXACT
#define ARENA_EXACT 0
#endif

enum { ALIGN = 16, FIRST_BLOCK = 16 << 10, LARGEST_BLOCK = 1 << 20 };

struct block { struct block *next; size_t room, used; size_t padding; };
_Static_assert(sizeof(struct block) % ALIGN == 0, "what follows the block's head must be aligned");

struct arena { struct block *blocks; size_t cap, used, next_block; };

static _Noreturn void arena_die(const char *what, size_t size_bytes)
{
	fprintf(stderr, "dnsvigil: %s (%zu bytes)\n", what, size_bytes);
	abort();
}

struct arena *arena_new(size_t cap_bytes)
{
	struct arena *a = calloc(1, sizeof *a);
	if (a == NULL)
		arena_die("out of memory", sizeof *a);
	a->cap = cap_bytes;
	a->next_block = FIRST_BLOCK;
	return a;
}

void arena_free(struct arena **a)
{
	if (*a == NULL)
		return;
	for (struct block *b = (*a)->blocks, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(*a);
	*a = NULL;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

static struct block *block_add(struct arena *a, size_t size_bytes)
{
	size_t room = size_bytes;
	if (!ARENA_EXACT && room < a->next_block) {
		room = a->next_block;
		if (a->next_block < LARGEST_BLOCK)
			a->next_block *= 2;
	}
	struct block *b = calloc(1, sizeof *b + room);
	if (b == NULL)
		arena_die("out of memory", room);
	b->room = room;
	if (a->blocks != NULL && room == size_bytes) {  /* full at once: behind the one with room left */
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t size_bytes)
{
	if (size_bytes == 0)
		size_bytes = 1;
	if (size_bytes > a->cap - a->used)
		arena_die("the memory limit of one check is reached", a->cap);
	size_t taken = ARENA_EXACT ? size_bytes : (size_bytes + ALIGN - 1) / ALIGN * ALIGN;
	struct block *b = a->blocks;
	if (b == NULL || taken > b->room - b->used)
		b = block_add(a, taken);
	void *at = (uint8_t *)(b + 1) + b->used;
	b->used += taken;
	a->used += size_bytes;
	return at;
}

void *arena_copy(struct arena *a, const void *src, size_t size_bytes)
{
	void *at = arena_alloc(a, size_bytes);
	if (size_bytes > 0)
		memcpy(at, src, size_bytes);
	return at;
}

char *arena_text(struct arena *a, const char *text)
{
	return arena_copy(a, text, strlen(text) + 1);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	assert(fmt != NULL);
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(n >= 0);
	char *at = arena_alloc(a, (size_t)n + 1);
	vsnprintf(at, (size_t)n + 1, fmt, ap);
	return at;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *at = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return at;
}

void *arena_grow(struct arena *a, void *items, uint32_t n, uint32_t *room, size_t item_bytes)
{
	assert(*room <= UINT32_MAX / 2);
	*room = *room < 4 ? 8 : *room * 2;
	void *at = arena_alloc(a, *room * item_bytes);
	if (n > 0)
		memcpy(at, items, n * item_bytes);
	return at;
}
