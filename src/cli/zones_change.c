#include "cli/zones_change.h"
#include "base/json.h"
#include "cli/complain.h"
#include <stdlib.h>
#include <string.h>

static int by_zone(const void *a, const void *b)
{
	return strcmp(((const struct watched_row *)a)->zone, ((const struct watched_row *)b)->zone);
}

static const struct watched_row *watched_as(const struct zones_change *c, const char *zone)
{
	const struct watched_row key = { .zone = zone };
	return c->watched.n > 0 ? bsearch(&key, c->watched.at, c->watched.n, sizeof key, by_zone) : NULL;
}

static const char *place_of(struct arena *a, const struct config_zone *z)
{
	return arena_printf(a, "%s:%u", z->file, z->line);
}

/* A bare name: what is known of it already stays. */
static bool row_says_nothing(const struct watched_row *r)
{
	return *r->tags == '\0' && *r->owner == '\0' && *r->expect == '\0';
}

static void push(struct zones_change *c, enum change_sign sign, const struct watched_row *row, const char *why)
{
	list_push(c->arena, &c->changes, (struct zone_change){ sign, *row, why });
}

void zones_change_want(struct zones_change *c, const struct config_zone *z)
{
	const struct config_zone *written = c->config != NULL ? config_zone_named(c->config, z->zone) : NULL;
	const struct watched_row *there = watched_as(c, z->zone);
	struct watched_row row = config_watched_row(c->arena, z);
	if (written != NULL)
		push(c, SIGN_SAME, &row, arena_printf(c->arena, "stands in %s", place_of(c->arena, written)));
	else if (there == NULL)
		push(c, SIGN_ADD, &row, "");
	else if (row_says_nothing(&row) || watched_row_same(there, &row))
		push(c, SIGN_SAME, there, "");
	else
		push(c, SIGN_CHANGE, &row, "");
}

int zones_change_unwant(struct zones_change *c, const char *zone)
{
	const struct config_zone *written = c->config != NULL ? config_zone_named(c->config, zone) : NULL;
	const struct watched_row *there = watched_as(c, zone);
	if (written != NULL)
		return complain(EXIT_USAGE, "%s stands in %s: take it out there (nothing was removed)", zone, place_of(c->arena, written));
	if (there == NULL)
		return complain(EXIT_USAGE, "%s is not watched (see dnsvigil zones list; nothing was removed)", zone);
	push(c, SIGN_REMOVE, there, "");
	return 0;
}

static int by_changed_zone(const void *a, const void *b)
{
	return strcmp(((const struct zone_change *)a)->row.zone, ((const struct zone_change *)b)->row.zone);
}

void zones_change_prune(struct zones_change *c)
{
	uint32_t n = c->changes.n;
	if (n > 0)
		qsort(c->changes.at, n, sizeof c->changes.at[0], by_changed_zone);
	for (uint32_t i = 0; i < c->watched.n; i++) {
		const struct zone_change key = { .row = c->watched.at[i] };
		if (n == 0 || bsearch(&key, c->changes.at, n, sizeof key, by_changed_zone) == NULL)
			push(c, SIGN_REMOVE, &c->watched.at[i], "");
	}
}

int zones_change_do(struct zones_change *c, struct store *s, struct wall now)
{
	int e = store_begin(s);
	if (e != E_OK)
		return e;
	for (uint32_t i = 0; e == E_OK && i < c->changes.n; i++) {
		struct zone_change *change = &c->changes.at[i];
		bool was_there;
		change->row.added_at = change->sign == SIGN_CHANGE ? watched_as(c, change->row.zone)->added_at : now;
		if (change->sign == SIGN_REMOVE)
			e = store_unwatch(s, change->row.zone, &was_there);
		else if (change->sign != SIGN_SAME)
			e = store_watch(s, &change->row);
	}
	if (e == E_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

static uint32_t count(const struct zones_change *c, enum change_sign sign)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->changes.n; i++)
		n += c->changes.at[i].sign == sign;
	return n;
}

void zones_change_text(const struct zones_change *c, const struct import *from, bool dry_run, struct text *out)
{
	for (uint32_t i = 0; i < c->changes.n; i++) {
		const struct zone_change *z = &c->changes.at[i];
		text_addf(out, "%c %s", z->sign, z->row.zone);
		text_addf(out, "%s%s%s", *z->row.tags != '\0' ? "  [" : "", z->row.tags, *z->row.tags != '\0' ? "]" : "");
		text_addf(out, "%s%s\n", *z->why != '\0' ? "  " : "", z->why);
	}
	for (uint32_t i = 0; from != NULL && i < from->skipped.n; i++) {
		const struct import_skip *s = &from->skipped.at[i];
		text_addf(out, "! %s %s", s->what, s->why);
		text_add(out, s->line > 0 ? arena_printf(c->arena, " (line %u)\n", s->line) : "\n");
	}
	if (from != NULL)
		text_addf(out, "%s: %u zone%s, %u skipped\n", from->kind, from->zones.n, from->zones.n == 1 ? "" : "s", from->skipped.n);
	text_addf(out, "%s%u added, %u changed, %u removed, %u as before\n", dry_run ? "nothing is done; it would be: " : "",
		  count(c, SIGN_ADD), count(c, SIGN_CHANGE), count(c, SIGN_REMOVE), count(c, SIGN_SAME));
}

static const char *sign_word(enum change_sign sign)
{
	return sign == SIGN_ADD ? "add" : sign == SIGN_REMOVE ? "remove" : sign == SIGN_CHANGE ? "change" : "same";
}

void zones_change_json(const struct zones_change *c, const struct import *from, bool dry_run, struct text *out)
{
	struct json j;
	json_init(&j, out, true);
	json_object(&j);
	json_field_text(&j, "schema", "dnsvigil.zones-change/1");
	json_field_bool(&j, "dry_run", dry_run);
	json_field_text(&j, "kind", from != NULL ? from->kind : NULL);
	json_key(&j, "changes");
	json_array(&j);
	for (uint32_t i = 0; i < c->changes.n; i++) {
		const struct zone_change *z = &c->changes.at[i];
		json_object(&j);
		json_field_text(&j, "change", sign_word(z->sign));
		json_field_text(&j, "zone", z->row.zone);
		json_field_text(&j, "tags", z->row.tags);
		json_field_text(&j, "owner", z->row.owner);
		json_field_text(&j, "why", z->why);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_key(&j, "skipped");
	json_array(&j);
	for (uint32_t i = 0; from != NULL && i < from->skipped.n; i++) {
		json_object(&j);
		json_field_text(&j, "what", from->skipped.at[i].what);
		json_field_text(&j, "why", from->skipped.at[i].why);
		json_field_int(&j, "line", from->skipped.at[i].line);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	text_add(out, "\n");
}
