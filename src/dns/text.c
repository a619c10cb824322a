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

const char *rdata_text(struct arena *a, uint16_t type, struct rdata r)
{
	if (layout_find(type) == NULL || !rdata_ok(type, r) || r.len == 0)
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
