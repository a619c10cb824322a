#include "maker.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool seen[REASON_KINDS];

void maker_note(enum reason r)
{
	seen[r] = true;
	assert(reason_id(r) && reason_text(r));
}

bool maker_saw(enum reason r)
{
	return seen[r];
}

/* Keys by seed, for the life of the process: making them is what costs. */
struct pooled {
	struct zone_key key;
	char seed[32];
	uint8_t rd[512];
};
static struct pooled *pool[64];
static unsigned n_pool;

static void pool_free(void)
{
	for (unsigned i = 0; i < n_pool; i++) {
		signing_key_free(&pool[i]->key.k);
		free(pool[i]);
	}
}

int maker_setup(void **state)
{
	struct maker *m = calloc(1, sizeof *m);
	m->a = arena_new(256u << 20);
	m->c = crypto_new();
	budget_init(&m->b);
	m->p = (struct prover){ m->a, m->c, &m->b, { NOW } };
	if (n_pool == 0)
		atexit(pool_free);
	*state = m;
	return 0;
}

int maker_teardown(void **state)
{
	struct maker *m = *state;
	crypto_free(&m->c);
	arena_free(&m->a);
	free(m);
	return 0;
}

const uint8_t *nm(struct maker *m, const char *text)
{
	const char *why = NULL;
	const uint8_t *name = name_from_text(m->a, text, &why);
	assert(name);
	return name;
}

struct rdata key_rdata(struct maker *m, uint16_t flags, uint8_t protocol, uint8_t algorithm,
		       struct octets key)
{
	uint8_t *at = arena_alloc(m->a, 4 + key.len);
	at[0] = (uint8_t)(flags >> 8);
	at[1] = (uint8_t)flags;
	at[2] = protocol;
	at[3] = algorithm;
	memcpy(at + 4, key.at, key.len);
	return (struct rdata){ at, (uint16_t)(4 + key.len) };
}

static const struct zone_key *pooled_key(struct maker *m, uint8_t algorithm, uint16_t flags, uint8_t protocol,
					 const char *seed)
{
	for (unsigned i = 0; i < n_pool; i++) {
		const struct dnskey *k = &pool[i]->key.dnskey;
		if (!strcmp(pool[i]->seed, seed) && k->algorithm == algorithm && k->flags == flags &&
		    k->protocol == protocol)
			return &pool[i]->key;
	}
	assert(n_pool < 64);
	struct pooled *n = calloc(1, sizeof *n);
	n->key.k = signing_key_new(algorithm, 1024, seed);
	assert(n->key.k);
	struct rdata rd = key_rdata(m, flags, protocol, algorithm, signing_key_public(n->key.k));
	memcpy(n->rd, rd.at, rd.len);
	n->key.rd = (struct rdata){ n->rd, rd.len };
	n->key.dnskey = rdata_dnskey(n->key.rd);
	snprintf(n->seed, sizeof n->seed, "%s", seed);
	pool[n_pool++] = n;
	return &n->key;
}

const struct zone_key *key_of(struct maker *m, uint8_t algorithm, uint16_t flags, const char *seed)
{
	return pooled_key(m, algorithm, flags, 3, seed);
}

const struct zone_key *key_with_protocol(struct maker *m, uint8_t protocol, const char *seed)
{
	return pooled_key(m, 13, 256, protocol, seed);
}

struct rrset *rr_of(struct maker *m, const uint8_t *owner, uint16_t type, const struct rdata *rd, uint16_t n)
{
	struct rrset *r = ARENA_NEW(m->a, struct rrset);
	*r = (struct rrset){ .owner = owner, .type = type, .class = CLASS_IN, .ttl = 300, .n = n };
	r->rd = arena_copy(m->a, rd, n * sizeof *rd);
	return r;
}

struct rrset *rr(struct maker *m, const char *text)
{
	zone_records records = { 0 };
	struct err_at at = { 0 };
	struct rdata rd[300];
	char *lines = arena_printf(m->a, "%s\n", text);
	int err = zone_parse(m->a, lines, strlen(lines), ".", 300, "test", &records, &at);
	if (err != 0)
		fprintf(stderr, "%s: line %u: %s\n", text, at.line, at.text);
	assert(err == 0 && records.n > 0 && records.n <= 300);
	for (uint32_t i = 0; i < records.n; i++)
		rd[i] = records.at[i].rd;
	struct rrset *r = rr_of(m, records.at[0].owner, records.at[0].type, rd, (uint16_t)records.n);
	r->ttl = records.at[0].ttl;
	return r;
}

