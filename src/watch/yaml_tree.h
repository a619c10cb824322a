/* yaml_tree -- a YAML document as a tree of nodes that know where they stand. Every scalar is text, whatever it looks like: types
 * are the schema's business. Only what a configuration needs: one document, no tags, no merge keys. Bounded in depth, nodes
 * and octets, aliases counted as often as they are used (LIMIT_YAML_*), so that a few lines cannot mean a billion nodes. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAPPING };
struct yaml_node {
	enum yaml_kind kind;
	bool quoted;                    /* "..." or '...' or a block: not empty by accident */
	bool open;                      /* while it is built: an alias to it would be a ring */
	unsigned line, column;          /* from 1; columns count characters */
	uint32_t weight;                /* nodes, aliases counted as often as used */
	const char *text; size_t len;   /* YAML_TEXT: NUL-terminated, no NUL inside; "" else */
	LIST(struct yaml_node *) items; /* YAML_LIST; YAML_MAPPING: key, value, key, value... */
};
struct yaml_fault { unsigned line, column; char text[160]; };
/* *out NULL and E_OK: an empty document. E_SYNTAX: *fault says where and what. text need not end with NUL. */
MUST_CHECK int yaml_read(struct arena *a, const char *text, size_t len, struct yaml_node **out, struct yaml_fault *fault);
/* The value of the first such key, or NULL (also when m is NULL or no mapping). */
const struct yaml_node *yaml_get(const struct yaml_node *m, const char *key);
/* Columns and lines of an octet of the text. */
void yaml_place(const char *text, size_t at, unsigned *line, unsigned *column);
