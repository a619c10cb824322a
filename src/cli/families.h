/* families -- which of IPv4 and IPv6 this machine can send to at all: a route is looked up, nothing is sent. */
#pragma once
#include "evidence/evidence.h"
/* Sets use_ipv4 and use_ipv6 of a setup whose hints and resolvers are filled in. Without any route both stay on, so that
 * the evidence shows what the system says to each question. */
void families_choose(struct setup *setup);
