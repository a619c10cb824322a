/* incident_tell -- an incident is told when its siblings have had time to gather, again when it grows, worsens or comes nearer,
 * reminded of, and resolved when its last zone has left. What comes and goes again and again stays open until it has been quiet
 * for a while. */
#include "watch/inside.h"
#include <string.h>

enum { GROWTH = 10 };

/* 0: above the ladder, or without a deadline; 1: below its highest rung; and so on down. */
static unsigned rung_of(const struct observer *o, struct wall breaks_at, struct wall at)
{
	struct ladder ladder = { .n = o->config->n_ladder };
	memcpy(ladder.rungs_s, o->config->ladder_s, sizeof ladder.rungs_s);
	if (breaks_at.s == INT64_MAX || breaks_at.s <= at.s)
		return 0;
	unsigned rung = ladder_rung(&ladder, breaks_at.s - at.s);
	return rung == ladder.n ? 0 : rung + 1;
}

/* A change that nobody undid: told for its time, then closed. */
static bool has_lapsed(const struct incident *i, const struct alert *l, struct wall at)
{
	bool is_change = *l->before != '\0' || *l->after != '\0', by_config = is_pinned_change(i->finding);
	return is_change && !by_config && at.s - i->opened_at.s >= DRIFT_HOLD_S;
}

/* The alert as kept, with what is so now. */
static struct alert *alert_now(struct observer *o, const struct incident *i, enum alert_kind kind, struct wall at)
{
	struct arena *a = o->scratch;
	struct alert *l;
	struct err_at where = { 0 };
	store_names names = { 0 };
	if (alert_from_json(a, i->doc, strlen(i->doc), &l, &where) != E_OK)
		return NULL;
	l->kind = kind;
	l->at = at;
	l->word = kind == ALERT_RESOLVED ? "OK" : verdict_text(i->word);
	if (kind == ALERT_RESOLVED && i->came_as != VERDICT_OK) {
		l->word = verdict_text(i->came_as);
		l->cause = arena_printf(a, "What was foreseen has come; see the incident of now. It was: %s", l->cause);
	}
	if (kind == ALERT_RESOLVED && has_lapsed(i, l, at))
		l->cause = arena_printf(a, "Told %d hours ago and closed; this does not say that it was undone. It was: %s", DRIFT_HOLD_S / 3600, l->cause);
	else if (kind == ALERT_RESOLVED)
		l->before = l->after = "";      /* it is as it was */
	if (kind != ALERT_RESOLVED && i->flaps >= FLAPS_MAX)
		l->cause = arena_printf(a, "It comes and goes, and is told as over when it was quiet for %d minutes: %s", FLAP_HOLD_S / 60, l->cause);
	l->severity = severity_text(i->severity);
	l->resolved_at = kind == ALERT_RESOLVED ? at : WALL_NEVER;
	if (kind != ALERT_RESOLVED && store_incident_zones(o->store, a, i->id, 20, &names) == E_OK && names.n > 0) {
		l->zones.n = 0;
		for (uint32_t k = 0; k < names.n; k++)
			list_push(a, &l->zones, names.at[k]);
	}
	l->n_zones = i->n_zones > 0 ? i->n_zones : i->told_zones;
	return l;
}

/* The message names only some of many zones; what people muted is asked of all. */
static bool is_silenced(const struct observer *o, const struct incident *i, const struct alert *l, struct wall at)
{
	struct alert all = *l;
	store_names names = { 0 };
	if (all.n_zones > all.zones.n && store_incident_zones(o->store, o->scratch, i->id, UINT32_MAX, &names) == E_OK) {
		memset(&all.zones, 0, sizeof all.zones);
		for (uint32_t k = 0; k < names.n; k++)
			list_push(o->scratch, &all.zones, names.at[k]);
	}
	return is_muted(o, &all, at);
}