struct signing signing_of(const struct rrset *r, const char *zone, const struct zone_key *key,
			  struct maker *m)
{
	uint8_t labels = name_labels(r->owner);
	return (struct signing){ .algorithm = key->dnskey.algorithm,
				 .ttl = r->ttl,
				 .key = key,
				 .tag = key->dnskey.tag,
				 .labels = (uint8_t)(labels - (name_is_wildcard(r->owner) ? 1 : 0)),
				 .inception = NOW - 86400,
				 .expiration = NOW + 86400 * 13,
				 .signer = nm(m, zone) };
}

static uint8_t *put32(uint8_t *at, uint32_t v)
{
	for (int i = 3; i >= 0; i--)
		*at++ = (uint8_t)(v >> (8 * i));
	return at;
}

static struct rdata rrsig_of(struct maker *m, const struct rrset *r, const struct signing *s,
			     struct octets signature)
{
	size_t signer_len = name_len(s->signer);
	uint8_t *rd = arena_alloc(m->a, 18 + signer_len + signature.len), *at = rd;
	*at++ = (uint8_t)(r->type >> 8);
	*at++ = (uint8_t)r->type;
	*at++ = s->algorithm;
	*at++ = s->labels;
	at = put32(at, s->ttl);
	at = put32(at, s->expiration);
	at = put32(at, s->inception);
	*at++ = (uint8_t)(s->tag >> 8);
	*at++ = (uint8_t)s->tag;
	memcpy(at, s->signer, signer_len);
	if (signature.len)
		memcpy(at + signer_len, signature.at, signature.len);
	return (struct rdata){ rd, (uint16_t)(18 + signer_len + signature.len) };
}

void sign_as(struct maker *m, struct rrset *r, const struct signing *s)
{
	uint8_t sig[SIGNATURE_MAX];
	struct rdata unsigned_rd = rrsig_of(m, r, s, (struct octets){ 0 });
	size_t len = signing_key_sign(s->key->k, prove_signed_data(m->a, r, unsigned_rd), sig);
	assert(len > s->cut);
	sig[len / 2] ^= s->spoil ? 1 : 0;
	struct rdata *sigs = ARENA_ARRAY(m->a, struct rdata, r->n_sigs + 1u);
	if (r->n_sigs)
		memcpy(sigs, r->sigs, r->n_sigs * sizeof *sigs);
	sigs[r->n_sigs++] = rrsig_of(m, r, s, (struct octets){ sig, len - s->cut });
	assert(rdata_ok(TYPE_RRSIG, sigs[r->n_sigs - 1]));
	r->sigs = sigs;
	r->sig_ttl = r->ttl;
}

struct rrset *sign(struct maker *m, struct rrset *r, const char *zone, const struct zone_key *key)
{
	struct signing s = signing_of(r, zone, key, m);
	sign_as(m, r, &s);
	return r;
}

struct rrset *expand(struct maker *m, const struct rrset *wildcard, const char *owner)
{
	struct rrset *r = ARENA_NEW(m->a, struct rrset);
	*r = *wildcard;
	r->owner = nm(m, owner);
	return r;
}

struct rrset *dnskeys(struct maker *m, const char *zone, const struct zone_key *const *keys, uint16_t n)
{
	struct rdata rd[64];
	assert(n <= 64);
	for (uint16_t i = 0; i < n; i++)
		rd[i] = keys[i]->rd;
	return rr_of(m, nm(m, zone), TYPE_DNSKEY, rd, n);
}

struct ds ds_of(struct maker *m, const char *zone, const struct zone_key *k, uint8_t digest_type)
{
	return prove_make_ds(&m->p, nm(m, zone), k->rd, digest_type);
}

const struct keyset *keys_secure(struct maker *m, const char *zone, const struct zone_key *const *keys,
				 uint16_t n)
{
	struct keyset *ks = ARENA_NEW(m->a, struct keyset);
	struct ds ds = ds_of(m, zone, keys[0], 2);
	*ks = prove_keys(m, zone, &ds, 1, sign(m, dnskeys(m, zone, keys, n), zone, keys[0]));
	assert(ks->status == STATUS_SECURE);
	return ks;
}

