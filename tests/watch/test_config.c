/* What a right configuration means. */
#include "reading.h"

#define DS_LOWER "31406 13 2 8fc4aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa21d0"
#define DS_UPPER "31406 13 2 8FC4AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA21D0"

static struct config *good(struct reading *r, const char *yaml)
{
	reading_read(r, yaml, strlen(yaml));
	if (r->rc != E_OK)
		print_error("%u:%u %s\n", r->told[0].line, r->told[0].column, r->told[0].text);
	assert_int_equal(r->rc, E_OK);
	return r->config;
}

static void three_lines_are_enough(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	const struct config *c = good(&r, "zones: [example.com]\nchannels:\n  - {kind: slack, url_env: HOOK}\n");
	assert_int_equal(c->zones.n, 1);
	assert_string_equal(c->zones.at[0].zone, "example.com.");
	assert_int_equal(c->zones.at[0].type, 0);
	assert_int_equal(c->zones.at[0].line, 1);
	assert_string_equal(c->store_path, "/var/lib/one/dnsvigil.db");
	assert_int_equal(c->interval_s, 300);
	assert_int_equal(c->confirm_s, 20);
	assert_int_equal(c->addr_allowed, ADDR_PUBLIC);
	assert_true(c->use_ipv4 && c->use_ipv6 && c->canaries && !c->alerts_http_allowed && !c->has_quiet);
	assert_int_equal(c->n_ladder, 5);
	assert_int_equal(c->ladder_s[4], 86400);
	assert_int_equal(c->cds_ignored_s, 3 * 86400);
	assert_int_equal(c->n_remind, 3);
	assert_null(c->dead_man_url);
	assert_int_equal(c->channels.n, 1);
	assert_string_equal(c->channels.at[0].name, "slack");
	assert_string_equal(c->channels.at[0].url, "https://hooks.slack.com/services/T0/B0/geheim");
	assert_true(c->channels.at[0].send_resolved);
	assert_int_equal(c->routes.n, 1);
	assert_string_equal(c->routes.at[0].channels.at[0], "slack");
	assert_string_equal(c->routes.at[0].min_severity, "warning");
	reading_end(&r);
}

static void no_and_1_10_stay_what_they_are(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	const struct config *c = good(&r, "zones: [no, 1.10, 010, null, ~, on]\nplace: 0x1F\n");
	assert_int_equal(c->zones.n, 6);
	assert_string_equal(c->zones.at[0].zone, "no.");
	assert_string_equal(c->zones.at[1].zone, "1.10.");
	assert_string_equal(c->zones.at[2].zone, "010.");
	assert_string_equal(c->zones.at[3].zone, "null.");
	assert_string_equal(c->place, "0x1F");
	reading_end(&r);
}

static void a_zone_with_all_it_can_have(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	const struct config *c = good(&r, "zones:\n- b.example\n- name: WWW.B\xc3\xbc" "cher.example\n  type: aaaa\n  tags: [prod, eu]\n"
		"  owner: dns team\n  interval: 1m\n  expect:\n    ns: [NS2.example.net, ns1.example.net.]\n    ds: [" DS_LOWER ", 1 8 9 00]\n"
		"- {name: c.example, expect: {unsigned: true}}\n");
	const struct config_zone *z = config_zone_named(c, "www.xn--bcher-kva.example.");
	assert_non_null(z);
	assert_int_equal(z->type, TYPE_AAAA);
	assert_string_equal(z->tags.at[0], "eu");
	assert_string_equal(z->tags.at[1], "prod");
	assert_string_equal(z->owner, "dns team");
	assert_int_equal(z->interval_s, 60);
	assert_string_equal(z->expect_ns.at[0], "ns1.example.net.");
	assert_string_equal(z->expect_ns.at[1], "ns2.example.net.");
	assert_string_equal(z->expect_ds.at[0], "1 8 9 00");
	assert_string_equal(z->expect_ds.at[1], DS_UPPER);
	assert_true(z->has_expect_ds && !z->expect_unsigned);
	assert_int_equal(z->line, 3);
	assert_true(config_zone_named(c, "c.example.")->expect_unsigned);
	assert_null(config_zone_named(c, "d.example."));
	reading_end(&r);
}

