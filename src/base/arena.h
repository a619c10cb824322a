/* arena -- memory of one check: taken piece by piece, given back all at once.
 * Everything in evidence, proof and verdict lives in one arena; the pure rooms never free.
 * Out of memory and the cap end the process with a message (abort): the limits of limits.h
 * (bytes in, questions) bound what a hostile network can make us allocate far below the cap. */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(size_t cap_bytes);
void arena_free(struct arena **a);              /* frees all and sets *a to NULL; NULL is fine */
size_t arena_used(const struct arena *a);       /* bytes handed out so far */

/* Zeroed, aligned for any type, never NULL; size 0 gives a unique pointer. */
void *arena_alloc(struct arena *a, size_t size_bytes);
void *arena_copy(struct arena *a, const void *src, size_t size_bytes);
char *arena_text(struct arena *a, const char *text);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), (size_t)(n) * sizeof(type)))

/* A growing array in an arena: LIST(struct server *) servers; list_push(a, &z->servers, s);
 * The items may move when it grows: keep indices or pointers to what items point to. */
#define LIST(type) struct { type *at; uint32_t n, room; }
void *arena_grow(struct arena *a, void *items, uint32_t n, uint32_t *room, size_t item_bytes);
#define list_push(a, list, ...) \
	((list)->at = (list)->n < (list)->room ? (list)->at \
		: arena_grow((a), (list)->at, (list)->n, &(list)->room, sizeof *(list)->at), \
	 (list)->at[(list)->n++] = (__VA_ARGS__))
