/* Real receivers: Debian's Alertmanager and an SMTP server. argv: strict.py, alertmanager.py, mailbox.py */
#include "../base/cmocka_all.h"
#include "base/limits.h"
#include "samples.h"
#include "site.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct site site;
static struct child am, plain, tls;
static struct channel channels[2];
static struct deliverer *d;
static char mail_file[120], cert[120], key[120];

static int begin(void **state)
{
	(void)state;
	site_fresh(&site);
	unlink(mail_file);
	channels[0] = sample_channel(site.arena, CHANNEL_ALERTMANAGER, arena_printf(site.arena, "http://127.0.0.1:%u/", am.port));
	channels[1] = sample_channel(site.arena, CHANNEL_EMAIL, arena_printf(site.arena, "smtp://127.0.0.1:%u", plain.port));
	channels[0].per_hour = channels[1].per_hour = 1000;
	d = deliverer_new(&(struct deliverer_options){ .store = site.store, .http = site.http, .channels = channels, .n_channels = 2,
						       .log = site_log, .log_ctx = &site });
	return 0;
}

static int end(void **state)
{
	(void)state;
	deliverer_free(&d);
	return 0;
}

static void post(const struct alert *a, const struct channel *c, struct wall now)
{
	channel_list to = { 0 };
	list_push(site.arena, &to, c);
	assert_int_equal(store_begin(site.store), E_OK);
	assert_int_equal(alert_post(site.store, site.arena, a, &to, NULL, now), E_OK);
	assert_int_equal(store_commit(site.store), E_OK);
}

static struct outbox_depth depth(void)
{
	struct outbox_depth o;
	assert_int_equal(store_outbox_depth(site.store, &o), E_OK);
	return o;
}

/* ---- Alertmanager ---- */
static void keep_json(const struct http_answer *a, void *ctx)
{
	assert_int_equal(a->status, 200);
	*(json_t **)ctx = json_loadb(a->body, a->body_len, 0, NULL);
}

/* What it holds to be firing, with this code. */
static json_t *firing(const char *code)
{
	json_t *all = NULL, *ours = json_pack("[]"), *one;
	size_t i;
	struct http_request r = { .method = "GET", .url = arena_printf(site.arena, "http://127.0.0.1:%u/api/v2/alerts?active=true", am.port), .body_max = 8u << 20 };
	assert_int_equal(http_start(site.http, &r, keep_json, &all), E_OK);
	while (http_turn(site.http, 100))
		;
	assert_non_null(all);
	json_array_foreach(all, i, one)
		if (strcmp(json_string_value(json_object_get(json_object_get(one, "labels"), "code")), code) == 0)
			json_array_append(ours, one);
	json_decref(all);
	return ours;
}

static size_t n_firing(const char *code)
{
	json_t *ours = firing(code);
	size_t n = json_array_size(ours);
	json_decref(ours);
	return n;
}

static void put_incident(const struct alert *a, bool open)
{
	struct text doc;
	text_init(&doc, site.arena);
	alert_to_json(a, &doc);
	struct incident_row row = {
		.id = a->incident, .dedup_key = a->dedup_key, .finding = a->finding, .scope = a->scope, .word = a->word, .severity = a->severity,
		.state = open ? "open" : "resolved", .opened_at = a->opened_at, .changed_at = a->at, .resolved_at = a->resolved_at, .since = a->since,
		.n_zones = 1, .text = a->cause, .doc = doc.at, .acked_at = WALL_NEVER, .acked_by = "", .muted_until = WALL_NEVER, .told_at = a->at,
	};
	assert_int_equal(store_begin(site.store), E_OK);
	assert_int_equal(store_put_incident(site.store, &row), E_OK);
	assert_int_equal(store_commit(site.store), E_OK);
}

static struct alert now_opened(const char *code)
{
	struct alert a = sample_opened(site.arena);
	a.finding = code;
	a.at = wall_now();              /* Alertmanager looks at the clock of the wall */
	a.opened_at = a.at;
	a.since.s = a.at.s - 3600;
	a.breaks_at = WALL_NEVER;
	return a;
}

