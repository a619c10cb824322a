/* Each kind of import: what is taken, what is skipped, what is broken and where. */
#include "reading.h"
#include "watch/import.h"

struct row {
	const char *kind, *text;        /* kind in capitals first: asked for by name instead of guessed */
	const char *zones;              /* "a. b." */
	unsigned skipped;
	int line;                       /* >= 0: E_SYNTAX in this line */
	const char *hint;               /* in the fault, or in the first reason for skipping */
};
#define SOA "$ORIGIN cat.example.\n@ 0 SOA . . 1 2 3 4 5\n@ 0 NS invalid.\n"
#define MEMBERS "a1.zones 0 PTR a.example.\nb1.zones 0 PTR b.example.\n"

/* clang-format off */
static const struct row rows[] = {
	{ "list", "a.example\n# no\n\n  B.example. ; x\r\nc.example", "a.example. b.example. c.example.", 0, -1, NULL },
	{ "list", "a.example\nthing:\n", "", 0, 2, "odd name" },
	{ "list", "a.example\nsome words\n", "", 0, 2, "more than one word" },
	{ "nsd", "server:\n  ip-address: 192.0.2.1\n", "", 0, -1, NULL },
	{ "knot", "server:\n    listen: 0.0.0.0@53\n\ntemplate:\n  - id: default\n", "", 0, -1, NULL },
	{ "LIST", "\xef\xbb\xbf" "a.example\n192.0.2.1\na.example\nx y\n..\n", "a.example.", 4, -1, "address" },
	{ "list", "", "", 0, -1, NULL },
	{ "bind", "// zone \"no.example\" {};\nzone \"a.example\" { type master; file \"a\"; };\n"
		"/* zone \"no2.example\" { type master; };\n */ zone b.example IN { type slave; masters { 192.0.2.1; }; };\n"
		"options { zone \"no3.example\"; zone \"no4.example\" { type master; }; };\n# x\nview \"v\" {\n match-clients { any; };\n zone \"c.example\" { type primary; };\n};\n"
		"zone \"d.example\" { type secondary; };\n", "a.example. b.example. c.example. d.example.", 0, -1, NULL },
	{ "bind", "zone \".\" { type hint; file \"root\"; };\nzone \"localhost\" { type master; };\nzone \"x\" CH { type master; };\n"
		"zone \"y\" { in-view \"v\"; };\nzone \"z\" { file \"z\"; };\nzone \"f\" { type forward; };\ninclude \"/etc/passwd\";\n"
		"zone \"a.example\" { type master; };\nview v { zone \"a.example\" { type master; }; };\n", "a.example.", 8, -1, "hint" },
	{ "bind", "zone \"a.example\" { type master; };\nzone \"b.example\" {\n type master;\n", "", 0, 2, "never closed" },
	{ "bind", "zone \"a.example\" { type master; };\n}\n", "", 0, 2, "closes nothing" },
	{ "bind", "zone \"a.example\" { type master; };\nzone \"b.example {\n", "", 0, 2, "quote" },
	{ "bind", "zone \"a.example\" {\n type master; masters { type slave; };\n};\n", "a.example.", 0, -1, NULL },
	{ "knot", "server:\n    listen: 0.0.0.0@53\n\nzone:\n  - domain: a.example\n    storage: \"/x\"\n  - domain: \"b.example.\" # b\n"
		"    semantic-checks: on\ntemplate:\n  - id: default\n    domain: no.example\n", "a.example. b.example.", 0, -1, NULL },
	{ "knot", "zone:\n  - domain: cat.example\n    catalog-role: interpret\n  - domain: a.example\n    catalog-role: member\ninclude: x.conf\n",
		"a.example.", 2, -1, "catalog" },
	{ "nsd", "server:\n\tzonesdir: \"/x\"\n# zone:\nzone:\n\tname: \"a.example\"\n\tzonefile: a\npattern:\n\tname: \"no\"\nzone:\n  name: b.example # x\n"
		"key:\n name: \"k\"\ninclude: \"/etc/x\"\n", "a.example. b.example.", 1, -1, "included" },
	{ "catalog", SOA "version 0 TXT \"2\"\n" MEMBERS, "a.example. b.example.", 0, -1, NULL },
	{ "CATALOG", "cat. 0 SOA . . 1 2 3 4 5\nversion.cat. 0 TXT 2\nx.zones.cat. 0 PTR a.example.\nb.other.cat. 0 PTR no.example.\n"
		"zones.cat. 0 PTR no2.example.\nd.e.zones.cat. 0 PTR no3.example.\n", "a.example.", 0, -1, NULL },
	{ "catalog", SOA "version 0 TXT \"1\"\n" MEMBERS, "", 0, 4, "version" },
	{ "catalog", SOA MEMBERS, "", 0, 0, "no version" },
	{ "catalog", SOA "version 0 TXT \"2\"\nversion 0 TXT \"2\" \"2\"\n" MEMBERS, "", 0, 5, "second version" },
	{ "catalog", SOA "version 0 TXT \"2\"\nm.zones 0 PTR a.example.\nm.zones 0 PTR b.example.\n", "", 0, 6, "two PTR" },
	{ "catalog", SOA "version 0 TXT \"2\"\nm.zones 0 PTR a.example.\ncoo.m.zones 0 PTR x.\ncoo.m.zones 0 PTR y.\n", "", 0, 7, "two PTR" },
	{ "catalog", SOA "version 0 TXT \"2\"\nm.zones 0 PTR a.example.\nn.zones 0 PTR a.example.\n", "a.example.", 1, -1, "more than once" },
	{ "catalog", "$ORIGIN cat.\nversion 0 TXT \"2\"\n" MEMBERS, "", 0, 0, "SOA" },
	{ "catalog", SOA "version 0 CH TXT \"2\"\n", "", 0, 4, "" },
	{ "catalog", SOA "$INCLUDE /etc/passwd\n", "", 0, 4, "INCLUDE" },
	{ "route53", "{\"HostedZones\":[{\"Name\":\"a.example.\",\"Config\":{\"PrivateZone\":false}},{\"Name\":\"p.example.\",\"Config\":{\"PrivateZone\":true}},"
		"{\"Name\":\"\\\\052.b.example.\"},{\"Id\":\"x\"}],\"IsTruncated\":true}", "*.b.example. a.example.", 3, -1, "private" },
	{ "ROUTE53", "{\"HostedZones\":{}}", "", 0, 0, "HostedZones" },
	{ "ROUTE53", "[]", "", 0, 0, "HostedZones" },
	{ "ROUTE53", "{\"HostedZones\":[],\n\"HostedZones\":[]}", "", 0, 2, "duplicate" },
	{ "ROUTE53", "{\n\"a\": \"\xff\"}", "", 0, 2, "" },
	{ "ROUTE53", "{\"HostedZones\":[]", "", 0, 1, "" },
	{ "cloudflare", "{\"success\":true,\"result\":[{\"name\":\"a.example\",\"status\":\"active\",\"name_servers\":[\"x.ns.example\"]},"
		"{\"name\":\"b.example\",\"status\":\"pending\"}],\"result_info\":{\"page\":1,\"total_pages\":2}}", "a.example.", 2, -1, "pending" },
	{ "cloudflare", "[{\"result\":[{\"name\":\"a.example\",\"status\":\"active\"}]},{\"result\":[{\"name\":\"b.example\",\"status\":\"active\"}]}]",
		"a.example. b.example.", 0, -1, NULL },
	{ "cloudflare", "{\"success\":false,\"errors\":[],\"result\":null}", "", 0, 0, "success" },
	{ "dnscontrol", "{\"registrars\":[],\"domains\":[{\"name\":\"a.example\",\"registrar\":\"none\"},{\"name\":\"a.example!in\",\"tag\":\"in\"},"
		"{\"name\":7}]}", "a.example.", 2, -1, "split" },
	{ "octodns", "---\nproviders:\n  env:\n    class: octodns.provider.x\nzones:\n  a.example.:\n    sources: [env]\n  b.example.:\n    alias: a.example.\n",
		"a.example. b.example.", 0, -1, NULL },
	{ "octodns", "providers: {}\nzones:\n  '*':\n    sources: [config]\n", "", 1, -1, "YAML provider" },
	{ "octodns", "providers:\n  c: {class: octodns.provider.yaml.YamlProvider, directory: ./nowhere}\nzones:\n  '*': {sources: [c]}\n", "", 1, -1, "cannot be read" },
	{ "octodns", "providers: {}\nzones: [a]\n", "", 0, 1, "mapping" },
	{ "octodns", "providers: {}\nzones:\n\t- a\n", "", 0, 3, "spaces" },
};
/* clang-format on */

