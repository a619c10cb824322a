/* Breaks of contents, keys, signatures, DS, denial and delegation: each must do what it says, and nothing to
 * the rest. */
#include "fixture.h"

enum { CLOCK = 1772366400, DAY = 86400 };

static struct rrsig first_sig(struct lab *l, const char *name, uint16_t type)
{
	struct got g = ask(l, "192.0.2.11", name, type);
	const struct rrset *s = in_answer(l, &g, name, type);
	assert_non_null(s);
	assert_true(s->n_sigs >= 1);
	return rdata_rrsig(s->sigs[0]);
}

static unsigned good(struct lab *l, const char *server, const char *name, uint16_t type, unsigned *of)
{
	struct got g = ask_with(l, server, name, type, ASK_EDNS | ASK_DO, OVER_TCP);
	struct got keys = ask_with(l, server, "z.lab.", TYPE_DNSKEY, ASK_EDNS | ASK_DO, OVER_TCP);
	const struct rrset *s = in_answer(l, &g, name, type);
	assert_non_null(s);
	*of = s->n_sigs;
	return good_sigs(l, s, &keys.m);
}

static const struct { const char *line; unsigned good, of; } sig_rows[] = {
	{ "", 1, 1 }, { "rrsig expired", 1, 1 }, { "rrsig not-yet", 1, 1 }, { "rrsig inverted", 1, 1 },
	{ "rrsig bogus", 0, 1 },
	{ "rrsig missing", 0, 0 }, { "rrsig wrong-length", 0, 1 }, { "rrsig wrong-length bytes=70", 0, 1 },
	{ "rrsig foreign-key", 0, 1 }, { "rrsig extra-expired", 2, 2 }, { "rrsig extra-bogus", 1, 2 },
	{ "rrsig many-bad=9 behind", 1, 10 }, { "rrsig signer=lab.", 1, 1 }, { "rrsig labels=-1", 1, 1 },
	{ "rrsig tag=wrong", 0, 1 }, { "rrsig algorithm=8", 0, 1 }, { "rrsig bogus type=TXT", 1, 1 },
	{ "rrsig bogus type=data", 0, 1 }, { "rrsig bogus name=z.lab.", 1, 1 },
	{ "rrsig bogus under=www.z.lab.", 0, 1 },
	{ "rrsig bogus key=ksk", 1, 1 }, { "rrsig bogus key=zsk", 0, 1 }, { "rrsig bogus of-alg=8", 1, 1 },
	{ "rrsig bogus at=ns2", 1, 1 }, { "rrsig bogus at=192.0.2.11", 0, 1 },
	{ "rrsig original-ttl=5", 1, 1 },
	{ "set \"www.z.lab. 300 A 192.0.2.200\" resign=no", 0, 1 },
	{ "set \"www.z.lab. 300 A 192.0.2.200\"", 1, 1 },
	{ "add \"www.z.lab. 300 A 192.0.2.200\" resign=no", 0, 1 }, { "dnskey remove role=zsk", 0, 1 },
	{ "dnskey tamper role=zsk", 0, 1 }, { "dnskey tamper role=zsk tag=keep", 0, 1 },
	{ "dnskey swap role=zsk", 1, 1 },
	{ "dnskey collide=20 role=zsk", 1, 1 }, { "dnskey algorithm=8 role=zsk", 0, 1 },
	{ "dnskey flags=0 role=zsk", 1, 1 },
	{ "dnskey protocol=2 role=zsk", 1, 1 }, { "dnskey revoke role=zsk", 1, 1 },
	{ "dnskey same-tag role=zsk", 1, 1 },
};

static void test_signatures(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(sig_rows); i++) {
		struct arena *a = arena_new(1 << 20);
		unsigned of, n;
		struct lab l = lab_open(*sig_rows[i].line == '\0'
						? "$"
						: arena_printf(a, "$break z.lab. %s\n", sig_rows[i].line));
		n = good(&l, "192.0.2.11", "www.z.lab.", TYPE_A, &of);
		if (n != sig_rows[i].good || of != sig_rows[i].of)
			fail_msg("%s: %u of %u good", sig_rows[i].line, n, of);
		lab_close(&l);
		arena_free(&a);
	}
}

