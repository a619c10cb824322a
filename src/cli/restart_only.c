#include "cli/restart_only.h"
#include <string.h>

static bool any_behind(const struct config *c, uint8_t gate)
{
	for (uint32_t i = 0; i < c->resolvers.n; i++)
		if ((addr_class(&c->resolvers.at[i]) & ~gate) != 0)
			return true;
	return false;
}

void restart_only_keep(const struct config *now, uint8_t gate, struct config *next, restart_only_told_fn *told)
{
	const struct { const char *key; bool differs; } keys[] = {
		{ "store", strcmp(next->store_path, now->store_path) != 0 },
		{ "ballast", next->ballast_bytes != now->ballast_bytes },
		{ "per_server_qps", next->per_server_qps != now->per_server_qps },
		{ "allow", (next->addr_allowed & ~gate) != 0 },
		{ "resolvers", any_behind(next, gate) },
		{ "alerts_over_http", next->alerts_http_allowed != now->alerts_http_allowed },
	};
	for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].differs)
			told(keys[i].key);
	next->store_path = arena_text(next->arena, now->store_path);
	next->ballast_bytes = now->ballast_bytes;
	next->per_server_qps = now->per_server_qps;
	next->addr_allowed = (uint8_t)(next->addr_allowed & gate);
}
