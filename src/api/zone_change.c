/* zone_change -- zones watched by command, as `zones add` and `zones remove` do it: the service takes them up within seconds. */
#include "api/body.h"
#include "api/zone_json.h"
#include "crypto/crypto.h"
#include "dns/text.h"
#include "dns/types.h"
#include <ctype.h>
#include <string.h>

enum { TAKEN_UP_S = 10 };       /* the service looks for what was added or removed so often */

struct wishes { const char *owner, *type; body_texts tags, ns, ds; bool is_unsigned; };

static bool read_wishes(struct request *r, struct wishes *w)
{
	const struct body_field expect[] = { { "type", BODY_TEXT, &w->type }, { "ns", BODY_TEXTS, &w->ns }, { "ds", BODY_TEXTS, &w->ds },
					     { "unsigned", BODY_BOOL, &w->is_unsigned }, { 0 } };
	const struct body_field fields[] = { { "tags", BODY_TEXTS, &w->tags }, { "owner", BODY_TEXT, &w->owner },
					     { "expect", BODY_OBJECT, NULL, expect }, { 0 } };
	return body_read(r, fields);
}

/* Tags stand in the store with spaces between. */
static bool join_tags(struct request *r, const body_texts *tags, const char **out)
{
	struct text t;
	text_init(&t, r->arena);
	for (uint32_t i = 0; i < tags->n; i++) {
		const char *tag = tags->at[i];
		bool plain = *tag != '\0';
		for (const char *c = tag; *c != '\0'; c++)
			plain &= isgraph((unsigned char)*c) != 0;
		if (!plain) {
			problem(r, 400, "body", "The body is not as it should be", "a tag is one word of ASCII", arena_printf(r->arena, "/tags/%u", i));
			return false;
		}
		text_addf(&t, "%s%s", i > 0 ? " " : "", tag);
	}
	*out = t.len > 0 ? t.at : "";
	return true;
}

static bool add_names(struct request *r, struct json *j, const body_texts *names)
{
	if (names->n == 0)
		return true;
	json_key(j, "ns");
	json_array(j);
	for (uint32_t i = 0; i < names->n; i++) {
		const char *name = name_asked(r, names->at[i], arena_printf(r->arena, "/expect/ns/%u", i), NULL);
		if (name == NULL)
			return false;
		json_text(j, name);
	}
	json_array_end(j);
	return true;
}

/* "TAG ALGORITHM DIGEST-TYPE HEX" is a DS record as zone files write it: read by the same reader. NULL: it is none. */
static const char *ds_text(struct arena *a, const char *word)
{
	enum { BEFORE_DIGEST = 4 };     /* RFC 4034 5.1 */
	zone_records records = { 0 };
	struct err_at at = { 0 };
	const char *line = arena_printf(a, ". 0 IN DS %s\n", word);
	if (word[strspn(word, "0123456789abcdefABCDEF ")] != '\0' ||
	    zone_parse(a, line, strlen(line), ".", 0, "ds", &records, &at) != E_OK || records.n != 1)
		return NULL;
	const struct rdata rd = records.at[0].rd;
	size_t digest = rd.len > BEFORE_DIGEST ? crypto_digest_size(rd.at[BEFORE_DIGEST - 1]) : 0;
	return digest == 0 || digest + BEFORE_DIGEST == rd.len ? rdata_text(a, TYPE_DS, rd) : NULL;
}

static bool add_ds(struct request *r, struct json *j, const body_texts *ds)
{
	if (ds->n == 0)
		return true;
	json_key(j, "ds");
	json_array(j);
	for (uint32_t i = 0; i < ds->n; i++) {
		const char *text = ds_text(r->arena, ds->at[i]);
		if (text == NULL) {
			problem(r, 400, "body", "The body is not as it should be", "is no DS (\"TAG ALGORITHM DIGEST-TYPE HEX\")",
				arena_printf(r->arena, "/expect/ds/%u", i));
			return false;
		}
		json_text(j, text);
	}
	json_array_end(j);
	return true;
}

