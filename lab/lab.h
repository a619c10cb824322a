/* lab -- the mini-Internet: a .world file becomes signed zones, servers with their faults, and a clock. The
 * same world answers questions without sockets (lab_asker_new) or on real ones (lab_serve). Grammar:
 * docs/WORLDS.md. */
#pragma once
#include "ask/ask.h"
#include "crypto/sign.h"
#include "evidence/evidence.h"

struct world_case {                     /* one `ask` with what must be found */
	const uint8_t *name; uint16_t type;
	struct wall at;                 /* the world's clock, or `at=` of the ask */
	const char *verdict;            /* "SERVFAIL"; NULL: not said */
	const char *security;           /* "bogus"; NULL */
	const char *root;               /* finding id; NULL: there must be no root cause; "-": not said */
	int ede;                        /* -1: not said */
	const char *when;               /* "always", "some"; NULL */
	LIST(const char *) also;        /* must be among the findings */
	LIST(const char *) silent;      /* must not be among them */
	LIST(const char *) then;        /* these, in this order, show when the root is mended; none: nothing may */
	unsigned line;
};
struct world;
/* Reads and signs. E_SYNTAX with *at (file, line, what). Keys come from seeds: same file, same keys. */
MUST_CHECK int world_from_text(struct arena *a, const char *text, size_t len, const char *file,
			       struct world **out, struct err_at *at);
const char *world_title(const struct world *w);
struct wall world_clock(const struct world *w);
/* Root hints, trust anchors, resolvers, address classes allowed: everything but name and type. */
void world_setup(struct world *w, struct setup *out);
uint32_t world_n_cases(const struct world *w);
const struct world_case *world_case(const struct world *w, uint32_t i);
/* Zone-format texts for other validators. */
const char *world_hints_text(struct world *w);
const char *world_anchors_text(struct world *w);

/* The world as an asker: virtual time, no sockets, deterministic. */
struct asker *lab_asker_new(struct world *w);

/* What one server of the world does with one datagram or TCP message: zero or more replies. Shared by asker
 * and serve. */
struct lab_reply {
	const uint8_t *wire;
	size_t len;
	uint32_t delay_ms;
	struct addr from;
	bool refuse_connection, unreachable, drip, close;
};
typedef LIST(struct lab_reply) lab_replies;
void world_answer(struct world *w, struct arena *a, const struct addr *server, enum transport over,
		  const uint8_t *query, size_t len, lab_replies *out);

struct serve_options {
	uint16_t port;                  /* 0 = 53 */
	bool map;                       /* the text went through world_map_loopback; a world that did not is refused */
	/* root.hints, root.anchors and world.txt (addresses) are written here */
	const char *dir;
	const volatile int *stop;       /* set by a signal */
	void (*ready)(void *ctx); void *ctx;
};
/* Real sockets until *stop; 0, E_SYSTEM (errno; *at says which address or file), or E_UNSUPPORTED: map is asked
 * for and the world is signed with its own addresses. */
MUST_CHECK int lab_serve(struct world *w, const struct serve_options *o, struct err_at *at);
/* To be called with the text before world_from_text, which signs: addresses of IPv4 and IPv6 become ones of
 * 127/8; returns the new text. */
const char *world_map_loopback(struct arena *a, const char *text, size_t len);
/* Every address that is a server or resolver of the world. */
uint32_t world_n_addrs(const struct world *w);
struct addr world_addr(const struct world *w, uint32_t i);
