/* The deliverer with the real store and a receiver that is strict, slow, full or away. */
#include "../base/cmocka_all.h"
#include "base/limits.h"
#include "samples.h"
#include "site.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct site site;
static struct channel channels[CHANNEL_KINDS];
static struct deliverer *d;
static const struct wall start = { 1795318091 };

static struct deliverer *fresh_deliverer(void)
{
	return deliverer_new(&(struct deliverer_options){
		.store = site.store, .http = site.http, .channels = channels, .n_channels = CHANNEL_KINDS, .log = site_log, .log_ctx = &site,
		.dead_man_url = arena_printf(site.arena, "%s/ping/uuid?a=1", site.base) });
}

static int begin(void **state)
{
	(void)state;
	site_fresh(&site);
	for (int k = 0; k < CHANNEL_KINDS; k++)
		channels[k] = sample_channel(site.arena, (enum channel_kind)k, site.base);
	d = fresh_deliverer();
	return 0;
}

static int end(void **state)
{
	(void)state;
	deliverer_free(&d);
	return 0;
}

static struct wall after(int64_t s)
{
	return (struct wall){ start.s + s };
}

static void post(const struct alert *a, enum channel_kind kind, struct wall now)
{
	channel_list to = { 0 };
	list_push(site.arena, &to, &channels[kind]);
	assert_int_equal(store_begin(site.store), E_OK);
	assert_int_equal(alert_post(site.store, site.arena, a, &to, NULL, now), E_OK);
	assert_int_equal(store_commit(site.store), E_OK);
}

/* An opened incident with a number of its own. */
static struct alert incident(unsigned n)
{
	struct alert a = sample_opened(site.arena);
	a.incident = arena_printf(site.arena, "01J9X2%020u", n);
	a.dedup_key = arena_printf(site.arena, "key-%u", n);
	a.scope = arena_printf(site.arena, "zone%u.example.", n);
	return a;
}

static size_t n_told(void)
{
	json_t *told = site_get(&site, "/told");
	size_t n = json_array_size(told);
	json_decref(told);
	return n;
}

static void expect_no_faults(void)
{
	json_t *faults = site_get(&site, "/faults");
	if (json_array_size(faults) > 0)
		fail_msg("%s", json_string_value(json_array_get(faults, 0)));
	json_decref(faults);
}

static struct outbox_depth depth(void)
{
	struct outbox_depth o;
	assert_int_equal(store_outbox_depth(site.store, &o), E_OK);
	return o;
}

static struct outbox_row newest(const char *state)
{
	outbox_rows rows = { 0 };
	assert_int_equal(store_outbox(site.store, site.arena, state, 1, &rows), E_OK);
	assert_int_equal(rows.n, 1);
	return rows.at[0];
}

static const char *told_text(json_t *told, size_t i, const char *name)
{
	const char *s = json_string_value(json_object_get(json_object_get(json_array_get(told, i), "body"), name));
	return s ? s : "";
}

static const char *told_path(json_t *told, size_t i)
{
	return json_string_value(json_object_get(json_array_get(told, i), "path"));
}

/* ---- what is sent is taken ---- */
static void strict_receivers_take_all_of_it(void **state)
{
	(void)state;
	for (int k = 0; k < CHANNEL_KINDS; k++)
		channels[k].per_hour = 1000;
	unsigned sent = 0;
	for (unsigned i = 0; i < SAMPLE_HOSTILE + 4; i++) {
		struct alert a = i < SAMPLE_HOSTILE ? sample_hostile(site.arena, i) : i == SAMPLE_HOSTILE ? sample_opened(site.arena)
			: i == SAMPLE_HOSTILE + 1 ? sample_drift(site.arena) : i == SAMPLE_HOSTILE + 2 ? sample_resolved(site.arena) : sample_bare();
		a.incident = a.kind == ALERT_TEST ? "" : arena_printf(site.arena, "01J9X2%020u", i);
		for (int k = 0; k < CHANNEL_KINDS; k++) {
			if (k == CHANNEL_EMAIL || k == CHANNEL_ALERTMANAGER)
				continue;       /* these have real receivers: test_real.c */
			post(&a, (enum channel_kind)k, start);
			sent++;
		}
	}
	for (int s = 0; s < 20 && depth().waiting > 0; s++)
		site_turn(&site, d, after(s));
	expect_no_faults();
	assert_int_equal(depth().waiting, 0);
	assert_int_equal(depth().dead, 0);
	assert_int_equal(n_told(), sent);
	struct deliverer_counters c = deliverer_counters(d);
	assert_int_equal(c.sent[CHANNEL_TEAMS], SAMPLE_HOSTILE + 4);
	assert_int_equal(c.failed[CHANNEL_TEAMS], 0);
}

