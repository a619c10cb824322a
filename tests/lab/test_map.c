/* Addresses onto 127/8: every one of a server, none of other data, the same each time. */
#include "fixture.h"

static void test_addresses(void **state)
{
	static const struct { const char *from, *to;
	} rows[] = {

		{ "zone z.lab. servers ns1=192.0.2.11,198.51.100.3 ns2=203.0.113.9\n",
		  "zone z.lab. servers ns1=127.0.2.11,127.51.100.3 ns2=127.113.0.9\n" },
		{ "server 198.18.1.2 silent\n", "server 127.18.1.2 silent\n" },
		{ "break z.lab. serial=1 at=192.0.2.1,192.0.2.2\n",
		  "break z.lab. serial=1 at=127.0.2.1,127.0.2.2\n" },
		{ "record a.lab. 1 AAAA 2001:db8::1\n", "record a.lab. 1 AAAA 2001:db8::1\n" },
		{ "record a.lab. 1 A 192.0.2.1\n", "record a.lab. 1 A 127.0.2.1\n" },

		{ "break z.lab. add \"a.z.lab. 1 A 192.0.2.1\"\n",
		  "break z.lab. add \"a.z.lab. 1 A 127.0.2.1\"\n" },
		{ "clock 2026-03-01T12:00:00Z\n", "clock 2026-03-01T12:00:00Z\n" },
		{ "server 127.0.0.9 silent", "server 127.0.0.9 silent" },
		{ "zone 1.2.0.192.in-addr.arpa. unsigned\n", "zone 1.2.0.192.in-addr.arpa. unsigned\n" },
	};
	struct arena *a = arena_new(1 << 20);
	(void)state;
	for (unsigned i = 0; i < N(rows); i++) {
		const char *to = world_map_loopback(a, rows[i].from, strlen(rows[i].from));
		assert_memory_equal(to, rows[i].to, strlen(rows[i].to));
		assert_string_equal(to + strlen(rows[i].to), "\nmapped\n");
	}
	arena_free(&a);
}

static void test_others(void **state)
{
	static const char text[] = "zone z.lab. servers ns1=10.0.0.1,2001:db8::5 ns2=8.8.8.8\n";
	struct arena *a = arena_new(1 << 20);
	const char *to = world_map_loopback(a, text, strlen(text));
	struct world *w;
	struct err_at at;
	(void)state;
	assert_int_equal(world_from_text(a, to, strlen(to), "mapped", &w, &at), E_OK);
	assert_int_equal(world_n_addrs(w), 3 + 4);      /* of the zone; of the root and lab. */
	for (uint32_t i = 0; i < world_n_addrs(w); i++) {
		struct addr one = world_addr(w, i);
		assert_int_equal(addr_class(&one), ADDR_LOOPBACK);
		assert_int_equal(one.family, 4);
		for (uint32_t k = 0; k < i; k++) {
			struct addr other = world_addr(w, k);
			assert_false(addr_same_ip(&one, &other));
		}
	}
	assert_string_equal(to, world_map_loopback(a, text, strlen(text)));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_addresses), cmocka_unit_test(test_others) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
