/* Authoritative answers where nothing is broken; every signature served must verify, by the code of prove/.
 * */
#include "fixture.h"

#define RECORDS                                                                                              \
	"record www.Z 300 A 198.51.100.7\nrecord a.ent.Z 300 A 198.51.100.7\nrecord *.w.Z 300 A "            \
	"198.51.100.8\n"                                                                                     \
	"record c.Z 300 CNAME www.Z\nrecord d.Z 300 DNAME e.Z\nrecord www.e.Z 300 A 198.51.100.9\n"          \
	"record out.Z 300 CNAME www.elsewhere.\n"

static const char *const zone_lines[] = {
	"zone Z ecdsa",
	"zone Z p384 csk",
	"zone Z ed25519 nsec3",
	"zone Z ed448 nsec3 iterations=3 salt=aabb",
	"zone Z rsasha1",
	"zone Z rsasha1-nsec3 nsec3",
	"zone Z rsasha256 rsa-bits=1024",
	"zone Z rsasha512 nsec3 opt-out",
	"zone Z ecdsa compact",
	"zone Z ecdsa+ed25519 nsec3",
};

static struct lab open_zone(const char *zone_line)
{
	struct arena *a = arena_new(1 << 20);
	const char *text = arena_printf(
		a,
		"%s servers ns1=192.0.2.11\n" RECORDS
		"zone un.Z unsigned servers ns1=192.0.2.12\nzone s.Z ed25519 servers ns1=192.0.2.13\n",
		zone_line);
	struct text t;
	text_init(&t, a);
	for (; *text != '\0'; text++)
		if (*text == 'Z')
			text_add(&t, "z.lab.");
		else
			text_add_n(&t, text, 1);
	struct lab l = lab_open(t.at);
	arena_free(&a);
	return l;
}

static void check_section(struct lab *l, const struct section *s, const struct message *keys, bool authority,
			  const char *what)
{
	for (uint16_t i = 0; i < s->n; i++) {
		const struct rrset *r = &s->at[i];
		bool is_signed =
			r->type != TYPE_RRSIG && !(authority && r->type == TYPE_NS) &&
			!(r->type == TYPE_CNAME && name_is_strictly_under(r->owner, dname(l, "d.z.lab.")));
		if (is_signed && (r->n_sigs == 0 || good_sigs(l, r, keys) != r->n_sigs))
			fail_msg("%s: %s %u: %u of %u signatures good", what, name_text(l->arena, r->owner),
				 r->type, good_sigs(l, r, keys), r->n_sigs);
	}
}

static void test_every_signature(void **state)
{
	static const struct { const char *name; uint16_t type, rcode; } asks[] = {
		{ "z.lab.", TYPE_SOA, 0 }, { "z.lab.", TYPE_NS, 0 }, { "z.lab.", TYPE_DNSKEY, 0 },
		{ "www.z.lab.", TYPE_A, 0 },
		{ "WWW.z.lab.", TYPE_TXT, 0 }, { "nx.z.lab.", TYPE_A, 3 }, { "a.b.nx.z.lab.", TYPE_A, 3 },
		{ "ent.z.lab.", TYPE_A, 0 },
		{ "q.w.z.lab.", TYPE_A, 0 }, { "q.r.w.z.lab.", TYPE_A, 0 }, { "q.w.z.lab.", TYPE_TXT, 0 },
		{ "c.z.lab.", TYPE_A, 0 },
		{ "www.d.z.lab.", TYPE_A, 0 }, { "nx.d.z.lab.", TYPE_A, 3 }, { "out.z.lab.", TYPE_A, 0 },
		{ "un.z.lab.", TYPE_DS, 0 },
		{ "s.z.lab.", TYPE_DS, 0 }, { "www.un.z.lab.", TYPE_A, 0 }, { "www.s.z.lab.", TYPE_A, 0 },
	};
	(void)state;
	for (unsigned z = 0; z < N(zone_lines); z++) {
		struct lab l = open_zone(zone_lines[z]);
		struct got keys =
			ask_with(&l, "192.0.2.11", "z.lab.", TYPE_DNSKEY, ASK_EDNS | ASK_DO, OVER_TCP);
		for (unsigned i = 0; i < N(asks); i++) {
			const char *what =
				arena_printf(l.arena, "%s: %s %u", zone_lines[z], asks[i].name, asks[i].type);
			struct got g = ask_with(&l, "192.0.2.11", asks[i].name, asks[i].type,
						ASK_EDNS | ASK_DO, OVER_TCP);
			bool compact = strstr(zone_lines[z], "compact") != NULL;
			assert_int_equal(g.reply.outcome, ASK_ANSWERED);
			assert_int_equal(g.m.fault, MESSAGE_OK);
			if (g.m.rcode != (compact ? 0 : asks[i].rcode))
				fail_msg("%s: rcode %u", what, g.m.rcode);
			check_section(&l, &g.m.answer, &keys.m, false, what);
			check_section(&l, &g.m.authority, &keys.m, true, what);
		}
		lab_close(&l);
	}
}

