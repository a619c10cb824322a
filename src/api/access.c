/* access -- who may ask, for what, and how often: the Host header against DNS rebinding, a bearer token for all that changes anything,
 * a quota of what costs, and five wrong tokens a minute. */
#include "api/inside.h"
#include "crypto/crypto.h"
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool same_host(const char *wanted, const char *host, size_t len)
{
	return strlen(wanted) == len && strncasecmp(wanted, host, len) == 0;
}

static bool is_port_or_nothing(const char *rest)
{
	return *rest == '\0' || (*rest == ':' && rest[1 + strspn(rest + 1, "0123456789")] == '\0');
}

static bool is_ours(const struct request *r, const char *host)
{
	static const char *const always[] = { "localhost", "127.0.0.1", "[::1]" };
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;
	size_t len = end != NULL ? (size_t)(end + 1 - host) : strcspn(host, ":");
	if (!is_port_or_nothing(host + len))
		return false;
	for (unsigned i = 0; i < sizeof always / sizeof always[0]; i++)
		if (same_host(always[i], host, len))
			return true;
	if (same_host(r->api->o.listen, host, len) || (end != NULL && same_host(r->api->o.listen, host + 1, len - 2)))
		return true;
	for (uint32_t i = 0; i < r->api->o.n_hosts; i++)
		if (same_host(r->api->o.hosts[i], host, len))
			return true;
	return false;
}

/* Without the port. HTTP/1.0 clients may leave Host out: no browser does, so that is no rebinding. */
bool host_is_allowed(const struct request *r)
{
	const char *host = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Host");
	return host == NULL || is_ours(r, host);
}

/* A page elsewhere may make a browser ask us, though it cannot read what we say: /probe would still work for it. */
bool is_of_another_site(const struct request *r)
{
	const char *site = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Sec-Fetch-Site");
	const char *origin = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Origin");
	if (site != NULL && strcasecmp(site, "cross-site") == 0)
		return true;
	const char *host = origin != NULL ? strstr(origin, "://") : NULL;
	return origin != NULL && (host == NULL || !is_ours(r, host + 3));
}

/* Compared as digests, each to its end: how long it takes tells nothing of the token. */
static bool token_is_good(struct request *r)
{
	static const char scheme[] = "Bearer ";
	const char *given = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Authorization");
	char hex[65];
	bool good = false;
	if (given == NULL || strncasecmp(given, scheme, sizeof scheme - 1) != 0)
		return false;
	given += sizeof scheme - 1;
	crypto_sha256((struct octets){ (const uint8_t *)given, strlen(given) }, r->token);
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", r->token[i]);
	for (uint32_t k = 0; k < r->api->o.n_tokens; k++) {
		const char *wanted = r->api->o.token_sha256[k];
		unsigned differs = strlen(wanted) != 64;
		for (int i = 0; i < 64 && wanted[i] != '\0'; i++)
			differs |= (unsigned)((wanted[i] | 0x20) ^ (hex[i] | 0x20));
		good |= differs == 0;
	}
	return good;
}

static struct addr client(const struct request *r)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *from = info != NULL ? info->client_addr : NULL;
	struct addr a = { 0 };
	if (from != NULL && from->sa_family == AF_INET6)
		addr_from_ip(((const struct sockaddr_in6 *)from)->sin6_addr.s6_addr, 16, 0, &a);
	else if (from != NULL && from->sa_family == AF_INET)
		addr_from_ip((const uint8_t *)&((const struct sockaddr_in *)from)->sin_addr, 4, 0, &a);
	return a;
}

static bool must_wait(struct request *r, int64_t wait_s)
{
	if (wait_s == 0)
		return false;
	problem(r, 429, "guesses", "Too many wrong tokens came from this address", "Look at the token, and wait as long as Retry-After says.", NULL);
	r->reply.retry_after_s = wait_s;
	return true;
}

/* Who guesses waits, whatever he says next. Not so on loopback: behind a proxy one guesser would lock all others out. */
bool is_let_in(struct request *r)
{
	struct addr from = client(r);
	struct mono now = mono_now();
	bool shared = addr_class(&from) == ADDR_LOOPBACK;
	if (!shared && must_wait(r, guesses_wait_s(&r->api->guesses, &from, now)))
		return false;
	if (token_is_good(r))
		return true;
	if (MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Authorization") != NULL) {
		if (must_wait(r, guesses_wait_s(&r->api->guesses, &from, now)))
			return false;
		guesses_add(&r->api->guesses, &from, now);
	}
	problem(r, 401, "token", "A token is needed", "Changes and checks need \"Authorization: Bearer TOKEN\" (api.tokens).", NULL);
	return false;
}

bool quota_allows(struct request *r, enum quota_kind kind)
{
	struct quota_left *left = &r->reply.quota;
	if (quota_spend(&r->api->quotas, kind, r->token, mono_now(), left))
		return true;
	problem(r, 429, "quota", "This token has asked for too much",
		arena_printf(r->arena, "It may ask for %u %s in %lld seconds.", left->quota, left->policy, (long long)left->window_s), NULL);
	r->reply.retry_after_s = left->reset_s;
	return false;
}
