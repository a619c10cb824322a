/* One answer, one step. */
#include "groups.h"
#include <stdio.h>
#include <string.h>

#define ZONE "example."

static const struct zone_key *csk(struct maker *m)
{
	return key_of(m, 13, 257, "csk");
}

static const struct keyset *usual(struct maker *m)
{
	const struct zone_key *keys[] = { csk(m) };
	return keys_secure(m, ZONE, keys, 1);
}

static struct rrset *ok(struct maker *m, const char *text)
{
	return sign(m, rr(m, text), ZONE, csk(m));
}

static struct rrset *soa(struct maker *m)
{
	return ok(m, "example. SOA ns hostmaster 1 2 3 4 5");
}

static struct rrset *expired(struct maker *m, struct rrset *r)
{
	struct signing s = signing_of(r, ZONE, csk(m), m);
	s.expiration = NOW - 1;
	sign_as(m, r, &s);
	return r;
}

static struct answer_proof check(struct maker *m, const struct message *of, const char *qname, uint16_t qtype,
				 enum answer_kind kind, enum status status, enum reason reason)
{
	struct answer_proof a = answer(m, of, usual(m), qname, qtype);
	assert_int_equal(a.reason, reason);
	assert_int_equal(a.kind, kind);
	assert_int_equal(a.status, status);
	struct answer_proof plain = answer(m, of, keys_insecure(m, ZONE), qname, qtype);
	assert_int_equal(plain.status, STATUS_INSECURE);
	assert_int_equal(plain.kind, kind);
	assert_int_equal(plain.target == NULL, a.target == NULL);
	return a;
}

