/* wish -- what somebody asks to be watched, read from JSON into the words of a store row. */
#pragma once
#include "api/inside.h"

/* One object. zone NULL: no such key is known (it stands in the path). out: all but added_at; zone only where it was asked for, as
 * typed. False: the problem is told. */
bool wish_read(struct request *r, const char *text, size_t len, const char **zone, struct watched_row *out);
/* What wish_read() reads, as it was understood: the same wishes are the same octets. */
void wish_json(struct json *j, const struct watched_row *w);
