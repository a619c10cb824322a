/* human_tables -- which table shows this finding; signatures with their times; DS beside keys. */
#include "report/human.h"
#include "report/memory.h"
#include <string.h>

enum {
	TABLE_ROWS = 7,
	DIGEST_SHOWN = 4,
	LABEL_COLUMNS_MIN = 8,
	LABEL_COLUMNS_MAX = 22,
	MOMENT_COLUMNS = 14,
	COUNT_COLUMNS = 9
};

/* "www A" in shop.lab.; the type alone at the apex. */
static const char *rrset_label(const struct report *r, const struct zone *z, const struct rrset *rrset,
			       size_t columns)
{
	const char *type = type_text(r->arena, rrset->type);
	if (name_equal(rrset->owner, z->name))
		return type;
	const char *owner = report_name(r->arena, rrset->owner, NAME_TEXT_MAX),
		   *zone = report_name(r->arena, z->name, NAME_TEXT_MAX);
	size_t head = strlen(owner) - (name_labels(z->name) > 0 ? strlen(zone) + 1 : 0);
	size_t room = columns - strlen(type) - 1;
	if (head > room && room > 3)
		return arena_printf(r->arena, "%.*s... %s", (int)(room - 3), owner, type);
	return arena_printf(r->arena, "%.*s %s", (int)head, owner, type);
}

static const char *sig_moment(const struct report *r, struct wall w)
{
	char brief[WALL_TEXT_MAX];
	return arena_text(r->arena, wall_short(w, brief));
}

static const char *good_word(const struct report *r, const struct rrset_proof *p)
{
	char left[WALL_TEXT_MAX];
	if (p->status != STATUS_SECURE || p->until.s == WALL_NEVER.s || p->until.s <= r->at.s)
		return status_text(p->status);
	return arena_printf(r->arena, "secure, %s left", distance_text(p->until.s - r->at.s, left));
}

struct signature_rows {
	const struct zone *zone;
	LIST(const struct rrset_proof *) proofs;
	LIST(uint32_t) servers; /* how many serve each */
	unsigned label_columns; /* as wide as the longest label needs */
};

/* An RRset that several servers serve the same way is one row; what differs stands apart. */
static void collect(const struct report *r, struct signature_rows *rows, const struct rrset_proof *p,
		    uint32_t n_servers)
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
	size_t label = strlen(rrset_label(r, rows->zone, p->rrset, LABEL_COLUMNS_MAX - 2)) + 2;
	if (label > rows->label_columns)
		rows->label_columns = (unsigned)label;
}

static void add_signature_row(const struct report *r, struct screen *s, const struct signature_rows *rows,
			      uint32_t i)
{
	const struct rrset_proof *p = rows->proofs.at[i];
	const struct sig_try *best = p->best;
	bool good = p->status == STATUS_SECURE || p->status == STATUS_INSECURE;
	const char *word = good ? good_word(r, p) : reason_text(p->reason);
	const char *label = rrset_label(r, rows->zone, p->rrset, LABEL_COLUMNS_MAX - 2);
	const char *many = arena_printf(s->arena, "%u of %u", rows->servers.at[i], rows->zone->servers.n);
	if (strncmp(word, "the ", 4) == 0)
		word += 4;
	const char *row = arena_printf(
		s->arena, "  %s%s%s%s%s ", screen_pad(s, label, rows->label_columns),
		screen_pad(s, best != NULL ? sig_moment(r, best->inception) : "-", MOMENT_COLUMNS),
		screen_pad(s, best != NULL ? sig_moment(r, best->expiration) : "-", MOMENT_COLUMNS),
		screen_pad(s, many, COUNT_COLUMNS), sign_text(s, good ? SIGN_OK : SIGN_BAD));
	screen_add(s, good ? KEEP_TABLE : KEEP_TABLE + 1, "%s%s", row,
		   screen_cut(s, word, s->style->columns - paint_columns(row)));
}

