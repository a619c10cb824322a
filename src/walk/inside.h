/* inside -- what the files of walk/ share; nobody else includes it. Each struct of the tree is the first
 * member of the walk's own, so a `struct zone *` of the tree is known again here. */
#pragma once
#include "base/limits.h"
#include "walk/walk.h"

/* One question to one address, in one of these ways. */
enum probe_mode { PROBE_AUTH, PROBE_TCP, PROBE_RESOLVER, PROBE_RESOLVER_CD, PROBE_EDNS1, PROBE_EDNS_Z };

/* ---- what has to be looked at again (agenda.c) ---- */
/* l has a message, another one, or is settled */
void look_event(struct walk *w, struct look *l);
void zone_dirty(struct walk *w, struct zone *z);                /* and the legs that stand in it */

/* ---- addresses: what is known of one address, whatever zones it serves (endpoint.c) ---- */
struct net { uint8_t family, prefix[6]; uint8_t silent; };     /* a /24 or a /48 */
struct family { uint32_t unreachable; bool alive; };            /* of all IPv4 or all IPv6 addresses */
struct endpoint {
	struct addr addr;
	struct net *net;
	struct family *family;
	struct endpoint *chain;         /* next of the same hash */
	uint16_t questions, in_flight;
	uint8_t silent;                 /* settled probes without a word */
	bool udp_alive, tcp_alive;      /* answered something */
	bool edns_alive, plain_alive;   /* over UDP, with and without EDNS */
	bool cookie_alive;              /* over UDP: a question with a cookie was answered well */
	bool counted_silent;            /* in net->silent */
	bool unreachable;               /* in family->unreachable */
	bool falling_back;              /* a probe tries other transports after silence */
	bool no_cookie;                 /* FORMERR to it: not sent any more */
	uint8_t cookie[40], cookie_len; /* client's, then the server's once known */
	LIST(struct probe *) probes;
};
struct endpoint *endpoint_of(struct walk *w, const struct addr *addr);
/* NULL: never asked there. */
struct probe *endpoint_probe(const struct endpoint *e, enum probe_mode mode, const uint8_t *name,
			     uint16_t type);
bool endpoint_alive(const struct endpoint *e);
bool endpoint_given_up(const struct endpoint *e);               /* no more than one try for further probes */
/* true: it was seen to answer DO or a cookie for the first time */
bool endpoint_heard(struct walk *w, struct endpoint *e, const struct exchange *x);
/* two tries in a row met silence */
void endpoint_unheard(struct endpoint *e);
/* The deepest zone known to be served there that the question belongs to; NULL: none, or a resolver. */
const struct zone *endpoint_zone(const struct walk *w, const struct endpoint *e, const uint8_t *name,
				 uint16_t type);
void endpoint_unreachable(struct endpoint *e);                  /* the OS said so */

/* ---- probes: one question to one address until it is settled (probe.c, tries.c) ---- */
enum try_kind { TRY_UDP, TRY_NO_COOKIE, TRY_NO_DO, TRY_PLAIN, TRY_TCP, TRY_TCP_PLAIN, TRY_KINDS };
static inline bool try_is_tcp(enum try_kind kind)
{
	return kind == TRY_TCP || kind == TRY_TCP_PLAIN;
}
struct probe {
	struct endpoint *to;
	enum probe_mode mode;
	const uint8_t *name; uint16_t type;
	bool extra;
	struct look state;              /* copied into each of looks whenever it changes */
	LIST(struct look *) looks;      /* several zones' servers may share an address */
	uint8_t pending;                /* tries queued or under way */
	bool tcp_out;                   /* one of them over TCP is under way */
	uint8_t udp_edns;               /* UDP tries with EDNS and DO so far */
	uint8_t tries_made;             /* of all kinds, sent */
	uint8_t rank;                   /* of state.last among what came */
	bool tried[TRY_KINDS];
	bool got[TRY_KINDS];            /* a whole answer that is no complaint about EDNS */
	bool cookie_failed, edns_refused, edns_unanswered;     /* what met silence or FORMERR */
	bool do_heard;                  /* with DO it was answered well over UDP, cut or whole */
	bool badcookie, servfail, garbled;      /* was retried for that */
	bool falling_back;              /* other transports are tried after silence */
	bool slow;                      /* an answer took longer than the first try waits */
	bool parked;                    /* waits for another probe's fallback at a silent address */
};
enum { PROBE_UNREADABLE = 2 };  /* rank: an answer that cannot be read to its end, and nothing better */
bool probe_is_resolver(const struct probe *p);
/* Odd on purpose: what comes, or does not, says nothing of other questions. */
bool probe_is_odd(const struct probe *p);
bool refuses_edns(uint16_t rcode);
void probe_keep(struct probe *p, enum try_kind kind, const struct exchange *x);
void probe_draw(const struct walk *w, struct probe *p);
void try_queue(struct walk *w, struct probe *p, enum try_kind kind);
void probe_start(struct walk *w, struct probe *p);
void probe_learn(struct walk *w, struct probe *p, enum try_kind kind, const struct exchange *x);
void probe_refused(struct walk *w, struct probe *p, const char *why);  /* a queued try was not made */
void probe_join(struct walk *w, struct probe *p, struct look *l);
/* Draws them anew: the address has shown what it can do, or was found to serve another zone. */
void probes_redraw(struct walk *w, struct endpoint *e);
void probe_ask_question(struct walk *w, struct probe *p, enum try_kind kind, struct ask_question *out);

