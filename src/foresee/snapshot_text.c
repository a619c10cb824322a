/* The text of a snapshot: one fact a line. snapshot_read.c reads exactly this. */
#include "foresee/snapshot_words.h"
#include "foresee/snapshot.h"
#include "dns/text.h"

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

/* A line of one server begins with its address. */
static void begin(struct text *out, const char *who, const struct addr *addr)
{
	char where[ADDR_TEXT_MAX];
	text_addf(out, "%s %s ", who, addr_port_text(addr, where));
}

static void add_sig(struct text *out, const struct snap_sig *g)
{
	char from[WALL_TEXT_MAX], until[WALL_TEXT_MAX];
	text_addf(out, "sig %u %u %s %s %u %s %s\n", g->tag, g->algorithm, snap_wall(g->inception, from),
		  snap_wall(g->expiration, until), (unsigned)g->ttl, g->good ? "good" : "bad", g->rrset);
}

static void add_parent(struct text *out, const struct snap_parent *p)
{
	begin(out, "parent", &p->addr);
	text_addf(out, "is %s", or_dash(p->name));
	snap_flags_add(out, snap_parent_flags, SNAP_PARENT_FLAGS, p);
	text_add(out, "\n");
	begin(out, "parent", &p->addr);
	text_addf(out, "ttl %u %u %u\n", (unsigned)p->ds_ttl, (unsigned)p->ns_ttl, (unsigned)p->neg_ttl);
	for (uint32_t i = 0; i < p->ds.n; i++) {
		const struct snap_ds *d = &p->ds.at[i];
		begin(out, "parent", &p->addr);
		text_addf(out, "ds %u %u %u %s%s\n", d->tag, d->algorithm, d->digest_type, or_dash(d->digest),
			  d->matched ? " matched" : "");
	}
	for (uint32_t i = 0; i < p->ns.n; i++) {
		begin(out, "parent", &p->addr);
		text_addf(out, "ns %s\n", p->ns.at[i]);
	}
	for (uint32_t i = 0; i < p->glue.n; i++) {
		begin(out, "parent", &p->addr);
		text_addf(out, "glue %s\n", p->glue.at[i]);
	}
}

static void add_key(struct text *out, const struct snap_key *k)
{
	text_addf(out, "key %u %u %u %s %s", k->tag, k->flags, k->algorithm, k->hash, or_dash(k->ds_sha256));
	snap_flags_add(out, snap_key_flags, SNAP_KEY_FLAGS, k);
	text_add(out, "\n");
}

static void add_server(struct text *out, struct arena *a, const struct snap_server *v)
{
	begin(out, "server", &v->addr);
	text_addf(out, "is %s", rcode_text(a, v->rcode));
	snap_flags_add(out, snap_server_flags, SNAP_SERVER_FLAGS, v);
	text_add(out, "\n");
	begin(out, "server", &v->addr);
	text_addf(out, "ttl %u %u %u\n", (unsigned)v->dnskey_ttl, (unsigned)v->ns_ttl, (unsigned)v->data_ttl);
	if (v->has_serial) {
		begin(out, "server", &v->addr);
		text_addf(out, "soa %u %u %u %u %u %u\n", (unsigned)v->serial, (unsigned)v->refresh, (unsigned)v->retry,
			  (unsigned)v->expire, (unsigned)v->minimum, (unsigned)v->soa_ttl);
	}
	for (uint32_t i = 0; i < v->names.n; i++) {
		begin(out, "server", &v->addr);
		text_addf(out, "name %s\n", v->names.at[i]);
	}
	for (uint32_t i = 0; i < v->ns.n; i++) {
		begin(out, "server", &v->addr);
		text_addf(out, "ns %s\n", v->ns.at[i]);
	}
	for (uint32_t i = 0; i < v->keys.n; i++) {
		begin(out, "server", &v->addr);
		add_key(out, &v->keys.at[i]);
	}
	for (uint32_t i = 0; i < v->cds.n; i++) {
		begin(out, "server", &v->addr);
		text_addf(out, "cds %s\n", v->cds.at[i]);
	}
	for (uint32_t i = 0; i < v->sigs.n; i++) {
		begin(out, "server", &v->addr);
		add_sig(out, &v->sigs.at[i]);
	}
}

void snapshot_text(const struct snapshot *s, struct text *out)
{
	char at[WALL_TEXT_MAX], breaks[WALL_TEXT_MAX];
	text_addf(out, SNAPSHOT_VERSION "\nzone %s\nat %s\nverdict %s %s %s\nbreaks %s\n", s->zone, snap_wall(s->at, at),
		  verdict_id(s->word), status_text(s->security), or_dash(s->finding), snap_wall(s->breaks_at, breaks));
	for (uint32_t i = 0; i < s->parents.n; i++)
		add_parent(out, &s->parents.at[i]);
	for (uint32_t i = 0; i < s->servers.n; i++)
		add_server(out, out->arena, &s->servers.at[i]);
	for (uint32_t i = 0; i < s->above.n; i++) {
		text_add(out, "above ");
		add_sig(out, &s->above.at[i]);
	}
	text_add(out, "end\n");
}
