#include "dns/name.h"
#include <assert.h>
#include <string.h>

enum { LABELS_MAX = 127 };

const uint8_t name_root[1] = { 0 };

/* Length octets are below 64 and so never look like a capital: whole names can be lower-cased. */
static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

uint16_t name_check(const uint8_t *at, size_t len)
{
	size_t used = 0;
	while (used < len && used < NAME_MAX_BYTES) {
		uint8_t label = at[used];
		if (label > LABEL_MAX)
			return 0;
		used += 1u + label;
		if (label == 0)
			return (uint16_t)used;
	}
	return 0;
}

uint16_t name_len(const uint8_t *name)
{
	const uint8_t *at = name;
	while (*at != 0)
		at += 1 + *at;
	return (uint16_t)(at - name + 1);
}

uint8_t name_labels(const uint8_t *name)
{
	uint8_t n = 0;
	for (; *name != 0; name += 1 + *name)
		n++;
	return n;
}

static bool equal_octets(const uint8_t *a, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool name_label_equal(const uint8_t *a, const uint8_t *b)
{
	return *a == *b && equal_octets(a + 1, b + 1, *a);
}

bool name_equal(const uint8_t *a, const uint8_t *b)
{
	if (a == b)
		return true;
	for (;;) {
		if (!name_label_equal(a, b))
			return false;
		if (*a == 0)
			return true;
		a += 1 + *a;
		b += 1 + *b;
	}
}

bool name_same_case(const uint8_t *a, const uint8_t *b)
{
	uint16_t len = name_len(a);
	return len == name_len(b) && memcmp(a, b, len) == 0;
}

static uint8_t label_starts(const uint8_t *name, const uint8_t *starts[LABELS_MAX])
{
	uint8_t n = 0;
	for (; *name != 0; name += 1 + *name) {
		assert(n < LABELS_MAX);
		starts[n++] = name;
	}
	return n;
}

static int label_cmp(const uint8_t *a, const uint8_t *b)
{
	uint8_t shorter = *a < *b ? *a : *b;
	for (uint8_t i = 1; i <= shorter; i++) {
		int d = lower(a[i]) - lower(b[i]);
		if (d != 0)
			return d;
	}
	return *a - *b;
}

int name_cmp(const uint8_t *a, const uint8_t *b)
{
	const uint8_t *as[LABELS_MAX], *bs[LABELS_MAX];
	uint8_t an = label_starts(a, as), bn = label_starts(b, bs);
	while (an > 0 && bn > 0) {
		int d = label_cmp(as[--an], bs[--bn]);
		if (d != 0)
			return d;
	}
	return an - bn;
}

bool name_is_under(const uint8_t *name, const uint8_t *apex)
{
	uint16_t len = name_len(name), apex_len = name_len(apex);
	if (len < apex_len)
		return false;
	const uint8_t *tail = name + (len - apex_len);
	while (name < tail)
		name += 1 + *name;
	return name == tail && equal_octets(tail, apex, apex_len);
}

bool name_is_strictly_under(const uint8_t *name, const uint8_t *apex)
{
	return name_len(name) > name_len(apex) && name_is_under(name, apex);
}

bool name_is_wildcard(const uint8_t *name)
{
	return name[0] == 1 && name[1] == '*';
}

uint8_t name_common_labels(const uint8_t *a, const uint8_t *b)
{
	const uint8_t *as[LABELS_MAX], *bs[LABELS_MAX];
	uint8_t an = label_starts(a, as), bn = label_starts(b, bs), common = 0;
	while (an > 0 && bn > 0 && label_cmp(as[--an], bs[--bn]) == 0)
		common++;
	return common;
}

const uint8_t *name_strip(const uint8_t *name, uint8_t labels)
{
	for (; labels > 0; labels--) {
		assert(*name != 0);
		name += 1 + *name;
	}
	return name;
}

const uint8_t *name_suffix(const uint8_t *name, uint8_t labels)
{
	uint8_t all = name_labels(name);
	assert(labels <= all);
	return name_strip(name, all - labels);
}

uint8_t *name_copy(struct arena *a, const uint8_t *name)
{
	return arena_copy(a, name, name_len(name));
}

void name_lower_in_place(uint8_t *name)
{
	uint16_t len = name_len(name);
	for (uint16_t i = 0; i < len; i++)
		name[i] = lower(name[i]);
}

uint8_t *name_lower(struct arena *a, const uint8_t *name)
{
	uint8_t *copy = name_copy(a, name);
	name_lower_in_place(copy);
	return copy;
}

uint8_t *name_prepend(struct arena *a, const char *label, uint8_t label_len, const uint8_t *name)
{
	assert(label_len >= 1 && label_len <= LABEL_MAX);
	size_t len = name_len(name);
	if (1u + label_len + len > NAME_MAX_BYTES)
		return NULL;
	uint8_t *out = arena_alloc(a, 1u + label_len + len);
	out[0] = label_len;
	memcpy(out + 1, label, label_len);
	memcpy(out + 1 + label_len, name, len);
	return out;
}

uint8_t *name_wildcard(struct arena *a, const uint8_t *name)
{
	return name_prepend(a, "*", 1, name);
}

uint8_t *name_replace_suffix(struct arena *a, const uint8_t *name, const uint8_t *from, const uint8_t *to)
{
	assert(name_is_under(name, from));
	size_t head = name_len(name) - name_len(from), tail = name_len(to);
	if (head + tail > NAME_MAX_BYTES)
		return NULL;
	uint8_t *out = arena_alloc(a, head + tail);
	memcpy(out, name, head);
	memcpy(out + head, to, tail);
	return out;
}

bool name_is_plain(const uint8_t *name)
{
	for (; *name != 0; name += 1 + *name) {
		for (uint8_t i = 1; i <= *name; i++) {
			uint8_t c = lower(name[i]);
			if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
				return false;
		}
	}
	return true;
}

enum { HASH_LEN = 20, HASH_TEXT_LEN = 32 };

bool name_hash_label(const uint8_t *label, uint8_t out[HASH_LEN])
{
	if (label[0] != HASH_TEXT_LEN)
		return false;
	uint64_t bits = 0;
	for (unsigned i = 0; i < HASH_TEXT_LEN; i++) {
		uint8_t c = label[1 + i] | 0x20;
		bool digit = label[1 + i] >= '0' && label[1 + i] <= '9';
		if (!digit && (c < 'a' || c > 'v'))
			return false;
		bits = bits << 5 | (unsigned)(digit ? label[1 + i] - '0' : c - 'a' + 10);
		if (i % 8 == 7)
			for (unsigned k = 0; k < 5; k++)
				out[i / 8 * 5 + k] = (uint8_t)(bits >> (8 * (4 - k)));
	}
	return true;
}
