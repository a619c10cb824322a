/* files -- whole files, read and written at once. Failures are told by complain() here, with the name of the file. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>

/* NUL-terminated text in the arena; "-" is standard input. E_SYSTEM or E_BUSY (over max_bytes), complained about. */
MUST_CHECK int file_read(struct arena *a, const char *path, size_t max_bytes, const char **text, size_t *len);
/* Through a temporary file beside it and a rename: afterwards the file is the whole text or what it was before.
 * What is no regular file (a pipe, /dev/stdout) is written to directly. */
MUST_CHECK int file_write(const char *path, const char *text, size_t len);
/* Everything to standard output; false when it could not be written. */
bool print_all(const char *text, size_t len);
