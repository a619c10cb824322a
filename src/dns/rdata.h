/* rdata -- RDATA of one record, uncompressed, and the only accessors to its fields.
 * rdata_ok() is the gate: message_parse keeps no record that fails it, so the accessors may trust
 * lengths (libknot's may not be trusted, SECURITY 7). Layouts: RFC 1035, 4034, 5155, 7344, 7477. */
#pragma once
#include "base/arena.h"
#include "base/clock.h"
#include "dns/types.h"
#include <stdbool.h>

struct rdata { const uint8_t *at; uint16_t len; };

/* What is only wrong in meaning passes, so that it can be judged: an empty DNSKEY key, DS digest or RRSIG
 * signature of any length. The class does not matter: an A record has four octets in every class here.
 * A name in RRSIG, NSEC, SVCB and HTTPS that was compressed on the wire does not pass (layout.c). */
bool rdata_ok(uint16_t type, struct rdata r);  /* the whole layout fits, names well formed, no octet left */
const char *rdata_fault(uint16_t type, struct rdata r);   /* NULL when ok, else a sentence part of ours */
int rdata_cmp(struct rdata a, struct rdata b);            /* canonical order of octets, RFC 4034 6.3 */
bool rdata_equal(struct rdata a, struct rdata b);
/* Canonical form: names inside the types of RFC 4034 6.2 as amended by RFC 6840 5.1 lower-cased. */
struct rdata rdata_canonical(struct arena *a, uint16_t type, struct rdata r);

struct dnskey { uint16_t flags; uint8_t protocol, algorithm; const uint8_t *key; uint16_t key_len; uint16_t tag; };
struct dnskey rdata_dnskey(struct rdata r);               /* also CDNSKEY; tag by RFC 4034 B */
/* The key as it was before its REVOKE flag was set: another tag and digest (RFC 5011 2.1). */
struct rdata rdata_dnskey_unrevoked(struct arena *a, struct rdata r);
struct ds { uint16_t tag; uint8_t algorithm, digest_type; const uint8_t *digest; uint16_t digest_len; };
struct ds rdata_ds(struct rdata r);                       /* also CDS */
struct rrsig {
	uint16_t covered; uint8_t algorithm, labels; uint32_t original_ttl;
	struct serial32 expiration, inception; uint16_t tag;
	const uint8_t *signer; const uint8_t *signature; uint16_t signature_len;
};
struct rrsig rdata_rrsig(struct rdata r);
struct nsec { const uint8_t *next; const uint8_t *bitmap; uint16_t bitmap_len; };
struct nsec rdata_nsec(struct rdata r);
struct nsec3 {
	uint8_t hash, flags; uint16_t iterations; const uint8_t *salt; uint8_t salt_len;
	const uint8_t *next; uint8_t next_len; const uint8_t *bitmap; uint16_t bitmap_len;
};
struct nsec3 rdata_nsec3(struct rdata r);
struct nsec3 rdata_nsec3param(struct rdata r);            /* next and bitmap empty */
struct csync { uint32_t serial; uint16_t flags; const uint8_t *bitmap; uint16_t bitmap_len; };  /* RFC 7477 2.1 */
struct csync rdata_csync(struct rdata r);
struct soa { const uint8_t *mname, *rname; uint32_t serial, refresh, retry, expire, minimum; };
struct soa rdata_soa(struct rdata r);
const uint8_t *rdata_name(struct rdata r);                /* NS, CNAME, DNAME, PTR: the target */
const uint8_t *rdata_mx_name(struct rdata r);
bool bitmap_has(const uint8_t *bitmap, uint16_t len, uint16_t type);
bool bitmap_has_only(const uint8_t *bitmap, uint16_t len, const uint16_t *types, uint8_t n);  /* no other bit */
