/* snapshot_words -- the words that writer, reader and fingerprint of a snapshot share. Not for other rooms. */
#pragma once
#include "foresee/snapshot.h"

#define SNAPSHOT_VERSION "dnsvigil-snapshot/1"

struct snap_flag { const char *word; size_t at; };      /* a bool of a struct */
enum { SNAP_PARENT_FLAGS = 4, SNAP_SERVER_FLAGS = 10, SNAP_KEY_FLAGS = 3 };
extern const struct snap_flag snap_parent_flags[SNAP_PARENT_FLAGS], snap_server_flags[SNAP_SERVER_FLAGS],
	snap_key_flags[SNAP_KEY_FLAGS];
void snap_flags_add(struct text *out, const struct snap_flag *flags, unsigned n, const void *of);
bool snap_flag_set(const struct snap_flag *flags, unsigned n, void *of, const char *word);      /* false: no such word, or twice */
const char *snap_wall(struct wall w, char out[WALL_TEXT_MAX]);  /* "never" for WALL_NEVER */
void snapshot_sort(struct snapshot *s);        /* the one order of all lists, doubles dropped */
