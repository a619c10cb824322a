/* cds -- what a zone tells its parent by CDS and CDNSKEY (RFC 7344, RFC 8078), and what would come of it: the DS set that
 * it asks for is held against the zone's own keys before a parent does so. Resolvers read none of these records. */
#include "judge/dnssec.h"
#include "base/limits.h"
#include "dns/text.h"

enum { ALG_DELETE = 0 };        /* RFC 8078 6.1 */

struct asked_for {              /* as one server has it */
	const struct zone_proof *z;
	const struct server *server;
	const struct look *looks[2];            /* CDS, CDNSKEY */
	const struct rrset *sets[2];            /* NULL: none */
};
enum { CDS, CDNSKEY };
static const struct { enum look_kind kind; uint16_t type; } asked_at[] = { [CDS] = { LOOK_CDS, TYPE_CDS },
									   [CDNSKEY] = { LOOK_CDNSKEY, TYPE_CDNSKEY } };

static struct finding *tell(struct judging *j, const struct asked_for *a, int which, enum finding_id id)
{
	struct site s = site_look(a->z, a->looks[which], &a->server);
	s.breaks = s.always = false;
	return site_add(j, &s, id, a->z->zone->name, asked_at[which].type);
}

static uint8_t algorithm_of(int which, struct rdata rd)
{
	return which == CDS ? rdata_ds(rd).algorithm : rdata_dnskey(rd).algorithm;
}

static uint16_t tag_of(int which, struct rdata rd)
{
	return which == CDS ? rdata_ds(rd).tag : rdata_dnskey(rd).tag;
}

/* ---- the request to delete (RFC 8078 4) ---- */

static bool is_delete(int which, struct rdata rd)
{
	static const uint8_t cds[] = { 0, 0, 0, 0, 0 }, cdnskey[] = { 0, 0, 3, 0, 0 };
	return rdata_equal(rd, (struct rdata){ which == CDS ? cds : cdnskey, sizeof cds });
}

/* Records that speak of algorithm 0; *well: of these, in the one form that parents know. */
static unsigned deletes(int which, const struct rrset *r, unsigned *well)
{
	unsigned n = 0;
	*well = 0;
	for (uint16_t i = 0; i < r->n; i++) {
		n += algorithm_of(which, r->rd[i]) == ALG_DELETE;
		*well += is_delete(which, r->rd[i]);
	}
	return n;
}

/* True where the set holds such a request, good or bad: it asks for no DS then. */
static bool judge_delete(struct judging *j, const struct asked_for *a, int which)
{
	unsigned well, all = a->sets[which] ? deletes(which, a->sets[which], &well) : 0;
	if (!all)
		return false;
	if (all != well)
		tell(j, a, which, FINDING_CDS_DELETE_MALFORMED);
	else if (all != a->sets[which]->n)
		tell(j, a, which, FINDING_CDS_DELETE_MIXED);
	else if (a->z->n_linking)
		tell(j, a, which, FINDING_CDS_DELETE_PENDING);
	return true;
}

/* ---- who signed (RFC 7344 4.1) ---- */

static bool by_linked_key(const struct zone_proof *z, const struct rrset_proof *r)
{
	const struct keyset *keys = &z->best_keys->keys;
	for (uint8_t i = 0; i < r->n_tries; i++)
		for (uint16_t k = 0; r->tries[i].reason == REASON_OK && k < keys->n_keys; k++)
			if (keys->linked[k] && keys->keys[k].tag == r->tries[i].sig.tag &&
			    keys->keys[k].algorithm == r->tries[i].sig.algorithm)
				return true;
	return false;
}

static void judge_signer(struct judging *j, const struct asked_for *a, int which)
{
	struct rrset_proof proof;
	if (!a->sets[which] || a->z->status != STATUS_SECURE)
		return;
	prove_rrset(j->prover, a->sets[which], &a->z->best_keys->keys, &proof);
	if (proof.status == STATUS_BOGUS)
		tell(j, a, which, FINDING_CDS_UNSIGNED)->detail = reason_text(proof.reason);
	else if (proof.status == STATUS_SECURE && !by_linked_key(a->z, &proof))
		tell(j, a, which, FINDING_CDS_NOT_SIGNED_BY_DS_KEY);
}

/* ---- CDS and CDNSKEY of the same keys ---- */

static bool same_key(struct judging *j, const uint8_t *zone, const struct ds *ds, struct rdata key)
{
	struct dnskey k = rdata_dnskey(key);
	bool digest_known = crypto_digest_type(j->prover->crypto, ds->digest_type) == CRYPTO_SUPPORTED;
	return k.tag == ds->tag && k.algorithm == ds->algorithm &&
	       (!digest_known || ds_is_of(j, zone, key, ds));
}

static bool has_partner(struct judging *j, const struct asked_for *a, int which, struct rdata rd)
{
	const struct rrset *other = a->sets[!which];
	for (uint16_t i = 0; i < other->n; i++) {
		struct ds ds = rdata_ds(which == CDS ? rd : other->rd[i]);
		if (same_key(j, a->z->zone->name, &ds, which == CDS ? other->rd[i] : rd))
			return true;
	}
	return false;
}

static void judge_agreement(struct judging *j, const struct asked_for *a)
{
	if (!a->sets[CDS] || !a->sets[CDNSKEY] || a->sets[CDS]->n > LIMIT_DS || a->sets[CDNSKEY]->n > LIMIT_DS)
		return;
	for (int which = CDS; which <= CDNSKEY; which++)
		for (uint16_t i = 0; i < a->sets[which]->n; i++) {
			struct rdata rd = a->sets[which]->rd[i];
			if (has_partner(j, a, which, rd))
				continue;
			tell(j, a, which, FINDING_CDS_CDNSKEY_DISAGREE)->detail =
				arena_printf(j->arena, "key %u stands only in %s", tag_of(which, rd),
					     type_text(j->arena, asked_at[which].type));
			return;
		}
}

