/* tree -- the delegation tree as the evidence shows it: zones from the root down, who was asked what in
 * each, and what came. A reading aid over exchanges, built by walk/ while it learns (live, in a world, or
 * from a file: the same code, so replay sees the same tree). No judgement here: lame, bogus and stale are
 * words of judge/. */
#pragma once
#include "evidence/evidence.h"

enum look_kind {
	LOOK_QUESTION,          /* a leg's name and type */
	LOOK_DNSKEY,            /* apex DNSKEY, asked at the zone's own servers */
	LOOK_DS,                /* DS of a child cut, asked at the parent's servers (zone = parent, name = cut) */
	LOOK_SOA, LOOK_NS,      /* apex, at the zone's own servers */
	LOOK_NXNAME,            /* a made-up name below the apex: extra, never a cause */
	LOOK_NODATA,            /* the name of a leg, a type that hardly exists, for the denial record there: likewise */
	LOOK_TCP,               /* SOA over TCP: extra */
	LOOK_CDS, LOOK_CDNSKEY, /* extra */
	/* beside the question, at its own zone: extra */
	LOOK_OTHER_TYPE,        /* its name, another type */
	LOOK_BETWEEN,           /* a name between the apex and its name */
	LOOK_CSYNC,             /* apex */
	LOOK_MNAME,             /* address of the SOA's primary, where that lies in the zone */
	LOOK_MX, LOOK_MX_HOST,  /* apex; address of an exchange in the zone */
	LOOK_NSEC3PARAM,        /* apex, where NSEC3 was seen */
	LOOK_EDNS1,             /* SOA in EDNS version 1: to be refused with BADVERS */
	LOOK_EDNS_Z,            /* SOA with an EDNS flag that means nothing: to be ignored */
	LOOK_RESOLVER,          /* the question at a recursive resolver, RD, DO */
	LOOK_RESOLVER_CD,       /* the same with CD */
};

/* One question to one address until it is settled: tries, TCP after truncation, without cookie or EDNS
 * where needed. */
struct look {
	enum look_kind kind;
	const uint8_t *name; uint16_t type;
	struct server *server;
	LIST(struct exchange *) tries;          /* in the order asked */
	const struct exchange *last;            /* the one that settled it: an answered one if any; NULL without tries */
	const struct message *m;                /* last->m when it answers the question whole (any rcode, maybe a fault), else NULL */
	bool settled;                           /* m may be there before: other transports are still being tried */
	bool truncated;                         /* a UDP answer had TC */
	bool via_tcp;                           /* m came over TCP: after TC, or because UDP was silent or garbled */
	/* What UDP needed; m itself may have come over TCP with all of it. Not set where another question to the same
	 * address (for DO: about the same zone) shows that it can do it after all (loss, a large answer), nor where it was
	 * only slow. */
	bool without_cookie;                    /* silence or FORMERR with a cookie, answered without */
	bool without_do;                        /* silence to EDNS with DO, EDNS without DO answered */
	bool without_edns;                      /* no good answer to EDNS of any kind, answered without it */
	bool edns_formerr;                      /* FORMERR, NOTIMP or BADVERS to EDNS, answered without */
	bool edns_silent;                       /* silence to EDNS of any kind, answered without (whole, not only TC) */
	bool tcp_failed;                        /* TCP was tried and gave nothing; see tcp_outcome */
	enum ask_outcome tcp_outcome;
	bool badcookie_loop;
	bool not_asked;                         /* no try was made: see why */
	const char *not_asked_why;              /* "budget", "time", "forbidden"; also set when only further tries were left out */
};

struct server {                 /* one address that serves (or should serve) a zone */
	struct zone *zone;
	struct addr addr;
	LIST(const uint8_t *) names;            /* NS host names that lead here; a root hint's name */
	LIST(struct look *) looks;
	bool forbidden;                         /* address policy */
	bool is_resolver;                       /* zone is NULL then */
};

