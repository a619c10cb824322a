/* One table of kinds; guessing by what only one kind has. */
#include "watch/import_inside.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct kind {
	const char *name;
	import_reader *read;
	const char *signs[2];           /* both stand in the text, at the start of a line but for spaces and dashes; JSON: anywhere */
} kinds[] = {
	{ "list", import_list, { NULL, NULL } },
	{ "dir", import_folder, { NULL, NULL } },
	{ "route53", import_route53, { "\"HostedZones\"", NULL } },
	{ "dnscontrol", import_dnscontrol, { "\"domains\"", NULL } },
	{ "cloudflare", import_cloudflare, { "\"result\"", NULL } },
	{ "octodns", import_octodns, { "providers:", "zones:" } },
	{ "knot", import_knot, { "zone:", "domain:" } },
	{ "nsd", import_nsd, { "zone:", "name:" } },
	{ "knot", import_knot, { "server:", "template:" } },
	{ "nsd", import_nsd, { "server:", NULL } },
	{ "bind", import_bind, { "zone \"", NULL } },
	{ "bind", import_bind, { "zone ", "options {" } },
	{ "bind", import_bind, { "include \"", NULL } },
	{ "catalog", import_catalog, { "version", NULL } },
	{ "catalog", import_catalog, { "$ORIGIN", NULL } },
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

const char *import_kinds(void)
{
	return "list dir bind knot nsd catalog octodns dnscontrol route53 cloudflare";
}

static const struct kind *kind_named(const char *name)
{
	for (unsigned i = 0; i < N_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

bool import_is_kind(const char *word)
{
	return kind_named(word) != NULL;
}

static bool begins_a_line(const char *text, const char *word)
{
	for (const char *at = text; *at != '\0';) {
		const char *start = at + strspn(at, " \t-");
		if (strncmp(start, word, strlen(word)) == 0)
			return true;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return false;
}

static const struct kind *guess(const struct importing *im)
{
	const char *start = im->text + strspn(im->text, " \t\r\n");
	bool json = *start == '{' || *start == '[';
	for (unsigned i = 0; i < N_KINDS; i++) {
		const char *const *signs = kinds[i].signs;
		if (signs[0] == NULL || (signs[0][0] == '"') != json)
			continue;
		if (json ? strstr(start, signs[0]) != NULL
			 : begins_a_line(im->text, signs[0]) && (signs[1] == NULL || begins_a_line(im->text, signs[1])))
			return &kinds[i];
	}
	return kind_named("list");
}

static int by_name(const void *a, const void *b)
{
	const struct config_zone *x = a, *y = b;
	int d = strcmp(x->zone, y->zone);
	return d != 0 ? d : x->line < y->line ? -1 : x->line > y->line;
}

/* Views and pages bring the same name again: the first stays. */
static void forget_doubles(struct importing *im)
{
	struct import *out = im->out;
	uint32_t kept = 0;
	if (out->zones.n == 0)
		return;
	qsort(out->zones.at, out->zones.n, sizeof out->zones.at[0], by_name);
	for (uint32_t i = 0; i < out->zones.n; i++) {
		struct config_zone *z = &out->zones.at[i];
		if (kept > 0 && strcmp(out->zones.at[kept - 1].zone, z->zone) == 0)
			import_skip(im, z->line, z->zone, "stands there more than once");
		else
			out->zones.at[kept++] = *z;
	}
	out->zones.n = kept;
}

/* What no sign tells is taken for a list, but only when all of it is names: a file of another kind must not be watched. */
static int check_guessed_list(struct importing *im)
{
	static const char hint[] = "if this is a list of names all the same: zones import list FILE";
	if (im->out->skipped.n > 0)
		return import_fault(im, im->out->skipped.at[0].line, "\"%.30s\" %.50s; %s", im->out->skipped.at[0].what,
				    im->out->skipped.at[0].why, hint);
	for (uint32_t i = 0; i < im->out->zones.n; i++)
		if (!name_is_plain(im->out->zones.at[i].name))
			return import_fault(im, im->out->zones.at[i].line, "\"%.30s\" is an odd name; %s", im->out->zones.at[i].zone, hint);
	return E_OK;
}

static int read_with(struct importing *im, const char *kind)
{
	struct stat st;
	bool folder = strcmp(im->path, "-") != 0 && stat(im->path, &st) == 0 && S_ISDIR(st.st_mode);
	const struct kind *k = kind != NULL ? kind_named(kind) : folder ? kind_named("dir") : NULL;
	if (kind != NULL && k == NULL)
		return E_UNSUPPORTED;
	if (k == NULL || k->read != import_folder) {
		int rc = import_file(im->arena, im->path, &im->text, &im->len);
		if (rc != E_OK)
			return rc;
		if (memchr(im->text, '\0', im->len) != NULL)
			return import_fault(im, 0, "a NUL stands in this file: it is no text");
	}
	bool guessed = k == NULL;
	if (guessed)
		k = guess(im);
	im->out->kind = k->name;
	int rc = k->read(im);
	return rc == E_OK && guessed && k->read == import_list ? check_guessed_list(im) : rc;
}

int import_read(struct arena *a, const char *kind, const char *path, struct import **out, struct err_at *at)
{
	struct importing im = { .arena = a, .out = ARENA_NEW(a, struct import), .path = path, .at = at };
	*at = (struct err_at){ .file = path };
	int rc = read_with(&im, kind);
	if (rc != E_OK)
		return rc;
	forget_doubles(&im);
	*out = im.out;
	return E_OK;
}
