/* rollover -- is a change a step of a roll in proper order (RFC 7583, RFC 6781 4.1; INCIDENTS.md 2.2)? A step is in order when no
 * cache can hold a mix that fails by it, which the time machine says, and when what has to come before it did come: published,
 * then in the DS, then the old one out. Everything else is news for somebody: NS and DS that changed without the keys' consent. */
#include "foresee/inside.h"
#include <stdio.h>
#include <string.h>

struct order {
	struct arena *a;
	const struct history *h;
	const struct snapshot *s;
	const struct tm_past *past;
	const struct tm_world *w;
	int64_t now;
	bool doomed;
};

static bool because(struct change *c, bool expected, const char *why)
{
	c->why = why;
	return expected;
}

static const char *for_so_long(struct order *o, int64_t since)
{
	char text[WALL_TEXT_MAX];
	return arena_text(o->a, distance_text(o->now - since, text));
}

static const char *ttl_words(struct order *o, uint32_t ttl)
{
	char text[WALL_TEXT_MAX];
	return arena_text(o->a, distance_text(ttl, text));
}

/* ---- what is and was ---- */

static key_set keys_of(const struct order *o, const struct change *c)
{
	key_set keys = 0;
	for (unsigned i = 0; i < o->past->n_keys; i++)
		if (o->past->keys[i].tag == c->tag && o->past->keys[i].algorithm == c->algorithm)
			keys |= (key_set)1 << i;
	return keys;
}

static bool current(const struct order *o, const struct tm_zone *z)
{
	return z->to_s == INT64_MAX && tm_current_provider(o->w, z->provider);
}

/* Every zone served now has and uses one of these keys for DNSKEY. */
static bool all_sign_keys(const struct order *o, key_set keys)
{
	bool any = false;
	for (uint32_t i = 0; i < o->w->zones.n; i++) {
		const struct tm_zone *z = &o->w->zones.at[i];
		if (!current(o, z))
			continue;
		if (!(z->published & z->sign_keys & keys))
			return false;
		any = true;
	}
	return any;
}

static key_set ds_now(const struct order *o)
{
	key_set keys = 0;
	for (uint32_t i = 0; i < o->w->ds.n; i++)
		if (o->w->ds.at[i].to_s == INT64_MAX)
			keys |= o->w->ds.at[i].keys;
	return keys;
}

static bool any_ds_now(const struct order *o)
{
	for (uint32_t i = 0; i < o->w->ds.n; i++)
		if (o->w->ds.at[i].to_s == INT64_MAX && !o->w->ds.at[i].absent)
			return true;
	return false;
}

/* The last moment at which a DS of these keys was seen, and its TTL; INT64_MIN: never. */
static int64_t ds_gone_since(const struct order *o, key_set keys, uint32_t *ttl)
{
	int64_t gone = INT64_MIN;
	for (uint32_t i = 0; i < o->w->ds.n; i++)
		if ((o->w->ds.at[i].keys & keys) && o->w->ds.at[i].to_s > gone) {
			gone = o->w->ds.at[i].to_s;
			*ttl = o->w->ds.at[i].ttl_s;
		}
	return gone;
}

static int64_t ds_since(const struct order *o, key_set keys)
{
	int64_t since = INT64_MAX;
	for (uint32_t i = 0; i < o->w->ds.n; i++)
		if ((o->w->ds.at[i].keys & keys) && o->w->ds.at[i].from_s < since)
			since = o->w->ds.at[i].from_s;
	return since;
}

static int64_t published_since(const struct order *o, key_set keys, uint32_t *ttl)
{
	int64_t since = INT64_MAX;
	*ttl = 0;
	for (uint32_t i = 0; i < o->w->zones.n; i++) {
		const struct tm_zone *z = &o->w->zones.at[i];
		if ((z->published & keys) && z->from_s < since)
			since = z->from_s;
		*ttl = z->dnskey_ttl_s > *ttl ? z->dnskey_ttl_s : *ttl;
	}
	return since;
}

