/* Edits, and base64 through its edges. */
#include "../base/cmocka_all.h"
#include "../../src/evidence/inside.h"
#include "evidence/edits.h"
#include <string.h>

static const uint8_t lab[] = { 3, 'l', 'a', 'b', 0 }, LAB[] = { 3, 'L', 'A', 'B', 0 };

static void test_edits(void **state)
{
	struct addr one = { .family = 4, .port = 53, .ip = { 192, 0, 2, 1 } },
		    two = { .family = 4, .port = 53, .ip = { 192, 0, 2, 2 } };
	struct edits e = { .n = 2, .at = { { EDIT_RESIGN, lab, { 0 } }, { EDIT_DROP_SERVER, lab, one } } };
	(void)state;
	assert_true(edits_has(&e, EDIT_RESIGN, LAB));
	assert_false(edits_has(&e, EDIT_DS_REMOVE, lab));
	assert_false(edits_has(&e, EDIT_RESIGN, name_root));
	assert_false(edits_has(NULL, EDIT_RESIGN, lab));
	assert_true(edits_drops(&e, lab, &one));
	assert_false(edits_drops(&e, lab, &two));
	assert_false(edits_drops(&e, name_root, &one));
}

static void test_base64(void **state)
{
	struct arena *a = arena_new(1 << 20);
	(void)state;
	for (size_t len = 0; len < 70; len++) {
		uint8_t in[70], out[72];
		struct text t;
		text_init(&t, a);
		for (size_t i = 0; i < len; i++)
			in[i] = (uint8_t)(i * 37 + len * 11);
		base64_add(&t, in, len);
		assert_int_equal(t.len, (len + 2) / 3 * 4);
		assert_int_equal(base64_read(t.at, t.len, out), len);
		assert_memory_equal(in, out, len);
	}
	arena_free(&a);
}

static void test_base64_is_strict(void **state)
{
	static const char *const wrong[] = { "A",    "AA",   "AAA",      "A===",  "AB==", "AAB=",
					     "AA=A", "====", "AA==AAAA", "AAA\n", "A A=", "AAA-" };
	uint8_t out[16];
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (base64_read(wrong[i], strlen(wrong[i]), out) != -1)
			fail_msg("%s was read", wrong[i]);
}

static void test_flags(void **state)
{
	struct arena *a = arena_new(1 << 20);
	(void)state;
	for (uint16_t flags = 0; flags < 64; flags++) {
		struct text t;
		uint16_t again;
		text_init(&t, a);
		flags_add(&t, flags);
		assert_true(flags_from_words(t.at, &again));
		assert_int_equal(flags, again);
	}
	uint16_t none;
	assert_false(flags_from_words("", &none));
	assert_false(flags_from_words("do+", &none));
	assert_false(flags_from_words("do+do", &none));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_base64_is_strict),
		cmocka_unit_test(test_flags),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
