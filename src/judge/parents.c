/* Do the parent's servers agree on the delegation? */
#include "judge/inside.h"

static const struct rrset *referral_ns(const struct cut_view *v, const struct zone *z)
{
	const struct message *m = look_message(v->referral);
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

static void judge_ns_views(struct judging *j, const struct zone *z)
{
	const struct rrset *first = NULL;
	struct finding *f = NULL;
	for (uint32_t i = 0; i < z->views.n; i++) {
		const struct rrset *ns = referral_ns(&z->views.at[i], z);
		if (!ns || !first) {
			first = ns ? ns : first;
			continue;
		}
		if (rrset_same(ns, first))
			continue;
		bool known = finding_has(j, FINDING_PARENT_SERVERS_DISAGREE, z->parent);
		f = f ? f : disagree(j, z, "the NS records differ");
		finding_at(j, f, z->views.at[i].parent);
		f->proof = f->proof ? f->proof : z->views.at[i].referral->last;
		if (!known)
			f->severity = SEVERITY_WARNING;
	}
}

/* A referral by which nobody gets further: every name server lies inside the zone, and none has its address there. */
static bool leads_nowhere(const struct cut_view *v, const struct zone *z)
{
	const struct message *m = look_message(v->referral);
	const struct rrset *ns = referral_ns(v, z);
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
		seen += referral_ns(&z->views.at[i], z) != NULL;
		bare += leads_nowhere(&z->views.at[i], z);
	}
	for (uint32_t i = 0; bare < seen && i < z->views.n; i++) {
		if (!leads_nowhere(&z->views.at[i], z))
			continue;
		f = f ? f : disagree(j, z, "some leave out the addresses of its name servers (glue)");
		finding_at(j, f, z->views.at[i].parent);
		f->proof = f->proof ? f->proof : z->views.at[i].referral->last;
		f->breaks = true;
	}
}

void judge_parents(struct judging *j, const struct zone *z)
{
	judge_glue_views(j, z);
	judge_ds_views(j, z);
	judge_ns_views(j, z);
}
