/* samples -- alerts as the observer writes them, and as a hostile zone would have them written. */
#pragma once
#include "alert/alert.h"

struct alert sample_opened(struct arena *arena);         /* an expired signature, all fields */
struct alert sample_resolved(struct arena *arena);       /* its end */
struct alert sample_drift(struct arena *arena);          /* changed: before and after */
struct alert sample_bare(void);                          /* nothing but what must be */
enum { SAMPLE_HOSTILE = 12 };
/* Every text field is the i-th hostile text. */
struct alert sample_hostile(struct arena *arena, unsigned i);
/* A channel of each kind, all told at base ("http://127.0.0.1:PORT"). */
struct channel sample_channel(struct arena *arena, enum channel_kind kind, const char *base);