static void a_slack_thread_is_one_incident(void **state)
{
	(void)state;
	struct alert a = sample_opened(site.arena), b = sample_drift(site.arena), c = sample_resolved(site.arena);
	post(&a, CHANNEL_SLACK_BOT, start);
	post(&b, CHANNEL_SLACK_BOT, start);
	post(&c, CHANNEL_SLACK_BOT, start);
	for (int s = 0; s < 4; s++)
		site_turn(&site, d, after(s));
	expect_no_faults();
	json_t *told = site_get(&site, "/told");
	static const char *const paths[] = { "/slack/api/chat.postMessage", "/slack/api/chat.update", "/slack/api/chat.postMessage",
					     "/slack/api/chat.update", "/slack/api/chat.postMessage" };
	assert_int_equal(json_array_size(told), 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(told_path(told, i), paths[i]);
	assert_string_equal(told_text(told, 0, "channel"), "#dns");
	for (size_t i = 1; i < 5; i++) {
		assert_string_equal(told_text(told, i, "channel"), "C024BE91L");
		assert_string_equal(told_text(told, i, i % 2 ? "ts" : "thread_ts"), "1503435956.000000");
	}
	assert_non_null(strstr(told_text(told, 4, "text"), "is over after"));
	json_decref(told);
	assert_string_equal(newest("sent").remote_ref, "");      /* only the first message has a name worth keeping */
}

static void a_telegram_thread_answers_the_first_message(void **state)
{
	(void)state;
	struct alert a = sample_opened(site.arena), c = sample_resolved(site.arena);
	post(&a, CHANNEL_TELEGRAM, start);
	post(&c, CHANNEL_TELEGRAM, start);
	site_turn(&site, d, start);
	site_turn(&site, d, after(1));
	json_t *told = site_get(&site, "/told");
	json_t *reply = json_object_get(json_object_get(json_array_get(told, 1), "body"), "reply_parameters");
	assert_int_equal(json_integer_value(json_object_get(reply, "message_id")), 40);
	json_decref(told);
}

static void a_first_message_that_is_gone_stops_no_reply(void **state)
{
	(void)state;
	struct alert a = sample_opened(site.arena), b = sample_drift(site.arena);
	post(&a, CHANNEL_SLACK_BOT, start);
	site_turn(&site, d, start);
	json_decref(site_get(&site, "/next/slack/1?status=200&body=%7B%22ok%22:false,%22error%22:%22message_not_found%22%7D"));
	post(&b, CHANNEL_SLACK_BOT, after(1));
	site_turn(&site, d, after(1));
	json_t *told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 2);
	assert_string_equal(told_path(told, 1), "/slack/api/chat.postMessage");
	json_decref(told);
	assert_int_equal(depth().waiting + depth().dead, 0);
}

static void an_acknowledgement_goes_where_it_is_understood(void **state)
{
	(void)state;
	struct alert a = sample_opened(site.arena);
	post(&a, CHANNEL_PAGERDUTY, start);
	a.kind = ALERT_ACKED;
	a.by = "somebody";
	post(&a, CHANNEL_PAGERDUTY, start);
	post(&a, CHANNEL_DISCORD, start);
	site_turn(&site, d, start);
	site_turn(&site, d, after(1));
	json_t *told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 2);
	assert_string_equal(told_text(told, 1, "event_action"), "acknowledge");
	assert_string_equal(told_text(told, 1, "dedup_key"), told_text(told, 0, "dedup_key"));
	json_decref(told);
	assert_int_equal(depth().waiting + depth().dead, 0);
}

