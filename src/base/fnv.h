/* fnv -- FNV-1a with 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv): for tables and for "is it the same as before", never against somebody who wants two
 * texts to be alike. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define FNV_BEGIN 14695981039346656037u
#define FNV_PRIME 1099511628211u

static inline uint64_t fnv_octet(uint64_t hash, uint8_t octet) { return (hash ^ octet) * FNV_PRIME; }

static inline uint64_t fnv_octets(uint64_t hash, const void *at, size_t len)
{
	const uint8_t *octets = at;
	for (size_t i = 0; i < len; i++)
		hash = fnv_octet(hash, octets[i]);
	return hash;
}

/* Without the final zero. */
static inline uint64_t fnv_text(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = fnv_octet(hash, (uint8_t)*text);
	return hash;
}
