/* Denial by NSEC. The zone: example. SOA NS, b.example. A, ent: x.e.example. A, *.w.example. A, cut.example. NS (no DS),
 * d.example. DNAME. */
#include "groups.h"
#include "base/limits.h"
#include <string.h>

#define ZONE "example."
#define APEX_NSEC "example. NSEC b.example. NS SOA RRSIG NSEC DNSKEY"
#define B_NSEC "b.example. NSEC cut.example. A RRSIG NSEC"
#define CUT_NSEC "cut.example. NSEC d.example. NS RRSIG NSEC"
#define D_NSEC "d.example. NSEC x.e.example. DNAME RRSIG NSEC"
#define E_NSEC "x.e.example. NSEC *.w.example. A RRSIG NSEC"
#define W_NSEC "*.w.example. NSEC example. A RRSIG NSEC"

static const struct zone_key *csk(struct maker *m)
{
	return key_of(m, 13, 257, "csk");
}

static const struct keyset *usual(struct maker *m)
{
	const struct zone_key *keys[] = { csk(m) };
	return keys_secure(m, ZONE, keys, 1);
}

/* A message whose authority holds these NSEC lines, signed. */
static struct message *with(struct maker *m, uint16_t rcode, const char *const *lines, unsigned n)
{
	struct message *to = msg(m, rcode);
	for (unsigned i = 0; i < n; i++)
		put_authority(m, to, sign(m, rr(m, lines[i]), ZONE, csk(m)));
	return to;
}
#define WITH(m, rcode, ...)                                                                                  \
	with(m, rcode, (const char *const[]){ __VA_ARGS__ },                                                 \
	     sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void expect(const struct denial_proof *d, enum denial_kind kind, enum status status,
		   enum reason reason)
{
	assert_int_equal(d->kind, kind);
	assert_int_equal(d->reason, reason);
	assert_int_equal(d->status, status);
	if (status == STATUS_SECURE)
		assert_int_equal(d->until.s, NOW + 86400 * 13);
}

static void check(struct maker *m, const struct message *of, const char *qname, uint16_t qtype,
		  enum denial_kind kind, enum reason reason)
{
	struct denial_proof d = deny(m, of, usual(m), qname, qtype);
	expect(&d, kind, reason == REASON_OK ? STATUS_SECURE : STATUS_BOGUS, reason);
	assert_false(d.nsec3);
}

static void names_that_do_not_exist(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 3, APEX_NSEC), "a.example.", TYPE_A, DENIAL_NXDOMAIN, REASON_OK);
	check(m, WITH(m, 3, B_NSEC, APEX_NSEC), "c.example.", TYPE_A, DENIAL_NXDOMAIN, REASON_OK);
	check(m, WITH(m, 3, W_NSEC, APEX_NSEC), "z.example.", TYPE_A, DENIAL_NXDOMAIN, REASON_OK);
	check(m, WITH(m, 3, E_NSEC), "q.e.example.", TYPE_A, DENIAL_NONE, REASON_NSEC_NOT_COVERING);
	check(m, WITH(m, 3, D_NSEC, E_NSEC), "a.e.example.", TYPE_A, DENIAL_NXDOMAIN, REASON_OK);
	check(m, WITH(m, 3, B_NSEC), "c.example.", TYPE_A, DENIAL_NONE, REASON_NSEC_WILDCARD_NOT_COVERED);
	check(m, WITH(m, 3, APEX_NSEC), "c.example.", TYPE_A, DENIAL_NONE, REASON_NSEC_NOT_COVERING);
	check(m, msg(m, 3), "a.example.", TYPE_A, DENIAL_NONE, REASON_DENIAL_MISSING);
}