/* ---- again ---- */
static void a_failure_is_tried_again_later_and_later(void **state)
{
	(void)state;
	struct alert a = incident(1);
	json_decref(site_get(&site, "/next/webhook/4?status=503"));
	post(&a, CHANNEL_WEBHOOK, start);
	static const int64_t tries_at[] = { 0, 1, 3, 7, 15 };
	int64_t now = 0;
	for (size_t i = 0; i < 5; i++) {
		for (; now < tries_at[i]; now++) {      /* not a second too early */
			site_turn(&site, d, after(now));
			assert_int_equal(newest("waiting").tries, i);
		}
		site_turn(&site, d, after(tries_at[i]));
	}
	assert_int_equal(depth().waiting, 0);
	assert_int_equal(n_told(), 1);
	assert_int_equal(deliverer_counters(d).failed[CHANNEL_WEBHOOK], 4);
	assert_int_equal(deliverer_counters(d).sent[CHANNEL_WEBHOOK], 1);
	assert_non_null(strstr(site.log, "webhook: opened not told, will be tried again: HTTP 503"));
	assert_non_null(strstr(site.log, "webhook: works again"));
}

static void what_is_later_waits_for_what_failed(void **state)
{
	(void)state;
	struct alert a = incident(1), b = a, other = incident(2);
	b.kind = ALERT_RESOLVED;
	b.resolved_at = after(1);
	json_decref(site_get(&site, "/next/webhook/1?status=500"));
	post(&a, CHANNEL_WEBHOOK, start);
	post(&b, CHANNEL_WEBHOOK, start);
	post(&other, CHANNEL_DISCORD, start);
	site_turn(&site, d, start);
	assert_int_equal(n_told(), 1);          /* another channel does not wait */
	for (int s = 1; s < 6; s++)
		site_turn(&site, d, after(s));
	json_t *told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 3);
	assert_string_equal(told_text(told, 1, "kind"), "opened");
	assert_string_equal(told_text(told, 2, "kind"), "resolved");
	json_decref(told);
}

static void retry_after_rests_the_whole_channel(void **state)
{
	(void)state;
	struct alert a = incident(1), b = incident(2);
	json_decref(site_get(&site, "/next/discord/1?status=429&after=60"));
	post(&a, CHANNEL_DISCORD, start);
	site_turn(&site, d, start);
	post(&b, CHANNEL_DISCORD, after(1));
	for (int s = 1; s < 60; s += 7)
		site_turn(&site, d, after(s));
	assert_int_equal(n_told(), 0);
	site_turn(&site, d, after(60));
	site_turn(&site, d, after(61));
	assert_int_equal(n_told(), 2);
	/* A receiver that asks for a year gets an hour. */
	struct alert c = incident(3);
	json_decref(site_get(&site, "/next/discord/1?status=429&after=31536000"));
	post(&c, CHANNEL_DISCORD, after(100));
	site_turn(&site, d, after(100));
	assert_int_equal(newest("waiting").due_at.s, after(100 + LIMIT_ALERT_RETRY_AFTER_S).s);
}

static void after_a_day_it_is_dead_and_seen(void **state)
{
	(void)state;
	struct alert a = incident(1);
	json_decref(site_get(&site, "/next/teams/100000?status=500"));
	post(&a, CHANNEL_TEAMS, start);
	struct wall now = start;
	unsigned tries = 0;
	for (; depth().dead == 0 && tries < 500; tries++) {
		site_turn(&site, d, now);
		if (depth().dead == 0) {
			assert_true(newest("waiting").due_at.s - now.s <= LIMIT_ALERT_RETRY_S);
			now = newest("waiting").due_at;
		}
	}
	assert_in_range(now.s - start.s, LIMIT_ALERT_GIVE_UP_S, LIMIT_ALERT_GIVE_UP_S + LIMIT_ALERT_RETRY_S);
	assert_in_range(tries, 90, 120);
	assert_int_equal(deliverer_counters(d).dead[CHANNEL_TEAMS], 1);
	assert_string_equal(newest("dead").last_error, "HTTP 500");
	assert_non_null(strstr(site.log, "teams: opened is given up after"));
	assert_null(strstr(site.log, "s3cret"));
}

