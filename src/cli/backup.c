/* backup -- a whole copy of the observer's store while the service writes on: of one moment, looked through before it takes its
 * name. Whoever is killed on the way leaves FILE as it was, and at most FILE.new, which the next one replaces. */
#include "base/json.h"
#include "cli/complain.h"
#include "cli/config.h"
#include "cli/files.h"
#include "cli/verbs.h"
#include "store/store.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct job {
	const struct options *o;
	const char *store_path, *to, *fresh;    /* fresh: the copy before it has its name */
	int folder;                     /* of `to`: locked, so that no two write one copy */
	struct wall at;
	struct stat made;
};

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The store and what stands beside it. */
static bool is_store_s_own(struct arena *a, const char *store, const char *to)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".ballast", ".lock" };
	for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		const char *own = arena_printf(a, "%s%s", store, ends[i]);
		if (strcmp(own, to) == 0 || same_file(own, to))
			return true;
	}
	return false;
}

static int lock_folder(struct job *job)
{
	struct stat st;
	const char *slash = strrchr(job->to, '/');
	const char *folder = slash == NULL ? "." : slash == job->to ? "/" : arena_printf(job->o->arena, "%.*s", (int)(slash - job->to), job->to);
	if (stat(job->to, &st) == 0 && !S_ISREG(st.st_mode))
		return complain(EXIT_USAGE, "backup: %s is no file", job->to);
	job->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (job->folder < 0)
		return complain(EXIT_UNKNOWN, "cannot write %s: %s: %s", job->to, folder, strerror(errno));
	if (flock(job->folder, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK ? complain(EXIT_UNKNOWN, "another backup is being written into %s", folder)
				    : complain(EXIT_UNKNOWN, "cannot lock %s: %s", folder, strerror(errno));
}

static int copy(struct job *job)
{
	struct store *s = NULL;
	struct err_at at = { 0 };
	if (store_open(job->store_path, &(struct store_options){ .read_only = true }, &s, &at) != E_OK)
		return complain(EXIT_UNKNOWN, "the observer's memory %s cannot be opened: %s", job->store_path, at.text);
	job->at = wall_now();
	int code = store_backup(s, job->fresh) == E_OK ? 0 : complain(EXIT_UNKNOWN, "no copy was made to %s: %s", job->to, store_why(s));
	store_close(&s);
	return code;
}

/* A copy that cannot be read must not take the place of one that can. */
static int look_through(struct job *job)
{
	struct store *s = NULL;
	struct err_at at = { 0 };
	if (store_open(job->fresh, &(struct store_options){ .read_only = true }, &s, &at) != E_OK)
		return complain(EXIT_UNKNOWN, "the copy cannot be read: %s", at.text);
	int code = store_check(s) == E_OK && stat(job->fresh, &job->made) == 0 ? 0 : complain(EXIT_UNKNOWN, "the copy is not sound: %s", store_why(s));
	store_close(&s);
	return code;
}

static int name_it(struct job *job)
{
	if (rename(job->fresh, job->to) == 0 && fsync(job->folder) == 0)
		return 0;
	return complain(EXIT_UNKNOWN, "cannot write %s: %s", job->to, strerror(errno));
}

static int say(const struct job *job)
{
	struct text t;
	char when[WALL_TEXT_MAX];
	text_init(&t, job->o->arena);
	if (job->o->format == FORMAT_JSON) {
		struct json j;
		json_init(&j, &t, true);
		json_object(&j);
		json_field_text(&j, "schema", "dnsvigil.backup/1");
		json_field_text(&j, "store", job->store_path);
		json_field_text(&j, "file", job->to);
		json_field_wall(&j, "at", job->at);
		json_field_int(&j, "bytes", job->made.st_size);
		json_object_end(&j);
		text_add(&t, "\n");
	} else {
		text_addf(&t, "%s: %lld octets, all that %s held at %s\n", job->to, (long long)job->made.st_size, job->store_path, wall_text(job->at, when));
	}
	return job->o->quiet || print_all(t.at, t.len) ? EXIT_OK : EXIT_UNKNOWN;
}

static int make(struct job *job)
{
	if (is_store_s_own(job->o->arena, job->store_path, job->to))
		return complain(EXIT_USAGE, "backup: %s is the store's own", job->to);
	int code = lock_folder(job);
	if (code == 0)
		code = copy(job);
	if (code == 0)
		code = look_through(job);
	if (code == 0)
		code = name_it(job);
	if (code != 0 && job->folder >= 0)
		unlink(job->fresh);
	return code == 0 ? say(job) : code;
}

int verb_backup(const struct options *o)
{
	struct job job = { .o = o, .folder = -1 };
	if (o->objects.n != 2 || *o->objects.at[1] == '\0' || strcmp(o->objects.at[1], "-") == 0)
		return complain(EXIT_USAGE, "backup FILE: where to?");
	if (o->format != FORMAT_HUMAN && o->format != FORMAT_JSON)
		return complain(EXIT_USAGE, "backup: -o human or json only");
	job.to = o->objects.at[1];
	job.fresh = arena_printf(o->arena, "%s.new", job.to);
	int code = config_store_path(o, o->arena, &job.store_path);
	if (code == 0)
		code = make(&job);
	if (job.folder >= 0)
		close(job.folder);
	return code;
}
