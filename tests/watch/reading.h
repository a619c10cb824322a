/* reading -- a configuration from a text, its faults kept, in a folder of its own; shared by the tests. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/limits.h"
#include "watch/config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FAULTS_KEPT = 8 };
struct told { unsigned line, column; const char *file, *text; };
struct reading {
	struct arena *arena;
	char folder[64], path[128];
	struct told told[FAULTS_KEPT];
	unsigned n;
	struct config *config;
	struct err_at at;
	int rc;
};

__attribute__((unused)) static void reading_start(struct reading *r)
{
	*r = (struct reading){ .arena = arena_new(LIMIT_CONFIG_ARENA_BYTES) };
	strcpy(r->folder, "/tmp/dnsvigil-test-XXXXXX");
	assert_non_null(mkdtemp(r->folder));
	snprintf(r->path, sizeof r->path, "%s/c.yaml", r->folder);
}

__attribute__((unused)) static void reading_file(struct reading *r, const char *name, const char *text, size_t len)
{
	FILE *f = fopen(arena_printf(r->arena, "%s/%s", r->folder, name), "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

__attribute__((unused)) static void reading_tell(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	struct reading *r = ctx;
	if (r->n < FAULTS_KEPT)
		r->told[r->n] = (struct told){ line, column, file, text };
	r->n++;
}

__attribute__((unused)) static char *reading_env(const char *name)
{
	static char hook[] = "https://hooks.slack.com/services/T0/B0/geheim", token[] = "xoxb-geheim", empty[] = "",
		    two[] = "a\nb", plain[] = "http://127.0.0.1:9/x", state[] = "/var/lib/one:/var/lib/two";
	const struct { const char *name; char *value; } all[] = { { "HOOK", hook }, { "TOKEN", token }, { "EMPTY", empty },
		{ "TWO", two }, { "PLAIN", plain }, { "STATE_DIRECTORY", state } };
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].value;
	return NULL;
}

__attribute__((unused)) static void reading_read(struct reading *r, const char *text, size_t len)
{
	FILE *f = fopen(r->path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	r->n = 0;
	struct config_source from = { r->path, reading_env, false, reading_tell, r };
	r->rc = config_read(r->arena, &from, &r->config, &r->at);
}

__attribute__((unused)) static void reading_end(struct reading *r)
{
	char command[100];
	snprintf(command, sizeof command, "rm -rf %s", r->folder);
	assert_int_equal(system(command), 0);
	arena_free(&r->arena);
}

#define SLACK "channels:\n  - {kind: slack, url_env: HOOK}\n"
