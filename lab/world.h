/* world -- what a world file says, once read: zones, records, breaks, servers. Private to lab/. */
#pragma once
#include "lab/lab.h"
#include "lab/words.h"

struct ns_spec { const uint8_t *name; addr_list addrs; };
typedef LIST(struct ns_spec) ns_specs;

enum denial_kind { DENIAL_NSEC, DENIAL_NSEC3, DENIAL_COMPACT };
struct denial_rule { enum denial_kind kind; bool opt_out; uint16_t iterations; struct octets salt; };

enum { ALGORITHMS_MAX = 4 };
struct lab_zone {
	const uint8_t *name;
	unsigned line;                          /* 0: added by us */
	bool is_signed, csk, no_ds, cds, has_servers;
	uint8_t algorithms[ALGORITHMS_MAX], n_algorithms;
	unsigned rsa_bits;
	struct denial_rule denial;
	uint32_t ttl, negative_ttl, serial;
	struct octets ds_digests;               /* one octet a digest type */
	struct wall inception, expiration;
	ns_specs servers;
	addr_list addrs;                        /* of all servers */
	struct lab_zone *parent;                /* NULL: the root, or an island */
	LIST(struct view *) views;
};

struct lab_record { const uint8_t *zone; struct zone_record rr; };     /* zone NULL: the deepest */

enum break_what {
	BREAK_RRSIG,
	BREAK_DNSKEY,
	BREAK_DS,
	BREAK_DENIAL,
	BREAK_DELEGATION,
	BREAK_UNSIGNED,
	BREAK_SERIAL,
	BREAK_ADD,
	BREAK_DROP,
	BREAK_SET,
	BREAK_TTL,
	BREAK_APEX_NS,
	BREAK_ADD_MANY,
};
struct lab_break {
	enum break_what what;
	unsigned line;
	const uint8_t *zone_name;
	struct lab_zone *zone;                  /* it speaks of */
	struct lab_zone *in;                    /* whose contents change: the parent for DS and delegation */
	params p;
	const char *at;                         /* as written; NULL: everywhere */
	addr_list at_addrs;
	ns_specs servers;                       /* of `delegation ns`, `glue`, `apex-ns` */
	struct zone_record rr;                  /* of `add` and `set` */
};

struct lab_rule {                               /* one `server` line */
	const char *where; unsigned line;
	addr_list addrs;
	params p;
	uint32_t met, lost;                     /* questions that fitted so far; share of the lost ones */
};
struct lab_resolver { struct addr addr; params p; };
struct lab_anchor {
	const uint8_t *zone;
	bool as_dnskey;
	const char *key_id;
	struct zone_record rr;
	bool is_raw;
};

struct world {
	struct arena *arena;
	const char *file, *title;
	struct wall clock;
	bool mapped, no_anchor;
	LIST(struct lab_zone *) zones;          /* as declared */
	LIST(struct lab_zone *) by_name;        /* the same in canonical order: there may be ten thousand */
	LIST(struct lab_record) records;
	LIST(struct lab_break *) breaks;
	LIST(struct lab_rule *) rules;
	LIST(struct lab_resolver) resolvers;
	LIST(struct lab_anchor) anchors;
	LIST(struct world_case) cases;
	uint8_t addr_allowed;
	bool use_ipv4, use_ipv6;
	enum depth depth;
	uint32_t budget_questions, budget_wall_ms;
	addr_list addrs;                        /* of all servers and resolvers */
	LIST(struct key_pair *) pairs;          /* keys.c */
};

/* zones.c. zone_new: healthy, by the defaults of docs/WORLDS.md. */
struct lab_zone *zone_new(struct world *w, const uint8_t *name);
/* The deepest zone of the world at or above name; NULL. */
struct lab_zone *world_zone_of(const struct world *w, const uint8_t *name);
struct lab_zone *world_zone(const struct world *w, const uint8_t *name);       /* with this apex; NULL */
bool zone_serves(const struct lab_zone *z, const struct addr *at);
bool addrs_have(const addr_list *list, const struct addr *a);

/* read*.c: one line each. */
void read_zone(struct reading *r, struct world *w, const words *line);
bool read_server(struct reading *r, const char *text, const uint8_t *zone, struct ns_spec *out);
void read_record(struct reading *r, struct world *w, const words *line);
bool read_rr(struct reading *r, const char *text, const uint8_t *zone, struct zone_record *out);
void read_break(struct reading *r, struct world *w, const words *line);
void read_behaviour(struct reading *r, struct world *w, const words *line);
void read_resolver(struct reading *r, struct world *w, const words *line);
void read_anchor(struct reading *r, struct world *w, const words *line);
void read_ask(struct reading *r, struct world *w, const words *line);
void read_expect(struct reading *r, struct world *w, const words *line);
void read_findings(struct reading *r, struct world *w, const words *line);     /* also, silent, then */
/* settle.c: what a world does not say: root, top-level domains, parents; `at=` and `server` names to
 * addresses. */
void world_settle(struct reading *r, struct world *w);
