/* What people decide about an incident, and who hears of it. */
#include "samples.h"
#include "../base/cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct desk { char dir[64], file[96]; struct store *s; struct arena *a; };
static const struct wall noon = { 1795305600 };

static int sit(void **state)
{
	struct desk *d = calloc(1, sizeof *d);
	struct err_at at;
	assert_non_null(d);
	snprintf(d->dir, sizeof d->dir, "/tmp/dnsvigil-decide-XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	snprintf(d->file, sizeof d->file, "%s/store.db", d->dir);
	if (store_open(d->file, &(struct store_options){ .create = true }, &d->s, &at) != E_OK)
		fail_msg("%s", at.text);
	d->a = arena_new(64u << 20);
	*state = d;
	return 0;
}

static int rise(void **state)
{
	struct desk *d = *state;
	char other[120];
	store_close(&d->s);
	arena_free(&d->a);
	static const char *const ends[] = { "", "-wal", "-shm" };
	for (int i = 0; i < 3; i++) {
		snprintf(other, sizeof other, "%s%s", d->file, ends[i]);
		unlink(other);
	}
	assert_int_equal(rmdir(d->dir), 0);
	free(d);
	return 0;
}

static void put(struct desk *d, const char *id, const char *state, bool readable)
{
	struct alert a = sample_opened(d->a);
	struct text doc;
	text_init(&doc, d->a);
	a.incident = id;
	alert_to_json(&a, &doc);
	struct incident_row row = { .id = id, .dedup_key = a.dedup_key, .finding = a.finding, .scope = a.scope, .word = "servfail", .severity = "critical",
				    .state = state, .opened_at = noon, .changed_at = noon, .resolved_at = WALL_NEVER, .since = noon, .n_zones = 7,
				    .text = "", .doc = readable ? doc.at : "{}", .told_at = WALL_NEVER };
	assert_int_equal(store_put_incident(d->s, &row), E_OK);
}

static void tell(struct desk *d, const char *id, const char *channel)
{
	int64_t n;
	assert_int_equal(store_add_outbox(d->s, &(struct outbox_row){ .incident = id, .channel = channel, .kind = "opened", .dedup_key = "k",
								      .alert = "{}", .created_at = noon, .due_at = noon }, &n), E_OK);
}

static bool ack(struct desk *d, const char *id, const char *by)
{
	bool found;
	assert_int_equal(alert_acknowledge(d->s, d->a, id, by, (struct wall){ noon.s + 60 }, &found), E_OK);
	return found;
}

/* Those of kind acknowledged, newest first. */
static outbox_rows acks(struct desk *d)
{
	outbox_rows all = { 0 }, out = { 0 };
	assert_int_equal(store_outbox(d->s, d->a, NULL, 0, &all), E_OK);
	for (uint32_t i = 0; i < all.n; i++)
		if (strcmp(all.at[i].kind, "acknowledged") == 0)
			list_push(d->a, &out, all.at[i]);
	return out;
}

static event_rows events(struct desk *d)
{
	event_rows out = { 0 };
	assert_int_equal(store_events(d->s, d->a, &(struct event_query){ 0 }, &out), E_OK);
	return out;
}

static void who_was_told_is_told(void **state)
{
	struct desk *d = *state;
	put(d, "01A", "open", true);
	put(d, "01B", "open", true);
	tell(d, "01A", "slack");
	tell(d, "01A", "pager");
	tell(d, "01A", "slack");
	tell(d, "01B", "mail");
	assert_true(ack(d, "01A", "ann"));
	outbox_rows rows = acks(d);
	assert_int_equal(rows.n, 2);
	assert_string_equal(rows.at[0].channel, "slack");
	assert_string_equal(rows.at[1].channel, "pager");
	assert_string_equal(rows.at[0].incident, "01A");
	assert_int_equal(rows.at[0].due_at.s, noon.s + 60);
	struct alert *a;
	struct err_at at;
	assert_int_equal(alert_from_json(d->a, rows.at[0].alert, strlen(rows.at[0].alert), &a, &at), E_OK);
	assert_int_equal(a->kind, ALERT_ACKED);
	assert_string_equal(a->by, "ann");
	assert_string_equal(a->dedup_key, sample_opened(d->a).dedup_key);
	assert_int_equal(a->n_zones, 7);
	struct incident_row row;
	bool found;
	assert_int_equal(store_incident(d->s, d->a, "01A", &row, &found), E_OK);
	assert_string_equal(row.acked_by, "ann");
	assert_int_equal(row.acked_at.s, noon.s + 60);
	event_rows seen = events(d);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.at[0].kind, "incident-acknowledged");
	assert_string_equal(seen.at[0].incident, "01A");
	assert_string_equal(seen.at[0].after, "ann");
}

static void once_for_each_who_says_so(void **state)
{
	struct desk *d = *state;
	put(d, "01A", "open", true);
	tell(d, "01A", "slack");
	assert_true(ack(d, "01A", "ann"));
	assert_true(ack(d, "01A", "ann"));
	assert_int_equal(acks(d).n, 1);
	assert_int_equal(events(d).n, 1);
	assert_true(ack(d, "01A", "bea"));
	assert_int_equal(acks(d).n, 2);
}

static void nobody_is_told_of_what_nobody_heard_or_what_is_over(void **state)
{
	struct desk *d = *state;
	put(d, "01A", "open", true);
	put(d, "01B", "resolved", true);
	put(d, "01C", "open", false);
	tell(d, "01B", "slack");
	tell(d, "01C", "slack");
	assert_true(ack(d, "01A", "ann"));
	assert_true(ack(d, "01B", "ann"));
	assert_true(ack(d, "01C", "ann"));
	assert_int_equal(acks(d).n, 0);
	assert_int_equal(events(d).n, 3);
}

static void what_is_not_there_changes_nothing(void **state)
{
	struct desk *d = *state;
	bool found = true;
	assert_false(ack(d, "01Z", "ann"));
	assert_int_equal(alert_mute(d->s, d->a, "01Z", noon, noon, &found), E_OK);
	assert_false(found);
	assert_int_equal(events(d).n, 0);
}

static void a_mute_and_its_end_are_events(void **state)
{
	struct desk *d = *state;
	bool found;
	struct incident_row row;
	put(d, "01A", "open", true);
	tell(d, "01A", "slack");
	assert_int_equal(alert_mute(d->s, d->a, "01A", (struct wall){ noon.s + 7200 }, noon, &found), E_OK);
	assert_int_equal(store_incident(d->s, d->a, "01A", &row, &found), E_OK);
	assert_int_equal(row.muted_until.s, noon.s + 7200);
	assert_int_equal(alert_mute(d->s, d->a, "01A", noon, noon, &found), E_OK);
	assert_true(found);
	event_rows seen = events(d);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.at[0].kind, "incident-muted");
	assert_string_equal(seen.at[0].after, "2026-11-22T02:00:00Z");
	assert_string_equal(seen.at[1].kind, "incident-unmuted");
	assert_int_equal(acks(d).n, 0);
}

int main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, sit, rise)
	const struct CMUnitTest tests[] = { T(who_was_told_is_told), T(once_for_each_who_says_so),
					    T(nobody_is_told_of_what_nobody_heard_or_what_is_over), T(what_is_not_there_changes_nothing),
					    T(a_mute_and_its_end_are_events) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