enum ns_found {                 /* how the address look-up of a name server's name ended */
	NS_NOT_LOOKED,          /* glue or hints were enough, or budget */
	NS_ADDRESSES,
	NS_NO_ADDRESS,          /* exists, neither A nor AAAA */
	NS_NXDOMAIN,
	NS_UNRESOLVABLE,        /* its own zone is dead: see leg */
	NS_CYCLE,               /* needs itself to be found */
	NS_OVER_BUDGET,
};
struct ns {                     /* one name server name of a zone */
	const uint8_t *name;
	bool in_parent, in_child;               /* in a referral (or NS answer) of the parent; in the apex NS of a child server */
	LIST(struct addr) glue;                 /* from the parent's referrals */
	LIST(struct addr) found;                /* from an address look-up or the child's own answers */
	bool is_cname;                          /* the look-up went through a CNAME */
	bool glue_needed;                       /* name is at or below the zone itself */
	bool glue_on_asking;                    /* no referral to the zone has it; the parent gives it to who asks for this name */
	enum ns_found outcome;
	struct leg *leg;                        /* A (and AAAA in leg->sibling) look-up; NULL when none was needed */
};

/* What one parent server says about one cut. */
struct cut_view {
	struct server *parent;                  /* server of zone->parent */
	const struct look *referral;            /* a LOOK_QUESTION (or LOOK_DS) whose answer is a referral to the zone; may be NULL */
	const struct look *ds;                  /* explicit LOOK_DS; may be NULL */
};

struct zone {
	const uint8_t *name;
	struct zone *parent;                    /* NULL for the root, and for a stub zone given by hints */
	LIST(struct ns *) ns;
	LIST(struct server *) servers;
	LIST(struct cut_view) views;            /* how the parent's servers see this cut */
	bool on_path;                           /* of the question's own chain (CNAME targets included), not only of a name server's */
	bool no_cut_seen;                       /* parent and child on the same servers: apex known from SOA, NS or signer, no referral */
	uint16_t ns_left_out;                   /* names or addresses over the limits */
};

enum leg_end {
	LEG_OPEN,               /* still walking, or the budget ended it */
	LEG_ANSWERED,           /* some server of the last zone gave an authoritative (or at least usable) answer: data, NODATA or NXDOMAIN */
	LEG_STUCK,              /* no server of the last zone gave anything usable */
	LEG_NO_SERVERS,         /* the last zone has no address to ask */
	LEG_LOOP,               /* CNAME loop, or too many */
};
/* One name to be resolved: the question, each CNAME/DNAME target, each name server name. */
struct leg {
	const uint8_t *name; uint16_t type;
	struct leg *from;                       /* the leg whose answer pointed here (CNAME, DNAME); NULL for the question */
	struct ns *for_ns;                      /* address look-up of this name server, or its signal (RFC 9615); or NULL */
	struct leg *sibling;                    /* AAAA beside A of the same name server */
	struct zone *zone;                      /* deepest zone reached */
	enum leg_end end;
	uint8_t depth;                          /* 0 the question's own; +1 for each sub-walk inside a sub-walk */
	const struct exchange *first_answer;    /* the answer that was followed */
	const uint8_t *target;                  /* CNAME/DNAME target when it is followed */
};

struct tree {
	struct arena *arena;
	const struct evidence *evidence;
	LIST(struct zone *) zones;              /* root first, parents before children */
	LIST(struct leg *) legs;                /* legs[0] is the question; then its CNAME targets, then others as met */
	LIST(struct server *) resolvers;
	uint32_t budget_hit;                    /* bits of enum budget_kind: what the verdict rests on was left out */
	uint32_t extras_hit;                    /* likewise: only extra questions were */
	uint32_t unasked;                       /* looks not asked for want of budget */
	bool cut_short;                         /* the wall clock ended the walk */
};

struct zone *tree_zone(const struct tree *t, const uint8_t *name);              /* exact apex; NULL */
struct zone *tree_zone_above(const struct tree *t, const uint8_t *name);        /* deepest known zone at or above name */
struct ns *zone_ns(const struct zone *z, const uint8_t *host);                  /* NULL when it is none of its name servers */
struct look *server_look(const struct server *s, enum look_kind kind, const uint8_t *name, uint16_t type);  /* NULL */
/* "_dsboot.ZONE._signal.HOST": where the operator of this name server speaks for the zone (RFC 9615 3.2). NULL: too long a name. */
const uint8_t *tree_signal_name(struct arena *a, const uint8_t *zone, const uint8_t *host);
const char *server_name(struct arena *a, const struct server *s);               /* "ns1.example." of the first name, else the address */
/* The whole tree as text, in its own order, without pointers: two trees are equal when their dumps are.
 * For tests. */
void tree_dump(const struct tree *t, struct text *out);
