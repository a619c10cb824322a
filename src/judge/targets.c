/* targets -- names inside the zone that its SOA and MX records point to, where they were asked for (depth deep). */
#include "judge/inside.h"

/* What is wrong with it as a host; NULL: nothing is known to be. No A record is none: it may have AAAA. */
static const char *no_host(const struct look *l)
{
	const struct message *m = look_message(l);
	if (!m || !m->aa)
		return NULL;
	if (section_find(&m->answer, l->name, TYPE_CNAME))
		return "is an alias (CNAME)";
	return m->rcode == RCODE_NXDOMAIN ? "does not exist" : NULL;
}

static void tell(struct judging *j, const struct look *l, enum finding_id id, const char *what)
{
	struct finding *f = finding_add(j, id, l->server->zone, l->name, 0);
	finding_at(j, f, l->server);
	f->detail = what;
	f->proof = f->proof ? f->proof : l->last;
}

void judge_targets(struct judging *j)
{
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		for (uint32_t k = 0; zone_ends_leg(j, z) && k < z->servers.n; k++)
			for (uint32_t n = 0; server_counts(j, z->servers.at[k]) && n < z->servers.at[k]->looks.n; n++) {
				const struct look *l = z->servers.at[k]->looks.at[n];
				const char *what = l->kind == LOOK_MNAME || l->kind == LOOK_MX_HOST ? no_host(l) : NULL;
				if (what)
					tell(j, l, l->kind == LOOK_MNAME ? FINDING_SOA_MNAME_BAD : FINDING_MX_IS_ALIAS, what);
			}
	}
}
