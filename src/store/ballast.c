/* When SQLite's disk is full even DELETE fails (it needs room in the log). So a file of no use lies beside the store, to be
 * given up then. */
#include "store/file.h"
#include "store/sql.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Octets that compress badly: a file system that compresses would keep no room for zeros. */
static bool fill(int fd, uint32_t bytes)
{
	uint64_t x = 0x9e3779b97f4a7c15u, block[512];
	for (uint32_t done = 0; done < bytes;) {
		for (size_t i = 0; i < sizeof block / sizeof block[0]; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			block[i] = x;
		}
		size_t want = bytes - done < sizeof block ? bytes - done : sizeof block;
		ssize_t n = write(fd, block, want);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (uint32_t)n : 0;
	}
	return fsync(fd) == 0;
}

bool store_drop_ballast(struct store *s)
{
	char *name = file_beside(s->path, ".ballast");
	bool gone = unlink(name) == 0;
	free(name);
	return gone;
}

int store_restore_ballast(struct store *s)
{
	char *name = file_beside(s->path, ".ballast"), *new = file_beside(s->path, ".ballast.new");
	struct stat st;
	int err = E_OK;
	if (stat(name, &st) != 0 || st.st_size < (off_t)s->ballast_bytes) {
		int fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		bool whole = fd >= 0 && fill(fd, s->ballast_bytes);
		int os = errno;
		if (fd >= 0)
			close(fd);
		if (whole && rename(new, name) != 0) {
			os = errno;
			whole = false;
		}
		if (!whole) {
			unlink(new);
			if (os == ENOSPC || os == EDQUOT)
				s->health = STORE_FULL;
			snprintf(s->why, sizeof s->why, "%s.ballast: %s", s->path, strerror(os));
			errno = os;
			err = E_SYSTEM;
		}
	}
	free(name);
	free(new);
	return err;
}
