/* tm_stories -- the worked examples of changes gone wrong and right (our notes on incidents, section 3.6) and the scenarios
 * that were played against four resolvers (3.5), as version lists. Examples: DS TTL 86400, NS TTL 86400, DNSKEY TTL 3600 unless
 * said. Keys k1 z1 are the old KSK and ZSK, k2 z2 the new ones, b1 bz those of provider B. */
#pragma once
#include "foresee/inside.h"

enum { K1 = 1, K2 = 2, Z1 = 4, Z2 = 8, B1 = 16, BZ = 32 };
enum { A, B };
#define PAST INT64_MIN
#define EVER INT64_MAX
enum { DS_MAX = 3, NS_MAX = 3, ZONES_MAX = 4 };

struct story {
	const char *name;
	struct tm_ds ds[DS_MAX];        /* as many as have an end */
	struct tm_ns ns[NS_MAX];
	struct tm_zone zones[ZONES_MAX];
	uint32_t parent_delay_s;
	struct window bind, unbound, envelope;          /* { 0, 0 }: none; all of them are one window */
};

#define DS(from, to, keys) { from, to, 86400, false, keys }
#define NO_DS(from, to) { from, to, 900, true, 0 }
#define NS(from, to, provider) { from, to, 86400, provider }
#define ONE_NS { NS(PAST, EVER, A) }
#define SIGNED(from, to, published, ks, xs) { from, to, A, false, published, ks, xs, 3600 }
#define UNSIGNED(from, to) { from, to, A, true, 0, 0, 0, 3600 }
/* ZSK examples have a DNSKEY TTL of a day. */
#define DAY_KEYS(from, to, published, xs) { from, to, A, false, published, K1, xs, 86400 }
/* The zone of provider A, of the examples' B, and of B in other dress. */
#define AT_A { PAST, EVER, A, false, K1 | Z1, K1, Z1, 3600 }
#define AT_B(from, to) { from, to, B, false, B1 | BZ, B1, BZ, 3600 }
/* The lab's scenarios: DS 100, NS 50, DNSKEY 30 s. */
#define LAB_DS(from, to, keys) { from, to, 100, false, keys }
#define LAB_NO_DS(from, to) { from, to, 20, true, 0 }
#define LAB_NS { { PAST, EVER, 50, A } }
#define LAB_ZONE(from, to, published, ks, xs) { from, to, A, false, published, ks, xs, 30 }
#define LAB_UNSIGNED(from, to, provider) { from, to, provider, true, 0, 0, 0, 30 }
#define LAB_AT_A { PAST, EVER, A, false, K1 | Z1, K1, Z1, 30 }
#define LAB_AT_B(from, to) { from, to, B, false, B1 | BZ, B1, BZ, 30 }

