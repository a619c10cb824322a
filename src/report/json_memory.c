/* json_memory -- what was seen before, for programs. */
#include "base/json.h"
#include "report/inside.h"
#include "report/memory.h"

static void json_gone(struct json *j, const struct memory *m)
{
	json_key(j, "gone");
	json_array(j);
	for (uint32_t i = 0; i < m->gone.n; i++) {
		json_object(j);
		json_field_int(j, "tag", m->gone.at[i].tag);
		json_field_int(j, "algorithm", m->gone.at[i].algorithm);
		json_field_wall(j, "last_seen", m->gone.at[i].last_seen);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_keys_since(struct json *j, const struct memory *m)
{
	json_key(j, "keys");
	json_array(j);
	for (uint32_t i = 0; i < m->keys.n; i++) {
		json_object(j);
		json_field_int(j, "tag", m->keys.at[i].tag);
		json_field_int(j, "algorithm", m->keys.at[i].algorithm);
		json_field_wall(j, "since", m->keys.at[i].since);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_habits(struct json *j, const struct memory *m)
{
	json_key(j, "habits");
	json_array(j);
	for (uint32_t i = 0; i < m->habits.n; i++) {
		const struct memory_habit *h = &m->habits.at[i];
		json_object(j);
		json_field_text(j, "rrset", h->rrset);
		json_field_int(j, "resigned_before_end_s", h->left_s);
		json_field_int(j, "late_s", h->late_s);
		json_field_bool(j, "stopped", h->stopped);
		json_object_end(j);
	}
	json_array_end(j);
}

void json_memory(struct json *j, const struct report *r)
{
	const struct memory *m = r->memory;
	json_key(j, "memory");
	if (m == NULL) {
		json_null(j);
		return;
	}
	json_object(j);
	json_field_bool(j, "history", m->seen_at.s != WALL_NEVER.s);
	json_field_wall(j, "asked_for", m->asked_for);
	json_field_wall(j, "seen_at", m->seen_at);
	json_field_wall(j, "seen_until", m->seen_until);
	json_field_wall(j, "since", m->since);
	json_field_bool(j, "since_or_before", m->since_or_before);
	json_gone(j, m);
	json_keys_since(j, m);
	json_habits(j, m);
	json_object_end(j);
}
