/* base64 -- RFC 4648 4, with padding. */
#pragma once
#include "base/text.h"

void base64_add(struct text *out, const uint8_t *at, size_t len);
/* Octets written to out (room for 3 * len / 4), or -1 when it is no strict base64. */
long base64_read(const char *text, size_t len, uint8_t *out);
