/* The text is looked through for what is no text at all before libyaml sees it: its reader tells octets, not lines. */
#include "watch/yaml_tree.h"
#include "base/limits.h"
#include "base/utf8.h"
#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct anchor_name { const char *name; struct yaml_node *node; };
struct building {
	struct arena *arena;
	yaml_parser_t parser;
	struct yaml_node *stack[LIMIT_YAML_DEPTH];
	unsigned depth;
	uint32_t weight;                /* of all that is there */
	struct yaml_node *root;
	LIST(struct anchor_name) anchors;
	struct yaml_fault *fault;
};

static int fault_at(struct yaml_fault *f, unsigned line, unsigned column, const char *text)
{
	*f = (struct yaml_fault){ .line = line, .column = column };
	snprintf(f->text, sizeof f->text, "%s", text);
	return E_SYNTAX;
}

static int mark_fault(struct building *b, yaml_mark_t m, const char *text)
{
	return fault_at(b->fault, (unsigned)m.line + 1, (unsigned)m.column + 1, text);
}

void yaml_place(const char *text, size_t at, unsigned *line, unsigned *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			*line += 1;
			*column = 1;
		} else if ((text[i] & 0xc0) != 0x80) {
			*column += 1;
		}
	}
}

static int octet_fault(const char *text, size_t at, struct yaml_fault *f, const char *what)
{
	unsigned line, column;
	yaml_place(text, at, &line, &column);
	return fault_at(f, line, column, what);
}

static int check_octets(const char *text, size_t len, struct yaml_fault *f)
{
	if (len > LIMIT_YAML_BYTES)
		return fault_at(f, 1, 1, "the file is too large");
	if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
		return fault_at(f, 1, 1, "this is UTF-16: save it as UTF-8");
	for (size_t i = 0; i < len;) {
		uint32_t code;
		unsigned n = utf8_next((const uint8_t *)text + i, len - i, &code);
		if (n == 0)
			return octet_fault(text, i, f, "this octet is no UTF-8");
		if ((code < 0x20 && code != '\n' && code != '\r' && code != '\t') || code == 0x7f)
			return octet_fault(text, i, f, "a control character stands here");
		i += n;
	}
	return E_OK;
}

/* Marks count characters, not octets. */
static bool is_tab(const char *text, size_t len, yaml_mark_t m)
{
	size_t at = 0, column = 0;
	for (size_t line = 0; line < m.line; line++) {
		const char *end = memchr(text + at, '\n', len - at);
		if (end == NULL)
			return false;
		at = (size_t)(end - text) + 1;
	}
	for (; at < len && column < m.column; at++)
		column += at + 1 >= len || (text[at + 1] & 0xc0) != 0x80;
	return at < len && text[at] == '\t';
}

static int parser_fault(struct building *b, const char *text, size_t len)
{
	const yaml_parser_t *p = &b->parser;
	yaml_mark_t m = p->problem_mark;
	const char *what = p->problem != NULL ? p->problem : "this is no YAML";
	if (is_tab(text, len, m))
		what = "a tab: YAML indents with spaces";
	else if (strstr(what, "did not find expected key") != NULL)
		what = "no key where one is expected: is the indentation right?";
	else if (strstr(what, "mapping values are not allowed") != NULL)
		what = "a second \": \" in one line: put the value in quotes, or begin a new line";
	else if (strstr(what, "could not find expected ':'") != NULL)
		what = "this line has no \": \" after its key";
	else if (strstr(what, "unexpected end of stream") != NULL)
		return mark_fault(b, p->context_mark, "a quote is opened and never closed");
	else if (strstr(what, "did not find expected ',' or") != NULL)
		what = "a [ or { is opened and not closed";
	return mark_fault(b, m, what);
}

static int add_weight(struct building *b, uint32_t weight, yaml_mark_t m)
{
	b->weight += weight;
	return b->weight <= LIMIT_YAML_NODES ? E_OK : mark_fault(b, m, "too many values in one file");
}

static int place(struct building *b, struct yaml_node *n, yaml_mark_t m)
{
	struct yaml_node *parent = b->depth > 0 ? b->stack[b->depth - 1] : NULL;
	if (parent == NULL) {
		b->root = n;
		return E_OK;
	}
	if (parent->kind == YAML_MAPPING && parent->items.n % 2 == 0 && n->kind != YAML_TEXT)
		return mark_fault(b, m, "a key must be a word");
	list_push(b->arena, &parent->items, n);
	return E_OK;
}

static int keep_anchor(struct building *b, const yaml_char_t *anchor, struct yaml_node *n, yaml_mark_t m)
{
	if (anchor == NULL)
		return E_OK;
	if (b->anchors.n >= LIMIT_YAML_ANCHORS)
		return mark_fault(b, m, "too many anchors");
	const char *name = arena_text(b->arena, (const char *)anchor);
	list_push(b->arena, &b->anchors, (struct anchor_name){ name, n });
	return E_OK;
}

