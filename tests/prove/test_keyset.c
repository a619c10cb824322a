/* DS, anchors and DNSKEY. */
#include "groups.h"
#include "base/limits.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ZONE "example."

static const struct zone_key *ksk(struct maker *m)
{
	return key_of(m, 13, 257, "ksk");
}
static const struct zone_key *zsk(struct maker *m)
{
	return key_of(m, 13, 256, "zsk");
}

static struct rrset *usual(struct maker *m)
{
	const struct zone_key *keys[] = { ksk(m), zsk(m) };
	return sign(m, dnskeys(m, ZONE, keys, 2), ZONE, ksk(m));
}

static void linked_by_ds(void **state)
{
	struct maker *m = *state;
	static const uint8_t digests[] = { 1, 2, 4 };
	for (unsigned i = 0; i < 3; i++) {
		struct ds ds = ds_of(m, ZONE, ksk(m), digests[i]);
		struct keyset ks = prove_keys(m, ZONE, &ds, 1, usual(m));
		assert_int_equal(ks.status, STATUS_SECURE);
		assert_int_equal(ks.until.s, NOW + 86400 * 13);
		assert_int_equal(ks.n_keys, 2);
		assert_true(ks.linked[0] && ks.signs[0] && !ks.linked[1] && !ks.signs[1]);
		assert_int_equal(ks.ds[0].key, 0);
		assert_int_equal(ks.rrset.status, STATUS_SECURE);
		assert_false(ks.keytrap_shape || ks.tag_collision);
	}
	struct ds anchor = prove_anchor_ds(&m->p, nm(m, "EXAMPLE."), ksk(m)->rd);
	assert_int_equal(prove_keys(m, ZONE, &anchor, 1, usual(m)).status, STATUS_SECURE);
}

/* The keyset ends with the linked key's signature, however long the others hold. */
static void until_counts_linked_keys_only(void **state)
{
	struct maker *m = *state;
	struct rrset *keys = usual(m);
	struct signing s = signing_of(keys, ZONE, zsk(m), m);
	s.expiration = NOW + 86400 * 90;
	sign_as(m, keys, &s);
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	struct keyset ks = prove_keys(m, ZONE, &ds, 1, keys);
	assert_int_equal(ks.until.s, NOW + 86400 * 13);
	assert_true(ks.signs[1]);
}

static enum reason with_ds(struct maker *m, struct ds ds)
{
	struct keyset ks = prove_keys(m, ZONE, &ds, 1, usual(m));
	assert_int_equal(ks.status, STATUS_BOGUS);
	assert_int_equal(ks.ds[0].reason, ks.reason);
	return ks.reason;
}

static void ds_that_do_not_fit(void **state)
{
	struct maker *m = *state;
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	uint8_t *other = arena_copy(m->a, ds.digest, 32);
	other[31] ^= 1;
	ds.digest = other;
	assert_int_equal(with_ds(m, ds), REASON_DS_DIGEST_DIFFERS);
	ds = ds_of(m, ZONE, ksk(m), 2);
	ds.digest_len = 31;
	assert_int_equal(with_ds(m, ds), REASON_DS_DIGEST_LENGTH);
	ds = ds_of(m, ZONE, ksk(m), 2);
	ds.tag++;
	assert_int_equal(with_ds(m, ds), REASON_DS_MATCHES_NO_KEY);
	ds = ds_of(m, ZONE, ksk(m), 2);
	ds.algorithm = 8;
	assert_int_equal(with_ds(m, ds), REASON_DS_MATCHES_NO_KEY);
	assert_int_equal(with_ds(m, ds_of(m, ZONE, zsk(m), 2)), REASON_DS_KEY_NOT_SIGNING);
}

static void unknown_everywhere_is_insecure(void **state)
{
	struct maker *m = *state;
	static const struct {
		uint8_t algorithm, digest;
	} unknown[] = { { 100, 2 }, { 12, 2 }, { 1, 2 }, { 13, 3 }, { 13, 200 }, { 0, 0 } };
	for (unsigned i = 0; i < 6; i++) {
		struct ds ds = ds_of(m, ZONE, ksk(m), 2);
		ds.algorithm = unknown[i].algorithm;
		ds.digest_type = unknown[i].digest;
		struct keyset ks = prove_keys(m, ZONE, &ds, 1, usual(m));
		assert_int_equal(ks.status, STATUS_INSECURE);
		assert_int_equal(ks.reason, REASON_DS_NO_SUPPORTED);
		assert_int_equal(ks.ds[0].reason, REASON_ALGORITHM_UNSUPPORTED);
		assert_int_equal(ks.n_keys, 2);
		struct ds both[] = { ds, ds_of(m, ZONE, ksk(m), 2) };
		assert_int_equal(prove_keys(m, ZONE, both, 2, usual(m)).status, STATUS_SECURE);
		struct ds stale[] = { ds, ds_of(m, ZONE, key_of(m, 13, 257, "retired"), 2) };
		assert_int_equal(prove_keys(m, ZONE, stale, 2, usual(m)).reason, REASON_DS_MATCHES_NO_KEY);
	}
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	assert_int_equal(prove_keys(m, ZONE, &ds, 1, NULL).reason, REASON_DNSKEY_MISSING);
	assert_int_equal(prove_keys(m, ZONE, &ds, 1, NULL).status, STATUS_BOGUS);
	ds.algorithm = 100;
	assert_int_equal(prove_keys(m, ZONE, &ds, 1, NULL).status, STATUS_INSECURE);
}