static void test_signature_fields(void **state)
{
	struct lab l = lab_open(
		"$record a.z.lab. 300 A 192.0.2.1\nrecord b.z.lab. 300 A 192.0.2.1\nrecord c.z.lab. 300 A "
		"192.0.2.1\n"
		"record d.z.lab. 300 A 192.0.2.1\nrecord e.z.lab. 300 A 192.0.2.1\n"
		"break z.lab. rrsig expired name=www.z.lab. since=-3d\nbreak z.lab. rrsig not-yet "
		"name=a.z.lab. from=+5h\n"
		"break z.lab. rrsig window name=b.z.lab. from=2026-02-01T00:00:00Z "
		"until=2026-04-01T00:00:00Z\n"
		"break z.lab. rrsig labels=+1 name=c.z.lab.\nbreak z.lab. rrsig covered=TXT name=d.z.lab.\n"
		"break z.lab. rrsig ttl=77 name=e.z.lab.\n");
	(void)state;
	struct wall near = { CLOCK };
	struct rrsig s = first_sig(&l, "www.z.lab.", TYPE_A);
	assert_int_equal(serial32_wall(s.expiration, near).s, CLOCK - 3 * DAY);
	s = first_sig(&l, "a.z.lab.", TYPE_A);
	assert_int_equal(serial32_wall(s.inception, near).s, CLOCK + 5 * 3600);
	s = first_sig(&l, "b.z.lab.", TYPE_A);
	assert_int_equal(serial32_wall(s.inception, near).s, 1769904000);
	assert_int_equal(first_sig(&l, "c.z.lab.", TYPE_A).labels, 4);
	struct got g = ask(&l, "192.0.2.11", "d.z.lab.", TYPE_A);
	assert_int_equal(in_answer(&l, &g, "d.z.lab.", TYPE_A)->n_sigs, 0);
	g = ask(&l, "192.0.2.11", "e.z.lab.", TYPE_A);
	assert_int_equal(in_answer(&l, &g, "e.z.lab.", TYPE_A)->sig_ttl, 77);
	s = first_sig(&l, "z.lab.", TYPE_SOA);
	assert_int_equal(serial32_wall(s.inception, near).s, CLOCK - 7 * DAY);
	assert_int_equal(serial32_wall(s.expiration, near).s, CLOCK + 23 * DAY);
	lab_close(&l);
}

/* DNSKEY: how many, and whether the RRset is well signed by one of them. */
static const struct { const char *line; unsigned keys, good; } key_rows[] = {
	{ "dnskey remove role=ksk", 1, 0 }, { "dnskey remove role=zsk", 1, 1 },
	{ "dnskey tamper role=ksk", 2, 0 },
	{ "dnskey tamper role=zsk", 2, 0 }, { "dnskey tamper role=zsk resign=yes", 2, 1 },
	{ "dnskey flags=1 role=ksk", 2, 1 },
	{ "dnskey swap", 2, 1 }, { "dnskey swap role=zsk keep", 3, 1 }, { "dnskey extra=3", 5, 1 },
	{ "dnskey extra=1 role=ksk", 3, 1 },
	{ "dnskey collide=30 role=zsk", 32, 1 }, { "dnskey same-tag role=ksk", 3, 1 },
	{ "dnskey signed-by=zsk", 2, 1 },
	{ "dnskey signed-by=all", 2, 2 }, { "dnskey signed-by=none", 2, 0 },
	{ "dnskey zero-length role=zsk", 2, 1 },
	{ "dnskey key-length=40 role=zsk", 2, 1 }, { "dnskey exponent-bits=3070 role=zsk", 2, 1 },
	{ "rrsig missing type=DNSKEY", 2, 0 },
	{ "rrsig expired", 2, 1 },
};

