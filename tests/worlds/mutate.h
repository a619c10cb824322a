/* mutate -- an asker between the check and the lab that spoils replies: SECURITY's "every message a mutated one". */
#pragma once
#include "ask/ask.h"

/* Takes inner over. Same seed, same spoiling. percent: of the replies. */
struct asker *mutating_asker(struct asker *inner, uint64_t seed, unsigned percent);