static int tell_it(struct observer *o, struct incident *i, enum alert_kind kind, struct wall at, bool *told)
{
	struct alert *l = alert_now(o, i, kind, at);
	struct incident_row row;        /* of the file, also while memory stands in for it: mutes and acknowledgements stand there */
	bool found = false;
	*told = false;
	if (l == NULL)
		return E_OK;
	/* The end of what was told is told whatever is muted now: pagers would keep it open for ever. */
	bool may_be_muted = kind != ALERT_RESOLVED;
	if (store_incident(o->real_store, o->scratch, i->id, &row, &found) == E_OK && found && may_be_muted &&
	    row.muted_until.s != INT64_MAX && row.muted_until.s > at.s)
		return E_OK;
	if (may_be_muted && is_silenced(o, i, l, at))
		return E_OK;
	if (kind == ALERT_REMINDER && found && row.acked_at.s != INT64_MAX)
		return E_OK;            /* somebody has it in hand */
	*told = true;
	return tell(o, o->scratch, l, at);
}

/* What hurts somebody is reminded of; what will is told again on each rung of the ladder. */
static bool is_reminder_due(const struct observer *o, const struct incident *i, struct wall at)
{
	return i->word != VERDICT_AT_RISK && i->reminders < o->config->n_remind && at.s - i->opened_at.s >= o->config->remind_s[i->reminders];
}

static int tell_open(struct observer *o, struct incident *i, struct wall at)
{
	bool told, first = i->told_at.s == INT64_MAX;
	if (at.s < i->silent_until.s)
		return E_OK;
	bool grown = i->n_zones >= i->told_zones * GROWTH && i->n_zones > i->told_zones + GROWTH && at.s - i->told_at.s >= GROWTH_S;
	bool worse = i->severity > i->told_severity;
	unsigned rung = rung_of(o, i->breaks_at, at);
	if (i->told_rung == RUNG_UNKNOWN && !first && i->breaks_at.s != INT64_MAX)     /* loaded, and looked at again */
		i->told_rung = rung_of(o, i->breaks_at, i->told_at);
	bool nearer = i->word == VERDICT_AT_RISK && i->told_rung != RUNG_UNKNOWN && rung > i->told_rung;
	bool reminder = !first && is_reminder_due(o, i, at);
	if (first ? at.s - i->opened_at.s < GROUP_WAIT_S : !worse && !grown && !nearer && !reminder)
		return E_OK;
	enum alert_kind kind = first ? ALERT_OPENED : worse || grown || nearer ? ALERT_CHANGED : ALERT_REMINDER;
	int e = tell_it(o, i, kind, at, &told);
	if (reminder)
		i->reminders++;
	if (e == E_OK && !told)
		i->silent_until = (struct wall){ at.s + MUTED_S };
	if (e != E_OK || (!told && !reminder))
		return e;
	while (first && told && is_reminder_due(o, i, at))
		i->reminders++;         /* told late, after a mute: this is the reminder */
	if (told) {
		i->told_at = at;
		i->told_zones = i->n_zones;
		i->told_severity = i->severity;
		i->told_rung = rung;
	}
	e = observer_writes(o);
	return e == E_OK ? incident_save(o, i) : e;
}

static int resolve(struct observer *o, struct incident *i, struct wall at)
{
	bool told;
	if (i->flaps >= FLAPS_MAX && at.s - i->changed_at.s < FLAP_HOLD_S)
		return E_OK;
	i->resolved = true;
	i->resolved_at = i->changed_at = at;
	int e = observer_writes(o);
	if (e == E_OK && i->told_at.s != INT64_MAX)
		e = tell_it(o, i, ALERT_RESOLVED, at, &told);
	if (e == E_OK)
		e = incident_note(o, i, "incident-resolved", "", at);
	return e == E_OK ? incident_save(o, i) : e;
}

int incidents_tell(struct observer *o, struct wall at)
{
	int e = E_OK;
	uint32_t open = 0;
	for (struct incident **p = &o->incidents; *p != NULL && e == E_OK;) {
		struct incident *i = *p;
		if (i->resolved && at.s - i->resolved_at.s >= REOPEN_S) {
			*p = i->next;
			incident_free(i);
			continue;
		}
		if (!i->resolved && i->n_zones == 0)
			e = resolve(o, i, at);
		else if (!i->resolved)
			e = tell_open(o, i, at);
		open += !i->resolved;
		p = &i->next;
	}
	o->vitals.open_incidents = open;
	return e;
}
