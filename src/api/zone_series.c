#include "api/zone_series.h"

static void tell_up(struct exposition *x, const char *zone, const struct summary *s)
{
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct summary_server *v = &s->servers.at[i];
		exposition_int(x, LABELS({ "zone", zone }, { "ns", v->name }, { "address", v->addr }), v->up);
	}
}

static void tell_serials(struct exposition *x, const char *zone, const struct summary *s)
{
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct summary_server *v = &s->servers.at[i];
		if (v->has_serial)
			exposition_int(x, LABELS({ "zone", zone }, { "ns", v->name }, { "address", v->addr }), v->serial);
	}
}

static void tell_ds(struct exposition *x, const char *zone, const struct summary *s)
{
	if (!s->ds_known)
		return;
	exposition_int(x, LABELS({ "zone", zone }, { "match", "true" }), s->ds_matched);
	exposition_int(x, LABELS({ "zone", zone }, { "match", "false" }), s->ds_other);
}

static void tell_ends(struct exposition *x, const char *zone, const struct summary *s)
{
	for (int t = 0; t < SUMMARY_TYPES; t++)
		if (s->ends[t].s != WALL_NEVER.s)
			exposition_int(x, LABELS({ "zone", zone }, { "rrtype", summary_type_text((enum summary_type)t) }), s->ends[t].s);
}

const struct zone_series zone_series[N_ZONE_SERIES] = {
	{ "dnsvigil_nameserver_up", "1 for each address of the zone's own servers that answered.", tell_up },
	{ "dnsvigil_zone_serial", "Serial of the SOA record each address serves.", tell_serials },
	{ "dnsvigil_ds_keys", "DS records at the parent: those that name a key served, and those that name none.", tell_ds },
	{ "dnsvigil_rrsig_expiration_timestamp_seconds",
	  "When the first signature over this type's records ends; where a signer makes new ones all the time, up to an hour too early.", tell_ends },
};

void zone_info_tell(struct exposition *x, const char *zone, const char *security, const struct summary *s)
{
	exposition_int(x, LABELS({ "zone", zone }, { "security", security }, { "nsec", summary_denial(s) }), 1);
}

uint32_t zone_series_count(const struct summary *s)
{
	uint32_t n = s->servers.n + (s->ds_known ? 2 : 0);
	for (uint32_t i = 0; i < s->servers.n; i++)
		n += s->servers.at[i].has_serial;
	for (int t = 0; t < SUMMARY_TYPES; t++)
		n += s->ends[t].s != WALL_NEVER.s;
	return n;
}
