/* prove -- DNSSEC validation as proof: each RRset and each denial gets a status (RFC 4035 4.3), the reason, the keys used,
 * and the instant until which the proof holds. Never stops at the first failure: every signature tried leaves its reason.
 * Pure: the moment is a parameter; no clock-skew allowance. RFC 4033-4035, 5155, 6840, 6605, 8080, 8624/9904/9905, 9276, 9824. */
#pragma once
#include "base/budget.h"
#include "crypto/crypto.h"
#include "dns/message.h"

enum status { STATUS_SECURE, STATUS_INSECURE, STATUS_BOGUS, STATUS_INDETERMINATE };
const char *status_text(enum status s);                 /* "secure" ... */

enum reason {
	REASON_OK,
	/* one signature */
	REASON_SIG_MISSING,             /* no RRSIG covers the RRset */
	REASON_SIG_EXPIRED, REASON_SIG_NOT_YET, REASON_SIG_EXPIRES_BEFORE_INCEPTION,
	REASON_SIG_BOGUS,               /* key found, mathematics say no */
	REASON_SIG_LENGTH,              /* signature length impossible for the key */
	REASON_SIGNER_BELOW, REASON_SIGNER_ABOVE, REASON_SIGNER_ELSEWHERE,  /* relative to the zone apex */
	REASON_LABELS_EXCEED,           /* more labels than the owner */
	REASON_LABELS_BELOW_SIGNER,     /* fewer labels than the signer (CVE-2026-11721) */
	REASON_LABELS_NO_WILDCARD,      /* labels say wildcard where none can be (NSEC, DNSKEY, SOA, DS, apex) */
	REASON_KEY_TAG_UNKNOWN,         /* no DNSKEY has this tag */
	REASON_KEY_ALGORITHM_DIFFERS,   /* a key has the tag, none has tag and algorithm */
	REASON_KEY_NO_ZONE_BIT, REASON_KEY_REVOKED, REASON_KEY_PROTOCOL, REASON_KEY_UNUSABLE,
	REASON_ALGORITHM_UNSUPPORTED, REASON_ALGORITHM_REFUSED_HERE,
	REASON_TOO_MANY_SIGS, REASON_TOO_MANY_KEYS,     /* KeyTrap shapes: not all were tried */
	REASON_TOO_MANY_RECORDS,        /* over LIMIT_RRS_PER_RRSET */
	REASON_BUDGET,
	/* DS and DNSKEY */
	REASON_DS_NO_SUPPORTED,         /* no DS with algorithm and digest we know: insecure */
	REASON_DS_MATCHES_NO_KEY,       /* no key has tag and algorithm of any usable DS */
	REASON_DS_DIGEST_DIFFERS,       /* a key has tag and algorithm, the digest differs */
	REASON_DS_DIGEST_LENGTH,
	REASON_DS_KEY_NOT_SIGNING,      /* the key named by DS made no good signature over DNSKEY */
	REASON_DNSKEY_MISSING,          /* no DNSKEY RRset in the answer */
	REASON_NO_ANCHOR,               /* no trust anchor at or above */
	REASON_PARENT,                  /* the keys above are not secure */
	/* denial */
	REASON_DENIAL_MISSING,          /* no NSEC or NSEC3 at all */
	REASON_DENIAL_UNSIGNED, REASON_DENIAL_SIGNATURE,        /* see the rrset proofs */
	REASON_NSEC_NOT_COVERING, REASON_NSEC_WILDCARD_NOT_COVERED, REASON_NSEC_TYPE_PRESENT, REASON_NSEC_WRONG_OWNER,
	REASON_NSEC_CHILD_SIDE, REASON_NSEC_PARENT_SIDE,        /* from the wrong side of a cut (RFC 6840 4.1, 4.4) */
	REASON_NSEC_NO_NS_BIT,          /* a referral whose proof does not know of the delegation */
	REASON_NSEC_NEXT_OUT_OF_ZONE,
	REASON_NSEC3_NO_CLOSEST_ENCLOSER, REASON_NSEC3_NEXT_CLOSER_NOT_COVERED, REASON_NSEC3_WILDCARD_NOT_COVERED,
	REASON_NSEC3_TYPE_PRESENT, REASON_NSEC3_UNKNOWN_HASH, REASON_NSEC3_UNKNOWN_FLAGS, REASON_NSEC3_BAD_OWNER, REASON_NSEC3_NO_MATCH,
	REASON_NSEC3_ITERATIONS,        /* over LIMIT_NSEC3_INSECURE: insecure */
	REASON_NXDOMAIN_BUT_PROVEN_NODATA, REASON_NODATA_BUT_PROVEN_NXDOMAIN,  /* rcode and proof differ */
	REASON_DNAME_MISMATCH,          /* the CNAME is not the one the DNAME makes */
	REASON_WILDCARD_UNPROVEN,       /* wildcard answer without proof that the name itself does not exist */
	REASON_ANSWER_EMPTY,            /* NOERROR or NXDOMAIN with nothing that could be proof, not even SOA */
	REASON_KINDS
};
const char *reason_text(enum reason r);                 /* sentence part: "the signature has expired" */
const char *reason_id(enum reason r);                   /* "sig-expired": stable, for JSON */

