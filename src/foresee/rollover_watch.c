/* rollover_watch -- what a roll of keys needs besides waiting: an eye on it while it is under way, a tag that no other key has or
 * had (.ru 2024, .de 2026), TTLs that are still those the timers were set for (.nz 2023), and a roll when the habit wants one. */
#include "foresee/inside.h"
#include "dns/types.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

enum {
	DAY_S = 86400,
	NEW_FOR_S = 30 * DAY_S,         /* a key is new so long */
	CLOSE_MIN_S = 2 * DAY_S,        /* a roll is watched closely at least so long after each step */
	TTL_NEWS_S = 7 * DAY_S,
	TTL_GROWN_MIN_S = 60,           /* and a tenth */
	ROLLS_KNOWN = 2,                /* intervals before they are a habit */
	KEYS_MAX = 128,                 /* of a whole history: the oldest are forgotten */
};

struct life {                   /* of one key */
	const struct snap_key *key;     /* as it is now, or was last */
	int64_t first, last;            /* first and last time it was seen */
	bool always;                    /* in the first past already: older than our memory */
	bool present, signed_keys, signed_data;
};
struct lives {
	struct life at[KEYS_MAX];
	unsigned n;
};
struct rolling {
	struct arena *a;
	const struct history *h;
	const struct snapshot *s;
	int64_t now;
	struct lives lives;
	uint32_t ds_ttl, key_ttl;
};

/* ---- the lives of the keys ---- */

static struct life *life_of(struct lives *l, const struct snap_key *k)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->at[i].key->algorithm == k->algorithm && l->at[i].key->tag == k->tag && !strcmp(l->at[i].key->hash, k->hash))
			return &l->at[i];
	if (l->n == KEYS_MAX) {
		memmove(l->at, l->at + 1, (KEYS_MAX - 1) * sizeof *l->at);
		l->n--;
	}
	l->at[l->n] = (struct life){ .key = k, .first = INT64_MAX };
	return &l->at[l->n++];
}

static void live(struct rolling *r, uint32_t past, const struct snap_server *v)
{
	const struct past *p = &r->h->pasts.at[past];
	for (uint32_t i = 0; i < v->keys.n; i++) {
		struct life *l = life_of(&r->lives, &v->keys.at[i]);
		if (l->first == INT64_MAX) {
			l->first = p->from.s;
			l->always = past == 0;
		}
		l->key = &v->keys.at[i];
		l->last = p->to.s;
		l->present = past == r->h->pasts.n - 1;
		l->signed_keys |= v->keys.at[i].signs_keys;
		l->signed_data |= v->keys.at[i].signs_data;
	}
}

static void live_all(struct rolling *r)
{
	for (uint32_t i = 0; i < r->h->pasts.n; i++)
		for (uint32_t k = 0; k < r->h->pasts.at[i].s->servers.n; k++)
			live(r, i, &r->h->pasts.at[i].s->servers.at[k]);
}

/* ---- TTLs ---- */

static uint32_t ds_ttl_of(const struct snapshot *s)
{
	uint32_t ttl = 0;
	for (uint32_t i = 0; i < s->parents.n; i++)
		if (s->parents.at[i].ds.n && s->parents.at[i].ds_ttl > ttl)
			ttl = s->parents.at[i].ds_ttl;
	return ttl;
}

static uint32_t key_ttl_of(const struct snapshot *s)
{
	uint32_t ttl = 0;
	for (uint32_t i = 0; i < s->servers.n; i++)
		if (s->servers.at[i].has_dnskey && s->servers.at[i].dnskey_ttl > ttl)
			ttl = s->servers.at[i].dnskey_ttl;
	return ttl;
}

