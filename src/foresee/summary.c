#include "foresee/summary.h"
#include "base/fnv.h"
#include "base/json.h"
#include "base/limits.h"
#include <string.h>

static const char *const types[SUMMARY_TYPES] = {
	[SUMMARY_DNSKEY] = "DNSKEY", [SUMMARY_SOA] = "SOA", [SUMMARY_NS] = "NS", [SUMMARY_NSEC] = "NSEC", [SUMMARY_NSEC3] = "NSEC3", [SUMMARY_DS] = "DS",
};
enum { SERVER_ROOM = sizeof "[\"\",\"\",1,4294967295]," };

const char *summary_type_text(enum summary_type t)
{
	return types[t];
}

struct summary summary_none(void)
{
	struct summary s = { 0 };
	for (int t = 0; t < SUMMARY_TYPES; t++)
		s.ends[t] = WALL_NEVER;
	return s;
}

const char *summary_denial(const struct summary *s)
{
	return s->ends[SUMMARY_NSEC3].s != WALL_NEVER.s ? "nsec3" : s->ends[SUMMARY_NSEC].s != WALL_NEVER.s ? "nsec" : "";
}

static void note_end(struct summary *out, enum summary_type t, struct wall end)
{
	if (end.s < out->ends[t].s)
		out->ends[t] = end;
}

static void note_sigs(const struct snap_server *v, struct summary *out)
{
	for (uint32_t i = 0; i < v->sigs.n; i++)
		for (int t = 0; t < SUMMARY_DS; t++)
			if (strcmp(v->sigs.at[i].rrset, types[t]) == 0)
				note_end(out, (enum summary_type)t, v->sigs.at[i].expiration);
}

static void note_servers(struct arena *a, const struct snapshot *s, struct summary *out)
{
	char addr[ADDR_TEXT_MAX];
	size_t bytes = 0;
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct snap_server *v = &s->servers.at[i];
		if (!v->asked)
			continue;
		struct summary_server one = { .name = v->names.n > 0 ? v->names.at[0] : "", .addr = arena_text(a, addr_text(&v->addr, addr)),
					      .up = v->answered, .has_serial = v->answered && v->has_serial, .serial = v->serial };
		bytes += strlen(one.name) + strlen(one.addr) + SERVER_ROOM;
		if (out->servers.n < LIMIT_SUMMARY_SERVERS && bytes <= LIMIT_SUMMARY_BYTES)
			list_push(a, &out->servers, one);
		else
			out->more++;
		if (v->answered)
			note_sigs(v, out);
	}
}

static void note_ds(struct arena *a, const struct snapshot *s, struct summary *out)
{
	const char *label = arena_printf(a, "%s DS", s->zone);
	for (uint32_t i = 0; i < s->parents.n; i++) {
		const struct snap_parent *p = &s->parents.at[i];
		uint32_t n[2] = { 0 };
		for (uint32_t k = 0; k < p->ds.n; k++)
			n[p->ds.at[k].matched]++;
		out->ds_known |= p->ds_known;
		out->ds_matched = n[1] > out->ds_matched ? n[1] : out->ds_matched;
		out->ds_other = n[0] > out->ds_other ? n[0] : out->ds_other;
	}
	for (uint32_t i = 0; i < s->above.n; i++)
		if (strcmp(s->above.at[i].rrset, label) == 0)
			note_end(out, SUMMARY_DS, s->above.at[i].expiration);
}

void summary_of(struct arena *a, const struct snapshot *s, struct summary *out)
{
	*out = summary_none();
	note_servers(a, s, out);
	note_ds(a, s, out);
}

static void add_server(struct json *j, const struct summary_server *v)
{
	json_array(j);
	json_text(j, v->name);
	json_text(j, v->addr);
	json_int(j, v->up);
	if (v->has_serial)
		json_int(j, v->serial);
	json_array_end(j);
}

static void add_sets(struct json *j, const struct summary *s)
{
	json_key(j, "servers");
	json_array(j);
	for (uint32_t i = 0; i < s->servers.n; i++)
		add_server(j, &s->servers.at[i]);
	json_array_end(j);
	json_field_int(j, "more", s->more);
	json_key(j, "ds");
	json_array(j);
	for (int m = 1; s->ds_known && m >= 0; m--)
		json_int(j, m ? s->ds_matched : s->ds_other);
	json_array_end(j);
}

void summary_json(const struct summary *s, struct text *out)
{
	struct json j;
	json_init(&j, out, false);
	json_object(&j);
	add_sets(&j, s);
	json_key(&j, "ends");
	json_object(&j);
	for (int t = 0; t < SUMMARY_TYPES; t++)
		if (s->ends[t].s != WALL_NEVER.s)
			json_field_int(&j, types[t], s->ends[t].s);
	json_object_end(&j);
	json_object_end(&j);
}

static uint64_t hash_text(uint64_t h, const char *text)
{
	return fnv_octets(h, text, strlen(text) + 1);
}

uint64_t summary_hash(const struct summary *s)
{
	uint64_t h = FNV_BEGIN;
	const uint32_t counts[] = { s->servers.n, s->more, s->ds_known, s->ds_matched, s->ds_other };
	h = fnv_octets(h, counts, sizeof counts);
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct summary_server *v = &s->servers.at[i];
		const uint32_t numbers[] = { v->up, v->has_serial, v->has_serial ? v->serial : 0 };
		h = fnv_octets(hash_text(hash_text(h, v->name), v->addr), numbers, sizeof numbers);
	}
	return h;
}

bool summary_ends_moved(const struct wall told[SUMMARY_TYPES], const struct wall now[SUMMARY_TYPES], struct wall at)
{
	enum { MOVED_S = 3600, SHARE = 16 };
	for (int t = 0; t < SUMMARY_TYPES; t++) {
		if (told[t].s == now[t].s)
			continue;
		int64_t left_s = told[t].s - at.s, share_s = left_s > 0 ? left_s / SHARE : 0;
		int64_t enough_s = share_s < MOVED_S ? share_s : MOVED_S;
		if (now[t].s == WALL_NEVER.s || told[t].s == WALL_NEVER.s || now[t].s < told[t].s || now[t].s - told[t].s >= enough_s)
			return true;
	}
	return false;
}