/* The last moment at which one of them was seen to sign data; INT64_MIN: never. */
static int64_t signed_data_until(const struct order *o, key_set keys)
{
	int64_t until = INT64_MIN;
	for (uint32_t i = 0; i < o->w->zones.n; i++)
		if ((o->w->zones.at[i].sign_data & keys) && o->w->zones.at[i].to_s > until)
			until = o->w->zones.at[i].to_s;
	return until;
}

static uint32_t data_ttl(const struct order *o)
{
	uint32_t ttl = 0;
	for (uint32_t i = 0; i < o->s->servers.n; i++)
		ttl = o->s->servers.at[i].data_ttl > ttl ? o->s->servers.at[i].data_ttl : ttl;
	return ttl;
}

static bool signed_by_this_alone(const struct order *o, key_set keys)
{
	for (uint32_t i = 0; i < o->w->zones.n; i++) {
		const struct tm_zone *z = &o->w->zones.at[i];
		if (current(o, z) && z->sign_data && !(z->sign_data & ~keys) && (z->published & ~keys))
			return true;
	}
	return false;
}

/* ---- keys ---- */

static bool key_added(struct order *o, struct change *c)
{
	key_set keys = keys_of(o, c);
	uint32_t ttl;
	if (!keys)
		return false;
	if (keys & (keys - 1))
		return because(c, false, "another key has or had this tag");
	if (o->doomed && signed_by_this_alone(o, keys)) {
		(void)published_since(o, keys, &ttl);
		return because(c, false, arena_printf(o->a, "it signs data at once, while caches hold DNSKEY without it for %s",
							 ttl_words(o, ttl)));
	}
	if (ds_now(o) & keys)
		return because(c, true, arena_printf(o->a, "its DS was seen for %s", for_so_long(o, ds_since(o, keys))));
	return because(c, true, "the first step of a roll: published before anything depends on it");
}

static bool key_role(struct order *o, struct change *c)
{
	uint32_t ttl;
	int64_t since = published_since(o, keys_of(o, c), &ttl);
	if (since == INT64_MAX)
		return false;
	if (o->doomed)
		return because(c, false, arena_printf(o->a, "published for %s only, while DNSKEY is held for %s",
							 for_so_long(o, since), ttl_words(o, ttl)));
	return because(c, true, arena_printf(o->a, "published for %s, DNSKEY TTL %s", for_so_long(o, since), ttl_words(o, ttl)));
}

static bool key_removed(struct order *o, struct change *c)
{
	key_set keys = keys_of(o, c);
	uint32_t ttl = 0, data = data_ttl(o);
	int64_t gone = ds_gone_since(o, keys, &ttl), signed_until = signed_data_until(o, keys);
	if (!keys)
		return false;
	if (o->doomed)
		return because(c, false, gone == INT64_MIN ? "caches still hold what depends on it"
							      : arena_printf(o->a, "caches hold the DS that names it for %s",
									     ttl_words(o, ttl)));
	if (signed_until != INT64_MIN && o->now - signed_until < (int64_t)data)
		return because(c, false, arena_printf(o->a, "signatures by it are in caches for %s", ttl_words(o, data)));
	if (gone == INT64_MIN)
		return because(c, true, "no DS named it, and nothing depends on it any more");
	if (gone != INT64_MAX)
		return because(c, true, arena_printf(o->a, "its DS is gone for %s, TTL %s has passed", for_so_long(o, gone),
							ttl_words(o, ttl)));
	if (all_sign_keys(o, ds_now(o)))
		return because(c, true, arena_printf(o->a, "the DS of another key was seen for %s, TTL %s has passed",
							for_so_long(o, ds_since(o, ds_now(o) & ~keys)), ttl_words(o, ttl)));
	return because(c, false, "the DS still names it, and no other key");
}

