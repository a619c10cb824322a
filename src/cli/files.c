#include "cli/files.h"
#include "cli/complain.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, READ_BYTES = 65536 };

static int read_all(struct arena *a, int fd, size_t max_bytes, const char **text, size_t *len)
{
	size_t have = 0, room = READ_BYTES;
	char *at = arena_alloc(a, room);
	for (;;) {
		ssize_t n = read(fd, at + have, room - have - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_SYSTEM;
		if (n == 0)
			break;
		have += (size_t)n;
		if (have > max_bytes)
			return E_BUSY;
		if (room - have > 1)
			continue;
		char *more = arena_alloc(a, room * 2);
		memcpy(more, at, have);
		at = more;
		room *= 2;
	}
	at[have] = '\0';
	*text = at;
	*len = have;
	return E_OK;
}

int file_read(struct arena *a, const char *path, size_t max_bytes, const char **text, size_t *len)
{
	bool from_stdin = strcmp(path, "-") == 0;
	int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int e = fd < 0 ? E_SYSTEM : read_all(a, fd, max_bytes, text, len);
	int why = errno;
	if (fd >= 0 && !from_stdin)
		close(fd);
	if (e == E_BUSY)
		complain(0, "file too large: %s (more than %zu octets)", path, max_bytes);
	else if (e != E_OK)
		complain(0, "cannot read %s: %s", path, strerror(why));
	return e;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return E_SYSTEM;
		text += n;
		len -= (size_t)n;
	}
	return E_OK;
}

static int write_directly(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return E_SYSTEM;
	int e = write_all(fd, text, len);
	return close(fd) == 0 ? e : E_SYSTEM;
}

/* mkstemp makes 0600; a saved file is no secret, so it gets what the umask says. */
static int write_beside(const char *path, const char *text, size_t len)
{
	char temporary[PATH_BYTES];
	int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
	if (n < 0 || (size_t)n >= sizeof temporary) {
		errno = ENAMETOOLONG;
		return E_SYSTEM;
	}
	int fd = mkstemp(temporary);
	if (fd < 0)
		return E_SYSTEM;
	mode_t mask = umask(0);
	umask(mask);
	int e = write_all(fd, text, len);
	if (e == E_OK && (fchmod(fd, 0666 & ~mask) != 0 || fsync(fd) != 0))
		e = E_SYSTEM;
	if (close(fd) != 0)
		e = E_SYSTEM;
	if (e == E_OK && rename(temporary, path) != 0)
		e = E_SYSTEM;
	int why = errno;
	if (e != E_OK)
		unlink(temporary);
	errno = why;
	return e;
}

int file_write(const char *path, const char *text, size_t len)
{
	struct stat st;
	bool special = stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
	int e = special ? write_directly(path, text, len) : write_beside(path, text, len);
	if (e != E_OK)
		complain(0, "cannot write %s: %s", path, strerror(errno));
	return e;
}

bool print_all(const char *text, size_t len)
{
	if (write_all(STDOUT_FILENO, text, len) == E_OK)
		return true;
	if (errno != EPIPE) /* `| head` is no fault */
		complain(0, "cannot write standard output: %s", strerror(errno));
	return false;
}
