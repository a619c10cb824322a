/* Each way a configuration can be wrong: where it is told, and one word of what to do; beside each the near miss. */
#include "reading.h"

struct fault { const char *yaml; unsigned line, column; const char *hint; };     /* line 0: this is right */

/* clang-format off */
static const struct fault rows[] = {
	/* YAML itself */
	{ "", 1, 1, "zones:" },
	{ "# nothing\n", 1, 1, "zones:" },
	{ "zones: [a.example]\n\tinterval: 5m\n", 2, 1, "spaces" },
	{ "zones:\t[a.example]\n", 0, 0, NULL },
	{ "zones: [a.example\n", 2, 1, "closed" },
	{ "zones: [\"a.example]\n", 1, 9, "quote" },
	{ "zones: [a.example]\nplace: a: b\n", 2, 9, "quotes" },
	{ "zones: [a.example]\nplace: \"a: b\"\n", 0, 0, NULL },
	{ "zones: [a.example]\n--- \nzones: [b.example]\n", 2, 1, "second document" },
	{ "---\nzones: [a.example]\n...\n", 0, 0, NULL },
	{ "\xef\xbb\xbfzones: [a.example]\n", 0, 0, NULL },
	{ "\xef\xbb\xbfzoned: [a.example]\n", 1, 1, "zones" },
	{ "\xff\xfez\0o\0", 1, 1, "UTF-16" },
	{ "zones: [a.example]\nplace: M\xfcnchen\n", 2, 9, "UTF-8" },
	{ "zones: [a.example]\nplace: M\xc3\xbcnchen\n", 0, 0, NULL },
	{ "zones: [a.example]\nplace: \x01\n", 2, 8, "control" },
	{ "zones: [a.example]\nplace: \"\\0\"\n", 2, 8, "NUL" },
	{ "zones: !!set [a.example]\n", 1, 8, "tags" },
	{ "zones: [!!str a.example]\n", 1, 9, "tags" },
	{ "? [a, b]\n: 1\n", 1, 3, "key" },
	{ "zones: &z [a.example, *z]\n", 1, 23, "inside" },
	{ "zones: [*none]\n", 1, 9, "anchor" },
	{ "zones: [{name: a.example, tags: &t [x]}, {name: b.example, tags: *t}]\n", 0, 0, NULL },
	{ "<<: 1\nzones: [a.example]\n", 1, 1, "merge" },
	{ "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n", 1, 17, "deep" },
	{ "- a.example\n", 1, 1, "pairs" },
	{ "a.example\n", 1, 1, "pairs" },
	/* keys */
	{ "zones: [a.example]\nintervall: 5m\n", 2, 1, "interval?" },
	{ "zones: [a.example]\nlisten: 127.0.0.1\n", 2, 1, "api.listen" },
	{ "zones: [a.example]\nxyzzyxyzzy: 1\n", 2, 1, "schema" },
	{ "zones: [a.example]\ninterval: 5m\nplace: x\ninterval: 6m\n", 4, 1, "line 2" },
	{ "zones: [a.example]\nchannels:\n  - {name: x, url_env: HOOK}\n", 3, 5, "channels[].kind" },
	{ "zones:\n  - tags: [x]\n", 2, 5, "zones[].name" },
	/* types */
	{ "zones: a.example\n", 1, 8, "list" },
	{ "zones: {a.example: x}\n", 1, 8, "list" },
	{ "zones: [[a.example]]\n", 1, 9, "name:" },
	{ "interval: [5m]\n", 1, 11, "not a list" },
	{ "interval: {a: b}\n", 1, 11, "pairs" },
	{ "interval:\n", 1, 10, "no value" },
	{ "interval: 5\n", 1, 11, "duration" },
	{ "interval: 5 m\n", 1, 11, "duration" },
	{ "interval: 5s\n", 1, 11, "10s to 7d" },
	{ "interval: 10s\n", 0, 0, NULL },
	{ "interval: 8d\n", 1, 11, "7d" },
	{ "canaries: no\n", 1, 11, "true nor false" },
	{ "canaries: True\n", 1, 11, "true" },
	{ "canaries: false\n", 0, 0, NULL },
	{ "jitter: 0.6\n", 1, 9, "0.5" },
	{ "jitter: 0.5\n", 0, 0, NULL },
	{ "jitter: nan\n", 1, 9, "0.25" },
	{ "jitter: 1e-1\n", 1, 9, "0.25" },
	{ "jitter: 0.1.1\n", 1, 9, "fraction" },
	{ "in_flight: 0\n", 1, 12, "4096" },
	{ "in_flight: 0x10\n", 1, 12, "digits" },
	{ "in_flight: -1\n", 1, 12, "digits" },
	{ "port: 65536\n", 1, 7, "65535" },
	{ "port: 65535\n", 0, 0, NULL },
	{ "ballast: 16MB\n", 1, 10, "16MiB" },
	{ "ballast: 2GiB\n", 1, 10, "1GiB" },
	{ "ballast: 99999999999999GiB\n", 1, 10, "16MiB" },
	{ "ballast: 0\n", 0, 0, NULL },
	{ "resolvers: [9.9.9]\n", 1, 13, "9.9.9.9" },
	{ "resolvers: [9.9.9.9, 9.9.9.9]\n", 1, 22, "twice" },
	{ "resolvers: [9.9.9.9, \"9.9.9.9#5353\"]\n", 0, 0, NULL },
	{ "resolvers: 9.9.9.9\n", 0, 0, NULL },
	{ "allow: [privat]\n", 1, 9, "private" },
	{ "allow: [private, loopback]\n", 0, 0, NULL },
	{ "ipv4: false\nipv6: false\n", 1, 7, "nothing" },
	{ "ipv4: false\n", 0, 0, NULL },
	{ "remind: [4h, 1h]\n", 1, 14, "longer" },
	{ "remind: [1h, 2h, 3h, 4h, 5h]\n", 1, 9, "1 to 4" },
	{ "remind: 1h\n", 1, 9, "list" },
	{ "thresholds: {ladder: [1d, 3d]}\n", 1, 27, "shorter" },
	{ "thresholds: {ladder: []}\n", 1, 22, "1 to 8" },
	{ "thresholds: {signature_warning: 0.1, signature_critical: 0.2}\n", 1, 13, "signature_critical" },
	{ "thresholds: {cds_ignored: 10m}\n", 1, 27, "1h" },
	{ "thresholds: {cds_ignored: 5d}\n", 0, 0, NULL },
	{ "thresholds: {signature_warning: 0.2, signature_critical: 0.2}\n", 0, 0, NULL },
	{ "quiet_hours: {hours: 22:00-7:00}\n", 1, 22, "22:00-07:00" },
	{ "quiet_hours: {hours: 22:00-22:00}\n", 1, 22, "00:00-24:00" },
	{ "quiet_hours: {hours: 22:00-24:01}\n", 1, 22, "22:00-07:00" },
	{ "quiet_hours: {hours: 22:60-24:00}\n", 1, 22, "22:00-07:00" },
	{ "quiet_hours: {hours: 22:00-24:00}\n", 0, 0, NULL },
	{ "quiet_hours: {min_severity: error}\n", 1, 14, "hours" },
	{ "quiet_hours: {hours: 22:00-24:00, min_severity: bad}\n", 1, 49, "critical" },
	{ "windows: [{zones: a.example, days: [monday]}]\n", 1, 37, "mon" },
	{ "windows: [{zones: a.example, days: []}]\n", 1, 36, "at least one" },
	{ "windows: [{zones: a.example, from: now}]\n", 1, 36, "2026" },
	{ "windows: [{zones: a.example, from: \"20260301120000\"}]\n", 1, 36, "2026-03" },
	{ "windows: [{zones: a.example, from: 2026-03-02, until: 2026-03-01}]\n", 1, 55, "from" },
	{ "windows: [{zones: [\"*.example\", \"tag:prod\"], from: 2026-03-01, until: 2026-03-02T00:00:00Z}]\n", 0, 0, NULL },
	{ "windows: [{zones: \"a.*.example\"}]\n", 1, 19, "*.NAME" },
	{ "place: \"two\\nlines\"\n", 1, 8, "one line" },
	{ "base_url: dnsvigil.example\n", 1, 11, "https" },
	{ "base_url: ftp://dnsvigil.example\n", 1, 11, "https" },
	{ "base_url: https://\n", 1, 11, "host" },
	{ "base_url: https://dnsvigil.example\n", 0, 0, NULL },
	{ "api: {listen: localhost}\n", 1, 15, "127.0.0.1" },
	{ "api: {listen: \"127.0.0.1:80\"}\n", 1, 15, "port" },
	{ "api: {listen: \"::1\"}\n", 0, 0, NULL },
	{ "api: {tokens: [geheim]}\n", 1, 16, "SHA-256" },
	{ "api: {tokens: [E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855]}\n", 0, 0, NULL },
	{ "api: {hosts: [\"a b\"]}\n", 1, 15, "host" },
	{ "rdap: {interval: 1h}\n", 1, 18, "1d" },
	/* zones */
	{ "zones: [a..example]\n", 1, 9, "empty" },
	{ "zones: [a.example, \"a.example \"]\n", 1, 20, "one word" },
	{ "zones: [a.example, A.Example.]\n", 1, 20, "already" },
	{ "zones: [a.example, {name: a.example, type: A}]\n", 0, 0, NULL },
	{ "zones: [{name: a.example, type: A}, {name: a.example, type: A}]\n", 1, 37, "already" },
	{ "zones: [192.0.2.1]\n", 1, 9, "in-addr.arpa" },
	{ "zones: [1.2.0.192.in-addr.arpa]\n", 0, 0, NULL },
	{ "zones: [\"https://a.example/\"]\n", 1, 9, "URL" },
	{ "zones: [\"b\xc3\xbc" "cher.example\", xn--bcher-kva.example]\n", 1, 27, "already" },
	{ "zones: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example]\n", 1, 9, "63" },
	{ "zones: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example]\n", 0, 0, NULL },
	{ "zones: [\"\"]\n", 1, 9, "no value" },
	{ "zones: [\".\"]\n", 0, 0, NULL },
	{ "zones: [{name: a.example, type: AXFR}]\n", 1, 33, "asked" },
	{ "zones: [{name: a.example, type: HTTPX}]\n", 1, 33, "AAAA" },
	{ "zones: [{name: a.example, tags: [\"a b\"]}]\n", 1, 34, "word" },
	{ "zones: [{name: a.example, tags: [x, x]}]\n", 1, 33, "twice" },
	{ "zones: [{name: a.example, interval: 1s}]\n", 1, 37, "10s" },
	{ "zones: [{name: a.example, expect: {ns: []}}]\n", 1, 40, "empty" },
	{ "zones: [{name: a.example, expect: {ns: [\"b c\"]}}]\n", 1, 41, "one word" },
	{ "zones: [{name: a.example, expect: {ds: [31406]}}]\n", 1, 41, "DIGEST-TYPE" },
	{ "zones: [{name: a.example, expect: {ds: [1 8 1 abc]}}]\n", 1, 41, "octets" },
	{ "zones: [{name: a.example, expect: {ds: [1 8 1 zz]}}]\n", 1, 41, "hexadecimal" },
	{ "zones: [{name: a.example, expect: {ds: [1 8 1 abcd]}}]\n", 1, 41, "20" },
	{ "zones: [{name: a.example, expect: {ds: [65536 8 1 abcd]}}]\n", 1, 41, "DIGEST-TYPE" },
	{ "zones: [{name: a.example, expect: {ds: [1 8 1 0123456789abcdef0123456789abcdef01234567]}}]\n", 0, 0, NULL },
	{ "zones: [{name: a.example, expect: {ds: []}}]\n", 1, 40, "unsigned" },
	{ "zones: [{name: a.example, expect: {ds: [1 8 9 00], unsigned: true}}]\n", 1, 35, "exclude" },
	{ "zones: [{name: a.example, expect: {ds: [1 8 9 00], unsigned: false}}]\n", 0, 0, NULL },
	/* channels and routes */
	{ "channels: [{kind: slak, url_env: HOOK}]\n", 1, 19, "slack" },
	{ "channels: [{kind: slack}]\n", 1, 12, "url_file" },
	{ "channels: [{kind: slack, url: \"https://hooks.slack.com/services/T0/B0/x\"}]\n", 1, 31, "url_file" },
	{ "channels: [{kind: slack-bot, token: xoxb-1, to: \"#dns\"}]\n", 1, 37, "token_file" },
	{ "channels: [{kind: slack-bot, token_env: TOKEN, to: \"#dns\"}]\n", 0, 0, NULL },
	{ "channels: [{kind: slack-bot, token_env: TOKEN}]\n", 1, 12, "to" },
	{ "channels: [{kind: slack, url_env: NONE}]\n", 1, 35, "NONE" },
	{ "channels: [{kind: slack, url_env: EMPTY}]\n", 1, 35, "nothing" },
	{ "channels: [{kind: slack, url_env: TWO}]\n", 1, 35, "one line" },
	{ "channels: [{kind: slack, url_env: TOKEN}]\n", 1, 35, "https" },
	{ "channels: [{kind: slack, url_env: HOOK, url_file: x}]\n", 1, 51, "another way" },
	{ "channels: [{kind: slack, url_file: /nowhere/at/all}]\n", 1, 36, "No such file" },
	{ "channels: [{kind: slack, url_credential: hook}]\n", 1, 42, "CREDENTIALS_DIRECTORY" },
	{ "channels: [{kind: slack, url_credential: ../hook}]\n", 1, 42, "name of a credential" },
	{ "channels: [{kind: slack, url_env: HOOK, token_env: TOKEN}]\n", 1, 52, "nothing for" },
	{ "channels: [{kind: slack, url_env: HOOK, user: x}]\n", 1, 47, "nothing for" },
	{ "channels: [{kind: slack, url_env: HOOK}, {kind: slack, url_env: HOOK}]\n", 1, 42, "name" },
	{ "channels: [{kind: slack, url_env: HOOK}, {kind: slack, name: b, url_env: HOOK}]\n", 0, 0, NULL },
	{ "channels: [{kind: slack, name: \"a b\", url_env: HOOK}]\n", 1, 32, "letters" },
	{ "channels: [{kind: slack, url_env: PLAIN}]\n", 1, 35, "alerts_over_http" },
	{ "alerts_over_http: true\nchannels: [{kind: slack, url_env: PLAIN}]\n", 0, 0, NULL },
	{ "alerts_over_http: true\nchannels: [{kind: webhook, url: \"http://192.0.2.1/\"}]\n", 2, 33, "https" },
	{ "alerts_over_http: true\nchannels: [{kind: webhook, url: \"http://localhost.example/\"}]\n", 2, 33, "https" },
	{ "alerts_over_http: true\nchannels: [{kind: alertmanager, url: \"http://localhost:9093\"}]\n", 0, 0, NULL },
	{ "channels: [{kind: alertmanager, url: \"https://u:p@a.example\"}]\n", 1, 38, "password" },
	{ "channels: [{kind: email, url: \"https://a.example\", to: a@b.example, from: c@d.example}]\n", 1, 31, "smtp" },
	{ "channels: [{kind: email, url: \"smtp://a.example:587\", to: [a@b.example, c@b.example], from: c@d.example}]\n", 0, 0, NULL },
	{ "channels: [{kind: email, url: \"smtp://a.example\", to: a@b.example, from: c@d.example, user: u}]\n", 1, 12, "password_file" },
	{ "channels: [{kind: email, url: \"smtp://a.example\", to: \"a@b.example, x@b.example\", from: c@d.example}]\n", 1, 55, "list" },
	{ "channels: [{kind: ntfy, to: dns, per_hour: 0}]\n", 1, 44, "1 to" },
	{ "dead_man_url: https://hc.example/uuid\n", 1, 15, "dead_man_url_file" },
	{ "dead_man_url_env: HOOK\n", 0, 0, NULL },
	{ "dead_man_url_env: PLAIN\n", 1, 19, "alerts_over_http" },
	{ SLACK "routes: [{channels: slak}]\n", 3, 21, "slack" },
	{ SLACK "routes: [{channels: [slack, pager]}]\n", 3, 29, "pager" },
	{ SLACK "routes: [{channels: slack, zones: [\"tag:x\"]}]\n", 3, 36, "tags:" },
	{ SLACK "routes: [{channels: slack, min_severity: waning}]\n", 3, 42, "warning" },
	{ SLACK "routes: [{zones: a.example}]\n", 3, 10, "routes[].channels" },
	{ SLACK "routes: [{channels: slack, zones: [\"*.example\", a.example], tags: [x], go_on: true}]\n", 0, 0, NULL },
	{ "root_hints: /nowhere\n", 1, 13, "No such file" },
	{ "zone_files: [/nowhere]\n", 1, 14, "No such file" },
	{ "include: /nowhere\n", 1, 10, "No such file" },
};
/* clang-format on */

