/* The fingerprint: what all servers together say, as sets, so that a name server that was asked once more or once less does not
 * change it, nor the order of answers, nor who was quicker. */
#include "foresee/snapshot_words.h"
#include "crypto/crypto.h"
#include <stdlib.h>
#include <string.h>

typedef LIST(const char *) facts;

static void add_facts_of_parent(struct arena *a, facts *f, const struct snap_parent *p)
{
	if (p->asked && !p->answered)
		list_push(a, f, arena_printf(a, "silent parent %s", p->name));
	if (p->ds_known && !p->ds.n)
		list_push(a, f, "no ds");
	if (p->ns_known && !p->ns.n)
		list_push(a, f, "no ns");
	if (p->ds.n)
		list_push(a, f, arena_printf(a, "ds ttl %u", (unsigned)p->ds_ttl));
	if (p->ns.n)
		list_push(a, f, arena_printf(a, "parent ns ttl %u", (unsigned)p->ns_ttl));
	for (uint32_t i = 0; i < p->ds.n; i++) {
		const struct snap_ds *d = &p->ds.at[i];
		list_push(a, f,
			  arena_printf(a, "ds %u %u %u %s %d", d->tag, d->algorithm, d->digest_type, d->digest, d->matched));
	}
	for (uint32_t i = 0; i < p->ns.n; i++)
		list_push(a, f, arena_printf(a, "parent ns %s", p->ns.at[i]));
	for (uint32_t i = 0; i < p->glue.n; i++)
		list_push(a, f, arena_printf(a, "glue %s", p->glue.at[i]));
}

static void add_facts_of_server(struct arena *a, facts *f, const struct snap_server *v)
{
	char where[ADDR_TEXT_MAX];
	addr_text(&v->addr, where);
	for (uint32_t i = 0; i < v->names.n; i++)
		list_push(a, f, arena_printf(a, "server %s %s", v->names.at[i], where));
	if (v->asked)
		list_push(a, f, arena_printf(a, "%s %s", !v->answered ? "silent" : v->authoritative ? "serves" : "lame", where));
	if (v->tcp_known)
		list_push(a, f, arena_printf(a, "%s %s", v->tcp_ok ? "tcp" : "no tcp", where));
	if (v->dnskey_known && !v->has_dnskey)
		list_push(a, f, "no dnskey");
	if (v->has_dnskey)
		list_push(a, f, arena_printf(a, "dnskey ttl %u", (unsigned)v->dnskey_ttl));
	if (v->ns_known)
		list_push(a, f, arena_printf(a, "child ns ttl %u", (unsigned)v->ns_ttl));
	for (uint32_t i = 0; i < v->keys.n; i++) {
		const struct snap_key *k = &v->keys.at[i];
		list_push(a, f,
			  arena_printf(a, "key %s%s%s", k->hash, k->signs_keys ? " keys" : "", k->signs_data ? " data" : ""));
	}
	for (uint32_t i = 0; i < v->ns.n; i++)
		list_push(a, f, arena_printf(a, "child ns %s", v->ns.at[i]));
	for (uint32_t i = 0; i < v->cds.n; i++)
		list_push(a, f, arena_printf(a, "cds %s", v->cds.at[i]));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *snapshot_fingerprint(struct arena *a, const struct snapshot *s)
{
	facts f = { 0 };
	struct text t, out;
	uint8_t sum[32];
	text_init(&t, a);
	text_init(&out, a);
	text_addf(&t, "%s %s %s %s\n", s->zone, verdict_id(s->word), status_text(s->security), s->finding);
	for (uint32_t i = 0; i < s->parents.n; i++)
		add_facts_of_parent(a, &f, &s->parents.at[i]);
	for (uint32_t i = 0; i < s->servers.n; i++)
		add_facts_of_server(a, &f, &s->servers.at[i]);
	if (f.n)
		qsort(f.at, f.n, sizeof *f.at, by_text);
	for (uint32_t i = 0; i < f.n; i++)
		if (!i || strcmp(f.at[i - 1], f.at[i]))
			text_addf(&t, "%s\n", f.at[i]);
	crypto_sha256((struct octets){ (const uint8_t *)t.at, t.len }, sum);
	for (size_t i = 0; i < sizeof sum; i++)
		text_addf(&out, "%02x", sum[i]);
	return out.at;
}
