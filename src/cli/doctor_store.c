/* doctor_store -- the file the observer keeps everything in, and the disk it lies on. */
#include "cli/doctor.h"
#include "store/place.h"
#include "store/store.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MIB = 1 << 20, ROOM_POOR_MIB = 512, ROOM_BAD_MIB = 64 };

static const char *folder_of(const struct doctor *d, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return ".";
	return slash == path ? "/" : arena_printf(d->o->arena, "%.*s", (int)(slash - path), path);
}

static void look_at_disk(struct doctor *d, const char *folder)
{
	struct statfs fs;
	struct statvfs room;
	if (statfs(folder, &fs) != 0 || statvfs(folder, &room) != 0) {
		doctor_note(d, HEALTH_BAD, "disk", "make it, owned by the user of the service", "%s: %s", folder, strerror(errno));
		return;
	}
	const char *network = place_network_name((long)fs.f_type);
	unsigned long long mib = (unsigned long long)room.f_bavail * room.f_frsize / MIB;
	if (network != NULL)
		doctor_note(d, HEALTH_BAD, "disk", "put the store on a disk of this machine", "%s lies on %s, which no store can", folder, network);
	else if (room.f_flag & ST_RDONLY)
		doctor_note(d, HEALTH_BAD, "disk", "mount it for writing", "%s is read-only", folder);
	else if (mib < ROOM_POOR_MIB)
		doctor_note(d, mib < ROOM_BAD_MIB ? HEALTH_BAD : HEALTH_POOR, "disk", "make room, or keep less (retention)", "%llu MiB free in %s", mib, folder);
	else
		doctor_note(d, HEALTH_FINE, "disk", "", "%llu MiB free in %s, on a file system of this machine", mib, folder);
}

static void look_at_ballast(struct doctor *d, const char *path)
{
	struct stat st;
	if (d->config->ballast_bytes == 0)
		return;
	if (stat(arena_printf(d->o->arena, "%s.ballast", path), &st) != 0)
		doctor_note(d, HEALTH_POOR, "ballast", "make room and restart the service, which makes it anew",
			    "given up, or never made: the disk was full");
	else if ((uint64_t)st.st_size < d->config->ballast_bytes)
		doctor_note(d, HEALTH_POOR, "ballast", "restart the service when there is room", "%lld of %u octets", (long long)st.st_size,
			    d->config->ballast_bytes);
	else
		doctor_note(d, HEALTH_FINE, "ballast", "", "%u MiB kept for a full disk", d->config->ballast_bytes / MIB);
}

static const char *todo_of(int e)
{
	switch (e) {
	case E_SYNTAX: return "restart the service: it moves the file aside and saves what can be read";
	case E_VERSION: return "run the dnsvigil that made it, or a newer one";
	case E_UNSUPPORTED: return "name a file of its own for the store, on a disk of this machine";
	default: return "run this as the user of the service, or look at the rights of the file";
	}
}

static bool is_empty(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && st.st_size == 0;
}

static void look_into(struct doctor *d, const char *path)
{
	struct store *s = NULL;
	struct err_at at = { 0 };
	zone_rows rows = { 0 };
	if (is_empty(path)) {
		doctor_note(d, HEALTH_POOR, "store", "start the service: it fills it", "%s: is empty, as a disk that was full leaves it", path);
		return;
	}
	int e = store_open(path, &(struct store_options){ .read_only = true }, &s, &at);
	if (e != E_OK) {
		doctor_note(d, HEALTH_BAD, "store", todo_of(e), "%s", at.text);
		return;
	}
	e = store_check(s);
	if (e == E_OK)
		e = store_zones(s, d->o->arena, &(struct zone_query){ .watched_only = true, .limit = UINT32_MAX }, &rows);
	if (e != E_OK)
		doctor_note(d, HEALTH_BAD, "store", todo_of(e), "%s", store_why(s));
	else
		doctor_note(d, HEALTH_FINE, "store", "", "%s: sound, of this version; %u zone%s seen", path, rows.n, rows.n == 1 ? "" : "s");
	store_close(&s);
}

void doctor_store(struct doctor *d)
{
	if (d->config == NULL)
		return;
	const char *path = d->config->store_path;
	look_at_disk(d, folder_of(d, path));
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		doctor_note(d, HEALTH_POOR, "store", "start the service: it makes it", "there is no %s yet", path);
		return;
	}
	look_into(d, path);
	look_at_ballast(d, path);
}
