/* hand -- histories made by hand: each state of the zone is a few letters, seen from..to. Keys are named by digits: key 3 has tag
 * 1003, and what it would have in a DS. Times are seconds after HAND_START. */
#pragma once
#include "foresee/inside.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#define HAND_START 1795305600 /* 2026-11-22T00:00:00Z */
enum { HOUR = 3600, DAY = 86400, HAND_ARENA = 8 << 20, HAND_ALGORITHM = 13 };

struct hand_state {
	const char *ds;         /* digits; "" proven absent; NULL: parents did not say */
	const char *keys;       /* digits; NULL: no DNSKEY */
	const char *sign_keys, *sign_data;
	uint32_t ds_ttl, key_ttl, ns_ttl;       /* 0: 86400, 3600, 86400 */
	const char *host;       /* servers are ns1.HOST, ns2.HOST; NULL "a.example." */
	const char *cds;        /* digits; "0" delete; NULL none */
	bool dead;              /* the servers do not answer */
};
struct hand {
	struct arena *a;
	struct history h;
	struct outlook out;
};

static inline struct hand hand_make(void)
{
	struct hand x = { .a = arena_new(HAND_ARENA), .out = { .breaks_at = WALL_NEVER, .heals_at = WALL_NEVER } };
	x.h.zone = "example.net.";
	x.h.poll_s = 300;
	return x;
}

static inline void hand_clear(struct hand *x)
{
	arena_free(&x->a);
}

static inline struct wall hand_at(int64_t s)
{
	return (struct wall){ HAND_START + s };
}

static inline const char *hand_digest(struct hand *x, char digit)
{
	return arena_printf(x->a, "D%c", digit);
}

static inline uint32_t hand_or(uint32_t given, uint32_t otherwise)
{
	return given ? given : otherwise;
}

static inline bool hand_has(const char *digits, char d)
{
	return digits && strchr(digits, d);
}

static inline void hand_parent(struct hand *x, struct snapshot *s, const struct hand_state *st)
{
	struct snap_parent p = { .asked = true, .answered = st->ds, .ds_known = st->ds, .ns_known = true, .name = "p1.net.", .ds_ttl = hand_or(st->ds_ttl, DAY),
				 .ns_ttl = hand_or(st->ns_ttl, DAY), .neg_ttl = 900 };
	const char *host = st->host ? st->host : "a.example.";
	assert_true(addr_from_text("192.0.2.1", 53, &p.addr));
	for (const char *d = st->ds; d && *d; d++)
		list_push(x->a, &p.ds, (struct snap_ds){ .tag = (uint16_t)(1000 + *d - '0'), .algorithm = HAND_ALGORITHM,
							 .digest_type = 2, .digest = hand_digest(x, *d),
							 .matched = hand_has(st->keys, *d) });
	list_push(x->a, &p.ns, arena_printf(x->a, "ns1.%s", host));
	list_push(x->a, &p.ns, arena_printf(x->a, "ns2.%s", host));
	list_push(x->a, &s->parents, p);
}

static inline struct snap_key hand_key(struct hand *x, const struct hand_state *st, char d)
{
	return (struct snap_key){ .tag = (uint16_t)(1000 + d - '0'), .flags = hand_has(st->sign_keys, d) ? 257 : 256,
				  .algorithm = HAND_ALGORITHM, .hash = arena_printf(x->a, "H%c", d),
				  .ds_sha256 = hand_digest(x, d), .signs_keys = hand_has(st->sign_keys, d),
				  .signs_data = hand_has(st->sign_data, d) };
}

static inline struct snap_server hand_server(struct hand *x, const struct hand_state *st, unsigned i)
{
	const char *host = st->host ? st->host : "a.example.";
	struct snap_server v = { .asked = true, .dnskey_known = !st->dead, .ns_known = true, .cds_known = true, .answered = !st->dead, .authoritative = !st->dead, .tcp_ok = !st->dead, .minimum = 900,
				 .soa_ttl = 3600, .refresh = 3600, .retry = 900, .expire = 604800,
				 .has_dnskey = !st->dead && st->keys, .dnskey_ttl = hand_or(st->key_ttl, HOUR),
				 .ns_ttl = hand_or(st->ns_ttl, DAY), .data_ttl = 300 };
	assert_true(addr_from_text(arena_printf(x->a, "198.51.100.%u", i + (unsigned)host[0]), 53, &v.addr));
	list_push(x->a, &v.names, arena_printf(x->a, "ns%u.%s", i, host));
	for (unsigned k = 1; k <= 2; k++)
		list_push(x->a, &v.ns, arena_printf(x->a, "ns%u.%s", k, host));
	for (const char *d = st->keys; !st->dead && d && *d; d++)
		list_push(x->a, &v.keys, hand_key(x, st, *d));
	for (const char *d = st->cds; d && *d; d++)
		list_push(x->a, &v.cds, *d == '0' ? "0 0 0 00" : arena_printf(x->a, "%u 13 2 %s", 1000u + *d - '0',
										  hand_digest(x, *d)));
	return v;
}

static inline struct snapshot *hand_snapshot(struct hand *x, int64_t at, const struct hand_state *st)
{
	struct snapshot *s = ARENA_NEW(x->a, struct snapshot);
	s->zone = x->h.zone;
	s->at = hand_at(at);
	s->finding = "";
	s->breaks_at = WALL_NEVER;
	hand_parent(x, s, st);
	for (unsigned i = 1; i <= 2; i++)
		list_push(x->a, &s->servers, hand_server(x, st, i));
	return s;
}

/* The zone was seen so; returned to be changed further. */
static inline struct snapshot *hand_past(struct hand *x, int64_t from, int64_t to, struct hand_state st)
{
	struct snapshot *s = hand_snapshot(x, from, &st);
	list_push(x->a, &x->h.pasts, (struct past){ hand_at(from), hand_at(to), s });
	return s;
}

static inline const struct finding *hand_found(const struct hand *x, enum finding_id id)
{
	for (uint32_t i = 0; i < x->out.findings.n; i++)
		if (x->out.findings.at[i].id == id)
			return &x->out.findings.at[i];
	return NULL;
}
