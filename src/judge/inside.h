/* inside -- what the delegation half of judge/ shares: what a server said, as one word, and what a zone's servers make
 * together. A server is judged by what resolvers ask (question, DNSKEY, DS); SOA, NS and TCP looks are only extra. */
#pragma once
#include "judge/judging.h"


enum said {                     /* what came of one question to one server */
	SAID_NOT_ASKED,
	SAID_FORBIDDEN,         /* address policy: not sent */
	/* nothing that could be read */
	SAID_SILENT,
	SAID_UNREACHABLE,       /* ICMP or refused */
	SAID_TCP_REFUSED,       /* UDP was truncated, TCP refused */
	SAID_TCP_SILENT,        /* UDP was truncated, TCP gave nothing */
	SAID_WRONG_SOURCE, SAID_WRONG_ID, SAID_WRONG_QUESTION, SAID_MALFORMED,
	SAID_BADCOOKIE,
	SAID_EDNS_SILENT,       /* only without EDNS does it answer */
	SAID_DO_SILENT,         /* only without DO */
	SAID_BADVERS,           /* to EDNS version 0 */
	SAID_UDP_SILENT,        /* only over TCP, without truncation */
	SAID_LARGE_LOST,        /* the same, and the answer is large */
	SAID_TYPE_DROPPED,      /* silent to this question, not to others about the zone */
	/* lame */
	SAID_REFUSED, SAID_SERVFAIL, SAID_NOTIMP, SAID_FORMERR, SAID_OTHER_RCODE,
	SAID_UPWARD,            /* refers to the root or an ancestor */
	SAID_SELF_REFERRAL,     /* refers to itself or sideways */
	SAID_EMPTY_NO_AA,       /* NOERROR or NXDOMAIN, nothing in it, AA not set */
	SAID_TYPE_ERROR,        /* an error to this question, not to others about the zone */
	/* lame only where the zone is signed */
	SAID_EMPTY,             /* AA, NOERROR, nothing in it, not even SOA */
	SAID_BARE_NXDOMAIN,     /* AA, NXDOMAIN, nothing in it */
	/* usable */
	SAID_NO_AA,             /* an answer without AA */
	SAID_RECURSED,          /* without AA, recursion available */
	SAID_REFERRAL,          /* down, towards the name */
	SAID_ANSWER,            /* data, or a negative answer with something to it */
	SAID_KINDS
};
bool said_usable(enum said s);          /* a resolver can go on with it, DNSSEC apart */
bool said_lame(enum said s);            /* the server spoke, and does not serve the zone */

/* What this look came to, for a server of its zone. */
enum said look_said(const struct look *l);
const struct message *look_message(const struct look *l);       /* NULL when nothing was read */

struct server_state {
	enum said said;
	const struct look *look;        /* that says so; NULL when nothing was asked */
	bool alive;                     /* it answered something, if not this */
};
/* By its looks for `leg` (NULL: any leg of the question's own path), else DNSKEY, DS, else what there is. */
struct server_state server_state(const struct judging *j, const struct server *s, const struct leg *leg);

bool server_counts(const struct judging *j, const struct server *s);            /* not dropped by an edit */
uint16_t zone_servers_counted(const struct judging *j, const struct zone *z);
/* Servers of z whose state for leg is known; *usable of them. */
uint16_t zone_servers_seen(const struct judging *j, const struct zone *z, const struct leg *leg, uint16_t *usable);
const struct rrset *soa_of(const struct message *m, const uint8_t *apex);       /* in the authority section */
bool zone_signed(const struct judging *j, const struct zone *z);                /* a validator expects signatures */
bool zone_judged(const struct judging *j, const struct zone *z);                /* on the path of the question */
bool zone_ends_leg(const struct judging *j, const struct zone *z);              /* answers (or should) a leg of the question */
bool leg_on_path(const struct leg *l);
/* How a resolver gets past servers that all fail at the question itself: by another type at its name, or by a shorter name
 * (RFC 9156). Referrals only. */
