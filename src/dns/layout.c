#include "dns/layout.h"
#include "dns/name.h"
#include <assert.h>

/* RRSIG (RFC 4034 3.1.7) and NSEC (4.1.1) say "MUST NOT be compressed", and validators that keep
 * to RFC 3597 4 cannot read such a record: a compressed name there is a fault, as in BIND. SRV, NAPTR,
 * KX, DNAME and the old types are to be written uncompressed but read either way. By RFC 6840 5.1 the
 * NSEC next name keeps its case, and the RRSIG signer name does not. */
static const struct layout layouts[] = {
	{ TYPE_A, false, false, "4" },
	{ TYPE_NS, true, true, "n" },
	{ 3 /* MD */, true, true, "n" },
	{ 4 /* MF */, true, true, "n" },
	{ TYPE_CNAME, true, true, "n" },
	{ TYPE_SOA, true, true, "nn44444" },
	{ 7 /* MB */, true, true, "n" },
	{ 8 /* MG */, true, true, "n" },
	{ 9 /* MR */, true, true, "n" },
	{ TYPE_PTR, true, true, "n" },
	{ 13 /* HINFO */, false, false, "ss" },
	{ 14 /* MINFO */, true, true, "nn" },
	{ TYPE_MX, true, true, "2n" },
	{ TYPE_TXT, false, false, "S" },
	{ 17 /* RP */, true, true, "nn" },
	{ 18 /* AFSDB */, true, true, "2n" },
	{ 21 /* RT */, true, true, "2n" },
	{ 24 /* SIG */, true, true, "2114442n*" },
	{ 26 /* PX */, true, true, "2nn" },
	{ TYPE_AAAA, false, false, "Q" },
	{ 29 /* LOC */, false, false, "1111444" },
	{ 30 /* NXT */, true, true, "n*" },
	{ TYPE_SRV, true, true, "222n" },
	{ 35 /* NAPTR */, true, true, "22sssn" },
	{ 36 /* KX */, true, true, "2n" },
	{ 37 /* CERT */, false, false, "221*" },
	{ TYPE_DNAME, true, true, "n" },
	{ TYPE_DS, false, false, "211*" },
	{ 44 /* SSHFP */, false, false, "11*" },
	{ TYPE_RRSIG, false, true, "2114442n*" },
	{ TYPE_NSEC, false, false, "nb" },
	{ TYPE_DNSKEY, false, false, "211*" },
	{ 49 /* DHCID */, false, false, "*" },
	{ TYPE_NSEC3, false, false, "112hHb" },
	{ TYPE_NSEC3PARAM, false, false, "112h" },
	{ 52 /* TLSA */, false, false, "111*" },
	{ 53 /* SMIMEA */, false, false, "111*" },
	{ TYPE_CDS, false, false, "211*" },
	{ TYPE_CDNSKEY, false, false, "211*" },
	{ 61 /* OPENPGPKEY */, false, false, "*" },
	{ TYPE_CSYNC, false, false, "42b" },
	{ 63 /* ZONEMD */, false, false, "411*" },
	{ 64 /* SVCB */, false, false, "2nv" },
	{ 65 /* HTTPS */, false, false, "2nv" },
	{ 99 /* SPF */, false, false, "S" },
	{ 104 /* NID */, false, false, "28" },
	{ 105 /* L32 */, false, false, "24" },
	{ 106 /* L64 */, false, false, "28" },
	{ 107 /* LP */, false, false, "2n" },
	{ 108 /* EUI48 */, false, false, "6" },
	{ 109 /* EUI64 */, false, false, "8" },
	{ 256 /* URI */, false, false, "22*" },
	{ TYPE_CAA, false, false, "1H*" },
};

const struct layout *layout_find(uint16_t type)
{
	size_t low = 0, high = sizeof layouts / sizeof layouts[0];
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (layouts[mid].type == type)
			return &layouts[mid];
		if (layouts[mid].type < type)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static int fixed_len(int octets, struct rdata r, const char **fault)
{
	if (r.len >= octets)
		return octets;
	*fault = "too short for its fixed fields";
	return -1;
}

static int counted_len(struct rdata r, const char **fault)
{
	if (r.len >= 1 && r.len - 1 >= r.at[0])
		return 1 + r.at[0];
	*fault = r.len == 0 ? "ends where a length octet is due" : "a length octet points past the end";
	return -1;
}

static int strings_len(struct rdata r, const char **fault)
{
	struct rdata left = r;
	do {
		int n = counted_len(left, fault);
		if (n < 0)
			return -1;
		left.at += n;
		left.len -= (uint16_t)n;
	} while (left.len > 0);
	return r.len;
}

static int bitmap_len(struct rdata r, const char **fault)
{
	int last_window = -1;
	for (uint32_t i = 0; i < r.len; i += 2u + r.at[i + 1]) {
		if (r.len - i < 2 || r.len - i - 2 < r.at[i + 1])
			*fault = "a window of the type bitmap points past the end";
		else if (r.at[i + 1] < 1 || r.at[i + 1] > 32)
			*fault = "a window of the type bitmap is not 1 to 32 octets long";
		else if (r.at[i] <= last_window)
			*fault = "the windows of the type bitmap do not ascend";
		else {
			last_window = r.at[i];
			continue;
		}
		return -1;
	}
	return r.len;
}

static int service_len(struct rdata r, const char **fault)
{
	int last_key = -1;
	for (uint32_t i = 0; i < r.len;) {
		uint32_t left = r.len - i;
		uint32_t len = left >= 4 ? (uint32_t)(r.at[i + 2] << 8 | r.at[i + 3]) : UINT16_MAX;
		int key = left >= 4 ? r.at[i] << 8 | r.at[i + 1] : 0;
		if (left < 4 || left - 4 < len || key <= last_key) {
			*fault = "the service parameters are malformed";
			return -1;
		}
		last_key = key;
		i += 4 + len;
	}
	return r.len;
}

static int name_field_len(struct rdata r, const char **fault)
{
	uint16_t n = name_check(r.at, r.len);
	if (n > 0)
		return n;
	*fault = "a name in it is malformed, compressed where that is forbidden, or points past the end";
	return -1;
}

int layout_field_len(char field, struct rdata r, const char **fault)
{
	int n;
	switch (field) {
	case '1': case '2': case '4': case '6': case '8': return fixed_len(field - '0', r, fault);
	case 'Q': return fixed_len(16, r, fault);
	case 'n': return name_field_len(r, fault);
	case 's': case 'h': return counted_len(r, fault);
	case 'H':
		n = counted_len(r, fault);
		if (n == 1)
			*fault = "a field that must not be empty is empty";
		return n == 1 ? -1 : n;
	case 'S': return strings_len(r, fault);
	case 'b': return bitmap_len(r, fault);
	case 'v': return service_len(r, fault);
	case '*': return r.len;
	default: assert(false && "a field letter without a meaning");
	}
	return -1;
}

uint8_t layout_names(const struct layout *l, struct rdata r, struct name_span spans[LAYOUT_NAMES_MAX])
{
	const char *fault;
	uint8_t names = 0;
	uint16_t from = 0;
	for (const char *f = l->fields; *f != '\0'; f++) {
		int n = layout_field_len(*f, (struct rdata){ r.at + from, (uint16_t)(r.len - from) }, &fault);
		assert(n >= 0);
		if (*f == 'n') {
			assert(names < LAYOUT_NAMES_MAX);
			spans[names++] = (struct name_span){ from, (uint16_t)(from + n) };
		}
		from = (uint16_t)(from + n);
	}
	return names;
}