static void test_keys(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(key_rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct lab l = lab_open(arena_printf(a, "$break z.lab. %s\n", key_rows[i].line));
		struct got g = ask_with(&l, "192.0.2.11", "z.lab.", TYPE_DNSKEY, ASK_EDNS | ASK_DO, OVER_TCP);
		const struct rrset *s = in_answer(&l, &g, "z.lab.", TYPE_DNSKEY);
		if (s == NULL || s->n != key_rows[i].keys || good_sigs(&l, s, &g.m) != key_rows[i].good)
			fail_msg("%s: %u keys, %u good", key_rows[i].line, s != NULL ? s->n : 0,
				 s != NULL ? good_sigs(&l, s, &g.m) : 0);
		lab_close(&l);
		arena_free(&a);
	}
}

static void test_key_tags(void **state)
{
	static const char *const algorithms[] = { "ecdsa", "ed25519", "rsasha256", "p384", "ed448" };
	(void)state;
	for (unsigned i = 0; i < N(algorithms); i++) {
		struct arena *a = arena_new(1 << 20);
		struct lab l = lab_open(arena_printf(
			a, "zone z.lab. %s servers ns1=192.0.2.11\nbreak z.lab. dnskey collide=5 role=zsk\n",
			algorithms[i]));
		struct got g = ask_with(&l, "192.0.2.11", "z.lab.", TYPE_DNSKEY, ASK_EDNS | ASK_DO, OVER_TCP);
		struct rrsig soa = first_sig(&l, "z.lab.", TYPE_SOA);
		const struct rrset *s = in_answer(&l, &g, "z.lab.", TYPE_DNSKEY);
		unsigned same = 0;
		for (uint16_t k = 0; k < s->n; k++)
			same += rdata_dnskey(s->rd[k]).tag == soa.tag;
		assert_int_equal(same, 6);
		lab_close(&l);
		arena_free(&a);
	}
}

static bool ds_matches(struct lab *l, const char *lines, struct rdata *ds, unsigned *n)
{
	*l = lab_open(lines);
	struct got g = ask_with(l, "198.18.1.1", "z.lab.", TYPE_DS, ASK_EDNS | ASK_DO, OVER_TCP),
		   keys = ask_with(l, "192.0.2.11", "z.lab.", TYPE_DNSKEY, ASK_EDNS | ASK_DO, OVER_TCP);
	const struct rrset *d = in_answer(l, &g, "z.lab.", TYPE_DS),
			   *k = in_answer(l, &keys, "z.lab.", TYPE_DNSKEY);
	*n = d != NULL ? d->n : 0;
	const uint8_t *owner = dname(l, "z.lab.");
	for (uint16_t i = 0; k != NULL && i < *n; i++)
		for (uint16_t j = 0; j < k->n; j++) {
			uint8_t digest[48];
			struct ds one = rdata_ds(d->rd[i]);
			struct octets parts[2] = { { owner, name_len(owner) },
						   { k->rd[j].at, k->rd[j].len } };
			size_t len = crypto_ds_digest(l->crypto, one.digest_type, parts, 2, digest);
			*ds = d->rd[i];
			if (len == one.digest_len && memcmp(digest, one.digest, len) == 0 &&
			    one.tag == rdata_dnskey(k->rd[j]).tag &&
			    one.algorithm == rdata_dnskey(k->rd[j]).algorithm)
				return true;
		}
	return false;
}

static const struct { const char *line; bool matches; unsigned n; } ds_rows[] = {
	{ "", true, 1 }, { "ds wrong-digest", false, 1 }, { "ds wrong-tag", false, 1 },
	{ "ds wrong-alg", false, 1 },
	{ "ds wrong-alg=15", false, 1 }, { "ds digest-length=20", false, 1 },
	{ "ds digest-type=1", false, 1 }, { "ds stale", false, 1 },
	{ "ds extra-stale", true, 2 }, { "ds extra-stale algorithm=8", true, 2 },
	{ "ds remove", false, 0 }, { "ds of=zsk", true, 1 },
	{ "ds add=\"0 0 0 00\"", true, 2 }, { "ds many=50", true, 51 },
	{ "ds wrong-digest digest=1", true, 1 },
	{ "dnskey swap role=ksk", false, 1 }, { "dnskey tamper role=ksk", false, 1 },
	{ "dnskey flags=1 role=ksk", true, 1 },
	{ "dnskey revoke role=ksk", true, 1 }, { "dnskey revoke role=ksk ds=keep", false, 1 },
	{ "dnskey swap role=ksk ds=follow", true, 1 },
	{ "dnskey same-tag role=ksk", true, 1 }, { "ds wrong-tag at=192.0.2.99", true, 1 },
	{ "ds wrong-tag at=a.nic", false, 1 },
};

