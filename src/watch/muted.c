/* muted -- what people asked not to be told for a time: by name or tag, and in windows of the configuration. */
#include "watch/inside.h"
#include <fnmatch.h>
#include <string.h>

static bool has_tag(const struct observer *o, const char *zone, const char *tag)
{
	const struct zone_watch *w = zones_find(o, zone);
	for (uint32_t i = 0; w != NULL && i < w->z->tags.n; i++)
		if (strcmp(w->z->tags.at[i], tag) == 0)
			return true;
	return false;
}

static bool name_fits(const char *zone, const char *pattern)
{
	size_t len = strlen(zone), n = strlen(pattern);
	bool dot_missing = n > 0 && pattern[n - 1] != '.';      /* patterns are written without the final dot */
	char bare[1024];
	if (len >= sizeof bare)
		return false;
	memcpy(bare, zone, len + 1);
	if (dot_missing && len > 1)
		bare[len - 1] = '\0';
	return fnmatch(pattern, bare, 0) == 0;
}

/* An incident that goes beyond the pattern is not silenced by it. */
static bool pattern_fits(const struct observer *o, const struct alert *l, const char *pattern)
{
	bool by_tag = strncmp(pattern, "tag:", 4) == 0;
	for (uint32_t i = 0; i < l->zones.n; i++)
		if (!(by_tag ? has_tag(o, l->zones.at[i], pattern + 4) : name_fits(l->zones.at[i], pattern)))
			return false;
	return l->zones.n > 0 && l->n_zones == l->zones.n;
}

static bool minutes_fit(int minute, int from, int until)
{
	return from <= until ? minute >= from && minute < until : minute >= from || minute < until;
}

static bool window_fits(const struct observer *o, const struct config_window *w, const struct alert *l, struct wall at)
{
	int64_t day = at.s / 86400;
	int minute = (int)(at.s % 86400 / 60), weekday = (int)((day + 3) % 7);          /* 1970-01-01 was a Thursday; 0 Monday */
	return at.s >= w->from.s && at.s < w->until.s && (w->days_mask >> weekday & 1) != 0 && minutes_fit(minute, w->from_min, w->until_min) &&
	       pattern_fits(o, l, w->pattern);
}

bool is_muted(const struct observer *o, const struct alert *l, struct wall at)
{
	struct arena *a = o->scratch;
	mute_rows mutes = { 0 };
	for (uint32_t i = 0; i < o->config->windows.n; i++)
		if (window_fits(o, &o->config->windows.at[i], l, at))
			return true;
	if (store_mutes(o->real_store, a, at, &mutes) != E_OK)         /* where people wrote them, also while memory stands in */
		return false;           /* better told once too often */
	for (uint32_t i = 0; i < mutes.n; i++)
		if (pattern_fits(o, l, mutes.at[i].pattern))
			return true;
	return false;
}
