/* snapshot -- what one check saw of one zone, as plain values that are kept for months: the delegation as each parent server
 * tells it, the keys, signatures and serials as each of its own servers tells them. History is a list of snapshots; drift is
 * the difference of two; the time machine judges one against the others. Pure.
 *
 * Not every look asks everything (depth quick asks two servers, and neither for CDS nor over TCP) and not every server answers:
 * `asked` and `..._known` part "has none" from "was not asked". A list is empty where its flag is not set. */
#pragma once
#include "judge/judge.h"

struct snap_ds { uint16_t tag; uint8_t algorithm, digest_type; const char *digest; /* upper case hex */ bool matched; /* names a key served somewhere */ };
struct snap_parent {                    /* one parent server's word on the cut */
	struct addr addr; const char *name;
	bool asked, answered, ds_known; /* ds_known: said which DS there are, or proved that there is none */
	bool ns_known;                  /* referred, or denied that there is such a delegation (ns is empty then) */
	uint32_t ds_ttl, ns_ttl, neg_ttl;
	LIST(struct snap_ds) ds;        /* sorted */
	LIST(const char *) ns;          /* sorted, lower case, final dot */
	LIST(const char *) glue;        /* "ns1.example.com. 192.0.2.53", sorted */
};
struct snap_key { uint16_t tag, flags; uint8_t algorithm; const char *hash; /* hex SHA-256 of the RDATA: two keys of one tag differ */
		  const char *ds_sha256; /* upper case hex: what a DS of digest type 2 for it says (owner and RDATA hashed); "" unknown */
		  bool signs_keys, signs_data, revoked; };
struct snap_sig { const char *rrset; /* "DNSKEY", "SOA", "NS", "NSEC", "NSEC3" (of denials, what ends first); "www.example.com. A" */
		  uint16_t tag; uint8_t algorithm; struct wall inception, expiration; uint32_t ttl; bool good; };
struct snap_server {                    /* one address of the zone's own */
	struct addr addr; LIST(const char *) names;
	bool asked, answered, authoritative, tcp_known, tcp_ok;
	uint16_t rcode; bool has_serial; uint32_t serial, refresh, retry, expire, minimum, soa_ttl;
	bool dnskey_known, has_dnskey; uint32_t dnskey_ttl; LIST(struct snap_key) keys;       /* sorted by tag, hash */
	LIST(struct snap_sig) sigs;     /* as this server serves them */
	bool ns_known; LIST(const char *) ns; uint32_t ns_ttl;
	bool cds_known; LIST(const char *) cds;         /* or as the CDNSKEY would make it: "31406 13 2 8FC4...", sorted; "0 0 0 00" is the wish to be deleted */
	uint32_t data_ttl;              /* of the question's answer */
};
struct snapshot {
	const char *zone;               /* A-label with final dot */
	struct wall at;
	enum verdict_word word; const char *finding;    /* headline; "" */
	enum status security;
	LIST(struct snap_parent) parents; LIST(struct snap_server) servers;     /* sorted by address */
	LIST(struct snap_sig) above;    /* signatures of the chain above: "com. DNSKEY" of each ancestor, "example.com. DS" of each cut (or
					 * "example.com. NSEC", that there is none) */
	struct wall breaks_at;
};
/* Into arena a, which may outlive j->arena. zone: which one; NULL: the one in which the question's own name ended. One that was not
 * reached gives what was said of it. Signatures are looked at again, so j's budget is spent where its memo does not know them. */
struct snapshot *snapshot_make(struct arena *a, const struct judgement *j, const struct verdict *v, const uint8_t *zone, struct wall at);
/* What this look did not ask or was not told is taken over from the last one, as last told; who answered stays as it is now. So
 * quick and full looks at an unchanged zone have one fingerprint, and a server that was silent is held against itself. */
void snapshot_complete(struct arena *a, struct snapshot *now, const struct snapshot *last);
/* One fact a line, sorted, so that two texts can be compared by eye; read back exactly. */
void snapshot_text(const struct snapshot *s, struct text *out);
MUST_CHECK int snapshot_from_text(struct arena *a, const char *text, size_t len, struct snapshot **out, struct err_at *at);
/* 64 hex digits over what stays the same while nothing changes: neither times, nor signatures' dates, nor serials, nor round
 * trips; verdict word, finding, DS, NS, glue, keys and what they sign, TTLs of DS, NS and DNSKEY, CDS, who answers. */
const char *snapshot_fingerprint(struct arena *a, const struct snapshot *s);

/* ---- drift: what differs ---- */
enum change_kind {
	CHANGE_VERDICT, CHANGE_DS_ADDED, CHANGE_DS_REMOVED, CHANGE_DS_VANISHED /* the last one */, CHANGE_KEY_ADDED, CHANGE_KEY_REMOVED,
	CHANGE_KEY_ROLE, CHANGE_ALGORITHM, CHANGE_NS_PARENT, CHANGE_NS_CHILD, CHANGE_GLUE, CHANGE_ADDRESS, CHANGE_SERIAL_BACK /* RFC 1982 */,
	CHANGE_TTL_DS, CHANGE_TTL_DNSKEY, CHANGE_TTL_NS, CHANGE_CDS, CHANGE_CDS_DELETE, CHANGE_UNSIGNED, CHANGE_SIGNED, CHANGE_SERVER_LOST, CHANGE_SERVER_BACK,
	CHANGE_PINNED_NS, CHANGE_PINNED_DS /* differs from what the configuration pins */, CHANGE_KINDS
};
const char *change_id(enum change_kind k);      /* "ds-removed", ...: stable */
struct change {
	enum change_kind kind; enum severity severity;
	const char *where;              /* server or "" */
	const char *before, *after;     /* short texts; "" */
	uint16_t tag; uint8_t algorithm;        /* the key or DS concerned; 0 none */
	bool expected;                  /* part of a rollover in proper order: see why */
	const char *why;                /* "" or "DS 31406 was seen for 2d, TTL 86400 has passed" */
};
typedef LIST(struct change) changes;
/* Sets are compared over the servers that answered; one that did not answer now takes no part, nor does one of which nothing
 * was known before. Worst first. */
void drift_between(struct arena *a, const struct snapshot *before, const struct snapshot *now, changes *out);
/* What differs from the configuration: pinned NS names (A-label, dot; n_ns 0: not pinned) at parent and child; pinned DS ("31406 13 2
 * 8FC4...", upper case hex; n_ds 0: not pinned); a zone that is to stay unsigned. */
struct pinned { const char *const *ns; uint32_t n_ns; const char *const *ds; uint32_t n_ds; bool unsigned_wanted; };
void drift_pinned(struct arena *a, const struct snapshot *now, const struct pinned *p, changes *out);
/* One line for people, without the name of the zone: "The last DS record is gone from the parent (was 31406 13 2 8FC4...)". */
const char *change_text(struct arena *a, const struct change *c);
