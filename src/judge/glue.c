/* glue -- the addresses that the parent gives for a zone's name servers: are they the right ones, and does anybody live there? */
#include "judge/inside.h"

static const struct server *server_at(const struct zone *z, const struct addr *a)
{
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (addr_same_ip(&z->servers.at[i]->addr, a))
			return z->servers.at[i];
	return NULL;
}

bool address_works(const struct judging *j, const struct zone *z, const struct addr *a, const struct leg *leg)
{
	const struct server *s = server_at(z, a);
	return s && said_usable(server_state(j, s, leg).said);
}

static bool has_addr(const struct addr *at, uint32_t n, const struct addr *a)
{
	for (uint32_t i = 0; i < n; i++)
		if (addr_same_ip(&at[i], a))
			return true;
	return false;
}

static bool knows_family(const struct ns *ns, uint8_t family)
{
	for (uint32_t i = 0; i < ns->found.n; i++)
		if (ns->found.at[i].family == family)
			return true;
	return false;
}

static const char *glue_words(struct judging *j, const struct ns *ns, const struct addr *glue)
{
	char ip[ADDR_TEXT_MAX], now[ADDR_TEXT_MAX];
	return arena_printf(j->arena, "%s is sent to %s but is at %s", name_words(j->arena, ns->name),
			    addr_text(glue, ip), addr_text(&ns->found.at[0], now));
}

struct glue_count {
	uint16_t wrong, dead, all;
};

/* Wrong: the name's own address records know better. Told only where the record of that family is known. */
static bool glue_is_wrong(const struct ns *ns, const struct addr *glue)
{
	return ns->found.n && knows_family(ns, glue->family) && !has_addr(ns->found.at, ns->found.n, glue);
}

static struct glue_count count_glue(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct glue_count c = { .all = 0 };
	for (uint32_t i = 0; i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		for (uint32_t k = 0; ns->in_parent && k < ns->glue.n; k++) {
			bool wrong = glue_is_wrong(ns, &ns->glue.at[k]);
			if (edits_drops(j->edits, z->name, &ns->glue.at[k]))
				continue;
			c.all++;
			c.wrong = (uint16_t)(c.wrong + wrong);
			c.dead = (uint16_t)(c.dead + (wrong && !address_works(j, z, &ns->glue.at[k], leg)));
		}
	}
	return c;
}

/* Every address the parent gives is dead, and every name server has one: Unbound and Knot Resolver end there; BIND looks
 * the names up itself where they lie outside the zone. */
bool glue_leads_nowhere(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct glue_count c = count_glue(j, z, leg);
	for (uint32_t i = 0; i < z->ns.n; i++)
		if (z->ns.at[i]->in_parent && !z->ns.at[i]->glue.n)
			return false;
	return c.all && c.dead == c.all && !edits_has(j->edits, EDIT_SERVE_ALL, z->name);
}

void judge_glue(struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct glue_count c = count_glue(j, z, leg);
	for (uint32_t i = 0; c.wrong && i < z->ns.n; i++) {
		const struct ns *ns = z->ns.at[i];
		for (uint32_t k = 0; ns->in_parent && k < ns->glue.n; k++) {
			const struct addr *a = &ns->glue.at[k];
			if (!glue_is_wrong(ns, a) || edits_drops(j->edits, z->name, a))
				continue;
			bool works = address_works(j, z, a, leg), all = c.dead == c.all;
			struct finding *f = finding_add(j,
							works ? FINDING_GLUE_EXTRA_OR_PARTIAL
							: all ? FINDING_GLUE_STALE_ALL
							      : FINDING_GLUE_STALE_SOME,
							z, NULL, 0);
			const struct server *s = server_at(z, a);
			f->ns_name = f->ns_name ? f->ns_name : ns->name;
			f->detail = f->detail ? f->detail : glue_words(j, ns, a);
			f->breaks = !works;
			if (s)
				finding_at(j, f, s);
		}
	}
}