static void alertmanager_hears_the_beginning_and_the_end(void **state)
{
	(void)state;
	struct alert a = now_opened("begin-and-end");
	post(&a, &channels[0], a.at);
	site_turn(&site, d, a.at);
	assert_string_equal(site.log, "");
	json_t *ours = firing("begin-and-end");
	assert_int_equal(json_array_size(ours), 1);
	json_t *one = json_array_get(ours, 0);
	assert_string_equal(json_string_value(json_object_get(json_object_get(one, "labels"), "zone")), "example.com.");
	assert_string_equal(json_string_value(json_object_get(one, "generatorURL")), "https://vigil.example/i/01J9X2?a=1&b=2");
	assert_string_equal(json_string_value(json_object_get(json_object_get(one, "annotations"), "summary")), alert_title(site.arena, &a));
	json_decref(ours);
	struct alert over = a;
	over.kind = ALERT_RESOLVED;
	over.word = "OK";
	over.at = over.resolved_at = wall_now();
	post(&over, &channels[0], over.at);
	site_turn(&site, d, (struct wall){ over.at.s + 1 });
	assert_int_equal(depth().waiting + depth().dead, 0);
	sleep(2);                       /* endsAt is now: over in a second */
	assert_int_equal(n_firing("begin-and-end"), 0);
}

static void alertmanager_takes_hostile_texts(void **state)
{
	(void)state;
	struct wall now = wall_now();
	for (unsigned i = 0; i < SAMPLE_HOSTILE; i++) {
		struct alert a = sample_hostile(site.arena, i);
		a.incident = arena_printf(site.arena, "H%u", i);
		a.at = a.opened_at = a.since = now;
		post(&a, &channels[0], now);
	}
	for (int s = 0; s < 5; s++)
		site_turn(&site, d, (struct wall){ now.s + s });
	if (depth().waiting + depth().dead > 0)
		fail_msg("%s", site.log);
}

/* Told once by the outbox, then again by the refresh, so that it ends later and later; a second channel's incident is not. */
static void open_incidents_are_told_again(void **state)
{
	(void)state;
	struct alert a = now_opened("told-again"), stranger = now_opened("never-told");
	stranger.incident = "01J9X2ZZZZZZZZZZZZZZZZZZZZ";
	put_incident(&a, true);
	put_incident(&stranger, true);
	post(&a, &channels[0], a.at);
	site_turn(&site, d, a.at);
	json_t *first = firing("told-again");
	assert_int_equal(json_array_size(first), 1);
	site_turn(&site, d, (struct wall){ a.at.s + LIMIT_ALERT_REFRESH_S + 1 });
	json_t *second = firing("told-again");
	assert_int_equal(json_array_size(second), 1);
	assert_true(strcmp(json_string_value(json_object_get(json_array_get(first, 0), "endsAt")),
			   json_string_value(json_object_get(json_array_get(second, 0), "endsAt"))) < 0);
	assert_string_equal(json_string_value(json_object_get(json_array_get(first, 0), "fingerprint")),
			    json_string_value(json_object_get(json_array_get(second, 0), "fingerprint")));
	assert_int_equal(n_firing("never-told"), 0);
	/* Resolved in the store: no refresh raises it again. */
	struct alert over = a;
	over.kind = ALERT_RESOLVED;
	over.at = over.resolved_at = wall_now();
	put_incident(&over, false);
	post(&over, &channels[0], over.at);
	for (int i = 2; i < 5; i++)
		site_turn(&site, d, (struct wall){ a.at.s + i * (LIMIT_ALERT_REFRESH_S + 1) });
	sleep(2);
	assert_int_equal(n_firing("told-again"), 0);
	json_decref(first);
	json_decref(second);
}

static void many_open_incidents_are_told_in_batches(void **state)
{
	(void)state;
	enum { MANY = 2 * LIMIT_ALERT_BATCH + 20 };
	struct alert a = now_opened("in-batches");
	for (unsigned i = 0; i < MANY; i++) {
		a.incident = arena_printf(site.arena, "01J9X2%020u", i);
		a.scope = arena_printf(site.arena, "z%u.example.", i);
		put_incident(&a, true);
		int64_t id;
		struct outbox_row row = { .incident = a.incident, .channel = "alertmanager", .kind = "opened", .dedup_key = "k", .alert = "{}", .created_at = a.at,
					  .due_at = a.at, .state = "sent", .last_error = "", .remote_ref = "told" };
		assert_int_equal(store_add_outbox(site.store, &row, &id), E_OK);
	}
	for (int i = 0; i < 5; i++)
		site_turn(&site, d, a.at);
	assert_int_equal(n_firing("in-batches"), MANY);
}

