/* utf8 -- one code point at a time, and what a terminal makes of it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets of the code point at `at` (1-4), or 0 when it is no UTF-8 (RFC 3629: no surrogates, no
 * overlong forms, nothing above U+10FFFF) or len is 0. */
unsigned utf8_next(const uint8_t *at, size_t len, uint32_t *code_point);

/* Columns on a terminal: 0 (combining mark), 1 or 2 (East Asian wide). */
unsigned utf8_columns(uint32_t code_point);

/* Changes what is shown without being seen: C0, DEL, C1, bidi controls, zero-width and line separator
 * characters, tags, non-characters (Unicode TR 36). */
bool utf8_is_hidden(uint32_t code_point);
