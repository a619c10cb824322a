/* zones_import -- many zones at once: a JSON object a line, answered by a line each. What is right is done, what is wrong is told with
 * its line; all that is done is one transaction. */
#include "api/body.h"
#include "api/wish.h"
#include "api/zone_change.h"
#include <string.h>

static bool dry_run_asked(struct request *r, bool *out)
{
	const char *word = query_of(r, "dry_run");
	*out = word != NULL && strcmp(word, "true") == 0;
	if (word == NULL || *out || strcmp(word, "false") == 0)
		return true;
	problem(r, 400, "query", "dry_run is wrong", "dry_run is true or false.", NULL);
	return false;
}

static enum zone_change take(struct request *r, const char *line, size_t len, const char **zone)
{
	struct watched_row w = { .tags = "", .owner = "", .expect = "" };
	struct known k;
	const char *typed = "";
	if (!wish_read(r, line, len, &typed, &w) || (w.zone = name_asked(r, typed, "/zone", NULL)) == NULL || !zone_know(r, w.zone, &k))
		return ZONE_REFUSED;
	*zone = w.zone;
	return zone_wish(r, &w, &k);
}

static void answer_line(struct text *out, uint32_t n, const char *zone, enum zone_change change, const struct text *why)
{
	static const char *const words[] = { [ZONE_SAME] = "same", [ZONE_CHANGED] = "change", [ZONE_ADDED] = "add" };
	struct json j;
	if (change == ZONE_REFUSED) {
		text_addf(out, "{\"line\":%u,\"problem\":%s}\n", n, why->at);
		return;
	}
	json_init(&j, out, false);
	json_object(&j);
	json_field_int(&j, "line", n);
	json_field_text(&j, "zone", zone);
	json_field_text(&j, "change", words[change]);
	json_object_end(&j);
	text_add(out, "\n");
}

/* False: the store fails, and the reply says so. */
static bool import(struct request *r, struct text *out)
{
	const char *at = r->body != NULL ? r->body : "";
	for (uint32_t n = 1; *at != '\0'; n++) {
		size_t len = strcspn(at, "\n");
		const struct reply before = r->reply;
		const char *zone = "";
		if (strspn(at, " \t\r") < len) {
			enum zone_change change = take(r, at, len, &zone);
			if (r->reply.status == 503)
				return false;
			answer_line(out, n, zone, change, &r->reply.body);
			r->reply = before;
		}
		at += len + (at[len] == '\n');
	}
	return true;
}

void route_zones_import(struct request *r)
{
	static const char type[] = "application/x-ndjson";
	struct text out;
	bool dry_run;
	if (!dry_run_asked(r, &dry_run) || !body_is_of_type(r, type) || !store_is_open(r, true) || !store_went_well(r, store_begin(r->store)))
		return;
	text_init(&out, r->arena);
	bool well = import(r, &out);
	if (!well || dry_run)
		store_rollback(r->store);
	else if (!store_went_well(r, store_commit(r->store)))
		return;
	if (!well)
		return;
	r->reply.body = out;
	r->reply.type = type;
}