static void test_ds(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(ds_rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct lab l;
		struct rdata rd = { 0 };
		unsigned n;
		const char *text = *ds_rows[i].line == '\0'
					   ? "$"
					   : arena_printf(a, "$break z.lab. %s\n", ds_rows[i].line);
		bool matches = ds_matches(&l, text, &rd, &n);
		if (matches != ds_rows[i].matches || n != ds_rows[i].n)
			fail_msg("%s: %s, %u DS", ds_rows[i].line, matches ? "matches" : "matches not", n);
		lab_close(&l);
		arena_free(&a);
	}
}

/* Records in the authority section of an answer. */
static const struct {
	const char *zone, *line, *name;
	uint16_t type;
	int rcode;
	unsigned soa, denials;
} denial_rows[] = {
	{ "nsec", "", "nx.z.lab.", TYPE_A, 3, 1, 2 },
	{ "nsec", "denial omit=nxdomain", "nx.z.lab.", TYPE_A, 3, 1, 0 },
	{ "nsec", "denial omit=nodata", "nx.z.lab.", TYPE_A, 3, 1, 2 },
	{ "nsec", "denial omit=nodata", "www.z.lab.", TYPE_TXT, 0, 1, 0 },
	{ "nsec", "denial omit=name", "nx.z.lab.", TYPE_A, 3, 1, 1 },
	{ "nsec", "denial omit=wildcard-cover", "nx.z.lab.", TYPE_A, 3, 1, 1 },
	{ "nsec", "denial omit=wildcard", "q.w.z.lab.", TYPE_A, 0, 0, 0 },
	{ "nsec", "denial omit=all", "nx.z.lab.", TYPE_A, 3, 1, 0 },
	{ "nsec", "denial omit=no-ds", "un.z.lab.", TYPE_DS, 0, 1, 0 },
	{ "nsec", "denial no-soa", "nx.z.lab.", TYPE_A, 3, 0, 2 },
	{ "nsec", "denial pad=3", "nx.z.lab.", TYPE_A, 3, 1, 5 },
	{ "nsec", "denial pad=300", "nx.z.lab.", TYPE_A, 3, 1, 302 },
	{ "nsec", "denial rcode=noerror", "nx.z.lab.", TYPE_A, 0, 1, 2 },
	{ "nsec", "denial rcode=nxdomain", "www.z.lab.", TYPE_TXT, 3, 1, 1 },
	{ "nsec", "denial ent-nxdomain", "ent.z.lab.", TYPE_A, 3, 1, 2 },
	{ "nsec", "unsigned", "nx.z.lab.", TYPE_A, 3, 1, 0 },
	{ "nsec3", "", "nx.z.lab.", TYPE_A, 3, 1, 3 },
	{ "nsec3", "denial omit=closest-encloser", "nx.z.lab.", TYPE_A, 3, 1, 2 },
	{ "nsec3", "denial omit=next-closer", "nx.z.lab.", TYPE_A, 3, 1, 2 },
	{ "nsec3", "denial omit=closest-encloser,next-closer", "nx.z.lab.", TYPE_A, 3, 1, 1 },
	{ "nsec", "denial omit=all name=nx.z.lab.", "nx.z.lab.", TYPE_A, 3, 1, 0 },
	{ "nsec", "denial omit=all name=ny.z.lab.", "nx.z.lab.", TYPE_A, 3, 1, 2 },
	{ "nsec", "denial omit=no-ds name=un.z.lab.", "un.z.lab.", TYPE_DS, 0, 1, 0 },
	{ "nsec", "denial omit=no-ds name=z.lab.", "un.z.lab.", TYPE_DS, 0, 1, 1 },
	{ "nsec3", "denial use=compact", "nx.z.lab.", TYPE_A, 0, 1, 1 },
	{ "nsec3", "denial pad=40", "nx.z.lab.", TYPE_A, 3, 1, 43 },
};

