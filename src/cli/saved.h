/* saved -- evidence files, read and judged again. What is wrong with one is complained of here. */
#pragma once
#include "check/check.h"
#include "cli/options.h"

struct saved { const char *file, *text; size_t len; struct wall collected_at; };
/* 0, or the exit code. */
int saved_evidence(const struct options *o, const char *file, struct saved *out);
int saved_check(const struct saved *s, struct crypto *crypto, struct wall at, struct check **out);
