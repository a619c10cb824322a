/* Any octets as a name on the wire, as presentation text and as what a person types. */
#include "dns/name.h"
#include "base/limits.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_name(struct arena *a, const uint8_t *name)
{
	const char *why = NULL, *text = name_text(a, name);
	assert(strlen(text) < NAME_TEXT_MAX);
	for (const char *s = text; *s != '\0'; s++)
		assert(*s > 0x20 && *s < 0x7f);
	const uint8_t *again = name_from_text(a, text, &why);
	assert(again != NULL && name_equal(name, again) && name_cmp(name, again) == 0);
	assert(name_same_case(name_lower(a, name), again));
	uint8_t labels = name_labels(name);
	assert(name_common_labels(name, again) == labels);
	for (uint8_t i = 0; i <= labels; i++) {
		const uint8_t *suffix = name_suffix(name, i);
		assert(name_labels(suffix) == i && name_is_under(name, suffix));
		assert(name_is_strictly_under(name, suffix) == (i < labels));
		assert(suffix == name_strip(name, (uint8_t)(labels - i)));
		assert(name_cmp(suffix, name) <= 0);
	}
	const uint8_t *star = name_wildcard(a, name);
	assert((star == NULL) == (name_len(name) + 2 > NAME_MAX_BYTES));
	assert(star == NULL || (name_is_wildcard(star) && name_cmp(name, star) < 0));
}

static int sign(int d)
{
	return (d > 0) - (d < 0);
}

static void check_pair(struct arena *a, const uint8_t *x, const uint8_t *y)
{
	assert(sign(name_cmp(x, y)) == -sign(name_cmp(y, x)));
	assert(name_equal(x, y) == (name_cmp(x, y) == 0));
	assert(name_common_labels(x, y) == name_common_labels(y, x));
	const uint8_t *moved = name_replace_suffix(a, x, name_root, y);
	assert((moved == NULL) == (name_len(x) + name_len(y) - 1 > NAME_MAX_BYTES));
	assert(moved == NULL || name_is_under(moved, y));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	const char *why = NULL;
	uint16_t used = name_check(bytes, len);
	if (used > 0) {
		check_name(a, bytes);
		assert(name_len(bytes) == used);
		if (name_check(bytes + used, len - used) > 0)
			check_pair(a, bytes, bytes + used);
	}
	char *text = arena_alloc(a, len + 1);
	memcpy(text, bytes, len);
	const uint8_t *name = name_from_text(a, text, &why);
	assert((name == NULL) == (why != NULL));
	if (name != NULL)
		check_name(a, name);
	why = NULL;
	name = name_from_user(a, text, &why);
	assert((name == NULL) == (why != NULL));
	if (name != NULL)
		check_name(a, name);
	arena_free(&a);
	return 0;
}
