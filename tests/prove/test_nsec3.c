/* Denial by NSEC3, by records that match or span exactly one hash each: nothing is proven by chance. */
#include "groups.h"
#include "base/limits.h"
#include <string.h>

#define ZONE "example."
enum { OPT_OUT = NSEC3_OPTOUT, ITERATIONS_LOW = 3 };

static const struct zone_key *csk(struct maker *m)
{
	return key_of(m, 13, 257, "csk");
}

static const struct keyset *usual(struct maker *m)
{
	const struct zone_key *keys[] = { csk(m) };
	return keys_secure(m, ZONE, keys, 1);
}

static void step(uint8_t hash[20], int by)
{
	for (int i = 19; i >= 0; i--) {
		uint8_t before = hash[i];
		hash[i] = (uint8_t)(hash[i] + by);
		if (by > 0 ? hash[i] > before : hash[i] < before)
			return;
	}
}

static struct rrset *matching_at(struct maker *m, const char *name, uint8_t flags, uint16_t iterations,
				 const char *types)
{
	uint8_t owner[20], next[20];
	hash_of(m, name, iterations, owner);
	memcpy(next, owner, 20);
	step(next, 1);
	return nsec3(m, ZONE, owner, next, flags, iterations, types);
}

static struct rrset *covering_at(struct maker *m, const char *name, uint8_t flags, uint16_t iterations)
{
	uint8_t owner[20], next[20];
	hash_of(m, name, iterations, owner);
	memcpy(next, owner, 20);
	step(owner, -1);
	step(next, 1);
	return nsec3(m, ZONE, owner, next, flags, iterations, "A RRSIG");
}

static struct rrset *matching(struct maker *m, const char *name, const char *types)
{
	return matching_at(m, name, 0, 0, types);
}
static struct rrset *covering(struct maker *m, const char *name)
{
	return covering_at(m, name, 0, 0);
}

static struct message *with(struct maker *m, uint16_t rcode, struct rrset *const *sets, unsigned n)
{
	struct message *to = msg(m, rcode);
	for (unsigned i = 0; i < n; i++)
		put_authority(m, to, sets[i]->n_sigs ? sets[i] : sign(m, sets[i], ZONE, csk(m)));
	return to;
}
#define WITH(m, rcode, ...)                                                                                  \
	with(m, rcode, (struct rrset *const[]){ __VA_ARGS__ },                                               \
	     sizeof((struct rrset *const[]){ __VA_ARGS__ }) / sizeof(void *))

static struct denial_proof check(struct maker *m, const struct message *of, const char *qname, uint16_t qtype,
				 enum denial_kind kind, enum status status, enum reason reason)
{
	struct denial_proof d = deny(m, of, usual(m), qname, qtype);
	assert_int_equal(d.kind, kind);
	assert_int_equal(d.reason, reason);
	assert_int_equal(d.status, status);
	return d;
}