static bool expect_text(struct request *r, const struct wishes *w, const char **out)
{
	struct text t;
	struct json j;
	uint16_t type = 0;
	*out = "";
	if (w->type == NULL && w->ns.n == 0 && w->ds.n == 0 && !w->is_unsigned)
		return true;
	if (w->ds.n > 0 && w->is_unsigned) {
		problem(r, 400, "body", "The body is not as it should be", "a zone with DS is not unsigned", "/expect/unsigned");
		return false;
	}
	if (w->type != NULL && !type_asked(r, w->type, "/expect/type", &type))
		return false;
	text_init(&t, r->arena);
	json_init(&j, &t, false);
	json_object(&j);
	if (type != 0)
		json_field_text(&j, "type", type_text(r->arena, type));
	if (!add_names(r, &j, &w->ns) || !add_ds(r, &j, &w->ds))
		return false;
	if (w->is_unsigned)
		json_field_bool(&j, "unsigned", true);
	json_object_end(&j);
	*out = t.at;
	return true;
}

/* One transaction: the row, and the word to the service that there is something new. */
static bool write_row(struct request *r, const struct watched_row *w)
{
	int e = store_begin(r->store);
	if (e == E_OK)
		e = store_watch(r->store, w);
	if (e == E_OK)
		e = store_commit(r->store);
	else
		store_rollback(r->store);
	return store_went_well(r, e);
}

static bool same_row(const struct watched_row *a, const struct watched_row *b)
{
	return strcmp(a->tags, b->tags) == 0 && strcmp(a->owner, b->owner) == 0 && strcmp(a->expect, b->expect) == 0;
}

/* What the configuration says of a zone stands above what is added by command, so that would be told as done and have no effect. */
static void tell_configured(struct request *r)
{
	problem(r, 409, "configured", "This zone was not added by command",
		"Where it stands in the configuration, change it there; where it was removed a moment ago, it soon is.", NULL);
	r->reply.retry_after_s = TAKEN_UP_S;
}

void route_zone_put(struct request *r)
{
	struct wishes wishes = { .owner = "" };
	struct watched_row w = { .zone = name_asked(r, r->rest, NULL, NULL), .added_at = wall_now() };
	const struct watched_row *before;
	struct zone_row row;
	struct json j;
	bool found;
	if (w.zone == NULL || !read_wishes(r, &wishes) || !join_tags(r, &wishes.tags, &w.tags) || !expect_text(r, &wishes, &w.expect))
		return;
	w.owner = wishes.owner;
	if (!store_is_open(r, true) || !zone_watched(r, w.zone, &before))
		return;
	w.added_at = before != NULL ? before->added_at : w.added_at;
	if (!store_went_well(r, store_zone(r->store, r->arena, w.zone, &row, &found)))
		return;
	if (before == NULL && found && !row.unwatched) {
		tell_configured(r);
		return;
	}
	if ((before == NULL || !same_row(before, &w)) && !write_row(r, &w))
		return;
	if (!found)
		row = zone_row_new(w.zone);
	json_init(&j, &r->reply.body, false);
	zone_json(r, &j, &row, &w);
	r->reply.status = before != NULL ? 200 : 201;
	r->reply.location = before != NULL ? NULL : arena_printf(r->arena, "/api/v1/zones/%s", percent_encoded(r->arena, w.zone));
}

static bool remove_row(struct request *r, const char *zone, bool *was_there)
{
	int e = store_begin(r->store);
	if (e == E_OK)
		e = store_unwatch(r->store, zone, was_there);
	if (e == E_OK)
		e = store_commit(r->store);
	else
		store_rollback(r->store);
	return store_went_well(r, e);
}

void route_zone_delete(struct request *r)
{
	const char *zone = name_asked(r, r->rest, NULL, NULL);
	struct zone_row row;
	bool was_there = false, found = false;
	if (zone == NULL || !store_is_open(r, true) || !remove_row(r, zone, &was_there))
		return;
	if (was_there) {
		r->reply.status = 204;
		return;
	}
	if (!store_went_well(r, store_zone(r->store, r->arena, zone, &row, &found)))
		return;
	if (found && !row.unwatched)
		tell_configured(r);
	else
		problem(r, 404, "not-watched", "This zone is not watched", arena_printf(r->arena, "%s is unknown here.", zone), NULL);
}
