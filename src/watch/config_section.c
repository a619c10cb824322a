/* A mapping of the file against one section of the table: defaults, then keys as they stand, then what is missing. */
#include "watch/config_inside.h"
#include <string.h>

enum { KEYS_MAX = 128 };

static bool is_list_kind(enum config_kind_id kind)
{
	return kind == KIND_DURATIONS || kind == KIND_DAYS;
}

/* A default is read as if it stood in the file, so that the table can be trusted. */
static void set_default(struct config_reader *r, const struct config_key *k, char *base)
{
	struct yaml_node word = { .kind = YAML_TEXT, .text = k->fallback, .len = strlen(k->fallback) };
	struct yaml_node list = { .kind = YAML_LIST, .text = "" };
	for (const char *at = k->fallback; is_list_kind(k->kind) && *at != '\0';) {
		size_t len = strcspn(at, " ");
		struct yaml_node *item = ARENA_NEW(r->arena, struct yaml_node);
		item->text = arena_printf(r->arena, "%.*s", (int)len, at);
		item->len = len;
		list_push(r->arena, &list.items, item);
		at += len + strspn(at + len, " ");
	}
	config_kinds[k->kind].read(r, k, list.items.n > 0 ? &list : &word, base + k->offset);
}

void config_section_defaults(struct config_reader *r, enum config_section in, void *base)
{
	for (size_t i = 0; i < n_config_keys; i++) {
		const struct config_key *k = &config_keys[i];
		if (k->in != in)
			continue;
		if (k->kind == KIND_SECTION)
			config_section_defaults(r, k->sub, base);
		else if (k->fallback != NULL)
			set_default(r, k, base);
	}
}

static bool read_pair(struct config_reader *r, enum config_section in, const struct yaml_node *word,
		      const struct yaml_node *v, void *base, unsigned seen_at[KEYS_MAX])
{
	const struct config_key *k = config_key_find(in, word->text);
	if (k == NULL)
		return config_fault(r, word, "%s", config_key_unknown(r->arena, in, word->text));
	size_t i = (size_t)(k - config_keys);
	if (seen_at[i] != 0)
		return config_fault(r, word, "\"%s\" stands already in line %u", k->name, seen_at[i]);
	seen_at[i] = word->line;
	return config_kinds[k->kind].read(r, k, v, (char *)base + k->offset);
}

bool config_section_read(struct config_reader *r, enum config_section in, const struct yaml_node *m, void *base)
{
	unsigned seen_at[KEYS_MAX] = { 0 }, before = r->faults;
	const char *path = config_section_path(in);
	_Static_assert(KEYS_MAX >= 100, "the table must fit");
	if (m->kind != YAML_MAPPING)
		return config_fault(r, m, "%s%s wants \"key: value\" pairs", path, *path == '\0' ? "the file" : "");
	config_section_defaults(r, in, base);
	for (uint32_t i = 0; i + 1 < m->items.n; i += 2)
		read_pair(r, in, m->items.at[i], m->items.at[i + 1], base, seen_at);
	for (size_t i = 0; i < n_config_keys; i++)
		if (config_keys[i].in == in && config_keys[i].required && seen_at[i] == 0)
			config_fault(r, m, "%s%s is missing", path, config_keys[i].name);
	return r->faults == before;
}

bool config_read_sub(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_section_read(r, k->sub, v, (char *)field - k->offset);
}
