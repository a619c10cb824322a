/* body -- the JSON object of a request, read strictly into C values: an unknown key, a wrong kind, a key twice are problems told
 * with a pointer. (jansson.h and base/json.h cannot stand in one file.) */
#pragma once
#include "base/arena.h"
#include <stdbool.h>

struct request;
typedef LIST(const char *) body_texts;
enum body_kind {
	BODY_TEXT,      /* const char *; stays as it is where the key is missing */
	BODY_TEXTS,     /* body_texts */
	BODY_BOOL,      /* bool */
	BODY_OBJECT,    /* inside: its fields */
};
struct body_field { const char *key; enum body_kind kind; void *out; const struct body_field *inside; /* ends with key NULL */ };
/* fields end with key NULL. An empty body is an empty object. False: the problem is told. */
bool body_read(struct request *r, const struct body_field *fields);
/* The same of a text that is a part of the body (a line). */
bool body_read_part(struct request *r, const char *text, size_t len, const struct body_field *fields);
/* Content-Type is that one; false: 415 is told. */
bool body_is_of_type(struct request *r, const char *type);
