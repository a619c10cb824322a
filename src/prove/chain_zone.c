/* chain_zone -- one zone: DS proven by the parent's keys, keys proven by DS or anchors; the best path
 * decides. */
#include "prove/chain_inside.h"

/* ---- DS ---- */

static void read_ds(struct chaining *k, struct ds_view *v)
{
	v->n_ds = v->rrset->n;
	v->ds = ARENA_ARRAY(k->p->arena, struct ds, v->n_ds);
	for (uint16_t i = 0; i < v->n_ds; i++)
		v->ds[i] = rdata_ds(v->rrset->rd[i]);
}

/* The parent's servers may publish different keys (multi-signer): any secure set that proves it will do. */
static void prove_present(struct chaining *k, const struct zone_proof *up, struct ds_view *v)
{
	prove_rrset(k->p, v->rrset, &up->best_keys->keys, &v->proof);
	for (uint32_t i = 0; i < up->keys.n && v->proof.status != STATUS_SECURE; i++) {
		struct rrset_proof other;
		if (up->keys.at[i].keys.status != STATUS_SECURE || &up->keys.at[i] == up->best_keys)
			continue;
		prove_rrset(k->p, v->rrset, &up->keys.at[i].keys, &other);
		if (chain_rank(other.status) > chain_rank(v->proof.status))
			v->proof = other;
	}
	v->status = v->proof.status;
	v->reason = v->proof.reason;
	v->until = v->proof.until;
}

/* The cut is there (we were referred); a proof that it is no cut is as good as none. */
static void read_denial(struct ds_view *v)
{
	bool held = v->denial.status == STATUS_SECURE || v->denial.status == STATUS_INSECURE;
	v->until = v->denial.until;
	v->reason = v->denial.reason;
	if (held && v->denial.kind == DENIAL_INSECURE_CUT) {
		v->status = STATUS_INSECURE;
	} else if (held && v->denial.status == STATUS_INSECURE) { /* NSEC3 iterations over the limit */
		v->status = STATUS_INSECURE;
	} else {
		v->status = v->denial.status == STATUS_INDETERMINATE ? STATUS_INDETERMINATE : STATUS_BOGUS;
		if (held)
			v->reason = REASON_NSEC_PARENT_SIDE;
	}
}

static void prove_absent(struct chaining *k, const struct zone_proof *up, const uint8_t *cut,
			 struct ds_view *v)
{
	prove_no_ds(k->p, v->m, &up->best_keys->keys, cut, &v->denial);
	read_denial(v);
	for (uint32_t i = 0; i < up->keys.n && v->status != STATUS_INSECURE; i++) {
		struct ds_view other = *v;
		if (up->keys.at[i].keys.status != STATUS_SECURE || &up->keys.at[i] == up->best_keys)
			continue;
		prove_no_ds(k->p, v->m, &up->keys.at[i].keys, cut, &other.denial);
		read_denial(&other);
		if (other.status == STATUS_INSECURE)
			*v = other;
	}
}

static void prove_ds_view(struct chaining *k, const struct zone_proof *up, const uint8_t *cut,
			  struct ds_view *v)
{
	if (v->rrset)
		read_ds(k, v);
	v->until = WALL_NEVER;
	if (up->status != STATUS_SECURE) {
		v->status = up->status;
		v->reason = up->status == STATUS_INSECURE ? up->reason : REASON_PARENT;
		return;
	}
	if (v->assumed)
		return;
	if (!up->best_keys) { /* an edit says the keys are good, none was seen */
		v->status = v->present ? STATUS_SECURE : STATUS_INSECURE;
		return;
	}
	if (v->present)
		prove_present(k, up, v);
	else
		prove_absent(k, up, cut, v);
	chain_assume_ds(k, up, v);
}

/* ---- DNSKEY ---- */

static bool was_asked(const struct server *s)
{
	const struct look *l = server_look(s, LOOK_DNSKEY, s->zone->name, TYPE_DNSKEY);
	return l && l->tries.n > 0;
}

static bool answered_anything(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++)
		if (s->looks.at[i]->m)
			return true;
	return false;
}

/* No server gave any DNSKEY answer. A server that talks and is silent about its keys breaks the chain; a zone
 * that is silent altogether, or was not asked, is unknown. */
