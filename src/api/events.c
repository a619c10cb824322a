/* events -- what happened, for people and machines: a list, or, where the client accepts text/event-stream, as it happens. */
#include "api/event_json.h"
#include "api/stream.h"
#include <string.h>

static bool order_is_known(struct request *r, const char *order, bool *newest_first)
{
	*newest_first = order == NULL || strcmp(order, "newest") == 0;
	if (*newest_first || strcmp(order, "oldest") == 0)
		return true;
	problem(r, 400, "query", "order is wrong", "order is newest or oldest (first).", NULL);
	return false;
}

static void show(struct request *r, struct event_query *q)
{
	event_rows rows = { 0 };
	uint32_t limit;
	struct json j;
	if (!limit_asked(r, &limit) || !order_is_known(r, query_of(r, "order"), &q->newest_first) ||
	    !event_id_asked(r, query_of(r, "cursor"), &q->after_id))
		return;
	q->limit = limit + 1;   /* is there a next page? */
	if (!store_is_open(r, false) || !store_went_well(r, store_events(r->store, r->arena, q, &rows)))
		return;
	const char *next = rows.n > limit ? arena_printf(r->arena, "%lld", (long long)rows.at[limit - 1].id) : NULL;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_key(&j, "events");
	json_array(&j);
	for (uint32_t i = 0; i < rows.n && i < limit; i++)
		event_json(&j, &rows.at[i]);
	json_array_end(&j);
	json_field_text(&j, "next", next);
	json_object_end(&j);
	r->reply.link_next = next != NULL ? next_page(r, next) : NULL;
}

void route_events(struct request *r)
{
	const char *zone = query_of(r, "zone"), *incident = query_of(r, "incident");
	const char *accept = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Accept");
	if (zone != NULL && (zone = name_asked(r, zone, NULL, NULL)) == NULL)
		return;
	if (accept != NULL && strstr(accept, "text/event-stream") != NULL)
		events_stream(r, zone, incident);
	else
		show(r, &(struct event_query){ .zone = zone, .incident = incident });
}