struct prover {                 /* one per judgement */
	struct arena *arena;
	struct crypto *crypto;
	struct budget *budget;
	struct wall at;
};

/* One RRSIG against the keys. */
struct sig_try {
	struct rrsig sig;
	enum reason reason;             /* REASON_OK: this one holds */
	const struct dnskey *key;       /* that verified, or the last that was tried */
	struct wall inception, expiration;      /* as instants near the moment */
};
struct rrset_proof {
	const struct rrset *rrset;
	enum status status;
	enum reason reason;             /* of the best try: the one that came furthest */
	uint8_t n_tries; struct sig_try *tries;         /* all signatures, in wire order */
	const struct sig_try *best;     /* NULL without signatures */
	struct wall until;              /* secure: the latest expiration among good signatures (the RRset fails right after); else WALL_NEVER */
	struct wall from;               /* bogus only for want of inception: the instant it will start to hold; else WALL_NEVER */
	bool wildcard;                  /* expanded from a wildcard: the closest encloser has `closest_labels` labels */
	uint8_t closest_labels;
	bool ttl_over_original;         /* RRset TTL above the original TTL: capped, told */
};

/* Keys of a zone, as far as they can be trusted. */
struct keyset {
	const uint8_t *zone;
	enum status status;             /* of the DNSKEY RRset */
	enum reason reason;
	uint16_t n_keys; struct dnskey *keys;           /* all published, usable or not */
	bool *linked;                   /* per key: a DS or anchor names it (tag, algorithm and digest) */
	bool *signs;                    /* per key: it made a good, timely signature over the DNSKEY RRset */
	struct rrset_proof rrset;       /* tries over DNSKEY */
	uint8_t n_ds; struct ds_try *ds;
	struct wall until;              /* the instant until which it holds, DS chain not counted */
	bool keytrap_shape;             /* more keys of one tag, or signatures, than were tried */
	bool tag_collision;             /* two zone keys of one (tag, algorithm) */
};
struct ds_try {
	struct ds ds;
	enum reason reason;             /* OK, DS_MATCHES_NO_KEY, DS_DIGEST_DIFFERS, DS_DIGEST_LENGTH, ALGORITHM_UNSUPPORTED, DS_KEY_NOT_SIGNING,
	                                 * KEY_NO_ZONE_BIT, KEY_REVOKED, KEY_PROTOCOL, KEY_UNUSABLE, or the reason its signature failed (SIG_*) */
	int key;                        /* index into keys of the key it names (by tag and algorithm); -1 */
	bool digest_unsupported, ignored_sha1;          /* RFC 4509 3: SHA-1 ignored beside usable SHA-256 */
};

/* The data of one RRset against a keyset. keys->status INSECURE: insecure; BOGUS: bogus, REASON_PARENT. */
void prove_rrset(struct prover *p, const struct rrset *rrset, const struct keyset *keys, struct rrset_proof *out);

/* DNSKEY RRset against DS records (or anchors turned into DS: prove_anchor_ds) that are themselves secure.
 * dnskey may be NULL (no RRset in the answer): REASON_DNSKEY_MISSING. n_ds 0 is a bug of the caller. */
void prove_dnskey(struct prover *p, const uint8_t *zone, const struct ds *ds, uint16_t n_ds, const struct rrset *dnskey,
		  struct keyset *out);
