/* Opening: the place is looked at first, then the file (ours? of which version?), and only then anything is written. */
#include "store/file.h"
#include "store/pack.h"
#include "store/place.h"
#include "store/schema.h"
#include "base/limits.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/* cell_size_check and trusted_schema: a damaged or foreign file is found out early. temp_store: a full disk must not matter to
 * reads. secure_delete is on in Debian's build and would write every deleted page once more. */
static const char settings[] =
	"PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
	"PRAGMA secure_delete = OFF; PRAGMA journal_size_limit = 4194304;";

static int refuse(struct err_at *at, const char *path, int err, const char *text)
{
	*at = (struct err_at){ .file = path };
	snprintf(at->text, sizeof at->text, "%.159s", text);
	return err;
}

static int refuse_os(struct err_at *at, const char *path)
{
	int os = errno;
	refuse(at, path, E_SYSTEM, strerror(os));
	errno = os;
	return E_SYSTEM;
}

static int look_at_place(const char *path, const struct store_options *o, struct err_at *at)
{
	char *copy = strdup(path);
	struct statfs fs;
	int rc = statfs(dirname(copy), &fs);
	free(copy);
	if (rc != 0)
		return refuse_os(at, path);
	const char *network = place_network_name((long)fs.f_type);
	if (network) {
		*at = (struct err_at){ .file = path };
		snprintf(at->text, sizeof at->text, "lies on %s: the store needs a disk of this machine (locks and shared memory of others break it)", network);
		return E_UNSUPPORTED;
	}
	struct stat st;
	if (stat(path, &st) == 0)
		return S_ISREG(st.st_mode) ? E_OK : refuse(at, path, E_UNSUPPORTED, "is no file");
	if (errno != ENOENT || !o->create || o->read_only)
		return refuse_os(at, path);
	/* Made by us and not by SQLite for its mode: what is watched is nobody's business. -wal and -shm take it over. */
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return refuse_os(at, path);
	close(fd);
	return E_OK;
}