/* ---- mail ---- */
static json_t *mails(void)
{
	json_t *all = json_pack("[]");        /* not json_array(): base/json.h has one too, and wins */
	FILE *f = fopen(mail_file, "r");
	static char line[4 << 20];
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		json_array_append_new(all, json_loads(line, 0, NULL));
	if (f != NULL)
		fclose(f);
	return all;
}

static const char *mail_text(json_t *all, size_t i, const char *name)
{
	const char *s = json_string_value(json_object_get(json_object_get(json_array_get(all, i), "headers"), name));
	return s ? s : "";
}

static void mail_is_a_thread(void **state)
{
	(void)state;
	struct alert a = sample_opened(site.arena), over = sample_resolved(site.arena);
	post(&a, &channels[1], a.at);
	post(&over, &channels[1], a.at);
	for (int s = 0; s < 3; s++)
		site_turn(&site, d, (struct wall){ a.at.s + s });
	assert_string_equal(site.log, "");
	json_t *all = mails();
	assert_int_equal(json_array_size(all), 2);
	for (size_t i = 0; i < 2; i++) {
		json_t *m = json_array_get(all, i);
		assert_int_equal(json_array_size(json_object_get(m, "faults")), 0);
		assert_string_equal(json_string_value(json_object_get(m, "from")), "alerts@vigil.example");
		assert_int_equal(json_array_size(json_object_get(m, "to")), 2);
		json_t *parts = json_object_get(m, "parts");
		assert_int_equal(json_array_size(parts), 2);
		assert_string_equal(json_string_value(json_array_get(json_array_get(parts, 0), 0)), "text/plain");
		assert_string_equal(json_string_value(json_array_get(json_array_get(parts, 1), 0)), "text/html");
		assert_non_null(strstr(json_string_value(json_array_get(json_array_get(parts, 0), 1)), "dnsvigil why www.example.com"));
	}
	assert_string_equal(mail_text(all, 0, "Subject"), "[SERVFAIL] example.com rrsig-expired");
	assert_string_equal(mail_text(all, 1, "Subject"), "[OK] example.com rrsig-expired");
	assert_string_equal(mail_text(all, 1, "In-Reply-To"), mail_text(all, 0, "Message-ID"));
	assert_string_equal(mail_text(all, 0, "Auto-Submitted"), "auto-generated");
	json_decref(all);
}

static void hostile_mail_is_one_mail(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SAMPLE_HOSTILE; i++) {
		struct alert a = sample_hostile(site.arena, i);
		a.incident = arena_printf(site.arena, "H%u", i);
		post(&a, &channels[1], a.at);
	}
	struct wall now = sample_bare().at;
	for (int s = 0; s < 6; s++)
		site_turn(&site, d, (struct wall){ now.s + s });
	json_t *all = mails(), *m;
	size_t i;
	assert_int_equal(json_array_size(all), SAMPLE_HOSTILE);
	static const char *const names = "[\"auto-submitted\",\"content-type\",\"date\",\"from\",\"list-id\",\"message-id\",\"mime-version\",\"subject\",\"to\",\"x-dnsvigil-finding\"]";
	json_array_foreach(all, i, m) {
		json_t *faults = json_object_get(m, "faults");
		if (json_array_size(faults) > 0)
			fail_msg("%zu: %s", i, json_string_value(json_array_get(faults, 0)));
		assert_int_equal(json_array_size(json_object_get(m, "to")), 2);
		assert_string_equal(json_string_value(json_array_get(json_object_get(m, "to"), 1)), "second@example.net");
		json_t *want = json_loads(names, 0, NULL), *have = json_object_get(m, "names"), *name;
		size_t k, known = 0;
		json_array_foreach(have, k, name)
			for (size_t w = 0; w < json_array_size(want); w++)
				known += (size_t)json_equal(name, json_array_get(want, w));
		bool answers = json_object_get(json_object_get(m, "headers"), "In-Reply-To") != NULL;
		assert_int_equal(known, json_array_size(have) - (answers ? 2 : 0));     /* and References */
		json_decref(want);
	}
	json_decref(all);
}

