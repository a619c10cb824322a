/* stream -- the answer to who wants events as they happen. */
#pragma once
#include "api/inside.h"

/* From now on, or after the id of Last-Event-ID. NULL: of all zones, of all incidents. */
void events_stream(struct request *r, const char *zone, const char *incident);
