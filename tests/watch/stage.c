#include "stage.h"
#include <sys/stat.h>

static struct switching *self(struct asker *a) { return (struct switching *)a; }

enum { HELD_MS = 11000 };       /* LIMIT_WALL_MS and more */
struct held_ask { struct switching *net; ask_done_fn *done; void *ctx; };

static void on_held(const struct ask_reply *reply, void *ctx)
{
	struct held_ask held = *(struct held_ask *)ctx;
	(void)reply;
	free(ctx);
	held.net->ahead_us += (int64_t)HELD_MS * 1000;
	held.done(&(struct ask_reply){ .outcome = ASK_CANCELLED, .held_ms = HELD_MS }, held.ctx);
}

/* In the dark every question is cancelled at the next turn of the world's asker: asked of an address no world has. */
static int net_start(struct asker *a, const struct ask_question *q, ask_done_fn *done, void *ctx)
{
	struct ask_question elsewhere = *q;
	if (self(a)->crowded && (self(a)->root_too || !addr_same_ip(&q->to, &self(a)->root))) {
		struct held_ask *held = malloc(sizeof *held);
		*held = (struct held_ask){ self(a), done, ctx };
		return ask_start(self(a)->inner, q, on_held, held);
	}
	if (self(a)->dark)
		addr_from_text("198.18.255.254", 53, &elsewhere.to);
	return ask_start(self(a)->inner, &elsewhere, done, ctx);
}
static struct mono net_now(struct asker *a) { return (struct mono){ ask_now(self(a)->inner).us + self(a)->ahead_us }; }
static bool net_turn(struct asker *a, uint32_t ms) { return ask_turn(self(a)->inner, ms); }
static void net_cancel(struct asker *a, ask_wanted_fn *wanted, const void *arg) { ask_cancel(self(a)->inner, wanted, arg); }
static uint32_t net_line_ms(struct asker *a, const struct addr *to) { (void)to; return self(a)->line_ms; }
static void net_free(struct asker *a) { asker_free(&self(a)->inner); }
static const struct asker_ops net_ops = { net_start, net_now, net_turn, net_cancel, net_free, net_line_ms };

static struct wall stage_now(void *ctx) { return ((struct stage *)ctx)->clock; }

static struct mono stage_boot(void *ctx) { return ((struct stage *)ctx)->boot; }

static void move_to(struct stage *s, struct wall to)
{
	s->boot.us += (to.s - s->clock.s) * 1000000;
	s->net.ahead_us += (to.s - s->clock.s) * 1000000;        /* what is shared between looks grows old */
	s->clock = to;
}

static void on_log(void *ctx, const char *level, const char *event, const char *zone, const char *text)
{
	struct stage *s = ctx;
	s->logged_errors += strcmp(level, "error") == 0;
	if (getenv("STAGE_LOG") != NULL)
		fprintf(stderr, "%lld %s %s %s: %s\n", (long long)s->clock.s, level, event, zone, text);
}

static void make_observer(struct stage *s)
{
	struct observer_options o = { .config = s->reading.config, .store = s->store, .mended = s->mended, .asker = &s->net.asker, .canary_asker = s->canary_asker != NULL ? s->canary_asker : &s->net.asker,
				      .crypto = s->crypto, .now = stage_now, .boot = stage_boot, .clock_ctx = s,
				      .clock_is_ours = !s->strict_clock, .canaries = s->canaries, .n_canaries = s->n_canaries, .log = on_log, .log_ctx = s };
	world_setup(s->world, &o.base);
	s->observer = observer_new(&o);
	assert_non_null(s->observer);
}

static void open_store(struct stage *s)
{
	struct err_at at = { 0 };
	if (store_open(s->store_path, &(struct store_options){ .create = true }, &s->store, &at) != E_OK)
		fail_msg("%s", at.text);
}

