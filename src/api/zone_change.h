/* zone_change -- one zone that is to be watched, inside the transaction of who asked. */
#pragma once
#include "api/inside.h"

struct known { struct zone_row row; bool found; const struct watched_row *watched; /* NULL: not added by command */ };
bool zone_know(struct request *r, const char *zone, struct known *out);         /* false: the problem is told */
enum zone_change { ZONE_REFUSED /* the problem is told */, ZONE_SAME, ZONE_CHANGED, ZONE_ADDED };
/* k: of this zone; fills in added_at. */
enum zone_change zone_wish(struct request *r, struct watched_row *w, const struct known *k);
