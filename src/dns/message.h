/* message -- a DNS message as it stood on the wire: exact octets, offsets, case, duplicates, every EDNS
 * option; records grouped into RRsets by section. One bad record does not hide the others: the walker
 * resyncs by RDLENGTH and names the fault. */
#pragma once
#include "dns/name.h"
#include "dns/rdata.h"

struct rrset {
	const uint8_t *owner;           /* as on the wire in the first record */
	uint16_t type, class;
	uint32_t ttl;                   /* the smallest, as received: 2^31 and more mean 0 (RFC 2181 8) */
	bool ttl_differs;               /* records of one RRset with different TTLs (RFC 2181 5.2) */
	uint16_t n;                     /* distinct records, in wire order */
	uint16_t n_dups;                /* exact duplicates, left out of rd */
	struct rdata *rd;
	uint16_t n_sigs;                /* RRSIGs of the same section and owner that cover this type */
	struct rdata *sigs;
	uint32_t sig_ttl;
	uint16_t offset;                /* of the first record in the message */
};
/* RRSIGs that cover nothing in their section stand as RRsets of type RRSIG. */
struct section { struct rrset *at; uint16_t n; };

enum message_fault {
	MESSAGE_OK,
	MESSAGE_SHORT_HEADER,           /* < 12 octets */
	MESSAGE_BAD_QUESTION,
	MESSAGE_BAD_OWNER,              /* compression loop, forward pointer, label type, > 255 octets */
	MESSAGE_RR_CUT,                 /* fixed part or RDLENGTH past the end */
	MESSAGE_BAD_RDATA,              /* rdata_ok says no */
	MESSAGE_BAD_OPT,                /* option past the end, owner not root */
	MESSAGE_TWO_OPTS,
	MESSAGE_TRAILING,               /* octets after the last counted record */
	MESSAGE_COUNT_LIES,             /* fewer records than the header counts */
	MESSAGE_TOO_MANY_RRS,
	MESSAGE_TOO_MANY_OPTIONS,
};
struct edns_item { uint16_t code, len; const uint8_t *at; };
struct ede { uint16_t code; const uint8_t *text; uint16_t text_len; };  /* RFC 8914; text not NUL-terminated, hostile */

struct message {
	const uint8_t *wire; uint16_t wire_len;
	uint16_t id; uint8_t opcode;
	uint16_t rcode;                 /* extended (RFC 6891) */
	bool qr, aa, tc, rd, ra, z, ad, cd;
	uint16_t qdcount;
	const uint8_t *qname;           /* NULL without a question */
	uint16_t qtype, qclass;
	bool has_edns, do_bit; uint8_t edns_version; uint16_t udp_size, edns_flags;
	uint8_t n_options; struct edns_item *options;
	uint8_t n_edes; struct ede *edes;
	struct section answer, authority, additional;   /* OPT is in none of them */
	enum message_fault fault;       /* the first */
	uint16_t fault_offset;
	const char *fault_text;         /* one sentence part, ours, safe to print */
	uint16_t n_bad_records;         /* left out */
};
/* Always fills *out; borrows wire for the life of the arena. */
void message_parse(struct arena *a, const uint8_t *wire, uint16_t len, struct message *out);
/* Both find class IN only: who asked in another class walks section.at. */
const struct rrset *section_find(const struct section *s, const uint8_t *owner, uint16_t type);
const struct rrset *section_find_type(const struct section *s, uint16_t type, uint16_t from);  /* first at index >= from */
const struct edns_item *message_option(const struct message *m, uint16_t code);
bool cookie_len_ok(uint16_t octets);    /* of a COOKIE option: the client's 8, or with 8 to 32 of the server (RFC 7873 4) */
const char *message_fault_text(enum message_fault f);
bool rrset_same(const struct rrset *a, const struct rrset *b);  /* same records as sets, canonical; TTL and RRSIG apart */

/* The rcodes of an answer, be it a denial: NOERROR, NXDOMAIN, and YXDOMAIN beside a DNAME whose substitution is too long
 * (RFC 6672 2.2). Others say that the server would or could not answer. */
bool message_rcode_answers(const struct message *m);

/* The answer of `m` to a question: one question, same qname (case aside) and qtype, class IN, QR set, opcode 0. */
bool message_answers(const struct message *m, const uint8_t *qname, uint16_t qtype);