static const struct story stories[] = {
	/* ---- Ex. 1: DNSSEC is turned off ---- */
	{ "1W", { DS(PAST, 0, K1), NO_DS(0, EVER) }, ONE_NS,
	  { SIGNED(PAST, 0, K1 | Z1, K1, Z1), UNSIGNED(0, EVER) }, 0,
	  { 0, 86400 }, { 0, 86460 }, { 0, 90000 } },
	{ "1X", { DS(PAST, 0, K1), NO_DS(0, EVER) }, ONE_NS,
	  { SIGNED(PAST, 86400, K1 | Z1, K1, Z1), UNSIGNED(86400, EVER) }, 0,
	  { 0, 0 }, { 86400, 90000 }, { 86400, 90000 } },
	{ "1R", { DS(PAST, 0, K1), NO_DS(0, EVER) }, ONE_NS,
	  { SIGNED(PAST, 90000, K1 | Z1, K1, Z1), UNSIGNED(90000, EVER) }, 0,
	  { 0, 0 }, { 0, 0 }, { 0, 0 } },
	{ "1M", { DS(PAST, 0, K1), NO_DS(0, EVER) }, ONE_NS,
	  { SIGNED(PAST, 0, K1 | Z1, K1, Z1), UNSIGNED(0, 7200), SIGNED(7200, EVER, K1 | Z1, K1, Z1) }, 0,
	  { 0, 7200 }, { 0, 7260 }, { 0, 10800 } },
	/* ---- Ex. 2: KSK retired too early. The text gives no envelope for these; it is that of BIND-like ---- */
	{ "2N", { DS(PAST, 0, K1), DS(0, EVER, K2) }, ONE_NS,
	  { SIGNED(PAST, 3600, K1 | K2 | Z1, K1 | K2, Z1), SIGNED(3600, EVER, K2 | Z1, K2, Z1) }, 0,
	  { 3600, 90000 }, { 3600, 86460 }, { 3600, 90000 } },
	{ "2A", { DS(PAST, 0, K1), DS(0, EVER, K2) }, ONE_NS,
	  { SIGNED(PAST, 3600, K1 | K2 | Z1, K1 | K2, Z1), SIGNED(3600, 25200, K2 | Z1, K2, Z1),
	    SIGNED(25200, EVER, K1 | K2 | Z1, K1 | K2, Z1) }, 0,
	  { 3600, 28800 }, { 3600, 25260 }, { 3600, 28800 } },
	{ "2B", { DS(PAST, 0, K1), DS(0, 25200, K2), NO_DS(25200, EVER) }, ONE_NS,
	  { SIGNED(PAST, 3600, K1 | K2 | Z1, K1 | K2, Z1), SIGNED(3600, EVER, K2 | Z1, K2, Z1) }, 0,
	  { 3600, 90000 }, { 3600, 86460 }, { 3600, 90000 } },
	{ "2C", { DS(PAST, 0, K1), DS(0, 25200, K2), DS(25200, EVER, K1 | K2) }, ONE_NS,
	  { SIGNED(PAST, 3600, K1 | K2 | Z1, K1 | K2, Z1), SIGNED(3600, EVER, K2 | Z1, K2, Z1) }, 0,
	  { 3600, 90000 }, { 3600, 86460 }, { 3600, 90000 } },
	{ "2R", { DS(PAST, 0, K1), DS(0, EVER, K2) }, ONE_NS,
	  { SIGNED(PAST, 86400, K1 | K2 | Z1, K1 | K2, Z1), SIGNED(86400, EVER, K2 | Z1, K2, Z1) }, 0,
	  { 0, 0 }, { 0, 0 }, { 0, 0 } },
	{ "2R, parent servers 900 s late", { DS(PAST, 0, K1), DS(0, EVER, K2) }, ONE_NS,
	  { SIGNED(PAST, 86400, K1 | K2 | Z1, K1 | K2, Z1), SIGNED(86400, EVER, K2 | Z1, K2, Z1) }, 900,
	  { 86400, 90900 }, { 86400, 87360 }, { 86400, 90900 } },
	/* Near miss of the last: the delay is waited for as well. */
	{ "2R, parent servers 900 s late and waited for", { DS(PAST, 0, K1), DS(0, EVER, K2) }, ONE_NS,
	  { SIGNED(PAST, 87300, K1 | K2 | Z1, K1 | K2, Z1), SIGNED(87300, EVER, K2 | Z1, K2, Z1) }, 900,
	  { 0, 0 }, { 0, 0 }, { 0, 0 } },
	/* ---- Ex. 3: ZSK swapped without being published before ---- */
	{ "3N", { DS(PAST, EVER, K1) }, ONE_NS,
	  { DAY_KEYS(PAST, 0, K1 | Z1, Z1), DAY_KEYS(0, EVER, K1 | Z2, Z2) }, 0,
	  { 0, 86400 }, { 0, 86400 }, { 0, 86400 } },
	{ "3A", { DS(PAST, EVER, K1) }, ONE_NS,
	  { DAY_KEYS(PAST, 0, K1 | Z1, Z1), DAY_KEYS(0, 21600, K1 | Z2, Z2),
	    DAY_KEYS(21600, EVER, K1 | Z1 | Z2, Z1 | Z2) }, 0,
	  { 0, 21600 }, { 0, 21600 }, { 0, 21600 } },
	{ "3B", { DS(PAST, EVER, K1) }, ONE_NS,
	  { DAY_KEYS(PAST, 0, K1 | Z1, Z1), DAY_KEYS(0, 21600, K1 | Z2, Z2), DAY_KEYS(21600, EVER, K1 | Z1, Z1) }, 0,
	  { 0, 108000 }, { 0, 108000 }, { 0, 108000 } },
	{ "3C", { DS(PAST, 21600, K1), NO_DS(21600, EVER) }, ONE_NS,
	  { DAY_KEYS(PAST, 0, K1 | Z1, Z1), DAY_KEYS(0, EVER, K1 | Z2, Z2) }, 0,
	  { 0, 86400 }, { 0, 86400 }, { 0, 86400 } },
	/* ---- Ex. 4: moved to provider B, the DS left ---- */
	{ "4N", { DS(PAST, EVER, K1) }, { NS(PAST, 0, A), NS(0, EVER, B) }, { AT_A, AT_B(PAST, EVER) }, 0,
	  { 0, EVER }, { 0, EVER }, { 0, EVER } },
	{ "4A", { DS(PAST, 7200, K1), NO_DS(7200, EVER) }, { NS(PAST, 0, A), NS(0, EVER, B) },
	  { AT_A, AT_B(PAST, EVER) }, 0,
	  { 0, 97200 }, { 0, 93660 }, { 0, 97200 } },
	{ "4B", { DS(PAST, 7200, K1), DS(7200, EVER, K1 | B1) }, { NS(PAST, 0, A), NS(0, EVER, B) },
	  { AT_A, AT_B(PAST, EVER) }, 0,
	  { 0, 97200 }, { 0, 93660 }, { 0, 97200 } },
	{ "4C", { DS(PAST, EVER, K1) }, { NS(PAST, 0, A), NS(0, 7200, B), NS(7200, EVER, A) },
	  { AT_A, AT_B(PAST, EVER) }, 0,
	  { 0, 97200 }, { 0, 93660 }, { 0, 97200 } },
	{ "4F", { DS(PAST, 7200, K1), NO_DS(7200, EVER) }, { NS(PAST, 0, A), NS(0, 7200, B), NS(7200, EVER, A) },
	  { AT_A, AT_B(PAST, EVER) }, 0,
	  { 0, 97200 }, { 0, 93660 }, { 0, 97200 } },
	{ "4E", { DS(PAST, EVER, K1) }, { NS(PAST, 0, A), NS(0, EVER, B) },
	  { { PAST, 7200, A, false, K1 | Z1, K1, Z1, 3600 }, { 7200, EVER, A, false, K1 | Z1 | BZ, K1, Z1, 3600 },
	    AT_B(PAST, 7200), { 7200, EVER, B, false, B1 | BZ | K1 | Z1, B1 | K1, BZ, 3600 } }, 0,
	  { 0, 10800 }, { 0, 10800 }, { 0, 10800 } },
	{ "4H", { DS(PAST, EVER, K1) }, { NS(PAST, 0, A), NS(0, EVER, B) },
	  { AT_A, AT_B(PAST, 7200), { 7200, EVER, B, false, K1 | Z1, K1, Z1, 3600 } }, 0,
	  { 0, 10800 }, { 0, 7260 }, { 0, 10800 } },
	/* The right order from the start: both publish both ZSKs, the DS names both KSKs, then the NS change. */
	{ "4 in order", { DS(PAST, 0, K1), DS(0, EVER, K1 | B1) }, { NS(PAST, 90000, A), NS(90000, EVER, B) },
	  { { PAST, 0, A, false, K1 | Z1, K1, Z1, 3600 }, { 0, EVER, A, false, K1 | Z1 | BZ, K1, Z1, 3600 },
	    { 0, EVER, B, false, B1 | BZ | Z1, B1, BZ, 3600 } }, 0,
	  { 0, 0 }, { 0, 0 }, { 0, 0 } },
	/* ---- Ex. 6: a short DS TTL alone does not help ---- */
	{ "6", { { PAST, 0, 900, false, K1 }, NO_DS(0, EVER) }, ONE_NS,
	  { SIGNED(PAST, 0, K1 | Z1, K1, Z1), UNSIGNED(0, EVER) }, 0,
	  { 0, 900 }, { 0, 3600 }, { 0, 4500 } },
	/* ---- 3.5: the text has the envelope only; the others are reckoned by its rules, { -1, -1 } is not asserted ---- */
	{ "S1", { LAB_DS(PAST, 0, K1), LAB_NO_DS(0, EVER) }, LAB_NS,
	  { LAB_ZONE(PAST, 0, K1 | Z1, K1, Z1), LAB_UNSIGNED(0, EVER, A) }, 0,
	  { -1, -1 }, { -1, -1 }, { 0, 160 } },
	{ "S2", { LAB_DS(PAST, 0, K1), LAB_NO_DS(0, EVER) }, LAB_NS,
	  { LAB_ZONE(PAST, 102, K1 | Z1, K1, Z1), LAB_UNSIGNED(102, EVER, A) }, 0,
	  { 0, 0 }, { -1, -1 }, { 102, 130 } },
	{ "S2'", { LAB_DS(PAST, 0, K1), LAB_NO_DS(0, EVER) }, LAB_NS,
	  { LAB_ZONE(PAST, 132, K1 | Z1, K1, Z1), LAB_UNSIGNED(132, EVER, A) }, 0,
	  { 0, 0 }, { 0, 0 }, { 0, 0 } },
	{ "S3", { LAB_DS(PAST, 0, K1), LAB_DS(0, EVER, K2) }, LAB_NS,
	  { LAB_ZONE(PAST, 15, K1 | K2 | Z1, K1 | K2, Z1), LAB_ZONE(15, EVER, K2 | Z1, K2, Z1) }, 0,
	  { -1, -1 }, { -1, -1 }, { 15, 160 } },
	{ "S3, old key back at 40", { LAB_DS(PAST, 0, K1), LAB_DS(0, EVER, K2) }, LAB_NS,
	  { LAB_ZONE(PAST, 15, K1 | K2 | Z1, K1 | K2, Z1), LAB_ZONE(15, 40, K2 | Z1, K2, Z1),
	    LAB_ZONE(40, EVER, K1 | K2 | Z1, K1 | K2, Z1) }, 0,
	  { -1, -1 }, { -1, -1 }, { 15, 100 } },
	{ "S3, DS removed at 40", { LAB_DS(PAST, 0, K1), LAB_DS(0, 40, K2), LAB_NO_DS(40, EVER) }, LAB_NS,
	  { LAB_ZONE(PAST, 15, K1 | K2 | Z1, K1 | K2, Z1), LAB_ZONE(15, EVER, K2 | Z1, K2, Z1) }, 0,
	  { -1, -1 }, { -1, -1 }, { 15, 160 } },
	{ "S3, k1 retired at 102", { LAB_DS(PAST, 0, K1), LAB_DS(0, EVER, K2) }, LAB_NS,
	  { LAB_ZONE(PAST, 102, K1 | K2 | Z1, K1 | K2, Z1), LAB_ZONE(102, EVER, K2 | Z1, K2, Z1) }, 0,
	  { 0, 0 }, { 0, 0 }, { 0, 0 } },
	{ "S4", { LAB_DS(PAST, EVER, K1) }, LAB_NS,
	  { LAB_ZONE(PAST, 0, K1 | Z1, K1, Z1), LAB_ZONE(0, EVER, K1 | Z2, K1, Z2) }, 0,
	  { 0, 30 }, { 0, 30 }, { 0, 30 } },
	{ "S4, published 32 s before", { LAB_DS(PAST, EVER, K1) }, LAB_NS,
	  { LAB_ZONE(PAST, 0, K1 | Z1, K1, Z1), LAB_ZONE(0, 32, K1 | Z1 | Z2, K1, Z1),
	    LAB_ZONE(32, 64, K1 | Z1 | Z2, K1, Z2), LAB_ZONE(64, EVER, K1 | Z2, K1, Z2) }, 0,
	  { 0, 0 }, { 0, 0 }, { 0, 0 } },
	{ "S8", { LAB_DS(PAST, 30, K1), LAB_NO_DS(30, EVER) }, { { PAST, 0, 50, A }, { 0, EVER, 50, B } },
	  { LAB_AT_A, LAB_UNSIGNED(PAST, EVER, B) }, 0,
	  { -1, -1 }, { -1, -1 }, { 0, 190 } },
	{ "V1", { LAB_DS(PAST, 20, K1), LAB_NO_DS(20, EVER) }, { { PAST, 0, 50, A }, { 0, EVER, 50, B } },
	  { LAB_AT_A, LAB_AT_B(PAST, EVER) }, 0,
	  { -1, -1 }, { -1, -1 }, { 0, 180 } },
	{ "V2", { LAB_DS(PAST, EVER, K1) }, { { PAST, 0, 50, A }, { 0, 20, 50, B }, { 20, EVER, 50, A } },
	  { LAB_AT_A, LAB_AT_B(PAST, EVER) }, 0,
	  { -1, -1 }, { -1, -1 }, { 0, 130 } },
	{ "V3", { LAB_DS(PAST, EVER, K1) }, { { PAST, 0, 50, A }, { 0, EVER, 50, B } },
	  { LAB_AT_A, LAB_AT_B(PAST, 20), { 20, EVER, B, false, K1 | Z1, K1, Z1, 30 } }, 0,
	  { -1, -1 }, { -1, -1 }, { 0, 80 } },
};
enum { N_STORIES = sizeof stories / sizeof *stories };

static inline struct tm_world story_world(struct story *s)
{
	struct tm_world w = { .parent_delay_s = s->parent_delay_s };
	w.ds.at = s->ds;
	w.ns.at = s->ns;
	w.zones.at = s->zones;
	while (w.ds.n < DS_MAX && s->ds[w.ds.n].to_s != s->ds[w.ds.n].from_s)
		w.ds.n++;
	while (w.ns.n < NS_MAX && s->ns[w.ns.n].to_s != s->ns[w.ns.n].from_s)
		w.ns.n++;
	while (w.zones.n < ZONES_MAX && s->zones[w.zones.n].to_s != s->zones[w.zones.n].from_s)
		w.zones.n++;
	return w;
}
