/* delegation_hygiene -- what is odd about a delegation and harms nobody today: name server names that are no host names, a
 * referral that plain UDP cannot carry or that claims authority, no DNSSEC at all. */
#include "judge/inside.h"
#include "base/limits.h"

enum { PLAIN_UDP = 512, RR_FIXED = 10, POINTER = 2, QUESTION_FIXED = 4, HEADER = 12 };

/* ---- names (RFC 952, RFC 1123 2.1) ---- */

static bool is_host_octet(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static bool is_host_label(const uint8_t *label)
{
	for (uint8_t i = 1; i <= label[0]; i++)
		if (!is_host_octet(label[i]))
			return false;
	return label[1] != '-' && label[label[0]] != '-';
}

static bool is_host_name(const uint8_t *name)
{
	for (; *name; name += *name + 1)
		if (!is_host_label(name))
			return false;
	return true;
}

static void judge_names(struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < z->ns.n; i++) {
		if (is_host_name(z->ns.at[i]->name))
			continue;
		finding_add(j, FINDING_ILLEGAL_NAME_CHARS, z, NULL, 0)->ns_name = z->ns.at[i]->name;
		return;
	}
}

/* ---- the size of a referral ---- */

/* Octets of a name behind others that it may point into (RFC 1035 4.1.4). */
static uint32_t compressed(const uint8_t *name, const uint8_t *const *before, uint32_t n)
{
	uint8_t common = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint8_t with = name_common_labels(name, before[i]);
		common = with > common ? with : common;
	}
	return common ? (uint32_t)(name_len(name) - name_len(name_suffix(name, common)) + POINTER) : name_len(name);
}

static uint32_t glue_octets(const struct message *m, const uint8_t *cut)
{
	uint32_t octets = 0;
	for (uint16_t i = 0; i < m->additional.n; i++) {
		const struct rrset *r = &m->additional.at[i];
		if ((r->type == TYPE_A || r->type == TYPE_AAAA) && name_is_under(r->owner, cut))
			octets += r->n * (uint32_t)(POINTER + RR_FIXED + (r->type == TYPE_A ? 4 : 16));
	}
	return octets;
}

/* As a client without EDNS gets it: question, NS, and the glue that must be there (RFC 9471 2.1). */
static uint32_t referral_octets(const struct message *m, const uint8_t *qname, const struct rrset *ns)
{
	const uint8_t *names[LIMIT_NS_ASKED * 4];
	uint32_t octets = HEADER + name_len(qname) + QUESTION_FIXED + glue_octets(m, ns->owner), n = 0;
	names[n++] = qname;
	for (uint16_t i = 0; i < ns->n; i++) {
		const uint8_t *target = rdata_name(ns->rd[i]);
		octets += POINTER + RR_FIXED + compressed(target, names, n);
		if (n < sizeof names / sizeof *names)
			names[n++] = target;
	}
	return octets;
}

static void judge_size(struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < z->views.n; i++) {
		const struct look *l = z->views.at[i].referral;
		const struct message *m = look_message(l);
		const struct rrset *ns = m ? section_find(&m->authority, z->name, TYPE_NS) : NULL;
		uint32_t octets = ns ? referral_octets(m, l->name, ns) : 0;
		if (octets <= PLAIN_UDP)
			continue;
		struct finding *f = finding_add(j, FINDING_REFERRAL_TOO_LARGE, z, NULL, 0);
		f->number = octets;
		f->proof = l->last;
		return;
	}
}

/* ---- AA where another zone is spoken of (RFC 1034 4.3.2: only the zone's own data is authoritative) ---- */

static void judge_aa(struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < z->views.n; i++) {
		const struct look *l = z->views.at[i].referral;
		const struct message *m = look_message(l);
		if (!m || !m->aa || look_said(l) != SAID_REFERRAL || !server_counts(j, z->views.at[i].parent))
			continue;
		struct finding *f = finding_add(j, FINDING_AA_ON_REFERRAL, z->parent, NULL, 0);
		finding_at(j, f, z->views.at[i].parent);
		f->proof = f->proof ? f->proof : l->last;
	}
}

/* ---- no DNSSEC, though the parent could carry it ---- */

static void judge_unsigned(struct judging *j, const struct zone *z)
{
	const struct zone_proof *p = chain_zone(j->chain, z);
	const struct zone_proof *above = z->parent ? chain_zone(j->chain, z->parent) : NULL;
	if (!p || !above || above->status != STATUS_SECURE || p->status != STATUS_INSECURE)
		return;
	if (p->best_keys && !p->best_keys->rrset)
		finding_add(j, FINDING_UNSIGNED_ZONE, z, NULL, 0);
}

void judge_delegation_hygiene(struct judging *j)
{
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		if (!zone_ends_leg(j, z))
			continue;
		judge_names(j, z);
		judge_size(j, z);
		judge_aa(j, z);
		judge_unsigned(j, z);
	}
}
