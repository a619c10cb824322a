/* text -- a growing text, and one escape per sink (SECURITY 5g). Knows no DNS. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>

struct text { struct arena *arena; char *at; size_t len, room; };  /* at is always NUL-terminated */

void text_init(struct text *t, struct arena *a);
void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_pad(struct text *t, size_t column, size_t line_start);       /* spaces up to a display column */

/* Text of the network (EDE text, NSID...) for a terminal: invalid UTF-8, C0, C1, DEL, bidi controls
 * and zero-width characters become \DDD per octet; cut at max_columns (0 = 160) with "...". */
const char *escape_terminal(struct arena *a, const uint8_t *bytes, size_t len, size_t max_columns);
/* The inside of a JSON string; invalid UTF-8 becomes U+FFFD, line separators are escaped. */
const char *escape_json(struct arena *a, const char *bytes, size_t len);
size_t text_columns(const char *utf8);                                 /* display width, wcwidth rules */
