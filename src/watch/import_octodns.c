/* octoDNS config.yaml: the keys of zones:; "*" stands for the files of its YAML providers' folders. */
#include "watch/import_inside.h"
#include "base/limits.h"
#include "watch/yaml_tree.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *beside(struct importing *im, const char *path)
{
	const char *slash = strrchr(im->path, '/');
	return *path == '/' || slash == NULL ? path : arena_printf(im->arena, "%.*s/%s", (int)(slash - im->path), im->path, path);
}

/* "example.com.yaml", or a folder "example.com." (split_extension). */
static const char *zone_of(struct arena *a, const char *file)
{
	static const char *const ends[] = { ".yaml", ".yml" };
	size_t len = strlen(file);
	for (unsigned i = 0; i < 2; i++) {
		size_t n = strlen(ends[i]);
		if (len > n && strcmp(file + len - n, ends[i]) == 0)
			return arena_printf(a, "%.*s", (int)(len - n), file);
	}
	return len > 1 && file[len - 1] == '.' ? arena_text(a, file) : NULL;
}

static int by_any_name(const struct dirent *e)
{
	return e->d_name[0] != '.' && e->d_name[0] != '$';
}

static void add_folder(struct importing *im, const struct yaml_node *directory)
{
	struct dirent **entries;
	const char *path = beside(im, directory->text);
	int n = scandir(path, &entries, by_any_name, alphasort);
	if (n < 0) {
		import_skip(im, directory->line, directory->text, arena_printf(im->arena, "cannot be read: %s", strerror(errno)));
		return;
	}
	for (int i = 0; i < n; i++) {
		const char *zone = i < LIMIT_IMPORT_FILES ? zone_of(im->arena, entries[i]->d_name) : NULL;
		struct config_zone *z = zone != NULL ? import_add(im, 0, zone) : NULL;
		if (z != NULL)
			z->file = arena_printf(im->arena, "%s/%s", path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static bool is_yaml_provider(const struct yaml_node *p)
{
	const struct yaml_node *class = yaml_get(p, "class");
	return class != NULL && class->len >= 12 && strcmp(class->text + class->len - 12, "YamlProvider") == 0;
}

static void add_dynamic(struct importing *im, const struct yaml_node *root, const struct yaml_node *key, const struct yaml_node *zone)
{
	const struct yaml_node *sources = yaml_get(zone, "sources"), *providers = yaml_get(root, "providers");
	bool any = false;
	for (uint32_t i = 0; sources != NULL && i < sources->items.n; i++) {
		const struct yaml_node *p = yaml_get(providers, sources->items.at[i]->text), *directory = yaml_get(p, "directory");
		if (!is_yaml_provider(p) || directory == NULL || directory->len == 0)
			continue;
		add_folder(im, directory);
		any = true;
	}
	if (!any)
		import_skip(im, key->line, key->text, "has no source that is a YAML provider with a directory");
}

int import_octodns(struct importing *im)
{
	struct yaml_node *root;
	struct yaml_fault fault;
	if (yaml_read(im->arena, im->text, im->len, &root, &fault) != E_OK)
		return import_fault(im, fault.line, "column %u: %s", fault.column, fault.text);
	const struct yaml_node *zones = yaml_get(root, "zones");
	if (zones == NULL || zones->kind != YAML_MAPPING)
		return import_fault(im, root != NULL ? root->line : 1, "no mapping zones: this is no octoDNS configuration");
	for (uint32_t i = 0; i + 1 < zones->items.n; i += 2) {
		const struct yaml_node *key = zones->items.at[i];
		if (key->text[0] == '*')
			add_dynamic(im, root, key, zones->items.at[i + 1]);
		else
			import_add(im, key->line, key->text);
	}
	return E_OK;
}