void stage_world(struct stage *s, const char *text)
{
	struct err_at at = { 0 };
	while (s->observer != NULL && !observer_is_idle(s->observer))
		assert_int_equal(observer_turn(s->observer, 0), E_OK);
	asker_free(&s->net.inner);
	if (s->world_arena == NULL)
		s->world_arena = arena_new((size_t)1 << 34);     /* ten thousand signed zones are 2 GiB of keys and records */
	if (world_from_text(s->world_arena, text, strlen(text), "world", &s->world, &at) != E_OK)
		fail_msg("world:%u: %s", at.line, at.text);
	s->net.inner = lab_asker_new(s->world);
}

void stage_lines(struct stage *s, const char *lines)
{
	char now[WALL_TEXT_MAX];
	struct arena *a = arena_new((size_t)1 << 28);
	stage_world(s, arena_printf(a, "clock %s\n%s", wall_text(s->clock, now), lines));
	arena_free(&a);
}

void stage_jump(struct stage *s, int64_t seconds)
{
	s->clock.s += seconds;
}

void stage_begin(struct stage *s)
{
	open_store(s);
	make_observer(s);
}

void stage_set(struct stage *s, const char *config, const char *world)
{
	memset(s, 0, sizeof *s);
	reading_start(&s->reading);
	reading_read(&s->reading, config, strlen(config));
	if (s->reading.n > 0)
		fail_msg("%u:%u: %s", s->reading.told[0].line, s->reading.told[0].column, s->reading.told[0].text);
	assert_int_equal(s->reading.rc, E_OK);
	snprintf(s->store_path, sizeof s->store_path, "%s/store.db", s->reading.folder);
	s->net.asker.ops = &net_ops;
	addr_from_text("198.18.0.1", 53, &s->net.root);
	s->crypto = crypto_new();
	stage_world(s, world);
	s->clock = world_clock(s->world);
	s->begun_s = s->clock.s;
	stage_begin(s);
}

void stage_dark(struct stage *s, bool dark)
{
	s->net.dark = dark;
}

void stage_restart(struct stage *s)
{
	observer_free(&s->observer);
	store_close(&s->store);
	stage_begin(s);
}

void stage_clear(struct stage *s)
{
	observer_free(&s->observer);
	store_close(&s->store);
	asker_free(&s->net.inner);
	crypto_free(&s->crypto);
	arena_free(&s->world_arena);
	arena_free(&s->alert_arena);
	reading_end(&s->reading);
}

typedef void seen_fn(struct stage *s, const struct outbox_row *row, struct alert *l, void *ctx);

/* Oldest first: those of the kind and finding. */
static void each_told(struct stage *s, struct arena *a, const char *kind, const char *finding, seen_fn *seen, void *ctx)
{
	outbox_rows rows = { 0 };
	assert_int_equal(store_outbox(observer_store(s->observer), a, NULL, 100000, &rows), E_OK);
	for (uint32_t i = rows.n; i-- > 0;) {
		struct alert *l;
		struct err_at at = { 0 };
		assert_int_equal(alert_from_json(a, rows.at[i].alert, strlen(rows.at[i].alert), &l, &at), E_OK);
		if ((kind == NULL || strcmp(rows.at[i].kind, kind) == 0) && (finding == NULL || strcmp(l->finding, finding) == 0))
			seen(s, &rows.at[i], l, ctx);
	}
}

struct counting { unsigned n, wanted; int64_t at_s; };

static void count(struct stage *s, const struct outbox_row *row, struct alert *l, void *ctx)
{
	struct counting *c = ctx;
	(void)l;
	if (c->n++ == c->wanted)
		c->at_s = row->created_at.s - s->begun_s;
}

unsigned stage_told(struct stage *s, const char *kind, const char *finding)
{
	struct arena *a = arena_new(1u << 28);
	struct counting c = { 0 };
	each_told(s, a, kind, finding, count, &c);
	arena_free(&a);
	return c.n;
}

int64_t stage_told_at(struct stage *s, const char *kind, const char *finding, unsigned n)
{
	struct arena *a = arena_new(1u << 28);
	struct counting c = { .wanted = n, .at_s = -1 };
	each_told(s, a, kind, finding, count, &c);
	arena_free(&a);
	return c.at_s;
}

static void keep(struct stage *s, const struct outbox_row *row, struct alert *l, void *ctx)
{
	(void)s;
	(void)row;
	*(struct alert **)ctx = l;
}

