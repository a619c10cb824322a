/* making -- what the files that make a snapshot share. Not for other rooms. */
#pragma once
#include "foresee/snapshot_words.h"

struct making {
	struct arena *a;                /* of the snapshot */
	struct prover *prover;          /* its arena is the check's */
	const struct tree *tree;
	const struct chain *chain;      /* NULL: judged without proofs */
	const uint8_t *name;            /* of the zone */
	const struct zone *zone;        /* NULL: never reached */
	const struct zone *parent;      /* NULL: of the root, or of a zone given by hints */
	const struct zone_proof *proof; /* of zone; NULL */
	struct snapshot *s;
};
typedef LIST(struct snap_sig) snap_sigs;

void making_parents(struct making *k);
void making_servers(struct making *k);
void making_above(struct making *k);

/* Every signature over r, by these keys; one that stands in the list already is left out. */
void making_sigs(struct making *k, const struct rrset *r, const char *label, const struct keyset *keys, snap_sigs *out);
void making_first_denials(snap_sigs *sigs);      /* of NSEC(3) by one key only what ends first */
const char *making_hex(struct arena *a, const uint8_t *at, size_t len);        /* upper case */
const struct message *look_answer(const struct look *l);        /* NULL: nothing, or an error */
void snapshot_bound(struct snapshot *s);        /* of a hostile zone so much as LIMIT_SNAP_ITEMS allows */
int snap_sig_cmp(const void *a, const void *b);
