#include "api/answers.h"
#include "base/limits.h"
#include <stdlib.h>
#include <string.h>

struct answer { struct answer *next; struct once once; struct mono at; bool under_way; struct kept_reply reply; size_t bytes; };

void answers_init(struct answers *s)
{
	*s = (struct answers){ 0 };
	pthread_mutex_init(&s->lock, NULL);
}

static void drop(struct answers *s, struct answer **at)
{
	struct answer *it = *at;
	*at = it->next;
	s->n--;
	s->bytes -= it->bytes;
	const char *const texts[] = { it->reply.type, it->reply.location, it->reply.preference_applied, it->reply.body };
	for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
		free((char *)texts[i]);
	free(it);
}

void answers_clear(struct answers *s)
{
	while (s->first != NULL)
		drop(s, &s->first);
	pthread_mutex_destroy(&s->lock);
}

/* What is under way stays: it is as many as there are connections. */
static void forget(struct answers *s, uint32_t n_max, struct mono now)
{
	for (struct answer **at = &s->first; *at != NULL;) {
		bool too_many = s->n > n_max || s->bytes > LIMIT_API_ANSWERS_BYTES;
		bool too_old = now.us - (*at)->at.us > LIMIT_API_ANSWERS_KEPT_S * 1000000LL;
		if (!(*at)->under_way && (too_many || too_old))
			drop(s, at);
		else
			at = &(*at)->next;
	}
}

static struct answer **find(struct answers *s, const struct once *o)
{
	struct answer **at = &s->first;
	while (*at != NULL && memcmp((*at)->once.key, o->key, sizeof o->key) != 0)
		at = &(*at)->next;
	return at;
}

static char *copy(const char *text)
{
	char *out = text != NULL ? strdup(text) : NULL;
	if (text != NULL && out == NULL)
		abort();
	return out;
}

static struct answer *answer_new(const struct once *o, struct mono now)
{
	struct answer *it = calloc(1, sizeof *it);
	if (it == NULL)
		abort();
	it->once = *o;
	it->at = now;
	it->under_way = true;
	return it;
}

static const char *or_null(struct arena *a, const char *text)
{
	return text != NULL ? arena_text(a, text) : NULL;
}

static enum once_state state_of(struct arena *a, const struct answer *it, const struct once *o, struct kept_reply *out)
{
	if (memcmp(it->once.request, o->request, sizeof o->request) != 0)
		return ONCE_OTHER;
	if (it->under_way)
		return ONCE_UNDER_WAY;
	const struct kept_reply *y = &it->reply;
	*out = (struct kept_reply){ .status = y->status, .type = or_null(a, y->type), .location = or_null(a, y->location),
				    .preference_applied = or_null(a, y->preference_applied), .body = or_null(a, y->body), .retry_after_s = y->retry_after_s };
	return ONCE_AGAIN;
}

enum once_state answers_begin(struct answers *s, struct arena *a, const struct once *o, struct mono now, struct kept_reply *out)
{
	enum once_state state = ONCE_NEW;
	pthread_mutex_lock(&s->lock);
	forget(s, LIMIT_API_ANSWERS, now);
	struct answer **at = find(s, o);
	if (*at != NULL) {
		state = state_of(a, *at, o, out);
	} else {
		*at = answer_new(o, now);
		s->n++;
		forget(s, LIMIT_API_ANSWERS, now);
	}
	pthread_mutex_unlock(&s->lock);
	return state;
}

static void keep(struct answers *s, struct answer *it, const struct kept_reply *y)
{
	it->under_way = false;
	it->reply = (struct kept_reply){ .status = y->status, .type = copy(y->type), .location = copy(y->location),
					 .preference_applied = copy(y->preference_applied), .body = copy(y->body), .retry_after_s = y->retry_after_s };
	it->bytes = strlen(y->body);
	s->bytes += it->bytes;
}

void answers_end(struct answers *s, const struct once *o, const struct kept_reply *reply)
{
	pthread_mutex_lock(&s->lock);
	struct answer **at = find(s, o);
	if (reply == NULL)
		drop(s, at);
	else
		keep(s, *at, reply);
	pthread_mutex_unlock(&s->lock);
}
