#include "cli/store_keeper.h"
#include "cli/log_line.h"
#include "store/store.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DAY_S = 86400, WEEK_S = 7 * DAY_S, WAIT_S = 60, RETRY_S = 3600, NAME = 2 * PATH_MAX /* longer than any that can be opened */, DATE = sizeof "YYYY-MM-DD" - 1 };

struct store_keeper {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping, at_work, damaged;
	bool alone;             /* nobody waits for the thread any more: what is left is its own */
	char *path, *folder;
	uint32_t copies;
	struct wall next_copy, next_check;
};

static const char *name_of(const struct store_keeper *k)
{
	const char *slash = strrchr(k->path, '/');
	return slash ? slash + 1 : k->path;
}

/* The date of a copy of this store; NULL: another file. */
static const char *date_in(const struct store_keeper *k, const char *file)
{
	size_t len = strlen(name_of(k));
	static const char mark[] = ".copy-";
	if (strncmp(file, name_of(k), len) != 0 || strncmp(file + len, mark, sizeof mark - 1) != 0)
		return NULL;
	const char *date = file + len + sizeof mark - 1;
	return strlen(date) == DATE && strspn(date, "0123456789-") == DATE ? date : NULL;
}

static void date_of(struct wall at, char date[DATE + 1])
{
	char text[WALL_TEXT_MAX];
	snprintf(date, DATE + 1, "%.*s", DATE, wall_text(at, text));
}

/* The oldest of the copies that are there; returns how many. */
static uint32_t look_at_copies(const struct store_keeper *k, char oldest[DATE + 1])
{
	uint32_t n = 0;
	oldest[0] = '\0';
	DIR *d = opendir(k->folder);
	for (struct dirent *f; d != NULL && (f = readdir(d)) != NULL;) {
		const char *date = date_in(k, f->d_name);
		if (date == NULL)
			continue;
		n++;
		if (oldest[0] == '\0' || strcmp(date, oldest) < 0)
			strcpy(oldest, date);
	}
	if (d != NULL)
		closedir(d);
	return n;
}

static void copy_path(const struct store_keeper *k, const char *date, char path[NAME])
{
	snprintf(path, NAME, "%s/%s.copy-%s", k->folder, name_of(k), date);
}

/* Not today's, though all others bear later dates: they are of a day when the clock was wrong. */
static void thin_out(const struct store_keeper *k, const char *today)
{
	char oldest[DATE + 1], path[NAME];
	while (look_at_copies(k, oldest) > k->copies) {
		copy_path(k, oldest, path);
		if (strcmp(oldest, today) == 0 || unlink(path) != 0)
			return;
	}
}

/* A copy must not be what fills the disk. */
static bool has_room(const struct store_keeper *k)
{
	struct stat st;
	struct statvfs fs;
	return stat(k->path, &st) == 0 && statvfs(k->folder, &fs) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize > 3 * (uint64_t)st.st_size;
}

static struct store *open_own(const struct store_keeper *k)
{
	struct store *s = NULL;
	struct err_at at = { 0 };
	if (store_open(k->path, &(struct store_options){ .read_only = true }, &s, &at) != E_OK)
		log_line(NULL, "warning", "store-copy", "", at.text);
	return s;
}

static bool copy(struct store_keeper *k, struct wall now)
{
	char date[DATE + 1], path[NAME];
	date_of(now, date);
	copy_path(k, date, path);
	if (access(path, F_OK) == 0)
		return true;            /* made before a restart */
	if (!has_room(k)) {
		log_line(NULL, "warning", "store-copy", "", "no room for one; the old ones stay");
		return false;
	}
	struct store *s = open_own(k);
	bool done = s != NULL && store_backup(s, path) == E_OK;
	if (done)
		log_line(NULL, "info", "store-copy", "", path);
	else if (s != NULL)
		log_line(NULL, "warning", "store-copy", "", store_why(s));
	store_close(&s);
	if (done)
		thin_out(k, date);
	return done;
}

static bool is_damaged(const struct store_keeper *k)
{
	struct store *s = open_own(k);
	bool damaged = s != NULL && store_check(s) == E_SYNTAX;
	store_close(&s);
	return damaged;
}

static void work(struct store_keeper *k)
{
	struct wall now = wall_now();
	if (k->copies > 0 && now.s >= k->next_copy.s) {
		bool done = copy(k, now);
		k->next_copy = (struct wall){ now.s + (done ? DAY_S - now.s % DAY_S : RETRY_S) };
	}
	if (now.s < k->next_check.s)
		return;
	k->next_check = (struct wall){ now.s + WEEK_S };
	bool damaged = is_damaged(k);
	pthread_mutex_lock(&k->lock);
	k->damaged |= damaged;
	pthread_mutex_unlock(&k->lock);
}

static void keeper_free(struct store_keeper *k)
{
	pthread_cond_destroy(&k->wake);
	pthread_mutex_destroy(&k->lock);
	free(k->path);
	free(k->folder);
	free(k);
}

static void *keep(void *arg)
{
	struct store_keeper *k = arg;
	pthread_mutex_lock(&k->lock);
	while (!k->stopping) {
		k->at_work = true;
		pthread_mutex_unlock(&k->lock);
		work(k);
		pthread_mutex_lock(&k->lock);
		k->at_work = false;
		struct timespec until = { .tv_sec = wall_now().s + WAIT_S };
		if (!k->stopping)
			(void)pthread_cond_timedwait(&k->wake, &k->lock, &until);
	}
	bool alone = k->alone;
	pthread_mutex_unlock(&k->lock);
	if (alone)
		keeper_free(k);
	return NULL;
}

struct store_keeper *store_keeper_start(const struct store_keeper_options *o)
{
	struct store_keeper *k = calloc(1, sizeof *k);
	if (k == NULL || (k->path = strdup(o->path)) == NULL || (k->folder = strdup(o->folder)) == NULL)
		abort();
	struct wall now = wall_now();
	k->copies = o->copies;
	k->next_copy = (struct wall){ now.s + o->first_after_s };
	k->next_check = (struct wall){ now.s + WEEK_S };
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->wake, NULL);
	sigset_t all, before;           /* signals are the main thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	bool runs = pthread_create(&k->thread, NULL, keep, k) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (runs)
		return k;
	keeper_free(k);
	return NULL;
}

bool store_keeper_is(const struct store_keeper *k, const struct store_keeper_options *o)
{
	return strcmp(k->path, o->path) == 0 && strcmp(k->folder, o->folder) == 0 && k->copies == o->copies;
}

bool store_keeper_found_damage(struct store_keeper *k)
{
	pthread_mutex_lock(&k->lock);
	bool damaged = k->damaged;
	k->damaged = false;
	pthread_mutex_unlock(&k->lock);
	return damaged;
}

void store_keeper_stop(struct store_keeper **p)
{
	struct store_keeper *k = *p;
	if (k == NULL)
		return;
	*p = NULL;
	pthread_mutex_lock(&k->lock);
	bool busy = k->alone = k->at_work;
	pthread_t thread = k->thread;
	k->stopping = true;
	pthread_cond_signal(&k->wake);
	pthread_mutex_unlock(&k->lock);
	if (busy) {
		pthread_detach(thread);
		return;
	}
	pthread_join(thread, NULL);
	keeper_free(k);
}
