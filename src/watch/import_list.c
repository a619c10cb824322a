/* A list: one name a line, # and ; begin a comment. A folder: each zone file by its SOA. */
#include "watch/import_inside.h"
#include "base/limits.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int import_list(struct importing *im)
{
	const char *at = im->text;
	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	for (unsigned line = 1; *at != '\0'; line++) {
		size_t whole = strcspn(at, "\n"), n = strcspn(at, "#;\n");
		while (n > 0 && strchr(" \t\r", at[n - 1]) != NULL)
			n--;
		size_t blank = strspn(at, " \t\r");
		if (blank < n)
			import_add(im, line, arena_printf(im->arena, "%.*s", (int)(n - blank), at + blank));
		at += whole;
		at += *at == '\n';
	}
	return E_OK;
}

/* "example.com.zone", "db.example.com", "example.com.db", "example.com": the origin of what is relative in it. */
static const char *origin_of(struct arena *a, const char *file)
{
	static const char *const ends[] = { ".zone", ".db", ".hosts", ".signed" };
	size_t len = strlen(file);
	if (strncmp(file, "db.", 3) == 0 && len > 3)
		return arena_text(a, file + 3);
	for (unsigned i = 0; i < 4; i++) {
		size_t n = strlen(ends[i]);
		if (len > n && strcmp(file + len - n, ends[i]) == 0)
			return arena_printf(a, "%.*s", (int)(len - n), file);
	}
	return strchr(file, '.') != NULL ? arena_text(a, file) : NULL;
}

static const char *soa_owner(struct importing *im, struct arena *a, const char *path, const char *origin, const char **why)
{
	const char *text;
	size_t len;
	zone_records records;
	struct err_at at;
	const char *dotted = name_from_text(a, origin, why) != NULL ? name_text(a, name_from_text(a, origin, why)) : NULL;
	if (dotted == NULL)
		return NULL;
	int rc = import_file(a, path, &text, &len);
	if (rc != E_OK) {
		*why = rc == E_BUSY ? "is too large" : "cannot be read";
		return NULL;
	}
	rc = zone_parse(a, text, len, dotted, 3600, path, &records, &at);
	for (uint32_t i = 0; rc == E_OK && i < records.n; i++)
		if (records.at[i].type == TYPE_SOA)
			return arena_text(im->arena, name_text(a, records.at[i].owner));
	*why = rc == E_OK ? "has no SOA record: it is no zone" : arena_printf(im->arena, "is no zone: line %u: %s", at.line, at.text);
	return NULL;
}

static void import_one(struct importing *im, const char *file)
{
	struct arena *a = arena_new(LIMIT_CONFIG_ARENA_BYTES);          /* the records of one file at a time */
	const char *origin = origin_of(im->arena, file), *why = "has no name of a zone";
	const char *path = arena_printf(im->arena, "%s/%s", im->path, file);
	const char *zone = origin != NULL ? soa_owner(im, a, path, origin, &why) : NULL;
	struct config_zone *z = zone != NULL ? import_add(im, 0, zone) : NULL;
	if (zone == NULL)
		import_skip(im, 0, file, arena_text(im->arena, why));
	if (z != NULL)
		z->file = path;
	arena_free(&a);
}

static int is_file(const struct dirent *e)
{
	return e->d_name[0] != '.' && (e->d_type == DT_REG || e->d_type == DT_LNK || e->d_type == DT_UNKNOWN);
}

int import_folder(struct importing *im)
{
	struct dirent **entries;
	int n = scandir(im->path, &entries, is_file, alphasort);
	if (n < 0)
		return E_SYSTEM;
	for (int i = 0; i < n; i++) {
		if (i < LIMIT_IMPORT_FILES)
			import_one(im, entries[i]->d_name);
		else if (i == LIMIT_IMPORT_FILES)
			import_skip(im, 0, im->path, "has more files than are read");
		free(entries[i]);
	}
	free(entries);
	return E_OK;
}
