/* vitals -- how the observer itself is, as a value: copied out of it under a lock, shown by /metrics and /readyz. */
#pragma once
#include "alert/alert.h"

struct vitals {
	struct wall started_at, now;
	uint32_t zones, in_flight, words[5], open_incidents;    /* words by enum verdict_word; known zones only */
	uint32_t unseen;                /* watched, not yet looked at */
	int64_t lag_s;                  /* how late the latest look was */
	uint64_t looks[5], inconclusive, second_looks, questions, shared_questions, verifies;
	bool blind, clock_suspect, canaries_right, store_in_memory, awake;
	int64_t clock_offset_s;
	uint32_t stale;                 /* zones whose last look is older than two intervals */
	struct deliverer_counters delivered;
};
