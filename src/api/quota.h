/* quota -- how often one token may ask for what costs others something. A window begins with its first request and is over
 * LIMIT_API_QUOTA_S later. In memory; any thread. */
#pragma once
#include "base/clock.h"
#include <pthread.h>

enum quota_kind { QUOTA_CHANGES, QUOTA_CHECKS, QUOTA_KINDS };
struct quota_left { const char *policy; uint32_t quota, left; int64_t window_s, reset_s; };
struct spender;
struct quotas { pthread_mutex_t lock; struct spender *first; };

void quotas_init(struct quotas *q);
void quotas_clear(struct quotas *q);
/* who: SHA-256 of a good token: others are not counted, so there are as many spenders as tokens. False: nothing is left until
 * out->reset_s from now, and nothing is counted. */
bool quota_spend(struct quotas *q, enum quota_kind kind, const uint8_t who[32], struct mono now, struct quota_left *out);
