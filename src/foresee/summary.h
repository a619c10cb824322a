/* summary -- what one look saw of a zone, boiled down to what a dashboard shows of it: who answers, with which serial, which DS
 * name a key, when signatures end. Only what this look was told itself, nothing taken over from earlier ones. Pure. */
#pragma once
#include "foresee/snapshot.h"

enum summary_type { SUMMARY_DNSKEY, SUMMARY_SOA, SUMMARY_NS, SUMMARY_NSEC, SUMMARY_NSEC3, SUMMARY_DS /* the parent's, over the DS set */, SUMMARY_TYPES };
const char *summary_type_text(enum summary_type t);     /* "DNSKEY", ... */
struct summary_server { const char *name, *addr; bool up, has_serial; uint32_t serial; };      /* one address that was asked */
struct summary {
	LIST(struct summary_server) servers;    /* by address; at most LIMIT_SUMMARY_SERVERS, in LIMIT_SUMMARY_BYTES */
	uint32_t more;                          /* beyond those */
	bool ds_known;
	uint32_t ds_matched, ds_other;          /* DS records that name a key served, and those that name none; of the parent server that has most */
	struct wall ends[SUMMARY_TYPES];        /* of what ends first on any server that answered; WALL_NEVER none */
};
struct summary summary_none(void);      /* of what was not looked at */
const char *summary_denial(const struct summary *s);    /* "nsec", "nsec3", or "": unsigned, or not seen */
/* s: as made, before snapshot_complete(). Texts are borrowed from s or made in a. */
void summary_of(struct arena *a, const struct snapshot *s, struct summary *out);
/* One object: {"servers":[["ns1.example.com.","192.0.2.53",1,2026112201]],"more":0,"ds":[1,0],"ends":{"SOA":1795000000}}. */
void summary_json(const struct summary *s, struct text *out);
/* What of it is worth a write: everything but ends that moved on by little (see summary_ends_moved()). */
uint64_t summary_hash(const struct summary *s);
/* An end is told anew when it comes sooner, or when it is later by an hour, or by a sixteenth of what was left: on-line signers make
 * a new one for each answer. So what is told is never too late, and too early by that much at most. */
bool summary_ends_moved(const struct wall told[SUMMARY_TYPES], const struct wall now[SUMMARY_TYPES], struct wall at);