static void who_was_away_for_days_still_tries(void **state)
{
	(void)state;
	struct alert a = incident(1);
	json_decref(site_get(&site, "/next/teams/3?status=500"));
	post(&a, CHANNEL_TEAMS, start);
	for (int64_t s = 3 * 86400; s < 3 * 86400 + 10; s++)
		site_turn(&site, d, after(s));
	assert_int_equal(depth().dead, 0);
	assert_int_equal(n_told(), 1);
}

static void what_is_refused_is_dead_at_once(void **state)
{
	(void)state;
	struct alert a = incident(1);
	json_decref(site_get(&site, "/next/slack/1?status=404&body=no_service"));
	post(&a, CHANNEL_SLACK_WEBHOOK, start);
	site_turn(&site, d, start);
	assert_int_equal(depth().dead, 1);
	assert_string_equal(newest("dead").last_error, "HTTP 404 (no such address there)");
	/* ... and the next one is tried all the same. */
	struct alert b = incident(2);
	post(&b, CHANNEL_SLACK_WEBHOOK, after(1));
	site_turn(&site, d, after(1));
	assert_int_equal(n_told(), 1);
}

static void what_nobody_can_send_is_dead_and_said(void **state)
{
	(void)state;
	int64_t id;
	struct outbox_row row = { .incident = "", .channel = "gone", .kind = "opened", .dedup_key = "k", .alert = "{}", .created_at = start, .due_at = start,
				  .state = "waiting", .last_error = "", .remote_ref = "" };
	assert_int_equal(store_add_outbox(site.store, &row, &id), E_OK);
	row.channel = "teams";
	assert_int_equal(store_add_outbox(site.store, &row, &id), E_OK);
	site_turn(&site, d, start);
	assert_int_equal(depth().dead, 2);
	assert_non_null(strstr(site.log, "gone: no such channel"));
	assert_non_null(strstr(site.log, "teams: what the outbox holds is no alert"));
}

/* ---- at least once ---- */
static void a_duplicate_carries_the_same_id(void **state)
{
	(void)state;
	struct alert a = incident(1);
	post(&a, CHANNEL_WEBHOOK, start);
	assert_int_equal(deliverer_turn(d, start), E_OK);
	assert_int_equal(deliverer_in_flight(d), 1);
	for (int i = 0; i < 100 && n_told() == 0; i++)
		http_turn(site.http, 20);
	deliverer_free(&d);             /* we die between the receiver's 200 and our own writing it down */
	d = fresh_deliverer();
	site_turn(&site, d, after(1));
	json_t *told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 2);
	assert_true(json_equal(json_object_get(json_object_get(json_array_get(told, 0), "headers"), "webhook-id"),
			       json_object_get(json_object_get(json_array_get(told, 1), "headers"), "webhook-id")));
	assert_true(json_equal(json_object_get(json_array_get(told, 0), "body"), json_object_get(json_array_get(told, 1), "body")));
	json_decref(told);
	assert_int_equal(depth().waiting, 0);
}

static void a_store_that_fails_loses_nothing(void **state)
{
	(void)state;
	struct alert a = incident(1);
	struct store *other;
	struct err_at at;
	assert_int_equal(store_open(site.file, &(struct store_options){ 0 }, &other, &at), E_OK);
	post(&a, CHANNEL_WEBHOOK, start);
	assert_int_equal(deliverer_turn(d, start), E_OK);
	assert_int_equal(store_begin(other), E_OK);     /* the file is somebody else's now */
	assert_int_equal(store_set(other, "x", "y"), E_OK);
	for (int i = 0; i < 100 && n_told() == 0; i++)
		http_turn(site.http, 20);
	http_turn(site.http, 20);
	assert_int_not_equal(deliverer_turn(d, after(1)), E_OK);
	assert_int_equal(deliverer_in_flight(d), 1);
	store_rollback(other);
	store_close(&other);
	site_turn(&site, d, after(2));
	assert_int_equal(depth().waiting, 0);
	assert_int_equal(n_told(), 1);          /* and tells nothing twice */
}

