/* Signatures as the snapshot keeps them, of a zone's own servers and of the chain above, and two small words all its makers need. */
#include "foresee/making.h"
#include "dns/text.h"
#include <string.h>

const char *making_hex(struct arena *a, const uint8_t *at, size_t len)
{
	static const char digit[] = "0123456789ABCDEF";
	char *out = arena_alloc(a, 2 * len + 1);
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digit[at[i] >> 4];
		out[2 * i + 1] = digit[at[i] & 15];
	}
	return out;
}

const struct message *look_answer(const struct look *l)
{
	return l && l->m && message_rcode_answers(l->m) ? l->m : NULL;
}

static const struct sig_try *try_of(const struct rrset_proof *p, const struct rrsig *sig)
{
	for (uint8_t i = 0; i < p->n_tries; i++)
		if (p->tries[i].sig.signature == sig->signature)
			return &p->tries[i];
	return NULL;
}

static bool is_denial(const struct snap_sig *g)
{
	const char *space = strchr(g->rrset, ' '), *type = space ? space + 1 : g->rrset;
	return !strcmp(type, "NSEC") || !strcmp(type, "NSEC3");
}

static bool same_signer(const struct snap_sig *a, const struct snap_sig *b)
{
	return !strcmp(a->rrset, b->rrset) && a->tag == b->tag && a->algorithm == b->algorithm && a->good == b->good;
}

/* Of denials by one key from `from` on: the last to end, or the first. */
static void keep_one(snap_sigs *sigs, uint32_t from, bool last)
{
	uint32_t kept = from;
	for (uint32_t i = from; i < sigs->n; i++) {
		struct snap_sig g = sigs->at[i];
		uint32_t same = is_denial(&g) ? from : kept;
		while (same < kept && !same_signer(&sigs->at[same], &g))
			same++;
		if (same == kept)
			sigs->at[kept++] = g;
		else if (snap_sig_cmp(&g, &sigs->at[same]) > 0 ? last : !last)
			sigs->at[same] = g;
	}
	sigs->n = kept;
}

/* Of the NSEC of many answers the end that comes first is the one that matters; each of them holds while its latest signature
 * does. */
void making_first_denials(snap_sigs *sigs)
{
	keep_one(sigs, 0, false);
}

void making_sigs(struct making *k, const struct rrset *r, const char *label, const struct keyset *keys, snap_sigs *out)
{
	struct rrset_proof proof = { 0 };
	uint32_t from = out->n;
	if (!r || !r->n_sigs)
		return;
	if (keys && r->type == TYPE_DNSKEY)
		proof = keys->rrset;
	else if (keys)
		prove_rrset(k->prover, r, keys, &proof);
	for (uint16_t i = 0; i < r->n_sigs; i++) {
		struct rrsig sig = rdata_rrsig(r->sigs[i]);
		const struct sig_try *t = try_of(&proof, &sig);
		list_push(k->a, out,
			  (struct snap_sig){ .rrset = label,
					     .tag = sig.tag,
					     .algorithm = sig.algorithm,
					     .inception = serial32_wall(sig.inception, k->s->at),
					     .expiration = serial32_wall(sig.expiration, k->s->at),
					     .ttl = r->ttl,
					     .good = t && t->reason == REASON_OK });
	}
	keep_one(out, from, true);
}

/* ---- the chain above ---- */

static const char *above_label(struct making *k, const uint8_t *name, const char *type)
{
	return arena_printf(k->a, "%s %s", name_text(k->a, name), type);
}

static void add_tries(struct making *k, const struct rrset_proof *p, const char *label, snap_sigs *out)
{
	uint32_t from = out->n;
	for (uint8_t i = 0; i < p->n_tries; i++) {
		const struct sig_try *t = &p->tries[i];
		list_push(k->a, out,
			  (struct snap_sig){ .rrset = label,
					     .tag = t->sig.tag,
					     .algorithm = t->sig.algorithm,
					     .inception = serial32_wall(t->sig.inception, k->s->at),
					     .expiration = serial32_wall(t->sig.expiration, k->s->at),
					     .ttl = p->rrset ? p->rrset->ttl : 0,
					     .good = t->reason == REASON_OK });
	}
	keep_one(out, from, true);
}

static void add_cut(struct making *k, const struct zone_proof *z, snap_sigs *out)
{
	const struct ds_view *ds = z->best_ds;
	if (!ds || ds->assumed)
		return;
	if (ds->present)
		add_tries(k, &ds->proof, above_label(k, z->zone->name, "DS"), out);
	for (uint8_t i = 0; !ds->present && i < ds->denial.n_rrsets; i++)
		add_tries(k, &ds->denial.rrsets[i],
			  above_label(k, z->zone->name, ds->denial.nsec3 ? "NSEC3" : "NSEC"), out);
}

void making_above(struct making *k)
{
	snap_sigs found = { 0 };
	if (k->proof)
		add_cut(k, k->proof, &found);
	for (const struct zone *z = k->parent; z && k->chain; z = z->parent) {
		const struct zone_proof *p = chain_zone(k->chain, z);
		if (!p || p->status == STATUS_INSECURE || p->status == STATUS_INDETERMINATE)
			continue;       /* nothing hangs on what it signs */
		if (p->best_keys)
			add_tries(k, &p->best_keys->keys.rrset, above_label(k, z->name, "DNSKEY"), &found);
		add_cut(k, p, &found);
	}
	making_first_denials(&found);
	for (uint32_t i = 0; i < found.n; i++)
		list_push(k->a, &k->s->above, found.at[i]);
}
