/* harness -- asks with their outcome kept, for the tests of the sockets. */
#pragma once
#include "fake_server.h"
#include <stdlib.h>

struct outcome {
	unsigned n_done;
	bool inside_start;              /* done() ran while ask_start() was running */
	struct ask_reply r;             /* r.wire points to wire */
	uint8_t wire[2048];
};
extern bool starting;
struct asker *harness_asker(void);      /* loopback allowed */
struct ask_question harness_question(const struct addr *to, enum transport over, uint32_t timeout_ms);
void harness_start(struct asker *a, const struct ask_question *q, struct outcome *o);
/* Turns the asker and serves f (may be NULL) until the n outcomes are there; fails after 10 s. */
void harness_wait(struct asker *a, struct fake *f, struct outcome *o, unsigned n);
/* One question from start to outcome. */
void harness_ask(struct asker *a, struct fake *f, enum transport over, uint32_t timeout_ms, struct outcome *o);