static void types_that_do_not_exist(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 0, B_NSEC), "b.example.", TYPE_TXT, DENIAL_NODATA, REASON_OK);
	check(m, WITH(m, 0, B_NSEC), "B.EXAMPLE.", TYPE_TXT, DENIAL_NODATA, REASON_OK);
	check(m, WITH(m, 0, B_NSEC), "b.example.", TYPE_A, DENIAL_NONE, REASON_NSEC_TYPE_PRESENT);
	check(m, WITH(m, 0, B_NSEC), "b.example.", TYPE_ANY, DENIAL_NONE, REASON_NSEC_TYPE_PRESENT);
	check(m, WITH(m, 0, B_NSEC), "b.example.", TYPE_RRSIG, DENIAL_NODATA, REASON_OK);
	check(m, WITH(m, 0, "b.example. NSEC c.example. CNAME RRSIG NSEC"), "b.example.", TYPE_A, DENIAL_NONE,
	      REASON_NSEC_TYPE_PRESENT);
	check(m, WITH(m, 0, D_NSEC), "e.example.", TYPE_A, DENIAL_ENT, REASON_OK);
	check(m, WITH(m, 0, D_NSEC), "b.example.", TYPE_TXT, DENIAL_NONE, REASON_NSEC_WRONG_OWNER);
	check(m, WITH(m, 0, APEX_NSEC), "example.", TYPE_TXT, DENIAL_NODATA, REASON_OK);
	/* The apex is no delegation, whatever its bits say: the signer is not above it (RFC 6840 4.1). */
	check(m, WITH(m, 0, "example. NSEC b.example. NS RRSIG NSEC"), "example.", TYPE_TXT, DENIAL_NODATA,
	      REASON_OK);
}

static void wildcards(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 0, W_NSEC), "q.w.example.", TYPE_TXT, DENIAL_WILDCARD_NODATA, REASON_OK);
	check(m, WITH(m, 0, W_NSEC), "q.w.example.", TYPE_A, DENIAL_NONE, REASON_NSEC_TYPE_PRESENT);
	check(m, WITH(m, 0, W_NSEC), "*.w.example.", TYPE_TXT, DENIAL_NODATA, REASON_OK);
	/* An empty non-terminal named "*" is a wildcard without data (RFC 4592 2.2.2). */
	check(m, WITH(m, 0, "example. NSEC a.*.example. NS SOA", "a.*.example. NSEC example. A"),
	      "z.example.", TYPE_A, DENIAL_WILDCARD_NODATA, REASON_OK);
	struct denial_proof d = deny_wildcard(m, WITH(m, 0, W_NSEC), usual(m), "q.w.example.", 2);
	expect(&d, DENIAL_WILDCARD_ANSWER, STATUS_SECURE, REASON_OK);
	d = deny_wildcard(m, WITH(m, 0, W_NSEC), usual(m), "a.b.c.w.example.", 2);
	expect(&d, DENIAL_WILDCARD_ANSWER, STATUS_SECURE, REASON_OK);
	d = deny_wildcard(m, WITH(m, 0, B_NSEC), usual(m), "q.w.example.", 2);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC_NOT_COVERING);
	d = deny_wildcard(m, WITH(m, 0, W_NSEC), usual(m), "q.w.example.", 3);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_DENIAL_MISSING);
	/* a.w exists: *.w has no say on b.a.w. */
	d = deny_wildcard(m, WITH(m, 0, "a.w.example. NSEC example. A"), usual(m), "b.a.w.example.", 2);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC_NOT_COVERING);
	d = deny_wildcard(m, WITH(m, 0, "*.w.example. NSEC x.b.w.example. A"), usual(m), "a.b.w.example.", 2);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC_NOT_COVERING);
}

static void the_rcode_must_follow(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 3, B_NSEC), "b.example.", TYPE_TXT, DENIAL_NODATA,
	      REASON_NXDOMAIN_BUT_PROVEN_NODATA);
	check(m, WITH(m, 3, D_NSEC), "e.example.", TYPE_A, DENIAL_ENT, REASON_NXDOMAIN_BUT_PROVEN_NODATA);
	check(m, WITH(m, 3, W_NSEC), "q.w.example.", TYPE_TXT, DENIAL_WILDCARD_NODATA,
	      REASON_NXDOMAIN_BUT_PROVEN_NODATA);
	check(m, WITH(m, 0, APEX_NSEC), "a.example.", TYPE_A, DENIAL_NXDOMAIN,
	      REASON_NODATA_BUT_PROVEN_NXDOMAIN);
}

