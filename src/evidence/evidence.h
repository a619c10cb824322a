/* evidence -- the value everything is judged from: the question, what we were told to trust, and every
 * exchange in the order its reply came. Collected once, never changed; same evidence, same moment, same
 * edits: same verdict, for ever. */
#pragma once
#include "base/clock.h"
#include "base/err.h"
#include "evidence/exchange.h"
#include "dns/text.h"

enum depth {
	DEPTH_QUICK,    /* a few servers everywhere */
	DEPTH_WATCH,    /* all of the question's own zone, a few above, the root only about top-level domains: for who asks again and again */
	DEPTH_FULL, DEPTH_DEEP,
};

struct hint { const uint8_t *name; struct addr addr; };       /* a root server */
struct anchor { const uint8_t *owner; uint16_t type; struct rdata rd; };  /* DS or DNSKEY, of any owner name */

struct setup {                          /* what the user fixed before the first question; replay needs it all */
	const uint8_t *name; uint16_t type;
	enum depth depth;
	LIST(struct hint) hints;
	LIST(struct anchor) anchors;
	LIST(struct addr) resolvers;
	bool use_ipv4, use_ipv6, tcp_only;
	uint16_t port;                  /* of authoritative servers */
	uint8_t addr_allowed;           /* mask of enum addr_class */
	uint32_t budget_questions, budget_wall_ms;
};
struct evidence {
	struct arena *arena;
	struct setup setup;
	struct wall collected_at;       /* when the check began */
	uint32_t took_ms;
	uint32_t stopped_after;         /* exchanges learnt when the walk was stopped from outside; EVIDENCE_NOT_STOPPED */
	LIST(struct exchange *) exchanges;
};
#define EVIDENCE_NOT_STOPPED UINT32_MAX
struct evidence *evidence_make(struct arena *a, const struct setup *setup, struct wall collected_at);
/* Copies q and r (wire included) into the arena, parses, appends. */
struct exchange *evidence_add(struct evidence *e, const struct ask_question *q, const struct ask_reply *r, uint32_t at_ms);

/* The file: text, one line a fact, messages in base64; ends with a line that counts and hashes what stands
 * before, so a cut or changed file is found out. Version in the first line. Written to a temporary beside
 * it and renamed. */
MUST_CHECK int evidence_to_text(const struct evidence *e, struct text *out);
MUST_CHECK int evidence_from_text(struct arena *a, const char *text, size_t len, struct evidence **out, struct err_at *at);