const struct keyset *keys_insecure(struct maker *m, const char *zone)
{
	struct keyset *ks = ARENA_NEW(m->a, struct keyset);
	prove_keyset_unchained(&m->p, nm(m, zone), NULL, STATUS_INSECURE, ks);
	return ks;
}

struct message *msg(struct maker *m, uint16_t rcode)
{
	struct message *n = ARENA_NEW(m->a, struct message);
	n->rcode = rcode;
	n->qr = n->aa = true;
	return n;
}

static void put(struct maker *m, struct section *s, const struct rrset *r)
{
	struct rrset *at = ARENA_ARRAY(m->a, struct rrset, s->n + 1u);
	if (s->n)
		memcpy(at, s->at, s->n * sizeof *at);
	at[s->n++] = *r;
	s->at = at;
}

void put_answer(struct maker *m, struct message *to, const struct rrset *r)
{
	put(m, &to->answer, r);
}
void put_authority(struct maker *m, struct message *to, const struct rrset *r)
{
	put(m, &to->authority, r);
}

static void note_rrset(const struct rrset_proof *r)
{
	maker_note(r->reason);
	for (uint8_t i = 0; i < r->n_tries; i++)
		maker_note(r->tries[i].reason);
}

struct rrset_proof prove_it(struct maker *m, const struct rrset *r, const struct keyset *keys)
{
	struct rrset_proof out;
	prove_rrset(&m->p, r, keys, &out);
	note_rrset(&out);
	return out;
}

struct keyset prove_keys(struct maker *m, const char *zone, const struct ds *ds, uint16_t n,
			 const struct rrset *dnskey)
{
	struct keyset out;
	prove_dnskey(&m->p, nm(m, zone), ds, n, dnskey, &out);
	maker_note(out.reason);
	for (uint8_t i = 0; i < out.n_ds; i++)
		maker_note(out.ds[i].reason);
	note_rrset(&out.rrset);
	return out;
}

static void note_denial(const struct denial_proof *d)
{
	maker_note(d->reason);
	for (uint8_t i = 0; i < d->n_rrsets; i++)
		note_rrset(&d->rrsets[i]);
}

struct denial_proof deny(struct maker *m, const struct message *of, const struct keyset *keys,
			 const char *qname, uint16_t qtype)
{
	struct denial_proof out;
	prove_denial(&m->p, of, keys, nm(m, qname), qtype, 0, &out);
	note_denial(&out);
	return out;
}

struct denial_proof deny_wildcard(struct maker *m, const struct message *of, const struct keyset *keys,
				  const char *qname, uint8_t labels)
{
	struct denial_proof out;
	prove_denial(&m->p, of, keys, nm(m, qname), TYPE_A, labels, &out);
	note_denial(&out);
	return out;
}

struct denial_proof deny_ds(struct maker *m, const struct message *of, const struct keyset *keys,
			    const char *cut)
{
	struct denial_proof out;
	prove_no_ds(&m->p, of, keys, nm(m, cut), &out);
	note_denial(&out);
	return out;
}

struct answer_proof answer(struct maker *m, const struct message *of, const struct keyset *keys,
			   const char *qname, uint16_t qtype)
{
	struct answer_proof out;
	prove_answer(&m->p, of, keys, nm(m, qname), qtype, &out);
	maker_note(out.reason);
	return out;
}

void hash_of(struct maker *m, const char *name, uint16_t iterations, uint8_t out[20])
{
	const uint8_t *n = nm(m, name);
	struct budget b;
	budget_init(&b);
	b.limit[BUDGET_NSEC3_HASHES] = UINT64_MAX;
	bool ok = crypto_nsec3_hash(m->c, &b, (struct octets){ n, name_len(n) }, (struct octets){ 0 },
				    iterations, out);
	assert(ok);
}

static void base32(const uint8_t hash[20], char out[33])
{
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = 5 * i,
			 two = (unsigned)hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);
		out[i] = "0123456789abcdefghijklmnopqrstuv"[two >> (11 - bit % 8) & 31];
	}
	out[32] = 0;
}

struct rrset *nsec3(struct maker *m, const char *zone, const uint8_t owner[20], const uint8_t next[20],
		    uint8_t flags, uint16_t iterations, const char *types)
{
	char from[33], to[33];
	base32(owner, from);
	base32(next, to);
	return rr(m, arena_printf(m->a, "%s.%s 300 NSEC3 1 %u %u - %s %s", from,
				  strcmp(zone, ".") ? zone : "", flags, iterations, to, types));
}