/* ---- looks: what zones and legs want to know (look.c) ---- */
/* The look of this server, asked for if it is new. Extras never delay and never decide. */
struct look *look_want(struct walk *w, struct server *s, enum look_kind kind, const uint8_t *name,
		       uint16_t type, bool extra);
void look_arrived(struct walk *w, struct look *l);             /* tells zones and legs (arrive.c) */

/* ---- the queue: budget, per-server limits, tickets (queue.c) ---- */
enum try_state { TRY_QUEUED, TRY_OUT, TRY_DONE };
struct
try {
	struct probe *probe;
	enum try_kind kind;
	enum try_state state;
	bool handed_out;
	struct ask_question q;
};
struct queue { LIST(uint32_t) ids; uint32_t head; };
void queue_run(struct walk *w);         /* moves what may be asked now to the outbox */
void queue_withdraw_all(struct walk *w);

/* ---- what a reply means for (zone, name, type) (classify.c) ---- */
enum meaning_kind { MEANS_NOTHING, MEANS_REFERRAL, MEANS_DATA, MEANS_ALIAS, MEANS_NODATA, MEANS_NXDOMAIN };
struct meaning {
	enum meaning_kind kind;
	const struct rrset *ns;         /* MEANS_REFERRAL: owner is the cut */
	const uint8_t *target;          /* MEANS_ALIAS; NULL: too long a name */
	/* of the zone that spoke, when it is below the zone asked: signer or SOA owner */
	const uint8_t *apex;
	bool is_signed;                 /* an RRSIG of the zone, or of one below, stands where the answer, or a referral's DS or denial, is */
};
struct meaning classify(struct arena *a, const uint8_t *zone, const uint8_t *name, uint16_t type,
			const struct message *m);
bool meaning_ends(const struct meaning *m);     /* answer of any kind */

/* ---- zones (zone.c, referral.c) ---- */
struct ground {                 /* a zone */
	struct zone z;
	bool dirty, hosts_dirty;
	uint8_t depth;                  /* of the shallowest leg that came here */
	bool has_keys;                  /* DNSKEY or DS or an anchor was seen: answers should be signed */
	bool serves_keys;               /* DNSKEY was seen */
	bool visited;                   /* a leg asks here */
};
struct post { struct server s; struct endpoint *e; };   /* a server */
struct host {                   /* a name server */
	struct ns n;
	uint8_t own_asked;              /* of how many of the zone's servers its addresses were asked */
};
static inline struct host *host_of(struct ns *n)
{
	return (struct host *)n;
}
static inline struct ground *ground_of(struct zone *z) { return (struct ground *)z; }
static inline struct post *post_of(struct server *s) { return (struct post *)s; }

struct zone *zone_make(struct walk *w, const uint8_t *name, struct zone *parent);      /* NULL: LIMIT_ZONES */
/* NULL: over the limit */
struct ns *zone_add_ns(struct walk *w, struct zone *z, const uint8_t *host);
struct server *zone_add_address(struct walk *w, struct zone *z, const struct addr *addr, const uint8_t *host);
void zone_put_on_path(struct walk *w, struct zone *z);
bool zone_is_wide(const struct walk *w, const struct zone *z);
bool zone_is_question_s(const struct walk *w, const struct zone *z);     /* where the question ended */
uint32_t zone_ask_limit(const struct walk *w, const struct zone *z);
/* among the first LIMIT_NS_ASKED */
bool ns_is_asked(const struct zone *z, const struct ns *n);
void zone_take_child_ns(struct walk *w, struct zone *z, const struct section *s);
struct zone *zone_take_referral(struct walk *w, struct server *parent, const struct look *l,
				const struct rrset *ns);
