/* zone_json -- one watched zone as the API shows it. */
#pragma once
#include "api/inside.h"

struct zone_row zone_row_new(const char *zone);         /* of one that was added a moment ago: not looked at yet */
void tags_json(struct json *j, const char *tags);       /* the field; tags with spaces between */
/* w NULL: no name added by command. */
void zone_json(struct request *r, struct json *j, const struct zone_row *z, const struct watched_row *w);
const char *watch_path(struct arena *a, const char *zone);      /* what it is watched as: /api/v1/zones/{zone}/watch */
/* The row of this zone among those added by command; NULL: none. */
bool zone_watched(struct request *r, const char *zone, const struct watched_row **out);
