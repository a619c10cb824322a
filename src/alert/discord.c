/* discord -- a webhook with one embed. allowed_mentions with nothing to parse: no "@everyone" of a TXT record rings a bell.
 * Limits: content 2000, title 256, description 4096, 25 fields of 256 and 1024, 6000 in all of an embed. */
#include "alert/inside.h"
#include "base/json.h"

enum { CONTENT_MAX = 300, TITLE_MAX = 256, DESCRIPTION_MAX = 4000, NAME_MAX = 256, VALUE_MAX = 1024, EMBED_MAX = 5800 };

static const char *description(struct arena *arena, const struct told *t)
{
	struct room r;
	room_init(&r, arena, SINK_MARKDOWN, DESCRIPTION_MAX);
	for (uint32_t i = 0; i < t->parts.n; i++) {
		const struct part *p = &t->parts.at[i];
		if (p->kind == PART_FACTS)
			continue;       /* the fields below */
		if (i > 0)
			room_raw(&r, "\n");
		if (p->kind != PART_PROOF) {
			part_add(&r, p, "**", "**");
			continue;
		}
		room_raw(&r, "**Proof**\n");
		room_span(&r, "`", SINK_CODE, p->lines.at[0], "`");
	}
	return r.text.at;
}

/* Characters of the embed that Discord counts together. */
static size_t embed(struct json *j, struct arena *arena, const struct told *t)
{
	const char *title = room_text(arena, SINK_MARKDOWN, t->headline, TITLE_MAX), *text = description(arena, t);
	size_t units = utf16_units(title) + utf16_units(text);
	json_object(j);
	json_field_text(j, "title", title);
	json_field_text(j, "description", text);
	json_field_int(j, "color", t->colour);
	if (*t->link != '\0')
		json_field_text(j, "url", t->link);
	if (t->alert->at.s != WALL_NEVER.s)
		json_field_wall(j, "timestamp", t->alert->at);
	json_key(j, "fields");
	json_array(j);
	for (uint32_t i = 0; i < t->facts.n; i++) {
		const char *value = room_text(arena, SINK_MARKDOWN, t->facts.at[i].value, VALUE_MAX);
		units += utf16_units(t->facts.at[i].label) + utf16_units(value);
		json_object(j);
		json_field_text(j, "name", t->facts.at[i].label);
		json_field_text(j, "value", value);
		json_field_bool(j, "inline", true);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
	return units;
}

static size_t message(struct json *j, struct arena *arena, const struct told *t)
{
	json_object(j);
	json_field_text(j, "content", room_text(arena, SINK_MARKDOWN, t->title, CONTENT_MAX));
	json_field_text(j, "username", "dnsvigil");
	json_key(j, "allowed_mentions");
	json_object(j);
	json_key(j, "parse");
	json_array(j);
	json_array_end(j);
	json_object_end(j);
	json_key(j, "embeds");
	json_array(j);
	size_t units = embed(j, arena, t);
	json_array_end(j);
	json_object_end(j);
	return units;
}

bool discord_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		    struct wall at, struct http_request *out)
{
	(void)remote_ref, (void)at;
	if (step > 0 || c->url == NULL || a->kind == ALERT_ACKED)
		return false;
	struct text body;
	for (unsigned scale = 1; scale <= TOLD_SCALE_MAX; scale *= 2) {
		struct json j;
		text_init(&body, arena);
		json_init(&j, &body, false);
		if (message(&j, arena, told_make(arena, a, scale)) <= EMBED_MAX)
			break;
	}
	request_json(arena, out, c->url, &body);
	return true;
}