static void test_denial(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(denial_rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct lab l = lab_open(arena_printf(
			a,
			"zone z.lab. ecdsa %s servers ns1=192.0.2.11\nzone un.z.lab. unsigned servers "
			"ns1=192.0.2.12\n"
			"record www.z.lab. 300 A 192.0.2.1\nrecord a.ent.z.lab. 300 A 192.0.2.1\nrecord "
			"*.w.z.lab. 300 A 192.0.2.1\n"
			"record b.z.lab. 300 A 192.0.2.1\nrecord nw.z.lab. 300 A 192.0.2.1\n%s%s\n",
			denial_rows[i].zone, *denial_rows[i].line != '\0' ? "break z.lab. " : "",
			denial_rows[i].line));
		struct got g = ask_with(&l, "192.0.2.11", denial_rows[i].name, denial_rows[i].type,
					ASK_EDNS | ASK_DO, OVER_TCP);
		unsigned denials =
			count_type(&g.m.authority, TYPE_NSEC) + count_type(&g.m.authority, TYPE_NSEC3);
		unsigned soa = count_type(&g.m.authority, TYPE_SOA);
		if (g.m.rcode != denial_rows[i].rcode || denials != denial_rows[i].denials ||
		    soa != denial_rows[i].soa)
			fail_msg("%s %s: rcode %u, %u SOA, %u NSEC", denial_rows[i].zone, denial_rows[i].line,
				 g.m.rcode, soa, denials);
		lab_close(&l);
		arena_free(&a);
	}
}

static void test_denial_fields(void **state)
{
	struct lab l = lab_open(
		"$break z.lab. denial bitmap-add=TXT name=www.z.lab.\nbreak z.lab. denial bitmap-remove=SOA "
		"name=@\n"
		"break z.lab. denial next=zz.z.lab. name=www.z.lab.\nbreak z.lab. denial soa-owner=lab.\n");
	struct lab l3 = lab_open(
		"zone z.lab. ecdsa nsec3 servers ns1=192.0.2.11\nbreak z.lab. denial flags=5\nbreak z.lab. "
		"denial hash=6\n"
		"break z.lab. denial iterations=7 salt=aa\nbreak z.lab. denial nsec3param=\"1 0 9 bb\"\n");
	(void)state;
	struct got g = ask(&l, "192.0.2.11", "www.z.lab.", TYPE_MX),
		   keys = ask(&l, "192.0.2.11", "z.lab.", TYPE_DNSKEY);
	const struct rrset *s = in_authority(&l, &g, "www.z.lab.", TYPE_NSEC);
	struct nsec n = rdata_nsec(s->rd[0]);
	assert_true(bitmap_has(n.bitmap, n.bitmap_len, TYPE_TXT) &&
		    name_equal(n.next, dname(&l, "zz.z.lab.")));
	assert_int_equal(good_sigs(&l, s, &keys.m), 1);
	assert_non_null(in_authority(&l, &g, "lab.", TYPE_SOA));
	g = ask(&l, "192.0.2.11", "z.lab.", TYPE_MX);
	n = rdata_nsec(in_authority(&l, &g, "z.lab.", TYPE_NSEC)->rd[0]);
	assert_false(bitmap_has(n.bitmap, n.bitmap_len, TYPE_SOA));
	g = ask(&l3, "192.0.2.11", "nx.z.lab.", TYPE_A);
	struct nsec3 n3 = rdata_nsec3(section_find_type(&g.m.authority, TYPE_NSEC3, 0)->rd[0]);
	assert_true(n3.flags == 5 && n3.hash == 6 && n3.iterations == 7 && n3.salt_len == 1);
	g = ask(&l3, "192.0.2.11", "z.lab.", TYPE_NSEC3PARAM);
	assert_int_equal(rdata_nsec3param(in_answer(&l3, &g, "z.lab.", TYPE_NSEC3PARAM)->rd[0]).iterations,
			 9);
	lab_close(&l);
	lab_close(&l3);
}

