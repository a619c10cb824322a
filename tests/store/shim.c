#include "tests/store/shim.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, FILES = 8 };
struct op { int64_t at; int len; unsigned char *bytes; struct op *next; };      /* bytes NULL: truncated to `at` */
struct image { char name[256]; unsigned char *bytes; int64_t len, room; struct op *first, **last; bool there; };
static struct image images[FILES];
static int n_images, fail_rc;
static uint64_t fail_from, writes, syncs;

static void store_bytes(struct image *m, int64_t at, const unsigned char *bytes, int len)
{
	if (at + len > m->room) {
		m->room = 2 * (at + len);
		m->bytes = realloc(m->bytes, (size_t)m->room);
	}
	if (at + len > m->len) {
		memset(m->bytes + m->len, 0, (size_t)(at + len - m->len));
		m->len = at + len;
	}
	memcpy(m->bytes + at, bytes, (size_t)len);
}

static void apply(struct image *m, const struct op *o)
{
	if (o->bytes)
		store_bytes(m, o->at, o->bytes, o->len);
	else if (o->at < m->len)
		m->len = o->at;
}

static void drop_ops(struct image *m)
{
	for (struct op *o = m->first, *next; o; o = next) {
		next = o->next;
		free(o->bytes);
		free(o);
	}
	m->first = NULL;
	m->last = &m->first;
}

static void later(struct image *m, int64_t at, const void *bytes, int len)
{
	struct op *o = calloc(1, sizeof *o);
	*o = (struct op){ .at = at, .len = len, .bytes = bytes ? malloc((size_t)len + 1) : NULL };
	if (bytes)
		memcpy(o->bytes, bytes, (size_t)len);
	*m->last = o;
	m->last = &o->next;
}

static struct image *image_of(const char *name)
{
	for (int i = 0; i < n_images; i++)
		if (strcmp(images[i].name, name) == 0)
			return &images[i];
	if (n_images == FILES)
		abort();
	struct image *m = &images[n_images++];
	*m = (struct image){ .last = &m->first };
	snprintf(m->name, sizeof m->name, "%s", name);
	FILE *f = fopen(name, "rb");
	unsigned char block[65536];
	for (size_t n; f && (n = fread(block, 1, sizeof block, f)) > 0;)
		store_bytes(m, m->len, block, (int)n);
	m->there = f != NULL;
	if (f)
		fclose(f);
	return m;
}

/* ---- the file ---- */
struct shim_file { sqlite3_file base; struct image *image; sqlite3_file *real; };
#define REAL(f) (((struct shim_file *)(f))->real)
#define IMAGE(f) (((struct shim_file *)(f))->image)

static bool fails(void)
{
	writes++;
	return fail_from && writes >= fail_from;
}

static int f_close(sqlite3_file *f) { return REAL(f)->pMethods ? REAL(f)->pMethods->xClose(REAL(f)) : SQLITE_OK; }
static int f_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) { return REAL(f)->pMethods->xRead(REAL(f), to, n, at); }
static int f_size(sqlite3_file *f, sqlite3_int64 *n) { return REAL(f)->pMethods->xFileSize(REAL(f), n); }
static int f_lock(sqlite3_file *f, int how) { return REAL(f)->pMethods->xLock(REAL(f), how); }
static int f_unlock(sqlite3_file *f, int how) { return REAL(f)->pMethods->xUnlock(REAL(f), how); }
static int f_reserved(sqlite3_file *f, int *out) { return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out); }
static int f_control(sqlite3_file *f, int op, void *arg) { return REAL(f)->pMethods->xFileControl(REAL(f), op, arg); }
static int f_sector(sqlite3_file *f) { (void)f; return SECTOR; }
static int f_traits(sqlite3_file *f) { (void)f; return 0; }     /* promises nothing of what unix VFS promises */
static int f_shm_lock(sqlite3_file *f, int at, int n, int how) { return REAL(f)->pMethods->xShmLock(REAL(f), at, n, how); }
static void f_barrier(sqlite3_file *f) { REAL(f)->pMethods->xShmBarrier(REAL(f)); }
static int f_unmap(sqlite3_file *f, int drop) { return REAL(f)->pMethods->xShmUnmap(REAL(f), drop); }

/* Room for the shared memory is found when it is mapped first, or grows. */
static int f_map(sqlite3_file *f, int n, int size, int extend, void volatile **p)
{
	if (fail_rc == SQLITE_FULL && extend && fails())
		return SQLITE_IOERR_SHMSIZE;
	return REAL(f)->pMethods->xShmMap(REAL(f), n, size, extend, p);
}

