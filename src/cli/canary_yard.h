/* canary_yard -- three worlds served on loopback by threads of our own, signed for today: one right, one whose signatures have
 * run out, one whose DS matches no key. */
#pragma once
#include "watch/observer.h"
struct canary_yard;
/* NULL with one line of why in *why. */
struct canary_yard *canary_yard_new(const char **why);
const struct canary *canary_yard_list(const struct canary_yard *y, uint32_t *n);
void canary_yard_free(struct canary_yard **y);
