/* fake -- a small network for tests of the walk: authoritative servers by the book, each with a fault, in
 * virtual time. */
#pragma once
#include "dns/text.h"
#include "walk/walk.h"

enum fault {
	FAULT_NONE,
	FAULT_SILENT,           /* nothing answers */
	FAULT_CLOSED,           /* ICMP port unreachable, TCP refused */
	FAULT_REFUSED, FAULT_SERVFAIL,
	FAULT_NO_EDNS,          /* silence to EDNS over UDP */
	FAULT_NO_DO,            /* silence to DO over UDP */
	FAULT_NO_COOKIE,        /* silence to cookies */
	FAULT_FORMERR,          /* FORMERR to EDNS */
	FAULT_TRUNCATES,        /* TC over UDP, TCP works */
	FAULT_TRUNCATES_NO_TCP,
	FAULT_BADCOOKIE,        /* for ever over UDP */
	FAULT_BADCOOKIE_ONCE,   /* until the server's cookie comes back */
	FAULT_LARGE_LOST,       /* DNSKEY over UDP with EDNS vanishes, TC without */
	FAULT_UPWARD,           /* refers to the root */
	FAULT_ONLY_QUESTIONS,   /* silence to SOA, NS, CDS, CDNSKEY, TCP and made-up names */
	FAULT_GARBLES,          /* UDP: no DNS message; TCP works */
	FAULT_FLOODED,          /* UDP: more guesses than we wait for; TCP works */
	FAULT_SLOW,             /* 1500 ms an answer */
	FAULT_CASE_ONE_TYPE,    /* DNSKEY questions meet silence */
};
/* zones: names, a space between */
struct fake_server { const char *addr; const char *zones; enum fault fault; };
struct fake_zone { const char *name, *text; };

struct fake {
	struct arena *arena;
	const struct fake_server *servers; uint32_t n_servers;
	const struct fake_zone *zones; uint32_t n_zones;
	zone_records *records;          /* one list a zone */
	/* packets; those to an address with FAULT_SILENT or 192.0.2.66 */
	uint32_t lose_from, lose_to;    /* packets of these numbers are lost; 0, 0: none */
	uint32_t asked, asked_of_victim;
};
void fake_init(struct fake *f, struct arena *a, const struct fake_server *servers, uint32_t n_servers,
	       const struct fake_zone *zones, uint32_t n_zones);
/* Fills everything but name and type; the root is served at 192.0.2.1. */
void fake_setup(struct fake *f, struct setup *out, const char *name, uint16_t type);
/* Runs a walk to its end. stop_after: walk_stop() after so many replies, 0 = never. */
const struct tree *fake_walk(struct fake *f, const struct setup *setup, uint32_t stop_after);
/* What one server says; outcome ASK_TIMED_OUT for silence. */
void fake_answer(struct fake *f, const struct ask_question *q, struct ask_reply *out);
