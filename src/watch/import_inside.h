/* import_inside -- what the readers of one kind each share. */
#pragma once
#include "watch/import.h"

struct importing {
	struct arena *arena;
	struct import *out;
	const char *path, *text;        /* NUL-terminated behind len */
	size_t len;
	struct err_at *at;
};
int import_fault(struct importing *im, unsigned line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));       /* E_SYNTAX */
void import_skip(struct importing *im, unsigned line, const char *what, const char *why);
/* NULL when the text is no name: then it is skipped. The zone may be changed until the next one is added. */
struct config_zone *import_add(struct importing *im, unsigned line, const char *text);
/* "PREFIX:WORD" as a tag; what no tag can hold becomes "-". */
void import_tag(struct importing *im, struct config_zone *z, const char *prefix, const char *word);
/* A name server that is expected. */
void import_expect_ns(struct importing *im, struct config_zone *z, const char *name);
/* A whole file into the arena, NUL-terminated; E_SYSTEM, E_BUSY. */
MUST_CHECK int import_file(struct arena *a, const char *path, const char **text, size_t *len);

typedef int import_reader(struct importing *im);
import_reader import_list, import_folder, import_bind, import_knot, import_nsd, import_catalog, import_octodns, import_dnscontrol,
	import_route53, import_cloudflare;
