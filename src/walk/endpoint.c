/* Addresses. One address may serve many zones under many names; what is known of it (silent, speaks EDNS)
 * and what was spent on it counts once. A network where all are silent gets few tries more (NRDelegation,
 * CVE-2022-3204). */
#include "walk/inside.h"
#include "crypto/crypto.h"
#include <string.h>

static struct net *net_of(struct walk *w, const struct addr *a)
{
	struct net n = { .family = a->family };
	memcpy(n.prefix, a->ip, a->family == 6 ? 6 : 3);
	for (uint32_t i = 0; i < w->nets.n; i++)
		if (w->nets.at[i]->family == n.family &&
		    memcmp(w->nets.at[i]->prefix, n.prefix, sizeof n.prefix) == 0)
			return w->nets.at[i];
	struct net *made = arena_copy(w->arena, &n, sizeof n);
	list_push(w->arena, &w->nets, made);
	return made;
}

static unsigned addr_hash(const struct addr *a)
{
	uint32_t h = 2166136261u ^ a->port;
	for (size_t i = 0; i < sizeof a->ip; i++)
		h = (h ^ a->ip[i]) * 16777619u;
	return (h ^ h >> 13) % 256;
}

/* RFC 7873 A.1: made from the server's address and a secret. The secret is of the setup, for a walk must
 * be the same each time; what keeps forgers out are the id and the port of each question. */
static void make_cookie(struct walk *w, struct endpoint *e)
{
	uint8_t seed[sizeof w->secret + sizeof e->addr.ip + 2], sum[32];
	memcpy(seed, w->secret, sizeof w->secret);
	memcpy(seed + sizeof w->secret, e->addr.ip, sizeof e->addr.ip);
	seed[sizeof seed - 2] = (uint8_t)(e->addr.port >> 8);
	seed[sizeof seed - 1] = (uint8_t)e->addr.port;
	crypto_sha256((struct octets){ seed, sizeof seed }, sum);
	memcpy(e->cookie, sum, 8);
	e->cookie_len = 8;
}

struct endpoint *endpoint_of(struct walk *w, const struct addr *addr)
{
	struct endpoint **slot = &w->endpoints[addr_hash(addr)];
	while (*slot != NULL && !addr_equal(&(*slot)->addr, addr))
		slot = &(*slot)->chain;
	if (*slot == NULL) {
		*slot = ARENA_NEW(w->arena, struct endpoint);
		(*slot)->addr = *addr;
		(*slot)->net = net_of(w, addr);
		(*slot)->family = &w->families[addr->family == 6];
		make_cookie(w, *slot);
	}
	return *slot;
}

struct probe *endpoint_probe(const struct endpoint *e, enum probe_mode mode, const uint8_t *name,
			     uint16_t type)
{
	for (uint32_t i = 0; i < e->probes.n; i++) {
		struct probe *p = e->probes.at[i];
		if (p->mode == mode && p->type == type && name_equal(p->name, name))
			return p;
	}
	return NULL;
}

bool endpoint_alive(const struct endpoint *e)
{
	return e->udp_alive || e->tcp_alive;
}

bool endpoint_given_up(const struct endpoint *e)
{
	if (endpoint_alive(e))
		return false;
	if (e->family->unreachable >= LIMIT_SILENT_PER_NET && !e->family->alive)
		return true;            /* no route for IPv6, most likely */
	return e->silent >= 2 || (e->net->silent >= LIMIT_SILENT_PER_NET && !e->counted_silent);
}

static void zones_of_endpoint_dirty(struct walk *w, const struct endpoint *e)
{
	for (uint32_t i = 0; i < w->tree.zones.n; i++) {
		struct zone *z = w->tree.zones.at[i];
		for (uint32_t k = 0; k < z->servers.n; k++)
			if (post_of(z->servers.at[k])->e == e)
				zone_dirty(w, z);
	}
}

/* DS belongs to the zone above its name (RFC 4035 3.1.4.1). */
const struct zone *endpoint_zone(const struct walk *w, const struct endpoint *e, const uint8_t *name,
				 uint16_t type)
{
	const struct zone *deepest = NULL;
	for (uint32_t i = 0; i < w->tree.zones.n; i++) {
		struct zone *z = w->tree.zones.at[i];
		bool holds = type == TYPE_DS ? name_is_strictly_under(name, z->name) : name_is_under(name, z->name);
		if (!holds || (deepest != NULL && name_labels(z->name) < name_labels(deepest->name)))
			continue;
		for (uint32_t k = 0; k < z->servers.n; k++)
			if (post_of(z->servers.at[k])->e == e)
				deepest = z;
	}
	return deepest;
}

static void keep_server_cookie(struct endpoint *e, const struct message *m)
{
	const struct edns_item *c = message_option(m, EDNS_COOKIE);
	if (c == NULL || c->len < 16 || c->len > sizeof e->cookie || memcmp(c->at, e->cookie, 8) != 0)
		return;
	memcpy(e->cookie, c->at, c->len);
	e->cookie_len = (uint8_t)c->len;
}

/* One good answer to a cookie shows that what was swallowed before was not for its sake. */
static bool note_cookie(struct endpoint *e, const struct exchange *x)
{
	bool good = x->m != NULL && message_rcode_answers(x->m);
	if (x->q.over != OVER_UDP || !good || (x->q.flags & ASK_COOKIE) == 0 || e->cookie_alive)
		return false;
	e->cookie_alive = true;
	return true;
}

bool endpoint_heard(struct walk *w, struct endpoint *e, const struct exchange *x)
{
	bool news = !endpoint_alive(e), can_more = note_cookie(e, x);
	if (x->q.over == OVER_TCP)
		e->tcp_alive = true;
	else
		e->udp_alive = true;
	if (x->q.over == OVER_UDP && (x->q.flags & ASK_EDNS) != 0)
		e->edns_alive |= x->m != NULL && x->m->has_edns;
	else if (x->q.over == OVER_UDP)
		e->plain_alive = true;
	if (x->m != NULL)
		keep_server_cookie(e, x->m);
	if (!news)
		return can_more;
	e->family->alive = true;
	e->net->silent = 0;
	zones_of_endpoint_dirty(w, e);
	return can_more;
}

void endpoint_unreachable(struct endpoint *e)
{
	e->family->unreachable += !e->unreachable;
	e->unreachable = true;
}

void endpoint_unheard(struct endpoint *e)
{
	if (e->counted_silent || endpoint_alive(e) || e->net->silent >= LIMIT_SILENT_PER_NET)
		return;                 /* over the limit: this one is given up with the rest */
	e->counted_silent = true;
	e->net->silent++;
}