static const char *names_of(struct arena *a, const struct import *im)
{
	struct text t;
	text_init(&t, a);
	for (uint32_t i = 0; im != NULL && i < im->zones.n; i++)
		text_addf(&t, "%s%s", i > 0 ? " " : "", im->zones.at[i].zone);
	return t.at;
}

static bool row_is_right(struct reading *r, const struct row *row, struct import *im)
{
	if (row->line >= 0)
		return r->rc == E_SYNTAX && (int)r->at.line == row->line && strstr(r->at.text, row->hint) != NULL;
	return r->rc == E_OK && strcmp(names_of(r->arena, im), row->zones) == 0 && im->skipped.n == row->skipped &&
	       (row->skipped == 0 || strstr(im->skipped.at[0].why, row->hint) != NULL) &&
	       (row->kind[0] < 'a' || strcmp(im->kind, row->kind) == 0);
}

static void each_kind(void **state)
{
	unsigned bad = 0;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct reading r;
		struct import *im = NULL;
		reading_start(&r);
		reading_file(&r, "f", rows[i].text, strlen(rows[i].text));
		char kind[16] = "";
		for (size_t k = 0; rows[i].kind[k] != '\0'; k++)
			kind[k] = (char)(rows[i].kind[k] | 0x20);
		r.rc = import_read(r.arena, rows[i].kind[0] < 'a' ? kind : NULL,
				   arena_printf(r.arena, "%s/f", r.folder), &im, &r.at);
		if (!row_is_right(&r, &rows[i], im)) {
			print_error("row %zu: %s\n  rc %d kind %s zones \"%s\" skipped %u (%s) line %u: %s\n", i, rows[i].text, r.rc,
				    im != NULL ? im->kind : "-", names_of(r.arena, im), im != NULL ? im->skipped.n : 0,
				    im != NULL && im->skipped.n > 0 ? im->skipped.at[0].why : "", r.at.line, r.at.text);
			bad++;
		}
		reading_end(&r);
	}
	assert_int_equal(bad, 0);
}

