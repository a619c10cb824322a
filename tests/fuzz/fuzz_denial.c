/* Any octets as an answer, held against the keys of a zone whose private part nobody has: no denial, no answer and no
 * RRset is ever secure, whatever NSEC and NSEC3 records say; work stays within the budget. Unsigned records go through
 * the whole reasoning too, for the second round tells bad records from bad signatures. First octet: which zone. */
#include "base/limits.h"
#include "prove/prove.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const uint8_t zone_example[] = "\7example";
/* DNSKEY 257 3 15: a point on the curve that belongs to no known scalar. */
static const uint8_t key_rdata[4 + 32] = {
	1,    1,    3,    15,   0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7,
	0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3,
	0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
};

static struct keyset keys_of(struct prover *p, const uint8_t *zone, enum status status)
{
	struct rdata *rd = ARENA_NEW(p->arena, struct rdata);
	struct rrset *dnskey = ARENA_NEW(p->arena, struct rrset);
	struct keyset ks;
	*rd = (struct rdata){ key_rdata, sizeof key_rdata };
	*dnskey = (struct rrset){ .owner = zone, .type = TYPE_DNSKEY, .class = CLASS_IN, .n = 1, .rd = rd };
	prove_keyset_unchained(p, zone, dnskey, status, &ks);
	return ks;
}

static void check_secure_keys(struct prover *p, const struct message *m, const uint8_t *qname, uint16_t qtype,
			      const uint8_t *zone)
{
	struct keyset ks = keys_of(p, zone, STATUS_SECURE);
	struct answer_proof a;
	struct denial_proof d;
	prove_answer(p, m, &ks, qname, qtype, &a);
	assert(a.status != STATUS_SECURE &&
	       (a.status != STATUS_INSECURE || qtype == TYPE_RRSIG || qtype == TYPE_ANY));
	assert(reason_id(a.reason) && reason_text(a.reason));
	if (!name_is_under(qname, zone))
		return;
	prove_denial(p, m, &ks, qname, qtype, 0, &d);
	assert(d.status == STATUS_BOGUS || d.status == STATUS_INDETERMINATE);
	for (uint8_t labels = 1; labels < name_labels(qname) && labels < 4; labels++) {
		prove_denial(p, m, &ks, qname, qtype, labels, &d);
		assert(d.status == STATUS_BOGUS || d.status == STATUS_INDETERMINATE);
	}
	prove_no_ds(p, m, &ks, qname, &d);
	assert(d.status == STATUS_BOGUS || d.status == STATUS_INDETERMINATE);
}

static void check_insecure_keys(struct prover *p, const struct message *m, const uint8_t *qname,
				uint16_t qtype, const uint8_t *zone)
{
	struct keyset ks = keys_of(p, zone, STATUS_INSECURE);
	struct answer_proof a;
	prove_answer(p, m, &ks, qname, qtype, &a);
	assert(a.status == STATUS_INSECURE || a.status == STATUS_INDETERMINATE);
	assert((a.kind == ANSWER_CNAME) <= (a.target != NULL));
}

/* Hostile keys against hostile DS: anything may come out, nothing may fall over. */
static void check_dnskey(struct prover *p, const struct message *m)
{
	const struct rrset *dnskey = section_find_type(&m->answer, TYPE_DNSKEY, 0);
	const struct rrset *ds = section_find_type(&m->authority, TYPE_DS, 0);
	struct keyset ks;
	if (!ds)
		return;
	struct ds *list = ARENA_ARRAY(p->arena, struct ds, ds->n);
	for (uint16_t i = 0; i < ds->n; i++)
		list[i] = rdata_ds(ds->rd[i]);
	prove_dnskey(p, ds->owner, list, ds->n, dnskey, &ks);
	assert(ks.n_ds > 0 && (dnskey || ks.status != STATUS_SECURE));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct crypto *crypto;
	if (len < 13 || len > UINT16_MAX)
		return 0;
	if (!crypto)
		crypto = crypto_new();
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct budget b;
	budget_init(&b);
	struct prover p = { a, crypto, &b, { 1772366400 } };
	struct message m;
	message_parse(a, bytes + 1, (uint16_t)(len - 1), &m);
	if (m.qname) {
		const uint8_t *zones[] = { name_root, zone_example,
					   name_suffix(m.qname, name_labels(m.qname) / 2) };
		const uint8_t *zone = zones[bytes[0] % 3];
		check_secure_keys(&p, &m, m.qname, m.qtype, zone);
		check_insecure_keys(&p, &m, m.qname, m.qtype, zone);
		check_dnskey(&p, &m);
	}
	for (unsigned k = 0; k < BUDGET_KINDS; k++)
		assert(b.used[k] <= b.limit[k]);
	arena_free(&a);
	return 0;
}
