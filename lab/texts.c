/* texts -- what a world tells those who ask it: root hints, trust anchors, the set-up of a check. */
#include "lab/inside.h"

static void hints_of(struct world *w, struct setup *out)
{
	struct lab_zone *root = world_zone(w, name_root);
	for (uint32_t i = 0; root != NULL && i < root->servers.n; i++)
		for (uint32_t k = 0; k < root->servers.at[i].addrs.n; k++)
			list_push(w->arena, &out->hints,
				  (struct hint){ root->servers.at[i].name, root->servers.at[i].addrs.at[k] });
}

static void anchor_of_key(struct world *w, const struct lab_zone *z, const struct lab_key *k, bool as_dnskey,
			  struct setup *out)
{
	struct anchor a = { .owner = z->name, .type = as_dnskey ? TYPE_DNSKEY : TYPE_DS };
	for (size_t d = 0; d < (as_dnskey ? 1 : z->ds_digests.len); d++) {
		a.rd = as_dnskey ? key_rdata(w->arena, k) : key_ds(w->arena, z->name, k, z->ds_digests.at[d]);
		list_push(w->arena, &out->anchors, a);
	}
}

static void anchor_of_zone(struct world *w, const struct lab_zone *z, const struct lab_anchor *how,
			   struct setup *out)
{
	lab_keys keys = { 0 };
	keys_base(w, z, &keys);
	for (uint32_t i = 0; i < keys.n; i++) {
		struct lab_key k = keys.at[i];
		if (!k.is_ksk)
			continue;
		if (how->key_id != NULL)
			k = key_make(w, z, k.algorithm, true, k.is_zsk, how->key_id);
		anchor_of_key(w, z, &k, how->as_dnskey, out);
	}
}

static void anchors_of(struct world *w, struct setup *out)
{
	const struct lab_zone *root = world_zone(w, name_root);
	if (w->no_anchor)
		return;
	if (w->anchors.n == 0 && root != NULL && root->is_signed)
		anchor_of_zone(w, root, &(struct lab_anchor){ 0 }, out);
	for (uint32_t i = 0; i < w->anchors.n; i++) {
		const struct lab_anchor *a = &w->anchors.at[i];
		const struct lab_zone *z = a->is_raw ? NULL : world_zone(w, a->zone);
		if (a->is_raw)
			list_push(w->arena, &out->anchors,
				  (struct anchor){ a->rr.owner, a->rr.type, a->rr.rd });
		else if (z != NULL)
			anchor_of_zone(w, z, a, out);
	}
}

void world_setup(struct world *w, struct setup *out)
{
	*out = (struct setup){
		.depth = w->depth,
		.use_ipv4 = w->use_ipv4,
		.use_ipv6 = w->use_ipv6,
		.port = 53,
		.addr_allowed = w->addr_allowed,
		.budget_questions = w->budget_questions,
		.budget_wall_ms = w->budget_wall_ms,
	};
	hints_of(w, out);
	anchors_of(w, out);
	for (uint32_t i = 0; i < w->resolvers.n; i++)
		list_push(w->arena, &out->resolvers, w->resolvers.at[i].addr);
}

const char *world_hints_text(struct world *w)
{
	struct setup s;
	struct text out;
	char addr[ADDR_TEXT_MAX];
	world_setup(w, &s);
	text_init(&out, w->arena);
	for (uint32_t i = 0; i < s.hints.n; i++)
		if (i == 0 || !name_equal(s.hints.at[i].name, s.hints.at[i - 1].name))
			text_addf(&out, ".\t3600000\tIN\tNS\t%s\n", name_text(w->arena, s.hints.at[i].name));
	for (uint32_t i = 0; i < s.hints.n; i++)
		text_addf(&out, "%s\t3600000\tIN\t%s\t%s\n", name_text(w->arena, s.hints.at[i].name),
			  s.hints.at[i].addr.family == 4 ? "A" : "AAAA",
			  addr_text(&s.hints.at[i].addr, addr));
	return out.at;
}

const char *world_anchors_text(struct world *w)
{
	struct setup s;
	struct text out;
	world_setup(w, &s);
	text_init(&out, w->arena);
	text_add(&out, "");
	for (uint32_t i = 0; i < s.anchors.n; i++) {
		const struct anchor *a = &s.anchors.at[i];
		text_addf(&out, "%s\n", rr_text(w->arena, a->owner, CLASS_IN, 3600, a->type, a->rd));
	}
	return out.at;
}
