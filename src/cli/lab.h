/* lab -- what `lab list`, `lab try` and `lab serve` have in common: a world's text by its name. */
#pragma once
#include "cli/options.h"

struct world_source {
	const char *file;
	const char *text;
	size_t len;
}; /* file: for messages */
/* An embedded world, or a file when the word has a '/' or ends in ".world". 0, or the exit code after one line on stderr. */
int lab_find(const struct options *o, const char *word, struct world_source *out);
/* The rest of the line "title ...", or "". */
const char *lab_title(struct arena *a, const char *text);
/* The text with its clock, and every RFC 3339 time in it, moved so that the clock is `to`. */
const char *lab_move_clock(struct arena *a, const char *text, struct wall to);

int lab_list(const struct options *o);
int lab_try(const struct options *o);
int lab_serve_world(const struct options *o);
int lab_watch(const struct options *o);
