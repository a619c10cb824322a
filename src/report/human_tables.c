/* human_tables -- which table shows this finding; signatures with their times; DS beside keys. */
#include "report/human.h"

enum { TABLE_ROWS = 7, DIGEST_SHOWN = 4 };

static const char *rrset_label(const struct report *r, const struct zone *z, const struct rrset *rrset)
{
	const char *type = type_text(r->arena, rrset->type);
	if (name_equal(rrset->owner, z->name))
		return type;
	return arena_printf(r->arena, "%s %s", report_name(r->arena, rrset->owner, 22), type);
}

static const char *sig_moment(const struct report *r, struct wall w)
{
	char brief[WALL_TEXT_MAX];
	return arena_text(r->arena, wall_short(w, brief));
}

static void add_signature_row(const struct report *r, struct screen *s, const struct zone *z, const struct rrset_proof *p,
			      uint32_t n_servers)
{
	const struct sig_try *best = p->best;
	bool good = p->status == STATUS_SECURE || p->status == STATUS_INSECURE;
	const char *verdict = good ? status_text(p->status) : reason_text(p->reason);
	const char *many = n_servers == 1 ? "1 server" : arena_printf(s->arena, "%u servers", n_servers);
	const char *row = arena_printf(s->arena, "  %s%s%s%s%s %s",
		screen_pad(s, rrset_label(r, z, p->rrset), 22),
		screen_pad(s, best != NULL ? sig_moment(r, best->inception) : "-", 14),
		screen_pad(s, best != NULL ? sig_moment(r, best->expiration) : "-", 14),
		screen_pad(s, many, 11), sign_text(s, good ? SIGN_OK : SIGN_BAD), "");
	screen_add(s, good ? KEEP_TABLE : KEEP_TABLE + 1, "%s%s", row, screen_cut(s, verdict,
		s->style->columns - paint_columns(row)));
}

struct signature_rows {
	const struct zone *zone;
	LIST(const struct rrset_proof *) proofs;
	LIST(uint32_t) servers;
};

/* An RRset that several servers serve the same way is one row; what differs stands apart. */
static void collect(const struct report *r, struct signature_rows *rows, const struct rrset_proof *p, uint32_t n_servers)
{
	if (p->rrset == NULL || p->rrset->n == 0 || !name_is_under(p->rrset->owner, rows->zone->name))
		return;
	for (uint32_t i = 0; i < rows->proofs.n; i++) {
		const struct rrset_proof *q = rows->proofs.at[i];
		bool same = q->rrset->type == p->rrset->type && name_equal(q->rrset->owner, p->rrset->owner);
		if (same && q->reason == p->reason && q->until.s == p->until.s)
			return;
	}
	list_push(r->arena, &rows->proofs, p);
	list_push(r->arena, &rows->servers, n_servers);
}

void human_signature_table(const struct report *r, struct screen *s, const struct zone *z, unsigned max_rows)
{
	const struct chain *c = r->verdict->chain;
	struct signature_rows rows = { .zone = z };
	const struct zone_proof *zp = chain_zone(c, z);
	for (uint32_t i = 0; zp != NULL && i < zp->keys.n; i++)
		collect(r, &rows, &zp->keys.at[i].keys.rrset, zp->keys.at[i].servers.n);
	for (uint32_t i = 0; i < c->legs.n; i++) {
		const struct leg_proof *lp = c->legs.at[i];
		for (uint32_t k = 0; lp->zone != NULL && lp->zone->zone == z && k < lp->answers.n; k++)
			for (unsigned n = 0; n < lp->answers.at[k].proof.n_rrsets; n++)
				collect(r, &rows, &lp->answers.at[k].proof.rrsets[n], lp->answers.at[k].servers.n);
	}
	if (rows.proofs.n == 0)
		return;
	screen_add(s, KEEP_TABLE, PAINT_DIM "  %-22s%-14s%-14s%s" PAINT_END, "RRset", "signed", "expires", "served by");
	for (uint32_t i = 0; i < rows.proofs.n && i < max_rows; i++)
		add_signature_row(r, s, z, rows.proofs.at[i], rows.servers.at[i]);
	if (rows.proofs.n > max_rows)
		screen_add(s, KEEP_TABLE, "  and %u more", rows.proofs.n - max_rows);
}