/* RFC 6840 4.1: the parent's record at a cut, and a DNAME's, say nothing of what is below; 4.4: nor of the child's own. */
static void the_side_of_the_cut(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 3, CUT_NSEC, APEX_NSEC), "www.cut.example.", TYPE_A, DENIAL_NONE,
	      REASON_NSEC_PARENT_SIDE);
	check(m, WITH(m, 3, D_NSEC, APEX_NSEC), "www.d.example.", TYPE_A, DENIAL_NONE,
	      REASON_NSEC_PARENT_SIDE);
	check(m, WITH(m, 3, "example. NSEC x.e.example. SOA NS DNAME"), "a.example.", TYPE_A, DENIAL_NONE,
	      REASON_NSEC_PARENT_SIDE);
	check(m, WITH(m, 0, CUT_NSEC), "cut.example.", TYPE_A, DENIAL_NONE, REASON_NSEC_PARENT_SIDE);
	check(m, WITH(m, 0, CUT_NSEC), "cut.example.", TYPE_DS, DENIAL_INSECURE_CUT, REASON_OK);
	check(m, WITH(m, 0, D_NSEC), "d.example.", TYPE_A, DENIAL_NODATA, REASON_OK);
	check(m, WITH(m, 0, "cut.example. NSEC d.example. NS SOA RRSIG"), "cut.example.", TYPE_DS,
	      DENIAL_NONE, REASON_NSEC_CHILD_SIDE);
	check(m, WITH(m, 0, "cut.example. NSEC d.example. NS DS RRSIG"), "cut.example.", TYPE_DS, DENIAL_NONE,
	      REASON_NSEC_TYPE_PRESENT);
	check(m, WITH(m, 0, APEX_NSEC), "example.", TYPE_DS, DENIAL_INSECURE_CUT, REASON_OK);
}

/* CVE-2026-13321. */
static void nsec_next_out_of_zone(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 3, "b.example. NSEC z.other. A", APEX_NSEC), "c.example.", TYPE_A, DENIAL_NONE,
	      REASON_NSEC_NEXT_OUT_OF_ZONE);
	check(m, WITH(m, 0, "b.example. NSEC . A"), "b.example.", TYPE_TXT, DENIAL_NONE,
	      REASON_NSEC_NEXT_OUT_OF_ZONE);
}

/* The last record must close the ring at the apex: any other backward step spans nothing. */
static void a_ring_that_does_not_close(void **state)
{
	struct maker *m = *state;
	check(m, WITH(m, 3, "y.example. NSEC b.example. A", APEX_NSEC), "z.example.", TYPE_A, DENIAL_NONE,
	      REASON_NSEC_NOT_COVERING);
	check(m, WITH(m, 3, "example. NSEC example. NS SOA"), "z.example.", TYPE_A, DENIAL_NXDOMAIN,
	      REASON_OK);
}

static void compact_denial(void **state)
{
	struct maker *m = *state;
	const char *nx = "q.example. NSEC \\000.q.example. RRSIG NSEC TYPE128";
	check(m, WITH(m, 0, nx), "q.example.", TYPE_A, DENIAL_COMPACT, REASON_OK);
	check(m, WITH(m, 3, nx), "q.example.", TYPE_A, DENIAL_COMPACT, REASON_OK);
	check(m, WITH(m, 0, nx), "q.example.", TYPE_ANY, DENIAL_COMPACT, REASON_OK);
	check(m, WITH(m, 0, "q.example. NSEC \\000.q.example. RRSIG NSEC"), "q.example.", TYPE_A,
	      DENIAL_NODATA, REASON_OK);
	check(m, WITH(m, 0, "q.example. NSEC \\000.q.example. A RRSIG NSEC"), "q.example.", TYPE_TXT,
	      DENIAL_NODATA, REASON_OK);
}