static void routes_windows_and_hours(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	const struct config *c = good(&r, SLACK
		"quiet_hours: {hours: 22:00-07:00}\nallow: [private, link-local]\nballast: 8 MiB\nresolvers: [9.9.9.9, \"127.0.0.1#5353\"]\n"
		"routes:\n- {channels: slack, zones: [\"*.Example.COM.\", example.com], min_severity: error}\n"
		"windows:\n- {zones: [a.example, \"tag:prod\"], days: [mon, sun], hours: 02:00-04:00, from: 2026-03-01, why: move}\n"
		"api: {port: 80, tokens: [E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855]}\n");
	assert_true(c->has_quiet);
	assert_int_equal(c->quiet.from_min, 1320);
	assert_int_equal(c->quiet.until_min, 420);
	assert_string_equal(c->quiet.min_severity, "critical");
	assert_int_equal(c->addr_allowed, ADDR_PUBLIC | ADDR_PRIVATE | ADDR_LINK);
	assert_int_equal(c->ballast_bytes, 8 << 20);
	assert_int_equal(c->resolvers.at[0].port, 53);
	assert_int_equal(c->resolvers.at[1].port, 5353);
	assert_int_equal(c->routes.n, 1);
	assert_string_equal(c->routes.at[0].zones.at[0], "*.example.com");
	assert_string_equal(c->routes.at[0].zones.at[1], "example.com");
	assert_int_equal(c->windows.n, 2);
	assert_string_equal(c->windows.at[1].pattern, "tag:prod");
	assert_int_equal(c->windows.at[0].days_mask, 1 | 64);
	assert_int_equal(c->windows.at[0].from_min, 120);
	assert_int_equal(c->windows.at[0].from.s, 1772323200);
	assert_int_equal(c->windows.at[0].until.s, INT64_MAX);
	assert_int_equal(c->api.port, 80);
	assert_memory_equal(c->api.token_sha256.at[0], "e3b0c442", 8);
	reading_end(&r);
}

static void files_and_folders_of_names(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	static const char list[] = "\xef\xbb\xbf# ours\n a.example # the first\r\n\n\tb\xc3\xbc" "cher.example\nc.example";
	reading_file(&r, "list", list, sizeof list - 1);
	assert_int_equal(system(arena_printf(r.arena, "mkdir %s/d", r.folder)), 0);
	reading_file(&r, "d/1.txt", "d.example\n", 10);
	reading_file(&r, "d/2.yaml", "zones: [{name: e.example, tags: t}]\n", 36);
	reading_file(&r, "d/3.yaml~", "zones: [a..b]\n", 14);
	reading_file(&r, "d/.4.txt", "a..b\n", 5);
	reading_file(&r, "d/5.yaml", "", 0);
	const struct config *c = good(&r, "zone_files: list\ninclude: d\n");
	assert_int_equal(c->zones.n, 5);
	assert_int_equal(config_zone_named(c, "a.example.")->line, 2);
	assert_int_equal(config_zone_named(c, "xn--bcher-kva.example.")->line, 4);
	assert_non_null(strstr(config_zone_named(c, "e.example.")->file, "/d/2.yaml"));
	reading_file(&r, "list", "a.example\n   x..y\n", 18);
	reading_file(&r, "d/1.txt", "d.example\na.example\nz.example extra\n", 36);
	reading_file(&r, "d/2.yaml", "interval: 5m\n", 13);
	reading_read(&r, "zone_files: list\ninclude: d\n", 28);
	assert_int_equal(r.rc, E_SYNTAX);
	assert_int_equal(r.n, 4);
	assert_int_equal(r.told[0].line, 2);
	assert_int_equal(r.told[0].column, 4);
	assert_non_null(strstr(r.told[0].file, "/list"));
	assert_int_equal(r.told[1].line, 2);
	assert_non_null(strstr(r.told[1].text, "/list:1"));
	assert_int_equal(r.told[2].line, 3);
	assert_non_null(strstr(r.told[3].file, "/d/2.yaml"));
	assert_int_equal(r.told[3].line, 1);
	reading_end(&r);
}

