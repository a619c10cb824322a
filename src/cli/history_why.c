/* history_why -- `why NAME --at TIME` for a moment that is over: the evidence that was in force then, judged again. */
#include "check/check.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/history.h"
#include "cli/show.h"
#include <string.h>

/* The question was chosen when the zone was put under watch: a type that is typed must be that one. */
static bool type_is_typed(const struct options *o)
{
	return o->type != NULL || o->objects.n > 2;
}

static int row_in_force(const struct recall *m, const char *zone, struct wall at, struct history_row *row, bool *found)
{
	struct zone_row now = { 0 };
	history_rows later = { 0 };
	bool known = false;
	int e = store_history_at(m->store, m->o->arena, zone, at, row, found);
	if (e != E_OK || !*found || row->evidence == NULL) {
		*found = false;
		return e;
	}
	e = store_zone(m->store, m->o->arena, zone, &now, &known);
	if (e == E_OK)
		e = store_history(m->store, m->o->arena, zone, (struct wall){ INT64_MIN }, 1, &later);
	bool newest = later.n == 1 && later.at[0].id == row->id;
	*found = at.s <= history_covers(m, row, known && newest ? now.checked_at : row->to).s;
	return e;
}

/* Signatures are renewed without a new row. So where what had been seen would have got worse by then, and was still seen unchanged,
 * it is judged for the moment it was collected. */
static bool judge_as_seen(const struct history_row *row, const struct check *then, const struct check *at_time, struct wall at)
{
	static const uint8_t rank[] = { [VERDICT_OK] = 0, [VERDICT_AT_RISK] = 1, [VERDICT_UNKNOWN] = 2, [VERDICT_DEGRADED] = 3, [VERDICT_SERVFAIL] = 4 };
	return at.s <= row->to.s && rank[check_result(at_time)->verdict->word] > rank[check_result(then)->verdict->word];
}

static int bad_row(const char *zone, const struct err_at *at)
{
	return complain(EXIT_UNKNOWN, "the evidence of %s in the observer's memory cannot be read: %s", zone, at->text);
}

static int show_row(const struct options *o, const struct history_row *row, struct wall at)
{
	struct crypto *crypto = crypto_new();
	struct check *then = NULL, *check = NULL;
	struct err_at where = { 0 };
	int code = 0;
	if (check_replay(row->evidence, row->evidence_len, crypto, NULL, &then, &where) != E_OK ||
	    check_replay(row->evidence, row->evidence_len, crypto, &at, &check, &where) != E_OK)
		code = bad_row(row->zone, &where);
	if (code == 0) {
		bool as_seen = judge_as_seen(row, then, check, at);
		struct memory memory = { .seen_at = check_result(then)->evidence->collected_at, .seen_until = row->to, .asked_for = at,
					 .since = WALL_NEVER };
		code = show_remembered(o, as_seen ? then : check, as_seen ? memory.seen_at : at, &memory);
	}
	check_free(&check);
	check_free(&then);
	crypto_free(&crypto);
	return code;
}

static bool type_fits(const struct options *o, const struct history_row *row, const struct setup *asked)
{
	struct evidence *e;
	struct err_at at = { 0 };
	if (!type_is_typed(o))
		return true;
	return evidence_from_text(o->arena, row->evidence, row->evidence_len, &e, &at) != E_OK || e->setup.type == asked->type;
}

bool history_why(const struct options *o, int *code)
{
	struct setup setup = { 0 };
	struct recall m = { .o = o };
	struct history_row row = { 0 };
	struct wall now = wall_now(), at;
	bool found = false;
	if (o->at == NULL || o->resolvers.n > 0)
		return false;
	*code = asked_question(o, 1, &setup);
	if (*code == 0)
		*code = asked_moment(o, now, &at);
	if (*code != 0)
		return true;
	if (at.s >= now.s)
		return false;
	*code = history_begin(o, &m);
	if (*code == 0 && m.store != NULL && row_in_force(&m, name_text(o->arena, setup.name), at, &row, &found) != E_OK)
		*code = history_fault(&m);
	found = found && *code == 0 && type_fits(o, &row, &setup);
	if (found)
		*code = show_row(o, &row, at);
	bool failed = *code != 0;
	history_end(&m);
	return found || failed;
}
