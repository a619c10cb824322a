/* What a zone tells its parent besides CDS: CSYNC (RFC 7477), and where it has no DS yet the signals that its name servers'
 * operators publish for it (RFC 9615). And what its SOA and MX records point to. Depth deep only. */
#include "walk/inside.h"

enum { SIGNALS_MAX = 4, EXCHANGES_MAX = 4 };

/* ---- targets inside the zone: others are for their own zone to answer ---- */

static const struct rrset *answer_of(const struct look *l)
{
	bool good = l->m != NULL && l->m->aa && l->m->rcode == RCODE_NOERROR;
	return good ? section_find(&l->m->answer, l->name, l->type) : NULL;
}

static void want_address(struct walk *w, struct server *s, enum look_kind kind, const uint8_t *name)
{
	if (name_is_under(name, s->zone->name) && tree_zone_above(&w->tree, name) == s->zone)
		look_want(w, s, kind, name, TYPE_A, true);
}

static void want_targets(struct walk *w, struct server *s)
{
	struct zone *z = s->zone;
	const struct look *soa = server_look(s, LOOK_SOA, z->name, TYPE_SOA);
	const struct rrset *set = soa != NULL ? answer_of(soa) : NULL;
	if (set != NULL && set->n > 0 && zone_ns(z, rdata_soa(set->rd[0]).mname) == NULL)
		want_address(w, s, LOOK_MNAME, rdata_soa(set->rd[0]).mname);
	set = answer_of(look_want(w, s, LOOK_MX, z->name, TYPE_MX, true));
	for (uint16_t i = 0; set != NULL && i < set->n && i < EXCHANGES_MAX; i++)
		want_address(w, s, LOOK_MX_HOST, rdata_mx_name(set->rd[i]));
}

/* ---- signals (RFC 9615 4.2) ---- */

static bool has_ds(const struct zone *z)
{
	for (uint32_t i = 0; i < z->views.n; i++) {
		const struct look *const looks[] = { z->views.at[i].referral, z->views.at[i].ds };
		for (unsigned k = 0; k < 2; k++)
			if (looks[k] != NULL && looks[k]->m != NULL &&
			    (section_find(&looks[k]->m->answer, z->name, TYPE_DS) != NULL ||
			     section_find(&looks[k]->m->authority, z->name, TYPE_DS) != NULL))
				return true;
	}
	return false;
}

static bool asks_for_ds(const struct zone *z)
{
	for (uint32_t i = 0; i < z->servers.n; i++)
		for (uint32_t k = 0; k < z->servers.at[i]->looks.n; k++) {
			const struct look *l = z->servers.at[i]->looks.at[k];
			if ((l->kind == LOOK_CDS || l->kind == LOOK_CDNSKEY) && answer_of(l) != NULL)
				return true;
		}
	return false;
}

static void want_signal(struct walk *w, struct zone *z, struct ns *n, uint16_t type)
{
	const uint8_t *name = tree_signal_name(w->arena, z->name, n->name);
	if (name == NULL || leg_find_for_ns(w, name, type) != NULL)
		return;
	uint64_t limit = w->budget->limit[BUDGET_SUBWALKS], used = w->budget->used[BUDGET_SUBWALKS];
	if (used < limit - limit / 4 && budget_spend(w->budget, BUDGET_SUBWALKS, 1))    /* the rest is the main chain's */
		leg_make(w, name, type, NULL, n, 1);
	else
		w->tree.extras_hit |= 1u << BUDGET_SUBWALKS;
}

static void want_signals(struct walk *w, struct zone *z)
{
	uint32_t asked = 0;
	if (z->parent == NULL || !ground_of(z)->serves_keys || has_ds(z) || !asks_for_ds(z))
		return;
	for (uint32_t i = 0; i < z->ns.n && asked < SIGNALS_MAX; i++) {
		struct ns *n = z->ns.at[i];
		if (!n->in_parent || name_is_under(n->name, z->name))
			continue;
		want_signal(w, z, n, TYPE_CDS);
		want_signal(w, z, n, TYPE_CDNSKEY);
		asked++;
	}
}

void want_sync(struct walk *w, struct zone *z, struct server *const *alive, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		look_want(w, alive[i], LOOK_CSYNC, z->name, TYPE_CSYNC, true);
	if (n > 0)
		want_targets(w, alive[0]);
	want_signals(w, z);
}
