#include "api/jobs.h"
#include "api/run.h"
#include "crypto/crypto.h"
#include "dns/name.h"
#include "report/report.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPORT_ARENA = 1 << 30 };

struct job {
	struct job *next;
	char id[JOB_ID_MAX];
	enum job_state state;
	uint8_t name[NAME_MAX_BYTES];
	uint16_t type;
	struct wall asked_at, begun_at, ended_at;
	struct mono ended;      /* by boot_now() */
	char *report;
	size_t report_len;
	int os_errno;           /* of JOB_FAILED */
};

static bool has_ended(const struct job *job)
{
	return job->state == JOB_DONE || job->state == JOB_FAILED;
}

static void drop(struct jobs *j, struct job **at)
{
	struct job *job = *at;
	*at = job->next;
	j->n--;
	j->n_waiting -= job->state == JOB_WAITING;
	j->bytes -= job->report_len;
	free(job->report);
	free(job);
}

/* What has not ended stays, whatever its age: n_waiting and the threads bound it. */
static void forget(struct jobs *j, uint32_t n_max, struct mono now)
{
	for (struct job **at = &j->first; *at != NULL;) {
		bool too_many = j->n > n_max || j->bytes > LIMIT_API_JOBS_BYTES;
		bool too_old = now.us - (*at)->ended.us > LIMIT_API_JOBS_KEPT_S * 1000000LL;
		if (has_ended(*at) && (too_many || too_old))
			drop(j, at);
		else
			at = &(*at)->next;
	}
}

static struct job *find(const struct jobs *j, const char *id)
{
	for (struct job *job = j->first; job != NULL; job = job->next)
		if (strcmp(job->id, id) == 0)
			return job;
	return NULL;
}

static struct job *next_waiting(const struct jobs *j)
{
	for (struct job *job = j->first; job != NULL && j->n_waiting > 0; job = job->next)
		if (job->state == JOB_WAITING)
			return job;
	return NULL;
}

/* In memory of its own; NULL: errno. What a job asks for never changes, so this needs no lock. */
static char *report_of(const struct jobs *j, const struct job *job, size_t *len)
{
	struct run run;
	char *out = NULL;
	if (!run_check(j->base, job->name, job->type, &j->stopping, &run))
		return NULL;
	struct arena *arena = arena_new(REPORT_ARENA);
	struct text text;
	text_init(&text, arena);
	report_json(report_make(arena, check_result(run.check), run.at, j->version), &text);
	out = strdup(text.at);
	if (out == NULL)
		abort();
	*len = text.len;
	arena_free(&arena);
	run_end(&run);
	return out;
}

static void put_back(struct jobs *j, struct job *job)
{
	job->state = JOB_WAITING;
	job->begun_at = WALL_NEVER;
	j->n_waiting++;
}

static void end(struct jobs *j, struct job *job, char *report, size_t len, int os_errno)
{
	job->state = report != NULL ? JOB_DONE : JOB_FAILED;
	job->report = report;
	job->report_len = len;
	job->os_errno = os_errno;
	job->ended_at = wall_now();
	job->ended = boot_now();
	j->bytes += len;
	forget(j, LIMIT_API_JOBS, job->ended);
}

/* Holds the lock, but for the check itself. */
static void run_job(struct jobs *j, struct job *job)
{
	size_t len = 0;
	job->state = JOB_RUNNING;
	job->begun_at = wall_now();
	j->n_waiting--;
	pthread_mutex_unlock(&j->lock);
	char *report = report_of(j, job, &len);
	int os_errno = errno;
	pthread_mutex_lock(&j->lock);
	if (j->stopping != 0) {
		free(report);
		put_back(j, job);
	} else {
		end(j, job, report, len, os_errno);
	}
	pthread_cond_broadcast(&j->changed);
}