static int begin(struct building *b, enum yaml_kind kind, const yaml_event_t *e, const yaml_char_t *anchor,
		 const yaml_char_t *tag, struct yaml_node **out)
{
	yaml_mark_t m = e->start_mark;
	if (tag != NULL)
		return mark_fault(b, m, "tags (!...) are not used here");
	struct yaml_node *n = ARENA_NEW(b->arena, struct yaml_node);
	*n = (struct yaml_node){ .kind = kind, .text = "", .weight = 1, .line = (unsigned)m.line + 1,
				 .column = (unsigned)m.column + 1 };
	*out = n;
	int rc = add_weight(b, 1, m);
	if (rc == E_OK)
		rc = place(b, n, m);
	return rc == E_OK ? keep_anchor(b, anchor, n, m) : rc;
}

static int begin_nest(struct building *b, enum yaml_kind kind, const yaml_event_t *e, const yaml_char_t *anchor,
		      const yaml_char_t *tag)
{
	struct yaml_node *n;
	if (b->depth >= LIMIT_YAML_DEPTH)
		return mark_fault(b, e->start_mark, "nested too deep");
	int rc = begin(b, kind, e, anchor, tag, &n);
	if (rc != E_OK)
		return rc;
	n->open = true;
	b->stack[b->depth++] = n;
	return E_OK;
}

static int end_nest(struct building *b)
{
	struct yaml_node *n = b->stack[--b->depth];
	n->open = false;
	for (uint32_t i = 0; i < n->items.n; i++)
		n->weight += n->items.at[i]->weight;
	return E_OK;
}

static int scalar(struct building *b, const yaml_event_t *e)
{
	struct yaml_node *n;
	const yaml_char_t *tag = e->data.scalar.tag;
	int rc = begin(b, YAML_TEXT, e, e->data.scalar.anchor, tag, &n);
	if (rc != E_OK)
		return rc;
	n->len = e->data.scalar.length;
	n->text = arena_printf(b->arena, "%.*s", (int)n->len, (const char *)e->data.scalar.value);
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	/* "\0" in double quotes is the one way left to bring a NUL. */
	if (strlen(n->text) != n->len)
		return mark_fault(b, e->start_mark, "a NUL stands in this text");
	return E_OK;
}

/* The alias stands for the node itself; what it weighs is paid at each use, so nine lines of nine aliases are not cheap. */
static int alias(struct building *b, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	for (uint32_t i = b->anchors.n; i-- > 0;) {
		struct yaml_node *n = b->anchors.at[i].node;
		if (strcmp(b->anchors.at[i].name, name) != 0)
			continue;
		if (n->open)
			return mark_fault(b, e->start_mark, "this alias stands inside its own anchor");
		int rc = add_weight(b, n->weight, e->start_mark);
		return rc == E_OK ? place(b, n, e->start_mark) : rc;
	}
	return mark_fault(b, e->start_mark, "this alias has no anchor");
}

static int learn(struct building *b, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT: return scalar(b, e);
	case YAML_ALIAS_EVENT: return alias(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return begin_nest(b, YAML_LIST, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return begin_nest(b, YAML_MAPPING, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT: case YAML_MAPPING_END_EVENT: return end_nest(b);
	case YAML_DOCUMENT_START_EVENT:
		return b->root == NULL ? E_OK : mark_fault(b, e->start_mark, "a second document: only one is read");
	default: return E_OK;
	}
}

static int read_events(struct building *b, const char *text, size_t len)
{
	for (;;) {
		yaml_event_t e;
		if (!yaml_parser_parse(&b->parser, &e))
			return parser_fault(b, text, len);
		bool last = e.type == YAML_STREAM_END_EVENT;
		int rc = learn(b, &e);
		yaml_event_delete(&e);
		if (rc != E_OK || last)
			return rc;
	}
}

int yaml_read(struct arena *a, const char *text, size_t len, struct yaml_node **out, struct yaml_fault *fault)
{
	*out = NULL;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {         /* a byte order mark at the start is no fault */
		text += 3;
		len -= 3;
	}
	int rc = check_octets(text, len, fault);
	if (rc != E_OK)
		return rc;
	struct building b = { .arena = a, .fault = fault };
	if (!yaml_parser_initialize(&b.parser))
		return fault_at(fault, 0, 0, "out of memory");
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, len);
	rc = read_events(&b, text, len);
	yaml_parser_delete(&b.parser);
	if (rc == E_OK)
		*out = b.root;
	return rc;
}

const struct yaml_node *yaml_get(const struct yaml_node *m, const char *key)
{
	if (m == NULL || m->kind != YAML_MAPPING)
		return NULL;
	for (uint32_t i = 0; i + 1 < m->items.n; i += 2)
		if (strcmp(m->items.at[i]->text, key) == 0)
			return m->items.at[i + 1];
	return NULL;
}