static void test_denial_shapes(void **state)
{
	struct lab l = open_zone("zone Z ecdsa"), l3 = open_zone("zone Z ecdsa nsec3"),
		   c = open_zone("zone Z ecdsa compact");
	(void)state;
	struct got g = ask(&l, "192.0.2.11", "nx.z.lab.", TYPE_A);
	assert_true(g.m.aa && g.m.rcode == RCODE_NXDOMAIN);
	assert_int_equal(count_type(&g.m.authority, TYPE_NSEC), 2);
	assert_non_null(in_authority(&l, &g, "z.lab.", TYPE_SOA));
	assert_int_equal(in_authority(&l, &g, "z.lab.", TYPE_NSEC)->ttl, 300);          /* RFC 9077 */
	g = ask(&l, "192.0.2.11", "ent.z.lab.", TYPE_A);
	assert_true(g.m.rcode == 0 && g.m.answer.n == 0 && count_type(&g.m.authority, TYPE_NSEC) == 1);
	g = ask(&l, "192.0.2.11", "q.w.z.lab.", TYPE_TXT);
	assert_non_null(in_authority(&l, &g, "*.w.z.lab.", TYPE_NSEC));
	g = ask(&l3, "192.0.2.11", "q.w.z.lab.", TYPE_TXT);
	assert_in_range(count_type(&g.m.authority, TYPE_NSEC3), 2, 3);
	g = ask(&c, "192.0.2.11", "nx.z.lab.", TYPE_A);
	const struct rrset *nsec = in_authority(&c, &g, "nx.z.lab.", TYPE_NSEC);
	assert_true(g.m.rcode == 0 && nsec != NULL);
	assert_true(
		bitmap_has(rdata_nsec(nsec->rd[0]).bitmap, rdata_nsec(nsec->rd[0]).bitmap_len, TYPE_NXNAME));
	g = ask_with(&l, "192.0.2.11", "nx.z.lab.", TYPE_A, ASK_EDNS, OVER_UDP);
	assert_true(g.m.rcode == RCODE_NXDOMAIN && count_type(&g.m.authority, TYPE_NSEC) == 0 &&
		    g.m.authority.at[0].n_sigs == 0);
	lab_close(&l);
	lab_close(&l3);
	lab_close(&c);
}

