/* What a zone wants to know of its own servers. DNSKEY at once, and DS where a referral told nothing of
 * it: resolvers ask these. All the rest is extra: it waits until the main chain has passed and the server
 * has shown that it lives, so it neither delays nor costs anything where a server is dead. */
#include "walk/inside.h"
#include "crypto/crypto.h"
#include <stdio.h>

enum { NARROW_SERVERS = 2, OWN_ADDRESS_SERVERS = 2, NODATA_SERVERS = 2 };
struct server_list { uint32_t n; struct server *at[LIMIT_ADDRS_PER_ZONE]; };

bool extras_open(const struct walk *w, const struct zone *z)
{
	if (w->e->setup.depth == DEPTH_QUICK || !z->on_path || w->tree.legs.n == 0)
		return false;
	if (w->e->setup.depth == DEPTH_WATCH)
		return zone_is_question_s(w, z);
	struct leg *question = w->tree.legs.at[0];
	return question->end != LEG_OPEN || path_of(question)->over_budget;
}

static bool gave_something(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		if (l->kind == LOOK_QUESTION && l->m != NULL &&
		    (l->m->rcode == RCODE_NOERROR || l->m->rcode == RCODE_NXDOMAIN))
			return true;
	}
	return false;
}

static void want_keys(struct walk *w, struct zone *z)
{
	const struct leg *question = w->tree.legs.at[0];
	bool wide = zone_is_wide(w, z);
	uint32_t limit = zone_ask_limit(w, z), asked = 0;
	for (uint32_t i = 0; i < z->servers.n && i < limit; i++) {
		struct server *s = z->servers.at[i];
		if (!wide && (asked == NARROW_SERVERS || !gave_something(s)))
			continue;
		look_want(w, s, LOOK_DNSKEY, z->name, TYPE_DNSKEY, false);
		/* Nothing else would be asked: who drops just this type must not look dead. */
		if (question->zone == z && question->type == TYPE_DNSKEY)
			look_want(w, s, LOOK_SOA, z->name, TYPE_SOA, true);
		asked++;
	}
}

/* Main where nothing was said of DS and the parent may be signed, or the child is (BIND goes up from its signatures); else a
 * second opinion. */
static bool ds_is_needed(const struct zone *z, const struct zone *cut, const struct server *s)
{
	bool is_signed = ground_of((struct zone *)z)->has_keys || ground_of((struct zone *)cut)->serves_keys;
	for (uint32_t i = 0; i < cut->views.n; i++)
		if (cut->views.at[i].parent == s && cut->views.at[i].referral != NULL)
			return view_lacks_ds(&cut->views.at[i]) && is_signed;
	return gave_something(s);
}

static void want_ds(struct walk *w, struct zone *z, struct zone *cut)
{
	bool wide = zone_is_wide(w, cut) && w->e->setup.depth != DEPTH_WATCH, extras = extras_open(w, cut);
	uint32_t limit = zone_ask_limit(w, z), asked = 0;
	for (uint32_t i = 0; i < z->servers.n && i < limit; i++) {
		struct server *s = z->servers.at[i];
		bool needed = ds_is_needed(z, cut, s);
		if (wide ? !needed && !(extras && endpoint_alive(post_of(s)->e))
			 : !needed || asked == NARROW_SERVERS)
			continue;
		struct look *l = look_want(w, s, LOOK_DS, cut->name, TYPE_DS, !needed);
		zone_view(w, cut, s)->ds = l;
		asked++;
	}
}

/* The same made-up name for the same question, so that replay asks it again; unlikely to exist or to be
 * cached. Its capital letters show who does not send a question back as it was (RFC 5452 9.1, draft-vixie-dnsext-dns0x20). */
static const uint8_t *made_up_name(struct walk *w, const struct zone *z)
{
	uint8_t sum[32];
	char label[32];
	crypto_sha256((struct octets){ w->secret, sizeof w->secret }, sum);
	int len = snprintf(label, sizeof label, "DNSvigil-Probe-%02x%02x%02x%02x", sum[0], sum[1], sum[2],
			   sum[3]);
	return name_prepend(w->arena, label, (uint8_t)len, z->name);
}

