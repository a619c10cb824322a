/* fields -- struct alert as JSON: the outbox, the incident's memory and the generic webhook see the same names. */
#include "alert/inside.h"
#include "base/json.h"
#include "base/limits.h"
#include <string.h>

#define TEXT(f) { #f, FIELD_TEXT, offsetof(struct alert, f), 0 }
#define LINES(f, most) { #f, FIELD_LINES, offsetof(struct alert, f), most }
#define WALL(f) { #f, FIELD_WALL, offsetof(struct alert, f), 0 }
const struct field alert_fields[] = {
	TEXT(incident), TEXT(dedup_key), TEXT(word), TEXT(severity), TEXT(finding), TEXT(scope), TEXT(cause), TEXT(who),
	LINES(fix, LIMIT_ALERT_STEPS), LINES(avoid, LIMIT_ALERT_STEPS), TEXT(command), LINES(lines, LIMIT_ALERT_ITEMS), TEXT(by), TEXT(link),
	TEXT(before), TEXT(after), WALL(since), WALL(opened_at), WALL(at), WALL(breaks_at), WALL(resolved_at),
	{ "n_zones", FIELD_COUNT, offsetof(struct alert, n_zones), 0 }, LINES(zones, LIMIT_ALERT_ZONES), LINES(tags, LIMIT_ALERT_STEPS),
	TEXT(owner), TEXT(place),
};
const unsigned alert_n_fields = sizeof alert_fields / sizeof alert_fields[0];

static const char *const kind_ids[ALERT_KINDS] = {
	[ALERT_OPENED] = "opened", [ALERT_CHANGED] = "changed", [ALERT_REMINDER] = "reminder", [ALERT_ACKED] = "acknowledged",
	[ALERT_RESOLVED] = "resolved", [ALERT_DIGEST] = "digest", [ALERT_TEST] = "test", [ALERT_SELF] = "self",
};

const char *alert_kind_id(enum alert_kind k)
{
	return kind_ids[k];
}

bool alert_kind_from_id(const char *id, enum alert_kind *out)
{
	for (int k = 0; id != NULL && k < ALERT_KINDS; k++) {
		if (strcmp(id, kind_ids[k]) == 0) {
			*out = (enum alert_kind)k;
			return true;
		}
	}
	return false;
}

unsigned severity_rank(const char *severity, unsigned fallback)
{
	static const char *const words[] = { "info", "notice", "warning", "error", "critical" };
	if (severity == NULL || *severity == '\0')
		return fallback;
	for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(severity, words[i]) == 0)
			return i;
	return SEVERITY_ERROR;
}

/* A field's place in the alert, as its kind says. */
static const void *place_of(const struct alert *a, const struct field *f)
{
	return (const char *)a + f->offset;
}

static void write_field(struct json *j, const struct alert *a, const struct field *f)
{
	const void *at = place_of(a, f);
	json_key(j, f->name);
	switch (f->kind) {
	case FIELD_TEXT:
		json_text(j, clean_line(j->out->arena, *(const char *const *)at, LIMIT_ALERT_FIELD));
		break;
	case FIELD_LINES: {
		const alert_lines *lines = at;
		json_array(j);
		for (uint32_t i = 0; i < lines->n && i < f->most; i++)
			json_text(j, clean_line(j->out->arena, lines->at[i], LIMIT_ALERT_LINE));
		json_array_end(j);
		break;
	}
	case FIELD_WALL: json_wall(j, *(const struct wall *)at); break;
	case FIELD_COUNT: json_int(j, *(const uint32_t *)at); break;
	}
}

void alert_members(struct json *j, const struct alert *a)
{
	json_field_text(j, "schema", ALERT_SCHEMA);
	json_field_text(j, "kind", alert_kind_id(a->kind));
	json_field_text(j, "title", alert_title(j->out->arena, a));
	for (unsigned i = 0; i < alert_n_fields; i++)
		write_field(j, a, &alert_fields[i]);
}

void alert_to_json(const struct alert *a, struct text *out)
{
	struct json j;
	json_init(&j, out, false);
	json_object(&j);
	alert_members(&j, a);
	json_object_end(&j);
}
