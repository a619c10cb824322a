/* ds -- the DS set of a child as its parent publishes it, right or wrong. */
#include "lab/inside.h"
#include <string.h>

/* The key the DS is made of: as it was, or, where the break says so, as it now stands. */
static lab_keys keys_for_ds(struct view *v, const struct lab_zone *child)
{
	lab_keys keys = { 0 };
	keys_base(v->w, child, &keys);
	for (uint32_t i = 0; i < v->w->breaks.n; i++) {
		const struct lab_break *b = v->w->breaks.at[i];
		if (b->what == BREAK_DNSKEY && b->zone == child && keys_ds_follows(b))
			keys_apply(v->w, child, b, &keys);
	}
	return keys;
}

static void add_ds_of(struct view *v, const struct lab_zone *child, const struct lab_key *k, rdata_list *out)
{
	for (size_t d = 0; d < child->ds_digests.len; d++)
		list_push(v->w->arena, out, key_ds(v->w->arena, child->name, k, child->ds_digests.at[d]));
}

static void add_stale(struct view *v, const struct lab_break *b, rdata_list *out)
{
	const struct lab_zone *child = b->zone;
	uint8_t algorithm = (uint8_t)param_number(&b->p, "algorithm", child->algorithms[0]);
	struct lab_key old = key_make(v->w, child, algorithm, true, child->csk, "old");
	add_ds_of(v, child, &old, out);
}

static void add_of(struct view *v, const struct lab_break *b, rdata_list *out)
{
	const char *of = param_find(&b->p, "of")->text;
	const struct lab_zone *child = b->zone;
	for (uint8_t i = 0; i < child->n_algorithms; i++) {
		bool zsk = strcmp(of, "zsk") == 0;
		struct lab_key k = key_make(v->w, child, child->algorithms[i], !zsk || child->csk,
					    zsk || child->csk, zsk || strcmp(of, "ksk") == 0 ? "" : of);
		add_ds_of(v, child, &k, out);
	}
}

static void add_many(struct view *v, unsigned n, rdata_list *out)
{
	for (unsigned i = 0; i < n && out->n > 0; i++) {
		struct rdata rd = out->at[0];
		uint8_t *at = arena_copy(v->w->arena, rd.at, rd.len);
		lab_noise("ds", i, at + 4, rd.len - 4u);
		list_push(v->w->arena, out, (struct rdata){ at, rd.len });
	}
}

static void add_written(struct view *v, const struct lab_break *b, rdata_list *out)
{
	struct zone_record rr;
	struct err_at err;
	struct reading r = { .arena = v->w->arena, .at = &err };
	if (read_rr(&r, arena_printf(v->w->arena, "@ 0 DS %s", param_find(&b->p, "add")->text), b->zone->name,
		    &rr))
		list_push(v->w->arena, out, rr.rd);
}

static uint8_t other_algorithm(uint8_t algorithm)
{
	return algorithm == ALG_P256 ? ALG_RSASHA256 : ALG_P256;
}

static struct rdata alter(struct view *v, const struct lab_break *b, struct rdata rd)
{
	const params *p = &b->p;
	uint16_t digest = (uint16_t)param_number(p, "digest-length", rd.len - 4),
		 len = (uint16_t)(digest + 4);
	uint8_t *at = arena_alloc(v->w->arena, len);
	memcpy(at, rd.at, rd.len < len ? rd.len : len);
	if (len > rd.len)
		lab_noise("ds digest", 0, at + rd.len, len - rd.len);
	uint16_t tag = (uint16_t)(at[0] << 8 | at[1]);
	if (param_has(p, "wrong-tag"))
		tag = (uint16_t)(tag + 4242);
	tag = (uint16_t)param_number(p, "tag", tag);
	at[0] = (uint8_t)(tag >> 8);
	at[1] = (uint8_t)tag;
	if (param_has(p, "wrong-alg"))
		at[2] = (uint8_t)param_number(p, "wrong-alg", other_algorithm(at[2]));
	at[2] = (uint8_t)param_number(p, "algorithm", at[2]);
	at[3] = (uint8_t)param_number(p, "digest-type", at[3]);
	if (param_has(p, "wrong-digest") && len > 4)
		at[4] ^= 0x5a;
	return (struct rdata){ at, len };
}

static void ds_apply(struct view *v, const struct lab_break *b, rdata_list *ds)
{
	const params *p = &b->p;
	if (param_has(p, "stale") || param_has(p, "remove") || param_has(p, "of"))
		ds->n = 0;
	if (param_has(p, "stale") || param_has(p, "extra-stale"))
		add_stale(v, b, ds);
	else if (param_has(p, "of"))
		add_of(v, b, ds);
	else if (param_has(p, "many"))
		add_many(v, (unsigned)param_number(p, "many", 0), ds);
	else if (param_has(p, "add"))
		add_written(v, b, ds);
	else
		for (uint32_t i = 0; i < ds->n; i++)
			if (!param_has(p, "digest") || ds->at[i].at[3] == param_number(p, "digest", 0))
				ds->at[i] = alter(v, b, ds->at[i]);
}

rdata_list ds_of_child(struct view *v, const struct lab_zone *child)
{
	rdata_list ds = { 0 };
	if (!v->is_signed)
		return ds;
	lab_keys keys = child->is_signed && !child->no_ds ? keys_for_ds(v, child) : (lab_keys){ 0 };
	for (uint32_t i = 0; i < keys.n; i++)
		if (keys.at[i].is_ksk && keys.at[i].signs)
			add_ds_of(v, child, &keys.at[i], &ds);
	for (uint32_t i = 0; i < v->breaks.n; i++)
		if (v->breaks.at[i]->what == BREAK_DS && v->breaks.at[i]->zone == child)
			ds_apply(v, v->breaks.at[i], &ds);
	return ds;
}
