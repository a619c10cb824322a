/* Every format over checks whose replies were spoiled on the way: the screen keeps its bounds, nothing unprintable comes
 * through, JSON stays JSON.   test_spoiled ROUNDS */
#include "../worlds/mutate.h"
#include "check/check.h"
#include "lab/lab.h"
#include "report/report.h"
#include "base/utf8.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_ODD "ede-text=\"\033[31m \xe2\x80\xae \x9b odd\""
static const char *const worlds[] = {
	"zone shop.lab. ecdsa servers ns1=192.0.2.11,2001:db8:1234:5678:9abc:def0:1234:5678 ns2=192.0.2.12\n"
	"record www.shop.lab. 300 A 198.51.100.7\nresolver 192.0.2.53 servfail ede=7 " TEXT_ODD
	"\nask www.shop.lab. A\n",
	"zone shop.lab. ecdsa nsec3 servers ns1=192.0.2.11 ns2.host.lab.\nzone host.lab. servers "
	"ns1=192.0.2.31\n"
	"record ns2.host.lab. 60 A 192.0.2.12\nbreak shop.lab. rrsig expired\nserver 192.0.2.12 refused\nask "
	"no.shop.lab. TXT\n",
	"zone shop.lab. rsasha256 servers ns1=192.0.2.11\nzone cdn.lab. unsigned servers ns1=192.0.2.41\n"
	"record go.shop.lab. 60 CNAME x.cdn.lab.\nrecord x.cdn.lab. 60 A 192.0.2.9\nbreak shop.lab. ds "
	"stale\nask go.shop.lab. A\n",
};
enum { N_WORLDS = sizeof worlds / sizeof worlds[0], SCREEN_LINES = 25, SCREEN_COLUMNS = 80 };

static int fail(const char *what, const char *text)
{
	fprintf(stderr, "%s:\n%s\n", what, text);
	return 1;
}

static int is_clean(const char *text)
{
	for (size_t len = strlen(text); len > 0;) {
		uint32_t cp;
		unsigned n = utf8_next((const uint8_t *)text, len, &cp);
		if (n == 0 || (cp != '\n' && utf8_is_hidden(cp)))
			return 0;
		text += n;
		len -= n;
	}
	return 1;
}

static int check_lines(struct arena *a, const char *text, unsigned max_lines)
{
	unsigned lines = 0;
	for (const char *at = text; *at != '\0'; lines++) {
		size_t len = strcspn(at, "\n");
		if (text_columns(arena_printf(a, "%.*s", (int)len, at)) > SCREEN_COLUMNS)
			return fail("a line too wide", text);
		at += len + (at[len] == '\n');
	}
	return lines > max_lines ? fail("too many lines", text) : 0;
}

static int check_json(struct arena *a, const struct report *r,
		      void (*write)(const struct report *r, struct text *out))
{
	struct text t;
	json_error_t error;
	text_init(&t, a);
	write(r, &t);
	json_t *j = json_loads(t.at, JSON_REJECT_DUPLICATES, &error);
	if (j == NULL)
		return fail(error.text, t.at);
	json_decref(j);
	return is_clean(t.at) ? 0 : fail("JSON has hidden characters", t.at);
}

static int check_formats(struct arena *a, const struct report *r)
{
	struct style style = { .utf8 = true, .columns = SCREEN_COLUMNS }, verbose = style;
	struct text t[5];
	verbose.verbose = true;
	for (unsigned i = 0; i < 5; i++)
		text_init(&t[i], a);
	report_human(r, &style, &t[0]);
	report_human(r, &verbose, &t[1]);
	report_trace(r, &verbose, &t[2]);
	report_short(r, &t[3]);
	report_nagios(r, &t[4]);
	int bad = check_lines(a, t[0].at, SCREEN_LINES) + check_lines(a, t[1].at, UINT16_MAX) +
		  check_lines(a, t[2].at, UINT16_MAX);
	for (unsigned i = 0; i < 5; i++)
		bad += is_clean(t[i].at) ? 0 : fail("not clean", t[i].at);
	if (strchr(t[3].at, '\n') != strrchr(t[3].at, '\n'))
		bad += fail("more than a line", t[3].at);
	return bad + check_json(a, r, report_json) + check_json(a, r, report_trace_json);
}

static int round_of(const char *text, uint64_t seed, struct crypto *crypto)
{
	struct arena *a = arena_new(256u << 20);
	struct world *w;
	struct err_at where;
	struct setup setup = { 0 };
	struct check *check = NULL;
	if (world_from_text(a, text, strlen(text), "test", &w, &where) != E_OK)
		return fail("no world", where.text);
	world_setup(w, &setup);
	setup.name = world_case(w, 0)->name;
	setup.type = world_case(w, 0)->type;
	struct asker *asker = mutating_asker(lab_asker_new(w), seed, (unsigned)(10 + 10 * (seed % 8)));
	int bad = check_run(&setup, asker, crypto, world_clock(w), world_clock(w), NULL, &check);
	if (bad == 0)
		bad = check_formats(a, report_make(a, check_result(check), world_clock(w), "test"));
	check_free(&check);
	asker_free(&asker);
	arena_free(&a);
	return bad;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1, bad = 0;
	struct crypto *crypto = crypto_new();
	for (int i = 0; i < rounds && bad == 0; i++) {
		bad = round_of(worlds[i % N_WORLDS], (uint64_t)i, crypto);
		if (bad != 0)
			fprintf(stderr, "round %d\n", i);
	}
	crypto_free(&crypto);
	printf("%d rounds, %s\n", rounds, bad == 0 ? "all clean" : "one is not");
	return bad != 0;
}