/* RFC 6840 5.11: any one path will do; nothing beside it can spoil it. */
static void one_path_suffices(void **state)
{
	struct maker *m = *state;
	struct ds stale = ds_of(m, ZONE, key_of(m, 13, 257, "retired"), 2),
		  other = ds_of(m, ZONE, key_of(m, 8, 257, "rsa"), 2);
	struct ds all[] = { stale, other, ds_of(m, ZONE, ksk(m), 2) };
	struct keyset ks = prove_keys(m, ZONE, all, 3, usual(m));
	assert_int_equal(ks.status, STATUS_SECURE);
	assert_int_equal(ks.ds[0].reason, REASON_DS_MATCHES_NO_KEY);
	assert_int_equal(ks.ds[2].reason, REASON_OK);
}

/* RFC 4509 3: SHA-1 counts only where no usable SHA-2 stands beside it. */
static void sha1_beside_sha2(void **state)
{
	struct maker *m = *state;
	struct ds good1 = ds_of(m, ZONE, ksk(m), 1), good2 = ds_of(m, ZONE, ksk(m), 2), bad1 = good1,
		  bad2 = good2;
	uint8_t wrong[32] = { 0 };
	bad1.digest = bad2.digest = wrong;
	struct ds sha1_only_good[] = { good1, bad2 }, sha2_only_good[] = { bad1, good2 };
	struct keyset ks = prove_keys(m, ZONE, sha1_only_good, 2, usual(m));
	assert_int_equal(ks.status, STATUS_BOGUS);
	assert_int_equal(ks.reason, REASON_DS_DIGEST_DIFFERS);
	assert_true(ks.ds[0].ignored_sha1 && !ks.ds[1].ignored_sha1);
	ks = prove_keys(m, ZONE, sha2_only_good, 2, usual(m));
	assert_int_equal(ks.status, STATUS_SECURE);
	assert_true(ks.ds[0].ignored_sha1);
	/* An unusable SHA-2 DS puts nothing aside: that would be a downgrade. */
	bad2.algorithm = 100;
	struct ds unusable[] = { bad2, good1 };
	ks = prove_keys(m, ZONE, unusable, 2, usual(m));
	assert_int_equal(ks.status, STATUS_SECURE);
	assert_false(ks.ds[1].ignored_sha1);
}

static enum reason key_named(struct maker *m, const struct zone_key *k)
{
	const struct zone_key *keys[] = { k, zsk(m) };
	struct ds ds = ds_of(m, ZONE, k, 2);
	return prove_keys(m, ZONE, &ds, 1, sign(m, dnskeys(m, ZONE, keys, 2), ZONE, k)).reason;
}

static void keys_that_cannot_carry_the_chain(void **state)
{
	struct maker *m = *state;
	assert_int_equal(key_named(m, key_of(m, 13, 1, "no zone bit")), REASON_KEY_NO_ZONE_BIT);
	assert_int_equal(key_named(m, key_with_protocol(m, 2, "protocol")), REASON_KEY_PROTOCOL);
	assert_int_equal(key_named(m, key_of(m, 13, 257 | DNSKEY_REVOKE, "revoked")), REASON_KEY_REVOKED);
	assert_int_equal(key_named(m, key_of(m, 13, 256, "no sep")), REASON_OK);
	struct zone_key off_curve = *ksk(m);
	static const uint8_t junk[64] = { 1 };
	off_curve.rd = key_rdata(m, 257, 3, 13, (struct octets){ junk, 64 });
	off_curve.dnskey = rdata_dnskey(off_curve.rd);
	assert_int_equal(key_named(m, &off_curve), REASON_KEY_UNUSABLE);
}

