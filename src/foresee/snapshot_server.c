/* What each of the zone's own servers says: serial, keys, signatures, NS, CDS. */
#include "foresee/making.h"
#include "base/limits.h"
#include "dns/text.h"
#include <string.h>

static const struct look *own_look(const struct making *k, const struct server *s, enum look_kind kind, uint16_t type)
{
	const struct look *l = server_look(s, kind, k->name, type);
	return look_answer(l) ? l : server_look(s, LOOK_QUESTION, k->name, type);
}

static const struct rrset *own_rrset(const struct making *k, const struct server *s, enum look_kind kind, uint16_t type)
{
	const struct message *m = look_answer(own_look(k, s, kind, type));
	return m ? section_find(&m->answer, k->name, type) : NULL;
}

static const struct look *question(const struct making *k, const struct server *s)
{
	const struct leg *l = k->tree->legs.n ? k->tree->legs.at[0] : NULL;
	return l ? server_look(s, LOOK_QUESTION, l->name, l->type) : NULL;
}

/* ---- keys ---- */

static const struct key_view *key_view(const struct making *k, const struct server *s)
{
	for (uint32_t i = 0; k->proof && i < k->proof->keys.n; i++)
		for (uint32_t n = 0; n < k->proof->keys.at[i].servers.n; n++)
			if (k->proof->keys.at[i].servers.at[n] == s)
				return &k->proof->keys.at[i];
	return NULL;
}

static const char *hash(struct arena *a, struct rdata rd)
{
	static const char digit[] = "0123456789abcdef";
	uint8_t sum[32];
	char *out = arena_alloc(a, 2 * sizeof sum + 1);
	crypto_sha256((struct octets){ rd.at, rd.len }, sum);
	for (size_t i = 0; i < sizeof sum; i++) {
		out[2 * i] = digit[sum[i] >> 4];
		out[2 * i + 1] = digit[sum[i] & 15];
	}
	return out;
}

static const char *ds_sha256(struct making *k, struct rdata rd)
{
	struct ds ds = prove_make_ds(k->prover, k->name, rd, DIGEST_SHA256);
	return making_hex(k->a, ds.digest, ds.digest_len);
}

static bool signs_data(const snap_sigs *sigs, const struct dnskey *key)
{
	for (uint32_t i = 0; i < sigs->n; i++) {
		const struct snap_sig *g = &sigs->at[i];
		if (g->good && strcmp(g->rrset, "DNSKEY") && g->tag == key->tag && g->algorithm == key->algorithm)
			return true;
	}
	return false;
}

static void add_keys(struct making *k, struct snap_server *v, const struct key_view *view, const snap_sigs *sigs)
{
	const struct keyset *set = &view->keys;
	v->dnskey_known = true;
	v->has_dnskey = view->rrset != NULL;
	v->dnskey_ttl = view->rrset ? view->rrset->ttl : 0;
	for (uint16_t i = 0; view->rrset && i < set->n_keys && i < view->rrset->n; i++) {
		const struct dnskey *key = &set->keys[i];
		list_push(k->a, &v->keys,
			  (struct snap_key){ .tag = key->tag,
					     .flags = key->flags,
					     .algorithm = key->algorithm,
					     .hash = hash(k->a, view->rrset->rd[i]),
					     .ds_sha256 = ds_sha256(k, view->rrset->rd[i]),
					     .signs_keys = set->signs[i],
					     .signs_data = signs_data(sigs, key),
					     .revoked = (key->flags & DNSKEY_REVOKE) != 0 });
	}
}

/* ---- signatures ---- */

static const char *label_of(struct making *k, const struct rrset *r)
{
	if (r->type == TYPE_NSEC || r->type == TYPE_NSEC3)
		return r->type == TYPE_NSEC ? "NSEC" : "NSEC3";
	if (name_equal(r->owner, k->name) && (r->type == TYPE_SOA || r->type == TYPE_NS))
		return r->type == TYPE_SOA ? "SOA" : "NS";
	return arena_printf(k->a, "%s %s", name_text(k->a, r->owner), type_text(k->a, r->type));
}

static void add_section(struct making *k, const struct section *in, bool denial_only, const struct keyset *keys,
			snap_sigs *out)
{
	for (uint16_t i = 0; i < in->n; i++) {
		const struct rrset *r = &in->at[i];
		bool denial = r->type == TYPE_NSEC || r->type == TYPE_NSEC3 || r->type == TYPE_SOA;
		if (r->class != CLASS_IN || r->type == TYPE_RRSIG || r->type == TYPE_DNSKEY || (denial_only && !denial) ||
		    !name_is_under(r->owner, k->name))
			continue;
		making_sigs(k, r, label_of(k, r), keys, out);
	}
}

static void read_sigs(struct making *k, struct snap_server *v, const struct server *s, const struct key_view *view)
{
	snap_sigs sigs = { 0 };
	const struct key_view *any = view && view->rrset ? view : k->proof ? k->proof->best_keys : NULL;
	const struct keyset *keys = any ? &any->keys : NULL;
	const struct look *q = question(k, s);
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		const struct message *m = look_answer(l);
		bool apex = l->kind == LOOK_SOA || l->kind == LOOK_NS;
		if (!m || (l != q && !apex && l->kind != LOOK_NXNAME))
			continue;
		if (l->kind != LOOK_NXNAME)
			add_section(k, &m->answer, false, keys, &sigs);
		add_section(k, &m->authority, true, keys, &sigs);
	}
	making_first_denials(&sigs);
	if (view && view->rrset)
		making_sigs(k, view->rrset, "DNSKEY", &view->keys, &sigs);
	for (uint32_t i = 0; i < sigs.n; i++)
		list_push(k->a, &v->sigs, sigs.at[i]);
	if (view)
		add_keys(k, v, view, &sigs);
}

