#include "cli/asked.h"
#include "base/limits.h"
#include "cli/complain.h"
#include "cli/families.h"
#include "cli/files.h"
#include "cli/resolvconf.h"
#include "cli/roots.h"
#include "dns/text.h"
#include <string.h>
#include <unistd.h>

#define RESOLV_CONF "/etc/resolv.conf"
enum { HINTS_FILE_BYTES = 1 << 20, RESOLV_CONF_BYTES = 1 << 16, DNS_PORT = 53 };

static bool is_type(const char *word)
{
	uint16_t type;
	return strchr(word, '.') == NULL && type_from_text(word, &type);
}

static int set_type(struct setup *setup, const char *word)
{
	if (!type_from_text(word, &setup->type))
		return complain(EXIT_USAGE, "unknown record type: %s (a name like AAAA, or TYPE65)", word);
	if (setup->type == TYPE_ANY || (setup->type >= 249 && setup->type <= 254) ||
	    setup->type == TYPE_OPT || setup->type == 0)
		return complain(EXIT_USAGE, "no type of data that can be asked for: %s", word);
	return 0;
}

static int set_name(const struct options *o, struct setup *setup, const char *word)
{
	const char *why = "not a name";
	if (*word == '\0')
		return complain(EXIT_USAGE, "empty name (the root is \".\")");
	setup->name = name_from_user(o->arena, word, &why);
	return setup->name != NULL ? 0 : complain(EXIT_USAGE, "not a domain name: %s: %s", word, why);
}

/* The first object is the name, whatever it looks like; "dnsvigil why AAAA example.com" is told apart by its second. */
int asked_question(const struct options *o, uint32_t first, struct setup *setup)
{
	const char *name = NULL, *type = o->type;
	for (uint32_t i = first; i < o->objects.n; i++) {
		const char *word = o->objects.at[i];
		if (name == NULL && is_type(word) && i + 1 < o->objects.n && !is_type(o->objects.at[i + 1]) &&
		    type == NULL)
			type = word;
		else if (name == NULL)
			name = word;
		else if (type == NULL)
			type = word;
		else
			return complain(EXIT_USAGE, "one name and one type at a time: what is %s?", word);
	}
	if (name == NULL)
		return complain(EXIT_USAGE, "what name? (dnsvigil why NAME [TYPE] [@RESOLVER...])");
	int e = set_name(o, setup, name);
	setup->type = TYPE_A;
	return e != 0 || type == NULL ? e : set_type(setup, type);
}

static int bad_record_file(const char *file, const struct err_at *at)
{
	return complain(EXIT_USAGE, "%s:%u: %s", file, at->line, at->text);
}

static int read_records(const struct options *o, const char *file, const char *builtin, zone_records *out)
{
	const char *text = builtin;
	size_t len = strlen(builtin);
	struct err_at at = { .file = file };
	if (file != NULL && file_read(o->arena, file, HINTS_FILE_BYTES, &text, &len) != E_OK)
		return EXIT_USAGE;
	if (zone_parse(o->arena, text, len, ".", 3600, file != NULL ? file : "built-in", out, &at) != E_OK)
		return bad_record_file(file != NULL ? file : "built-in", &at);
	return 0;
}

static bool is_root_server(const zone_records *records, const uint8_t *name)
{
	bool any_ns = false;
	for (uint32_t i = 0; i < records->n; i++) {
		const struct zone_record *r = &records->at[i];
		if (r->type != TYPE_NS || name_labels(r->owner) != 0)
			continue;
		any_ns = true;
		if (name_equal(rdata_name(r->rd), name))
			return true;
	}
	return !any_ns; /* a list of addresses alone is hint enough */
}

static int set_hints(const struct options *o, struct setup *setup)
{
	zone_records records = { 0 };
	int e = read_records(o, o->root_hints, roots_hints, &records);
	for (uint32_t i = 0; e == 0 && i < records.n; i++) {
		const struct zone_record *r = &records.at[i];
		struct hint h = { .name = r->owner };
		if ((r->type == TYPE_A || r->type == TYPE_AAAA) && is_root_server(&records, r->owner) &&
		    addr_from_ip(r->rd.at, r->rd.len, setup->port, &h.addr))
			list_push(o->arena, &setup->hints, h);
	}
	if (e == 0 && setup->hints.n == 0)
		return complain(
			EXIT_USAGE,
			"no root server with an address: %s (wants \". NS name\" and \"name A address\")",
			o->root_hints);
	return e;
}

static int set_anchors(const struct options *o, struct setup *setup)
{
	zone_records records = { 0 };
	int e = read_records(o, o->trust_anchor, roots_anchors, &records);
	for (uint32_t i = 0; e == 0 && i < records.n; i++) {
		const struct zone_record *r = &records.at[i];
		if (r->type == TYPE_DS || r->type == TYPE_DNSKEY)
			list_push(o->arena, &setup->anchors, (struct anchor){ r->owner, r->type, r->rd });
	}
	if (e == 0 && records.n > 0 && setup->anchors.n == 0)
		return complain(EXIT_USAGE,
				"no DS and no DNSKEY record: %s (an empty file means no trust anchor)",
				o->trust_anchor);
	return e;
}

static void add_system_resolvers(const struct options *o, struct setup *setup)
{
	/* Another root means another internet: the system's resolvers know nothing of it. */
	const char *text;
	size_t len;
	if (o->no_resolvers || o->root_hints != NULL || o->resolvers.n > 0 || access(RESOLV_CONF, R_OK) != 0)
		return;
	struct addr found[RESOLVERS_MAX];
	unsigned n = file_read(o->arena, RESOLV_CONF, RESOLV_CONF_BYTES, &text, &len) == E_OK
			     ? resolvconf_read(text, found)
			     : 0;
	for (unsigned i = 0; i < n; i++)
		list_push(o->arena, &setup->resolvers, found[i]);
}

static int set_resolvers(const struct options *o, struct setup *setup)
{
	for (uint32_t i = 0; i < o->resolvers.n; i++) {
		struct addr a;
		if (!addr_from_text(o->resolvers.at[i], DNS_PORT, &a))
			return complain(
				EXIT_USAGE,
				"@%s: no address of a resolver (@9.9.9.9, @2620:fe::fe, @127.0.0.1#5353)",
				o->resolvers.at[i]);
		list_push(o->arena, &setup->resolvers, a);
	}
	add_system_resolvers(o, setup);
	return 0;
}

int asked_setup(const struct options *o, struct setup *setup)
{
	setup->depth = o->depth;
	setup->port = o->port != 0 ? o->port : DNS_PORT;
	setup->use_ipv4 = !o->only_ipv6;
	setup->use_ipv6 = !o->only_ipv4;
	setup->tcp_only = o->tcp;
	setup->addr_allowed = o->allow_private ? ADDR_ANY & ~ADDR_RESERVED : ADDR_PUBLIC;
	setup->budget_questions = o->budget != 0 ? o->budget : LIMIT_QUESTIONS;
	setup->budget_wall_ms = o->timeout_ms != 0 ? o->timeout_ms : LIMIT_WALL_MS;
	int e = set_hints(o, setup);
	if (e == 0)
		e = set_anchors(o, setup);
	if (e == 0)
		e = set_resolvers(o, setup);
	if (e == 0)
		families_choose(setup);
	return e;
}

int asked_moment(const struct options *o, struct wall now, struct wall *out)
{
	*out = now;
	if (o->at == NULL || wall_from_text(o->at, now, out))
		return 0;
	return complain(EXIT_USAGE, "--at: no moment: %s (Unix time, 2026-03-01T12:00:00Z, +14d)", o->at);
}