/* The DS was made before the key was revoked: tag and digest have changed, the key is still recognised. */
static void ds_of_a_key_revoked_since(void **state)
{
	struct maker *m = *state;
	const struct zone_key *revoked = key_of(m, 13, 257 | DNSKEY_REVOKE, "ksk"),
			      *keys[] = { zsk(m), revoked };
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	assert_int_not_equal(ds.tag, revoked->dnskey.tag);
	struct keyset ks = prove_keys(m, ZONE, &ds, 1, sign(m, dnskeys(m, ZONE, keys, 2), ZONE, revoked));
	assert_int_equal(ks.status, STATUS_BOGUS);
	assert_int_equal(ks.reason, REASON_KEY_REVOKED);
	assert_int_equal(ks.ds[0].key, 1);
	assert_true(ks.signs[1]); /* it may sign its own revocation (RFC 5011 2.1) */
}

static enum reason dnskey_signed(struct maker *m, const struct signing *s)
{
	const struct zone_key *keys[] = { ksk(m), zsk(m) };
	struct rrset *r = dnskeys(m, ZONE, keys, 2);
	if (s)
		sign_as(m, r, s);
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	struct keyset ks = prove_keys(m, ZONE, &ds, 1, r);
	assert_int_not_equal(ks.status, STATUS_SECURE);
	assert_true(ks.linked[0] && !ks.signs[0]);
	return ks.reason;
}

static void signatures_over_dnskey(void **state)
{
	struct maker *m = *state;
	const struct zone_key *keys[] = { ksk(m), zsk(m) };
	const struct signing good = signing_of(dnskeys(m, ZONE, keys, 2), ZONE, ksk(m), m);
	struct signing s = good;
	assert_int_equal(dnskey_signed(m, NULL), REASON_SIG_MISSING);
	s.expiration = NOW - 1;
	assert_int_equal(dnskey_signed(m, &s), REASON_SIG_EXPIRED);
	s = good;
	s.inception = NOW + 1;
	assert_int_equal(dnskey_signed(m, &s), REASON_SIG_NOT_YET);
	s = good;
	s.spoil = true;
	assert_int_equal(dnskey_signed(m, &s), REASON_SIG_BOGUS);
	s = good;
	s.signer = nm(m, ".");
	assert_int_equal(dnskey_signed(m, &s), REASON_SIGNER_ABOVE);
	s = signing_of(dnskeys(m, ZONE, keys, 2), ZONE, zsk(m), m);
	assert_int_equal(dnskey_signed(m, &s), REASON_DS_KEY_NOT_SIGNING);
}

static void inception_of_the_key_that_matters(void **state)
{
	struct maker *m = *state;
	const struct zone_key *keys[] = { ksk(m), zsk(m) };
	struct rrset *r = sign(m, dnskeys(m, ZONE, keys, 2), ZONE, zsk(m));
	struct signing s = signing_of(r, ZONE, ksk(m), m);
	s.inception = NOW + 77;
	sign_as(m, r, &s);
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	struct keyset ks = prove_keys(m, ZONE, &ds, 1, r);
	assert_int_equal(ks.reason, REASON_SIG_NOT_YET);
	assert_int_equal(ks.rrset.from.s, NOW + 77);
}

/* Keys of one tag are not made by chance here: swapping two 16-bit words of the key keeps the sum (RFC 4034 B). */
static const struct zone_key *colliding(struct maker *m, const struct zone_key *with, unsigned nth)
{
	struct zone_key *k = ARENA_NEW(m->a, struct zone_key);
	uint8_t *rd = arena_copy(m->a, with->rd.at, with->rd.len);
	unsigned i = 4 + 2 * (nth % 31), j = 4 + 2 * (nth % 31 + 1 + nth / 31);
	for (unsigned b = 0; b < 2; b++) {
		uint8_t t = rd[i + b];
		rd[i + b] = rd[j % 64 + 4 + b];
		rd[j % 64 + 4 + b] = t;
	}
	*k = (struct zone_key){ .rd = { rd, with->rd.len } };
	k->dnskey = rdata_dnskey(k->rd);
	assert_int_equal(k->dnskey.tag, with->dnskey.tag);
	return k;
}

static void a_tag_collision_is_told(void **state)
{
	struct maker *m = *state;
	const struct zone_key *keys[] = { colliding(m, ksk(m), 3), ksk(m), zsk(m) };
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	struct keyset ks = prove_keys(m, ZONE, &ds, 1, sign(m, dnskeys(m, ZONE, keys, 3), ZONE, ksk(m)));
	assert_int_equal(ks.status, STATUS_SECURE);
	assert_true(ks.tag_collision);
	assert_false(ks.keytrap_shape);
	assert_true(!ks.linked[0] && ks.linked[1] && ks.signs[1] && !ks.signs[0]);
}

