#include "cli/history.h"
#include "cli/complain.h"
#include "cli/config.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ROWS_MAX = 64,
	WRITTEN_EVERY_S = 600,  /* watch/: how often "still the same" reaches the store */
	INTERVAL_S = 300,       /* where there is no configuration to say */
};

static bool config_is_named(const struct options *o)
{
	const char *variable = getenv("DNSVIGIL_CONFIG");
	return o->config != NULL || (variable != NULL && *variable != '\0');
}

/* Of a configuration that nobody named, what is wrong in it is no matter of `why`. */
static struct config *read_quietly(const struct options *o)
{
	struct config_source from = { .path = config_path_asked(o), .env = getenv, .without_secrets = true };
	struct config *c = NULL;
	struct err_at at;
	return config_read(o->arena, &from, &c, &at) == E_OK ? c : NULL;
}

static int open_store(struct recall *m, const char *path, bool named)
{
	struct err_at at = { 0 };
	if (!named && access(path, R_OK) != 0)
		return 0;
	if (store_open(path, &(struct store_options){ .read_only = true }, &m->store, &at) == E_OK || !named)
		return 0;
	return complain(EXIT_UNKNOWN, "the observer's memory %s cannot be opened: %s", path, at.text);
}

int history_begin(const struct options *o, struct recall *out)
{
	bool named = o->store != NULL || config_is_named(o);
	*out = (struct recall){ .o = o };
	if (!named && (o->root_hints != NULL || o->trust_anchor != NULL))
		return 0;
	if (o->config != NULL) {
		int code = config_load_for_zones(o, o->arena, &out->config);
		if (code != 0)
			return code;
	} else {
		out->config = read_quietly(o);
	}
	if (o->store != NULL)
		return open_store(out, o->store, true);
	return out->config != NULL ? open_store(out, out->config->store_path, o->config != NULL) : 0;
}

void history_end(struct recall *m)
{
	store_close(&m->store);
}

int history_fault(const struct recall *m)
{
	return complain(EXIT_UNKNOWN, "the observer's memory: %s", store_why(m->store));
}

struct wall history_covers(const struct recall *m, const struct history_row *row, struct wall checked_at)
{
	const struct config_zone *z = m->config != NULL ? config_zone_named(m->config, row->zone) : NULL;
	int64_t interval_s = z != NULL && z->interval_s != 0 ? z->interval_s : m->config != NULL ? m->config->interval_s : INTERVAL_S;
	struct wall last = row->to.s > checked_at.s ? row->to : checked_at;
	return (struct wall){ last.s + 2 * interval_s + WRITTEN_EVERY_S };
}

int history_pasts(const struct recall *m, const char *zone, struct history *out)
{
	history_rows rows = { 0 };
	struct arena *a = m->o->arena;
	int e = store_history(m->store, a, zone, (struct wall){ INT64_MIN }, ROWS_MAX, &rows);
	for (uint32_t i = 0; e == E_OK && i < rows.n; i++) {
		const struct history_row *r = &rows.at[i];
		struct snapshot *s;
		struct err_at at = { 0 };
		if (r->snapshot != NULL && snapshot_from_text(a, r->snapshot, r->snapshot_len, &s, &at) == E_OK)
			list_push(a, &out->pasts, (struct past){ r->from, r->to, s });
	}
	return e;
}
