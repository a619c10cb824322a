/* json -- a streaming JSON writer: fields in the order written, always valid, numbers and
 * strings only as given. Nesting errors are our bug (assert). */
#pragma once
#include "base/text.h"
#include "base/clock.h"

struct json { struct text *out; unsigned depth; bool pretty; uint8_t has_item[64]; bool after_key; };

void json_init(struct json *j, struct text *out, bool pretty);
void json_object(struct json *j);
void json_object_end(struct json *j);
void json_array(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, const char *key);
void json_text(struct json *j, const char *value);                     /* NULL -> null */
void json_int(struct json *j, int64_t value);
void json_bool(struct json *j, bool value);
void json_null(struct json *j);
void json_wall(struct json *j, struct wall w);                         /* RFC 3339; WALL_NEVER -> null */
void json_raw(struct json *j, const char *value);                      /* one value that is JSON already: a document kept as text */
/* key and value in one */
void json_field_text(struct json *j, const char *key, const char *value);
void json_field_int(struct json *j, const char *key, int64_t value);
void json_field_bool(struct json *j, const char *key, bool value);
void json_field_wall(struct json *j, const char *key, struct wall w);