/* What the zone itself says of its name servers' addresses, to be compared with the glue: each name at one
 * server (two for the question's own zone), another one for each name. */
static void want_own_addresses(struct walk *w, struct zone *z, const struct server_list *alive, uint8_t times)
{
	for (uint32_t i = 0; i < z->ns.n && i < LIMIT_NS_ASKED; i++) {
		struct host *h = host_of(z->ns.at[i]);
		for (; h->n.glue_needed && h->own_asked < times && h->own_asked < alive->n; h->own_asked++) {
			struct server *s = alive->at[(i + h->own_asked) % alive->n];
			look_want(w, s, LOOK_QUESTION, h->n.name, TYPE_A, true);
			look_want(w, s, LOOK_QUESTION, h->n.name, TYPE_AAAA, true);
		}
	}
}

static void want_extras(struct walk *w, struct zone *z, struct server *s, const uint8_t *made_up)
{
	look_want(w, s, LOOK_NS, z->name, TYPE_NS, true);
	if (z->parent == NULL && zone_ask_limit(w, z) == LIMIT_ANCESTOR_ADDRS)
		return;                 /* an ancestor above the parent: its keys and names are enough */
	look_want(w, s, LOOK_SOA, z->name, TYPE_SOA, true);
	bool often = w->e->setup.depth == DEPTH_WATCH;
	if (!often)
		look_want(w, s, LOOK_TCP, z->name, TYPE_SOA, true);
	if (made_up == NULL)
		return;
	look_want(w, s, LOOK_NXNAME, made_up, TYPE_A, true);
	look_want(w, s, LOOK_CDS, z->name, TYPE_CDS, true);
	if (!often)
		look_want(w, s, LOOK_CDNSKEY, z->name, TYPE_CDNSKEY, true);
}

/* Below the apex nobody asks for what is not there; the denial record of the name shows all types of it, or hides some from
 * resolvers that keep it (RFC 8198). LOC (RFC 1876) every server knows and hardly a name has. The apex shows itself by CDS. */
static void want_nodata(struct walk *w, struct zone *z, const struct server_list *alive)
{
	for (uint32_t i = 0; i < w->tree.legs.n; i++) {
		const struct leg *l = w->tree.legs.at[i];
		bool data = l->zone == z && l->end == LEG_ANSWERED && path_of((struct leg *)l)->answer == MEANS_DATA;
		if (l->depth > 0 || !data || !ground_of(z)->has_keys || name_equal(l->name, z->name) || l->type == TYPE_LOC)
			continue;
		for (uint32_t k = 0; k < alive->n && k < NODATA_SERVERS; k++)
			look_want(w, alive->at[k], LOOK_NODATA, l->name, TYPE_LOC, true);
	}
}

void zone_advance(struct walk *w, struct zone *z)
{
	if (!ground_of(z)->visited && !z->on_path)
		return;
	want_keys(w, z);
	for (uint32_t i = 0; i < w->tree.zones.n; i++) {
		struct zone *cut = w->tree.zones.at[i];
		if (cut->parent == z && (cut->on_path || ground_of(cut)->visited))
			want_ds(w, z, cut);
	}
	if (!extras_open(w, z))
		return;
	const struct leg *question = w->tree.legs.at[0];
	bool last = question->zone == z && question->end != LEG_OPEN;
	const uint8_t *made_up = last ? made_up_name(w, z) : NULL;
	uint32_t limit = zone_ask_limit(w, z);
	struct server_list alive = { 0 };
	for (uint32_t i = 0; i < z->servers.n && i < limit; i++) {
		struct server *s = z->servers.at[i];
		if (s->forbidden || !endpoint_alive(post_of(s)->e))
			continue;
		want_extras(w, z, s, made_up);
		alive.at[alive.n++] = s;
	}
	if (z->parent != NULL && w->e->setup.depth != DEPTH_WATCH)
		want_own_addresses(w, z, &alive, last ? OWN_ADDRESS_SERVERS : 1);
	want_nodata(w, z, &alive);
	if (last && w->e->setup.depth != DEPTH_WATCH)
		want_beside(w, z, alive.at, alive.n);
}
