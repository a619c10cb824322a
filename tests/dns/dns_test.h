/* What the tests of dns/ share: an arena each, octets from hex, and octets that end at a forbidden page. */
#pragma once
#include "../base/cmocka_all.h"
#include "dns/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

static struct arena *arena;

static inline int arena_setup(void **state)
{
	(void)state;
	arena = arena_new(256u << 20);
	return 0;
}

static inline int arena_teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static inline int hex_digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* "03777777 00": spaces are free, letters lower case. */
static inline struct rdata unhex(const char *hex)
{
	uint8_t *out = arena_alloc(arena, strlen(hex));
	uint16_t n = 0;
	for (; *hex != '\0'; hex += hex[0] == ' ' ? 1 : 2)
		if (*hex != ' ')
			out[n++] = (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
	return (struct rdata){ arena_copy(arena, out, n), n };
}

static inline const uint8_t *name_of(const char *text)
{
	const char *why = NULL;
	const uint8_t *name = name_from_text(arena, text, &why);
	if (name == NULL)
		fail_msg("%s: %s", text, why);
	return name;
}

/* A copy whose last octet is the last before a page that cannot be read. Never unmapped. */
static inline uint8_t *at_page_end(const uint8_t *bytes, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (len / page + 1) * page;
	uint8_t *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(mprotect(map + room, page, PROT_NONE), 0);
	return len > 0 ? memcpy(map + room - len, bytes, len) : map + room;
}