static struct import *take(struct reading *r, const char *text)
{
	struct import *im = NULL;
	reading_file(r, "f", text, strlen(text));
	assert_int_equal(import_read(r->arena, NULL, arena_printf(r->arena, "%s/f", r->folder), &im, &r->at), E_OK);
	return im;
}

static void tags_and_expectations(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	struct import *im = take(&r, SOA "version 0 TXT \"2\"\nm.zones 0 PTR a.example.\ngroup.m.zones 0 TXT \"odd group\" \"x\"\n"
				     "coo.m.zones 0 PTR new.example.\nn.zones 0 PTR b.example.\nversion.n.zones 0 TXT x\n");
	assert_int_equal(im->zones.at[0].tags.n, 2);
	assert_string_equal(im->zones.at[0].tags.at[0], "moves-to:new.example.");
	assert_string_equal(im->zones.at[0].tags.at[1], "group:odd-group");
	assert_int_equal(im->zones.at[1].tags.n, 0);
	im = take(&r, "{\"success\":true,\"result\":[{\"name\":\"a.example\",\"status\":\"active\",\"type\":\"full\",\"name_servers\":[\"y.ns.example\",\"X.ns.example\"]},"
		      "{\"name\":\"b.example\",\"status\":\"active\",\"type\":\"partial\",\"name_servers\":[\"x.ns.example\"]},"
		      "{\"name\":\"c.example\",\"status\":\"active\",\"vanity_name_servers\":[\"ns.c.example\"],\"name_servers\":[\"x.ns.example\"]}]}");
	assert_int_equal(im->zones.at[0].expect_ns.n, 2);
	assert_string_equal(im->zones.at[0].expect_ns.at[0], "x.ns.example.");
	assert_int_equal(im->zones.at[1].expect_ns.n, 0);
	assert_string_equal(im->zones.at[2].expect_ns.at[0], "ns.c.example.");
	im = take(&r, "{\"domains\":[{\"name\":\"a.example\",\"registrar\":\"acme inc\",\"dnsProviders\":{\"bind\":-1},\"auto_dnssec\":\"off\"},"
		      "{\"name\":\"b.example\",\"auto_dnssec\":\"on\"}]}");
	assert_string_equal(im->zones.at[0].tags.at[0], "registrar:acme-inc");
	assert_string_equal(im->zones.at[0].tags.at[1], "provider:bind");
	assert_true(im->zones.at[0].expect_unsigned);
	assert_false(im->zones.at[1].expect_unsigned);
	assert_int_equal(im->zones.at[0].line, 0);
	reading_end(&r);
}

