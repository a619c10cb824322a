/* Records as text, one line each. libknot's dumper writes the RDATA; it is trusted only with RDATA of
 * a known layout that has passed rdata_ok, everything else is written in the form of RFC 3597 5. */
#include "dns/text.h"
#include "dns/layout.h"
#include <libknot/rrset-dump.h>
#include <libknot/rrset.h>
#include <string.h>

static const char *generic_text(struct arena *a, struct rdata r)
{
	static const char hex[] = "0123456789ABCDEF";
	if (r.len == 0)
		return "\\# 0";
	struct text t;
	text_init(&t, a);
	text_addf(&t, "\\# %u ", r.len);
	char *digits = arena_alloc(a, 2u * r.len);
	for (size_t i = 0; i < r.len; i++) {
		digits[2 * i] = hex[r.at[i] >> 4];
		digits[2 * i + 1] = hex[r.at[i] & 15];
	}
	text_add_n(&t, digits, 2u * r.len);
	return t.at;
}

/* Printed length, or < 0: as libknot says, also when it does not fit. */
static int dump(uint16_t type, struct rdata r, knot_rdata_t *rdata, char *out, size_t room)
{
	static const uint8_t root[1] = { 0 };
	knot_rrset_t set;
	knot_dump_style_t style = KNOT_DUMP_STYLE_DEFAULT;
	style.wrap = false;
	style.human_timestamp = true;
	knot_rdata_init(rdata, r.len, r.at);
	knot_rrset_init(&set, (knot_dname_t *)root, type, CLASS_IN, 0);
	set.rrs = (knot_rdataset_t){ .count = 1, .size = (uint32_t)knot_rdata_size(r.len), .rdata = rdata };
	return knot_rrset_txt_dump_data(&set, 0, out, room, &style);
}

/* Sinks get printable ASCII whatever the library does. */
static bool is_printable(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e)
			return false;
	return true;
}

static bool are_strings(const uint8_t *at, uint16_t len)
{
	for (uint32_t i = 0; i < len; i += 1u + at[i])
		if (at[i] == 0 || at[i] > len - i - 1)
			return false;
	return len > 0;
}

/* Values as RFC 9460 7 has them: libknot 3.2 reads past the end of a "mandatory" of odd length. */
static bool service_value_ok(uint16_t key, const uint8_t *at, uint16_t len)
{
	switch (key) {
	case 0: return len > 0 && len % 2 == 0;         /* mandatory */
	case 1: return are_strings(at, len);            /* alpn */
	case 2: return len == 0;                        /* no-default-alpn */
	case 3: return len == 2;                        /* port */
	case 4: return len > 0 && len % 4 == 0;         /* ipv4hint */
	case 6: return len > 0 && len % 16 == 0;        /* ipv6hint */
	default: return true;
	}
}

static bool service_values_ok(struct rdata r)
{
	uint32_t i = 2u + name_len(r.at + 2);
	while (i < r.len) {
		uint16_t key = (uint16_t)(r.at[i] << 8 | r.at[i + 1]);
		uint16_t len = (uint16_t)(r.at[i + 2] << 8 | r.at[i + 3]);
		if (!service_value_ok(key, r.at + i + 4, len))
			return false;
		i += 4u + len;
	}
	return true;
}

static bool dump_is_safe(uint16_t type, struct rdata r)
{
	const struct layout *l = layout_find(type);
	if (l == NULL || r.len == 0 || !rdata_ok(type, r))
		return false;
	return strchr(l->fields, 'v') == NULL || service_values_ok(r);
}

const char *rdata_text(struct arena *a, uint16_t type, struct rdata r)
{
	if (!dump_is_safe(type, r))
		return generic_text(a, r);
	/* \DDD takes four characters an octet; a bitmap ten a bit, that is 256 types in 34 octets. */
	const struct layout *l = layout_find(type);
	size_t room = 256u + (strchr(l->fields, 'b') != NULL ? 80u : 8u) * r.len;
	char *out = arena_alloc(a, room);
	knot_rdata_t *rdata = arena_alloc(a, knot_rdata_size(r.len));
	if (dump(type, r, rdata, out, room) < 0 || !is_printable(out))
		return generic_text(a, r);
	for (size_t n = strlen(out); n > 0 && out[n - 1] == ' '; n--)  /* libknot ends CAA and URI with one */
		out[n - 1] = '\0';
	return out;
}

const char *rr_text(struct arena *a, const uint8_t *owner, uint16_t class, uint32_t ttl, uint16_t type,
		    struct rdata r)
{
	return arena_printf(a, "%s %u %s %s %s", name_text(a, owner), ttl, class_text(a, class),
			    type_text(a, type), rdata_text(a, type, r));
}
