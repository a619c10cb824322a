/* Any octets as a configuration: an answer or faults with places, never more than the limits, and what is shown holds no
 * control octet. No file it names exists below the folder it is read in. */
#include "base/limits.h"
#include "watch/config.h"
#include "watch/yaml_tree.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static char *hook(const char *name)
{
	static char url[] = "https://hooks.slack.com/services/geheim";
	return strcmp(name, "HOOK") == 0 ? url : NULL;
}

struct telling { unsigned n; bool may_hold_it; };

static void told(void *ctx, const char *file, unsigned line, unsigned column, const char *text)
{
	struct telling *t = ctx;
	assert(file != NULL && *text != '\0' && (t->may_hold_it || strstr(text, "geheim") == NULL));
	assert(line > 0 || column == 0);
	t->n += 1;
}

/* The input itself can spell the secret: as it is, escaped, or in letters that IDNA maps to ours. */
static bool may_spell(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] >= 0x80 || bytes[i] == '\\' || (len - i >= 6 && strncasecmp((const char *)bytes + i, "geheim", 6) == 0))
			return true;
	return false;
}

/* Nodes as they are used, aliases counted each time, stay below the limit. */
static size_t weigh(const struct yaml_node *n, unsigned depth)
{
	size_t sum = 1;
	assert(depth <= LIMIT_YAML_DEPTH * LIMIT_YAML_ANCHORS);     /* an alias nests anew */
	for (uint32_t i = 0; i < n->items.n; i++)
		sum += weigh(n->items.at[i], depth + 1);
	return sum;
}

static void check_tree(struct arena *a, const uint8_t *bytes, size_t len)
{
	struct yaml_node *root;
	struct yaml_fault fault;
	int rc = yaml_read(a, (const char *)bytes, len, &root, &fault);
	assert(rc == E_OK || (rc == E_SYNTAX && fault.line > 0 && fault.column > 0 && fault.text[0] != '\0'));
	if (rc == E_OK && root != NULL)
		assert(weigh(root, 0) <= LIMIT_YAML_NODES);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena *a = arena_new(LIMIT_CONFIG_ARENA_BYTES);
	int fd = memfd_create("config", MFD_CLOEXEC);
	char path[64];
	struct telling t = { 0, may_spell(bytes, len) };
	struct config *c;
	struct err_at at;
	struct text shown;
	assert(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	struct config_source from = { path, hook, false, told, &t };
	int rc = config_read(a, &from, &c, &at);
	assert((rc == E_OK && t.n == 0 && c != NULL) || (rc == E_SYNTAX && t.n > 0 && t.n <= LIMIT_CONFIG_FAULTS && at.text[0] != '\0'));
	text_init(&shown, a);
	if (rc == E_OK)
		config_show(c, &shown);
	assert(t.may_hold_it || strstr(shown.at, "geheim") == NULL);
	for (const char *s = shown.at; *s != '\0'; s++)
		assert((unsigned char)*s >= 0x20 || *s == '\n');
	check_tree(a, bytes, len);
	close(fd);
	arena_free(&a);
	return 0;
}
