/* How a finding of memory is told: there is no tree of zones here, only the name, so a zone is made of it. */
#include "foresee/inside.h"
#include "dns/name.h"
#include <assert.h>
#include <string.h>

/* The parent, as the chain that was checked names it ("com. DNSKEY"): the longest ancestor with keys of its own. */
static const uint8_t *parent_of(struct arena *a, const struct snapshot *s, const uint8_t *zone)
{
	const uint8_t *best = name_root;
	for (uint32_t i = 0; s && i < s->above.n; i++) {
		const char *end = strchr(s->above.at[i].rrset, ' '), *why;
		if (!end || strcmp(end, " DNSKEY"))
			continue;
		const uint8_t *name = name_from_text(
			a, arena_printf(a, "%.*s", (int)(end - s->above.at[i].rrset), s->above.at[i].rrset), &why);
		if (name && name_is_strictly_under(zone, name) && name_labels(name) > name_labels(best))
			best = name;
	}
	return best;
}

struct finding outlook_finding(struct arena *a, const struct history *h, enum finding_id id)
{
	const char *why;
	struct zone *zone = ARENA_NEW(a, struct zone), *parent = ARENA_NEW(a, struct zone);
	zone->name = name_from_text(a, h->zone, &why);
	assert(zone->name);
	parent->name = parent_of(a, history_now(h), zone->name);
	zone->parent = *zone->name ? parent : NULL;
	return (struct finding){ .id = id,
				 .severity = finding_kind(id)->severity,
				 .role = ROLE_EXTRA,
				 .zone = zone,
				 .name = zone->name,
				 .when = WALL_NEVER };
}

void outlook_tell(struct arena *a, struct wall at, struct outlook *out, struct finding f)
{
	finding_fill(a, at, &f);
	list_push(a, &out->findings, f);
}

void outlook_where(struct arena *a, struct finding *f, const struct snap_server *v, unsigned of)
{
	const char *why;
	struct server *server = ARENA_NEW(a, struct server);
	server->zone = (struct zone *)f->zone;
	server->addr = v->addr;
	for (uint32_t i = 0; i < v->names.n; i++) {
		const uint8_t *name = name_from_text(a, v->names.at[i], &why);
		if (name)
			list_push(a, &server->names, name);
	}
	list_push(a, &f->servers, server);
	f->n_servers = (uint16_t)f->servers.n;
	f->of_servers = (uint16_t)of;
}

void outlook_breaks(struct outlook *out, struct wall when)
{
	if (when.s < out->breaks_at.s)
		out->breaks_at = when;
}

const struct snapshot *history_now(const struct history *h)
{
	return h->pasts.n ? h->pasts.at[h->pasts.n - 1].s : NULL;
}

struct wall history_seen(const struct history *h, struct wall at)
{
	struct wall seen = h->pasts.n ? h->pasts.at[h->pasts.n - 1].to : at;
	return seen.s < at.s ? seen : at;
}
