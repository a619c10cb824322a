/* IANA special-purpose address registries (RFC 6890, as of 2025), most specific prefix first. */
#include "base/addr.h"
#include <stddef.h>
#include <string.h>

struct prefix { uint8_t ip[16]; uint8_t bits; uint8_t class; };

static const struct prefix prefixes4[] = {
	{ { 192, 0, 0, 9 }, 32, ADDR_PUBLIC },      /* Port Control Protocol anycast, RFC 7723 */
	{ { 192, 0, 0, 10 }, 32, ADDR_PUBLIC },     /* TURN anycast, RFC 8155 */
	{ { 192, 0, 0 }, 24, ADDR_RESERVED },       /* RFC 6890 2.1 */
	{ { 192, 0, 2 }, 24, ADDR_DOC },            /* RFC 5737 */
	{ { 198, 51, 100 }, 24, ADDR_DOC },
	{ { 203, 0, 113 }, 24, ADDR_DOC },
	{ { 192, 88, 99 }, 24, ADDR_RESERVED },     /* 6to4 relay anycast, deprecated by RFC 7526 */
	{ { 192, 168 }, 16, ADDR_PRIVATE },         /* RFC 1918 */
	{ { 169, 254 }, 16, ADDR_LINK },            /* RFC 3927 */
	{ { 198, 18 }, 15, ADDR_DOC },              /* benchmarks, RFC 2544 */
	{ { 172, 16 }, 12, ADDR_PRIVATE },
	{ { 100, 64 }, 10, ADDR_PRIVATE },          /* carrier NAT, RFC 6598 */
	{ { 10 }, 8, ADDR_PRIVATE },
	{ { 127 }, 8, ADDR_LOOPBACK },
	{ { 0 }, 8, ADDR_RESERVED },                /* "this network"; CVE-2026-50251 */
	{ { 224 }, 4, ADDR_RESERVED },              /* multicast */
	{ { 240 }, 4, ADDR_RESERVED },              /* RFC 1112 4, and broadcast */
	{ { 0 }, 0, ADDR_PUBLIC },
};

static const struct prefix prefixes6[] = {
	{ { [15] = 1 }, 128, ADDR_LOOPBACK },
	{ { 0 }, 128, ADDR_RESERVED },
	{ { 0x20, 0x01, 0, 1, [15] = 1 }, 128, ADDR_PUBLIC },        /* PCP anycast, RFC 7723 */
	{ { 0x20, 0x01, 0, 1, [15] = 2 }, 128, ADDR_PUBLIC },        /* TURN anycast, RFC 8155 */
	{ { 0x20, 0x01, 0, 1, [15] = 3 }, 128, ADDR_PUBLIC },        /* DNS-SD anycast, RFC 9665 */
	{ { 0x01, 0 }, 64, ADDR_RESERVED },                          /* discard only, RFC 6666 */
	{ { 0x20, 0x01, 0, 2 }, 48, ADDR_DOC },                      /* benchmarks, RFC 5180 */
	{ { 0x20, 0x01, 0, 4, 0x01, 0x12 }, 48, ADDR_PUBLIC },       /* AS112-v6, RFC 7535 */
	{ { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48, ADDR_PRIVATE },      /* local NAT64, RFC 8215 */
	{ { 0x20, 0x01, 0, 3 }, 32, ADDR_PUBLIC },                   /* AMT, RFC 7450 */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, ADDR_DOC },                /* RFC 3849 */
	{ { 0x20, 0x01, 0, 0x20 }, 28, ADDR_PUBLIC },                /* ORCHIDv2, RFC 7343 */
	{ { 0x20, 0x01, 0, 0x30 }, 28, ADDR_PUBLIC },                /* drone ids, RFC 9374 */
	{ { 0x20, 0x01, 0 }, 23, ADDR_RESERVED },                    /* protocols, Teredo among them */
	{ { 0x3f, 0xff, 0 }, 20, ADDR_DOC },                         /* RFC 9637 */
	{ { 0x5f, 0 }, 16, ADDR_RESERVED },                          /* SRv6 segment ids, RFC 9602 */
	{ { 0xfe, 0x80 }, 10, ADDR_LINK },
	{ { 0xfe, 0xc0 }, 10, ADDR_PRIVATE },                        /* site-local, RFC 3879 */
	{ { 0xfc }, 7, ADDR_PRIVATE },                               /* RFC 4193 */
	{ { 0x20 }, 3, ADDR_PUBLIC },                                /* global unicast, RFC 4291 2.5.4 */
	{ { 0 }, 0, ADDR_RESERVED },                                 /* all the rest is unassigned */
};

/* IPv6 prefixes that carry an IPv4 address, and where. */
static const struct { uint8_t ip[16]; uint8_t bits, at; } embedded[] = {
	{ { [10] = 0xff, 0xff }, 96, 12 },      /* mapped, RFC 4291 2.5.5.2 */
	{ { 0x00, 0x64, 0xff, 0x9b }, 96, 12 }, /* NAT64, RFC 6052 */
	{ { 0x20, 0x02 }, 16, 2 },              /* 6to4, RFC 3056 */
};

static bool under(const uint8_t *ip, const uint8_t *prefix, unsigned bits)
{
	if (memcmp(ip, prefix, bits / 8) != 0)
		return false;
	unsigned rest = bits % 8;
	return rest == 0 || ((ip[bits / 8] ^ prefix[bits / 8]) >> (8 - rest)) == 0;
}

static enum addr_class class_of(const uint8_t *ip, const struct prefix *table)
{
	while (!under(ip, table->ip, table->bits))
		table++;
	return (enum addr_class)table->class;
}

enum addr_class addr_class(const struct addr *a)
{
	if (a->family == 4)
		return class_of(a->ip, prefixes4);
	if (a->family != 6)
		return ADDR_RESERVED;
	for (size_t i = 0; i < sizeof embedded / sizeof embedded[0]; i++)
		if (under(a->ip, embedded[i].ip, embedded[i].bits))
			return class_of(a->ip + embedded[i].at, prefixes4);
	return class_of(a->ip, prefixes6);
}

const char *addr_class_text(enum addr_class c)
{
	switch (c) {
	case ADDR_PUBLIC: return "public";
	case ADDR_PRIVATE: return "private";
	case ADDR_LOOPBACK: return "loopback";
	case ADDR_LINK: return "link-local";
	case ADDR_DOC: return "documentation";
	case ADDR_RESERVED: return "reserved";
	case ADDR_ANY: return "any";
	}
	return "mixed";
}