void human_signature_table(const struct report *r, struct screen *s, const struct zone *z, unsigned max_rows)
{
	const struct chain *c = r->verdict->chain;
	struct signature_rows rows = { .zone = z, .label_columns = LABEL_COLUMNS_MIN };
	const struct zone_proof *zp = chain_zone(c, z);
	for (uint32_t i = 0; zp != NULL && i < zp->keys.n; i++)
		collect(r, &rows, &zp->keys.at[i].keys.rrset, zp->keys.at[i].servers.n);
	for (uint32_t i = 0; i < c->legs.n; i++) {
		const struct leg_proof *lp = c->legs.at[i];
		for (uint32_t k = 0; lp->zone != NULL && lp->zone->zone == z && k < lp->answers.n; k++)
			for (unsigned n = 0; n < lp->answers.at[k].proof.n_rrsets; n++)
				collect(r, &rows, &lp->answers.at[k].proof.rrsets[n],
					lp->answers.at[k].servers.n);
	}
	if (rows.proofs.n == 0)
		return;
	screen_add(s, KEEP_TABLE, PAINT_DIM "  %-*s%-*s%-*s%s" PAINT_END, (int)rows.label_columns, "RRset",
		   MOMENT_COLUMNS, "signed", MOMENT_COLUMNS, "expires", "servers");
	for (uint32_t i = 0; i < rows.proofs.n && i < max_rows; i++)
		add_signature_row(r, s, &rows, i);
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

static const char *ds_word(const struct keyset *keys, const struct ds *ds)
{
	for (unsigned k = 0; keys != NULL && k < keys->n_ds; k++) {
		const struct ds_try *t = &keys->ds[k];
		if (t->ds.tag != ds->tag || t->ds.digest_type != ds->digest_type ||
		    t->ds.algorithm != ds->algorithm)
			continue;
		switch (t->reason) {
		case REASON_OK: return "names a key that signs";
		case REASON_DS_MATCHES_NO_KEY: return "names no key of the zone";
		case REASON_DS_DIGEST_DIFFERS: return "digest differs";
		case REASON_DS_KEY_NOT_SIGNING: return "its key does not sign";
		case REASON_ALGORITHM_UNSUPPORTED: return "not supported";
		default: return reason_text(t->reason);
		}
	}
	return "";
}

static void add_ds_rows(const struct report *r, struct screen *s, const struct ds_view *v,
			const struct keyset *keys)
{
	for (uint16_t i = 0; i < v->n_ds; i++) {
		const struct ds *ds = &v->ds[i];
		const char *row =
			arena_printf(s->arena, "  parent DS  %5u  alg %-3u %-9.9s %-12s ", ds->tag,
				     ds->algorithm, digest_text(ds->digest_type), digest_brief(r, ds));
		screen_add(s, KEEP_TABLE + 1, "%s%s", row,
			   screen_cut(s, ds_word(keys, ds), s->style->columns - paint_columns(row)));
	}
}

static void add_key_rows(const struct report *r, struct screen *s, const struct keyset *keys, uint32_t n_servers)
{
	for (uint16_t i = 0; i < keys->n_keys; i++) {
		const struct dnskey *k = &keys->keys[i];
		bool ksk = k->flags & DNSKEY_SEP;
		if (!ksk && !keys->signs[i] && !keys->linked[i])
			continue;
		const struct memory_key *known = keys->signs[i] ? memory_of_key(r, k->tag, k->algorithm) : NULL;
		const char *last = known != NULL ? arena_printf(s->arena, "since %s", moment_text(r, known->since))
						 : arena_printf(s->arena, "%u server%s", n_servers, n_servers == 1 ? "" : "s");
		screen_add(s, KEEP_TABLE, "  child %s  %5u  alg %-3u %s%s, %s", ksk ? "KSK" : "key", k->tag, k->algorithm,
			   keys->signs[i] ? "signs DNSKEY" : "does not sign DNSKEY", keys->linked[i] ? ", has a DS" : ", no DS", last);
	}
}

void human_ds_table(const struct report *r, struct screen *s, const struct zone *z)
{
	const struct zone_proof *zp = chain_zone(r->verdict->chain, z);
	if (zp == NULL)
		return;
	const struct key_view *kv = zp->best_keys != NULL ? zp->best_keys
				    : zp->keys.n > 0      ? &zp->keys.at[0]
							  : NULL;
	const struct ds_view *dv = zp->best_ds != NULL ? zp->best_ds : zp->ds.n > 0 ? &zp->ds.at[0] : NULL;
	if (dv != NULL)
		add_ds_rows(r, s, dv, kv != NULL ? &kv->keys : NULL);
	if (kv != NULL)
		add_key_rows(r, s, &kv->keys, kv->servers.n);
}

void human_table(const struct report *r, struct screen *s)
{
	const struct finding *f = report_headline(r);
	if (f == NULL || f->zone == NULL || r->verdict->chain == NULL)
		return;
	switch (finding_kind(f->id)->family) {
	case FAMILY_NOT_DELEGATED:
	case FAMILY_UNREACHABLE:
	case FAMILY_LAME:
	case FAMILY_NO_DNSSEC_SERVED:
	case FAMILY_DNSKEY_NOT_RETRIEVED:
	case FAMILY_SERVERS_DIFFER:
	case FAMILY_NS_NAMES: human_server_table(r, s, f->zone, TABLE_ROWS); break;
	case FAMILY_DS:
	case FAMILY_ANCHOR: human_ds_table(r, s, f->zone); break;
	case FAMILY_DNSKEY_SIGNATURE:
	case FAMILY_DATA_SIGNATURE:
	case FAMILY_TIMING:
	case FAMILY_DENIAL: human_signature_table(r, s, f->zone, TABLE_ROWS); break;
	default: break;
	}
}
