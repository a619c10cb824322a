/* told -- one alert in the words of all channels: verdict, cause, who is hurt and until when, fix in safe order, what not to do,
 * proof command (UX 0). A channel only lays this out and escapes it. */
#include "alert/inside.h"
#include "base/limits.h"
#include <stdio.h>
#include <string.h>

enum { TITLE_MAX = 120, NAME_MAX = 80, FACT_MAX = 400, LINK_MAX = 1500 };

struct look { const char *word, *sign, *teams_colour, *tag; uint32_t colour; };
static const struct look looks[] = {
	{ "OK", "\xe2\x9c\x94", "Good", "white_check_mark", 0x2e7d32 },
	{ "AT RISK", "!", "Warning", "warning", 0xf9a825 },
	{ "DEGRADED", "!", "Warning", "warning", 0xef6c00 },
	{ "SERVFAIL", "\xe2\x9c\x98", "Attention", "rotating_light", 0xc62828 },
	{ "UNKNOWN", "?", "Default", "question", 0x616161 },
};

static const struct look *look_of(const char *word)
{
	size_t n = sizeof looks / sizeof looks[0];
	for (size_t i = 0; i < n; i++)
		if (strcmp(looks[i].word, word) == 0)
			return &looks[i];
	return &looks[n - 1];
}

static const char *text_or(const char *text, const char *otherwise)
{
	return text != NULL && *text != '\0' ? text : otherwise;
}

/* "example.com." as people write it. */
static const char *name_of(struct arena *arena, const struct alert *a, size_t max)
{
	const char *scope = text_or(a->scope, "");
	size_t len = strlen(scope);
	char *name = arena_text(arena, scope);
	if (len > 1 && scope[len - 1] == '.' && (len < 2 || scope[len - 2] != '\\'))
		name[len - 1] = '\0';
	return clean_line(arena, name, max);
}

static const char *span_text(struct arena *arena, struct wall from, struct wall to)
{
	char text[WALL_TEXT_MAX];
	return arena_text(arena, distance_text(to.s - from.s, text));
}

bool alert_is_over(const struct alert *a)
{
	return a->kind == ALERT_RESOLVED || (a->kind == ALERT_SELF && a->resolved_at.s != WALL_NEVER.s);
}

/* What stands behind "WORD name: ". */
static const char *sentence(struct arena *arena, const struct alert *a)
{
	const char *cause = text_or(a->cause, text_or(a->finding, ""));
	if (a->kind != ALERT_RESOLVED)
		return cause;
	if (strcmp(text_or(a->word, ""), "OK") != 0)            /* a warning that ended because it came true */
		return arena_printf(arena, "%s has come true", text_or(a->finding, "it"));
	if (*text_or(a->before, "") != '\0' || *text_or(a->after, "") != '\0')        /* a change: it stays made */
		return arena_printf(arena, "%s is closed", text_or(a->finding, "it"));
	if (a->opened_at.s == WALL_NEVER.s || a->resolved_at.s == WALL_NEVER.s)
		return arena_printf(arena, "%s is over", text_or(a->finding, "it"));
	return arena_printf(arena, "%s is over after %s", text_or(a->finding, "it"), span_text(arena, a->opened_at, a->resolved_at));
}

const char *alert_title(struct arena *arena, const struct alert *a)
{
	struct text t;
	text_init(&t, arena);
	const char *name = name_of(arena, a, NAME_MAX), *word = text_or(a->word, "UNKNOWN");
	switch (a->kind) {
	case ALERT_DIGEST: return clean_line(arena, text_or(a->cause, "digest"), TITLE_MAX);
	case ALERT_SELF: text_add(&t, "dnsvigil itself"); break;
	case ALERT_TEST: text_addf(&t, "test, nothing is wrong: %s", word); break;
	case ALERT_REMINDER: text_addf(&t, "still %s", word); break;
	case ALERT_ACKED: text_addf(&t, "%s says: seen. %s", text_or(a->by, "somebody"), word); break;
	case ALERT_OPENED:
	case ALERT_CHANGED:
	case ALERT_RESOLVED:
	case ALERT_KINDS: text_add(&t, word); break;
	}
	if (*name != '\0')
		text_addf(&t, " %s", name);
	if (a->n_zones > 1)
		text_addf(&t, " (%u zones)", a->n_zones);
	const char *what = sentence(arena, a);
	if (*what != '\0')
		text_addf(&t, ": %s", what);
	return clean_line(arena, t.at, TITLE_MAX);
}

