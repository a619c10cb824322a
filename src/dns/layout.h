/* layout -- the fields of every RDATA we look into, as one string a type. Private to dns/. */
#pragma once
#include "dns/rdata.h"

/* 1 2 4 6 8 = that many octets; Q = 16; n = domain name; s = character-string; S = one or more of
 * them up to the end; h = length octet and as many; H = the same, not empty; b = type bitmap up to
 * the end (RFC 4034 4.1.2); v = service parameters up to the end (RFC 9460 2.2); * = anything. */
struct layout {
	uint16_t type;
	bool compressed_ok;     /* names may be compressed when received (RFC 3597 4) */
	bool lower;             /* names are lower-cased in canonical form (RFC 4034 6.2, RFC 6840 5.1) */
	const char *fields;
};
const struct layout *layout_find(uint16_t type);          /* NULL: opaque */

/* The next field's octets at the start of r, or -1 with *fault set. */
int layout_field_len(char field, struct rdata r, const char **fault);

struct name_span { uint16_t from, to; };
enum { LAYOUT_NAMES_MAX = 2 };
/* Where the names are in RDATA that rdata_ok has passed; their number. */
uint8_t layout_names(const struct layout *l, struct rdata r, struct name_span spans[LAYOUT_NAMES_MAX]);
