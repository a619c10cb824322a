#include "api/event_json.h"
#include <stdlib.h>
#include <string.h>

void event_json(struct json *j, const struct event_row *e)
{
	json_object(j);
	json_field_int(j, "id", e->id);
	json_field_wall(j, "at", e->at);
	json_field_text(j, "zone", e->zone);
	json_field_text(j, "kind", e->kind);
	json_field_text(j, "severity", e->severity);
	json_field_bool(j, "expected", e->expected);
	json_field_text(j, "before", e->before);
	json_field_text(j, "after", e->after);
	json_field_text(j, "text", e->text);
	json_field_text(j, "incident", *e->incident != '\0' ? e->incident : NULL);
	json_object_end(j);
}

bool event_id_asked(struct request *r, const char *word, int64_t *out)
{
	enum { DIGITS_MAX = 18 };       /* fits int64_t */
	if (word == NULL)
		return true;
	if (*word != '\0' && strlen(word) <= DIGITS_MAX && word[strspn(word, "0123456789")] == '\0') {
		*out = strtoll(word, NULL, 10);
		return true;
	}
	problem(r, 400, "query", "That is no event's id", "An id of an event is a whole number.", NULL);
	return false;
}
