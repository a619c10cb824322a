/* inside -- what the files of the proofs share; nobody outside prove/ includes it. */
#pragma once
#include "base/limits.h"
#include "prove/prove.h"

unsigned reason_rank(enum reason r);            /* higher: came further (reason.c) */
enum status reason_status(enum reason r);       /* SECURE, BOGUS, or INDETERMINATE where our own limits or policy decided */

/* One signature. key NULL in *t means that no published key was looked at. */
enum { SIG_OVER_DNSKEY = 1 };   /* a revoked key may sign the DNSKEY RRset it stands in (RFC 5011 2.1) */
void sig_begin(struct prover *p, const struct rrset *rrset, struct rdata raw, const struct keyset *keys, struct sig_try *t);
/* Completes a try that sig_begin left at REASON_OK: the mathematics, then the time. may_verify false: only what costs
 * nothing. True when a verification was attempted. */
bool sig_finish(struct prover *p, const struct rrset *rrset, struct rdata raw, const struct keyset *keys, unsigned flags,
		bool may_verify, struct sig_try *t);
enum reason sig_time(const struct prover *p, const struct rrsig *sig);
enum reason key_flags_fault(const struct dnskey *k, unsigned flags);
unsigned try_rank(const struct sig_try *t);
void rrset_try_all(struct prover *p, const struct rrset *rrset, const struct keyset *keys, unsigned flags,
		   struct rrset_proof *out);
bool rrset_is_expanded(const struct rrset *rrset, const struct rrsig *sig);    /* signed as a wildcard with fewer labels */

/* DS against the parsed keys of *ks; fills ks->ds, ks->linked (ds.c). */
void ds_match_keys(struct prover *p, const struct ds *ds, uint16_t n_ds, const struct rrset *dnskey, struct keyset *ks);

struct wall wall_earlier(struct wall a, struct wall b);

/* Denial: what is asked of the proofs, and what they give. */
struct denial_question {
	const uint8_t *zone, *qname;
	uint16_t qtype;
	bool nxdomain;                  /* what the rcode says */
	bool wildcard_answer;           /* only: does the name below closest_labels not exist? */
	uint8_t closest_labels;
};
enum { USED_MAX = 4 };
struct proven {
	enum denial_kind kind;
	enum reason reason;             /* DENIAL_NONE: why */
	bool opt_out;                   /* rests on an opt-out span */
	uint8_t n_used;
	const struct rrset_proof *used[USED_MAX];
};
void proven_use(struct proven *r, const struct rrset_proof *proof);
struct proven proven_none(enum reason reason);
/* Does a bitmap at the name (or at the wildcard) show the absence of qtype there? NSEC or NSEC3 alike; `apex`: the
 * bitmap is the zone's own apex. REASON_OK or the NSEC form of the reason. */
enum reason bitmap_fault(const uint8_t *bitmap, uint16_t len, uint16_t qtype, bool apex);
/* Does this bitmap's owner end the zone's say about names below it (RFC 6840 4.1: delegation, DNAME)? */
bool bitmap_ends_zone(const uint8_t *bitmap, uint16_t len, bool apex);
enum denial_kind bitmap_kind(const uint8_t *bitmap, uint16_t len, uint16_t qtype);

struct nsec_fact { const struct rrset_proof *proof; const uint8_t *owner; struct nsec nsec; };
struct proven nsec_prove(struct prover *p, const struct nsec_fact *facts, unsigned n, const struct denial_question *q);

struct nsec3_fact { const struct rrset_proof *proof; uint8_t hash[20]; struct nsec3 nsec3; };
/* REASON_OK, or why the record must be ignored (RFC 5155 8.1, 8.2). */
enum reason nsec3_read(const uint8_t *zone, const uint8_t *owner, struct rdata rd, struct nsec3_fact *out);
bool nsec3_same_parameters(const struct nsec3 *a, const struct nsec3 *b);
struct proven nsec3_prove(struct prover *p, const struct nsec3_fact *facts, unsigned n, const struct denial_question *q);

void denial_prove(struct prover *p, const struct message *m, const struct keyset *keys, const struct denial_question *q,
		  struct denial_proof *out);