static void each_fault(void **state)
{
	unsigned bad = 0;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct fault *f = &rows[i];
		struct reading r;
		reading_start(&r);
		reading_read(&r, f->yaml, strncmp(f->yaml, "\xff\xfe", 2) == 0 ? 6 : strlen(f->yaml));
		const struct told *t = &r.told[0];
		bool right = f->line == 0 ? r.rc == E_OK && r.n == 0 && r.config != NULL
					  : r.rc == E_SYNTAX && r.n == 1 && t->line == f->line && t->column == f->column &&
						    strcmp(t->file, r.path) == 0 && strstr(t->text, f->hint) != NULL && r.at.line == f->line;
		if (!right || (r.n > 0 && strstr(t->text, "geheim") != NULL)) {
			print_error("row %zu: %s  wanted %u:%u %s, got %u faults, %u:%u %s\n", i, f->yaml, f->line, f->column,
				    f->hint != NULL ? f->hint : "fine", r.n, t->line, t->column, t->text != NULL ? t->text : "");
			bad++;
		}
		reading_end(&r);
	}
	assert_int_equal(bad, 0);
}

static void all_faults_are_told_in_one_run(void **state)
{
	struct reading r;
	const char *yaml = "zones: [a..b, c.example]\ninterval: soon\nplaze: x\n";
	(void)state;
	reading_start(&r);
	reading_read(&r, yaml, strlen(yaml));
	assert_int_equal(r.rc, E_SYNTAX);
	assert_null(r.config);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.told[0].line, 1);
	assert_int_equal(r.told[1].line, 2);
	assert_int_equal(r.told[2].line, 3);
	assert_int_equal(r.at.line, 1);
	assert_non_null(strstr(r.at.text, "column 9: "));
	reading_end(&r);
}

