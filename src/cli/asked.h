/* asked -- the question and everything the user fixed before it, from the command line to a setup. */
#pragma once
#include "cli/options.h"
/* NAME [TYPE] among the objects from index `first` on; -t TYPE. 0, or the exit code after one line on stderr. */
int asked_question(const struct options *o, uint32_t first, struct setup *setup);
/* Hints, anchors, resolvers, transports, budget. 0, or the exit code after one line on stderr. */
int asked_setup(const struct options *o, struct setup *setup);
/* Moment of --at, seen from now; now without --at. */
int asked_moment(const struct options *o, struct wall now, struct wall *out);