static int f_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	if (fails())
		return fail_rc;
	if (IMAGE(f))
		later(IMAGE(f), at, from, n);
	return REAL(f)->pMethods->xWrite(REAL(f), from, n, at);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (fails())
		return fail_rc;
	if (IMAGE(f))
		later(IMAGE(f), size, NULL, 0);
	return REAL(f)->pMethods->xTruncate(REAL(f), size);
}

static int f_sync(sqlite3_file *f, int flags)
{
	(void)flags;
	if (fails() && fail_rc != SQLITE_FULL)
		return fail_rc;
	syncs++;
	struct image *m = IMAGE(f);
	if (m) {
		for (const struct op *o = m->first; o; o = o->next)
			apply(m, o);
		drop_ops(m);
		m->there = true;
	}
	return SQLITE_OK;       /* the image is our disk */
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = f_close, .xRead = f_read, .xWrite = f_write, .xTruncate = f_truncate, .xSync = f_sync, .xFileSize = f_size,
	.xLock = f_lock, .xUnlock = f_unlock, .xCheckReservedLock = f_reserved, .xFileControl = f_control, .xSectorSize = f_sector,
	.xDeviceCharacteristics = f_traits, .xShmMap = f_map, .xShmLock = f_shm_lock, .xShmBarrier = f_barrier, .xShmUnmap = f_unmap,
};

/* ---- the file system ---- */
static sqlite3_vfs *below;

static int v_open(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *f, int flags, int *out_flags)
{
	(void)v;
	struct shim_file *s = (struct shim_file *)f;
	*s = (struct shim_file){ .real = (sqlite3_file *)(s + 1) };
	if (name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
		s->image = image_of(name);
	int rc = below->xOpen(below, name, s->real, flags, out_flags);
	s->base.pMethods = s->real->pMethods ? &methods : NULL;
	return rc;
}

static int v_delete(sqlite3_vfs *v, const char *name, int sync_dir)
{
	(void)v;
	if (fails())
		return fail_rc == SQLITE_FULL ? SQLITE_IOERR_DELETE : fail_rc;
	struct image *m = image_of(name);
	drop_ops(m);
	m->len = 0;
	m->there = false;
	return below->xDelete(below, name, sync_dir);
}

static int v_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	(void)v;
	return below->xAccess(below, name, flags, out);
}

static int v_full(sqlite3_vfs *v, const char *name, int n, char *out)
{
	(void)v;
	return below->xFullPathname(below, name, n, out);
}

void shim_install(void)
{
	static sqlite3_vfs vfs;
	below = sqlite3_vfs_find(NULL);
	vfs = *below;
	vfs.zName = "shim";
	vfs.pNext = NULL;
	vfs.szOsFile = (int)sizeof(struct shim_file) + below->szOsFile;
	vfs.xOpen = v_open;
	vfs.xDelete = v_delete;
	vfs.xAccess = v_access;
	vfs.xFullPathname = v_full;
	sqlite3_vfs_register(&vfs, 1);
}

void shim_fail_from(uint64_t n, int rc)
{
	fail_from = n;
	fail_rc = rc;
	writes = syncs = 0;
}

uint64_t shim_writes(void)
{
	return writes;
}

uint64_t shim_syncs(void)
{
	return syncs;
}

static unsigned draw(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* A quarter of the cuts keep everything, a quarter nothing, else each sector for itself. */
static void keep_some(struct image *m, unsigned *seed)
{
	unsigned how = draw(seed) % 4;
	for (const struct op *o = m->first; o && how != 0; o = o->next) {
		if (how == 1 || !o->bytes) {
			if (how == 1 || draw(seed) % 2)
				apply(m, o);
			continue;
		}
		for (int i = 0; i < o->len; i += SECTOR)
			if (draw(seed) % 2)
				store_bytes(m, o->at + i, o->bytes + i, o->len - i < SECTOR ? o->len - i : SECTOR);
	}
	drop_ops(m);
}

bool shim_power_back(unsigned seed)
{
	bool ok = true;
	shim_fail_from(0, 0);
	for (int i = 0; i < n_images; i++) {
		struct image *m = &images[i];
		bool pending = m->first != NULL;
		keep_some(m, &seed);
		unlink(m->name);
		if (!m->there && !(pending && draw(&seed) % 2))
			continue;
		FILE *f = fopen(m->name, "wb");
		ok = ok && f && fwrite(m->bytes ? m->bytes : (unsigned char *)"", 1, (size_t)m->len, f) == (size_t)m->len;
		if (f)
			fclose(f);
		char shm[300];
		snprintf(shm, sizeof shm, "%s-shm", m->name);
		unlink(shm);
	}
	shim_forget();
	return ok;
}

void shim_forget(void)
{
	for (int i = 0; i < n_images; i++) {
		drop_ops(&images[i]);
		free(images[i].bytes);
	}
	n_images = 0;
}
