/* past -- what was seen of a zone: the rows of its history, the evidence of each, and the report that evidence gives again. */
#include "api/inside.h"
#include "base/limits.h"
#include "check/check.h"
#include "report/report.h"
#include <string.h>

static const char *zone_in_store(struct request *r)
{
	const char *zone = name_asked(r, r->rest, NULL, NULL);
	struct zone_row row;
	bool found;
	if (zone == NULL || !store_is_open(r, false) || !store_went_well(r, store_zone(r->store, r->arena, zone, &row, &found)))
		return NULL;
	if (found)
		return zone;
	problem(r, 404, "not-watched", "This zone is not watched", arena_printf(r->arena, "%s was never looked at here.", zone), NULL);
	return NULL;
}

/* The row in force at ?at=, the newest when not said. */
static bool row_asked(struct request *r, struct history_row *out)
{
	struct wall at;
	bool found;
	if (!moment_asked(r, "at", WALL_NEVER, &at))
		return false;
	const char *zone = zone_in_store(r);
	if (zone == NULL || !store_went_well(r, store_history_at(r->store, r->arena, zone, at, out, &found)))
		return false;
	if (!found || out->evidence == NULL) {
		problem(r, 404, "no-evidence", "Nothing was kept of that moment",
			found ? "The evidence of it was pruned or lost." : "The zone was not looked at by then.", NULL);
		return false;
	}
	return true;
}

/* Signatures are renewed without a new row, so what was seen is judged for the moment it was seen at, or its own sake for another
 * one that is named: what would it have meant then? */
static bool judged(struct request *r, const struct history_row *row, bool named, struct wall at, struct crypto *crypto, struct check **out)
{
	struct err_at where = { 0 };
	if (check_replay(row->evidence, row->evidence_len, crypto, named ? &at : NULL, out, &where) == E_OK)
		return true;
	problem(r, 500, "evidence", "The evidence cannot be read", arena_text(r->arena, where.text), NULL);
	return false;
}

void route_zone_report(struct request *r)
{
	struct history_row row;
	struct check *check = NULL;
	struct wall at;
	bool named = query_of(r, "judged_at") != NULL;
	if (!moment_asked(r, "judged_at", WALL_NEVER, &at) || !row_asked(r, &row))
		return;
	struct crypto *crypto = crypto_new();
	if (judged(r, &row, named, at, crypto, &check)) {
		const struct check_result *result = check_result(check);
		struct wall of = named ? at : result->evidence->collected_at;
		report_json(report_make(r->arena, result, of, r->api->o.version), &r->reply.body);
	}
	check_free(&check);
	crypto_free(&crypto);
}

void route_zone_evidence(struct request *r)
{
	struct history_row row;
	if (!row_asked(r, &row))
		return;
	text_add_n(&r->reply.body, row.evidence, row.evidence_len);
	r->reply.type = "text/plain; charset=utf-8";
}

static void add_row(struct json *j, const struct history_row *h)
{
	json_object(j);
	json_field_int(j, "id", h->id);
	json_field_wall(j, "from", h->from);
	json_field_wall(j, "to", h->to);
	json_field_text(j, "verdict", h->word);
	json_field_text(j, "finding", *h->finding != '\0' ? h->finding : NULL);
	json_field_text(j, "fingerprint", h->fingerprint);
	json_field_text(j, "snapshot", h->snapshot != NULL ? arena_printf(j->out->arena, "%.*s", (int)h->snapshot_len, h->snapshot) : NULL);
	json_object_end(j);
}

void route_zone_history(struct request *r)
{
	struct wall since;
	uint32_t limit;
	history_rows rows = { 0 };
	struct json j;
	if (!limit_asked(r, &limit) || !moment_asked(r, "since", (struct wall){ INT64_MIN }, &since))
		return;
	const char *zone = zone_in_store(r);
	if (zone == NULL || !store_went_well(r, store_history(r->store, r->arena, zone, since, limit, &rows)))
		return;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_field_text(&j, "zone", zone);
	json_key(&j, "history");
	json_array(&j);
	for (uint32_t i = 0; i < rows.n; i++)
		add_row(&j, &rows.at[i]);
	json_array_end(&j);
	json_object_end(&j);
}
