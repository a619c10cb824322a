/* rate -- so many questions a second to one address, and five times that to all of its /24 (IPv6: /48), whatever is asked and
 * whoever asks. One number a bucket: the moment at which it would be full again ("virtual scheduling", ITU-T I.371 A); a bucket
 * that is full says nothing and is forgotten, so there are never more than were asked in the last two seconds. */
#pragma once
#include "base/addr.h"
#include "base/clock.h"

enum { RATE_BUCKETS = 1024 };
struct rate_cell;
struct rate { uint32_t qps; bool loopback_exempt; uint32_t n_cells; struct rate_cell *buckets[RATE_BUCKETS]; };

/* 0: a token was taken, the question may go; else microseconds after which it is worth another try. qps 0: always 0. */
int64_t rate_take(struct rate *r, const struct addr *to, struct mono now);
void rate_clear(struct rate *r);
