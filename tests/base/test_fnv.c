/* The published vectors of FNV-1a. */
#include "base/fnv.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void texts_have_the_published_values(void **state)
{
	static const struct { const char *text; uint64_t hash; } rows[] = {
		{ "", 0xcbf29ce484222325u },
		{ "a", 0xaf63dc4c8601ec8cu },
		{ "foobar", 0x85944171f73967e8u },
	};
	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(fnv_text(FNV_BEGIN, rows[i].text), rows[i].hash);
		assert_int_equal(fnv_octets(FNV_BEGIN, rows[i].text, strlen(rows[i].text)), rows[i].hash);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts_have_the_published_values) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