static void a_recipient_that_is_refused_costs_the_others_nothing(void **state)
{
	(void)state;
	struct alert a = sample_opened(site.arena);
	channels[1].target = "ops@example.net, nobody@example.net";
	post(&a, &channels[1], a.at);
	site_turn(&site, d, a.at);
	json_t *all = mails();
	assert_int_equal(json_array_size(all), 1);
	json_decref(all);
	assert_int_equal(depth().waiting + depth().dead, 0);
	assert_non_null(strstr(site.log, "email: opened told, but: 1 of the recipients refused"));
	/* All refused: dead. All busy: again. */
	struct alert b = a, c = a;
	b.incident = "B";
	c.incident = "C";
	channels[1].target = "nobody@example.net";
	post(&b, &channels[1], a.at);
	site_turn(&site, d, (struct wall){ a.at.s + 1 });
	assert_int_equal(depth().dead, 1);
	channels[1].target = "busy@example.net";
	post(&c, &channels[1], a.at);
	site_turn(&site, d, (struct wall){ a.at.s + 2 });
	assert_int_equal(depth().waiting, 1);
	channels[1].target = "ops@example.net";
	for (int s = 3; s < 8; s++)
		site_turn(&site, d, (struct wall){ a.at.s + s });
	assert_int_equal(depth().waiting, 0);
}

static void passwords_go_only_over_tls_that_is_sure(void **state)
{
	(void)state;
	struct alert a = sample_opened(site.arena);
	channels[1].url = arena_printf(site.arena, "smtp://localhost:%u", tls.port);
	channels[1].user = "me";
	channels[1].password = "pw";
	channels[1].ca_file = cert;
	post(&a, &channels[1], a.at);
	site_turn(&site, d, a.at);
	json_t *all = mails();
	if (json_array_size(all) != 1)
		fail_msg("%s", site.log);
	json_decref(all);
	/* A certificate nobody vouches for; a wrong password; a server without TLS. */
	static const struct { const char *url_of, *password; bool ca, dead; } bad[] = {
		{ "tls", "pw", false, false }, { "tls", "s3cret", true, true }, { "plain", "pw", true, false },
	};
	for (size_t i = 0; i < 3; i++) {
		end(NULL);
		begin(NULL);
		struct alert b = sample_opened(site.arena);
		channels[1].user = "me";
		channels[1].url = arena_printf(site.arena, "smtp://localhost:%u", bad[i].url_of[0] == 't' ? tls.port : plain.port);
		channels[1].password = bad[i].password;
		channels[1].ca_file = bad[i].ca ? cert : NULL;
		post(&b, &channels[1], b.at);
		site_turn(&site, d, b.at);
		all = mails();
		assert_int_equal(json_array_size(all), 0);
		json_decref(all);
		assert_int_equal(depth().dead, bad[i].dead);
		assert_int_equal(depth().waiting, !bad[i].dead);
		assert_true(strlen(site.log) > 0);
		assert_null(strstr(site.log, "s3cret"));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
	(void)argc;
	static const char python[] = "/usr/bin/python3";
	if (access("/usr/bin/prometheus-alertmanager", X_OK) != 0)
		return 77;
	site_start(&site, argv[1]);
	snprintf(mail_file, sizeof mail_file, "%s/mail", site.dir);
	snprintf(cert, sizeof cert, "%s/cert", site.dir);
	snprintf(key, sizeof key, "%s/key", site.dir);
	char make[500];
	snprintf(make, sizeof make, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
				    "-addext subjectAltName=DNS:localhost -out %s -keyout %s 2>/dev/null", cert, key);
	if (system(make) != 0)
		return 1;
	am = child_start((const char *const[]){ python, argv[2], NULL });
	plain = child_start((const char *const[]){ python, argv[3], mail_file, NULL });
	tls = child_start((const char *const[]){ python, argv[3], mail_file, cert, key, NULL });
	const struct CMUnitTest tests[] = {
		TEST(alertmanager_hears_the_beginning_and_the_end), TEST(alertmanager_takes_hostile_texts), TEST(open_incidents_are_told_again),
		TEST(many_open_incidents_are_told_in_batches), TEST(mail_is_a_thread), TEST(hostile_mail_is_one_mail),
		TEST(a_recipient_that_is_refused_costs_the_others_nothing), TEST(passwords_go_only_over_tls_that_is_sure),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	child_end(&am);
	child_end(&plain);
	child_end(&tls);
	unlink(mail_file);
	unlink(cert);
	unlink(key);
	site_end(&site);
	return failed;
}
