/* import -- names of zones from what others wrote: lists, name server configurations, catalog zones, exports of tools and
 * providers. Nothing is fetched, nothing else is opened than the file (or the files of the folder) that is named; what cannot
 * be taken is told with its reason. */
#pragma once
#include "watch/config.h"

struct import_skip { const char *what, *why; unsigned line; };  /* line 0: none */
struct import {
	const char *kind;               /* "bind", ...: as asked for, or as guessed */
	LIST(struct config_zone) zones; /* by name, each once; file and line set; tags and expectations as far as the source knows them */
	LIST(struct import_skip) skipped;
};
/* kind: one of import_kinds(), NULL: by the looks of it. "-" is standard input. E_SYNTAX: *at says where and what; E_SYSTEM: the file
 * cannot be read (errno); E_BUSY: over LIMIT_IMPORT_BYTES; E_UNSUPPORTED: no such kind. */
MUST_CHECK int import_read(struct arena *a, const char *kind, const char *path, struct import **out, struct err_at *at);
const char *import_kinds(void);         /* "list dir bind ...", for help */
bool import_is_kind(const char *word);
