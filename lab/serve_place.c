/* serve_place -- where an address of the world is on this machine: its socket address, and whether anybody listens. */
#include "lab/serve.h"
#include <string.h>

uint16_t serve_port(const struct serving *s)
{
	return s->o->port != 0 ? s->o->port : 53;
}

void place_sockaddr(const struct place *p, struct sockaddr_storage *out)
{
	const struct addr *a = &p->addr;
	uint16_t port = serve_port(p->owner);
	memset(out, 0, sizeof *out);
	if (a->family == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)out;
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, a->ip, 4);
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		memcpy(&in6->sin6_addr, a->ip, 16);
	}
}

bool world_port_closed(const struct world *w, const struct addr *a, enum transport over)
{
	static const char *const selectors[] = { "zone", "type", "name",   "over",
						 "edns", "do",   "cookie", "first" };
	for (uint32_t i = 0; i < w->rules.n; i++) {
		const struct lab_rule *rule = w->rules.at[i];
		bool closes = param_has(&rule->p, "icmp") ||
			      (over == OVER_TCP && param_has(&rule->p, "tcp-refuse"));
		for (unsigned k = 0; k < sizeof selectors / sizeof *selectors; k++)
			closes &= !param_has(&rule->p, selectors[k]);
		if (closes && addrs_have(&rule->addrs, a))
			return true;
	}
	return false;
}
