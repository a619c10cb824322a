/* From a path to a configuration: the file, the tree, the sections, then what only the whole can show. Every fault is told
 * where it stands, and reading goes on, so that one run of `config check` shows them all. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORE_NAME "dnsvigil.db"
#define STORE_FOLDER "/var/lib/dnsvigil"

/* systemd hands a service its folder; several come with colons between. */
static const char *store_default(struct config_reader *r)
{
	const char *folder = r->from->env != NULL ? r->from->env("STATE_DIRECTORY") : NULL;
	if (folder == NULL || *folder != '/')
		return STORE_FOLDER "/" STORE_NAME;
	return arena_printf(r->arena, "%.*s/" STORE_NAME, (int)strcspn(folder, ":"), folder);
}

static void set_what_is_no_key(struct config *c)
{
	c->addr_allowed = ADDR_PUBLIC;
	c->base_url = "";
	c->place = "";
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_default_route(struct config *c)
{
	struct route all = { .min_severity = "warning" };
	if (c->routes.n > 0 || c->channels.n == 0)
		return;
	for (uint32_t i = 0; i < c->channels.n; i++)
		list_push(c->arena, &all.channels, c->channels.at[i].name);
	qsort(all.channels.at, all.channels.n, sizeof all.channels.at[0], by_text);     /* as a written route is */
	list_push(c->arena, &c->routes, all);
}

static void read_root(struct config_reader *r, const struct yaml_node *root)
{
	struct config *c = r->config;
	if (!config_section_read(r, IN_TOP, root, c))
		return;
	c->has_quiet = yaml_get(root, "quiet_hours") != NULL;
	if (c->store_path == NULL)
		c->store_path = store_default(r);
	config_check_numbers(r, root);
	config_check_channels(r, root);
	config_check_routes(r, root);
	add_default_route(c);
}

static int read_text(struct config_reader *r, const char *text, size_t len)
{
	struct yaml_node *root;
	struct yaml_fault fault;
	if (yaml_read(r->arena, text, len, &root, &fault) != E_OK)
		config_fault_at(r, r->file, fault.line, fault.column, "%s", fault.text);
	else if (root == NULL)
		config_fault_at(r, r->file, 1, 1, "the file says nothing: it wants at least zones: and channels:");
	else
		read_root(r, root);
	return r->faults == 0 ? E_OK : E_SYNTAX;
}

int config_read(struct arena *a, const struct config_source *from, struct config **out, struct err_at *at)
{
	struct config_reader r = { .arena = a, .from = from, .file = from->path, .first = at };
	size_t len;
	*at = (struct err_at){ .file = from->path };
	*out = NULL;
	const char *text = config_file(&r, NULL, from->path, LIMIT_YAML_BYTES, &len);
	if (text == NULL) {
		snprintf(at->text, sizeof at->text, "cannot be read: %s", strerror(errno));
		return E_SYSTEM;
	}
	r.config = ARENA_NEW(a, struct config);
	r.config->arena = a;
	set_what_is_no_key(r.config);
	int rc = read_text(&r, text, len);
	if (rc == E_OK)
		*out = r.config;
	return rc;
}
