/* Files the configuration names. What is read is counted: all files together are bounded. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_BYTES = 16384 };

const char *config_path(struct config_reader *r, const char *path)
{
	const char *slash = strrchr(r->from->path, '/');
	if (*path == '/' || slash == NULL)
		return path;
	return arena_printf(r->arena, "%.*s/%s", (int)(slash - r->from->path), r->from->path, path);
}

/* E_BUSY: over max_bytes. */
static int read_whole(struct arena *a, int fd, size_t max_bytes, char **out, size_t *len)
{
	size_t room = FIRST_BYTES;
	char *at = arena_alloc(a, room);
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, at + *len, room - *len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_SYSTEM;
		if (n == 0)
			break;
		*len += (size_t)n;
		if (*len > max_bytes)
			return E_BUSY;
		if (room - *len > 1)
			continue;
		char *more = arena_alloc(a, room * 2);
		memcpy(more, at, *len);
		at = more;
		room *= 2;
	}
	at[*len] = '\0';
	*out = at;
	return E_OK;
}

const char *config_file(struct config_reader *r, const struct yaml_node *at, const char *path, size_t max_bytes, size_t *len)
{
	size_t left = LIMIT_CONFIG_BYTES - r->bytes;
	char *text = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int rc = fd < 0 ? E_SYSTEM : read_whole(r->arena, fd, max_bytes < left ? max_bytes : left, &text, len);
	int why = errno;
	if (fd >= 0)
		close(fd);
	if (rc == E_OK) {
		r->bytes += *len;
		return text;
	}
	if (rc == E_BUSY)
		why = EFBIG;
	if (at != NULL)
		config_fault(r, at, "cannot read %s: %s", config_shown(r, path), strerror(why));
	errno = why;
	return NULL;
}
