/* dns -- names, records and messages as they stood on the wire, and their text. This is the only room
 * that follows a wire pointer. Nothing gets past rdata_ok() that an accessor could fall over, and
 * nothing is kept compressed: a struct rdata can be compared, signed and written on its own. */
#include "dns/rdata.h"
#include "dns/layout.h"
#include "dns/name.h"
#include <assert.h>
#include <string.h>

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

const char *rdata_fault(uint16_t type, struct rdata r)
{
	const struct layout *l = layout_find(type);
	const char *fault = NULL;
	if (l == NULL)
		return NULL;
	for (const char *f = l->fields; *f != '\0'; f++) {
		int n = layout_field_len(*f, r, &fault);
		if (n < 0)
			return fault;
		r.at += n;
		r.len -= (uint16_t)n;
	}
	return r.len > 0 ? "octets are left over after its last field" : NULL;
}

bool rdata_ok(uint16_t type, struct rdata r)
{
	return rdata_fault(type, r) == NULL;
}

int rdata_cmp(struct rdata a, struct rdata b)
{
	uint16_t shorter = a.len < b.len ? a.len : b.len;
	int d = shorter > 0 ? memcmp(a.at, b.at, shorter) : 0;
	return d != 0 ? d : a.len - b.len;
}

bool rdata_equal(struct rdata a, struct rdata b)
{
	return a.len == b.len && rdata_cmp(a, b) == 0;
}

struct rdata rdata_canonical(struct arena *a, uint16_t type, struct rdata r)
{
	const struct layout *l = layout_find(type);
	struct name_span spans[LAYOUT_NAMES_MAX];
	if (l == NULL || !l->lower)
		return r;
	uint8_t *copy = arena_copy(a, r.at, r.len);
	uint8_t names = layout_names(l, r, spans);
	for (uint8_t i = 0; i < names; i++)
		name_lower_in_place(copy + spans[i].from);
	return (struct rdata){ copy, r.len };
}

/* RFC 4034 appendix B; for RSA/MD5 (B.1) the tag stands near the end of the modulus. */
static uint16_t key_tag(struct rdata r)
{
	if (r.at[3] == ALG_RSAMD5)
		return r.len >= 7 ? get16(r.at + r.len - 3) : 0;
	uint32_t sum = 0;
	for (uint32_t i = 0; i < r.len; i++)
		sum += i & 1 ? r.at[i] : (uint32_t)r.at[i] << 8;
	sum += sum >> 16 & 0xffff;
	return (uint16_t)sum;
}

struct dnskey rdata_dnskey(struct rdata r)
{
	assert(r.len >= 4);
	return (struct dnskey){
		.flags = get16(r.at), .protocol = r.at[2], .algorithm = r.at[3],
		.key = r.at + 4, .key_len = (uint16_t)(r.len - 4), .tag = key_tag(r),
	};
}

struct ds rdata_ds(struct rdata r)
{
	assert(r.len >= 4);
	return (struct ds){
		.tag = get16(r.at), .algorithm = r.at[2], .digest_type = r.at[3],
		.digest = r.at + 4, .digest_len = (uint16_t)(r.len - 4),
	};
}

struct rrsig rdata_rrsig(struct rdata r)
{
	assert(r.len >= 19);
	uint16_t head = (uint16_t)(18 + name_len(r.at + 18));
	return (struct rrsig){
		.covered = get16(r.at), .algorithm = r.at[2], .labels = r.at[3],
		.original_ttl = get32(r.at + 4), .expiration = { get32(r.at + 8) },
		.inception = { get32(r.at + 12) }, .tag = get16(r.at + 16),
		.signer = r.at + 18, .signature = r.at + head, .signature_len = (uint16_t)(r.len - head),
	};
}

struct nsec rdata_nsec(struct rdata r)
{
	assert(r.len >= 1);
	uint16_t head = name_len(r.at);
	return (struct nsec){ .next = r.at, .bitmap = r.at + head, .bitmap_len = (uint16_t)(r.len - head) };
}

struct nsec3 rdata_nsec3param(struct rdata r)
{
	assert(r.len >= 5);
	const uint8_t *end = r.at + 5 + r.at[4];
	return (struct nsec3){
		.hash = r.at[0], .flags = r.at[1], .iterations = get16(r.at + 2),
		.salt = r.at + 5, .salt_len = r.at[4], .next = end, .bitmap = end,
	};
}

struct nsec3 rdata_nsec3(struct rdata r)
{
	struct nsec3 n = rdata_nsec3param(r);
	const uint8_t *at = n.salt + n.salt_len;
	n.next_len = at[0];
	n.next = at + 1;
	n.bitmap = n.next + n.next_len;
	n.bitmap_len = (uint16_t)(r.at + r.len - n.bitmap);
	return n;
}

struct csync rdata_csync(struct rdata r)
{
	assert(r.len >= 6);
	return (struct csync){ .serial = get32(r.at), .flags = get16(r.at + 4), .bitmap = r.at + 6, .bitmap_len = (uint16_t)(r.len - 6) };
}

struct soa rdata_soa(struct rdata r)
{
	const uint8_t *rname = r.at + name_len(r.at), *at = rname + name_len(rname);
	return (struct soa){
		.mname = r.at, .rname = rname, .serial = get32(at), .refresh = get32(at + 4),
		.retry = get32(at + 8), .expire = get32(at + 12), .minimum = get32(at + 16),
	};
}

const uint8_t *rdata_name(struct rdata r)
{
	assert(r.len >= 1);
	return r.at;
}

const uint8_t *rdata_mx_name(struct rdata r)
{
	assert(r.len >= 3);
	return r.at + 2;
}

struct rdata rdata_dnskey_unrevoked(struct arena *a, struct rdata r)
{
	uint8_t *copy = arena_copy(a, r.at, r.len);
	copy[1] &= (uint8_t)~DNSKEY_REVOKE;
	return (struct rdata){ copy, r.len };
}
