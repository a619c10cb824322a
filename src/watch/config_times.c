/* Hours of the day, days of the week, moments. All UTC. */
#include "watch/config_inside.h"
#include <stdio.h>
#include <string.h>

static const char *const day_words[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* "07:30", "24:00"; -1 when it is none. */
static int minute(const char *at)
{
	for (int i = 0; i < 5; i++)
		if (i == 2 ? at[i] != ':' : at[i] < '0' || at[i] > '9')
			return -1;
	int hour = (at[0] - '0') * 10 + at[1] - '0', min = (at[3] - '0') * 10 + at[4] - '0';
	int all = hour * 60 + min;
	return min < 60 && all <= 1440 ? all : -1;
}

/* Two ints, from and until. */
bool config_read_hours(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	int *pair = field;
	if (!config_is_word(r, k, v))
		return false;
	int from = v->len == 11 && v->text[5] == '-' ? minute(v->text) : -1;
	int until = from >= 0 ? minute(v->text + 6) : -1;
	if (from < 0 || until < 0 || from == 1440)
		return config_fault(r, v, "%s: \"%s\" is no range of hours (like 22:00-07:00)", k->name, config_shown(r, v->text));
	if (from == until)
		return config_fault(r, v, "%s: %s is no time at all; the whole day is 00:00-24:00", k->name, config_shown(r, v->text));
	pair[0] = from;
	pair[1] = until;
	return true;
}

void config_show_hours(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	const int *pair = field;
	(void)a, (void)k;
	text_addf(out, "\"%02d:%02d-%02d:%02d\"", pair[0] / 60, pair[0] % 60, pair[1] / 60, pair[1] % 60);
}

static bool one_day(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	for (int i = 0; i < 7; i++)
		if (strcmp(v->text, day_words[i]) == 0) {
			*(int *)field |= 1 << i;
			return true;
		}
	return config_fault(r, v, "%s: \"%s\" is none of: %s", k->name, config_shown(r, v->text), k->help);
}

bool config_read_days(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	*(int *)field = 0;
	bool fine = config_each(r, k, v, field, one_day);
	return fine && *(int *)field == 0 ? config_fault(r, v, "%s wants at least one day", k->name) : fine;
}

void config_show_days(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	bool any = false;
	(void)a, (void)k;
	text_add(out, "[");
	for (int i = 0; i < 7; i++)
		if ((*(const int *)field & 1 << i) != 0) {
			text_addf(out, "%s%s", any ? ", " : "", day_words[i]);
			any = true;
		}
	text_add(out, "]");
}

/* A configuration means the same whenever it is read: no "now", no "+2h". */
bool config_read_moment(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v))
		return false;
	if (v->text[0] < '0' || v->text[0] > '9' || strchr(v->text, '-') == NULL ||
	    !wall_from_text(v->text, (struct wall){ 0 }, field))
		return config_fault(r, v, "%s: \"%s\" is no moment (like 2026-03-01T12:00:00Z)", k->name, config_shown(r, v->text));
	return true;
}

void config_show_moment(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	char text[WALL_TEXT_MAX];
	struct wall w = *(const struct wall *)field;
	(void)a, (void)k;
	if (w.s != 0 && w.s != WALL_NEVER.s)
		text_add(out, wall_text(w, text));
}
