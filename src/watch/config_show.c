/* The configuration as it is understood, in its own language; secrets as "****". */
#include "watch/config_inside.h"
#include <string.h>

static void show_section(const struct config *c, enum config_section in, const void *base, unsigned indent, bool item, struct text *out);

/* One line a key; what has no value to show has no line. */
static bool show_key(const struct config *c, const struct config_key *k, const void *base, unsigned indent, bool first, struct text *out)
{
	struct text value;
	text_init(&value, c->arena);
	if (k->kind == KIND_SECTION)
		show_section(c, k->sub, base, indent + 2, false, &value);
	else if (config_kinds[k->kind].show != NULL)
		config_kinds[k->kind].show(c->arena, k, (const char *)base + k->offset, &value);
	if (value.len == 0)
		return false;
	text_addf(out, "%*s%s%s:%s", (int)indent - (first ? 2 : 0), "", first ? "- " : "", k->name, k->kind == KIND_SECTION ? "\n" : " ");
	text_add(out, value.at);
	text_add(out, k->kind == KIND_SECTION ? "" : "\n");
	return true;
}

static void show_section(const struct config *c, enum config_section in, const void *base, unsigned indent, bool item, struct text *out)
{
	bool first = item;
	if (in == IN_QUIET && !c->has_quiet)
		return;
	for (size_t i = 0; i < n_config_keys; i++)
		if (config_keys[i].in == in && show_key(c, &config_keys[i], base, indent, first, out))
			first = false;
}

static void show_windows(const struct config *c, struct text *out)
{
	for (uint32_t i = 0; i < c->windows.n; i++) {
		struct config_window_item item = { .w = c->windows.at[i] };
		list_push(c->arena, &item.patterns, item.w.pattern);
		show_section(c, IN_WINDOW, &item, 4, true, out);
	}
}

void config_show(const struct config *c, struct text *out)
{
	show_section(c, IN_TOP, c, 0, false, out);
	if (c->has_hints)
		text_addf(out, "# root_hints: %u address%s\n", c->hints.n, c->hints.n == 1 ? "" : "es");
	if (c->has_anchors)
		text_addf(out, "# trust_anchor: %u record%s\n", c->anchors.n, c->anchors.n == 1 ? "" : "s");
	text_add(out, c->channels.n > 0 ? "channels:\n" : "");
	for (uint32_t i = 0; i < c->channels.n; i++)
		show_section(c, IN_CHANNEL, &c->channels.at[i], 4, true, out);
	text_add(out, c->routes.n > 0 ? "routes:\n" : "");
	for (uint32_t i = 0; i < c->routes.n; i++)
		show_section(c, IN_ROUTE, &c->routes.at[i], 4, true, out);
	text_add(out, c->windows.n > 0 ? "windows:\n" : "");
	show_windows(c, out);
	text_add(out, c->zones.n > 0 ? "zones:\n" : "");
	for (uint32_t i = 0; i < c->zones.n; i++)
		show_section(c, IN_ZONE, &c->zones.at[i], 4, true, out);
}

static const char *bounds(struct arena *a, const struct config_key *k)
{
	char low[WALL_TEXT_MAX], high[WALL_TEXT_MAX];
	switch (k->kind) {
	case KIND_NUMBER: case KIND_PORT: case KIND_FRACTION: return arena_printf(a, ", %g to %g", k->min, k->max);
	case KIND_DURATION:
		return arena_printf(a, ", %s to %s", distance_text((int64_t)k->min, low), distance_text((int64_t)k->max, high));
	case KIND_DURATIONS: return arena_printf(a, ", at most %g", k->max);
	case KIND_SIZE: return ", at most 1GiB";
	case KIND_CHOICE: return arena_printf(a, ": %s", k->words);
	case KIND_URL: return arena_printf(a, ": %s", k->words);
	default: return "";
	}
}

void config_schema(struct arena *a, struct text *out)
{
	for (size_t i = 0; i < n_config_keys; i++) {
		const struct config_key *k = &config_keys[i];
		size_t line = out->len;
		if (k->kind == KIND_SECRET || k->in == IN_FRAGMENT)
			continue;
		text_addf(out, "%s%s", config_section_path(k->in), k->name);
		text_pad(out, 32, line);
		text_addf(out, " %s%s", config_kinds[k->kind].word, bounds(a, k));
		if (k->fallback != NULL)
			text_addf(out, " (%s)", k->fallback);
		text_addf(out, "%s\n      %s\n", k->required ? ", required" : "", k->help);
	}
}

/* scdoc's signs are escaped: the table is plain text. */
static void add_escaped(struct text *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr("*_\\#[|", *s) != NULL)
			text_add(out, "\\");
		text_add_n(out, s, 1);
	}
}

void config_schema_scdoc(struct arena *a, struct text *out)
{
	for (size_t i = 0; i < n_config_keys; i++) {
		const struct config_key *k = &config_keys[i];
		if (k->kind == KIND_SECRET || k->in == IN_FRAGMENT)
			continue;
		text_add(out, "*");
		add_escaped(out, arena_printf(a, "%s%s", config_section_path(k->in), k->name));
		text_addf(out, "*: %s", config_kinds[k->kind].word);
		add_escaped(out, bounds(a, k));
		if (k->fallback != NULL)
			add_escaped(out, arena_printf(a, " (default: %s)", k->fallback));
		text_add(out, k->required ? ", required" : "");
		text_add(out, "\n\t");
		add_escaped(out, k->help);
		text_add(out, "\n\n");
	}
}
