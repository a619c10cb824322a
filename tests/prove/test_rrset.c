/* One RRset and its signatures. */
#include "groups.h"
#include "base/limits.h"
#include <string.h>

static const struct zone_key *zsk(struct maker *m)
{
	return key_of(m, 13, 256, "zsk");
}

static const struct keyset *usual(struct maker *m)
{
	const struct zone_key *keys[] = { key_of(m, 13, 257, "ksk"), zsk(m) };
	return keys_secure(m, "example.", keys, 2);
}

static struct rrset *www(struct maker *m)
{
	return rr(m, "www.example. 300 A 192.0.2.1\nwww.example. 300 A 192.0.2.2");
}

static void a_good_signature(void **state)
{
	struct maker *m = *state;
	struct rrset_proof r = prove_it(m, sign(m, www(m), "example.", zsk(m)), usual(m));
	assert_int_equal(r.status, STATUS_SECURE);
	assert_int_equal(r.reason, REASON_OK);
	assert_int_equal(r.until.s, NOW + 86400 * 13);
	assert_int_equal(r.from.s, WALL_NEVER.s);
	assert_false(r.wildcard);
	assert_int_equal(r.n_tries, 1);
	assert_ptr_equal(r.best, &r.tries[0]);
	assert_int_equal(r.best->key->tag, zsk(m)->dnskey.tag);
}

static void every_algorithm(void **state)
{
	struct maker *m = *state;
	static const uint8_t algorithms[] = { 5, 7, 8, 10, 13, 14, 15, 16 };
	for (unsigned i = 0; i < sizeof algorithms; i++) {
		const struct zone_key *k[] = { key_of(m, algorithms[i], 257, "csk") };
		const struct keyset *ks = keys_secure(m, "example.", k, 1);
		assert_int_equal(prove_it(m, sign(m, www(m), "example.", k[0]), ks).status, STATUS_SECURE);
	}
}

/* Order of records, their case and their TTL on the wire do not matter (RFC 4034 6). */
static void canonical_form(void **state)
{
	struct maker *m = *state;
	struct rrset *mx = sign(m, rr(m, "example. 300 MX 10 Mail.Example.\nexample. 300 MX 5 b.example."),
				"example.", zsk(m));
	struct rdata swap = mx->rd[0];
	mx->rd[0] = mx->rd[1];
	mx->rd[1] = swap;
	mx->owner = nm(m, "EXAMPLE.");
	mx->ttl = 17;
	assert_int_equal(prove_it(m, mx, usual(m)).status, STATUS_SECURE);
	mx->ttl = 301;
	struct rrset_proof r = prove_it(m, mx, usual(m));
	assert_int_equal(r.status, STATUS_SECURE);
	assert_true(r.ttl_over_original);
	mx->n = 1;
	assert_int_equal(prove_it(m, mx, usual(m)).reason, REASON_SIG_BOGUS);
}

/* The signer is lower-cased, and records that differ in case only are one record (RFC 4034 6.2, 6.3). */
static void canonical_signer_and_doubles(void **state)
{
	struct maker *m = *state;
	struct rrset *mx = sign(m, rr(m, "example. 300 MX 10 mail.example."), "example.", zsk(m));
	struct rrset *doubled = rr(m, "example. 300 MX 10 mail.example.\nexample. 300 MX 10 MAIL.example.");
	uint8_t *sig = arena_copy(m->a, mx->sigs[0].at, mx->sigs[0].len);
	memcpy(sig + 19, "EXAMPLE", 7);
	doubled->sigs = arena_copy(m->a, &(struct rdata){ sig, mx->sigs[0].len }, sizeof(struct rdata));
	doubled->n_sigs = 1;
	assert_int_equal(doubled->n, 2);
	assert_int_equal(prove_it(m, doubled, usual(m)).reason, REASON_OK);
}

static enum reason spoilt(struct maker *m, const struct signing *s)
{
	struct rrset *r = www(m);
	sign_as(m, r, s);
	struct rrset_proof p = prove_it(m, r, usual(m));
	assert_int_not_equal(p.status, STATUS_SECURE);
	assert_int_equal(p.until.s, WALL_NEVER.s);
	return p.reason;
}

static struct signing good(struct maker *m)
{
	return signing_of(www(m), "example.", zsk(m), m);
}

