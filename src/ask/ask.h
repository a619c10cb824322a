/* ask -- put one DNS question to one server and say exactly what came back.
 * One question, one address, one transport: an ask follows no referral, falls back to no TCP, caches nothing. Who wants
 * that asks again (see walk/). Two askers stand behind this door: sockets (here) and a world (lab/). Loop thread only.
 * Promise: after ask_start() returned 0, done() runs exactly once, never from inside ask_start(), and also after
 * a cancel and at shutdown (then ASK_CANCELLED). */
#pragma once
#include "base/clock.h"
#include "base/err.h"
#include "evidence/exchange.h"

/* reply and its wire are borrowed: gone when done() returns. */
typedef void ask_done_fn(const struct ask_reply *reply, void *ctx);

/* Which asks are meant, by the ctx they were started with. */
typedef bool ask_wanted_fn(const void *ctx, const void *arg);

struct asker;
struct asker_ops {
	int (*start)(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx);
	struct mono (*now)(struct asker *a);            /* this asker's clock: real or of the world */
	bool (*turn)(struct asker *a, uint32_t at_most_ms);     /* wait for events and run callbacks; false: nothing is pending */
	void (*cancel)(struct asker *a, ask_wanted_fn *wanted, const void *arg);     /* wanted NULL: all */
	void (*free)(struct asker *a);
	uint32_t (*line_ms)(struct asker *a, const struct addr *to);    /* NULL: nobody ever stands in line */
};
struct asker { const struct asker_ops *ops; };  /* first member of each implementation */

/* Copies *q (its name too); ctx must outlive done(). E_BUSY: too many in flight, done() never runs; ask again after a turn. */
MUST_CHECK static inline int ask_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	return a->ops->start(a, q, done, ctx);
}
static inline struct mono ask_now(struct asker *a) { return a->ops->now(a); }
static inline bool ask_turn(struct asker *a, uint32_t at_most_ms) { return a->ops->turn(a, at_most_ms); }
static inline void ask_cancel_all(struct asker *a) { a->ops->cancel(a, NULL, NULL); }
/* Of many that share an asker: only those of one. Their done() follows from a turn. */
static inline void ask_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg) { a->ops->cancel(a, wanted, arg); }
/* How long a question to this address would be held now by what we allow ourselves to ask it (per_server_qps); 0: not at all. */
static inline uint32_t ask_line_ms(struct asker *a, const struct addr *to) { return a->ops->line_ms != NULL ? a->ops->line_ms(a, to) : 0; }
static inline void asker_free(struct asker **a) { if (*a) (*a)->ops->free(*a); *a = NULL; }

struct sockets_options {
	uint8_t addr_allowed;           /* mask of enum addr_class: the last gate before the wire */
	uint32_t in_flight_max;         /* 0 = LIMIT_IN_FLIGHT */
	uint16_t per_server_max;        /* on the wire to one address at once; 0 = LIMIT_PER_SERVER_IN_FLIGHT */
	uint32_t per_server_qps;        /* to one address a second, twice that at once; five times both to its /24 or /48; 0: as many as
					 * are asked. What must wait is held; its timeout begins when it is sent */
	bool loopback_exempt;           /* from per_server_qps */
};
/* Real sockets on a loop of its own: a pool of UDP sockets on random ports, unpredictable ids (getrandom), replies
 * believed only where source, id, question and cookie match; ICMP errors by IP_RECVERR. NULL with errno set on failure. */
struct asker *ask_sockets_new(const struct sockets_options *o);

struct shared_options {
	uint32_t keep_ms;               /* how long an answer serves other checks; 0 = LIMIT_SHARED_MS */
	uint32_t facts_max;             /* 0 = LIMIT_SHARED_FACTS; the oldest goes first */
};
struct shared_counters { uint64_t asked, from_facts, joined; };
/* An asker before another, for many checks at once: the same question to the same address over the same transport is asked
 * once and answers all who ask it then or within keep_ms (reply->age_ms says so). Never by name alone: who answered is part of
 * the key. Silence and errors are joined while they last, but not kept. Does not own inner. */
struct asker *ask_shared_new(struct asker *inner, const struct shared_options *o);
struct shared_counters ask_shared_counters(const struct asker *shared);