static void the_end_may_come_in_any_order(void **state)
{
	(void)state;
	struct alert a = incident(1);
	json_decref(site_get(&site, "/next/webhook/1?hang=1"));
	post(&a, CHANNEL_WEBHOOK, start);
	assert_int_equal(deliverer_turn(d, start), E_OK);
	deliverer_ping(d, start, true);
	http_free(&site.http);          /* the door first: all come back as cancelled */
	assert_int_equal(deliverer_in_flight(d), 1);
	deliverer_free(&d);
	site.http = http_new(&(struct http_options){ .addr_allowed = 4, .http_allowed = true });
	d = fresh_deliverer();
	assert_int_equal(depth().waiting, 1);
}

/* ---- not too many ---- */
static void people_get_one_digest(void **state)
{
	(void)state;
	channels[CHANNEL_DISCORD].per_hour = 3;
	for (unsigned i = 0; i < 10; i++) {
		struct alert a = incident(i);
		a.severity = i == 7 ? "critical" : "warning";
		a.word = i == 7 ? "SERVFAIL" : "AT RISK";
		post(&a, CHANNEL_DISCORD, start);
	}
	for (int s = 0; s < LIMIT_ALERT_DIGEST_S; s += 20)
		site_turn(&site, d, after(s));
	assert_int_equal(n_told(), 3);
	for (int s = 0; s < 5; s++)
		site_turn(&site, d, after(LIMIT_ALERT_DIGEST_S + s));
	expect_no_faults();
	json_t *told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 4);
	assert_string_equal(told_text(told, 3, "content"), "7 messages held back, the worst says SERVFAIL: this channel takes 3 an hour");
	const char *text = json_string_value(json_object_get(json_array_get(json_object_get(json_object_get(json_array_get(told, 3), "body"), "embeds"), 0), "description"));
	const char *worst = strstr(text, "zone7.example"), *first = strstr(text, "zone3.example");
	assert_non_null(worst);
	assert_true(worst < first);
	json_decref(told);
	assert_int_equal(depth().waiting, 0);
	/* The next hour is a new one. */
	struct alert later = incident(99);
	post(&later, CHANNEL_DISCORD, after(3700));
	site_turn(&site, d, after(3700));
	assert_int_equal(n_told(), 5);
}

/* More than fits into memory at once: still one digest, and nothing is forgotten. */
static void a_storm_is_one_digest(void **state)
{
	(void)state;
	enum { STORM = 3 * LIMIT_ALERT_DUE + 7 };
	channels[CHANNEL_TEAMS].per_hour = 1;
	channel_list to = { 0 };
	list_push(site.arena, &to, &channels[CHANNEL_TEAMS]);
	assert_int_equal(store_begin(site.store), E_OK);
	for (unsigned i = 0; i < STORM; i++) {
		struct alert a = incident(i);
		assert_int_equal(alert_post(site.store, site.arena, &a, &to, NULL, start), E_OK);
	}
	assert_int_equal(store_commit(site.store), E_OK);
	site_turn(&site, d, start);
	site_turn(&site, d, after(1));
	assert_int_equal(n_told(), 1);
	for (int s = 0; s < 4; s++)
		site_turn(&site, d, after(LIMIT_ALERT_DIGEST_S + 1 + s));
	expect_no_faults();
	assert_int_equal(n_told(), 2);
	assert_int_equal(depth().waiting, 0);
	assert_non_null(strstr(newest("sent").alert, "\"774 messages held back"));
	assert_int_equal(STORM - 1, 774);
	assert_non_null(strstr(newest("sent").alert, "... and 725 more"));
}

static void machines_wait_for_the_hour(void **state)
{
	(void)state;
	channels[CHANNEL_WEBHOOK].per_hour = 2;
	for (unsigned i = 0; i < 3; i++) {
		struct alert a = incident(i);
		post(&a, CHANNEL_WEBHOOK, start);
	}
	for (int s = 0; s < 3600; s += 600)
		site_turn(&site, d, after(s));
	assert_int_equal(n_told(), 2);
	site_turn(&site, d, after(3601));
	assert_int_equal(n_told(), 3);
}

