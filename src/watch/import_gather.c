/* What a reader of any kind gathers: names, tags, expectations, and what is left out and why. */
#include "watch/import_inside.h"
#include "base/limits.h"
#include "watch/config_inside.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_BYTES = 65536, TAG_BYTES_MAX = 64 };

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