static bool has_algorithm(const struct order *o, key_set keys, uint8_t algorithm)
{
	for (unsigned i = 0; i < o->past->n_keys; i++)
		if ((keys & (key_set)1 << i) && o->past->keys[i].algorithm == algorithm)
			return true;
	return false;
}

/* RFC 6781 4.1.4, the conservative order: a DS only when keys and signatures are everywhere, keys out only after the DS. */
static bool algorithm(struct order *o, struct change *c)
{
	key_set served = 0;
	for (uint32_t i = 0; i < o->w->zones.n; i++)
		served |= current(o, &o->w->zones.at[i]) ? o->w->zones.at[i].published : 0;
	if (o->doomed)
		return because(c, false, "caches still hold DS or keys of another algorithm");
	for (uint32_t i = 0; i < o->w->ds.n; i++)
		for (unsigned k = 0; k < o->past->n_keys; k++) {
			const struct tm_ds *d = &o->w->ds.at[i];
			uint8_t number = o->past->keys[k].algorithm;
			if (!(d->keys & (key_set)1 << k) || has_algorithm(o, served, number) ||
			    after_s(d->to_s, d->ttl_s) <= o->now)
				continue;
			return because(c, false, arena_printf(o->a, "caches hold a DS of algorithm %u, which the zone has no more",
								 number));
		}
	return because(c, true, "every DS that caches hold is of an algorithm that the zone still has");
}

/* ---- DS ---- */

static bool ds_added(struct order *o, struct change *c)
{
	uint32_t ttl;
	key_set keys = keys_of(o, c), others = ds_now(o) & ~keys;
	int64_t since = published_since(o, keys, &ttl);
	bool beside = others && all_sign_keys(o, others);
	if (o->doomed)
		return because(c, false, "caches still hold keys or DS that do not fit it");
	if (keys && all_sign_keys(o, keys) && (beside || o->now - since >= (int64_t)ttl))
		return because(c, true, arena_printf(o->a, "its key was published for %s, DNSKEY TTL %s", for_so_long(o, since),
							ttl_words(o, ttl)));
	if (keys && all_sign_keys(o, keys))
		return because(c, false, arena_printf(o->a, "its key was published for %s only, DNSKEY TTL %s",
							 for_so_long(o, since), ttl_words(o, ttl)));
	if (beside && has_algorithm(o, others, c->algorithm))
		return because(c, true, "it stands beside one that holds; its key is to follow");
	return because(c, false, "no key that signs DNSKEY at every server fits it");
}

static bool ds_removed(struct order *o, struct change *c)
{
	if (o->doomed || !all_sign_keys(o, ds_now(o)))
		return because(c, false, "the DS that is left names no key that signs DNSKEY at every server");
	return because(c, true, arena_printf(o->a, "the DS of %s stands, seen for %s", tm_key_words(o->a, o->past, ds_now(o)),
						for_so_long(o, ds_since(o, ds_now(o)))));
}

static bool wants_delete(const struct snapshot *s)
{
	bool any = false;
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct snap_server *v = &s->servers.at[i];
		if (!v->cds_known)
			continue;
		if (v->cds.n != 1 || strcmp(v->cds.at[0], "0 0 0 00"))
			return false;
		any = true;
	}
	return any;
}

static bool ds_vanished(struct order *o, struct change *c)
{
	const struct past *before = &o->h->pasts.at[o->h->pasts.n - 2];
	if (o->doomed || !wants_delete(before->s))
		return because(c, false, "the zone did not ask for it by CDS");
	return because(c, true, arena_printf(o->a, "the zone asked for it by CDS at least %s ago", for_so_long(o, before->from.s)));
}

/* ---- the zone as a whole ---- */

static bool went_unsigned(struct order *o, struct change *c)
{
	uint32_t ttl = 0;
	int64_t gone = ds_gone_since(o, ~(key_set)0, &ttl);
	if (o->doomed || any_ds_now(o))
		return because(c, false, "caches still hold its DS or keys: wait both TTLs after the DS has gone");
	if (gone == INT64_MIN)
		return because(c, true, "it has had no DS for longer than caches hold one");
	return because(c, true, arena_printf(o->a, "the DS is gone for %s, its TTL and that of DNSKEY have passed",
						for_so_long(o, gone)));
}

