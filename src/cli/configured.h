/* configured -- the setup of looks that follows from the observer's configuration. */
#pragma once
#include "cli/options.h"
#include "watch/config.h"
/* Hints, anchors, resolvers, address classes: what the configuration leaves out is as for `why`. */
int configured_setup(const struct options *o, struct arena *a, const struct config *c, struct setup *out);
/* `why -c FILE`: asks the Internet that the configuration says; what was typed goes before. Changes a setup of asked_setup(). 0, or
 * the exit code after one line on stderr. */
int configured_question(const struct options *o, struct setup *setup);
/* The user's own resolvers and hints may be asked wherever they are. */
uint8_t configured_gate(const struct setup *s);
