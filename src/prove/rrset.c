/* rrset -- one RRset is secure when one signature holds, whatever stands beside it (RFC 4035 5.3.3). All signatures are
 * tried as far as the limits go: timely ones first, so that rubbish does not eat the share of the good one (KeyTrap). */
#include "prove/inside.h"

enum { TRIES_MAX = 255 };

struct wall wall_earlier(struct wall a, struct wall b)
{
	return a.s < b.s ? a : b;
}

static void try_pass(struct prover *p, const struct rrset *rrset, const struct keyset *keys, unsigned flags,
		     bool timely, unsigned *left, struct rrset_proof *out)
{
	for (uint8_t i = 0; i < out->n_tries; i++) {
		struct sig_try *t = &out->tries[i];
		if (t->reason != REASON_OK || (sig_time(p, &t->sig) == REASON_OK) != timely)
			continue;
		if (sig_finish(p, rrset, rrset->sigs[i], keys, flags, *left > 0, t))
			(*left)--;
	}
}

static bool better(const struct rrset *rrset, const struct sig_try *a, const struct sig_try *b)
{
	unsigned ra = try_rank(a), rb = try_rank(b);
	if (ra != rb)
		return ra > rb;
	bool wa = rrset_is_expanded(rrset, &a->sig), wb = rrset_is_expanded(rrset, &b->sig);
	if (wa != wb)
		return wb; /* one that needs no further proof */
	return a->expiration.s > b->expiration.s;
}

static void choose_best(const struct rrset *rrset, struct rrset_proof *out)
{
	for (uint8_t i = 0; i < out->n_tries; i++)
		if (!out->best || better(rrset, &out->tries[i], out->best))
			out->best = &out->tries[i];
	if (out->best)
		out->reason = out->best->reason;
	else
		out->reason = REASON_SIG_MISSING;
	if (rrset->n_sigs > out->n_tries && out->reason != REASON_OK)
		out->reason = REASON_TOO_MANY_SIGS;
}

static void describe_best(const struct rrset *rrset, struct rrset_proof *out)
{
	const struct sig_try *best = out->best;
	if (!best)
		return;
	out->ttl_over_original = rrset->ttl > best->sig.original_ttl;
	if (out->reason == REASON_SIG_NOT_YET && best->key)
		out->from = best->inception;
	if (out->reason != REASON_OK)
		return;
	out->wildcard = rrset_is_expanded(rrset, &best->sig);
	out->closest_labels = out->wildcard ? best->sig.labels : 0;
	out->until = best->expiration; /* the latest: see better() */
}

static void earliest_inception(struct rrset_proof *out)
{
	for (uint8_t i = 0; i < out->n_tries; i++)
		if (out->from.s != WALL_NEVER.s && out->tries[i].reason == REASON_SIG_NOT_YET &&
		    out->tries[i].key)
			out->from = wall_earlier(out->from, out->tries[i].inception);
}

void rrset_try_all(struct prover *p, const struct rrset *rrset, const struct keyset *keys, unsigned flags,
		   struct rrset_proof *out)
{
	*out = (struct rrset_proof){ .rrset = rrset, .until = WALL_NEVER, .from = WALL_NEVER };
	if (rrset->n > LIMIT_RRS_PER_RRSET) {
		out->reason = REASON_TOO_MANY_RECORDS;
		out->status = reason_status(out->reason);
		return;
	}
	out->n_tries = rrset->n_sigs < TRIES_MAX ? (uint8_t)rrset->n_sigs : TRIES_MAX;
	out->tries = ARENA_ARRAY(p->arena, struct sig_try, out->n_tries);
	for (uint8_t i = 0; i < out->n_tries; i++)
		sig_begin(p, rrset, rrset->sigs[i], keys, &out->tries[i]);
	unsigned left = LIMIT_SIGS_PER_RRSET;
	try_pass(p, rrset, keys, flags, true, &left, out);
	try_pass(p, rrset, keys, flags, false, &left, out);
	choose_best(rrset, out);
	out->status = reason_status(out->reason);
	describe_best(rrset, out);
	earliest_inception(out);
}

void prove_rrset(struct prover *p, const struct rrset *rrset, const struct keyset *keys,
		 struct rrset_proof *out)
{
	rrset_try_all(p, rrset, keys, 0, out);
	if (keys->status == STATUS_SECURE)
		return;
	out->status = keys->status;
	out->reason = keys->status == STATUS_INSECURE ? keys->reason : REASON_PARENT;
	out->until = out->from = WALL_NEVER;
}