const struct alert *stage_alert(struct stage *s, const char *kind, const char *finding)
{
	struct alert *l = NULL;
	arena_free(&s->alert_arena);
	s->alert_arena = arena_new(1u << 28);
	each_told(s, s->alert_arena, kind, finding, keep, &l);
	return l;
}

unsigned stage_zone_word(struct stage *s, enum verdict_word word)
{
	struct vitals v;
	observer_vitals(s->observer, &v);
	return v.words[word];
}

static void print_one(struct stage *s, const struct outbox_row *row, struct alert *l, void *ctx)
{
	if (row->id <= *(int64_t *)ctx)
		return;
	*(int64_t *)ctx = row->id;
	fprintf(stderr, "+%lld s outbox: %s %s %s %s %s: %s\n", (long long)(row->created_at.s - s->begun_s), row->kind, l->word, l->severity, l->finding,
		l->scope, l->cause);
}

/* With STAGE_LOG=1: what came to pass in this run. */
static void print_news(struct stage *s)
{
	event_rows rows = { 0 };
	struct arena *a = arena_new(1u << 28);
	assert_int_equal(store_events(observer_store(s->observer), a, &(struct event_query){ .limit = 100000, .after_id = s->printed_event }, &rows), E_OK);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct event_row *e = &rows.at[i];
		fprintf(stderr, "+%lld s event: %s %s [%s -> %s]%s %s\n", (long long)(e->at.s - s->begun_s), e->zone, e->kind, e->before, e->after,
			e->expected ? " (expected)" : "", e->text);
		s->printed_event = e->id;
	}
	each_told(s, a, NULL, NULL, print_one, &s->printed_row);
	arena_free(&a);
}

void stage_run(struct stage *s, int64_t seconds)
{
	struct wall until = { s->clock.s + seconds };
	for (unsigned turns = 0;; turns++) {
		assert_true(turns < 4000000);
		assert_int_equal(observer_turn(s->observer, 1000), E_OK);
		if (!observer_is_idle(s->observer))
			continue;
		struct wall next = observer_next_at(s->observer);
		if (next.s > s->clock.s && next.s > until.s)
			break;
		if (next.s > s->clock.s)
			move_to(s, next);
	}
	move_to(s, until);
	assert_int_equal(observer_turn(s->observer, 0), E_OK);
	if (getenv("STAGE_LOG") != NULL)
		print_news(s);
}

unsigned stage_events(struct stage *s, const char *kind)
{
	event_rows rows = { 0 };
	unsigned n = 0;
	struct arena *a = arena_new(1u << 28);
	assert_int_equal(store_events(observer_store(s->observer), a, &(struct event_query){ .limit = 100000 }, &rows), E_OK);
	for (uint32_t i = 0; i < rows.n; i++) {
		n += kind == NULL || strcmp(rows.at[i].kind, kind) == 0;
	}
	arena_free(&a);
	return n;
}

int64_t stage_event_at(struct stage *s, const char *kind)
{
	event_rows rows = { 0 };
	int64_t at_s = -1;
	struct arena *a = arena_new((size_t)1 << 30);
	assert_int_equal(store_events(observer_store(s->observer), a, &(struct event_query){ .limit = 1000000 }, &rows), E_OK);
	for (uint32_t i = 0; i < rows.n && at_s < 0; i++)
		if (strcmp(rows.at[i].kind, kind) == 0)
			at_s = rows.at[i].at.s - s->begun_s;
	arena_free(&a);
	return at_s;
}

unsigned stage_open_incidents(struct stage *s)
{
	struct vitals v;
	observer_vitals(s->observer, &v);
	return v.open_incidents;
}

void stage_reload(struct stage *s, struct reading *next, const char *config)
{
	struct setup base = { 0 };
	reading_start(next);
	reading_read(next, config, strlen(config));
	assert_int_equal(next->rc, E_OK);
	world_setup(s->world, &base);
	observer_reload(s->observer, next->config, &base);
	stage_run(s, 600);
	assert_true(observer_reloaded(s->observer));
}
