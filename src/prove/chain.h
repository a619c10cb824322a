/* chain -- the proofs of a whole tree: for every zone what each parent server's DS, each server's DNSKEY and each
 * server's answer are worth; and which combinations a resolver can meet. Identical data from several servers is
 * proven once. */
#pragma once
#include "evidence/edits.h"
#include "evidence/tree.h"
#include "prove/prove.h"

/* One distinct thing that parent servers say about DS at a cut. */
struct ds_view {
	enum status status;             /* SECURE: DS present and proven; INSECURE: absence proven, or parent insecure */
	enum reason reason;
	bool present;                   /* a DS RRset stands in the answer */
	const struct rrset *rrset;      /* DS; NULL when absent */
	uint16_t n_ds; struct ds *ds;
	struct rrset_proof proof;       /* when present */
	struct denial_proof denial;     /* when absent */
	const struct message *m; const struct exchange *from;
	LIST(const struct server *) servers;    /* parent servers that say so */
	struct wall until;
	bool assumed;                   /* by an edit; m, from, rrset may be NULL */
};
/* One distinct DNSKEY answer. */
struct key_view {
	const struct rrset *rrset;      /* NULL: answer without DNSKEY (see m) */
	const struct message *m; const struct exchange *from;
	struct keyset keys;             /* by the zone's best ds_view */
	LIST(const struct server *) servers;
};
/* One distinct answer to one leg. */
struct answer_view {
	const struct message *m; const struct exchange *from;
	struct answer_proof proof;      /* by the best key_view that proves it, else the best at all */
	uint16_t good_with, bad_with;   /* of the secure key_views: how many prove it, how many do not (multi-signer) */
	LIST(const struct server *) servers;
};
struct zone_proof {
	const struct zone *zone;
	enum status status;             /* of its keys, as the best path goes; INSECURE below an insecure cut */
	enum reason reason;
	bool anchored;                  /* a trust anchor stands here */
	bool assumed;                   /* an edit makes its keys, and with them its data, good */
	bool not_a_zone;                /* a signer's name suggested a cut, and the parent proves there is none */
	uint16_t n_linking; struct ds *linking;         /* DS or anchors its keys were held against; 0: none */
	LIST(struct ds_view) ds;
	LIST(struct key_view) keys;
	const struct ds_view *best_ds;  /* NULL none */
	const struct key_view *best_keys;
	struct wall until;              /* keys and DS of this zone, chain above included */
};
struct leg_proof {
	const struct leg *leg;
	const struct zone_proof *zone;          /* the leg's, or above when that is not_a_zone; NULL: none reached */
	LIST(struct answer_view) answers;
	const struct answer_view *best;         /* NULL: no usable answer (an edit may make the status good) */
	enum status status; enum reason reason;
	struct wall until;              /* best answer and the whole chain above */
};
struct chain {
	LIST(struct zone_proof *) zones;        /* as tree->zones */
	LIST(struct leg_proof *) legs;          /* as tree->legs */
	bool no_anchor;                         /* no trust anchor applies to the question */
	uint32_t budget_hit;
	const struct edits *edits;
};
const struct chain *prove_chain(struct prover *p, const struct tree *t, const struct edits *edits);
const struct zone_proof *chain_zone(const struct chain *c, const struct zone *z);
const struct leg_proof *chain_leg(const struct chain *c, const struct leg *l);
/* One more message of a server of that zone, as an answer to (qname, qtype), by the best keys; edits are honoured. */
void chain_prove(struct prover *p, const struct chain *c, const struct zone_proof *z, const struct message *m,
		 const uint8_t *qname, uint16_t qtype, struct answer_proof *out);
/* Authoritative or at least answering (qname, qtype), neither a referral nor an error: what prove_answer is for. */
bool chain_usable(const struct message *m, const uint8_t *qname, uint16_t qtype, const uint8_t *apex);
/* Same records and same signatures; NULL only equals NULL. */
bool chain_same_rrset(const struct rrset *a, const struct rrset *b);
/* The better of two statuses a resolver may end with: secure, insecure, indeterminate, bogus. */
int chain_rank(enum status s);