static void times_have_no_skew(void **state)
{
	struct maker *m = *state;
	static const struct {
		int64_t inception, expiration;
		enum reason reason;
	} cases[] = {
		{ -100, 100, REASON_OK },
		{ 0, 100, REASON_OK },
		{ -100, 0, REASON_OK },
		{ 0, 0, REASON_OK },
		{ -100, -1, REASON_SIG_EXPIRED },
		{ 1, 100, REASON_SIG_NOT_YET },
		{ 100, -100, REASON_SIG_EXPIRES_BEFORE_INCEPTION },
		{ -50, -100, REASON_SIG_EXPIRES_BEFORE_INCEPTION },
	};
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct signing s = good(m);
		s.inception = (uint32_t)(NOW + cases[i].inception);
		s.expiration = (uint32_t)(NOW + cases[i].expiration);
		struct rrset *r = www(m);
		sign_as(m, r, &s);
		struct rrset_proof p = prove_it(m, r, usual(m));
		assert_int_equal(p.reason, cases[i].reason);
		assert_int_equal(p.status, cases[i].reason == REASON_OK ? STATUS_SECURE : STATUS_BOGUS);
		assert_int_equal(p.from.s, cases[i].reason == REASON_SIG_NOT_YET ? NOW + 1 : WALL_NEVER.s);
	}
}

/* Serial arithmetic carries signatures over 2038 and 2106. */
static void times_wrap(void **state)
{
	struct maker *m = *state;
	const struct keyset *keys = usual(m);
	m->p.at.s = (int64_t)UINT32_MAX - 10;
	struct signing s = good(m);
	s.inception = UINT32_MAX - 1000;
	s.expiration = 1000;
	struct rrset *r = www(m);
	sign_as(m, r, &s);
	struct rrset_proof p = prove_it(m, r, keys);
	assert_int_equal(p.reason, REASON_OK);
	assert_int_equal(p.until.s, (int64_t)UINT32_MAX + 1001);
	m->p.at.s = (int64_t)UINT32_MAX + 1002;
	assert_int_equal(prove_it(m, r, keys).reason, REASON_SIG_EXPIRED);
}

/* Expired is said where nothing else is wrong, or where the key is gone as well. */
static void expired_and_more(void **state)
{
	struct maker *m = *state;
	struct signing s = good(m);
	s.expiration = NOW - 5;
	assert_int_equal(spoilt(m, &s), REASON_SIG_EXPIRED);
	s.spoil = true;
	assert_int_equal(spoilt(m, &s), REASON_SIG_BOGUS);
	s.spoil = false;
	s.key = key_of(m, 13, 256, "retired");
	s.tag = s.key->dnskey.tag;
	assert_int_equal(spoilt(m, &s), REASON_SIG_EXPIRED);
	s.labels = 7;
	assert_int_equal(spoilt(m, &s), REASON_LABELS_EXCEED);
}

static void keys_that_do_not_fit(void **state)
{
	struct maker *m = *state;
	struct signing s = good(m);
	s.spoil = true;
	assert_int_equal(spoilt(m, &s), REASON_SIG_BOGUS);
	s = good(m);
	s.cut = 1;
	assert_int_equal(spoilt(m, &s), REASON_SIG_LENGTH);
	s = good(m);
	s.tag ^= 0x5555;
	assert_int_equal(spoilt(m, &s), REASON_KEY_TAG_UNKNOWN);
	s = good(m);
	s.algorithm = 8;
	assert_int_equal(spoilt(m, &s), REASON_KEY_ALGORITHM_DIFFERS);
	s.algorithm = 100;
	assert_int_equal(spoilt(m, &s), REASON_ALGORITHM_UNSUPPORTED);
	assert_int_equal(prove_it(m, www(m), usual(m)).reason, REASON_SIG_MISSING);
}

/* One zone key beside a good KSK; data signed by it. */
static enum reason by_key(struct maker *m, const struct zone_key *k)
{
	const struct zone_key *keys[] = { key_of(m, 13, 257, "ksk"), k };
	return prove_it(m, sign(m, www(m), "example.", k), keys_secure(m, "example.", keys, 2)).reason;
}

static void keys_that_may_not_sign(void **state)
{
	struct maker *m = *state;
	assert_int_equal(by_key(m, key_of(m, 13, 0, "no zone bit")), REASON_KEY_NO_ZONE_BIT);
	assert_int_equal(by_key(m, key_with_protocol(m, 2, "protocol")), REASON_KEY_PROTOCOL);
	assert_int_equal(by_key(m, key_of(m, 13, 256 | DNSKEY_REVOKE, "revoked")), REASON_KEY_REVOKED);
	struct zone_key off_curve = *zsk(m);
	static const uint8_t junk[64] = { 1, 2, 3 };
	off_curve.rd = key_rdata(m, 256, 3, 13, (struct octets){ junk, 64 });
	off_curve.dnskey = rdata_dnskey(off_curve.rd);
	assert_int_equal(by_key(m, &off_curve), REASON_KEY_UNUSABLE);
}

