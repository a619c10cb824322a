/* ids -- unpredictable ids and places of the pool, taken from the kernel a buffer at a time (RFC 5452 9.2). */
#include "ask/inside.h"
#include "crypto/crypto.h"

uint16_t ask_random(struct sockets *s)
{
	if (s->random_left < 2) {
		crypto_random(s->random, sizeof s->random);
		s->random_left = sizeof s->random;
	}
	s->random_left -= 2;
	return (uint16_t)(s->random[s->random_left] << 8 | s->random[s->random_left + 1]);
}
