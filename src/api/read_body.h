/* read_body -- the half of body.h that knows JSON and no request. */
#pragma once
#include "api/body.h"

struct body_fault { const char *pointer, *why; };
bool body_parse(struct arena *a, const char *body, size_t len, const struct body_field *fields, struct body_fault *fault);
