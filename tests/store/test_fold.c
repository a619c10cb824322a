/* Folding gives back every text exactly, whatever is in it, and makes evidence shorter. */
#include "store/fold.h"
#include "base/base64.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t there_and_back(const char *text, size_t len)
{
	struct arena *a = arena_new(64 << 20);
	struct text stored, back;
	text_init(&stored, a);
	text_init(&back, a);
	char *copy = malloc(len ? len : 1);     /* of exactly its size: one octet read too far is found */
	memcpy(copy, text, len);
	fold_text(copy, len, &stored);
	free(copy);
	assert_true(unfold_text(stored.at, stored.len, &back));
	assert_int_equal(back.len, len);
	assert_memory_equal(back.at, text, len);
	size_t n = stored.len;
	arena_free(&a);
	return n;
}

static void test_evidence_gets_shorter(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct text t;
	text_init(&t, a);
	for (unsigned message = 0; message < 200; message++) {
		uint8_t octets[400];
		for (size_t i = 0; i < sizeof octets; i++)
			octets[i] = (uint8_t)rand();
		text_add(&t, "x 10 192.0.2.1#53 udp . DNSKEY\n");
		for (size_t i = 0; i < message; i += 57) {      /* all lengths: with and without padding, full last lines */
			text_add(&t, "m ");
			base64_add(&t, octets + i, message - i < 57 ? message - i : 57);
			text_add(&t, "\n");
		}
	}
	text_add(&t, "end 4711\n");
	size_t n = there_and_back(t.at, t.len);
	assert_true(n * 100 < t.len * 84);
	arena_free(&a);
}

static void test_odd_texts_come_back(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "\n", "m", "m \n", "m AAAA", "m AAAA\n", "m AAAA\nm BBBB\n", "m AAA=\n", "m AAB=\n", "m A\n", "m AAAA\r\n", "  m AAAA\n", "xm AAAA\n",
		"m AAAA \n", "\x01", "\x01\xff\xff", "\x02", "\x02" "F", "\x02" "Fm AAAA\n", "\x02" "P", "m AAAA\n\x01m AAAA\n",
		"m AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nm AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"m AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		there_and_back(texts[i], strlen(texts[i]));
	there_and_back("m AAAA\n\0m AAAA\n", 15);
}

static void test_long_runs(void **state)
{
	(void)state;
	struct arena *a = arena_new(16 << 20);
	struct text t;
	text_init(&t, a);
	uint8_t octets[57] = { 1, 2, 3 };
	for (int i = 0; i < 3000; i++) {        /* 171,000 octets: more than a segment holds */
		text_add(&t, "m ");
		base64_add(&t, octets, sizeof octets);
		text_add(&t, "\n");
	}
	assert_true(there_and_back(t.at, t.len) < 171100);
	arena_free(&a);
}

static void test_junk_comes_back(void **state)
{
	(void)state;
	static const char letters[] = "m AB=\n\x01\x02" "FP/+x";
	char junk[300];
	for (int round = 0; round < 20000; round++) {
		size_t len = (size_t)rand() % sizeof junk;
		for (size_t i = 0; i < len; i++)
			junk[i] = letters[(size_t)rand() % (sizeof letters - 1)];
		there_and_back(junk, len);
	}
}

/* What was damaged below the checksum's notice must do no harm. */
static void test_damaged_is_refused_or_read(void **state)
{
	(void)state;
	struct arena *a = arena_new(64 << 20);
	struct text out;
	text_init(&out, a);
	assert_false(unfold_text("\x02X", 2, &out));
	assert_false(unfold_text("\x02" "Fab\x01", 5, &out));
	assert_false(unfold_text("\x02" "Fab\x01\x00\x04" "abc", 10, &out));
	for (int round = 0; round < 20000; round++) {
		char *junk = malloc(40);
		for (size_t i = 0; i < 40; i++)
			junk[i] = (char)(rand() % 5);
		junk[0] = 2;
		junk[1] = 'F';
		out.len = 0;
		(void)unfold_text(junk, 40, &out);
		free(junk);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evidence_gets_shorter), cmocka_unit_test(test_odd_texts_come_back), cmocka_unit_test(test_long_runs),
		cmocka_unit_test(test_junk_comes_back), cmocka_unit_test(test_damaged_is_refused_or_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
