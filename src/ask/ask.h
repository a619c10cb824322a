/* ask -- put one DNS question to one server and say exactly what came back.
 * One question, one address, one transport: an ask follows no referral, falls back to no TCP, caches nothing. Who wants
 * that asks again (see walk/). Two askers stand behind this door: sockets (here) and a world (lab/). Loop thread only.
 * Promise: after ask_start() returned 0, done() runs exactly once, never from inside ask_start(), and also after
 * ask_cancel_all() and at shutdown (then ASK_CANCELLED). */
#pragma once
#include "base/clock.h"
#include "base/err.h"
#include "evidence/exchange.h"

/* reply and its wire are borrowed: gone when done() returns. */
typedef void ask_done_fn(const struct ask_reply *reply, void *ctx);

struct asker;
struct asker_ops {
	int (*start)(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx);
	struct mono (*now)(struct asker *a);            /* this asker's clock: real or of the world */
	bool (*turn)(struct asker *a, uint32_t at_most_ms);     /* wait for events and run callbacks; false: nothing is pending */
	void (*cancel_all)(struct asker *a);
	void (*free)(struct asker *a);
};
struct asker { const struct asker_ops *ops; };  /* first member of each implementation */

/* Copies *q (its name too); ctx must outlive done(). E_BUSY: too many in flight, done() never runs; ask again after a turn. */
MUST_CHECK static inline int ask_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	return a->ops->start(a, q, done, ctx);
}
static inline struct mono ask_now(struct asker *a) { return a->ops->now(a); }
static inline bool ask_turn(struct asker *a, uint32_t at_most_ms) { return a->ops->turn(a, at_most_ms); }
static inline void ask_cancel_all(struct asker *a) { a->ops->cancel_all(a); }
static inline void asker_free(struct asker **a) { if (*a) (*a)->ops->free(*a); *a = NULL; }

struct sockets_options {
	uint8_t addr_allowed;           /* mask of enum addr_class: the last gate before the wire */
	uint32_t in_flight_max;         /* 0 = LIMIT_IN_FLIGHT */
};
/* Real sockets on a loop of its own: a pool of UDP sockets on random ports, unpredictable ids (getrandom), replies
 * believed only where source, id, question and cookie match; ICMP errors by IP_RECVERR. NULL with errno set on failure. */
struct asker *ask_sockets_new(const struct sockets_options *o);
