#include "api/wish.h"
#include "api/body.h"
#include "api/zone_json.h"
#include "crypto/crypto.h"
#include "dns/text.h"
#include "dns/types.h"
#include <ctype.h>
#include <string.h>

struct wishes { const char *owner, *type; body_texts tags, ns, ds; bool is_unsigned; };

static bool read_wishes(struct request *r, const char *text, size_t len, const char **zone, struct wishes *w)
{
	const char *unused;
	const struct body_field expect[] = { { "type", BODY_TEXT, &w->type }, { "ns", BODY_TEXTS, &w->ns }, { "ds", BODY_TEXTS, &w->ds },
					     { "unsigned", BODY_BOOL, &w->is_unsigned }, { 0 } };
	const struct body_field fields[] = { { "tags", BODY_TEXTS, &w->tags }, { "owner", BODY_TEXT, &w->owner },
					     { "expect", BODY_OBJECT, NULL, expect }, { zone != NULL ? "zone" : NULL, BODY_TEXT, zone != NULL ? zone : &unused },
					     { 0 } };
	return body_read_part(r, text, len, fields);
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

bool wish_read(struct request *r, const char *text, size_t len, const char **zone, struct watched_row *out)
{
	struct wishes w = { .owner = "" };
	if (!read_wishes(r, text, len, zone, &w) || !join_tags(r, &w.tags, &out->tags) || !expect_text(r, &w, &out->expect))
		return false;
	out->owner = w.owner;
	return true;
}

void wish_json(struct json *j, const struct watched_row *w)
{
	json_object(j);
	tags_json(j, w->tags);
	json_field_text(j, "owner", w->owner);
	json_key(j, "expect");
	json_raw(j, *w->expect != '\0' ? w->expect : "{}");
	json_object_end(j);
}