/* A DNSKEY anchor as a DS that only that key matches (SHA-256). */
struct ds prove_anchor_ds(struct prover *p, const uint8_t *owner, struct rdata dnskey);
/* DS records a set of keys would need: for remedies and EDIT_DS_FROM_KEYS. digest_type 2. */
struct ds prove_make_ds(struct prover *p, const uint8_t *owner, struct rdata dnskey, uint8_t digest_type);
/* Keyset without a chain (island, or above an insecure delegation): keys parsed, signatures tried, status as given. */
void prove_keyset_unchained(struct prover *p, const uint8_t *zone, const struct rrset *dnskey, enum status status, struct keyset *out);

enum denial_kind {
	DENIAL_NONE, DENIAL_NXDOMAIN, DENIAL_NODATA, DENIAL_WILDCARD_NODATA,
	DENIAL_WILDCARD_ANSWER, /* the name itself does not exist, so the wildcard may speak */
	DENIAL_INSECURE_CUT,    /* NS without DS: matched, or spanned by opt-out */
	DENIAL_ENT,             /* empty non-terminal: a NODATA */
	DENIAL_COMPACT,         /* RFC 9824: NXDOMAIN told as NODATA, NXNAME in the bitmap */
};
struct denial_proof {
	enum denial_kind kind;          /* what is proven; DENIAL_NONE when nothing */
	enum status status; enum reason reason;
	bool nsec3, opt_out;            /* opt_out: the proof rests on an opt-out span; its status is INSECURE then (RFC 5155 9.2) */
	uint16_t iterations; uint8_t salt_len;
	uint8_t n_rrsets; struct rrset_proof *rrsets;   /* NSEC or NSEC3 RRsets looked at, each with its signatures */
	struct wall until;              /* smallest among those the proof rests on */
};
/* STATUS_SECURE or STATUS_INSECURE: the absence holds for a validator; INSECURE by opt-out, by iterations over the limit
 * (REASON_NSEC3_ITERATIONS, only by a good signature), or because the keys are. An rcode that differs from what is proven
 * is BOGUS, and `kind` still says what is proven.
 * Does this negative (or wildcard) message prove what it says for (qname, qtype), by the zone's keys?
 * wildcard_labels: for DENIAL_WILDCARD_ANSWER the closest encloser's labels, else 0. */
void prove_denial(struct prover *p, const struct message *m, const struct keyset *keys, const uint8_t *qname, uint16_t qtype,
		  uint8_t wildcard_labels, struct denial_proof *out);
/* Absence of DS at a cut, from a referral's authority section or a DS answer: DENIAL_INSECURE_CUT, or DENIAL_NODATA /
 * DENIAL_ENT / DENIAL_NXDOMAIN when the name is no cut at all; in a referral (NS of the cut in authority) that is BOGUS,
 * REASON_NSEC_NO_NS_BIT or REASON_NODATA_BUT_PROVEN_NXDOMAIN. */
void prove_no_ds(struct prover *p, const struct message *m, const struct keyset *parent_keys, const uint8_t *cut, struct denial_proof *out);

enum answer_kind { ANSWER_DATA, ANSWER_CNAME, ANSWER_DNAME, ANSWER_NODATA, ANSWER_NXDOMAIN, ANSWER_OTHER };
struct answer_proof {
	enum answer_kind kind;
	enum status status; enum reason reason;
	const uint8_t *owner; uint16_t type;            /* the RRset (or name) at fault, else what was answered */
	uint8_t n_rrsets; struct rrset_proof *rrsets;   /* data, CNAME, DNAME, SOA; NSEC(3) stand in denial.rrsets */
	struct denial_proof denial;                     /* negative and wildcard answers */
	const uint8_t *target;                          /* CNAME/DNAME: where it points */
	struct wall until;
};
/* ANSWER_OTHER (referral, other rcode) is INDETERMINATE with REASON_ANSWER_EMPTY; NOERROR or NXDOMAIN without proof is BOGUS
 * with it, data of other names notwithstanding: the absence of the name asked for is to be proved (RFC 4035 5.4). A question
 * for RRSIG is INSECURE: signatures are not signed.
 * One authoritative answer of one server, for one step (the CNAME itself, not its target), by the keys of the zone that
 * owns qname. Records of names outside the zone are left to the next step. */
void prove_answer(struct prover *p, const struct message *m, const struct keyset *keys, const uint8_t *qname, uint16_t qtype,
		  struct answer_proof *out);

/* Signed data (RFC 4034 3.1.8.1): RRSIG RDATA without signature, then the RRset in canonical order. For the lab too. */
struct octets prove_signed_data(struct arena *a, const struct rrset *rrset, struct rdata rrsig);