static void signer_must_be_the_zone(void **state)
{
	struct maker *m = *state;
	static const struct {
		const char *signer;
		enum reason reason;
	} cases[] = {
		{ "www.example.", REASON_SIGNER_BELOW },
		{ ".", REASON_SIGNER_ABOVE },
		{ "other.", REASON_SIGNER_ELSEWHERE },
		{ "xample.", REASON_SIGNER_ELSEWHERE },
	};
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct signing s = good(m);
		s.signer = nm(m, cases[i].signer);
		assert_int_equal(spoilt(m, &s), cases[i].reason);
	}
	struct rrset *outside = sign(m, rr(m, "www.elsewhere. A 192.0.2.1"), "example.", zsk(m));
	assert_int_equal(prove_it(m, outside, usual(m)).reason, REASON_SIGNER_ELSEWHERE);
}

/* CVE-2026-11721, CVE-2026-44690, CVE-2026-52688: four products, one bug. */
static void rrsig_labels_lt_signer(void **state)
{
	struct maker *m = *state;
	struct signing s = good(m);
	s.labels = 0; /* "*." would be a root wildcard */
	assert_int_equal(spoilt(m, &s), REASON_LABELS_BELOW_SIGNER);
	s.labels = 3;
	assert_int_equal(spoilt(m, &s), REASON_LABELS_EXCEED);
}

static void wildcards_are_told(void **state)
{
	struct maker *m = *state;
	const struct keyset *keys = usual(m);
	struct rrset *star = sign(m, rr(m, "*.example. A 192.0.2.1"), "example.", zsk(m));
	struct rrset_proof r = prove_it(m, star, keys);
	assert_int_equal(r.status, STATUS_SECURE);
	assert_false(r.wildcard); /* the wildcard itself */
	r = prove_it(m, expand(m, star, "a.b.example."), keys);
	assert_int_equal(r.status, STATUS_SECURE);
	assert_true(r.wildcard);
	assert_int_equal(r.closest_labels, 1);
	/* A signature that needs no further proof is preferred to a later one that does. */
	struct rrset *both = sign(m, rr(m, "b.example. A 192.0.2.1"), "example.", zsk(m));
	struct signing s = signing_of(both, "example.", zsk(m), m);
	s.labels = 1;
	s.expiration = NOW + 86400 * 30;
	sign_as(m, both, &s);
	r = prove_it(m, both, keys);
	assert_false(r.wildcard);
	assert_int_equal(r.until.s, NOW + 86400 * 13);
	/* A type that stands at one name only is never expanded, at the apex nothing is. */
	struct rrset *cds = sign(m, rr(m, "*.example. CDS 1 13 2 00"), "example.", zsk(m));
	assert_int_equal(prove_it(m, cds, keys).status, STATUS_SECURE);
	assert_int_equal(prove_it(m, expand(m, cds, "b.example."), keys).reason, REASON_LABELS_NO_WILDCARD);
	/* NSEC as an answer is data; as a proof it is not taken (test_nsec.c). */
	struct rrset *nsec = sign(m, rr(m, "*.example. NSEC \\000.example. A"), "example.", zsk(m));
	r = prove_it(m, expand(m, nsec, "b.example."), keys);
	assert_int_equal(r.status, STATUS_SECURE);
	assert_true(r.wildcard);
}

static void one_good_signature_suffices(void **state)
{
	struct maker *m = *state;
	struct rrset *r = www(m);
	struct signing expired = good(m), bogus = good(m), late = good(m);
	expired.expiration = NOW - 1;
	bogus.spoil = true;
	late.expiration = NOW + 86400 * 20;
	sign_as(m, r, &expired);
	sign_as(m, r, &bogus);
	sign(m, r, "example.", zsk(m));
	sign_as(m, r, &late);
	struct rrset_proof p = prove_it(m, r, usual(m));
	assert_int_equal(p.status, STATUS_SECURE);
	assert_int_equal(p.until.s, NOW + 86400 * 20);
	static const enum reason expect[] = { REASON_SIG_EXPIRED, REASON_SIG_BOGUS, REASON_OK, REASON_OK };
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(p.tries[i].reason, expect[i]);
	/* Without the good ones the timely one that fails is told before the expired one whose key is gone. */
	struct rrset *two = www(m);
	expired.key = key_of(m, 13, 256, "retired");
	expired.tag = expired.key->dnskey.tag;
	sign_as(m, two, &expired);
	sign_as(m, two, &bogus);
	assert_int_equal(prove_it(m, two, usual(m)).reason, REASON_SIG_BOGUS);
}