/* The parent was asked for glue that its referral lacks, and the answer is not yet there. Asks. */
bool glue_pending(struct walk *w, const struct zone *z);
void glue_arrived(struct walk *w, const struct look *l);
struct cut_view *zone_view(struct walk *w, struct zone *z, struct server *parent);
bool view_lacks_ds(const struct cut_view *v);   /* neither DS nor a denial of it came with the referral */

/* ---- the zone's own questions, main and extra (extras.c) ---- */
void zone_advance(struct walk *w, struct zone *z);
/* beside.c: names and types beside the question's, of the servers that live */
void want_beside(struct walk *w, struct zone *z, struct server *const *alive, uint32_t n);
/* sync.c: at depth deep, what parents read of a zone, and what its records point to */
void want_sync(struct walk *w, struct zone *z, struct server *const *alive, uint32_t n);
/* the main chain has passed: other things may be asked */
bool extras_open(const struct walk *w, const struct zone *z);

/* ---- name servers' addresses (nameserver.c) ---- */
void hosts_advance(struct walk *w, struct zone *z);
bool hosts_pending(const struct zone *z);       /* some address look-up of this zone is still open */
void hosts_leg_changed(struct walk *w, const struct leg *l);
/* Address records at the zone's own servers. */
void hosts_take_own(struct walk *w, struct zone *z, const struct look *l, const struct meaning *m);
void host_end(struct walk *w, struct zone *z, struct ns *n, enum ns_found outcome);

/* ---- legs (legs.c, leg.c, alias.c) and cuts that no referral shows (hidden.c) ---- */
enum { LEGS_MAX = 400 };       /* far above LIMIT_SUBWALKS and their aliases that are not made to be many */
struct path {
	struct leg l;
	bool dirty;
	uint8_t referrals, aliases;
	uint8_t n_next; struct leg *next[2];    /* where different servers' aliases point */
	uint8_t searched;               /* labels up to which hidden cuts below l.zone were looked for */
	bool search_over;
	bool whole_name;                /* the short one brought no referral here */
	const uint8_t *cut;             /* of a referral that may have jumped over another cut, until that is known */
	const uint8_t *apex;            /* deepest apex heard of below l.zone */
	const uint8_t *possible;        /* topmost name below l.zone at which opt-out leaves an insecure cut possible */
	bool unsigned_answer;
	enum meaning_kind answer;       /* of first_answer */
	bool over_budget;               /* l.end stays LEG_OPEN: questions were not asked */
};
static inline struct path *path_of(struct leg *l) { return (struct path *)l; }
struct leg *leg_make(struct walk *w, const uint8_t *name, uint16_t type, struct leg *from, struct ns *for_ns,
		     uint8_t depth);
void leg_advance(struct walk *w, struct leg *l);
void leg_take(struct walk *w, struct leg *l, struct look *look, const struct meaning *m);
void leg_descend(struct walk *w, struct leg *l, struct zone *z);
/* false: a loop, or more aliases than LIMIT_CNAMES */
bool leg_follow(struct walk *w, struct leg *l, const uint8_t *target);
bool leg_is_wide(const struct walk *w, const struct leg *l);
struct leg_asks { const uint8_t *name; uint16_t type; };
struct leg_asks leg_asks(const struct walk *w, const struct leg *l);     /* what it asks where it stands */
struct leg *leg_find_for_ns(const struct walk *w, const uint8_t *name, uint16_t type);
bool leg_is_open(const struct leg *l);          /* it, or a leg its alias points to, is still walking */
void hidden_search(struct walk *w, struct leg *l);
bool hidden_above(const struct walk *w, struct zone *z, const struct meaning *referral);
bool cycles_break(struct walk *w);              /* when all stand still: true when something was decided */

struct walk {
	struct arena *arena;
	struct evidence *e;
	struct budget *budget;
	struct tree tree;
	LIST(struct try) tries;         /* index = ticket */
	struct queue main, extra, outbox;
	LIST(struct look *) events; uint32_t events_head;
	LIST(struct net *) nets;
	struct endpoint *endpoints[256];
	struct family families[2];      /* IPv4, IPv6 */
	uint32_t out;                   /* tries in the outbox or on the wire */
	uint32_t on_wire;               /* of these, handed out */
	uint32_t now_ms, wall_ms;       /* age of the check at the last reply; its limit */
	uint32_t learnt;
	uint8_t nxdomains;              /* name servers' names that do not exist */
	bool any_dirty, stopped, finished;
	/* of the client cookies: made from the setup, so that a walk is the same each time */
	uint8_t secret[32];
};
void walk_settle(struct walk *w);       /* after any change: until nothing more follows from what is known */
/* learns what is in the evidence already */
void walk_take(struct walk *w, uint32_t ticket, const struct exchange *x);
void walk_finish(struct walk *w);       /* nothing more will come */
