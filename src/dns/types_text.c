/* Names of numbers: types, rcodes, algorithms, digests, extended errors (IANA registries, 2025). */
#include "dns/text.h"
#include <libknot/descriptor.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct number_name { uint16_t number; const char *name; };

static const struct number_name rcodes[] = {
	{ 0, "NOERROR" }, { 1, "FORMERR" }, { 2, "SERVFAIL" }, { 3, "NXDOMAIN" }, { 4, "NOTIMP" },
	{ 5, "REFUSED" }, { 6, "YXDOMAIN" }, { 7, "YXRRSET" }, { 8, "NXRRSET" }, { 9, "NOTAUTH" },
	{ 10, "NOTZONE" }, { 11, "DSOTYPENI" }, { 16, "BADVERS" }, { 17, "BADKEY" }, { 18, "BADTIME" },
	{ 19, "BADMODE" }, { 20, "BADNAME" }, { 21, "BADALG" }, { 22, "BADTRUNC" }, { 23, "BADCOOKIE" },
};

static const struct number_name algorithms[] = {
	{ 0, "DELETE" }, { 1, "RSAMD5" }, { 2, "DH" }, { 3, "DSA" }, { 5, "RSASHA1" },
	{ 6, "DSA-NSEC3-SHA1" },
	{ 7, "RSASHA1-NSEC3-SHA1" }, { 8, "RSASHA256" }, { 10, "RSASHA512" }, { 12, "ECC-GOST" },
	{ 13, "ECDSAP256SHA256" }, { 14, "ECDSAP384SHA384" }, { 15, "ED25519" }, { 16, "ED448" },
	{ 17, "SM2SM3" }, { 23, "ECC-GOST12" }, { 252, "INDIRECT" }, { 253, "PRIVATEDNS" },
	{ 254, "PRIVATEOID" },
};

static const struct number_name digests[] = {
	{ 0, "none" }, { 1, "SHA-1" }, { 2, "SHA-256" }, { 3, "GOST R 34.11-94" }, { 4, "SHA-384" },
	{ 5, "GOST R 34.11-2012" }, { 6, "SM3" },
};

static const struct number_name extended_errors[] = {
	{ 0, "Other Error" }, { 1, "Unsupported DNSKEY Algorithm" }, { 2, "Unsupported DS Digest Type" },
	{ 3, "Stale Answer" }, { 4, "Forged Answer" }, { 5, "DNSSEC Indeterminate" }, { 6, "DNSSEC Bogus" },
	{ 7, "Signature Expired" }, { 8, "Signature Not Yet Valid" }, { 9, "DNSKEY Missing" },
	{ 10, "RRSIGs Missing" }, { 11, "No Zone Key Bit Set" }, { 12, "NSEC Missing" },
	{ 13, "Cached Error" }, { 14, "Not Ready" }, { 15, "Blocked" }, { 16, "Censored" },
	{ 17, "Filtered" }, { 18, "Prohibited" },
	{ 19, "Stale NXDomain Answer" }, { 20, "Not Authoritative" }, { 21, "Not Supported" },
	{ 22, "No Reachable Authority" }, { 23, "Network Error" }, { 24, "Invalid Data" },
	{ 25, "Signature Expired before Valid" }, { 26, "Too Early" },
	{ 27, "Unsupported NSEC3 Iterations Value" }, { 28, "Unable to conform to policy" },
	{ 29, "Synthesized" }, { 30, "Invalid Query Type" },
};

#define FIND(table, number) find(table, sizeof(table) / sizeof(table)[0], number)

static const char *find(const struct number_name *table, size_t n, uint16_t number)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].number == number)
			return table[i].name;
	return NULL;
}

/* "TYPE65280" or "RCODE42" with the number behind the word: RFC 3597 5. */
static bool numbered(const char *text, const char *word, uint16_t *number)
{
	size_t n = strlen(word);
	if (strncasecmp(text, word, n) != 0 || text[n] == '\0')
		return false;
	size_t digits = strspn(text + n, "0123456789");
	unsigned long value = strtoul(text + n, NULL, 10);
	if (digits > 5 || text[n + digits] != '\0' || value > UINT16_MAX)
		return false;
	*number = (uint16_t)value;
	return true;
}

const char *type_text(struct arena *a, uint16_t type)
{
	char name[32];
	if (type == TYPE_NXNAME)        /* libknot 3.2 is older than RFC 9824 */
		return "NXNAME";
	if (knot_rrtype_to_string(type, name, sizeof name) < 0)
		return arena_printf(a, "TYPE%u", type);
	return arena_text(a, name);
}

bool type_from_text(const char *text, uint16_t *type)
{
	if (numbered(text, "TYPE", type))
		return true;
	if (strcasecmp(text, "NXNAME") == 0) {
		*type = TYPE_NXNAME;
		return true;
	}
	return strncasecmp(text, "TYPE", 4) != 0 && knot_rrtype_from_string(text, type) == 0;
}

const char *class_text(struct arena *a, uint16_t class)
{
	switch (class) {
	case CLASS_IN: return "IN";
	case CLASS_CH: return "CH";
	case CLASS_ANY: return "ANY";
	default: return arena_printf(a, "CLASS%u", class);
	}
}

const char *rcode_text(struct arena *a, uint16_t rcode)
{
	const char *name = FIND(rcodes, rcode);
	return name != NULL ? name : arena_printf(a, "RCODE%u", rcode);
}

bool rcode_from_text(const char *text, uint16_t *rcode)
{
	for (size_t i = 0; i < sizeof rcodes / sizeof rcodes[0]; i++) {
		if (strcasecmp(text, rcodes[i].name) == 0) {
			*rcode = rcodes[i].number;
			return true;
		}
	}
	return numbered(text, "RCODE", rcode) && *rcode <= 0xfff;
}

const char *algorithm_text(uint8_t algorithm)
{
	const char *name = FIND(algorithms, algorithm);
	return name != NULL ? name : "unassigned";
}

const char *digest_text(uint8_t digest_type)
{
	const char *name = FIND(digests, digest_type);
	return name != NULL ? name : "unassigned";
}

const char *ede_text(uint16_t code)
{
	const char *name = FIND(extended_errors, code);
	return name != NULL ? name : "unassigned";
}