static void ttl_grew(struct rolling *r, uint16_t type, uint32_t now_ttl, uint32_t (*ttl_of)(const struct snapshot *),
		     struct outlook *out)
{
	char was[WALL_TEXT_MAX], is[WALL_TEXT_MAX];
	for (uint32_t i = r->h->pasts.n - 1; now_ttl && i-- > 0;) {
		uint32_t ttl = ttl_of(r->h->pasts.at[i].s);
		if (r->h->pasts.at[i].to.s < r->now - TTL_NEWS_S)
			return;
		if (!ttl || now_ttl < ttl + ttl / 10 || now_ttl - ttl < TTL_GROWN_MIN_S)
			continue;
		struct finding f = outlook_finding(r->a, r->h, FINDING_TTL_GREW);
		f.type = type;
		f.number = ttl;
		f.number2 = now_ttl;
		f.when = r->h->pasts.at[i].to;
		f.detail = arena_printf(r->a, "from %s to %s", distance_text(ttl, was), distance_text(now_ttl, is));
		outlook_tell(r->a, (struct wall){ r->now }, out, f);
		return;
	}
}

/* ---- tags ---- */

static void tag_collides(struct rolling *r, const struct life *new, struct outlook *out)
{
	char since[WALL_TEXT_MAX];
	for (unsigned i = 0; i < r->lives.n; i++) {
		const struct life *other = &r->lives.at[i];
		if (other == new || other->key->tag != new->key->tag || other->key->algorithm != new->key->algorithm ||
		    other->first > new->first)
			continue;
		struct finding f = outlook_finding(r->a, r->h, FINDING_NEW_KEY_TAG_COLLIDES);
		f.type = TYPE_DNSKEY;
		f.number = new->key->tag;
		f.algorithm = new->key->algorithm;
		f.when = (struct wall){ new->first };
		f.detail = arena_printf(r->a, "tag %u, algorithm %u, first seen %s; the other one is %s", new->key->tag,
					new->key->algorithm, wall_text((struct wall){ new->first }, since),
					other->present ? "still published" : "gone, but may be known to signers and caches");
		outlook_tell(r->a, (struct wall){ r->now }, out, f);
		return;
	}
}

/* ---- under way ---- */

static bool in_ds(const struct snapshot *s, const struct snap_key *k)
{
	for (uint32_t i = 0; i < s->parents.n; i++)
		for (uint32_t d = 0; d < s->parents.at[i].ds.n; d++) {
			const struct snap_ds *ds = &s->parents.at[i].ds.at[d];
			bool digest_known = ds->digest_type == 2 && *k->ds_sha256;
			if (ds->tag == k->tag && ds->algorithm == k->algorithm &&
			    (!digest_known || !strcmp(ds->digest, k->ds_sha256)))
				return true;
		}
	return false;
}

static const char *stage(const struct rolling *r, const struct life *l)
{
	bool sep = l->key->flags & 1;
	if (!l->key->signs_keys && !l->key->signs_data)
		return in_ds(r->s, l->key) ? "in the DS, signs nothing yet" : "published, signs nothing yet";
	if (!sep && !l->key->signs_keys)
		return "signs data";
	return in_ds(r->s, l->key) ? "signs, and is in the DS" : "signs, and its DS is still to come";
}

/* All DS that any parent server has, once each. */
static const char *ds_words(struct arena *a, const struct snapshot *s)
{
	struct text t;
	text_init(&t, a);
	for (uint32_t p = 0; p < s->parents.n; p++)
		for (uint32_t d = 0; d < s->parents.at[p].ds.n; d++) {
			const struct snap_ds *ds = &s->parents.at[p].ds.at[d];
			const char *word = arena_printf(a, "%u/%u/%s ", ds->tag, ds->algorithm, ds->digest);
			if (!strstr(t.at, word))
				text_add(&t, word);
		}
	return t.at;
}

/* The last moment at which a key came or went, or the DS of the zone changed; INT64_MIN: none that we saw. */
static int64_t last_step(const struct rolling *r)
{
	int64_t step = INT64_MIN;
	const char *ds = NULL;
	for (unsigned i = 0; i < r->lives.n; i++) {
		const struct life *l = &r->lives.at[i];
		if (!l->always && l->present && l->first > step)
			step = l->first;
		if (!l->present && l->last > step)
			step = l->last;
	}
	for (uint32_t i = 0; i < r->h->pasts.n; i++) {
		const char *then = ds_words(r->a, r->h->pasts.at[i].s);
		if (!*then)
			continue;
		if (ds && strcmp(ds, then) && r->h->pasts.at[i].from.s > step)
			step = r->h->pasts.at[i].from.s;
		ds = then;
	}
	return step;
}

