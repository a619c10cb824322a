/* rsa_pool -- the lab's RSA keys, as pairs of primes in hexadecimal. */
#pragma once
#include <stdbool.h>

/* False when there is no pool for this size. */
bool rsa_pool_pick(unsigned bits, unsigned pick, const char *primes[2]);
