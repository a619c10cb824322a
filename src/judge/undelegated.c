/* undelegated -- a zone that its parent's servers have too, and the parent's contents know nothing of. As long as the parent is
 * unsigned nobody minds; once it is signed, what the zone says counts as the parent's own data, and nothing of it validates. */
#include "judge/dnssec.h"

static bool says_own_soa(const struct look *l, const uint8_t *apex)
{
	const struct message *m = l ? look_message(l) : NULL;
	return m && m->aa && m->rcode == RCODE_NOERROR &&
	       (section_find(&m->answer, apex, TYPE_SOA) || section_find(&m->authority, apex, TYPE_SOA));
}

/* Its own SOA makes it one; the signer's name in a signature alone may be a slip of the signer. */
static bool is_served(const struct zone *child)
{
	const struct zone *const at[] = { child, child->parent };
	for (unsigned k = 0; k < 2; k++)
		for (uint32_t i = 0; i < at[k]->servers.n; i++)
			for (uint32_t n = 0; n < at[k]->servers.at[i]->looks.n; n++)
				if (says_own_soa(at[k]->servers.at[i]->looks.at[n], child->name))
					return true;
	return false;
}

bool judge_undelegated(struct judging *j, const struct site *s, const struct leg *l)
{
	const struct zone_proof *child = l->zone ? chain_zone(j->chain, l->zone) : NULL;
	if (!child || !child->not_a_zone || !l->zone->parent || !is_served(l->zone))
		return false;
	struct site at_child = *s;
	at_child.z = child;
	site_add(j, &at_child, FINDING_CHILD_NOT_DELEGATED, l->zone->name, TYPE_NS);
	return true;
}