static void in_flight(struct rolling *r, struct outlook *out)
{
	int64_t step = last_step(r), close = (int64_t)r->ds_ttl + r->key_ttl;
	char since[WALL_TEXT_MAX];
	struct text t;
	text_init(&t, r->a);
	if (step == INT64_MIN || r->now - step > (close > CLOSE_MIN_S ? close : CLOSE_MIN_S))
		return;
	for (unsigned i = 0; i < r->lives.n; i++) {
		const struct life *l = &r->lives.at[i];
		if (l->present && !l->always && r->now - l->first <= NEW_FOR_S)
			text_addf(&t, "%skey %u: %s", t.len ? "; " : "", l->key->tag, stage(r, l));
		else if (!l->present && r->now - l->last <= NEW_FOR_S)
			text_addf(&t, "%skey %u: gone", t.len ? "; " : "", l->key->tag);
	}
	struct finding f = outlook_finding(r->a, r->h, FINDING_ROLLOVER_IN_FLIGHT);
	f.type = TYPE_DNSKEY;
	f.when = (struct wall){ step };
	f.detail = arena_printf(r->a, "%s%slast step seen %s", t.at, t.len ? "; " : "",
				wall_text((struct wall){ step }, since));
	out->watch_closely = true;
	outlook_tell(r->a, (struct wall){ r->now }, out, f);
}

/* ---- age ---- */

static bool of_role(const struct life *l, bool keys)
{
	return keys ? l->signed_keys : l->signed_data && !l->signed_keys;
}

/* The longest time between two beginnings of such keys that we saw; 0: too few. *newest: the one in use now. */
static int64_t habit(const struct rolling *r, bool keys, const struct life **newest)
{
	int64_t longest = 0;
	unsigned intervals = 0;
	*newest = NULL;
	for (unsigned i = 0; i < r->lives.n; i++) {
		const struct life *l = &r->lives.at[i];
		if (!of_role(l, keys) || l->always)
			continue;
		if (*newest) {
			intervals++;
			longest = l->first - (*newest)->first > longest ? l->first - (*newest)->first : longest;
		}
		*newest = l;
	}
	return intervals < ROLLS_KNOWN || !(*newest)->present ? 0 : longest;
}

static void key_age(struct rolling *r, bool keys, struct outlook *out)
{
	const struct life *newest;
	int64_t longest = habit(r, keys, &newest);
	char age[WALL_TEXT_MAX], usual[WALL_TEXT_MAX];
	if (!longest || 4 * (r->now - newest->first) <= 5 * longest)
		return;
	struct finding f = outlook_finding(r->a, r->h, FINDING_KEY_AGE);
	f.type = TYPE_DNSKEY;
	f.number = newest->key->tag;
	f.algorithm = newest->key->algorithm;
	f.when = (struct wall){ newest->first };
	f.detail = arena_printf(r->a, "%s, first seen %s ago; so far a new one came after %s at the latest", keys ? "KSK" : "ZSK",
				distance_text(r->now - newest->first, age), distance_text(longest, usual));
	outlook_tell(r->a, (struct wall){ r->now }, out, f);
}

void outlook_rollover(struct arena *a, const struct history *h, struct wall at, struct outlook *out)
{
	struct rolling r = { .a = a, .h = h, .s = history_now(h), .now = history_seen(h, at).s };
	if (h->pasts.n < 2)
		return;
	live_all(&r);
	r.ds_ttl = ds_ttl_of(r.s);
	r.key_ttl = key_ttl_of(r.s);
	for (unsigned i = 0; i < r.lives.n; i++) {
		const struct life *l = &r.lives.at[i];
		if (l->present && !l->always && r.now - l->first <= NEW_FOR_S)
			tag_collides(&r, l, out);
	}
	in_flight(&r, out);
	ttl_grew(&r, TYPE_DS, r.ds_ttl, ds_ttl_of, out);
	ttl_grew(&r, TYPE_DNSKEY, r.key_ttl, key_ttl_of, out);
	key_age(&r, true, out);
	key_age(&r, false, out);
}
