/* run -- one check with sockets of its own: the observer's are another thread's. */
#pragma once
#include "check/check.h"

struct run { struct asker *asker; struct crypto *crypto; struct check *check; struct wall at; };
/* *stop set by another thread ends it early. False: errno says why, and there is nothing to end. */
bool run_check(const struct setup *base, const uint8_t *name, uint16_t type, const volatile int *stop, struct run *out);
void run_end(struct run *run);
