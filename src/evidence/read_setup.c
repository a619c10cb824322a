/* The lines of the file that tell what was fixed before the first question. One row a word. */
#include "base/limits.h"
#include "evidence/inside.h"
#include <stdlib.h>
#include <string.h>

static bool read_name(struct reader *r, char **rest)
{
	struct setup *s = &r->e->setup;
	const uint8_t *name = r->seen_name ? NULL : field_name(r, rest);
	if (name == NULL)
		return false;
	s->name = name;
	r->seen_name = true;
	return field_type(rest, &s->type);
}

static bool read_depth(struct reader *r, char **rest)
{
	const char *word = field_next(rest);
	return word != NULL && depth_from_word(word, &r->e->setup.depth);
}

static bool read_collected(struct reader *r, char **rest)
{
	uint64_t s;
	const bool negative = **rest == '-';
	*rest += negative;
	if (r->seen_collected || !field_number(rest, INT64_MAX, &s))
		return false;
	r->e->collected_at.s = negative ? -(int64_t)s : (int64_t)s;
	r->seen_collected = true;
	return true;
}

static bool read_took(struct reader *r, char **rest)
{
	uint64_t ms;
	bool ok = field_number(rest, UINT32_MAX, &ms);
	r->e->took_ms = ok ? (uint32_t)ms : 0;
	return ok;
}

static bool read_stopped(struct reader *r, char **rest)
{
	uint64_t n;
	bool ok = field_number(rest, EVIDENCE_EXCHANGES_MAX, &n);
	r->e->stopped_after = ok ? (uint32_t)n : EVIDENCE_NOT_STOPPED;
	return ok;
}

static bool read_use(struct reader *r, char **rest)
{
	uint64_t v4, v6, tcp;
	if (!field_number(rest, 1, &v4) || !field_number(rest, 1, &v6) || !field_number(rest, 1, &tcp))
		return false;
	r->e->setup.use_ipv4 = v4 == 1;
	r->e->setup.use_ipv6 = v6 == 1;
	r->e->setup.tcp_only = tcp == 1;
	return true;
}

static bool read_port(struct reader *r, char **rest)
{
	uint64_t port;
	bool ok = field_number(rest, UINT16_MAX, &port);
	r->e->setup.port = ok ? (uint16_t)port : 0;
	return ok;
}

static bool read_allowed(struct reader *r, char **rest)
{
	uint64_t mask;
	bool ok = field_number(rest, ADDR_ANY, &mask);
	r->e->setup.addr_allowed = ok ? (uint8_t)mask : 0;
	return ok;
}

static bool read_budget(struct reader *r, char **rest)
{
	uint64_t questions, wall_ms;
	if (!field_number(rest, UINT32_MAX, &questions) || !field_number(rest, UINT32_MAX, &wall_ms))
		return false;
	r->e->setup.budget_questions = (uint32_t)questions;
	r->e->setup.budget_wall_ms = (uint32_t)wall_ms;
	return true;
}

static bool read_hint(struct reader *r, char **rest)
{
	struct hint h;
	if (r->e->setup.hints.n >= EVIDENCE_SETUP_MAX || (h.name = field_name(r, rest)) == NULL ||
	    !field_addr(rest, &h.addr))
		return false;
	list_push(r->arena, &r->e->setup.hints, h);
	return true;
}

static bool read_anchor(struct reader *r, char **rest)
{
	struct anchor n;
	if (r->e->setup.anchors.n >= EVIDENCE_SETUP_MAX || (n.owner = field_name(r, rest)) == NULL ||
	    !field_type(rest, &n.type) || (n.type != TYPE_DS && n.type != TYPE_DNSKEY))
		return false;
	const char *text = field_next(rest);
	size_t len = text == NULL ? 0 : strlen(text);
	if (len == 0 || len / 4 * 3 > UINT16_MAX)
		return false;
	uint8_t *octets = arena_alloc(r->arena, len / 4 * 3 + 1);
	long n_octets = base64_read(text, len, octets);
	n.rd = (struct rdata){ .at = octets, .len = n_octets < 0 ? 0 : (uint16_t)n_octets };
	if (n_octets < 0 || !rdata_ok(n.type, n.rd))
		return false;
	list_push(r->arena, &r->e->setup.anchors, n);
	return true;
}

static bool read_resolver(struct reader *r, char **rest)
{
	struct addr a;
	if (r->e->setup.resolvers.n >= EVIDENCE_SETUP_MAX || !field_addr(rest, &a))
		return false;
	list_push(r->arena, &r->e->setup.resolvers, a);
	return true;
}

static const struct {
	const char *word;
	bool (*read)(struct reader *r, char **rest);
} words[] = {
	{ "name", read_name },       { "depth", read_depth },     { "collected", read_collected },
	{ "took", read_took },       { "stopped", read_stopped }, { "use", read_use },
	{ "port", read_port },       { "allowed", read_allowed }, { "budget", read_budget },
	{ "hint", read_hint },       { "anchor", read_anchor },   { "resolver", read_resolver },
};

int read_setup_line(struct reader *r, const char *word, char *rest)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		if (r->e->exchanges.n > 0)
			return reader_fail(r, "\"%s\" after the first exchange", words[i].word);
		if (!words[i].read(r, &rest) || *rest != '\0')
			return reader_fail(r, "this is no \"%s\" line", words[i].word);
		return E_OK;
	}
	return reader_fail(r, "a line of unknown kind");
}
