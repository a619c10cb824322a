/* chain_inside -- what the chain*.c files share. Not for other rooms. */
#pragma once
#include "prove/chain.h"

struct chaining {
	struct prover *p;
	const struct tree *t;
	const struct edits *e;
	struct chain *c;
};

void chain_prove_zone(struct chaining *k, struct zone_proof *z);         /* the zones above are proven */

/* Distinct views, not proven yet. */
void chain_collect_ds(struct chaining *k, struct zone_proof *z);
void chain_collect_keys(struct chaining *k, struct zone_proof *z);
void chain_collect_answers(struct chaining *k, struct leg_proof *l);

/* Trust anchors that stand at this zone, as DS; their number. */
uint16_t chain_anchors(struct chaining *k, const struct zone_proof *z, struct ds **out);
bool chain_anchor_applies(const struct tree *t, const struct edits *e, const uint8_t *name);

bool chain_key_usable(const struct chaining *k, const struct dnskey *key);
/* DS records of the keys that sign the zone's DNSKEY RRset; where none does, of its usable keys with SEP; 0: there are none. */
uint16_t chain_ds_of_keys(struct chaining *k, const struct zone_proof *z, struct ds **out);

/* Edits: what is taken as good though the evidence says otherwise. */
bool chain_edited_ds(struct chaining *k, struct zone_proof *z);         /* replaced the DS views */
void chain_assume_ds(struct chaining *k, const struct zone_proof *up, struct ds_view *v);
void chain_assume_keys(struct chaining *k, struct zone_proof *z, struct keyset *keys, const struct key_view *v);
bool chain_assumes_answer(const struct edits *e, const struct zone_proof *z, const struct message *m);
void chain_assume_answer(struct answer_proof *out);

struct wall chain_earlier(struct wall a, struct wall b);