static int open_file(struct store *s)
{
	int flags = (s->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	char *name = malloc(strlen(s->path) + 3);       /* "./": a path that begins with "file:" would be taken for a URI */
	if (!name)
		abort();
	sprintf(name, "%s%s", s->path[0] == '/' ? "" : "./", s->path);
	int rc = sqlite3_open_v2(name, &s->db, flags, NULL);
	free(name);
	if (!s->db)
		abort();
	if (rc != SQLITE_OK)
		return store_failed(s, rc);
	sqlite3_busy_timeout(s->db, LIMIT_STORE_BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return sql_exec(s, settings);
}

/* Two that create a file at once: the change to WAL gives up at once where waiting could be for ever, so it is tried again. */
static int use_wal(struct store *s)
{
	enum { PAUSE_MS = 10 };
	for (int waited_ms = 0;; waited_ms += PAUSE_MS) {
		struct sql q = sql_start(s, "PRAGMA journal_mode = WAL");
		bool wal = sql_row(&q) && strcmp((const char *)sqlite3_column_text(q.st, 0), "wal") == 0;
		int err = sql_end(&q);
		if (!err && wal) {
			store_wrote(s);
			return E_OK;
		}
		if (err && (err != E_BUSY || waited_ms >= LIMIT_STORE_BUSY_MS))
			return err;
		if (!err)
			break;
		sqlite3_sleep(PAUSE_MS);
	}
	snprintf(s->why, sizeof s->why, "%s: the file system cannot do WAL", s->path);
	return E_UNSUPPORTED;
}

/* All of one moment: somebody else may be making the tables. */
static int look_inside(struct store *s, int64_t *application, int64_t *version, int64_t *tables)
{
	int err = sql_exec(s, "BEGIN");
	if (err)
		return err;
	err = schema_pragma(s, "PRAGMA application_id", application);
	if (!err)
		err = schema_pragma(s, "PRAGMA user_version", version);
	if (!err)
		err = schema_pragma(s, "SELECT count(*) FROM sqlite_schema", tables);
	int end = sql_exec(s, "COMMIT");
	return err ? err : end;
}

/* Of a file SQLite can make nothing of: a damaged one of ours still says so, or says nothing any more, or has our ballast beside
 * it. Who takes it for ours would have it moved aside, so all others are left to their owners. */
static bool was_ours(const char *path)
{
	enum { HEAD = 100, APPLICATION_AT = 68 };
	uint8_t head[HEAD] = { 0 };
	bool says_nothing = true, has_ballast;
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(head, 1, sizeof head, f) : 0;
	if (f)
		fclose(f);
	for (size_t i = 0; i < n; i++)
		says_nothing &= head[i] == 0;
	uint32_t application = 0;
	for (size_t i = 0; i < 4; i++)
		application = application << 8 | head[APPLICATION_AT + i];
	char *ballast = file_beside(path, ".ballast");
	has_ballast = access(ballast, F_OK) == 0;
	free(ballast);
	return application == STORE_APPLICATION || says_nothing || has_ballast;
}

/* Whose file it is, and of which version; a file without anything in it becomes ours when it may. */
static int recognise(struct store *s, const struct store_options *o, int to)
{
	int64_t application = 0, version = 0, tables = 0;
	int err = look_inside(s, &application, &version, &tables);
	if (err)
		return err;
	bool empty = application == 0 && version == 0 && tables == 0;
	if (!empty && (application != STORE_APPLICATION || version < 1)) {
		snprintf(s->why, sizeof s->why, "%s: is an SQLite file, but no store of dnsvigil", s->path);
		return E_UNSUPPORTED;
	}
	if (empty && (s->read_only || !o->create)) {
		snprintf(s->why, sizeof s->why, "%s: is empty", s->path);
		return E_UNSUPPORTED;
	}
	if (version > STORE_SCHEMA || (s->read_only && version < STORE_SCHEMA)) {
		snprintf(s->why, sizeof s->why, version > STORE_SCHEMA ? "%s: made by a newer dnsvigil (schema %d; this one knows %d)"
			 : "%s: made by an older dnsvigil (schema %d, now %d); open it once for writing", s->path, (int)version, STORE_SCHEMA);
		return E_VERSION;
	}
	if (s->read_only)
		return E_OK;
	err = use_wal(s);
	return err || version >= to ? err : schema_raise(s, to);
}

int store_open_at(const char *path, const struct store_options *o, int schema, struct store **out, struct err_at *at)
{
	*out = NULL;
	int err = look_at_place(path, o, at);
	if (err)
		return err;
	struct store *s = calloc(1, sizeof *s);
	if (!s || !(s->path = strdup(path)))
		abort();
	s->read_only = o->read_only;
	s->ballast_bytes = o->read_only ? 0 : o->ballast_bytes;
	s->pack = pack_new();
	err = open_file(s);
	if (!err)
		err = recognise(s, o, schema);
	if (err == E_SYNTAX && !was_ours(path)) {
		err = E_UNSUPPORTED;
		snprintf(s->why, sizeof s->why, "%s: is no store of dnsvigil", path);
	}
	if (err) {
		int os = errno;
		refuse(at, path, err, strncmp(s->why, path, strlen(path)) == 0 ? s->why + strlen(path) + 2 : s->why);
		store_close(&s);
		errno = os;
		return err;
	}
	/* A disk too full for the ballast is no reason to refuse the memory on it: health says so. */
	if (s->ballast_bytes)
		(void)!store_restore_ballast(s);
	*out = s;
	return E_OK;
}

int store_open(const char *path, const struct store_options *o, struct store **out, struct err_at *at)
{
	return store_open_at(path, o, STORE_SCHEMA, out, at);
}

void store_close(struct store **s)
{
	if (!*s)
		return;
	store_rollback(*s);
	for (int i = 0; i < (*s)->n_cached; i++)
		sqlite3_finalize((*s)->cached[i].at);
	int rc = sqlite3_close((*s)->db);
	assert(rc == SQLITE_OK);
	pack_free(&(*s)->pack);
	free((*s)->path);
	free(*s);
	*s = NULL;
}
