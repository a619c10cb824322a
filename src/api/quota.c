#include "api/quota.h"
#include "base/limits.h"
#include <stdlib.h>
#include <string.h>

enum { SECOND_US = 1000000 };

static const struct { const char *policy; uint32_t quota; } policies[QUOTA_KINDS] = {
	[QUOTA_CHANGES] = { "changes", LIMIT_API_CHANGES },
	[QUOTA_CHECKS] = { "checks", LIMIT_API_CHECKS_ASKED },
};
struct window { struct mono until; uint32_t spent; };
struct spender { struct spender *next; uint8_t who[32]; struct window windows[QUOTA_KINDS]; };

void quotas_init(struct quotas *q)
{
	*q = (struct quotas){ 0 };
	pthread_mutex_init(&q->lock, NULL);
}

void quotas_clear(struct quotas *q)
{
	while (q->first != NULL) {
		struct spender *s = q->first;
		q->first = s->next;
		free(s);
	}
	pthread_mutex_destroy(&q->lock);
}

static struct spender *spender_of(struct quotas *q, const uint8_t who[32])
{
	for (struct spender *s = q->first; s != NULL; s = s->next)
		if (memcmp(s->who, who, sizeof s->who) == 0)
			return s;
	struct spender *s = calloc(1, sizeof *s);
	if (s == NULL)
		abort();
	memcpy(s->who, who, sizeof s->who);
	s->next = q->first;
	q->first = s;
	return s;
}

static bool spend(struct window *w, uint32_t quota, struct mono now)
{
	if (now.us >= w->until.us)
		*w = (struct window){ .until.us = now.us + LIMIT_API_QUOTA_S * (int64_t)SECOND_US };
	bool good = w->spent < quota;
	w->spent += good;
	return good;
}

bool quota_spend(struct quotas *q, enum quota_kind kind, const uint8_t who[32], struct mono now, struct quota_left *out)
{
	uint32_t quota = policies[kind].quota;
	pthread_mutex_lock(&q->lock);
	struct window *w = &spender_of(q, who)->windows[kind];
	bool good = spend(w, quota, now);
	*out = (struct quota_left){ .policy = policies[kind].policy, .quota = quota, .left = quota - w->spent, .window_s = LIMIT_API_QUOTA_S,
				    .reset_s = (w->until.us - now.us + SECOND_US - 1) / SECOND_US };
	pthread_mutex_unlock(&q->lock);
	return good;
}
