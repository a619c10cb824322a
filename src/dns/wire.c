#include "dns/wire.h"
#include "base/limits.h"
#include "dns/layout.h"
#include "dns/name.h"
#include <assert.h>
#include <string.h>

/* The offset behind the name at `from`, without following pointers; 0 when it has no end. */
static uint16_t name_end(const struct wire *w, uint16_t from, uint16_t end)
{
	uint32_t at = from;
	while (at < end) {
		uint8_t label = w->at[at];
		if (label >= 0xc0)
			return at + 2 <= end ? (uint16_t)(at + 2) : 0;
		if (label > LABEL_MAX)
			return 0;
		at += 1u + label;
		if (label == 0)
			return (uint16_t)at;
	}
	return 0;
}

/* A name being expanded: from where, and where the part it is in started and must end. */
struct expansion { uint8_t name[NAME_MAX_BYTES]; uint32_t len, at, part, part_end, pointers; };

static bool expand_pointer(const struct wire *w, struct expansion *e, const char **fault)
{
	if (e->part_end - e->at < 2) {
		*fault = "a name runs past the end";
		return false;
	}
	uint32_t to = wire_get16(w->at + e->at) & 0x3fff;
	if (to >= e->part)
		*fault = "a compression pointer does not point backwards";
	else if (to < 12)
		*fault = "a compression pointer points into the header";
	else if (++e->pointers > LIMIT_NAME_POINTERS)
		*fault = "a name has too many compression pointers";
	else {
		e->at = e->part = to;
		e->part_end = w->len;
		return true;
	}
	return false;
}

static bool expand_label(const struct wire *w, struct expansion *e, uint8_t label, const char **fault)
{
	if (label > LABEL_MAX)
		*fault = "a name has a label type that does not exist";
	else if (e->part_end - e->at < 1u + label)
		*fault = "a name runs past the end";
	else if (e->len + 1u + label > NAME_MAX_BYTES)
		*fault = "a name is longer than 255 octets";
	else {
		memcpy(e->name + e->len, w->at + e->at, 1u + label);
		e->len += 1u + label;
		e->at += 1u + label;
		return true;
	}
	return false;
}

static const uint8_t *expand(struct wire *w, uint16_t from, uint16_t end, const char **fault)
{
	struct expansion e = { .at = from, .part = from, .part_end = end };
	uint8_t label;
	if (w->expanded > LIMIT_NAME_OCTETS) {
		*fault = "the names of this message are too long uncompressed";
		return NULL;
	}
	do {
		label = e.at < e.part_end ? w->at[e.at] : 0;
		if (label >= 0xc0 ? !expand_pointer(w, &e, fault) : !expand_label(w, &e, label, fault))
			return NULL;
	} while (label != 0);
	if (e.pointers == 0)
		return w->at + from;
	w->expanded += e.len;
	return arena_copy(w->arena, e.name, e.len);
}

const uint8_t *wire_name(struct wire *w, uint16_t from, uint16_t end, uint16_t *next, const char **fault)
{
	*next = name_end(w, from, end);
	/* A bare pointer means the same name wherever it stands, if it stands behind its target. */
	uint16_t target = 0;
	if (*next == from + 2 && w->at[from] >= 0xc0)
		target = wire_get16(w->at + from) & 0x3fff;
	if (target == 0 || target >= from)
		return expand(w, from, end, fault);
	unsigned slot = target % WIRE_NAMES;
	if (w->names[slot].name != NULL && w->names[slot].offset == target)
		return w->names[slot].name;
	const uint8_t *name = expand(w, from, end, fault);
	if (name != NULL) {
		w->names[slot].offset = target;
		w->names[slot].name = name;
	}
	return name;
}

/* A name inside RDATA: where it stands, and what it means. */
struct inner { uint16_t from, to; const uint8_t *name; };

static uint8_t *expand_inner(struct wire *w, uint16_t from, uint16_t end, const struct inner *names,
			     uint8_t n, size_t *len)
{
	*len = end - from;
	for (uint8_t i = 0; i < n; i++)
		*len += name_len(names[i].name) - (size_t)(names[i].to - names[i].from);
	uint8_t *out = arena_alloc(w->arena, *len), *at = out;
	for (uint8_t i = 0; i < n; i++) {
		size_t before = names[i].from - from, name = name_len(names[i].name);
		memcpy(at, w->at + from, before);
		memcpy(at + before, names[i].name, name);
		at += before + name;
		from = names[i].to;
	}
	memcpy(at, w->at + from, end - from);
	return out;
}

/* Steps over the fields up to the last name; what follows is left to rdata_fault. */
static bool find_inner(struct wire *w, const struct layout *l, uint16_t from, uint16_t end,
		       struct inner *names, uint8_t *n, const char **fault)
{
	const char *last = strrchr(l->fields, 'n');
	for (const char *f = l->fields; f <= last; f++) {
		uint16_t next;
		if (*f == 'n') {
			const uint8_t *name = wire_name(w, from, end, &next, fault);
			if (name == NULL)
				return false;
			assert(*n < LAYOUT_NAMES_MAX);
			names[(*n)++] = (struct inner){ from, next, name };
		} else {
			struct rdata rest = { w->at + from, (uint16_t)(end - from) };
			int len = layout_field_len(*f, rest, fault);
			if (len < 0)
				return false;
			next = (uint16_t)(from + len);
		}
		from = next;
	}
	return true;
}

bool wire_rdata(struct wire *w, uint16_t type, uint16_t from, uint16_t len, struct rdata *out,
		const char **fault)
{
	const struct layout *l = layout_find(type);
	struct inner names[LAYOUT_NAMES_MAX];
	uint8_t n = 0;
	uint16_t end = (uint16_t)(from + len);
	*out = (struct rdata){ w->at + from, len };
	if (l != NULL && l->compressed_ok && !find_inner(w, l, from, end, names, &n, fault))
		return false;
	bool compressed = false;
	for (uint8_t i = 0; i < n; i++)
		compressed = compressed || names[i].name != w->at + names[i].from;
	if (compressed) {
		size_t expanded;
		out->at = expand_inner(w, from, end, names, n, &expanded);
		/* A name that gains 253 octets takes up 255 elsewhere in the message of at most 65,535. */
		assert(expanded <= UINT16_MAX);
		out->len = (uint16_t)expanded;
	}
	*fault = rdata_fault(type, *out);
	return *fault == NULL;
}