static void a_folder_of_zone_files(void **state)
{
	struct reading r;
	struct import *im = NULL;
	(void)state;
	reading_start(&r);
	static const char zone[] = "@ 60 SOA ns. m. 1 2 3 4 5\n@ 60 NS ns.x.\n", rel[] = "www 60 A 192.0.2.1\n", inc[] = "$INCLUDE /etc/passwd\n";
	reading_file(&r, "a.example.zone", zone, sizeof zone - 1);
	reading_file(&r, "db.b.example", zone, sizeof zone - 1);
	reading_file(&r, "c.example", zone, sizeof zone - 1);
	reading_file(&r, "d.example.zone", rel, sizeof rel - 1);
	reading_file(&r, "e.example.zone", inc, sizeof inc - 1);
	reading_file(&r, "README", "hello", 5);
	reading_file(&r, "other.zone", "$ORIGIN f.example.\n@ 60 SOA ns. m. 1 2 3 4 5\n", 45);
	assert_int_equal(import_read(r.arena, NULL, r.folder, &im, &r.at), E_OK);
	assert_string_equal(im->kind, "dir");
	assert_string_equal(names_of(r.arena, im), "a.example. b.example. c.example. f.example.");
	assert_int_equal(im->skipped.n, 3);
	reading_end(&r);
}

static void octodns_takes_the_files_of_its_provider(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	assert_int_equal(system(arena_printf(r.arena, "mkdir -p %s/zones/split.example.", r.folder)), 0);
	reading_file(&r, "zones/a.example.yaml", "", 0);
	reading_file(&r, "zones/b.example.yaml~", "", 0);
	reading_file(&r, "zones/$all.yaml", "", 0);
	struct import *im = take(&r, "providers:\n  config: {class: octodns.provider.yaml.YamlProvider, directory: ./zones}\n"
				     "zones:\n  '*': {sources: [config]}\n  z.example.: {}\n");
	assert_string_equal(names_of(r.arena, im), "a.example. split.example. z.example.");
	reading_end(&r);
}

static void what_cannot_be_read(void **state)
{
	struct reading r;
	struct import *im;
	(void)state;
	reading_start(&r);
	assert_int_equal(import_read(r.arena, NULL, "/nowhere/at/all", &im, &r.at), E_SYSTEM);
	assert_int_equal(import_read(r.arena, "bint", "/dev/null", &im, &r.at), E_UNSUPPORTED);
	assert_int_equal(import_read(r.arena, "dir", "/dev/null", &im, &r.at), E_SYSTEM);
	reading_file(&r, "f", "a\0b", 3);
	assert_int_equal(import_read(r.arena, NULL, arena_printf(r.arena, "%s/f", r.folder), &im, &r.at), E_SYNTAX);
	reading_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind), cmocka_unit_test(tags_and_expectations), cmocka_unit_test(a_folder_of_zone_files),
		cmocka_unit_test(octodns_takes_the_files_of_its_provider), cmocka_unit_test(what_cannot_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
