/* chain_assume -- edits: repairs that are taken as done. What they make good holds for ever (WALL_NEVER): a
 * repair that would itself run out is not what the judge asks about. */
#include "prove/chain_inside.h"

static void add_parent_servers(struct chaining *k, const struct zone *z, struct ds_view *v)
{
	for (uint32_t i = 0; i < z->parent->servers.n; i++)
		list_push(k->p->arena, &v->servers, z->parent->servers.at[i]);
}

bool chain_edited_ds(struct chaining *k, struct zone_proof *z)
{
	struct ds_view v = { .assumed = true, .until = WALL_NEVER };
	if (edits_has(k->e, EDIT_DS_REMOVE, z->zone->name)) {
		v.status = STATUS_INSECURE;
	} else if (edits_has(k->e, EDIT_DS_FROM_KEYS, z->zone->name)) {
		v.n_ds = chain_ds_of_keys(k, z, &v.ds);
		if (v.n_ds == 0)
			return false;
		v.status = STATUS_SECURE;
		v.present = true;
	} else {
		return false;
	}
	add_parent_servers(k, z->zone, &v);
	list_push(k->p->arena, &z->ds, v);
	return true;
}

/* The parent re-signed (DS and denial are right), or serves the signatures it left out. */
void chain_assume_ds(struct chaining *k, const struct zone_proof *up, struct ds_view *v)
{
	bool lacks = v->reason == REASON_SIG_MISSING || v->reason == REASON_DENIAL_MISSING ||
		     v->reason == REASON_DENIAL_UNSIGNED || v->reason == REASON_ANSWER_EMPTY;
	if (!up->assumed && !edits_has(k->e, EDIT_RESIGN, up->zone->name) &&
	    !(edits_has(k->e, EDIT_SERVE_DNSSEC, up->zone->name) && lacks))
		return;
	v->status = v->present ? STATUS_SECURE : STATUS_INSECURE;
	v->reason = REASON_OK;
	v->until = WALL_NEVER;
}

static void good_keys(struct zone_proof *z, struct keyset *keys)
{
	keys->status = STATUS_SECURE;
	keys->reason = REASON_OK;
	keys->until = WALL_NEVER;
	z->assumed = true;
}

static bool linked_usable(struct chaining *k, const struct keyset *keys)
{
	for (uint16_t i = 0; i < keys->n_keys; i++)
		if (keys->linked[i] && chain_key_usable(k, &keys->keys[i]))
			return true;
	return false;
}

/* keys: as proven by the DS. Insecure (no DS we can use) stays insecure whatever the zone does. */
void chain_assume_keys(struct chaining *k, struct zone_proof *z, struct keyset *keys,
		       const struct key_view *v)
{
	const uint8_t *name = z->zone->name;
	bool lacks = !v->rrset || v->rrset->n_sigs == 0;
	if (keys->status == STATUS_INSECURE)
		return;
	if (edits_has(k->e, EDIT_KEYS_RESTORE, name))
		good_keys(z, keys);
	else if (edits_has(k->e, EDIT_RESIGN, name) && linked_usable(k, keys))
		good_keys(z, keys);
	else if (edits_has(k->e, EDIT_SERVE_DNSSEC, name) && lacks)
		good_keys(z, keys);
}

static bool has_sigs(const struct section *s)
{
	for (uint16_t i = 0; i < s->n; i++)
		if (s->at[i].n_sigs > 0 || s->at[i].type == TYPE_RRSIG)
			return true;
	return false;
}

bool chain_assumes_answer(const struct edits *e, const struct zone_proof *z, const struct message *m)
{
	const uint8_t *name = z->zone->name;
	if (z->status != STATUS_SECURE)
		return false;
	if (edits_has(e, EDIT_KEYS_RESTORE, name) || (edits_has(e, EDIT_RESIGN, name) && z->assumed))
		return true;
	return edits_has(e, EDIT_SERVE_DNSSEC, name) && !has_sigs(&m->answer) && !has_sigs(&m->authority);
}

void chain_assume_answer(struct answer_proof *out)
{
	out->status = STATUS_SECURE;
	out->reason = REASON_OK;
	out->until = WALL_NEVER;
	out->denial.status = STATUS_SECURE;
	out->denial.reason = REASON_OK;
	out->denial.until = WALL_NEVER;
	for (uint8_t i = 0; i < out->n_rrsets; i++) {
		out->rrsets[i].status = STATUS_SECURE;
		out->rrsets[i].reason = REASON_OK;
		out->rrsets[i].until = WALL_NEVER;
	}
}