/* ---- contents ---- */

static void read_soa(struct making *k, struct snap_server *v, const struct server *s)
{
	const struct rrset *r = own_rrset(k, s, LOOK_SOA, TYPE_SOA);
	if (!r || !r->n)
		return;
	struct soa soa = rdata_soa(r->rd[0]);
	v->has_serial = true;
	v->serial = soa.serial;
	v->refresh = soa.refresh;
	v->retry = soa.retry;
	v->expire = soa.expire;
	v->minimum = soa.minimum;
	v->soa_ttl = r->ttl;
}

static void read_ns(struct making *k, struct snap_server *v, const struct server *s)
{
	const struct rrset *r = own_rrset(k, s, LOOK_NS, TYPE_NS);
	v->ns_known = r != NULL;
	v->ns_ttl = r ? r->ttl : 0;
	for (uint16_t i = 0; r && i < r->n; i++)
		list_push(k->a, &v->ns, name_text(k->a, rdata_name(r->rd[i])));
}

static const char *ds_words(struct arena *a, const struct ds *ds)
{
	struct text t;
	text_init(&t, a);
	text_addf(&t, "%u %u %u ", ds->tag, ds->algorithm, ds->digest_type);
	for (uint16_t i = 0; i < ds->digest_len; i++)
		text_addf(&t, "%02X", ds->digest[i]);
	if (!ds->digest_len)
		text_add(&t, "-");
	return t.at;
}

/* RFC 8078 4: CDNSKEY 0 3 0 AA== is the same wish as CDS 0 0 0 00. */
static const char *cdnskey_words(struct making *k, struct rdata rd)
{
	if (rdata_dnskey(rd).algorithm == 0)
		return "0 0 0 00";
	struct ds ds = prove_make_ds(k->prover, k->name, rd, DIGEST_SHA256);
	return ds_words(k->a, &ds);
}

static void read_cds(struct making *k, struct snap_server *v, const struct server *s)
{
	const struct rrset *cds = own_rrset(k, s, LOOK_CDS, TYPE_CDS);
	const struct rrset *cdnskey = own_rrset(k, s, LOOK_CDNSKEY, TYPE_CDNSKEY);
	v->cds_known = look_answer(own_look(k, s, LOOK_CDS, TYPE_CDS)) != NULL;
	for (uint16_t i = 0; cds && i < cds->n && i < LIMIT_DS; i++) {
		struct ds ds = rdata_ds(cds->rd[i]);
		list_push(k->a, &v->cds, ds_words(k->a, &ds));
	}
	for (uint16_t i = 0; v->cds_known && !cds && cdnskey && i < cdnskey->n && i < LIMIT_DS; i++)
		list_push(k->a, &v->cds, cdnskey_words(k, cdnskey->rd[i]));
}

/* ---- whether and how it answers ---- */

static bool any_heard(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++)
		if (l->tries.at[i]->r.outcome == ASK_ANSWERED)
			return true;
	return false;
}

static void read_reach(struct making *k, struct snap_server *v, const struct server *s)
{
	static const struct { enum look_kind kind; uint16_t type; } telling[] = {
		{ LOOK_SOA, TYPE_SOA }, { LOOK_DNSKEY, TYPE_DNSKEY }, { LOOK_NS, TYPE_NS } };
	const struct look *best = question(k, s);
	for (unsigned i = 0; i < 3 && !(best && best->m); i++)
		best = server_look(s, telling[i].kind, k->name, telling[i].type);
	v->rcode = best && best->m ? best->m->rcode : 0;
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		const struct message *m = look_answer(l);
		v->asked |= l->tries.n > 0;
		v->answered |= any_heard(l);
		v->authoritative |= m && m->aa && name_is_under(l->name, k->name);
		v->tcp_known |= (l->kind == LOOK_TCP && l->tries.n) || l->via_tcp || l->tcp_failed;
		v->tcp_ok |= (l->kind == LOOK_TCP && l->m) || l->via_tcp;
	}
}

static void read_data_ttl(struct making *k, struct snap_server *v, const struct server *s)
{
	const struct look *l = question(k, s);
	const struct message *m = look_answer(l);
	const struct rrset *r = m ? section_find(&m->answer, l->name, l->type) : NULL;
	r = r || !m ? r : section_find(&m->answer, l->name, TYPE_CNAME);
	v->data_ttl = r ? r->ttl : 0;
}

void making_servers(struct making *k)
{
	for (uint32_t i = 0; k->zone && i < k->zone->servers.n; i++) {
		const struct server *s = k->zone->servers.at[i];
		struct snap_server v = { .addr = s->addr };
		for (uint32_t n = 0; n < s->names.n; n++)
			list_push(k->a, &v.names, name_text(k->a, s->names.at[n]));
		read_reach(k, &v, s);
		read_soa(k, &v, s);
		read_ns(k, &v, s);
		read_cds(k, &v, s);
		read_data_ttl(k, &v, s);
		read_sigs(k, &v, s, key_view(k, s));
		list_push(k->a, &k->s->servers, v);
	}
}