enum way_past { WAY_PAST_NONE, WAY_PAST_TYPE, WAY_PAST_NAME };
enum way_past zone_way_past(const struct judging *j, const struct zone *z);
bool exchange_heard(const struct exchange *x);                                  /* some packet came */
bool network_down(const struct judging *j);                                     /* nothing at all was heard */
bool root_unreachable(const struct judging *j);                                 /* no root server serves a resolver */

void judge_transport(struct judging *j);        /* TCP, EDNS, DO and how the keys come: the second half of judge_reach */

void judge_hygiene(struct judging *j);
void judge_unexplained(struct judging *j);      /* limits.c: for SERVFAIL and UNKNOWN, after all the others */
/* waits.c: seconds that caches may go on with the zone's NS, DS, DNSKEY, or a denial; 0 unknown. */
uint32_t wait_ns_ttl(const struct zone *z);
uint32_t wait_ds_ttl(const struct zone *z);
uint32_t wait_key_ttl(const struct zone *z);
uint32_t wait_negative_ttl(const struct exchange *denied);
const char *name_words(struct arena *a, const uint8_t *name);   /* "shop.lab", "the root": for sentences */
void judge_ns_names(struct judging *j, const struct zone *z);   /* nameservers.c */
void judge_parents(struct judging *j, const struct zone *z);    /* parents.c */
/* This server of the parent says of the zone, or of a name in it, that it does not exist; NULL: it does not. */
const struct look *parent_denies(const struct server *parent, const struct zone *z);
/* glue.c */
void judge_glue(struct judging *j, const struct zone *z, const struct leg *leg);
bool glue_leads_nowhere(const struct judging *j, const struct zone *z, const struct leg *leg);
bool address_works(const struct judging *j, const struct zone *z, const struct addr *a, const struct leg *leg);
bool any_works(const struct judging *j, const struct zone *z, const struct addr *at, uint32_t n, const struct leg *leg);

/* word.c: the verdict word, security and rcode, from proofs and states. */
void judge_word(struct judging *j);
bool only_other_family(const struct judging *j, const struct zone *z);
bool finding_runs_out(const struct finding *f);  /* makes the word AT RISK */
bool way_fails(const struct judging *j, const struct leg *leg); /* no resolver gets through to its answer, DNSSEC apart */

/* judging.c: one judgement, without a root; the verdict alone */
struct judging judging_of(const struct judgement *j, struct wall at, const struct edits *edits);
const struct verdict *judge_once(const struct judgement *j, struct wall at, const struct edits *edits);

/* root.c and repair.c */
struct rejudge { const struct judgement *j; struct wall at; };
void root_choose(const struct rejudge *again, struct judging *j);
/* Edits after which the word is better (DEGRADED: this finding gone), or NULL. Spends BUDGET_JUDGEMENTS. */
const struct edits *repair_find(const struct rejudge *again, struct judging *j, const struct finding *f);
enum { CANDIDATES_MAX = 12, TRIES_MAX = 3 };
/* What may be the root, the likeliest first. */
struct candidates { struct finding *at[CANDIDATES_MAX]; unsigned n; };
struct candidates candidates_of(struct judging *j);     /* order.c */
bool links_to_target(const struct finding *f);
bool copy_explains(const struct finding *copy, const struct finding *f);
void findings_in_order(struct verdict *v);              /* root and headline are set by it */
/* By family, the likeliest first. Families whose fault leaves no data behind (nobody answered) have none. */
struct remedy { enum edit_kind kind[TRIES_MAX]; uint8_t n; };
struct remedy remedy_of(const struct finding *f);
bool repair_may_judge(const struct rejudge *again);     /* spends BUDGET_JUDGEMENTS */
void behind_find(const struct rejudge *again, struct judging *j, const struct finding *root);  /* behind.c */
bool repair_leaves_no_data(const struct finding *f);    /* nobody answered, so no edit can show anything */
