#include "cli/configured.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/families.h"
#include <string.h>

int configured_setup(const struct options *o, struct arena *a, const struct config *c, struct setup *out)
{
	struct options plain = *o;
	plain.arena = a;
	plain.no_resolvers = true;
	plain.depth = DEPTH_FULL;
	int code = asked_setup(&plain, out);
	if (code != 0)
		return code;
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
	for (uint32_t i = 0; i < c->resolvers.n; i++)
		list_push(a, &out->resolvers, c->resolvers.at[i]);
	if (c->port != 0)
		out->port = c->port;
	if (c->addr_allowed != 0)
		out->addr_allowed = c->addr_allowed;
	families_choose(out);
	out->use_ipv4 &= c->use_ipv4;
	out->use_ipv6 &= c->use_ipv6;
	return 0;
}

uint8_t configured_gate(const struct setup *s)
{
	uint8_t mask = s->addr_allowed;
	for (uint32_t i = 0; i < s->resolvers.n; i++)
		mask |= (uint8_t)addr_class(&s->resolvers.at[i]);
	return mask;
}
