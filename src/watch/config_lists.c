/* Zones from elsewhere: files of names, and folders of such files and of YAML that has only zones. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_line(struct config_reader *r, const char *file, unsigned line, const char *at, size_t len)
{
	struct config_zone z = { .owner = "", .file = file, .line = line };
	size_t column = 1;
	const char *hash = memchr(at, '#', len);
	if (hash != NULL)
		len = (size_t)(hash - at);
	for (; len > 0 && strchr(" \t", *at) != NULL; at++, len--)
		column++;
	while (len > 0 && strchr(" \t\r", at[len - 1]) != NULL)
		len--;
	if (len == 0)
		return true;
	if (memchr(at, '\0', len) != NULL)
		return config_fault_at(r, file, line, (unsigned)column, "a NUL stands here: this is no list of names");
	const char *word = arena_printf(r->arena, "%.*s", (int)len, at);
	const char *wrong = config_zone_name(r->arena, word, &z);
	if (wrong != NULL)
		return config_fault_at(r, file, line, (unsigned)column, "\"%s\" %s", config_shown(r, word), wrong);
	return config_zone_add(r, &z, (unsigned)column);
}

static bool read_list(struct config_reader *r, const char *file, const char *text, size_t len)
{
	unsigned line = 1, before = r->faults;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	while (len > 0 && r->faults - before < LIMIT_CONFIG_FAULTS) {
		const char *end = memchr(text, '\n', len);
		size_t n = end != NULL ? (size_t)(end - text) : len;
		read_line(r, file, line++, text, n);
		n += end != NULL;
		text += n;
		len -= n;
	}
	return r->faults == before;
}

static bool one_zone_file(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	size_t len;
	const char *path = config_path(r, v->text), *text = config_file(r, v, path, LIMIT_CONFIG_BYTES, &len);
	(void)k, (void)field;
	return text != NULL && read_list(r, path, text, len);
}

bool config_read_zone_files(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_zone_file);
}

static bool read_fragment(struct config_reader *r, const char *file, const char *text, size_t len)
{
	struct yaml_node *root;
	struct yaml_fault fault;
	const char *outer = r->file;
	r->file = file;
	bool fine = true;
	if (yaml_read(r->arena, text, len, &root, &fault) != E_OK)
		fine = config_fault_at(r, file, fault.line, fault.column, "%s", fault.text);
	else if (root != NULL)
		fine = config_section_read(r, IN_FRAGMENT, root, r->config);
	r->file = outer;
	return fine;
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n > m && strcmp(name + n - m, end) == 0;
}

/* What ends otherwise (editors' backups, README) is left alone, and so is what begins with a dot. */
static int is_ours(const struct dirent *e)
{
	const char *n = e->d_name;
	return n[0] != '.' && (ends_with(n, ".yaml") || ends_with(n, ".yml") || ends_with(n, ".txt") || ends_with(n, ".list"));
}

static bool one_folder(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	struct dirent **entries;
	const char *path = config_path(r, v->text);
	bool fine = true;
	(void)field;
	int n = scandir(path, &entries, is_ours, alphasort);
	if (n < 0)
		return config_fault(r, v, "cannot read the folder %s: %s", config_shown(r, v->text), strerror(errno));
	for (int i = 0; i < n; i++) {
		size_t len;
		const char *file = arena_printf(r->arena, "%s/%s", path, entries[i]->d_name), *text = NULL;
		bool yaml = ends_with(file, ".yaml") || ends_with(file, ".yml");
		if (i < LIMIT_CONFIG_FILES)
			text = config_file(r, v, file, yaml ? LIMIT_YAML_BYTES : LIMIT_CONFIG_BYTES, &len);
		else if (i == LIMIT_CONFIG_FILES)
			config_fault(r, v, "%s: more than %d files", k->name, LIMIT_CONFIG_FILES);
		fine &= text != NULL && (yaml ? read_fragment(r, file, text, len) : read_list(r, file, text, len));
		free(entries[i]);
	}
	free(entries);
	return fine;
}

bool config_read_include(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_folder);
}