static void data(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	put_answer(m, of, ok(m, "www.example. A 192.0.2.1"));
	struct answer_proof a = check(m, of, "WWW.example.", TYPE_A, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	assert_int_equal(a.until.s, NOW + 86400 * 13);
	assert_int_equal(a.n_rrsets, 1);
	check(m, of, "www.example.", TYPE_ANY, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	put_answer(m, of, expired(m, rr(m, "www.example. TXT x")));
	check(m, of, "www.example.", TYPE_A, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	a = check(m, of, "www.example.", TYPE_ANY, ANSWER_DATA, STATUS_BOGUS, REASON_SIG_EXPIRED);
	assert_int_equal(a.type, TYPE_TXT);
	check(m, of, "other.example.", TYPE_A, ANSWER_NODATA, STATUS_BOGUS, REASON_ANSWER_EMPTY);
	struct message *unsigned_data = msg(m, 0);
	put_answer(m, unsigned_data, rr(m, "www.example. A 192.0.2.1"));
	check(m, unsigned_data, "www.example.", TYPE_A, ANSWER_DATA, STATUS_BOGUS, REASON_SIG_MISSING);
}

/* Signatures are signed by nobody: an answer made of them is no proof and no fault. */
static void a_question_for_signatures(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	struct rrset *www = ok(m, "www.example. A 192.0.2.1");
	put_answer(m, of, rr_of(m, www->owner, TYPE_RRSIG, www->sigs, 1));
	check(m, of, "www.example.", TYPE_RRSIG, ANSWER_DATA, STATUS_INSECURE, REASON_OK);
}

static void a_wildcard_needs_its_proof(void **state)
{
	struct maker *m = *state;
	struct rrset *a = expand(m, ok(m, "*.example. A 192.0.2.1"), "www.example.");
	struct message *of = msg(m, 0);
	put_answer(m, of, a);
	check(m, of, "www.example.", TYPE_A, ANSWER_DATA, STATUS_BOGUS, REASON_WILDCARD_UNPROVEN);
	put_authority(m, of, ok(m, "*.example. NSEC example. A"));
	struct answer_proof p = check(m, of, "www.example.", TYPE_A, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	assert_int_equal(p.denial.kind, DENIAL_WILDCARD_ANSWER);
	assert_int_equal(p.n_rrsets, 1);
	put_answer(m, of, expand(m, ok(m, "*.example. TXT x"), "www.example."));
	put_answer(m, of, expand(m, ok(m, "*.example. MX 1 x.example."), "www.example."));
	p = check(m, of, "www.example.", TYPE_ANY, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	assert_int_equal(p.n_rrsets, 3);
	struct message *wrong = msg(m, 0);
	put_answer(m, wrong, a);
	put_authority(m, wrong, ok(m, "example. NSEC *.example. NS SOA"));
	check(m, wrong, "www.example.", TYPE_A, ANSWER_DATA, STATUS_BOGUS, REASON_WILDCARD_UNPROVEN);
}

/* CVE-2026-52686. */
static void wildcard_cname_proof(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	put_answer(m, of, expand(m, ok(m, "*.example. CNAME target.example."), "www.example."));
	struct answer_proof a =
		check(m, of, "www.example.", TYPE_A, ANSWER_CNAME, STATUS_BOGUS, REASON_WILDCARD_UNPROVEN);
	assert_true(name_equal(a.target, nm(m, "target.example.")));
	struct rrset *nsec = rr(m, "*.example. NSEC example. CNAME");
	struct message *spoilt = msg(m, 0);
	put_answer(m, spoilt, expand(m, ok(m, "*.example. CNAME target.example."), "www.example."));
	put_authority(m, spoilt, nsec);
	check(m, spoilt, "www.example.", TYPE_A, ANSWER_CNAME, STATUS_BOGUS, REASON_DENIAL_UNSIGNED);
	put_authority(m, of, sign(m, nsec, ZONE, csk(m)));
	check(m, of, "www.example.", TYPE_A, ANSWER_CNAME, STATUS_SECURE, REASON_OK);
}

/* The root's own wildcard: closest encloser of no label at all. */
static void a_wildcard_of_the_root(void **state)
{
	struct maker *m = *state;
	const struct zone_key *keys[] = { csk(m) };
	const struct keyset *root = keys_secure(m, ".", keys, 1);
	struct message *of = msg(m, 0);
	put_answer(m, of, expand(m, sign(m, rr(m, "*. A 192.0.2.1"), ".", csk(m)), "www.example."));
	assert_int_equal(answer(m, of, root, "www.example.", TYPE_A).reason, REASON_WILDCARD_UNPROVEN);
	put_authority(m, of, sign(m, rr(m, "*. NSEC . A"), ".", csk(m)));
	assert_int_equal(answer(m, of, root, "www.example.", TYPE_A).status, STATUS_SECURE);
}

static void cname(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	put_answer(m, of, ok(m, "www.example. CNAME other.test."));
	put_answer(m, of, rr(m, "other.test. A 192.0.2.9"));
	struct answer_proof a = check(m, of, "www.example.", TYPE_A, ANSWER_CNAME, STATUS_SECURE, REASON_OK);
	assert_true(name_equal(a.target, nm(m, "other.test.")));
	a = check(m, of, "www.example.", TYPE_CNAME, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	of->rcode = RCODE_NXDOMAIN; /* of the target: not of this step */
	check(m, of, "www.example.", TYPE_A, ANSWER_CNAME, STATUS_SECURE, REASON_OK);
	struct message *plain = msg(m, 0);
	put_answer(m, plain, rr(m, "www.example. CNAME other.test."));
	a = check(m, plain, "www.example.", TYPE_A, ANSWER_CNAME, STATUS_BOGUS, REASON_SIG_MISSING);
	assert_int_equal(a.type, TYPE_CNAME);
}

static void dname(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	struct rrset *d = ok(m, "d.example. DNAME elsewhere.test.");
	put_answer(m, of, d);
	struct answer_proof a =
		check(m, of, "a.b.d.example.", TYPE_A, ANSWER_DNAME, STATUS_SECURE, REASON_OK);
	assert_true(name_equal(a.target, nm(m, "a.b.elsewhere.test.")));
	put_answer(m, of, rr(m, "a.b.d.example. CNAME A.B.elsewhere.test.")); /* unsigned: made on the fly */
	check(m, of, "a.b.d.example.", TYPE_A, ANSWER_DNAME, STATUS_SECURE, REASON_OK);
	check(m, of, "a.b.d.example.", TYPE_CNAME, ANSWER_DNAME, STATUS_SECURE, REASON_OK);
	struct message *wrong = msg(m, 0);
	put_answer(m, wrong, d);
	put_answer(m, wrong, rr(m, "a.d.example. CNAME b.elsewhere.test."));
	check(m, wrong, "a.d.example.", TYPE_A, ANSWER_DNAME, STATUS_BOGUS, REASON_DNAME_MISMATCH);
	/* A DNAME does not speak for its own name. */
	check(m, of, "d.example.", TYPE_DNAME, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	struct message *expired_dname = msg(m, 0);
	put_answer(m, expired_dname, expired(m, rr(m, "d.example. DNAME elsewhere.test.")));
	a = check(m, expired_dname, "a.d.example.", TYPE_A, ANSWER_DNAME, STATUS_BOGUS, REASON_SIG_EXPIRED);
	assert_int_equal(a.type, TYPE_DNAME);
}

/* RFC 6672 2.2: too long a name is YXDOMAIN, and only then. */
static void dname_too_long(void **state)
{
	struct maker *m = *state;
	char label[64], target[256], qname[256];
	memset(label, 'x', 63);
	label[63] = 0;
	snprintf(target, sizeof target, "d.example. DNAME %s.%s.%s.%s", label, label, label, "test.");
	snprintf(qname, sizeof qname, "%s.d.example.", label);
	struct message *of = msg(m, RCODE_YXDOMAIN);
	put_answer(m, of, ok(m, target));
	struct answer_proof a = check(m, of, qname, TYPE_A, ANSWER_DNAME, STATUS_SECURE, REASON_OK);
	assert_null(a.target);
	a = answer(m, of, usual(m), "a.d.example.", TYPE_A);
	assert_int_equal(a.reason, REASON_DNAME_MISMATCH);
	of->rcode = 0;
	a = answer(m, of, usual(m), qname, TYPE_A);
	assert_int_equal(a.reason, REASON_DNAME_MISMATCH);
}

static void negative(void **state)
{
	struct maker *m = *state;
	struct rrset *nsec = ok(m, "example. NSEC example. NS SOA");
	struct message *of = msg(m, RCODE_NXDOMAIN);
	put_authority(m, of, nsec);
	check(m, of, "www.example.", TYPE_A, ANSWER_NXDOMAIN, STATUS_SECURE,
	      REASON_OK); /* without SOA: tolerated */
	put_authority(m, of, soa(m));
	struct answer_proof a =
		check(m, of, "www.example.", TYPE_A, ANSWER_NXDOMAIN, STATUS_SECURE, REASON_OK);
	assert_int_equal(a.denial.kind, DENIAL_NXDOMAIN);
	assert_int_equal(a.n_rrsets, 1);
	assert_int_equal(a.denial.n_rrsets, 1);
	of->rcode = 0;
	check(m, of, "example.", TYPE_TXT, ANSWER_NODATA, STATUS_SECURE, REASON_OK);
	a = check(m, of, "www.example.", TYPE_A, ANSWER_NODATA, STATUS_BOGUS,
		  REASON_NODATA_BUT_PROVEN_NXDOMAIN);
	assert_true(name_equal(a.owner, nm(m, "www.example.")));
	struct message *only_soa = msg(m, 0);
	put_authority(m, only_soa, soa(m));
	check(m, only_soa, "www.example.", TYPE_A, ANSWER_NODATA, STATUS_BOGUS, REASON_DENIAL_MISSING);
}

static void rrsig_expired_soa(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, RCODE_NXDOMAIN);
	put_authority(m, of, expired(m, rr(m, "example. SOA ns hostmaster 1 2 3 4 5")));
	put_authority(m, of, ok(m, "example. NSEC example. NS SOA"));
	struct answer_proof a =
		check(m, of, "www.example.", TYPE_A, ANSWER_NXDOMAIN, STATUS_BOGUS, REASON_SIG_EXPIRED);
	assert_int_equal(a.type, TYPE_SOA);
	assert_int_equal(a.denial.status, STATUS_SECURE);
}

static void nothing_that_answers(void **state)
{
	struct maker *m = *state;
	check(m, msg(m, 0), "www.example.", TYPE_A, ANSWER_NODATA, STATUS_BOGUS, REASON_ANSWER_EMPTY);
	check(m, msg(m, RCODE_NXDOMAIN), "www.example.", TYPE_A, ANSWER_NXDOMAIN, STATUS_BOGUS,
	      REASON_ANSWER_EMPTY);
	check(m, msg(m, RCODE_REFUSED), "www.example.", TYPE_A, ANSWER_OTHER, STATUS_INDETERMINATE,
	      REASON_ANSWER_EMPTY);
	struct message *referral = msg(m, 0);
	put_authority(m, referral, rr(m, "sub.example. NS ns.sub.example."));
	put_authority(m, referral, ok(m, "sub.example. NSEC example. NS"));
	check(m, referral, "www.sub.example.", TYPE_A, ANSWER_OTHER, STATUS_INDETERMINATE,
	      REASON_ANSWER_EMPTY);
	struct keyset bogus;
	prove_keyset_unchained(&m->p, nm(m, ZONE), NULL, STATUS_BOGUS, &bogus);
	struct answer_proof a = answer(m, msg(m, 0), &bogus, "www.example.", TYPE_A);
	assert_int_equal(a.reason, REASON_PARENT);
	assert_int_equal(a.status, STATUS_BOGUS);
}

/* The parent's side of the cut answers for DS. */
static void ds_at_the_parent(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	put_answer(m, of,
		   ok(m, "sub.example. DS 1 13 2 "
			 "0000000000000000000000000000000000000000000000000000000000000000"));
	check(m, of, "sub.example.", TYPE_DS, ANSWER_DATA, STATUS_SECURE, REASON_OK);
	struct message *none = msg(m, 0);
	put_authority(m, none, soa(m));
	put_authority(m, none, ok(m, "sub.example. NSEC example. NS RRSIG"));
	struct answer_proof a =
		check(m, none, "sub.example.", TYPE_DS, ANSWER_NODATA, STATUS_SECURE, REASON_OK);
	assert_int_equal(a.denial.kind, DENIAL_INSECURE_CUT);
}

static void until_is_the_smallest(void **state)
{
	struct maker *m = *state;
	struct message *of = msg(m, 0);
	struct rrset *nsec = rr(m, "*.example. NSEC example. A");
	struct signing s = signing_of(nsec, ZONE, csk(m), m);
	s.expiration = NOW + 60;
	sign_as(m, nsec, &s);
	put_answer(m, of, expand(m, ok(m, "*.example. A 192.0.2.1"), "www.example."));
	put_authority(m, of, nsec);
	assert_int_equal(answer(m, of, usual(m), "www.example.", TYPE_A).until.s, NOW + 60);
}

int test_answer(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(data),
		UNIT(a_question_for_signatures),
		UNIT(a_wildcard_needs_its_proof),
		UNIT(wildcard_cname_proof),
		UNIT(a_wildcard_of_the_root),
		UNIT(cname),
		UNIT(dname),
		UNIT(dname_too_long),
		UNIT(negative),
		UNIT(rrsig_expired_soa),
		UNIT(nothing_that_answers),
		UNIT(ds_at_the_parent),
		UNIT(until_is_the_smallest),
	};
	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
