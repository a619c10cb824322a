#include "cli/families.h"
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* connect() of a UDP socket only looks for a route and a source address. */
static bool has_route(const struct addr *to)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons(53) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(53) };
	memcpy(&in4.sin_addr, to->ip, 4);
	memcpy(&in6.sin6_addr, to->ip, 16);
	int fd = socket(to->family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	bool ok = to->family == 4 ? connect(fd, (struct sockaddr *)&in4, sizeof in4) == 0
				  : connect(fd, (struct sockaddr *)&in6, sizeof in6) == 0;
	close(fd);
	return ok;
}

static bool any_route(const struct setup *setup, uint8_t family)
{
	for (uint32_t i = 0; i < setup->hints.n; i++)
		if (setup->hints.at[i].addr.family == family && has_route(&setup->hints.at[i].addr))
			return true;
	return false;
}

static bool any_hint(const struct setup *setup, uint8_t family)
{
	for (uint32_t i = 0; i < setup->hints.n; i++)
		if (setup->hints.at[i].addr.family == family)
			return true;
	return false;
}

void families_choose(struct setup *setup)
{
	bool root4 = any_route(setup, 4), root6 = any_route(setup, 6);
	if (!(setup->use_ipv4 && root4) && !(setup->use_ipv6 && root6))
		return;         /* no way to any root server: ask all the same, and tell what came of it */
	/* Hints of one family only say nothing of the other: it stays on, and unreachable servers are seen as such. */
	bool v4 = setup->use_ipv4 && (root4 || !any_hint(setup, 4)), v6 = setup->use_ipv6 && (root6 || !any_hint(setup, 6));
	setup->use_ipv4 = v4;
	setup->use_ipv6 = v6;
}
