/* What a table of results forgets while it has room. */
#include "crypto/inside.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { SLOTS = 1 << 16 };

/* Any number's own id, as even as a digest's (splitmix64). */
static void id_of(uint64_t number, uint8_t id[32])
{
	uint64_t state = number * 0x9e3779b97f4a7c15u;
	for (unsigned i = 0; i < 32; i++) {
		uint64_t z = state += 0x9e3779b97f4a7c15u;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		id[i] = (uint8_t)(z >> 56);
	}
}

static unsigned forgotten_of(unsigned n)
{
	struct memo m;
	uint8_t id[32];
	unsigned forgotten = 0;
	memo_init(&m, SLOTS);
	for (unsigned i = 0; i < n; i++) {
		id_of(i, id);
		memo_keep(&m, id, &(uint8_t){ (uint8_t)i }, 1);
	}
	for (unsigned i = 0; i < n; i++) {
		id_of(i, id);
		const uint8_t *value = memo_find(&m, id);
		forgotten += value == NULL;
		if (value != NULL)
			assert_int_equal(*value, (uint8_t)i);
	}
	memo_clear(&m);
	return forgotten;
}

/* So full it is where the zones have as many signatures as the observer reckons with (watch/zones.c). */
static void two_thirds_full_it_forgets_next_to_nothing(void **state)
{
	(void)state;
	assert_in_range(forgotten_of(SLOTS / 3 * 2), 0, SLOTS / 1000);
}

static void beyond_its_room_it_forgets_as_many_as_it_must(void **state)
{
	(void)state;
	assert_in_range(forgotten_of(SLOTS * 2), SLOTS, SLOTS + SLOTS / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_thirds_full_it_forgets_next_to_nothing),
		cmocka_unit_test(beyond_its_room_it_forgets_as_many_as_it_must),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
