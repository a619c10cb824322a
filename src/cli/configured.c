#include "cli/configured.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/config.h"
#include "cli/families.h"
#include <string.h>

/* The Internet that a configuration says: roots, trust anchors, port, addresses that may be asked. */
static void take_network(struct arena *a, const struct config *c, struct setup *out)
{
	if (c->has_hints) {
		memset(&out->hints, 0, sizeof out->hints);
		for (uint32_t i = 0; i < c->hints.n; i++)
			list_push(a, &out->hints, c->hints.at[i]);
	}
	if (c->has_anchors) {
		memset(&out->anchors, 0, sizeof out->anchors);
		for (uint32_t i = 0; i < c->anchors.n; i++)
			list_push(a, &out->anchors, c->anchors.at[i]);
	}
	if (c->port != 0)
		out->port = c->port;
	if (c->addr_allowed != 0)
		out->addr_allowed = c->addr_allowed;
}

int configured_setup(const struct options *o, struct arena *a, const struct config *c, struct setup *out)
{
	struct options plain = *o;
	plain.arena = a;
	plain.no_resolvers = true;
	plain.depth = DEPTH_FULL;
	int code = asked_setup(&plain, out);
	if (code != 0)
		return code;
	take_network(a, c, out);
	for (uint32_t i = 0; i < c->resolvers.n; i++)
		list_push(a, &out->resolvers, c->resolvers.at[i]);
	families_choose(out);
	out->use_ipv4 &= c->use_ipv4;
	out->use_ipv6 &= c->use_ipv6;
	return 0;
}

int configured_question(const struct options *o, struct setup *setup)
{
	struct config *c = NULL;
	struct setup typed = *setup;
	int code = o->config != NULL ? config_load_for_zones(o, o->arena, &c) : 0;
	if (code != 0 || c == NULL)
		return code;
	take_network(o->arena, c, setup);
	if (o->root_hints != NULL)
		setup->hints = typed.hints;
	else if (c->has_hints && o->resolvers.n == 0)
		memset(&setup->resolvers, 0, sizeof setup->resolvers);  /* the system's know nothing of another root */
	if (o->trust_anchor != NULL)
		setup->anchors = typed.anchors;
	if (o->port != 0)
		setup->port = typed.port;
	if (o->allow_private)
		setup->addr_allowed |= typed.addr_allowed;
	return 0;
}

uint8_t configured_gate(const struct setup *s)
{
	uint8_t mask = s->addr_allowed;
	for (uint32_t i = 0; i < s->resolvers.n; i++)
		mask |= (uint8_t)addr_class(&s->resolvers.at[i]);
	return mask;
}
