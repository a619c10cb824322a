/* schema -- the tables, and how an older file becomes a new one: one step a version, never changed once released. */
#pragma once
#include "store/sql.h"

enum { STORE_SCHEMA = 4, STORE_APPLICATION = 0x646e7376 /* "dnsv" */ };
/* Brings a file of an older version (0: empty) to version `to`, in one transaction; another process may have done it meanwhile. */
MUST_CHECK int schema_raise(struct store *s, int to);
MUST_CHECK int schema_pragma(struct store *s, const char *literal, int64_t *out);       /* "PRAGMA user_version" */
