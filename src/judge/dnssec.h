/* dnssec -- what the DNSSEC half of judge/ shares. A finding is made where the evidence of one fault stands:
 * a site. */
#pragma once
#include "judge/inside.h"

struct site {
	const struct zone_proof *z;             /* the zone whose records are at fault */
	const struct message *m;
	const struct exchange *from;
	const struct server *const *servers; uint32_t n_servers;        /* that say so */
	bool breaks, always;
};
/* A finding for this zone and this RRset or name, with the site's servers and weight. */
struct finding *site_add(struct judging *j, const struct site *s, enum finding_id id, const uint8_t *name, uint16_t type);
/* One finding of this kind for the whole zone: further RRsets are added to its detail. */
struct finding *site_merge(struct judging *j, const struct site *s, enum finding_id id, const uint8_t *name, uint16_t type,
			   const char *detail);
struct site site_key_view(const struct zone_proof *z, const struct key_view *v);
struct site site_answer(const struct leg_proof *l, const struct answer_view *v);
struct site site_look(const struct zone_proof *z, const struct look *l, const struct server *const *server);

/* dnssec_ds.c, dnssec_keys.c, dnssec_forensic.c, dnssec_sigs.c, denial.c */
void judge_ds(struct judging *j, const struct zone_proof *z);
void judge_ds_question(struct judging *j, const struct leg *leg);
void judge_ds_form(struct judging *j, const struct zone_proof *z);       /* DS that BIND cannot read beside good ones */
void judge_ds_set(struct judging *j, const struct zone_proof *z);        /* what is odd about a DS set that works, or downgrades */
void judge_keys(struct judging *j, const struct zone_proof *z);
void judge_ancestor(struct judging *j, const struct zone_proof *z);      /* a zone above the name is bogus itself; after its keys */
void diagnose_keys(struct judging *j, const struct site *s, const struct key_view *v);
void judge_key_unusable(struct judging *j, const struct site *s, const struct dnskey *k);
void judge_breaking_keys(struct judging *j, const struct zone_proof *z); /* good keys that some resolvers give up at: of one tag, too large */
void judge_key_hygiene(struct judging *j, const struct zone_proof *z);
/* dnssec_spare.c: of a zone with keys; of what it says of the DS below it */
void judge_spare_signatures(struct judging *j, const struct zone_proof *z);
void judge_spare_above(struct judging *j, const struct zone_proof *z);
void judge_answer(struct judging *j, const struct site *s, const struct answer_proof *a, const uint8_t *qname, uint16_t qtype);
void judge_rrset(struct judging *j, const struct site *s, const struct rrset_proof *r);
/* Only where a key of the zone is at fault, not this signature: then says so. */
bool judge_rrset_key(struct judging *j, const struct site *s, const struct rrset_proof *r);
void judge_denial(struct judging *j, const struct site *s, const struct answer_proof *a, const uint8_t *qname, uint16_t qtype);
/* undelegated.c: the data is that of a zone which the parent proves not to exist, though its servers have it; then says so. */
bool judge_undelegated(struct judging *j, const struct site *s, const struct leg *l);
void judge_denial_hygiene(struct judging *j, const struct zone_proof *z);
void judge_denial_lies(struct judging *j, const struct zone_proof *z);
/* A site that fails while other servers of the zone do not: the server is the finding (servers.c). */
void judge_partial(struct judging *j, const struct site *s, enum reason reason, const struct answer_proof *a,
		   const uint8_t *qname, uint16_t qtype);

/* An NSEC3 RRset that says it is the apex (it lists SOA) and does not stand at the hash of the apex. */
bool apex_hash_wrong(struct judging *j, const struct zone *z, const struct rrset *r);

/* Signatures against keys in ways a validator would not: to tell which field is wrong. */
bool made_by_key(struct judging *j, const struct rrset *r, struct rdata sig, const struct dnskey *k, uint8_t algorithm);
struct rdata sig_with_tag(struct arena *a, struct rdata sig, uint16_t tag);
struct rdata sig_with_algorithm(struct arena *a, struct rdata sig, uint8_t algorithm);
struct rdata sig_with_labels(struct arena *a, struct rdata sig, uint8_t labels);
/* The key with one field as it may have been: flags set and cleared, algorithm, protocol. */
struct key_guess { uint16_t set, clear; uint8_t algorithm, protocol; };
struct rdata key_as(struct arena *a, struct rdata key, const struct key_guess *g);
/* Is the owner of this NSEC3 RRset the hash of the name, by its own parameters? Unknown: no budget, or iterations that are
 * never hashed (LIMIT_NSEC3_INSECURE, CVE-2026-1519). Nobody is accused by what is unknown. */
enum stands { STANDS_ELSEWHERE, STANDS_HERE, STANDS_UNKNOWN };
enum stands nsec3_stands_at(struct judging *j, const struct rrset *r, const uint8_t *name);
bool ds_is_of(struct judging *j, const uint8_t *owner, struct rdata key, const struct ds *ds);  /* digest alone */

/* What the servers of a zone show of signing, over every answer they gave. */
struct signs { bool keys, sigs, do_echoed; };
struct signs zone_signs(const struct judging *j, const struct zone *z);
struct signs server_signs(const struct judging *j, const struct server *s);
bool message_has_sigs(const struct message *m, const uint8_t *signer);
/* Data of the zone under its keys as if they were secure: the reason it fails by everywhere; REASON_OK when
 * any holds; REASON_ANSWER_EMPTY when none was seen. *worst: one that fails, may be NULL. */
enum reason zone_data_reason(struct judging *j, const struct zone_proof *z, const struct keyset *keys, struct rrset_proof *worst);
bool zone_soa_seen(const struct zone *zone);                              /* some server of it was asked, and answered */
bool zone_above(const struct judging *j, const struct zone *z);         /* on the path, and no leg ends there */
/* Clamp of Unbound: how long after expiration (before inception) it forgives. */
int64_t unbound_skew(const struct sig_try *t);
