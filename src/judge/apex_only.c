/* apex_only -- records that mean something only at the apex of a zone and stand below it: DNSKEY (RFC 4034 2.1.1), CDS and
 * CDNSKEY (RFC 7344 4.1). Seen in answers, or in the type list of a denial record that stands at the name. */
#include "judge/dnssec.h"
#include <string.h>

static const struct { uint16_t type; enum finding_id id; } apex_only[] = {
	{ TYPE_DNSKEY, FINDING_DNSKEY_NOT_AT_APEX },
	{ TYPE_CDS, FINDING_CDS_NOT_AT_APEX },
	{ TYPE_CDNSKEY, FINDING_CDS_NOT_AT_APEX },
};
enum { N_APEX_ONLY = sizeof apex_only / sizeof *apex_only };

static struct finding *tell(struct judging *j, const struct site *at, unsigned which, const uint8_t *name)
{
	struct site s = *at;
	s.breaks = s.always = false;
	return site_add(j, &s, apex_only[which].id, name, 0);
}

/* Below the apex of the zone, and no apex itself as far as anybody knows. */
static bool is_below(const struct judging *j, const struct zone *z, const uint8_t *name)
{
	return name_is_strictly_under(name, z->name) && tree_zone_above(j->tree, name) == z;
}

/* Who asks for the keys themselves: BIND and Knot Resolver take them for those of a zone that has no DS, and answer SERVFAIL
 * (measured); Unbound answers. */
static void keys_asked_for(struct finding *f, const struct look *l)
{
	if (l->kind != LOOK_QUESTION || l->type != TYPE_DNSKEY)
		return;
	f->breaks = true;
	f->severity = SEVERITY_WARNING;
}

static void in_answer(struct judging *j, const struct site *s, const struct look *l)
{
	for (uint16_t i = 0; i < l->m->answer.n; i++)
		for (unsigned k = 0; k < N_APEX_ONLY; k++)
			if (l->m->answer.at[i].type == apex_only[k].type && l->m->aa &&
			    is_below(j, s->z->zone, l->m->answer.at[i].owner))
				keys_asked_for(tell(j, s, k, l->m->answer.at[i].owner), l);
}

static void in_bitmap(struct judging *j, const struct site *s, const uint8_t *name, const uint8_t *bitmap, uint16_t len)
{
	if (bitmap_has(bitmap, len, TYPE_SOA) || !is_below(j, s->z->zone, name))
		return;
	for (unsigned k = 0; k < N_APEX_ONLY; k++)
		if (bitmap_has(bitmap, len, apex_only[k].type))
			tell(j, s, k, name);
}

/* Made for this one question (RFC 9824): such signers list types that the name may not have. */
static bool made_on_line(const struct rrset *r, const struct nsec *n)
{
	return n->next[0] == 1 && n->next[1] == 0 && name_equal(n->next + 2, r->owner);
}

static bool made_on_line3(const struct rrset *r, const struct nsec3 *n)
{
	uint8_t hash[20];
	if (n->next_len != sizeof hash || !name_hash_label(r->owner, hash))
		return true;
	for (unsigned i = sizeof hash; i-- > 0 && ++hash[i] == 0;)
		;
	return !memcmp(hash, n->next, sizeof hash);
}

static void in_denial(struct judging *j, const struct site *s, const struct look *l)
{
	for (uint16_t i = 0; i < l->m->authority.n; i++) {
		const struct rrset *r = &l->m->authority.at[i];
		if (r->type == TYPE_NSEC) {
			struct nsec n = rdata_nsec(r->rd[0]);
			if (!made_on_line(r, &n))
				in_bitmap(j, s, r->owner, n.bitmap, n.bitmap_len);
		} else if (r->type == TYPE_NSEC3) {
			struct nsec3 n = rdata_nsec3(r->rd[0]);
			if (!made_on_line3(r, &n) && nsec3_stands_at(j, r, l->name) == STANDS_HERE)
				in_bitmap(j, s, l->name, n.bitmap, n.bitmap_len);
		}
	}
}

static void judge_zone(struct judging *j, const struct zone_proof *z)
{
	for (uint32_t i = 0; i < z->zone->servers.n; i++) {
		const struct server *server = z->zone->servers.at[i];
		for (uint32_t k = 0; k < server->looks.n && server_counts(j, server); k++) {
			const struct look *l = server->looks.at[k];
			struct site s = site_look(z, l, &server);
			if (!l->m)
				continue;
			in_answer(j, &s, l);
			if (z->status == STATUS_SECURE)
				in_denial(j, &s, l);
		}
	}
}

void judge_apex_only(struct judging *j)
{
	for (uint32_t i = 0; i < j->chain->zones.n; i++)
		if (zone_ends_leg(j, j->chain->zones.at[i]->zone))
			judge_zone(j, j->chain->zones.at[i]);
}