/* Bad signatures before the good one: tried up to the limit, then told, not called bogus. */
static void rrsig_gt_100_leak(void **state)
{
	struct maker *m = *state;
	struct rrset *r = www(m);
	struct signing s = good(m);
	s.spoil = true;
	for (unsigned i = 0; i < 120; i++) {
		s.expiration = (uint32_t)(NOW + 1000 + i);
		sign_as(m, r, &s);
	}
	const struct keyset *keys = usual(m);
	uint64_t before = m->b.used[BUDGET_VERIFIES];
	struct rrset_proof p = prove_it(m, r, keys);
	assert_int_equal(p.reason, REASON_TOO_MANY_SIGS);
	assert_int_equal(p.status, STATUS_INDETERMINATE);
	assert_int_equal(p.n_tries, 120);
	assert_int_equal(m->b.used[BUDGET_VERIFIES] - before, LIMIT_SIGS_PER_RRSET);
	/* Expired rubbish does not eat the share of a timely signature. */
	struct rrset *mixed = www(m);
	s.spoil = false;
	s.expiration = NOW - 10;
	for (unsigned i = 0; i < 120; i++) {
		s.inception = (uint32_t)(NOW - 2000 - i);
		sign_as(m, mixed, &s);
	}
	sign(m, mixed, "example.", zsk(m));
	assert_int_equal(prove_it(m, mixed, keys).status, STATUS_SECURE);
}

static void limits_are_not_bogus(void **state)
{
	struct maker *m = *state;
	const struct keyset *keys = usual(m);
	struct rrset *r = sign(m, www(m), "example.", zsk(m));
	struct budget none = m->b;
	none.limit[BUDGET_VERIFIES] = none.used[BUDGET_VERIFIES];
	m->p.budget = &none;
	struct rrset_proof p = prove_it(m, r, keys);
	assert_int_equal(p.reason, REASON_BUDGET);
	assert_int_equal(p.status, STATUS_INDETERMINATE);
	m->p.budget = &m->b;
	struct rdata many[LIMIT_RRS_PER_RRSET + 1];
	for (unsigned i = 0; i <= LIMIT_RRS_PER_RRSET; i++) {
		uint8_t ip[4] = { 192, 0, (uint8_t)(i >> 8), (uint8_t)i };
		many[i] = (struct rdata){ arena_copy(m->a, ip, 4), 4 };
	}
	struct rrset *big = rr_of(m, nm(m, "www.example."), TYPE_A, many, LIMIT_RRS_PER_RRSET);
	assert_int_equal(prove_it(m, sign(m, big, "example.", zsk(m)), keys).status, STATUS_SECURE);
	big = rr_of(m, nm(m, "www.example."), TYPE_A, many, LIMIT_RRS_PER_RRSET + 1);
	p = prove_it(m, sign(m, big, "example.", zsk(m)), keys);
	assert_int_equal(p.reason, REASON_TOO_MANY_RECORDS);
	assert_int_equal(p.status, STATUS_INDETERMINATE);
}

static void by_keys_that_are_not_secure(void **state)
{
	struct maker *m = *state;
	struct rrset *r = sign(m, www(m), "example.", zsk(m));
	const struct zone_key *keys[] = { zsk(m) };
	struct keyset ks;
	prove_keyset_unchained(&m->p, nm(m, "example."), dnskeys(m, "example.", keys, 1), STATUS_INSECURE,
			       &ks);
	struct rrset_proof p = prove_it(m, r, &ks);
	assert_int_equal(p.status, STATUS_INSECURE);
	assert_int_equal(p.tries[0].reason, REASON_OK); /* told all the same */
	assert_int_equal(p.until.s, WALL_NEVER.s);
	prove_keyset_unchained(&m->p, nm(m, "example."), dnskeys(m, "example.", keys, 1), STATUS_BOGUS, &ks);
	p = prove_it(m, r, &ks);
	assert_int_equal(p.status, STATUS_BOGUS);
	assert_int_equal(p.reason, REASON_PARENT);
	assert_int_equal(prove_it(m, www(m), keys_insecure(m, "example.")).status, STATUS_INSECURE);
}

int test_rrset(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_good_signature),
		UNIT(every_algorithm),
		UNIT(canonical_form),
		UNIT(canonical_signer_and_doubles),
		UNIT(times_have_no_skew),
		UNIT(times_wrap),
		UNIT(expired_and_more),
		UNIT(keys_that_do_not_fit),
		UNIT(keys_that_may_not_sign),
		UNIT(signer_must_be_the_zone),
		UNIT(rrsig_labels_lt_signer),
		UNIT(wildcards_are_told),
		UNIT(one_good_signature_suffices),
		UNIT(rrsig_gt_100_leak),
		UNIT(limits_are_not_bogus),
		UNIT(by_keys_that_are_not_secure),
	};
	return cmocka_run_group_tests_name("rrset", tests, NULL, NULL);
}