static void a_restart_grants_no_second_hour(void **state)
{
	(void)state;
	channels[CHANNEL_DISCORD].per_hour = 2;
	for (unsigned i = 0; i < 4; i++) {
		struct alert a = incident(i);
		post(&a, CHANNEL_DISCORD, start);
	}
	site_turn(&site, d, start);
	deliverer_free(&d);
	d = fresh_deliverer();
	for (int s = 1; s < 200; s += 20)
		site_turn(&site, d, after(s));
	assert_int_equal(n_told(), 2);
}

static void one_slow_channel_holds_up_no_other(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		struct alert a = incident(i);
		post(&a, CHANNEL_WEBHOOK, start);
	}
	struct alert b = incident(1000);
	post(&b, CHANNEL_TEAMS, start);
	json_decref(site_get(&site, "/next/webhook/100000?hang=2"));
	for (int i = 0; i < 50 && n_told() == 0; i++) {
		assert_int_equal(deliverer_turn(d, start), E_OK);
		http_turn(site.http, 20);
	}
	assert_int_equal(n_told(), 1);
	for (int i = 0; i < 50 && deliverer_in_flight(d) > LIMIT_ALERT_IN_FLIGHT; i++) {
		http_turn(site.http, 5);
		assert_int_equal(deliverer_turn(d, start), E_OK);
	}
	assert_int_equal(deliverer_in_flight(d), LIMIT_ALERT_IN_FLIGHT);
}

/* ---- the dead man ---- */
static void the_ping_is_seldom_and_fail_is_said_once(void **state)
{
	(void)state;
	for (int s = 0; s < 60; s++) {
		deliverer_ping(d, after(s), true);
		site_turn(&site, d, after(s));
	}
	json_t *told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 5);
	assert_string_equal(told_path(told, 0), "/ping/uuid?a=1");
	json_decref(told);
	for (int s = 60; s < 160; s++) {
		deliverer_ping(d, after(s), false);
		site_turn(&site, d, after(s));
	}
	told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 6);
	assert_string_equal(told_path(told, 5), "/ping/uuid/fail?a=1");
	json_decref(told);
	deliverer_ping(d, after(160), true);
	site_turn(&site, d, after(160));
	json_decref(site_get(&site, "/next/ping/1?status=500"));
	deliverer_ping(d, after(180), false);           /* "fail" itself fails: said again */
	site_turn(&site, d, after(180));
	deliverer_ping(d, after(200), false);
	site_turn(&site, d, after(200));
	told = site_get(&site, "/told");
	assert_int_equal(json_array_size(told), 8);
	assert_string_equal(told_path(told, 7), "/ping/uuid/fail?a=1");
	json_decref(told);
	assert_null(strstr(site.log, "uuid"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
	(void)argc;
	site_start(&site, argv[1]);
	const struct CMUnitTest tests[] = {
		TEST(strict_receivers_take_all_of_it), TEST(a_slack_thread_is_one_incident), TEST(a_telegram_thread_answers_the_first_message),
		TEST(a_first_message_that_is_gone_stops_no_reply), TEST(an_acknowledgement_goes_where_it_is_understood),
		TEST(a_failure_is_tried_again_later_and_later), TEST(what_is_later_waits_for_what_failed), TEST(retry_after_rests_the_whole_channel),
		TEST(after_a_day_it_is_dead_and_seen), TEST(who_was_away_for_days_still_tries), TEST(what_is_refused_is_dead_at_once),
		TEST(what_nobody_can_send_is_dead_and_said), TEST(a_duplicate_carries_the_same_id), TEST(a_store_that_fails_loses_nothing),
		TEST(the_end_may_come_in_any_order), TEST(people_get_one_digest), TEST(a_storm_is_one_digest), TEST(machines_wait_for_the_hour), TEST(a_restart_grants_no_second_hour),
		TEST(one_slow_channel_holds_up_no_other), TEST(the_ping_is_seldom_and_fail_is_said_once),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	site_end(&site);
	return failed;
}
