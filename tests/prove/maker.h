/* maker -- small signed zones in memory for the tests of prove/: RRsets from zone text, signatures of every kind of wrong,
 * messages without a wire. Every reason a proof gives is remembered, so that the run can tell which were never reached. */
#pragma once
#include "crypto/sign.h"
#include "dns/text.h"
#include "prove/prove.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { NOW = 1772366400 };      /* 2026-03-01T12:00:00Z */

struct maker { struct arena *a; struct crypto *c; struct budget b; struct prover p; };
int maker_setup(void **state);          /* cmocka fixtures: *state is a struct maker */
int maker_teardown(void **state);
bool maker_saw(enum reason r);
void maker_note(enum reason r);

const uint8_t *nm(struct maker *m, const char *text);

struct zone_key { struct signing_key *k; struct rdata rd; struct dnskey dnskey; };
/* Not freed by hand: kept and freed with the maker's process-wide pool, by seed. */
const struct zone_key *key_of(struct maker *m, uint8_t algorithm, uint16_t flags, const char *seed);
const struct zone_key *key_with_protocol(struct maker *m, uint8_t protocol, const char *seed);
struct rdata key_rdata(struct maker *m, uint16_t flags, uint8_t protocol, uint8_t algorithm, struct octets key);

/* One RRset from lines of zone text with absolute names (default TTL 300). */
struct rrset *rr(struct maker *m, const char *text);
struct rrset *rr_of(struct maker *m, const uint8_t *owner, uint16_t type, const struct rdata *rd, uint16_t n);

/* What a signature says; signing_of() gives the right things, the test spoils what it wants. */
struct signing {
	uint8_t algorithm, labels; uint32_t ttl, expiration, inception; uint16_t tag;
	const uint8_t *signer;
	const struct zone_key *key;
	bool spoil;                     /* one bit of the signature flipped */
	unsigned cut;                   /* octets cut off its end */
};
struct signing signing_of(const struct rrset *r, const char *zone, const struct zone_key *key, struct maker *m);
void sign_as(struct maker *m, struct rrset *r, const struct signing *s);       /* adds one RRSIG */
struct rrset *sign(struct maker *m, struct rrset *r, const char *zone, const struct zone_key *key);
struct rrset *expand(struct maker *m, const struct rrset *wildcard, const char *owner);       /* owner in the wildcard's place */

/* A DNSKEY RRset of these keys; keys_secure: chained by DS to the first, signed by the first. */
struct rrset *dnskeys(struct maker *m, const char *zone, const struct zone_key *const *keys, uint16_t n);
const struct keyset *keys_secure(struct maker *m, const char *zone, const struct zone_key *const *keys, uint16_t n);
const struct keyset *keys_insecure(struct maker *m, const char *zone);
struct ds ds_of(struct maker *m, const char *zone, const struct zone_key *k, uint8_t digest_type);

struct message *msg(struct maker *m, uint16_t rcode);
void put_answer(struct maker *m, struct message *to, const struct rrset *r);
void put_authority(struct maker *m, struct message *to, const struct rrset *r);

/* The functions under test, with the reasons noted. */
struct rrset_proof prove_it(struct maker *m, const struct rrset *r, const struct keyset *keys);
struct keyset prove_keys(struct maker *m, const char *zone, const struct ds *ds, uint16_t n, const struct rrset *dnskey);
struct denial_proof deny(struct maker *m, const struct message *msg, const struct keyset *keys, const char *qname, uint16_t qtype);
struct denial_proof deny_wildcard(struct maker *m, const struct message *msg, const struct keyset *keys, const char *qname,
				  uint8_t labels);
struct denial_proof deny_ds(struct maker *m, const struct message *msg, const struct keyset *keys, const char *cut);
struct answer_proof answer(struct maker *m, const struct message *msg, const struct keyset *keys, const char *qname,
			   uint16_t qtype);
/* NSEC3 of a name: owner hash text, and an RRset whose next hash is one above (covers nothing else) or as told. */
void hash_of(struct maker *m, const char *name, uint16_t iterations, uint8_t out[20]);
struct rrset *nsec3(struct maker *m, const char *zone, const uint8_t owner[20], const uint8_t next[20], uint8_t flags,
		    uint16_t iterations, const char *types);
