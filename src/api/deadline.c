#include "api/inside.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { LOOK_MS = 250 };

/* Only shut down: the descriptor is closed by the connection's own thread, which then wakes up. */
static void end_late(struct deadlines *d)
{
	struct mono now = mono_now();
	for (struct deadline *c = d->first; c != NULL; c = c->next)
		if (!c->none && c->at.us < now.us)
			shutdown(c->fd, SHUT_RDWR);
}

static void *watch_over(void *ctx)
{
	struct deadlines *d = ctx;
	pthread_mutex_lock(&d->lock);
	while (!d->stopping) {
		end_late(d);
		int64_t until_us = mono_now().us + LOOK_MS * 1000;
		struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };
		pthread_cond_timedwait(&d->stop, &d->lock, &until);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

bool deadlines_start(struct deadlines *d)
{
	pthread_condattr_t attr;
	*d = (struct deadlines){ 0 };
	pthread_mutex_init(&d->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&d->stop, &attr);
	pthread_condattr_destroy(&attr);
	int e = pthread_create(&d->thread, NULL, watch_over, d);
	d->runs = e == 0;
	if (d->runs)
		return true;
	pthread_cond_destroy(&d->stop);
	pthread_mutex_destroy(&d->lock);
	errno = e;
	return false;
}

void deadlines_stop(struct deadlines *d)
{
	if (!d->runs)
		return;
	pthread_mutex_lock(&d->lock);
	d->stopping = true;
	pthread_cond_signal(&d->stop);
	pthread_mutex_unlock(&d->lock);
	pthread_join(d->thread, NULL);
	d->runs = false;
	pthread_cond_destroy(&d->stop);
	pthread_mutex_destroy(&d->lock);
}

struct deadline *deadline_new(struct deadlines *d, int fd, int64_t in_s)
{
	struct deadline *of = calloc(1, sizeof *of);
	if (of == NULL)
		abort();
	of->fd = fd;
	of->at.us = mono_now().us + in_s * 1000000;
	pthread_mutex_lock(&d->lock);
	of->next = d->first;
	d->first = of;
	pthread_mutex_unlock(&d->lock);
	return of;
}

void deadline_set(struct deadlines *d, struct deadline *of, int64_t in_s)
{
	pthread_mutex_lock(&d->lock);
	of->none = in_s == 0;
	of->at.us = mono_now().us + in_s * 1000000;
	pthread_mutex_unlock(&d->lock);
}

void deadline_free(struct deadlines *d, struct deadline *of)
{
	pthread_mutex_lock(&d->lock);
	for (struct deadline **at = &d->first; *at != NULL; at = &(*at)->next) {
		if (*at != of)
			continue;
		*at = of->next;
		break;
	}
	pthread_mutex_unlock(&d->lock);
	free(of);
}

void deadline_of_request(const struct request *r, int64_t in_s)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	if (info != NULL && info->socket_context != NULL)
		deadline_set(&r->api->deadlines, info->socket_context, in_s);
}
