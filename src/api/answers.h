/* answers -- what was answered to requests that carry an Idempotency-Key, to be said again where they come again: the client did
 * not hear it (draft-ietf-httpapi-idempotency-key-header). In memory: a restart forgets them, a reload does not. Any thread.
 *
 *   answers_begin() NEW -> under way -> answers_end(): kept, LIMIT_API_ANSWERS_KEPT_S or until there are too many newer ones;
 *                                       or forgotten at once, where nothing was done and the same request may be tried again */
#pragma once
#include "base/arena.h"
#include "base/clock.h"
#include <pthread.h>

enum { SUM_OCTETS = 32 };
struct once { uint8_t key[SUM_OCTETS], request[SUM_OCTETS]; };    /* the token's key; what is asked for with it */
struct kept_reply { unsigned status; const char *type, *location, *preference_applied, *body; int64_t retry_after_s; };
enum once_state {
	ONCE_NEW,               /* to be answered: answers_end() must follow */
	ONCE_AGAIN,             /* *out is the answer, in the arena */
	ONCE_UNDER_WAY,         /* another thread answers it right now */
	ONCE_OTHER,             /* the key was used for another request */
};
struct answer;
struct answers { pthread_mutex_t lock; struct answer *first; /* oldest first */ uint32_t n; size_t bytes; };

void answers_init(struct answers *s);
void answers_clear(struct answers *s);
enum once_state answers_begin(struct answers *s, struct arena *a, const struct once *o, struct mono now, struct kept_reply *out);
/* reply NULL: forgets that there was one. Location and preference may be NULL. */
void answers_end(struct answers *s, const struct once *o, const struct kept_reply *reply);
