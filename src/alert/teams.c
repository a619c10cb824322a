/* teams -- an Adaptive Card to a Workflows webhook (Office connectors are retired). A card is at most 28 kB. TextBlock and
 * FactSet read Markdown: everything that came from outside is escaped. */
#include "alert/inside.h"
#include "base/json.h"

enum { BLOCK_MAX = 4000, CARD_MAX = 24000 };

static void block_begin(struct json *j, const char *text)
{
	json_object(j);
	json_field_text(j, "type", "TextBlock");
	json_field_text(j, "text", text);
	json_field_bool(j, "wrap", true);
}

static void title(struct json *j, struct arena *arena, const struct told *t)
{
	block_begin(j, room_text(arena, SINK_MARKDOWN, t->headline, BLOCK_MAX));
	json_field_text(j, "weight", "Bolder");
	json_field_text(j, "size", "Large");
	json_field_text(j, "color", t->teams_colour);
	json_object_end(j);
}

/* A blank line between the steps: Markdown joins lines otherwise. */
static void part_block(struct json *j, struct arena *arena, const struct part *p)
{
	struct room r;
	room_init(&r, arena, SINK_MARKDOWN, BLOCK_MAX);
	room_raw(&r, "**");
	room_raw(&r, p->label);
	room_raw(&r, "**");
	for (uint32_t i = 0; i < p->lines.n && !r.full; i++) {
		room_raw(&r, "\n\n");
		if (p->numbered && p->lines.n > 1)
			room_raw(&r, arena_printf(arena, "%u\\. ", i + 1));
		room_add(&r, p->lines.at[i]);
	}
	block_begin(j, r.text.at);
	if (p->kind == PART_PROOF)
		json_field_text(j, "fontType", "Monospace");
	json_object_end(j);
}

static void facts(struct json *j, struct arena *arena, const struct told *t)
{
	json_object(j);
	json_field_text(j, "type", "FactSet");
	json_key(j, "facts");
	json_array(j);
	for (uint32_t i = 0; i < t->facts.n; i++) {
		json_object(j);
		json_field_text(j, "title", t->facts.at[i].label);
		json_field_text(j, "value", room_text(arena, SINK_MARKDOWN, t->facts.at[i].value, BLOCK_MAX));
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void actions(struct json *j, const struct told *t)
{
	if (*t->link == '\0')
		return;
	json_key(j, "actions");
	json_array(j);
	json_object(j);
	json_field_text(j, "type", "Action.OpenUrl");
	json_field_text(j, "title", "Why?");
	json_field_text(j, "url", t->link);
	json_object_end(j);
	json_array_end(j);
}

static void card(struct json *j, struct arena *arena, const struct told *t)
{
	json_object(j);
	json_field_text(j, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	json_field_text(j, "type", "AdaptiveCard");
	json_field_text(j, "version", "1.4");
	json_key(j, "body");
	json_array(j);
	title(j, arena, t);
	for (uint32_t i = 0; i < t->parts.n; i++) {
		if (t->parts.at[i].kind == PART_FACTS)
			facts(j, arena, t);
		else
			part_block(j, arena, &t->parts.at[i]);
	}
	json_array_end(j);
	actions(j, t);
	json_key(j, "msteams");
	json_object(j);
	json_field_text(j, "width", "Full");
	json_object_end(j);
	json_object_end(j);
}

static void message(struct json *j, struct arena *arena, const struct told *t)
{
	json_object(j);
	json_field_text(j, "type", "message");
	json_key(j, "attachments");
	json_array(j);
	json_object(j);
	json_field_text(j, "contentType", "application/vnd.microsoft.card.adaptive");
	json_key(j, "contentUrl");
	json_null(j);
	json_key(j, "content");
	card(j, arena, t);
	json_object_end(j);
	json_array_end(j);
	json_object_end(j);
}

bool teams_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
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
		message(&j, arena, told_make(arena, a, scale));
		if (body.len <= CARD_MAX)
			break;
	}
	request_json(arena, out, c->url, &body);
	return true;
}
