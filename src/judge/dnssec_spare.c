/* dnssec_spare -- signatures beside the good one. By the standard any good one will do (RFC 4035 5.3.3); resolvers that fear
 * KeyTrap give up after some that fail. */
#include "judge/dnssec.h"
#include "base/limits.h"

static bool is_wrong(const struct sig_try *t)
{
	return t->reason == REASON_SIG_BOGUS || t->reason == REASON_SIG_LENGTH;
}

/* Measured: so BIND 9.18 tries them and stops at the first that fails, a bad time included; not so those of DNSKEY, and the SOA
 * beside a denial costs no more than AD. */
static bool fails_before_good(const struct rrset_proof *r)
{
	for (uint8_t i = 0; i < r->n_tries && r->tries[i].reason != REASON_OK; i++)
		if (r->tries[i].key && (is_wrong(&r->tries[i]) || r->tries[i].reason == REASON_SIG_EXPIRED))
			return true;
	return false;
}

/* Not an old signature left behind, but all that one of the zone's algorithms has: its signer has stopped. */
static bool algorithm_ran_out(const struct rrset_proof *r)
{
	for (uint8_t i = 0; i < r->n_tries; i++) {
		bool good = false;
		for (uint8_t k = 0; k < r->n_tries; k++)
			good |= r->tries[k].reason == REASON_OK && r->tries[k].sig.algorithm == r->tries[i].sig.algorithm;
		if (r->tries[i].key && r->tries[i].reason == REASON_SIG_EXPIRED && !good)
			return true;
	}
	return false;
}

static void too_many(struct judging *j, const struct zone_proof *z, const struct rrset_proof *r)
{
	struct finding *f = finding_add(j, FINDING_KEYTRAP_MANY_SIGS, z->zone, r->rrset->owner, r->rrset->type);
	f->number = r->rrset->n_sigs;
	f->breaks = z->zone->on_path;
}

/* Who gave it; whether BIND tries the signatures in order; whether what breaks nobody is left out. */
struct given { const struct server *const *by; uint32_t n; bool in_order, only_breaking; };

static void beside_good(struct judging *j, const struct zone_proof *z, const struct rrset_proof *r, bool any_wrong,
			const struct given *g)
{
	enum finding_id id = any_wrong ? FINDING_RRSIG_ONE_GOOD_ONE_BOGUS : FINDING_RRSIG_ONE_GOOD_ONE_EXPIRED;
	struct finding *f = finding_add(j, id, z->zone, r->rrset->owner, r->rrset->type);
	bool first = g->in_order && fails_before_good(r), grave = any_wrong || algorithm_ran_out(r);
	if (first || !f->detail)
		f->detail = first ? "before the good one: BIND 9.18 stops there and answers SERVFAIL" : "beside a good one";
	if (first)
		f->severity = grave ? SEVERITY_WARNING : SEVERITY_NOTICE;
	f->breaks |= first && grave && z->zone->on_path;
	for (uint32_t i = 0; i < g->n; i++)
		finding_at(j, f, g->by[i]);
}

static void ttls(struct judging *j, const struct zone_proof *z, const struct rrset_proof *r)
{
	if (r->status == STATUS_SECURE && r->rrset->n_sigs && r->rrset->sig_ttl != r->rrset->ttl)
		finding_add(j, FINDING_RRSIG_TTL_MISMATCH, z->zone, r->rrset->owner, r->rrset->type);
	if (r->ttl_over_original)
		finding_add(j, FINDING_RRSET_TTL_ABOVE_ORIGINAL, z->zone, r->rrset->owner, r->rrset->type);
}

static void one_rrset(struct judging *j, const struct zone_proof *z, const struct rrset_proof *r, struct given g)
{
	unsigned expired = 0, wrong = 0, left = 0;
	bool good = r->status == STATUS_SECURE;
	if (!r->rrset || (g.only_breaking && !good))
		return;
	for (uint8_t i = 0; i < r->n_tries; i++) {
		expired += r->tries[i].reason == REASON_SIG_EXPIRED;
		wrong += is_wrong(&r->tries[i]);
		left += r->tries[i].reason == REASON_TOO_MANY_SIGS;
	}
	bool breaks = good && (wrong || algorithm_ran_out(r)) && g.in_order && fails_before_good(r);
	if (wrong + left >= LIMIT_SIGS_SOME_STOP)
		too_many(j, z, r);
	else if (breaks || (good && (wrong || expired) && !g.only_breaking))
		beside_good(j, z, r, wrong > 0, &g);
	if (!g.only_breaking)
		ttls(j, z, r);
}

static void of_denial(struct judging *j, const struct zone_proof *z, const struct denial_proof *d, struct given g)
{
	for (uint8_t i = 0; i < d->n_rrsets; i++)
		one_rrset(j, z, &d->rrsets[i], g);
}

static void of_answers(struct judging *j, const struct zone_proof *z, const struct leg_proof *l)
{
	for (uint32_t i = 0; i < l->answers.n; i++) {
		const struct answer_view *v = &l->answers.at[i];
		bool denies = v->proof.kind == ANSWER_NODATA || v->proof.kind == ANSWER_NXDOMAIN;
		struct given g = { v->servers.at, v->servers.n, !denies, false };
		for (uint8_t k = 0; k < v->proof.n_rrsets; k++)
			one_rrset(j, z, &v->proof.rrsets[k], g);
		g.in_order = true;
		of_denial(j, z, &v->proof.denial, g);
	}
}

/* What the zone says of the DS below it. Of a zone above the question only what breaks is told. */
void judge_spare_above(struct judging *j, const struct zone_proof *z)
{
	bool only_breaking = !zone_ends_leg(j, z->zone);
	for (uint32_t i = 0; z->status == STATUS_SECURE && i < j->chain->zones.n; i++) {
		const struct zone_proof *below = j->chain->zones.at[i];
		if (below->zone->parent != z->zone || !below->zone->on_path)
			continue;
		for (uint32_t k = 0; k < below->ds.n; k++) {
			const struct ds_view *v = &below->ds.at[k];
			struct given g = { v->servers.at, v->servers.n, true, only_breaking };
			if (v->present)
				one_rrset(j, z, &v->proof, g);
			else
				of_denial(j, z, &v->denial, g);
		}
	}
}

void judge_spare_signatures(struct judging *j, const struct zone_proof *z)
{
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *l = j->chain->legs.at[i];
		if (l->zone == z && leg_on_path(l->leg))
			of_answers(j, z, l);
	}
	if (z->best_keys->rrset)
		one_rrset(j, z, &z->best_keys->keys.rrset, (struct given){ 0 });
}
