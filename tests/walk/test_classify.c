/* What a reply means at a zone: nothing out of bailiwick is believed. Rows of records, written and parsed. */
#include "cases.h"
#include "../../src/walk/inside.h"
#include "dns/write.h"
#include <string.h>

enum { AA = 1, TC = 2 };
struct row {
	const char *what, *zone, *name; uint16_t type;
	int flags; uint16_t rcode;
	const char *answer, *authority;
	enum meaning_kind means;
	const char *target, *cut, *apex;
};

static const struct row rows[] = {
	{ "data", "lab.", "www.lab.", TYPE_A, AA, 0, "www.lab. A 192.0.2.1\n", "", MEANS_DATA },
	{ "data without AA is usable", "lab.", "www.lab.", TYPE_A, 0, 0, "www.lab. A 192.0.2.1\n", "",
	  MEANS_DATA },
	{ "data of another name", "lab.", "www.lab.", TYPE_A, 0, 0, "w.lab. A 192.0.2.1\n", "",
	  MEANS_NOTHING },
	{ "data of a child zone", "lab.", "www.a.lab.", TYPE_A, AA, 0,
	  "www.a.lab. A 192.0.2.1\n" SIG_TEXT("www.a.lab.", "A", "a.lab."), "", MEANS_DATA,
	  .apex = "a.lab." },
	{ "a signer from above is no apex", "lab.", "www.lab.", TYPE_A, AA, 0,
	  "www.lab. A 192.0.2.1\n" SIG_TEXT("www.lab.", "A", "."), "", MEANS_DATA },
	{ "a signer beside is no apex", "lab.", "www.a.lab.", TYPE_A, AA, 0,
	  "www.a.lab. A 192.0.2.1\n" SIG_TEXT("www.a.lab.", "A", "b.lab."), "", MEANS_DATA },
	{ "truncated", "lab.", "www.lab.", TYPE_A, AA | TC, 0, "www.lab. A 192.0.2.1\n", "", MEANS_NOTHING },
	{ "refused", "lab.", "www.lab.", TYPE_A, AA, RCODE_REFUSED, "www.lab. A 192.0.2.1\n", "",
	  MEANS_NOTHING },
	{ "cname", "lab.", "www.lab.", TYPE_A, AA, 0, "www.lab. CNAME else.\n", "", MEANS_ALIAS,
	  .target = "else." },
	{ "cname asked for", "lab.", "www.lab.", TYPE_CNAME, AA, 0, "www.lab. CNAME else.\n", "",
	  MEANS_DATA },
	{ "cname and NXDOMAIN of its target", "lab.", "www.lab.", TYPE_A, AA, RCODE_NXDOMAIN,
	  "www.lab. CNAME else.\n", "", MEANS_ALIAS, .target = "else." },
	{ "dname", "lab.", "www.old.lab.", TYPE_A, AA, 0,
	  "old.lab. DNAME new.\nwww.old.lab. CNAME www.wrong.\n", "", MEANS_ALIAS, .target = "www.new." },
	{ "dname above the zone", "lab.", "www.lab.", TYPE_A, AA, 0, ". DNAME new.\n", "", MEANS_NODATA },
	{ "referral", ".", "www.lab.", TYPE_A, 0, 0, "", "lab. NS ns.lab.\n", MEANS_REFERRAL, .cut = "lab." },
	{ "referral with AA", ".", "www.lab.", TYPE_A, AA, 0, "", "lab. NS ns.lab.\n", MEANS_REFERRAL,
	  .cut = "lab." },
	{ "upward referral", "lab.", "www.lab.", TYPE_A, 0, 0, "", ". NS a.root.\n", MEANS_NOTHING },
	{ "self referral", "lab.", "www.lab.", TYPE_A, 0, 0, "", "lab. NS ns.lab.\n", MEANS_NOTHING },
	{ "sideways referral", "lab.", "www.lab.", TYPE_A, 0, 0, "", "other. NS ns.other.\n", MEANS_NOTHING },
	{ "referral past the name", "lab.", "www.lab.", TYPE_A, 0, 0, "", "a.www.lab. NS ns.other.\n",
	  MEANS_NOTHING },
	{ "referral to where DS was asked", "lab.", "a.lab.", TYPE_DS, 0, 0, "", "a.lab. NS ns.lab.\n",
	  MEANS_NOTHING },
	{ "nodata", "lab.", "www.lab.", TYPE_A, AA, 0, "", "lab. SOA a. b. 1 2 3 4 5\n", MEANS_NODATA },
	{ "nodata of a child", "lab.", "www.a.lab.", TYPE_A, AA, 0, "", "a.lab. SOA a. b. 1 2 3 4 5\n",
	  MEANS_NODATA, .apex = "a.lab." },
	{ "nodata with NS beside SOA", ".", "www.lab.", TYPE_A, AA, 0, "",
	  "lab. NS ns.lab.\nlab. SOA a. b. 1 2 3 4 5\n", MEANS_NODATA, .apex = "lab." },
	{ "nodata without AA", "lab.", "www.lab.", TYPE_A, 0, 0, "", "lab. SOA a. b. 1 2 3 4 5\n",
	  MEANS_NODATA },
	{ "nodata, bare", "lab.", "www.lab.", TYPE_A, AA, 0, "", "", MEANS_NODATA },
	{ "nothing at all", "lab.", "www.lab.", TYPE_A, 0, 0, "", "", MEANS_NOTHING },
	{ "nxdomain", "lab.", "www.lab.", TYPE_A, AA, RCODE_NXDOMAIN, "", "lab. SOA a. b. 1 2 3 4 5\n",
	  MEANS_NXDOMAIN },
	{ "nxdomain of nobody", "lab.", "www.lab.", TYPE_A, 0, RCODE_NXDOMAIN, "", ". SOA a. b. 1 2 3 4 5\n",
	  MEANS_NOTHING },
	{ "the child answers for DS", "lab.", "a.lab.", TYPE_DS, AA, 0, "", "a.lab. SOA a. b. 1 2 3 4 5\n",
	  MEANS_NODATA, .apex = "a.lab." },
};

