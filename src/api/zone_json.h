/* zone_json -- one watched zone as the API shows it. */
#pragma once
#include "api/inside.h"

/* w NULL: no name added by command, or not looked up. */
void zone_json(struct request *r, struct json *j, const struct zone_row *z, const struct watched_row *w);
/* The row of this zone among those added by command; NULL: none. */
bool zone_watched(struct request *r, const char *zone, const struct watched_row **out);
