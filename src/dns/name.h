/* name -- domain names in uncompressed wire format, as `const uint8_t *`: at most 255 octets, ending
 * in the root label. Case is kept; comparisons ignore it (RFC 4343). Functions trust the shape:
 * names come only from message_parse, name_from_*, or rdata that rdata_ok has passed. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>

enum { NAME_MAX_BYTES = 255, NAME_TEXT_MAX = 1024, LABEL_MAX = 63 };
extern const uint8_t name_root[1];

/* Checks shape within [at, at+len): octets used, or 0 when it is no uncompressed name. */
uint16_t name_check(const uint8_t *at, size_t len);
uint16_t name_len(const uint8_t *name);                                 /* octets with the root label */
uint8_t name_labels(const uint8_t *name);                               /* without the root label; "*" counts */
bool name_equal(const uint8_t *a, const uint8_t *b);
bool name_same_case(const uint8_t *a, const uint8_t *b);                /* octet for octet */
int name_cmp(const uint8_t *a, const uint8_t *b);                       /* canonical order, RFC 4034 6.1 */
bool name_label_equal(const uint8_t *a, const uint8_t *b);                /* the first labels only */
bool name_is_under(const uint8_t *name, const uint8_t *apex);           /* equal or below */
bool name_is_strictly_under(const uint8_t *name, const uint8_t *apex);
bool name_is_wildcard(const uint8_t *name);                             /* leftmost label is "*" */
uint8_t name_common_labels(const uint8_t *a, const uint8_t *b);
const uint8_t *name_strip(const uint8_t *name, uint8_t labels);         /* suffix without the first labels; borrowed */
const uint8_t *name_suffix(const uint8_t *name, uint8_t labels);        /* the last `labels` labels; borrowed */
uint8_t *name_copy(struct arena *a, const uint8_t *name);
uint8_t *name_lower(struct arena *a, const uint8_t *name);              /* RFC 4034 6.2 canonical case */
void name_lower_in_place(uint8_t *name);
uint8_t *name_prepend(struct arena *a, const char *label, uint8_t label_len, const uint8_t *name); /* NULL if > 255 */
uint8_t *name_wildcard(struct arena *a, const uint8_t *name);           /* "*." + name; NULL if > 255 */
/* name with suffix `from` replaced by `to` (RFC 6672 2.2); NULL if > 255 octets. */
uint8_t *name_replace_suffix(struct arena *a, const uint8_t *name, const uint8_t *from, const uint8_t *to);

/* Presentation (RFC 1035 5.1, \DDD for every octet outside 0x21-0x7e and for \"().;@$ as needed), safe for
 * every sink; lower case; trailing dot. name_text(root) is ".". */
const char *name_text(struct arena *a, const uint8_t *name);
/* From presentation; a missing final dot is added. NULL with *why set to a sentence part when it is none. */
uint8_t *name_from_text(struct arena *a, const char *text, const char **why);
/* From what a person types: presentation, or U-labels through libidn2 (IDNA 2008). */
uint8_t *name_from_user(struct arena *a, const char *text, const char **why);
/* The first label as an NSEC3 hash: base32 with extended hex alphabet, no padding (RFC 5155 3, RFC 4648 7), case ignored. False
 * when it is none of 160 bits. */
bool name_hash_label(const uint8_t *name, uint8_t out[20]);
bool name_is_plain(const uint8_t *name);  /* letters, digits, - and _ only: may stand in a printed command (SECURITY 5g) */
