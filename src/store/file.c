#include "store/file.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *file_beside(const char *path, const char *ending)
{
	char *out = malloc(strlen(path) + strlen(ending) + 1);
	if (!out)
		abort();
	return strcat(strcpy(out, path), ending);
}

static bool sync_at(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool ok = fsync(fd) == 0;
	int os = errno;
	close(fd);
	errno = os;
	return ok;
}

bool file_sync(const char *path)
{
	return sync_at(path, O_RDONLY);
}

bool file_sync_dir(const char *path)
{
	char *copy = file_beside(path, "");
	bool ok = sync_at(dirname(copy), O_RDONLY | O_DIRECTORY);
	free(copy);
	return ok;
}
