/* denial -- which NSEC or NSEC3 records prove what is not there (RFC 4035 3.1.3, RFC 5155 7.2), and which of
 * them a `denial` break leaves out or puts in the wrong place. */
#include "lab/answer.h"
#include <string.h>

const struct param *denial_param(const struct view *v, const char *key)
{
	for (uint32_t i = v->breaks.n; i-- > 0;) {
		const struct param *p = param_find(&v->breaks.at[i]->p, key);
		if (v->breaks.at[i]->what == BREAK_DENIAL && p != NULL)
			return p;
	}
	return NULL;
}

static bool list_has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (; *list != '\0'; list += strcspn(list, ",") + (list[strcspn(list, ",")] == ',')) {
		size_t len = strcspn(list, ",");
		if ((len == n && memcmp(list, word, n) == 0) || (len == 3 && memcmp(list, "all", 3) == 0))
			return true;
	}
	return false;
}

/* What one record of a proof is there for. denied: the name that is not there or has not the type. */
struct part {
	const char *situation;
	const uint8_t *denied;
	const char *of;
};

static bool break_says(const struct view *v, const char *key, const struct part *part)
{
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct param *p = param_find(&v->breaks.at[i]->p, key);
		if (v->breaks.at[i]->what == BREAK_DENIAL && p != NULL &&
		    denial_selects(v->breaks.at[i], part->denied) &&
		    (list_has_word(p->text, part->situation) || list_has_word(p->text, part->of)))
			return true;
	}
	return false;
}

static bool uses_nsec3(const struct view *v)
{
	return v->denial.kind == DENIAL_NSEC3;
}

static void prove(struct answer *n, struct view *v, const char *situation, const uint8_t *denied,
		  const char *of, struct lab_rrset *s)
{
	const struct part part = { situation, denied, of };
	if (s == NULL || break_says(v, "omit", &part))
		return;
	if (break_says(v, "wrong", &part))
		s = uses_nsec3(v) ? nsec3_other(v, s) : nsec_other(v, s);
	for (uint32_t i = 0; s != NULL && i < n->items.n; i++)
		if (n->items.at[i].set == s)
			return;
	if (s != NULL)
		answer_add(n, WRITE_AUTHORITY, v, s, s->owner);
}

/* One label more than the closest encloser (RFC 5155 1.3). */
static const uint8_t *next_closer(const uint8_t *qname, const uint8_t *ce)
{
	return name_suffix(qname, (uint8_t)(name_labels(ce) + 1));
}

/* The closest encloser that the chain knows, which opt-out may have moved up. */
static const uint8_t *provable_encloser(struct view *v, const uint8_t *name)
{
	while (!name_equal(name, v->zone->name) && nsec3_matching(v, name) == NULL)
		name = name_strip(name, 1);
	return name;
}

static void prove_encloser(struct answer *n, struct view *v, const char *situation, const uint8_t *qname,
			   const uint8_t *ce)
{
	ce = provable_encloser(v, ce);
	prove(n, v, situation, qname, "closest-encloser", nsec3_matching(v, ce));
	prove(n, v, situation, qname, "next-closer", nsec3_covering(v, next_closer(qname, ce)));
}

void deny_name(struct answer *n, struct view *v, const uint8_t *qname, const uint8_t *ce)
{
	const uint8_t *wildcard = name_wildcard(v->w->arena, ce);
	if (uses_nsec3(v)) {
		prove_encloser(n, v, "nxdomain", qname, ce);
		if (wildcard != NULL)
			prove(n, v, "nxdomain", qname, "wildcard-cover", nsec3_covering(v, wildcard));
		return;
	}
	prove(n, v, "nxdomain", qname, "name", nsec_covering(v, qname));
	if (wildcard != NULL)
		prove(n, v, "nxdomain", qname, "wildcard-cover", nsec_covering(v, wildcard));
}

void deny_type(struct answer *n, struct view *v, const uint8_t *qname, struct node *at, uint16_t qtype)
{
	if (v->denial.kind == DENIAL_COMPACT)
		prove(n, v, "nodata", qname, "match", nsec_compact(v, qname, at));
	else if (qtype == TYPE_DS)
		deny_ds(n, v, qname);
	else if (!uses_nsec3(v))
		prove(n, v, "nodata", qname, "match", at->is_ent ? nsec_covering(v, qname) : nsec_at(v, at));
	else if (nsec3_matching(v, qname) != NULL)
		prove(n, v, "nodata", qname, "match", nsec3_matching(v, qname));
	else
		prove_encloser(n, v, "nodata", qname,
			       name_strip(qname, 1)); /* an opted-out empty non-terminal */
}

void deny_ds(struct answer *n, struct view *v, const uint8_t *cut)
{
	struct node *at = view_node(v, cut);
	if (v->denial.kind == DENIAL_COMPACT)
		prove(n, v, "no-ds", cut, "match", nsec_compact(v, cut, at));
	else if (!uses_nsec3(v))
		prove(n, v, "no-ds", cut, "match", nsec_covering(v, cut));
	else if (nsec3_matching(v, cut) != NULL)
		prove(n, v, "no-ds", cut, "match", nsec3_matching(v, cut));
	else
		prove_encloser(n, v, "no-ds", cut, name_strip(cut, 1));
}

void deny_wildcard_type(struct answer *n, struct view *v, const uint8_t *qname, struct node *wildcard,
			const uint8_t *ce)
{
	if (!uses_nsec3(v)) {
		prove(n, v, "nodata", qname, "match", nsec_at(v, wildcard));
		prove(n, v, "nodata", qname, "name", nsec_covering(v, qname));
		return;
	}
	prove_encloser(n, v, "nodata", qname, ce);
	prove(n, v, "nodata", qname, "match", nsec3_matching(v, wildcard->name));
}

void deny_closer(struct answer *n, struct view *v, const uint8_t *qname, const uint8_t *ce)
{
	if (uses_nsec3(v))
		prove(n, v, "wildcard", qname, "next-closer", nsec3_covering(v, next_closer(qname, ce)));
	else
		prove(n, v, "wildcard", qname, "name", nsec_covering(v, qname));
}

void deny_soa(struct answer *n, struct view *v)
{
	const struct param *owner = denial_param(v, "soa-owner");
	struct lab_rrset *soa = view_rrset(v, v->zone->name, TYPE_SOA);
	if (denial_param(v, "no-soa") == NULL && soa != NULL)
		answer_add(n, WRITE_AUTHORITY, v, soa, owner != NULL ? owner->names.at[0] : soa->owner);
}

/* The i-th record more: one that the chain has and the answer has not, then made-up ones that cover nothing.
 * */
static struct lab_rrset *pad_record(struct answer *n, struct view *v, unsigned i, uint32_t *at)
{
	for (struct lab_rrset *s; (s = uses_nsec3(v) ? nsec3_nth(v, *at) : nsec_nth(v, *at)) != NULL;) {
		bool known = false;
		++*at;
		for (uint32_t k = 0; k < n->items.n; k++)
			known |= n->items.at[k].set == s;
		if (!known)
			return s;
	}
	return uses_nsec3(v) ? nsec3_made_up(v, i) : nsec_made_up(v, i);
}

void deny_pad(struct answer *n, struct view *v)
{
	const struct param *pad = denial_param(v, "pad");
	uint32_t at = 0;
	for (unsigned i = 0; pad != NULL && i < (unsigned)pad->n; i++) {
		struct lab_rrset *s = pad_record(n, v, i, &at);
		answer_add(n, WRITE_AUTHORITY, v, s, s->owner);
	}
}
