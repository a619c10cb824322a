/* show -- a check's result on standard output in the format asked for, its evidence in a file, and the exit code. */
#pragma once
#include "check/check.h"
#include "cli/options.h"

struct style;
void show_style(const struct options *o, struct style *out);
/* All of it: output, --save, --fail-on. Returns the exit code. */
int show_check(const struct options *o, const struct check *c, struct wall at);
struct memory;
/* With what an observer remembers; NULL: nothing. */
int show_remembered(const struct options *o, const struct check *c, struct wall at, const struct memory *memory);
int show_trace(const struct options *o, const struct check *c, struct wall at);
/* Exit code for a verdict under --fail-on. */
int show_exit(const struct options *o, int verdict_exit_code);