static struct rrset *spoilt(struct maker *m, const char *text)
{
	struct rrset *r = rr(m, text);
	struct signing s = signing_of(r, ZONE, csk(m), m);
	s.spoil = true;
	sign_as(m, r, &s);
	return r;
}

/* A proof is worth its signatures: which one is missing or bad stays visible. */
static void signatures_count(void **state)
{
	struct maker *m = *state;
	const struct keyset *keys = usual(m);
	struct message *of = msg(m, 3);
	struct rrset *b = sign(m, rr(m, B_NSEC), ZONE, csk(m));
	put_authority(m, of, b);
	put_authority(m, of, rr(m, APEX_NSEC));
	struct denial_proof d = deny(m, of, keys, "c.example.", TYPE_A);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_DENIAL_UNSIGNED);
	of = msg(m, 3);
	put_authority(m, of, b);
	put_authority(m, of, spoilt(m, APEX_NSEC));
	d = deny(m, of, keys, "c.example.", TYPE_A);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_DENIAL_SIGNATURE);
	assert_int_equal(d.n_rrsets, 2);
	assert_int_equal(d.rrsets[1].reason, REASON_SIG_BOGUS);
	/* Where the records themselves are wrong, their signature is not to blame. */
	of = msg(m, 3);
	put_authority(m, of, spoilt(m, W_NSEC));
	d = deny(m, of, keys, "c.example.", TYPE_A);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_NSEC_NOT_COVERING);
}

/* CVE-2026-13204: the NSEC that lets a wildcard speak must be signed well like any other. */
static void noqname_bad_signature(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	put_authority(m, of, spoilt(m, APEX_NSEC));
	struct denial_proof d = deny_wildcard(m, of, usual(m), "a.example.", 1);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_DENIAL_SIGNATURE);
	of = msg(m, 0);
	put_authority(m, of, sign(m, rr(m, APEX_NSEC), ZONE, csk(m)));
	d = deny_wildcard(m, of, usual(m), "a.example.", 1);
	expect(&d, DENIAL_WILDCARD_ANSWER, STATUS_SECURE, REASON_OK);
}

/* An NSEC that was itself expanded from a wildcard denies nothing at the name it stands at. */
static void expanded_nsec_is_no_proof(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	put_authority(m, of, expand(m, sign(m, rr(m, W_NSEC), ZONE, csk(m)), "q.w.example."));
	struct denial_proof d = deny(m, of, usual(m), "q.w.example.", TYPE_TXT);
	assert_int_equal(d.status, STATUS_BOGUS);
	assert_int_equal(d.rrsets[0].reason, REASON_LABELS_NO_WILDCARD);
}

static void until_is_the_earliest_that_matters(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 3);
	struct rrset *apex = rr(m, APEX_NSEC), *other = rr(m, W_NSEC);
	struct signing s = signing_of(apex, ZONE, csk(m), m);
	s.expiration = NOW + 3600;
	sign_as(m, apex, &s);
	s.labels = 2;
	s.expiration = NOW + 60;
	sign_as(m, other, &s);
	put_authority(m, of, sign(m, rr(m, B_NSEC), ZONE, csk(m)));
	put_authority(m, of, other);
	put_authority(m, of, apex);
	struct denial_proof d = deny(m, of, usual(m), "c.example.", TYPE_A);
	assert_int_equal(d.status, STATUS_SECURE);
	assert_int_equal(d.until.s, NOW + 3600);
}

/* CVE-2026-11605: 500 records of padding cost no more than the limit, and are told. */
static void padded_negative_answer(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 3);
	for (unsigned i = 0; i < 500; i++)
		put_authority(
			m, of,
			rr(m, arena_printf(m->a, "p%u.example. NSEC p%u.example. A", 1000 + i, 1001 + i)));
	put_authority(m, of, sign(m, rr(m, APEX_NSEC), ZONE, csk(m)));
	struct denial_proof d = deny(m, of, usual(m), "a.example.", TYPE_A);
	assert_int_equal(d.n_rrsets, LIMIT_NSEC_RECORDS);
	expect(&d, DENIAL_NONE, STATUS_INDETERMINATE, REASON_TOO_MANY_RECORDS);
}

