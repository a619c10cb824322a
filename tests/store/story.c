#include "tests/store/story.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONES = 7, EVIDENCE_MAX = 12000 };

/* Sizes differ, so that a step dirties one page or many and the log is checkpointed now and then. */
static size_t evidence_text(char *out, char who, int n)
{
	unsigned x = (unsigned)n * 2654435761u + (unsigned)who;
	size_t len = n % 3 == 0 ? x % EVIDENCE_MAX : x % 300;
	for (size_t i = 0; i < len; i++) {
		x = x * 1664525u + 1013904223u;
		out[i] = (char)(' ' + (x >> 20) % 90);
	}
	out[len] = '\0';
	return len;
}

struct names { char zone[32], incident[32], key[32], number[16]; };
static struct names names_of(char who, int n)
{
	struct names x;
	snprintf(x.zone, sizeof x.zone, "%c%d.example.", who, n % ZONES);
	snprintf(x.incident, sizeof x.incident, "%c%08d", who, n);
	snprintf(x.key, sizeof x.key, "key-%c%d", who, n);
	snprintf(x.number, sizeof x.number, "%d", n);
	return x;
}

static int write_rows(struct store *s, char who, int n)
{
	struct names x = names_of(who, n);
	struct wall when = { n };
	char *evidence = malloc(EVIDENCE_MAX + 1);
	int64_t id;
	struct history_row h = { .zone = x.zone, .from = when, .to = when, .fingerprint = x.number, .word = "ok", .snapshot = x.key, .snapshot_len = strlen(x.key),
				 .evidence = evidence, .evidence_len = evidence_text(evidence, who, n) };
	int err = store_put_zone(s, &(struct zone_row){ .zone = x.zone, .word = "ok", .doc = x.number, .checked_at = when });
	if (!err)
		err = store_add_history(s, &h, &id);
	if (!err)
		err = store_add_event(s, &(struct event_row){ .at = when, .zone = x.zone, .kind = "verdict", .text = x.number, .incident = x.incident }, &id);
	if (!err)
		err = store_put_incident(s, &(struct incident_row){ .id = x.incident, .dedup_key = x.key, .state = "open", .opened_at = when });
	if (!err)
		err = store_incident_zone(s, x.incident, x.zone, when, true);
	if (!err)
		err = store_add_outbox(s, &(struct outbox_row){ .incident = x.incident, .channel = "c", .dedup_key = x.key, .due_at = when, .created_at = when }, &id);
	free(evidence);
	return err;
}

int story_write(struct store *s, char who, int n)
{
	int err = store_begin(s);
	if (err)
		return err;
	err = write_rows(s, who, n);
	if (!err)
		return store_commit(s);
	store_rollback(s);
	return err;
}

static char why[80];

const char *story_why(void)
{
	return why;
}

static bool no(char who, int n, const char *what)
{
	snprintf(why, sizeof why, "%c%d: %s", who, n, what);
	return false;
}

struct reading { struct store *s; struct arena *a; int err; };

static bool good(struct reading *r, int err)
{
	r->err = err;
	return err == E_OK;
}

static bool has_outbox(struct reading *r, const struct names *x)
{
	outbox_rows all = { 0 };
	if (!good(r, store_outbox(r->s, r->a, NULL, 0, &all)))
		return false;
	for (uint32_t i = 0; i < all.n; i++)
		if (strcmp(all.at[i].dedup_key, x->key) == 0)
			return strcmp(all.at[i].incident, x->incident) == 0;
	return false;
}

static bool has_history(struct reading *r, char who, int n, const struct names *x)
{
	char expect[EVIDENCE_MAX + 1];
	struct history_row h;
	bool found;
	size_t len = evidence_text(expect, who, n);
	return good(r, store_history_at(r->s, r->a, x->zone, (struct wall){ n }, &h, &found)) && found && h.from.s == n && h.snapshot &&
	       strcmp(h.snapshot, x->key) == 0 && h.evidence && h.evidence_len == len && memcmp(h.evidence, expect, len) == 0;
}

static bool whole(struct reading *r, char who, int n, bool newest_of_zone)
{
	struct names x = names_of(who, n);
	struct incident_row i;
	struct zone_row z;
	store_names in = { 0 };
	bool found;
	if (!good(r, store_incident(r->s, r->a, x.incident, &i, &found)) || !found || strcmp(i.dedup_key, x.key) != 0)
		return no(who, n, "no incident");
	if (!good(r, store_incident_zones(r->s, r->a, x.incident, 0, &in)) || in.n != 1 || strcmp(in.at[0], x.zone) != 0)
		return no(who, n, "no zone in the incident");
	if (!has_history(r, who, n, &x))
		return no(who, n, "no history, or another");
	if (newest_of_zone && (!good(r, store_zone(r->s, r->a, x.zone, &z, &found)) || !found || strcmp(z.doc, x.number) != 0))
		return no(who, n, "the zone's state is of another step");
	if (newest_of_zone && !has_outbox(r, &x))       /* reads all: enough for the newest */
		return no(who, n, "no outbox row");
	return true;
}

static int count_outbox(struct reading *r, char who)
{
	outbox_rows all = { 0 };
	char prefix[8];
	int n = 0;
	snprintf(prefix, sizeof prefix, "key-%c", who);
	if (!good(r, store_outbox(r->s, r->a, NULL, 0, &all)))
		return -1;
	for (uint32_t i = 0; i < all.n; i++)
		n += strncmp(all.at[i].dedup_key, prefix, strlen(prefix)) == 0;
	return n;
}

/* Events in their order are the thread: what they name must be there, and nothing else. */
static int follow(struct reading *r, char who, int recent)
{
	event_rows events = { 0 };
	if (!good(r, store_events(r->s, r->a, &(struct event_query){ 0 }, &events)))
		return -2;
	int last = 0, n = 0;
	for (uint32_t i = 0; i < events.n; i++)
		if (events.at[i].zone[0] == who)
			last++;
	for (uint32_t i = 0; i < events.n; i++) {
		if (events.at[i].zone[0] != who)
			continue;
		if (atoi(events.at[i].text) != ++n)
			return no(who, n, "a step is missing or twice") - 1;
		if ((!recent || n > last - recent) && !whole(r, who, n, n > last - ZONES))
			return r->err ? -2 : -1;
	}
	int posted = count_outbox(r, who);
	if (r->err)
		return -2;
	return posted == n ? n : no(who, posted, "more or fewer outbox rows than events") - 1;
}

int story_read(struct store *s, char who, int recent, int *err)
{
	struct reading r = { .s = s, .a = arena_new(512u << 20) };
	int n = follow(&r, who, recent);
	arena_free(&r.a);
	*err = r.err;
	return n;
}