/* Each line ten times the one before: a billion nodes in nine lines. */
static void a_bomb_of_aliases_is_counted(void **state)
{
	struct reading r;
	struct text t;
	(void)state;
	reading_start(&r);
	text_init(&t, r.arena);
	text_add(&t, "a: &a [x, x, x, x, x, x, x, x, x, x]\n");
	for (char c = 'b'; c <= 'j'; c++) {
		text_addf(&t, "%c: &%c [", c, c);
		for (int i = 0; i < 10; i++)
			text_addf(&t, "%s*%c", i > 0 ? ", " : "", c - 1);
		text_add(&t, "]\n");
	}
	reading_read(&r, t.at, t.len);
	assert_int_equal(r.rc, E_SYNTAX);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.told[0].line, 6);
	reading_end(&r);
}

static void a_hundred_faults_are_enough(void **state)
{
	struct reading r;
	struct text t;
	(void)state;
	reading_start(&r);
	text_init(&t, r.arena);
	for (int i = 0; i < 3000; i++)
		text_addf(&t, "x%d: 1\n", i);
	reading_read(&r, t.at, t.len);
	assert_int_equal(r.rc, E_SYNTAX);
	assert_int_equal(r.n, LIMIT_CONFIG_FAULTS);
	reading_end(&r);
}

static void a_missing_file_is_our_misfortune(void **state)
{
	struct reading r;
	(void)state;
	reading_start(&r);
	struct config_source from = { "/nowhere/at/all.yaml", NULL, false, reading_tell, &r };
	assert_int_equal(config_read(r.arena, &from, &r.config, &r.at), E_SYSTEM);
	assert_string_equal(r.at.file, "/nowhere/at/all.yaml");
	assert_int_equal(r.n, 0);
	reading_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault), cmocka_unit_test(all_faults_are_told_in_one_run),
		cmocka_unit_test(a_bomb_of_aliases_is_counted), cmocka_unit_test(a_hundred_faults_are_enough),
		cmocka_unit_test(a_missing_file_is_our_misfortune),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
