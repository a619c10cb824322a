/* exposition -- metrics as text, in the two formats Prometheus reads: its own (version 0.0.4) and OpenMetrics 1.0. Values of
 * labels are escaped; what may be one is the caller's to bound: names of zones and servers, ids of closed lists, never text. */
#pragma once
#include "base/text.h"
#include "base/clock.h"

struct exposition { struct text *out; bool openmetrics; const char *family; };
struct label { const char *key, *value; };
#define LABELS(...) ((const struct label[]){ __VA_ARGS__, { NULL, NULL } })

void exposition_init(struct exposition *x, struct text *out, bool openmetrics);
/* name: whole, a counter's with "_total". Samples follow; one family is told in one piece. */
void exposition_family(struct exposition *x, const char *name, const char *type, const char *help);
/* labels: LABELS({ "zone", z }, ...) or NULL. */
void exposition_int(struct exposition *x, const struct label *labels, int64_t value);
void exposition_ms(struct exposition *x, const struct label *labels, uint64_t value_ms);        /* in seconds */
/* A family of its own: buckets by upper bound in microseconds (told in seconds), each counting all it holds; n: all there are. */
struct histogram { const uint32_t *bounds_us; const uint64_t *up_to; unsigned n_bounds; uint64_t n, sum_us; };
void exposition_histogram(struct exposition *x, const char *name, const char *help, const struct histogram *h);
void exposition_end(struct exposition *x);
const char *exposition_type(const struct exposition *x);        /* Content-Type */
