/* rrset -- records of a section, put together to RRsets. Private to dns/. */
#pragma once
#include "dns/message.h"

struct rr {
	const uint8_t *owner; uint32_t owner_number;    /* private to rrset.c: equal for equal owners */
	uint16_t type, class, offset; uint32_t ttl; struct rdata rdata;
};
struct rr_list { struct rr *at; uint32_t n; };

/* In the order of their first records. Rearranges `records`. */
void rrsets_group(struct arena *a, struct rr_list *records, struct section *out);