static void test_referrals(void **state)
{
	struct lab l = open_zone("zone Z ecdsa");
	(void)state;
	struct got g = ask(&l, "192.0.2.11", "www.s.z.lab.", TYPE_A);
	assert_true(!g.m.aa && g.m.answer.n == 0 && g.m.rcode == 0);
	assert_int_equal(in_authority(&l, &g, "s.z.lab.", TYPE_NS)->n_sigs, 0);
	assert_int_equal(in_authority(&l, &g, "s.z.lab.", TYPE_DS)->n_sigs, 1);
	assert_non_null(section_find(&g.m.additional, dname(&l, "ns1.s.z.lab."), TYPE_A));
	g = ask(&l, "192.0.2.11", "www.un.z.lab.", TYPE_A);
	assert_non_null(in_authority(&l, &g, "un.z.lab.", TYPE_NSEC));
	assert_null(in_authority(&l, &g, "un.z.lab.", TYPE_DS));
	g = ask(&l, "192.0.2.11", "s.z.lab.", TYPE_DS);
	assert_true(g.m.aa && in_answer(&l, &g, "s.z.lab.", TYPE_DS) != NULL);
	/* the child itself: NODATA, RFC 4035 3.1.4.1 */
	g = ask(&l, "192.0.2.13", "s.z.lab.", TYPE_DS);
	assert_true(g.m.aa && g.m.answer.n == 0 && g.m.rcode == 0);
	g = ask(&l, "192.0.2.13", "z.lab.", TYPE_A);
	assert_int_equal(g.m.rcode, RCODE_REFUSED);
	g = ask(&l, "198.18.0.1", "www.z.lab.", TYPE_A);
	assert_non_null(in_authority(&l, &g, "lab.", TYPE_NS));
	g = ask(&l, "198.18.1.1", "www.z.lab.", TYPE_A);
	assert_non_null(in_authority(&l, &g, "z.lab.", TYPE_DS));
	lab_close(&l);
}

static void test_aliases(void **state)
{
	struct lab l = open_zone("zone Z ecdsa");
	(void)state;
	struct got g = ask(&l, "192.0.2.11", "c.z.lab.", TYPE_A);
	assert_true(in_answer(&l, &g, "c.z.lab.", TYPE_CNAME) != NULL &&
		    in_answer(&l, &g, "www.z.lab.", TYPE_A) != NULL);
	g = ask(&l, "192.0.2.11", "www.d.z.lab.", TYPE_A);
	assert_true(in_answer(&l, &g, "d.z.lab.", TYPE_DNAME)->n_sigs == 1);
	assert_true(in_answer(&l, &g, "www.d.z.lab.", TYPE_CNAME)->n_sigs == 0);
	assert_non_null(in_answer(&l, &g, "www.e.z.lab.", TYPE_A));
	g = ask(&l, "192.0.2.11", "d.z.lab.", TYPE_A);
	assert_true(g.m.answer.n == 0 && g.m.rcode == 0);
	g = ask(&l, "192.0.2.11", "out.z.lab.", TYPE_A);
	assert_true(g.m.answer.n == 1 && g.m.rcode == 0 && g.m.authority.n == 0);
	g = ask(&l, "192.0.2.11", "c.z.lab.", TYPE_CNAME);
	assert_int_equal(g.m.answer.n, 1);
	lab_close(&l);
}

static void test_sizes(void **state)
{
	struct lab l = lab_open("$change z.lab. add-many=200 name=big.z.lab. type=TXT\nchange z.lab. "
				"add-many=4000 name=huge.z.lab. type=TXT\n");
	(void)state;
	struct got g = ask(&l, "192.0.2.11", "big.z.lab.", TYPE_TXT);
	assert_true(g.m.tc && g.reply.wire_len <= 1232);
	g = ask_with(&l, "192.0.2.11", "z.lab.", TYPE_DNSKEY, 0, OVER_UDP);
	assert_true(!g.m.tc && g.reply.wire_len <= 512 && !g.m.has_edns);
	g = ask_with(&l, "192.0.2.11", "big.z.lab.", TYPE_TXT, ASK_EDNS | ASK_DO, OVER_TCP);
	assert_true(!g.m.tc && in_answer(&l, &g, "big.z.lab.", TYPE_TXT)->n == 200);
	g = ask_with(&l, "192.0.2.11", "huge.z.lab.", TYPE_TXT, ASK_EDNS | ASK_DO, OVER_TCP);
	assert_int_equal(in_answer(&l, &g, "huge.z.lab.", TYPE_TXT)->n, 4000);
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_signature), cmocka_unit_test(test_denial_shapes),
		cmocka_unit_test(test_referrals),       cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
