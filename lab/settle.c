/* settle -- what a world does not say: root, top-level domains, parents; names of servers become their
 * addresses. */
#include "lab/inside.h"
#include <string.h>

/* 198.18.major.minor, or what world_map_loopback() makes of it. */
static struct addr lab_addr(const struct world *w, unsigned major, unsigned minor)
{
	struct addr a = { .family = 4, .port = 53, .ip = { 198, 18, (uint8_t)major, (uint8_t)minor } };
	if (w->mapped)
		a.ip[0] = 127;
	return a;
}

static void add_server(struct world *w, struct lab_zone *z, const char *name, struct addr addr)
{
	const char *why;
	struct ns_spec spec = { .name = name_from_text(w->arena, name, &why) };
	list_push(w->arena, &spec.addrs, addr);
	list_push(w->arena, &z->servers, spec);
}

static void add_default_servers(struct world *w)
{
	for (uint32_t i = 0; i < w->zones.n; i++) {
		struct lab_zone *z = w->zones.at[i];
		if (z->has_servers || z->line == 0)
			continue;
		for (unsigned k = 1; k <= 2; k++)
			add_server(w, z,
				   arena_printf(w->arena, "ns%u.%s", k,
						*z->name == 0 ? "" : name_text(w->arena, z->name)),
				   lab_addr(w, 100 + i, k));
	}
}

static void add_root(struct world *w)
{
	struct lab_zone *root = zone_new(w, name_root);
	add_server(w, root, "a.root.", lab_addr(w, 0, 1));
	add_server(w, root, "b.root.", lab_addr(w, 0, 2));
}

/* The top-level domains that zones lie in and no one has declared. */
static void add_tlds(struct world *w)
{
	unsigned k = 1;
	for (uint32_t i = 0, n = w->zones.n; i < n; i++) {
		const uint8_t *name = w->zones.at[i]->name;
		if (*name == 0)
			continue;
		name = name_suffix(name, 1);
		if (world_zone(w, name) != NULL)
			continue;
		struct lab_zone *tld = zone_new(w, name);
		tld->denial = (struct denial_rule){ .kind = DENIAL_NSEC3, .opt_out = true };
		add_server(w, tld, arena_printf(w->arena, "a.nic.%s", name_text(w->arena, name)),
			   lab_addr(w, k, 1));
		add_server(w, tld, arena_printf(w->arena, "b.nic.%s", name_text(w->arena, name)),
			   lab_addr(w, k, 2));
		k++;
	}
}

static void link_zones(struct world *w)
{
	for (uint32_t i = 0; i < w->zones.n; i++) {
		struct lab_zone *z = w->zones.at[i];
		if (*z->name != 0)
			z->parent = world_zone_of(w, name_strip(z->name, 1));
		for (uint32_t s = 0; s < z->servers.n; s++)
			for (uint32_t k = 0; k < z->servers.at[s].addrs.n; k++)
				if (!zone_serves(z, &z->servers.at[s].addrs.at[k]))
					list_push(w->arena, &z->addrs, z->servers.at[s].addrs.at[k]);
	}
}

/* An address, or the name of a server: of this zone (may be relative to it), or of any when zone is NULL. */
static bool find_server(struct world *w, const struct lab_zone *zone, const char *text, addr_list *out)
{
	struct addr addr;
	const char *why;
	uint32_t before = out->n;
	if (addr_from_text(text, 53, &addr)) {
		list_push(w->arena, out, addr);
		return true;
	}
	const uint8_t *name = name_from_text(w->arena, text, &why), *relative = name;
	if (name != NULL && zone != NULL && text[strlen(text) - 1] != '.')
		relative = name_replace_suffix(w->arena, name, name_root, zone->name);
	for (uint32_t i = 0; name != NULL && i < w->zones.n; i++) {
		const struct lab_zone *z = w->zones.at[i];
		for (uint32_t s = 0; (zone == NULL || z == zone) && s < z->servers.n; s++) {
			const struct ns_spec *spec = &z->servers.at[s];
			if (!name_equal(spec->name, name) &&
			    (relative == NULL || !name_equal(spec->name, relative)))
				continue;
			for (uint32_t k = 0; k < spec->addrs.n; k++)
				if (!addrs_have(out, &spec->addrs.at[k]))
					list_push(w->arena, out, spec->addrs.at[k]);
		}
	}
	return out->n > before;
}

static void settle_break(struct reading *r, struct world *w, struct lab_break *b)
{
	bool in_parent = b->what == BREAK_DS || b->what == BREAK_DELEGATION;
	r->line = b->line;
	b->zone = world_zone(w, b->zone_name);
	b->in = in_parent && b->zone != NULL ? b->zone->parent : b->zone;
	if (b->in == NULL) {
		reading_fail(r, "%s is no zone of this world%s", name_text(r->arena, b->zone_name),
			     b->zone != NULL ? " with a parent" : "");
		return;
	}
	for (const char *at = b->at; at != NULL && *at != '\0' && !r->failed;) {
		size_t n = strcspn(at, ",");
		const char *one = arena_printf(r->arena, "%.*s", (int)n, at);
		if (!find_server(w, b->in, one, &b->at_addrs))
			reading_fail(r, "at=%s: %s has no server of that name", one,
				     name_text(r->arena, b->in->name));
		at += n + (at[n] == ',');
	}
}

static void address_add(struct world *w, const struct addr *a)
{
	if (!addrs_have(&w->addrs, a))
		list_push(w->arena, &w->addrs, *a);
}

static void gather_addrs(struct world *w)
{
	for (uint32_t i = 0; i < w->zones.n; i++)
		for (uint32_t k = 0; k < w->zones.at[i]->addrs.n; k++)
			address_add(w, &w->zones.at[i]->addrs.at[k]);
	for (uint32_t i = 0; i < w->rules.n; i++)
		for (uint32_t k = 0; k < w->rules.at[i]->addrs.n; k++)
			address_add(w, &w->rules.at[i]->addrs.at[k]);
	for (uint32_t i = 0; i < w->resolvers.n; i++)
		address_add(w, &w->resolvers.at[i].addr);
}

uint32_t world_n_addrs(const struct world *w)
{
	return w->addrs.n;
}

struct addr world_addr(const struct world *w, uint32_t i)
{
	return w->addrs.at[i];
}

void world_settle(struct reading *r, struct world *w)
{
	add_default_servers(w);
	if (world_zone(w, name_root) == NULL) {
		add_root(w);
		add_tlds(w);
	}
	link_zones(w);
	for (uint32_t i = 0; i < w->breaks.n && !r->failed; i++)
		settle_break(r, w, w->breaks.at[i]);
	for (uint32_t i = 0; i < w->rules.n && !r->failed; i++) {
		struct lab_rule *rule = w->rules.at[i];
		r->line = rule->line;
		if (!find_server(w, NULL, rule->where, &rule->addrs))
			reading_fail(r, "\"%s\" is no server of this world", rule->where);
	}
	gather_addrs(w);
	if (w->mapped)
		w->addr_allowed |= ADDR_LOOPBACK;
}
