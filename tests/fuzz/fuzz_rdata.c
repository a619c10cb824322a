/* Two octets of type, then RDATA: behind the gate every accessor holds, canonical form is stable, and
 * what we print a zone file reads back. */
#include "base/limits.h"
#include "dns/text.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_inside(struct rdata r, const uint8_t *at, size_t len)
{
	assert(at >= r.at && at + len <= r.at + r.len);
}

static void check_bitmap(struct rdata r, const uint8_t *bitmap, uint16_t len)
{
	uint16_t types[255];
	uint8_t n = 0;
	check_inside(r, bitmap, len);
	for (uint32_t type = 0; type <= UINT16_MAX && n < 255; type++)
		if (bitmap_has(bitmap, len, (uint16_t)type))
			types[n++] = (uint16_t)type;
	assert(n == 255 || bitmap_has_only(bitmap, len, types, n));
	assert(n == 0 || n == 255 || !bitmap_has_only(bitmap, len, types, (uint8_t)(n - 1)));
}

static void check_fields(uint16_t type, struct rdata r)
{
	switch (type) {
	case TYPE_DNSKEY: case TYPE_CDNSKEY: check_inside(r, rdata_dnskey(r).key, rdata_dnskey(r).key_len); break;
	case TYPE_DS: case TYPE_CDS: check_inside(r, rdata_ds(r).digest, rdata_ds(r).digest_len); break;
	case TYPE_RRSIG:
		check_inside(r, rdata_rrsig(r).signer, name_len(rdata_rrsig(r).signer));
		check_inside(r, rdata_rrsig(r).signature, rdata_rrsig(r).signature_len);
		break;
	case TYPE_NSEC:
		check_inside(r, rdata_nsec(r).next, name_len(rdata_nsec(r).next));
		check_bitmap(r, rdata_nsec(r).bitmap, rdata_nsec(r).bitmap_len);
		break;
	case TYPE_NSEC3:
		check_inside(r, rdata_nsec3(r).next, rdata_nsec3(r).next_len);
		check_bitmap(r, rdata_nsec3(r).bitmap, rdata_nsec3(r).bitmap_len);
		break;
	case TYPE_NSEC3PARAM: check_inside(r, rdata_nsec3param(r).salt, rdata_nsec3param(r).salt_len); break;
	case TYPE_SOA: check_inside(r, rdata_soa(r).rname, name_len(rdata_soa(r).rname) + 20u); break;
	case TYPE_MX: check_inside(r, rdata_mx_name(r), name_len(rdata_mx_name(r))); break;
	case TYPE_NS: case TYPE_CNAME: case TYPE_DNAME: case TYPE_PTR:
		check_inside(r, rdata_name(r), name_len(rdata_name(r)));
		break;
	default: break;
	}
}

/* Types whose text libzscanner reads back octet for octet (its own checks are stricter on others). */
static bool reads_back(uint16_t type)
{
	static const uint16_t types[] = { TYPE_A, TYPE_NS, TYPE_CNAME, TYPE_SOA, TYPE_MX, TYPE_TXT, TYPE_AAAA,
					  TYPE_SRV, TYPE_DNAME, TYPE_NSEC3PARAM };
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (types[i] == type)
			return true;
	return type > 1000 && type != 32769;   /* unknown to everybody: RFC 3597; 32769 is DLV */
}

static void check_text(struct arena *a, uint16_t type, struct rdata r)
{
	const char *text = rdata_text(a, type, r);
	for (const char *s = text; *s != '\0'; s++)
		assert(*s >= 0x20 && *s < 0x7f);
	if (!reads_back(type) || !rdata_ok(type, r))
		return;
	zone_records records;
	struct err_at at;
	const char *line = arena_printf(a, "%s\n", rr_text(a, name_root, CLASS_IN, 1, type, r));
	assert(zone_parse(a, line, strlen(line), ".", 1, "fuzz", &records, &at) == 0);
	assert(records.n == 1 && records.at[0].type == type && rdata_equal(records.at[0].rd, r));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (len < 2 || len > 2 + UINT16_MAX)
		return 0;
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	uint16_t type = (uint16_t)(bytes[0] << 8 | bytes[1]);
	struct rdata r = { arena_copy(a, bytes + 2, len - 2), (uint16_t)(len - 2) };
	assert(rdata_ok(type, r) == (rdata_fault(type, r) == NULL));
	if (rdata_ok(type, r)) {
		check_fields(type, r);
		struct rdata canonical = rdata_canonical(a, type, r);
		assert(canonical.len == r.len && rdata_ok(type, canonical));
		assert(rdata_equal(canonical, rdata_canonical(a, type, canonical)));
	}
	check_text(a, type, r);
	arena_free(&a);
	return 0;
}
