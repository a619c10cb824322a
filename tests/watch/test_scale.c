/* Very many zones under one parent that breaks: one incident, few messages, soon; and what a zone costs in memory.
 * SCALE_ZONES=100000 for the size that is promised; without it a size that every run of the tests can bear. */
#include "stage.h"
#include "dns/types.h"
#include <malloc.h>
#include <time.h>

#define CONFIG "store: /nowhere\nballast: 0\nallow: [private, documentation]\nin_flight: 1024\nzones: [first.big]\n" SLACK
#define BEGIN "clock 2026-03-01T12:00:00Z\n"
/* What is watched are names of big. that a wildcard answers for: each look walks, asks and judges as for any other. */
#define BIG "zone big. ecdsa servers a.nic=198.18.1.1 b.nic=198.18.1.2\n"
#define ASK "ask first.big. SOA\nexpect OK\n"
enum { FEW = 200, SIGNED = 100, HOUR = 3600, MESSAGES_MAX = 3, CONFIRMED_S = 60, HOT_BYTES = 1024, INTERVAL_S = 300, ROUNDS = 5 };

static unsigned wanted_zones(void)
{
	const char *n = getenv("SCALE_ZONES");
	return n != NULL ? (unsigned)atoi(n) : FEW;
}

static void add_zones(struct config *c, unsigned n)
{
	static const struct config_zone none;
	c->interval_s = INTERVAL_S;
	for (unsigned i = 0; i < n; i++) {
		struct config_zone z = none;
		const char *label = arena_printf(c->arena, "z%06u", i);
		uint8_t *name = arena_alloc(c->arena, 13);
		name[0] = 7;
		memcpy(name + 1, label, 7);
		name[8] = 3;
		memcpy(name + 9, "big", 4);
		z.zone = arena_printf(c->arena, "%s.big.", label);
		z.name = name;
		z.type = TYPE_TXT;
		z.owner = "";
		z.file = "";
		list_push(c->arena, &c->zones, z);
	}
}