/* What the parent's referral says. */
static const struct { const char *line; unsigned ns, glue; int rcode; } cut_rows[] = {
	{ "", 2, 2, 0 }, { "delegation none", 0, 0, 3 }, { "delegation no-glue", 2, 0, 0 },
	{ "delegation no-glue ns1", 2, 1, 0 },
	{ "delegation glue ns1=192.0.2.77,2001:db8::1", 2, 3, 0 },
	{ "delegation ns ns1=192.0.2.11 ns9.other.", 2, 1, 0 },
	{ "delegation many=135 under=victim.lab.", 135, 0, 0 },
	{ "delegation ns at=b.nic ns7=192.0.2.7", 2, 2, 0 },
	{ "delegation ns ns7=192.0.2.7 at=a.nic", 1, 1, 0 },
};

static void test_delegations(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N(cut_rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct lab l = lab_open(*cut_rows[i].line == '\0'
						? "$"
						: arena_printf(a, "$break z.lab. %s\n", cut_rows[i].line));
		struct got g = ask_with(&l, "198.18.1.1", "www.z.lab.", TYPE_A, ASK_EDNS | ASK_DO, OVER_TCP);
		const struct rrset *ns = in_authority(&l, &g, "z.lab.", TYPE_NS);
		unsigned glue = 0;
		for (uint16_t k = 0; k < g.m.additional.n; k++)
			glue += g.m.additional.at[k].n;
		if (g.m.rcode != cut_rows[i].rcode || (ns != NULL ? ns->n : 0) != cut_rows[i].ns ||
		    glue != cut_rows[i].glue)
			fail_msg("%s: rcode %u, %u NS, %u glue", cut_rows[i].line, g.m.rcode,
				 ns != NULL ? ns->n : 0, glue);
		lab_close(&l);
		arena_free(&a);
	}
}

static void test_contents(void **state)
{
	struct lab l = lab_open("$break z.lab. serial=7 at=ns2\nbreak z.lab. drop name=www.z.lab. "
				"at=ns2\nbreak z.lab. ttl=9 name=www.z.lab. at=ns1\n"
				"break z.lab. apex-ns ns1 ns5=192.0.2.55\nchange z.lab. add-many=20 "
				"name=long.z.lab. type=CNAME\nbreak z.lab. unsigned at=ns2\n");
	(void)state;
	struct got g = ask(&l, "192.0.2.12", "z.lab.", TYPE_SOA),
		   h = ask(&l, "192.0.2.11", "z.lab.", TYPE_SOA);
	assert_int_equal(rdata_soa(in_answer(&l, &g, "z.lab.", TYPE_SOA)->rd[0]).serial, 7);
	assert_int_equal(rdata_soa(in_answer(&l, &h, "z.lab.", TYPE_SOA)->rd[0]).serial, 2026030100);
	assert_int_equal(in_answer(&l, &g, "z.lab.", TYPE_SOA)->n_sigs, 0);
	g = ask(&l, "192.0.2.12", "www.z.lab.", TYPE_A);
	assert_int_equal(g.m.rcode, RCODE_NXDOMAIN);
	g = ask(&l, "192.0.2.11", "www.z.lab.", TYPE_A);
	assert_int_equal(in_answer(&l, &g, "www.z.lab.", TYPE_A)->ttl, 9);
	assert_int_equal(rdata_rrsig(in_answer(&l, &g, "www.z.lab.", TYPE_A)->sigs[0]).original_ttl, 300);
	g = ask(&l, "192.0.2.11", "z.lab.", TYPE_NS);
	assert_int_equal(in_answer(&l, &g, "z.lab.", TYPE_NS)->n, 2);
	g = ask(&l, "192.0.2.11", "ns5.z.lab.", TYPE_A);
	assert_int_equal(g.m.answer.n, 1);
	g = ask_with(&l, "192.0.2.11", "long.z.lab.", TYPE_A, ASK_EDNS | ASK_DO, OVER_TCP);
	assert_int_equal(g.m.answer.n, 21);
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_signature_fields),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_key_tags),
		cmocka_unit_test(test_ds),
		cmocka_unit_test(test_denial),
		cmocka_unit_test(test_denial_fields),
		cmocka_unit_test(test_delegations),
		cmocka_unit_test(test_contents),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
