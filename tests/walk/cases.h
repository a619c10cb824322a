/* cases -- what the walk's tests share: one arena a test, short ways to a walk and to what is in its tree. */
#pragma once
#include "../base/cmocka_all.h"
#include "fake.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Shorthands for zone texts of the tests. */
#define ROOT_TEXT ". SOA a.root. h. 1 2 3 4 5\n. NS a.root.\na.root. A 192.0.2.1\n. DNSKEY 257 3 13 aaaa\n"
#define DS_TEXT " DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n"
#define SIG_TEXT(owner, type, signer) \
	owner " RRSIG " type " 13 2 300 20300101000000 20200101000000 1 " signer " aaaa\n"

struct case_of {
	struct arena *arena;
	struct fake fake;
	struct setup setup;
	const struct tree *tree;
};
struct case_of *case_new(const struct fake_server *servers, uint32_t n_servers, const struct fake_zone *zones,
			 uint32_t n_zones, const char *name, uint16_t type);
void case_free(struct case_of *c);
/* Walks, and demands that the replay of what was collected, through its file, gives the same tree. */
const struct tree *case_walk(struct case_of *c, uint32_t stop_after);
const uint8_t *case_name(struct case_of *c, const char *text);
const struct zone *case_zone(struct case_of *c, const char *name);     /* must be there */
/* NULL: none */
const struct server *case_server(struct case_of *c, const char *zone, const char *addr);
/* first of that kind; NULL */
const struct look *case_look(struct case_of *c, const char *zone, const char *addr, enum look_kind kind);
const struct ns *case_ns(struct case_of *c, const char *zone, const char *host);       /* must be there */
uint32_t case_count(struct case_of *c, const char *addr);      /* exchanges with this address */
