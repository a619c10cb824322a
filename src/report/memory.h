/* memory -- what an observer remembers of the zone in question, as plain values: the report shows them, and knows nothing of
 * where they are kept. Left out is what is not known. */
#pragma once
#include "base/arena.h"
#include "base/clock.h"
#include <stdbool.h>

/* A key that a DS at the parent names, and no server serves any more. */
struct memory_gone { uint16_t tag; uint8_t algorithm; struct wall last_seen; };
/* A key that signs the keys now, and did not when the zone was first seen. */
struct memory_key { uint16_t tag; uint8_t algorithm; struct wall since; };
/* What its signer always did, of one RRset (foresee/outlook.h: cadence). */
struct memory_habit {
	const char *rrset;      /* "SOA" */
	int64_t left_s;         /* so long before its end a signature was renewed, at the latest */
	int64_t late_s;         /* 0: in time */
	bool stopped;           /* and it never took that long */
};
struct memory {
	/* The evidence itself is history: as it was seen first, and last, without a change. WALL_NEVER: it was collected for this report. */
	struct wall seen_at, seen_until;
	struct wall asked_for;          /* the moment that was asked for; r->at differs where signatures were renewed without a change */
	struct wall since;              /* the verdict stands; WALL_NEVER: it is new */
	bool since_or_before;           /* as far back as memory goes */
	LIST(struct memory_gone) gone;
	LIST(struct memory_key) keys;
	LIST(struct memory_habit) habits;
};
