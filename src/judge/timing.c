/* timing -- what runs out soon, and signers whose clock is odd. */
#include "judge/timing.h"
#include "judge/dnssec.h"
#include "dns/text.h"

enum {
	DAY = 86400,
	HOUR = 3600,
	SHORT_LIVED = 4 * DAY,  /* below: on-line signers and test zones; only shares make sense */
	BULK_MIN = 3 * DAY,     /* as monitoring plugins warn (INCIDENTS 4.8) */
	INCEPTION_MARGIN = 300, /* clocks of resolvers differ by minutes (INCIDENTS 4.7) */
	TOO_LONG = 400 * DAY,
	DNSKEY_TTL_MAX = 2 * DAY,
};

void lifetimes_add(struct lifetimes *l, struct wall inception, struct wall expiration)
{
	if (!l->n || expiration.s < l->first_end.s) {
		l->first_end = expiration;
		l->validity_s = expiration.s - inception.s;
	}
	if (!l->n || inception.s < l->oldest.s)
		l->oldest = inception;
	if (!l->n || inception.s > l->newest.s)
		l->newest = inception;
	l->n++;
}

/* Signed in one go, jitter of an hour or a hundredth of the validity included. */
static bool is_bulk(const struct lifetimes *l)
{
	int64_t jitter = l->validity_s / 100 > HOUR ? l->validity_s / 100 : HOUR;
	return l->newest.s - l->oldest.s <= jitter;
}

int64_t renewal_margin(const struct lifetimes *l, bool tight)
{
	int64_t quarter = l->validity_s / 4, tenth = l->validity_s / 10;
	if (tight)
		return tenth;
	if (is_bulk(l))
		return l->validity_s <= SHORT_LIVED || quarter > BULK_MIN ? quarter : BULK_MIN;
	return l->validity_s > 8 * DAY && tenth < DAY ? DAY : tenth;
}

bool ends_soon(const struct lifetimes *l, struct wall at, bool tight)
{
	return l->n && l->first_end.s - at.s < renewal_margin(l, tight);
}

/* ---- gathering ---- */

static void take(struct lifetimes *l, const struct rrset_proof *r)
{
	if (r->status == STATUS_SECURE && r->best && r->best->reason == REASON_OK && r->until.s != INT64_MAX)
		lifetimes_add(l, r->best->inception, r->until);
}

static void take_answer(struct lifetimes *l, const struct answer_proof *a)
{
	for (uint8_t i = 0; i < a->n_rrsets; i++)
		take(l, &a->rrsets[i]);
	for (uint8_t i = 0; i < a->denial.n_rrsets; i++)
		take(l, &a->denial.rrsets[i]);
}

/* SOA and NS of the best-informed server: one is enough, stale ones have findings of their own. */
static void take_looks(const struct judging *j, const struct zone_proof *z, struct lifetimes *out)
{
	static const struct {
		enum look_kind kind;
		uint16_t type;
	} extra[] = { { LOOK_SOA, TYPE_SOA }, { LOOK_NS, TYPE_NS } };
	const struct zone *zone = z->zone;
	for (unsigned e = 0; e < 2; e++) {
		struct lifetimes best = { 0 };
		for (uint32_t i = 0; i < zone->servers.n; i++) {
			const struct server *s = zone->servers.at[i];
			const struct look *l = server_look(s, extra[e].kind, zone->name, extra[e].type);
			struct lifetimes one = { 0 };
			struct answer_proof a;
			if (!l || !server_counts(j, s) ||
			    !chain_usable(l->m, zone->name, extra[e].type, zone->name))
				continue;
			chain_prove(j->prover, j->chain, z, l->m, zone->name, extra[e].type, &a);
			take_answer(&one, &a);
			if (one.n && (!best.n || one.first_end.s > best.first_end.s))
				best = one;
		}
		if (best.n) {
			lifetimes_add(out, best.oldest, best.first_end);
			lifetimes_add(out, best.newest, best.first_end);
		}
	}
}

/* The zone's own word about its children: DS, and that there is none. */
static void take_children(const struct judging *j, const struct zone_proof *z, struct lifetimes *out)
{
	for (uint32_t i = 0; i < j->chain->zones.n; i++) {
		const struct zone_proof *child = j->chain->zones.at[i];
		if (child->zone->parent != z->zone || !child->zone->on_path || !child->best_ds ||
		    child->anchored)
			continue;
		if (child->best_ds->present)
			take(out, &child->best_ds->proof);
		for (uint8_t k = 0; !child->best_ds->present && k < child->best_ds->denial.n_rrsets; k++)
			take(out, &child->best_ds->denial.rrsets[k]);
	}
}

void lifetimes_of(const struct judging *j, const struct zone_proof *z, bool dnskey, struct lifetimes *out)
{
	*out = (struct lifetimes){ 0 };
	if (z->status != STATUS_SECURE || z->assumed || !z->best_keys)
		return;
	if (dnskey) {
		take(out, &z->best_keys->keys.rrset);
		return;
	}
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *l = j->chain->legs.at[i];
		if (l->zone == z && l->best && leg_on_path(l->leg))
			take_answer(out, &l->best->proof);
	}
	take_children(j, z, out);
	if (zone_ends_leg(j, z->zone))
		take_looks(j, z, out);
}

/* ---- findings ---- */

