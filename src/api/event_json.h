/* event_json -- one event as the API shows it, and how a query for events is read. */
#pragma once
#include "api/inside.h"

void event_json(struct json *j, const struct event_row *e);
/* A positive whole number in *out; false: it is none, and the problem is told. word NULL: *out stays. */
bool event_id_asked(struct request *r, const char *word, int64_t *out);
