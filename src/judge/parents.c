/* Do the parent's servers agree on the delegation? */
#include "judge/ways.h"

/* NULL as well where an edit takes that server away. */
static const struct rrset *referral_ns(const struct judging *j, const struct cut_view *v, const struct zone *z)
{
	const struct message *m = server_counts(j, v->parent) ? look_message(v->referral) : NULL;
	return m ? section_find(&m->authority, z->name, TYPE_NS) : NULL;
}

static bool same_ds(const struct ds_view *a, const struct ds_view *b)
{
	if (a->present != b->present)
		return false;
	return !a->present || (a->rrset && b->rrset && rrset_same(a->rrset, b->rrset));
}

/* A resolver that gets this view and not the best one: does it find a key that the best view's keys prove? */
static bool view_harms(const struct zone_proof *p, const struct ds_view *v)
{
	if (v->status == STATUS_BOGUS)
		return true;
	if (!v->present)
		return p->best_keys == NULL || p->best_keys->keys.status == STATUS_BOGUS;
	for (uint8_t i = 0; p->best_keys && i < p->best_keys->keys.n_ds; i++) {
		const struct ds_try *good = &p->best_keys->keys.ds[i];
		for (uint16_t k = 0; good->reason == REASON_OK && k < v->n_ds; k++)
			if (v->ds[k].tag == good->ds.tag && v->ds[k].algorithm == good->ds.algorithm)
				return false;
	}
	return true;
}

static struct finding *disagree(struct judging *j, const struct zone *z, const char *what)
{
	struct finding *f = finding_add(j, FINDING_PARENT_SERVERS_DISAGREE, z->parent, z->name, 0);
	f->detail = f->detail ? arena_printf(j->arena, "%s and %s", f->detail, what) : what;
	return f;
}

static void judge_ds_views(struct judging *j, const struct zone *z)
{
	const struct zone_proof *p = chain_zone(j->chain, z);
	struct finding *f = NULL;
	for (uint32_t i = 0; p && p->best_ds && i < p->ds.n; i++) {
		const struct ds_view *v = &p->ds.at[i];
		if (v == p->best_ds || v->status == STATUS_INDETERMINATE || same_ds(v, p->best_ds))
			continue;
		f = f ? f : disagree(j, z, "the DS records differ");
		f->proof = v->from;
		for (uint32_t k = 0; k < v->servers.n; k++)
			finding_at(j, f, v->servers.at[k]);
		f->breaks |= view_harms(p, v);
	}
	if (f && !f->breaks)
		f->severity = SEVERITY_NOTICE;
}

static bool any_lives(const struct judging *j, const struct zone *z, const struct ns *ns, const struct leg *leg)
{
	return any_works(j, z, ns->glue.at, ns->glue.n, leg) || any_works(j, z, ns->found.at, ns->found.n, leg);
}

/* Nobody whom this server of the parent names gives an answer. */
static bool names_the_dead(const struct judging *j, const struct zone *z, const struct rrset *ns, const struct leg *leg)
{
	for (uint16_t i = 0; i < ns->n; i++) {
		const struct ns *n = zone_ns(z, rdata_name(ns->rd[i]));
		if (!n || n->outcome == NS_OVER_BUDGET || any_lives(j, z, n, leg))
			return false;
	}
	return true;
}

/* Of sets that differ: those by which a resolver gets nowhere, while others lead on. False: there are none. */
static bool judge_dead_sets(struct judging *j, const struct zone *z, struct finding *f)
{
	const struct leg *leg = zone_leg(j, z);
	uint32_t seen = 0, dead = 0;
	for (uint32_t i = 0; leg && i < z->views.n; i++) {
		const struct rrset *ns = referral_ns(j, &z->views.at[i], z);
		seen += ns != NULL;
		dead += ns && names_the_dead(j, z, ns, leg);
	}
	for (uint32_t i = 0; dead && dead < seen && i < z->views.n; i++) {
		const struct rrset *ns = referral_ns(j, &z->views.at[i], z);
		if (!ns || !names_the_dead(j, z, ns, leg))
			continue;
		finding_at(j, f, z->views.at[i].parent);
		f->proof = z->views.at[i].referral->last;
		f->breaks = true;
	}
	return dead && dead < seen;
}