static const char *digest_brief(const struct report *r, const struct ds *ds)
{
	struct text t;
	text_init(&t, r->arena);
	for (uint16_t i = 0; i < ds->digest_len && i < DIGEST_SHOWN; i++)
		text_addf(&t, "%02X", ds->digest[i]);
	text_add(&t, ds->digest_len > DIGEST_SHOWN ? "..." : "");
	return t.at;
}

static void add_ds_rows(const struct report *r, struct screen *s, const struct ds_view *v, const struct keyset *keys)
{
	for (uint16_t i = 0; i < v->n_ds; i++) {
		const struct ds *ds = &v->ds[i];
		const char *word = "";
		for (unsigned k = 0; keys != NULL && k < keys->n_ds; k++)
			if (keys->ds[k].ds.tag == ds->tag && keys->ds[k].ds.digest_type == ds->digest_type
			    && keys->ds[k].ds.algorithm == ds->algorithm)
				word = keys->ds[k].reason == REASON_OK ? "names a key that signs" : reason_text(keys->ds[k].reason);
		screen_add(s, KEEP_TABLE + 1, "  parent DS  %5u  %-16.16s %-8.8s %s  %.36s", ds->tag, algorithm_text(ds->algorithm),
			   digest_text(ds->digest_type), digest_brief(r, ds), word);
	}
}

static void add_key_rows(struct screen *s, const struct keyset *keys, uint32_t n_servers)
{
	for (uint16_t i = 0; i < keys->n_keys; i++) {
		const struct dnskey *k = &keys->keys[i];
		bool ksk = k->flags & DNSKEY_SEP;
		if (!ksk && !keys->signs[i] && !keys->linked[i])
			continue;
		screen_add(s, KEEP_TABLE, "  child %s  %5u  %-16.16s %s%s, %u server%s", ksk ? "KSK" : "key", k->tag,
			   algorithm_text(k->algorithm), keys->signs[i] ? "signs DNSKEY" : "does not sign DNSKEY",
			   keys->linked[i] ? ", has a DS" : ", no DS", n_servers, n_servers == 1 ? "" : "s");
	}
}

void human_ds_table(const struct report *r, struct screen *s, const struct zone *z)
{
	const struct zone_proof *zp = chain_zone(r->verdict->chain, z);
	if (zp == NULL)
		return;
	const struct key_view *kv = zp->best_keys != NULL ? zp->best_keys : zp->keys.n > 0 ? &zp->keys.at[0] : NULL;
	const struct ds_view *dv = zp->best_ds != NULL ? zp->best_ds : zp->ds.n > 0 ? &zp->ds.at[0] : NULL;
	if (dv != NULL)
		add_ds_rows(r, s, dv, kv != NULL ? &kv->keys : NULL);
	if (kv != NULL)
		add_key_rows(s, &kv->keys, kv->servers.n);
}

void human_table(const struct report *r, struct screen *s)
{
	const struct finding *f = r->verdict->headline;
	if (f == NULL || f->zone == NULL || r->verdict->chain == NULL)
		return;
	switch (finding_kind(f->id)->family) {
	case FAMILY_NOT_DELEGATED: case FAMILY_UNREACHABLE: case FAMILY_LAME: case FAMILY_NO_DNSSEC_SERVED:
	case FAMILY_DNSKEY_NOT_RETRIEVED: case FAMILY_SERVERS_DIFFER: case FAMILY_NS_NAMES:
		human_server_table(r, s, f->zone, TABLE_ROWS);
		break;
	case FAMILY_DS: case FAMILY_ANCHOR:
		human_ds_table(r, s, f->zone);
		break;
	case FAMILY_DNSKEY_SIGNATURE: case FAMILY_DATA_SIGNATURE: case FAMILY_TIMING: case FAMILY_DENIAL:
		human_signature_table(r, s, f->zone, TABLE_ROWS);
		break;
	default:
		break;
	}
}
