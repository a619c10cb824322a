/* route -- which channels are told. */
#include "alert/inside.h"
#include <string.h>
#include <strings.h>

static size_t name_len(const char *name)
{
	size_t len = strlen(name);
	return len > 1 && name[len - 1] == '.' ? len - 1 : len;
}

static bool name_fits(const char *pattern, const char *name)
{
	size_t p = name_len(pattern), n = name_len(name);
	if (strcmp(pattern, "*") == 0)
		return true;
	if (strncmp(pattern, "*.", 2) == 0) {
		if (--p == 0)
			return strcmp(name, ".") != 0;  /* all below the root */
		/* ".example.com" is how the name must end, with a label before it */
		return n > p && strncasecmp(name + n - p, pattern + 1, p) == 0;
	}
	return n == p && strncasecmp(name, pattern, n) == 0;
}

static bool zones_fit(const struct route *r, const struct alert *a)
{
	if (r->zones.n == 0)
		return true;
	for (uint32_t i = 0; i < r->zones.n; i++) {
		if (a->scope != NULL && name_fits(r->zones.at[i], a->scope))
			return true;
		for (uint32_t k = 0; k < a->zones.n; k++)
			if (name_fits(r->zones.at[i], a->zones.at[k]))
				return true;
	}
	return false;
}

static bool tags_fit(const struct route *r, const struct alert *a)
{
	for (uint32_t i = 0; i < r->tags.n; i++)
		for (uint32_t k = 0; k < a->tags.n; k++)
			if (strcmp(r->tags.at[i], a->tags.at[k]) == 0)
				return true;
	return r->tags.n == 0;
}

static bool has(const channel_list *l, const struct channel *c)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->at[i] == c)
			return true;
	return false;
}

static void add_named(struct arena *arena, const char *name, const struct alert *a, const struct channel *channels, uint32_t n, channel_list *out)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct channel *c = &channels[i];
		bool wanted = a->kind != ALERT_RESOLVED || c->send_resolved;
		if (strcmp(c->name, name) == 0 && wanted && !has(out, c))
			list_push(arena, out, c);
	}
}

void alert_route(struct arena *arena, const struct alert *a, const struct route *routes, uint32_t n_routes, const struct channel *channels,
		 uint32_t n_channels, channel_list *out)
{
	memset(out, 0, sizeof *out);
	for (uint32_t i = 0; i < n_routes; i++) {
		const struct route *r = &routes[i];
		unsigned least = severity_rank(r->min_severity, SEVERITY_WARNING);
		if (severity_rank(a->severity, SEVERITY_ERROR) < least || !zones_fit(r, a) || !tags_fit(r, a))
			continue;
		for (uint32_t k = 0; k < r->channels.n; k++)
			add_named(arena, r->channels.at[k], a, channels, n_channels, out);
		if (!r->go_on)
			return;
	}
}
