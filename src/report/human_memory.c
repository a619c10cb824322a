/* human_memory -- what was seen before: that a report is history, since when it stands, keys that went, a signer's habit. */
#include "report/human.h"
#include "report/memory.h"

enum { HABITS_SHOWN = 3 };

void human_history(const struct report *r, struct screen *s)
{
	const struct memory *m = r->memory;
	if (m == NULL || m->seen_at.s == WALL_NEVER.s)
		return;
	const char *until = m->seen_until.s > m->seen_at.s ? arena_printf(r->arena, ", unchanged until %s", moment_text(r, m->seen_until)) : "";
	screen_wrap(s, KEEP_ALWAYS, "  history  ",
		    arena_printf(r->arena, "seen %s%s, from the observer's memory", moment_text(r, m->seen_at), until));
	if (m->asked_for.s != r->at.s)
		screen_wrap(s, KEEP_ALWAYS, "           ",
			    arena_printf(r->arena, "judged for when it was seen: on %s nothing had changed but newer signatures",
					 moment_text(r, m->asked_for)));
}

void human_since(const struct report *r, struct screen *s)
{
	const struct memory *m = r->memory;
	char span[WALL_TEXT_MAX];
	bool worth = r->verdict->word != VERDICT_OK || s->style->verbose;
	if (m == NULL || m->since.s == WALL_NEVER.s || !worth)
		return;
	screen_add(s, KEEP_USEFUL, "  since    %s%s, for %s", m->since_or_before ? "at least " : "", moment_text(r, m->since),
		   distance_text(r->at.s - m->since.s, span));
}

void human_gone(const struct report *r, struct screen *s)
{
	const struct memory *m = r->memory;
	for (uint32_t i = 0; m != NULL && i < m->gone.n; i++)
		screen_add(s, KEEP_TABLE + 1, "  gone       %5u  alg %-3u last seen %s (see --at)", m->gone.at[i].tag, m->gone.at[i].algorithm,
			   moment_text(r, m->gone.at[i].last_seen));
}

void human_habits(const struct report *r, struct screen *s)
{
	const struct memory *m = r->memory;
	unsigned shown = 0;
	for (uint32_t i = 0; m != NULL && i < m->habits.n; i++) {
		const struct memory_habit *h = &m->habits.at[i];
		char left[WALL_TEXT_MAX], late[WALL_TEXT_MAX];
		bool worth = h->late_s > 0 || r->verdict->word == VERDICT_AT_RISK || s->style->verbose;
		if (!worth || (shown == HABITS_SHOWN && !s->style->verbose))
			continue;
		const char *how = h->late_s == 0 ? "in time" : arena_printf(r->arena, "late by %s", distance_text(h->late_s, late));
		screen_wrap(s, KEEP_USEFUL, shown++ == 0 ? "  habit    " : "           ",
			    arena_printf(r->arena, "%s is normally re-signed %s before it expires: %s%s", h->rrset, distance_text(h->left_s, left), how,
					 h->stopped ? ", the signer has stopped" : ""));
	}
}

const struct memory_key *memory_of_key(const struct report *r, uint16_t tag, uint8_t algorithm)
{
	const struct memory *m = r->memory;
	for (uint32_t i = 0; m != NULL && i < m->keys.n; i++)
		if (m->keys.at[i].tag == tag && m->keys.at[i].algorithm == algorithm)
			return &m->keys.at[i];
	return NULL;
}