/* Large blocks are mapped by themselves. */
static size_t heap_bytes(void)
{
	struct mallinfo2 m = mallinfo2();
	return m.uordblks + m.hblkhd;
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Octets in use by an observer of the first n zones that has all of them in its store: what one more costs, and not what one costs. */
static size_t used_with(struct stage *s, unsigned n)
{
	observer_free(&s->observer);
	store_close(&s->store);
	s->reading.config->zones.n = n;
	stage_begin(s);
	stage_restart(s);
	return heap_bytes();
}

static void a_broken_parent_is_one_incident(void **state)
{
	unsigned n = wanted_zones();
	struct stage s;
	struct vitals v;
	(void)state;
	stage_set(&s, CONFIG, BEGIN BIG "zone first.big. unsigned servers ns1=192.0.2.11\nrecord *.big. 300 TXT here\n" ASK);
	observer_free(&s.observer);
	store_close(&s.store);
	s.reading.config->zones.n = 0;
	add_zones(s.reading.config, n);
	size_t before = used_with(&s, 1), hot = (used_with(&s, n) - before) / (n - 1);
	double began = seconds();
	stage_run(&s, 2 * INTERVAL_S);
	/* The second figure holds what does not grow with the zones: the store's cache, shared facts. */
	print_message("%u zones: first rounds %.1f s of real time; %zu octets a zone before its first look, %zu between looks\n", n,
		      seconds() - began, hot, (heap_bytes() - before) / n);
	observer_vitals(s.observer, &v);
	assert_int_equal(v.unseen, 0);
	assert_int_equal(v.words[VERDICT_OK], n);
	assert_int_equal(stage_told(&s, NULL, NULL), 0);
	assert_true(hot <= HOT_BYTES);
	stage_lines(&s, BIG "zone first.big. unsigned servers ns1=192.0.2.11\nbreak big. rrsig expired\n" ASK);
	began = seconds();
	stage_run(&s, 2 * INTERVAL_S);
	observer_vitals(s.observer, &v);
	int64_t waited_s = stage_told_at(&s, "opened", NULL, 0) - stage_event_at(&s, "incident-opened");
	print_message("outage: %.1f s of real time; %u of %u zones in it, told %lld s after it was confirmed\n", seconds() - began,
		      v.words[VERDICT_SERVFAIL], n, (long long)waited_s);
	assert_int_equal(v.words[VERDICT_SERVFAIL], n);
	assert_int_equal(stage_open_incidents(&s), 1);
	assert_int_equal(stage_told(&s, "opened", NULL), 1);
	assert_in_range(stage_told(&s, NULL, NULL), 1, MESSAGES_MAX);
	assert_in_range(waited_s, 0, CONFIRMED_S);
	stage_lines(&s, BIG "zone first.big. unsigned servers ns1=192.0.2.11\nrecord *.big. 300 TXT here\n" ASK);
	began = seconds();
	stage_run(&s, 4 * INTERVAL_S);
	print_message("healed: %.1f s of real time\n", seconds() - began);
	assert_int_equal(stage_open_incidents(&s), 0);
	assert_int_equal(stage_told(&s, "resolved", NULL), 1);
	assert_in_range(stage_told(&s, NULL, NULL), 2, MESSAGES_MAX + 1);
	stage_clear(&s);
}

/* SCALE_SIGNED=10000 is more than the memo holds without being asked. */
static void nothing_is_verified_twice(void **state)
{
	const char *wanted = getenv("SCALE_SIGNED");
	unsigned n = wanted != NULL ? (unsigned)atoi(wanted) : SIGNED;
	struct stage s;
	struct vitals before, now;
	struct arena *a = arena_new((size_t)1 << 30);
	struct text t;
	(void)state;
	text_init(&t, a);
	text_add(&t, BEGIN BIG);
	for (unsigned i = 0; i < n; i++)
		text_addf(&t, "zone z%06u.big. ecdsa servers ns1=192.0.2.11\nrecord z%06u.big. 300 TXT here\n", i, i);
	text_add(&t, "ask z000000.big. SOA\nexpect OK\n");
	stage_set(&s, CONFIG "full_every: 3\n", t.at);
	observer_free(&s.observer);
	store_close(&s.store);
	s.reading.config->zones.n = 0;
	add_zones(s.reading.config, n);
	stage_begin(&s);
	stage_run(&s, ROUNDS * INTERVAL_S);     /* each was looked at wholly, twice */
	observer_vitals(s.observer, &before);
	assert_int_equal(before.words[VERDICT_OK], n);
	stage_run(&s, ROUNDS * INTERVAL_S);
	observer_vitals(s.observer, &now);
	uint64_t looks = now.looks[VERDICT_OK] - before.looks[VERDICT_OK];
	print_message("%u signed zones: %llu looks, %.2f questions and %.4f verifications each; the first %llu looks %.2f verifications\n", n,
		      (unsigned long long)looks, (double)(now.questions - before.questions) / (double)looks,
		      (double)(now.verifies - before.verifies) / (double)looks, (unsigned long long)before.looks[VERDICT_OK],
		      (double)before.verifies / (double)before.looks[VERDICT_OK]);
	assert_true(looks >= n * (ROUNDS - 1));
	assert_in_range(now.verifies - before.verifies, 0, n > SIGNED ? looks / 100 : 0);       /* full sets of the memo */
	stage_clear(&s);
	arena_free(&a);
}

#define ABOVE "zone . ecdsa nsec inception=-10d expiration=+400d servers a.root.=198.18.0.1\n" \
	      "zone lab. ecdsa nsec3 inception=-10d expiration=+400d servers a.nic=198.18.1.1\n"
#define SHOP ABOVE "zone shop.lab. ecdsa ttl=%u inception=-10d expiration=+400d servers ns1=192.0.2.11 ns2=203.0.113.12\nask shop.lab. SOA\nexpect OK\n"
enum { PASTS = 24, LOOKS = 288 };

static double cpu_ms_a_look(struct stage *s)
{
	struct vitals before, now;
	struct timespec a, b;
	observer_vitals(s->observer, &before);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a), 0);
	stage_run(s, (int64_t)LOOKS * INTERVAL_S);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b), 0);
	observer_vitals(s->observer, &now);
	double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
	return ms / (double)(now.looks[VERDICT_OK] - before.looks[VERDICT_OK]);
}

/* Told, not asserted: what a look at an unchanged zone costs when it has a long history. */
static void a_long_history_costs_little(void **state)
{
	struct stage s;
	struct arena *a = arena_new(1 << 20);
	(void)state;
	stage_set(&s, "store: /nowhere\nzones: [shop.lab]\nallow: [private, documentation]\n" SLACK, arena_printf(a, BEGIN SHOP, 3600));
	stage_run(&s, 4 * HOUR);
	double one = cpu_ms_a_look(&s);
	for (unsigned i = 1; i < PASTS; i++) {
		stage_lines(&s, arena_printf(a, SHOP, 3600 - i));
		stage_run(&s, 2 * HOUR);
	}
	history_rows rows = { 0 };
	assert_int_equal(store_history(s.store, a, "shop.lab.", (struct wall){ INT64_MIN }, 100, &rows), E_OK);
	print_message("CPU ms a look: %.2f with one row of history, %.2f with %u\n", one, cpu_ms_a_look(&s), rows.n);
	assert_true(rows.n >= PASTS);
	stage_clear(&s);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_history_costs_little),
		cmocka_unit_test(nothing_is_verified_twice),
		cmocka_unit_test(a_broken_parent_is_one_incident),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
