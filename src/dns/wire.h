/* wire -- octets and possibly compressed names of a received message. Private to dns/. */
#pragma once
#include "dns/rdata.h"

/* What of a message is being read; names are remembered, for most owners are pointers to the same one. */
enum { WIRE_NAMES = 64 };
struct wire {
	struct arena *arena;
	const uint8_t *at; uint16_t len;
	uint32_t expanded;      /* octets of names copied so far: LIMIT_NAME_OCTETS */
	struct { uint16_t offset; const uint8_t *name; } names[WIRE_NAMES];
};

static inline uint16_t wire_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t wire_get32(const uint8_t *at)
{
	return (uint32_t)wire_get16(at) << 16 | wire_get16(at + 2);
}

/* The name at `from`, uncompressed; its octets there end before `end`. *next is the offset behind it,
 * or 0 when even that cannot be told. NULL with *fault set when it is none. Pointers must go back to
 * before the part they stand in (RFC 1035 4.1.4 "prior occurrence"), so there is no loop. */
const uint8_t *wire_name(struct wire *w, uint16_t from, uint16_t end, uint16_t *next, const char **fault);

/* RDATA at [from, from+len) with its names expanded where the type allows compression; checked by
 * rdata_fault. False with *fault set. */
bool wire_rdata(struct wire *w, uint16_t type, uint16_t from, uint16_t len, struct rdata *out,
		const char **fault);
