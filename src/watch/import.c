/* One table of kinds; guessing by what only one kind has. */
#include "watch/import_inside.h"
#include "base/limits.h"
#include "watch/config_inside.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_BYTES = 65536, TAG_BYTES_MAX = 64 };

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

int import_fault(struct importing *im, unsigned line, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	*im->at = (struct err_at){ .file = im->path, .line = line };
	vsnprintf(im->at->text, sizeof im->at->text, fmt, ap);
	va_end(ap);
	return E_SYNTAX;
}

void import_skip(struct importing *im, unsigned line, const char *what, const char *why)
{
	const char *shown = escape_terminal(im->arena, (const uint8_t *)what, strlen(what), 60);
	list_push(im->arena, &im->out->skipped, (struct import_skip){ shown, why, line });
}

/* Zones every name server has for itself (RFC 6303); nobody delegates them. */
static bool is_local(const char *zone)
{
	static const char *const local[] = { "localhost.", "0.in-addr.arpa.", "127.in-addr.arpa.", "0.0.127.in-addr.arpa.",
		"1.0.0.127.in-addr.arpa.", "255.in-addr.arpa.",
		"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
		"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa." };
	for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
		if (strcmp(zone, local[i]) == 0)
			return true;
	return false;
}

struct config_zone *import_add(struct importing *im, unsigned line, const char *text)
{
	struct config_zone z = { .owner = "", .file = im->path, .line = line };
	const char *wrong = *text == '\0' ? "is empty" : config_zone_name(im->arena, text, &z);
	if (wrong == NULL && is_local(z.zone))
		wrong = "is local to each server (RFC 6303)";
	if (wrong == NULL && im->out->zones.n >= LIMIT_CONFIG_ZONES)
		wrong = "is beyond the number of zones that are read";
	if (wrong != NULL) {
		import_skip(im, line, text, wrong);
		return NULL;
	}
	list_push(im->arena, &im->out->zones, z);
	return &im->out->zones.at[im->out->zones.n - 1];
}

void import_tag(struct importing *im, struct config_zone *z, const char *prefix, const char *word)
{
	char *tag = arena_printf(im->arena, "%s:%.*s", prefix, TAG_BYTES_MAX - 20, word);
	for (char *c = tag; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr("_-.:/", *c) == NULL)
			*c = '-';
	list_push(im->arena, &z->tags, tag);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void import_expect_ns(struct importing *im, struct config_zone *z, const char *name)
{
	struct config_zone ns;
	if (config_zone_name(im->arena, name, &ns) != NULL)
		return;
	list_push(im->arena, &z->expect_ns, ns.zone);
	qsort(z->expect_ns.at, z->expect_ns.n, sizeof z->expect_ns.at[0], by_text);
}

int import_file(struct arena *a, const char *path, const char **text, size_t *len)
{
	size_t room = FIRST_BYTES;
	char *at = arena_alloc(a, room);
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), rc = E_SYSTEM;
	*len = 0;
	while (fd >= 0) {
		ssize_t n = read(fd, at + *len, room - *len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		rc = n < 0 ? E_SYSTEM : *len + (size_t)n > LIMIT_IMPORT_BYTES ? E_BUSY : E_OK;
		if (n <= 0 || rc != E_OK)
			break;
		*len += (size_t)n;
		if (room - *len > 1)
			continue;
		char *more = arena_alloc(a, room * 2);
		memcpy(more, at, *len);
		at = more;
		room *= 2;
	}
	int why = errno;
	if (fd >= 0)
		close(fd);
	errno = why;
	at[*len] = '\0';
	*text = at;
	return rc;
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
	if (k == NULL)
		k = guess(im);
	im->out->kind = k->name;
	return k->read(im);
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