/* An old copy at some servers, still good: the others' answers hide it until it ends. */
static void runs_out_at_some(struct judging *j, const struct zone_proof *z)
{
	char life[WALL_TEXT_MAX];
	for (uint32_t i = 0; i < j->chain->legs.n; i++) {
		const struct leg_proof *l = j->chain->legs.at[i];
		for (uint32_t k = 0; l->zone == z && leg_on_path(l->leg) && k < l->answers.n; k++) {
			const struct answer_view *v = &l->answers.at[k];
			struct lifetimes one = { 0 };
			take_answer(&one, &v->proof);
			if (v->proof.status != STATUS_SECURE || !ends_soon(&one, j->at, false))
				continue;
			struct finding *f = finding_add(j, FINDING_SIG_EXPIRES_SOON, z->zone, z->zone->name, 0);
			for (uint32_t n = 0; n < v->servers.n; n++)
				finding_at(j, f, v->servers.at[n]);
			f->when = one.first_end.s < f->when.s ? one.first_end : f->when;
			f->detail = arena_printf(j->arena, "data at %u of %u servers, signed for %s", f->n_servers,
						 f->of_servers, distance_text(one.validity_s, life));
			f->proof = v->from;
		}
	}
}

static void runs_out(struct judging *j, const struct zone_proof *z, bool dnskey)
{
	struct lifetimes l;
	bool above = zone_above(j, z->zone);
	lifetimes_of(j, z, dnskey, &l);
	if (!ends_soon(&l, j->at, above)) {
		if (!above && !dnskey)
			runs_out_at_some(j, z);
		return;
	}
	char life[WALL_TEXT_MAX];
	struct finding *f = finding_add(j, above ? FINDING_SIG_ENDS_ABOVE : FINDING_SIG_EXPIRES_SOON, z->zone,
					z->zone->name, dnskey ? TYPE_DNSKEY : 0);
	f->when = l.first_end;
	f->detail = arena_printf(j->arena, "%s, signed for %s", dnskey ? "DNSKEY" : "data",
				 distance_text(l.validity_s, life));
	f->proof = z->best_keys->from;
}

/* An inception just before now: an on-line signer without margin, or a clock that runs ahead. */
static void clock_ahead(struct judging *j, const struct zone_proof *z, bool dnskey)
{
	struct lifetimes l;
	lifetimes_of(j, z, dnskey, &l);
	if (!l.n || j->at.s - l.newest.s >= INCEPTION_MARGIN ||
	    finding_has(j, FINDING_SIGNER_CLOCK_DRIFT, z->zone))
		return;
	struct finding *f = finding_add(j, FINDING_SIGNER_CLOCK_DRIFT, z->zone, z->zone->name, 0);
	f->when = l.newest;
	f->detail = dnskey ? "DNSKEY" : "data";
}

static void odd_lengths(struct judging *j, const struct zone_proof *z)
{
	struct lifetimes l;
	const struct rrset *keys = z->best_keys->rrset;
	lifetimes_of(j, z, false, &l);
	if (l.n && l.validity_s > TOO_LONG)
		finding_add(j, FINDING_SIG_VALIDITY_TOO_LONG, z->zone, z->zone->name, 0)->number =
			(uint32_t)(l.validity_s / DAY);
	if (keys && keys->ttl > DNSKEY_TTL_MAX)
		finding_add(j, FINDING_DNSKEY_TTL_TOO_LONG, z->zone, z->zone->name, TYPE_DNSKEY)->number =
			keys->ttl / HOUR;
}

static void outlived_by_ttl(struct judging *j, const struct leg_proof *l)
{
	for (uint8_t i = 0; l->best && i < l->best->proof.n_rrsets; i++) {
		const struct rrset_proof *r = &l->best->proof.rrsets[i];
		if (r->status != STATUS_SECURE || r->until.s == INT64_MAX ||
		    r->rrset->ttl <= r->until.s - j->at.s)
			continue;
		struct finding *f = finding_add(j, FINDING_SIG_OUTLIVED_BY_TTL, l->zone->zone,
						r->rrset->owner, r->rrset->type);
		f->number = r->rrset->ttl;
		f->when = r->until;
	}
}

static void soa_expire(struct judging *j, const struct zone_proof *z)
{
	struct lifetimes l;
	const struct zone *zone = z->zone;
	lifetimes_of(j, z, false, &l);
	for (uint32_t i = 0; l.n && i < zone->servers.n; i++) {
		const struct look *look = server_look(zone->servers.at[i], LOOK_SOA, zone->name, TYPE_SOA);
		const struct rrset *r =
			look && look->m ? section_find(&look->m->answer, zone->name, TYPE_SOA) : NULL;
		if (!r || !r->n || rdata_soa(r->rd[0]).expire <= l.first_end.s - j->at.s)
			continue;
		struct finding *f =
			finding_add(j, FINDING_SOA_EXPIRE_ABOVE_SIG_LIFE, zone, zone->name, TYPE_SOA);
		f->number = rdata_soa(r->rd[0]).expire / DAY;
		f->when = l.first_end;
		return;
	}
}

void judge_timing(struct judging *j)
{
	for (uint32_t i = 0; i < j->chain->zones.n; i++) {
		const struct zone_proof *z = j->chain->zones.at[i];
		if (!z->zone->on_path || z->status != STATUS_SECURE || z->assumed || !z->best_keys)
			continue;
		runs_out(j, z, true);
		runs_out(j, z, false);
		if (!zone_ends_leg(j, z->zone))
			continue;
		clock_ahead(j, z, false);
		clock_ahead(j, z, true);
		odd_lengths(j, z);
		soa_expire(j, z);
	}
	for (uint32_t i = 0; i < j->chain->legs.n; i++)
		if (j->chain->legs.at[i]->zone && leg_on_path(j->chain->legs.at[i]->leg))
			outlived_by_ttl(j, j->chain->legs.at[i]);
}