static void without_key_views(struct chaining *k, struct zone_proof *z)
{
	z->status = STATUS_INDETERMINATE;
	z->reason = k->t->budget_hit ? REASON_BUDGET : REASON_DNSKEY_MISSING;
	for (uint32_t i = 0; i < z->zone->servers.n; i++) {
		const struct server *s = z->zone->servers.at[i];
		if (was_asked(s) && answered_anything(s)) {
			z->status = STATUS_BOGUS;
			z->reason = REASON_DNSKEY_MISSING;
			return;
		}
	}
}

static bool better_keys(const struct keyset *a, const struct keyset *b)
{
	if (a->status != b->status)
		return chain_rank(a->status) > chain_rank(b->status);
	return a->until.s > b->until.s;
}

/* All key views against one set of DS; the best of them decides. Returns how good that is. */
static int link_keys(struct chaining *k, struct zone_proof *z, const struct ds *ds, uint16_t n_ds,
		     struct keyset *out)
{
	int best = -1;
	for (uint32_t i = 0; i < z->keys.n; i++) {
		prove_dnskey(k->p, z->zone->name, ds, n_ds, z->keys.at[i].rrset, &out[i]);
		chain_assume_keys(k, z, &out[i], &z->keys.at[i]);
		if (chain_rank(out[i].status) > best)
			best = chain_rank(out[i].status);
	}
	return best;
}

static void unchained_keys(struct chaining *k, struct zone_proof *z)
{
	for (uint32_t i = 0; i < z->keys.n; i++) {
		prove_keyset_unchained(k->p, z->zone->name, z->keys.at[i].rrset, z->status,
				       &z->keys.at[i].keys);
		z->keys.at[i].keys.status = z->status;
		if (z->status == STATUS_BOGUS || z->status == STATUS_INDETERMINATE)
			z->keys.at[i].keys.reason = REASON_PARENT;
	}
}

static void pick_best_keys(struct zone_proof *z)
{
	for (uint32_t i = 0; i < z->keys.n; i++)
		if (!z->best_keys || better_keys(&z->keys.at[i].keys, &z->best_keys->keys))
			z->best_keys = &z->keys.at[i];
}

/* Keys by these DS, kept when they are better than what was there. */
static bool take_if_better(struct chaining *k, struct zone_proof *z, const struct ds *ds, uint16_t n_ds,
			   int *best)
{
	struct keyset *sets = ARENA_ARRAY(k->p->arena, struct keyset, z->keys.n + 1);
	int rank = link_keys(k, z, ds, n_ds, sets);
	if (rank <= *best)
		return false;
	*best = rank;
	for (uint32_t i = 0; i < z->keys.n; i++)
		z->keys.at[i].keys = sets[i];
	z->n_linking = n_ds;
	z->linking = ARENA_ARRAY(k->p->arena, struct ds, n_ds);
	for (uint16_t i = 0; i < n_ds; i++)
		z->linking[i] = ds[i];
	return true;
}

static void status_from_keys(struct chaining *k, struct zone_proof *z, struct wall above)
{
	z->until = WALL_NEVER;
	pick_best_keys(z);
	if (!z->best_keys) {
		without_key_views(k, z);
		return;
	}
	z->status = z->best_keys->keys.status;
	z->reason = z->best_keys->keys.reason;
	if (chain_rank(z->status) >= chain_rank(STATUS_INSECURE))
		z->until =
			z->status == STATUS_SECURE ? chain_earlier(z->best_keys->keys.until, above) : above;
}

/* ---- a zone ---- */

static const struct ds_view *best_unlinked(const struct zone_proof *z)
{
	static const int order[] = {
		[STATUS_SECURE] = 3, [STATUS_INSECURE] = 2, [STATUS_BOGUS] = 1, [STATUS_INDETERMINATE] = 0
	};
	const struct ds_view *best = NULL;
	for (uint32_t i = 0; i < z->ds.n; i++)
		if (!best || order[z->ds.at[i].status] > order[best->status])
			best = &z->ds.at[i];
	return best;
}

static void insecure_by(struct chaining *k, struct zone_proof *z, const struct zone_proof *up,
			const struct ds_view *v)
{
	z->best_ds = v;
	z->status = v ? v->status : STATUS_INDETERMINATE;
	z->reason = v ? v->reason : REASON_DENIAL_MISSING;
	z->until = v && v->status == STATUS_INSECURE ? chain_earlier(v->until, up->until) : WALL_NEVER;
	z->n_linking = 0;
	unchained_keys(k, z);
	pick_best_keys(z);
}