static const uint8_t *name_of(struct arena *a, const char *text)
{
	const char *why;
	const uint8_t *name = name_from_text(a, text, &why);
	assert_non_null(name);
	return name;
}

static void put(struct arena *a, struct writer *w, enum write_section section, const char *text)
{
	zone_records records = { 0 };
	struct err_at at;
	assert_int_equal(zone_parse(a, text, strlen(text), ".", 300, "row", &records, &at), E_OK);
	for (uint32_t i = 0; i < records.n; i++) {
		const struct zone_record *r = &records.at[i];
		assert_true(write_rr(w, section, r->owner, r->type, r->class, r->ttl, r->rd));
	}
}

static struct message *message_of(struct arena *a, const struct row *r)
{
	struct writer w;
	uint8_t *wire = arena_alloc(a, 4096);
	struct message *m = ARENA_NEW(a, struct message);
	writer_init(&w, a, wire, 4096);
	write_head(&w, &(struct write_head){ .qr = true,
					     .aa = (r->flags & AA) != 0,
					     .tc = (r->flags & TC) != 0,
					     .rcode = r->rcode });
	write_question(&w, name_of(a, r->name), r->type, CLASS_IN);
	put(a, &w, WRITE_ANSWER, r->answer);
	put(a, &w, WRITE_AUTHORITY, r->authority);
	message_parse(a, wire, (uint16_t)w.len, m);
	return m;
}

static void same_name(struct arena *a, const char *what, const char *wanted, const uint8_t *got)
{
	if ((wanted == NULL) != (got == NULL) || (wanted != NULL && !name_equal(name_of(a, wanted), got)))
		fail_msg("%s: %s wanted, %s got", what, wanted != NULL ? wanted : "none",
			 got != NULL ? name_text(a, got) : "none");
}

static void test_rows(void **state)
{
	struct arena *a = arena_new(1 << 22);
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct row *r = &rows[i];
		struct meaning m =
			classify(a, name_of(a, r->zone), name_of(a, r->name), r->type, message_of(a, r));
		if (m.kind != r->means)
			fail_msg("%s: %d wanted, %d got", r->what, (int)r->means, (int)m.kind);
		same_name(a, r->what, r->target, m.target);
		same_name(a, r->what, r->cut, m.kind == MEANS_REFERRAL ? m.ns->owner : NULL);
		same_name(a, r->what, r->apex, m.apex);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