static bool went_signed(struct order *o, struct change *c)
{
	if (any_ds_now(o))
		return because(c, false, "a DS was there before the keys");
	return because(c, true, "the first step: signed, before there is a DS");
}

static bool same_names(const struct snap_parent *p, const struct snap_server *v)
{
	for (uint32_t i = 0; i < p->ns.n; i++) {
		bool found = false;
		for (uint32_t k = 0; k < v->ns.n && !found; k++)
			found = !strcmp(p->ns.at[i], v->ns.at[k]);
		if (!found)
			return false;
	}
	return p->ns.n == v->ns.n;
}

/* Parent and child tell the same NS, as far as they tell. */
static bool ns_agree(const struct snapshot *s)
{
	for (uint32_t p = 0; p < s->parents.n; p++)
		for (uint32_t i = 0; s->parents.at[p].ns_known && i < s->servers.n; i++)
			if (s->servers.at[i].ns_known && !same_names(&s->parents.at[p], &s->servers.at[i]))
				return false;
	return true;
}

/* In an unsigned zone nothing shows whether those who ask for the change are those who may. */
static bool ns_changed(struct order *o, struct change *c)
{
	if (!any_ds_now(o) || !all_sign_keys(o, ds_now(o)))
		return because(c, false, "no DS vouches for the new servers");
	if (o->doomed)
		return because(c, false, "the new servers have other keys, and caches hold those of before");
	if (!ns_agree(o->s))
		return because(c, false, "parent and zone name different servers");
	return because(c, true, "every server has keys that the DS names, and parent and zone name the same servers");
}

static bool cds_changed(struct order *o, struct change *c)
{
	for (uint32_t i = 0; i < o->s->servers.n; i++)
		for (uint32_t k = 0; k < o->s->servers.at[i].cds.n; k++) {
			unsigned tag, number;
			struct change wish = { 0 };
			if (sscanf(o->s->servers.at[i].cds.at[k], "%u %u", &tag, &number) != 2)
				return false;
			wish.tag = (uint16_t)tag;
			wish.algorithm = (uint8_t)number;
			if (!all_sign_keys(o, keys_of(o, &wish)))
				return because(c, false, "it names a key that does not sign DNSKEY at every server");
		}
	return because(c, true, "the keys that it names sign DNSKEY at every server");
}

typedef bool rule_fn(struct order *o, struct change *c);
static rule_fn *const rules[CHANGE_KINDS] = {
	[CHANGE_KEY_ADDED] = key_added,	      [CHANGE_KEY_ROLE] = key_role,	    [CHANGE_KEY_REMOVED] = key_removed,
	[CHANGE_ALGORITHM] = algorithm,	      [CHANGE_DS_ADDED] = ds_added,	    [CHANGE_DS_REMOVED] = ds_removed,
	[CHANGE_DS_VANISHED] = ds_vanished,   [CHANGE_UNSIGNED] = went_unsigned,    [CHANGE_SIGNED] = went_signed,
	[CHANGE_NS_PARENT] = ns_changed,      [CHANGE_NS_CHILD] = ns_changed,	    [CHANGE_CDS] = cds_changed,
};

void rollover_explain(struct arena *a, const struct history *h, changes *c)
{
	if (h->pasts.n < 2)
		return;
	struct order o = { .a = a, .h = h, .s = history_now(h), .now = h->pasts.at[h->pasts.n - 1].from.s };
	struct wall now = { o.now };
	o.past = tm_past_make(a, h, now, true);
	o.w = &o.past->world;
	o.doomed = tm_doomed(a, o.past, now);
	for (uint32_t i = 0; i < c->n; i++)
		if (rules[c->at[i].kind])
			c->at[i].expected = rules[c->at[i].kind](&o, &c->at[i]);
}
