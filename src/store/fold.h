/* fold -- the base64 lines of an evidence text ("m ...") as octets: what two messages have in common lies at other offsets, so
 * their base64 shows nothing of it, and compression finds a third less. */
#pragma once
#include "base/text.h"

/* What is stored of a text: folded where that gives the very same text back, else as it is. */
void fold_text(const char *text, size_t len, struct text *out);
/* false: not what fold_text() makes. */
bool unfold_text(const char *at, size_t len, struct text *out);