static const char *credentials;
static char *credential_env(const char *name)
{
	return strcmp(name, "CREDENTIALS_DIRECTORY") == 0 ? (char *)(uintptr_t)credentials : NULL;
}

static void secrets_from_files_and_credentials(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	static const char hook[] = "https://hooks.slack.com/services/geheim\r\n";
	reading_file(&r, "hook", hook, sizeof hook - 1);
	reading_file(&r, "big", arena_printf(r.arena, "%05000d", 1), 5000);
	credentials = r.folder;
	FILE *f = fopen(r.path, "w");
	fputs("channels:\n- {kind: slack, url_file: hook}\n- {kind: teams, url_credential: hook}\n", f);
	fclose(f);
	struct config_source from = { r.path, credential_env, false, reading_tell, &r };
	assert_int_equal(config_read(r.arena, &from, &r.config, &r.at), E_OK);
	assert_string_equal(r.config->channels.at[0].url, "https://hooks.slack.com/services/geheim");
	assert_string_equal(r.config->channels.at[1].url, "https://hooks.slack.com/services/geheim");
	FILE *g = fopen(r.path, "w");
	fputs("dead_man_url_credential: x\nchannels:\n- {kind: slack, url_file: /nowhere}\n- {kind: slack-bot, to: a, token_env: NONE}\n", g);
	fclose(g);
	struct config_source without = { r.path, NULL, true, reading_tell, &r };
	assert_int_equal(config_read(r.arena, &without, &r.config, &r.at), E_OK);
	assert_int_equal(r.config->channels.n, 2);
	without.without_secrets = false;
	assert_int_equal(config_read(r.arena, &without, &r.config, &r.at), E_SYNTAX);
	assert_int_equal(r.n, 3);
	static const char big[] = "channels:\n- {kind: slack-bot, to: a, token_file: big}\n";
	reading_read(&r, big, sizeof big - 1);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.told[0].column, 40);
	reading_end(&r);
}

static void what_is_shown_can_be_read_and_holds_no_secret(void **state)
{
	struct reading r;
	struct text first, second;
	static const char yaml[] = "zones: [{name: a.example, type: A, tags: [x], owner: \"o: \\\"p\\\"\", expect: {ds: [" DS_LOWER "]}}]\n"
		"channels:\n- {kind: slack-bot, token_env: TOKEN, to: \"#dns\"}\n- {kind: slack, url_env: HOOK}\n"
		"dead_man_url_env: HOOK\nquiet_hours: {hours: 22:00-07:00}\nplace: \"no: 1\"\nallow: [private]\n"
		"windows: [{zones: \"*\", until: 2026-03-01}]\n";
	(void)state;
	reading_start(&r);
	text_init(&first, r.arena);
	config_show(good(&r, yaml), &first);
	assert_null(strstr(first.at, "geheim"));
	assert_non_null(strstr(first.at, "token: \"****\""));
	/* the secrets aside, it is a configuration, and means the same */
	struct text edited;
	text_init(&edited, r.arena);
	for (const char *at = first.at; *at != '\0';) {
		size_t n = strcspn(at, "\n") + 1;
		const char *line = arena_printf(r.arena, "%.*s", (int)n, at);
		if (strstr(line, "dead_man_url:") != NULL)
			line = "dead_man_url_env: HOOK\n";
		else if (strstr(line, "    url:") != NULL)
			line = "    url_env: HOOK\n";
		else if (strstr(line, "    token:") != NULL)
			line = "    token_env: TOKEN\n";
		text_add(&edited, line);
		at += n;
	}
	text_init(&second, r.arena);
	config_show(good(&r, edited.at), &second);
	assert_string_equal(first.at, second.at);
	reading_end(&r);
}

