/* verbs -- the table of subcommands: a file each, and one row each. Help and completion are printed from it. */
#pragma once
#include "cli/options.h"

struct verb {
	const char *name, *objects, *summary;
	unsigned verbs; /* which options it takes: enum in options.h */
	int (*run)(const struct options *o);
	const char *more; /* paragraphs below the usage line of its --help */
	const char *words; /* what may stand behind it, space separated, for completion; NULL free */
};
extern const struct verb verbs[];
extern const size_t n_verbs;
const struct verb *verb_by_name(const char *name); /* NULL */
const char *verbs_help(struct arena *a);
const char *verb_help(struct arena *a, const struct verb *v);

int verb_why(const struct options *o);
int verb_trace(const struct options *o);
int verb_replay(const struct options *o);
int verb_backup(const struct options *o);
int verb_doctor(const struct options *o);
int verb_diff(const struct options *o);
int verb_explain(const struct options *o);
int verb_lab(const struct options *o);
int verb_config(const struct options *o);
int verb_incidents(const struct options *o);
int verb_serve(const struct options *o);
int verb_zones(const struct options *o);
int verb_completion(const struct options *o);
int verb_version(const struct options *o);