static void *work(void *ctx)
{
	struct jobs *j = ctx;
	pthread_mutex_lock(&j->lock);
	while (j->stopping == 0) {
		struct job *job = next_waiting(j);
		if (job != NULL)
			run_job(j, job);
		else
			pthread_cond_wait(&j->changed, &j->lock);
	}
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

void jobs_init(struct jobs *j)
{
	pthread_condattr_t attr;
	*j = (struct jobs){ 0 };
	pthread_mutex_init(&j->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&j->changed, &attr);
	pthread_condattr_destroy(&attr);
}

bool jobs_resume(struct jobs *j, const struct setup *base, const char *version)
{
	j->base = base;
	j->version = version;
	j->stopping = 0;
	while (j->n_threads < LIMIT_API_JOBS_RUNNING) {
		int e = pthread_create(&j->threads[j->n_threads], NULL, work, j);
		if (e != 0) {
			jobs_pause(j);
			errno = e;
			return false;
		}
		j->n_threads++;
	}
	return true;
}

void jobs_wake(struct jobs *j)
{
	pthread_mutex_lock(&j->lock);
	__atomic_store_n(&j->stopping, 1, __ATOMIC_RELAXED);    /* checks that run read it without the lock */
	pthread_cond_broadcast(&j->changed);
	pthread_mutex_unlock(&j->lock);
}

void jobs_pause(struct jobs *j)
{
	jobs_wake(j);
	while (j->n_threads > 0)
		pthread_join(j->threads[--j->n_threads], NULL);
}

void jobs_clear(struct jobs *j)
{
	while (j->first != NULL)
		drop(j, &j->first);
	pthread_cond_destroy(&j->changed);
	pthread_mutex_destroy(&j->lock);
}

static struct job *job_new(const uint8_t *name, uint16_t type)
{
	uint8_t chance[(JOB_ID_MAX - 1) / 2];
	struct job *job = calloc(1, sizeof *job);
	if (job == NULL)
		abort();
	crypto_random(chance, sizeof chance);
	for (size_t i = 0; i < sizeof chance; i++)
		snprintf(job->id + 2 * i, 3, "%02x", chance[i]);
	memcpy(job->name, name, name_len(name));
	job->type = type;
	job->asked_at = wall_now();
	job->begun_at = job->ended_at = WALL_NEVER;
	return job;
}

static void append(struct jobs *j, struct job *job)
{
	struct job **at = &j->first;
	while (*at != NULL)
		at = &(*at)->next;
	*at = job;
	j->n++;
	j->n_waiting++;
}

bool jobs_add(struct jobs *j, const uint8_t *name, uint16_t type, char id[JOB_ID_MAX])
{
	struct job *job = NULL;
	pthread_mutex_lock(&j->lock);
	if (j->n_waiting < LIMIT_API_JOBS_WAITING) {
		forget(j, LIMIT_API_JOBS - 1, boot_now());
		job = job_new(name, type);
		memcpy(id, job->id, JOB_ID_MAX);
		append(j, job);
		pthread_cond_broadcast(&j->changed);
	}
	pthread_mutex_unlock(&j->lock);
	return job != NULL;
}

bool jobs_look(struct jobs *j, struct arena *a, const char *id, struct mono now, struct job_view *out)
{
	pthread_mutex_lock(&j->lock);
	forget(j, LIMIT_API_JOBS, now);
	const struct job *job = find(j, id);
	if (job != NULL)
		*out = (struct job_view){ .state = job->state, .name = arena_copy(a, job->name, name_len(job->name)), .type = job->type,
					  .asked_at = job->asked_at, .begun_at = job->begun_at, .ended_at = job->ended_at,
					  .report = job->report != NULL ? arena_text(a, job->report) : NULL,
					  .why = job->state == JOB_FAILED ? arena_text(a, strerror(job->os_errno)) : "" };
	pthread_mutex_unlock(&j->lock);
	return job != NULL;
}

/* Holds the lock. */
static bool is_under_way(const struct jobs *j, const char *id)
{
	const struct job *job = j->stopping == 0 ? find(j, id) : NULL;
	return job != NULL && !has_ended(job);
}

bool jobs_wait(struct jobs *j, const char *id, int64_t wait_s)
{
	int64_t until_us = mono_now().us + wait_s * 1000000;
	struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };
	pthread_mutex_lock(&j->lock);
	bool has_place = j->n_listeners < LIMIT_API_LISTENERS;
	if (has_place) {
		j->n_listeners++;
		while (is_under_way(j, id) && pthread_cond_timedwait(&j->changed, &j->lock, &until) == 0)
			;
		j->n_listeners--;
	}
	pthread_mutex_unlock(&j->lock);
	return has_place;
}