/* ---- the DS set asked for, as if the parent had it ---- */

static uint16_t wanted(struct judging *j, const struct asked_for *a, int which, struct ds out[LIMIT_DS])
{
	uint16_t n = 0;
	for (; n < a->sets[which]->n && n < LIMIT_DS; n++)
		out[n] = which == CDS ? rdata_ds(a->sets[which]->rd[n])
				      : prove_make_ds(j->prover, a->z->zone->name, a->sets[which]->rd[n], DIGEST_SHA256);
	return n;
}

static bool names_key(const struct ds_try *t)
{
	return t->reason != REASON_DS_MATCHES_NO_KEY && t->reason != REASON_DS_DIGEST_DIFFERS;
}

static void simulate(struct judging *j, const struct asked_for *a, int which, const struct ds *ds, uint16_t n)
{
	struct keyset then;
	prove_dnskey(j->prover, a->z->zone->name, ds, n, a->z->best_keys->rrset, &then);
	if (then.reason == REASON_BUDGET)
		return;
	if (then.status == STATUS_BOGUS) {
		struct finding *f = tell(j, a, which, FINDING_CDS_WOULD_BREAK_ZONE);
		f->detail = reason_text(then.reason);
		return;
	}
	for (uint8_t i = 0; i < then.n_ds; i++)
		if (!names_key(&then.ds[i]))
			tell(j, a, which, FINDING_CDS_MATCHES_NO_KEY)->detail =
				arena_printf(j->arena, "key tag %u, algorithm %u", then.ds[i].ds.tag, then.ds[i].ds.algorithm);
}

/* By key, not by digest: parents choose the digest types (RFC 7344 4). */
static bool holds_key(const struct ds *set, uint16_t n, const struct ds *ds)
{
	for (uint16_t i = 0; i < n; i++)
		if (set[i].tag == ds->tag && set[i].algorithm == ds->algorithm)
			return true;
	return false;
}

static void judge_pending(struct judging *j, const struct asked_for *a, int which, const struct ds *ds, uint16_t n)
{
	const struct ds_view *now = a->z->best_ds;
	uint16_t n_now = now ? now->n_ds : 0;
	const struct ds *odd = NULL;
	bool gone = false;
	const struct zone_proof *above = a->z->zone->parent ? chain_zone(j->chain, a->z->zone->parent) : NULL;
	if (!above || above->status != STATUS_SECURE || a->z->anchored)
		return;
	for (uint16_t i = 0; !odd && i < n; i++)
		odd = holds_key(now ? now->ds : NULL, n_now, &ds[i]) ? NULL : &ds[i];
	for (uint16_t i = 0; !odd && i < n_now; i++) {
		gone = !holds_key(ds, n, &now->ds[i]);
		odd = gone ? &now->ds[i] : NULL;
	}
	if (odd)
		tell(j, a, which, FINDING_CDS_PENDING)->detail =
			arena_printf(j->arena, gone ? "that of key %u is to go" : "one for key %u", odd->tag);
}

static void judge_wanted(struct judging *j, const struct asked_for *a, int which)
{
	struct ds ds[LIMIT_DS];
	if (!a->sets[which] || a->sets[which]->n > LIMIT_DS)
		return;
	uint16_t n = wanted(j, a, which, ds);
	simulate(j, a, which, ds, n);
	judge_pending(j, a, which, ds, n);
}

static bool gather(struct judging *j, const struct zone_proof *z, const struct server *s, struct asked_for *a)
{
	*a = (struct asked_for){ .z = z, .server = s };
	for (int i = CDS; i <= CDNSKEY && server_counts(j, s); i++) {
		const uint8_t *apex = z->zone->name;
		const struct look *l = server_look(s, asked_at[i].kind, apex, asked_at[i].type);
		if (!l || !chain_usable(l->m, apex, asked_at[i].type, apex))
			continue;
		a->looks[i] = l;
		a->sets[i] = section_find(&l->m->answer, apex, asked_at[i].type);
	}
	return a->sets[CDS] || a->sets[CDNSKEY];
}

static void judge_asked_for(struct judging *j, const struct asked_for *a)
{
	int first = a->sets[CDS] ? CDS : CDNSKEY;
	if (!a->z->best_keys || !a->z->best_keys->rrset) {
		if (a->z->status == STATUS_INSECURE)
			tell(j, a, first, FINDING_CDS_IN_UNSIGNED_ZONE);
		return;
	}
	judge_signer(j, a, CDS);
	judge_signer(j, a, CDNSKEY);
	bool delete = judge_delete(j, a, first);
	if (first == CDS && !delete)
		delete = judge_delete(j, a, CDNSKEY);
	if (delete)
		return;
	judge_agreement(j, a);
	judge_wanted(j, a, first);
}

static void judge_zone(struct judging *j, const struct zone_proof *z)
{
	const struct zone *zone = z->zone;
	struct asked_for a;
	if ((z->status != STATUS_SECURE && z->status != STATUS_INSECURE) || z->assumed)
		return;
	for (uint32_t i = 0; i < zone->servers.n; i++) {
		const struct server *s = zone->servers.at[i];
		if (gather(j, z, s, &a))
			judge_asked_for(j, &a);
	}
}

void judge_cds(struct judging *j)
{
	for (uint32_t i = 0; i < j->chain->zones.n; i++)
		if (zone_ends_leg(j, j->chain->zones.at[i]->zone))
			judge_zone(j, j->chain->zones.at[i]);
}
