/* gather -- `why` and `trace` have this in common: the question put to the world, judged, and shown. */
#pragma once
#include "check/check.h"
#include "cli/options.h"
typedef int show_fn(const struct options *o, const struct check *c, struct wall at);
/* Over real sockets. Returns the exit code. */
int gather(const struct options *o, show_fn *show);