static void line_add(struct arena *arena, struct part *p, const char *text, unsigned scale)
{
	if (text != NULL && *text != '\0')
		list_push(arena, &p->lines, clean_line(arena, text, LIMIT_ALERT_LINE / scale));
}

static void lines_add(struct arena *arena, struct part *p, const alert_lines *lines, unsigned scale)
{
	uint32_t most = LIMIT_ALERT_ITEMS / scale > 0 ? LIMIT_ALERT_ITEMS / scale : 1;
	for (uint32_t i = 0; i < lines->n && i < most; i++)
		line_add(arena, p, lines->at[i], scale);
	if (lines->n > most)
		list_push(arena, &p->lines, arena_printf(arena, "... and %u more", lines->n - most));
}

static void fact_add(struct arena *arena, struct told *t, const char *label, const char *value, unsigned scale)
{
	if (*value != '\0')
		list_push(arena, &t->facts, ((struct fact){ label, clean_line(arena, value, FACT_MAX / scale) }));
}

/* "22 Nov 00:14 UTC, 3h 12m ago"; the year when it is not near. */
static const char *moment(struct arena *arena, struct wall w, struct wall at)
{
	enum { NEAR_S = 180 * 86400 };
	char when[WALL_TEXT_MAX], far[WALL_TEXT_MAX];
	if (w.s == WALL_NEVER.s)
		return "";
	int64_t away = w.s - at.s;
	if (away > NEAR_S || away < -NEAR_S)
		wall_text(w, when);
	else
		snprintf(when + strlen(wall_short(w, when)), 8, " UTC");
	distance_text(away, far);
	return away == 0 ? arena_text(arena, when) : arena_printf(arena, away < 0 ? "%s, %s ago" : "%s, in %s", when, far);
}

static const char *joined(struct arena *arena, const alert_lines *l, uint32_t total)
{
	struct text t;
	text_init(&t, arena);
	for (uint32_t i = 0; i < l->n && i < LIMIT_ALERT_ZONES; i++)
		text_addf(&t, "%s%s", i > 0 ? ", " : "", l->at[i]);
	uint32_t told = l->n < LIMIT_ALERT_ZONES ? l->n : LIMIT_ALERT_ZONES;
	if (total > told)
		text_addf(&t, "%s%u more", told > 0 ? " and " : "", total - told);
	return t.at;
}

static void facts_make(struct arena *arena, struct told *t, const struct alert *a, unsigned scale)
{
	fact_add(arena, t, "Since", moment(arena, a->since, a->at), scale);
	if (a->kind != ALERT_RESOLVED && a->breaks_at.s != a->since.s)
		fact_add(arena, t, a->breaks_at.s > a->at.s ? "Breaks" : "Fails since", moment(arena, a->breaks_at, a->at), scale);
	fact_add(arena, t, "Over", moment(arena, a->resolved_at, a->at), scale);
	if (a->n_zones > 1 || a->zones.n > 1)
		fact_add(arena, t, "Zones", arena_printf(arena, "%u: %s", a->n_zones, joined(arena, &a->zones, a->n_zones)), scale);
	fact_add(arena, t, "Owner", text_or(a->owner, ""), scale);
	fact_add(arena, t, "Tags", joined(arena, &a->tags, a->tags.n), scale);
	fact_add(arena, t, "Seen from", text_or(a->place, ""), scale);
}

