/* restart_only -- what sockets and files are made from when the service starts: a reload leaves that as it is, and says so. */
#pragma once
#include "watch/config.h"

typedef void restart_only_told_fn(const char *key);
/* Puts back into next what now has of it; told once for each key of the file that differs. gate: the classes of addresses that
 * the sockets ask; next keeps none beyond them. */
void restart_only_keep(const struct config *now, uint8_t gate, struct config *next, restart_only_told_fn *told);
