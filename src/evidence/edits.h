/* edits -- repairs an operator could make, as changes to how evidence is read. verdict = judge(evidence,
 * moment, edits). */
#pragma once
#include "base/addr.h"
#include "base/arena.h"
#include "dns/name.h"

enum edit_kind {
	EDIT_DS_FROM_KEYS,      /* parent publishes DS of every key of `zone` that signs its DNSKEY RRset; of those meant to (SEP), where none does */
	EDIT_DS_REMOVE,         /* parent publishes no DS for `zone` and proves it */
	EDIT_RESIGN,            /* every RRset, NSEC(3) chain and DNSKEY of `zone` is signed now, by keys as published; denial is right */
	EDIT_KEYS_RESTORE,      /* `zone` publishes and signs with the keys its DS and its signatures name */
	EDIT_DROP_SERVER,       /* `server` is no longer asked for `zone` */
	EDIT_SERVE_ALL,         /* all servers of `zone` answer as its best server does */
	EDIT_SERVE_DNSSEC,      /* the servers of `zone` answer EDNS, DO, TCP and DNSKEY questions as they should */
	EDIT_ANCHOR,            /* the trust anchor for `zone` is that of its own keys */
};
struct edit { enum edit_kind kind; const uint8_t *zone; struct addr server; };
struct edits { uint8_t n; struct edit at[8]; };

bool edits_has(const struct edits *e, enum edit_kind kind, const uint8_t *zone);      /* e may be NULL */
bool edits_drops(const struct edits *e, const uint8_t *zone, const struct addr *server);
const char *edit_kind_text(enum edit_kind k);
