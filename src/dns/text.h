/* text -- DNS in presentation format, both ways (RFC 1035, RFC 3597). All that libzscanner and
 * libknot's dumper do for us is behind this door. Output is printable ASCII only. */
#pragma once
#include "base/err.h"
#include "base/text.h"
#include "dns/message.h"

const char *type_text(struct arena *a, uint16_t type);            /* "AAAA", "TYPE65280" */
const char *class_text(struct arena *a, uint16_t class);          /* "IN", "CLASS42" */
bool type_from_text(const char *text, uint16_t *type);            /* also "TYPE123"; case ignored */
const char *rcode_text(struct arena *a, uint16_t rcode);          /* "NXDOMAIN", "RCODE42" */
bool rcode_from_text(const char *text, uint16_t *rcode);
const char *algorithm_text(uint8_t algorithm);                    /* "ECDSAP256SHA256"; "unassigned" */
const char *digest_text(uint8_t digest_type);                     /* "SHA-256" */
const char *ede_text(uint16_t code);                              /* IANA purpose; "unassigned" */
const char *rdata_text(struct arena *a, uint16_t type, struct rdata r);          /* one line */
const char *rr_text(struct arena *a, const uint8_t *owner, uint16_t class, uint32_t ttl, uint16_t type,
		    struct rdata r);
void message_dump(struct arena *a, const struct message *m, struct text *out);   /* dig-like, for trace -v */

struct zone_record { const uint8_t *owner; uint16_t type, class; uint32_t ttl; struct rdata rd; unsigned line; };
typedef LIST(struct zone_record) zone_records;
/* Zone-file text to records in the arena. $INCLUDE is refused. 0, or E_SYNTAX with *at filled (line, what). */
MUST_CHECK int zone_parse(struct arena *a, const char *text, size_t len, const char *origin, uint32_t default_ttl,
			  const char *file, zone_records *out, struct err_at *at);