/* Which of the secure DS sets links the keys: the parent's servers may be out of step. */
static void link_by_parent(struct chaining *k, struct zone_proof *z, const struct zone_proof *up)
{
	int best = -1;
	const struct ds_view *other = best_unlinked(z);
	for (uint32_t i = 0; i < z->ds.n; i++) {
		const struct ds_view *v = &z->ds.at[i];
		if (v->status == STATUS_SECURE &&
		    (take_if_better(k, z, v->ds, v->n_ds, &best) || !z->best_ds))
			z->best_ds = v;
	}
	for (uint32_t i = 0; i < z->ds.n && best < chain_rank(STATUS_INSECURE); i++)
		if (z->ds.at[i].status == STATUS_INSECURE)
			other = &z->ds.at[i];
	if (z->best_ds && (best >= chain_rank(STATUS_INSECURE) || other->status != STATUS_INSECURE))
		status_from_keys(k, z, chain_earlier(z->best_ds->until, up->until));
	else
		insecure_by(k, z, up, other);
}

/* The walk takes a signer's name for an apex. Where the parent proves that nothing is delegated there, the
 * name was wrong in the signature, and its data is the parent's. */
static bool proven_no_cut(const struct zone_proof *z)
{
	bool any = false;
	for (uint32_t i = 0; i < z->ds.n; i++) {
		const struct ds_view *v = &z->ds.at[i];
		bool held = v->denial.status == STATUS_SECURE &&
			    (v->denial.kind == DENIAL_NODATA || v->denial.kind == DENIAL_ENT ||
			     v->denial.kind == DENIAL_NXDOMAIN);
		if (v->present || !held)
			return false;
		any = true;
	}
	return any;
}

static void inherit(struct chaining *k, struct zone_proof *z, const struct zone_proof *up)
{
	z->best_ds = best_unlinked(z);
	z->status = up ? up->status : STATUS_INSECURE;
	z->reason = !up ? REASON_NO_ANCHOR : up->status == STATUS_INSECURE ? up->reason : REASON_PARENT;
	z->until = up ? up->until : WALL_NEVER;
	unchained_keys(k, z);
	pick_best_keys(z);
}

/* An edit that restores or serves the keys needs no DNSKEY answer to work on. */
static void keys_out_of_nothing(struct chaining *k, struct zone_proof *z)
{
	bool restored = edits_has(k->e, EDIT_KEYS_RESTORE, z->zone->name) ||
			edits_has(k->e, EDIT_SERVE_DNSSEC, z->zone->name);
	if (z->keys.n == 0 && restored)
		list_push(k->p->arena, &z->keys, (struct key_view){ .rrset = NULL });
}

static void serve_all(struct chaining *k, struct zone_proof *z)
{
	if (z->best_keys && edits_has(k->e, EDIT_SERVE_ALL, z->zone->name)) {
		z->keys.at[0] = *z->best_keys;
		z->keys.n = 1;
		z->best_keys = &z->keys.at[0];
	}
	if (z->best_ds && z->zone->parent && edits_has(k->e, EDIT_SERVE_ALL, z->zone->parent->name)) {
		z->ds.at[0] = *z->best_ds;
		z->ds.n = 1;
		z->best_ds = &z->ds.at[0];
	}
}

void chain_prove_zone(struct chaining *k, struct zone_proof *z)
{
	const struct zone_proof *up = z->zone->parent ? chain_zone(k->c, z->zone->parent) : NULL;
	struct ds *anchors = NULL;
	chain_collect_keys(k, z);
	keys_out_of_nothing(k, z);
	uint16_t n_anchors = chain_anchors(k, z, &anchors);
	z->anchored = n_anchors > 0;
	z->until = WALL_NEVER;
	if (up && !chain_edited_ds(k, z))
		chain_collect_ds(k, z);
	for (uint32_t i = 0; up && i < z->ds.n; i++)
		prove_ds_view(k, up, z->zone->name, &z->ds.at[i]);
	if (z->anchored) {
		int best = -1;
		take_if_better(k, z, anchors, n_anchors, &best);
		z->best_ds = best_unlinked(z);
		status_from_keys(k, z, WALL_NEVER);
	} else if (!up || up->status != STATUS_SECURE || (z->zone->no_cut_seen && proven_no_cut(z))) {
		z->not_a_zone = up && up->status == STATUS_SECURE;
		inherit(k, z, up);
	} else {
		link_by_parent(k, z, up);
	}
	serve_all(k, z);
	k->c->budget_hit = k->p->budget->hit;
}
