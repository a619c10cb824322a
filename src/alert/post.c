/* post -- into the outbox, in the transaction of the state change. */
#include "alert/inside.h"

enum { DAY_MIN = 1440 };

static bool is_quiet(const struct quiet *q, int minute)
{
	if (q->from_min == q->until_min)
		return false;
	return q->from_min < q->until_min ? minute >= q->from_min && minute < q->until_min : minute >= q->from_min || minute < q->until_min;
}

/* The end of quiet hours, on the full minute; now, where there are none. */
static struct wall due_at(const struct alert *a, const struct quiet *q, struct wall now)
{
	int64_t second_of_day = ((now.s % 86400) + 86400) % 86400;
	int minute = (int)(second_of_day / 60);
	bool loud = q == NULL || severity_rank(a->severity, SEVERITY_ERROR) >= severity_rank(q->min_severity, SEVERITY_CRITICAL);
	if (loud || a->kind == ALERT_TEST || !is_quiet(q, minute))
		return now;
	int64_t wait_min = (q->until_min - minute + DAY_MIN) % DAY_MIN;
	return (struct wall){ now.s - second_of_day % 60 + wait_min * 60 };
}

int alert_post(struct store *s, struct arena *arena, const struct alert *a, const channel_list *to, const struct quiet *quiet, struct wall now)
{
	struct text json;
	text_init(&json, arena);
	alert_to_json(a, &json);
	for (uint32_t i = 0; i < to->n; i++) {
		struct outbox_row row = {
			.incident = a->incident ? a->incident : "", .channel = to->at[i]->name, .kind = alert_kind_id(a->kind),
			.dedup_key = alert_message_id(arena, a), .alert = json.at, .created_at = now, .due_at = due_at(a, quiet, now),
			.state = "waiting", .last_error = "", .remote_ref = "",
		};
		int64_t id;
		int e = store_add_outbox(s, &row, &id);
		if (e != E_OK)
			return e;
	}
	return E_OK;
}
