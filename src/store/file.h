/* file -- names beside the store, and making a file or a name last. */
#pragma once
#include <stdbool.h>

char *file_beside(const char *path, const char *ending);       /* heap: the caller frees */
bool file_sync(const char *path);               /* content to disk; false: errno */
bool file_sync_dir(const char *path);           /* the directory path stands in: names to disk */