static void rows_of_the_store_come_back(void **state)
{
	struct reading r;
	watched_rows rows = { 0 };
	(void)state;
	reading_start(&r);
	const struct config *c = good(&r, "zones: [{name: a.example, type: A, tags: [x, y], owner: me, expect: {ns: [n.example], ds: [" DS_LOWER "]}},"
		"{name: b.example, expect: {unsigned: true}}, c.example]\n");
	for (uint32_t i = 0; i < 3; i++)
		list_push(r.arena, &rows, config_watched_row(r.arena, &c->zones.at[i]));
	assert_string_equal(rows.at[2].expect, "");
	list_push(r.arena, &rows, (struct watched_row){ "d.example.", "", "", "{\"ns\":[7]}", { 0 } });
	list_push(r.arena, &rows, (struct watched_row){ "e.example.", "", "", "[]", { 0 } });
	list_push(r.arena, &rows, (struct watched_row){ "c..example.", "", "", "", { 0 } });
	struct config *d = good(&r, "zones: [c.example]\n");
	r.n = 0;
	config_add_watched(d, &rows, reading_tell, &r);
	assert_int_equal(r.n, 3);
	assert_int_equal(d->zones.n, 3);
	assert_int_equal(d->zones.at[0].line, 1);       /* the written one wins */
	const struct config_zone *z = config_zone_named(d, "a.example.");
	assert_int_equal(z->type, TYPE_A);
	assert_int_equal(z->tags.n, 2);
	assert_string_equal(z->tags.at[1], "y");
	assert_string_equal(z->owner, "me");
	assert_string_equal(z->expect_ns.at[0], "n.example.");
	assert_string_equal(z->expect_ds.at[0], DS_UPPER);
	assert_true(z->has_expect_ds);
	assert_int_equal(z->line, 0);
	assert_true(config_zone_named(d, "b.example.")->expect_unsigned);
	reading_end(&r);
}

static void a_reload_leaves_the_old_one_alone(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	const struct config *old = good(&r, "zones: [a.example]\n");
	reading_read(&r, "zones: [a..b]\n", 14);
	assert_int_equal(r.rc, E_SYNTAX);
	assert_null(r.config);
	assert_string_equal(old->zones.at[0].zone, "a.example.");
	reading_end(&r);
}

static void hints_and_anchors(void **state)
{
	struct reading r;
	static const char hints[] = ". 1 NS a.root.\na.root. 1 A 192.0.2.1\nb.root. 1 A 192.0.2.2\n";
	static const char anchors[] = ". IN DS 1 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n";
	(void)state;
	reading_start(&r);
	reading_file(&r, "h", hints, sizeof hints - 1);
	reading_file(&r, "a", anchors, sizeof anchors - 1);
	reading_file(&r, "e", "", 0);
	const struct config *c = good(&r, "root_hints: h\ntrust_anchor: a\n");
	assert_true(c->has_hints && c->has_anchors);
	assert_int_equal(c->hints.n, 1);
	assert_int_equal(c->anchors.n, 1);
	c = good(&r, "trust_anchor: e\n");
	assert_true(c->has_anchors && c->anchors.n == 0);
	reading_read(&r, "root_hints: e\n", 14);
	assert_int_equal(r.told[0].column, 13);
	reading_file(&r, "e", ". A\n\n\nx y z\n", 12);
	reading_read(&r, "root_hints: e\n", 14);
	assert_non_null(strstr(r.told[0].file, "/e"));
	assert_int_equal(r.told[0].line, 1);
	reading_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_lines_are_enough), cmocka_unit_test(no_and_1_10_stay_what_they_are),
		cmocka_unit_test(a_zone_with_all_it_can_have), cmocka_unit_test(routes_windows_and_hours),
		cmocka_unit_test(files_and_folders_of_names), cmocka_unit_test(secrets_from_files_and_credentials),
		cmocka_unit_test(what_is_shown_can_be_read_and_holds_no_secret), cmocka_unit_test(rows_of_the_store_come_back),
		cmocka_unit_test(a_reload_leaves_the_old_one_alone), cmocka_unit_test(hints_and_anchors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