static struct message *referral(struct maker *m, const char *nsec)
{
	struct message *of = msg(m, 0);
	of->aa = false;
	put_authority(m, of, rr(m, "cut.example. NS ns.cut.example."));
	if (nsec)
		put_authority(m, of, sign(m, rr(m, nsec), ZONE, csk(m)));
	return of;
}

static void no_ds(void **state)
{
	struct maker *m = *state;
	static const struct {
		const char *nsec;
		enum denial_kind kind;
		enum reason reason;
	} cases[] = {
		{ CUT_NSEC, DENIAL_INSECURE_CUT, REASON_OK },
		{ NULL, DENIAL_NONE, REASON_DENIAL_MISSING },
		{ "cut.example. NSEC d.example. A RRSIG", DENIAL_NODATA, REASON_NSEC_NO_NS_BIT },
		{ "cut.example. NSEC d.example. NS DS RRSIG", DENIAL_NONE, REASON_NSEC_TYPE_PRESENT },
		{ "cut.example. NSEC d.example. NS SOA RRSIG", DENIAL_NONE, REASON_NSEC_CHILD_SIDE },
		{ "b.example. NSEC a.cut.example. A", DENIAL_ENT, REASON_NSEC_NO_NS_BIT },
		{ "example. NSEC d.example. NS SOA", DENIAL_NXDOMAIN, REASON_NODATA_BUT_PROVEN_NXDOMAIN },
	};
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct denial_proof d = deny_ds(m, referral(m, cases[i].nsec), usual(m), "cut.example.");
		expect(&d, cases[i].kind, cases[i].reason == REASON_OK ? STATUS_SECURE : STATUS_BOGUS,
		       cases[i].reason);
	}
	struct denial_proof d = deny_ds(m, WITH(m, 0, B_NSEC), usual(m), "b.example.");
	expect(&d, DENIAL_NODATA, STATUS_SECURE, REASON_OK);
	d = deny_ds(m, WITH(m, 0, D_NSEC), usual(m), "e.example.");
	expect(&d, DENIAL_ENT, STATUS_SECURE, REASON_OK);
	d = deny_ds(m, WITH(m, 3, APEX_NSEC), usual(m), "a.example.");
	expect(&d, DENIAL_NXDOMAIN, STATUS_SECURE, REASON_OK);
	d = deny_ds(m, referral(m, NULL), keys_insecure(m, ZONE), "cut.example.");
	assert_int_equal(d.status, STATUS_INSECURE);
	assert_int_equal(d.kind, DENIAL_INSECURE_CUT);
}

static void without_secure_keys(void **state)
{
	struct maker *m = *state;
	struct denial_proof d = deny(m, msg(m, 3), keys_insecure(m, ZONE), "a.example.", TYPE_A);
	assert_int_equal(d.status, STATUS_INSECURE);
	assert_int_equal(d.kind, DENIAL_NXDOMAIN);
	struct keyset bogus;
	prove_keyset_unchained(&m->p, nm(m, ZONE), NULL, STATUS_BOGUS, &bogus);
	d = deny(m, WITH(m, 3, APEX_NSEC), &bogus, "a.example.", TYPE_A);
	expect(&d, DENIAL_NONE, STATUS_BOGUS, REASON_PARENT);
}

int test_nsec(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(names_that_do_not_exist),
		UNIT(types_that_do_not_exist),
		UNIT(wildcards),
		UNIT(the_rcode_must_follow),
		UNIT(the_side_of_the_cut),
		UNIT(nsec_next_out_of_zone),
		UNIT(a_ring_that_does_not_close),
		UNIT(compact_denial),
		UNIT(signatures_count),
		UNIT(noqname_bad_signature),
		UNIT(expanded_nsec_is_no_proof),
		UNIT(until_is_the_earliest_that_matters),
		UNIT(padded_negative_answer),
		UNIT(no_ds),
		UNIT(without_secure_keys),
	};
	return cmocka_run_group_tests_name("nsec", tests, NULL, NULL);
}