static void names_that_do_not_exist(void **state)
{
	struct maker *m = *state;
	struct rrset *ce = matching(m, "example.", "NS SOA"), *next = covering(m, "b.example."),
		     *wild = covering(m, "*.example.");
	struct denial_proof d = check(m, WITH(m, 3, ce, next, wild), "a.b.example.", TYPE_A, DENIAL_NXDOMAIN,
				      STATUS_SECURE, REASON_OK);
	assert_true(d.nsec3 && !d.opt_out);
	assert_int_equal(d.until.s, NOW + 86400 * 13);
	check(m, WITH(m, 3, next, wild), "a.b.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_NO_CLOSEST_ENCLOSER);
	check(m, WITH(m, 3, ce, wild), "a.b.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_NEXT_CLOSER_NOT_COVERED);
	check(m, WITH(m, 3, ce, next), "a.b.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_WILDCARD_NOT_COVERED);
	/* The name itself spanned, not the next closer: no proof that b.example. is missing. */
	check(m, WITH(m, 3, ce, covering(m, "a.b.example."), wild), "a.b.example.", TYPE_A, DENIAL_NONE,
	      STATUS_BOGUS, REASON_NSEC3_NEXT_CLOSER_NOT_COVERED);
	/* The closest encloser is the longest that matches. */
	check(m, WITH(m, 3, ce, next, wild, matching(m, "b.example.", "A")), "a.b.example.", TYPE_A,
	      DENIAL_NONE, STATUS_BOGUS, REASON_NSEC3_NEXT_CLOSER_NOT_COVERED);
}

static void types_that_do_not_exist(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 0, matching(m, "b.example.", "A RRSIG")), "b.example.", TYPE_TXT, DENIAL_NODATA,
	      STATUS_SECURE, REASON_OK);
	check(m, WITH(m, 0, matching(m, "b.example.", "A RRSIG")), "B.Example.", TYPE_TXT, DENIAL_NODATA,
	      STATUS_SECURE, REASON_OK);
	check(m, WITH(m, 0, matching(m, "b.example.", "")), "b.example.", TYPE_A, DENIAL_ENT, STATUS_SECURE,
	      REASON_OK);
	check(m, WITH(m, 0, matching(m, "b.example.", "A RRSIG")), "b.example.", TYPE_A, DENIAL_NONE,
	      STATUS_BOGUS, REASON_NSEC3_TYPE_PRESENT);
	check(m, WITH(m, 0, matching(m, "b.example.", "CNAME")), "b.example.", TYPE_A, DENIAL_NONE,
	      STATUS_BOGUS, REASON_NSEC3_TYPE_PRESENT);
	check(m, WITH(m, 0, covering(m, "b.example.")), "b.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_NO_MATCH);
	check(m, WITH(m, 3, matching(m, "b.example.", "A")), "b.example.", TYPE_TXT, DENIAL_NODATA,
	      STATUS_BOGUS, REASON_NXDOMAIN_BUT_PROVEN_NODATA);
	check(m,
	      WITH(m, 0, matching(m, "example.", "NS SOA"), covering(m, "a.example."),
		   covering(m, "*.example.")),
	      "a.example.", TYPE_A, DENIAL_NXDOMAIN, STATUS_BOGUS, REASON_NODATA_BUT_PROVEN_NXDOMAIN);
}

static void wildcards(void **state)
{
	struct maker *m = *state;
	struct rrset *ce = matching(m, "example.", "NS SOA"), *next = covering(m, "b.example.");
	check(m, WITH(m, 0, ce, next, matching(m, "*.example.", "A")), "a.b.example.", TYPE_TXT,
	      DENIAL_WILDCARD_NODATA, STATUS_SECURE, REASON_OK);
	check(m, WITH(m, 0, ce, next, matching(m, "*.example.", "A")), "a.b.example.", TYPE_A, DENIAL_NONE,
	      STATUS_BOGUS, REASON_NSEC3_TYPE_PRESENT);
	struct denial_proof d = deny_wildcard(m, WITH(m, 0, next), usual(m), "a.b.example.", 1);
	assert_int_equal(d.kind, DENIAL_WILDCARD_ANSWER);
	assert_int_equal(d.status, STATUS_SECURE);
	d = deny_wildcard(m, WITH(m, 0, covering(m, "a.b.example.")), usual(m), "a.b.example.", 1);
	assert_int_equal(d.reason, REASON_NSEC3_NEXT_CLOSER_NOT_COVERED);
	d = deny_wildcard(m, WITH(m, 0, covering_at(m, "b.example.", OPT_OUT, 0)), usual(m), "a.b.example.",
			  1);
	assert_int_equal(d.status, STATUS_INSECURE);
}

/* A span with opt-out leaves room for unsigned delegations: what rests on it is insecure, never secure. */
static void opt_out(void **state)
{
	struct maker *m = *state;
	struct rrset *ce = matching(m, "example.", "NS SOA"),
		     *next = covering_at(m, "b.example.", OPT_OUT, 0), *wild = covering(m, "*.example.");
	struct denial_proof d = check(m, WITH(m, 3, ce, next, wild), "b.example.", TYPE_A, DENIAL_NXDOMAIN,
				      STATUS_INSECURE, REASON_OK);
	assert_true(d.opt_out);
	check(m, WITH(m, 3, ce, next), "b.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_WILDCARD_NOT_COVERED);
	check(m, WITH(m, 0, ce, next), "b.example.", TYPE_DS, DENIAL_INSECURE_CUT, STATUS_INSECURE,
	      REASON_OK);
	check(m, WITH(m, 0, ce, next), "b.example.", TYPE_A, DENIAL_NODATA, STATUS_INSECURE, REASON_OK);
	check(m, WITH(m, 0, ce, covering(m, "b.example.")), "b.example.", TYPE_DS, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_NO_MATCH);
	check(m, WITH(m, 0, next), "b.example.", TYPE_DS, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC3_NO_MATCH);
	/* The flag of the record that matches does not matter, that of the span does. */
	check(m, WITH(m, 0, matching_at(m, "b.example.", OPT_OUT, 0, "A")), "b.example.", TYPE_TXT,
	      DENIAL_NODATA, STATUS_SECURE, REASON_OK);
}

static struct message *referral(struct maker *m, struct message *of)
{
	put_authority(m, of, rr(m, "cut.example. NS ns.cut.example."));
	return of;
}

static void no_ds(void **state)
{
	struct maker *m = *state;
	const struct keyset *keys = usual(m);
	struct denial_proof d =
		deny_ds(m, referral(m, WITH(m, 0, matching(m, "cut.example.", "NS"))), keys, "cut.example.");
	assert_int_equal(d.kind, DENIAL_INSECURE_CUT);
	assert_int_equal(d.status, STATUS_SECURE);
	d = deny_ds(m,
		    referral(m, WITH(m, 0, matching(m, "example.", "NS SOA"),
				     covering_at(m, "cut.example.", OPT_OUT, 0))),
		    keys, "cut.example.");
	assert_int_equal(d.kind, DENIAL_INSECURE_CUT);
	assert_int_equal(d.status, STATUS_INSECURE);
	assert_true(d.opt_out);
	d = deny_ds(m, referral(m, WITH(m, 0, matching(m, "cut.example.", "A"))), keys, "cut.example.");
	assert_int_equal(d.reason, REASON_NSEC_NO_NS_BIT);
	d = deny_ds(m, referral(m, WITH(m, 0, matching(m, "cut.example.", "NS DS"))), keys, "cut.example.");
	assert_int_equal(d.reason, REASON_NSEC3_TYPE_PRESENT);
	d = deny_ds(m, referral(m, WITH(m, 0, matching(m, "cut.example.", "NS SOA"))), keys, "cut.example.");
	assert_int_equal(d.reason, REASON_NSEC_CHILD_SIDE);
	d = deny_ds(m, referral(m, WITH(m, 0, covering(m, "cut.example."))), keys, "cut.example.");
	assert_int_equal(d.reason, REASON_NSEC3_NO_MATCH);
	d = deny_ds(m, referral(m, WITH(m, 0, matching_at(m, "cut.example.", 0, 151, "NS"))), keys,
		    "cut.example.");
	assert_int_equal(d.kind, DENIAL_INSECURE_CUT);
	assert_int_equal(d.status, STATUS_INSECURE);
	assert_int_equal(d.reason, REASON_NSEC3_ITERATIONS);
}

/* RFC 5155 8.3: the closest encloser must not be a delegation or a DNAME. */
static void the_side_of_the_cut(void **state)
{
	struct maker *m = *state;
	static const char *const types[] = { "NS", "NS DS RRSIG", "DNAME RRSIG" };
	for (unsigned i = 0; i < 3; i++)
		check(m,
		      WITH(m, 3, matching(m, "b.example.", types[i]), covering(m, "a.b.example."),
			   covering(m, "*.b.example.")),
		      "a.b.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC_PARENT_SIDE);
	check(m, WITH(m, 0, matching(m, "b.example.", "NS")), "b.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC_PARENT_SIDE);
}

/* CVE-2026-10723: a hash deeper in the zone, or no hash at all, is no NSEC3 owner. */
static void nsec3_owner_is_one_label_plus_signer(void **state)
{
	struct maker *m = *state;
	struct rrset *good = matching(m, "b.example.", "A");
	static const char *const owners[] = {
		"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.b.example.",
		"0p9mhaveqvm6t7vbl5lop2u3t2rp3to.example.",
		"example.",
		"wp9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.",
	};
	for (unsigned i = 0; i < 4; i++) {
		struct rrset *bad = rr_of(m, nm(m, owners[i]), TYPE_NSEC3, good->rd, 1);
		check(m, WITH(m, 0, bad), "b.example.", TYPE_TXT, DENIAL_NONE, STATUS_BOGUS,
		      REASON_NSEC3_BAD_OWNER);
	}
}

static struct rrset *altered(struct maker *m, unsigned octet, uint8_t value)
{
	struct rrset *r = matching(m, "b.example.", "A");
	uint8_t *rd = arena_copy(m->a, r->rd[0].at, r->rd[0].len);
	rd[octet] = value;
	r->rd[0].at = rd;
	return r;
}

static void records_that_must_be_ignored(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 0, altered(m, 0, 2)), "b.example.", TYPE_TXT, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_UNKNOWN_HASH);
	check(m, WITH(m, 0, altered(m, 1, 2)), "b.example.", TYPE_TXT, DENIAL_NONE, STATUS_BOGUS,
	      REASON_NSEC3_UNKNOWN_FLAGS);
	check(m, WITH(m, 0, altered(m, 1, 2), matching(m, "b.example.", "A")), "b.example.", TYPE_TXT,
	      DENIAL_NODATA, STATUS_SECURE, REASON_OK);
	/* Records of other parameters do not add up to one proof. */
	check(m,
	      WITH(m, 3, matching_at(m, "example.", 0, 1, "NS SOA"), covering(m, "a.example."),
		   covering(m, "*.example.")),
	      "a.example.", TYPE_A, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC3_NEXT_CLOSER_NOT_COVERED);
	check(m, WITH(m, 0, matching(m, "x.example.", "A"), altered(m, ITERATIONS_LOW, 1)), "b.example.",
	      TYPE_TXT, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC3_NO_MATCH);
}

/* RFC 9276 3.2: insecure, but only on the word of a good signature. */
static void iterations(void **state)
{
	struct maker *m = *state;
	struct denial_proof d = check(m, WITH(m, 0, matching_at(m, "b.example.", 0, 150, "A")), "b.example.",
				      TYPE_TXT, DENIAL_NODATA, STATUS_SECURE, REASON_OK);
	assert_int_equal(d.iterations, 150);
	d = check(m, WITH(m, 3, matching_at(m, "b.example.", 0, 151, "A")), "q.example.", TYPE_TXT,
		  DENIAL_NXDOMAIN, STATUS_INSECURE, REASON_NSEC3_ITERATIONS);
	assert_int_equal(d.iterations, 151);
	struct rrset *forged = matching_at(m, "b.example.", 0, 2500, "A");
	struct signing s = signing_of(forged, ZONE, csk(m), m);
	s.spoil = true;
	sign_as(m, forged, &s);
	uint64_t before = m->b.used[BUDGET_NSEC3_HASHES];
	check(m, WITH(m, 0, forged), "b.example.", TYPE_TXT, DENIAL_NONE, STATUS_BOGUS,
	      REASON_DENIAL_SIGNATURE);
	assert_int_equal(m->b.used[BUDGET_NSEC3_HASHES], before);
	struct message *of = msg(m, 0);
	put_authority(m, of, matching_at(m, "b.example.", 0, 2500, "A"));
	d = deny(m, of, usual(m), "b.example.", TYPE_TXT);
	assert_int_equal(d.reason, REASON_DENIAL_UNSIGNED);
}

static const char *deep(struct maker *m, char label)
{
	char *name = arena_alloc(m->a, 300);
	for (unsigned i = 0; i < 120; i++)
		memcpy(name + 2 * i, (char[]){ label, '.' }, 2);
	strcpy(name + 240, ZONE);
	return name;
}

/* CVE-2026-42923: deep names cost a bounded number of hashes, and running out is not "bogus". */
static void nsec3_unbounded_hash(void **state)
{
	struct maker *m = *state;
	struct message *of = WITH(m, 3, matching_at(m, "b.example.", 0, 150, "A"));
	const struct keyset *keys = usual(m);
	uint64_t before = m->b.used[BUDGET_NSEC3_HASHES];
	struct denial_proof d = deny(m, of, keys, deep(m, 'a'), TYPE_A);
	assert_int_equal(d.status, STATUS_BOGUS);
	uint64_t spent = m->b.used[BUDGET_NSEC3_HASHES] - before;
	assert_true(spent > 4 * 100 && spent <= 4 * 122);
	m->b.limit[BUDGET_NSEC3_HASHES] = m->b.used[BUDGET_NSEC3_HASHES];
	d = deny(m, of, keys, deep(m, 'c'), TYPE_A);
	assert_int_equal(d.status, STATUS_INDETERMINATE);
	assert_int_equal(d.reason, REASON_BUDGET);
}

/* CVE-2026-1519: the path of insecure delegations pays and stops like the others; 65535 iterations are not computed. */
static void nsec3_iter_insecure_deleg(void **state)
{
	struct maker *m = *state;
	const struct keyset *keys = usual(m);
	struct message *of = WITH(m, 0, matching_at(m, "b.example.", 0, 150, "A"));
	uint64_t before = m->b.used[BUDGET_NSEC3_HASHES];
	assert_int_equal(deny_ds(m, of, keys, deep(m, 'd')).status, STATUS_BOGUS);
	assert_true(m->b.used[BUDGET_NSEC3_HASHES] > before);
	m->b.limit[BUDGET_NSEC3_HASHES] = m->b.used[BUDGET_NSEC3_HASHES];
	assert_int_equal(deny_ds(m, of, keys, deep(m, 'e')).reason, REASON_BUDGET);
	uint8_t any[20] = { 1 };
	struct message *many = WITH(m, 0, nsec3(m, ZONE, any, any, 0, 65535, "NS"));
	put_authority(m, many, rr(m, "cut.example. NS ns.cut.example."));
	struct denial_proof d = deny_ds(m, many, keys, "cut.example.");
	assert_int_equal(d.status, STATUS_INSECURE);
	assert_int_equal(d.reason, REASON_NSEC3_ITERATIONS);
}

/* Unbound CVE-2026-50045 was a quota reset by a restart: here a second prover goes on where the first one stopped. */
static void quota_not_reset_by_restart(void **state)
{
	struct maker *m = *state;
	struct message *of = WITH(m, 3, matching_at(m, "b.example.", 0, 150, "A"));
	const struct keyset *keys = usual(m);
	for (char label = 'f'; label <= 'z'; label++) {
		struct prover again = { m->a, m->c, &m->b, m->p.at };
		m->p = again;
		deny(m, of, keys, deep(m, label), TYPE_A);
	}
	assert_true(m->b.used[BUDGET_NSEC3_HASHES] <= LIMIT_NSEC3_HASHES);
	assert_true(m->b.hit & 1u << BUDGET_NSEC3_HASHES);
}

static void padded_negative_answer(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	for (unsigned i = 0; i < 200; i++)
		put_authority(m, of, matching(m, arena_printf(m->a, "p%u.example.", i), "A"));
	struct denial_proof d = deny(m, of, usual(m), "b.example.", TYPE_A);
	assert_int_equal(d.n_rrsets, LIMIT_NSEC3_RECORDS);
	assert_int_equal(d.status, STATUS_INDETERMINATE);
	assert_int_equal(d.reason, REASON_TOO_MANY_RECORDS);
}

/* While a zone changes from one to the other both may come; either will do (measured: no resolver minds). */
static void nsec_beside_nsec3(void **state)
{
	struct maker *m = *state;
	struct rrset *stray = rr(m, "x.example. NSEC y.example. A");
	check(m, WITH(m, 0, stray, matching(m, "b.example.", "A")), "b.example.", TYPE_TXT, DENIAL_NODATA,
	      STATUS_SECURE, REASON_OK);
	struct rrset *nsec = rr(m, "b.example. NSEC y.example. A");
	check(m, WITH(m, 0, matching(m, "x.example.", "A"), nsec), "b.example.", TYPE_TXT, DENIAL_NODATA,
	      STATUS_SECURE, REASON_OK);
}

int test_nsec3(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(names_that_do_not_exist),
		UNIT(types_that_do_not_exist),
		UNIT(wildcards),
		UNIT(opt_out),
		UNIT(no_ds),
		UNIT(the_side_of_the_cut),
		UNIT(nsec3_owner_is_one_label_plus_signer),
		UNIT(records_that_must_be_ignored),
		UNIT(iterations),
		UNIT(nsec3_unbounded_hash),
		UNIT(nsec3_iter_insecure_deleg),
		UNIT(quota_not_reset_by_restart),
		UNIT(padded_negative_answer),
		UNIT(nsec_beside_nsec3),
	};
	return cmocka_run_group_tests_name("nsec3", tests, NULL, NULL);
}
