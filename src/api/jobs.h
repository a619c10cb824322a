/* jobs -- checks that were asked for by POST /checks: a line, a few threads that work it off, and the reports for a while after. In
 * memory: a restart forgets them. Any thread may call.
 *
 *   jobs_add() -> WAITING -> RUNNING -> DONE, FAILED -> forgotten, oldest first (LIMIT_API_JOBS, _JOBS_BYTES, _JOBS_KEPT_S)
 *                    ^----------'  jobs_pause(): what we cut short is no report; it begins anew after jobs_resume() */
#pragma once
#include "base/arena.h"
#include "base/limits.h"
#include "evidence/evidence.h"
#include <pthread.h>

enum { JOB_ID_MAX = 33 };       /* 128 random bits in hex: whoever knows it was told it */
enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED };
struct job_view {               /* a copy; texts in the arena of who asked */
	enum job_state state;
	const uint8_t *name;
	uint16_t type;
	struct wall asked_at, begun_at, ended_at;       /* WALL_NEVER: not yet */
	const char *report;     /* JSON (dnsvigil.report/1); NULL unless JOB_DONE */
	const char *why;        /* "" unless JOB_FAILED: the sockets could not be opened */
};
struct job;
struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t changed;         /* a job was added or ended, or all stops */
	struct job *first;              /* oldest first */
	uint32_t n, n_waiting, n_listeners;
	size_t bytes;                   /* of all reports */
	const struct setup *base;       /* borrowed, from jobs_resume() to jobs_pause() */
	const char *version;
	pthread_t threads[LIMIT_API_JOBS_RUNNING];
	unsigned n_threads;
	volatile int stopping;
};

void jobs_init(struct jobs *j);
bool jobs_resume(struct jobs *j, const struct setup *base, const char *version);        /* false: errno; no thread runs */
/* Ends waits at once, and running checks as soon as they notice. They have ended when it returns; paused twice is fine. */
void jobs_wake(struct jobs *j);         /* the first half: tells all to end, waits for none */
void jobs_pause(struct jobs *j);
void jobs_clear(struct jobs *j);        /* after jobs_pause() */

bool jobs_add(struct jobs *j, const uint8_t *name, uint16_t type, char id[JOB_ID_MAX]);         /* false: the line is full */
/* now: boot_now(). False: never was, or is forgotten. */
bool jobs_look(struct jobs *j, struct arena *a, const char *id, struct mono now, struct job_view *out);
/* Until it has ended, this time is over, or all stops. False: too many wait already (LIMIT_API_LISTENERS), nobody waited. */
bool jobs_wait(struct jobs *j, const char *id, int64_t wait_s);
