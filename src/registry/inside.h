/* inside -- what the files of registry/ share; nobody else includes it. */
#pragma once
#include "registry/registry.h"
#include <jansson.h>

/* Strict JSON of at most LIMIT_RDAP_DEPTH; the caller gives it back with json_decref(). NULL with *why. */
json_t *rdap_json(const char *text, size_t len, const char **why);
uint32_t epp_status_of(const char *word);       /* of enum epp_status, in RDAP's or EPP's spelling; 0: none that matters here */
/* "Example.COM" as we write names; NULL: no name, or one that no registry has (LDH only). */
const char *rdap_name(struct arena *a, const char *text);
void registration_sort(struct registration *r);
