/* timing -- when is a signature's end so near that its signer must have stopped? One rule for the finding and
 * for the foreseen word. A single look knows no cadence (INCIDENTS: cold start), so the shape of what was
 * seen must do: a signer that signs all at once renews at a fixed share of the validity; one that signs
 * little by little always has some signatures near their end. */
#pragma once
#include "judge/judging.h"

struct lifetimes {              /* of a group of signatures that hold */
	uint32_t n;
	struct wall first_end;          /* the smallest expiration */
	int64_t validity_s;             /* of the signature that ends first */
	struct wall oldest, newest;     /* inceptions */
};
void lifetimes_add(struct lifetimes *l, struct wall inception, struct wall expiration);
/* How long before first_end this group should have been renewed, seconds. `tight`: a zone of others, only the
 * last tenth. */
int64_t renewal_margin(const struct lifetimes *l, bool tight);
bool ends_soon(const struct lifetimes *l, struct wall at, bool tight);
/* All signatures that hold in the chain above and around the question, by zone and by DNSKEY (true) or
 * data. */
void lifetimes_of(const struct judging *j, const struct zone_proof *z, bool dnskey, struct lifetimes *out);