static void parts_make(struct arena *arena, struct told *t, const struct alert *a, unsigned scale)
{
	struct part parts[PART_KINDS] = {
		[PART_CAUSE] = { .label = "Cause" }, [PART_LINES] = { .label = "Held back" }, [PART_WHO] = { .label = "Who" },
		[PART_FACTS] = { .label = "When and where" },
		[PART_FIX] = { .label = "Fix", .numbered = true }, [PART_AVOID] = { .label = "Avoid" }, [PART_PROOF] = { .label = "Proof" },
	};
	const char *finding = text_or(a->finding, ""), *cause = text_or(a->cause, "");
	line_add(arena, &parts[PART_CAUSE], *finding && *cause ? arena_printf(arena, "%s: %s", finding, cause)
			      : *finding ? finding : *cause ? cause : t->title, scale);        /* no channel takes a message of nothing */
	if (*text_or(a->before, "") != '\0' || *text_or(a->after, "") != '\0') {
		line_add(arena, &parts[PART_CAUSE], arena_printf(arena, "before: %s", text_or(a->before, "nothing")), scale);
		line_add(arena, &parts[PART_CAUSE], arena_printf(arena, "after: %s", text_or(a->after, "nothing")), scale);
	}
	lines_add(arena, &parts[PART_LINES], &a->lines, scale);
	line_add(arena, &parts[PART_WHO], a->who, scale);
	for (uint32_t i = 0; i < t->facts.n; i++)
		list_push(arena, &parts[PART_FACTS].lines, arena_printf(arena, "%s: %s", t->facts.at[i].label, t->facts.at[i].value));
	if (a->kind != ALERT_RESOLVED) {        /* there is nothing left to be done, or done wrong */
		lines_add(arena, &parts[PART_FIX], &a->fix, scale);
		lines_add(arena, &parts[PART_AVOID], &a->avoid, scale);
	}
	line_add(arena, &parts[PART_PROOF], a->command, scale);
	for (int k = 0; k < PART_KINDS; k++) {
		parts[k].kind = (enum part_kind)k;
		if (parts[k].lines.n > 0)
			list_push(arena, &t->parts, parts[k]);
	}
}

/* Only what a browser opens as a page; a long or odd one is left out rather than cut. */
static const char *link_of(struct arena *arena, const struct alert *a)
{
	const char *link = text_or(a->link, "");
	if ((strncmp(link, "https://", 8) != 0 && strncmp(link, "http://", 7) != 0) || strlen(link) > LINK_MAX)
		return "";
	for (const char *at = link; *at != '\0'; at++)
		if ((unsigned char)*at <= 0x20 || (unsigned char)*at >= 0x7f || strchr("<>\"'`\\|", *at) != NULL)
			return "";
	return arena_text(arena, link);
}

const struct told *told_make(struct arena *arena, const struct alert *a, unsigned scale)
{
	struct told *t = ARENA_NEW(arena, struct told);
	t->alert = a;
	t->word = clean_line(arena, text_or(a->word, "UNKNOWN"), 20);
	const struct look *look = look_of(t->word);
	t->sign = look->sign;
	t->colour = look->colour;
	t->teams_colour = look->teams_colour;
	t->tag = look->tag;
	t->name = name_of(arena, a, NAME_MAX);
	t->title = alert_title(arena, a);
	/* These say in their title what a word and a name cannot. */
	bool plain = a->kind == ALERT_OPENED || a->kind == ALERT_CHANGED || a->kind == ALERT_RESOLVED;
	t->headline = plain && *t->name != '\0' ? arena_printf(arena, "%s %s  %s", t->sign, t->word, t->name)
						 : arena_printf(arena, "%s %s", t->sign, t->title);
	t->link = link_of(arena, a);
	facts_make(arena, t, a, scale);
	parts_make(arena, t, a, scale);
	return t;
}

void part_add(struct room *r, const struct part *p, const char *b, const char *e)
{
	room_raw(r, b);
	room_raw(r, p->label);
	room_raw(r, e);
	for (uint32_t i = 0; i < p->lines.n && !r->full; i++) {
		char number[16] = "";
		if (p->numbered && p->lines.n > 1)
			snprintf(number, sizeof number, "%u. ", i + 1);
		room_raw(r, "\n");
		room_raw(r, number);
		room_add(r, p->lines.at[i]);
	}
}
