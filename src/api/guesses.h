/* guesses -- wrong tokens by where they came from: LIMIT_API_GUESSES in LIMIT_API_QUOTA_S, then that address waits. In memory; any
 * thread. */
#pragma once
#include "base/addr.h"
#include "base/clock.h"
#include "base/limits.h"
#include <pthread.h>

struct guesser { uint8_t family, prefix[8]; uint32_t wrong; struct mono until; };
struct guesses { pthread_mutex_t lock; struct guesser at[LIMIT_API_GUESSERS]; };

void guesses_init(struct guesses *g);
void guesses_clear(struct guesses *g);
/* Seconds that this address has to wait; 0: it may try. IPv6 by its /64. */
int64_t guesses_wait_s(struct guesses *g, const struct addr *from, struct mono now);
void guesses_add(struct guesses *g, const struct addr *from, struct mono now);
