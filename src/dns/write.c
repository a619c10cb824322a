#include "dns/write.h"
#include <assert.h>
#include <string.h>

enum { HEADER = 12, POINTER_MAX = 0x3fff, NAMES_MAX = 128 };

void writer_init(struct writer *w, struct arena *a, uint8_t *at, size_t cap)
{
	assert(cap >= HEADER && cap <= UINT16_MAX);
	*w = (struct writer){ .at = at, .cap = cap, .arena = a };
}

static void put(struct writer *w, const void *octets, size_t n)
{
	if (w->overflow || w->cap - w->len < n) {
		w->overflow = true;
		return;
	}
	if (n > 0)
		memcpy(w->at + w->len, octets, n);
	w->len += n;
}

static void put16(struct writer *w, uint16_t v)
{
	put(w, (uint8_t[]){ (uint8_t)(v >> 8), (uint8_t)v }, 2);
}

static void put32(struct writer *w, uint32_t v)
{
	put16(w, (uint16_t)(v >> 16));
	put16(w, (uint16_t)v);
}

void write_head(struct writer *w, const struct write_head *h)
{
	assert(w->len == 0);
	unsigned flags = (h->opcode & 15u) << 11 | (h->rcode & 15u);
	flags |= (h->qr ? 0x8000u : 0) | (h->aa ? 0x0400u : 0) | (h->tc ? 0x0200u : 0);
	flags |= (h->rd ? 0x0100u : 0) | (h->ra ? 0x0080u : 0) | (h->ad ? 0x0020u : 0) | (h->cd ? 0x0010u : 0);
	put16(w, h->id);
	put16(w, (uint16_t)flags);
	put(w, (uint8_t[8]){ 0 }, 8);
}

/* Offset of a name among the first n written that means the same, or 0. */
static uint16_t find_name(const struct writer *w, uint32_t n, const uint8_t *name)
{
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *at = w->at + w->names.at[i], *want = name;
		for (;;) {
			while (*at >= 0xc0)
				at = w->at + ((at[0] & 0x3f) << 8 | at[1]);
			if (!name_label_equal(at, want))
				break;
			if (*at == 0)
				return w->names.at[i];
			at += 1 + *at;
			want += 1 + *want;
		}
	}
	return 0;
}

static void put_name(struct writer *w, const uint8_t *name)
{
	uint32_t whole = w->names.n;    /* not this name's own suffixes: they have no end yet */
	for (; *name != 0 && !w->overflow; name += 1 + *name) {
		uint16_t known = find_name(w, whole, name);
		if (known != 0) {
			put16(w, 0xc000 | known);
			return;
		}
		if (w->len <= POINTER_MAX && w->names.n < NAMES_MAX)
			list_push(w->arena, &w->names, (uint16_t)w->len);
		put(w, name, 1u + *name);
	}
	put(w, name_root, 1);
}

static void count_one(struct writer *w, unsigned section)
{
	uint8_t *at = w->at + 4 + 2 * section;
	uint16_t n = (uint16_t)((at[0] << 8 | at[1]) + 1);
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
}

/* Where a record starts. That an earlier one did not fit does not stop a smaller one. */
struct start { size_t len; bool overflow; };

static struct start begin(struct writer *w)
{
	struct start s = { w->len, w->overflow };
	assert(w->len >= HEADER);
	w->overflow = false;
	return s;
}

/* Counts the record, or takes it back: nothing half stays. */
static bool finish(struct writer *w, struct start start, unsigned section)
{
	bool fits = !w->overflow;
	w->overflow = start.overflow || !fits;
	if (fits) {
		count_one(w, section);
		return true;
	}
	w->len = start.len;
	while (w->names.n > 0 && w->names.at[w->names.n - 1] >= start.len)
		w->names.n--;
	return false;
}

void write_question(struct writer *w, const uint8_t *qname, uint16_t qtype, uint16_t qclass)
{
	struct start start = begin(w);
	assert(w->counts_at_section == 0);
	put_name(w, qname);
	put16(w, qtype);
	put16(w, qclass);
	finish(w, start, 0);
}

bool write_rr(struct writer *w, enum write_section s, const uint8_t *owner, uint16_t type, uint16_t class,
	      uint32_t ttl, struct rdata rd)
{
	struct start start = begin(w);
	assert(w->counts_at_section <= s);
	w->counts_at_section = (uint16_t)s;
	put_name(w, owner);
	put16(w, type);
	put16(w, class);
	put32(w, ttl);
	put16(w, rd.len);
	put(w, rd.at, rd.len);
	return finish(w, start, s);
}

bool write_edns(struct writer *w, const struct write_edns *e)
{
	struct start start = begin(w);
	size_t options = 0;
	for (uint8_t i = 0; i < e->n_options; i++)
		options += 4u + e->options[i].len;
	assert(options <= UINT16_MAX);
	w->counts_at_section = WRITE_ADDITIONAL;
	put(w, name_root, 1);
	put16(w, TYPE_OPT);
	put16(w, e->udp_size);
	put32(w, (uint32_t)(e->rcode >> 4) << 24 | (uint32_t)e->version << 16 | (e->do_bit ? EDNS_FLAG_DO : 0u) |
			 (e->z_bit ? EDNS_FLAG_Z : 0u));
	put16(w, (uint16_t)options);
	for (uint8_t i = 0; i < e->n_options; i++) {
		put16(w, e->options[i].code);
		put16(w, e->options[i].len);
		put(w, e->options[i].at, e->options[i].len);
	}
	return finish(w, start, WRITE_ADDITIONAL);
}

void write_set_tc(struct writer *w)
{
	assert(w->len >= HEADER);
	w->at[2] |= 0x02;
}
