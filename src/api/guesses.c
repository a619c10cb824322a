#include "api/guesses.h"
#include <string.h>

enum { SECOND_US = 1000000 };

void guesses_init(struct guesses *g)
{
	*g = (struct guesses){ 0 };
	pthread_mutex_init(&g->lock, NULL);
}

void guesses_clear(struct guesses *g)
{
	pthread_mutex_destroy(&g->lock);
}

static struct guesser *find(struct guesses *g, const struct guesser *like)
{
	for (unsigned i = 0; i < LIMIT_API_GUESSERS; i++)
		if (g->at[i].family == like->family && memcmp(g->at[i].prefix, like->prefix, sizeof like->prefix) == 0)
			return &g->at[i];
	return NULL;
}

static struct guesser guesser_of(const struct addr *from)
{
	struct guesser one = { .family = from->family };
	memcpy(one.prefix, from->ip, from->family == 4 ? 4 : sizeof one.prefix);
	return one;
}

/* The place of the one whose minute is over first: who fills the table guesses no faster at any one address. */
static struct guesser *make_room(struct guesses *g)
{
	struct guesser *oldest = &g->at[0];
	for (unsigned i = 1; i < LIMIT_API_GUESSERS; i++)
		if (g->at[i].until.us < oldest->until.us)
			oldest = &g->at[i];
	return oldest;
}

int64_t guesses_wait_s(struct guesses *g, const struct addr *from, struct mono now)
{
	const struct guesser like = guesser_of(from);
	pthread_mutex_lock(&g->lock);
	const struct guesser *at = find(g, &like);
	int64_t wait_us = at != NULL && at->wrong >= LIMIT_API_GUESSES && now.us < at->until.us ? at->until.us - now.us : 0;
	pthread_mutex_unlock(&g->lock);
	return (wait_us + SECOND_US - 1) / SECOND_US;
}

void guesses_add(struct guesses *g, const struct addr *from, struct mono now)
{
	const struct guesser like = guesser_of(from);
	pthread_mutex_lock(&g->lock);
	struct guesser *at = find(g, &like);
	if (at == NULL)
		*(at = make_room(g)) = like;
	if (now.us >= at->until.us) {
		at->until.us = now.us + LIMIT_API_QUOTA_S * (int64_t)SECOND_US;
		at->wrong = 0;
	}
	at->wrong++;
	pthread_mutex_unlock(&g->lock);
}
