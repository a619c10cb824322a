/* VACUUM INTO reads in one transaction, so the copy is of one moment and without free pages; writers go on meanwhile. It is
 * written beside its place and renamed, because SQLite promises nothing about a copy that was cut short. */
#include "store/file.h"
#include "store/sql.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int store_backup(struct store *s, const char *to_path)
{
	assert(!s->in_tx);
	enum store_health was = s->health;
	char *part = file_beside(to_path, ".part");
	unlink(part);
	int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);     /* what is watched is nobody's business */
	if (fd >= 0)
		close(fd);
	struct sql q = sql_start(s, "VACUUM INTO ?");
	sql_put_text(&q, part);
	while (sql_row(&q))
		;
	int err = sql_end(&q);
	if (!err && (!file_sync(part) || rename(part, to_path) != 0 || !file_sync_dir(to_path))) {
		int os = errno;
		snprintf(s->why, sizeof s->why, "%s: %s", to_path, strerror(os));
		errno = os;
		err = E_SYSTEM;
	}
	if (err) {
		int os = errno;
		unlink(part);
		errno = os;
		if (s->health != STORE_CORRUPT) /* a full disk over there is not ours */
			s->health = was;
	}
	free(part);
	return err;
}
