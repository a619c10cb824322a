/* denial_lies -- denial records that deny what the same servers serve. No resolver fails by them: one that keeps them
 * (RFC 8198) answers that the data does not exist, with a valid proof. What exists is known from the answers; what is
 * denied, from every NSEC and NSEC3 record that came. */
#include "judge/dnssec.h"
#include "base/limits.h"

enum { FACTS_MAX = 32 }; /* RRsets of one zone: a check asks for fewer */

struct fact {
	const uint8_t *owner;
	uint16_t type;
};
struct facts {
	struct fact at[FACTS_MAX];
	unsigned n;
};

/* Signed by the zone and not made by a wildcard, whose own name the chain rightly denies. */
static bool is_of_zone(const struct rrset *r, const uint8_t *apex)
{
	if (r->type == TYPE_RRSIG || !r->n_sigs)
		return false;
	struct rrsig s = rdata_rrsig(r->sigs[0]);
	return name_equal(s.signer, apex) && s.labels >= name_labels(r->owner) - name_is_wildcard(r->owner);
}

static void note(struct facts *f, const uint8_t *owner, uint16_t type)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->at[i].type == type && name_equal(f->at[i].owner, owner))
			return;
	if (f->n < FACTS_MAX)
		f->at[f->n++] = (struct fact){ owner, type };
}

/* Strictly between owner and next; the last record of a chain points back to the apex (RFC 4034 4.1.1). */
static bool spans(const struct rrset *r, const struct nsec *n, const uint8_t *name, const uint8_t *apex)
{
	bool last = name_equal(n->next, apex);
	return name_cmp(r->owner, name) < 0 && (last || name_cmp(name, n->next) < 0);
}

/* A server that expands a wildcard shows that it may (RFC 4035 3.1.3.3); without that the labels field is what is wrong. */
static bool shows_denial(const struct message *m, const uint8_t *owner, const uint8_t *apex)
{
	for (uint16_t i = 0; i < m->authority.n; i++) {
		const struct rrset *r = &m->authority.at[i];
		if (r->type == TYPE_NSEC3)
			return true;
		struct nsec n = r->type == TYPE_NSEC && r->n ? rdata_nsec(r->rd[0]) : (struct nsec){ 0 };
		if (n.next && spans(r, &n, owner, apex))
			return true;
	}
	return false;
}

/* Of an answer made by a wildcard it is the wildcard that exists, if its labels field can be believed. */
static void note_wildcard(struct judging *j, const struct zone_proof *z, const struct rrset *r, struct facts *f)
{
	struct rrset_proof proof;
	prove_rrset(j->prover, r, &z->best_keys->keys, &proof);
	if (proof.status != STATUS_SECURE || !proof.wildcard)
		return;
	uint8_t strip = (uint8_t)(name_labels(r->owner) - proof.closest_labels);
	const uint8_t *owner = name_prepend(j->arena, "*", 1, name_strip(r->owner, strip));
	if (owner)
		note(f, owner, r->type);
}

static void note_server(struct judging *j, const struct zone_proof *z, const struct server *s, struct facts *f)
{
	for (uint32_t i = 0; i < s->looks.n && server_counts(j, s); i++) {
		const struct message *m = s->looks.at[i]->m;
		for (uint16_t k = 0; m && m->aa && k < m->answer.n; k++)
			if (is_of_zone(&m->answer.at[k], s->zone->name))
				note(f, m->answer.at[k].owner, m->answer.at[k].type);
			else if (m->answer.at[k].n_sigs && z->best_keys && shows_denial(m, m->answer.at[k].owner, s->zone->name))
				note_wildcard(j, z, &m->answer.at[k], f);
	}
}

static void lie(struct judging *j, const struct site *s, enum finding_id id, const struct fact *f)
{
	struct site some = *s;
	some.always = false;
	site_add(j, &some, id, f->owner, f->type);
}

static void lacks_type(struct judging *j, const struct site *s, const struct fact *f, const uint8_t *bitmap,
		       uint16_t len)
{
	bool apex = name_equal(f->owner, s->z->zone->name);
	if (bitmap_has(bitmap, len, f->type) || bitmap_has(bitmap, len, TYPE_NXNAME))
		return;
	lie(j, s,
	    apex && f->type == TYPE_SOA ? FINDING_NSEC_APEX_SOA_BIT_MISSING : FINDING_NSEC_BITMAP_LACKS_TYPE,
	    f);
}

static void hold_nsec(struct judging *j, const struct site *s, const struct rrset *r,
		      const struct facts *known)
{
	struct nsec n = rdata_nsec(r->rd[0]);
	for (unsigned i = 0; i < known->n; i++) {
		const struct fact *f = &known->at[i];
		if (name_equal(r->owner, f->owner))
			lacks_type(j, s, f, n.bitmap, n.bitmap_len);
		else if (spans(r, &n, f->owner, s->z->zone->name))
			lie(j, s, FINDING_NSEC_COVERS_EXISTING_NAME, f);
	}
}

static void hold_nsec3(struct judging *j, const struct site *s, const struct rrset *r,
		       const struct facts *known)
{
	struct nsec3 n = rdata_nsec3(r->rd[0]);
	const uint8_t *last = NULL;
	bool same = false;
	for (unsigned i = 0; n.hash == 1 && i < known->n; i++) {
		const struct fact *f = &known->at[i];
		if (!last || !name_equal(last, f->owner))
			same = nsec3_stands_at(j, r, f->owner) == STANDS_HERE;
		last = f->owner;
		if (same)
			lacks_type(j, s, f, n.bitmap, n.bitmap_len);
	}
}

/* A resolver keeps only what is validly signed (RFC 8198 4). */
static bool may_be_kept(struct judging *j, const struct zone_proof *z, const struct rrset *r)
{
	struct rrset_proof proof;
	if (!r->n || !is_of_zone(r, z->zone->name) || !z->best_keys)
		return false;
	prove_rrset(j->prover, r, &z->best_keys->keys, &proof);
	return proof.status == STATUS_SECURE;
}

static void hold_server(struct judging *j, const struct zone_proof *z, const struct server *server,
			const struct facts *known)
{
	for (uint32_t i = 0; i < server->looks.n && server_counts(j, server); i++) {
		const struct look *l = server->looks.at[i];
		struct site s = site_look(z, l, &server);
		for (uint16_t k = 0; l->m && k < l->m->authority.n && k < LIMIT_NSEC_RECORDS; k++) {
			const struct rrset *r = &l->m->authority.at[k];
			if (r->type == TYPE_NSEC && may_be_kept(j, z, r))
				hold_nsec(j, &s, r, known);
			else if (r->type == TYPE_NSEC3 && may_be_kept(j, z, r))
				hold_nsec3(j, &s, r, known);
		}
	}
}

/* Each server is held to its own word: versions of the zone may differ, and that has findings of its own. */
void judge_denial_lies(struct judging *j, const struct zone_proof *z)
{
	const struct zone *zone = z->zone;
	if (z->status != STATUS_SECURE || z->assumed || edits_has(j->edits, EDIT_SERVE_ALL, zone->name))
		return;
	for (uint32_t i = 0; i < zone->servers.n; i++) {
		struct facts known = { .n = 0 };
		note_server(j, z, zone->servers.at[i], &known);
		hold_server(j, z, zone->servers.at[i], &known);
	}
}