static double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* CVE-2023-50387: 100 keys of one tag and 100 signatures, over DNSKEY and over data. Sanitizers cost a factor. */
static void keytrap_100x100(void **state)
{
	struct maker *m = *state;
	const struct zone_key *real = key_of(m, 14, 257, "trap"), *keys[64];
	unsigned n = 0;
	for (; n < 63; n++)
		keys[n] = colliding(m, real, n);
	keys[n++] = real;
	struct rrset *dnskey = dnskeys(m, ZONE, keys, 64), *www = rr(m, "www.example. A 192.0.2.1");
	struct rdata more[100];
	for (unsigned i = 0; i < 100; i++)
		more[i] = dnskey->rd[i % 64];
	dnskey = rr_of(m, dnskey->owner, TYPE_DNSKEY, more, 100);
	for (unsigned i = 0; i < 100; i++) {
		struct signing s = signing_of(dnskey, ZONE, real, m), w = signing_of(www, ZONE, real, m);
		s.spoil = w.spoil = true;
		s.expiration = w.expiration = (uint32_t)(NOW + 1000 + i);
		sign_as(m, dnskey, &s);
		sign_as(m, www, &w);
	}
	struct ds ds = ds_of(m, ZONE, real, 2);
	double start = cpu_ms();
	struct keyset ks = prove_keys(m, ZONE, &ds, 1, dnskey);
	assert_int_equal(ks.status, STATUS_INDETERMINATE);
	assert_true(ks.keytrap_shape && ks.tag_collision);
	ks.status = STATUS_SECURE;
	struct rrset_proof r = prove_it(m, www, &ks);
	double spent = cpu_ms() - start;
	assert_int_equal(r.status, STATUS_INDETERMINATE);
	assert_true(m->b.used[BUDGET_VERIFIES] <= 2 * LIMIT_SIGS_PER_RRSET * LIMIT_KEYS_PER_TAG);
	assert_true(m->b.used[BUDGET_CRYPTO_UNITS] <= LIMIT_CRYPTO_UNITS);
	assert_true(spent < 250);
}

/* "HashTrap": DS x keys. */
static void many_ds_times_many_keys(void **state)
{
	struct maker *m = *state;
	const struct zone_key *keys[64];
	for (unsigned i = 0; i < 63; i++)
		keys[i] = colliding(m, ksk(m), i);
	keys[63] = zsk(m);
	struct rrset *dnskey = sign(m, dnskeys(m, ZONE, keys, 64), ZONE, zsk(m));
	struct ds ds[200];
	for (unsigned i = 0; i < 200; i++) {
		uint8_t digest[32] = { (uint8_t)i };
		ds[i] = ds_of(m, ZONE, ksk(m), 2);
		ds[i].digest = arena_copy(m->a, digest, 32);
	}
	struct keyset ks = prove_keys(m, ZONE, ds, 200, dnskey);
	assert_int_equal(ks.status, STATUS_INDETERMINATE);
	assert_int_equal(ks.reason, REASON_TOO_MANY_KEYS);
	assert_true(ks.keytrap_shape);
}

static void keys_below_the_apex_are_none(void **state)
{
	struct maker *m = *state;
	const struct zone_key *keys[] = { ksk(m) };
	struct rrset *below = sign(m, dnskeys(m, "www.example.", keys, 1), ZONE, ksk(m));
	struct ds ds = ds_of(m, ZONE, ksk(m), 2);
	assert_int_equal(prove_keys(m, ZONE, &ds, 1, below).reason, REASON_DNSKEY_MISSING);
}

static void islands_and_broken_parents(void **state)
{
	struct maker *m = *state;
	struct keyset ks;
	prove_keyset_unchained(&m->p, nm(m, ZONE), usual(m), STATUS_INSECURE, &ks);
	assert_int_equal(ks.status, STATUS_INSECURE);
	assert_int_equal(ks.n_keys, 2);
	assert_true(ks.signs[0] && !ks.linked[0]);
	prove_keyset_unchained(&m->p, nm(m, ZONE), NULL, STATUS_BOGUS, &ks);
	assert_int_equal(ks.reason, REASON_PARENT);
	assert_int_equal(ks.n_keys, 0);
}

int test_keyset(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(linked_by_ds),
		UNIT(until_counts_linked_keys_only),
		UNIT(ds_that_do_not_fit),
		UNIT(unknown_everywhere_is_insecure),
		UNIT(one_path_suffices),
		UNIT(sha1_beside_sha2),
		UNIT(keys_that_cannot_carry_the_chain),
		UNIT(ds_of_a_key_revoked_since),
		UNIT(signatures_over_dnskey),
		UNIT(inception_of_the_key_that_matters),
		UNIT(a_tag_collision_is_told),
		UNIT(keytrap_100x100),
		UNIT(many_ds_times_many_keys),
		UNIT(keys_below_the_apex_are_none),
		UNIT(islands_and_broken_parents),
	};
	return cmocka_run_group_tests_name("keyset", tests, NULL, NULL);
}