static const struct rrset *first_set(const struct judging *j, const struct zone *z)
{
	const struct rrset *ns = NULL;
	for (uint32_t i = 0; !ns && i < z->views.n; i++)
		ns = referral_ns(j, &z->views.at[i], z);
	return ns;
}

static void judge_ns_views(struct judging *j, const struct zone *z)
{
	const struct rrset *first = first_set(j, z);
	bool known = finding_has(j, FINDING_PARENT_SERVERS_DISAGREE, z->parent), dead = false;
	struct finding *f = NULL;
	for (uint32_t i = 0; !dead && i < z->views.n; i++) {
		const struct rrset *ns = referral_ns(j, &z->views.at[i], z);
		if (!ns || rrset_same(ns, first))
			continue;
		if (!f) {
			f = disagree(j, z, "the NS records differ");
			dead = judge_dead_sets(j, z, f);
			f->severity = known || dead ? f->severity : SEVERITY_WARNING;
		}
		if (dead)
			continue;
		finding_at(j, f, z->views.at[i].parent);
		f->proof = f->proof ? f->proof : z->views.at[i].referral->last;
	}
}

/* A referral by which nobody gets further: every name server lies inside the zone, and none has its address there. */
static bool leads_nowhere(const struct judging *j, const struct cut_view *v, const struct zone *z)
{
	const struct message *m = look_message(v->referral);
	const struct rrset *ns = referral_ns(j, v, z);
	for (uint16_t i = 0; ns && i < ns->n; i++) {
		const uint8_t *host = rdata_name(ns->rd[i]);
		if (!name_is_under(host, z->name) || section_find(&m->additional, host, TYPE_A) ||
		    section_find(&m->additional, host, TYPE_AAAA))
			return false;
	}
	return ns != NULL;
}

/* Resolvers that meet such a server of the parent fail, though the next one would help them on. */
static void judge_glue_views(struct judging *j, const struct zone *z)
{
	struct finding *f = NULL;
	uint32_t seen = 0, bare = 0;
	for (uint32_t i = 0; i < z->views.n; i++) {
		seen += referral_ns(j, &z->views.at[i], z) != NULL;
		bare += leads_nowhere(j, &z->views.at[i], z);
	}
	for (uint32_t i = 0; bare < seen && i < z->views.n; i++) {
		if (!leads_nowhere(j, &z->views.at[i], z))
			continue;
		f = f ? f : disagree(j, z, "some leave out the addresses of its name servers (glue)");
		finding_at(j, f, z->views.at[i].parent);
		f->proof = f->proof ? f->proof : z->views.at[i].referral->last;
		f->breaks = true;
	}
}

static bool any_refers(const struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < z->views.n; i++)
		if (referral_ns(j, &z->views.at[i], z))
			return true;
	return false;
}

const struct look *parent_denies(const struct server *parent, const struct zone *z)
{
	for (uint32_t i = 0; i < parent->looks.n; i++) {
		const struct look *l = parent->looks.at[i];
		const struct message *m = l->kind == LOOK_QUESTION ? look_message(l) : NULL;
		if (m && m->aa && m->rcode == RCODE_NXDOMAIN && !m->answer.n && name_is_under(l->name, z->name))
			return l;
	}
	return NULL;
}

/* Some delegate, others say that there is no such name: new there, or taken away, and not everywhere yet. */
static void judge_denials(struct judging *j, const struct zone *z)
{
	struct finding *f = NULL;
	for (uint32_t i = 0; z->parent && any_refers(j, z) && i < z->parent->servers.n; i++) {
		const struct server *s = z->parent->servers.at[i];
		const struct look *l = server_counts(j, s) ? parent_denies(s, z) : NULL;
		if (!l)
			continue;
		f = f ? f : disagree(j, z, "some say that it does not exist");
		finding_at(j, f, s);
		f->proof = f->proof ? f->proof : l->last;
		f->breaks = true;
	}
}

void judge_parents(struct judging *j, const struct zone *z)
{
	judge_denials(j, z);
	judge_glue_views(j, z);
	judge_ds_views(j, z);
	judge_ns_views(j, z);
}
