/* vitals -- how the observer itself is, as a value: copied out of it under a lock, shown by /metrics and /readyz. */
#pragma once
#include "alert/alert.h"
#include "base/budget.h"

/* Upper bounds of the buckets of vitals.answers; what took longer is in `n` alone. */
enum { VITALS_BUCKETS = 9 };
#define VITALS_BUCKETS_US { 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000 }

struct vitals {
	struct wall started_at, now;
	uint32_t zones, in_flight, words[5], open_incidents;    /* words by enum verdict_word; known zones only */
	uint32_t unseen;                /* watched, not yet looked at */
	int64_t lag_s;                  /* how late the latest look was begun, or the one that waits longest is already */
	uint64_t put_off;               /* looks that waited for what we allow ourselves to ask of one server */
	uint64_t looks[5], inconclusive, second_looks, questions, shared_questions, verifies;
	bool blind, clock_suspect, canaries_right, store_in_memory, awake;
	int64_t clock_offset_s;
	struct { uint64_t up_to[VITALS_BUCKETS], n, sum_us; } answers;  /* of the zones' own servers: how long they took. Each in all it fits in */
	uint64_t limited[BUDGET_KINDS]; /* looks that reached this budget */
	uint32_t stale;                 /* zones that were not looked at for two intervals */
	uint32_t stale_unseen;          /* of these: never yet */
	struct deliverer_counters delivered;
};
